// SPDX-License-Identifier: Apache-2.0
#include "app/verb_ingest.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>

#include "app/node.hpp"
#include "app/terminal.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t notes_printed_max = 5;
/// Entries of a folder that --json names one by one; all are counted.
constexpr std::size_t left_out_listed_max = 1'000;

void print_result(const monitor::IngestResult& result, bool json) {
  const auto& counts = result.counts;
  if (json) {
    boost::json::object line = {{"file", base::repair_utf8(result.locator)},
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
             base::printable(result.locator),
             result.format.empty() ? "unknown format" : result.format, counts.rows(), counts.kept,
             counts.duplicate, counts.out_of_scope, counts.rejected);
  if (!result.problem.empty())
    fmt::print("  not read to its end: {}\n", base::printable(result.problem));
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
               (*select)->integer(1), base::printable((*select)->text(2)));
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
    const auto name = base::printable(locator.substr(locator.rfind('/') + 1));
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
  const auto address = base::printable(feed.address);
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
    fmt::print("{}\n  not read: {}; tried again at {}\n", address,
               base::printable(poll.error->text()), base::format_instant(poll.next_poll));
  } else if (poll.outcome == monitor::feeds::Poll::Outcome::not_due) {
    fmt::print("{}\n  was asked a short while ago; asked again from {} on\n", address,
               base::format_instant(poll.next_poll));
  } else if (poll.outcome == monitor::feeds::Poll::Outcome::unchanged) {
    fmt::print("{}\n  unchanged; asked again at {}\n", address,
               base::format_instant(poll.next_poll));
  } else {
    fmt::print(
        "{}\n  {} rows = {} kept + {} duplicate + {} out of scope + {} rejected; asked again at "
        "{}\n",
        address, sum.rows(), sum.kept, sum.duplicate, sum.out_of_scope, sum.rejected,
        base::format_instant(poll.next_poll));
  }
  std::fflush(stdout);
}

/// Reads the paths one after the other. A path that cannot be read does not stop the next; only a
/// failing store or a request to stop does.
class PathReading {
 public:
  PathReading(IntakeNode& node, const IngestOptions& options) : node_(node), options_(options) {}

  [[nodiscard]] base::Status read(const std::string& path) {
    auto found = look_at(path);
    if (!found) {
      tell_missing(path, found.error());
      return {};
    }
    for (const auto& file : found->files)
      if (auto done = read_file(file); !done) return done;
    if (!found->left_out.empty() && !options_.quiet) tell_left_out(path, *found);
    return {};
  }
  /// True once something was not read to its end.
  [[nodiscard]] bool problem() const { return problem_; }

 private:
  static base::Result<monitor::feeds::FeedFiles> look_at(const std::string& path) {
    std::error_code ignored;
    if (path.find("://") != std::string::npos && !std::filesystem::exists(path, ignored))
      return base::fail(base::ErrorCode::unsupported, "addresses of this kind are not read", path,
                        "give an http:// or https:// address, or the path of a file");
    return monitor::feeds::list_feed_files(path);
  }

  base::Status read_file(const std::filesystem::path& file) {
    ProgressLine progress(options_.quiet);
    auto results =
        node_.ingest_file(file, file.string(), options_.format,
                          [&](std::string_view locator, const monitor::ImportCounts& counts) {
                            progress.show(locator, counts);
                          },
                          {});
    if (!results) return std::unexpected(std::move(results.error()));
    progress.clear();
    for (const auto& result : *results) {
      problem_ = problem_ || !result.problem.empty();
      if (options_.quiet) continue;
      print_result(result, options_.json);
      if (!options_.json) print_notes(node_.database(), result);
      std::fflush(stdout);
    }
    return {};
  }

  void tell_missing(const std::string& path, const base::Error& error) {
    problem_ = true;
    complain("ingest", error);
    if (options_.json && !options_.quiet)
      fmt::print("{}\n", boost::json::serialize(
                             boost::json::object{{"file", base::repair_utf8(path)},
                                                 {"rows", 0},
                                                 {"problem", base::repair_utf8(error.text())}}));
  }

  void tell_left_out(const std::string& path, const monitor::feeds::FeedFiles& found) const {
    const auto& out = found.left_out;
    if (options_.json) {
      boost::json::array list;
      for (std::size_t i = 0; i < std::min(out.size(), left_out_listed_max); ++i)
        list.push_back(boost::json::object{{"path", base::repair_utf8(out[i].path.string())},
                                           {"why", out[i].why}});
      fmt::print("{}\n",
                 boost::json::serialize(boost::json::object{{"folder", base::repair_utf8(path)},
                                                            {"rows", 0},
                                                            {"files", found.files.size()},
                                                            {"left_out", out.size()},
                                                            {"list", std::move(list)}}));
      return;
    }
    fmt::print("{}\n  {} files looked into, {} left out\n", base::printable(path),
               found.files.size(), out.size());
    for (std::size_t i = 0; i < std::min(out.size(), notes_printed_max); ++i)
      fmt::print("  left out {}: {}\n", base::printable(out[i].path.string()), out[i].why);
    if (out.size() > notes_printed_max)
      fmt::print("  and {} more\n", out.size() - notes_printed_max);
  }

  IntakeNode& node_;
  const IngestOptions& options_;
  bool problem_ = false;
};

base::Result<bool> ingest(const IngestOptions& options) {
  const auto home = find_home(options.home);
  if (!home) return std::unexpected(home.error());
  if (auto checked = check_home(*home); !checked) return std::unexpected(checked.error());
  const auto installation = find_installation();
  if (!installation) return std::unexpected(installation.error());
  const base::SystemClock clock;
  auto node = IntakeNode::open(*home, *installation, clock, options.actor_files);
  if (!node) return std::unexpected(std::move(node.error()));
  PathReading reading(**node, options);
  std::vector<monitor::feeds::Followed> followed;
  for (const auto& path : options.paths) {
    if (is_address(path))
      followed.push_back({path, options.format, std::chrono::seconds{options.interval_seconds}});
    else if (auto done = reading.read(path); !done)
      return std::unexpected(std::move(done.error()));
  }
  bool problem = reading.problem();
  if (followed.empty()) return problem;
  auto done = (*node)->follow(followed, options.follow,
                              [&](const auto& feed, const auto& poll, const auto& counts) {
                                problem = problem || poll.error.has_value();
                                print_poll(feed, poll, counts, options);
                              });
  if (!done) return std::unexpected(std::move(done.error()));
  return problem && !options.follow;
}

}  // namespace

int run_ingest(const IngestOptions& options) {
  install_stop_signals();
  const auto problem = ingest(options);
  if (!problem) return complain("ingest", problem.error());
  return *problem ? exit_failed : exit_done;
}

}  // namespace tocsin::app
