// SPDX-License-Identifier: Apache-2.0
#include "app/verb_ingest.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdio>

#include "app/node.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t notes_printed_max = 5;

void print_result(const monitor::IngestResult& result, bool json) {
  const auto& counts = result.counts;
  if (json) {
    boost::json::object line = {{"file", result.locator},
                                {"format", result.format},
                                {"sha256", result.sha256},
                                {"bytes", result.bytes},
                                {"import", result.import_id},
                                {"rows", counts.rows()},
                                {"kept", counts.kept},
                                {"duplicate", counts.duplicate},
                                {"out_of_scope", counts.out_of_scope},
                                {"rejected", counts.rejected}};
    if (!result.problem.empty()) line["problem"] = result.problem;
    fmt::print("{}\n", boost::json::serialize(line));
    return;
  }
  fmt::print("{}\n  {}: {} rows = {} kept + {} duplicate + {} out of scope + {} rejected\n",
             result.locator, result.format.empty() ? "unknown format" : result.format,
             counts.rows(), counts.kept, counts.duplicate, counts.out_of_scope, counts.rejected);
  if (!result.problem.empty()) fmt::print("  not read to its end: {}\n", result.problem);
}

/// The first notes of an import, so that the remedy is at hand; the pages list more.
void print_notes(store::Database& database, const monitor::IngestResult& result) {
  auto select = database.prepare(
      "SELECT bucket, line, reason FROM import_note WHERE import_id = ?1 ORDER BY bucket = "
      "'out_of_scope', line LIMIT ?2");
  if (!select) return;
  (*select)->bind(1, result.import_id);
  (*select)->bind(2, static_cast<std::int64_t>(notes_printed_max));
  for (;;) {
    const auto row = (*select)->step();
    if (!row || !*row) break;
    fmt::print("  {} line {}: {}\n", (*select)->text(0) == "rejected" ? "rejected" : "out of scope",
               (*select)->integer(1), (*select)->text(2));
  }
  const auto noted = result.counts.rejected + result.counts.out_of_scope;
  if (noted > notes_printed_max)
    fmt::print("  and {} more; see the page of import {}\n", noted - notes_printed_max,
               result.import_id);
}

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : wanted_(!quiet), terminal_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view locator, const monitor::ImportCounts& counts) {
    const auto now = std::chrono::steady_clock::now();
    if (!wanted_ || now - last_ < (terminal_ ? terminal_pause : plain_pause)) return;
    last_ = now;
    const auto name = locator.substr(locator.rfind('/') + 1);
    if (terminal_) {
      std::fputs(fmt::format("\r\033[K{}: {} rows", name, counts.rows()).c_str(), stderr);
      shown_ = true;
    } else {
      std::fputs(fmt::format("{}: {} rows so far\n", name, counts.rows()).c_str(), stderr);
    }
  }
  void clear() {
    if (shown_) std::fputs("\r\033[K", stderr);
    shown_ = false;
  }

 private:
  static constexpr std::chrono::milliseconds terminal_pause{200};
  static constexpr std::chrono::milliseconds plain_pause{5000};
  bool wanted_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

bool is_address(std::string_view path) {
  return path.starts_with("http://") || path.starts_with("https://");
}

/// One line for each poll that did something.
void print_poll(const monitor::feeds::Followed& feed, const monitor::feeds::Poll& poll,
                const std::vector<monitor::ImportCounts>& counts, const IngestOptions& options) {
  if (options.quiet && !poll.error) return;
  monitor::ImportCounts sum;
  for (const auto& one : counts) {
    sum.kept += one.kept;
    sum.duplicate += one.duplicate;
    sum.out_of_scope += one.out_of_scope;
    sum.rejected += one.rejected;
  }
  if (options.json) {
    boost::json::object line = {{"address", feed.address},
                                {"rows", sum.rows()},
                                {"kept", sum.kept},
                                {"duplicate", sum.duplicate},
                                {"out_of_scope", sum.out_of_scope},
                                {"rejected", sum.rejected},
                                {"next_poll", base::format_instant(poll.next_poll)}};
    if (poll.error) line["problem"] = poll.error->text();
    fmt::print("{}\n", boost::json::serialize(line));
  } else if (poll.error) {
    fmt::print("{}\n  not read: {}; tried again at {}\n", feed.address, poll.error->text(),
               base::format_instant(poll.next_poll));
  } else if (poll.outcome == monitor::feeds::Poll::Outcome::not_due) {
    fmt::print("{}\n  was asked a short while ago; asked again from {} on\n", feed.address,
               base::format_instant(poll.next_poll));
  } else if (poll.outcome == monitor::feeds::Poll::Outcome::unchanged) {
    fmt::print("{}\n  unchanged; asked again at {}\n", feed.address,
               base::format_instant(poll.next_poll));
  } else {
    fmt::print(
        "{}\n  {} rows = {} kept + {} duplicate + {} out of scope + {} rejected; asked again at "
        "{}\n",
        feed.address, sum.rows(), sum.kept, sum.duplicate, sum.out_of_scope, sum.rejected,
        base::format_instant(poll.next_poll));
  }
  std::fflush(stdout);
}

}  // namespace

int run_ingest(const IngestOptions& options) {
  const auto complain = [](const base::Error& error) {
    std::fputs(fmt::format("tocsin ingest: {}\n", error.text()).c_str(), stderr);
    return 1;
  };
  install_stop_signals();
  const auto home = find_home(options.home);
  if (!home) return complain(home.error());
  if (auto checked = check_home(*home); !checked) return complain(checked.error());
  const auto installation = find_installation();
  if (!installation) return complain(installation.error());
  const base::SystemClock clock;
  auto node = IntakeNode::open(*home, *installation, clock, options.actor_files);
  if (!node) return complain(node.error());
  bool problem = false;
  std::vector<monitor::feeds::Followed> followed;
  for (const auto& path : options.paths) {
    if (is_address(path)) {
      followed.push_back({path, options.format, std::chrono::seconds{options.interval_seconds}});
      continue;
    }
    ProgressLine progress(options.quiet);
    auto done = (*node)->ingest(
        path, options.format,
        [&](std::string_view locator, const monitor::ImportCounts& counts) {
          progress.show(locator, counts);
        },
        [&](const monitor::IngestResult& result) {
          progress.clear();
          problem = problem || !result.problem.empty();
          if (options.quiet) return;
          print_result(result, options.json);
          std::fflush(stdout);
          if (!options.json) print_notes((*node)->database(), result);
        });
    if (!done) return complain(done.error());
  }
  if (followed.empty()) return problem ? 1 : 0;
  auto done = (*node)->follow(followed, options.follow,
                              [&](const auto& feed, const auto& poll, const auto& counts) {
                                problem = problem || poll.error.has_value();
                                print_poll(feed, poll, counts, options);
                              });
  if (!done) return complain(done.error());
  return problem && !options.follow ? 1 : 0;
}

}  // namespace tocsin::app
