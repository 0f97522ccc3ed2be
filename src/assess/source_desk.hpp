// SPDX-License-Identifier: Apache-2.0
// What is done with identities: left by the one who reports, asked for by one person of the desk,
// opened or refused by a custodian, read by who asked while it is open, taken back, erased.
//
// The identity itself is in clear only inside open() and in what read() returns.
// Ownership: refers to the desk's parts. Threads: any. Errors: places are words of the catalogue's
// section source_problem; ErrorCode::forbidden of Permissions otherwise.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "assess/custody.hpp"
#include "assess/source.hpp"
#include "assess/source_store.hpp"
#include "assess/source_tables.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

/// A request that nobody answers ends by itself.
inline constexpr std::chrono::days asked_for_max{14};
inline constexpr std::size_t source_reason_bytes_max = 2000;
inline constexpr std::size_t closed_at_once_max = 100;

struct SourceParts {
  people::Desk desk;
  SourceStore& store;
  Custody& custody;
  std::chrono::hours open_for{24};
};

/// How to reach somebody, as it came.
struct Reach {
  std::string plain;
  std::string sealed;  ///< by a browser, to the custodians' key; wins over `plain`
};

struct OpeningAnswer {
  std::string request;
  bool tell_source = true;
  std::string reason;  ///< why refused, or why the one who reported is not told
};

class SourceDesk {
 public:
  explicit SourceDesk(const SourceParts& parts) : parts_(parts) {}

  // --- for the one who reports, signed by the node
  /// ErrorCode::unavailable "no_custodian" where nobody holds a key yet.
  [[nodiscard]] base::Status leave(std::string_view report, const Reach& reach) const;
  [[nodiscard]] base::Status take_back(std::string_view report) const;
  struct Known {
    bool possible = false;  ///< there is a custodians' key to seal to
    std::string key;        ///< its public half, base64url
    bool held = false;
    std::vector<base::Instant> opened;  ///< those of which the one who reported is told
  };
  /// What the one who reported may know about it; `report` may be empty.
  [[nodiscard]] base::Result<Known> known_to_source(std::string_view report) const;

  // --- for the desk and the custodians
  [[nodiscard]] base::Result<std::string> ask(const people::Session& session,
                                              std::string_view report,
                                              std::string_view reason) const;
  [[nodiscard]] base::Status open(const people::Session& session,
                                  const OpeningAnswer& answer) const;
  [[nodiscard]] base::Status refuse(const people::Session& session,
                                    const OpeningAnswer& answer) const;
  /// How to reach the one who reported. Noted in the access log before it is returned.
  [[nodiscard]] base::Result<std::string> read(const people::Session& session,
                                               std::string_view request) const;
  /// Who asked is done with it before its time.
  [[nodiscard]] base::Status close(const people::Session& session, std::string_view request) const;
  [[nodiscard]] base::Status erase(const people::Session& session, std::string_view report,
                                   ErasedBecause why) const;

  // --- for the node
  /// Ends what is open past its time and what was asked too long ago. The number ended.
  [[nodiscard]] base::Result<std::size_t> close_due() const;
  /// Wipes from sources.db what the ledger does not name: after an erasure, at every start, and
  /// after a restore.
  [[nodiscard]] base::Status sweep() const;

 private:
  [[nodiscard]] base::Status answer_with(ledger::Pen& pen, const people::Session& session,
                                         const OpeningRow& request, OpeningStep step,
                                         const OpeningAnswer& answer,
                                         boost::json::object more) const;
  [[nodiscard]] base::Result<base::Secret> identity_for(store::Database& database,
                                                        const people::Session& session,
                                                        const IdentityRow& identity) const;
  const SourceParts& parts_;
};

/// The same inside an act: an identity that goes, and why.
[[nodiscard]] base::Status note_identity_erased(ledger::Pen& pen, std::string_view report,
                                                ErasedBecause why, const ledger::Author* author);
/// Reports whose identity the ledger names and sources.db does not hold as it was sealed. `kept`
/// is null where the file is gone.
[[nodiscard]] base::Result<std::vector<std::string>> missing_identities(store::Database& database,
                                                                        SourceStore* kept);
/// What the ledger wants to be in sources.db.
[[nodiscard]] SourceStore::Wanted wanted_by(store::Database& database);

}  // namespace tocsin::assess
