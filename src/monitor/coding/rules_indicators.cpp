// SPDX-License-Identifier: Apache-2.0
// Reads indicator entries: what links an event or a phrase to the UN Framework of Analysis.
#include <cstdlib>

#include "base/text.hpp"
#include "monitor/coding/rules.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::cut_list;
using knowledge::DataBlock;
using knowledge::DataFile;
using knowledge::DataLine;

std::vector<std::string> texts_of(const std::vector<DataLine>& lines) {
  std::vector<std::string> texts;
  for (const DataLine& line : lines) texts.push_back(line.text);
  return texts;
}

}  // namespace

base::Status RuleReader::read_indicators(const std::filesystem::path& path) {
  auto file = knowledge::read_data_file(path);
  if (!file) return std::unexpected(file.error());
  for (const DataBlock& block : file->blocks) {
    if (!block.head.text.starts_with("indicator ")) {
      return base::fail(base::ErrorCode::invalid_input, "not an indicator", file->place(block.head),
                        "write \"indicator CRF7.9\"");
    }
    if (auto status = read_indicator(*file, block, nullptr); !status) return status;
  }
  return {};
}

base::Status RuleReader::read_indicator(const DataFile& file, const DataBlock& block,
                                        Rules* rules) {
  const auto words = cut_list(block.head.text, ' ');
  IndicatorEntry entry;
  entry.id = words.size() > 1 ? words[1] : "";
  entry.place = file.place(block.head);
  entry.must_match = texts_of(block.must_match);
  entry.must_not_match = texts_of(block.must_not_match);
  for (const std::string_view word : words) {
    if (word.starts_with("weight=")) entry.weight = std::atoi(std::string(word.substr(7)).c_str());
  }
  const auto index = static_cast<std::uint16_t>(indicators_.size());
  std::vector<PhraseRule> phrases;
  std::vector<Pattern> unless;
  for (const DataLine& line : block.body) {
    const std::string_view text = line.text;
    if (text.starts_with("because ")) {
      entry.because = base::trim(text.substr(8));
    } else if (text.starts_with("event ")) {
      auto condition = read_event_condition(text.substr(6));
      if (!condition) return base::fail_at(file.place(line), condition.error());
      entry.events.push_back(std::move(*condition));
    } else if ((text.starts_with("phrase ") || text.starts_with("unless ")) && rules != nullptr) {
      auto patterns = compile_pattern(text.substr(7), names_, tokenizer_);
      if (!patterns) return base::fail_at(file.place(line), patterns.error());
      for (Pattern& pattern : *patterns) {
        if (text.starts_with("unless ")) {
          unless.push_back(std::move(pattern));
          continue;
        }
        PhraseRule rule;
        rule.use = PhraseRule::Use::indicator;
        rule.indicator = index;
        rule.pattern = std::move(pattern);
        phrases.push_back(std::move(rule));
      }
    } else {
      return base::fail(base::ErrorCode::invalid_input, "unknown line in an indicator entry",
                        file.place(line), "use because, event, phrase or unless");
    }
  }
  if (entry.because.empty()) {
    return base::fail(base::ErrorCode::invalid_input, "an indicator entry needs a reason",
                      entry.place, "add a line \"because …\" that a minister understands");
  }
  for (PhraseRule& rule : phrases) {
    rule.unless = unless;
    rules->phrase_rules.push_back(std::move(rule));
  }
  indicators_.push_back(std::move(entry));
  return {};
}

base::Result<EventCondition> RuleReader::read_event_condition(std::string_view text) {
  EventCondition condition;
  for (const std::string_view word : cut_list(text, ' ')) {
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    if (key == "kind" || key == "status") {
      for (const std::string_view piece : cut_list(value, '|')) {
        if (key == "kind")
          condition.kinds.push_back(kinds_.find(piece));
        else if (const auto status = status_of(piece))
          condition.statuses.push_back(*status);
        else
          return base::fail(base::ErrorCode::invalid_input, "unknown status " + std::string(piece));
        if (key == "kind" && condition.kinds.back() < 0)
          return base::fail(base::ErrorCode::invalid_input, "unknown kind " + std::string(piece));
      }
    } else if (key == "killed") {
      condition.killed_min = std::atoi(std::string(value).c_str());
    } else {
      auto mask = role_mask(value);
      if (!mask) return std::unexpected(mask.error());
      if (key == "source")
        condition.source_roles = *mask;
      else if (key == "target")
        condition.target_roles = *mask;
      else if (key == "not-source")
        condition.not_source_roles = *mask;
      else if (key == "not-target")
        condition.not_target_roles = *mask;
      else
        return base::fail(base::ErrorCode::invalid_input, "unknown word " + std::string(word));
    }
  }
  return condition;
}

}  // namespace tocsin::monitor::coding
