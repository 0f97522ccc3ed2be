// SPDX-License-Identifier: Apache-2.0
// The gazetteer as the coder's source of places.
//
// Ownership: owns the opened gazetteer. Threads: immutable after open, shared freely.
// Errors: those of opening the gazetteer file.
#pragma once

#include <filesystem>
#include <memory>

#include "monitor/coding/coder.hpp"
#include "monitor/coding/places.hpp"

namespace tocsin::monitor::coding {

class GazetteerPlaces final : public PlaceSource {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<GazetteerPlaces>> open(
      const std::filesystem::path& file);
  [[nodiscard]] std::vector<CodedPlace> find(std::string_view text, std::span<const Token> tokens,
                                             std::string_view language,
                                             std::string_view country) const override;
  [[nodiscard]] const PlaceFinder& finder() const { return finder_; }
  [[nodiscard]] const knowledge::Gazetteer& gazetteer() const { return gazetteer_; }

 private:
  explicit GazetteerPlaces(knowledge::Gazetteer gazetteer)
      : gazetteer_(std::move(gazetteer)), finder_(gazetteer_) {}
  knowledge::Gazetteer gazetteer_;
  PlaceFinder finder_;
};

}  // namespace tocsin::monitor::coding
