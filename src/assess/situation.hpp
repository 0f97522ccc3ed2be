// SPDX-License-Identifier: Apache-2.0
// What a desk follows: one place or group of places, at least one feared crime, a next review date
// that is never empty; and the evidence linked to indicators. Pure: no store, no clock.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names the field.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "ledger/revision.hpp"

namespace tocsin::assess {

inline constexpr std::size_t places_per_situation_max = 50;
inline constexpr std::size_t long_text_bytes_max = 48U << 10;
/// A review lies at most this far ahead: what is not looked at for longer is not followed.
inline constexpr std::chrono::days review_ahead_max{366};

/// The crimes that the work is about, and nothing else.
inline constexpr std::array<std::string_view, 4> crime_names{"genocide", "crimes_against_humanity",
                                                             "war_crimes", "ethnic_cleansing"};
[[nodiscard]] bool is_crime(std::string_view name);

/// Sections that every situation has; each holds a text, or says "no information".
inline constexpr std::array<std::string_view, 3> section_names{"women_children_sexual_violence",
                                                               "minorities_citizenship_segregation",
                                                               "past_crimes_impunity_memory"};

struct Section {
  bool no_information = true;
  std::string text;
};

struct SituationDraft {
  std::string name;
  std::vector<std::string> places;  ///< as people call them
  std::vector<std::string> crimes;
  std::optional<base::Day> review;
  std::array<Section, section_names.size()> sections;
  bool exercise = false;
  /// Of the situation; assessments and warnings inherit it.
  ledger::Marking marking;
  std::string marking_reason;  ///< why it may be marked less strictly than before
};
/// `today` bounds the review date.
[[nodiscard]] base::Status check_situation(const SituationDraft& draft, base::Day today);

/// Marking it less strictly than before, or than what nobody marked, needs a reason in words.
[[nodiscard]] base::Status check_loosened(const ledger::Marking& before,
                                          const SituationDraft& draft);

/// Whether a factor (1 to 14) is shown for the feared crimes: the common factors 1 to 8 for all,
/// 9 and 10 for genocide, 11 and 12 for crimes against humanity, 13 and 14 for war crimes. Ethnic
/// cleansing, which the framework treats through the other crimes, shows 9 to 12.
/// Source: Framework of Analysis, A/70/741-S/2016/71.
[[nodiscard]] bool factor_concerns(int factor, const std::vector<std::string>& crimes);

struct EvidenceDraft {
  std::string situation;
  std::string indicator;  ///< "CRF7.14"
  bool against = false;   ///< points the other way
  std::string excerpt;
  std::string because;    ///< one line of why
  std::string origin;     ///< "report:UUID", or "observation NUMBER" copied from the watch
  std::string source;     ///< who says so: code or publisher; counted once each
  bool exercise = false;  ///< an observation of an exercise
};
[[nodiscard]] base::Status check_evidence(const EvidenceDraft& draft);

}  // namespace tocsin::assess
