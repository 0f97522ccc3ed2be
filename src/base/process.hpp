// SPDX-License-Identifier: Apache-2.0
// Runs another program on untrusted bytes, fenced in: limits on time, memory and output, and a list
// of the system calls it may make (no network, no new processes, no writing to files).
//
// Ownership: the child is waited for before the call returns. Threads: may be called from several
// at once. Errors: ErrorCode::unavailable where the program is missing; ErrorCode::limit_exceeded
// for time or output; ErrorCode::io where the child was killed or could not be started.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::base {

struct ChildLimits {
  std::chrono::milliseconds time_max{20'000};
  std::size_t memory_bytes_max = std::size_t{512} << 20;  ///< address space
  std::size_t output_bytes_max = std::size_t{8} << 20;    ///< of standard output; errors 64 KiB
};

struct ChildResult {
  int exit_code = 0;
  std::string output;
  std::string errors;
};

/// Runs `command` (an absolute path, then arguments) with `input` on standard input and an empty
/// environment. A result with an exit code other than 0 is still a result.
[[nodiscard]] Result<ChildResult> run_limited(const std::vector<std::string>& command,
                                              std::string_view input, const ChildLimits& limits);

/// The program's path in the usual folders; empty where it is not installed.
[[nodiscard]] std::string find_program(std::string_view name);

}  // namespace tocsin::base
