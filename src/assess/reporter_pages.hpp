// SPDX-License-Identifier: Apache-2.0
// The reporter's page, served on a listener of its own, apart from the staff pages: no account, a
// receipt code, works on a poor line and, with script, without one.
//
// Nothing about the connection is kept or logged. What a browser with script sends is sealed on
// the device to the node's public key, each file by itself; without script it travels as a plain
// form.
// Ownership: routes keep a reference to `parts`. Threads: handlers from several threads at once.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "assess/file_store.hpp"
#include "assess/report_desk.hpp"
#include "assess/source_desk.hpp"
#include "base/crypto.hpp"
#include "pagekit/frame.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

/// Reports and messages taken at once, and then a minute: so that a flood cannot fill the node.
inline constexpr int reporter_acts_at_once_max = 60;
inline constexpr int reporter_acts_per_minute = 30;
/// Words added to reports by who holds a right code: at once, and then a minute.
inline constexpr int words_at_once_max = 60;
inline constexpr int words_per_minute = 30;
/// Wrong receipt codes a minute, by everyone together, before the page asks to wait and the log
/// says so. A right code costs nothing and never waits, or whoever types wrong ones could silence
/// somebody in danger. What keeps codes from being guessed is their number, 10^16: with 10,000
/// reports here one try in 10^12 fits, and at 5,000 tries a second, more than two threads answer,
/// one of those reports is found after six years on average (10^12 / 5,000 s). A code that was
/// found shows the state and the messages of its report, never its words.
inline constexpr int wrong_codes_per_minute = 60;

/// Counts down what may be done, and fills up again with time.
class Allowance {
 public:
  Allowance(int at_once, int per_minute, const base::Clock& clock);
  /// False where nothing is left.
  [[nodiscard]] bool take();

 private:
  std::mutex mutex_;
  const base::Clock& clock_;
  double left_;
  double at_once_;
  double per_minute_;
  base::Instant filled_;
};

struct ReporterParts {
  people::Desk desk;
  const pagekit::PageSet& pages;
  const FileStore& files;
  std::string organisation;                                 ///< who reads what is written
  std::vector<std::pair<std::string, std::string>> others;  ///< name and address of other readers
  bool exercise = false;
  /// Where it is kept how to reach somebody; null where a node keeps none.
  const SourceParts* sources = nullptr;
};

/// The one path that takes files, and how large its body may be: files, what a form puts around
/// them, and what sealing adds.
inline constexpr std::string_view reporter_file_path = "/";
inline constexpr std::size_t reporter_body_bytes_max = files_bytes_max + (std::size_t{1} << 20);

/// Makes the pair that drafts are sealed to; once, at init.
[[nodiscard]] base::Status make_report_box(const ledger::Vault& vault, store::Database& database);

/// Routes of the reporter's listener. `parts` must outlive the router.
void add_reporter_routes(pagekit::Router& router, const ReporterParts& parts);

}  // namespace tocsin::assess
