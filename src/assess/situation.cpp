// SPDX-License-Identifier: Apache-2.0
#include "assess/situation.hpp"

#include <algorithm>

#include "assess/report.hpp"
#include "base/text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

base::Status check_text(std::string_view text, std::string_view field, std::size_t bytes_max) {
  if (!base::is_utf8(text)) return fail(ErrorCode::invalid_input, "not UTF-8", std::string(field));
  if (text.size() > bytes_max)
    return fail(ErrorCode::limit_exceeded, "longer than " + std::to_string(bytes_max) + " bytes",
                std::string(field));
  return {};
}

}  // namespace

bool is_crime(std::string_view name) {
  return std::ranges::find(crime_names, name) != crime_names.end();
}

base::Status check_situation(const SituationDraft& draft, base::Day today) {
  if (base::trim(draft.name).empty())
    return fail(ErrorCode::invalid_input, "it needs a name", "name");
  if (auto done = check_text(draft.name, "name", short_text_bytes_max); !done) return done;
  if (draft.places.empty())
    return fail(ErrorCode::invalid_input, "it needs at least one place", "places");
  if (draft.places.size() > places_per_situation_max)
    return fail(ErrorCode::limit_exceeded, "more than 50 places", "places");
  for (const auto& place : draft.places)
    if (auto done = check_text(place, "places", short_text_bytes_max); !done) return done;
  if (draft.crimes.empty())
    return fail(ErrorCode::invalid_input, "name the crime that is feared", "crimes",
                "what fits none of the four is not followed here");
  if (!std::ranges::all_of(draft.crimes, is_crime))
    return fail(ErrorCode::invalid_input, "unknown crime", "crimes");
  if (!draft.review)
    return fail(ErrorCode::invalid_input, "it needs a date for the next review", "review");
  if (*draft.review < today || *draft.review > today + review_ahead_max)
    return fail(ErrorCode::invalid_input, "the next review lies within the coming year", "review");
  if (auto done = ledger::check_marking(draft.marking); !done) return done;
  if (auto done = check_text(draft.marking_reason, "marking_reason", short_text_bytes_max); !done)
    return done;
  for (std::size_t i = 0; i < section_names.size(); ++i) {
    const auto& section = draft.sections[i];
    if (auto done = check_text(section.text, section_names[i], long_text_bytes_max); !done)
      return done;
    if (!section.no_information && base::trim(section.text).empty())
      return fail(ErrorCode::invalid_input, "write what is known, or say \"no information\"",
                  std::string(section_names[i]));
  }
  return {};
}

base::Status check_loosened(const ledger::Marking& before, const SituationDraft& draft) {
  const bool loosened = ledger::stricter(draft.marking, before) != draft.marking;
  if (loosened && base::trim(draft.marking_reason).empty())
    return fail(ErrorCode::invalid_input, "say why it may be marked less strictly",
                "marking_reason");
  return {};
}

bool factor_concerns(int factor, const std::vector<std::string>& feared) {
  constexpr int common_last = 8;
  constexpr int genocide_last = 10;
  constexpr int humanity_last = 12;
  if (factor <= common_last) return true;
  const auto has = [&](std::string_view crime) {
    return std::ranges::find(feared, crime) != feared.end();
  };
  if (factor <= genocide_last) return has("genocide") || has("ethnic_cleansing");
  if (factor <= humanity_last) return has("crimes_against_humanity") || has("ethnic_cleansing");
  return has("war_crimes");
}

base::Status check_evidence(const EvidenceDraft& draft) {
  if (base::trim(draft.excerpt).empty())
    return fail(ErrorCode::invalid_input, "mark the words that count", "excerpt");
  if (auto done = check_text(draft.excerpt, "excerpt", long_text_bytes_max); !done) return done;
  if (base::trim(draft.because).empty())
    return fail(ErrorCode::invalid_input, "say in one line why it bears on the indicator",
                "because");
  if (auto done = check_text(draft.because, "because", short_text_bytes_max); !done) return done;
  if (draft.origin.empty())
    return fail(ErrorCode::invalid_input, "evidence comes from a report or an observation",
                "origin");
  return {};
}

}  // namespace tocsin::assess
