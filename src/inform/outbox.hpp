// SPDX-License-Identifier: Apache-2.0
// The outbox: one row a message that has to leave, with where its delivery stands. Not part of the
// ledger and never rebuilt from it: it says what the network did, not what people did.
//
// Rows are written through the ledger's writer, so that a notice and its deliveries are kept or
// lost together. Threads: those of the database. Errors: those of the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inform/delivery.hpp"
#include "inform/parts.hpp"

namespace tocsin::inform {

/// Messages tried in one run; the rest waits for the next.
inline constexpr std::size_t deliveries_per_run_max = 200;

/// Kinds of messages to authorities; those to the own desk: desk_mail.hpp, emergency_mail.hpp.
inline constexpr std::string_view kind_notice = "notice";
inline constexpr std::string_view kind_chase = "chase";

/// Codes of what is not tried again though no answer of the network said so.
inline constexpr std::string_view code_replaced = "replaced";
inline constexpr std::string_view code_not_needed = "not_needed";
/// Codes of what did not reach the network at all.
inline constexpr std::string_view code_not_made = "not_made";
inline constexpr std::string_view code_no_mail_server = "no_mail_server";
inline constexpr std::string_view code_no_poster = "no_poster";

/// Gives the outbox its table; it projects nothing.
class OutboxSchema final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "outbox"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override { return {}; }
  [[nodiscard]] std::span<const std::string_view> types() const override { return {}; }
  [[nodiscard]] base::Status apply(store::Database&, const ledger::Revision&) const override {
    return {};
  }
};

struct OutboxRow {
  std::string message_id;  ///< primary key, without angle brackets
  std::string about;       ///< notice, or warning for the own desk
  std::string receiver;    ///< authority, or an account of the own desk
  std::string kind;
  std::int64_t number = 0;
  Delivery delivery;
  std::optional<base::Instant> last;  ///< attempt
  std::string code;                   ///< last answer
};

/// Once a message id: a second time changes nothing.
[[nodiscard]] base::Status add_delivery(store::Database& database, const OutboxRow& row);
[[nodiscard]] base::Status set_delivery(store::Database& database, std::string_view message_id,
                                        const Delivery& delivery, std::string_view code,
                                        base::Instant at);
[[nodiscard]] base::Result<std::vector<OutboxRow>> due_deliveries(store::Database& database,
                                                                  base::Instant now);
/// Attempts whose end was never recorded.
[[nodiscard]] base::Result<std::vector<OutboxRow>> unfinished_deliveries(store::Database& database);
[[nodiscard]] base::Result<std::vector<OutboxRow>> deliveries_of(store::Database& database,
                                                                 std::string_view about);
[[nodiscard]] base::Result<std::optional<OutboxRow>> find_delivery(store::Database& database,
                                                                   std::string_view message_id);
/// Not tried again: a later notice went to the same receiver. What has not left is dropped; what
/// may have arrived goes on being uncertain.
[[nodiscard]] base::Status drop_replaced(store::Database& database, std::string_view about,
                                         std::string_view receiver, base::Instant at);
/// A reminder that need not go out any more: its notice was acknowledged.
[[nodiscard]] base::Status drop_waiting(store::Database& database, std::string_view about,
                                        std::string_view receiver);

}  // namespace tocsin::inform
