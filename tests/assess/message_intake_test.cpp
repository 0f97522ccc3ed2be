// SPDX-License-Identifier: Apache-2.0
#include "assess/message_intake.hpp"

#include <fstream>
#include <set>

#include "../formats/image_parts.hpp"
#include "assess/drop_folder.hpp"
#include "assess/intake_tables.hpp"
#include "base/files.hpp"
#include "desk_fixture.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;

class Messages : public DeskFixture {
 protected:
  void SetUp() override {
    DeskFixture::SetUp();
    auto loaded = TextGrammar::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    grammar_ = std::move(*loaded);
    // The desk's own fixture does not know the tables of messages.
    ledger_.reset();
    open_again();
    drop_ = folder_ / "drop";
    std::filesystem::create_directories(drop_);
  }
  void open_again() {
    ledger_.reset();
    auto opened = ledger::Ledger::open(connect(), {vault_, with_messages_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    desk_.reset();
    desk_.emplace(people::Desk{*ledger_, readers_, vault_, permissions_, clock_});
    parts_.emplace(IntakeParts{*desk_, files_store(), grammar_, true,
                               [this](const std::string& report, const std::string& reach) {
                                 reached_.emplace_back(report, reach);
                                 return base::Status{};
                               }});
    intake_.emplace(*parts_);
  }
  [[nodiscard]] const FileStore& files_store() {
    if (!store_) store_.emplace(folder_ / "files");
    return *store_;
  }
  [[nodiscard]] TakenIn text(std::string words, std::string from = "+15550100",
                             std::string id = {}) {
    auto taken = intake_->take_text({id.empty() ? "id-" + std::to_string(++number_) : std::move(id),
                                     std::move(from), std::move(words), "2026-11-21T10:00:00Z"});
    EXPECT_TRUE(taken) << taken.error().text();
    return taken ? *taken : TakenIn{};
  }
  [[nodiscard]] std::size_t reports() const {
    auto database = connect();
    return ReportReader(*database).list(true, 1000)->size();
  }
  [[nodiscard]] std::string words_of(const std::string& report) const {
    auto database = connect();
    return ledger::shown_text(vault_, *database, report, "text", row(report).text, "(erased)");
  }
  [[nodiscard]] std::vector<AttachmentRow> files_of(const std::string& report) const {
    auto database = connect();
    return *AttachmentReader(*database).of_report(report);
  }
  void put(const std::string& name, std::string_view bytes) const {
    std::ofstream(drop_ / name, std::ios::binary) << bytes;
  }
  base::Result<DropCounts> run_drop() {
    const DropFolder folder({*intake_, drop_, [](const TakenIn& taken) {
                               return std::string(name_of(taken.outcome)) + " " + taken.receipt;
                             }});
    return folder.run(std::filesystem::file_time_type::clock::now() + std::chrono::minutes{1});
  }
  [[nodiscard]] std::vector<std::string> in(const std::filesystem::path& folder) const {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
      if (!entry.is_directory()) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  /// Everything on the disk, for words that must not be in it.
  [[nodiscard]] bool stands_anywhere(std::string_view words) {
    ledger_.reset();
    {
      auto database = connect();
      EXPECT_TRUE(database->purge());
    }
    bool found = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
      if (entry.is_regular_file())
        found = found || base::read_file(entry.path(), 64U << 20)->find(words) != std::string::npos;
    return found;
  }

  IntakeTables tables_;
  std::array<const ledger::Projection*, 5> with_messages_{&reports_, &attachments_, &situations_,
                                                          &identities_, &tables_};
  TextGrammar grammar_;
  std::optional<FileStore> store_;
  std::optional<IntakeParts> parts_;
  std::optional<MessageIntake> intake_;
  std::vector<std::pair<std::string, std::string>> reached_;
  std::filesystem::path drop_;
  int number_ = 0;
};

base::Result<base::BoxKey> nobody(std::string_view) {
  return base::fail(ErrorCode::forbidden, "nobody holds a key here");
}

const std::string mail_head =
    "Message-ID: <one@mail.example>\r\nFrom: Hidden Person <hidden@person.example>\r\n"
    "Subject: Farms\r\n";
const std::string mail = mail_head + "\r\nThree farms burned.\r\n";

/// "again", and groups of four digits after it.
bool holds_code(const std::string& text) {
  const auto begin = text.find("again ");
  if (begin == std::string::npos) return false;
  for (std::size_t i = 0; i < 14; ++i) {
    const auto at = begin + 6 + i;
    const bool blank = i == 4 || i == 9;
    if (at >= text.size() || (blank ? text[at] != ' ' : text[at] < '0' || text[at] > '9'))
      return false;
  }
  return true;
}

TEST_F(Messages, AMailBecomesAReportAndItsSenderDoesNot) {
  const auto taken = intake_->take_mail(mail);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_EQ(taken->outcome, Outcome::filed);
  EXPECT_EQ(words_of(taken->report), "Farms\n\nThree farms burned.");
  const auto report = row(taken->report);
  EXPECT_EQ(report.channel, "mail");
  EXPECT_TRUE(report.exercise);
  EXPECT_FALSE(report.may_share);
  ASSERT_EQ(reached_.size(), 1U);
  EXPECT_EQ(reached_[0].first, taken->report);
  EXPECT_EQ(reached_[0].second, "Hidden Person <hidden@person.example>");
  // The mail as it came is kept shut.
  const auto files = files_of(taken->report);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].kind, "mail");
  EXPECT_TRUE(files[0].shown_file.empty());
  {
    auto database = connect();
    EXPECT_EQ(open_original(vault_, *database, *store_, files[0], nobody)->bytes.bytes(), mail);
  }
  EXPECT_FALSE(stands_anywhere("hidden@person"));
}

TEST_F(Messages, FilesOfAMailAreCleanedOrKeptShut) {
  const auto part = [](std::string_view bytes) {
    return "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
           "Content-Disposition: attachment; filename=a.jpg\r\n\r\n" +
           base::base64(bytes) + "\r\n";
  };
  const auto taken = intake_->take_mail(
      mail_head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n" +
      part(formats::made_jpeg(formats::part(0xFE, "place"))) + part("ID3\x04 a voice") + "--b--");
  ASSERT_TRUE(taken) << taken.error().text();
  const auto files = files_of(taken->report);
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].kind, "jpeg");
  EXPECT_EQ(files[1].kind, "audio");
  EXPECT_TRUE(files[1].shown_file.empty());
  EXPECT_EQ(files[2].kind, "mail");
  auto database = connect();
  EXPECT_EQ(open_shown(vault_, *database, *store_, files[0])->bytes(), formats::made_jpeg());
}

TEST_F(Messages, AForgedIdHidesNothing) {
  const auto first = intake_->take_mail(mail);
  const auto again = intake_->take_mail("Received: by another way\r\n" + mail);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->outcome, Outcome::again);
  EXPECT_EQ(again->report, first->report);
  EXPECT_EQ(again->receipt, first->receipt);
  const auto forged = intake_->take_mail(mail_head + "\r\nOther words under the same id.\r\n");
  ASSERT_TRUE(forged);
  EXPECT_EQ(forged->outcome, Outcome::filed);
  EXPECT_EQ(reports(), 2U);
  EXPECT_EQ(in(folder_ / "files").size(), 2U);
  // The reporter's page cannot ask for the code of a mail by naming it.
  Told told;
  told.text = "x";
  told.witness = "heard";
  told.channel = "page";
  told.once = base::to_hex(base::sha256(
      "mail id\none@mail.example\nHidden Person <hidden@person.example>\nFarms\nThree farms"
      " burned."));
  EXPECT_NE(ReportDesk(*desk_).file(told)->receipt, first->receipt);
}

TEST_F(Messages, ATextMessageIsAnsweredWithACodeAndCanBeFollowed) {
  const auto filed = text("R farms burned; Belune; last night; own");
  EXPECT_EQ(filed.outcome, Outcome::filed);
  const auto report = row(filed.report);
  EXPECT_EQ(report.channel, "message");
  EXPECT_EQ(report.witness, "own_eyes");
  EXPECT_EQ(text("A " + filed.receipt + " five trucks").outcome, Outcome::added);
  EXPECT_EQ(text("D " + filed.receipt).outcome, Outcome::endangered);
  EXPECT_TRUE(row(filed.report).standing.frozen);
  auto followed = ReportDesk(*desk_).follow(filed.receipt);
  ASSERT_TRUE(followed);
  ASSERT_EQ(followed->messages.size(), 1U);
  EXPECT_EQ(followed->messages[0].second, "five trucks");
  EXPECT_EQ(text("W " + filed.receipt).outcome, Outcome::withdrawn);
  EXPECT_EQ(row(filed.report).standing.state, ReportState::withdrawn);
  EXPECT_EQ(words_of(filed.report), "(erased)");
  EXPECT_EQ(reports(), 1U);
  EXPECT_EQ(reached_.size(), 1U);
  EXPECT_FALSE(stands_anywhere("15550100"));
}

TEST_F(Messages, TheSameTextMessageIsTakenOnce) {
  const auto filed = text("R farms burned", "+1", "7");
  const auto again = text("R farms burned", "+1", "7");
  EXPECT_EQ(again.outcome, Outcome::again);
  EXPECT_EQ(again.receipt, filed.receipt);
  // A gateway that counts from one again, another sender, other words: other messages.
  EXPECT_EQ(text("R other farms burned", "+1", "7").outcome, Outcome::filed);
  EXPECT_EQ(text("R farms burned", "+2", "7").outcome, Outcome::filed);
  EXPECT_EQ(reports(), 3U);
  const auto words = "A " + filed.receipt + " five trucks";
  EXPECT_EQ(text(words, "+1", "8").outcome, Outcome::added);
  EXPECT_EQ(text(words, "+1", "8").outcome, Outcome::again);
  EXPECT_EQ(ReportDesk(*desk_).follow(filed.receipt)->messages.size(), 1U);
}

TEST_F(Messages, AWrongCodeLosesNoWords) {
  const auto added = text("A 1111222233334444 five trucks");
  EXPECT_EQ(added.outcome, Outcome::filed);
  EXPECT_EQ(words_of(added.report), "five trucks");
  const auto danger = text("D 1111222233334444");
  EXPECT_EQ(danger.outcome, Outcome::filed);
  EXPECT_TRUE(row(danger.report).in_danger);
  EXPECT_EQ(text("W 1111222233334444").outcome, Outcome::no_report);
  EXPECT_EQ(reports(), 2U);
}

TEST_F(Messages, PartsWaitForEachOtherInAnyOrder) {
  EXPECT_EQ(text("2/3 near the river; Belune;").outcome, Outcome::waiting);
  EXPECT_EQ(text("1/3 R farms burned").outcome, Outcome::waiting);
  EXPECT_EQ(text("1/3 R another sender", "+2").outcome, Outcome::waiting);
  EXPECT_EQ(reports(), 0U);
  const auto whole = text("3/3 last night; own");
  EXPECT_EQ(whole.outcome, Outcome::filed);
  EXPECT_EQ(words_of(whole.report), "farms burned near the river");
  EXPECT_EQ(row(whole.report).witness, "own_eyes");
  EXPECT_EQ(files_of(whole.report).size(), 1U);
  // What waits is sealed too.
  EXPECT_FALSE(stands_anywhere("another sender"));
}

TEST_F(Messages, PartsThatDoNotComeAreNotWaitedForForEver) {
  EXPECT_EQ(text("1/3 R farms burned; Belune").outcome, Outcome::waiting);
  EXPECT_EQ(text("3/3 last night").outcome, Outcome::waiting);
  EXPECT_EQ(text("1/2 of the farms burned", "+2").outcome, Outcome::waiting);
  EXPECT_TRUE(intake_->take_late_parts()->empty());
  clock_.advance(parts_wait_max + std::chrono::minutes{1});
  const auto late = intake_->take_late_parts();
  ASSERT_TRUE(late) << late.error().text();
  ASSERT_EQ(late->size(), 2U);
  std::set<std::string> words;
  for (const auto& taken : *late) words.insert(words_of(taken.report));
  EXPECT_EQ(words, (std::set<std::string>{"farms burned", "1/2 of the farms burned"}));
  EXPECT_TRUE(intake_->take_late_parts()->empty());
  // A part that comes after all begins again, and is not lost either.
  EXPECT_EQ(text("2/3 near the river").outcome, Outcome::waiting);
}

TEST_F(Messages, WhoIsInDangerDoesNotWait) {
  const auto taken = text("1/2 R men at the door; Belune; now; danger");
  EXPECT_EQ(taken.outcome, Outcome::filed);
  EXPECT_TRUE(row(taken.report).in_danger);
  EXPECT_TRUE(row(taken.report).standing.frozen);
}

TEST_F(Messages, LinesOfAGatewayAreChecked) {
  const auto good = read_incoming(R"({"id":7,"from":"+1","text":"R x","received":"now"})");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->id, "7");
  for (const auto* bad : {"", "[]", "{}", R"({"text":""})", R"({"text":5})", "{\"text\":\"x\""})
    EXPECT_EQ(read_incoming(bad).error().code, ErrorCode::invalid_input) << bad;
  EXPECT_FALSE(read_incoming("{\"text\":\"" + std::string(message_bytes_max + 1, 'x') + "\"}"));
}

TEST_F(Messages, TheDropFolderIsEmptiedAndAnswered) {
  std::filesystem::create_directories(drop_ / "replies");
  put("a.eml", mail);
  put("b.jsonl",
      "{\"id\":\"1\",\"from\":\"+1\",\"text\":\"R farms; Belune\"}\n\nnot json\n"
      "{\"id\":\"2\",\"from\":\"+2\",\"text\":\"help\"}\n");
  put("c.txt", "plain words");
  put("d.jpg", formats::made_jpeg(formats::part(0xFE, "place")));
  put("e.mp3", "ID3\x04 a voice");
  put(".hidden", "x");
  put("half.part", "x");
  std::filesystem::create_symlink(folder_ / "node.db", drop_ / "link.txt");
  std::filesystem::create_directories(drop_ / "folder");
  const auto counts = run_drop();
  ASSERT_TRUE(counts) << counts.error().text();
  EXPECT_EQ(counts->taken, 5U);
  EXPECT_EQ(counts->refused, 2U);
  EXPECT_EQ(reports(), 5U);
  EXPECT_EQ(in(drop_), (std::vector<std::string>{".hidden", "half.part", "link.txt"}));
  const auto refused = in(drop_ / "refused");
  ASSERT_EQ(refused.size(), 4U);
  for (const auto& name : refused) {
    if (!name.ends_with(".jsonl")) continue;
    EXPECT_EQ(*base::read_file(drop_ / "refused" / name, 1000), "not json\n");
  }
  const auto replies = in(drop_ / "replies");
  ASSERT_EQ(replies.size(), 2U);
  const auto reply = base::read_file(drop_ / "replies" / replies[0], 1000);
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->find("\"text\":\"filed "), std::string::npos) << *reply;
}

TEST_F(Messages, AKillBetweenDoublesNothing) {
  std::filesystem::create_directories(drop_ / "replies");
  const auto lines =
      "{\"id\":\"1\",\"from\":\"+1\",\"text\":\"R farms; Belune\"}\n"
      "{\"id\":\"2\",\"from\":\"+1\",\"text\":\"1/2 R first\"}\n"
      "{\"id\":\"3\",\"from\":\"+1\",\"text\":\"2/2 second\"}\n";
  put("a.eml", mail);
  put("b.jsonl", lines);
  put("c.txt", "plain words");
  ASSERT_TRUE(run_drop());
  const auto replies = in(drop_ / "replies");
  ASSERT_EQ(reports(), 4U);
  const auto stored = in(folder_ / "files").size();
  // The process ends before any file is removed, and before the answers are on the disk.
  for (int kill = 0; kill < 3; ++kill) {
    std::filesystem::remove_all(drop_ / "replies");
    std::filesystem::create_directories(drop_ / "replies");
    put("a.eml", mail);
    put("b.jsonl", lines);
    put("c.txt", "plain words");
    open_again();
    ASSERT_TRUE(run_drop());
    EXPECT_EQ(reports(), 4U);
    EXPECT_EQ(in(folder_ / "files").size(), stored);
  }
  // The code that got lost is answered again.
  std::string answers;
  for (const auto& name : in(drop_ / "replies"))
    answers += *base::read_file(drop_ / "replies" / name, 1000);
  EXPECT_TRUE(holds_code(answers)) << answers;
  EXPECT_LE(in(drop_ / "replies").size(), replies.size() + 1);
}

TEST_F(Messages, LinesUnderAnotherNameAreMessagesToo) {
  put("gateway.txt", "{\"id\":\"1\",\"from\":\"+15550100\",\"text\":\"R farms burned\"}\n");
  ASSERT_TRUE(run_drop());
  ASSERT_EQ(reached_.size(), 1U);
  EXPECT_EQ(words_of(reached_[0].first), "farms burned");
}

TEST_F(Messages, AFileThatIsBeingWrittenIsLeftAlone) {
  put("a.txt", "half of the wor");
  const DropFolder folder({*intake_, drop_, {}});
  const auto now = std::filesystem::last_write_time(drop_ / "a.txt");
  ASSERT_TRUE(folder.run(now));
  EXPECT_EQ(reports(), 0U);
  ASSERT_TRUE(folder.run(now + drop_rest_min));
  EXPECT_EQ(reports(), 1U);
  EXPECT_TRUE(in(drop_).empty());
  EXPECT_TRUE(in(drop_ / "replies").empty());
}

TEST_F(Messages, WhatFailsNowStaysForLater) {
  put("a.txt", "plain words");
  vault_.lock();
  EXPECT_FALSE(run_drop());
  EXPECT_EQ(in(drop_), std::vector<std::string>{"a.txt"});
  auto side = connect();
  ASSERT_TRUE(vault_.unlock(*side, master_.copy()));
  ASSERT_TRUE(run_drop());
  EXPECT_EQ(reports(), 1U);
}

}  // namespace
}  // namespace tocsin::assess
