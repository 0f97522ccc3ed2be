// SPDX-License-Identifier: Apache-2.0
// Files made to break readers. Each has a name, and the error or the counts that it must give.
#include <algorithm>

#include "../monitor/feeds/feed_test_support.hpp"
#include "../monitor/feeds/packed.hpp"
#include "base/random.hpp"
#include "formats/gzip.hpp"
#include "formats/json.hpp"
#include "formats/lines.hpp"
#include "formats/xml.hpp"

namespace tocsin::monitor::feeds {
namespace {

using testing_packed::gzip;
using testing_packed::zip;

constexpr std::string_view good_line = "{\"id\":\"good\",\"text\":\"A sound report.\"}\n";

struct Outcome {
  std::vector<ImportedFile> files;
  std::vector<std::string> lines;
};

Outcome take(const std::string& name, std::string_view bytes, std::string_view format = "") {
  const TemporaryFolder folder;
  CollectingSink sink;
  auto imported = take_in(folder.write(name, bytes), name, format, test_tables(), sink);
  EXPECT_TRUE(imported) << imported.error().text();
  EXPECT_EQ(sink.begun, sink.ended);
  for (const auto& file : *imported)
    EXPECT_EQ(file.counts.rows, file.counts.kept + file.counts.out_of_scope + file.counts.rejected);
  return {*std::move(imported), sink.lines};
}

std::string error_of(const Outcome& outcome) {
  for (const auto& file : outcome.files)
    if (file.error) return file.error->text();
  return {};
}

#define EXPECT_ERROR(outcome, part) \
  EXPECT_NE(error_of(outcome).find(part), std::string::npos) << "got: " << error_of(outcome)

std::string many_reports() {
  std::string text;
  base::SeededRandom random(1);
  for (int i = 0; i < 20000; ++i)
    text += fmt::format("{{\"id\":\"{}\",\"text\":\"Report {:x}\"}}\n", i, random.next());
  return text;
}

TEST(HostileArchive, GzipCutInTheMiddle) {
  const std::string packed = gzip(many_reports());
  const auto outcome = take("cut.jsonl.gz", packed.substr(0, packed.size() / 2));
  EXPECT_ERROR(outcome, "the packed data end too early");
  EXPECT_GT(outcome.files[0].counts.kept, 1000U);  // what came before the cut was given
  EXPECT_EQ(outcome.files[0].sha256.size(), 64U);
}

TEST(HostileArchive, GzipWithAFlippedByte) {
  std::string packed = gzip(many_reports());
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  EXPECT_ERROR(take("flipped.jsonl.gz", packed), "the packed data");
}

TEST(HostileArchive, GzipWithRubbishBehindIt) {
  EXPECT_ERROR(take("tail.jsonl.gz", gzip(good_line) + "rubbish"), "the packed data are damaged");
}

TEST(HostileArchive, GzipOfSeveralMembersIsSound) {
  const auto outcome =
      take("two.jsonl.gz", gzip(good_line) + gzip(good_line) + std::string(512, '\0'));
  EXPECT_EQ(error_of(outcome), "");
  EXPECT_EQ(outcome.files[0].counts.kept, 2U);
}

TEST(HostileArchive, GzipBombIsStopped) {
  const std::string bomb = gzip(std::string(good_line) + std::string(160U << 20, ' '));
  ASSERT_LT(bomb.size(), 1U << 20);
  EXPECT_ERROR(take("bomb.jsonl.gz", bomb), "as a decompression bomb does");
}

TEST(HostileArchive, ZipBombIsStopped) {
  const std::string bomb =
      zip({{"bomb.jsonl", std::string(good_line) + std::string(160U << 20, ' ')}});
  EXPECT_ERROR(take("bomb.zip", bomb), "as a decompression bomb does");
}

TEST(HostileArchive, ZipWhoseMembersShareBytesIsRefused) {
  std::string bytes =
      zip({{"a.jsonl", std::string(good_line)}, {"b.jsonl", std::string(good_line)}});
  const auto second = bytes.rfind("PK\x01\x02");
  for (std::size_t i = 0; i < 4; ++i) bytes[second + 42 + i] = 0;  // its offset: that of the first
  EXPECT_ERROR(take("overlap.zip", bytes), "members share the same bytes");
}

TEST(HostileArchive, ZipWithAWrongChecksum) {
  const auto outcome = take("sum.zip", zip({{"a.jsonl", std::string(good_line), true}}));
  EXPECT_ERROR(outcome, "a.jsonl has a wrong checksum");
}

TEST(HostileArchive, ZipCutBeforeItsDirectory) {
  const std::string bytes = zip({{"a.jsonl", many_reports()}});
  EXPECT_ERROR(take("cut.zip", bytes.substr(0, bytes.size() - 60)), "its directory is missing");
}

TEST(HostileArchive, ZipThatIsEncrypted) {
  EXPECT_ERROR(take("secret.zip", zip({{"a.jsonl", std::string(good_line), false, true}})),
               "the archive is encrypted");
}

TEST(HostileArchive, ArchiveInsideAnArchive) {
  EXPECT_ERROR(take("nested.zip", zip({{"a.gz", gzip(good_line), false, false, true}})),
               "an archive lies inside the archive");
}

TEST(HostileArchive, NamesThatClimbOutOfFoldersAreOnlyNames) {
  const auto outcome = take("climb.zip", zip({{"../../etc/passwd", std::string(good_line)}}));
  EXPECT_EQ(outcome.files[0].counts.kept, 1U);
  EXPECT_EQ(outcome.files[0].member, "../../etc/passwd");
}

TEST(HostileArchive, GoodMembersAreReadBesideBadOnes) {
  const auto outcome = take("mixed.zip", zip({{"bad.jsonl", std::string(good_line), true},
                                              {"folder/", ""},
                                              {"good.jsonl", std::string(good_line)}}));
  ASSERT_EQ(outcome.files.size(), 2U);
  EXPECT_TRUE(outcome.files[0].error);
  EXPECT_FALSE(outcome.files[1].error);
  EXPECT_EQ(outcome.files[1].counts.kept, 1U);
}

TEST(HostileXml, EntityExpansionIsRefused) {
  const char* laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
      "<rss version=\"2.0\"><channel><item><title>&b;</title><guid>1</guid></item></channel></rss>";
  EXPECT_ERROR(take("laughs.xml", laughs), "document type declaration");
}

TEST(HostileXml, ExternalEntityIsRefused) {
  const char* outside =
      "<?xml version=\"1.0\"?><!DOCTYPE feed [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
      "<feed "
      "xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title>&x;</title></entry></feed>";
  const auto outcome = take("outside.xml", outside);
  EXPECT_ERROR(outcome, "document type declaration");
  EXPECT_TRUE(outcome.lines.empty());
}

TEST(HostileXml, NestedDeeperThanTheLimit) {
  std::string deep = "<rss version=\"2.0\"><channel>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(error_of(take("deep_open.xml", deep)).empty());
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_ERROR(take("deep.xml", deep + "</channel></rss>"), "nested deeper than 128 levels");
}

TEST(HostileXml, LongerThanTheLimit) {
  const std::string large = "<rss version=\"2.0\"><channel>" +
                            std::string(formats::xml_bytes_max, ' ') + "</channel></rss>";
  EXPECT_ERROR(take("large.xml", large), "too large to read at once");
}

TEST(HostileJson, NestedDeeperThanTheLimit) {
  const std::string deep(1'000'000, '[');
  auto parsed = formats::parse_json(deep);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, base::ErrorCode::limit_exceeded);
  const auto outcome =
      take("deep.jsonl", std::string(good_line) + deep + "\n" + std::string(good_line));
  EXPECT_EQ(outcome.files[0].counts.kept, 2U);
  EXPECT_EQ(outcome.files[0].counts.rejected, 1U);
}

TEST(HostileJson, ListThatIsNeverClosed) {
  const auto outcome = take("open.json",
                            "{\"data\":[{\"id\":\"1\",\"fields\":{\"title\":\"x\"}},"
                            "{\"href\":\"reliefweb.int\"");
  EXPECT_ERROR(outcome, "the JSON ends too early");
  EXPECT_EQ(outcome.files[0].counts.kept, 1U);
}

/// `head`, then one line of 100 MB, then `tail`; nothing of it lies in memory.
class LongLineSource final : public formats::ByteSource {
 public:
  LongLineSource(std::string head, std::string tail)
      : head_(std::move(head)), tail_(std::move(tail)) {}
  base::Result<std::size_t> read(std::span<char> room) override {
    if (!head_.empty()) return give(head_, room);
    if (rest_ > 0) {
      const std::size_t count = std::min(room.size(), rest_);
      std::fill_n(room.begin(), count, 'x');
      rest_ -= count;
      return count;
    }
    return give(tail_, room);
  }

 private:
  static std::size_t give(std::string& from, std::span<char> room) {
    const std::size_t count = std::min(room.size(), from.size());
    std::copy_n(from.begin(), count, room.begin());
    from.erase(0, count);
    return count;
  }
  std::string head_;
  std::size_t rest_ = 100U << 20;
  std::string tail_;
};

void expect_long_line_rejected(std::string_view format, const std::string& head,
                               const std::string& tail, std::size_t line) {
  LongLineSource source(head, "\n" + tail);
  CollectingSink sink;
  const auto* found = format_of_name(format).value();
  auto done = make_reader(*found, test_tables())->read(source, sink);
  ASSERT_TRUE(done) << done.error().text();
  ASSERT_EQ(sink.lines.size(), 2U) << sink.text();
  const std::string expected = fmt::format("rejected {} the ", line);
  EXPECT_EQ(sink.lines[0].substr(0, expected.size()), expected);
  EXPECT_NE(sink.lines[0].find("is longer than 8388608 bytes"), std::string::npos);
  EXPECT_TRUE(sink.lines[1].starts_with(fmt::format("kept {} ", line + 1))) << sink.lines[1];
}

TEST(HostileLines, HundredMegabytesInJsonLines) {
  expect_long_line_rejected("jsonl", "", std::string(good_line), 1);
}

TEST(HostileLines, HundredMegabytesInATable) {
  const std::string header = "To,Text,From,Response,Session\n";
  expect_long_line_rejected("upr", header, "Chad,Do it,Mali,Accepted,5\n", 2);
}

TEST(HostileLines, HundredMegabytesBehindAnOpenQuote) {
  const std::string header = "To,Text,From,Response,Session\nChad,\"";
  expect_long_line_rejected("upr", header, "Chad,Do it,Mali,Accepted,5\n", 2);
}

TEST(HostileTables, OneOpenQuoteCostsOneRow) {
  const auto outcome = take("quote.csv",
                            "To,Text,From,Response,Session\n"
                            "Chad,\"Do it,Mali,Accepted,5\n"
                            "Chad,\"Do that\",Mali,Accepted,5\n"
                            "Chad,Do more,Mali,Accepted,5\n");
  EXPECT_EQ(outcome.files[0].counts.kept, 2U);
  ASSERT_EQ(outcome.files[0].counts.rejected, 1U);
  EXPECT_EQ(outcome.lines[0], "rejected 2 text follows the closing quote of a field");
}

TEST(HostileTables, MoreColumnsThanTheLimit) {
  const auto outcome =
      take("wide.csv", "To,Text,From,Response,Session\n" + std::string(100'000, ',') +
                           "\nChad,Do it,Mali,Accepted,5\n");
  EXPECT_EQ(outcome.lines[0], "rejected 2 the row has more than 4096 columns");
  EXPECT_EQ(outcome.files[0].counts.kept, 1U);
}

TEST(HostileText, Utf16TableIsRead) {
  std::string bytes = "\xFF\xFE";
  for (const char c :
       std::string("To,Text,From,Response,Session\r\nChad,Do it,Mali,Accepted,5\r\n")) {
    bytes += c;
    bytes += '\0';
  }
  EXPECT_EQ(take("utf16.csv", bytes).files[0].counts.kept, 1U);
  EXPECT_EQ(take("odd.csv", bytes + "x").files[0].counts.kept, 1U);
}

TEST(HostileText, BytesThatAreNoUtf8BecomeUtf8) {
  const auto outcome = take("latin.csv",
                            "To,Text,From,Response,Session\nChad,R\xE9"
                            "former,Mali,Accepted,5\n");
  ASSERT_EQ(outcome.files[0].counts.kept, 1U);
  EXPECT_NE(outcome.lines[0].find("Réformer"), std::string::npos);
}

TEST(HostileText, ControlCharactersDoNotReachRecords) {
  const std::string bytes =
      std::string("To,Text,From,Response,Session\nChad,Do") + '\0' + " \x1B[2Jit,Mali,Accepted,5\n";
  const auto outcome = take("nul.csv", bytes);
  ASSERT_EQ(outcome.files[0].counts.kept, 1U);
  EXPECT_EQ(outcome.lines[0].find('\x1B'), std::string::npos);
  EXPECT_EQ(outcome.lines[0].find('\0'), std::string::npos);
}

TEST(HostileTables, ATableOfNoKnownSourceIsRefusedAndNeverKeptAsText) {
  for (const std::string table :
       {"code,label\n01,\"Make a statement, not specified\"\n02,\"Appeal, not "
        "specified\"\n03,Agree\n",
        "GLOBALEVENTID,SQLDATE,MonthYear,Year,FractionDate,Actor1Code\n",
        "a;b;c\n1;\"x;y\";3\n4;5;6\n", "name\tvalue\tnote\nx\t1\ty\nz\t2\tw\n",
        "a|b|c\n1|2|3\n4|5|6\n",
        "place,day,count\nKaya,2024-03-05,3\nDori,2024-03-06\nDjibo,2024-03-07,1\nA,b,c\nD,e,f\n"
        "G,h,i\nJ,k,l\nM,n,o\nP,q,r\nS,t,u\n"}) {
    SCOPED_TRACE(table);
    const auto outcome = take("labels.csv", table);
    ASSERT_TRUE(outcome.files[0].error.has_value());
    EXPECT_EQ(outcome.files[0].error->code, base::ErrorCode::unsupported);
    EXPECT_FALSE(outcome.files[0].error->remedy.empty());
    EXPECT_TRUE(outcome.lines.empty());
  }
}

TEST(HostileText, ProseWithCommasIsKeptAsText) {
  for (const std::string prose :
       {"On 5 March 2024, gunmen attacked a village.\nOn 6 March, the army came.\n",
        "Dead, wounded, missing, displaced, afraid: so the report begins.\n", "One word\n",
        "Dear colleagues,\nplease find, below, the report.\nRegards,\nthe desk\n"}) {
    SCOPED_TRACE(prose);
    EXPECT_EQ(take("note.txt", prose).files[0].counts.kept, 1U);
  }
}

TEST(HostileText, EmptyFileAndNoise) {
  EXPECT_ERROR(take("empty", ""), "the file is empty");
  base::SeededRandom random(7);
  for (int round = 0; round < 200; ++round) {
    std::string noise(1 + random.below(5000), '\0');
    for (char& c : noise) c = static_cast<char>(random.next());
    const auto outcome = take("noise", noise);
    EXPECT_EQ(outcome.files[0].counts.rejected, 0U);
  }
}

/// Every golden input cut at many places and with many single bytes changed: no crash, and counts
/// that add up (both checked inside `take`).
TEST(HostileMutants, CutAndChangedGoldensAreSurvived) {
  const auto folder = std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests/monitor/feeds/golden";
  base::SeededRandom random(2026);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".expected") continue;
    ++files;
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    for (int round = 0; round < 40; ++round)
      take(name, bytes.substr(0, random.below(bytes.size())));
    for (int round = 0; round < 40; ++round) {
      std::string changed = bytes;
      for (int change = 0; change < 3; ++change)
        changed[random.below(changed.size())] = static_cast<char>(random.next());
      take(name, changed);
    }
  }
  EXPECT_GE(files, 20);
}

}  // namespace
}  // namespace tocsin::monitor::feeds
