// SPDX-License-Identifier: Apache-2.0
// The store's contract, run on each engine. A second engine adds itself to `engines()`.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "store/database.hpp"

namespace tocsin::store {
namespace {

struct EngineUnderTest {
  std::string name;
  std::function<base::Result<std::unique_ptr<Database>>()> open;
};

std::vector<EngineUnderTest> engines() {
  return {{"sqlite", [] { return open_sqlite(":memory:"); }}};
}

class StoreContract : public testing::TestWithParam<EngineUnderTest> {
 protected:
  void SetUp() override {
    auto opened = GetParam().open();
    ASSERT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
    ASSERT_TRUE(database_->execute(
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, weight DOUBLE PRECISION)"));
  }
  std::int64_t count() {
    auto select = database_->prepare("SELECT count(*) FROM thing");
    EXPECT_TRUE((*select)->step().value());
    return (*select)->integer(0);
  }
  std::unique_ptr<Database> database_;
};

TEST_P(StoreContract, keeps_64_bit_integers_text_and_nulls) {
  const std::int64_t big = 1'700'000'000'123'456'789;
  const std::string text = std::string("a\0b", 3) + "\u00e9'; DROP TABLE thing;--";
  auto insert = database_->prepare("INSERT INTO thing VALUES (?1, ?2, ?3)");
  (*insert)->bind(1, big);
  (*insert)->bind(2, std::string_view(text));
  (*insert)->bind_null(3);
  ASSERT_TRUE((*insert)->run());
  EXPECT_EQ(database_->changes(), 1);
  auto select = database_->prepare("SELECT id, name, weight FROM thing WHERE name = ?1");
  (*select)->bind(1, std::string_view(text));
  ASSERT_TRUE((*select)->step().value());
  EXPECT_EQ((*select)->integer(0), big);
  EXPECT_EQ((*select)->text(1), text);
  EXPECT_TRUE((*select)->is_null(2));
  EXPECT_FALSE((*select)->step().value());
}

TEST_P(StoreContract, rolls_back_what_was_not_committed) {
  {
    auto transaction = Transaction::begin(*database_);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database_->execute("INSERT INTO thing VALUES (1, 'a', 1.5)"));
  }
  EXPECT_EQ(count(), 0);
  {
    auto transaction = Transaction::begin(*database_);
    ASSERT_TRUE(database_->execute("INSERT INTO thing VALUES (1, 'a', 1.5)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreContract, names_a_broken_constraint) {
  ASSERT_TRUE(database_->execute("INSERT INTO thing VALUES (1, 'a', 1.5)"));
  const auto again = database_->execute("INSERT INTO thing VALUES (2, 'a', 1.5)");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::ErrorCode::conflict);
}

TEST_P(StoreContract, upserts_and_returns) {
  auto upsert = database_->prepare(
      "INSERT INTO thing VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET weight = "
      "thing.weight + excluded.weight RETURNING weight");
  for (const double expected : {1.5, 3.0}) {
    (*upsert)->bind(1, 1);
    (*upsert)->bind(2, "a");
    (*upsert)->bind(3, 1.5);
    ASSERT_TRUE((*upsert)->step().value());
    EXPECT_EQ((*upsert)->real(0), expected);
    (*upsert)->reset();
  }
}

TEST_P(StoreContract, a_wrong_statement_is_an_error_not_a_crash) {
  EXPECT_FALSE(database_->prepare("SELEC nothing"));
  EXPECT_FALSE(database_->execute("INSERT INTO nowhere VALUES (1)"));
}

TEST_P(StoreContract, migrates_once_and_refuses_a_newer_database) {
  const std::vector<Migration> one = {{1, "first", "CREATE TABLE a (x INTEGER)"}};
  const std::vector<Migration> two = {{1, "first", "CREATE TABLE a (x INTEGER)"},
                                      {2, "second", "CREATE TABLE b (x INTEGER)"}};
  const std::vector<Migration> other = {{1, "first", "CREATE TABLE a (y INTEGER)"}};
  ASSERT_TRUE(migrate(*database_, "part", one));
  ASSERT_TRUE(migrate(*database_, "part", one));
  ASSERT_TRUE(migrate(*database_, "part", two));
  ASSERT_TRUE(database_->execute("INSERT INTO b VALUES (1)"));
  EXPECT_EQ(migrate(*database_, "part", one).error().code, base::ErrorCode::unsupported);
  EXPECT_EQ(migrate(*database_, "part", other).error().code, base::ErrorCode::corrupt);
}

TEST_P(StoreContract, a_failed_step_leaves_the_schema_as_it_was) {
  const std::vector<Migration> bad = {
      {1, "bad", "CREATE TABLE a (x INTEGER); CREATE TABLE a (x INTEGER)"}};
  EXPECT_FALSE(migrate(*database_, "part", bad));
  EXPECT_FALSE(database_->execute("INSERT INTO a VALUES (1)"));
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST(SqliteStore, a_full_disk_has_a_code_of_its_own_and_reading_goes_on) {
  auto database = open_sqlite(":memory:");
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->execute("CREATE TABLE thing (name TEXT); PRAGMA max_page_count = 1"));
  ASSERT_TRUE((*database)->execute("INSERT INTO thing VALUES ('before')"));
  const auto large = "INSERT INTO thing VALUES ('" + std::string(100'000, 'x') + "')";
  const auto refused = (*database)->execute(large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::no_space);
  EXPECT_FALSE(refused.error().remedy.empty());
  {
    auto select = (*database)->prepare("SELECT name FROM thing");
    ASSERT_TRUE(select);
    ASSERT_TRUE((*select)->step().value());
    EXPECT_EQ((*select)->text(0), "before");
    EXPECT_FALSE((*select)->step().value());
  }
  ASSERT_TRUE((*database)->execute("PRAGMA max_page_count = 1000000"));
  EXPECT_TRUE((*database)->execute(large));
}

TEST(SqliteStore, a_damaged_file_is_named_with_a_remedy) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("tocsin-store-test-" + std::to_string(base::SystemRandom().next()));
  {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    std::fputs(
        "this is not a database, it is a text of more than a hundred bytes so that the "
        "header can be read and found wrong",
        file);
    std::fclose(file);
  }
  const auto opened = open_sqlite(path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::corrupt);
  EXPECT_EQ(opened.error().remedy, "restore the last backup");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace tocsin::store
