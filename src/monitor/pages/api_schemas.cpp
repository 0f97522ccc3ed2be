// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/api_schemas.hpp"

#include <string>

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

json::object one(std::string_view type) {
  return {{"type", type}};
}
json::object maybe(std::string_view type) {
  return {{"type", json::array{type, "null"}}};
}
json::object list_of(json::object items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
json::object nullable(json::object schema) {
  return {{"oneOf", json::array{std::move(schema), one("null")}}};
}

/// An object whose members are all always there.
json::object whole(json::object members) {
  json::array required;
  for (const auto& member : members) required.push_back(json::string(member.key()));
  return {{"type", "object"},
          {"properties", std::move(members)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

json::object actor() {
  return nullable(
      whole({{"role", maybe("string")}, {"country", maybe("string")}, {"group", maybe("string")}}));
}

json::object link() {
  return whole({{"id", one("string")},
                {"because", one("string")},
                {"begin", maybe("integer")},
                {"end", maybe("integer")}});
}

json::object observation_members() {
  return {{"id", one("integer")},
          {"happening", one("integer")},
          {"relation", {{"enum", json::array{"first", "repeat", "update"}}}},
          {"date", one("string")},
          {"place", nullable(schema_of_place())},
          {"type", maybe("string")},
          {"cameo", maybe("string")},
          {"kind", maybe("string")},
          {"status",
           {{"enum",
             json::array{"reported", "threatened", "denied", "possible", "past", "recommended"}}}},
          {"source", actor()},
          {"target", actor()},
          {"killed", maybe("integer")},
          {"injured", maybe("integer")},
          {"mentions", one("integer")},
          {"exercise", one("boolean")},
          {"indicators", list_of(link())},
          {"title", maybe("string")},
          {"language", maybe("string")},
          {"publisher", maybe("string")},
          {"symbol", maybe("string")},
          {"published", maybe("string")},
          {"url", maybe("string")},
          {"format", one("string")},
          {"import", one("integer")},
          {"line", one("integer")}};
}

json::object import_members() {
  return {{"id", one("integer")},           {"format", one("string")},
          {"sha256", one("string")},        {"bytes", one("integer")},
          {"licence_note", one("string")},  {"fetched", one("string")},
          {"state", one("string")},         {"problem", maybe("string")},
          {"exercise", one("boolean")},     {"rows", one("integer")},
          {"kept", one("integer")},         {"duplicate", one("integer")},
          {"out_of_scope", one("integer")}, {"rejected", one("integer")}};
}

}  // namespace

json::object schema_of_place() {
  return whole({{"id", one("integer")},
                {"name", one("string")},
                {"country", maybe("string")},
                {"admin1", maybe("string")},
                {"latitude", maybe("number")},
                {"longitude", maybe("number")},
                {"geoname_id", maybe("integer")},
                {"level", one("integer")},
                {"area_id", one("integer")},
                {"exercise", one("boolean")}});
}

json::object schema_of_places() {
  return whole({{"places", list_of(schema_of_place())}, {"next", maybe("string")}});
}

json::object schema_of_clusters() {
  auto cluster = whole({{"id", one("integer")},
                        {"measure", maybe("string")},
                        {"observations", one("integer")},
                        {"updates", one("integer")},
                        {"killed_min", maybe("integer")},
                        {"killed_max", maybe("integer")},
                        {"first", whole(observation_members())}});
  return whole({{"clusters", list_of(std::move(cluster))}, {"next", maybe("string")}});
}

json::object schema_of_observation_in_full() {
  auto members = observation_members();
  members["text"] = maybe("string");
  members["begin"] = maybe("integer");
  members["end"] = maybe("integer");
  members["cluster"] = list_of(whole(observation_members()));
  return whole(std::move(members));
}

json::object schema_of_timeline() {
  auto week = whole({{"week_from", one("string")},
                     {"observed", one("boolean")},
                     {"count", maybe("integer")},
                     {"usual_low", maybe("number")},
                     {"usual_high", maybe("number")},
                     {"unusual", one("boolean")}});
  return whole({{"place", schema_of_place()},
                {"measure", one("string")},
                {"unit", {{"enum", json::array{"clusters", "people_killed"}}}},
                {"weeks", list_of(std::move(week))}});
}

json::object schema_of_watch() {
  auto reason = whole({{"measure", one("string")},
                       {"name", one("string")},
                       {"direction", {{"enum", json::array{"up", "down"}}}},
                       {"unit", {{"enum", json::array{"clusters", "people_killed"}}}},
                       {"count", one("integer")},
                       {"usual", one("number")},
                       {"window_days", one("integer")},
                       {"seen_this_high", one("integer")},
                       {"past_years", one("number")},
                       {"unusual", one("number")},
                       {"since", one("string")}});
  auto moved = whole({{"place", schema_of_place()},
                      {"exercise", one("boolean")},
                      {"reasons", list_of(std::move(reason))}});
  return whole({{"day", one("string")},
                {"false_alarms_per_year", one("number")},
                {"places_looked_at", one("integer")},
                {"places_not_judged", one("integer")},
                {"places", list_of(std::move(moved))}});
}

json::object schema_of_feeds() {
  return whole({{"feeds", list_of(whole({{"address", one("string")},
                                         {"failures", one("integer")},
                                         {"last_success", maybe("string")},
                                         {"last_error", maybe("string")},
                                         {"next_poll", one("string")}}))}});
}

json::object schema_of_imports() {
  return whole({{"imports", list_of(whole(import_members()))}, {"next", maybe("string")}});
}

json::object schema_of_import_in_full() {
  auto members = import_members();
  members["notes"] = list_of(
      whole({{"line", one("integer")}, {"bucket", one("string")}, {"reason", one("string")}}));
  return whole(std::move(members));
}

json::object schema_of_indicators() {
  auto indicator = whole({{"id", one("string")},
                          {"number", one("string")},
                          {"factor", one("string")},
                          {"label", one("string")},
                          {"basis", one("string")},
                          {"clusters", one("integer")}});
  return whole({{"from", one("string")},
                {"to", one("string")},
                {"indicators", list_of(std::move(indicator))}});
}

}  // namespace tocsin::monitor::pages
