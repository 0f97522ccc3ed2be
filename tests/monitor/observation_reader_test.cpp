// SPDX-License-Identifier: Apache-2.0
#include "monitor/observation_reader.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "monitor/reader_pool.hpp"
#include "store_fixture.hpp"

namespace tocsin::monitor {
namespace {

/// A filter with some members set.
template <class Set>
HappeningFilter with(Set set) {
  HappeningFilter filter;
  set(filter);
  return filter;
}

/// Forty happenings over two places, ten days and two kinds, each told by one report.
class Reader : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<NewRow> rows;
    for (int i = 0; i < happenings; ++i) {
      auto seen = attack_at(i % 2 == 0 ? kaya() : dori(), "2024-03-05");
      seen.day += std::chrono::days{i % 10};
      seen.kind = i % 4 == 0 ? "abduction" : "attack";
      seen.source.group = std::to_string(i);
      // Else those of one place and day would be one happening.
      seen.type = "ASSAULT" + std::to_string(i);
      if (i % 5 == 0) seen.indicators = {{"SRF11.1", {1, 5}, "because of it"}};
      auto row = told("id" + std::to_string(i), "Title " + std::to_string(i),
                      i == 7 ? "A word like crocodile." : "Something happened.", {seen},
                      i % 2 == 0 ? "First" : "Second");
      row.report->language = i % 8 == 0 ? "fr" : "en";
      rows.push_back(row);
    }
    home_.bring_in(rows);
  }
  std::size_t found(const HappeningFilter& filter) {
    auto reader = home_.reader();
    auto wide = filter;
    wide.rows_max = 1000;
    const auto page = reader.happenings(wide);
    EXPECT_TRUE(page) << page.error().text();
    const auto count = reader.count_happenings(filter, 1000);
    EXPECT_EQ(count.value_or(-1), page ? static_cast<std::int64_t>(page->rows.size()) : -2);
    return page ? page->rows.size() : 0;
  }
  static constexpr int happenings = 40;
  StoreHome home_;
};

TEST_F(Reader, FiltersByEachMember) {
  EXPECT_EQ(found({}), 40U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.place_name = "kay"; })), 20U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.place_name = "%"; })), 0U)
      << "a pattern is a text like any other";
  EXPECT_EQ(found(with([&](HappeningFilter& f) {
              f.from = day_at("2024-03-05");
              f.to = day_at("2024-03-05");
            })),
            4U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.from = day_at("2024-03-13"); })), 8U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.indicators = {"SRF11.1"}; })), 8U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.indicators = {"CRF1.1"}; })), 0U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.kind = "abduction"; })), 10U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.kind = "attacks_on_civilians"; })), 40U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.source = "Second"; })), 20U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.source = "jsonl"; })), 40U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.language = "fr"; })), 5U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.text = "crocodile"; })), 1U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.text = "crocodile OR \"something"; })), 0U)
      << "words, never operators";
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.import_id = 1; })), 40U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.import_id = 2; })), 0U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) {
              f.place_name = "Kaya";
              f.kind = "abduction";
              f.language = "fr";
            })),
            5U);
}

TEST_F(Reader, NarrowsToAPlaceOrToAnAreaWithAllThatLiesInIt) {
  const auto place = home_.number("SELECT id FROM place WHERE name = 'Kaya'");
  const auto area = home_.number("SELECT area_id FROM place WHERE name = 'Kaya'");
  EXPECT_NE(place, area);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.place_id = place; })), 20U);
  EXPECT_EQ(found(with([&](HappeningFilter& f) { f.place_id = area; })), 20U);
  auto reader = home_.reader();
  EXPECT_EQ(reader.happenings(with([&](HappeningFilter& f) { f.place_id = 999; })).error().code,
            base::ErrorCode::not_found);
  EXPECT_EQ(reader.place(area).value().name, "Centre-Nord");
  EXPECT_EQ(reader.areas().value().size(), 2U);
}

TEST_F(Reader, PagesPutTogetherAreTheListWhateverTheirLength) {
  auto reader = home_.reader();
  std::vector<std::int64_t> whole;
  const auto all = reader.happenings(with([&](HappeningFilter& f) { f.rows_max = 1000; })).value();
  for (const auto& row : all.rows) whole.push_back(row.id);
  for (const int length : {1, 3, 7, 39, 40, 41}) {
    HappeningFilter filter = with([&](HappeningFilter& f) { f.rows_max = length; });
    std::vector<std::int64_t> joined;
    base::Day last = base::Day::max();
    for (;;) {
      const auto page = reader.happenings(filter).value();
      ASSERT_LE(page.rows.size(), static_cast<std::size_t>(length));
      for (const auto& row : page.rows) {
        joined.push_back(row.id);
        EXPECT_LE(row.shown.day, last);
        last = row.shown.day;
      }
      if (page.next.empty()) break;
      filter.after = page.next;
    }
    EXPECT_EQ(joined, whole) << length;
  }
  EXPECT_EQ(reader.happenings(with([&](HappeningFilter& f) { f.after = "nonsense"; })).error().code,
            base::ErrorCode::invalid_input);
}

TEST_F(Reader, CountsUpToWhatIsAsked) {
  auto reader = home_.reader();
  EXPECT_EQ(reader.count_happenings({}, 10).value(), 10);
  EXPECT_EQ(
      reader.count_happenings(with([&](HappeningFilter& f) { f.kind = "abduction"; }), 3).value(),
      3);
}

TEST_F(Reader, GivesAnObservationWithAllThatBelongsToIt) {
  auto reader = home_.reader();
  const auto seen = reader.observation(1).value();
  EXPECT_EQ(seen.title, "Title 0");
  EXPECT_EQ(seen.publisher, "First");
  EXPECT_EQ(seen.language, "fr");
  EXPECT_EQ(seen.url, "https://daily.example/id0");
  EXPECT_EQ(seen.place.name, "Kaya");
  EXPECT_EQ(seen.place.country, "BF");
  EXPECT_EQ(seen.source.role, "UAF");
  EXPECT_EQ(seen.target.country, "BFA");
  EXPECT_EQ(seen.killed, std::nullopt);
  EXPECT_EQ(seen.published, instant_at("2024-03-05T10:00:00Z"));
  ASSERT_EQ(seen.indicators.size(), 1U);
  EXPECT_EQ(seen.indicators[0].id, "SRF11.1");
  EXPECT_EQ(seen.indicators[0].because, "because of it");
  EXPECT_EQ(seen.indicators[0].span.begin, 1U);
  for (const std::int64_t id : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{41}})
    EXPECT_EQ(reader.observation(id).error().code, base::ErrorCode::not_found);
  EXPECT_TRUE(reader.tellings(999).value().empty());
}

TEST_F(Reader, TimelinesAreTheHappeningsCountedByDay) {
  auto reader = home_.reader();
  const auto area = home_.number("SELECT area_id FROM place WHERE name = 'Dori'");
  const auto series = reader.timeline(area, day_at("2024-03-06"), day_at("2024-03-10")).value();
  const auto& counts = series.at("attacks_on_civilians");
  std::uint32_t sum = 0;
  for (const auto& day : counts.days) sum += day.clusters;
  const auto same = with([&](HappeningFilter& f) {
    f.place_id = area;
    f.from = day_at("2024-03-06");
    f.to = day_at("2024-03-10");
  });
  EXPECT_EQ(sum, found(same));
  EXPECT_TRUE(reader.timeline(area, day_at("2025-01-01"), day_at("2025-02-01")).value().empty());
  const auto country =
      reader.country_reporting("BF", "all", day_at("2024-03-05"), day_at("2024-03-15"));
  ASSERT_TRUE(country);
  ASSERT_EQ(country->size(), 11U);
  EXPECT_EQ((*country)[0], 4.0F);
  EXPECT_EQ((*country)[10], 0.0F);
}

TEST_F(Reader, FindsPlacesAndWhatIsOffered) {
  auto reader = home_.reader();
  const auto places = reader.find_places("SAHEL", 10).value();
  ASSERT_GE(places.size(), 1U);
  EXPECT_EQ(places[0].name, "Sahel");
  EXPECT_TRUE(reader.find_places("_", 10).value().empty());
  EXPECT_EQ(reader.last_day(day_at("2030-01-01")).value(), day_at("2024-03-14"));
  EXPECT_EQ(reader.indicator_counts(day_at("2024-03-05")).value().at("SRF11.1"), 8);
  EXPECT_TRUE(reader.indicator_counts(day_at("2024-03-15")).value().empty());
  EXPECT_FALSE(reader.holds_exercise().value());
  auto publishers = reader.values_of("publisher").value();
  std::ranges::sort(publishers);
  EXPECT_EQ(publishers, (std::vector<std::string>{"First", "Second"}));
}

TEST_F(Reader, TheLastDayIsNeverOneToCome) {
  home_.bring_in({coded("ahead", attack_at(kaya(), "2035-01-01"))});
  auto reader = home_.reader();
  EXPECT_EQ(reader.last_day(day_at("2024-12-31")).value(), day_at("2024-03-14"));
  EXPECT_EQ(reader.last_day(day_at("2035-01-01")).value(), day_at("2035-01-01"));
  EXPECT_FALSE(reader.last_day(day_at("1990-01-01")).value());
}

TEST_F(Reader, TellsWhichPlacesAnExerciseIsAbout) {
  auto real = home_.reader();
  const auto before = real.areas().value();
  for (const auto& area : before) EXPECT_FALSE(area.exercise);
  auto invented = coded("invented", attack_at(kaya(), "2024-03-09"));
  invented.exercise = true;
  home_.bring_in({invented});
  auto reader = home_.reader();
  const auto after = reader.areas().value();
  for (const auto& area : after) EXPECT_EQ(area.exercise, area.name == "Centre-Nord") << area.name;
  const auto kaya_id = home_.number("SELECT id FROM place WHERE name = 'Kaya'");
  EXPECT_TRUE(reader.place(kaya_id).value().exercise);
}

TEST_F(Reader, SeesThatSomethingCameIn) {
  auto reader = home_.reader();
  const auto before = reader.change_number().value();
  const auto version = reader.version().value();
  EXPECT_EQ(reader.change_number().value(), before);
  home_.bring_in({coded("new", attack_at(kaya(), "2024-04-01"))});
  EXPECT_GT(reader.change_number().value(), before);
  EXPECT_GT(reader.version().value(), version);
}

TEST_F(Reader, GroupsNotesByReason) {
  home_.begin();
  const auto id = home_.begin_import();
  for (std::uint64_t line = 1; line <= 20; ++line)
    ASSERT_TRUE(home_.writer->note(line % 4 == 0 ? "out_of_scope" : "rejected", line,
                                   line % 4 == 0 ? "not about people" : "no date"));
  home_.commit();
  auto reader = home_.reader();
  const auto groups = reader.note_groups(id, 10).value();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].reason, "no date");
  EXPECT_EQ(groups[0].count, 15);
  EXPECT_EQ(groups[0].lines.size(), static_cast<std::size_t>(lines_per_group_max));
  EXPECT_EQ(groups[0].lines.front(), 1U);
  EXPECT_EQ(groups[1].count, 5);
  EXPECT_EQ(reader.notes(id, 3).value().size(), 3U);
}

TEST_F(Reader, ListsImportsNewestFirstAndAddsThemUp) {
  for (int i = 0; i < 5; ++i)
    home_.bring_in({coded("n" + std::to_string(i), attack_at(kaya(), "2024-05-01"))});
  auto reader = home_.reader();
  const auto newest = reader.imports(2).value();
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].id, 6);
  const auto older = reader.imports(100, newest[1].id).value();
  EXPECT_EQ(older.size(), 4U);
  EXPECT_EQ(older[0].id, 4);
  const auto sums = reader.import_sums().value();
  EXPECT_EQ(sums.imports, 6U);
  EXPECT_EQ(sums.counts.kept, 45U);
  EXPECT_EQ(reader.import(99).error().code, base::ErrorCode::not_found);
}

TEST_F(Reader, APoolLendsEachThreadAConnectionOfItsOwn) {
  ReaderPool pool(home_.path);
  {
    auto one = pool.borrow().value();
    auto two = pool.borrow().value();
    const auto limit = day_at("2030-01-01");
    EXPECT_EQ((*one)->last_day(limit).value(), (*two)->last_day(limit).value());
  }
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  constexpr int readers = 12;
  for (int i = 0; i < readers; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        auto lease = pool.borrow();
        if (lease && (**lease)->count_happenings({}, 1000).value_or(0) == happenings) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right.load(), readers * 20);
  // A connection that was lent before sees what came in since.
  home_.bring_in({coded("late", attack_at(kaya(), "2024-06-01"))});
  EXPECT_EQ((*pool.borrow().value())->last_day(day_at("2030-01-01")).value(), day_at("2024-06-01"));
}

TEST(ReaderPoolOf, AFolderWithoutAStoreGivesAnError) {
  ReaderPool pool("/nonexistent/home");
  EXPECT_FALSE(pool.borrow());
}

}  // namespace
}  // namespace tocsin::monitor
