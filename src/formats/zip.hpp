// SPDX-License-Identifier: Apache-2.0
// Reads ZIP archives member by member, streaming each: what GDELT and others deliver.
//
// Ownership: the archive refers to its RandomSource, members' sources to the archive.
// Threads: one thread. Errors: ErrorCode::corrupt for a damaged or cut archive, members that share
// bytes (a bomb) or a wrong checksum; ErrorCode::unsupported for encryption, methods other than
// store and deflate, and ZIP64; ErrorCode::limit_exceeded for bombs and too many members.
// Source: PKWARE APPNOTE 6.3.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// Members of one archive; more are refused.
inline constexpr std::size_t zip_members_max = 10'000;

struct ZipMember {
  std::string name;  ///< as in the archive; never used as a path
  std::uint32_t packed_bytes = 0;
  std::uint32_t plain_bytes = 0;
  std::uint32_t checksum = 0;
  std::uint32_t header_offset = 0;
  std::uint16_t method = 0;
  bool folder = false;
};

class ZipArchive {
 public:
  [[nodiscard]] static base::Result<ZipArchive> open(RandomSource& source);
  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }
  /// A source of the member's plain bytes; it fails at the end where size or checksum are wrong.
  [[nodiscard]] base::Result<std::unique_ptr<ByteSource>> open(const ZipMember& member) const;

 private:
  explicit ZipArchive(RandomSource& source) : source_(&source) {}
  [[nodiscard]] base::Status read_directory(std::uint64_t offset, std::size_t count,
                                            std::size_t bytes);
  [[nodiscard]] base::Status check_overlap() const;
  RandomSource* source_;
  std::vector<ZipMember> members_;
};

[[nodiscard]] bool looks_like_zip(std::string_view head);

/// A ZIP archive (APPNOTE 6.3) of stored members, without times, made in memory: below 4 GB.
class ZipWriter {
 public:
  void add(std::string_view name, std::string_view bytes);
  [[nodiscard]] std::string whole() &&;

 private:
  std::string members_;
  std::string directory_;
  std::uint32_t count_ = 0;
};

}  // namespace tocsin::formats
