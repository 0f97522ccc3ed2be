// SPDX-License-Identifier: Apache-2.0
#include "inform/notice_desk.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "assess/cited.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/cap_writer.hpp"
#include "inform/already_told.hpp"
#include "inform/desk_mail.hpp"
#include "inform/emergency_mail.hpp"
#include "inform/mail_message.hpp"
#include "inform/marking_now.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

constexpr std::string_view token_secret_name = "notice-token";

std::string hash_of(std::string_view token) {
  return base::to_hex(base::sha256(token));
}

std::string token_of(const base::Secret& secret, std::string_view notice,
                     std::string_view authority) {
  return base::base64url(base::hmac_sha256(
      secret.bytes(), "page\n" + std::string(notice) + "\n" + std::string(authority)));
}

/// An alert is XML: what that cannot hold would leave a text other than the one that was ordered.
Status check_signs(const NoticeText& text) {
  for (const auto& [place, value] : {std::pair("headline_signs", &text.headline),
                                     {"description_signs", &text.description},
                                     {"instruction_signs", &text.instruction}})
    if (!formats::is_xml_text(*value))
      return fail(ErrorCode::invalid_input, "this holds a sign that no alert can carry", place,
                  "delete it, or type that part again");
  return {};
}

/// How what is ordered is marked: as its warning is now, and a cancel as what it takes back was
/// when that left, so that whoever is cleared for that can always do it.
Result<ledger::Marking> marking_ordered(store::Database& database, const WarningRow& warning,
                                        const NoticeOrder& order) {
  if (order.message != NoticeMessage::cancel) return marking_now(database, warning);
  auto earlier = find_notice(database, order.replaces);
  if (!earlier) return std::unexpected(std::move(earlier.error()));
  if (!*earlier || (*earlier)->warning != order.warning)
    return fail(ErrorCode::invalid_input, "this is no notice of this warning", "replaces");
  return (*earlier)->marking;
}

}  // namespace

Result<base::Secret> NoticeDesk::token_secret(store::Database& database) const {
  return parts_.desk.vault.read(database, token_secret_name);
}

Result<std::vector<Planned>> NoticeDesk::plan(store::Database& database,
                                              const ledger::Marking& marking) const {
  auto rows = list_authorities(database);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<Planned> planned;
  for (auto& row : *rows) {
    auto authority = open_authority(parts_.desk.vault, database, row);
    if (!authority) return std::unexpected(std::move(authority.error()));
    auto plan = plan_for(*authority, marking, parts_.rules, parts_.desk.clock.now());
    planned.push_back({std::move(row), std::move(plan), parts_.rules.form(marking, Channel::page)});
  }
  return planned;
}

Status NoticeDesk::check(const NoticeOrder& order) const {
  if (order.texts.empty() || order.texts.size() > notice_texts_max)
    return fail(ErrorCode::invalid_input, "a notice says something in one to six languages",
                "texts", "write at least one text");
  std::set<std::string, std::less<>> languages;
  for (const auto& text : order.texts) {
    if (!languages.insert(text.language).second)
      return fail(ErrorCode::invalid_input, "one language stands there twice", "language");
    // What an alert cannot name would fail only when it is sent.
    if (!formats::is_cap_language(text.language))
      return fail(ErrorCode::invalid_input, "this is no language", "language",
                  "give a code such as en or pt-BR");
    if (auto good = check_field("headline", text.headline, title_bytes_max, true); !good)
      return good;
    if (text.headline.find('\n') != std::string::npos)
      return fail(ErrorCode::invalid_input, "a headline is one line", "headline");
    if (auto good = check_field("description", text.description, notice_text_bytes_max, true);
        !good)
      return good;
    if (auto good = check_field("instruction", text.instruction, notice_text_bytes_max, false);
        !good)
      return good;
    if (auto good = check_signs(text); !good) return good;
  }
  if (order.authorities.empty() || order.authorities.size() > notice_receivers_max)
    return fail(ErrorCode::invalid_input, "nobody is chosen, or too many", "authorities",
                "choose whom to inform");
  if ((order.message == NoticeMessage::alert) != order.replaces.empty())
    return fail(ErrorCode::invalid_input, "an update or cancel names what it replaces", "replaces");
  return {};
}

Result<WarningRow> NoticeDesk::ordered_warning(ledger::Pen& pen, const people::Session& session,
                                               const NoticeOrder& order) const {
  auto found = find_warning(pen.database(), order.warning);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return fail(ErrorCode::not_found, "there is no such warning", order.warning);
  auto& row = **found;
  auto marking = marking_ordered(pen.database(), row, order);
  if (!marking) return std::unexpected(std::move(marking.error()));
  row.marking = std::move(*marking);
  if (auto may = parts_.desk.permissions.may(session.person, "inform.send", row.matter()); !may)
    return std::unexpected(std::move(may.error()));
  if (row.head != order.seen)
    return fail(ErrorCode::conflict, "someone changed this warning meanwhile", order.warning,
                "look at where it stands now");
  // Taking something back endangers nobody; saying more of it may.
  if (order.message != NoticeMessage::cancel)
    if (auto safe = assess::check_nobody_endangered(pen.database(), row.situation, true); !safe)
      return std::unexpected(std::move(safe.error()));
  if (row.erased())
    return fail(ErrorCode::conflict, "the texts of this warning were erased", "warning_erased");
  if (row.choice != name_of(WarningStep::act))
    return fail(ErrorCode::conflict, "authorities are informed of a decision to act", order.warning,
                "wait for the decision");
  if (order.release) {
    if (auto may = parts_.desk.permissions.may(session.person, "inform.publish", row.matter());
        !may)
      return std::unexpected(std::move(may.error()));
    if (!may_be_published(row.marking))
      return fail(ErrorCode::forbidden, "only what is TLP:CLEAR and PAP:CLEAR is published",
                  order.warning);
  }
  if (!order.replaces.empty()) {
    auto earlier = find_notice(pen.database(), order.replaces);
    if (!earlier) return std::unexpected(std::move(earlier.error()));
    if (!*earlier || (*earlier)->warning != order.warning)
      return fail(ErrorCode::invalid_input, "this is no notice of this warning", "replaces");
  }
  return std::move(row);
}

Result<Receiver> NoticeDesk::receiver(ledger::Pen& pen, std::string_view notice,
                                      std::string_view authority, const ledger::Marking& marking,
                                      const base::Secret& secret) const {
  auto row = find_authority(pen.database(), authority);
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row || (*row)->closed)
    return fail(ErrorCode::invalid_input, "there is no such authority", "authorities",
                "choose from the directory");
  auto opened = open_authority(pen.vault(), pen.database(), **row);
  if (!opened) return std::unexpected(std::move(opened.error()));
  const auto plan = plan_for(*opened, marking, parts_.rules, pen.now());
  if (plan.refusal == "clearance" || plan.refusal == "no_address")
    return fail(ErrorCode::forbidden, "this authority may not be told at this marking",
                (*row)->plain.name, "choose others, or have its clearance changed");
  return Receiver{std::string(authority),
                  (*row)->revision,
                  plan.channel,
                  plan.form,
                  parts_.rules.form(marking, Channel::page),
                  (*row)->plain.language,
                  hash_of(token_of(secret, notice, authority))};
}

Status NoticeDesk::put_in_outbox(ledger::Pen& pen, const std::string& notice,
                                 const std::vector<Receiver>& receivers) const {
  // What this one replaces must not follow it: after a pause of the network the older would.
  auto replaced = replaced_by(pen.database(), notice);
  if (!replaced) return std::unexpected(std::move(replaced.error()));
  for (const auto& one : *replaced)
    if (auto done = drop_replaced(pen.database(), one.notice, one.to.authority, pen.now()); !done)
      return done;
  for (const auto& one : receivers) {
    const bool by_hand = one.channel == Channel::print || one.form == Form::none;
    const OutboxRow row{
        message_id_of(notice, one.authority, kind_notice, 0, parts_.sender.mail_from),
        notice,
        one.authority,
        std::string(kind_notice),
        0,
        {by_hand ? DeliveryState::by_hand : DeliveryState::waiting, 0, pen.now()},
        {},
        {}};
    if (auto kept = add_delivery(pen.database(), row); !kept) return kept;
  }
  return {};
}

Result<std::string> NoticeDesk::order(const people::Session& session, NoticeOrder order) const {
  for (auto& text : order.texts)
    for (auto* one : {&text.language, &text.headline, &text.description, &text.instruction})
      *one = tidied(*one);
  if (auto good = check(order); !good) return std::unexpected(std::move(good.error()));
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<std::string> {
    auto warning = ordered_warning(pen, session, order);
    if (!warning) return std::unexpected(std::move(warning.error()));
    // A notice does not move the warning's head, so that alone would let a form in twice.
    auto told = already_told(pen.vault(), pen.database(), order);
    if (!told) return std::unexpected(std::move(told.error()));
    if (*told)
      return fail(ErrorCode::conflict, "an authority has this already by " + (*told)->notice.object,
                  std::string((*told)->why), "look at what it was told");
    auto secret = pen.vault().read(pen.database(), token_secret_name);
    if (!secret && secret.error().code == ErrorCode::not_found) {
      auto fresh = base::Secret::random(base::sealing_key_size);
      if (auto kept = pen.vault().keep(pen.database(), token_secret_name, fresh); !kept)
        return std::unexpected(std::move(kept.error()));
      secret = std::move(fresh);
    }
    if (!secret) return std::unexpected(std::move(secret.error()));
    const auto object = pen.new_object(notice_type);
    if (auto key = pen.vault().make_data_key(pen.database(), receipt_key_of(object)); !key)
      return std::unexpected(std::move(key.error()));
    const std::set<std::string> chosen(order.authorities.begin(), order.authorities.end());
    std::vector<Receiver> receivers;
    for (const auto& authority : chosen) {
      auto one = receiver(pen, object, authority, warning->marking, *secret);
      if (!one) return std::unexpected(std::move(one.error()));
      receivers.push_back(std::move(*one));
    }
    NoticeRow notice;
    notice.warning = order.warning;
    notice.decision = warning->decision;
    notice.message = order.message;
    notice.replaces = order.replaces;
    notice.released = order.release;
    notice.exercise = warning->plain.exercise;
    notice.levels = parts_.rules.cap_levels(warning->plain.urgency, warning->plain.scale,
                                            warning->plain.confidence);
    notice.by = session.person.account;
    notice.marking = warning->marking;
    notice.urgency = warning->plain.urgency;
    auto done =
        pen.append(notice_revision(object, notice, order.texts, receivers), session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    if (auto queued = put_in_outbox(pen, object, receivers); !queued)
      return std::unexpected(std::move(queued.error()));
    return object;
  });
}

namespace {

/// Appends one receipt; nothing where this authority has acknowledged and the page asks again.
template <class Append>
Status record(ledger::Pen& pen, const NoticeRow& notice, const HandReceipt& receipt,
              std::string_view by, Append append) {
  ledger::Draft draft;
  draft.object = pen.new_object(receipt_type);
  draft.type = receipt_type;
  draft.marking = notice.marking;
  draft.fields = {{"notice", receipt.notice},
                  {"authority", receipt.authority},
                  {"way", receipt.way},
                  {"at", ledger::format_moment(receipt.at)},
                  {"by", by},
                  {"name", receipt.name},
                  {"function", receipt.function},
                  {"note", receipt.note}};
  draft.sealed = {"name", "function", "note"};
  draft.data_key = receipt_key_of(receipt.notice);
  auto done = append(draft);
  if (!done) return std::unexpected(std::move(done.error()));
  return drop_waiting(pen.database(), receipt.notice, receipt.authority);
}

Status check_receipt(const HandReceipt& receipt) {
  if (auto good = check_field("name", receipt.name, receipt_name_bytes_max, true); !good)
    return good;
  if (auto good = check_field("function", receipt.function, receipt_name_bytes_max, true); !good)
    return good;
  return check_field("note", receipt.note, reasons_bytes_max, false);
}

}  // namespace

Status NoticeDesk::may_receive(const people::Person& person, store::Database& database,
                               const NoticeRow& notice) const {
  auto marking = marking_now(database, notice);
  if (!marking) return std::unexpected(std::move(marking.error()));
  return parts_.desk.permissions.may(person, "inform.receipt", {.tlp = marking->tlp});
}

Status NoticeDesk::receive(const people::Session& session, const HandReceipt& given) const {
  auto receipt = given;
  for (auto* one : {&receipt.name, &receipt.function, &receipt.note}) *one = tidied(*one);
  if (receipt.way != "telephone" && receipt.way != "paper" && receipt.way != "mail")
    return fail(ErrorCode::invalid_input, "this is no way of acknowledging", "way",
                "choose telephone, paper or mail");
  if (auto good = check_receipt(receipt); !good) return good;
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    if (auto may = parts_.desk.permissions.may(session.person, "inform.receipt"); !may) return may;
    auto notice = find_notice(pen.database(), receipt.notice);
    if (!notice) return std::unexpected(std::move(notice.error()));
    auto row = receiver_of(pen.database(), receipt.notice, receipt.authority);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*notice || !*row)
      return fail(ErrorCode::not_found, "this authority was not told by this notice");
    if (auto may = may_receive(session.person, pen.database(), **notice); !may) return may;
    if ((*notice)->texts.empty())
      return fail(ErrorCode::conflict, "the texts of this warning were erased", "warning_erased");
    // People give minutes: the minute of the notice itself counts as after it.
    if (receipt.at >= std::chrono::floor<std::chrono::minutes>((*notice)->at))
      receipt.at = std::max(receipt.at, (*notice)->at);
    if (receipt.at > pen.now() || receipt.at < (*notice)->at)
      return fail(ErrorCode::invalid_input, "this is before the notice or in the future", "at",
                  "give the time at which it was acknowledged");
    return record(pen, **notice, receipt, session.person.account,
                  [&](const ledger::Draft& draft) { return pen.append(draft, session.author()); });
  });
}

Result<NoticeDesk::Answered> NoticeDesk::match_reply(const people::Session& session,
                                                     std::string_view eml) const {
  if (auto may = parts_.desk.permissions.may(session.person, "inform.receipt"); !may)
    return std::unexpected(std::move(may.error()));
  auto head = read_reply(eml);
  if (!head) return std::unexpected(std::move(head.error()));
  auto lease = parts_.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto& database = **lease;
  for (auto id = head->answers.rbegin(); id != head->answers.rend(); ++id) {
    auto row = find_delivery(database, *id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row || (*row)->kind == kind_desk || (*row)->kind == kind_emergency) continue;
    Answered answered{(*row)->about, (*row)->receiver, false, head->automatic};
    auto authority = find_authority(database, answered.authority);
    if (!authority) return std::unexpected(std::move(authority.error()));
    if (*authority) {
      auto opened = open_authority(parts_.desk.vault, database, **authority);
      if (!opened) return std::unexpected(std::move(opened.error()));
      answered.from_known_address =
          !head->from.empty() && base::lower(opened->address) == head->from;
    }
    return answered;
  }
  return fail(ErrorCode::not_found, "this mail answers none of our messages", "reply",
              "record the receipt by hand");
}

Result<NoticeShown> NoticeDesk::show(store::Database& database, std::string_view token) const {
  const auto unknown = [] {
    return fail(ErrorCode::not_found, "there is no such notice", {},
                "check the address, or call the sender");
  };
  // The look-up is by a hash, so its time says nothing about the token.
  auto receiver = receiver_by_token(database, hash_of(token));
  if (!receiver) return std::unexpected(std::move(receiver.error()));
  if (!*receiver) return unknown();
  auto secret = token_secret(database);
  if (!secret) return std::unexpected(std::move(secret.error()));
  if (!base::equal_secrets(token,
                           token_of(*secret, (*receiver)->notice, (*receiver)->to.authority)))
    return unknown();
  auto notice = find_notice(database, (*receiver)->notice);
  if (!notice) return std::unexpected(std::move(notice.error()));
  // What was erased says nothing any more, and takes no receipt.
  if (!*notice || (*notice)->texts.empty()) return unknown();
  auto marking = marking_now(database, **notice);
  if (!marking) return std::unexpected(std::move(marking.error()));
  (*notice)->marking = std::move(*marking);
  auto& page_form = (*receiver)->to.page_form;
  page_form = std::max(page_form, parts_.rules.form((*notice)->marking, Channel::page));
  NoticeShown shown{std::move(**notice), std::move(**receiver), {}, {}, {}, {}};
  if (!shown.receiver.replaced_by.empty()) {
    auto later = find_notice(database, shown.receiver.replaced_by);
    if (!later) return std::unexpected(std::move(later.error()));
    if (*later) shown.replaced = (*later)->message;
  }
  auto authority = find_authority(database, shown.receiver.to.authority);
  if (!authority) return std::unexpected(std::move(authority.error()));
  if (*authority) shown.authority_name = (*authority)->plain.name;
  shown.form_token =
      base::base64url(base::hmac_sha256(secret->bytes(), "form\n" + std::string(token)));
  const bool readable =
      shown.receiver.to.page_form == Form::content ||
      (shown.receiver.to.page_form == Form::after_acknowledging && shown.receiver.acknowledged);
  if (readable) {
    auto texts = open_notice(parts_.desk.vault, database, shown.notice);
    if (!texts) return std::unexpected(std::move(texts.error()));
    shown.text = text_in(*texts, shown.receiver.to.language);
  }
  return shown;
}

Status NoticeDesk::acknowledge(std::string_view token, std::string_view form_token,
                               std::string_view given_name, std::string_view given_function) const {
  HandReceipt receipt;
  receipt.way = "page";
  receipt.name = tidied(given_name);
  receipt.function = tidied(given_function);
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto shown = show(**lease, token);
    if (!shown) return std::unexpected(std::move(shown.error()));
    if (!base::equal_secrets(form_token, shown->form_token))
      return fail(ErrorCode::forbidden, "the form is too old, or came from elsewhere", {},
                  "open the page again and press the button there");
    receipt.notice = shown->notice.object;
    receipt.authority = shown->receiver.to.authority;
  }
  if (auto good = check_receipt(receipt); !good) return good;
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    auto row = receiver_of(pen.database(), receipt.notice, receipt.authority);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row || (*row)->acknowledged) return {};
    auto notice = find_notice(pen.database(), receipt.notice);
    if (!notice) return std::unexpected(std::move(notice.error()));
    if (!*notice || (*notice)->texts.empty())
      return fail(ErrorCode::not_found, "there is no such notice");
    receipt.at = pen.now();
    return record(pen, **notice, receipt, {},
                  [&](const ledger::Draft& draft) { return pen.append_as_node(draft); });
  });
}

Result<std::string> NoticeDesk::link(store::Database& database, std::string_view notice,
                                     std::string_view authority) const {
  auto secret = token_secret(database);
  if (!secret) return std::unexpected(std::move(secret.error()));
  return parts_.sender.base_url + "/notice/" + token_of(*secret, notice, authority);
}

}  // namespace tocsin::inform
