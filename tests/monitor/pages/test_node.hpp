// SPDX-License-Identifier: Apache-2.0
// A node in a temporary folder with a few rows, and the routes over it: what the tests of the pages
// stand on.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <optional>

#include "base/files.hpp"
#include "base/random.hpp"
#include "monitor/follow_store.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/pages/monitor_pages.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/shelf.hpp"

namespace tocsin::monitor::pages {

inline constexpr std::string_view hostile_title =
    "<script>alert('x')</script> & \"quoted\" {{page.title}} =HYPERLINK(\"http://x\")";

inline base::Day test_day(std::string_view text) {
  return base::parse_day(text).value();
}

/// Watches nothing: gives what the test put in.
class WatchOfTest final : public WatchService {
 public:
  base::Result<std::shared_ptr<const WatchList>> current() override {
    return std::make_shared<const WatchList>(list);
  }
  base::Result<std::vector<UsualWeek>> weeks(std::int64_t, std::string_view, int count) override {
    std::vector<UsualWeek> out;
    for (int i = 0; i < count; ++i)
      out.push_back({test_day("2031-03-13") - std::chrono::days{7 * (count - i)}, i % 9 != 4, i % 5,
                     1, 6, i + 1 == count});
    return out;
  }
  base::Status set_false_alarms_per_year(double budget) override {
    list.false_alarms_per_year = budget;
    return {};
  }
  WatchList list;
};

class TestNode {
 public:
  TestNode() : home_(make_home()), readers_(home_) {
    if (auto made = open_observations(home_); !made) throw std::runtime_error(made.error().text());
    const std::filesystem::path source = TOCSIN_SOURCE_DIR;
    web_ = std::move(pagekit::WebFiles::load(source / "web", home_).value());
    framework_ = knowledge::Framework::load(source / "data").value();
    measures_.emplace(WatchMeasures::load(source / "data").value());
    exercise_ = {"XA", "XAA", {{"en", "Ondaria"}, {"fr", "Ondarie"}, {"ar", "أونداريا"}}};
    parts_.emplace(MonitorParts{*web_,
                                readers_,
                                watch,
                                framework_,
                                *measures_,
                                exercise_,
                                clock,
                                "Test node",
                                "0.0.0",
                                "Africa/Addis_Ababa",
                                std::make_shared<const std::string>("{}"),
                                true,
                                "secret",
                                {}});
    add_monitor_routes(router, *parts_);
  }
  [[nodiscard]] MonitorParts& parts() { return *parts_; }
  ~TestNode() { std::filesystem::remove_all(home_); }
  TestNode(const TestNode&) = delete;
  TestNode& operator=(const TestNode&) = delete;

  /// Brings rows in as one import; 3 of its lines are rejected.
  void bring_in(const std::vector<NewRow>& rows, std::string format = "jsonl",
                std::string locator = "/some/folder/reports.jsonl") {
    auto database = open_observations(home_);
    ASSERT_TRUE(database) << database.error().text();
    base::SeededRandom random(1);
    auto writer = ObservationWriter::open(**database, random);
    ASSERT_TRUE(writer) << writer.error().text();
    ImportInfo info{std::move(locator), std::move(format), std::string(64, 'a'), 1234,
                    "licence",          clock.now()};
    ASSERT_TRUE((*writer)->begin());
    ASSERT_TRUE((*writer)->begin_import(info));
    for (const auto& row : rows) ASSERT_TRUE((*writer)->add("test", row).value());
    for (const auto line : {7U, 9U, 12U})
      ASSERT_TRUE((*writer)->note("rejected", line, "the date is no day (correct the line)"));
    ASSERT_TRUE((*writer)->finish_import(info, clock.now(), ""));
    ASSERT_TRUE((*writer)->commit());
  }

  [[nodiscard]] net::Response get(std::string_view target,
                                  std::vector<std::pair<std::string, std::string>> headers = {}) {
    return send("GET", target, {}, std::move(headers));
  }
  [[nodiscard]] net::Response send(std::string_view method, std::string_view target,
                                   std::string body,
                                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::Request request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    request.headers = std::move(headers);
    if (request.header("host").empty()) request.headers.emplace_back("host", "localhost:8484");
    request.body = std::move(body);
    return serve_local(router, *parts_, request);
  }
  /// The context that a page would be rendered with.
  [[nodiscard]] boost::json::object context(PageMaker make, std::string_view target,
                                            std::string language = "en") {
    net::Request request;
    request.method = "GET";
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    pagekit::Call call{request, {}, pagekit::Fields(request.query), std::move(language), {}};
    call.path["id"] = request.path.substr(request.path.rfind('/') + 1);
    const auto shelf = Shelf::make(*parts_);
    auto lease = readers_.borrow();
    auto sheet = make(Page{*parts_, shelf.labels(call.language), **lease->get(), call});
    EXPECT_TRUE(sheet) << sheet.error().text();
    if (!sheet) return {};
    // As it is rendered: the frame, and the page's own members.
    auto whole =
        page_frame(Page{*parts_, shelf.labels(call.language), **lease->get(), call}, sheet->head);
    EXPECT_TRUE(whole);
    for (auto& [name, value] : sheet->content) (*whole)[name] = std::move(value);
    return std::move(*whole);
  }
  [[nodiscard]] const MonitorParts& parts() const { return *parts_; }
  /// Leaves what following an address left.
  void follow(const feeds::Checkpoint& checkpoint) {
    auto database = open_observations(home_).value();
    base::SeededRandom random(1);
    auto writer = ObservationWriter::open(*database, random).value();
    ASSERT_TRUE(
        writer->set_checkpoint("follow:" + checkpoint.address, encode_checkpoint(checkpoint)));
  }

  base::ManualClock clock{base::parse_instant("2031-03-14T07:42:00Z").value()};
  WatchOfTest watch;
  pagekit::Router router;

 private:
  static std::filesystem::path make_home() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-pages-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
  }
  std::filesystem::path home_;
  ReaderPool readers_;
  std::unique_ptr<pagekit::WebFiles> web_;
  knowledge::Framework framework_;
  std::optional<WatchMeasures> measures_;
  ExerciseCountry exercise_;
  std::optional<MonitorParts> parts_;
};

inline ObservedPlace dunmara() {
  return {9000013, "Dunmara", "XA", "Lower Tavo", 8.41, -32.77, 3};
}

/// A report of an attack, with a hostile title, a span and an indicator in its text.
inline NewRow attack_row(std::string id, std::optional<std::int32_t> killed, std::int64_t story = 0,
                         std::uint8_t relation = 0) {
  NewRow row;
  row.id = std::move(id);
  row.url = "https://daily.example/" + row.id;
  row.line = 3;
  row.exercise = true;
  NewReport report;
  report.title = hostile_title;
  report.text = "On Thursday gunmen attacked a village near Dunmara. Seven died.";
  report.language = "en";
  report.publisher = "The Daily";
  report.published = base::parse_instant("2031-03-13T10:00:00Z").value();
  report.story = story;
  report.relation = relation;
  row.report = report;
  NewObservation seen;
  seen.day = test_day("2031-03-13");
  seen.place = dunmara();
  seen.type = "ASSAULT";
  seen.cameo = "18";
  seen.kind = "attack";
  seen.measure = "attacks_on_civilians";
  seen.source = {"UAF", "", ""};
  seen.target = {"CVL", "XAA", ""};
  seen.killed = killed;
  seen.injured = 2;
  seen.span = {12, 38};
  seen.indicators = {{"SRF11.1", {19, 38}, "an attack on a village"}};
  row.observations = {seen};
  return row;
}

/// A coded row without text, of another place.
inline NewRow coded_row(std::string id, std::string_view day) {
  NewRow row;
  row.id = std::move(id);
  row.line = 1;
  NewObservation seen;
  seen.day = test_day(day);
  seen.place = {0, "Semmar", "XA", "Semmar", std::nullopt, std::nullopt, 2};
  seen.type = "PROTEST";
  seen.cameo = "14";
  seen.measure = "protests";
  seen.source = {"CVL", "", ""};
  row.observations = {seen};
  return row;
}

/// Three addresses that are followed: one answers, one fails, one is asked no more.
inline void follow_three(TestNode& node) {
  const auto now = node.clock.now();
  feeds::Checkpoint good;
  good.address = "https://user:secret@daily.example/feed.xml";
  good.next_poll = now + std::chrono::minutes{10};
  good.last_success = now - std::chrono::minutes{5};
  node.follow(good);
  feeds::Checkpoint failing;
  failing.address = "https://gone.example/feed.xml";
  failing.next_poll = now + std::chrono::minutes{40};
  failing.failures = 3;
  failing.last_error = "the other side answers with status <503>";
  node.follow(failing);
  feeds::Checkpoint stopped = good;
  stopped.address = "https://stopped.example/feed.xml";
  stopped.next_poll = now - std::chrono::hours{30};
  node.follow(stopped);
}

/// Places that moved: the area of Dunmara.
inline void let_it_move(TestNode& node) {
  StoredPlace place;
  place.id = 1;
  place.name = "Lower Tavo";
  place.country = "XA";
  place.admin1 = "Lower Tavo";
  place.level = 2;
  place.area_id = 1;
  WatchReason reason;
  reason.measure = "attacks_on_civilians";
  reason.now = 14;
  reason.usual = 3;
  reason.seen_this_high = 2;
  reason.past_years = 3;
  reason.first_alarm = test_day("2031-03-12");
  node.watch.list.day = test_day("2031-03-13");
  node.watch.list.places_looked_at = 214;
  node.watch.list.places_not_judged = 12;
  node.watch.list.places = {{place, true, {reason}}};
}

}  // namespace tocsin::monitor::pages
