// SPDX-License-Identifier: Apache-2.0
// What the tests of feeds share: the tables, a sink that writes rows as lines, temporary files.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "monitor/feeds/intake.hpp"

namespace tocsin::monitor::feeds {

inline const Tables& test_tables() {
  static const Tables tables = [] {
    auto loaded = Tables::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data" / "feeds");
    if (!loaded) throw std::runtime_error(loaded.error().text());
    return *std::move(loaded);
  }();
  return tables;
}

/// Every field of a record on one line, so that goldens show all of them.
inline std::string show(const FeedRecord& r) {
  std::string out = fmt::format("kept {} kind={} id={}", r.line, static_cast<int>(r.kind), r.id);
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    std::string flat;
    for (const char c : value) flat += c == '\n' ? std::string("\\n") : std::string(1, c);
    out += fmt::format(" | {}={}", name, flat);
  };
  add("title", r.title);
  add("text", r.text);
  add("language", r.language);
  add("url", r.url);
  add("publisher", r.publisher);
  add("symbol", r.symbol);
  if (r.date) add("date", base::format_day(*r.date));
  if (r.date_end) add("date_end", base::format_day(*r.date_end));
  if (r.published) add("published", base::format_instant(*r.published));
  add("place", r.place.name);
  add("country", r.place.country);
  add("admin1", r.place.admin1);
  if (r.place.latitude)
    add("at", fmt::format("{:.4f},{:.4f}", *r.place.latitude, *r.place.longitude));
  if (r.place.precision > 0) add("precision", std::to_string(r.place.precision));
  const auto side = [](const FeedActor& a) { return a.role + "/" + a.country + "/" + a.group; };
  if (r.event) {
    add("event", r.event->plover + " " + r.event->cameo + " " + r.event->kind);
    add("source", side(r.event->source));
    add("target", side(r.event->target));
    if (r.event->killed) add("killed", std::to_string(*r.event->killed));
    if (r.event->injured) add("injured", std::to_string(*r.event->injured));
  }
  for (const auto& label : r.labels) add("label", label);
  if (r.mentions != 1) add("mentions", std::to_string(r.mentions));
  if (r.exercise) add("exercise", "true");
  return out;
}

class CollectingSink : public IntakeSink {
 public:
  base::Status begin(const ImportedFile& file) override {
    ++begun;
    format_at_begin = file.format == nullptr ? "" : std::string(file.format->name);
    return {};
  }
  base::Status end(const ImportedFile&) override {
    ++ended;
    return {};
  }
  base::Status kept(FeedRecord& record) override {
    if (keep_lines) lines.push_back(show(record));
    if (fail_after && ++seen > *fail_after)
      return base::fail(base::ErrorCode::cancelled, "stopped by the test");
    return {};
  }
  void rejected(std::uint64_t line, std::string_view reason) override {
    lines.push_back(fmt::format("rejected {} {}", line, reason));
  }
  void out_of_scope(std::uint64_t line, std::string_view reason) override {
    if (keep_lines) lines.push_back(fmt::format("out of scope {} {}", line, reason));
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& line : lines) all += line + "\n";
    return all;
  }
  std::vector<std::string> lines;
  std::string format_at_begin;
  bool keep_lines = true;
  std::optional<int> fail_after;
  int seen = 0;
  int begun = 0;
  int ended = 0;
};

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-feeds-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<long>(bytes.size()));
    return file;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Real data beside the checkout; empty where there is none.
inline std::filesystem::path shared_data() {
  const char* given = std::getenv("TOCSIN_SHARED");
  const auto root = given != nullptr ? std::filesystem::path(given)
                                     : std::filesystem::path(TOCSIN_SOURCE_DIR) / ".." / "shared";
  const auto data = root / "data" / "monitor";
  return std::filesystem::is_directory(data) ? data : std::filesystem::path();
}

}  // namespace tocsin::monitor::feeds
