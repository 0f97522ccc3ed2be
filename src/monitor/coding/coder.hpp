// SPDX-License-Identifier: Apache-2.0
// The text coder: one text in, its places, events and indicator links out.
//
// CoderData is loaded once (under 0.3 s) and only read: share it between threads. A Coder holds
// the working memory of one thread. Errors: loading names the file and the line; coding never
// fails, a text that says nothing gives an empty answer.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "knowledge/actors.hpp"
#include "knowledge/event_kinds.hpp"
#include "knowledge/framework.hpp"
#include "monitor/coding/clauses.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/event_places.hpp"
#include "monitor/coding/extractor.hpp"
#include "monitor/coding/language.hpp"
#include "monitor/coding/places.hpp"
#include "monitor/coding/rules.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

/// Everything the coder knows, read from the data folder.
class CoderData {
 public:
  /// `actor_files` are a user's own actor dictionaries.
  [[nodiscard]] static base::Result<std::shared_ptr<const CoderData>> load(
      const std::filesystem::path& data_folder,
      const std::vector<std::filesystem::path>& actor_files = {});

  [[nodiscard]] const knowledge::EventKinds& kinds() const { return kinds_; }
  [[nodiscard]] const knowledge::Actors& actors() const { return actors_; }
  [[nodiscard]] const knowledge::Framework& framework() const { return framework_; }
  [[nodiscard]] const std::vector<IndicatorEntry>& indicators() const { return indicators_; }
  [[nodiscard]] const Tokenizer& tokenizer() const { return tokenizer_; }
  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const LanguageGuess& languages() const { return languages_; }
  /// The rules of a language, or null where there are none.
  [[nodiscard]] const Rules* rules(std::string_view language) const;
  [[nodiscard]] const std::vector<std::unique_ptr<Rules>>& all_rules() const { return rules_; }

 private:
  CoderData() = default;
  knowledge::EventKinds kinds_;
  knowledge::Actors actors_;
  knowledge::Framework framework_;
  Tokenizer tokenizer_;
  Names names_;
  std::vector<IndicatorEntry> indicators_;
  std::vector<std::unique_ptr<Rules>> rules_;
  LanguageGuess languages_;
};

/// Languages with rules, in the order in which they are loaded.
inline constexpr std::array<std::string_view, 6> coder_languages = {"en", "fr", "es",
                                                                    "ar", "pt", "sw"};

class Coder {
 public:
  /// `places` may be null: then no places are found.
  explicit Coder(std::shared_ptr<const CoderData> data, const PlaceFinder* places = nullptr);
  ~Coder();
  Coder(Coder&&) noexcept;

  [[nodiscard]] CodedText code(const TextToCode& text);

 private:
  struct Machine;  ///< what works on one language
  struct Pending;  ///< an event with what later sentences need to know of it
  void prefer_known_words(std::string& language) const;
  void code_sentences(const TextToCode& text, Machine& machine, CodedText& out);
  void take_events(const TextToCode& text, std::uint32_t number, Machine& machine, CodedText& out);
  void remember_subject(const TextToCode& text, std::uint32_t number, Machine& machine);
  [[nodiscard]] std::string_view only_country(const TextToCode& text, Machine& machine) const;
  /// Whether no group of the sentence but this one names a country.
  [[nodiscard]] bool only_of(int group, Machine& machine) const;
  bool join_earlier(const RawEvent& event, std::uint32_t number, Machine& machine, CodedText& out);
  void loose_counts(std::uint32_t number, CodedText& out);
  void link_events(const CodedText& out, std::vector<IndicatorLink>& links) const;
  void add_link(std::vector<IndicatorLink>& links, std::uint16_t entry, Span span) const;
  void finish(const TextToCode& text, CodedText& out);
  [[nodiscard]] std::uint32_t sentence_at(std::uint32_t byte) const;
  /// Reads how the places of the sentence at hand stand in it, and drops those that are a part of
  /// somebody's name ("Arakan Army").
  void read_standings(std::uint32_t number, std::vector<CodedPlace>& places);
  /// Whether a place that starts at a word is a part of a dictionary's name of an actor.
  [[nodiscard]] bool in_name(std::size_t at, const Span& place) const;

  std::shared_ptr<const CoderData> data_;
  const PlaceFinder* places_;
  std::vector<std::unique_ptr<Machine>> machines_;
  TokenizedText tokens_;
  Sentence sentence_;
  SentenceFindings findings_;
  std::vector<Pending> pending_;
  std::vector<PlaceStanding> standings_;  ///< of each place
  std::size_t dateline_ = 0;              ///< tokens of the dateline of the sentence at hand
  bool places_behind_dateline_ = false;
  std::uint16_t origin_class_;
  std::uint16_t aside_class_;
  std::uint16_t within_class_;
  Antecedent earlier_;  ///< for pronouns of the next sentences
  std::uint32_t earlier_sentence_ = 0;
};

}  // namespace tocsin::monitor::coding
