// SPDX-License-Identifier: Apache-2.0
#include "formats/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "formats/gzip.hpp"

namespace tocsin::formats {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t end_record_bytes = 22;
constexpr std::size_t comment_bytes_max = 65535;
constexpr std::size_t central_header_bytes = 46;
constexpr std::size_t local_header_bytes = 30;
constexpr std::size_t directory_bytes_max = 16U << 20;
constexpr std::uint32_t zip64_mark = 0xFFFFFFFF;
constexpr std::uint16_t method_store = 0;
constexpr std::uint16_t method_deflate = 8;

std::uint16_t two_bytes(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) |
                                    (static_cast<unsigned char>(bytes[at + 1]) << 8));
}

std::uint32_t four_bytes(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(two_bytes(bytes, at)) |
         (static_cast<std::uint32_t>(two_bytes(bytes, at + 2)) << 16);
}

std::unexpected<base::Error> damaged(std::string what) {
  return fail(ErrorCode::corrupt, "the zip archive is damaged: " + std::move(what), {},
              "fetch the file again");
}

/// A stretch of the archive as a stream.
class RangeSource final : public ByteSource {
 public:
  RangeSource(RandomSource& source, std::uint64_t offset, std::uint64_t bytes)
      : source_(source), offset_(offset), rest_(bytes) {}
  Result<std::size_t> read(std::span<char> room) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), rest_));
    if (count == 0) return std::size_t{0};
    if (auto done = source_.read_at(offset_, room.first(count)); !done)
      return std::unexpected(std::move(done).error());
    offset_ += count;
    rest_ -= count;
    return count;
  }

 private:
  RandomSource& source_;
  std::uint64_t offset_;
  std::uint64_t rest_;
};

/// The member's plain bytes, held against the size and checksum that the directory states.
class MemberSource final : public ByteSource {
 public:
  MemberSource(RandomSource& source, std::uint64_t offset, const ZipMember& member)
      : member_(member), packed_(source, offset, member.packed_bytes) {
    if (member.method == method_deflate)
      inflate_ = std::make_unique<InflateSource>(packed_, DeflateFrame::raw);
  }
  Result<std::size_t> read(std::span<char> room) override {
    auto count = inflate_ ? inflate_->read(room) : packed_.read(room);
    if (!count) return fail_at(member_.name, std::move(count).error());
    bytes_ += *count;
    if (bytes_ > member_.plain_bytes) return damaged(member_.name + " is longer than stated");
    sum_ = static_cast<std::uint32_t>(
        crc32(sum_, reinterpret_cast<const Bytef*>(room.data()), static_cast<uInt>(*count)));
    if (*count == 0 && bytes_ != member_.plain_bytes)
      return damaged(member_.name + " is shorter than stated");
    if (*count == 0 && sum_ != member_.checksum)
      return damaged(member_.name + " has a wrong checksum");
    return count;
  }

 private:
  ZipMember member_;
  RangeSource packed_;
  std::unique_ptr<InflateSource> inflate_;
  std::uint64_t bytes_ = 0;
  std::uint32_t sum_ = 0;
};

}  // namespace

Result<ZipArchive> ZipArchive::open(RandomSource& source) {
  const std::uint64_t size = source.size();
  if (size < end_record_bytes) return damaged("it is too short");
  const auto tail_bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(size, end_record_bytes + comment_bytes_max));
  std::string tail(tail_bytes, '\0');
  if (auto done = source.read_at(size - tail_bytes, tail); !done)
    return std::unexpected(std::move(done).error());
  const auto at = tail.rfind("PK\x05\x06");
  if (at == std::string::npos || at + end_record_bytes > tail.size())
    return damaged("its directory is missing, the file was cut");
  const std::size_t count = two_bytes(tail, at + 10);
  const std::uint32_t bytes = four_bytes(tail, at + 12);
  const std::uint32_t offset = four_bytes(tail, at + 16);
  if (count == 0xFFFF || bytes == zip64_mark || offset == zip64_mark)
    return fail(ErrorCode::unsupported, "the archive is a ZIP64 archive", {},
                "unpack it first, or pack it as .gz");
  if (two_bytes(tail, at + 4) != 0)
    return fail(ErrorCode::unsupported, "the archive is spread over several files", {},
                "join it first");
  if (count > zip_members_max)
    return fail(ErrorCode::limit_exceeded,
                "the archive has more than " + std::to_string(zip_members_max) + " members");
  if (bytes > directory_bytes_max) return damaged("its directory is too large");
  ZipArchive archive(source);
  Status done = archive.read_directory(offset, count, bytes);
  if (done) done = archive.check_overlap();
  if (!done) return std::unexpected(std::move(done).error());
  return archive;
}

Status ZipArchive::read_directory(std::uint64_t offset, std::size_t count, std::size_t bytes) {
  std::string directory(bytes, '\0');
  if (auto done = source_->read_at(offset, directory); !done)
    return damaged("its directory is cut");
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at + central_header_bytes > directory.size() ||
        std::string_view(directory).substr(at, 4) != "PK\x01\x02")
      return damaged("its directory cannot be read");
    const std::string_view header = std::string_view(directory).substr(at);
    const std::size_t name_bytes = two_bytes(header, 28);
    const std::size_t rest = name_bytes + two_bytes(header, 30) + two_bytes(header, 32);
    if (central_header_bytes + rest > header.size()) return damaged("its directory is cut");
    ZipMember member;
    member.name = header.substr(central_header_bytes, name_bytes);
    member.method = two_bytes(header, 10);
    member.checksum = four_bytes(header, 16);
    member.packed_bytes = four_bytes(header, 20);
    member.plain_bytes = four_bytes(header, 24);
    member.header_offset = four_bytes(header, 42);
    member.folder = member.name.ends_with('/');
    if ((two_bytes(header, 8) & 1) != 0)
      return fail(ErrorCode::unsupported, "the archive is encrypted", member.name,
                  "unpack it first");
    if (member.method != method_store && member.method != method_deflate)
      return fail(ErrorCode::unsupported,
                  "packing method " + std::to_string(member.method) + " is not known here",
                  member.name, "pack it with deflate, or as .gz");
    members_.push_back(std::move(member));
    at += central_header_bytes + rest;
  }
  return {};
}

/// Archives whose members share packed bytes exist only as bombs.
Status ZipArchive::check_overlap() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& member : members_)
    ranges.emplace_back(member.header_offset, std::uint64_t{member.header_offset} +
                                                  local_header_bytes + member.packed_bytes);
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first < ranges[i - 1].second)
      return damaged("members share the same bytes, as a decompression bomb does");
  return {};
}

Result<std::unique_ptr<ByteSource>> ZipArchive::open(const ZipMember& member) const {
  std::string header(local_header_bytes, '\0');
  if (auto done = source_->read_at(member.header_offset, header); !done)
    return damaged(member.name + " is missing");
  if (!header.starts_with("PK\x03\x04")) return damaged(member.name + " has no header");
  const std::uint64_t offset = std::uint64_t{member.header_offset} + local_header_bytes +
                               two_bytes(header, 26) + two_bytes(header, 28);
  if (offset + member.packed_bytes > source_->size()) return damaged(member.name + " is cut");
  if (member.method == method_store && member.packed_bytes != member.plain_bytes)
    return damaged(member.name + " states two lengths");
  return std::make_unique<MemberSource>(*source_, offset, member);
}

bool looks_like_zip(std::string_view head) {
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06");
}

namespace {

void put(std::string& out, std::uint32_t value, int bytes) {
  constexpr std::uint32_t byte = 0xFF;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & byte);
}

}  // namespace

void ZipWriter::add(std::string_view name, std::string_view bytes) {
  constexpr std::uint32_t version = 20;
  constexpr std::uint32_t first_day = 33;  // 1 January 1980, the first that there is
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const auto sum = static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
  std::string what;
  for (const auto& [value, width] : {std::pair{version, 2},
                                     {0U, 2},
                                     {0U, 2},
                                     {0U, 2},
                                     {first_day, 2},
                                     {sum, 4},
                                     {size, 4},
                                     {size, 4},
                                     {static_cast<std::uint32_t>(name.size()), 2},
                                     {0U, 2}})
    put(what, value, width);
  const auto at = static_cast<std::uint32_t>(members_.size());
  put(members_, 0x04034B50, 4);
  members_.append(what).append(name).append(bytes);
  put(directory_, 0x02014B50, 4);
  put(directory_, version, 2);
  directory_ += what;
  for (const auto& [value, width] :  // comment, disk, attributes, where it begins
       {std::pair{0U, 2}, {0U, 2}, {0U, 2}, {0U, 4}, {at, 4}})
    put(directory_, value, width);
  directory_.append(name);
  ++count_;
}

std::string ZipWriter::whole() && {
  std::string end;
  put(end, 0x06054B50, 4);
  put(end, 0, 4);
  put(end, count_, 2);
  put(end, count_, 2);
  put(end, static_cast<std::uint32_t>(directory_.size()), 4);
  put(end, static_cast<std::uint32_t>(members_.size()), 4);
  put(end, 0, 2);
  return std::move(members_) + directory_ + end;
}

}  // namespace tocsin::formats
