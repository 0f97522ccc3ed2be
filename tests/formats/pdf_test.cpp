// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

/// Fontconfig and Pango keep what they read about fonts until the process ends.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

namespace tocsin::formats {
namespace {

PdfSheet sheet() {
  PdfSheet one;
  one.title = "Warning";
  one.marking = "TLP:AMBER+STRICT  PAP:AMBER";
  one.foot = "revision 0123456789abcdef  ·  version 3";
  one.made = base::Instant{std::chrono::milliseconds{1'900'000'000'000}};
  one.parts = {{PdfPart::Kind::title, "Attacks on the road to Tavo"},
               {PdfPart::Kind::text, "English: three villages were burnt in one week."},
               {PdfPart::Kind::text, "Français : trois villages brûlés en une semaine."},
               {PdfPart::Kind::text, "Español: tres aldeas quemadas en una semana."},
               {PdfPart::Kind::text, "Русский: за неделю сожжены три деревни."},
               {PdfPart::Kind::text, "中文：一周之内三个村庄被烧毁。"},
               {PdfPart::Kind::text, "العربية: أُحرقت ثلاث قرى في أسبوع واحد (Tavo، 3)."}};
  return one;
}

/// The text of a PDF as pdftotext reads it; empty where the program is missing.
std::string text_of(const std::string& pdf) {
  const auto folder = std::filesystem::path(testing::TempDir());
  std::ofstream(folder / "pdf_test.pdf", std::ios::binary) << pdf;
  const auto command = "pdftotext -layout '" + (folder / "pdf_test.pdf").string() + "' '" +
                       (folder / "pdf_test.txt").string() + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream in(folder / "pdf_test.txt");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Pdf, OnePageInSixLanguages) {
  const auto pdf = write_pdf(sheet());
  ASSERT_TRUE(pdf) << pdf.error().text();
  EXPECT_EQ(pdf->pages, 1);
  EXPECT_TRUE(pdf->bytes.starts_with("%PDF-"));
  const auto text = text_of(pdf->bytes);
  if (text.empty()) GTEST_SKIP() << "pdftotext is not installed (poppler-utils)";
  EXPECT_EQ(count(text, "TLP:AMBER+STRICT"), 2U);  // head and foot
  EXPECT_EQ(count(text, "0123456789abcdef"), 1U);
  for (const auto* part : {"three villages", "brûlés", "aldeas", "деревни", "三个村庄", "العربية"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

/// Blanks before the line that holds `part`.
std::size_t indent_of(const std::string& text, std::string_view part) {
  const auto at = text.find(part);
  if (at == std::string::npos) return std::string::npos;
  const auto line = text.rfind('\n', at) + 1;
  return text.find_first_not_of(' ', line) - line;
}

TEST(Pdf, EachParagraphStandsWhereItsScriptBegins) {
  for (const bool right_to_left : {false, true}) {
    auto one = sheet();
    one.right_to_left = right_to_left;
    const auto pdf = write_pdf(one);
    ASSERT_TRUE(pdf) << pdf.error().text();
    const auto text = text_of(pdf->bytes);
    if (text.empty()) GTEST_SKIP() << "pdftotext is not installed (poppler-utils)";
    EXPECT_LT(indent_of(text, "three villages"), 15U) << text;
    EXPECT_GT(indent_of(text, "Tavo، 3"), 25U) << text;
  }
}

TEST(Pdf, TheSameSheetGivesTheSameFile) {
  EXPECT_EQ(write_pdf(sheet())->bytes, write_pdf(sheet())->bytes);
}

TEST(Pdf, ALongSheetIsSetSmallerAndThenGoesOnWithItsMarking) {
  auto one = sheet();
  std::string paragraph;
  for (int i = 0; i < 60; ++i) paragraph += "A sentence of some length that fills the page. ";
  one.parts.push_back({PdfPart::Kind::text, paragraph});
  const auto middle = write_pdf(one);
  ASSERT_TRUE(middle);
  EXPECT_EQ(middle->pages, 1);
  for (int i = 0; i < 5; ++i) one.parts.push_back({PdfPart::Kind::text, paragraph});
  const auto longer = write_pdf(one);
  ASSERT_TRUE(longer);
  EXPECT_GT(longer->pages, 1);
  const auto text = text_of(longer->bytes);
  if (text.empty()) GTEST_SKIP() << "pdftotext is not installed (poppler-utils)";
  EXPECT_EQ(count(text, "TLP:AMBER+STRICT"), 2U * static_cast<std::size_t>(longer->pages));
}

TEST(Pdf, HostileText) {
  auto one = sheet();
  one.parts = {{PdfPart::Kind::text, "<span size=\"0\">hidden</span> \xFF\xFE & </b>"}};
  const auto pdf = write_pdf(one);
  ASSERT_TRUE(pdf) << pdf.error().text();
  const auto text = text_of(pdf->bytes);
  if (text.empty()) GTEST_SKIP() << "pdftotext is not installed (poppler-utils)";
  EXPECT_NE(text.find("<span size=\"0\">hidden</span>"), std::string::npos);
}

TEST(Pdf, TooManyPagesAreRefused) {
  auto one = sheet();
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += "line\n";
  one.parts.push_back({PdfPart::Kind::text, lines});
  const auto pdf = write_pdf(one);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, base::ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace tocsin::formats
