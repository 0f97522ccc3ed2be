// SPDX-License-Identifier: Apache-2.0
#include "app/verb_code.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "app/installation.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/coded_json.hpp"
#include "monitor/coding/coder.hpp"
#include "monitor/coding/gazetteer_places.hpp"

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

/// Codes one line and appends the answer; returns its sentences.
std::uint32_t code_line(coding::Coder& coder, std::string_view line, std::string& out) {
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
  out.push_back('\n');
  return coded.sentences;
}

/// The gazetteer where one is built; without it no places are found, and that is said.
base::Result<std::unique_ptr<coding::GazetteerPlaces>> open_places() {
  const auto installation = find_installation();
  if (!installation) return std::unexpected(installation.error());
  if (!std::filesystem::exists(installation->gazetteer)) {
    std::cerr << "tocsin code: no gazetteer is built, so no places are found (run "
                 "scripts/fetch-gazetteer)\n";
    return nullptr;
  }
  return coding::GazetteerPlaces::open(installation->gazetteer);
}

/// "spans": [[begin, end], …] in bytes of the text.
std::vector<coding::Span> spans_of(const json::object& object, std::size_t text_bytes) {
  std::vector<coding::Span> spans;
  const json::value* list = object.if_contains("spans");
  if (list == nullptr || !list->is_array()) return spans;
  for (const auto& item : list->get_array()) {
    const auto* pair = item.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_int64())
      continue;
    const auto begin = (*pair)[0].get_int64();
    const auto end = (*pair)[1].get_int64();
    if (begin < 0 || begin >= end || end > static_cast<std::int64_t>(text_bytes)) continue;
    spans.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
  return spans;
}

/// Resolves the given spans only: one place each, in their order, none for a span without a place.
void resolve_line(const coding::Tokenizer& tokenizer, const coding::GazetteerPlaces& places,
                  std::string_view line, std::string& out) {
  boost::system::error_code error;
  const json::value parsed = json::parse(line, error);
  if (error || !parsed.is_object())
    return append_error(out, "null", error ? "not JSON: " + error.message() : "not a JSON object");
  const json::object& object = parsed.as_object();
  const auto text = text_of(object, "text");
  const json::value* id = object.if_contains("id");
  coding::TokenizedText tokens;
  tokenizer.split(text, tokens);
  coding::PlaceContext context;
  context.country = text_of(object, "country");
  const auto found =
      places.finder().resolve(text, tokens.tokens(), spans_of(object, text.size()), context);
  json::array list;
  for (const auto& place : found) {
    if (!place) {
      list.push_back(nullptr);
      continue;
    }
    list.push_back(json::object{{"begin", place->span.begin},
                                {"end", place->span.end},
                                {"geoname_id", place->geoname_id},
                                {"name", place->name},
                                {"country", place->country},
                                {"admin1", place->admin1},
                                {"latitude", place->latitude},
                                {"longitude", place->longitude},
                                {"confidence", place->confidence}});
  }
  out +=
      json::serialize(json::object{{"id", id == nullptr ? json::value() : *id}, {"places", list}});
  out.push_back('\n');
}

}  // namespace

int run_code(const CodeOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto folder = knowledge::find_data_folder(options.data);
  if (!folder) {
    std::cerr << folder.error().text() << '\n';
    return 1;
  }
  const std::vector<std::filesystem::path> files(options.actor_files.begin(),
                                                 options.actor_files.end());
  auto data = coding::CoderData::load(*folder, files);
  if (!data) {
    std::cerr << data.error().text() << '\n';
    return 1;
  }
  const auto places = open_places();
  if (!places) {
    std::cerr << "tocsin code: " << places.error().text() << '\n';
    return 1;
  }
  if (options.spans && *places == nullptr) return 1;
  coding::Coder coder(*data, places->get());
  const auto loaded = std::chrono::steady_clock::now();
  std::ios::sync_with_stdio(false);
  std::string line;
  std::string out;
  std::uint64_t sentences = 0;
  std::chrono::steady_clock::duration busy{};
  while (std::getline(std::cin, line)) {
    if (base::trim(line).empty()) continue;
    const auto begin = std::chrono::steady_clock::now();
    if (options.spans)
      resolve_line((*data)->tokenizer(), **places, line, out);
    else
      sentences += code_line(coder, line, out);
    busy += std::chrono::steady_clock::now() - begin;
    if (out.size() >= output_bytes) {
      std::fwrite(out.data(), 1, out.size(), stdout);
      out.clear();
    }
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
  if (options.timing) {
    const double seconds = std::chrono::duration<double>(busy).count();
    std::cerr << "{\"start_seconds\":" << std::chrono::duration<double>(loaded - start).count()
              << ",\"sentences\":" << sentences << ",\"seconds\":" << seconds << "}\n";
  }
  return 0;
}

}  // namespace tocsin::app
