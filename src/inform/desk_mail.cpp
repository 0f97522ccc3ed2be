// SPDX-License-Identifier: Apache-2.0
#include "inform/desk_mail.hpp"

#include <algorithm>
#include <array>

#include "inform/mail_message.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

bool may_move(const people::Permissions& permissions, const people::Account& account,
              std::span<const std::string_view> acts, const people::Matter& matter) {
  const people::Person person{account.object,
                              {},
                              account.standing.unit,
                              account.standing.roles,
                              account.standing.clearance,
                              {}};
  return std::ranges::any_of(
      acts, [&](std::string_view act) { return permissions.allows(person, act, matter); });
}

}  // namespace

std::span<const std::string_view> awaited_acts(WarningState state) {
  static constexpr std::array<std::string_view, 1> second{"warning.second"};
  static constexpr std::array<std::string_view, 1> supply{"warning.supply"};
  static constexpr std::array<std::string_view, 1> decide{"warning.decide"};
  static constexpr std::array<std::string_view, 2> late{"warning.decide_late", "warning.decide"};
  switch (state) {
    case WarningState::with_reader:
      return second;
    case WarningState::more_asked:
      return supply;
    case WarningState::with_principal:
    case WarningState::consulting:
      return decide;
    case WarningState::escalated:
      return late;
    case WarningState::draft:
    case WarningState::returned:
    case WarningState::decided:
    case WarningState::withdrawn:
      break;
  }
  return {};
}

Result<std::vector<people::Account>> people_for(const people::Permissions& permissions,
                                                store::Database& database,
                                                std::span<const std::string_view> acts,
                                                const WarningRow& warning, WarningState state) {
  auto accounts = people::list_accounts(database);
  if (!accounts) return accounts;
  auto matter = warning.matter();
  matter.state = name_of(state);
  std::erase_if(*accounts, [&](const people::Account& account) {
    return account.state != people::AccountState::active ||
           !may_move(permissions, account, acts, matter);
  });
  return accounts;
}

Result<bool> has_deputy(const people::Permissions& permissions, store::Database& database,
                        const WarningRow& warning) {
  static constexpr std::array<std::string_view, 1> late{"warning.decide_late"};
  auto people = people_for(permissions, database, late, warning, WarningState::escalated);
  if (!people) return std::unexpected(std::move(people.error()));
  return !people->empty();
}

Status check_somebody_decides(const people::Permissions& permissions, store::Database& database,
                              const WarningRow& warning) {
  auto accounts = people::list_accounts(database);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  auto matter = warning.matter();
  matter.state = name_of(WarningState::escalated);
  const auto decides = [&](const people::Account& account) {
    // Who is invited sees it on entering: it waits for somebody.
    const bool comes = account.state == people::AccountState::active ||
                       account.state == people::AccountState::invited;
    return comes && may_move(permissions, account, awaited_acts(WarningState::escalated), matter);
  };
  if (std::ranges::any_of(*accounts, decides)) return {};
  return fail(ErrorCode::invalid_input,
              "no principal and no deputy is cleared for " + warning.marking.tlp,
              "decider_clearance",
              "raise a clearance, lower the marking, or name another principal or deputy");
}

Result<std::optional<DueStep>> due_step(const InformParts& parts, store::Database& database,
                                        const WarningRow& warning, base::Instant now) {
  const auto* rule = parts.rules.urgency(warning.plain.urgency);
  if (rule == nullptr) return std::nullopt;
  auto step = due(now, warning.clock, *rule);
  if (!step || step->kind != DueStep::Kind::escalation) return step;
  auto deputy = has_deputy(parts.desk.permissions, database, warning);
  if (!deputy) return std::unexpected(std::move(deputy.error()));
  return *deputy ? step : due(now, warning.clock, *rule, false);
}

Status mail_to_awaited(const InformParts& parts, ledger::Pen& pen, const WarningRow& warning,
                       WarningState state, std::string_view reminder) {
  if (parts.sender.mail_from.empty()) return {};
  auto people =
      people_for(parts.desk.permissions, pen.database(), awaited_acts(state), warning, state);
  if (!people) return std::unexpected(std::move(people.error()));
  for (const auto& account : *people) {
    // A contact that is a telephone, or whose key is gone, gets no mail; the pages say it anyway.
    const auto open = people::open_account(pen.database(), parts.desk.vault, account);
    if (!open || !net::check_mail_address(open->contact)) continue;
    const OutboxRow row{
        message_id_of(reminder, account.object, kind_desk, 1, parts.sender.mail_from),
        warning.object,
        account.object,
        std::string(kind_desk),
        1,
        {DeliveryState::waiting, 0, pen.now()},
        {},
        {}};
    if (auto kept = add_delivery(pen.database(), row); !kept) return kept;
  }
  return {};
}

Result<OutgoingMessage> own_mail(const InformParts& parts, const OutboxRow& row,
                                 std::string_view to, std::string_view subject_key,
                                 std::string_view body_key, std::string_view path) {
  MailDraft draft;
  draft.from = parts.sender.mail_from;
  draft.to = to;
  draft.message_id = row.message_id;
  draft.date = parts.desk.clock.now();
  for (const auto& language : parts.pages.parts().web.languages()) {
    const auto& words = parts.pages.words(language);
    draft.subject += (draft.subject.empty() ? "" : " · ") + words.message(subject_key);
    draft.text += words.message(body_key) + "\n";
  }
  draft.text += parts.sender.base_url + std::string(path) + "\n";
  auto data = compose_mail(draft);
  if (!data) return std::unexpected(std::move(data.error()));
  return OutgoingMessage{net::Mail{draft.from, draft.to, std::move(*data)}, {}};
}

Result<OutgoingMessage> compose_desk_mail(const InformParts& parts, store::Database& database,
                                          const OutboxRow& row) {
  auto warning = find_warning(database, row.about);
  if (!warning) return std::unexpected(std::move(warning.error()));
  if (!*warning) return fail(ErrorCode::not_found, "the warning is gone", row.message_id);
  const auto state = (*warning)->clock.state;
  auto people = people_for(parts.desk.permissions, database, awaited_acts(state), **warning, state);
  if (!people) return std::unexpected(std::move(people.error()));
  // Warning and account as they are now decide: it may wait for somebody else, or for nobody.
  const auto account = std::ranges::find(*people, row.receiver, &people::Account::object);
  if (account == people->end())
    return fail(ErrorCode::conflict, "this need not go any more", row.message_id);
  auto open = people::open_account(database, parts.desk.vault, *account);
  if (!open) return std::unexpected(std::move(open.error()));
  if (!net::check_mail_address(open->contact))
    return fail(ErrorCode::invalid_input, "this account gets no mail any more", row.message_id);
  return own_mail(parts, row, open->contact, "notice_mail.desk_subject", "notice_mail.desk_body",
                  "/warnings/" + row.about.substr(row.about.find(':') + 1));
}

}  // namespace tocsin::inform
