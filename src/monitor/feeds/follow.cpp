// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/follow.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/files.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t list_bytes_max = 64U << 10;
constexpr std::size_t gdelt_file_bytes_max = std::size_t{256} << 20;
/// Doubling further would only overflow; the wait is at its limit long before.
constexpr std::int32_t doublings_max = 20;
/// How often a file that is damaged on arrival is fetched again.
constexpr std::int32_t damaged_tries_max = 5;
constexpr int status_ok = 200;
constexpr int status_not_modified = 304;
constexpr int status_not_found = 404;

base::Error status_error(const net::HttpAnswer& answer) {
  return {ErrorCode::unavailable,
          "the other side answers with status " + std::to_string(answer.status), answer.url,
          "check the address; it is tried again later"};
}

}  // namespace

milliseconds wait_after_failure(std::int32_t failures, double chance,
                                std::optional<seconds> retry_after) {
  const std::int32_t doublings = std::clamp(failures - 1, 0, doublings_max);
  const auto full = std::min<std::chrono::duration<double>>(
      std::chrono::duration<double>(follow_wait_first) * std::pow(2.0, doublings), follow_wait_max);
  auto wait = std::chrono::duration_cast<milliseconds>(full * (0.5 + 0.5 * chance));
  if (retry_after) wait = std::max(wait, milliseconds(std::min(*retry_after, follow_wait_max)));
  return wait;
}

Checkpoint after_success(Checkpoint before, const net::HttpAnswer& answer, seconds interval,
                         base::Instant now) {
  // A 304 may leave out what has not changed.
  if (answer.status != status_not_modified || !answer.etag.empty()) before.etag = answer.etag;
  if (answer.status != status_not_modified || !answer.last_modified.empty())
    before.last_modified = answer.last_modified;
  before.failures = 0;
  before.last_error.clear();
  before.last_success = now;
  before.next_poll = now + interval;
  return before;
}

Checkpoint after_failure(Checkpoint before, double chance, std::optional<seconds> retry_after,
                         base::Instant now) {
  before.failures = std::min(before.failures + 1, 1000);
  before.next_poll = now + wait_after_failure(before.failures, chance, retry_after);
  return before;
}

bool is_gdelt_list(std::string_view address) {
  return address.ends_with("/lastupdate.txt") || address.ends_with("/lastupdate-translation.txt");
}

Result<Poll> Follower::poll(const Followed& feed) {
  auto loaded = store_.load(feed.address);
  if (!loaded) return std::unexpected(std::move(loaded).error());
  Checkpoint checkpoint = loaded->value_or(Checkpoint{});
  checkpoint.address = feed.address;
  const auto now = clock_.now();
  // A clock that was set back must not put a feed to sleep for years.
  const auto latest = now + follow_wait_max + feed.interval;
  if (checkpoint.next_poll > now && checkpoint.next_poll <= latest) {
    Poll poll;
    poll.next_poll = checkpoint.next_poll;
    return poll;
  }
  return is_gdelt_list(feed.address) ? poll_gdelt(feed, std::move(checkpoint))
                                     : poll_feed(feed, std::move(checkpoint));
}

Result<Poll> Follower::poll_feed(const Followed& feed, Checkpoint checkpoint) {
  net::HttpFetch fetch{feed.address, checkpoint.etag, checkpoint.last_modified,
                       follow_fetch_time_max, follow_fetch_bytes_max};
  auto answer = client_.get_file(fetch, download());
  Poll poll;
  if (!answer) return failed(std::move(checkpoint), std::move(answer).error(), {}, std::move(poll));
  if (answer->status != status_ok && answer->status != status_not_modified)
    return failed(std::move(checkpoint), status_error(*answer), answer->retry_after,
                  std::move(poll));
  const auto next = after_success(checkpoint, *answer, feed.interval, clock_.now());
  poll.next_poll = next.next_poll;
  if (answer->status == status_not_modified) {
    poll.outcome = Poll::Outcome::unchanged;
    if (auto done = commit_only(next); !done) return std::unexpected(std::move(done).error());
    return poll;
  }
  auto reading = next;
  reading.failures = checkpoint.failures;
  poll.outcome = Poll::Outcome::read;
  if (auto done = read_and_commit(feed.address, feed.format_name, reading, poll); !done)
    return std::unexpected(std::move(done).error());
  if (poll.error) {
    base::Error error = *poll.error;
    return failed(std::move(checkpoint), std::move(error), {}, std::move(poll));
  }
  return poll;
}

Result<Poll> Follower::poll_gdelt(const Followed& feed, Checkpoint checkpoint) {
  std::string list;
  Poll poll;
  auto answer = client_.get({feed.address, checkpoint.etag, checkpoint.last_modified,
                             follow_fetch_time_max, list_bytes_max},
                            list);
  if (!answer) return failed(std::move(checkpoint), std::move(answer).error(), {}, std::move(poll));
  if (answer->status != status_ok && answer->status != status_not_modified)
    return failed(std::move(checkpoint), status_error(*answer), answer->retry_after,
                  std::move(poll));
  poll.outcome = Poll::Outcome::unchanged;
  if (answer->status == status_ok) {
    auto newest = read_last_update(list);
    if (!newest)
      return failed(std::move(checkpoint), std::move(newest).error(), {}, std::move(poll));
    for (const auto& file : files_to_fetch(checkpoint.quarter_done, *newest, poll.files_missed)) {
      auto done = read_quarter(file, checkpoint, poll);
      if (!done) return std::unexpected(std::move(done).error());
      if (poll.error) {
        base::Error error = *poll.error;
        return failed(std::move(checkpoint), std::move(error), {}, std::move(poll));
      }
    }
  }
  // Only now may the list itself count as seen: all of its files are in.
  const auto next = after_success(checkpoint, *answer, feed.interval, clock_.now());
  poll.next_poll = next.next_poll;
  if (auto done = commit_only(next); !done) return std::unexpected(std::move(done).error());
  return poll;
}

/// Fetches, checks and reads one file of a quarter of an hour, and moves the checkpoint behind it.
/// What goes wrong outside is left in `poll.error`, with the checkpoint where it was.
Status Follower::read_quarter(const GdeltFile& file, Checkpoint& checkpoint, Poll& poll) {
  auto fetched =
      client_.get_file({file.url, {}, {}, follow_fetch_time_max, gdelt_file_bytes_max}, download());
  if (!fetched) return poll.error = std::move(fetched).error(), Status{};
  Checkpoint next = checkpoint;
  next.quarter_done = file.quarter;
  // GDELT leaves out a quarter now and then; only the newest must be there.
  const bool left_out = fetched->status == status_not_found && file.md5.empty();
  if (!left_out) {
    if (fetched->status != status_ok) return poll.error = status_error(*fetched), Status{};
    if (auto good = check_download(file); !good) return poll.error = good.error(), Status{};
    if (auto done = read_and_commit(file.url, "gdelt", next, poll); !done || poll.error)
      return done;
    poll.outcome = Poll::Outcome::read;
  }
  checkpoint = std::move(next);
  return {};
}

Status Follower::check_download(const GdeltFile& file) const {
  if (file.md5.empty()) return {};
  auto bytes = base::read_file(download(), gdelt_file_bytes_max);
  if (!bytes) return std::unexpected(std::move(bytes).error());
  if (bytes->size() != file.bytes)
    return fail(ErrorCode::corrupt,
                "the file has " + std::to_string(bytes->size()) + " bytes, the list says " +
                    std::to_string(file.bytes),
                file.url, "it is fetched again later");
  if (md5_hex(*bytes) != file.md5)
    return fail(ErrorCode::corrupt, "the file's checksum is not the one in the list", file.url,
                "it is fetched again later");
  return {};
}

Result<Poll> Follower::failed(Checkpoint checkpoint, base::Error error,
                              std::optional<seconds> retry_after, Poll so_far) {
  auto next = after_failure(std::move(checkpoint), random_.unit(), retry_after, clock_.now());
  next.last_error = error.text().substr(0, follow_error_bytes_max);
  so_far.outcome = Poll::Outcome::failed;
  so_far.next_poll = next.next_poll;
  so_far.error = std::move(error);
  if (auto done = commit_only(next); !done) return std::unexpected(std::move(done).error());
  return so_far;
}

Status Follower::commit_only(const Checkpoint& checkpoint) {
  if (auto opened = store_.open(); !opened) return opened;
  auto done = store_.commit(checkpoint);
  if (!done) store_.roll_back();
  return done;
}

Status Follower::read_and_commit(std::string_view address, const std::string& format_name,
                                 const Checkpoint& checkpoint, Poll& poll) {
  if (auto opened = store_.open(); !opened) return opened;
  auto imported = take_in(download(), address, format_name, tables_, store_.sink());
  if (!imported) {
    store_.roll_back();
    return std::unexpected(std::move(imported).error());
  }
  // A damaged transfer is worth fetching again, but not for ever: then what could be read is kept
  // and the file's error shown.
  for (const auto& file : *imported) {
    if (!file.error || file.error->code != ErrorCode::corrupt) continue;
    if (checkpoint.failures >= damaged_tries_max) break;
    store_.roll_back();
    poll.error = file.error;
    return {};
  }
  Checkpoint done_with = checkpoint;
  done_with.failures = 0;
  done_with.last_error.clear();
  if (auto done = store_.commit(done_with); !done) {
    store_.roll_back();
    return done;
  }
  for (auto& file : *imported) poll.files.push_back(std::move(file));
  std::error_code ignored;
  std::filesystem::remove(download(), ignored);
  return {};
}

}  // namespace tocsin::monitor::feeds
