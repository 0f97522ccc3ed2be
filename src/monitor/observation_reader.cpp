// SPDX-License-Identifier: Apache-2.0
#include "monitor/observation_reader.hpp"

#include <algorithm>
#include <charconv>
#include <variant>

#include "monitor/observation_columns.hpp"

namespace tocsin::monitor {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

std::optional<std::int32_t> optional_integer(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::int32_t>(row.integer(column));
}

base::Instant instant(std::int64_t milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds}};
}

// Columns in the order in which read_observation takes them; the place's come last.
constexpr std::string_view observation_columns =
    "o.id, o.happening_id, o.relation, o.day, o.type, o.cameo, o.kind, o.status, o.source_role, "
    "o.source_country, o.source_group, o.target_role, o.target_country, o.target_group, o.killed, "
    "o.injured, o.mentions, o.span_begin, o.span_end, o.exercise, o.import_id, o.line, "
    "coalesce(l.url, ''), i.format, coalesce(r.id, 0), coalesce(r.title, ''), coalesce(r.text, "
    "''), coalesce(r.language, ''), coalesce(r.publisher, 0), coalesce(r.symbol, ''), r.published, "
    "i.locator, o.confidence";
constexpr int observation_column_count = 33;
constexpr std::string_view observation_joins =
    " JOIN import i ON i.id = o.import_id JOIN place p ON p.id = o.place_id "
    "LEFT JOIN link l ON l.id = o.link_id LEFT JOIN report r ON r.id = o.report_id ";

/// A cursor is "DAY.ID" of the last row shown.
std::optional<std::pair<std::int64_t, std::int64_t>> read_cursor(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::int64_t day = 0;
  std::int64_t id = 0;
  const auto* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + dot, day);
  const auto second = std::from_chars(text.data() + dot + 1, end, id);
  if (first.ec != std::errc{} || first.ptr != text.data() + dot || second.ec != std::errc{} ||
      second.ptr != end)
    return std::nullopt;
  return std::pair{day, id};
}

/// Each word quoted, so that nothing in it is an operator of the full-text language.
std::string full_text_query(std::string_view text) {
  constexpr int words_max = 12;
  std::string query;
  int words = 0;
  for (std::size_t at = 0; at < text.size() && words < words_max;) {
    const auto begin = text.find_first_not_of(" \t\r\n\"", at);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(text.find_first_of(" \t\r\n\"", begin), text.size());
    query += (query.empty() ? "\"" : " \"") + std::string(text.substr(begin, end - begin)) + "\"";
    ++words;
    at = end;
  }
  return query;
}

}  // namespace

/// Fixed pieces of SQL with the values bound to them, in order.
class ObservationReader::Conditions {
 public:
  /// `sql` holds one "?" where the value goes.
  void add(std::string_view sql, std::variant<std::int64_t, std::string> value) {
    values_.push_back(std::move(value));
    const auto at = sql.find('?');
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += std::string(sql.substr(0, at)) + "?" + std::to_string(values_.size()) +
             std::string(sql.substr(at + 1));
  }
  /// A membership test over several values.
  void add_any(std::string_view before, const std::vector<std::int64_t>& ids,
               std::string_view after) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += std::string(before) + numbered(ids) + std::string(after);
  }
  std::string numbered(const std::vector<std::int64_t>& ids) {
    std::string list;
    for (const auto id : ids) {
      values_.emplace_back(id);
      list += (list.empty() ? "?" : ", ?") + std::to_string(values_.size());
    }
    return list.empty() ? "NULL" : list;
  }
  void add_raw(const std::string& sql) { text_ += (text_.empty() ? " WHERE " : " AND ") + sql; }
  [[nodiscard]] const std::string& text() const { return text_; }
  void bind(store::Statement& statement) const {
    for (std::size_t i = 0; i < values_.size(); ++i)
      std::visit(
          [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
              statement.bind(static_cast<int>(i + 1), std::string_view(value));
            else
              statement.bind(static_cast<int>(i + 1), value);
          },
          values_[i]);
  }

 private:
  std::string text_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

Result<std::int64_t> ObservationReader::word_id(std::string_view text) {
  auto select = database_.prepare("SELECT id FROM word WHERE text = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, text);
  auto row = (*select)->step();
  if (!row) return passed(row);
  return *row ? (*select)->integer(0) : -1;
}

Result<std::string> ObservationReader::word(std::int64_t id) {
  if (id == 0) return std::string{};
  if (const auto found = words_.find(id); found != words_.end()) return found->second;
  auto select = database_.prepare("SELECT text FROM word WHERE id = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, id);
  auto row = (*select)->step();
  if (!row) return passed(row);
  std::string text = *row ? std::string((*select)->text(0)) : std::string{};
  words_.emplace(id, text);
  return text;
}

Result<StoredObservation> ObservationReader::read_observation(store::Statement& row) {
  StoredObservation out;
  out.id = row.integer(0);
  out.happening = row.integer(1);
  out.relation = static_cast<std::uint8_t>(row.integer(2));
  out.day = base::day_from_number(static_cast<std::int32_t>(row.integer(3)));
  out.status = static_cast<coding::ActStatus>(row.integer(7));
  out.killed = optional_integer(row, 14);
  out.injured = optional_integer(row, 15);
  out.mentions = static_cast<std::int32_t>(row.integer(16));
  out.span = {static_cast<std::uint32_t>(row.integer(17)),
              static_cast<std::uint32_t>(row.integer(18))};
  out.exercise = row.integer(19) != 0;
  out.import_id = row.integer(20);
  out.line = static_cast<std::uint64_t>(row.integer(21));
  out.url = row.text(22);
  out.format = row.text(23);
  out.report_id = row.integer(24);
  out.title = row.text(25);
  out.text = row.text(26);
  out.language = row.text(27);
  out.symbol = row.text(29);
  if (!row.is_null(30)) out.published = instant(row.integer(30));
  out.locator = row.text(31);
  constexpr double hundredths = 100;
  if (!row.is_null(32)) out.confidence = static_cast<double>(row.integer(32)) / hundredths;
  out.place = read_place(row, observation_column_count);
  struct Wanted {
    std::string* text;
    int column;
  };
  for (const auto& [text, column] : {Wanted{&out.type, 4},
                                     {&out.cameo, 5},
                                     {&out.kind, 6},
                                     {&out.source.role, 8},
                                     {&out.source.country, 9},
                                     {&out.source.group, 10},
                                     {&out.target.role, 11},
                                     {&out.target.country, 12},
                                     {&out.target.group, 13},
                                     {&out.publisher, 28}}) {
    auto found = word(row.integer(column));
    if (!found) return passed(found);
    *text = std::move(*found);
  }
  return out;
}

Status ObservationReader::add_indicators(StoredObservation& observation) {
  auto select = database_.prepare(
      "SELECT indicator, span_begin, span_end, because FROM observation_indicator WHERE "
      "observation_id = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, observation.id);
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return {};
    auto id = word((*select)->integer(0));
    if (!id) return passed(id);
    auto because = word((*select)->integer(3));
    if (!because) return passed(because);
    observation.indicators.push_back({*id,
                                      {static_cast<std::uint32_t>((*select)->integer(1)),
                                       static_cast<std::uint32_t>((*select)->integer(2))},
                                      *because});
  }
}

Status ObservationReader::narrow(const HappeningFilter& filter, Conditions& where) {
  const auto word_of = [&](const std::string& text) { return word_id(text).value_or(-1); };
  const auto words_of = [&](const std::vector<std::string>& texts) {
    std::vector<std::int64_t> ids;
    for (const auto& text : texts) ids.push_back(word_of(text));
    return ids;
  };
  if (filter.place_id) {
    auto place = this->place(*filter.place_id);
    if (!place) return passed(place);
    where.add("h.area_id = ?", place->area_id);
    if (place->id != place->area_id) where.add("h.place_id = ?", place->id);
  } else if (!filter.place_name.empty()) {
    where.add(
        "h.place_id IN (SELECT id FROM place WHERE name || ' ' || admin1 || ' ' || country "
        "LIKE ? ESCAPE '\\')",
        like_pattern(filter.place_name));
  }
  if (filter.from) where.add("h.day >= ?", base::day_number(*filter.from));
  if (filter.to) where.add("h.day <= ?", base::day_number(*filter.to));
  if (!filter.indicators.empty()) {
    const auto direct = where.numbered(words_of(filter.indicators));
    const auto measures = where.numbered(words_of(filter.indicator_measures));
    where.add_raw(
        "(h.id IN (SELECT happening_id FROM observation WHERE id IN (SELECT "
        "observation_id FROM observation_indicator WHERE indicator IN (" +
        direct + "))) OR (o.report_id IS NULL AND h.measure IN (" + measures + ")))");
  }
  if (!filter.kind.empty()) {
    const auto kind = where.numbered({word_of(filter.kind)});
    where.add_raw("(h.measure = " + kind + " OR o.kind = " + kind + " OR o.type = " + kind + ")");
  }
  if (filter.killed) where.add_raw("h.killed_max > 0");
  if (!filter.source.empty())
    where.add(
        "(i.format || '/' || coalesce((SELECT text FROM word WHERE id = r.publisher), '')) "
        "LIKE ? ESCAPE '\\'",
        like_pattern(filter.source));
  if (!filter.language.empty()) where.add("r.language = ?", filter.language);
  if (const auto query = full_text_query(filter.text); !query.empty())
    where.add("r.id IN (SELECT rowid FROM report_words WHERE report_words MATCH ?)", query);
  if (filter.import_id) {
    // One command writes at a time, so an import's observations lie side by side.
    auto first = first_observation_of(*filter.import_id);
    if (!first) return passed(first);
    auto end = first_observation_of(*filter.import_id + 1);
    if (!end) return passed(end);
    const auto from = where.numbered({*first});
    where.add_raw("h.id IN (SELECT happening_id FROM observation WHERE id >= " + from +
                  " AND id < " + where.numbered({*end}) + ")");
  }
  if (!filter.after.empty()) {
    const auto cursor = read_cursor(filter.after);
    if (!cursor)
      return base::fail(ErrorCode::invalid_input, "the place in the list cannot be read", "after",
                        "begin at the first page");
    const auto day = where.numbered({cursor->first});
    const auto id = where.numbered({cursor->second});
    where.add_raw("(h.day < " + day + " OR (h.day = " + day + " AND h.id < " + id + "))");
  }
  return {};
}

Result<std::int64_t> ObservationReader::first_observation_of(std::int64_t import_id) {
  auto last = database_.prepare("SELECT coalesce(max(id), 0) FROM observation");
  if (!last) return passed(last);
  if (auto row = (*last)->step(); !row) return passed(row);
  std::int64_t low = 1;
  std::int64_t high = (*last)->integer(0) + 1;
  auto select = database_.prepare("SELECT import_id FROM observation WHERE id >= ?1 LIMIT 1");
  if (!select) return passed(select);
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    (*select)->reset();
    (*select)->bind(1, middle);
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (*row && (*select)->integer(0) < import_id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

Result<std::int64_t> ObservationReader::count_happenings(const HappeningFilter& filter,
                                                         std::int64_t count_max) {
  Conditions where;
  if (auto done = narrow(filter, where); !done) return passed(done);
  // The joins that no condition looks into are left out by the engine or by us.
  const bool plain = where.text().find("o.") == std::string::npos &&
                     where.text().find("r.") == std::string::npos &&
                     where.text().find("i.") == std::string::npos;
  const auto joins =
      plain ? std::string()
            : "JOIN observation o ON o.id = h.first_observation" + std::string(observation_joins);
  auto select = database_.prepare("SELECT count(*) FROM (SELECT 1 FROM happening h " + joins +
                                  where.text() + " LIMIT " + std::to_string(count_max) + ")");
  if (!select) return passed(select);
  where.bind(**select);
  auto row = (*select)->step();
  if (!row) return passed(row);
  return (*select)->integer(0);
}

Result<HappeningPage> ObservationReader::happenings(const HappeningFilter& filter) {
  Conditions where;
  if (auto done = narrow(filter, where); !done) return passed(done);
  auto select = database_.prepare(
      "SELECT " + std::string(observation_columns) + ", " + std::string(place_columns) +
      ", h.id, h.measure, h.observations, h.updates, h.killed_min, h.killed_max FROM happening h "
      "JOIN observation o ON o.id = h.first_observation" +
      std::string(observation_joins) + where.text() + " ORDER BY h.day DESC, h.id DESC LIMIT " +
      std::to_string(filter.rows_max + 1));
  if (!select) return passed(select);
  where.bind(**select);
  constexpr int first = observation_column_count + place_column_count;
  HappeningPage page;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) break;
    if (page.rows.size() == static_cast<std::size_t>(filter.rows_max)) {
      const auto& last = page.rows.back();
      page.next = std::to_string(base::day_number(last.shown.day)) + "." + std::to_string(last.id);
      break;
    }
    auto shown = read_observation(**select);
    if (!shown) return passed(shown);
    auto measure = word((*select)->integer(first + 1));
    if (!measure) return passed(measure);
    page.rows.push_back({(*select)->integer(first), *measure, (*select)->integer(first + 2),
                         (*select)->integer(first + 3), optional_integer(**select, first + 4),
                         optional_integer(**select, first + 5), std::move(*shown)});
  }
  for (auto& row : page.rows)
    if (auto done = add_indicators(row.shown); !done) return passed(done);
  return page;
}

Result<StoredObservation> ObservationReader::observation(std::int64_t id) {
  auto select = database_.prepare("SELECT " + std::string(observation_columns) + ", " +
                                  std::string(place_columns) + " FROM observation o" +
                                  std::string(observation_joins) + "WHERE o.id = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, id);
  auto row = (*select)->step();
  if (!row) return passed(row);
  if (!*row)
    return base::fail(ErrorCode::not_found, "there is no observation with this number",
                      std::to_string(id));
  auto found = read_observation(**select);
  if (!found) return found;
  if (auto done = add_indicators(*found); !done) return passed(done);
  return found;
}

Result<std::vector<StoredObservation>> ObservationReader::tellings(std::int64_t happening) {
  auto select = database_.prepare(
      "SELECT " + std::string(observation_columns) + ", " + std::string(place_columns) +
      " FROM observation o" + std::string(observation_joins) +
      "WHERE o.id = (SELECT first_observation FROM happening WHERE id = ?1) OR o.id IN (SELECT id "
      "FROM observation WHERE happening_id = ?1 AND relation > 0) ORDER BY o.id LIMIT " +
      std::to_string(tellings_max));
  if (!select) return passed(select);
  (*select)->bind(1, happening);
  std::vector<StoredObservation> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    auto read = read_observation(**select);
    if (!read) return passed(read);
    list.push_back(std::move(*read));
  }
}

}  // namespace tocsin::monitor
