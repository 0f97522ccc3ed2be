// SPDX-License-Identifier: Apache-2.0
#include "formats/table.hpp"

#include <array>
#include <cstdint>
#include <span>

#include "base/text.hpp"
#include "formats/csv.hpp"
#include "formats/zip.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;

base::Status check(const Table& table) {
  if (table.rows.size() <= table_rows_max) return {};
  return fail(ErrorCode::limit_exceeded, "the list has too many rows to be taken along", table.name,
              "choose a shorter time or fewer kinds");
}

/// At most 31 signs, none of []:*?/\ nor an apostrophe at an end.
std::string sheet_name(std::string_view name) {
  constexpr std::size_t signs_max = 31;
  std::string out;
  std::size_t signs = 0;
  for (std::size_t at = 0; at < name.size() && signs < signs_max; ++signs) {
    const auto sign = base::decode(name, at);
    const bool forbidden =
        sign.value < U' ' || std::string_view("[]:*?/\\'").find(name[at]) != std::string_view::npos;
    out += forbidden ? std::string(" ") : std::string(name.substr(at, sign.length));
    at += sign.length;
  }
  out = base::trim(out);
  return out.empty() ? "1" : out;
}

/// A spreadsheet counts UTF-16 units and knows no control signs but tab and line ends.
std::string cell_text(std::string_view text) {
  std::string out;
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = base::decode(text, at);
    units += sign.value > 0xFFFF ? 2 : 1;
    if (units >= sheet_cell_signs_max) return out + "…";
    const bool control = sign.value < U' ' && sign.value != U'\t' && sign.value != U'\n';
    if (!control) out += text.substr(at, sign.length);
    at += sign.length;
  }
  return out;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char sign : text) {
    switch (sign) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += sign;
    }
  }
  return out;
}

/// A column's letters: A to Z, AA and on.
std::string column_name(std::size_t column) {
  constexpr std::size_t letters = 26;
  std::string name;
  for (auto rest = column + 1; rest > 0; rest = (rest - 1) / letters)
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % letters));
  return name;
}

std::string sheet_row(std::size_t line, std::span<const std::string> cells, bool bold) {
  const auto number = std::to_string(line);
  std::string out = "<row r=\"" + number + "\">";
  for (std::size_t i = 0; i < cells.size(); ++i)
    out += "<c r=\"" + column_name(i) + number + "\" t=\"inlineStr\"" + (bold ? " s=\"1\"" : "") +
           "><is><t xml:space=\"preserve\">" + xml_text(cell_text(cells[i])) + "</t></is></c>";
  return out + "</row>";
}

std::string sheet_xml(const Table& table) {
  const std::size_t head_lines = table.marking.empty() ? 1 : 2;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
      "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews>"
      "<sheetView workbookViewId=\"0\"";
  if (table.right_to_left) out += " rightToLeft=\"1\"";
  out += "><pane ySplit=\"" + std::to_string(head_lines) + "\" topLeftCell=\"A" +
         std::to_string(head_lines + 1) +
         "\" state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>";
  if (!table.columns.empty())
    out += "<cols><col min=\"1\" max=\"" + std::to_string(table.columns.size()) +
           "\" width=\"24\" customWidth=\"1\"/></cols>";
  out += "<sheetData>";
  std::size_t line = 0;
  if (!table.marking.empty()) out += sheet_row(++line, std::array{table.marking}, true);
  out += sheet_row(++line, table.columns, true);
  for (const auto& row : table.rows) out += sheet_row(++line, row, false);
  return out + "</sheetData></worksheet>";
}

constexpr std::string_view content_types =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\""
    " ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType="
    "\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType="
    "\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\" ContentType="
    "\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>";
constexpr std::string_view package_parts =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" Type="
    "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/>"
    "</Relationships>";
constexpr std::string_view workbook_parts =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" Type="
    "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>"
    "<Relationship Id=\"rId2\" Target=\"styles.xml\" Type="
    "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\"/>"
    "</Relationships>";
/// Style 0 is plain, style 1 bold.
constexpr std::string_view styles =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
    "</cellStyleXfs><cellXfs count=\"2\">"
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
    "</cellXfs></styleSheet>";

std::string workbook_xml(const Table& table) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
         "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r="
         "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
         "<sheet name=\"" +
         xml_text(sheet_name(table.name)) + "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
}

}  // namespace

base::Result<std::string> write_csv(const Table& table) {
  if (auto good = check(table); !good) return std::unexpected(std::move(good.error()));
  // The mark by which spreadsheets know UTF-8.
  std::string out = "\xEF\xBB\xBF";
  if (!table.marking.empty()) out += csv_row(std::vector{table.marking});
  out += csv_row(table.columns);
  for (const auto& row : table.rows) out += csv_row(row);
  return out;
}

base::Result<std::string> write_xlsx(const Table& table) {
  if (auto good = check(table); !good) return std::unexpected(std::move(good.error()));
  ZipWriter archive;
  archive.add("[Content_Types].xml", content_types);
  archive.add("_rels/.rels", package_parts);
  archive.add("xl/workbook.xml", workbook_xml(table));
  archive.add("xl/_rels/workbook.xml.rels", workbook_parts);
  archive.add("xl/styles.xml", styles);
  archive.add("xl/worksheets/sheet1.xml", sheet_xml(table));
  return std::move(archive).whole();
}

}  // namespace tocsin::formats
