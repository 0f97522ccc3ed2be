// SPDX-License-Identifier: Apache-2.0
#include "app/verb_code.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <ctime>
#include <istream>
#include <optional>
#include <ostream>

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

/// The places of given spans, as the geoparsing sets ask for them.
void append_resolved(const coding::PlaceFinder& finder, const coding::Tokenizer& tokenizer,
                     const json::object& object, std::string_view text, std::string_view language,
                     std::string& out) {
  std::vector<coding::Span> spans;
  if (const json::value* given = object.if_contains("spans");
      given != nullptr && given->is_array()) {
    for (const json::value& pair : given->as_array()) {
      if (!pair.is_array() || pair.as_array().size() != 2) continue;
      const auto number = [&pair](std::size_t at) {
        const json::value& value = pair.as_array()[at];
        return value.is_int64() && value.as_int64() >= 0
                   ? static_cast<std::uint32_t>(value.as_int64())
                   : 0U;
      };
      spans.push_back({number(0), number(1)});
    }
  }
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
  const json::value* id = object.if_contains("id");
  const std::string id_json = id == nullptr ? "null" : json::serialize(*id);
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
  if (const std::string_view date = text_of(object, "date"); !date.empty()) {
    const auto day = base::parse_day(date.substr(0, 10));
    if (!day) {
      append_error(out, id_json, "\"date\": " + day.error().text());
      return 0;
    }
    given.date = *day;
  }
  const coding::CodedText coded = coder.code(given);
  coding::append_json(out, id_json, coded);
  if (spans_by != nullptr)
    append_resolved(*spans_by, tokenizer, object, given.text, coded.language, out);
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
