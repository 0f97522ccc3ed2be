// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"

namespace tocsin::base {
namespace {

std::unexpected<Error> io_error(const char* what, const std::filesystem::path& path) {
  const int reason = errno;
  auto error = fail(is_full_disk(reason) ? ErrorCode::no_space : ErrorCode::io,
                    std::string(what) + ": " + std::strerror(reason), path.string(),
                    is_full_disk(reason) ? "free space on the disk" : "");
  if (is_full_disk(reason))
    log_error("the disk is full and nothing more can be written: " + error.error().text());
  return error;
}

/// A file descriptor that closes itself.
struct Descriptor {
  int value = -1;
  explicit Descriptor(int fd) : value(fd) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

bool is_full_disk(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) return io_error("cannot open", path);
  std::string bytes;
  char buffer[65536];
  for (;;) {
    const auto count = ::read(file.value, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("cannot read", path);
    if (count == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(count) > bytes_max)
      return fail(ErrorCode::limit_exceeded,
                  "the file is larger than " + std::to_string(bytes_max) + " bytes", path.string());
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
}

Status write_file(const std::filesystem::path& path, std::string_view bytes, ReadableBy readers) {
  constexpr mode_t of_owner = 0600;
  constexpr mode_t of_everyone = 0644;
  auto beside = path;
  beside += ".new";
  {
    const Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, of_owner));
    if (file.value < 0) return io_error("cannot create", beside);
    if (::fchmod(file.value, readers == ReadableBy::everyone ? of_everyone : of_owner) != 0)
      return io_error("cannot set who may read", beside);
    if (auto written = write_all(file.value, bytes, beside); !written) {
      ::unlink(beside.c_str());
      return written;
    }
    if (::fsync(file.value) != 0) return io_error("cannot sync", beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return io_error("cannot rename to", path);
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.value >= 0 && ::fsync(directory.value) != 0) return io_error("cannot sync", folder);
  return {};
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) return io_error("cannot open", path);
  struct stat status{};
  if (::fstat(file.value, &status) != 0) return io_error("cannot stat", path);
  MappedFile mapped;
  mapped.size_ = static_cast<std::size_t>(status.st_size);
  if (mapped.size_ == 0) return mapped;
  void* address = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_SHARED, file.value, 0);
  if (address == MAP_FAILED) {
    mapped.size_ = 0;
    return io_error("cannot map", path);
  }
  mapped.data_ = static_cast<const char*>(address);
  return mapped;
}

}  // namespace tocsin::base
