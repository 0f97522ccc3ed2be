// SPDX-License-Identifier: Apache-2.0
// One encrypted file that holds several: for backups. Streamed, so its size does not matter.
//
// Format: docs/formats/backup.md. Encryption is libsodium's secretstream (XChaCha20-Poly1305): a
// piece that was changed, moved, left out or cut off at the end is found.
// Ownership: writer and reader own their file. Threads: one each.
// Errors: ErrorCode::corrupt for a file that does not open with the key, io with the path.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tocsin::base {

/// Bytes of one encrypted piece.
inline constexpr std::size_t sealed_piece_bytes = 64U << 10;

class SealedFileWriter {
 public:
  /// `head` stands readable before the encrypted part (how the key is made), at most 4096 bytes.
  [[nodiscard]] static Result<SealedFileWriter> create(const std::filesystem::path& path,
                                                       const Secret& key, std::string_view head);
  ~SealedFileWriter();
  SealedFileWriter(SealedFileWriter&&) noexcept;
  SealedFileWriter& operator=(SealedFileWriter&&) = delete;
  /// Puts a file in under a name.
  [[nodiscard]] Status add(std::string_view name, const std::filesystem::path& file);
  /// Ends the file, syncs it and gives it its name; without this nothing is left.
  [[nodiscard]] Status finish();

 private:
  struct State;
  explicit SealedFileWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The readable head of a sealed file.
[[nodiscard]] Result<std::string> read_sealed_head(const std::filesystem::path& path);
/// Writes every file in it into `folder` by its name (a plain file name); false of `wanted` skips.
[[nodiscard]] Status unpack_sealed(const std::filesystem::path& path, const Secret& key,
                                   const std::filesystem::path& folder,
                                   const std::function<bool(std::string_view name)>& wanted);

}  // namespace tocsin::base
