// SPDX-License-Identifier: Apache-2.0
#include "app/installation.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

bool is_root(const fs::path& folder) {
  return fs::exists(folder / "data" / "framework" / "framework.json");
}

Installation installed_at(const fs::path& root, bool checkout) {
  const auto built = checkout ? root / "build" : root;
  return {root / "data", root / "web", built / (checkout ? "web" : "web-built"),
          built / "gazetteer.bin"};
}

}  // namespace

base::Result<Installation> find_installation() {
  if (const auto given = environment("TOCSIN_ROOT"); !given.empty()) {
    if (is_root(given)) return installed_at(given, fs::exists(fs::path(given) / "CMakeLists.txt"));
    return base::fail(ErrorCode::not_found, "no data/framework in the folder of TOCSIN_ROOT",
                      given);
  }
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    if (is_root(folder)) return installed_at(folder, true);
    const auto shared = folder / "share" / "tocsin";
    if (is_root(shared)) return installed_at(shared, false);
  }
  return base::fail(ErrorCode::not_found, "cannot find the program's data folder",
                    program.parent_path().string(), "name the folder above data/ in TOCSIN_ROOT");
}

base::Result<fs::path> find_home(std::string_view given) {
  if (!given.empty()) return fs::path(given);
  if (const auto home = environment("TOCSIN_HOME"); !home.empty()) return fs::path(home);
  if (const auto data = environment("XDG_DATA_HOME"); !data.empty())
    return fs::path(data) / "tocsin";
  if (const auto user = environment("HOME"); !user.empty())
    return fs::path(user) / ".local" / "share" / "tocsin";
  return base::fail(ErrorCode::not_found, "no home for the node is known", {}, "give --home DIR");
}

base::Status check_home(const fs::path& home) {
  if (fs::exists(home / "node.db")) return {};
  return base::fail(ErrorCode::not_found, "there is no node in this folder", home.string(),
                    "make one with: tocsin init --home " + home.string());
}

base::Result<WriterLock> WriterLock::take(const fs::path& home, Written what) {
  struct Kind {
    const char* file;
    const char* held;
  };
  constexpr std::array<Kind, 4> kinds{
      {{"writer.lock", "another tocsin command is reading feeds into this home"},
       {"ledger.lock", "another tocsin command writes this node's ledger"},
       {"backup.lock", "another tocsin command makes a backup of this node"},
       {"verify.lock", "another tocsin command checks this node"}}};
  const auto& kind = kinds.at(static_cast<std::size_t>(what));
  const auto path = home / kind.file;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return base::fail(ErrorCode::io, "cannot create the lock file", path.string(),
                      "check that the folder may be written");
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return base::fail(ErrorCode::unavailable, kind.held, home.string(),
                      "wait until it has ended, or stop it");
  }
  return WriterLock(descriptor);
}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace tocsin::app
