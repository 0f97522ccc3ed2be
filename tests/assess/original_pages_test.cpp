// SPDX-License-Identifier: Apache-2.0
// Files as they came: a reason, a second person, a note before the file leaves.
#include "assess/attachment.hpp"
#include "desk_pages_fixture.hpp"

namespace tocsin::assess {
namespace {

constexpr std::string_view mail =
    "From: Miriam <miriam@example.org>\r\nSubject: help\r\n\r\nThey came at night.\r\n";

class OriginalPages : public DeskPages {
 protected:
  void SetUp() override {
    DeskPages::SetUp();
    cora_ = entered("cora");
    ana_ = entered("ana");
    store_files_.emplace(folder_ / "files");
    assess_->files = &*store_files_;
    auto kept = keep_original(*store_files_, {{}, std::string(mail)}, formats::FileKind::mail);
    ASSERT_TRUE(kept) << kept.error().text();
    Told told;
    told.text = "They came at night.";
    told.place = "near the river";
    told.witness = "own_eyes";
    told.channel = "mail";
    auto filed = ReportDesk(*desk_).file(told, {*kept});
    ASSERT_TRUE(filed) << filed.error().text();
    report_ = filed->object;
    auto side = connect();
    original_ =
        "/originals/" + uuid(AttachmentReader(*side).of_report(report_).value().at(0).object);
  }
  [[nodiscard]] std::string request() const {
    auto side = connect();
    const auto requests = SourceReader(*side).requests_of(report_).value();
    return requests.empty() ? std::string{} : requests.back().object;
  }
  void ask() {
    const auto asked = post(ana_, "/inbox/" + uuid(report_) + "/identity",
                            {{"reason", "the sender must be warned today"}});
    ASSERT_EQ(asked.status, 303) << asked.body;
  }

  Entered cora_, ana_;
  std::optional<FileStore> store_files_;
  std::string report_;
  std::string original_;
};

TEST_F(OriginalPages, NoneOpensForOneAlone) {
  const auto alone = get(cora_, original_);
  EXPECT_EQ(alone.status, 409);
  EXPECT_FALSE(has(alone, "miriam@example.org"));
  EXPECT_FALSE(has(get(cora_, "/originals"), original_));
  EXPECT_EQ(get(ana_, original_).status, 403);
  ask();
  EXPECT_EQ(get(cora_, original_).status, 409) << "asked for is not opened";
}

TEST_F(OriginalPages, OneOpensWhileAnothersRequestIsOpen) {
  EXPECT_TRUE(has(get(ana_, "/inbox/" + uuid(report_)), "/identity"));
  ask();
  const auto opened = post(cora_, "/identities/" + uuid(request()), {{"do", "open"}});
  ASSERT_EQ(opened.status, 303) << opened.body;
  EXPECT_TRUE(has(get(cora_, "/originals"), original_));
  const auto file = get(cora_, original_);
  ASSERT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(file.body, mail);
  auto side = connect();
  const auto reads = people::newest_reads(*side, 0).value();
  EXPECT_TRUE(
      std::ranges::any_of(reads, [](const auto& entry) { return entry.act == "report.original"; }));
  // Who asked finds that nothing but the file was left.
  const auto shown = post(ana_, "/identities/" + uuid(request()), {{"do", "show"}});
  EXPECT_EQ(shown.status, 409);
  const auto closed = post(ana_, "/identities/" + uuid(request()), {{"do", "close"}});
  EXPECT_EQ(closed.status, 303) << closed.body;
  EXPECT_EQ(get(cora_, original_).status, 409);
}

TEST_F(OriginalPages, ItClosesByItself) {
  ask();
  ASSERT_EQ(post(cora_, "/identities/" + uuid(request()), {{"do", "open"}}).status, 303);
  advance(std::chrono::hours{25});
  EXPECT_EQ(get(entered("cora"), original_).status, 409);
}

}  // namespace
}  // namespace tocsin::assess
