// SPDX-License-Identifier: Apache-2.0
// Pages as they were made of late, so that many readers of one page cost the store one reading.
//
// A sheet is good while the store has not changed and it is young; its frame (clock, who reads) is
// laid around it anew each time. Whoever asks for a sheet that is being made waits for it.
// Ownership: shares the sheets. Threads: any; a thread makes one sheet at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
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
  static constexpr std::size_t sheets_max = 256;
  /// For what a page says of the time that has passed.
  static constexpr std::chrono::minutes age_max{5};

  /// The turn to make a sheet: until it ends, others who ask for that sheet wait.
  class Turn {
   public:
    Turn(SheetCache& cache, std::string key, std::uint64_t clears)
        : cache_(&cache), key_(std::move(key)), clears_(clears) {}
    ~Turn() { cache_->end_turn(key_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    friend class SheetCache;
    SheetCache* cache_;
    std::string key_;
    std::uint64_t clears_;  ///< how often the cache had been cleared when the turn began
  };
  /// A good sheet, or the turn to make it; never both, never neither.
  struct Found {
    std::shared_ptr<const ReadySheet> sheet;
    std::unique_ptr<Turn> turn;
  };

  /// The sheet kept under that key while the store stood at `change`, or the turn to make it.
  /// Waits while another thread makes it.
  [[nodiscard]] Found find(const std::string& key, std::int64_t change, base::Instant now);
  /// The turn to make a sheet, whether or not a good one is kept.
  [[nodiscard]] std::unique_ptr<Turn> turn(const std::string& key);
  /// Keeps what was made in a turn, unless the cache was cleared meanwhile. Replaces the sheet that
  /// was not asked for longest where there are too many.
  void keep(const Turn& turn, std::int64_t change, base::Instant now,
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
  [[nodiscard]] std::shared_ptr<const ReadySheet> good(const std::string& key, std::int64_t change,
                                                       base::Instant now);
  void end_turn(const std::string& key);
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string, std::less<>> making_;
  std::uint64_t asks_ = 0;
  std::uint64_t clears_ = 0;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace tocsin::monitor::pages
