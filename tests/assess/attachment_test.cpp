// SPDX-License-Identifier: Apache-2.0
#include "assess/attachment_tables.hpp"

#include <fstream>

#include "../formats/image_parts.hpp"
#include "base/files.hpp"
#include "desk_fixture.hpp"
#include "source_fixture.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using namespace std::string_literals;

const std::string photograph = formats::made_jpeg(formats::part(0xFE, "UNMISTAKABLE place"));

base::Result<base::BoxKey> nobody(std::string_view) {
  return base::fail(ErrorCode::forbidden, "nobody holds a key here");
}

class Attachments : public DeskFixture {
 protected:
  [[nodiscard]] FileStore store() const { return FileStore(folder_ / "files"); }
  [[nodiscard]] Filed file_with(const std::vector<GivenFile>& files) {
    auto kept = keep_files(store(), files);
    EXPECT_TRUE(kept) << kept.error().text();
    Told told;
    told.text = "Men in trucks burned three farms.";
    told.witness = "own_eyes";
    told.channel = "page";
    auto filed = ReportDesk(*desk_).file(told, *kept);
    EXPECT_TRUE(filed) << filed.error().text();
    return *filed;
  }
  [[nodiscard]] std::vector<AttachmentRow> rows(const std::string& report) const {
    auto database = connect();
    auto found = AttachmentReader(*database).of_report(report);
    EXPECT_TRUE(found);
    return *found;
  }
  [[nodiscard]] std::size_t stored() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "files", none))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
};

TEST_F(Attachments, TheCopyIsCleanAndTheOriginalWhole) {
  const auto filed = file_with({{"../../etc/IMG_1.jpg", photograph}});
  const auto files = rows(filed.object);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].kind, "jpeg");
  EXPECT_EQ(files[0].width, 16U);
  auto database = connect();
  const auto shown = open_shown(vault_, *database, store(), files[0]);
  ASSERT_TRUE(shown) << shown.error().text();
  EXPECT_EQ(shown->bytes(), formats::made_jpeg());
  const auto original = open_original(vault_, *database, store(), files[0], nobody);
  ASSERT_TRUE(original) << original.error().text();
  EXPECT_EQ(original->bytes.bytes(), photograph);
  EXPECT_EQ(original->name, "IMG_1.jpg");
}

TEST_F(Attachments, NothingOfAFileStandsInTheClear) {
  const auto filed =
      file_with({{"UNMISTAKABLE.jpg", photograph}, {"b.txt", "UNMISTAKABLE words of a document"}});
  ASSERT_EQ(rows(filed.object).size(), 2U);
  ledger_.reset();
  auto database = connect();
  ASSERT_TRUE(database->purge());
  database.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = base::read_file(entry.path(), 64U << 20);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->find("UNMISTAKABLE"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes->find(photograph.substr(0, 16)), std::string::npos) << entry.path();
  }
}

TEST_F(Attachments, TakingBackClosesTheFilesAndRemovesThem) {
  const auto filed = file_with({{"a.jpg", photograph}, {"b.png", formats::made_png()}});
  const auto kept = file_with({{"c.png", formats::made_png()}});
  ASSERT_EQ(stored(), 6U);
  const auto files = rows(filed.object);
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  auto database = connect();
  EXPECT_FALSE(open_shown(vault_, *database, store(), files[0]));
  EXPECT_FALSE(open_original(vault_, *database, store(), files[0], nobody));
  EXPECT_EQ(AttachmentReader(*database).living_files()->size(), 2U);
  EXPECT_EQ(AttachmentReader(*database).newest(10)->size(), 1U);
  EXPECT_EQ(*sweep_files(store(), *database), 4U);
  EXPECT_EQ(stored(), 2U);
  EXPECT_TRUE(open_shown(vault_, *database, store(), rows(kept.object)[0]));
  // A rebuild makes the same rows again, and gives nothing back.
  ledger_.reset();
  auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_TRUE(rebuilt->tables_that_differ.empty());
  EXPECT_FALSE(open_shown(vault_, *database, store(), files[0]));
}

TEST_F(Attachments, AFileThatNoActNamesGoesAfterADay) {
  const auto filed = file_with({{"a.jpg", photograph}});
  ASSERT_TRUE(store().put("an act that never came", shown_context));
  std::ofstream(folder_ / "files" / "half-written.new") << "x";
  auto database = connect();
  const AttachmentReader reader(*database);
  const auto fate = [&](std::string_view name) { return reader.fate_of(name); };
  const auto now = std::filesystem::file_time_type::clock::now();
  EXPECT_EQ(*store().sweep(fate, now), 0U);
  EXPECT_EQ(*store().sweep(fate, now + unnamed_file_kept_for + std::chrono::hours{1}), 2U);
  EXPECT_TRUE(open_shown(vault_, *database, store(), rows(filed.object)[0]));
}

TEST_F(Attachments, AChangedOrExchangedFileIsNoticed) {
  const auto filed = file_with({{"a.jpg", photograph}, {"b.png", formats::made_png()}});
  const auto files = rows(filed.object);
  auto database = connect();
  ASSERT_TRUE(store().check(files[0].shown_file));
  // One file in the place of the other, then a flipped bit, then none.
  const auto place = folder_ / "files" / files[0].shown_file;
  std::filesystem::copy_file(folder_ / "files" / files[1].shown_file, place,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(store().check(files[0].shown_file));
  EXPECT_EQ(open_shown(vault_, *database, store(), files[0]).error().code, ErrorCode::corrupt);
  std::filesystem::remove(place);
  EXPECT_EQ(open_shown(vault_, *database, store(), files[0]).error().code, ErrorCode::not_found);
  // The original does not pass for the copy.
  auto wrong = files[1];
  std::swap(wrong.shown_file, wrong.original_file);
  EXPECT_FALSE(open_shown(vault_, *database, store(), wrong));
}

TEST_F(Attachments, TheSameReportSentTwiceKeepsItsFilesOnce) {
  Told told;
  told.text = "once";
  told.witness = "heard";
  told.channel = "page";
  told.once = "a number";
  for (int i = 0; i < 2; ++i) {
    auto kept = keep_files(store(), {{"a.jpg", photograph}});
    ASSERT_TRUE(kept);
    auto filed = ReportDesk(*desk_).file(told, *kept);
    ASSERT_TRUE(filed);
    EXPECT_EQ(filed->again, i == 1);
    if (filed->again) drop_files(store(), *kept);
    EXPECT_EQ(rows(filed->object).size(), 1U);
  }
  EXPECT_EQ(stored(), 2U);
}

TEST_F(Attachments, AllAreTakenOrNone) {
  const std::pair<std::string, std::string> refused[] = {
      {"<html><script>alert(1)</script>", "file_markup"},
      {"PK\x03\x04 a document", "file_archive"},
      {"ID3\x04 a voice", "file_audio"},
      {"\0\0\0\x20"
       "ftypisom"s,
       "file_video"},
      {"GIF89a", "file_image"},
      {"MZ\x90\0"s, "file_program"},
      {"\1\2\3", "file_unknown"},
      {formats::made_jpeg().substr(0, 40), "file_damaged"},
      {formats::made_jpeg({}, {}, 0xC9), "file_coding"},
      {formats::png_begin + formats::png_header(60000, 60000), "file_points"},
      {std::string(file_bytes_max + 1, 'x'), "file_large"}};
  for (const auto& [bytes, place] : refused) {
    const auto kept = keep_files(store(), {{"good.jpg", photograph}, {"picture.jpg", bytes}});
    ASSERT_FALSE(kept) << place;
    EXPECT_EQ(kept.error().place, place);
    EXPECT_EQ(kept.error().code, ErrorCode::invalid_input);
  }
  const std::vector<GivenFile> six(files_per_report_max + 1, GivenFile{"a", "words"});
  EXPECT_EQ(keep_files(store(), six).error().place, "file_many");
  const std::string large(file_bytes_max, 'x');
  EXPECT_EQ(keep_files(store(), {{"a", large}, {"b", large}, {"c", large}}).error().place,
            "file_large");
  EXPECT_EQ(stored(), 0U);
}

TEST_F(Attachments, ADocumentIsWordsOrShut) {
  const auto text = clean_file(
      "\xEF\xBB\xBF"
      "one\r\ntwo\f\xE2\x80\xAEthree");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->bytes, "one\ntwo\n\xE2\x80\xAEthree");
  // Locked, damaged or only pictures: kept, and nothing shown.
  const auto broken = clean_file("%PDF-1.7 and then nothing that a reader knows");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->kind, formats::FileKind::pdf);
  EXPECT_TRUE(broken->bytes.empty());
  const auto filed = file_with({{"a.pdf", "%PDF-1.7 broken"}});
  const auto files = rows(filed.object);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_TRUE(files[0].shown_file.empty());
  auto database = connect();
  EXPECT_EQ(open_shown(vault_, *database, store(), files[0]).error().code, ErrorCode::not_found);
  EXPECT_TRUE(open_original(vault_, *database, store(), files[0], nobody));
}

TEST_F(SourceFixture, OriginalsOpenForACustodianOnly) {
  const auto cora = entered("cora");
  const auto carl = entered("carl");
  const FileStore store(folder_ / "files");
  auto kept = keep_files(store, {{"UNMISTAKABLE.jpg", photograph}});
  ASSERT_TRUE(kept);
  Told told;
  told.text = "words";
  told.witness = "heard";
  told.channel = "page";
  const auto filed = ReportDesk(*desk_).file(told, *kept);
  ASSERT_TRUE(filed) << filed.error().text();
  auto database = connect();
  const auto row = AttachmentReader(*database).of_report(filed->object)->front();
  // The desk sees the copy; the node with all its keys does not open the original.
  EXPECT_TRUE(open_shown(vault_, *database, store, row));
  EXPECT_EQ(open_original(vault_, *database, store, row, nobody).error().code,
            ErrorCode::forbidden);
  const auto as = [&](const Entered& session) {
    return open_original(vault_, *database, store, row,
                         [&](std::string_view object) -> base::Result<base::BoxKey> {
                           auto key = SourceReader(*database).custody_key(object);
                           if (!key) return std::unexpected(std::move(key.error()));
                           return custody_->open_key(*session, *key);
                         });
  };
  const auto original = as(cora);
  ASSERT_TRUE(original) << original.error().text();
  EXPECT_EQ(original->bytes.bytes(), photograph);
  EXPECT_EQ(original->name, "UNMISTAKABLE.jpg");
  EXPECT_FALSE(as(carl));  // was not given the key
  EXPECT_FALSE(as(entered("ana")));
  EXPECT_EQ(as(entered("olga")).error().code, ErrorCode::forbidden);
}

TEST(FileNames, LoseFoldersAndTricks) {
  EXPECT_EQ(plain_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(plain_file_name("C:\\Users\\me\\a.jpg"), "a.jpg");
  EXPECT_EQ(plain_file_name("a\r\nSet-Cookie: x"), "aSet-Cookie: x");
  EXPECT_EQ(plain_file_name("photo\xE2\x80\xAEgpj.exe"), "photogpj.exe");
  EXPECT_EQ(plain_file_name("\xFF"), "\xEF\xBF\xBD");
  EXPECT_LE(plain_file_name(std::string(5000, 'x')).size(), file_name_bytes_max);
  EXPECT_EQ(plain_file_name("صورة.jpg"), "صورة.jpg");
  EXPECT_FALSE(is_stored_name("../node.db"));
  EXPECT_FALSE(is_stored_name(std::string(63, 'a') + "/"));
  EXPECT_TRUE(is_stored_name(std::string(64, 'a')));
  const FileStore store(std::filesystem::path(testing::TempDir()));
  EXPECT_EQ(store.get({"../node.db", std::string(43, 'A')}, "x").error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace tocsin::assess
