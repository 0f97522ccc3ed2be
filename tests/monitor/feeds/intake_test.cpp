// SPDX-License-Identifier: Apache-2.0
// What holds for every format: counts, hashes, folders, a sink that stops, the tables of codes.
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <utility>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "feed_test_support.hpp"
#include "formats/csv.hpp"
#include "formats/json.hpp"
#include "packed.hpp"

namespace tocsin::monitor::feeds {
namespace {

constexpr std::string_view two_reports =
    "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n";

TEST(Intake, PlainGzipAndZipGiveTheSameRowsAndTheHashOfTheOriginal) {
  const TemporaryFolder folder;
  const std::string gzipped = testing_packed::gzip(two_reports);
  const std::string zipped = testing_packed::zip({{"inner.jsonl", std::string(two_reports)}});
  for (const auto& [name, bytes] :
       {std::pair<std::string, std::string>{"a", std::string(two_reports)},
        {"a.gz", gzipped},
        {"a.zip", zipped}}) {
    SCOPED_TRACE(name);
    CollectingSink sink;
    auto imported = take_in(folder.write(name, bytes), name, "", test_tables(), sink);
    ASSERT_TRUE(imported) << imported.error().text();
    ASSERT_EQ(imported->size(), 1U);
    EXPECT_EQ(imported->front().counts.kept, 2U);
    EXPECT_EQ(imported->front().sha256, base::to_hex(base::sha256(bytes)));
    EXPECT_EQ(imported->front().bytes, bytes.size());
    EXPECT_EQ(sink.lines.size(), 2U);
    EXPECT_EQ(sink.format_at_begin, "jsonl") << "ids count within the format";
    EXPECT_EQ(sink.begun, 1);
  }
}

TEST(Intake, AFailingSinkEndsTheCallWithItsError) {
  const TemporaryFolder folder;
  CollectingSink sink;
  sink.fail_after = 1;
  auto imported = take_in(folder.write("a", two_reports), "a", "", test_tables(), sink);
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().code, base::ErrorCode::cancelled);
}

TEST(Intake, FoldersAreListedInOrderWithoutDescriptions) {
  const TemporaryFolder folder;
  for (const char* name : {"b.jsonl", "a.jsonl", "README.md", ".hidden", "LICENSE", "deep/c.jsonl"})
    (void)folder.write(name, two_reports);
  auto files = list_feed_files(folder.path());
  ASSERT_TRUE(files) << files.error().text();
  std::vector<std::string> names;
  for (const auto& file : files->files) names.push_back(file.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{"a.jsonl", "b.jsonl", "c.jsonl"}));
  EXPECT_FALSE(list_feed_files(folder.path() / "absent"));
}

TEST(Intake, WhatAFolderHoldsBesideIsCountedWithItsReason) {
  const TemporaryFolder folder;
  for (const char* name : {"a.jsonl", "README.md", ".git/config", "deep/b.jsonl"})
    (void)folder.write(name, two_reports);
  const TemporaryFolder elsewhere;
  (void)elsewhere.write("c.jsonl", two_reports);
  std::filesystem::create_directory_symlink(elsewhere.path(), folder.path() / "linked");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "deep" / "circle");
  std::filesystem::create_symlink("/no/such/file", folder.path() / "stale");
  std::filesystem::create_symlink(elsewhere.path() / "c.jsonl", folder.path() / "d.jsonl");
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  const auto found = list_feed_files(folder.path());
  ASSERT_TRUE(found) << found.error().text();
  std::vector<std::string> names;
  for (const auto& file : found->files) names.push_back(file.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{"a.jsonl", "d.jsonl", "b.jsonl"}));
  std::vector<std::string> left_out;
  for (const auto& one : found->left_out)
    left_out.push_back(one.path.filename().string() + ": " + std::string(one.why));
  EXPECT_EQ(left_out, (std::vector<std::string>{
                          ".git: hidden", "README.md: describes the others",
                          "circle: a link to a folder", "linked: a link to a folder",
                          "pipe: not a plain file", "stale: a link that leads nowhere"}));
}

TEST(Intake, OnlyPlainFilesAreOpenedAndNothingWaits) {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const auto& [path, kind] : {std::pair<std::filesystem::path, std::string>{pipe, "a pipe"},
                                   {"/dev/zero", "a device"},
                                   {folder.path(), "a folder"}}) {
    SCOPED_TRACE(path);
    CollectingSink sink;
    auto imported = take_in(path, path.string(), "", test_tables(), sink);
    ASSERT_TRUE(imported);
    ASSERT_TRUE(imported->front().error);
    EXPECT_EQ(imported->front().error->message, "this is " + kind + ", not a plain file");
    EXPECT_FALSE(imported->front().error->remedy.empty());
  }
}

TEST(Intake, ARequestToStopEndsReadingAndHashing) {
  const TemporaryFolder folder;
  std::atomic<bool> stop{true};
  const auto file = folder.write("a", two_reports);
  CollectingSink sink;
  auto imported = take_in(file, "a", "", test_tables(), sink, &stop);
  ASSERT_TRUE(imported);
  ASSERT_TRUE(imported->front().error);
  EXPECT_EQ(imported->front().error->code, base::ErrorCode::cancelled);
  EXPECT_EQ(imported->front().counts.rows, 0U);
  stop = false;
  auto source = formats::FileSource::open(file, &stop);
  ASSERT_TRUE(source);
  formats::HashingSource hashing(*source);
  stop = true;
  EXPECT_EQ(hashing.finish().error().code, base::ErrorCode::cancelled);
}

TEST(Intake, OfARefusedFileNotEverythingIsReadForItsHash) {
  const TemporaryFolder folder;
  const auto file = folder.write("hole", std::string(8, '\0'));
  std::filesystem::resize_file(file, std::uintmax_t{1} << 40);  // holes: it takes no room
  CollectingSink sink;
  auto imported = take_in(file, "hole", "", test_tables(), sink);
  ASSERT_TRUE(imported);
  const auto& one = imported->front();
  ASSERT_TRUE(one.error);
  EXPECT_EQ(one.error->message, "this is no text: it holds bytes that no text has");
  EXPECT_EQ(one.sha256, "");
  EXPECT_EQ(one.bytes, std::uintmax_t{1} << 40);
}

TEST(Intake, AMissingFileIsAnErrorOfThatFile) {
  CollectingSink sink;
  auto imported = take_in("/no/such/file", "given", "", test_tables(), sink);
  ASSERT_TRUE(imported);
  ASSERT_TRUE(imported->front().error);
  EXPECT_EQ(imported->front().error->code, base::ErrorCode::io);
  EXPECT_EQ(sink.begun, 1);
  EXPECT_EQ(sink.ended, 1);
}

TEST(Formats, AReportLineThatIsBrokenDoesNotHideTheOthers) {
  const TemporaryFolder folder;
  for (const std::string broken :
       {"{\"id\":\"x\",\"text\":\n", "no report at all\n", "{}\n", "{\"id\":1}\n\n"}) {
    SCOPED_TRACE(broken);
    CollectingSink sink;
    auto imported =
        take_in(folder.write("a", broken + std::string(two_reports)), "a", "", test_tables(), sink);
    ASSERT_TRUE(imported);
    EXPECT_FALSE(imported->front().error);
    EXPECT_EQ(imported->front().counts.kept, 2U);
    EXPECT_EQ(imported->front().counts.rejected, 1U);
  }
  // A list that goes over several lines is JSON, not JSON Lines, though one of its lines parses.
  for (const std::string list :
       {"[\n{\"id\":1,\"text\":\"a\"},\n{\"id\":2,\"text\":\"b\"}\n]\n",
        "{\"all\":[\n{\"id\":1,\"text\":\"a\"},\n{\"id\":2,\"text\":\"b\"}\n]}\n"}) {
    const auto format = find_format(list);
    ASSERT_FALSE(format) << list;
    EXPECT_NE(format.error().message.find("JSON"), std::string::npos) << format.error().message;
  }
}

TEST(Formats, ACountryThatIsNoneIsAnExercises) {
  const TemporaryFolder folder;
  CollectingSink sink;
  const auto file = folder.write("a",
                                 "{\"id\":\"a\",\"text\":\"One.\",\"country\":\"XA\"}\n"
                                 "{\"id\":\"b\",\"text\":\"Two.\",\"country\":\"ML\"}\n"
                                 "{\"id\":\"c\",\"text\":\"Three.\"}\n");
  ASSERT_TRUE(take_in(file, "a", "", test_tables(), sink));
  ASSERT_EQ(sink.lines.size(), 3U);
  EXPECT_TRUE(sink.lines[0].contains("exercise=true")) << sink.lines[0];
  EXPECT_FALSE(sink.lines[1].contains("exercise"));
  EXPECT_FALSE(sink.lines[2].contains("exercise"));
}

TEST(Formats, ADangerThatBeginsLaterIsToldWhenTheAlertIsSent) {
  const TemporaryFolder folder;
  CollectingSink sink;
  const auto file = folder.write(
      "alert.xml",
      "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>one</identifier>"
      "<sender>office@example.org</sender><sent>2024-03-01T10:00:00-00:00</sent>"
      "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info>"
      "<language>en</language><category>Security</category><event>Unrest</event>"
      "<urgency>Future</urgency><severity>Severe</severity><certainty>Possible</certainty>"
      "<onset>2024-03-09T10:00:00-00:00</onset><headline>Unrest is feared</headline>"
      "</info></alert>");
  ASSERT_TRUE(take_in(file, "alert.xml", "", test_tables(), sink));
  ASSERT_EQ(sink.lines.size(), 1U) << sink.text();
  EXPECT_TRUE(sink.lines[0].contains("date=2024-03-01")) << sink.lines[0];
}

TEST(Formats, HxlTagsMayHoldSpaces) {
  const TemporaryFolder folder;
  CollectingSink sink;
  const auto file =
      folder.write("a.csv",
                   "Country,When,Dead\n#country +name,#date+ occurred,#affected +killed\n"
                   "Mali,2024-03-01,12\n");
  auto imported = take_in(file, "a.csv", "", test_tables(), sink);
  ASSERT_TRUE(imported);
  ASSERT_NE(imported->front().format, nullptr);
  EXPECT_EQ(imported->front().format->name, "hxl");
  EXPECT_EQ(imported->front().counts.kept, 1U) << sink.text();
  EXPECT_FALSE(find_format("# A title of words, and more\nSome text of a report.\n") &&
               (*find_format("# A title of words, and more\nSome text.\n"))->name == "hxl");
}

TEST(Formats, LinesMayEndWithAReturnAlone) {
  const TemporaryFolder folder;
  CollectingSink sink;
  const auto file = folder.write(
      "a.csv",
      "event_id_cnty,event_date,event_type,sub_event_type,country,location,latitude,longitude,"
      "fatalities,notes\r"
      "MLI1,01 March 2024,Violence against civilians,Attack,Mali,Gao,16.27,-0.05,3,One.\r"
      "MLI2,02 March 2024,Violence against civilians,Attack,Mali,Gao,16.27,-0.05,0,Two.\r");
  auto imported = take_in(file, "a.csv", "", test_tables(), sink);
  ASSERT_TRUE(imported);
  EXPECT_FALSE(imported->front().error);
  EXPECT_EQ(imported->front().counts.kept, 2U) << sink.text();
}

TEST(Formats, APieceOfAPageIsADocument) {
  for (const std::string piece : {"<p>Gunmen killed three farmers near Gao.</p>\n",
                                  "<div class=\"report\">\nGunmen killed three farmers.</div>"}) {
    const auto format = find_format(piece);
    ASSERT_TRUE(format) << piece;
    EXPECT_EQ((*format)->name, "html");
  }
  EXPECT_FALSE(find_format("<price>12</price>"));
}

TEST(Formats, ATableIsNeverAReport) {
  std::string wide = "a";
  for (int column = 0; column < 20000; ++column) wide += ",b";
  EXPECT_FALSE(find_format(wide + "\n" + wide + "\n"));
}

TEST(Formats, WhatIsNoFeedIsNamed) {
  const std::string mention =
      "669670701\t20170701234500\t20170701234500\t1\ttv.example\thttp://tv.example/a\t4\t850\t"
      "812\t787\t0\t20\t1002\t0.63\tsrclc:spa\t\n";
  std::string graph = "20190701234500-0\t20190701234500\t1\ttv.example\thttp://tv.example/a";
  for (int column = 5; column < 27; ++column) graph += "\tx";
  for (const auto& [head, what] : {std::pair<std::string, std::string>{
                                       "globaleventid,eventtimedate,mentiontimedate,mentiontype\n",
                                       "GDELT mentions table: not read"},
                                   {mention, "GDELT mentions table: not read"},
                                   {graph + "\n", "GDELT knowledge graph table: not read"},
                                   {"KILL\t12\nWOUND\t7\n", "a list of words with numbers"},
                                   {"\x93\x1B\x07\t\xFF\x02\n", "this is no text"}}) {
    const auto format = find_format(head);
    ASSERT_FALSE(format) << head;
    EXPECT_NE(format.error().message.find(what), std::string::npos) << format.error().message;
  }
}

TEST(Formats, NamesAreUniqueAndFound) {
  for (const auto& format : all_formats()) {
    auto found = format_of_name(format.name);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, &format);
    EXPECT_FALSE(format.licence_note.empty());
  }
  auto unknown = format_of_name("gdlet");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().remedy.find("gdelt, acled"), std::string::npos);
}

TEST(Tables, CodesLeadWhereTheyShould) {
  const auto& tables = test_tables();
  EXPECT_EQ(tables.act_of_cameo("190")->plover, "ASSAULT");
  EXPECT_EQ(tables.act_of_cameo("1723")->kind, "curfew");
  EXPECT_EQ(tables.act_of_cameo("173")->plover, "COERCE");
  EXPECT_EQ(tables.act_of_cameo("1712")->plover, "ASSAULT");
  EXPECT_EQ(tables.act_of_cameo("0841")->plover, "RETREAT");
  EXPECT_EQ(tables.act_of_cameo("010")->plover, "");
  for (const char* none : {"", "0", "00", "21", "99", "X", "19000", "1 9"})
    EXPECT_EQ(tables.act_of_cameo(none), nullptr) << none;
  EXPECT_EQ(tables.alpha2_of_fips("BM"), "MM");  // FIPS, not ISO: Burma
  EXPECT_EQ(tables.alpha2_of_fips("SU"), "SD");
  EXPECT_EQ(tables.alpha2_of_fips("OD"), "SS");
  EXPECT_EQ(tables.alpha2_of_fips("??"), "");
  EXPECT_EQ(tables.country_of_name("côte D’IVOIRE"), nullptr);
  EXPECT_EQ(tables.country_of_name(" COTE d'ivoire ")->alpha3, "CIV");
  EXPECT_EQ(tables.country_of_name("DR Congo (Zaire)")->alpha2, "CD");
  EXPECT_EQ(tables.act_of_acled("Battles", "something new")->cameo, "19");
  EXPECT_EQ(tables.act_of_acled("Something new", "Attack"), nullptr);
}

TEST(Tables, EveryKindIsInTheListOfKinds) {
  const auto root = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";
  auto text = base::read_file(root / "event-kinds.json", 4U << 20);
  if (!text) GTEST_SKIP() << "data/event-kinds.json is not there";
  auto list = formats::parse_json(*text);
  ASSERT_TRUE(list) << list.error().text();
  std::vector<std::string> kinds{"-"};
  for (const auto& kind : formats::member(*list, "kinds")->as_array())
    kinds.emplace_back(formats::text_member(kind, "id"));
  const std::pair<const char*, std::size_t> columns[] = {
      {"cameo_plover.tsv", 2}, {"acled_types.tsv", 4}, {"ucdp_types.tsv", 3}};
  for (const auto& [file, column] : columns) {
    std::ifstream in(root / "feeds" / file);
    bool header = true;
    std::vector<std::string_view> fields;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      formats::split(line, '\t', fields);
      ASSERT_GT(fields.size(), column) << line;
      if (std::exchange(header, false)) continue;
      EXPECT_NE(std::find(kinds.begin(), kinds.end(), fields[column]), kinds.end()) << line;
    }
    EXPECT_FALSE(header) << file;
  }
}

}  // namespace
}  // namespace tocsin::monitor::feeds
