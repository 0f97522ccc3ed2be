// SPDX-License-Identifier: Apache-2.0
// The program's log: one line an entry on stderr, the one door to spdlog.
//
// Never log content of reports, names or addresses: say what happened to which id.
// Threads: safe from any thread.
#pragma once

#include <string_view>

namespace tocsin::base {

enum class LogLevel { debug, info, warning, error };

/// Entries below this level are dropped. Default: info.
void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view message);

inline void log_info(std::string_view message) {
  log(LogLevel::info, message);
}
inline void log_warning(std::string_view message) {
  log(LogLevel::warning, message);
}
inline void log_error(std::string_view message) {
  log(LogLevel::error, message);
}

}  // namespace tocsin::base
