// SPDX-License-Identifier: Apache-2.0
#include "formats/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tocsin::formats {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<std::size_t> MemorySource::read(std::span<char> room) {
  const std::size_t count = std::min(room.size(), rest_.size());
  if (count > 0) std::memcpy(room.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

namespace {
std::unexpected<base::Error> ends_too_early(std::uint64_t offset) {
  return fail(ErrorCode::corrupt, "the file ends too early", "byte " + std::to_string(offset),
              "fetch the file again");
}
}  // namespace

base::Status MemoryRandom::read_at(std::uint64_t offset, std::span<char> room) {
  if (offset > bytes_.size() || room.size() > bytes_.size() - offset) return ends_too_early(offset);
  if (!room.empty()) std::memcpy(room.data(), bytes_.data() + offset, room.size());
  return {};
}

FileSource::~FileSource() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileSource::FileSource(FileSource&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      path_(std::move(other.path_)),
      stop_(other.stop_) {}

FileSource& FileSource::operator=(FileSource&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  std::swap(stop_, other.stop_);
  return *this;
}

namespace {
std::string_view name_of_kind(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}
}  // namespace

Result<FileSource> FileSource::open(const std::filesystem::path& path,
                                    const std::atomic<bool>* stop) {
  // Without O_NONBLOCK opening a pipe waits for somebody who writes into it.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0)
    return fail(ErrorCode::io, std::string("cannot open the file: ") + std::strerror(errno),
                path.string(), "check that it exists and may be read");
  struct stat about{};
  if (::fstat(descriptor, &about) != 0) {
    const int reason = errno;
    ::close(descriptor);
    return fail(ErrorCode::io, std::string("cannot look at the file: ") + std::strerror(reason),
                path.string());
  }
  if (!S_ISREG(about.st_mode)) {
    ::close(descriptor);
    return fail(ErrorCode::io,
                "this is " + std::string(name_of_kind(about.st_mode)) + ", not a plain file",
                path.string(), "write what it gives into a file first");
  }
  if (const int flags = ::fcntl(descriptor, F_GETFL); flags >= 0)
    ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  return FileSource(descriptor, static_cast<std::uint64_t>(about.st_size), path.string(), stop);
}

base::Status FileSource::go_on() const {
  if (stop_ == nullptr || !stop_->load()) return {};
  return fail(ErrorCode::cancelled, "stopped while the file was read", path_,
              "run the same command again to go on");
}

base::Status FileSource::read_at(std::uint64_t offset, std::span<char> room) {
  if (auto asked = go_on(); !asked) return asked;
  std::size_t have = 0;
  while (have < room.size()) {
    const auto rest = room.subspan(have);
    const ssize_t count =
        ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return fail(ErrorCode::io, std::string("cannot read: ") + std::strerror(errno), path_);
    if (count == 0) return ends_too_early(offset + have);
    have += static_cast<std::size_t>(count);
  }
  return {};
}

Result<std::size_t> FileSource::read(std::span<char> room) {
  for (;;) {
    if (auto asked = go_on(); !asked) return std::unexpected(std::move(asked.error()));
    const ssize_t count = ::read(descriptor_, room.data(), room.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR)
      return fail(ErrorCode::io, std::string("cannot read: ") + std::strerror(errno), path_);
  }
}

base::Status FileSource::rewind() {
  if (::lseek(descriptor_, 0, SEEK_SET) == 0) return {};
  return fail(ErrorCode::io, std::string("cannot go back to the begin: ") + std::strerror(errno),
              path_, "give a file, not a pipe");
}

Result<std::size_t> HashingSource::read(std::span<char> room) {
  auto count = below_.read(room);
  if (count) {
    hash_.add({room.data(), *count});
    bytes_ += *count;
  }
  return count;
}

Result<base::Digest> HashingSource::finish(std::uint64_t rest_bytes_max) {
  std::string chunk(chunk_bytes, '\0');
  for (std::uint64_t rest = 0;;) {
    auto count = read(chunk);
    if (!count) return std::unexpected(std::move(count).error());
    if (*count == 0) return hash_.finish();
    rest += *count;
    if (rest > rest_bytes_max)
      return fail(ErrorCode::limit_exceeded,
                  "more than " + std::to_string(rest_bytes_max) + " bytes were left to hash");
  }
}

Result<std::string_view> PeekSource::head(std::size_t bytes_max) {
  if (taken_ > 0) head_.erase(0, std::exchange(taken_, 0));
  while (head_.size() < bytes_max) {
    const std::size_t have = head_.size();
    head_.resize(bytes_max);
    auto count = below_.read(std::span(head_).subspan(have));
    if (!count) {
      // What came before the failure is still worth a look; the failure comes again on reading.
      head_.resize(have);
      if (have > 0) break;
      return std::unexpected(std::move(count).error());
    }
    head_.resize(have + *count);
    if (*count == 0) break;
  }
  return std::string_view(head_).substr(0, bytes_max);
}

Result<std::size_t> PeekSource::read(std::span<char> room) {
  if (taken_ == head_.size()) return below_.read(room);
  const std::size_t count = std::min(room.size(), head_.size() - taken_);
  std::memcpy(room.data(), head_.data() + taken_, count);
  taken_ += count;
  if (taken_ == head_.size()) {
    head_ = std::string();
    taken_ = 0;
  }
  return count;
}

Result<std::string> read_all(ByteSource& source, std::size_t bytes_max) {
  std::string bytes;
  for (;;) {
    const std::size_t have = bytes.size();
    const std::size_t room = std::min(chunk_bytes, bytes_max - have + 1);
    bytes.resize(have + room);
    auto count = source.read(std::span(bytes).subspan(have));
    if (!count) return std::unexpected(std::move(count).error());
    bytes.resize(have + *count);
    if (*count == 0) return bytes;
    if (bytes.size() > bytes_max)
      return fail(ErrorCode::limit_exceeded,
                  "more than " + std::to_string(bytes_max) + " bytes, too large to read at once",
                  {}, "split the file");
  }
}

base::Result<bool> read_more(ByteSource& source, std::string& buffer, std::size_t& begin,
                             std::size_t& end) {
  if (begin > 0) {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    begin = 0;
  }
  if (buffer.size() < end + chunk_bytes) buffer.resize(end + chunk_bytes);
  auto count = source.read(std::span(buffer).subspan(end, chunk_bytes));
  if (!count) return std::unexpected(std::move(count).error());
  end += *count;
  return *count > 0;
}

}  // namespace tocsin::formats
