// SPDX-License-Identifier: Apache-2.0
// Which place each mention of one text is, and how sure that is.
//
// One name has one sense in one text: mentions with the same key are ranked together, unless one
// of them says otherwise ("Paris, Texas" beside a plain "Paris").
// Ownership: values. Threads: pure. Units: probabilities.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "monitor/coding/place_mentions.hpp"
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

using RankFeatures = std::array<float, rank_features>;
using TrustFeatures = std::array<float, trust_features>;

struct RankedCandidate {
  std::uint32_t place = 0;
  std::uint8_t name_kinds = 0;
  double probability = 0;
  RankFeatures features{};
};

/// One name in one text.
struct RankedName {
  std::uint64_t key = 0;
  std::vector<RankedCandidate> candidates;  ///< most populous first
  std::size_t best = 0;
  std::uint32_t mentions = 0;
  std::uint32_t clues = 0;  ///< of all its mentions together
};

struct RankedMention {
  std::size_t name = 0;  ///< index into RankedText::names
  TrustFeatures features{};
  double trust = 0;
};

/// The unit that most of a text is about: what an unknown name is placed in.
struct Focus {
  std::uint32_t place = 0;
  double share = 0;
};

struct RankedText {
  std::vector<RankedName> names;
  std::vector<RankedMention> mentions;  ///< one for each mention given
  std::optional<Focus> focus;
};

struct RankContext {
  std::string_view country;  ///< ISO 3166-1 alpha-2, or empty
  /// The text is not English: the gazetteer's own names are mostly English or local, so another
  /// name of a place says no less than its own.
  bool other_names_usual = false;
};

[[nodiscard]] RankedText rank_places(const knowledge::Gazetteer& gazetteer,
                                     const PlaceWeights& weights,
                                     std::span<const PlaceMention> mentions,
                                     const RankContext& context);

}  // namespace tocsin::monitor::coding
