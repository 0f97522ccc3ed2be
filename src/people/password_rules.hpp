// SPDX-License-Identifier: Apache-2.0
// Which passwords are taken: long enough, and not what a guesser tries first.
//
// Ownership: values. Threads: const members from any thread.
// Errors: ErrorCode::invalid_input; its place is a word of the catalogue ("password_short").
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::people {

inline constexpr std::size_t password_signs_min = 12;
inline constexpr std::size_t password_bytes_max = 1024;
/// What must remain when known words, runs ("1234", "aaaa", "qwerty") and own names are taken out.
inline constexpr std::size_t password_signs_left_min = 8;
inline constexpr std::size_t password_different_signs_min = 6;

class PasswordRules {
 public:
  /// Reads weak-passwords.txt: one word a line.
  [[nodiscard]] static base::Result<PasswordRules> load(const std::filesystem::path& data);
  /// `own` are words that others know of this person: names, log-in name, unit.
  [[nodiscard]] base::Status check(std::string_view password,
                                   std::span<const std::string> own) const;

 private:
  std::vector<std::string> weak_;
};

/// The bytes that are derived from: Unicode NFC, so that the same password typed on another
/// keyboard fits.
[[nodiscard]] std::string password_bytes(std::string_view typed);

}  // namespace tocsin::people
