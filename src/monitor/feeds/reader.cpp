// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/reader.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "formats/xml.hpp"
#include "monitor/feeds/acled.hpp"
#include "monitor/feeds/atom.hpp"
#include "monitor/feeds/cap.hpp"
#include "monitor/feeds/gdelt.hpp"
#include "monitor/feeds/headed_table.hpp"
#include "monitor/feeds/html_document.hpp"
#include "monitor/feeds/hxl.hpp"
#include "monitor/feeds/jsonl_reports.hpp"
#include "monitor/feeds/pdf_document.hpp"
#include "monitor/feeds/plain_text.hpp"
#include "monitor/feeds/reliefweb.hpp"
#include "monitor/feeds/rss.hpp"
#include "monitor/feeds/ucdp.hpp"
#include "monitor/feeds/upr.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::array formats_table{
    Format{"gdelt", "GDELT event export",
           "GDELT Project: free for any use, cite the GDELT Project and its address", sniff_gdelt,
           make_gdelt_reader},
    Format{"acled", "ACLED event table",
           "ACLED terms of use: registered users, attribution, no passing on of the data",
           sniff_acled, make_acled_reader},
    Format{"ucdp", "UCDP georeferenced events",
           "UCDP: CC BY 4.0, cite Sundberg and Melander (2013) and the version", sniff_ucdp,
           make_ucdp_reader},
    Format{"reliefweb", "ReliefWeb reports",
           "ReliefWeb: each report belongs to its publisher; name the publisher and ReliefWeb",
           sniff_reliefweb, make_reliefweb_reader},
    Format{"rss", "RSS feed", "as the feed's publisher says; name and link the publisher",
           sniff_rss, make_rss_reader},
    Format{"atom", "Atom feed", "as the feed's publisher says; name and link the publisher",
           sniff_atom, make_atom_reader},
    Format{"cap", "CAP alert", "public alerts: pass on unchanged, with their sender", sniff_cap,
           make_cap_reader},
    Format{"hxl", "HXL-tagged table", "as the data set's publisher says", sniff_hxl,
           make_hxl_reader},
    Format{"upr", "UPR recommendations", "UPR Info database: cite UPR Info", sniff_upr,
           make_upr_reader},
    Format{"html", "HTML document", "as the document's publisher says", sniff_html_document,
           make_html_document_reader},
    Format{"pdf", "PDF document", "as the document's publisher says", sniff_pdf_document,
           make_pdf_document_reader},
    Format{"text", "plain text", "as agreed with whoever wrote the text", sniff_plain_text,
           make_plain_text_reader},
    Format{"jsonl", "reports as JSON Lines", "as agreed with whoever wrote the reports",
           sniff_jsonl_reports, make_jsonl_reports_reader},
};

/// What a file is that no reader takes, and what to do about it.
struct Recognised {
  std::string_view what;
  std::string_view remedy;
};

constexpr std::string_view leave_out = "nothing to do: it holds no rows; leave it out";

Recognised recognise_json(std::string_view head) {
  if (head.find("bigquery#table") != std::string_view::npos)
    return {"a description of a database table, not its rows", leave_out};
  if (head.find("\"quad_class\"") != std::string_view::npos || head.starts_with("{\"Description\""))
    return {"a list of event codes, not events", leave_out};
  return {
      "JSON, but of no layout that is known here",
      "write it as JSON Lines (docs/formats/jsonl-reports.md), or name its format with --format"};
}

bool all_digits(std::string_view text, std::size_t count = 0) {
  return !text.empty() && (count == 0 || text.size() == count) &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The two other tables that GDELT publishes every quarter of an hour, with or without a header.
Recognised recognise_gdelt(std::string_view head) {
  constexpr std::string_view mentions =
      "GDELT mentions table: not read; its rows repeat events that the export table holds";
  constexpr std::string_view graph =
      "GDELT knowledge graph table: not read; its rows are themes of articles, not events";
  constexpr std::string_view remedy = "give the export files of the same time";
  constexpr std::size_t instant_digits = 14;
  const auto row = first_row(head, '\t');
  if (header_has(head, {"globaleventid", "mentiontimedate"}) ||
      header_has(head, {"globaleventid", "mentiontimedate"}, '\t') ||
      (row.size() >= 14 && row.size() <= 16 && all_digits(row[0]) &&
       all_digits(row[1], instant_digits) && all_digits(row[2], instant_digits)))
    return {mentions, remedy};
  if (header_has(head, {"gkgrecordid"}) || header_has(head, {"gkgrecordid"}, '\t') ||
      (row.size() >= 26 && row[0].size() > instant_digits && row[0][instant_digits] == '-' &&
       all_digits(row[1], instant_digits)))
    return {graph, remedy};
  return {};
}

/// Bytes that no text has: anything below a space but line ends, tabs and page breaks.
bool holds_binary(std::string_view head) {
  return std::ranges::any_of(head, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
}

constexpr std::string_view unknown_content = "the content is of no format that is known here";

Recognised recognise(std::string_view head) {
  const auto begin = base::trim(head);
  if (begin.empty()) return {"the file is empty", "fetch it again"};
  if (holds_binary(begin))
    return {"this is no text: it holds bytes that no text has",
            "give the file as its source publishes it; pack with gzip or zip only"};
  if (begin.starts_with('{') || begin.starts_with('[')) return recognise_json(begin);
  if (begin.starts_with('<'))
    return {"XML, but neither RSS nor Atom nor CAP", "give the feed's own address"};
  if (header_has(head, {"name", "type", "description"}) ||
      header_has(head, {"tableId", "dataType", "Description"}))
    return {"a description of columns, not rows", leave_out};
  if (const auto table = recognise_gdelt(head); !table.what.empty()) return table;
  if (sniff_plain_text(head) == Likeness::no && first_row(head).size() > 1)
    return {"a table whose columns are of no source that is known here",
            "name its format with --format, or write it as JSON Lines "
            "(docs/formats/jsonl-reports.md)"};
  if (const auto row = first_row(head, '\t');
      sniff_plain_text(head) == Likeness::no && row.size() == 2 && all_digits(row[1]))
    return {"a list of words with numbers, not rows of a feed", leave_out};
  return {unknown_content, "name its format with --format if you know it"};
}

}  // namespace

std::span<const Format> all_formats() {
  return formats_table;
}

base::Result<const Format*> format_of_name(std::string_view name) {
  std::string names;
  for (const auto& format : formats_table) {
    if (format.name == name) return &format;
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return fail(ErrorCode::invalid_input, "there is no format \"" + std::string(name) + "\"", {},
              "use one of " + names);
}

base::Result<const Format*> find_format(std::string_view head) {
  const Format* best = nullptr;
  Likeness best_likeness = Likeness::no;
  for (const auto& format : formats_table) {
    const Likeness likeness = format.sniff(head);
    if (likeness <= best_likeness) continue;
    best = &format;
    best_likeness = likeness;
  }
  // What is known to hold no rows must not be taken for a plain text.
  const bool known = best_likeness >= Likeness::likely;
  const Recognised seen = known ? Recognised{} : recognise(head);
  if (known || (best != nullptr && seen.what == unknown_content)) return best;
  return fail(ErrorCode::unsupported, std::string(seen.what), {}, std::string(seen.remedy));
}

std::unique_ptr<FeedReader> make_reader(const Format& format, const Tables& tables) {
  return format.make(tables);
}

}  // namespace tocsin::monitor::feeds
