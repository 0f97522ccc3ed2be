// SPDX-License-Identifier: Apache-2.0
#include "assess/source.hpp"

#include "source_fixture.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Openings, EveryStepFromEveryState) {
  // For each state: open refuse close lapse.
  const std::pair<OpeningState, std::string_view> table[] = {{OpeningState::asked, "yyny"},
                                                             {OpeningState::open, "nnyy"},
                                                             {OpeningState::refused, "nnnn"},
                                                             {OpeningState::closed, "nnnn"}};
  for (const auto& [state, allowed] : table)
    for (std::size_t i = 0; i < allowed.size(); ++i)
      EXPECT_EQ(after(state, static_cast<OpeningStep>(i)).has_value(), allowed[i] == 'y')
          << name_of(state) << " " << name_of(static_cast<OpeningStep>(i));
  const base::Instant until{std::chrono::milliseconds{1000}};
  EXPECT_EQ(state_at(OpeningState::open, until, until - std::chrono::milliseconds{1}),
            OpeningState::open);
  EXPECT_EQ(state_at(OpeningState::open, until, until), OpeningState::closed);
  EXPECT_EQ(state_at(OpeningState::asked, until, until), OpeningState::asked);
}

TEST(Reaches, AreFilledUpAndReadAgain) {
  const auto key = base::BoxKey::make();
  const auto one = seal_reach("a", key.public_key());
  const auto other = seal_reach(std::string(400, 'b'), key.public_key());
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->size(), other->size());
  EXPECT_TRUE(check_sealed_reach(*one));
  EXPECT_EQ(*read_reach(key.open(*one)->bytes()), "a");
  EXPECT_FALSE(seal_reach("  ", key.public_key()));
  EXPECT_FALSE(seal_reach(std::string(reach_bytes_max + 1, 'x'), key.public_key()));
  EXPECT_FALSE(seal_reach("\xff", key.public_key()));
  EXPECT_TRUE(seal_reach(std::string(reach_bytes_max, '"'), key.public_key()));
  EXPECT_FALSE(check_sealed_reach("short"));
  EXPECT_FALSE(check_sealed_reach(std::string(sealed_reach_bytes_max + 1, 'x')));
  EXPECT_FALSE(read_reach("no JSON"));
}

TEST_F(SourceFixture, IsAskedOpenedReadAndClosed) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  const auto request = ask(*ana, filed);
  EXPECT_FALSE(sources().read(*ana, request));  // not open yet
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  const auto reach = sources().read(*ana, request);
  ASSERT_TRUE(reach) << reach.error().text();
  EXPECT_EQ(*reach, where_she_lives);
  auto side = connect();
  const auto reads = people::newest_reads(*side, 0);
  ASSERT_TRUE(reads);
  ASSERT_FALSE(reads->empty());
  EXPECT_EQ(reads->front().act, "source.read");
  EXPECT_EQ(reads->front().object, request);
  EXPECT_EQ(reads->front().account, ana->person.account);
  ASSERT_TRUE(sources().close(*ana, request));
  EXPECT_FALSE(sources().read(*ana, request));
  EXPECT_FALSE(store_->find_opened(request, ana->key_object));
  EXPECT_EQ(state_of(request), OpeningState::closed);
  expect_sound();
}

TEST_F(SourceFixture, WhatIsMissingOrChangedIsNamed) {
  ASSERT_TRUE(entered("cora"));
  const auto report = file().object;
  auto side = connect();
  EXPECT_TRUE(missing_identities(*side, store_.get())->empty());
  EXPECT_EQ(*missing_identities(*side, nullptr), std::vector<std::string>{report});
  auto kept = store::open_sqlite(folder_ / source_file);
  ASSERT_TRUE(kept) << kept.error().text();
  ASSERT_TRUE((*kept)->execute("UPDATE identity SET sealed = zeroblob(80)"));
  EXPECT_EQ(*missing_identities(*side, store_.get()), std::vector<std::string>{report});
  ASSERT_TRUE((*kept)->execute("DELETE FROM identity"));
  EXPECT_EQ(*missing_identities(*side, store_.get()), std::vector<std::string>{report});
}

TEST_F(SourceFixture, WhoMay) {
  std::map<std::string, Entered> people;
  for (const auto* name : {"cora", "carl", "pia", "ana", "abe", "olga", "adam", "dora", "udo"})
    people[name] = entered(name);
  ASSERT_TRUE(custody_->hand_over(*people["cora"], people["carl"]->person.account));
  for (const auto& [name, session] : people) {
    const auto filed = file();
    const bool asks = name == "ana" || name == "abe" || name == "olga" || name == "pia";
    EXPECT_EQ(sources().ask(*session, filed.object, "why").has_value(), asks) << name;
    const auto of_ana = file();
    const auto request = ask(*people["ana"], of_ana);
    const bool opens = name == "cora" || name == "carl";
    EXPECT_EQ(sources().refuse(*session, {request, true, "why"}).has_value(), opens) << name;
    const auto second = ask(*people["ana"], file());
    EXPECT_EQ(sources().open(*session, {second, true, {}}).has_value(), opens) << name;
    if (!opens) {
      EXPECT_TRUE(sources().open(*people["cora"], {second, true, {}}));
    }
    // Nobody but who asked, not even who opened it.
    EXPECT_EQ(sources().read(*session, second).has_value(), name == "ana") << name;
    EXPECT_EQ(sources().close(*session, second).has_value(), name == "ana") << name;
    EXPECT_EQ(sources().erase(*session, filed.object, ErasedBecause::mistake).has_value(), opens)
        << name;
    EXPECT_EQ(custody_->hand_over(*session, people["carl"]->person.account).has_value(), opens)
        << name;
  }
}

TEST_F(SourceFixture, NeedsReasonsAndAsksOnce) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  EXPECT_FALSE(sources().ask(*ana, filed.object, "  "));
  const auto request = ask(*ana, filed);
  const auto again = sources().ask(*ana, filed.object, "once more");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().place, "asked_already");
  EXPECT_FALSE(sources().refuse(*cora, {request, true, ""}));
  EXPECT_FALSE(sources().open(*cora, {request, false, ""}));  // not to tell needs a reason
  ASSERT_TRUE(sources().refuse(*cora, {request, true, "She asked us not to."}));
  EXPECT_EQ(state_of(request), OpeningState::refused);
  EXPECT_FALSE(sources().open(*cora, {request, true, {}}));
  const auto nothing = sources().ask(*ana, file("").object, "why");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().place, "no_identity");
}

TEST_F(SourceFixture, TheOneWhoReportedIsTold) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  EXPECT_THAT(sources().known_to_source(filed.object)->opened, IsEmpty());
  const auto one = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {one, true, {}}));
  const auto at = clock_.now();
  ASSERT_TRUE(sources().close(*ana, one));
  EXPECT_THAT(sources().known_to_source(filed.object)->opened, ElementsAre(at));
  const auto two = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {two, false, "Her telephone is in other hands."}));
  EXPECT_THAT(sources().known_to_source(filed.object)->opened, ElementsAre(at));
}

TEST_F(SourceFixture, StandsInNoFileInTheClear) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  const auto request = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  ASSERT_EQ(*sources().read(*ana, request), where_she_lives);
  for (const auto part : {"UNMISTAKABLE", "555 0101", "Miriam", "before Friday"})
    EXPECT_THAT(files_with(part), IsEmpty()) << part;
  const auto cipher = cipher_of(filed);
  ASSERT_FALSE(cipher.empty());
  // The node's database does not hold it sealed either.
  for (const auto& name : files_with(cipher.substr(0, 32)))
    EXPECT_TRUE(name.starts_with(source_file));
}

TEST_F(SourceFixture, StolenFilesWithTheNodeKeyDoNotOpenIt) {
  const auto cora = entered("cora");
  const auto filed = file();
  const auto cipher = cipher_of(filed);
  auto side = connect();
  const auto key = SourceReader(*side).custody_key();
  ASSERT_TRUE(key && *key);
  const auto copy = store_->find_copy((*key)->object, cora->key_object);
  ASSERT_TRUE(copy);
  // Whoever has the files and the master key has the custodian's wrapped seed too; a password is
  // missing, and with it (the control) everything opens.
  auto credentials = people::CredentialStore::open(*side, vault_);
  ASSERT_TRUE(credentials);
  auto credential = credentials->of_account(*side, cora->person.account);
  ASSERT_TRUE(credential && *credential);
  const auto opened_with = [&](std::string_view password) -> base::Result<std::string> {
    auto keys = people::derive_password_keys(password, (*credential)->salt, (*credential)->cost);
    auto signing = people::unwrap_seed(**credential, keys->wrapping);
    if (!signing) return std::unexpected(signing.error());
    auto custody = base::box_of(*signing).open(*copy);
    if (!custody) return std::unexpected(custody.error());
    auto plain = base::BoxKey::from_secret(custody->bytes())->open(cipher);
    if (!plain) return std::unexpected(plain.error());
    return read_reach(plain->bytes());
  };
  EXPECT_FALSE(opened_with("violet harbour seven lantern"));
  EXPECT_EQ(opened_with(good_password).value_or(""), where_she_lives);
  // The node's own secrets open neither.
  for (const auto* name : {"signing-key", "credentials", "receipt-codes"}) {
    const auto secret = vault_.read(*side, name);
    ASSERT_TRUE(secret) << name;
    const auto box = base::BoxKey::from_secret(secret->bytes());
    ASSERT_TRUE(box);
    EXPECT_FALSE(box->open(cipher));
    EXPECT_FALSE(box->open(*copy));
    EXPECT_FALSE(base::unseal(*secret, cipher, {}));
  }
  EXPECT_FALSE(base::BoxKey::from_secret(master_.bytes())->open(cipher));
}

TEST_F(SourceFixture, TheSamePersonTwiceIsTwoSources) {
  static_cast<void>(entered("cora"));
  const auto one = file();
  const auto two = file();
  auto side = connect();
  EXPECT_NE(ReportReader(*side).find(one.object)->source,
            ReportReader(*side).find(two.object)->source);
  const auto first = cipher_of(one);
  const auto second = cipher_of(two);
  EXPECT_EQ(first.size(), second.size());
  EXPECT_NE(first.substr(0, 32), second.substr(0, 32));
  EXPECT_NE(SourceReader(*side).identity_of(one.object)->value().hash,
            SourceReader(*side).identity_of(two.object)->value().hash);
}

TEST_F(SourceFixture, EndsWithItsTime) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto request = ask(*ana, file());
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  ASSERT_TRUE(sources().read(*ana, request));
  advance(sources_->open_for);
  // Nobody has closed it yet, and still it is not read.
  EXPECT_EQ(state_of(request), OpeningState::open);
  EXPECT_FALSE(sources().read(*ana, request));
  EXPECT_EQ(*sources().close_due(), 1U);
  EXPECT_EQ(*sources().close_due(), 0U);
  EXPECT_EQ(state_of(request), OpeningState::closed);
  EXPECT_FALSE(store_->find_opened(request, ana->key_object));
  const auto unanswered = ask(*ana, file());
  advance(asked_for_max);
  EXPECT_EQ(*sources().close_due(), 1U);
  EXPECT_EQ(state_of(unanswered), OpeningState::closed);
  EXPECT_FALSE(sources().open(*cora, {unanswered, true, {}}));
}

TEST_F(SourceFixture, WithdrawalLeavesNothingInAnyFile) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  const auto kept = file();
  const auto request = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  const auto cipher = cipher_of(filed).substr(0, 32);
  const auto opened = store_->find_opened(request, ana->key_object)->substr(0, 32);
  EXPECT_FALSE(files_with(cipher).empty());  // the search can find
  EXPECT_FALSE(files_with(opened).empty());
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  ASSERT_TRUE(sources().sweep());
  EXPECT_THAT(files_with(cipher), IsEmpty());
  EXPECT_THAT(files_with(opened), IsEmpty());
  EXPECT_FALSE(sources().read(*ana, request));
  EXPECT_EQ(state_of(request), OpeningState::closed);
  EXPECT_FALSE(cipher_of(kept).empty());
  // What was asked for it speaks of her: it is erased with it.
  auto side = connect();
  EXPECT_FALSE(vault_.seal_field(*side, data_key_of(request), "x", "y", "z"));
  expect_sound();
}

TEST_F(SourceFixture, AKillBeforeTheWipeIsMadeGood) {
  static_cast<void>(entered("cora"));
  const auto filed = file();
  const auto cipher = cipher_of(filed).substr(0, 32);
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  EXPECT_FALSE(files_with(cipher).empty());
  close_node();  // killed here: the ledger says erased, sources.db does not know yet
  open_node();
  ASSERT_TRUE(sources().sweep());
  EXPECT_THAT(files_with(cipher), IsEmpty());
}

TEST_F(SourceFixture, ErasureIsReplayedAfterRestore) {
  static_cast<void>(entered("cora"));
  const auto filed = file();
  const auto kept = file();
  const auto cipher = cipher_of(filed).substr(0, 32);
  close_node();
  std::filesystem::copy_file(folder_ / source_file, folder_.string() + ".backup");
  open_node();
  ASSERT_TRUE(sources().take_back(filed.object));
  EXPECT_THAT(files_with(cipher), IsEmpty());
  close_node();
  std::filesystem::rename(folder_.string() + ".backup", folder_ / source_file);
  EXPECT_THAT(files_with(cipher), ElementsAre(source_file));
  {
    auto side = connect();
    auto rebuilt = ledger::rebuild(*side, projections_);
    ASSERT_TRUE(rebuilt) << rebuilt.error().text();
    EXPECT_THAT(rebuilt->tables_that_differ, IsEmpty());
  }
  open_node();
  ASSERT_TRUE(sources().sweep());
  EXPECT_THAT(files_with(cipher), IsEmpty());
  EXPECT_FALSE(cipher_of(kept).empty());
}

TEST_F(SourceFixture, CanBeLeftLaterReplacedAndTakenBack) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file("");
  EXPECT_FALSE(sources().known_to_source(filed.object)->held);
  ASSERT_TRUE(sources().leave(filed.object, {"the old number", {}}));
  const auto before = cipher_of(filed).substr(0, 32);
  ASSERT_TRUE(sources().leave(filed.object, {"the new number", {}}));
  EXPECT_THAT(files_with(before), IsEmpty());
  const auto request = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  EXPECT_EQ(*sources().read(*ana, request), "the new number");
  ASSERT_TRUE(sources().take_back(filed.object));
  EXPECT_FALSE(sources().known_to_source(filed.object)->held);
  EXPECT_FALSE(sources().read(*ana, request));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  EXPECT_FALSE(sources().leave(filed.object, {"too late", {}}));
}

TEST_F(SourceFixture, ABrowserMaySealIt) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file("");
  const auto known = sources().known_to_source({});
  ASSERT_TRUE(known && known->possible);
  const auto key = base::array_of<32>(*base::from_base64url(known->key));
  const auto sealed = seal_reach("by the well", *key);
  ASSERT_TRUE(sources().leave(filed.object, {{}, *sealed}));
  EXPECT_FALSE(sources().leave(filed.object, {{}, "too short"}));
  const auto request = ask(*ana, filed);
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  EXPECT_EQ(*sources().read(*ana, request), "by the well");
}

TEST_F(SourceFixture, WithoutACustodianNothingIsKept) {
  const auto filed = file("");
  EXPECT_FALSE(sources().known_to_source({})->possible);
  const auto left = sources().leave(filed.object, {"somewhere", {}});
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().place, "no_custodian");
}

TEST_F(SourceFixture, TheKeyIsHandedOverAndFollowsANewPersonKey) {
  const auto cora = entered("cora");
  const auto carl = entered("carl");
  const auto ana = entered("ana");
  const auto filed = file();
  auto refused = sources().open(*carl, {ask(*ana, filed), true, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, "no_copy");
  EXPECT_FALSE(custody_->hand_over(*carl, carl->person.account));
  EXPECT_FALSE(custody_->begin_anew(*carl));  // cora has it
  ASSERT_TRUE(custody_->hand_over(*cora, carl->person.account));
  EXPECT_FALSE(custody_->hand_over(*cora, ana->person.account));
  // Ten months later the person keys of both are followed by new ones at log-in.
  advance(people::key_validity - people::key_renewed_before + std::chrono::days{1});
  const auto later = entered("carl");
  ASSERT_TRUE(later);
  EXPECT_NE(later->key_object, carl->key_object);
  const auto asker = entered("ana");
  ASSERT_EQ(*sources().close_due(), 1U);  // what nobody answered
  const auto request = ask(*asker, filed);
  const auto opened = sources().open(*later, {request, true, {}});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(*sources().read(*asker, request), where_she_lives);
  expect_sound();
}

TEST_F(SourceFixture, ARecoveredCustodianHasNothingUntilItIsHandedOver) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  auto side = connect();
  const auto key = SourceReader(*side).custody_key()->value();
  ASSERT_TRUE(people::recover_at_the_machine(*ledger_, "cora"));
  ASSERT_TRUE(sources().sweep());
  EXPECT_FALSE(store_->find_copy(key.object, cora->key_object));
  // Nobody is left: a new key opens what comes, and nothing of what was.
  const auto carl = entered("carl");
  ASSERT_TRUE(custody_->begin_anew(*carl));
  const auto old_one = ask(*ana, filed);
  EXPECT_FALSE(sources().open(*carl, {old_one, true, {}}));
  const auto new_one = ask(*ana, file());
  EXPECT_TRUE(sources().open(*carl, {new_one, true, {}}));
}

TEST_F(SourceFixture, WhatWasChangedInTheFileIsNotShown) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto one = file();
  const auto other = file("somebody else");
  auto side = connect();
  const auto hash = SourceReader(*side).identity_of(one.object)->value().hash;
  // Another identity is put in the place of this one; then another text in that of what was opened.
  ASSERT_TRUE(store_->keep_identity(hash, cipher_of(other)));
  auto refused = sources().open(*cora, {ask(*ana, one), true, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, "identity_changed");
  const auto request = ask(*ana, other);
  ASSERT_TRUE(sources().open(*cora, {request, true, {}}));
  const auto address = address_of(*side, ana->key_object);
  ASSERT_TRUE(store_->keep_opened(request, ana->key_object, *seal_reach("forged", *address)));
  const auto read = sources().read(*ana, request);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().place, "identity_changed");
}

TEST_F(SourceFixture, IsNotOpenedForWhoMayNoLongerAsk) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto request = ask(*ana, file());
  ASSERT_TRUE(people::recover_at_the_machine(*ledger_, "ana"));
  const auto refused = sources().open(*cora, {request, true, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, "asker_gone");
}

}  // namespace
}  // namespace tocsin::assess
