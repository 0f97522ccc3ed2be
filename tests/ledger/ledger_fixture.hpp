// SPDX-License-Identifier: Apache-2.0
// A founded ledger in a folder of its own, with a person who may sign and a small projection.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <memory>

#include "ledger/ledger.hpp"
#include "ledger/rebuild.hpp"
#include "ledger/records.hpp"
#include "ledger/verify.hpp"

namespace tocsin::ledger {

/// Notes with a title: enough to see that projections follow revisions.
class NoteProjection final : public Projection {
 public:
  std::string_view name() const override { return "notes"; }
  std::span<const store::Migration> migrations() const override {
    static constexpr std::array<store::Migration, 1> steps{{
        {1, "notes",
         "CREATE TABLE note (object TEXT PRIMARY KEY, title TEXT NOT NULL,"
         " revisions INTEGER NOT NULL) WITHOUT ROWID"},
    }};
    return steps;
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names{"note"};
    return names;
  }
  std::span<const std::string_view> types() const override {
    static constexpr std::array<std::string_view, 1> names{"note"};
    return names;
  }
  base::Status apply(store::Database& database, const Revision& revision) const override {
    auto statement = database.prepare(
        "INSERT INTO note VALUES (?1, ?2, 1) ON CONFLICT (object) DO UPDATE SET"
        " title = excluded.title, revisions = revisions + 1");
    if (!statement) return std::unexpected(std::move(statement.error()));
    (*statement)->bind(1, revision.envelope.object);
    const auto* title = revision.field("title");
    (*statement)->bind(2, title == nullptr ? std::string("-") : boost::json::serialize(*title));
    return (*statement)->run();
  }
};

inline store::SqliteOptions durable() {
  store::SqliteOptions options;
  options.every_commit_synced = true;
  options.wipe_deleted = true;
  return options;
}

class LedgerFixture : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("ledger_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    open();
    ASSERT_TRUE(ledger_->found(root_, "Exercise State"));
    auto made = ledger_->act([&](Pen& pen) -> base::Result<Revision> {
      const Key key{pen.new_object(key_type),
                    KeyKind::person,
                    "account:one",
                    person_.public_key(),
                    {},
                    pen.now(),
                    pen.now() + std::chrono::years{1},
                    {}};
      Draft draft;
      draft.object = key.object;
      draft.type = key_type;
      draft.fields = key_fields(key);
      return pen.append_as_node(draft);
    });
    ASSERT_TRUE(made) << made.error().text();
    author_ = {made->envelope.object, &person_};
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "node.db"; }
  [[nodiscard]] std::unique_ptr<store::Database> connect() const {
    auto database = store::open_sqlite(file(), options_);
    EXPECT_TRUE(database);
    return std::move(*database);
  }
  void open() {
    auto opened = Ledger::open(connect(), {vault_, projections_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    auto side = connect();
    ASSERT_TRUE(vault_.unlock(*side, master_.copy()));
  }
  /// Writes a note, or a new version of it.
  base::Result<Revision> write(std::string_view title, std::string object = {}) {
    return ledger_->act([&](Pen& pen) {
      Draft draft;
      draft.object = object.empty() ? pen.new_object("note") : object;
      draft.type = "note";
      draft.fields = {{"title", title}};
      return pen.append(draft, author_);
    });
  }
  [[nodiscard]] Verified verify(unsigned threads = 1) const {
    VerifyOptions options;
    options.threads = threads;
    auto database = connect();
    auto verified = verify_ledger(*database, options);
    EXPECT_TRUE(verified) << verified.error().text();
    return *verified;
  }

  std::filesystem::path folder_;
  store::SqliteOptions options_ = durable();
  NoteProjection notes_;
  std::array<const Projection*, 1> projections_{&notes_};
  base::ManualClock clock_{base::Instant{std::chrono::milliseconds{1'800'000'000'000}}};
  base::Secret master_ = base::Secret::random(base::sealing_key_size);
  base::SigningKey root_ = base::SigningKey::make();
  base::SigningKey person_ = base::SigningKey::make();
  Vault vault_;
  Author author_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace tocsin::ledger
