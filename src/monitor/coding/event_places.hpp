// SPDX-License-Identifier: Apache-2.0
// Where a deed happened, among the places that its text names.
//
// A sentence names places for many reasons: where something happened ("in Kidal"), where somebody
// comes from ("from Chad"), whose somebody is ("Germany's ambassador"), who acted ("Russia fired").
// The nearest that may be a scene wins; only where there is none does the story before tell it.
// Ownership: EventPlaces views what it is given. Threads: read-only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "monitor/coding/coded.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

/// How a place stands in its sentence.
struct PlaceStanding {
  std::uint32_t sentence = 0;
  bool origin = false;  ///< "from X", a country: where somebody comes from
  bool aside = false;   ///< "X's", "ambassador to X", "reports on X": whose somebody is, what about
  bool within = false;  ///< "in X": where something is
  bool dateline = false;
};

/// How many tokens the dateline of a sentence has ("BEIRUT, June 3 (Reuters) -", where the report
/// was written), or 0 where none leads it in: names, numbers and brackets up to a dash that stands
/// free.
[[nodiscard]] std::size_t dateline_length(std::span<const Token> sentence);

class EventPlaces {
 public:
  /// `told` holds the sentence of every deed of the text. Places and standings go in pairs.
  EventPlaces(const std::vector<CodedPlace>& places, std::span<const PlaceStanding> standings,
              std::span<const std::uint32_t> told)
      : places_(places), standings_(standings), told_(told) {}
  /// Index of the place of an event of that sentence; `before` is that of the deed told before.
  [[nodiscard]] std::optional<std::uint32_t> of(const CodedEvent& event, std::uint32_t sentence,
                                                std::optional<std::uint32_t> before) const;

 private:
  [[nodiscard]] bool may_be_scene(std::uint32_t place, const CodedEvent& event) const;
  template <typename Wanted>
  [[nodiscard]] std::optional<std::uint32_t> nearest(const CodedEvent& event, Wanted wanted) const;

  const std::vector<CodedPlace>& places_;
  std::span<const PlaceStanding> standings_;
  std::span<const std::uint32_t> told_;
};

}  // namespace tocsin::monitor::coding
