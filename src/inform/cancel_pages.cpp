// SPDX-License-Identifier: Apache-2.0
// Taking back what was sent, by the head of the notice alone: whoever is cleared for what it was
// sent with can do it, however strictly its warning is marked by now.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "inform/already_told.hpp"
#include "inform/inform_pages.hpp"
#include "inform/marking_now.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Fields;

constexpr std::size_t text_blocks_max = 3;

/// What is known of a notice without its warning's words.
struct Head {
  NoticeRow notice;
  WarningRow warning;  ///< marked as the notice was when it was sent
  std::vector<ReceiverRow> receivers;
};

base::Result<Head> head_of(const InformCall& page) {
  const auto object = assess::object_of(page.call, notice_type);
  const auto unknown = [&] {
    return base::fail(ErrorCode::not_found, "there is no such notice", page.call.request.path);
  };
  auto notice = find_notice(page.database, object);
  if (!notice) return std::unexpected(std::move(notice.error()));
  if (!*notice) return unknown();
  auto warning = find_warning(page.database, (*notice)->warning);
  if (!warning) return std::unexpected(std::move(warning.error()));
  if (!*warning) return unknown();
  (*warning)->marking = (*notice)->marking;
  if (auto may = page.must("inform.send", (*warning)->matter()); !may)
    return std::unexpected(std::move(may.error()));
  auto receivers = receivers_of(page.database, object);
  if (!receivers) return std::unexpected(std::move(receivers.error()));
  return Head{std::move(**notice), std::move(**warning), std::move(*receivers)};
}

/// A cancel in the languages of those who got the notice, as far as there are words in them.
NoticeOrder proposed(const InformCall& page, const Head& head) {
  NoticeOrder order;
  order.seen = head.warning.head;
  const auto known = page.parts.pages.parts().web.languages();
  std::vector<std::string> languages;
  for (const auto& one : head.receivers) {
    const auto language = one.to.language.substr(0, one.to.language.find('-'));
    if (one.replaced_by.empty()) order.authorities.push_back(one.to.authority);
    if (languages.size() < text_blocks_max && std::ranges::find(known, language) != known.end() &&
        std::ranges::find(languages, language) == languages.end())
      languages.push_back(language);
  }
  if (languages.empty()) languages.emplace_back("en");
  for (const auto& language : languages) {
    const auto& words = page.parts.pages.words(language);
    order.texts.push_back({language,
                           words.message("cancel.headline"),
                           words.message("cancel.description", {{"reference", head.notice.object}}),
                           {}});
  }
  return order;
}

base::Result<json::array> receiver_boxes(const InformCall& page, const Head& head,
                                         const NoticeOrder& order) {
  json::array list;
  for (const auto& one : head.receivers) {
    auto authority = find_authority(page.database, one.to.authority);
    if (!authority) return std::unexpected(std::move(authority.error()));
    if (!*authority || (*authority)->closed) continue;
    list.push_back(json::object{
        {"id", assess::uuid_of(one.to.authority)},
        {"name", (*authority)->plain.name},
        {"selected",
         std::ranges::find(order.authorities, one.to.authority) != order.authorities.end()}});
  }
  return list;
}

Answer cancel_page(const InformCall& page, const Head& head, const NoticeOrder& order,
                   const base::Error* problem) {
  auto receivers = receiver_boxes(page, head, order);
  if (!receivers) return std::unexpected(std::move(receivers.error()));
  json::array blocks;
  for (std::size_t i = 0; i < order.texts.size(); ++i) {
    const auto& text = order.texts[i];
    blocks.push_back(json::object{
        {"number", std::to_string(i + 1)},
        {"heading",
         page.words.message("inform.block",
                            {{"n", page.words.number(static_cast<std::int64_t>(i + 1))}})},
        {"language", text.language},
        {"headline", text.headline},
        {"description", text.description}});
  }
  const auto title = page.words.message("cancel.title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  put_problem(context, page.words, problem);
  name_already_told(context, page, order, problem);
  context["cancel"] = json::object{
      {"action", page.call.request.path},
      {"seen", base::to_hex(order.seen)},
      {"message", page.words.looked_up("notice_message", name_of(head.notice.message))},
      {"when", page.words.time(head.notice.at)},
      {"marking", marking_words(head.notice.marking)},
      {"exercise", head.notice.exercise},
      {"reference", head.notice.object},
      {"blocks", std::move(blocks)},
      {"receivers", std::move(*receivers)}};
  return page.parts.pages.render(page.call, "inform/cancel", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer cancel_form(const InformCall& page) {
  auto head = head_of(page);
  if (!head) return std::unexpected(std::move(head.error()));
  return cancel_page(page, *head, proposed(page, *head), nullptr);
}

Answer take_cancel(const InformCall& page, const Fields& fields) {
  auto head = head_of(page);
  if (!head) return std::unexpected(std::move(head.error()));
  const auto seen = assess::digest_field(fields, "seen");
  if (!seen) return base::fail(ErrorCode::invalid_input, "the form is not whole", "seen");
  NoticeOrder order;
  order.warning = head->notice.warning;
  order.seen = *seen;
  order.message = NoticeMessage::cancel;
  order.replaces = head->notice.object;
  for (std::size_t i = 1; i <= text_blocks_max; ++i) {
    const auto field = [&](std::string_view name) {
      return std::string(fields.get(std::string(name) + "_" + std::to_string(i)));
    };
    if (!field("headline").empty() || !field("description").empty())
      order.texts.push_back({field("language"), field("headline"), field("description"), {}});
  }
  for (const auto& one : head->receivers)
    if (fields.has("to_" + std::string(assess::uuid_of(one.to.authority))))
      order.authorities.push_back(one.to.authority);
  auto made = NoticeDesk(page.parts).order(page.session, order);
  if (made) return pagekit::redirect("/warnings");
  if (!assess::belongs_to_form(made.error())) return std::unexpected(std::move(made.error()));
  return cancel_page(page, *head, order, &made.error());
}

}  // namespace

base::Result<json::value> only_to_cancel(const InformCall& page) {
  if (!page.concerns("inform.send")) return json::value(false);
  std::vector<std::string> warnings;
  auto listed =
      store::each(page.database,
                  "SELECT DISTINCT notice.warning FROM notice JOIN notice_receiver AS got"
                  " ON got.notice = notice.object WHERE got.replaced_by = '' AND notice.texts <> ''"
                  " AND notice.message <> 'cancel'",
                  [&](const store::Statement& row) { warnings.emplace_back(row.text(0)); });
  if (!listed) return std::unexpected(std::move(listed.error()));
  MarkingsNow markings(page.database);
  json::array rows;
  for (const auto& object : warnings) {
    auto warning = find_warning(page.database, object);
    if (!warning) return std::unexpected(std::move(warning.error()));
    if (!*warning) continue;
    auto now = markings.of(**warning);
    if (!now) return std::unexpected(std::move(now.error()));
    (*warning)->marking = std::move(*now);
    if (page.may("inform.send", (*warning)->matter())) continue;
    auto notices = notices_of(page.database, object);
    if (!notices) return std::unexpected(std::move(notices.error()));
    for (const auto& notice : *notices) {
      (*warning)->marking = notice.marking;
      if (notice.message == NoticeMessage::cancel || !page.may("inform.send", (*warning)->matter()))
        continue;
      auto receivers = receivers_of(page.database, notice.object);
      if (!receivers) return std::unexpected(std::move(receivers.error()));
      if (std::ranges::none_of(*receivers, [](const auto& one) { return one.replaced_by.empty(); }))
        continue;
      rows.push_back(json::object{
          {"href", "/notices/" + std::string(assess::uuid_of(notice.object)) + "/cancel"},
          {"message", page.words.looked_up("notice_message", name_of(notice.message))},
          {"when", page.words.time(notice.at)},
          {"marking", marking_words(notice.marking)},
          {"exercise", notice.exercise}});
    }
  }
  return rows_or_false(std::move(rows));
}

void add_cancel_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/notices/{id}/cancel", cancel_form);
  add_page(router, parts, "POST", "/notices/{id}/cancel", posted(take_cancel));
}

}  // namespace tocsin::inform
