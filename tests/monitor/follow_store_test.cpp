// SPDX-License-Identifier: Apache-2.0
#include "monitor/follow_store.hpp"

#include "store_fixture.hpp"

namespace tocsin::monitor {
namespace {

TEST(Checkpoint, WhatIsWrittenIsReadBack) {
  base::SeededRandom random(13);
  for (int round = 0; round < 200; ++round) {
    feeds::Checkpoint checkpoint;
    checkpoint.address = "https://example.org/" + std::to_string(random.next());
    checkpoint.etag = random.below(2) == 0 ? "" : "W/\"" + std::to_string(random.next()) + "\\\"";
    checkpoint.last_modified = random.below(2) == 0 ? "" : "Tue, 05 Mar 2024 10:00:00 GMT";
    checkpoint.failures = static_cast<std::int32_t>(random.below(1000));
    checkpoint.last_error = random.below(2) == 0 ? "" : "no answer (\"\n\")";
    const auto instant = [&] {
      return base::Instant{std::chrono::milliseconds{random.below(4'000'000'000'000)}};
    };
    checkpoint.next_poll = instant();
    if (random.below(2) == 0) checkpoint.quarter_done = instant();
    if (random.below(2) == 0) checkpoint.last_success = instant();
    const auto read = decode_checkpoint(encode_checkpoint(checkpoint));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->address, checkpoint.address);
    EXPECT_EQ(read->etag, checkpoint.etag);
    EXPECT_EQ(read->last_modified, checkpoint.last_modified);
    EXPECT_EQ(read->failures, checkpoint.failures);
    EXPECT_EQ(read->last_error, checkpoint.last_error);
    EXPECT_EQ(read->next_poll, checkpoint.next_poll);
    EXPECT_EQ(read->quarter_done, checkpoint.quarter_done);
    EXPECT_EQ(read->last_success, checkpoint.last_success);
  }
}

TEST(Checkpoint, OfAnEarlierVersionIsReadAndADamagedOneIsTold) {
  const auto earlier = decode_checkpoint(
      R"({"address":"https://e.org/","etag":"","last_modified":"","failures":2,"next_poll":1000})");
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->failures, 2);
  EXPECT_EQ(earlier->last_success, std::nullopt);
  for (const auto* text :
       {"", "{}", "[]", R"({"failures":1})", R"({"next_poll":"x","failures":1})"})
    EXPECT_EQ(decode_checkpoint(text).error().code, base::ErrorCode::corrupt) << text;
}

class Following : public testing::Test {
 protected:
  static feeds::FeedRecord record(const std::string& id) {
    feeds::FeedRecord out;
    out.id = id;
    out.kind = feeds::RecordKind::event;
    out.date = day_at("2024-03-05");
    out.place.name = "Kaya";
    out.place.country = "BF";
    out.event.emplace();
    out.event->plover = "ASSAULT";
    out.event->target.role = "CVL";
    return out;
  }
  static feeds::Checkpoint at(const std::string& etag) {
    feeds::Checkpoint checkpoint;
    checkpoint.address = "https://example.org/feed";
    checkpoint.etag = etag;
    checkpoint.next_poll = instant_at("2024-03-06T10:00:00Z");
    return checkpoint;
  }
  void give(ObservationFollowStore& store, const std::vector<std::string>& ids) {
    feeds::ImportedFile file;
    file.path = "https://example.org/feed";
    file.sha256 = "abc";
    ASSERT_TRUE(store.sink().begin(file));
    for (const auto& id : ids) {
      auto row = record(id);
      ASSERT_TRUE(store.sink().kept(row));
    }
    store.sink().rejected(9, "no date");
    ASSERT_TRUE(store.sink().end(file));
  }
  StoreHome home_;
  WatchMeasures measures_ =
      WatchMeasures::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  PlaceLinker places_{nullptr};
  FollowUps follow_ups_ =
      FollowUps::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  RowPreparer preparer_{measures_, follow_ups_, places_,
                        [](const coding::TextToCode&) { return coding::CodedText{}; }};
  base::ManualClock clock_{instant_at("2024-03-06T09:45:00Z")};
};

TEST_F(Following, RowsAndCheckpointAreCommittedTogether) {
  ObservationFollowStore store(*home_.database, *home_.writer, preparer_, clock_);
  EXPECT_EQ(store.load("https://example.org/feed").value(), std::nullopt);
  ASSERT_TRUE(store.open());
  give(store, {"1", "2"});
  ASSERT_TRUE(store.commit(at("\"v1\"")));
  EXPECT_EQ(store.load("https://example.org/feed").value()->etag, "\"v1\"");
  EXPECT_EQ(store.load("https://example.org/other").value(), std::nullopt);
  const auto counts = store.take_counts();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].kept, 2U);
  EXPECT_EQ(counts[0].rejected, 1U);
  EXPECT_TRUE(store.take_counts().empty());
  EXPECT_EQ(home_.reader().import(1).value().state, "done");
}

TEST_F(Following, ARowOfADayToComeIsRejectedAndSaysWhy) {
  ObservationFollowStore store(*home_.database, *home_.writer, preparer_, clock_);
  ASSERT_TRUE(store.open());
  feeds::ImportedFile file;
  file.path = "https://example.org/feed";
  file.sha256 = "abc";
  ASSERT_TRUE(store.sink().begin(file));
  auto ahead = record("1");
  ahead.date = day_at("2035-01-01");
  ahead.line = 7;
  ASSERT_TRUE(store.sink().kept(ahead));
  auto today = record("2");
  ASSERT_TRUE(store.sink().kept(today));
  ASSERT_TRUE(store.sink().end(file));
  ASSERT_TRUE(store.commit(at("\"v1\"")));
  EXPECT_EQ(home_.number("SELECT count(*) FROM observation"), 1);
  const auto notes = home_.reader().notes(1, 10).value();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].bucket, "rejected");
  EXPECT_EQ(notes[0].line, 7U);
  EXPECT_EQ(notes[0].reason, "date 2035-01-01 lies after the day it came in, 2024-03-06");
}

TEST_F(Following, ARollBackLeavesNeitherRowsNorCheckpoint) {
  ObservationFollowStore store(*home_.database, *home_.writer, preparer_, clock_);
  ASSERT_TRUE(store.open());
  give(store, {"1"});
  ASSERT_TRUE(store.commit(at("\"v1\"")));
  ASSERT_TRUE(store.open());
  give(store, {"2", "3"});
  store.roll_back();
  EXPECT_EQ(store.load("https://example.org/feed").value()->etag, "\"v1\"");
  EXPECT_EQ(home_.number("SELECT count(*) FROM observation"), 1);
  EXPECT_EQ(home_.number("SELECT count(*) FROM import"), 1);
  ASSERT_TRUE(store.open());
  give(store, {"1", "2", "3"});
  ASSERT_TRUE(store.commit(at("\"v2\"")));
  EXPECT_EQ(home_.number("SELECT count(*) FROM observation"), 3);
}

TEST_F(Following, AProcessThatEndsInBetweenLeavesNothing) {
  {
    ObservationFollowStore store(*home_.database, *home_.writer, preparer_, clock_);
    ASSERT_TRUE(store.open());
    give(store, {"1", "2"});
  }
  home_.close();
  home_.open();
  EXPECT_EQ(home_.number("SELECT count(*) FROM observation"), 0);
  EXPECT_EQ(home_.number("SELECT count(*) FROM import"), 0);
}

}  // namespace
}  // namespace tocsin::monitor
