// SPDX-License-Identifier: Apache-2.0
// Informing authorities: what each would get, shown before anything is ordered; receipts by hand
// and by a dropped reply; and the public page behind a notice's link.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "inform/already_told.hpp"
#include "inform/inform_pages.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;
using pagekit::Fields;

/// Language blocks that the form offers at once.
constexpr std::size_t text_blocks = 3;

base::Result<WarningView> warning_of(const InformCall& page) {
  const auto object = assess::object_of(page.call, warning_type);
  auto view = WarningDesk(page.parts).read(page.session.person, page.database, object);
  if (!view) return view;
  if (auto may = page.must("inform.send", view->row.matter()); !may)
    return std::unexpected(std::move(may.error()));
  return view;
}

json::array receiver_boxes(const InformCall& page, const std::vector<Planned>& planned,
                           const std::vector<std::string>& chosen) {
  json::array list;
  for (const auto& one : planned) {
    const bool can = one.plan.refusal != "clearance" && one.plan.refusal != "no_address";
    list.push_back(json::object{
        {"id", assess::uuid_of(one.authority.object)},
        {"name", one.authority.plain.name},
        {"language", base::language_in_itself(one.authority.plain.language)},
        {"channel", page.words.looked_up("channel", name_of(one.plan.channel))},
        {"form", page.words.looked_up("delivery_form", name_of(one.plan.form))},
        {"page_form", page.words.looked_up("page_form", name_of(one.page_form))},
        {"refusal", text_or_false(page.words.looked_up("plan_refusal", one.plan.refusal))},
        {"can", can},
        {"selected", std::ranges::find(chosen, one.authority.object) != chosen.end()}});
  }
  return list;
}

/// What can be updated or cancelled still, for one of those who got it at least.
base::Result<json::array> replace_choices(const InformCall& page, const std::string& warning,
                                          std::string_view selected) {
  auto notices = notices_of(page.database, warning);
  if (!notices) return std::unexpected(std::move(notices.error()));
  json::array list;
  for (const auto& one : *notices) {
    auto receivers = receivers_of(page.database, one.object);
    if (!receivers) return std::unexpected(std::move(receivers.error()));
    if (one.message == NoticeMessage::cancel ||
        std::ranges::none_of(*receivers, [](const auto& row) { return row.replaced_by.empty(); }))
      continue;
    const auto time = page.words.time(one.at);
    list.push_back(
        json::object{{"value", one.object},
                     {"text", page.words.looked_up("notice_message", name_of(one.message)) + " · " +
                                  std::string(time.at("text").as_string())},
                     {"selected", one.object == selected}});
  }
  return list;
}

Answer order_page(const InformCall& page, const WarningView& view, const NoticeOrder& order,
                  const base::Error* problem) {
  const auto& row = view.row;
  auto planned = NoticeDesk(page.parts).plan(page.database, row.marking);
  if (!planned) return std::unexpected(std::move(planned.error()));
  auto earlier = replace_choices(page, row.object, order.replaces);
  if (!earlier) return std::unexpected(std::move(earlier.error()));
  json::array blocks;
  for (std::size_t i = 0; i < text_blocks; ++i) {
    const auto text = i < order.texts.size() ? order.texts[i] : NoticeText{};
    blocks.push_back(json::object{
        {"number", std::to_string(i + 1)},
        {"heading",
         page.words.message("inform.block",
                            {{"n", page.words.number(static_cast<std::int64_t>(i + 1))}})},
        {"language", text.language},
        {"headline", text.headline},
        {"description", text.description},
        {"instruction", text.instruction}});
  }
  constexpr std::array<std::string_view, 3> messages{"alert", "update", "cancel"};
  const auto levels =
      page.parts.rules.cap_levels(row.plain.urgency, row.plain.scale, row.plain.confidence);
  const auto title = page.words.message("inform.title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  put_problem(context, page.words, problem);
  name_already_told(context, page, order, problem);
  const auto back = "/warnings/" + std::string(assess::uuid_of(row.object));
  context["inform"] = json::object{
      {"action", back + "/inform"},
      {"back", back},
      {"seen", base::to_hex(order.seen)},
      {"warning_title", view.text.title},
      {"marking", marking_words(row.marking)},
      {"exercise", row.plain.exercise},
      {"cap_urgency", levels.urgency},
      {"cap_severity", levels.severity},
      {"cap_certainty", levels.certainty},
      {"blocks", std::move(blocks)},
      {"messages", assess::choices(page.words, "notice_message", messages, name_of(order.message))},
      {"earlier", rows_or_false(std::move(*earlier))},
      {"may_release", may_be_published(row.marking) && page.may("inform.publish", row.matter())},
      {"release", order.release},
      {"receivers", rows_or_false(receiver_boxes(page, *planned, order.authorities))}};
  return page.parts.pages.render(page.call, "inform/order", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer order_form(const InformCall& page) {
  auto view = warning_of(page);
  if (!view) return std::unexpected(std::move(view.error()));
  NoticeOrder order;
  order.seen = view->row.head;
  order.texts = {
      {view->row.plain.language, view->text.title, view->text.what_changed, std::string()}};
  return order_page(page, *view, order, nullptr);
}

Answer take_order(const InformCall& page, const Fields& fields) {
  auto view = warning_of(page);
  if (!view) return std::unexpected(std::move(view.error()));
  const auto seen = assess::digest_field(fields, "seen");
  const auto message = notice_message_of(fields.get("message"));
  if (!seen || !message)
    return base::fail(ErrorCode::invalid_input, "the form is not whole", seen ? "message" : "seen");
  NoticeOrder order;
  order.warning = view->row.object;
  order.seen = *seen;
  order.release = fields.has("release");
  order.message = *message;
  if (order.message != NoticeMessage::alert) order.replaces = fields.get("replaces");
  for (std::size_t i = 1; i <= text_blocks; ++i) {
    const auto field = [&](std::string_view name) {
      return std::string(fields.get(std::string(name) + "_" + std::to_string(i)));
    };
    NoticeText text{field("language"), field("headline"), field("description"),
                    field("instruction")};
    if (!text.headline.empty() || !text.description.empty()) order.texts.push_back(std::move(text));
  }
  for (const auto& [name, value] : fields.all())
    if (name.starts_with("to_"))
      order.authorities.push_back(std::string(authority_type) + ":" + name.substr(3));
  auto made = NoticeDesk(page.parts).order(page.session, order);
  if (made)
    return pagekit::redirect("/warnings/" + std::string(page.call.path_part("id")) + "#n-" +
                             std::string(assess::uuid_of(*made)));
  if (!assess::belongs_to_form(made.error())) return std::unexpected(std::move(made.error()));
  return order_page(page, *view, order, &made.error());
}

struct ReceiptForm {
  HandReceipt receipt;
  std::string at;     ///< as typed
  std::string reply;  ///< result of a dropped mail, in words
};

Answer receipt_page(const InformCall& page, const ReceiptForm& form, const base::Error* problem) {
  if (auto may = page.must("inform.receipt"); !may) return std::unexpected(std::move(may.error()));
  auto notice = find_notice(page.database, form.receipt.notice);
  if (!notice) return std::unexpected(std::move(notice.error()));
  auto authority = find_authority(page.database, form.receipt.authority);
  if (!authority) return std::unexpected(std::move(authority.error()));
  if (!*notice || !*authority)
    return base::fail(ErrorCode::not_found, "there is no such notice", page.call.request.path);
  if (auto may = NoticeDesk(page.parts).may_receive(page.session.person, page.database, **notice);
      !may)
    return std::unexpected(std::move(may.error()));
  auto receiver = receiver_of(page.database, form.receipt.notice, form.receipt.authority);
  if (!receiver) return std::unexpected(std::move(receiver.error()));
  constexpr std::array<std::string_view, 3> ways{"telephone", "paper", "mail"};
  const auto title = page.words.message("receipt_form.title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  put_problem(context, page.words, problem);
  const auto& receipt = form.receipt;
  context["receipt"] = json::object{
      {"action", page.call.request.path},
      {"back", "/warnings/" + std::string(assess::uuid_of((*notice)->warning))},
      {"authority", (*authority)->plain.name},
      {"sheet", page.call.request.path + "/sheet.pdf"},
      {"telephone",
       text_or_false(page.shown(receipt.authority, "telephone", (*authority)->telephone))},
      {"informed", page.words.time((*notice)->at)},
      {"replaced", *receiver && !(*receiver)->replaced_by.empty()},
      {"ways", assess::choices(page.words, "receipt_way", ways, receipt.way)},
      {"at", form.at},
      {"name", receipt.name},
      {"function", receipt.function},
      {"note", receipt.note},
      {"reply", text_or_false(form.reply)}};
  return page.parts.pages.render(page.call, "inform/receipt", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

ReceiptForm receipt_form(const InformCall& page) {
  ReceiptForm form;
  form.receipt.notice = assess::object_of(page.call, notice_type);
  form.receipt.authority =
      std::string(authority_type) + ":" + std::string(page.call.path_part("authority"));
  form.receipt.way = "telephone";
  constexpr std::size_t to_minutes = 16;
  form.at = base::format_instant(page.parts.desk.clock.now()).substr(0, to_minutes);
  return form;
}

/// A dropped reply fills the form; a person still reads it and presses the button.
Answer take_reply(const InformCall& page, const Fields& fields, ReceiptForm form) {
  auto found = NoticeDesk(page.parts).match_reply(page.session, fields.get("eml"));
  if (!found) {
    if (!assess::belongs_to_form(found.error()) && found.error().code != ErrorCode::not_found)
      return std::unexpected(std::move(found.error()));
    return receipt_page(page, form, &found.error());
  }
  form.receipt.way = "mail";
  std::string key = "receipt_form.reply_matches";
  if (found->notice != form.receipt.notice || found->authority != form.receipt.authority)
    key = "receipt_form.reply_of_another";
  else if (found->automatic)
    key = "receipt_form.reply_automatic";
  else if (!found->from_known_address)
    key = "receipt_form.reply_other_address";
  form.reply = page.words.message(key);
  return receipt_page(page, form, nullptr);
}

Answer take_receipt(const InformCall& page, const Fields& fields) {
  auto form = receipt_form(page);
  if (!base::trim(fields.get("eml")).empty()) return take_reply(page, fields, std::move(form));
  form.receipt.way = fields.get("way");
  form.receipt.name = fields.get("name");
  form.receipt.function = fields.get("function");
  form.receipt.note = fields.get("note");
  form.at = fields.get("at");
  std::string typed_at(base::trim(form.at));
  std::ranges::replace(typed_at, ' ', 'T');
  constexpr std::size_t to_minutes = 16;
  auto at = base::parse_instant(typed_at.size() == to_minutes ? typed_at + ":00Z" : typed_at);
  if (!at) {
    at.error().place = "at";
    return receipt_page(page, form, &at.error());
  }
  form.receipt.at = *at;
  auto done = NoticeDesk(page.parts).receive(page.session, form.receipt);
  if (!done) {
    if (!assess::belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
    return receipt_page(page, form, &done.error());
  }
  auto notice = find_notice(page.database, form.receipt.notice);
  if (!notice || !*notice) return pagekit::redirect("/warnings");
  return pagekit::redirect("/warnings/" + std::string(assess::uuid_of((*notice)->warning)));
}

// --- for those who have no account

Answer public_page(const InformParts& parts, const Call& call, const NoticeShown& shown,
                   const base::Error* problem, const Fields& typed) {
  const auto& words = parts.pages.words(call.language);
  const auto title = words.message("notice_page.title");
  auto context = parts.pages.context(call, {title, title, {}});
  put_problem(context, words, problem);
  json::value text = false;
  if (shown.text)
    text = json::object{{"language", shown.text->language},
                        {"headline", shown.text->headline},
                        {"description", shown.text->description},
                        {"instruction", text_or_false(shown.text->instruction)}};
  json::value replaced = false;
  if (shown.replaced)
    replaced = text_or_false(words.looked_up("notice_replaced", name_of(*shown.replaced)));
  const bool later = shown.receiver.to.page_form == Form::after_acknowledging;
  context["notice"] =
      json::object{{"action", call.request.path},
                   {"form_token", shown.form_token},
                   {"sender", parts.sender.member},
                   {"contact", parts.sender.contact},
                   {"authority", shown.authority_name},
                   {"marking", marking_words(shown.notice.marking)},
                   {"exercise", shown.notice.exercise},
                   {"message", words.looked_up("notice_message", name_of(shown.notice.message))},
                   {"when", words.time(shown.notice.at)},
                   {"reference", shown.notice.object},
                   {"replaced", std::move(replaced)},
                   {"text", std::move(text)},
                   {"later", later && !shown.receiver.acknowledged},
                   {"acknowledged", time_or_false(words, shown.receiver.acknowledged)},
                   {"name", std::string(typed.get("name"))},
                   {"function", std::string(typed.get("function"))}};
  auto answer = parts.pages.render(call, "inform/notice", context,
                                   problem == nullptr ? 200 : pagekit::status_of(problem->code));
  // The address is a secret: no page that it leads to may learn it.
  if (answer)
    for (auto& [name, value] : answer->headers)
      if (name == "Referrer-Policy") value = "no-referrer";
  return answer;
}

Answer show_notice(const InformParts& parts, const Call& call) {
  auto lease = parts.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto shown = NoticeDesk(parts).show(**lease, call.path_part("token"));
  if (!shown) {
    // The address is not repeated: what was tried stays out of pages and logs.
    shown.error().place.clear();
    return std::unexpected(std::move(shown.error()));
  }
  return public_page(parts, call, *shown, nullptr, Fields{});
}

Answer acknowledge_notice(const InformParts& parts, const Call& call) {
  const auto type = call.request.header("content-type");
  if (!type.starts_with("application/x-www-form-urlencoded"))
    return base::fail(ErrorCode::unsupported, "this address takes a form");
  const Fields fields(call.request.body);
  const NoticeDesk desk(parts);
  auto done = desk.acknowledge(call.path_part("token"), fields.get("answer"), fields.get("name"),
                               fields.get("function"));
  if (done) return pagekit::redirect(call.request.path);
  if (!assess::belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  auto lease = parts.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto shown = desk.show(**lease, call.path_part("token"));
  if (!shown) return std::unexpected(std::move(shown.error()));
  return public_page(parts, call, *shown, &done.error(), fields);
}

}  // namespace

void name_already_told(json::object& context, const InformCall& page, const NoticeOrder& order,
                       const base::Error* problem) {
  if (problem == nullptr || problem->code != ErrorCode::conflict) return;
  const auto told = already_told(page.parts.desk.vault, page.database, order);
  if (!told || !*told) return;
  const auto& earlier = **told;
  const auto authority = find_authority(page.database, earlier.authority);
  const bool known = authority && *authority;
  context["problem"] = json::object{
      {"text",
       page.words.message(
           "inform." + std::string(earlier.why),
           {{"authority", known ? (*authority)->plain.name : "–"},
            {"kind", page.words.looked_up("notice_message", name_of(earlier.notice.message))},
            {"when", std::string(page.words.time(earlier.notice.at).at("text").as_string())}})}};
}

void add_inform_order_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/warnings/{id}/inform", order_form);
  add_page(router, parts, "POST", "/warnings/{id}/inform", posted(take_order));
  add_page(router, parts, "GET", "/notices/{id}/receipts/{authority}",
           [](const InformCall& page) { return receipt_page(page, receipt_form(page), nullptr); });
  add_page(router, parts, "POST", "/notices/{id}/receipts/{authority}", posted(take_receipt));
}

void add_notice_routes(pagekit::Router& router, const InformParts& parts) {
  router.add({"GET", "/notice/{token}", {}, {}, {}, [&parts](const Call& call) {
                return show_notice(parts, call);
              }});
  router.add({"POST", "/notice/{token}", {}, {}, {}, [&parts](const Call& call) {
                return acknowledge_notice(parts, call);
              }});
}

}  // namespace tocsin::inform
