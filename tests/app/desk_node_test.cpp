// SPDX-License-Identifier: Apache-2.0
// The desk as the program opens it: what its rules make due reaches people by their accounts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/desk_node.hpp"
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
  std::unique_ptr<DeskNode> open() {
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
                              home_ / "no-gazetteer"};
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

}  // namespace
}  // namespace tocsin::app
