// SPDX-License-Identifier: Apache-2.0
// What the coder returns for one text: places, events, indicator links, each with its span.
//
// Ownership: values. Offsets are bytes of the UTF-8 text that was given. Counts are people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"

namespace tocsin::monitor::coding {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// How the text presents the act.
enum class ActStatus : std::uint8_t { reported, threatened, denied, possible, past, recommended };
[[nodiscard]] std::string_view name_of(ActStatus status);

/// How exactly a text tells when something happened.
enum class DatePrecision : std::uint8_t { day, week, month, year };
[[nodiscard]] std::string_view name_of(DatePrecision precision);

/// What lies further back than this before its report is told as a memory, not as news.
inline constexpr std::chrono::days news_reach{31};

/// A place that the text names.
struct CodedPlace {
  Span span;
  std::string text;  ///< as the text writes it
  std::int64_t geoname_id = 0;
  std::string name;     ///< the gazetteer's name
  std::string country;  ///< ISO 3166-1 alpha-2
  std::string admin1;   ///< name of the first-level unit, or empty
  double latitude = 0;
  double longitude = 0;
  double confidence = 0;  ///< 0 to 1
  /// 1 a country, 2 a first-level unit (or an area of that size), 3 a place in one; 0 wider.
  std::uint8_t level = 3;
};

/// One side of an event. `text` is a role phrase or a public organisation, never a private name.
struct CodedActor {
  Span span;
  std::string text;
  std::string role;     ///< MIL COP PAR REB CVL PTS GOV OPP NGO IGO JRN REF UAF … or empty
  std::string country;  ///< ISO 3166-1 alpha-3, or empty
  std::string group;    ///< id of a named group in data/actors, or empty
};

struct CodedEvent {
  Span span;
  std::string type;   ///< PLOVER event type
  std::string cameo;  ///< CAMEO root, two digits
  std::string kind;   ///< our finer kind (data/event-kinds.json)
  ActStatus status = ActStatus::reported;
  std::optional<CodedActor> source;
  std::optional<CodedActor> target;
  std::optional<std::uint32_t> place;  ///< index into places
  /// The day that the text tells, or the first day of the month or year; "two weeks ago" is the
  /// day two weeks before the report.
  std::optional<base::Day> date;
  DatePrecision date_precision = DatePrecision::day;
  std::optional<std::int32_t> killed;
  std::optional<std::int32_t> injured;
  double confidence = 0;  ///< 0 to 1
};

/// Something that happened outside PLOVER: a disaster, an accident, organised crime. It is no
/// event, but it tells that the words of violence around it mean something else.
struct CodedIncident {
  std::string kind;  ///< our finer kind, one without a PLOVER type
  Span span;
  double confidence = 0;  ///< 0 to 1
};

struct IndicatorLink {
  std::string id;  ///< "CRF7.14"
  Span span;
  std::string because;
};

/// What is asked: one text with what its carrier knows about it.
struct TextToCode {
  std::string_view text;
  std::string_view title;
  std::string_view language;      ///< BCP 47, or empty: identified
  std::optional<base::Day> date;  ///< day of the report; relative dates count from it
  std::string_view country;       ///< ISO 3166-1 alpha-2 context, or empty
  /// The text is about this country only, so that no name in it is a place elsewhere.
  bool country_only = false;
};

struct CodedText {
  std::string language;  ///< ISO 639-1, or "und"
  std::vector<CodedPlace> places;
  std::vector<CodedEvent> events;
  std::vector<CodedIncident> incidents;
  std::vector<IndicatorLink> indicators;
  std::uint32_t sentences = 0;
};

}  // namespace tocsin::monitor::coding
