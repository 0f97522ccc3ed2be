// SPDX-License-Identifier: Apache-2.0
// PDF through pdftotext in its fence: a sound document, and bytes that only claim to be one.
#include "base/process.hpp"
#include "feed_test_support.hpp"

namespace tocsin::monitor::feeds {
namespace {

/// A PDF of one page with these lines, its table of objects computed.
std::string make_pdf(const std::vector<std::string>& lines) {
  std::string drawing = "BT /F1 12 Tf 72 720 Td 16 TL\n";
  for (const auto& line : lines) drawing += "(" + line + ") Tj T*\n";
  drawing += "ET";
  const std::vector<std::string> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
      "/Resources << /Font << /F1 5 0 R >> >> >>",
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", drawing.size(), drawing),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string pdf = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const auto table_at = pdf.size();
  return pdf + fmt::format(
                   "xref\n0 {0}\n{1}trailer\n<< /Size {0} /Root 1 0 R >>\nstartxref\n{2}\n%%EOF\n",
                   objects.size() + 1, table, table_at);
}

ImportedFile take(const std::string& bytes, CollectingSink& sink) {
  const TemporaryFolder folder;
  auto imported = take_in(folder.write("a.pdf", bytes), "a.pdf", "", test_tables(), sink);
  EXPECT_TRUE(imported) << imported.error().text();
  EXPECT_EQ(imported->size(), 1U);
  return imported->front();
}

TEST(PdfDocument, GivesTextSymbolDateAndTitle) {
  if (base::find_program("pdftotext").empty()) GTEST_SKIP() << "pdftotext is not installed";
  CollectingSink sink;
  const auto file = take(make_pdf({"A/HRC/98/7", "Report of the example mission", "5 March 2024",
                                   "The mission saw burned villages."}),
                         sink);
  EXPECT_FALSE(file.error) << file.error->text();
  ASSERT_EQ(file.counts.kept, 1U) << sink.text();
  const auto& line = sink.lines[0];
  for (const char* part :
       {"id=A/HRC/98/7", "title=Report of the example mission", "symbol=A/HRC/98/7",
        "date=2024-03-05", "The mission saw burned villages."})
    EXPECT_NE(line.find(part), std::string::npos) << line;
}

TEST(PdfDocument, DamagedAndEmptyOnesAreRejectedWithAReason) {
  if (base::find_program("pdftotext").empty()) GTEST_SKIP() << "pdftotext is not installed";
  CollectingSink sink;
  EXPECT_EQ(take("%PDF-1.4\nrubbish", sink).counts.rejected, 1U);
  EXPECT_NE(sink.lines[0].find("damaged or locked"), std::string::npos) << sink.lines[0];
  EXPECT_EQ(take(make_pdf({}), sink).counts.rejected, 1U);
  EXPECT_EQ(sink.lines[1], "rejected 1 the PDF holds pictures only, no text");
}

}  // namespace
}  // namespace tocsin::monitor::feeds
