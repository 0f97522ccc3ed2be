// SPDX-License-Identifier: Apache-2.0
// Pages as they were made of late, so that many readers of one page cost the store one reading.
//
// A sheet is good while the store has not changed and it is young; its frame (clock, who reads) is
// laid around it anew each time. Ownership: shares the sheets. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

/// A sheet whose content is as the templates read it.
struct ReadySheet {
  Head head;
  std::shared_ptr<const pagekit::Prepared> content;
  int status = 200;
  std::vector<std::string> cookies;
};

class SheetCache {
 public:
  static constexpr std::size_t sheets_max = 64;
  /// For what a page says of the time that has passed.
  static constexpr std::chrono::minutes age_max{5};

  /// The sheet kept under that key while the store stood at `change`; or null.
  [[nodiscard]] std::shared_ptr<const ReadySheet> find(std::string_view key, std::int64_t change,
                                                       base::Instant now);
  /// Replaces the one that was not asked for longest where there are too many.
  void keep(std::string_view key, std::int64_t change, base::Instant now,
            std::shared_ptr<const ReadySheet> sheet);
  /// What pages rest on has changed without the store: a reader's setting.
  void clear();

 private:
  struct Kept {
    std::shared_ptr<const ReadySheet> sheet;
    std::int64_t change = 0;
    base::Instant made;
    std::uint64_t asked = 0;
  };
  std::mutex mutex_;
  std::uint64_t asks_ = 0;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace tocsin::monitor::pages
