// SPDX-License-Identifier: Apache-2.0
#include "app/verb_code.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <ctime>
#include <istream>
#include <optional>
#include <ostream>
#include <vector>

#include "app/installation.hpp"
#include "base/limits.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/coded_json.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
namespace coding = monitor::coding;

/// Output is written in pieces of this size.
constexpr std::size_t output_bytes = 1U << 16;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->as_string())
                                                : std::string_view{};
}

void append_error(std::string& out, std::string_view id, std::string_view message) {
  out += "{\"id\":";
  out += id;
  out += ",\"error\":";
  coding::append_json_string(out, message);
  out += "}\n";
}

/// What a span must be, for the message of one that is not.
constexpr std::string_view span_rule =
    "each of \"spans\" is [begin, end]: bytes of the text, 0 or more, the end behind the begin";

/// The spans of a line; an error where one does not lie in the text.
base::Result<std::vector<coding::Span>> read_spans(const json::object& object,
                                                   std::string_view text) {
  std::vector<coding::Span> spans;
  const json::value* given = object.if_contains("spans");
  if (given == nullptr || given->is_null()) return spans;
  if (!given->is_array()) return base::fail(base::ErrorCode::invalid_input, "\"spans\" is no list");
  const auto bytes = static_cast<std::int64_t>(text.size());
  for (const json::value& pair : given->as_array()) {
    const auto* ends = pair.if_array();
    const bool whole =
        ends != nullptr && ends->size() == 2 && ends->at(0).is_int64() && ends->at(1).is_int64();
    const auto begin = whole ? ends->at(0).as_int64() : 0;
    const auto end = whole ? ends->at(1).as_int64() : 0;
    if (begin < 0 || end <= begin || end > bytes)
      return base::fail(base::ErrorCode::invalid_input,
                        "the span " + json::serialize(pair) + " does not lie in the text of " +
                            std::to_string(bytes) + " bytes",
                        {}, std::string(span_rule));
    spans.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
  return spans;
}

/// The id of a line as JSON. Numbers too large for any program come as infinite, which JSON cannot
/// say.
base::Result<std::string> read_id(const json::object& object) {
  const json::value* id = object.if_contains("id");
  if (id == nullptr || id->is_null()) return "null";
  const bool number = id->is_number() && (!id->is_double() || std::isfinite(id->as_double()));
  if (number || id->is_string()) return json::serialize(*id);
  return base::fail(base::ErrorCode::invalid_input, "\"id\" is neither a text nor a finite number");
}

/// The day of a line, or nothing where it names none.
base::Result<std::optional<base::Day>> read_date(const json::object& object) {
  const json::value* date = object.if_contains("date");
  if (date == nullptr || date->is_null()) return std::nullopt;
  if (!date->is_string()) return base::fail(base::ErrorCode::invalid_input, "\"date\" is no text");
  const std::string_view given = date->as_string();
  if (given.empty()) return std::nullopt;
  auto day = base::parse_day(given.substr(0, std::string_view("2026-08-31").size()));
  if (!day) return base::fail_at("\"date\"", std::move(day.error()));
  return *day;
}

/// The places of given spans, as the geoparsing sets ask for them.
void append_resolved(const coding::PlaceFinder& finder, const coding::Tokenizer& tokenizer,
                     const json::object& object, std::string_view text, std::string_view language,
                     const std::vector<coding::Span>& spans, std::string& out) {
  coding::TokenizedText tokens;
  tokenizer.split(text, tokens);
  coding::PlaceContext context;
  context.country = text_of(object, "country");
  context.language = language;
  const auto resolved = finder.resolve(text, tokens.tokens(), spans, context);
  out.pop_back();  // the closing bracket of the answer so far
  out += ",\"resolved\":[";
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (resolved[i])
      coding::append_json(out, *resolved[i]);
    else
      out += "null";
  }
  out += "],\"with_adjectives\":[";
  context.keep_adjectives = true;
  bool first = true;
  for (const coding::CodedPlace& place : finder.find(text, tokens.tokens(), context)) {
    if (!first) out.push_back(',');
    first = false;
    coding::append_json(out, place);
  }
  out += "]}";
}

/// Codes one line and appends the answer; returns its sentences.
std::uint32_t code_line(coding::Coder& coder, const coding::PlaceFinder* spans_by,
                        const coding::Tokenizer& tokenizer, std::string_view line,
                        std::string& out) {
  // Parsing into a buffer on the stack saves the allocations of a short line.
  unsigned char buffer[16384];
  json::monotonic_resource resource(buffer, sizeof buffer);
  boost::system::error_code error;
  const json::value parsed = json::parse(line, error, &resource);
  if (error || !parsed.is_object()) {
    append_error(out, "null", error ? "not JSON: " + error.message() : "not a JSON object");
    return 0;
  }
  const json::object& object = parsed.as_object();
  const auto id = read_id(object);
  if (!id) {
    append_error(out, "null", id.error().text());
    return 0;
  }
  const std::string& id_json = *id;
  const json::value* text = object.if_contains("text");
  if (text == nullptr || !text->is_string()) {
    append_error(out, id_json, "\"text\" is missing or no string");
    return 0;
  }
  coding::TextToCode given;
  given.text = text->as_string();
  if (given.text.size() > base::report_bytes_max) {
    append_error(out, id_json, "the text is longer than 4 MiB; cut it into reports");
    return 0;
  }
  given.title = text_of(object, "title");
  given.language = text_of(object, "language");
  given.country = text_of(object, "country");
  const auto date = read_date(object);
  if (!date) {
    append_error(out, id_json, date.error().text());
    return 0;
  }
  given.date = *date;
  auto spans = base::Result<std::vector<coding::Span>>{};
  if (spans_by != nullptr) spans = read_spans(object, given.text);
  if (!spans) {
    append_error(out, id_json, spans.error().text());
    return 0;
  }
  const coding::CodedText coded = coder.code(given);
  coding::append_json(out, id_json, coded);
  if (spans_by != nullptr)
    append_resolved(*spans_by, tokenizer, object, given.text, coded.language, *spans, out);
  out.push_back('\n');
  return coded.sentences;
}

/// What a run needs beside the coder itself.
struct Places {
  std::optional<knowledge::Gazetteer> gazetteer;
  std::optional<coding::PlaceFinder> finder;
};

base::Status open_places(const CodeOptions& options, Places& places) {
  if (options.gazetteer == "none") return {};
  std::filesystem::path path = options.gazetteer;
  if (path.empty()) {
    const auto installation = find_installation();
    if (!installation) return {};
    path = installation->gazetteer;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return {};
  }
  auto opened = knowledge::Gazetteer::open(path);
  if (!opened) return std::unexpected(opened.error());
  places.gazetteer = std::move(*opened);
  places.finder.emplace(*places.gazetteer);
  return {};
}

}  // namespace

int run_code(const CodeOptions& options, std::istream& in, std::ostream& out,
             std::ostream& errors) {
  const auto start = std::chrono::steady_clock::now();
  const auto failed = [&errors](const base::Error& error) {
    errors << base::printable(error.text()) << '\n';
    return 1;
  };
  const auto folder = knowledge::find_data_folder(options.data);
  if (!folder) return failed(folder.error());
  const std::vector<std::filesystem::path> files(options.actor_files.begin(),
                                                 options.actor_files.end());
  auto data = coding::CoderData::load(*folder, files);
  if (!data) return failed(data.error());
  Places places;
  if (auto status = open_places(options, places); !status) return failed(status.error());
  const coding::PlaceFinder* finder = places.finder ? &*places.finder : nullptr;
  if (finder == nullptr && options.gazetteer != "none" && !options.quiet)
    errors << "no gazetteer: places are left out (make it with scripts/fetch-gazetteer)\n";
  coding::Coder coder(*data, finder);
  const auto loaded = std::chrono::steady_clock::now();
  std::string line;
  std::string buffer;
  std::uint64_t sentences = 0;
  std::clock_t busy = 0;  // processor time: what else runs on the machine does not count
  while (std::getline(in, line)) {
    if (base::trim(line).empty()) continue;
    const std::clock_t begin = options.timing ? std::clock() : 0;
    sentences +=
        code_line(coder, options.spans ? finder : nullptr, (*data)->tokenizer(), line, buffer);
    if (options.timing) busy += std::clock() - begin;
    if (buffer.size() >= output_bytes) {
      out << buffer;
      buffer.clear();
    }
  }
  out << buffer << std::flush;
  if (options.timing) {
    const double seconds = static_cast<double>(busy) / CLOCKS_PER_SEC;
    errors << "{\"start_seconds\":" << std::chrono::duration<double>(loaded - start).count()
           << ",\"sentences\":" << sentences << ",\"seconds\":" << seconds << "}\n";
  }
  return out ? 0 : 1;
}

}  // namespace tocsin::app
