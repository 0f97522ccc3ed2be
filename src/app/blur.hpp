// SPDX-License-Identifier: Apache-2.0
// Turns a report's words for place and time into a district and a week: names through the
// gazetteer, days through the dates that the coder knows.
//
// Ownership: owns the mapped gazetteer; the coder's data are the caller's and must outlive it.
// Threads: any, one text at a time. Errors: a gazetteer that is there and cannot be opened.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "assess/exact_place.hpp"
#include "knowledge/gazetteer.hpp"
#include "monitor/coding/coder.hpp"
#include "monitor/coding/dates.hpp"
#include "monitor/coding/places.hpp"

namespace tocsin::app {

class BlurByGazetteer {
 public:
  /// Without a gazetteer file no area is found.
  [[nodiscard]] static base::Result<std::unique_ptr<BlurByGazetteer>> open(
      const std::filesystem::path& gazetteer,
      std::shared_ptr<const monitor::coding::CoderData> data);
  [[nodiscard]] assess::Blurred blur(const assess::ToldWhere& told);

 private:
  explicit BlurByGazetteer(std::shared_ptr<const monitor::coding::CoderData> data)
      : data_(std::move(data)) {}
  void find_area(const assess::ToldWhere& told, assess::Blurred& into);
  [[nodiscard]] std::optional<base::Day> day_of(const assess::ToldWhere& told);

  std::shared_ptr<const monitor::coding::CoderData> data_;
  std::optional<knowledge::Gazetteer> gazetteer_;
  std::optional<monitor::coding::PlaceFinder> finder_;
  std::mutex mutex_;
  monitor::coding::TokenizedText tokens_;
  monitor::coding::Sentence sentence_;
  std::vector<monitor::coding::ToldDate> times_;
};

}  // namespace tocsin::app
