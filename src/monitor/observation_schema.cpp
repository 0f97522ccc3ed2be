// SPDX-License-Identifier: Apache-2.0
#include "monitor/observation_schema.hpp"

#include <array>

namespace tocsin::monitor {
namespace {

// Cost sketch for ten million GDELT rows. A row writes one `seen` key (rising ids: the right edge
// of the tree), one observation (append), one look-up and mostly one insert in `happening`, whose
// unique key begins with the day so that a feed in date order stays in warm pages, two short index
// entries, and its share of the rollup blocks, which are rewritten once a transaction. No index
// lies on `observation` but a partial one over repeats.
constexpr std::string_view first_schema = R"sql(
CREATE TABLE word (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
);
CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  admin1 TEXT NOT NULL,
  latitude REAL,
  longitude REAL,
  geoname_id INTEGER NOT NULL,
  level INTEGER NOT NULL,
  area_id INTEGER NOT NULL
);
CREATE INDEX place_of_area ON place (area_id);
CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  locator TEXT NOT NULL,
  format TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  licence_note TEXT NOT NULL,
  fetched INTEGER NOT NULL,
  finished INTEGER,
  state TEXT NOT NULL,
  problem TEXT NOT NULL DEFAULT '',
  kept INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  out_of_scope INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE import_note (
  import_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX import_note_of ON import_note (import_id);
CREATE TABLE seen (
  scope INTEGER NOT NULL,
  key INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL
);
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  import_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  source_row TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  language TEXT NOT NULL,
  publisher INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  published INTEGER,
  day INTEGER,
  link_id INTEGER,
  story INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  exercise INTEGER NOT NULL
);
CREATE INDEX report_story ON report (story);
CREATE INDEX report_published ON report (published);
CREATE TABLE story_member (
  report_id INTEGER PRIMARY KEY,
  story INTEGER NOT NULL,
  version INTEGER NOT NULL,
  day INTEGER NOT NULL,
  signature BLOB NOT NULL
);
CREATE INDEX story_member_day ON story_member (day);
CREATE VIRTUAL TABLE report_words USING fts5 (
  title, text, content='report', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  import_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  source_row INTEGER,
  report_id INTEGER,
  link_id INTEGER,
  happening_id INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  day INTEGER NOT NULL,
  place_id INTEGER NOT NULL,
  type INTEGER NOT NULL,
  cameo INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  status INTEGER NOT NULL,
  source_role INTEGER NOT NULL,
  source_country INTEGER NOT NULL,
  source_group INTEGER NOT NULL,
  target_role INTEGER NOT NULL,
  target_country INTEGER NOT NULL,
  target_group INTEGER NOT NULL,
  killed INTEGER,
  injured INTEGER,
  mentions INTEGER NOT NULL,
  span_begin INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  exercise INTEGER NOT NULL
);
CREATE INDEX observation_repeat ON observation (happening_id) WHERE relation > 0;
CREATE INDEX observation_report ON observation (report_id) WHERE report_id IS NOT NULL;
CREATE TABLE happening (
  id INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,
  key INTEGER NOT NULL,
  place_id INTEGER NOT NULL,
  area_id INTEGER NOT NULL,
  measure INTEGER NOT NULL,
  first_observation INTEGER NOT NULL,
  observations INTEGER NOT NULL,
  killed_min INTEGER,
  killed_max INTEGER,
  updates INTEGER NOT NULL
);
CREATE UNIQUE INDEX happening_key ON happening (day, key);
CREATE INDEX happening_area ON happening (area_id, day);
CREATE INDEX happening_measure ON happening (measure, day) WHERE measure > 0;
CREATE TABLE observation_indicator (
  observation_id INTEGER NOT NULL,
  indicator INTEGER NOT NULL,
  span_begin INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  because INTEGER NOT NULL
);
CREATE INDEX observation_indicator_of ON observation_indicator (observation_id);
CREATE INDEX observation_with_indicator ON observation_indicator (indicator, observation_id);
CREATE TABLE rollup (
  place_id INTEGER NOT NULL,
  measure INTEGER NOT NULL,
  block INTEGER NOT NULL,
  days BLOB NOT NULL,
  PRIMARY KEY (place_id, measure, block)
) WITHOUT ROWID;
CREATE TABLE area_rollup (
  area_id INTEGER NOT NULL,
  measure INTEGER NOT NULL,
  block INTEGER NOT NULL,
  days BLOB NOT NULL,
  PRIMARY KEY (area_id, measure, block)
) WITHOUT ROWID;
CREATE TABLE checkpoint (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
)sql";

// Empty on a node without exercise data, so that asking whether there is any costs nothing.
constexpr std::string_view exercise_schema =
    "CREATE INDEX report_exercise ON report (import_id) WHERE exercise = 1";

// Headlines whose text may follow under the same id: few, so the index is small.
constexpr std::string_view headline_schema =
    "CREATE INDEX report_headline ON report (source_row) WHERE text = ''";
// In hundredths; without a value where the source coded the row, or where an older version read it.
constexpr std::string_view confidence_schema =
    "ALTER TABLE observation ADD COLUMN confidence INTEGER";

// Empty on a node without exercise data: which places an exercise is about.
constexpr std::string_view exercise_places_schema =
    "CREATE INDEX observation_exercise ON observation (place_id) WHERE exercise = 1";

constexpr std::array<store::Migration, 5> migrations{{
    {1, "observations, happenings and rollups", first_schema},
    {2, "which imports are exercise data", exercise_schema},
    {3, "headlines that wait for their text", headline_schema},
    {4, "how sure a reading is", confidence_schema},
    {5, "which places an exercise is about", exercise_places_schema},
}};

// With this much, reading a file of any size stays under 300 MB (docs/status.md).
constexpr std::int64_t cache_bytes_writer = 96LL << 20;
constexpr std::int64_t cache_bytes_reader = 64LL << 20;
// A larger log between checkpoints means that a block rewritten by several transactions is copied
// back into the database once.
constexpr std::string_view writer_settings = "PRAGMA wal_autocheckpoint=40000";

}  // namespace

base::Result<std::unique_ptr<store::Database>> open_observations(
    const std::filesystem::path& home) {
  store::SqliteOptions options;
  options.cache_bytes = cache_bytes_writer;
  auto database = store::open_sqlite(home / observation_file, options);
  if (!database) return database;
  if (auto set = (*database)->execute(writer_settings); !set)
    return std::unexpected(std::move(set.error()));
  if (auto done = store::migrate(**database, "observations", migrations); !done)
    return base::fail_at((home / observation_file).string(), std::move(done.error()));
  return database;
}

base::Result<std::unique_ptr<store::Database>> open_observations_to_read(
    const std::filesystem::path& home) {
  store::SqliteOptions options;
  options.read_only = true;
  options.cache_bytes = cache_bytes_reader;
  auto database = store::open_sqlite(home / observation_file, options);
  if (!database) return database;
  if (auto known = store::check_migrations(**database, "observations", migrations); !known)
    return base::fail_at((home / observation_file).string(), std::move(known.error()));
  return database;
}

}  // namespace tocsin::monitor
