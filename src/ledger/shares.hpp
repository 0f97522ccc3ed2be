// SPDX-License-Identifier: Apache-2.0
// The member's root key in shares: any m of n give it back, fewer say nothing about it.
//
// Source: A. Shamir, How to Share a Secret, CACM 22 (1979), over the field of AES (x^8 + x^4 + x^3
// + x + 1), byte by byte. Ownership: values. Threads: pure functions. Errors:
// ErrorCode::invalid_input names the share that does not fit.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tocsin::ledger {

inline constexpr unsigned shares_max = 16;

struct Share {
  unsigned index = 0;   ///< from 1
  unsigned needed = 0;  ///< m
  std::string set;      ///< the same for the shares of one splitting
  std::string bytes;    ///< as long as the secret
};

[[nodiscard]] base::Result<std::vector<Share>> split_secret(const base::Secret& secret,
                                                            unsigned needed, unsigned count);
/// From at least `needed` shares of one set.
[[nodiscard]] base::Result<base::Secret> join_shares(std::span<const Share> shares);

/// One line of text, with a check sum against mistyping: for paper and files.
[[nodiscard]] std::string share_text(const Share& share);
[[nodiscard]] base::Result<Share> parse_share(std::string_view text);

}  // namespace tocsin::ledger
