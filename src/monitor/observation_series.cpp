// SPDX-License-Identifier: Apache-2.0
// The reader's second half: imports, daily counts and what the filter form offers.
#include <algorithm>

#include "monitor/observation_columns.hpp"
#include "monitor/observation_reader.hpp"

namespace tocsin::monitor {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

constexpr std::string_view import_columns =
    "id, locator, format, sha256, bytes, licence_note, fetched, finished, state, problem, kept, "
    "duplicate, out_of_scope, rejected, EXISTS (SELECT 1 FROM report r WHERE r.import_id = "
    "import.id AND r.exercise = 1)";

StoredImport read_import(const store::Statement& row) {
  StoredImport import;
  import.id = row.integer(0);
  import.locator = row.text(1);
  import.format = row.text(2);
  import.sha256 = row.text(3);
  import.bytes = static_cast<std::uint64_t>(row.integer(4));
  import.licence_note = row.text(5);
  import.fetched = base::Instant{std::chrono::milliseconds{row.integer(6)}};
  if (!row.is_null(7)) import.finished = base::Instant{std::chrono::milliseconds{row.integer(7)}};
  import.state = row.text(8);
  import.problem = row.text(9);
  import.counts.kept = static_cast<std::uint64_t>(row.integer(10));
  import.counts.duplicate = static_cast<std::uint64_t>(row.integer(11));
  import.counts.out_of_scope = static_cast<std::uint64_t>(row.integer(12));
  import.counts.rejected = static_cast<std::uint64_t>(row.integer(13));
  import.exercise = row.integer(14) != 0;
  return import;
}

/// Adds one block's days to a series that grows to the right.
Status append_block(DailyCounts& series, std::int32_t block, std::string_view bytes,
                    std::int32_t from, std::int32_t to) {
  auto days = decode_block(bytes);
  if (!days) return passed(days);
  for (const auto& day : *days) {
    const std::int32_t number = first_day_of_block(block) + day.offset;
    if (number < from || number > to) continue;
    if (series.days.empty()) series.first_day = number;
    series.days.resize(static_cast<std::size_t>(number - series.first_day) + 1);
    series.days.back() = day.counts;
  }
  return {};
}

}  // namespace

Result<std::vector<StoredImport>> ObservationReader::imports(int count_max, std::int64_t before) {
  auto select = database_.prepare("SELECT " + std::string(import_columns) +
                                  " FROM import WHERE ?2 = 0 OR id < ?2 ORDER BY id DESC LIMIT "
                                  "?1");
  if (!select) return passed(select);
  (*select)->bind(1, count_max);
  (*select)->bind(2, before);
  std::vector<StoredImport> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    list.push_back(read_import(**select));
  }
}

Result<ImportSums> ObservationReader::import_sums() {
  auto select = database_.prepare(
      "SELECT count(*), coalesce(sum(kept), 0), coalesce(sum(duplicate), 0), "
      "coalesce(sum(out_of_scope), 0), coalesce(sum(rejected), 0) FROM import");
  if (!select) return passed(select);
  auto row = (*select)->step();
  if (!row) return passed(row);
  const auto sum = [&](int column) {
    return static_cast<std::uint64_t>((*select)->integer(column));
  };
  return ImportSums{sum(0), {sum(1), sum(2), sum(3), sum(4)}};
}

Result<StoredImport> ObservationReader::import(std::int64_t id) {
  auto select =
      database_.prepare("SELECT " + std::string(import_columns) + " FROM import WHERE id = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, id);
  auto row = (*select)->step();
  if (!row) return passed(row);
  if (!*row)
    return base::fail(ErrorCode::not_found, "there is no import with this number",
                      std::to_string(id));
  return read_import(**select);
}

Result<std::vector<StoredNote>> ObservationReader::notes(std::int64_t import_id, int count_max) {
  auto select = database_.prepare(
      "SELECT line, bucket, reason FROM import_note WHERE import_id = ?1 ORDER BY bucket = "
      "'out_of_scope', line LIMIT ?2");
  if (!select) return passed(select);
  (*select)->bind(1, import_id);
  (*select)->bind(2, count_max);
  std::vector<StoredNote> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    list.push_back({static_cast<std::uint64_t>((*select)->integer(0)),
                    std::string((*select)->text(1)), std::string((*select)->text(2))});
  }
}

Result<std::map<std::string, DailyCounts>> ObservationReader::timeline(std::int64_t place_id,
                                                                       base::Day from,
                                                                       base::Day to) {
  auto where = place(place_id);
  if (!where) return passed(where);
  const bool is_area = where->area_id == where->id;
  auto select = database_.prepare(
      is_area ? "SELECT measure, block, days FROM area_rollup WHERE area_id = ?1 ORDER BY measure, "
                "block"
              : "SELECT measure, block, days FROM rollup WHERE place_id = ?1 ORDER BY measure, "
                "block");
  if (!select) return passed(select);
  (*select)->bind(1, place_id);
  const auto first = base::day_number(from);
  const auto last = base::day_number(to);
  std::map<std::string, DailyCounts> found;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return found;
    const auto block = static_cast<std::int32_t>((*select)->integer(1));
    if (block < block_of(first) || block > block_of(last)) continue;
    auto measure = word((*select)->integer(0));
    if (!measure) return passed(measure);
    auto done = append_block(found[*measure], block, (*select)->text(2), first, last);
    if (!done) return passed(done);
  }
}

Status ObservationReader::area_series(base::Day from, base::Day to, const TakeSeries& take) {
  auto select = database_.prepare(
      "SELECT area_id, measure, block, days FROM area_rollup ORDER BY area_id, measure, block");
  if (!select) return passed(select);
  const auto first = base::day_number(from);
  const auto last = base::day_number(to);
  std::int64_t area = -1;
  std::int64_t measure = -1;
  DailyCounts series;
  const auto give = [&]() -> Status {
    if (series.days.empty()) return {};
    auto name = word(measure);
    if (!name) return passed(name);
    take(area, *name, series);
    series = {};
    return {};
  };
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return give();
    if ((*select)->integer(0) != area || (*select)->integer(1) != measure) {
      if (auto done = give(); !done) return done;
      area = (*select)->integer(0);
      measure = (*select)->integer(1);
    }
    const auto block = static_cast<std::int32_t>((*select)->integer(2));
    if (block < block_of(first) || block > block_of(last)) continue;
    if (auto done = append_block(series, block, (*select)->text(3), first, last); !done)
      return done;
  }
}

Result<std::vector<float>> ObservationReader::country_reporting(std::string_view country,
                                                                std::string_view measure,
                                                                base::Day from, base::Day to) {
  auto all = word_id(measure);
  if (!all) return passed(all);
  auto select = database_.prepare(
      "SELECT a.block, a.days FROM area_rollup a JOIN place p ON p.id = a.area_id WHERE p.country "
      "= ?1 AND a.measure = ?2 AND a.block BETWEEN ?3 AND ?4");
  if (!select) return passed(select);
  const auto first = base::day_number(from);
  const auto last = base::day_number(to);
  (*select)->bind(1, country);
  (*select)->bind(2, *all);
  (*select)->bind(3, static_cast<std::int64_t>(block_of(first)));
  (*select)->bind(4, static_cast<std::int64_t>(block_of(last)));
  std::vector<float> reporting(static_cast<std::size_t>(last - first + 1));
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return reporting;
    auto days = decode_block((*select)->text(1));
    if (!days) return passed(days);
    const auto start = first_day_of_block(static_cast<std::int32_t>((*select)->integer(0)));
    for (const auto& day : *days) {
      const auto number = start + day.offset;
      if (number >= first && number <= last)
        reporting[static_cast<std::size_t>(number - first)] +=
            static_cast<float>(day.counts.observations);
    }
  }
}

Result<std::int64_t> ObservationReader::version() {
  auto select = database_.prepare("SELECT coalesce(max(id), 0) FROM observation");
  if (!select) return passed(select);
  auto row = (*select)->step();
  if (!row) return passed(row);
  return (*select)->integer(0);
}

Result<std::optional<base::Day>> ObservationReader::last_day(base::Day limit) {
  auto select = database_.prepare("SELECT max(day) FROM happening WHERE day <= ?1");
  if (!select) return passed(select);
  (*select)->bind(1, static_cast<std::int64_t>(base::day_number(limit)));
  auto row = (*select)->step();
  if (!row) return passed(row);
  if (!*row || (*select)->is_null(0)) return std::nullopt;
  return base::day_from_number(static_cast<std::int32_t>((*select)->integer(0)));
}

Result<std::map<std::string, std::int64_t>> ObservationReader::indicator_counts(base::Day from) {
  std::map<std::string, std::int64_t> counts;
  const auto day = base::day_number(from);
  auto done = area_series(from, base::day_from_number(INT32_MAX / 2),
                          [&](std::int64_t, std::string_view measure, const DailyCounts& series) {
                            if (measure.find("RF") != 1) return;
                            for (std::size_t i = 0; i < series.days.size(); ++i)
                              if (series.first_day + static_cast<std::int32_t>(i) >= day)
                                counts[std::string(measure)] += series.days[i].clusters;
                          });
  if (!done) return passed(done);
  return counts;
}

Result<bool> ObservationReader::holds_exercise() {
  auto select = database_.prepare("SELECT EXISTS (SELECT 1 FROM report WHERE exercise = 1)");
  if (!select) return passed(select);
  auto row = (*select)->step();
  if (!row) return passed(row);
  return (*select)->integer(0) != 0;
}

Result<std::vector<std::string>> ObservationReader::values_of(std::string_view what) {
  // What the newest reports hold: a form that waits for a scan of millions helps nobody.
  std::string sql;
  const auto newest = " ORDER BY id DESC LIMIT " + std::to_string(reports_looked_at_max) + ")";
  if (what == "measure")
    sql = "SELECT text FROM word WHERE id IN (SELECT DISTINCT measure FROM area_rollup)";
  else if (what == "kind")
    sql =
        "SELECT text FROM word WHERE id IN (SELECT DISTINCT kind FROM observation WHERE report_id "
        "IN (SELECT id FROM report" +
        newest + ")";
  else if (what == "publisher")
    sql =
        "SELECT text FROM word WHERE id IN (SELECT DISTINCT publisher FROM (SELECT publisher FROM "
        "report" +
        newest + ")";
  else if (what == "source")
    sql = "SELECT DISTINCT format FROM import WHERE kept > 0 ORDER BY format";
  else if (what == "language")
    sql = "SELECT DISTINCT language FROM (SELECT language FROM report" + newest +
          " ORDER BY language";
  else
    return base::fail(ErrorCode::internal, "no such list of values", std::string(what));
  auto select = database_.prepare(sql);
  if (!select) return passed(select);
  std::vector<std::string> values;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return values;
    if (!(*select)->text(0).empty()) values.emplace_back((*select)->text(0));
  }
}

namespace {

Result<std::optional<std::string>> one_text(store::Database& database, std::string_view sql,
                                            std::string_view name) {
  auto select = database.prepare(sql);
  if (!select) return passed(select);
  (*select)->bind(1, name);
  auto row = (*select)->step();
  if (!row) return passed(row);
  if (!*row) return std::nullopt;
  return std::string((*select)->text(0));
}

}  // namespace

Result<std::int64_t> ObservationReader::change_number() {
  auto select = database_.prepare(
      "SELECT (SELECT coalesce(max(id), 0) FROM observation) + (SELECT coalesce(max(id), 0) FROM "
      "import) + (SELECT count(*) FROM import WHERE finished IS NOT NULL)");
  if (!select) return passed(select);
  auto row = (*select)->step();
  if (!row) return passed(row);
  return (*select)->integer(0);
}

Result<std::vector<NoteGroup>> ObservationReader::note_groups(std::int64_t import_id,
                                                              int count_max) {
  auto select = database_.prepare(
      "SELECT bucket, reason, count(*), min(line) FROM import_note WHERE import_id = ?1 GROUP BY "
      "bucket, reason ORDER BY bucket <> 'rejected', count(*) DESC LIMIT ?2");
  if (!select) return passed(select);
  (*select)->bind(1, import_id);
  (*select)->bind(2, count_max);
  std::vector<NoteGroup> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) break;
    list.push_back({std::string((*select)->text(0)),
                    std::string((*select)->text(1)),
                    (*select)->integer(2),
                    {}});
  }
  auto lines = database_.prepare(
      "SELECT line FROM import_note WHERE import_id = ?1 AND bucket = ?2 AND reason = ?3 ORDER BY "
      "line LIMIT " +
      std::to_string(lines_per_group_max));
  if (!lines) return passed(lines);
  for (auto& group : list) {
    (*lines)->reset();
    (*lines)->bind(1, import_id);
    (*lines)->bind(2, std::string_view(group.bucket));
    (*lines)->bind(3, std::string_view(group.reason));
    for (;;) {
      auto row = (*lines)->step();
      if (!row) return passed(row);
      if (!*row) break;
      group.lines.push_back(static_cast<std::uint64_t>((*lines)->integer(0)));
    }
  }
  return list;
}

Result<std::optional<std::string>> ObservationReader::setting(std::string_view name) {
  return one_text(database_, "SELECT value FROM setting WHERE name = ?1", name);
}

Result<std::optional<std::string>> ObservationReader::checkpoint(std::string_view name) {
  return one_text(database_, "SELECT state FROM checkpoint WHERE name = ?1", name);
}

Result<std::vector<std::string>> ObservationReader::checkpoints(std::string_view begin) {
  auto select = database_.prepare(
      "SELECT state FROM checkpoint WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name");
  if (!select) return passed(select);
  (*select)->bind(1, begin);
  std::vector<std::string> states;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return states;
    states.emplace_back((*select)->text(0));
  }
}

}  // namespace tocsin::monitor
