// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include "ledger/canonical.hpp"
#include "ledger_fixture.hpp"

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;

TEST_F(LedgerFixture, AnActIsSignedLoggedAndProjected) {
  const auto written = write("first");
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->position, 4U);  // root, node, incarnation, person come before
  auto database = connect();
  const auto found = find_revision(*database, written->id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->text("title"), "first");
  EXPECT_EQ(ledger_->head().size, 5U);
  auto row = database->prepare("SELECT title, revisions FROM note");
  ASSERT_TRUE(row && *(*row)->step());
  EXPECT_EQ((*row)->text(0), "\"first\"");
  const auto verified = verify();
  EXPECT_EQ(verified.revisions, 5U);
  EXPECT_EQ(verified.faults_in_all, 0U);
}

TEST_F(LedgerFixture, AnActThatFailsLeavesNothing) {
  const auto before = ledger_->head();
  auto refused = ledger_->act([&](Pen& pen) -> base::Result<int> {
    Draft draft;
    draft.object = pen.new_object("note");
    draft.type = "note";
    draft.fields = {{"title", "half"}};
    if (auto done = pen.append(draft, author_); !done) return std::unexpected(done.error());
    return base::fail(ErrorCode::invalid_input, "second thoughts");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "second thoughts");
  EXPECT_EQ(ledger_->head().size, before.size);
  ASSERT_TRUE(write("whole"));
  EXPECT_EQ(verify().faults_in_all, 0U);
  EXPECT_EQ(verify().revisions, before.size + 1);
}

TEST_F(LedgerFixture, AnActThatThrowsLeavesNothing) {
  auto refused = ledger_->act([&](Pen& pen) -> base::Result<int> {
    Draft draft;
    draft.object = pen.new_object("note");
    draft.type = "note";
    draft.fields = {{"title", "half"}};
    static_cast<void>(pen.append(draft, author_));
    throw std::runtime_error("a bug");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::internal);
  EXPECT_EQ(verify().revisions, 4U);
}

TEST_F(LedgerFixture, AChangeBesideAnotherIsAConflict) {
  const auto first = write("one");
  ASSERT_TRUE(first);
  const auto second = write("two", first->envelope.object);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->envelope.parents, std::vector{first->id});
  auto late = ledger_->act([&](Pen& pen) {
    Draft draft;
    draft.object = first->envelope.object;
    draft.type = "note";
    draft.fields = {{"title", "late"}};
    draft.seen = first->id;
    return pen.append(draft, author_);
  });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
}

TEST_F(LedgerFixture, ManyThreadsShareCommitsAndLoseNothing) {
  constexpr int threads = 8;
  constexpr int each = 25;
  std::vector<std::thread> writers;
  std::atomic<int> kept = 0;
  for (int i = 0; i < threads; ++i)
    writers.emplace_back([&] {
      for (int j = 0; j < each; ++j)
        if (write("n")) ++kept;
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(kept, threads * each);
  const auto verified = verify(2);
  EXPECT_EQ(verified.revisions, 4U + threads * each);
  EXPECT_EQ(verified.faults_in_all, 0U) << verified.faults.front().what;
}

TEST_F(LedgerFixture, SealedFieldsOpenUntilTheirKeyIsErased) {
  std::string object;
  auto written = ledger_->act([&](Pen& pen) -> base::Result<Revision> {
    object = pen.new_object("note");
    auto key = pen.vault().make_data_key(pen.database(), "origin-1");
    if (!key) return std::unexpected(key.error());
    Draft draft;
    draft.object = object;
    draft.type = "note";
    draft.fields = {{"title", "SECRETWORD in the clear nowhere"}};
    draft.sealed = {"title"};
    draft.data_key = *key;
    return pen.append(draft, author_);
  });
  ASSERT_TRUE(written) << written.error().text();
  auto database = connect();
  const auto* field = written->field("title");
  ASSERT_TRUE(field != nullptr && is_sealed(*field));
  auto opened = vault_.open_field(*database, object, "title", *field);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->as_string(), "SECRETWORD in the clear nowhere");
  // A sealed value put into another object or field does not open.
  EXPECT_FALSE(vault_.open_field(*database, "note:other", "title", *field));
  EXPECT_FALSE(vault_.open_field(*database, object, "body", *field));
  auto erased = ledger_->act([&](Pen& pen) -> base::Result<int> {
    auto done = Vault::erase_data_key(pen.database(), "origin-1");
    if (!done) return std::unexpected(done.error());
    return 1;
  });
  ASSERT_TRUE(erased);
  EXPECT_FALSE(vault_.open_field(*database, object, "title", *field));
  EXPECT_EQ(verify().faults_in_all, 0U);
}

TEST_F(LedgerFixture, ALockedNodeWritesNothing) {
  vault_.lock();
  const auto refused = write("no");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  auto database = connect();
  EXPECT_FALSE(vault_.unlock(*database, base::Secret::random(32)));
  EXPECT_TRUE(vault_.locked());
  ASSERT_TRUE(vault_.unlock(*database, master_.copy()));
  EXPECT_TRUE(write("yes"));
}

TEST_F(LedgerFixture, KeysThatMayNotSignAreRefused) {
  const auto as = [&](const Author& author, const Draft& given) {
    return ledger_->act([&](Pen& pen) {
      auto draft = given;
      draft.object = pen.new_object(draft.type);
      return pen.append(draft, author);
    });
  };
  Draft note;
  note.type = "note";
  note.fields = {{"title", "x"}};
  const auto stranger = base::SigningKey::make();
  EXPECT_FALSE(as({"key:00000000-0000-7000-8000-000000000000", &stranger}, note));
  // A person's key certifies no key.
  Draft key;
  key.type = std::string(key_type);
  key.fields = key_fields({"",
                           KeyKind::person,
                           "account:two",
                           stranger.public_key(),
                           "",
                           clock_.now(),
                           clock_.now() + std::chrono::hours{1},
                           {}});
  EXPECT_FALSE(as(author_, key));
  // Past its validity.
  clock_.advance(std::chrono::years{2});
  const auto late = as(author_, note);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "the key is not valid at this time");
}

TEST_F(LedgerFixture, ARevokedKeySignsNoMore) {
  ASSERT_TRUE(write("before"));
  auto revoked = ledger_->act([&](Pen& pen) {
    Draft draft;
    draft.object = pen.new_object(revocation_type);
    draft.type = revocation_type;
    draft.fields = {{"key", author_.key_object},
                    {"last_good_size", static_cast<std::int64_t>(ledger_->head().size)},
                    {"reason", "the device was lost"}};
    return pen.append_as_node(draft);
  });
  ASSERT_TRUE(revoked) << revoked.error().text();
  const auto refused = write("after");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the key was revoked");
  EXPECT_EQ(verify().faults_in_all, 0U);
}

TEST_F(LedgerFixture, TooLargeAnActIsRefused) {
  const auto refused = write(std::string(revision_bytes_max, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(write("small"));
}

TEST_F(LedgerFixture, RebuildGivesTheSameTablesAndMendsOthers) {
  const auto first = write("one");
  ASSERT_TRUE(first && write("two") && write("three", first->envelope.object));
  auto database = connect();
  const auto dump = canonical_dump(*database, projections_);
  ASSERT_TRUE(dump);
  auto same = rebuild(*database, projections_);
  ASSERT_TRUE(same) << same.error().text();
  EXPECT_EQ(same->before, same->after);
  EXPECT_TRUE(same->tables_that_differ.empty());
  ASSERT_TRUE(database->execute("UPDATE note SET title = 'forged'"));
  auto mended = rebuild(*database, projections_);
  ASSERT_TRUE(mended);
  EXPECT_NE(mended->before, mended->after);
  EXPECT_EQ(mended->tables_that_differ, std::vector<std::string>{"note"});
  EXPECT_EQ(mended->after, *dump);
}

TEST_F(LedgerFixture, ItOpensAgainWhereItEnded) {
  ASSERT_TRUE(write("one"));
  const auto head = ledger_->head();
  ledger_.reset();
  open();
  EXPECT_EQ(ledger_->head().root, head.root);
  ASSERT_TRUE(write("two"));
  EXPECT_EQ(verify().faults_in_all, 0U);
  EXPECT_FALSE(ledger_->found(root_, "again"));
}

TEST_F(LedgerFixture, ARestoredNodeGoesOnUnderANewKey) {
  ASSERT_TRUE(write("before"));
  const auto last = ledger_->head();
  EXPECT_FALSE(ledger_->reincarnate(base::SigningKey::make()));  // a stranger's root
  ASSERT_TRUE(ledger_->reincarnate(root_));
  ASSERT_TRUE(write("after"));
  const auto now = ledger_->head();
  EXPECT_NE(now.key_object, last.key_object);
  EXPECT_NE(now.incarnation, last.incarnation);
  auto database = connect();
  VerifyOptions options;
  options.known = last;
  const auto verified = verify_ledger(*database, options);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->faults_in_all, 0U) << verified->faults.front().what;
  ledger_.reset();
  open();
  ASSERT_TRUE(write("again"));
  EXPECT_EQ(verify().faults_in_all, 0U);
}

/// A full disk may undo more than the act that met it: whoever was told "done" must still be there.
TEST_F(LedgerFixture, AFullDiskTakesNobodysWordBack) {
  constexpr int acts = 12;
  std::latch inside(1);
  std::latch may_end(1);
  std::atomic<int> kept = 0;
  std::atomic<int> refused = 0;
  std::thread first([&] {
    EXPECT_TRUE(ledger_->act([&](Pen& pen) {
      inside.count_down();
      may_end.wait();  // so that the others share one commit
      return pen.database().execute("PRAGMA max_page_count = 1");
    }));
  });
  inside.wait();
  const auto before = ledger_->head().size;
  std::vector<std::thread> others;
  for (int i = 0; i < acts; ++i)
    others.emplace_back([&, i] {
      const auto written = write(i % 2 == 0 ? "small" : std::string(100'000, 'x'));
      EXPECT_TRUE(written || written.error().code == ErrorCode::no_space);
      ++(written ? kept : refused);
    });
  may_end.count_down();
  first.join();
  for (auto& other : others) other.join();
  EXPECT_GE(refused, acts / 2);
  EXPECT_EQ(ledger_->head().size, before + static_cast<std::uint64_t>(kept));
  EXPECT_EQ(verify().revisions, before + static_cast<std::uint64_t>(kept));
  EXPECT_TRUE(ledger_->act(
      [](Pen& pen) { return pen.database().execute("PRAGMA max_page_count = 1000000"); }));
  EXPECT_TRUE(write("after"));
  EXPECT_EQ(verify().faults_in_all, 0U);
}

TEST_F(LedgerFixture, PartOfARevisionStillVerifies) {
  auto written = ledger_->act([&](Pen& pen) {
    Draft draft;
    draft.object = pen.new_object("note");
    draft.type = "note";
    draft.fields = {{"title", "shown"}, {"who", "withheld"}, {"where", "withheld too"}};
    return pen.append(draft, author_);
  });
  ASSERT_TRUE(written);
  auto copy = *written;
  for (auto& leaf : copy.body)
    if (leaf.name != "title") {
      base::Digest hash = leaf_hash(canonical_of(leaf));
      leaf = {{}, {}, {}, hash};
    }
  EXPECT_EQ(body_root(copy.body), copy.envelope.body_root);
  const auto text = body_text(copy.body);
  EXPECT_EQ(text.find("who"), std::string::npos);
  EXPECT_EQ(text.find("where"), std::string::npos);
  const auto parsed = parse_body(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(body_root(*parsed), written->envelope.body_root);
}

}  // namespace
}  // namespace tocsin::ledger
