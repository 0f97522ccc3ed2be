// SPDX-License-Identifier: Apache-2.0
#include "inform/outgoing_message.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "inform/desk_mail.hpp"
#include "inform/emergency_mail.hpp"
#include "inform/mail_message.hpp"
#include "inform/marking_now.hpp"
#include "inform/webhook.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;

/// Everything that a message is made of.
struct Parcel {
  const InformParts& parts;
  store::Database& database;
  const OutboxRow& row;
  NoticeRow notice;
  ReceiverRow receiver;
  Authority authority;
  std::vector<NoticeText> texts;
  std::string link;
  Form form = Form::none;
};

/// The words of a language, or English where there is no catalogue for it.
const pagekit::Words& words_in(const InformParts& parts, std::string_view language) {
  const auto base = std::string(language.substr(0, language.find('-')));
  const auto known = parts.pages.parts().web.languages();
  const bool there = std::ranges::find(known, base) != known.end();
  return parts.pages.words(there ? base : "en");
}

std::string marking_text(const ledger::Marking& marking) {
  return "TLP:" + marking.tlp + " PAP:" + marking.pap;
}

/// Short enough to say on the telephone; says nothing about what it is of.
std::string reference_of(std::string_view notice) {
  constexpr std::size_t digits = 12;
  return std::string(notice.substr(notice.size() - std::min(digits, notice.size())));
}

std::string content_text(const Parcel& parcel, const pagekit::Words& words) {
  const auto& text = text_in(parcel.texts, parcel.receiver.to.language);
  std::string out = marking_text(parcel.notice.marking) + "\n\n";
  if (parcel.notice.exercise) out += words.message("notice_mail.exercise") + "\n\n";
  if (parcel.notice.message != NoticeMessage::alert)
    out += words.message("notice_mail." + std::string(name_of(parcel.notice.message))) + "\n\n";
  out += text.headline + "\n\n" + text.description + "\n";
  if (!text.instruction.empty()) out += "\n" + text.instruction + "\n";
  return out + "\n" + words.message("notice_mail.acknowledge") + "\n" + parcel.link + "\n\n" +
         words.message("notice_mail.contact") + "\n" + parcel.parts.sender.contact + "\n";
}

/// Says that there is something, and nothing about what.
std::string link_text(const Parcel& parcel, const pagekit::Words& words, bool chase) {
  std::string out = words.message(chase ? "notice_mail.chase_body" : "notice_mail.link_body",
                                  {{"member", parcel.parts.sender.member}});
  if (parcel.notice.exercise) out += "\n\n" + words.message("notice_mail.exercise");
  return out + "\n" + parcel.link + "\n\n" + words.message("notice_mail.contact") + "\n" +
         parcel.parts.sender.contact + "\n";
}

Result<OutgoingMessage> mail_of(const Parcel& parcel) {
  const auto& words = words_in(parcel.parts, parcel.receiver.to.language);
  const bool chase = parcel.row.kind == kind_chase;
  const bool says_content =
      !chase && (parcel.form == Form::content || parcel.form == Form::encrypted);
  MailDraft draft;
  draft.from = parcel.parts.sender.mail_from;
  draft.to = parcel.authority.address;
  draft.message_id = parcel.row.message_id;
  draft.date = parcel.notice.at;
  if (chase)
    draft.in_reply_to = message_id_of(parcel.notice.object, parcel.receiver.to.authority,
                                      kind_notice, 0, parcel.parts.sender.mail_from);
  const auto reference = reference_of(parcel.notice.object);
  // A subject is never encrypted, so it says something only where everything may be said.
  draft.subject = says_content && parcel.form == Form::content
                      ? text_in(parcel.texts, parcel.receiver.to.language).headline
                      : words.message(chase ? "notice_mail.chase_subject" : "notice_mail.subject",
                                      {{"reference", reference}});
  if (parcel.notice.exercise)
    draft.subject = words.message("notice_mail.exercise_mark") + " " + draft.subject;
  draft.text = says_content ? content_text(parcel, words) : link_text(parcel, words, chase);
  if (parcel.form == Form::encrypted) draft.certificate = parcel.authority.certificate;
  auto data = compose_mail(draft);
  if (!data) return std::unexpected(std::move(data.error()));
  return OutgoingMessage{net::Mail{draft.from, draft.to, std::move(*data)}, {}};
}

json::array texts_json(const std::vector<NoticeText>& texts) {
  json::array list;
  for (const auto& text : texts)
    list.push_back(json::object{{"language", text.language},
                                {"headline", text.headline},
                                {"description", text.description},
                                {"instruction", text.instruction}});
  return list;
}

Result<OutgoingMessage> post_of(const Parcel& parcel) {
  const bool chase = parcel.row.kind == kind_chase;
  net::Post post;
  post.url = parcel.authority.address;
  if (parcel.receiver.to.channel == Channel::cap && parcel.form == Form::content) {
    auto alert = cap_alert(parcel.parts, parcel.database, parcel.notice, parcel.texts,
                           {parcel.authority.name});
    if (!alert) return std::unexpected(std::move(alert.error()));
    auto xml = formats::write_cap(*alert);
    if (!xml) return std::unexpected(std::move(xml.error()));
    post.content_type = "application/cap+xml";
    post.body = std::move(*xml);
  } else {
    json::object body{
        {"version", 1},
        {"kind", parcel.row.kind},
        {"notice", parcel.notice.object},
        {"message", name_of(parcel.notice.message)},
        {"replaces", parcel.notice.replaces},
        {"exercise", parcel.notice.exercise},
        {"marking", {{"tlp", parcel.notice.marking.tlp}, {"pap", parcel.notice.marking.pap}}},
        {"sent", ledger::format_moment(parcel.notice.at)},
        {"sender", parcel.parts.sender.member},
        {"acknowledge_at", parcel.link}};
    if (!chase && parcel.form == Form::content) {
      body["urgency"] = parcel.notice.levels.urgency;
      body["severity"] = parcel.notice.levels.severity;
      body["certainty"] = parcel.notice.levels.certainty;
      body["texts"] = texts_json(parcel.texts);
    }
    post.content_type = "application/json";
    post.body = json::serialize(body);
  }
  post.headers = sign_webhook(parcel.authority.webhook_secret, parcel.row.message_id,
                              parcel.parts.desk.clock.now(), post.body);
  return OutgoingMessage{{}, std::move(post)};
}

}  // namespace

Result<formats::CapAlert> cap_alert(const InformParts& parts, store::Database& database,
                                    const NoticeRow& notice, const std::vector<NoticeText>& texts,
                                    std::vector<std::string> addresses) {
  formats::CapAlert alert;
  alert.identifier = notice.object;
  alert.sender =
      parts.sender.mail_from.empty() ? std::string("tocsin.invalid") : parts.sender.mail_from;
  alert.sent = notice.at;
  alert.exercise = notice.exercise;
  alert.message = static_cast<formats::CapMessage>(notice.message);
  alert.is_public = notice.released && may_be_published(notice.marking);
  if (!alert.is_public) {
    alert.restriction = marking_text(notice.marking);
    alert.addresses = std::move(addresses);
  }
  // An update names all that it follows, back to the first.
  std::string earlier = notice.replaces;
  constexpr int chain_max = 50;
  for (int i = 0; i < chain_max && !earlier.empty(); ++i) {
    auto found = find_notice(database, earlier);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) break;
    alert.references.push_back({alert.sender, (*found)->object, (*found)->at});
    earlier = (*found)->replaces;
  }
  for (const auto& text : texts) {
    formats::CapInfo info;
    info.language = text.language;
    info.event = words_in(parts, text.language).message("notice_mail.cap_event");
    info.urgency = notice.levels.urgency;
    info.severity = notice.levels.severity;
    info.certainty = notice.levels.certainty;
    info.sender_name = parts.sender.member;
    info.headline = text.headline;
    info.description = text.description;
    info.instruction = text.instruction;
    alert.infos.push_back(std::move(info));
  }
  return alert;
}

Result<OutgoingMessage> compose(const InformParts& parts, store::Database& database,
                                const OutboxRow& row) {
  if (row.kind == kind_desk) return compose_desk_mail(parts, database, row);
  if (row.kind == kind_emergency) return compose_emergency_mail(parts, database, row);
  auto notice = find_notice(database, row.about);
  if (!notice) return std::unexpected(std::move(notice.error()));
  auto receiver = receiver_of(database, row.about, row.receiver);
  if (!receiver) return std::unexpected(std::move(receiver.error()));
  auto entry = find_authority(database, row.receiver);
  if (!entry) return std::unexpected(std::move(entry.error()));
  if (!*notice || !*receiver || !*entry)
    return fail(ErrorCode::not_found, "the notice or the authority is gone", row.message_id);
  // It was on its way when a later notice was ordered, or when the receipt came.
  if (!(*receiver)->replaced_by.empty() || (row.kind == kind_chase && (*receiver)->acknowledged))
    return fail(ErrorCode::conflict, "this need not go any more", row.message_id);
  // What became stricter since it was ordered holds for what still leaves.
  auto marking = marking_now(database, **notice);
  if (!marking) return std::unexpected(std::move(marking.error()));
  (*notice)->marking = std::move(*marking);
  if ((*entry)->closed)
    return fail(ErrorCode::conflict, "this authority is closed in the directory", row.message_id);
  auto authority = open_authority(parts.desk.vault, database, **entry);
  if (!authority) return std::unexpected(std::move(authority.error()));
  Parcel parcel{
      parts, database, row,       std::move(**notice), std::move(**receiver), std::move(*authority),
      {},    {},       Form::none};
  // The entry as it is now decides: a certificate may have ended, a clearance been lowered.
  const auto plan =
      plan_for(parcel.authority, parcel.notice.marking, parts.rules, parts.desk.clock.now());
  parcel.form = plan.form;
  if (parcel.form == Form::none)
    return fail(ErrorCode::invalid_input, "nothing may go to this authority by this channel",
                row.message_id, "hand it over, or change the directory");
  auto texts = open_notice(parts.desk.vault, database, parcel.notice);
  if (!texts) return std::unexpected(std::move(texts.error()));
  parcel.texts = std::move(*texts);
  auto link = NoticeDesk(parts).link(database, row.about, row.receiver);
  if (!link) return std::unexpected(std::move(link.error()));
  parcel.link = std::move(*link);
  if (plan.channel == Channel::email || plan.channel == Channel::smime) return mail_of(parcel);
  parcel.receiver.to.channel = plan.channel;
  if (plan.channel == Channel::webhook || plan.channel == Channel::cap) return post_of(parcel);
  return fail(ErrorCode::invalid_input, "this is handed over by a person", row.message_id);
}

}  // namespace tocsin::inform
