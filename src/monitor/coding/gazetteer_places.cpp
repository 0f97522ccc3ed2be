// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/gazetteer_places.hpp"

namespace tocsin::monitor::coding {

base::Result<std::unique_ptr<GazetteerPlaces>> GazetteerPlaces::open(
    const std::filesystem::path& file) {
  auto gazetteer = knowledge::Gazetteer::open(file);
  if (!gazetteer) return std::unexpected(std::move(gazetteer.error()));
  return std::unique_ptr<GazetteerPlaces>(new GazetteerPlaces(std::move(*gazetteer)));
}

std::vector<CodedPlace> GazetteerPlaces::find(std::string_view text, std::span<const Token> tokens,
                                              std::string_view /*language*/,
                                              std::string_view country) const {
  PlaceContext context;
  context.country = country;
  return finder_.find(text, tokens, context);
}

}  // namespace tocsin::monitor::coding
