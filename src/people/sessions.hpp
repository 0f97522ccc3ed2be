// SPDX-License-Identifier: Apache-2.0
// The sessions of this process: who is logged in, by the hash of an id that only the browser holds.
//
// In memory with the signing keys and nowhere else: a restart logs everybody out. Ages are counted
// on a steady clock that never goes back, so setting the machine's clock lengthens no session.
// Ownership: shares each session with the requests that use it. Threads: any.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/hash.hpp"
#include "people/session.hpp"

namespace tocsin::people {

struct SessionLimits {
  std::chrono::minutes idle_max{30};
  std::chrono::hours age_max{12};
  std::size_t per_account_max = 8;  ///< then the one that was idle longest ends
  std::size_t sessions_max = 5'000;
  std::size_t ended_max = 1'000;  ///< remembered, so that a form sent too late is kept
  std::chrono::hours ended_kept_for{24};
};
inline constexpr std::size_t session_id_size = 32;  ///< random bytes

/// A session that ran out of time: whose it was, and which forms were its own.
struct EndedSession {
  std::string account;
  base::Digest form_token{};  ///< SHA-256
  base::Instant at;           ///< steady
};

/// As the account page lists it.
struct OpenSession {
  std::string mark;  ///< by which close_marked() finds it; says nothing about the id
  base::Instant began;
  std::chrono::milliseconds idle;
};

class Sessions {
 public:
  explicit Sessions(const base::Clock& steady, SessionLimits limits = {})
      : steady_(steady), limits_(limits) {}

  /// Takes a session in and gives its id, which is always a new one.
  [[nodiscard]] std::string open(std::shared_ptr<Session> session);
  /// The session of an id, whose idle time begins anew; null where there is none or it has ended.
  [[nodiscard]] std::shared_ptr<const Session> find(std::string_view id);
  /// What is known of a session that ran out of time; nothing of one that was closed.
  [[nodiscard]] std::optional<EndedSession> ended(std::string_view id);
  void close(std::string_view id);
  /// Ends all sessions of an account, save one where its id is given.
  void close_all_of(std::string_view account, std::string_view except_id = {});
  void close_all();
  /// Ends the session of that account with that mark.
  void close_marked(std::string_view account, std::string_view mark);
  [[nodiscard]] std::vector<OpenSession> of(std::string_view account);
  [[nodiscard]] std::size_t count();

 private:
  struct Entry {
    std::shared_ptr<const Session> session;
    base::Instant began;
    base::Instant seen;
  };
  using Entries = std::map<base::Digest, Entry>;
  [[nodiscard]] base::Instant now();
  [[nodiscard]] bool is_over(const Entry& entry, base::Instant now) const;
  void end_what_is_over(base::Instant now);
  void remember(const base::Digest& key, const Entry& entry, base::Instant now);
  void make_room(std::string_view account);

  const base::Clock& steady_;
  SessionLimits limits_;
  std::mutex mutex_;
  Entries entries_;
  std::map<base::Digest, EndedSession> ended_;
  std::deque<base::Digest> ended_order_;
  base::Instant latest_;
};

}  // namespace tocsin::people
