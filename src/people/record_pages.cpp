// SPDX-License-Identifier: Apache-2.0
// The record of acts: all of it for the auditor, one's own for everybody else; and, for the
// auditor, who read restricted things.
#include <algorithm>
#include <array>
#include <charconv>

#include "pagekit/list_table.hpp"
#include "people/access_log.hpp"
#include "people/page_parts.hpp"
#include "people/record.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number < 0)
    return std::nullopt;
  return number;
}

std::string kind_text(const pagekit::Words& words, std::string_view type) {
  // "emergency.read" stands in the catalogue as emergency_read: a dot would name another section.
  std::string id(type);
  std::ranges::replace(id, '.', '_');
  const auto text = words.looked_up("act_kind", id);
  return text.empty() ? std::string(type) : text;
}

json::value older_href(std::string_view path, bool full, std::int64_t last) {
  if (!full) return false;
  return json::value(std::string(path) + "before=" + std::to_string(last));
}

base::Result<json::object> acts_of(const PeoplePagesParts& parts, const pagekit::Words& words,
                                   store::Database& database, const Call& call,
                                   const std::optional<std::string>& account) {
  auto acts = newest_acts(database, number_in(call.query.get("before")), account);
  if (!acts) return std::unexpected(std::move(acts.error()));
  AccountNames names(parts, words, database);
  json::array rows;
  for (const auto& act : *acts)
    rows.push_back(json::object{{"who", names.of(act.account)},
                                {"kind", kind_text(words, act.type)},
                                {"object", act.object},
                                {"time", words.time(act.time)},
                                {"position", std::to_string(act.position)}});
  const bool full = acts->size() == acts_shown_max;
  return json::object{{"older", older_href("/record?", full, full ? acts->back().position : 0)},
                      {"rows", std::move(rows)}};
}

base::Result<json::object> reads_of(const PeoplePagesParts& parts, const pagekit::Words& words,
                                    store::Database& database, const Call& call) {
  auto reads = newest_reads(database, number_in(call.query.get("before")).value_or(0));
  if (!reads) return std::unexpected(std::move(reads.error()));
  AccountNames names(parts, words, database);
  json::array rows;
  for (const auto& entry : *reads)
    rows.push_back(json::object{{"who", names.of(entry.account)},
                                {"kind", kind_text(words, entry.act)},
                                {"object", entry.object},
                                {"time", words.time(entry.time)},
                                {"position", std::to_string(entry.sequence)}});
  const bool full = reads->size() == access_shown_max;
  return json::object{
      {"older", older_href("/record?view=reads&", full, full ? reads->back().sequence : 0)},
      {"rows", std::move(rows)}};
}

/// What this person may see of the record, and what of it is asked for.
struct Sight {
  std::optional<std::string> account;  ///< whose acts; nothing: everybody's
  bool reads = false;                  ///< who read what, in place of the acts
  bool may_see_reads = false;
};

base::Result<Sight> sight_of(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto& person = (*session)->person;
  const auto& permissions = parts.accounts.desk.permissions;
  const std::array<std::string, 1> self{person.account};
  Sight sight;
  const bool sees_all = permissions.allows(person, "record.read");
  if (auto own = permissions.may(person, "record.own", {.authors = self}); !own && !sees_all)
    return std::unexpected(std::move(own.error()));
  if (!sees_all) sight.account = person.account;
  sight.may_see_reads = permissions.allows(person, "access_log.read");
  sight.reads = call.query.get("view") == "reads";
  if (sight.reads)
    if (auto may = permissions.may(person, "access_log.read"); !may)
      return std::unexpected(std::move(may.error()));
  return sight;
}

Answer record_page(const PeoplePagesParts& parts, const Call& call) {
  auto sight = sight_of(parts, call);
  if (!sight) return std::unexpected(std::move(sight.error()));
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  const auto& words = parts.pages.words(call.language);
  auto list = sight->reads ? reads_of(parts, words, **database, call)
                           : acts_of(parts, words, **database, call, sight->account);
  if (!list) return std::unexpected(std::move(list.error()));
  const auto title = words.message(sight->reads ? "record.reads_title" : "record.title");
  auto context = parts.pages.context(call, {title, title, "record"});
  json::object page = std::move(*list);
  page["lead"] = words.message(sight->reads     ? "record.reads_lead"
                               : sight->account ? "record.lead_own"
                                                : "record.lead_all");
  page["some"] = !page["rows"].as_array().empty();
  page["views"] = sight->may_see_reads ? json::value{{"acts_current", !sight->reads},
                                                     {"reads_current", sight->reads}}
                                       : json::value(false);
  page["query"] = sight->reads ? "?view=reads" : "";
  context["record"] = std::move(page);
  return parts.pages.render(call, "people/record", context);
}

/// One line of either record.
struct Line {
  std::int64_t number = 0;
  base::Instant time;
  std::string account;
  std::string kind;
  std::string object;
};

/// The newest lines before a number, a page of them; none where there are no more.
base::Result<std::vector<Line>> some_lines(store::Database& database, const Sight& sight,
                                           std::optional<std::int64_t> before) {
  std::vector<Line> lines;
  if (sight.reads) {
    auto reads = newest_reads(database, before.value_or(0));
    if (!reads) return std::unexpected(std::move(reads.error()));
    for (auto& read : *reads)
      lines.push_back({read.sequence, read.time, std::move(read.account), std::move(read.act),
                       std::move(read.object)});
    return lines;
  }
  auto acts = newest_acts(database, before, sight.account);
  if (!acts) return std::unexpected(std::move(acts.error()));
  for (auto& act : *acts)
    lines.push_back({act.position, act.time, std::move(act.account), std::move(act.type),
                     std::move(act.object)});
  return lines;
}

/// What the page shows, from the newest or from `before` on; the last row says where it was cut.
Answer record_table(const PeoplePagesParts& parts, const Call& call, pagekit::TableForm form) {
  auto sight = sight_of(parts, call);
  if (!sight) return std::unexpected(std::move(sight.error()));
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  const auto& words = parts.pages.words(call.language);
  auto table = pagekit::begin_table(
      words, sight->reads ? "record.reads_title" : "record.title",
      {"record.when", "record.who", "record.kind", "record.object", "record.number"});
  table.marking = "TLP:AMBER+STRICT";
  AccountNames names(parts, words, **database);
  auto before = number_in(call.query.get("before"));
  constexpr auto rows_max = formats::table_rows_max - 1;
  for (;;) {
    auto lines = some_lines(**database, *sight, before);
    if (!lines) return std::unexpected(std::move(lines.error()));
    if (lines->empty()) break;
    for (const auto& line : *lines) {
      if (table.rows.size() == rows_max) break;
      table.rows.push_back({base::format_instant(line.time), names.of(line.account),
                            kind_text(words, line.kind), line.object, std::to_string(line.number)});
      before = line.number;
    }
    if (table.rows.size() < rows_max) continue;
    const auto at = std::to_string(*before);
    table.rows.push_back({words.message("record.cut", {{"number", at}}), {}, {}, {}, {}});
    break;
  }
  return pagekit::table_response(table, form, sight->reads ? "reads" : "record");
}

}  // namespace

void add_record_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/record", {}, {}, {}, [&parts](const Call& call) {
                return record_page(parts, call);
              }});
  for (const auto& [ending, form] : pagekit::list_forms)
    router.add(
        {"GET", "/record" + std::string(ending), {}, {}, {}, [&parts, form](const Call& call) {
           return record_table(parts, call, form);
         }});
}

}  // namespace tocsin::people
