// SPDX-License-Identifier: Apache-2.0
#include "inform/notice_sheet.hpp"

#include <algorithm>
#include <array>

#include "assess/assess_pages.hpp"
#include "inform/inform_pages.hpp"
#include "inform/marking_now.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using formats::PdfPart;

/// Languages written from right to left.
bool is_right_to_left(std::string_view language) {
  constexpr std::array<std::string_view, 5> all{"ar", "fa", "he", "ps", "ur"};
  return std::ranges::find(all, language.substr(0, 2)) != all.end();
}

/// What holds for sending holds for paper too, as the notice is marked now.
base::Status may_be_handed_over(const InformCall& page, const NoticeRow& notice,
                                const ReceiverRow& receiver, const AuthorityRow& authority) {
  if (notice.texts.empty())
    return base::fail(ErrorCode::not_found, "the texts of this warning were erased", notice.object);
  if (!receiver.replaced_by.empty())
    return base::fail(ErrorCode::conflict, "a later notice went to this authority", notice.object,
                      "print the later one");
  if (ledger::strictness_tlp(authority.plain.clearance) <
          ledger::strictness_tlp(notice.marking.tlp) ||
      page.parts.rules.form(notice.marking, Channel::print) == Form::none)
    return base::fail(
        ErrorCode::forbidden, "this authority may not be given what the notice is marked with now",
        authority.plain.name, "change its clearance in the directory, or the marking");
  return {};
}

pagekit::Answer sheet(const InformCall& page) {
  const auto object = assess::object_of(page.call, notice_type);
  const auto authority_id =
      std::string(authority_type) + ":" + std::string(page.call.path_part("authority"));
  auto notice = find_notice(page.database, object);
  if (!notice) return std::unexpected(std::move(notice.error()));
  auto receiver = receiver_of(page.database, object, authority_id);
  if (!receiver) return std::unexpected(std::move(receiver.error()));
  auto authority = find_authority(page.database, authority_id);
  if (!authority) return std::unexpected(std::move(authority.error()));
  if (!*notice || !*receiver || !*authority)
    return base::fail(ErrorCode::not_found, "there is no such notice", page.call.request.path);
  // Who may print the warning may print what is told of it; reading it is noted there.
  auto view = WarningDesk(page.parts).read(page.session.person, page.database, (*notice)->warning);
  if (!view) return std::unexpected(std::move(view.error()));
  if (auto may = page.must("warning.print", view->row.matter()); !may)
    return std::unexpected(std::move(may.error()));
  auto marking = marking_now(page.database, **notice);
  if (!marking) return std::unexpected(std::move(marking.error()));
  (*notice)->marking = std::move(*marking);
  if (auto may = may_be_handed_over(page, **notice, **receiver, **authority); !may)
    return std::unexpected(std::move(may.error()));
  auto texts = open_notice(page.parts.desk.vault, page.database, **notice);
  if (!texts) return std::unexpected(std::move(texts.error()));
  const auto& text = text_in(*texts, (*receiver)->to.language);
  auto pdf = formats::write_pdf(
      notice_sheet(**notice, text,
                   {page.parts.sender.member, page.parts.sender.contact, (*authority)->plain.name},
                   page.parts.pages.words(text.language)));
  if (!pdf) return std::unexpected(std::move(pdf.error()));
  return pagekit::shown_file(std::move(pdf->bytes), "application/pdf", "notice.pdf");
}

}  // namespace

formats::PdfSheet notice_sheet(const NoticeRow& notice, const NoticeText& text,
                               const NoticeSides& sides, const pagekit::Words& words) {
  formats::PdfSheet sheet;
  sheet.language = text.language;
  sheet.right_to_left = is_right_to_left(text.language);
  sheet.title = words.message("notice_page.title");
  sheet.marking = "TLP:" + notice.marking.tlp + "  PAP:" + notice.marking.pap;
  if (notice.exercise) sheet.marking = words.message("mark.exercise") + "  " + sheet.marking;
  sheet.foot = sides.sender + "  ·  " + notice.object;
  sheet.made = notice.at;
  const auto add = [&](PdfPart::Kind kind, std::string words_of_it) {
    if (!words_of_it.empty()) sheet.parts.push_back({kind, std::move(words_of_it)});
  };
  const auto pair = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) add(PdfPart::Kind::note, words.message(key) + ": " + value);
  };
  add(PdfPart::Kind::title, text.headline);
  pair("notice_page.from", sides.sender);
  pair("notice_page.to", sides.authority);
  pair("notice_page.kind", words.looked_up("notice_message", name_of(notice.message)));
  pair("notice_page.time", std::string(words.time(notice.at).at("text").as_string()));
  pair("notice_page.contact", sides.contact);
  add(PdfPart::Kind::text, text.description);
  add(PdfPart::Kind::text, text.instruction);
  add(PdfPart::Kind::heading, words.message("notice_page.received"));
  // Room to write on paper; who brings it back has it entered by hand.
  for (const auto* key : {"receipt_form.name", "receipt_form.function", "notice_page.received_at"})
    add(PdfPart::Kind::text, words.message(key) + ": " + std::string(40, '.'));
  return sheet;
}

void add_notice_sheet_route(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/notices/{id}/receipts/{authority}/sheet.pdf", sheet);
}

}  // namespace tocsin::inform
