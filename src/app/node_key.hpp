// SPDX-License-Identifier: Apache-2.0
// Where the node's master key comes from at start: a file descriptor, a systemd credential, a
// passphrase, or, in a demonstration only, a file in the home.
//
// Ownership: the caller keeps the secret. Threads: start-up only.
// Errors: ErrorCode::invalid_input says which source was looked at and what it held instead.
#pragma once

#include <filesystem>
#include <string>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tocsin::app {

struct NodeKeySource {
  int descriptor = -1;          ///< --key-fd: 32 bytes, or 64 hexadecimal digits
  bool ask_passphrase = false;  ///< --passphrase: typed, or the first line of standard input
};

/// The name under which systemd hands the key over (LoadCredential=tocsin-node-key:…).
inline constexpr const char* credential_name = "tocsin-node-key";
/// The key of a demonstration, in its home: anyone who can read the home can read everything.
inline constexpr const char* demo_key_file = "demo-node-key";

/// The first source that is there: descriptor, credential, passphrase, demonstration file.
[[nodiscard]] base::Result<base::Secret> find_node_key(const std::filesystem::path& home,
                                                       const NodeKeySource& source);
/// The key that a passphrase gives with this home's salt (Argon2id), which is made where missing.
[[nodiscard]] base::Result<base::Secret> key_of_passphrase(const std::filesystem::path& home,
                                                           std::string_view passphrase);
[[nodiscard]] base::Status write_demo_key(const std::filesystem::path& home);
/// A line typed without showing it where standard input is a terminal, else its first line.
[[nodiscard]] base::Result<base::Secret> read_passphrase(std::string_view prompt);

}  // namespace tocsin::app
