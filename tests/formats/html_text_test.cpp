// SPDX-License-Identifier: Apache-2.0
#include "formats/html_text.hpp"

#include <gtest/gtest.h>

namespace tocsin::formats {
namespace {

TEST(HtmlText, BlocksScriptsAndSpaces) {
  EXPECT_EQ(html_to_text("<p>One   <b>two</b></p><p>three</p>"), "One two\nthree");
  EXPECT_EQ(html_to_text("a<script>if (a < b) x('</p>')</script>b"), "ab");
  EXPECT_EQ(html_to_text("a<STYLE>p{}</STYLE ><!-- no -- > -->b<br/>c"), "ab\nc");
  EXPECT_EQ(html_to_text("3 < 4 and 5 > 2"), "3 < 4 and 5 > 2");
  EXPECT_EQ(html_to_text("<a title=\"x>y\">link</a>"), "link");
}

TEST(HtmlText, BrokenMarkupLosesNoTextBeforeIt) {
  EXPECT_EQ(html_to_text("text<script>never closed"), "text");
  EXPECT_EQ(html_to_text("text<a href=\"never closed"), "text");
  EXPECT_EQ(html_to_text("text<!-- never closed"), "text");
  EXPECT_EQ(html_to_text("text<"), "text<");
  EXPECT_EQ(html_to_text("</>x"), "x");
}

TEST(HtmlText, Entities) {
  EXPECT_EQ(decode_entities("&amp;&lt;&eacute;&#8217;&#x2014;&apos;"), "&<é’—'");
  EXPECT_EQ(decode_entities("&#146;"), "’");  // Windows-1252, as browsers read it
  EXPECT_EQ(decode_entities("&#0;&#xD800;&#x110000;"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(decode_entities("AT&T &unknown; & &#; &#x;"), "AT&T &unknown; & &#; &#x;");
  EXPECT_EQ(decode_entities("&#99999999999999999999;"), "&#99999999999999999999;");
}

TEST(HtmlText, PageWithoutItsMenus) {
  const auto page = read_html(
      "<html lang='ar'><head><title>Site</title><meta property='og:title' content='Social'>"
      "<meta name='DC.date' content='2024-03-05'></head><body><header>Menu <nav>in<nav>ner</nav>"
      "</nav></header><h1>Real "
      "<em>title</em></h1><p>Body</p><form><p>Search</p></form></body></html>");
  EXPECT_EQ(page.title, "Real title");
  EXPECT_EQ(page.text, "Real title\nBody");
  EXPECT_EQ(page.language, "ar");
  EXPECT_EQ(page.date, "2024-03-05");
}

TEST(HtmlText, LinearTimeOnUnclosedTags) {
  // A quadratic reader would need minutes for these.
  std::string open;
  for (int i = 0; i < 300'000; ++i) open += "<a href='";
  EXPECT_LE(html_to_text(open).size(), open.size());
  std::string scripts;
  for (int i = 0; i < 300'000; ++i) scripts += "<script>";
  EXPECT_EQ(html_to_text(scripts), "");
}

}  // namespace
}  // namespace tocsin::formats
