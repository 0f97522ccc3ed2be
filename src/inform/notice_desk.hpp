// SPDX-License-Identifier: Apache-2.0
// Use cases of informing: what would be sent, ordering it, and receipts by page, mail and hand.
//
// Ownership: refers to the parts. Threads: any. Errors: forbidden, conflict, invalid_input with the
// field, not_found; a forged link or form is not_found or forbidden and says nothing more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inform/authority_tables.hpp"
#include "inform/notice_tables.hpp"
#include "inform/outbox.hpp"
#include "inform/warning_tables.hpp"

namespace tocsin::inform {

inline constexpr std::size_t notice_text_bytes_max = 8000;
inline constexpr std::size_t receipt_name_bytes_max = 200;

struct NoticeOrder {
  std::string warning;
  base::Digest seen{};  ///< head of the warning
  std::vector<NoticeText> texts;
  std::vector<std::string> authorities;  ///< objects
  NoticeMessage message = NoticeMessage::alert;
  std::string replaces;  ///< notice, with update and cancel
  bool release = false;  ///< for publication: CLEAR by TLP and PAP only, by the principal
};

/// What one authority would get: shown before anything is ordered.
struct Planned {
  AuthorityRow authority;
  Plan plan;
  Form page_form = Form::reference;
};

struct HandReceipt {
  std::string notice;
  std::string authority;
  std::string way;  ///< telephone, paper, mail
  base::Instant at;
  std::string name;
  std::string function;
  std::string note;
};

/// What the notice page shows to whoever has the link.
struct NoticeShown {
  NoticeRow notice;
  ReceiverRow receiver;
  std::string authority_name;
  std::optional<NoticeText> text;         ///< only where the marking lets the page show it
  std::string form_token;                 ///< has to come back with the acknowledgement
  std::optional<NoticeMessage> replaced;  ///< what the later notice is that this authority got
};

class NoticeDesk {
 public:
  explicit NoticeDesk(const InformParts& parts) : parts_(parts) {}

  [[nodiscard]] base::Result<std::vector<Planned>> plan(store::Database& database,
                                                        const ledger::Marking& marking) const;
  /// The notice's object id. Deliveries stand in the outbox when it returns.
  [[nodiscard]] base::Result<std::string> order(const people::Session& session,
                                                NoticeOrder order) const;

  /// Whether this person may record a receipt of it, as it is marked now.
  [[nodiscard]] base::Status may_receive(const people::Person& person, store::Database& database,
                                         const NoticeRow& notice) const;
  [[nodiscard]] base::Status receive(const people::Session& session,
                                     const HandReceipt& receipt) const;
  /// A dropped reply: the notice and authority that it answers, for the form that records it.
  struct Answered {
    std::string notice;
    std::string authority;
    bool from_known_address = false;
    bool automatic = false;
  };
  [[nodiscard]] base::Result<Answered> match_reply(const people::Session& session,
                                                   std::string_view eml) const;

  [[nodiscard]] base::Result<NoticeShown> show(store::Database& database,
                                               std::string_view token) const;
  /// By the named button only. A second time changes nothing. Of a notice that was replaced it is
  /// a receipt of the older text: kept, and no acknowledgement of what is in force.
  [[nodiscard]] base::Status acknowledge(std::string_view token, std::string_view form_token,
                                         std::string_view name, std::string_view function) const;

  /// The page's address for one receiver.
  [[nodiscard]] base::Result<std::string> link(store::Database& database, std::string_view notice,
                                               std::string_view authority) const;

 private:
  [[nodiscard]] base::Status check(const NoticeOrder& order) const;
  [[nodiscard]] base::Result<WarningRow> ordered_warning(ledger::Pen& pen,
                                                         const people::Session& session,
                                                         const NoticeOrder& order) const;
  [[nodiscard]] base::Result<Receiver> receiver(ledger::Pen& pen, std::string_view notice,
                                                std::string_view authority,
                                                const ledger::Marking& marking,
                                                const base::Secret& secret) const;
  /// A delivery for each receiver; what the notice replaces for them is dropped where it has not
  /// left.
  [[nodiscard]] base::Status put_in_outbox(ledger::Pen& pen, const std::string& notice,
                                           const std::vector<Receiver>& receivers) const;
  [[nodiscard]] base::Result<base::Secret> token_secret(store::Database& database) const;
  const InformParts& parts_;
};

}  // namespace tocsin::inform
