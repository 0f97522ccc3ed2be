// SPDX-License-Identifier: Apache-2.0
#include "app/node_key.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::app {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t key_bytes_max = 4096;
constexpr const char* salt_file = "node-key-salt";
constexpr std::size_t passphrase_signs_min = 12;

/// 32 bytes as they are, or as hexadecimal digits with blanks around.
base::Result<base::Secret> key_of_bytes(std::string bytes, std::string place) {
  base::Secret held(std::move(bytes));
  if (held.bytes().size() == base::sealing_key_size) return held;
  auto raw = base::from_hex(base::trim(held.bytes()));
  if (!raw || raw->size() != base::sealing_key_size)
    return fail(ErrorCode::invalid_input, "the node key is neither 32 bytes nor 64 digits",
                std::move(place), "make one with: openssl rand -hex 32");
  return base::Secret(std::move(*raw));
}

base::Result<base::Secret> key_of_descriptor(int descriptor) {
  std::string bytes;
  std::array<char, key_bytes_max> piece{};
  while (bytes.size() < key_bytes_max) {
    const auto count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0)
      return fail(ErrorCode::io, "cannot read the node key",
                  "descriptor " + std::to_string(descriptor));
    if (count == 0) break;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
  return key_of_bytes(std::move(bytes), "descriptor " + std::to_string(descriptor));
}

}  // namespace

base::Result<base::Secret> read_passphrase(std::string_view prompt) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  termios before{};
  if (terminal) {
    std::fputs(std::string(prompt).c_str(), stderr);
    ::tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fputs("\n", stderr);
  }
  if (!read || line.empty())
    return fail(ErrorCode::invalid_input, "no passphrase was given", "standard input");
  return base::Secret(std::move(line));
}

base::Result<base::Secret> key_of_passphrase(const std::filesystem::path& home,
                                             std::string_view passphrase) {
  if (passphrase.size() < passphrase_signs_min)
    return fail(ErrorCode::invalid_input, "the passphrase has fewer than 12 signs", "passphrase",
                "take four or more words that nobody would put together");
  const auto file = home / salt_file;
  auto salt = base::read_file(file, key_bytes_max);
  if (!salt) {
    salt = base::random_bytes(base::password_salt_size);
    if (auto done = base::write_file(file, *salt); !done)
      return std::unexpected(std::move(done.error()));
  }
  return base::derive_key(passphrase, *salt, {4, 256U << 20});
}

base::Status write_demo_key(const std::filesystem::path& home) {
  const auto key = base::Secret::random(base::sealing_key_size);
  return base::write_file(home / demo_key_file, key.bytes());
}

base::Result<base::Secret> find_node_key(const std::filesystem::path& home,
                                         const NodeKeySource& source) {
  if (source.descriptor >= 0) return key_of_descriptor(source.descriptor);
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr) {
    const auto file = std::filesystem::path(folder) / credential_name;
    if (std::filesystem::exists(file)) {
      auto bytes = base::read_file(file, key_bytes_max);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      return key_of_bytes(std::move(*bytes), file.string());
    }
  }
  if (source.ask_passphrase) {
    auto passphrase = read_passphrase("Passphrase of the node: ");
    if (!passphrase) return passphrase;
    return key_of_passphrase(home, passphrase->bytes());
  }
  if (std::filesystem::exists(home / demo_key_file)) {
    auto bytes = base::read_file(home / demo_key_file, key_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return key_of_bytes(std::move(*bytes), (home / demo_key_file).string());
  }
  return fail(ErrorCode::not_found, "no node key was given", home.string(),
              "give --passphrase, --key-fd N, or the systemd credential tocsin-node-key");
}

}  // namespace tocsin::app
