// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/place_mentions.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/hash.hpp"
#include "monitor/coding/place_words.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::Gazetteer;
using knowledge::NameCandidate;
using knowledge::NameEntry;
using knowledge::NameKind;
using knowledge::PlaceKind;
using knowledge::WordClass;

constexpr std::uint32_t name_tokens_max = 12;
/// People from which a one-word name without any clue counts where capitals cannot help.
constexpr std::uint32_t well_known_people = 100'000;
constexpr std::uint32_t arabic_known_people = 15'000;

struct Match {
  std::uint32_t last = 0;
  std::uint64_t key = 0;
  NameEntry entry;
  std::uint32_t clitic_bytes = 0;  ///< Arabic prefixes before the name
};

/// Reads one text; lives for one call.
class Reader {
 public:
  Reader(const Gazetteer& gazetteer, std::span<const Token> tokens, const MentionContext& context)
      : gazetteer_(gazetteer),
        tokens_(tokens),
        is_caseless_(false),
        only_country_(context.only_country),
        ordinary_(ordinary_words_of(context.language)) {
    auto read = read_place_words(gazetteer, tokens);
    words_ = std::move(read.words);
    is_caseless_ = read.is_caseless;
  }

  std::vector<PlaceMention> all() {
    std::vector<PlaceMention> out;
    read_persons();
    for (std::uint32_t i = 0; i < tokens_.size();) {
      const auto match = may_start(i) ? longest_match(i) : std::nullopt;
      if (!match) {
        ++i;
        continue;
      }
      PlaceMention mention = mention_of(i, *match);
      if (is_usable(mention)) {
        out.push_back(mention);
        i = match->last + 1;
      } else {
        ++i;
      }
    }
    link(out);
    return out;
  }

  PlaceMention of_span(const Span& span) {
    PlaceMention mention;
    mention.span = span;
    std::uint32_t first = 0;
    while (first < tokens_.size() && tokens_[first].end <= span.begin) ++first;
    std::uint32_t last = first;
    while (last + 1 < tokens_.size() && tokens_[last + 1].begin < span.end) ++last;
    mention.first = mention.last = std::min<std::uint32_t>(
        first, tokens_.empty() ? 0U : static_cast<std::uint32_t>(tokens_.size() - 1));
    if (first >= tokens_.size() || tokens_[first].begin >= span.end) {
      mention.clues = clue_given;
      return mention;
    }
    mention.last = last;
    // The longest name inside the span that lies nearest its start: "City of Alexandria". A part
    // counts only where what stands before it is no name of its own.
    std::optional<Match> best;
    std::uint32_t best_first = first;
    for (std::uint32_t i = first; i <= last; ++i) {
      if (!words_[i].is_word) continue;
      const auto match = longest_match(i, last, true);
      const bool whole = match && i == first && match->last == last;
      if (match && (whole || is_telling_part(i, *match)) &&
          (!best || match->last - i > best->last - best_first)) {
        best = match;
        best_first = i;
      }
      if (!may_precede_name(i)) break;
    }
    if (best) {
      const auto whole = mention.span;
      mention = mention_of(best_first, *best);
      const auto inner_first = mention.first;
      mention.span = whole;
      if (inner_first > first && words_[first].is(WordClass::unit_before))
        mention.clues |= clue_unit_before;
      mention.first = first;
      mention.last = last;
    } else {
      for (std::uint32_t i = first; i <= last; ++i)
        mention.key = knowledge::extend_name_key(mention.key, words_[i].hash);
    }
    mention.clues |= clue_given;
    return mention;
  }

  void link(std::vector<PlaceMention>& mentions) const {
    link_mentions(gazetteer_, tokens_, words_, mentions);
  }

 private:
  /// A name inside a longer span says where the whole is, unless it is an ordinary word.
  [[nodiscard]] bool is_telling_part(std::uint32_t first, const Match& match) const {
    if (match.last > first) return true;
    constexpr auto ordinary = static_cast<std::uint32_t>(WordClass::common) |
                              static_cast<std::uint32_t>(WordClass::unit_after) |
                              static_cast<std::uint32_t>(WordClass::unit_before) |
                              static_cast<std::uint32_t>(WordClass::direction) |
                              static_cast<std::uint32_t>(WordClass::organisation_of) |
                              static_cast<std::uint32_t>(WordClass::street_after) |
                              static_cast<std::uint32_t>(WordClass::title) |
                              static_cast<std::uint32_t>(WordClass::particle) |
                              static_cast<std::uint32_t>(WordClass::given_name);
    return (match.entry.classes & ordinary) == 0;
  }

  /// Words that stand before a name inside a span: "downtown", "City of", "northern".
  [[nodiscard]] bool may_precede_name(std::uint32_t i) const {
    return words_[i].is(WordClass::unit_before) || words_[i].is(WordClass::particle) ||
           words_[i].is(WordClass::direction) || words_[i].is(WordClass::preposition) ||
           words_[i].is(WordClass::organisation_of) || words_[i].is(WordClass::title);
  }

  [[nodiscard]] bool is_capital(std::uint32_t i) const {
    return tokens_[i].has(token_capitalised) || tokens_[i].has(token_arabic);
  }

  [[nodiscard]] bool may_start(std::uint32_t i) const {
    const auto& word = words_[i];
    if (!word.is_word) return false;
    if (is_capital(i)) return true;
    return is_caseless_ && word.has_entry && !word.is(WordClass::common) &&
           !word.is(WordClass::particle) && !word.is(WordClass::preposition);
  }

  /// The next word of a name after token `i`: skips apostrophes and stops that are part of names
  /// ("Sa'ada", "St. Louis").
  [[nodiscard]] std::optional<std::uint32_t> next_in_name(std::uint32_t i,
                                                          std::uint32_t limit) const {
    constexpr std::size_t shortened_bytes_max = 4;
    std::uint32_t next = i + 1;
    if (next > limit) return std::nullopt;
    if (tokens_[next].has(token_punctuation)) {
      const auto mark = tokens_[next].word;
      const bool apostrophe = mark == "'" && tokens_[next].has(token_joined);
      const bool stop = mark == "." && tokens_[next].has(token_joined) &&
                        tokens_[i].word.size() <= shortened_bytes_max;
      if (!apostrophe && !stop) return std::nullopt;
      ++next;
      if (next > limit || (apostrophe && !tokens_[next].has(token_joined))) return std::nullopt;
    }
    if (tokens_[next].has(token_punctuation) || tokens_[next].sentence != tokens_[i].sentence)
      return std::nullopt;
    return next;
  }

  [[nodiscard]] std::optional<Match> longest_match(std::uint32_t i) const {
    return longest_match(i, static_cast<std::uint32_t>(tokens_.size()) - 1, is_caseless_);
  }

  [[nodiscard]] std::optional<Match> longest_match(std::uint32_t i, std::uint32_t limit,
                                                   bool any_case) const {
    auto match =
        match_from(i, limit, any_case, words_[i].hash, words_[i].entry, words_[i].has_entry);
    if (match || !tokens_[i].has(token_arabic)) return match;
    const auto word = tokens_[i].word;
    (void)arabic_stems(word, [&](std::string_view stem) {
      if (stem.size() == word.size()) return false;
      const auto hash = base::hash64(stem);
      const auto entry = gazetteer_.find(knowledge::extend_name_key(0, hash));
      if (!entry) return false;
      match = match_from(i, limit, any_case, hash, *entry, true);
      if (!match) return false;
      auto clitic = word.size() - stem.size();
      // The article belongs to the name as written.
      if (word.substr(0, clitic).ends_with("ال")) clitic -= std::string_view("ال").size();
      const auto& token = tokens_[i];
      match->clitic_bytes =
          token.end - token.begin == word.size() ? static_cast<std::uint32_t>(clitic) : 0;
      return true;
    });
    return match;
  }

  [[nodiscard]] std::optional<Match> match_from(std::uint32_t i, std::uint32_t limit, bool any_case,
                                                std::uint64_t hash, const NameEntry& first,
                                                bool known) const {
    if (!known) return std::nullopt;
    std::optional<Match> best;
    auto entry = first;
    auto key = knowledge::extend_name_key(0, hash);
    if (!entry.packed.empty()) best = Match{i, key, entry};
    std::uint32_t at = i;
    for (std::uint32_t count = 1; entry.has_longer && count < name_tokens_max; ++count) {
      const auto next = next_in_name(at, limit);
      if (!next) break;
      key = knowledge::extend_name_key(key, words_[*next].hash);
      const auto longer = gazetteer_.find(key);
      if (!longer) break;
      at = *next;
      entry = *longer;
      const bool ends_well = any_case || is_capital(at) || tokens_[at].has(token_number) ||
                             (tokens_[at].has(token_joined) && !tokens_[at].word.starts_with('\''));
      if (!ends_well && !tokens_[at].has(token_joined) && !words_[at].is(WordClass::particle) &&
          !words_[at].is(WordClass::unit_after) && !words_[at].is(WordClass::unit_before))
        break;
      if (!entry.packed.empty() && ends_well) best = Match{at, key, entry};
    }
    return best;
  }

  PlaceMention mention_of(std::uint32_t first, const Match& match) const {
    PlaceMention mention;
    mention.first = first;
    mention.last = match.last;
    mention.span = {tokens_[first].begin + match.clitic_bytes, tokens_[match.last].end};
    mention.key = match.key;
    mention.only_country = only_country_;
    mention.candidates = match.entry.packed;
    if (match.last > first) mention.clues |= clue_several_words;
    if (match.last == first && (words_[first].classes & ordinary_) != 0)
      mention.clues |= clue_common_word;
    if (match.last == first ||
        (match.entry.classes & static_cast<std::uint32_t>(WordClass::common)) != 0) {
      if (match.entry.is(WordClass::common) || match.entry.is(WordClass::month_or_day) ||
          match.entry.is(WordClass::title) || match.entry.is(WordClass::unit_after) ||
          match.entry.is(WordClass::direction))
        mention.clues |= clue_common_word;
      if (match.entry.is(WordClass::given_name)) mention.clues |= clue_given_name;
      if (match.last == first && tokens_[first].has(token_arabic) && words_[first].is_ordinary())
        mention.clues |= clue_common_word;
    }
    if (tokens_[first].has(token_arabic)) {
      mention.clues |= clue_arabic;
      if (match.clitic_bytes > 0) mention.clues |= clue_preposition;
    } else if (!tokens_[first].has(token_capitalised)) {
      mention.clues |= clue_lower_case;
    }
    read_before(mention);
    read_abbreviation(mention);
    read_after(mention);
    const auto top = Gazetteer::candidate(mention.candidates.front());
    // Some gazetteers list "Israeli" among a country's other names too.
    if (top.is(NameKind::adjective) && !top.is(NameKind::primary)) mention.clues |= clue_adjective;
    if (first == match.last && persons_.contains(words_[first].hash)) mention.clues |= clue_person;
    return mention;
  }

  /// Whether the mention is written as an abbreviation, and as one of a state.
  void read_abbreviation(PlaceMention& mention) const {
    const auto& token = tokens_[mention.first];
    if (!token.has(token_capitalised)) return;
    const bool dotted = token.has(token_abbreviation);
    const bool stop = mention.last + 1 < tokens_.size() && tokens_[mention.last + 1].word == "." &&
                      tokens_[mention.last + 1].has(token_joined);
    const bool after_comma = mention.first > 0 && tokens_[mention.first - 1].word == ",";
    // "R-Ky.": a member of parliament's party and state.
    const bool after_party = token.has(token_hyphen_before) && mention.first > 0 &&
                             tokens_[mention.first - 1].end - tokens_[mention.first - 1].begin == 1;
    const bool all_caps = token.has(token_all_caps) && words_[mention.first].means_capital;
    if (dotted || all_caps || (stop && (after_comma || after_party)) || (all_caps && after_comma) ||
        (stop && mention.last > mention.first))
      mention.clues |= clue_abbreviation;
    const bool beside = after_comma || after_party || mention.has(clue_preposition);
    if (mention.has(clue_abbreviation) &&
        (dotted || stop || beside || mention.last > mention.first))
      mention.clues |= clue_state_code;
    // The stop of "Ky." belongs to it; one that ends a sentence cannot be told apart and goes
    // along.
    const auto top = Gazetteer::candidate(mention.candidates.front());
    if (stop && mention.has(clue_abbreviation) && !dotted && !all_caps &&
        top.is(NameKind::abbreviation))
      mention.span.end = tokens_[mention.last + 1].end;
  }

  void read_before(PlaceMention& mention) const {
    const auto first = mention.first;
    if (tokens_[first].has(token_sentence_start)) mention.clues |= clue_sentence_start;
    if (first == 0) return;
    std::uint32_t at = first - 1;
    if (tokens_[at].sentence != tokens_[first].sentence) return;
    // "Gen. X": the stop after a title is no boundary.
    if (tokens_[at].word == "." && at > 0 && tokens_[at].has(token_joined) &&
        words_[at - 1].is_word) {
      const bool initial = tokens_[at - 1].end - tokens_[at - 1].begin == 1;
      if (initial || words_[at - 1].is(WordClass::title)) mention.clues |= clue_person;
      return;
    }
    if (!words_[at].is_word) return;
    if (words_[at].means_capital && words_[at].is(WordClass::given_name))
      mention.clues |= clue_person;
    if (words_[at].is(WordClass::title) && !tokens_[first].has(token_arabic))
      mention.clues |= clue_person;
    const bool known = words_[at].classes != 0 || words_[at].has_entry;
    if (words_[at].means_capital && !known) mention.clues |= clue_capital_before;
    if (words_[at].is(WordClass::direction)) {
      mention.clues |= clue_direction_before;
      if (at == 0) return;
      --at;
    }
    if (is_article(at)) {
      mention.clues |= clue_article;
      if (at == 0) return;
      if (!words_[at].is(WordClass::preposition)) --at;
    }
    if (words_[at].is(WordClass::preposition)) mention.clues |= clue_preposition;
    if (words_[at].is(WordClass::unit_before)) note_unit(mention, at, clue_unit_before);
    if (words_[at].is(WordClass::particle) && at > 0) {
      if (words_[at - 1].is(WordClass::unit_before)) note_unit(mention, at - 1, clue_unit_before);
      if (words_[at - 1].is(WordClass::preposition)) mention.clues |= clue_preposition;
      if (words_[at - 1].is(WordClass::organisation_of) && is_capital(at - 1))
        mention.clues |= clue_organisation;
    }
  }

  [[nodiscard]] bool is_article(std::uint32_t i) const {
    const auto word = tokens_[i].word;
    return word == "the" || word == "a" || word == "an" || word == "la" || word == "le" ||
           word == "l'" || word == "les" || word == "el" || word == "los" || word == "las" ||
           word == "o" || word == "os" || word == "as";
  }

  void note_unit(PlaceMention& mention, std::uint32_t unit, PlaceClue clue) const {
    mention.clues |= clue;
    if (words_[unit].is(WordClass::unit_district)) mention.unit_kind = PlaceKind::district;
    if (words_[unit].is(WordClass::unit_province)) mention.unit_kind = PlaceKind::province;
    if (words_[unit].is(WordClass::unit_town)) mention.unit_kind = PlaceKind::city;
  }

  void read_after(PlaceMention& mention) const {
    std::uint32_t next = mention.last + 1;
    if (next < tokens_.size() && tokens_[next].word == "'s") {
      mention.clues |= clue_possessive;
      return;
    }
    if (next >= tokens_.size() || !words_[next].is_word ||
        tokens_[next].sentence != tokens_[mention.first].sentence)
      return;
    const auto& word = words_[next];
    // "Residents of Djibo said": the residents said it.
    const bool led = mention.has(clue_preposition) ||
                     (mention.first > 0 && words_[mention.first - 1].is(WordClass::particle));
    if (word.is(WordClass::speech) && !led) mention.clues |= clue_speech;
    if (word.is(WordClass::unit_after)) note_unit(mention, next, clue_unit_after);
    if (!is_capital(next)) return;
    // "Yobe State", but "Ohio State University".
    const bool name_goes_on = next + 1 < tokens_.size() && tokens_[next + 1].has(token_capitalised);
    if (word.means_capital && word.is(WordClass::unit_after) && !name_goes_on &&
        mention.unit_kind != PlaceKind::city && is_unit(mention))
      mention.span.end = tokens_[next].end;
    if (word.is(WordClass::organisation_after)) mention.clues |= clue_organisation;
    if (word.is(WordClass::street_after)) mention.clues |= clue_street;
    if (word.is(WordClass::title)) mention.clues |= clue_title_after;
    if (word.means_capital && word.classes == 0) {
      mention.clues |= clue_capital_after;
      const bool given =
          mention.has(clue_given_name) || words_[mention.first].is(WordClass::given_name);
      if (given && !mention.has(clue_several_words)) mention.clues |= clue_person;
    }
  }

  /// Whether some candidate is a unit of the kind that the word beside it names.
  [[nodiscard]] bool is_unit(const PlaceMention& mention) const {
    return std::ranges::any_of(mention.candidates, [this, &mention](std::uint32_t packed) {
      const auto kind = gazetteer_.place(Gazetteer::candidate(packed).place).kind;
      return kind == PlaceKind::province || kind == PlaceKind::district ? kind == mention.unit_kind
                                                                        : false;
    });
  }

  /// Family names of persons whom the text introduces by title or given name; alone they recur.
  void read_persons() {
    for (std::uint32_t i = 0; i + 1 < tokens_.size(); ++i) {
      const auto& word = words_[i];
      if (!word.is_word || !word.means_capital) continue;
      const bool given = word.is(WordClass::given_name);
      const bool title = word.is(WordClass::title);
      if (!given && !title) continue;
      // "San Francisco", "Jordan Valley": the words are a place as a whole.
      const auto match = longest_match(i);
      if (match && match->last > i) continue;
      std::uint32_t at = i + 1;
      if (title && tokens_[at].word == ".") ++at;
      for (std::uint32_t count = 0; count < 3 && at < tokens_.size(); ++count, ++at) {
        // A middle initial with its stop is passed over.
        if (tokens_[at].word == "." && tokens_[at].has(token_joined) &&
            tokens_[at - 1].end - tokens_[at - 1].begin == 1)
          continue;
        if (!words_[at].is_word || !words_[at].means_capital ||
            tokens_[at].sentence != tokens_[i].sentence || words_[at].is(WordClass::title) ||
            words_[at].is(WordClass::unit_after))
          break;
        if (!words_[at].is(WordClass::given_name)) persons_.insert(words_[at].hash);
      }
    }
  }

  /// "WASH", "ADRA": short and in capitals among words that are not; a dateline stands first.
  [[nodiscard]] bool is_acronym(const PlaceMention& mention) const {
    constexpr std::uint32_t acronym_bytes_max = 4;
    const auto& token = tokens_[mention.first];
    return mention.first == mention.last && token.has(token_all_caps) &&
           words_[mention.first].means_capital && !token.has(token_sentence_start) &&
           token.end - token.begin <= acronym_bytes_max;
  }

  /// Whether at least one candidate may be meant by what is written.
  [[nodiscard]] bool is_usable(PlaceMention& mention) const {
    bool any = false;
    std::uint32_t people = 0;
    for (const auto packed : mention.candidates) {
      const auto candidate = Gazetteer::candidate(packed);
      if (!may_mean(gazetteer_, mention, candidate)) continue;
      any = true;
      const auto place = gazetteer_.place(candidate.place);
      people =
          std::max(people, place.kind == PlaceKind::city ? place.population : well_known_people);
    }
    if (!any) return false;
    const auto top = Gazetteer::candidate(mention.candidates.front());
    if (mention.has(clue_abbreviation) && top.is(NameKind::abbreviation))
      mention.clues &= ~static_cast<std::uint32_t>(clue_common_word);
    else if (is_acronym(mention))
      mention.clues |= clue_common_word;
    const bool placed =
        (mention.clues & (clue_preposition | clue_unit_before | clue_unit_after)) != 0;
    if (mention.has(clue_arabic))
      // "In the news" and "in Khobar" are one word: only "the town of …" tells them apart.
      return mention.has(clue_common_word) ? mention.has(clue_unit_before)
                                           : people >= arabic_known_people || placed;
    if (mention.has(clue_lower_case))
      return placed || mention.has(clue_several_words) || people >= well_known_people;
    return true;
  }

  const Gazetteer& gazetteer_;
  std::span<const Token> tokens_;
  std::vector<PlaceWord> words_;
  std::unordered_set<std::uint64_t> persons_;
  bool is_caseless_;
  std::string_view only_country_;
  std::uint32_t ordinary_;  ///< class of the everyday words of the text's language, or 0
};

}  // namespace

bool may_mean(const Gazetteer& gazetteer, const PlaceMention& mention,
              const NameCandidate& candidate) {
  if (!mention.only_country.empty() &&
      gazetteer.place(candidate.place).country != mention.only_country)
    return false;
  if (candidate.name_kinds != static_cast<std::uint8_t>(NameKind::abbreviation)) return true;
  if (!mention.has(clue_abbreviation)) return false;
  return mention.has(clue_state_code) ||
         gazetteer.place(candidate.place).kind != PlaceKind::province;
}

std::vector<PlaceMention> read_mentions(const Gazetteer& gazetteer, std::span<const Token> tokens,
                                        const MentionContext& context) {
  return Reader(gazetteer, tokens, context).all();
}

std::vector<PlaceMention> read_mentions_around(const Gazetteer& gazetteer,
                                               std::span<const Token> tokens,
                                               std::span<const Span> spans,
                                               const MentionContext& context) {
  Reader reader(gazetteer, tokens, context);
  auto mentions = reader.all();
  std::erase_if(mentions, [spans](const PlaceMention& mention) {
    return std::ranges::any_of(spans, [&mention](const Span& span) {
      return span.begin < mention.span.end && mention.span.begin < span.end;
    });
  });
  for (auto& mention : mentions) mention.container = -1;
  for (const auto& span : spans) mentions.push_back(reader.of_span(span));
  std::ranges::stable_sort(mentions, {},
                           [](const PlaceMention& mention) { return mention.span.begin; });
  reader.link(mentions);
  return mentions;
}

}  // namespace tocsin::monitor::coding
