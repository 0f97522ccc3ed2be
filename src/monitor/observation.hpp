// SPDX-License-Identifier: Apache-2.0
// What goes into the observation store: one row of a feed with the statements read out of it.
//
// Ownership: values. Units: days since 1970-01-01 (UTC), degrees (WGS 84), people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/feeds/record.hpp"

namespace tocsin::monitor {

/// A place as the store knows it: a gazetteer entry, or what the source said where there is none.
struct ObservedPlace {
  std::int64_t geoname_id = 0;  ///< 0 where the gazetteer has no entry
  std::string name;
  std::string country;  ///< ISO 3166-1 alpha-2; empty is "not known"
  std::string admin1;   ///< name of the first-level unit, or empty
  std::optional<double> latitude;
  std::optional<double> longitude;
  /// 0 nothing known, 1 country, 2 first-level unit, 3 a place in it.
  std::uint8_t level = 0;
};

/// Readings less sure than this are kept and shown, but do not move the counts: the coder gives
/// less to what is named in passing (docs/formats/coding-data.md).
inline constexpr double counted_confidence_min = 0.5;

struct ObservedIndicator {
  std::string id;  ///< "CRF7.14"
  coding::Span span;
  std::string because;
};

/// Whether a text tells of an act for the first time.
enum class Telling : std::uint8_t {
  first,
  dated_again,  ///< told before, with its day: counts on that day if the act is not known
  again,        ///< told before, without its day: counts only with an act that is known
};

/// A statement about something that happened (or is threatened, denied, …).
struct NewObservation {
  base::Day day;
  ObservedPlace place;
  std::string type;  ///< PLOVER event type; empty for a statement without an event
  std::string cameo;
  std::string kind;     ///< our finer kind; empty where the source has none
  std::string measure;  ///< the watch measure that it counts for; empty for none
  coding::ActStatus status = coding::ActStatus::reported;
  feeds::FeedActor source;
  feeds::FeedActor target;
  std::optional<std::int32_t> killed;
  std::optional<std::int32_t> injured;
  std::int32_t mentions = 1;
  coding::Span span;
  /// How sure the node's own reading is, 0 to 1; not there where the source coded the row.
  std::optional<double> confidence;
  Telling telling = Telling::first;
  std::vector<ObservedIndicator> indicators;
};

struct NewReport {
  std::string title;
  std::string text;
  std::string language;
  std::string publisher;
  std::string symbol;
  std::optional<base::Instant> published;
  std::int64_t story = 0;     ///< id of the story it repeats or updates; 0 opens a new one
  std::uint8_t relation = 0;  ///< 0 new, 1 repeat, 2 update (other figures)
};

struct NewRow {
  std::string id;  ///< the source's own id of the row
  /// Within what the id is unique: the format of a data set with ids of its own, else the format
  /// and the publisher, since two outlets may number alike.
  std::string scope;
  std::string url;
  std::uint64_t line = 0;
  bool exercise = false;
  std::optional<NewReport> report;
  std::vector<NewObservation> observations;
};

/// What is kept of each import.
struct ImportInfo {
  std::string locator;  ///< path or URL as given
  std::string format;
  std::string sha256;  ///< of the original bytes, hex; known at the end
  std::uint64_t bytes = 0;
  std::string licence_note;
  base::Instant fetched{};
};

/// Every row ends in exactly one bucket.
struct ImportCounts {
  std::uint64_t kept = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t out_of_scope = 0;
  std::uint64_t rejected = 0;
  [[nodiscard]] std::uint64_t rows() const { return kept + duplicate + out_of_scope + rejected; }
};

}  // namespace tocsin::monitor
