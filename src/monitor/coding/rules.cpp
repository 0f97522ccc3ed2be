// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/rules.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "monitor/coding/inflection.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::cut_list;
using knowledge::DataBlock;
using knowledge::DataFile;
using knowledge::DataLine;

struct PosName {
  std::string_view name;
  std::uint32_t bits;
};

/// Classes that the syntax knows by name.
constexpr PosName pos_names[] = {{"determiner", pos_determiner},
                                 {"pronoun", pos_pronoun},
                                 {"preposition", pos_preposition},
                                 {"conjunction", pos_conjunction},
                                 {"be", pos_be},
                                 {"have", pos_have},
                                 {"do", pos_do},
                                 {"future", pos_future},
                                 {"possible", pos_possible},
                                 {"duty", pos_duty},
                                 {"negation", pos_negation},
                                 {"relative", pos_relative},
                                 {"subordinator", pos_subordinator},
                                 {"adverb", pos_adverb},
                                 {"time", pos_time},
                                 {"adjective", pos_adjective},
                                 {"noun", pos_noun},
                                 {"verb", pos_verb},
                                 {"number", pos_number},
                                 {"to", pos_to},
                                 {"by", pos_by},
                                 {"of", pos_of},
                                 {"quantifier", pos_quantifier},
                                 {"range", pos_range},
                                 {"partitive", pos_partitive},
                                 {"human", pos_human},
                                 {"report", pos_report},
                                 {"light", pos_light},
                                 {"result", pos_result},
                                 {"occur", pos_occur},
                                 {"background", pos_background},
                                 {"get", pos_get}};

std::uint32_t pos_bits(std::string_view name) {
  for (const PosName& known : pos_names) {
    if (known.name == name) return known.bits;
  }
  return 0;
}

void add_class(Meaning& meaning, std::uint16_t id) {
  if (!meaning.in_class(id)) meaning.classes.push_back(id);
}

std::vector<std::string> texts_of(const std::vector<DataLine>& lines) {
  std::vector<std::string> texts;
  for (const DataLine& line : lines) texts.push_back(line.text);
  return texts;
}

/// "groupe armé" and "grupo de hombres": the plural of a phrase.
std::string phrase_plural(std::string_view language, std::string_view phrase) {
  const std::size_t space = phrase.find(' ');
  if (space == std::string_view::npos) return plural_of(language, phrase);
  if (language == "en") {
    const std::size_t last = phrase.rfind(' ');
    const std::string plural = plural_of(language, phrase.substr(last + 1));
    return plural.empty() ? plural : std::string(phrase.substr(0, last + 1)) + plural;
  }
  std::string out;
  bool changing = true;
  for (const std::string_view word : cut_list(phrase, ' ')) {
    if (word.size() <= 3) changing = false;  // "de", "del", "à": what follows keeps its form
    const std::string plural = changing ? plural_of(language, word) : std::string();
    out += (out.empty() ? "" : " ") + (plural.empty() ? std::string(word) : plural);
  }
  return out == phrase ? std::string() : out;
}

int strip_capitals(std::string_view& text) {
  int capitals = 0;
  while (text.starts_with('^') && capitals < 2) {
    ++capitals;
    text.remove_prefix(1);
  }
  return capitals;
}

}  // namespace

std::optional<ActStatus> status_of(std::string_view name) {
  for (const ActStatus status : {ActStatus::reported, ActStatus::threatened, ActStatus::denied,
                                 ActStatus::possible, ActStatus::past, ActStatus::recommended}) {
    if (name_of(status) == name) return status;
  }
  return std::nullopt;
}

base::Status RuleReader::read_language(const std::filesystem::path& folder, Rules& rules) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  if (error || files.empty()) {
    return base::fail(base::ErrorCode::not_found, "no dictionaries for the language",
                      folder.string(), "restore the data folder");
  }
  std::sort(files.begin(), files.end());
  function_words_.clear();
  for (const auto& path : files) {
    if (auto status = read_file(path, rules); !status) return status;
  }
  add_actors(rules);
  index(rules);
  rules.lexicon.seal();
  return {};
}

base::Status RuleReader::read_file(const std::filesystem::path& path, Rules& rules) {
  auto file = knowledge::read_data_file(path);
  if (!file) return std::unexpected(file.error());
  rules.versions.push_back(path.filename().string() + " " + file->version);
  for (const DataBlock& block : file->blocks) {
    if (auto status = read_block(*file, block, rules); !status) {
      base::Error error = status.error();
      if (error.place.empty()) error.place = file->place(block.head);
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

base::Status RuleReader::read_block(const DataFile& file, const DataBlock& block, Rules& rules) {
  const std::string_view head = block.head.text;
  if (head.starts_with("class ")) return read_class(file, block, rules);
  if (head.starts_with("verb ")) return read_verbs(file, block, rules);
  if (head.starts_with("noun ")) return read_nouns(file, block, rules);
  if (head.starts_with("phrase ")) return read_phrases(file, block, rules);
  if (head.starts_with("indicator ")) return read_indicator(file, block, &rules);
  return base::fail(base::ErrorCode::invalid_input,
                    "unknown block \"" + std::string(head.substr(0, head.find(' '))) + "\"",
                    file.place(block.head), "use class, verb, noun, phrase or indicator");
}

base::Status RuleReader::read_class(const DataFile& file, const DataBlock& block, Rules& rules) {
  const std::string_view head = std::string_view(block.head.text).substr(6);
  const std::size_t colon = head.find(':');
  if (colon == std::string_view::npos) {
    return base::fail(base::ErrorCode::invalid_input, "a class needs a colon",
                      file.place(block.head), "write \"class weapon (noun): gun; rifle\"");
  }
  std::string_view name = base::trim(head.substr(0, colon));
  bool noun = false;
  bool verb = false;
  if (const std::size_t open = name.find('('); open != std::string_view::npos) {
    noun = name.find("noun", open) != std::string_view::npos;
    verb = name.find("verb", open) != std::string_view::npos;
    name = base::trim(name.substr(0, open));
  }
  const std::string language = rules.lexicon.language();
  std::uint32_t bits = pos_bits(name);
  if (noun) bits |= pos_noun;
  if (verb) bits |= pos_verb;
  const std::uint16_t id = names_.id("@" + std::string(name));
  std::string all(head.substr(colon + 1));
  for (const DataLine& line : block.body) all += ";" + line.text;
  for (std::string_view item : cut_list(all, ';')) {
    const int capitals = strip_capitals(item);
    if (verb) {
      for (const WordForm& form : verb_forms(language, item)) {
        Meaning& meaning = rules.lexicon.at(form.text, capitals, tokenizer_);
        meaning.pos |= bits;
        meaning.forms |= form.forms;
        add_class(meaning, id);
        add_class(meaning, names_.id("~" + base::fold(item.substr(0, item.find_first_of(":+")))));
      }
      continue;
    }
    std::int64_t number = -1;
    if (const std::size_t equals = item.find('='); equals != std::string_view::npos) {
      number = std::atoll(std::string(item.substr(equals + 1)).c_str());
      item = base::trim(item.substr(0, equals));
    }
    constexpr std::uint32_t closed = pos_determiner | pos_pronoun | pos_preposition |
                                     pos_conjunction | pos_be | pos_have | pos_relative |
                                     pos_subordinator | pos_by | pos_of;
    if ((bits & closed) != 0) function_words_.emplace_back(item);
    Meaning& meaning = rules.lexicon.at(item, capitals, tokenizer_);
    meaning.pos |= bits;
    if (number >= 0) meaning.number = number;
    add_class(meaning, id);
    if (!noun) continue;
    if (const std::string plural = phrase_plural(language, item); !plural.empty()) {
      Meaning& more = rules.lexicon.at(plural, capitals, tokenizer_);
      more.pos |= bits;
      add_class(more, id);
    }
  }
  return {};
}

base::Result<Entry> RuleReader::read_entry(const DataFile& file, const DataBlock& block) {
  auto frames = read_frames(file, block);
  if (!frames) return std::unexpected(frames.error());
  Entry entry;
  entry.name = block.head.text;
  entry.place = file.place(block.head);
  entry.frames = std::move(*frames);
  entry.must_match = texts_of(block.must_match);
  entry.must_not_match = texts_of(block.must_not_match);
  return entry;
}

base::Status RuleReader::read_verbs(const DataFile& file, const DataBlock& block, Rules& rules) {
  auto read = read_entry(file, block);
  if (!read) return std::unexpected(read.error());
  Entry& entry = *read;
  const auto index = static_cast<std::int32_t>(rules.verbs.size());
  const std::string language = rules.lexicon.language();
  for (const std::string_view item : cut_list(std::string_view(block.head.text).substr(5), ',')) {
    if (item == "*") {
      rules.any_verb = index;
      continue;
    }
    const std::uint16_t lemma =
        names_.id("~" + base::fold(item.substr(0, item.find_first_of(":+"))));
    for (const WordForm& form : verb_forms(language, item)) {
      Meaning& meaning = rules.lexicon.at(form.text, 0, tokenizer_);
      if (meaning.verb >= 0 && meaning.verb != index &&
          (form.forms & (form_base | form_infinitive)) != 0) {
        return base::fail(base::ErrorCode::invalid_input,
                          "the verb \"" + std::string(item) + "\" stands already at " +
                              rules.verbs[static_cast<std::size_t>(meaning.verb)].place,
                          entry.place, "put its frames into one block");
      }
      if (meaning.verb < 0) meaning.verb = index;
      meaning.pos |= pos_verb;
      meaning.forms |= form.forms;
      add_class(meaning, lemma);
    }
  }
  rules.verbs.push_back(std::move(entry));
  return {};
}

base::Status RuleReader::read_nouns(const DataFile& file, const DataBlock& block, Rules& rules) {
  auto read = read_entry(file, block);
  if (!read) return std::unexpected(read.error());
  Entry& entry = *read;
  const auto index = static_cast<std::int32_t>(rules.nouns.size());
  std::string_view list = std::string_view(block.head.text).substr(5);
  if (list.starts_with("(of=source)")) {
    entry.of_side = OfSide::source;
    list.remove_prefix(11);
  } else if (list.starts_with("(of=none)")) {
    entry.of_side = OfSide::none;
    list.remove_prefix(9);
  }
  for (std::string_view item : cut_list(list, ';')) {
    const int capitals = strip_capitals(item);
    const std::uint16_t lemma = names_.id("~" + base::fold(item));
    const auto add = [&](std::string_view surface) {
      Meaning& meaning = rules.lexicon.at(surface, capitals, tokenizer_);
      meaning.noun = index;
      meaning.pos |= pos_noun;
      add_class(meaning, lemma);
    };
    add(item);
    if (const std::string plural = phrase_plural(rules.lexicon.language(), item); !plural.empty())
      add(plural);
  }
  rules.nouns.push_back(std::move(entry));
  return {};
}

base::Result<std::vector<Frame>> RuleReader::read_frames(const DataFile& file,
                                                         const DataBlock& block) {
  std::vector<Frame> frames;
  for (const DataLine& line : block.body) {
    const std::string_view text = line.text;
    const std::size_t colon = text.find(':');
    const std::string_view kind_name = base::trim(text.substr(0, colon));
    const int kind = kind_name == "none" ? -1 : kinds_.find(kind_name);
    if (colon == std::string_view::npos || (kind < 0 && kind_name != "none")) {
      return base::fail(base::ErrorCode::invalid_input,
                        "unknown kind of event \"" + std::string(kind_name) + "\"",
                        file.place(line), "use an id of event-kinds.json, or none");
    }
    std::string_view rest = text.substr(colon + 1);
    Conditions conditions;
    if (const std::size_t open = rest.rfind('[');
        open != std::string_view::npos && rest.ends_with(']')) {
      auto read = read_conditions(rest.substr(open + 1, rest.size() - open - 2));
      if (!read) return base::fail_at(file.place(line), read.error());
      conditions = std::move(*read);
      rest = rest.substr(0, open);
    }
    auto patterns = compile_pattern(base::trim(rest), names_, tokenizer_);
    if (!patterns) return base::fail_at(file.place(line), patterns.error());
    for (Pattern& pattern : *patterns) frames.push_back({kind, std::move(pattern), conditions});
  }
  return frames;
}

base::Result<Conditions> RuleReader::read_conditions(std::string_view text) {
  Conditions conditions;
  for (const std::string_view word : cut_list(text, ' ')) {
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    const auto side = [&](RoleMask& roles, std::vector<std::uint16_t>& classes,
                          bool& human) -> base::Status {
      for (const std::string_view piece : cut_list(value, '|')) {
        if (piece == "human" || piece == "actor")
          human = true;
        else if (piece == "place" && key == "object")
          conditions.object_place = true;
        else if (piece.starts_with('@') || piece.starts_with('~'))
          classes.push_back(names_.id(piece));
        else {
          auto mask = role_mask(piece);
          if (!mask) return std::unexpected(mask.error());
          roles |= *mask;
        }
      }
      return {};
    };
    base::Status status;
    bool unused = false;
    if (key == "subject")
      status = side(conditions.subject_roles, conditions.subject_classes, conditions.subject_actor);
    else if (key == "object")
      status = side(conditions.object_roles, conditions.object_classes, conditions.object_human);
    else if (key == "not-subject")
      status = side(conditions.not_subject_roles, conditions.not_subject_classes,
                    conditions.not_subject_actor);
    else if (key == "not-object")
      status = side(conditions.not_object_roles, conditions.not_object_classes, unused);
    else if (key == "passive")
      conditions.passive = true;
    else if (key == "active")
      conditions.active = true;
    else if (key == "suffers")
      conditions.bare_subject = true;
    else if (key == "swap")
      conditions.swap = true;
    else if (key == "mutual")
      conditions.mutual = true;
    else if (key == "weak")
      conditions.weak = true;
    else if (key == "absorb")
      conditions.absorb = true;
    else if (key == "within")
      conditions.within = true;
    else if (key == "denies")
      conditions.denies = true;
    else if (key == "no-object")
      conditions.no_object = true;
    else if (key == "killed")
      conditions.killed = true;
    else if (key == "injured")
      conditions.injured = true;
    else if (key == "status" && status_of(value))
      conditions.status = status_of(value);
    else {
      return base::fail(base::ErrorCode::invalid_input, "unknown condition " + std::string(word),
                        {}, "see docs/formats/coding-data.md");
    }
    if (!status) return std::unexpected(status.error());
  }
  return conditions;
}

base::Status RuleReader::read_phrases(const DataFile& file, const DataBlock& block, Rules& rules) {
  Entry entry;
  entry.name = block.head.text;
  entry.place = file.place(block.head);
  entry.must_match = texts_of(block.must_match);
  entry.must_not_match = texts_of(block.must_not_match);
  for (const DataLine& line : block.body) {
    const std::size_t colon = line.text.find(':');
    const std::string_view name = base::trim(std::string_view(line.text).substr(0, colon));
    DataBlock one{block.head, {line}, {}, {}};
    entry.effects.emplace_back(name);
    PhraseRule::Use use = PhraseRule::Use::event;
    if (name == "killed" || name == "injured") {
      use = name == "killed" ? PhraseRule::Use::killed : PhraseRule::Use::injured;
      one.body[0].text = "none" + line.text.substr(colon);
    } else if (name == "status") {
      use = PhraseRule::Use::status;
      one.body[0].text = "none" + line.text.substr(colon);
    }
    auto frames = read_frames(file, one);
    if (!frames) return std::unexpected(frames.error());
    for (Frame& frame : *frames) {
      PhraseRule rule;
      rule.use = use;
      rule.kind = frame.kind;
      rule.pattern = std::move(frame.pattern);
      rule.conditions = std::move(frame.conditions);
      rules.phrase_rules.push_back(std::move(rule));
    }
  }
  rules.phrases.push_back(std::move(entry));
  return {};
}

void RuleReader::add_actors(Rules& rules) {
  const std::string language = rules.lexicon.language();
  for (const knowledge::ActorName& name : actors_.names()) {
    if (!name.language.empty() && name.language != language) continue;
    const knowledge::Actor& actor = actors_.actors()[name.actor];
    const auto add = [&](std::string_view surface) {
      Meaning& meaning = rules.lexicon.at(surface, name.capitals, tokenizer_);
      if (std::find(meaning.actors.begin(), meaning.actors.end(), name.actor) ==
          meaning.actors.end())
        meaning.actors.push_back(name.actor);
      const bool people = actor.sort == knowledge::ActorSort::role && !actor.adjective;
      if (people) meaning.pos |= pos_human;
      if (actor.sort == knowledge::ActorSort::role) meaning.pos |= pos_noun;
    };
    add(name.text);
    if (!name.plural) continue;
    if (const std::string plural =
            phrase_plural(actor.sort == knowledge::ActorSort::country ? "en" : language, name.text);
        !plural.empty())
      add(plural);
  }
}

void RuleReader::index(Rules& rules) {
  // A word in a pattern becomes a class of its own, so that a clitic form is found by its stem.
  const auto own_class = [&](Element& element) {
    element.id = names_.id("=" + std::to_string(element.hash));
    add_class(rules.lexicon.at_hash(element.hash), element.id);
  };
  for (std::uint32_t i = 0; i < rules.phrase_rules.size(); ++i) {
    for (Element& element : rules.phrase_rules[i].pattern) {
      if (element.kind == ElementKind::word) own_class(element);
      for (Element& choice : element.choices) {
        if (choice.kind == ElementKind::word) own_class(choice);
      }
    }
  }
  for (std::uint32_t i = 0; i < rules.phrase_rules.size(); ++i) {
    const auto add = [&](const Element& start) {
      if (start.kind == ElementKind::word || start.kind == ElementKind::word_class ||
          start.kind == ElementKind::lemma) {
        if (rules.by_class.size() <= start.id) rules.by_class.resize(start.id + std::size_t{1});
        rules.by_class[start.id].push_back(i);
      } else if (start.kind == ElementKind::role || start.kind == ElementKind::human) {
        rules.by_role.push_back(i);
      } else {
        rules.anywhere.push_back(i);
      }
    };
    // A pattern that starts with something optional is found by each of its possible starts.
    for (const Element& element : rules.phrase_rules[i].pattern) {
      if (element.kind == ElementKind::one_of) {
        for (const Element& choice : element.choices) add(choice);
      } else {
        add(element);
      }
      if (!element.optional) break;
    }
  }
}

}  // namespace tocsin::monitor::coding
