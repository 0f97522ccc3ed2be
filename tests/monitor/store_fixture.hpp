// SPDX-License-Identifier: Apache-2.0
// A home with an empty observation store, and rows to put into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "monitor/observation_reader.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/observation_writer.hpp"

namespace tocsin::monitor {

inline base::Day day_at(std::string_view text) {
  return base::parse_day(text).value();
}

inline base::Instant instant_at(std::string_view text) {
  return base::parse_instant(text).value();
}

/// The home of one test, with a writer that is opened when it is asked for.
class StoreHome {
 public:
  StoreHome() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
    open();
  }
  ~StoreHome() {
    close();
    std::filesystem::remove_all(path);
  }
  StoreHome(const StoreHome&) = delete;
  StoreHome& operator=(const StoreHome&) = delete;

  void open() {
    database = std::move(open_observations(path).value());
    base::SeededRandom random(1);
    writer = std::move(ObservationWriter::open(*database, random).value());
  }
  /// As when the process ends.
  void close() {
    writer.reset();
    database.reset();
  }
  void begin() const { ASSERT_TRUE(writer->begin()); }
  std::int64_t begin_import(const std::string& format = "jsonl",
                            const std::string& locator = "/feeds/a.jsonl") const {
    return writer
        ->begin_import({locator, format, "", 0, "licence", instant_at("2024-03-06T00:00:00Z")})
        .value();
  }
  void commit() const {
    const auto done = writer->commit();
    ASSERT_TRUE(done) << done.error().text();
  }
  /// Rows as one import in one transaction; how many were kept.
  std::size_t bring_in(const std::vector<NewRow>& rows, const std::string& format = "jsonl") const {
    begin();
    begin_import(format);
    std::size_t kept = 0;
    for (const auto& row : rows) kept += writer->add(format, row).value() ? 1U : 0U;
    commit();
    return kept;
  }
  [[nodiscard]] ObservationReader reader() const { return ObservationReader(*database); }
  [[nodiscard]] std::int64_t number(std::string_view sql) const {
    auto select = database->prepare(sql);
    EXPECT_TRUE(select) << sql;
    EXPECT_TRUE((*select)->step().value_or(false)) << sql;
    return (*select)->integer(0);
  }

  std::filesystem::path path;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<ObservationWriter> writer;
};

inline ObservedPlace kaya() {
  return {2360073, "Kaya", "BF", "Centre-Nord", 13.09, -1.08, 3};
}
inline ObservedPlace dori() {
  return {2361082, "Dori", "BF", "Sahel", 14.03, -0.03, 3};
}

inline NewObservation attack_at(const ObservedPlace& place, std::string_view day,
                                std::optional<std::int32_t> killed = std::nullopt) {
  NewObservation seen;
  seen.day = day_at(day);
  seen.place = place;
  seen.type = "ASSAULT";
  seen.cameo = "18";
  seen.kind = "attack";
  seen.measure = "attacks_on_civilians";
  seen.source = {"UAF", "", ""};
  seen.target = {"CVL", "BFA", ""};
  seen.killed = killed;
  seen.span = {0, 10};
  return seen;
}

/// A row of a coded feed: one observation, no text.
inline NewRow coded(std::string id, NewObservation seen) {
  NewRow row;
  row.id = std::move(id);
  row.line = 1;
  seen.span = {};
  row.observations = {std::move(seen)};
  return row;
}

/// A report with a title, a text and what was read out of it.
inline NewRow told(std::string id, std::string title, std::string text,
                   std::vector<NewObservation> seen, std::string publisher = "The Daily") {
  NewRow row;
  row.id = std::move(id);
  row.scope = publisher;
  row.url = "https://daily.example/" + row.id;
  row.line = 1;
  NewReport report;
  report.title = std::move(title);
  report.text = std::move(text);
  report.language = "en";
  report.publisher = std::move(publisher);
  report.published = instant_at("2024-03-05T10:00:00Z");
  row.report = std::move(report);
  row.observations = std::move(seen);
  return row;
}

}  // namespace tocsin::monitor
