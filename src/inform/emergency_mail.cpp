// SPDX-License-Identifier: Apache-2.0
#include "inform/emergency_mail.hpp"

#include "inform/desk_mail.hpp"
#include "inform/mail_message.hpp"
#include "people/account_tables.hpp"

namespace tocsin::inform {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

Status tell_of_emergency(const InformParts& parts, ledger::Pen& pen, std::string_view emergency) {
  if (parts.sender.mail_from.empty()) return {};
  auto accounts = people::list_accounts(pen.database());
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  for (const auto& account : *accounts) {
    if (account.state != people::AccountState::active) continue;
    if (!people::is_trustee(account.standing.roles)) continue;
    // A contact that is a telephone, or whose key is gone, gets no mail; the pages say it anyway.
    const auto open = people::open_account(pen.database(), parts.desk.vault, account);
    if (!open || !net::check_mail_address(open->contact)) continue;
    const OutboxRow row{
        message_id_of(emergency, account.object, kind_emergency, 1, parts.sender.mail_from),
        std::string(emergency),
        account.object,
        std::string(kind_emergency),
        1,
        {DeliveryState::waiting, 0, pen.now()},
        {},
        {}};
    if (auto kept = add_delivery(pen.database(), row); !kept) return kept;
  }
  return {};
}

Result<OutgoingMessage> compose_emergency_mail(const InformParts& parts, store::Database& database,
                                               const OutboxRow& row) {
  auto account = people::find_account(database, row.receiver);
  if (!account) return std::unexpected(std::move(account.error()));
  auto open = people::open_account(database, parts.desk.vault, *account);
  if (!open) return std::unexpected(std::move(open.error()));
  // The account as it is now decides: it may have been closed, or watch over nothing any more.
  if (account->state != people::AccountState::active ||
      !people::is_trustee(account->standing.roles) || !net::check_mail_address(open->contact))
    return fail(ErrorCode::invalid_input, "this account gets no mail any more", row.message_id);
  return own_mail(parts, row, open->contact, "notice_mail.emergency_subject",
                  "notice_mail.emergency_body", "/emergency");
}

}  // namespace tocsin::inform
