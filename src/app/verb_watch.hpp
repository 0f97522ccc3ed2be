// SPDX-License-Identifier: Apache-2.0
// `tocsin watch`: the watch list in the terminal.
#pragma once

#include <string>

namespace tocsin::app {

struct WatchOptions {
  std::string home;
  std::string since;  ///< a day: only what stands since then or later; empty: all
  std::string place;  ///< part of a place's name; empty: all
  std::string day;    ///< the list as of this day; empty: the last observed one
  bool json = false;
  bool quiet = false;
};

[[nodiscard]] int run_watch(const WatchOptions& options);

}  // namespace tocsin::app
