// SPDX-License-Identifier: Apache-2.0
// Keeps polling feeds: when to ask, what to send, how long to wait after a failure, and the
// checkpoint that makes a kill at any moment harmless.
//
// The rule: rows and checkpoint are committed in one transaction of the FollowStore. A kill before
// the commit leaves the old checkpoint and none of the rows, so the same file is fetched again; a
// kill after it leaves both. Nothing is remembered outside the store.
//
// Ownership: a Follower refers to everything it is given. Threads: one. Nothing here sleeps: `poll`
// returns when the next poll is due and the caller waits (and can be woken to stop).
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "monitor/feeds/gdelt_updates.hpp"
#include "monitor/feeds/intake.hpp"
#include "net/http_client.hpp"

namespace tocsin::monitor::feeds {

inline constexpr std::chrono::seconds follow_interval_usual{15 * 60};
inline constexpr std::chrono::seconds follow_wait_first{30};
inline constexpr std::chrono::seconds follow_wait_max{6 * 60 * 60};
inline constexpr std::chrono::milliseconds follow_fetch_time_max{5 * 60'000};
inline constexpr std::size_t follow_error_bytes_max = 500;
inline constexpr std::uint64_t follow_fetch_bytes_max = std::uint64_t{1} << 30;

/// What is kept for one address between polls, in the store.
struct Checkpoint {
  std::string address;
  std::string etag;
  std::string last_modified;
  std::optional<base::Instant> quarter_done;  ///< GDELT: the newest file that was read
  std::int32_t failures = 0;                  ///< in a row
  base::Instant next_poll{};
  std::optional<base::Instant> last_success;  ///< when it last answered as it should
  std::string last_error;                     ///< of the failures in a row; empty without
};

/// Where rows and checkpoints live together; the observation store implements it.
class FollowStore {
 public:
  virtual ~FollowStore() = default;
  [[nodiscard]] virtual base::Result<std::optional<Checkpoint>> load(std::string_view address) = 0;
  /// Opens the transaction that the sink's rows go into.
  [[nodiscard]] virtual base::Status open() = 0;
  [[nodiscard]] virtual IntakeSink& sink() = 0;
  /// Writes the checkpoint into the open transaction and commits it.
  [[nodiscard]] virtual base::Status commit(const Checkpoint& checkpoint) = 0;
  virtual void roll_back() = 0;
};

/// One feed that is followed.
struct Followed {
  std::string address;
  std::string format_name;  ///< empty: found by content
  std::chrono::seconds interval = follow_interval_usual;
};

/// How a poll went.
struct Poll {
  enum class Outcome { not_due, unchanged, read, failed };
  Outcome outcome = Outcome::not_due;
  base::Instant next_poll{};
  std::vector<ImportedFile> files;
  std::size_t files_missed = 0;      ///< GDELT: quarters that lie too far back to catch up
  std::optional<base::Error> error;  ///< of a failed poll
};

// The pure rules.

/// How long to wait after the n-th failure in a row: doubling from `follow_wait_first` up to
/// `follow_wait_max`, a random part between half and all of it, never less than what the other side
/// asked for. `chance` is in [0, 1).
[[nodiscard]] std::chrono::milliseconds wait_after_failure(
    std::int32_t failures, double chance, std::optional<std::chrono::seconds> retry_after);
[[nodiscard]] Checkpoint after_success(Checkpoint before, const net::HttpAnswer& answer,
                                       std::chrono::seconds interval, base::Instant now);
[[nodiscard]] Checkpoint after_failure(Checkpoint before, double chance,
                                       std::optional<std::chrono::seconds> retry_after,
                                       base::Instant now);
[[nodiscard]] bool is_gdelt_list(std::string_view address);

class Follower {
 public:
  /// `folder` holds downloads while they are read; its files may be deleted at any time.
  Follower(net::HttpClient& client, FollowStore& store, const base::Clock& clock,
           base::Random& random, const Tables& tables, std::filesystem::path folder)
      : client_(client),
        store_(store),
        clock_(clock),
        random_(random),
        tables_(tables),
        folder_(std::move(folder)) {}

  /// Polls once if it is due. Fails only where the store fails; what goes wrong outside is in
  /// Poll::error, and the checkpoint says when it is tried again.
  [[nodiscard]] base::Result<Poll> poll(const Followed& feed);

 private:
  [[nodiscard]] base::Result<Poll> poll_feed(const Followed& feed, Checkpoint checkpoint);
  [[nodiscard]] base::Result<Poll> poll_gdelt(const Followed& feed, Checkpoint checkpoint);
  [[nodiscard]] base::Result<Poll> failed(Checkpoint checkpoint, base::Error error,
                                          std::optional<std::chrono::seconds> retry_after,
                                          Poll so_far);
  [[nodiscard]] base::Status read_quarter(const GdeltFile& file, Checkpoint& checkpoint,
                                          Poll& poll);
  /// Reads the downloaded file's rows and commits them with the checkpoint.
  [[nodiscard]] base::Status read_and_commit(std::string_view address,
                                             const std::string& format_name,
                                             const Checkpoint& checkpoint, Poll& poll);
  [[nodiscard]] base::Status commit_only(const Checkpoint& checkpoint);
  [[nodiscard]] base::Status check_download(const GdeltFile& file) const;
  [[nodiscard]] std::filesystem::path download() const { return folder_ / "download"; }

  net::HttpClient& client_;
  FollowStore& store_;
  const base::Clock& clock_;
  base::Random& random_;
  const Tables& tables_;
  std::filesystem::path folder_;
};

}  // namespace tocsin::monitor::feeds
