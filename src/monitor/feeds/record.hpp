// SPDX-License-Identifier: Apache-2.0
// What every feed format is read into: one FeedRecord a row, whatever the format was.
//
// Ownership: values. Units: coordinates in degrees (WGS 84), counts in people, times in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"

namespace tocsin::monitor::feeds {

/// What a row is; decides which steps it still needs.
enum class RecordKind : std::uint8_t {
  report,          ///< text to be coded (news item, situation report, field note)
  event,           ///< already coded by its source (GDELT, UCDP); `event` is filled
  noted_event,     ///< already coded and with a text that is coded too (ACLED, UCDP headline)
  alert,           ///< a CAP alert
  document,        ///< an institutional document with symbol, body, date and link
  recommendation,  ///< a recommendation of the Universal Periodic Review
};

/// One side of an event, as its source coded it: roles and countries, never a private name.
struct FeedActor {
  std::string role;     ///< our role code (MIL, COP, REB, PAR, CVL, GOV, …) or empty
  std::string country;  ///< ISO 3166-1 alpha-3, or empty
  std::string group;    ///< public name of an organised group, or empty
};

/// The coded part of a row that its source had coded already.
struct FeedEvent {
  std::string plover;  ///< PLOVER event type (ASSAULT, PROTEST, …)
  std::string cameo;   ///< CAMEO root of two digits, or empty
  std::string kind;    ///< our finer kind of data/event-kinds.json, or empty
  FeedActor source;
  FeedActor target;
  std::optional<std::int32_t> killed;
  std::optional<std::int32_t> injured;
};

/// Where the source says it was.
struct FeedPlace {
  std::string name;
  std::string country;  ///< ISO 3166-1 alpha-2, or empty
  std::string admin1;   ///< name of the first-level unit, or empty
  std::optional<double> latitude;
  std::optional<double> longitude;
  /// 1 the place itself, 2 its surroundings, 3 a second-level unit, 4 a first-level unit,
  /// 5 the country only; 0 unknown.
  std::uint8_t precision = 0;
};

struct FeedRecord {
  RecordKind kind = RecordKind::report;
  std::string id;  ///< the source's own id of the row; never empty, stable across fetches
  std::string title;
  std::string text;      ///< plain text, UTF-8; HTML already read
  std::string language;  ///< BCP 47 if the source says, else empty
  std::string url;
  std::string publisher;              ///< outlet or institution
  std::string symbol;                 ///< document symbol ("A/HRC/43/1"), or empty
  std::optional<base::Day> date;      ///< the day it happened (events) or is dated (documents)
  std::optional<base::Day> date_end;  ///< last day where a source gives a range
  std::optional<base::Instant> published;
  FeedPlace place;
  std::optional<FeedEvent> event;
  std::vector<std::string> labels;  ///< the source's own labels (issues, themes, tags)
  std::int32_t mentions = 1;        ///< how many articles the source counted for the row
  std::uint64_t line = 0;           ///< line or item number in the file, from 1
  bool exercise = false;            ///< part of an exercise; shown as such everywhere
};

}  // namespace tocsin::monitor::feeds
