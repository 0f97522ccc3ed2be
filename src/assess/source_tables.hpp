// SPDX-License-Identifier: Apache-2.0
// What the ledger says of identities (never what they are): which report has one, who asked to open
// it, the custodians' public key and who holds it. Projected from `source_identity`,
// `source_request`, `source_step`, `source_erasure`, `custody_key`, `custody_copy`, and from the
// `intake` steps that end a report.
//
// Reasons stay as the revisions hold them (cipher text). Threads: those of the database.
// Errors: those of the store; ErrorCode::not_found names the object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/source.hpp"
#include "ledger/ledger.hpp"

namespace tocsin::assess {

inline constexpr std::string_view source_identity_type = "source_identity";
inline constexpr std::string_view source_request_type = "source_request";
inline constexpr std::string_view source_step_type = "source_step";
inline constexpr std::string_view source_erasure_type = "source_erasure";
inline constexpr std::string_view custody_key_type = "custody_key";
inline constexpr std::string_view custody_copy_type = "custody_copy";
inline constexpr std::string_view exact_look_type = "exact_look";
inline constexpr std::size_t requests_shown_max = 200;

class SourceProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "sources"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// That there is an identity, and under which key; not whose it is.
struct IdentityRow {
  std::string report;
  std::string hash;  ///< of the cipher text in sources.db; empty once it was erased
  std::string custody_key;
  base::Instant left;
  base::Instant last;  ///< the last message between the one who reported and the desk
};

struct OpeningRow {
  std::string object;
  std::string report;
  std::string asked_by;  ///< account
  std::string asked_key;
  base::Instant asked;
  std::string reason;  ///< as stored
  OpeningState state = OpeningState::asked;
  base::Instant answered;
  std::string answered_key;
  std::string step_object;  ///< of the answer, whose reason it is
  std::string answer;       ///< as stored; empty where none was given
  base::Instant until;
  std::string copies;  ///< as stored: hashes of what was sealed to whom
  bool told = true;    ///< the one who reported sees that it was opened
};

struct CustodyKeyRow {
  std::string object;
  base::PublicKey public_key{};
  base::Instant made;
};

struct CustodyHolder {
  std::string key_object;
  std::string account;
  bool good = false;  ///< the key is not revoked
};

struct ExactLook {
  std::string object;
  base::Instant at;
  std::string author;
  std::string reason;  ///< as stored
};

class SourceReader {
 public:
  explicit SourceReader(store::Database& database) : database_(database) {}
  /// Nothing where the report never had one, or where it was erased.
  [[nodiscard]] base::Result<std::optional<IdentityRow>> identity_of(std::string_view report) const;
  [[nodiscard]] base::Result<std::vector<IdentityRow>> identities(std::size_t rows_max) const;
  /// The one report with this source's code; ErrorCode::not_found for none or several.
  [[nodiscard]] base::Result<std::string> report_of_code(std::string_view code) const;
  [[nodiscard]] base::Result<OpeningRow> request(std::string_view object) const;
  /// All of one report, oldest first.
  [[nodiscard]] base::Result<std::vector<OpeningRow>> requests_of(std::string_view report) const;
  /// Whether a custodian has opened this report's source to somebody, and it is open still.
  [[nodiscard]] base::Result<bool> is_open(std::string_view report, base::Instant now) const;
  /// Those that wait or are open first, then the newest.
  [[nodiscard]] base::Result<std::vector<OpeningRow>> requests(std::size_t rows_max) const;
  /// The key to which identities are sealed now.
  [[nodiscard]] base::Result<std::optional<CustodyKeyRow>> custody_key() const;
  [[nodiscard]] base::Result<CustodyKeyRow> custody_key(std::string_view object) const;
  [[nodiscard]] base::Result<std::vector<CustodyHolder>> holders(
      std::string_view custody_key) const;
  [[nodiscard]] base::Result<std::vector<ExactLook>> looks_at(std::string_view report) const;

 private:
  store::Database& database_;
};

}  // namespace tocsin::assess
