// SPDX-License-Identifier: Apache-2.0
// Kills `tocsin ingest --follow` at random moments while it reads from a live server, and starts it
// again: in the end the store holds what a run without a kill holds, nothing lost, nothing doubled.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>

#include "../monitor/feeds/packed.hpp"
#include "base/random.hpp"
#include "monitor/feeds/gdelt_updates.hpp"
#include "monitor/observation_schema.hpp"
#include "net/http_server.hpp"
#include "program.hpp"

namespace tocsin::app {
namespace {

constexpr int kills = 24;
constexpr int quarters = 12;  ///< states of the world after the first
constexpr int rows_per_quarter = 800;
constexpr int texts_per_quarter = 25;
constexpr std::uint64_t seed = 20261121;

std::string stamp(int quarter) {
  const auto instant =
      base::parse_instant("2024-03-05T10:00:00Z").value() + std::chrono::minutes{15} * quarter;
  std::string digits;
  for (const char c : base::format_instant(instant))
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

/// One quarter of an hour as GDELT 2.0 writes it; the same rows whenever it is asked for.
std::string gdelt_rows(int quarter) {
  base::SeededRandom random(seed + static_cast<std::uint64_t>(quarter));
  std::string out;
  for (int i = 0; i < rows_per_quarter; ++i) {
    const auto day = 1 + random.below(28);
    const auto dead_code = random.below(2) == 0 ? "182" : "190";
    out += fmt::format(
        "{}\t202402{:02}\t202402\t2024\t2024.1\tAAAMIL\tARMY\tMLI\t\t\t\t\tMIL\t\t\tCVL\tCIVILIAN\t"
        "MLI\t\t\t\t\tCVL\t\t\t1\t{}\t{}\t{}\t4\t-10.0\t{}\t2\t4\t-3.1\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t\t4\tTown {}, Mopti, Mali\tML\tML04\t1\t14.{}\t-4.{}\t-1\t{}\thttps://a.example/{}\n",
        900'000'000 + quarter * rows_per_quarter + i, day, dead_code, dead_code,
        std::string_view(dead_code).substr(0, 2), 1 + random.below(9), random.below(40),
        10 + random.below(80), 10 + random.below(80), stamp(quarter),
        quarter * rows_per_quarter + i / 5);
  }
  return out;
}

/// A report of its own story: no two are near enough in time to be told for one.
std::string text_row(int number, bool rss) {
  constexpr int days_apart = 40;
  const auto day = base::parse_day("1990-01-01").value() + std::chrono::days{days_apart * number};
  const auto text = fmt::format("Gunmen killed {} villagers near Kaya.", 2 + number % 7);
  if (!rss)
    return fmt::format(
        R"({{"id":"j{}","title":"Report {}","text":"{}","language":"en","date":"{}",)"
        R"("publisher":"Lines","country":"BF"}})"
        "\n",
        number, number, text, base::format_day(day));
  return fmt::format(
      "<item><title>Item {}</title><guid>r{}</guid><pubDate>{:%a, %d %b %Y} 10:00:00 "
      "+0000</pubDate><description>{}</description></item>\n",
      number, number, day, text);
}

/// The world that is followed: it moves on when the test says so.
class World {
 public:
  World() {
    auto started =
        net::HttpServer::start({}, [this](const net::Request& request) { return serve(request); });
    if (!started) throw std::runtime_error(started.error().text());
    server_ = std::move(*started);
  }
  [[nodiscard]] std::vector<std::string> addresses() const {
    const auto base = "http://127.0.0.1:" + std::to_string(server_->port());
    return {base + "/gdeltv2/lastupdate.txt", base + "/reports.jsonl", base + "/feed.xml"};
  }
  void move_to(int quarter) {
    const std::lock_guard lock(mutex_);
    now_ = quarter;
    unchanged_.clear();
  }
  /// True once every address was asked with the mark of its newest state: all of it is committed.
  [[nodiscard]] bool all_read() {
    const std::lock_guard lock(mutex_);
    return unchanged_.size() == 3;
  }
  /// Kills the process at its n-th request from now on: before or after the answer is made.
  void kill_at_request(pid_t child, int request) {
    const std::lock_guard lock(mutex_);
    victim_ = child;
    requests_left_ = request;
  }
  /// Quarters that were fetched more than once: the kill fell before they were committed.
  [[nodiscard]] int fetched_again() {
    const std::lock_guard lock(mutex_);
    int again = 0;
    for (const auto& [path, times] : fetches_) again += times - 1;
    return again;
  }
  void forget_fetches() {
    const std::lock_guard lock(mutex_);
    fetches_.clear();
  }
  /// The process is gone: its number may be given to another.
  void forget_victim() {
    const std::lock_guard lock(mutex_);
    victim_ = 0;
  }

 private:
  net::Response serve(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    if (victim_ > 0 && --requests_left_ == 0) kill(std::exchange(victim_, 0), SIGKILL);
    net::Response response;
    constexpr std::string_view ending = ".export.CSV.zip";
    if (request.path.ends_with(ending)) {
      for (int quarter = 0; quarter <= now_; ++quarter)
        if (request.path == quarter_path(quarter)) {
          ++fetches_[request.path];
          response.body = zipped(quarter);
          return response;
        }
      response.status = 404;
      return response;
    }
    const std::string etag = fmt::format("\"{}-{}\"", request.path.substr(1), now_);
    response.headers.emplace_back("ETag", etag);
    if (request.header("if-none-match") == etag) {
      unchanged_[request.path] = true;
      response.status = 304;
      return response;
    }
    response.body = body_of(request.path);
    return response;
  }
  static std::string quarter_path(int quarter) {
    return "/gdeltv2/" + stamp(quarter) + ".export.CSV.zip";
  }
  const std::string& zipped(int quarter) {
    auto& made = zips_[quarter];
    if (made.empty())
      made = testing_packed::zip({{stamp(quarter) + ".export.CSV", gdelt_rows(quarter)}});
    return made;
  }
  std::string body_of(std::string_view path) {
    if (path == "/gdeltv2/lastupdate.txt") {
      const auto& zip = zipped(now_);
      return fmt::format("{} {} http://127.0.0.1:{}{}\n", zip.size(), monitor::feeds::md5_hex(zip),
                         server_->port(), quarter_path(now_));
    }
    const bool rss = path == "/feed.xml";
    std::string out = rss ? "<rss version=\"2.0\"><channel><title>Feed</title>\n" : "";
    for (int i = 0; i < (now_ + 1) * texts_per_quarter; ++i) out += text_row(i, rss);
    return out + (rss ? "</channel></rss>\n" : "");
  }

  std::mutex mutex_;
  int now_ = 0;
  std::map<std::string, bool> unchanged_;
  std::map<std::string, int> fetches_;
  std::map<int, std::string> zips_;
  pid_t victim_ = 0;
  int requests_left_ = 0;
  std::unique_ptr<net::HttpServer> server_;
};

class FollowKillTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-follow-kill-" + std::to_string(base::SystemRandom().next()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path make_home(const std::string& name) {
    const auto home = folder_ / name;
    EXPECT_EQ(run_program({"init", "--quiet", "--home", home}), 0);
    // GDELT is followed from the file that is newest at the first poll; both begin with the same.
    world_.move_to(0);
    EXPECT_EQ(run_program(words(home, false)), 0);
    return home;
  }
  std::vector<std::string> words(const std::filesystem::path& home, bool follow) const {
    std::vector<std::string> out{"ingest", "--quiet", "--interval", "1", "--home", home};
    if (follow) out.emplace_back("--follow");
    for (const auto& address : world_.addresses()) out.push_back(address);
    return out;
  }
  /// Follows until everything is read, then stops as Ctrl-C does; the exit code.
  int follow_to_the_end(const std::filesystem::path& home) {
    world_.move_to(quarters);
    const pid_t child = start_program(words(home, true));
    while (!world_.all_read()) {
      int status = 0;
      if (waitpid(child, &status, WNOHANG) == child) return -1;
      sched_yield();
    }
    kill(child, SIGINT);
    return wait_for_program(child);
  }
  /// Waits until the write-ahead log grows by `bytes`, everything is read or the process ends.
  void wait_for_log(pid_t child, const std::filesystem::path& home, std::uintmax_t bytes) {
    const auto log = home / "observations.db-wal";
    std::error_code error;
    const auto size = [&] {
      const auto now = std::filesystem::file_size(log, error);
      return error ? std::uintmax_t{0} : now;
    };
    const auto before = size();
    siginfo_t ended{};
    while (size() < before + bytes && !world_.all_read()) {
      // Looks without taking the end away from whoever waits for it.
      if (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          ended.si_pid == child)
        return;
    }
  }

  World world_;
  std::filesystem::path folder_;
};

/// All that must not depend on where the kills fell: numbers given in order of arrival are left
/// out, names stand for them.
std::map<std::string, std::vector<std::string>> content_of(const std::filesystem::path& home) {
  auto database = monitor::open_observations_to_read(home);
  EXPECT_TRUE(database);
  std::map<std::string, std::vector<std::string>> content;
  const auto take = [&](const std::string& what, std::string_view sql, int columns) {
    content[what] = rows_of(**database, sql, columns);
  };
  take("reports",
       "SELECT w.text, source_row, title, r.text, story = r.id, relation FROM report r JOIN word w "
       "ON w.id = publisher ORDER BY 1, 2",
       6);
  take("signatures", "SELECT count(*), count(DISTINCT report_id) FROM story_member", 2);
  take("rows seen", "SELECT count(*) FROM seen", 1);
  take("search", "SELECT count(*) FROM report_words WHERE report_words MATCH 'villagers'", 1);
  take(
      "observations",
      "SELECT source_row, day, p.name, t.text, killed, mentions FROM observation o JOIN place p ON "
      "p.id = place_id JOIN word t ON t.id = type WHERE report_id IS NULL ORDER BY 1, 2, 3, 4, 5",
      6);
  take(
      "happenings",
      "SELECT day, p.name, h.observations, killed_min, killed_max FROM happening h JOIN place p ON "
      "p.id = place_id ORDER BY 1, 2, 3, 4, 5",
      5);
  for (const std::string table : {"rollup", "area_rollup"})
    take(table,
         "SELECT p.key, w.text, block, hex(days) FROM " + table + " r JOIN place p ON p.id = r." +
             (table == "rollup" ? "place_id" : "area_id") +
             " JOIN word w ON w.id = measure ORDER BY 1, 2, 3",
         4);
  return content;
}

TEST_F(FollowKillTest, following_a_live_server_killed_at_random_moments_loses_and_doubles_nothing) {
  const auto whole = make_home("whole");
  ASSERT_EQ(follow_to_the_end(whole), 0);
  EXPECT_EQ(world_.fetched_again(), 0);
  const auto killed = make_home("killed");
  world_.forget_fetches();
  base::SeededRandom random(seed);
  for (int i = 0; i < kills; ++i) {
    world_.move_to(i * quarters / kills);
    const pid_t child = start_program(words(killed, true));
    if (random.below(2) == 0) {
      world_.kill_at_request(child, 1 + static_cast<int>(random.below(4)));
      wait_for_log(child, killed, UINTMAX_MAX / 2);
      world_.forget_victim();
    } else {
      wait_for_log(child, killed, 1 + random.below(400'000));
    }
    kill_program(child);
  }
  ASSERT_EQ(follow_to_the_end(killed), 0);
  const auto expected = content_of(whole);
  const auto found = content_of(killed);
  for (const auto& [what, rows] : expected) EXPECT_EQ(found.at(what), rows) << what;
  constexpr std::size_t texts = 2 * (quarters + 1) * texts_per_quarter;
  EXPECT_EQ(found.at("reports").size(), texts);
  EXPECT_EQ(found.at("observations").size(), (quarters + 1) * rows_per_quarter);
  EXPECT_GT(world_.fetched_again(), 0) << "no kill fell between a fetch and its commit: no proof";
}

}  // namespace
}  // namespace tocsin::app
