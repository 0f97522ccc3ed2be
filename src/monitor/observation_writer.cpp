// SPDX-License-Identifier: Apache-2.0
#include "monitor/observation_writer_parts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::size_t reason_bytes_max = 300;

/// Ids that are plain numbers keep their order, so that `seen` grows at its right edge; all others
/// are hashed under the store's own secret seed, so that nobody can choose a collision.
std::int64_t key_of(std::string_view id, std::uint64_t seed) {
  constexpr std::size_t digits_max = 18;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool canonical = code == std::errc{} && end == id.data() + id.size() &&
                         id.size() <= digits_max && number >= 0 &&
                         (id.size() == 1 || id.front() != '0');
  if (canonical) return number;
  return static_cast<std::int64_t>(base::hash64(id, seed) | 0x8000000000000000ULL);
}

}  // namespace

ObservationWriter::ObservationWriter(store::Database& database)
    : database_(database),
      statements_(std::make_unique<Statements>()),
      words_(std::make_unique<Words>()),
      places_(std::make_unique<Places>()) {}

ObservationWriter::~ObservationWriter() {
  transaction_.reset();
}

namespace {

struct StatementText {
  StatementPointer* statement;
  std::string_view sql;
};

Status prepare_all(store::Database& database, const std::vector<StatementText>& wanted) {
  for (const auto& [statement, sql] : wanted) {
    auto prepared = database.prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

/// The secret of this store's hashes, drawn once.
Result<std::uint64_t> read_seed(store::Database& database, base::Random& random) {
  auto insert = database.prepare("INSERT OR IGNORE INTO setting VALUES ('hash_seed', ?1)");
  if (!insert) return std::unexpected(std::move(insert.error()));
  (*insert)->bind(1, std::string_view(std::to_string(random.next())));
  if (auto ran = (*insert)->run(); !ran) return std::unexpected(std::move(ran.error()));
  auto select = database.prepare("SELECT value FROM setting WHERE name = 'hash_seed'");
  if (!select) return std::unexpected(std::move(select.error()));
  auto row = (*select)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  return std::strtoull(std::string((*select)->text(0)).c_str(), nullptr, 10);
}

}  // namespace

Result<std::unique_ptr<ObservationWriter>> ObservationWriter::open(store::Database& database,
                                                                   base::Random& random) {
  std::unique_ptr<ObservationWriter> writer(new ObservationWriter(database));
  auto& s = *writer->statements_;
  auto prepared = prepare_all(
      database,
      {{&s.seen, "INSERT OR IGNORE INTO seen VALUES (?1, ?2)"},
       {&s.word, "INSERT INTO word VALUES (?1, ?2)"},
       {&s.place, "INSERT INTO place VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
       {&s.link, "INSERT INTO link (url) VALUES (?1)"},
       {&s.report,
        "INSERT INTO report VALUES (?15, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
        "?14)"},
       {&s.report_words, "INSERT INTO report_words (rowid, title, text) VALUES (?1, ?2, ?3)"},
       {&s.observation,
        "INSERT INTO observation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
        "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)"},
       {&s.indicator, "INSERT INTO observation_indicator VALUES (?1, ?2, ?3, ?4, ?5)"},
       {&s.find,
        "SELECT id, day, killed_max, killed_min FROM happening WHERE day = ?1 AND key = ?2"},
       {&s.find_story,
        "SELECT h.id, h.day, h.killed_max, h.killed_min FROM report r "
        "JOIN observation o ON o.report_id = r.id JOIN happening h ON h.id = o.happening_id "
        "WHERE r.story = ?1 AND o.type = ?2 AND o.place_id = ?3 AND (h.measure > 0) = ?4 "
        "LIMIT 1"},
       {&s.find_earlier,
        "SELECT id, day, killed_max, killed_min FROM happening WHERE area_id = ?1 AND day BETWEEN "
        "?2 AND ?3 AND measure = ?4 ORDER BY place_id = ?5 DESC, day DESC LIMIT 1"},
       {&s.headline,
        "SELECT r.story FROM report r JOIN import i ON i.id = r.import_id WHERE r.source_row = ?1 "
        "AND r.text = '' AND r.publisher = ?2 AND i.format = ?3 ORDER BY r.id LIMIT 1"},
       {&s.happening,
        "INSERT INTO happening VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?7, 0) "
        "ON CONFLICT (day, key) DO NOTHING"},
       {&s.grow,
        "UPDATE happening SET observations = observations + 1, killed_min = ?2, killed_max = ?3, "
        "updates = updates + ?4 WHERE id = ?1"}});
  if (!prepared) return passed(prepared);
  auto seed = read_seed(database, random);
  if (!seed) return passed(seed);
  writer->seed_ = *seed;
  if (auto loaded = writer->load(); !loaded) return passed(loaded);
  return writer;
}

Status ObservationWriter::load() {
  if (auto loaded = words_->load(database_); !loaded) return loaded;
  if (auto loaded = places_->load(database_); !loaded) return loaded;
  auto select = database_.prepare(
      "SELECT coalesce(max(id), 0) + 1, (SELECT coalesce(max(id), 0) + 1 FROM report) FROM "
      "observation");
  if (!select) return passed(select);
  if (auto row = (*select)->step(); !row) return passed(row);
  next_observation_ = (*select)->integer(0);
  next_report_ = (*select)->integer(1);
  last_url_.clear();
  last_link_ = 0;
  stale_ = false;
  return {};
}

Status ObservationWriter::begin() {
  // What an abandoned transaction had learnt (words, places, numbers) went with it.
  if (stale_) {
    if (auto loaded = load(); !loaded) return loaded;
    if (stories_ != nullptr)
      if (auto reloaded = stories_->reload(); !reloaded) return reloaded;
  }
  auto begun = store::Transaction::begin(database_);
  if (!begun) return passed(begun);
  transaction_.emplace(std::move(*begun));
  return {};
}

void ObservationWriter::abandon() {
  transaction_.reset();
  stale_ = true;
  place_counts_.clear();
  area_counts_.clear();
  // Its counts hold rows that are gone; those of the last commit stand in the store.
  import_id_ = 0;
  counts_ = {};
}

Status ObservationWriter::write_rollups(RollupBatch& batch, std::string_view table) {
  const std::string name(table);
  const std::string id = table == "rollup" ? "place_id" : "area_id";
  auto select = database_.prepare("SELECT days FROM " + name + " WHERE " + id +
                                  " = ?1 AND measure = ?2 AND block = ?3");
  if (!select) return passed(select);
  auto replace = database_.prepare("INSERT OR REPLACE INTO " + name + " VALUES (?1, ?2, ?3, ?4)");
  if (!replace) return passed(replace);
  for (const auto& block : batch.blocks()) {
    (*select)->bind(1, static_cast<std::int64_t>(block.place));
    (*select)->bind(2, static_cast<std::int64_t>(block.measure));
    (*select)->bind(3, static_cast<std::int64_t>(block.block));
    auto row = (*select)->step();
    if (!row) return passed(row);
    auto merged = merge_block(*row ? (*select)->text(0) : std::string_view{}, block.days);
    if (!merged) return passed(merged);
    (*select)->reset();
    (*replace)->bind(1, static_cast<std::int64_t>(block.place));
    (*replace)->bind(2, static_cast<std::int64_t>(block.measure));
    (*replace)->bind(3, static_cast<std::int64_t>(block.block));
    (*replace)->bind_blob(4, *merged);
    if (auto ran = (*replace)->run(); !ran) return ran;
  }
  batch.clear();
  return {};
}

Status ObservationWriter::write_counts() {
  if (import_id_ == 0) return {};
  auto update = database_.prepare(
      "UPDATE import SET kept = ?2, duplicate = ?3, out_of_scope = ?4, rejected = ?5 WHERE id = "
      "?1");
  if (!update) return passed(update);
  (*update)->bind(1, import_id_);
  (*update)->bind(2, static_cast<std::int64_t>(counts_.kept));
  (*update)->bind(3, static_cast<std::int64_t>(counts_.duplicate));
  (*update)->bind(4, static_cast<std::int64_t>(counts_.out_of_scope));
  (*update)->bind(5, static_cast<std::int64_t>(counts_.rejected));
  return (*update)->run();
}

Status ObservationWriter::commit() {
  if (auto done = write_rollups(place_counts_, "rollup"); !done) return done;
  if (auto done = write_rollups(area_counts_, "area_rollup"); !done) return done;
  if (auto done = write_counts(); !done) return done;
  auto committed = transaction_->commit();
  transaction_.reset();
  return committed;
}

Result<std::int64_t> ObservationWriter::begin_import(const ImportInfo& info) {
  // What the file before has counted since the last commit would be forgotten with it.
  if (auto done = write_counts(); !done) return passed(done);
  auto insert = database_.prepare(
      "INSERT INTO import (locator, format, sha256, bytes, licence_note, fetched, state) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'running')");
  if (!insert) return passed(insert);
  (*insert)->bind(1, std::string_view(info.locator));
  (*insert)->bind(2, std::string_view(info.format));
  (*insert)->bind(3, std::string_view(info.sha256));
  (*insert)->bind(4, static_cast<std::int64_t>(info.bytes));
  (*insert)->bind(5, std::string_view(info.licence_note));
  (*insert)->bind(6, static_cast<std::int64_t>(info.fetched.time_since_epoch().count()));
  if (auto ran = (*insert)->run(); !ran) return passed(ran);
  import_id_ = database_.last_insert_id();
  counts_ = {};
  notes_ = 0;
  last_url_.clear();
  return import_id_;
}

Status ObservationWriter::finish_import(const ImportInfo& info, base::Instant now,
                                        std::string_view problem) {
  auto update = database_.prepare(
      "UPDATE import SET sha256 = ?2, bytes = ?3, format = ?4, licence_note = ?5, finished = ?6, "
      "state = ?7, problem = ?8 WHERE id = ?1");
  if (!update) return passed(update);
  (*update)->bind(1, import_id_);
  (*update)->bind(2, std::string_view(info.sha256));
  (*update)->bind(3, static_cast<std::int64_t>(info.bytes));
  (*update)->bind(4, std::string_view(info.format));
  (*update)->bind(5, std::string_view(info.licence_note));
  (*update)->bind(6, static_cast<std::int64_t>(now.time_since_epoch().count()));
  (*update)->bind(7, problem.empty() ? "done" : "failed");
  (*update)->bind(8, problem);
  return (*update)->run();
}

Status ObservationWriter::note(std::string_view bucket, std::uint64_t line,
                               std::string_view reason) {
  (bucket == "rejected" ? counts_.rejected : counts_.out_of_scope) += 1;
  if (notes_ >= notes_per_import_max) return {};
  ++notes_;
  auto insert = database_.prepare("INSERT INTO import_note VALUES (?1, ?2, ?3, ?4)");
  if (!insert) return passed(insert);
  (*insert)->bind(1, import_id_);
  (*insert)->bind(2, static_cast<std::int64_t>(line));
  (*insert)->bind(3, bucket);
  (*insert)->bind(4, reason.substr(0, reason_bytes_max));
  return (*insert)->run();
}

Status ObservationWriter::mark_interrupted() {
  return database_.execute("UPDATE import SET state = 'interrupted' WHERE state = 'running'");
}

Status ObservationWriter::set_checkpoint(std::string_view name, std::string_view state) {
  auto replace = database_.prepare("INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2)");
  if (!replace) return passed(replace);
  (*replace)->bind(1, name);
  (*replace)->bind(2, state);
  return (*replace)->run();
}

Result<bool> ObservationWriter::first_sight(std::int64_t scope, std::string_view id) {
  statements_->seen->bind(1, scope);
  statements_->seen->bind(2, key_of(id, seed_));
  if (auto ran = statements_->seen->run(); !ran) return passed(ran);
  return database_.changes() > 0;
}

Result<std::int64_t> ObservationWriter::add_link(std::string_view url) {
  if (url.empty()) return 0;
  // The rows of one article stand together in a feed, so the last address saves nearly all.
  if (url == last_url_) return last_link_;
  statements_->link->bind(1, url);
  if (auto ran = statements_->link->run(); !ran) return passed(ran);
  last_url_ = url;
  last_link_ = database_.last_insert_id();
  return last_link_;
}

Result<std::int64_t> ObservationWriter::add_report(const NewRow& row, std::int64_t link,
                                                   const StoryPlace& place) {
  const auto& report = *row.report;
  auto& insert = *statements_->report;
  auto publisher = words_->id(report.publisher, *statements_->word);
  if (!publisher) return publisher;
  insert.bind(1, import_id_);
  insert.bind(2, static_cast<std::int64_t>(row.line));
  insert.bind(3, std::string_view(row.id));
  insert.bind(4, std::string_view(report.title));
  insert.bind(5, std::string_view(report.text));
  insert.bind(6, std::string_view(report.language));
  insert.bind(7, *publisher);
  insert.bind(8, std::string_view(report.symbol));
  if (report.published) {
    insert.bind(9, static_cast<std::int64_t>(report.published->time_since_epoch().count()));
    insert.bind(10, static_cast<std::int64_t>(base::day_number(base::day_of(*report.published))));
  }
  if (link != 0) insert.bind(11, link);
  insert.bind(12, place.story);
  insert.bind(13, static_cast<std::int64_t>(place.relation));
  insert.bind(14, static_cast<std::int64_t>(row.exercise));
  const auto id = next_report_;
  insert.bind(15, id);
  if (auto ran = insert.run(); !ran) return passed(ran);
  ++next_report_;
  auto& words = *statements_->report_words;
  words.bind(1, id);
  words.bind(2, std::string_view(report.title));
  words.bind(3, std::string_view(report.text));
  if (auto ran = words.run(); !ran) return passed(ran);
  return id;
}

Status ObservationWriter::add_observation(const NewRow& row, const NewObservation& seen,
                                          std::int64_t report, const StoryPlace& story,
                                          std::int64_t link) {
  auto place = places_->find_or_add(seen.place, *statements_->place);
  if (!place) return passed(place);
  auto joined = join(seen, place->id, place->area, story);
  if (!joined) return passed(joined);
  auto& insert = *statements_->observation;
  int parameter = 0;
  const auto bind = [&](std::int64_t value) { insert.bind(++parameter, value); };
  const auto bind_optional = [&](std::optional<std::int32_t> value) {
    ++parameter;
    if (value) insert.bind(parameter, static_cast<std::int64_t>(*value));
  };
  bind(next_observation_);
  bind(import_id_);
  bind(static_cast<std::int64_t>(row.line));
  bind(key_of(row.id, seed_));
  report != 0 ? bind(report) : static_cast<void>(++parameter);
  link != 0 ? bind(link) : static_cast<void>(++parameter);
  bind(joined->happening);
  bind(joined->relation);
  bind(base::day_number(seen.day));
  bind(place->id);
  for (const std::string* text :
       {&seen.type, &seen.cameo, &seen.kind, static_cast<const std::string*>(nullptr),
        &seen.source.role, &seen.source.country, &seen.source.group, &seen.target.role,
        &seen.target.country, &seen.target.group}) {
    if (text == nullptr) {
      bind(static_cast<std::int64_t>(seen.status));
      continue;
    }
    auto id = words_->id(*text, *statements_->word);
    if (!id) return passed(id);
    bind(*id);
  }
  bind_optional(seen.killed);
  bind_optional(seen.injured);
  bind(seen.mentions);
  bind(seen.span.begin);
  bind(seen.span.end);
  bind(row.exercise ? 1 : 0);
  constexpr double hundredths = 100;
  if (seen.confidence) bind(std::llround(*seen.confidence * hundredths));
  if (auto ran = insert.run(); !ran) return ran;
  for (const auto& indicator : seen.indicators) {
    // What follows from the measure alone is not stored with each row: the measure says it. What a
    // headline says has no span in its report's text.
    if (indicator.span.end == 0 && !row.report) continue;
    auto id = words_->id(indicator.id, *statements_->word);
    if (!id) return passed(id);
    auto because = words_->id(indicator.because, *statements_->word);
    if (!because) return passed(because);
    auto& add = *statements_->indicator;
    add.bind(1, next_observation_);
    add.bind(2, *id);
    add.bind(3, static_cast<std::int64_t>(indicator.span.begin));
    add.bind(4, static_cast<std::int64_t>(indicator.span.end));
    add.bind(5, *because);
    if (auto ran = add.run(); !ran) return ran;
  }
  ++next_observation_;
  return {};
}

/// The story of the headline that came under this row's id before, if this row brings its text for
/// the first time; else 0.
Result<std::int64_t> ObservationWriter::headline_before(std::string_view format, std::int64_t scope,
                                                        const NewRow& row) {
  constexpr std::string_view mark = "\n(text)";
  if (!row.report || row.report->text.empty()) return 0;
  auto publisher = words_->id(row.report->publisher, *statements_->word);
  if (!publisher) return publisher;
  auto& find = *statements_->headline;
  find.bind(1, std::string_view(row.id));
  find.bind(2, *publisher);
  find.bind(3, format);
  auto found = find.step();
  if (!found) return passed(found);
  const std::int64_t story = *found ? find.integer(0) : 0;
  find.reset();
  if (story == 0) return 0;
  auto first = first_sight(scope, row.id + std::string(mark));
  if (!first) return passed(first);
  return *first ? story : 0;
}

Result<StoryPlace> ObservationWriter::place_report(const NewRow& row, std::int64_t continues) {
  constexpr std::uint8_t update = 2;
  if (stories_ == nullptr)
    return continues != 0 ? StoryPlace{continues, update} : StoryPlace{next_report_, 0};
  const auto day = row.report->published ? base::day_of(*row.report->published) : base::Day{};
  return stories_->tell(next_report_, day, row.report->title, row.report->text, continues);
}

Result<bool> ObservationWriter::add(std::string_view scope, const NewRow& row) {
  auto scope_id = row.scope.empty()
                      ? words_->id(scope, *statements_->word)
                      : words_->id(std::string(scope) + "/" + row.scope, *statements_->word);
  if (!scope_id) return passed(scope_id);
  auto first = first_sight(*scope_id, row.id);
  if (!first) return first;
  std::int64_t continues = 0;
  if (!*first) {
    auto story = headline_before(scope, *scope_id, row);
    if (!story) return passed(story);
    continues = *story;
    if (continues == 0) {
      ++counts_.duplicate;
      return false;
    }
  }
  auto link = add_link(row.url);
  if (!link) return passed(link);
  std::int64_t report = 0;
  StoryPlace place{0, 0};
  if (row.report) {
    auto placed = place_report(row, continues);
    if (!placed) return passed(placed);
    place = *placed;
    auto added = add_report(row, *link, place);
    if (!added) return passed(added);
    report = *added;
  }
  for (const auto& observation : row.observations) {
    auto done = add_observation(row, observation, report, place, *link);
    if (!done) return passed(done);
  }
  ++counts_.kept;
  return true;
}

}  // namespace tocsin::monitor
