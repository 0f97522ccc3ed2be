// SPDX-License-Identifier: Apache-2.0
// The desk as the program opens it: what its rules make due reaches people by their accounts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/desk_node.hpp"
#include "app/desk_server.hpp"
#include "app/founding.hpp"
#include "app/node_key.hpp"
#include "assess/report_tables.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "inform/desk_mail.hpp"
#include "store/query.hpp"

namespace tocsin::app {
namespace {

const std::filesystem::path source_root{TOCSIN_SOURCE_DIR};

class DeskNodeTest : public testing::Test {
 protected:
  void SetUp() override {
    home_ = std::filesystem::path(testing::TempDir()) /
            ("desk_node_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(home_);
    auto web = pagekit::WebFiles::load(source_root / "web", {});
    ASSERT_TRUE(web) << web.error().text();
    web_ = std::move(*web);
    auto framework = knowledge::Framework::load(source_root / "data");
    ASSERT_TRUE(framework) << framework.error().text();
    framework_ = std::make_unique<knowledge::Framework>(std::move(*framework));
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  /// The exercise's people, each with a mail address.
  void found() {
    auto people = demo_order();
    for (auto& person : people) person.contact = person.log_in + "@ondaria.invalid";
    const auto done = found_demo(home_, source_root / "data", std::move(people));
    ASSERT_TRUE(done) << done.error().text();
  }
  std::unique_ptr<DeskNode> open(std::vector<std::pair<std::string, std::string>> others = {}) {
    auto key = find_node_key(home_, {});
    EXPECT_TRUE(key);
    const DeskSetting setting{home_,
                              source_root / "data",
                              *web_,
                              *framework_,
                              "Focal point of Ondaria",
                              "0",
                              "UTC",
                              "http://localhost",
                              "desk@ondaria.invalid",
                              {},
                              {},
                              true,
                              false,
                              false,
                              home_ / "no-gazetteer",
                              std::move(others)};
    auto node = DeskNode::open(setting, std::move(*key));
    EXPECT_TRUE(node) << node.error().text();
    return std::move(*node);
  }
  /// A warning that has waited for the principal for so long.
  static std::string waiting(const DeskNode& node, std::chrono::hours since) {
    auto made = node.ledger().act([&](ledger::Pen& pen) -> base::Result<std::string> {
      const auto object = pen.new_object(inform::warning_type);
      auto key = pen.vault().make_data_key(pen.database(), assess::data_key_of(object));
      if (!key) return std::unexpected(std::move(key.error()));
      inform::WarningText text;
      text.title = "Attacks on the road to Tavo";
      text.what_changed = text.concerns = text.title;
      text.options = {"mediation"};
      text.urgency = "days";
      text.confidence = "moderate";
      text.scale = "spreading";
      auto draft = inform::warning_revision(object, {"a", "b", "c", "d", {}, {}}, text,
                                            inform::WarningState::with_principal, {});
      draft.marking = {"AMBER", "AMBER"};
      auto done = pen.append_as_node(draft);
      if (!done) return std::unexpected(std::move(done.error()));
      const std::int64_t ms = std::chrono::milliseconds(since).count();
      auto moved = store::run(pen.database(),
                              "UPDATE warning SET since_ms = since_ms - ?2, reached_ms ="
                              " reached_ms - ?2 WHERE object = ?1",
                              object, ms);
      if (!moved) return std::unexpected(std::move(moved.error()));
      return object;
    });
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or("");
  }
  std::vector<std::string> reminded(const DeskNode& node, std::string_view warning) const {
    auto database = open_node_database(home_, true);
    auto rows = inform::deliveries_of(**database, warning);
    std::vector<std::string> list;
    for (const auto& row : rows.value()) {
      EXPECT_EQ(row.kind, inform::kind_desk);
      auto account = people::find_account(**database, row.receiver);
      auto open = people::open_account(**database, node.desk().vault, account.value());
      list.push_back(open->contact);
    }
    return list;
  }

  std::filesystem::path home_;
  std::unique_ptr<pagekit::WebFiles> web_;
  std::unique_ptr<knowledge::Framework> framework_;
};

TEST_F(DeskNodeTest, WhoAWarningWaitsForIsWrittenTo) {
  found();
  const auto node = open();
  ASSERT_TRUE(node);
  const auto object = waiting(*node, std::chrono::hours{13});
  ASSERT_TRUE(node->run_due());
  EXPECT_THAT(reminded(*node, object), testing::ElementsAre("principal@ondaria.invalid"));
  ASSERT_TRUE(node->run_due());
  EXPECT_EQ(reminded(*node, object).size(), 1U) << "one reminder, one mail";
}

TEST(Others, AreNamesWithAddresses) {
  const auto read =
      read_others({"Office of the region = https://region.example/?a=b", "ينابيع=+999 1"});
  ASSERT_TRUE(read) << read.error().text();
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(*read,
              testing::ElementsAre(Pair{"Office of the region", "https://region.example/?a=b"},
                                   Pair{"ينابيع", "+999 1"}));
  EXPECT_TRUE(read_others({})->empty());
  const std::string ill_formed("A=\xff");
  for (const auto& bad : std::vector<std::vector<std::string>>{
           {""},
           {"no equals"},
           {"=address"},
           {"name= "},
           {"A=x", "A=y"},
           {"A=line\nbreak"},
           {ill_formed},
           {"A=" + std::string(400, 'x')},
           {"1=x", "2=x", "3=x", "4=x", "5=x", "6=x", "7=x", "8=x", "9=x"}})
    EXPECT_FALSE(read_others(bad)) << bad.front();
}

TEST_F(DeskNodeTest, OtherReadersStandOnTheReportersPage) {
  found();
  const auto node = open({{"Office <of> the region", "https://region.example"}});
  ASSERT_TRUE(node);
  pagekit::Router router;
  node->add_reporter_routes(router);
  net::Request request;
  request.method = "GET";
  request.path = "/";
  const auto page = router.serve(request);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Office &lt;of&gt; the region"), std::string::npos) << page.body;
  EXPECT_NE(page.body.find("https://region.example"), std::string::npos);
}

TEST_F(DeskNodeTest, AnAgreedSettingIsInForceFromTheStart) {
  found();
  {
    const auto node = open();
    ASSERT_TRUE(node);
    std::vector<std::string> used;
    ASSERT_TRUE(node->on_setting(people::budget_setting,
                                 [&](std::string_view value) { used.emplace_back(value); }));
    EXPECT_TRUE(used.empty());
    node->accounts().setting_agreed(people::budget_setting, "0.7");
    EXPECT_THAT(used, testing::ElementsAre("0.7"));
    // As if two people had agreed and the program was killed before it was used.
    ASSERT_TRUE(node->ledger().act([&](ledger::Pen& pen) {
      return store::run(
          pen.database(),
          "INSERT INTO setting_change VALUES ('setting_change:1', ?1, '0.9', 'agreed',"
          " 'a', 0, 'b', 0, 7)",
          people::budget_setting);
    }));
  }
  const auto node = open();
  std::vector<std::string> used;
  ASSERT_TRUE(node->on_setting(people::budget_setting,
                               [&](std::string_view value) { used.emplace_back(value); }));
  EXPECT_THAT(used, testing::ElementsAre("0.9"));
}

}  // namespace
}  // namespace tocsin::app
