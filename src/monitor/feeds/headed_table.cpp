// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/headed_table.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;

namespace {

std::string column_name(std::string_view cell) {
  std::string name(base::trim(cell));
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return name;
}

bool says_missing(std::string_view cell) {
  return cell == "NA" || cell == "NULL";
}

}  // namespace

base::Status HeadedTable::open(std::initializer_list<std::string_view> required) {
  auto row = csv_.next();
  if (!row) return std::unexpected(std::move(row).error());
  if (!row->malformed.empty() || row->line == 0)
    return fail(ErrorCode::invalid_input,
                row->line == 0 ? "the table is empty" : "the header: " + row->malformed, "line 1");
  names_.clear();
  for (const auto cell : row->fields) names_.push_back(column_name(cell));
  for (const auto name : required)
    if (!column(name))
      return fail(ErrorCode::invalid_input,
                  "the header has no column \"" + std::string(name) + "\"",
                  "line " + std::to_string(row->line), "export the table with all its columns");
  return {};
}

void HeadedTable::open_without_header(std::initializer_list<std::string_view> names) {
  names_.assign(names.begin(), names.end());
}

void HeadedTable::open_with(std::vector<std::string> names) {
  names_ = std::move(names);
  for (auto& name : names_) name = column_name(name);
}

base::Result<HeadedTable::Row> HeadedTable::next(RecordSink& sink) {
  for (;;) {
    auto row = csv_.next();
    if (!row) return std::unexpected(std::move(row).error());
    if (row->line == 0) return Row{0, fields_};
    if (!row->malformed.empty()) {
      sink.rejected(row->line, row->malformed);
      continue;
    }
    if (row->fields.size() != names_.size()) {
      sink.rejected(row->line, "the row has " + std::to_string(row->fields.size()) +
                                   " cells, the header has " + std::to_string(names_.size()));
      continue;
    }
    fields_.assign(row->fields.begin(), row->fields.end());
    for (auto& field : fields_)
      if (says_missing(field)) field = {};
    return Row{row->line, fields_};
  }
}

std::optional<std::size_t> HeadedTable::column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), column_name(name));
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::string_view HeadedTable::cell(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size() && i < fields_.size(); ++i)
    if (names_[i] == name) return fields_[i];
  return {};
}

std::vector<std::string> first_row(std::string_view head, char delimiter) {
  formats::MemorySource source(head);
  formats::CsvReader csv(source, delimiter);
  auto row = csv.next();
  std::vector<std::string> names;
  if (!row || row->line == 0 || !row->malformed.empty()) return names;
  for (const auto cell : row->fields) names.push_back(column_name(cell));
  return names;
}

bool header_has(std::string_view head, std::initializer_list<std::string_view> names,
                char delimiter) {
  const auto row = first_row(head, delimiter);
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    return std::find(row.begin(), row.end(), column_name(name)) != row.end();
  });
}

char likely_delimiter(std::string_view head) {
  const auto line = head.substr(0, head.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t'})
    if (std::count(line.begin(), line.end(), candidate) >
        std::count(line.begin(), line.end(), best))
      best = candidate;
  return best;
}

}  // namespace tocsin::monitor::feeds
