// SPDX-License-Identifier: Apache-2.0
#include "formats/xml.hpp"

#include <gtest/gtest.h>

#include "pieces.hpp"

namespace tocsin::formats {
namespace {

base::Status parse(std::string text) {
  pugi::xml_document document;
  return parse_xml(std::move(text), document);
}

TEST(Xml, ReadsNamespacesByTheirNameAndNotTheirPrefix) {
  pugi::xml_document document;
  ASSERT_TRUE(parse_xml(R"(<r xmlns="urn:one" xmlns:x="urn:two"><x:t> two </x:t><t>one</t>)"
                        R"(<y xmlns:x="urn:three"><x:t>three</x:t></y></r>)",
                        document));
  const auto root = document.document_element();
  EXPECT_EQ(namespace_of(root), "urn:one");
  EXPECT_EQ(child_text(root, "urn:two", "t"), "two");
  EXPECT_EQ(child_text(root, "urn:one", "t"), "one");
  EXPECT_EQ(child_text(root, "urn:none", "t"), "");
  const auto inner = child(root, "urn:one", "y");
  EXPECT_EQ(child_text(inner, "urn:three", "t"), "three");
  EXPECT_EQ(local_name(inner.first_child()), "t");
}

TEST(Xml, GivesAllTextInOrderAndMarkupAsItWas) {
  pugi::xml_document document;
  ASSERT_TRUE(parse_xml("<r>a<b>b<![CDATA[<c>]]></b>d&amp;e</r>", document));
  EXPECT_EQ(deep_text(document.document_element()), "a b <c> d&e");
  EXPECT_EQ(inner_xml(document.document_element()), "a<b>b<![CDATA[<c>]]></b>d&amp;e");
}

TEST(Xml, ReadsTheEncodingThatIsDeclaredOrMarked) {
  pugi::xml_document document;
  ASSERT_TRUE(parse_xml("<?xml version='1.0' encoding='ISO-8859-1'?><r>\xE9</r>", document));
  EXPECT_EQ(std::string_view(document.document_element().child_value()), "\u00e9");
  std::string wide = "\xFF\xFE";
  for (const char c : std::string_view("<r>x</r>")) (wide += c) += '\0';
  ASSERT_TRUE(parse_xml(wide, document));
  EXPECT_EQ(std::string_view(document.document_element().child_value()), "x");
}

TEST(Xml, RefusesDocumentTypesHoweverWritten) {
  for (const auto* text :
       {"<!DOCTYPE r><r/>", "<?xml version='1.0'?>\n<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>",
        "<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>", "<!-- c --><!DOCTYPE r><r/>"}) {
    const auto refused = parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, base::ErrorCode::invalid_input);
  }
}

TEST(Xml, TellsTheByteWhereItIsBroken) {
  const auto broken = parse("<r><a></b></r>");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().place.starts_with("byte ")) << broken.error().text();
  for (const auto* text : {"", "x", "<r", "<r>", "<r a=1/>"}) EXPECT_FALSE(parse(text)) << text;
}

TEST(Xml, HoldsItsLimits) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(parse(nested(xml_depth_max - 1)));
  EXPECT_EQ(parse(nested(xml_depth_max + 1)).error().code, base::ErrorCode::limit_exceeded);
  EXPECT_EQ(parse(nested(200'000)).error().code, base::ErrorCode::limit_exceeded);
  std::string many = "<r>";
  for (std::size_t i = 0; i <= 2 * xml_tags_max; ++i) many += "<a/>";
  EXPECT_EQ(parse(many + "</r>").error().code, base::ErrorCode::limit_exceeded);
  EXPECT_EQ(parse("<r>" + std::string(xml_bytes_max, ' ') + "</r>").error().code,
            base::ErrorCode::limit_exceeded);
}

TEST(Xml, FindsTheRootWithoutReadingTheRest) {
  EXPECT_EQ(root_name("<rss version='2.0'><chan"), "rss");
  EXPECT_EQ(root_name("\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <a> --> <cap:alert\nx='1'>"),
            "cap:alert");
  EXPECT_EQ(root_name("<!DOCTYPE html [<!ENTITY a '>'>]><html>"), "html");
  EXPECT_EQ(root_name("<r/>"), "r");
  for (const auto* head : {"", "<", "text", "<?xml", "<!-- no end"}) EXPECT_EQ(root_name(head), "");
}

TEST(Xml, CutAndChangedDocumentsAreSurvived) {
  const std::string whole =
      "<?xml version='1.0' encoding='utf-8'?><r xmlns:x='urn:x'><x:a b='c'>t&#x41;</x:a>"
      "<![CDATA[d]]><!-- e --></r>";
  base::SeededRandom random(9);
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole.substr(0, 1 + random.below(whole.size()));
    for (std::uint64_t i = random.below(4); i > 0; --i)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    pugi::xml_document document;
    if (parse_xml(text, document)) {
      EXPECT_LE(deep_text(document).size(), 4 * text.size());
    }
  }
}

}  // namespace
}  // namespace tocsin::formats
