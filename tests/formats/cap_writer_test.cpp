// SPDX-License-Identifier: Apache-2.0
#include "formats/cap_writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "formats/xml.hpp"

namespace tocsin::formats {
namespace {

const base::Instant sent{std::chrono::milliseconds{1'900'000'000'000}};

CapInfo info_in(std::string language, std::string headline) {
  CapInfo info;
  info.language = std::move(language);
  info.event = "Risk of mass atrocities";
  info.urgency = "Expected";
  info.severity = "Severe";
  info.certainty = "Possible";
  info.headline = std::move(headline);
  info.description = "Three villages & more were burnt <in one week>.";
  info.web = "https://node.invalid/notice/abc";
  info.areas = {{"Tavo district", {{"ISO3166-2", "XX-01"}}}};
  return info;
}

CapAlert alert() {
  CapAlert one;
  one.identifier = "notice-1";
  one.sender = "desk@karevia.invalid";
  one.sent = sent;
  one.addresses = {"police@karevia.invalid", "Ministry of Interior"};
  one.infos = {info_in("en", "Attacks"), info_in("ar", "هجمات")};
  return one;
}

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  EXPECT_TRUE(parse_xml(xml, document)) << xml;
  return document;
}

TEST(CapWriter, SaysWhatItWasGiven) {
  const auto xml = write_cap(alert());
  ASSERT_TRUE(xml) << xml.error().text();
  const auto document = parsed(*xml);
  const auto root = document.child("alert");
  EXPECT_STREQ(root.child_value("status"), "Actual");
  EXPECT_STREQ(root.child_value("scope"), "Private");
  EXPECT_STREQ(root.child_value("sent"), "2030-03-17T17:46:40-00:00");
  EXPECT_STREQ(root.child_value("addresses"), "police@karevia.invalid \"Ministry of Interior\"");
  EXPECT_STREQ(root.child("info").child_value("description"),
               "Three villages & more were burnt <in one week>.");
}

TEST(CapWriter, StatusIsExerciseExactlyWhenItIsOne) {
  auto one = alert();
  one.exercise = true;
  EXPECT_NE(write_cap(one)->find("<status>Exercise</status>"), std::string::npos);
  one.exercise = false;
  EXPECT_NE(write_cap(one)->find("<status>Actual</status>"), std::string::npos);
}

TEST(CapWriter, PublicOnlyWithoutReceiversAndTheOthersOnlyWith) {
  auto one = alert();
  one.is_public = true;
  EXPECT_FALSE(write_cap(one));
  one.addresses.clear();
  EXPECT_NE(write_cap(one)->find("<scope>Public</scope>"), std::string::npos);
  one.is_public = false;
  EXPECT_FALSE(write_cap(one));
  one.addresses = {"a@b.invalid"};
  one.restriction = "TLP:AMBER";
  EXPECT_NE(write_cap(one)->find("<scope>Restricted</scope>"), std::string::npos);
}

TEST(CapWriter, UpdateAndCancelNameWhatTheyFollow) {
  auto one = alert();
  one.message = CapMessage::update;
  EXPECT_FALSE(write_cap(one));
  one.references = {{"desk@karevia.invalid", "notice-0", sent}};
  const auto xml = write_cap(one);
  ASSERT_TRUE(xml);
  EXPECT_NE(xml->find("<references>desk@karevia.invalid,notice-0,2030-03-17T17:46:40-00:00"
                      "</references>"),
            std::string::npos);
  one.message = CapMessage::cancel;
  EXPECT_NE(write_cap(one)->find("<msgType>Cancel</msgType>"), std::string::npos);
}

TEST(CapWriter, RefusesWhatTheStandardForbids) {
  const auto refused = [](auto change) {
    auto one = alert();
    change(one);
    return !write_cap(one);
  };
  EXPECT_TRUE(refused([](auto& a) { a.identifier = "two words"; }));
  EXPECT_TRUE(refused([](auto& a) { a.identifier = "a,b"; }));
  EXPECT_TRUE(refused([](auto& a) { a.sender = "<x>"; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos.clear(); }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].urgency = "Soon"; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].severity = ""; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].certainty = "Sure"; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].language = "en_GB"; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].web = "javascript:alert(1)"; }));
  EXPECT_TRUE(refused([](auto& a) { a.infos[0].description = std::string(cap_bytes_max, 'x'); }));
}

TEST(CapWriter, HostileTextStaysText) {
  auto one = alert();
  one.infos[0].headline = "]]></headline><status>Test</status>\x01\xFF";
  one.addresses = {"a\"b c"};
  const auto xml = write_cap(one);
  ASSERT_TRUE(xml);
  const auto document = parsed(*xml);
  EXPECT_EQ(std::distance(document.child("alert").children("status").begin(),
                          document.child("alert").children("status").end()),
            1);
  EXPECT_STREQ(document.child("alert").child_value("addresses"), "\"ab c\"");
}

TEST(CapWriter, LanguagesAreThoseOfXml) {
  for (const auto* good : {"en", "ar", "pt-BR", "zh-Hant-TW", "sr-Latn-RS", "de-1996", "i-klingon"})
    EXPECT_TRUE(is_cap_language(good)) << good;
  for (const auto* bad : {"", "e1", "1e", "-", "en-", "-en", "en--GB", "en_GB", "abcdefghi",
                          "en-abcdefghi", "en ", "\xC3\xA9n"})
    EXPECT_FALSE(is_cap_language(bad)) << bad;
  auto one = alert();
  one.infos[0].language = "e1";
  EXPECT_FALSE(write_cap(one));
}

TEST(CapWriter, WritesNoSignThatXmlCannotHold) {
  EXPECT_TRUE(is_xml_text("villages\n\tهجمات \xF0\x9F\x94\xA5 \xEF\xBF\xBD"));
  for (const auto* bad : {"a\xEF\xBF\xBE", "\xEF\xBF\xBF", "a\x01", "a\x1B[0m", "a\xFF"})
    EXPECT_FALSE(is_xml_text(bad)) << bad;
  auto one = alert();
  one.infos[0].headline = "Attacks\xEF\xBF\xBE near\xEF\xBF\xBF Tavo";
  const auto xml = write_cap(one);
  ASSERT_TRUE(xml);
  EXPECT_TRUE(is_xml_text(*xml));
  EXPECT_STREQ(parsed(*xml).child("alert").child("info").child_value("headline"),
               "Attacks near Tavo");
}

TEST(CapWriter, IsValidByTheSchema) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? shared : TOCSIN_SOURCE_DIR "/../shared/data";
  std::filesystem::path schema;
  std::error_code none;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root / "exchange/cap-ibm", none))
    if (entry.path().extension() == ".xsd") schema = entry.path();
  if (schema.empty()) GTEST_SKIP() << "the schema of CAP is not at " << root;
  if (std::system("xmllint --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "xmllint is not installed (libxml2-utils)";
  const auto check = [&](const CapAlert& one) {
    const auto file = std::filesystem::path(testing::TempDir()) / "cap_writer_test.xml";
    std::ofstream(file) << *write_cap(one);
    const auto command = "xmllint --noout --nonet --schema '" + schema.string() + "' '" +
                         file.string() + "' 2>/dev/null";
    return std::system(command.c_str());
  };
  auto one = alert();
  EXPECT_EQ(check(one), 0);
  one.message = CapMessage::update;
  one.references = {{"a@b.invalid", "x", sent}, {"a@b.invalid", "y", sent}};
  one.exercise = true;
  one.restriction = "TLP:AMBER PAP:AMBER";
  one.note = "exercise only";
  one.incidents = {"warning one", "w2"};
  one.infos[0].expires = sent + std::chrono::hours{24};
  one.infos[0].instruction = "Call the duty officer.";
  EXPECT_EQ(check(one), 0);
  one.message = CapMessage::cancel;
  one.is_public = true;
  one.addresses.clear();
  one.restriction.clear();
  EXPECT_EQ(check(one), 0);
  // The check can fail: a word that the schema lacks is found.
  const auto file = std::filesystem::path(testing::TempDir()) / "cap_writer_bad.xml";
  auto bad = *write_cap(one);
  bad.replace(bad.find("Security"), 8, "Weather!");
  std::ofstream(file) << bad;
  EXPECT_NE(std::system(("xmllint --noout --nonet --schema '" + schema.string() + "' '" +
                         file.string() + "' 2>/dev/null")
                            .c_str()),
            0);
}

}  // namespace
}  // namespace tocsin::formats
