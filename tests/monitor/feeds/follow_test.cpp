// SPDX-License-Identifier: Apache-2.0
// Following feeds: the rules of waiting, and that a stop at any operation loses and doubles
// nothing.
#include "monitor/feeds/follow.hpp"

#include <map>
#include <set>

#include "feed_test_support.hpp"
#include "packed.hpp"

namespace tocsin::monitor::feeds {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* list_url = "http://example.org/gdeltv2/lastupdate.txt";
constexpr const char* feed_url = "http://example.org/reports.jsonl";

base::Instant at(const char* text) {
  return base::parse_instant(text).value();
}

/// The web as the tests want it: addresses with what they answer.
class PreparedWeb final : public net::HttpClient {
 public:
  struct Page {
    int status = 200;
    std::string body;
    std::string etag;
  };
  base::Result<net::HttpAnswer> get(const net::HttpFetch& fetch, std::string& body) override {
    asked.push_back(fetch.url);
    if (unreachable) return base::fail(base::ErrorCode::unavailable, "no answer", fetch.url);
    net::HttpAnswer answer;
    answer.url = fetch.url;
    const auto found = pages.find(fetch.url);
    if (found == pages.end()) return answer.status = 404, answer;
    answer.status = found->second.status;
    answer.etag = found->second.etag;
    if (!answer.etag.empty() && answer.etag == fetch.etag) answer.status = 304;
    body = answer.status == 200 ? found->second.body : std::string();
    return answer;
  }
  base::Result<net::HttpAnswer> get_file(const net::HttpFetch& fetch,
                                         const std::filesystem::path& file) override {
    std::string body;
    auto answer = get(fetch, body);
    if (answer) std::ofstream(file, std::ios::binary) << body;
    return answer;
  }
  std::map<std::string, Page> pages;
  std::vector<std::string> asked;
  bool unreachable = false;
};

/// Thrown where the test kills the program: nothing of ours catches it.
struct Killed {};

/// A store as a transaction log: what is not committed is gone after a kill.
class PreparedStore final : public FollowStore, public IntakeSink {
 public:
  base::Result<std::optional<Checkpoint>> load(std::string_view address) override {
    operation();
    const auto found = checkpoints.find(std::string(address));
    if (found == checkpoints.end()) return std::optional<Checkpoint>{};
    return std::optional(found->second);
  }
  base::Status open() override {
    operation();
    EXPECT_FALSE(in_transaction);
    in_transaction = true;
    pending.clear();
    return {};
  }
  IntakeSink& sink() override { return *this; }
  base::Status commit(const Checkpoint& checkpoint) override {
    operation();
    EXPECT_TRUE(in_transaction);
    for (const auto& id : pending) rows.insert(id);
    checkpoints[checkpoint.address] = checkpoint;
    in_transaction = false;
    operation();  // a kill right behind the commit
    return {};
  }
  void roll_back() override {
    pending.clear();
    in_transaction = false;
  }
  base::Status begin(const ImportedFile&) override { return {}; }
  base::Status end(const ImportedFile&) override { return {}; }
  base::Status kept(FeedRecord& record) override {
    operation();
    pending.push_back(record.id);
    return {};
  }
  void rejected(std::uint64_t, std::string_view) override {}
  void out_of_scope(std::uint64_t, std::string_view) override {}

  /// The program starts again: the open transaction never happened.
  void start_again() { roll_back(); }
  void operation() {
    if (kill_at && ++operations == *kill_at) throw Killed{};
  }
  std::multiset<std::string> rows;
  std::map<std::string, Checkpoint> checkpoints;
  std::vector<std::string> pending;
  bool in_transaction = false;
  std::optional<int> kill_at;
  int operations = 0;
};

struct Scene {
  PreparedWeb web;
  PreparedStore store;
  base::ManualClock clock{at("2024-03-05T12:07:00Z")};
  base::SeededRandom random{1};
  TemporaryFolder folder;
  Follower follower{web, store, clock, random, test_tables(), folder.path()};
  base::Result<Poll> poll(const char* address) { return follower.poll({address, "", minutes{15}}); }
};

std::string gdelt_row(int id) {
  std::string row = std::to_string(id) + "\t20240305";
  for (int column = 2; column < 61; ++column) {
    row += '\t';
    if (column == 26) row += "190";
    if (column == 33) row += "1";
    if (column == 59) row += "20240305120000";
  }
  return row + "\n";
}

std::string quarter_url(const std::string& stamp) {
  return "http://example.org/gdeltv2/" + stamp + ".export.CSV.zip";
}

/// Puts the file of a quarter with its rows on the web, and the list that names it.
void publish(PreparedWeb& web, const std::string& stamp, int first_id, int count) {
  std::string table;
  for (int i = 0; i < count; ++i) table += gdelt_row(first_id + i);
  const std::string packed = testing_packed::zip({{stamp + ".export.CSV", table}});
  web.pages[quarter_url(stamp)].body = packed;
  web.pages[list_url].body =
      fmt::format("{} {} {}\n10 {} http://example.org/gdeltv2/{}.mentions.CSV.zip\n", packed.size(),
                  md5_hex(packed), quarter_url(stamp), md5_hex("x"), stamp);
  web.pages[list_url].etag = "\"" + stamp + "\"";
}

TEST(FollowRules, WaitsDoubleWithChanceUpToALimit) {
  EXPECT_EQ(wait_after_failure(1, 0.0, {}), seconds{15});
  EXPECT_EQ(wait_after_failure(2, 0.0, {}), seconds{30});
  EXPECT_EQ(wait_after_failure(5, 0.0, {}), seconds{240});
  EXPECT_GT(wait_after_failure(5, 0.9, {}), wait_after_failure(5, 0.1, {}));
  EXPECT_LE(wait_after_failure(1'000'000, 0.999, {}), follow_wait_max);
  EXPECT_EQ(wait_after_failure(1, 0.0, seconds{3600}), seconds{3600});
  EXPECT_EQ(wait_after_failure(1, 0.0, seconds{1'000'000'000}), follow_wait_max);
}

TEST(FollowRules, GdeltListsAndGaps) {
  auto file = read_last_update(
      "5 D41D8CD98F00B204E9800998ECF8427E http://x/20240305121500.export.CSV.zip\n");
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->quarter, at("2024-03-05T12:15:00Z"));
  EXPECT_EQ(file->md5, md5_hex(""));
  for (const char* bad :
       {"", "hello", "5 zz http://x/20240305121500.export.CSV.zip",
        "x d41d8cd98f00b204e9800998ecf8427e http://x/20240305121500.export.CSV.zip",
        "5 d41d8cd98f00b204e9800998ecf8427e http://x/20241305121500.export.CSV.zip",
        "5 d41d8cd98f00b204e9800998ecf8427e file:///20240305121500.export.CSV.zip"})
    EXPECT_FALSE(read_last_update(bad)) << bad;
  std::size_t missed = 0;
  EXPECT_EQ(files_to_fetch({}, *file, missed).size(), 1U);
  EXPECT_EQ(files_to_fetch(at("2024-03-05T12:15:00Z"), *file, missed).size(), 0U);
  const auto files = files_to_fetch(at("2024-03-05T11:45:00Z"), *file, missed);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].url, "http://x/20240305120000.export.CSV.zip");
  EXPECT_EQ(missed, 0U);
  EXPECT_EQ(files_to_fetch(at("2024-01-05T12:15:00Z"), *file, missed).size(), catch_up_files_max);
  EXPECT_EQ(missed, 60U * 96 - catch_up_files_max);
}

TEST(Follow, AsksOnlyWhenDueAndWithItsConditions) {
  Scene scene;
  scene.web.pages[feed_url] = {200, "{\"id\":\"a\",\"text\":\"One.\"}\n", "\"1\""};
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::read);
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::not_due);
  scene.clock.advance(minutes{15});
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::unchanged);
  EXPECT_EQ(scene.web.asked.size(), 2U);
  EXPECT_EQ(scene.store.rows.size(), 1U);
}

TEST(Follow, FailuresWaitLongerAndSuccessForgetsThem) {
  Scene scene;
  scene.web.unreachable = true;
  for (int failure = 1; failure <= 3; ++failure) {
    auto poll = scene.poll(feed_url);
    ASSERT_TRUE(poll);
    EXPECT_EQ(poll->outcome, Poll::Outcome::failed);
    EXPECT_EQ(scene.store.checkpoints[feed_url].failures, failure);
    scene.clock.set(poll->next_poll);
  }
  scene.web.unreachable = false;
  scene.web.pages[feed_url] = {200, "{\"id\":\"a\",\"text\":\"One.\"}\n", ""};
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::read);
  EXPECT_EQ(scene.store.checkpoints[feed_url].failures, 0);
}

TEST(Follow, AClockSetBackDoesNotSilenceAFeed) {
  Scene scene;
  scene.web.pages[feed_url] = {200, "{\"id\":\"a\",\"text\":\"One.\"}\n", ""};
  scene.store.checkpoints[feed_url].next_poll = at("2034-03-05T12:07:00Z");
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::read);
}

TEST(Follow, GdeltFilesAreFetchedOnceAndCheckedAgainstTheList) {
  Scene scene;
  publish(scene.web, "20240305120000", 100, 5);
  auto poll = scene.poll(list_url);
  ASSERT_TRUE(poll) << poll.error().text();
  EXPECT_EQ(poll->outcome, Poll::Outcome::read) << (poll->error ? poll->error->text() : "");
  EXPECT_EQ(scene.store.rows.size(), 5U);
  scene.clock.advance(minutes{15});
  EXPECT_EQ(scene.poll(list_url)->outcome, Poll::Outcome::unchanged);
  // A file that is not the one in the list: not a row of it comes in.
  publish(scene.web, "20240305121500", 200, 5);
  scene.web.pages[quarter_url("20240305121500")].body[40] ^= 1;
  scene.clock.advance(minutes{15});
  auto broken = scene.poll(list_url);
  EXPECT_EQ(broken->outcome, Poll::Outcome::failed);
  EXPECT_NE(broken->error->message.find("checksum"), std::string::npos);
  EXPECT_EQ(scene.store.rows.size(), 5U);
  publish(scene.web, "20240305121500", 200, 5);
  scene.clock.set(broken->next_poll);
  EXPECT_EQ(scene.poll(list_url)->outcome, Poll::Outcome::read);
  EXPECT_EQ(scene.store.rows.size(), 10U);
}

TEST(Follow, MissedQuartersAreCaughtUp) {
  Scene scene;
  publish(scene.web, "20240305120000", 100, 2);
  ASSERT_TRUE(scene.poll(list_url));
  publish(scene.web, "20240305121500", 200, 2);
  // 12:30 was never published.
  publish(scene.web, "20240305124500", 400, 2);
  scene.clock.advance(minutes{60});
  auto poll = scene.poll(list_url);
  ASSERT_TRUE(poll);
  EXPECT_EQ(poll->outcome, Poll::Outcome::read) << (poll->error ? poll->error->text() : "");
  EXPECT_EQ(scene.store.rows.size(), 6U);
  EXPECT_EQ(scene.store.checkpoints[list_url].quarter_done, at("2024-03-05T12:45:00Z"));
}

TEST(Follow, ACutFeedFileIsFetchedAgain) {
  Scene scene;
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += fmt::format("{{\"id\":\"{}\",\"text\":\"Row {}\"}}\n", i, i * i);
  const std::string packed = testing_packed::gzip(text);
  scene.web.pages[feed_url] = {200, packed.substr(0, packed.size() / 2), ""};
  auto poll = scene.poll(feed_url);
  EXPECT_EQ(poll->outcome, Poll::Outcome::failed);
  EXPECT_TRUE(scene.store.rows.empty());
  scene.web.pages[feed_url].body = packed;
  scene.clock.set(poll->next_poll);
  EXPECT_EQ(scene.poll(feed_url)->outcome, Poll::Outcome::read);
  EXPECT_EQ(scene.store.rows.size(), 500U);
}

/// The program is killed at its n-th operation on the store, for every n, and started again.
TEST(Follow, AKillAtAnyOperationLosesAndDoublesNothing) {
  int kill_at = 1;
  for (bool killed = true; killed; ++kill_at) {
    Scene scene;
    publish(scene.web, "20240305120000", 100, 3);
    scene.web.pages[feed_url] = {
        200, "{\"id\":\"a\",\"text\":\"A.\"}\n{\"id\":\"b\",\"text\":\"B.\"}\n", "\"1\""};
    const auto run = [&](const char* address) {
      auto poll = scene.poll(address);
      ASSERT_TRUE(poll) << poll.error().text();
    };
    const auto both_twice = [&] {
      for (int round = 0; round < 2; ++round) {
        run(list_url);
        run(feed_url);
        publish(scene.web, "20240305123000", 300, 3);
        scene.web.pages[quarter_url("20240305121500")] = {
            200, testing_packed::zip({{"x.CSV", gdelt_row(200)}}), ""};
        scene.clock.advance(minutes{31});
      }
      run(list_url);
    };
    scene.store.kill_at = kill_at;
    killed = false;
    try {
      both_twice();
    } catch (const Killed&) {
      killed = true;
    }
    scene.store.kill_at.reset();
    scene.store.start_again();
    scene.clock.advance(minutes{31});
    both_twice();
    const std::multiset<std::string> expected{"100", "101", "102", "200", "300",
                                              "301", "302", "a",   "b"};
    // Killed before its first commit, the node has no checkpoint, and begins with the newest list.
    std::multiset<std::string> rows = scene.store.rows;
    ASSERT_EQ(rows, expected) << "killed at operation " << kill_at;
  }
  EXPECT_GT(kill_at, 30);  // the loop ended because no operation was left to kill at
}

}  // namespace
}  // namespace tocsin::monitor::feeds
