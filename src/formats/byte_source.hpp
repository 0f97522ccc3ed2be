// SPDX-License-Identifier: Apache-2.0
// Bytes that come in pieces: files, memory, and the wrappers that hash them or look at their head.
//
// Ownership: wrappers refer to the source below them, which must outlive them.
// Threads: a source belongs to one thread.
// Errors: ErrorCode::io for a file that fails, ErrorCode::cancelled once a stop was asked for; what
// wrappers add is said with them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/result.hpp"

namespace tocsin::formats {

/// Bytes asked from a source at once by the readers of this folder.
inline constexpr std::size_t chunk_bytes = 64U << 10;

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Writes at most `room.size()` bytes (never zero) into `room`; returns how many, 0 at the end.
  [[nodiscard]] virtual base::Result<std::size_t> read(std::span<char> room) = 0;
};

/// Moves the unread bytes [begin, end) of `buffer` to its front and reads one chunk behind them.
/// False: the source has ended.
[[nodiscard]] base::Result<bool> read_more(ByteSource& source, std::string& buffer,
                                           std::size_t& begin, std::size_t& end);

/// Bytes that can be read at any place.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills all of `room` from `offset` on; an error where the bytes end before.
  [[nodiscard]] virtual base::Status read_at(std::uint64_t offset, std::span<char> room) = 0;
};

/// Memory that can be read at any place; the view must outlive the source.
class MemoryRandom final : public RandomSource {
 public:
  explicit MemoryRandom(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] base::Status read_at(std::uint64_t offset, std::span<char> room) override;

 private:
  std::string_view bytes_;
};

/// Bytes that lie in memory; the view must outlive the source.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;

 private:
  std::string_view rest_;
};

/// A file read from its begin to its end, or at chosen places. Movable, not copyable.
class FileSource final : public ByteSource, public RandomSource {
 public:
  ~FileSource() override;
  FileSource(FileSource&& other) noexcept;
  FileSource& operator=(FileSource&& other) noexcept;
  /// Only a plain file is taken: a pipe or device may never end, and opening it never waits. Once
  /// `stop` is set (null: never), every read fails with ErrorCode::cancelled.
  [[nodiscard]] static base::Result<FileSource> open(const std::filesystem::path& path,
                                                     const std::atomic<bool>* stop = nullptr);
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;
  /// Goes back to the first byte.
  [[nodiscard]] base::Status rewind();
  /// The length when it was opened.
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] base::Status read_at(std::uint64_t offset, std::span<char> room) override;

 private:
  FileSource(int descriptor, std::uint64_t size, std::string path, const std::atomic<bool>* stop)
      : descriptor_(descriptor), size_(size), path_(std::move(path)), stop_(stop) {}
  [[nodiscard]] base::Status go_on() const;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::string path_;
  const std::atomic<bool>* stop_ = nullptr;
};

/// Read of a refused file for the sake of its hash; a longer rest leaves it without one.
inline constexpr std::uint64_t refused_rest_bytes_max = std::uint64_t{256} << 20;

/// Passes bytes on, counts them and computes their SHA-256.
class HashingSource final : public ByteSource {
 public:
  explicit HashingSource(ByteSource& below) : below_(below) {}
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;
  /// Reads what is left, so that the hash covers every byte even where a reader stopped early;
  /// ErrorCode::limit_exceeded where more than `rest_bytes_max` are left.
  [[nodiscard]] base::Result<base::Digest> finish(
      std::uint64_t rest_bytes_max = std::numeric_limits<std::uint64_t>::max());
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  ByteSource& below_;
  base::Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

/// Lets the first bytes be looked at without taking them.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(ByteSource& below) : below_(below) {}
  /// At most `bytes_max` bytes from the current place; fewer only at the end of the source.
  [[nodiscard]] base::Result<std::string_view> head(std::size_t bytes_max);
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;

 private:
  ByteSource& below_;
  std::string head_;
  std::size_t taken_ = 0;
};

/// Reads everything; ErrorCode::limit_exceeded where there is more than `bytes_max`.
[[nodiscard]] base::Result<std::string> read_all(ByteSource& source, std::size_t bytes_max);

}  // namespace tocsin::formats
