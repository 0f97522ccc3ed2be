// SPDX-License-Identifier: Apache-2.0
// Finds the places that a text names and says which place of the gazetteer each of them is.
//
// Finding goes by the longest name in the gazetteer, by capitals where the script has them, and by
// the words around (data/places/words.tsv): persons, organisations, streets and adjectives of
// countries are not places. Resolving weighs population, kind, an explicit "X, State", the
// countries, units and towns named beside it, and the country that the report's carrier knows.
// Both are linear scores (place_weights.hpp), fitted as docs/places.md describes.
//
// Ownership: a PlaceFinder keeps a reference to its gazetteer; results own their strings.
// Threads: const and stateless, so shared freely. Units: bytes of the text; degrees (WGS 84).
// Errors: none; a text without places gives an empty list.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/gazetteer.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/place_weights.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

/// What the carrier of a text knows about it.
struct PlaceContext {
  std::string_view country{};   ///< ISO 3166-1 alpha-2, or empty
  std::string_view language{};  ///< BCP 47, or empty: taken for English
  /// Whether "Malian" is returned as its country (some annotations do so); else it only helps to
  /// tell which country other names lie in.
  bool keep_adjectives = false;
  /// No place outside `country` is meant.
  bool country_only = false;
};

class PlaceFinder {
 public:
  explicit PlaceFinder(const knowledge::Gazetteer& gazetteer, PlaceWeights weights = {});

  /// The places that a text names, in order of appearance; `tokens` are all tokens of that text.
  [[nodiscard]] std::vector<CodedPlace> find(std::string_view text, std::span<const Token> tokens,
                                             const PlaceContext& context) const;
  /// Says what place each given span is; one answer a span, in the order given. A span whose name
  /// no place bears gets the smallest unit that the text makes likely, with a low confidence.
  [[nodiscard]] std::vector<std::optional<CodedPlace>> resolve(std::string_view text,
                                                               std::span<const Token> tokens,
                                                               std::span<const Span> spans,
                                                               const PlaceContext& context) const;

 private:
  const knowledge::Gazetteer& gazetteer_;
  PlaceWeights weights_;
};

}  // namespace tocsin::monitor::coding
