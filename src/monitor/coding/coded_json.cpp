// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/coded_json.hpp"

#include <charconv>

namespace tocsin::monitor::coding {
namespace {

void number(std::string& out, auto value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  if (error == std::errc{}) out.append(buffer, end);
}

/// Four decimals of a degree are eleven metres; a confidence needs two.
void decimal(std::string& out, double value, int digits) {
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
  if (error == std::errc{}) out.append(buffer, end);
}

void key(std::string& out, std::string_view name) {
  if (out.back() != '{') out.push_back(',');
  out.push_back('"');
  out += name;
  out += "\":";
}

void text(std::string& out, std::string_view name, std::string_view value) {
  key(out, name);
  append_json_string(out, value);
}

void span(std::string& out, const Span& value) {
  key(out, "begin");
  number(out, value.begin);
  key(out, "end");
  number(out, value.end);
}

void actor(std::string& out, std::string_view name, const std::optional<CodedActor>& value) {
  key(out, name);
  if (!value) {
    out += "null";
    return;
  }
  out.push_back('{');
  text(out, "text", value->text);
  text(out, "role", value->role);
  text(out, "country", value->country);
  if (!value->group.empty()) text(out, "group", value->group);
  out.push_back('}');
}

void count(std::string& out, std::string_view name, const std::optional<std::int32_t>& value) {
  key(out, name);
  if (value)
    number(out, *value);
  else
    out += "null";
}

void event(std::string& out, const CodedEvent& value) {
  out.push_back('{');
  span(out, value.span);
  text(out, "type", value.type);
  text(out, "cameo", value.cameo);
  text(out, "kind", value.kind);
  text(out, "status", name_of(value.status));
  actor(out, "source", value.source);
  actor(out, "target", value.target);
  key(out, "place");
  if (value.place)
    number(out, *value.place);
  else
    out += "null";
  key(out, "date");
  if (value.date)
    append_json_string(out, base::format_day(*value.date));
  else
    out += "null";
  key(out, "date_precision");
  if (value.date)
    append_json_string(out, name_of(value.date_precision));
  else
    out += "null";
  count(out, "killed", value.killed);
  count(out, "injured", value.injured);
  key(out, "confidence");
  decimal(out, value.confidence, 2);
  out.push_back('}');
}

void place(std::string& out, const CodedPlace& value) {
  out.push_back('{');
  span(out, value.span);
  text(out, "text", value.text);
  key(out, "geoname_id");
  number(out, value.geoname_id);
  text(out, "name", value.name);
  text(out, "country", value.country);
  text(out, "admin1", value.admin1);
  key(out, "latitude");
  decimal(out, value.latitude, 4);
  key(out, "longitude");
  decimal(out, value.longitude, 4);
  key(out, "confidence");
  decimal(out, value.confidence, 2);
  out.push_back('}');
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
  constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_json(std::string& out, const CodedPlace& value) {
  place(out, value);
}

void append_json(std::string& out, std::string_view id_json, const CodedText& coded) {
  out += "{\"id\":";
  out += id_json;
  text(out, "language", coded.language);
  key(out, "sentences");
  number(out, coded.sentences);
  const auto list = [&out](std::string_view name, const auto& values, auto write) {
    key(out, name);
    out.push_back('[');
    bool first = true;
    for (const auto& value : values) {
      if (!first) out.push_back(',');
      first = false;
      write(value);
    }
    out.push_back(']');
  };
  list("places", coded.places, [&out](const CodedPlace& value) { place(out, value); });
  list("events", coded.events, [&out](const CodedEvent& value) { event(out, value); });
  list("incidents", coded.incidents, [&out](const CodedIncident& value) {
    out.push_back('{');
    span(out, value.span);
    text(out, "kind", value.kind);
    key(out, "confidence");
    decimal(out, value.confidence, 2);
    out.push_back('}');
  });
  list("indicators", coded.indicators, [&out](const IndicatorLink& value) {
    out.push_back('{');
    text(out, "id", value.id);
    span(out, value.span);
    text(out, "because", value.because);
    out.push_back('}');
  });
  out.push_back('}');
}

}  // namespace tocsin::monitor::coding
