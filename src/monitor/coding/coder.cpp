// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/coder.hpp"

#include <algorithm>
#include <chrono>

#include "base/limits.hpp"
#include "monitor/coding/dates.hpp"

namespace tocsin::monitor::coding {
namespace {

/// A sentence that only counts the dead, or whose subject is "they", looks so many sentences back.
constexpr std::uint32_t sentences_back_max = 2;
/// Longer runs without a stop are lists or tables, not sentences.
constexpr std::size_t sentence_tokens_max = 250;
/// Events with less behind them are left out.
constexpr double confidence_min = 0.3;

}  // namespace

std::string_view name_of(ActStatus status) {
  switch (status) {
    case ActStatus::reported:
      return "reported";
    case ActStatus::threatened:
      return "threatened";
    case ActStatus::denied:
      return "denied";
    case ActStatus::possible:
      return "possible";
    case ActStatus::past:
      return "past";
    case ActStatus::recommended:
      return "recommended";
  }
  return "reported";
}

base::Result<std::shared_ptr<const CoderData>> CoderData::load(
    const std::filesystem::path& data_folder,
    const std::vector<std::filesystem::path>& actor_files) {
  std::shared_ptr<CoderData> data(new CoderData());
  auto kinds = knowledge::EventKinds::load(data_folder);
  if (!kinds) return std::unexpected(kinds.error());
  data->kinds_ = std::move(*kinds);
  auto framework = knowledge::Framework::load(data_folder);
  if (!framework) return std::unexpected(framework.error());
  data->framework_ = std::move(*framework);
  auto actors = knowledge::Actors::load(data_folder);
  if (!actors) return std::unexpected(actors.error());
  data->actors_ = std::move(*actors);
  for (const auto& path : actor_files) {
    if (auto status = data->actors_.add_file(path); !status) return std::unexpected(status.error());
  }
  RuleReader reader(data->kinds_, data->actors_, data->tokenizer_, data->names_, data->indicators_);
  if (auto status = reader.read_indicators(data_folder / "coding/indicators.txt"); !status)
    return std::unexpected(status.error());
  for (const std::string_view language : coder_languages) {
    data->rules_.push_back(std::make_unique<Rules>(std::string(language)));
    if (auto status = reader.read_language(data_folder / "coding" / language, *data->rules_.back());
        !status)
      return std::unexpected(status.error());
    for (const std::string& word : reader.function_words())
      data->languages_.add(language, word, data->tokenizer_);
  }
  for (const IndicatorEntry& entry : data->indicators_) {
    if (data->framework_.find(entry.id) == nullptr) {
      return base::fail(base::ErrorCode::invalid_input, "no indicator " + entry.id, entry.place,
                        "use an id of framework.json");
    }
  }
  return data;
}

const Rules* CoderData::rules(std::string_view language) const {
  for (const auto& rules : rules_) {
    if (rules->lexicon.language() == language) return rules.get();
  }
  return nullptr;
}

struct Coder::Machine {
  Machine(const CoderData& data, const Rules& rules)
      : language(rules.lexicon.language()),
        annotator(rules.lexicon, data.names()),
        extractor(rules, data.kinds(), data.names()),
        clauses(data.actors(), data.names()),
        dates(data.names()) {}
  std::string language;
  Annotator annotator;
  Extractor extractor;
  Clauses clauses;
  DateReader dates;
  std::vector<ToldDate> told;  ///< in the sentence at hand
};

struct Coder::Pending {
  int kind = -1;
  std::uint32_t sentence = 0;
  bool background = false;
  /// Whose country is told by nothing but the other side's: the place may tell it.
  bool target_elsewhere = false;
};

Coder::Coder(std::shared_ptr<const CoderData> data, const PlaceFinder* places)
    : data_(std::move(data)),
      places_(places),
      origin_class_(data_->names().find("@origin")),
      aside_class_(data_->names().find("@aside")),
      within_class_(data_->names().find("@within")) {
  for (const auto& rules : data_->all_rules())
    machines_.push_back(std::make_unique<Machine>(*data_, *rules));
}
Coder::~Coder() = default;
Coder::Coder(Coder&&) noexcept = default;

CodedText Coder::code(const TextToCode& text) {
  CodedText out;
  data_->tokenizer().split(text.text, tokens_);
  out.sentences = tokens_.sentences();
  out.language = text.language.empty()
                     ? data_->languages().guess(text.text, tokens_.tokens())
                     : std::string(text.language.substr(0, text.language.find_first_of("-_")));
  // Names are looked up under the guess: a language told by two words is none to be strict by.
  if (places_ != nullptr)
    out.places = places_->find(text.text, tokens_.tokens(),
                               {text.country, out.language, false, text.country_only});
  if (text.language.empty()) prefer_known_words(out.language);
  standings_.clear();
  for (const CodedPlace& place : out.places)
    standings_.push_back({.sentence = sentence_at(place.span.begin)});
  for (const auto& machine : machines_) {
    if (machine->language == out.language) code_sentences(text, *machine, out);
  }
  return out;
}

void Coder::prefer_known_words(std::string& language) const {
  // A headline of a few words tells too little for letters and function words: there the language
  // wins whose dictionaries know the most of them.
  constexpr std::size_t words_max = 12;
  constexpr std::size_t known_min = 2;
  const auto tokens = tokens_.tokens();
  std::size_t words = 0;
  for (const Token& token : tokens)
    if (!token.has(token_punctuation) && !token.has(token_number)) ++words;
  if (words > words_max) return;
  std::size_t best = 0;
  std::size_t of_guess = 0;
  std::string_view winner;
  bool tie = false;
  for (const auto& machine : machines_) {
    const Lexicon& lexicon = data_->rules(machine->language)->lexicon;
    std::size_t known = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].has(token_punctuation) || tokens[i].has(token_number)) continue;
      bool met = false;
      lexicon.find(tokens.subspan(i),
                   [&met](const Meaning& meaning) { met = met || meaning.words == 1; });
      if (met) ++known;
    }
    if (machine->language == language) of_guess = known;
    if (known == best) tie = true;
    if (known <= best) continue;
    tie = false;
    best = known;
    winner = machine->language;
  }
  const bool clear = best >= known_min && !tie && 2 * best >= words;
  if (clear && best >= 2 * of_guess) language = winner;
}

void Coder::code_sentences(const TextToCode& text, Machine& machine, CodedText& out) {
  pending_.clear();
  earlier_ = {};
  for (std::uint32_t number = 0; number < tokens_.sentences(); ++number) {
    auto tokens = tokens_.sentence(number);
    tokens = tokens.first(std::min(tokens.size(), sentence_tokens_max));
    if (tokens.empty() || out.events.size() >= base::events_per_text_max) continue;
    machine.annotator.annotate(text.text, tokens, sentence_);
    read_standings(number, out.places);
    if (earlier_.known && earlier_sentence_ + sentences_back_max < number) earlier_ = {};
    machine.clauses.start(sentence_, text.date, &earlier_);
    machine.extractor.run(machine.clauses, findings_);
    take_events(text, number, machine, out);
    loose_counts(number, out);
    if (number + 1 < tokens_.sentences()) remember_subject(text, number, machine);
    for (const IndicatorHit& hit : findings_.indicators) {
      const std::size_t last = std::min(std::max(hit.end, hit.begin + 1), tokens.size()) - 1;
      add_link(out.indicators, hit.indicator, {tokens[hit.begin].begin, tokens[last].end});
    }
  }
  finish(text, out);
}

void Coder::read_standings(std::uint32_t number, std::vector<CodedPlace>& places) {
  const auto tokens = sentence_.tokens;
  const auto in_class = [&](std::size_t at, std::uint16_t id) {
    return std::ranges::any_of(sentence_.hits_at(at),
                               [&](const Hit& hit) { return hit.meaning->in_class(id); });
  };
  dateline_ = dateline_length(tokens);
  places_behind_dateline_ = false;
  for (std::size_t p = places.size(); p-- > 0;) {
    if (standings_[p].sentence != number) continue;
    const CodedPlace& place = places[p];
    const auto found = std::ranges::lower_bound(tokens, place.span.begin, {}, &Token::begin);
    const auto at = static_cast<std::size_t>(found - tokens.begin());
    if (at >= tokens.size()) continue;
    if (in_name(at, place.span)) {
      places.erase(places.begin() + static_cast<std::ptrdiff_t>(p));
      standings_.erase(standings_.begin() + static_cast<std::ptrdiff_t>(p));
      continue;
    }
    places_behind_dateline_ = places_behind_dateline_ || at >= dateline_;
    std::size_t before = at;
    while (before > 0 && (sentence_.words[before - 1].tag == Tag::determiner ||
                          sentence_.words[before - 1].tag == Tag::adjective))
      --before;
    const auto behind = std::ranges::lower_bound(tokens, place.span.end, {}, &Token::begin);
    for (auto token = found; token != behind; ++token)
      sentence_.words[static_cast<std::size_t>(token - tokens.begin())].place = true;
    const bool owns = behind != tokens.end() && behind->word == "'s";
    standings_[p].within = before > 0 && in_class(before - 1, within_class_);
    const bool led = before > 0 && sentence_.words[before - 1].tag == Tag::preposition;
    const bool led_aside =
        place.level <= 1 && ((before > 0 && in_class(before - 1, aside_class_)) ||
                             (led && within_class_ != 0xFFFF && !standings_[p].within &&
                              (sentence_.words[before - 1].pos & (pos_of | pos_by)) == 0));
    // "migrants from Eritrea", but "the hospital received twenty wounded from Kaya".
    standings_[p].origin = before > 0 && place.level <= 1 && in_class(before - 1, origin_class_);
    standings_[p].dateline = at < dateline_;
    standings_[p].aside = owns || led_aside || standings_[p].dateline;
  }
}

bool Coder::in_name(std::size_t at, const Span& place) const {
  constexpr std::size_t name_words_max = 6;
  const auto tokens = sentence_.tokens;
  for (std::size_t first = at > name_words_max ? at - name_words_max : 0; first <= at; ++first) {
    const Word& word = sentence_.words[first];
    for (const Hit& hit : sentence_.hits_at(first)) {
      if (word.covered || hit.length != word.noun_length) continue;
      const std::size_t last = std::min(first + hit.length, tokens.size()) - 1;
      if (tokens[last].end < place.end) continue;
      for (const std::uint32_t index : hit.meaning->actors) {
        const knowledge::Actor& actor = data_->actors().actors()[index];
        if (actor.sort == knowledge::ActorSort::country ||
            actor.sort == knowledge::ActorSort::capital)
          continue;
        if (hit.length > 1 || !actor.group.empty()) return true;
      }
    }
  }
  return false;
}

bool Coder::join_earlier(const RawEvent& event, std::uint32_t number, Machine& machine,
                         CodedText& out) {
  // "Two protesters were killed, hospital staff said." belongs to the shooting told before.
  if (!event.casualties_only) return false;
  for (std::size_t i = pending_.size(); i-- > 0;) {
    Pending& earlier = pending_[i];
    if (earlier.sentence + sentences_back_max < number) break;
    const knowledge::EventKind& kind = data_->kinds().at(earlier.kind);
    if (earlier.sentence == number || kind.family != data_->kinds().at(event.kind).family) continue;
    CodedEvent& coded = out.events[i];
    if (coded.status != ActStatus::reported || coded.killed || coded.injured) continue;
    if (event.killed >= 0) coded.killed = static_cast<std::int32_t>(event.killed);
    if (event.injured >= 0) coded.injured = static_cast<std::int32_t>(event.injured);
    // Who was killed says more than what was attacked, unless armed men were.
    const RoleMask armed = *role_mask("armed");
    const bool armed_before = coded.target && (role_bit(coded.target->role) & armed) != 0;
    if (!armed_before && machine.clauses.party(event.target).is_actor())
      coded.target = machine.clauses.coded(event.target, {});
    return true;
  }
  return false;
}

void Coder::remember_subject(const TextToCode& text, std::uint32_t number, Machine& machine) {
  Antecedent now = machine.clauses.antecedent(only_country(text, machine));
  if (!now.known) return;
  earlier_ = std::move(now);
  earlier_sentence_ = number;
}

std::string_view Coder::only_country(const TextToCode& text, Machine& machine) const {
  // Where a sentence names one country only, its rebels and its police are that country's.
  std::string_view only;
  bool several = false;
  const auto look = [&](std::size_t from, std::size_t to) {
    for (std::size_t g = 0; g < sentence_.groups.size(); ++g) {
      const std::size_t begin = sentence_.groups[g].begin;
      const std::string_view country = machine.clauses.party(static_cast<int>(g)).country;
      if (country.empty() || begin < from || begin >= to) continue;
      several = several || (!only.empty() && only != country);
      only = country;
    }
  };
  // Where the report was written tells something only where nothing else does.
  look(dateline_, sentence_.size());
  if (only.empty() && !places_behind_dateline_) look(0, dateline_);
  if (several) only = {};
  return only.empty() && !text.country.empty() ? data_->actors().alpha3(text.country) : only;
}

bool Coder::only_of(int group, Machine& machine) const {
  // "Russian forces shelled Kharkiv, killing seven people": the seven are not Russian for that.
  if (group < 0 || machine.clauses.party(group).country.empty()) return false;
  for (int g = 0; g < static_cast<int>(sentence_.groups.size()); ++g)
    if (g != group && !machine.clauses.party(g).country.empty()) return false;
  return true;
}

void Coder::take_events(const TextToCode& text, std::uint32_t number, Machine& machine,
                        CodedText& out) {
  if (findings_.events.empty()) return;
  Clauses& clauses = machine.clauses;
  const std::string_view only = only_country(text, machine);
  machine.dates.read(sentence_, text.date, machine.told);
  // "Rio de Janeiro" is no month.
  std::erase_if(machine.told, [&](const ToldDate& told) {
    const Token& first = sentence_.tokens[told.begin];
    const Token& last = sentence_.tokens[told.end - 1];
    return std::ranges::any_of(out.places, [&](const CodedPlace& place) {
      const bool within = place.span.begin <= first.begin && last.end <= place.span.end;
      return within && place.span.end - place.span.begin > last.end - first.begin;
    });
  });
  // Nor does a dateline date what the sentence dates itself.
  const auto of_dateline = [&](const ToldDate& told) { return told.begin < dateline_; };
  if (!std::ranges::all_of(machine.told, of_dateline)) std::erase_if(machine.told, of_dateline);
  for (const RawEvent& event : findings_.events) {
    if (event.confidence < confidence_min || out.events.size() >= base::events_per_text_max)
      continue;
    if (join_earlier(event, number, machine, out)) continue;
    const knowledge::EventKind& kind = data_->kinds().at(event.kind);
    CodedEvent coded;
    const std::size_t last = std::min(std::max(event.end, event.begin + 1), sentence_.size()) - 1;
    coded.span = {sentence_.tokens[event.begin].begin, sentence_.tokens[last].end};
    coded.type = kind.type;
    coded.cameo = kind.cameo;
    coded.kind = kind.id;
    coded.status = event.status;
    coded.confidence = event.confidence;
    if (event.killed >= 0) coded.killed = static_cast<std::int32_t>(event.killed);
    if (event.injured >= 0) coded.injured = static_cast<std::int32_t>(event.injured);
    const auto side = [&](int group) -> std::optional<CodedActor> {
      if (group < 0 || !clauses.party(group).is_actor()) return std::nullopt;
      return clauses.coded(group, only);
    };
    coded.source = side(event.source);
    coded.target = side(event.target);
    const bool elsewhere = coded.target && only_of(event.source, machine) &&
                           clauses.party(event.target).country.empty();
    if (const auto* told = DateReader::of_event(sentence_, machine.told, event.position)) {
      coded.date = told->day;
      coded.date_precision = told->precision;
      const bool past = text.date && DateReader::is_past(*told, *text.date);
      if (past && coded.status == ActStatus::reported) coded.status = ActStatus::past;
    }
    pending_.push_back({event.kind, number, event.confidence < 0.5, elsewhere});
    out.events.push_back(std::move(coded));
  }
}

void Coder::loose_counts(std::uint32_t number, CodedText& out) {
  if (findings_.killed < 0 && findings_.injured < 0) return;
  for (std::size_t i = pending_.size(); i-- > 0;) {
    if (pending_[i].sentence + sentences_back_max < number) return;
    // Burning and looting have a family of their own, but people die in them too.
    if (data_->kinds().at(pending_[i].kind).type != "ASSAULT") continue;
    CodedEvent& coded = out.events[i];
    if (coded.killed || coded.injured) continue;
    if (findings_.killed >= 0) coded.killed = static_cast<std::int32_t>(findings_.killed);
    if (findings_.injured >= 0) coded.injured = static_cast<std::int32_t>(findings_.injured);
    return;
  }
}

void Coder::add_link(std::vector<IndicatorLink>& links, std::uint16_t entry, Span span) const {
  const IndicatorEntry& indicator = data_->indicators()[entry];
  for (const IndicatorLink& link : links) {
    if (link.id == indicator.id) return;
  }
  if (links.size() < base::indicators_per_text_max)
    links.push_back({indicator.id, span, indicator.because});
}

void Coder::link_events(const CodedText& out, std::vector<IndicatorLink>& links) const {
  for (std::size_t i = 0; i < data_->indicators().size(); ++i) {
    for (const EventCondition& condition : data_->indicators()[i].events) {
      for (std::size_t e = 0; e < out.events.size(); ++e) {
        const CodedEvent& event = out.events[e];
        const int kind = pending_[e].kind;
        if (std::find(condition.kinds.begin(), condition.kinds.end(), kind) ==
            condition.kinds.end())
          continue;
        const RoleMask source = event.source ? role_bit(event.source->role) : 0;
        const RoleMask target = event.target ? role_bit(event.target->role) : 0;
        if (condition.source_roles != 0 && (source & condition.source_roles) == 0) continue;
        if (condition.target_roles != 0 && (target & condition.target_roles) == 0) continue;
        if ((source & condition.not_source_roles) != 0 ||
            (target & condition.not_target_roles) != 0)
          continue;
        if (condition.killed_min > 0 && event.killed.value_or(0) < condition.killed_min) continue;
        const bool fits = condition.statuses.empty()
                              ? event.status == ActStatus::reported
                              : std::find(condition.statuses.begin(), condition.statuses.end(),
                                          event.status) != condition.statuses.end();
        if (fits) add_link(links, static_cast<std::uint16_t>(i), event.span);
      }
    }
  }
}

std::uint32_t Coder::sentence_at(std::uint32_t byte) const {
  const auto tokens = tokens_.tokens();
  const auto after = std::ranges::upper_bound(tokens, byte, {}, &Token::begin);
  return after == tokens.begin() ? 0 : std::prev(after)->sentence;
}

void Coder::finish(const TextToCode& /*text*/, CodedText& out) {
  std::vector<IndicatorLink> from_events;
  link_events(out, from_events);
  for (IndicatorLink& link : from_events) {
    const bool known =
        std::any_of(out.indicators.begin(), out.indicators.end(),
                    [&link](const IndicatorLink& other) { return other.id == link.id; });
    if (!known) out.indicators.push_back(std::move(link));
  }
  std::vector<std::uint32_t> sentences_told;
  for (const Pending& told : pending_) sentences_told.push_back(told.sentence);
  // Incidents outside PLOVER (accidents, disasters, crime) are no events of this contract.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < out.events.size(); ++i) {
    CodedEvent& event = out.events[i];
    if (event.type.empty()) {
      out.incidents.push_back({std::move(event.kind), event.span, event.confidence});
      continue;
    }
    const EventPlaces chooser(out.places, standings_, sentences_told);
    event.place = chooser.of(event, pending_[i].sentence,
                             kept == 0 ? std::nullopt : out.events[kept - 1].place);
    if (pending_[i].target_elsewhere && event.target && event.place)
      event.target->country = data_->actors().alpha3(out.places[*event.place].country);
    if (kept != i) out.events[kept] = std::move(event);
    ++kept;
  }
  out.events.resize(kept);
}

}  // namespace tocsin::monitor::coding
