// SPDX-License-Identifier: Apache-2.0
// Notices (what authorities were told), and receipts (who said that they have it): projected from
// `notice`, `receipt` and `reminder` revisions.
//
// Threads: those of the database. Errors: those of the store; unavailable while locked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inform/parts.hpp"

namespace tocsin::inform {

inline constexpr std::string_view notice_type = "notice";
inline constexpr std::string_view receipt_type = "receipt";
inline constexpr std::size_t notice_texts_max = 6;
inline constexpr std::size_t notice_receivers_max = 100;

/// What is said in one language.
struct NoticeText {
  std::string language;
  std::string headline;
  std::string description;
  std::string instruction;
  [[nodiscard]] bool operator==(const NoticeText&) const = default;
};

enum class NoticeMessage : std::uint8_t { alert, update, cancel };
[[nodiscard]] std::string_view name_of(NoticeMessage message);
[[nodiscard]] std::optional<NoticeMessage> notice_message_of(std::string_view name);

/// One authority of a notice, as it was decided when the notice was ordered.
struct Receiver {
  std::string authority;
  std::string authority_revision;
  Channel channel = Channel::email;
  Form form = Form::none;
  Form page_form = Form::reference;  ///< what the notice page shows
  std::string language;
  std::string token_hash;  ///< SHA-256 of the page's token, hexadecimal
};

struct ReceiverRow {
  std::string notice;
  Receiver to;
  base::Instant informed;
  int chases = 0;
  std::optional<base::Instant> last_chase;
  std::optional<base::Instant> acknowledged;
  std::string replaced_by;  ///< newest later notice that this authority got instead, or empty
};

struct NoticeRow {
  std::string object;
  std::string warning;
  std::string decision;
  NoticeMessage message = NoticeMessage::alert;
  std::string replaces;   ///< notice that it updates or cancels, or empty
  bool released = false;  ///< for publication
  bool exercise = false;
  CapLevels levels;
  base::Instant at;
  std::string by;
  ledger::Marking marking;
  std::string urgency;  ///< rule of the chase
  std::string texts;    ///< as stored
};

struct ReceiptRow {
  std::string object;
  std::string notice;
  std::string authority;
  std::string way;   ///< page, mail, telephone, paper
  base::Instant at;  ///< when it was acknowledged
  base::Instant recorded;
  std::string by;    ///< account that recorded it, empty for the page
  std::string name;  ///< as stored, like the next two
  std::string function;
  std::string note;
};

class NoticeProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "notices"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// The body of a `notice` revision, sealed under the warning's data key.
[[nodiscard]] ledger::Draft notice_revision(std::string_view object, const NoticeRow& notice,
                                            const std::vector<NoticeText>& texts,
                                            const std::vector<Receiver>& receivers);

[[nodiscard]] base::Result<std::optional<NoticeRow>> find_notice(store::Database& database,
                                                                 std::string_view object);
/// Oldest first.
[[nodiscard]] base::Result<std::vector<NoticeRow>> notices_of(store::Database& database,
                                                              std::string_view warning);
[[nodiscard]] base::Result<std::vector<ReceiverRow>> receivers_of(store::Database& database,
                                                                  std::string_view notice);
[[nodiscard]] base::Result<std::optional<ReceiverRow>> receiver_of(store::Database& database,
                                                                   std::string_view notice,
                                                                   std::string_view authority);
[[nodiscard]] base::Result<std::optional<ReceiverRow>> receiver_by_token(store::Database& database,
                                                                         std::string_view hash);
/// What this notice replaced for those who got it: itself and everything before it in its chain.
[[nodiscard]] base::Result<std::vector<ReceiverRow>> replaced_by(store::Database& database,
                                                                 std::string_view notice);
/// Who has not acknowledged, got no later notice instead, and still stands in the directory.
[[nodiscard]] base::Result<std::vector<ReceiverRow>> unacknowledged(store::Database& database);
[[nodiscard]] base::Result<std::vector<ReceiptRow>> receipts_of(store::Database& database,
                                                                std::string_view notice);
[[nodiscard]] base::Result<std::vector<NoticeText>> open_notice(const ledger::Vault& vault,
                                                                store::Database& database,
                                                                const NoticeRow& row);
/// The text in that language, else in its base language, else the first.
[[nodiscard]] const NoticeText& text_in(const std::vector<NoticeText>& texts,
                                        std::string_view language);

}  // namespace tocsin::inform
