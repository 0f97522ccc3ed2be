// SPDX-License-Identifier: Apache-2.0
// The record of acts: all of it for the auditor, one's own for everybody else; and, for the
// auditor, who read restricted things.
#include <algorithm>
#include <array>
#include <charconv>

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

Answer record_page(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto& person = (*session)->person;
  const auto& permissions = parts.accounts.desk.permissions;
  const std::array<std::string, 1> self{person.account};
  const bool sees_all = permissions.allows(person, "record.read");
  const bool sees_reads = permissions.allows(person, "access_log.read");
  if (auto own = permissions.may(person, "record.own", {.authors = self}); !own && !sees_all)
    return std::unexpected(std::move(own.error()));
  const bool reads = call.query.get("view") == "reads";
  if (reads)
    if (auto may = permissions.may(person, "access_log.read"); !may)
      return std::unexpected(std::move(may.error()));
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  const auto& words = parts.pages.words(call.language);
  auto list = reads ? reads_of(parts, words, **database, call)
                    : acts_of(parts, words, **database, call,
                              sees_all ? std::nullopt : std::optional(person.account));
  if (!list) return std::unexpected(std::move(list.error()));
  const auto title = words.message(reads ? "record.reads_title" : "record.title");
  auto context = parts.pages.context(call, {title, title, "record"});
  json::object page = std::move(*list);
  page["lead"] = words.message(reads      ? "record.reads_lead"
                               : sees_all ? "record.lead_all"
                                          : "record.lead_own");
  page["some"] = !page["rows"].as_array().empty();
  page["views"] = sees_reads ? json::value{{"acts_current", !reads}, {"reads_current", reads}}
                             : json::value(false);
  context["record"] = std::move(page);
  return parts.pages.render(call, "people/record", context);
}

}  // namespace

void add_record_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/record", {}, {}, {}, [&parts](const Call& call) {
                return record_page(parts, call);
              }});
}

}  // namespace tocsin::people
