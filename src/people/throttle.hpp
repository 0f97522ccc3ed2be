// SPDX-License-Identifier: Apache-2.0
// Slows guessing: after a few failures a name waits, longer each time; and all names together may
// fail only so often. A browser that has logged in before counts by itself, so nobody can keep a
// colleague out by failing in their name.
//
// In memory, over a steady clock: setting the machine's clock changes nothing, a restart forgets.
// Threads: any. Errors: ErrorCode::limit_exceeded, place "try_later".
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::people {

struct ThrottleLimits {
  unsigned free_failures = 5;              ///< before the first wait
  std::chrono::seconds wait_first{4};      ///< doubles with each further failure
  std::chrono::seconds wait_max{900};      ///< the longest wait
  std::chrono::hours forgotten_after{24};  ///< of quiet
  unsigned all_failures_at_once = 60;      ///< of all names from unknown browsers
  std::chrono::seconds all_failures_apart{3};
  std::size_t names_max = 10'000;  ///< held at once; then the quietest is forgotten
};

class Throttle {
 public:
  explicit Throttle(const base::Clock& steady, ThrottleLimits limits = {})
      : steady_(steady), limits_(limits), tokens_(limits.all_failures_at_once) {}

  /// Begins a try, which counts as failed until succeeded() says otherwise: so tries at the same
  /// moment do not slip through together. `known_browser` may try when the rest has failed too
  /// often.
  [[nodiscard]] base::Status begin(const std::string& name, bool known_browser);
  void succeeded(const std::string& name, bool known_browser);

 private:
  struct Entry {
    unsigned failures = 0;
    base::Instant last;
  };
  void refill(base::Instant now);
  void make_room();
  [[nodiscard]] base::Instant next_try(const Entry& entry) const;

  const base::Clock& steady_;
  ThrottleLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  double tokens_;
  base::Instant refilled_;
};

}  // namespace tocsin::people
