// SPDX-License-Identifier: Apache-2.0
#include "app/verb_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/coded_json.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
namespace coding = monitor::coding;

struct CodeOptions {
  std::string data;
  std::vector<std::string> actor_files;
  bool timing = false;
};

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
  coding::Coder coder(*data);
  const auto loaded = std::chrono::steady_clock::now();
  std::ios::sync_with_stdio(false);
  std::string line;
  std::string out;
  std::uint64_t sentences = 0;
  std::chrono::steady_clock::duration busy{};
  while (std::getline(std::cin, line)) {
    if (base::trim(line).empty()) continue;
    const auto begin = std::chrono::steady_clock::now();
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

}  // namespace

void add_code_verb(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<CodeOptions>();
  CLI::App* verb = program.add_subcommand("code", "Code texts: JSON Lines in, JSON Lines out");
  verb->footer(
      "Example: echo '{\"id\":\"1\",\"text\":\"Gunmen killed three villagers.\"}' | tocsin code");
  verb->add_option("--data", options->data, "Folder with the dictionaries (default: data/)");
  verb->add_option("--actors", options->actor_files, "Own actor dictionaries, added to the others");
  verb->add_flag("--timing", options->timing, "Print start time and speed on standard error");
  verb->callback([options, &exit_code] { exit_code = run_code(*options); });
}

}  // namespace tocsin::app
