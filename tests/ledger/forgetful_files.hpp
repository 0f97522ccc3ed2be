// SPDX-License-Identifier: Apache-2.0
// A file system in memory that forgets at a power cut: what was not synced is gone, and of the last
// write that was not synced a part may stand (a torn write). For one process and one test at a
// time.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace tocsin::ledger {

class ForgetfulFiles {
 public:
  static constexpr const char* name = "forgetful";

  struct File {
    std::string now;      ///< as the process sees it
    std::string durable;  ///< as the disk has it
    bool on_disk = false;
    sqlite3_int64 last_offset = 0;
    std::string last_write;  ///< not synced yet
    std::vector<std::unique_ptr<std::string>> shared;
  };

  std::map<std::string, File> files;
  bool sync_works = true;  ///< false: as if fsync had been taken out of the program
  long writes_left = -1;   ///< then the power is gone; -1: never
  bool dead = false;

  static ForgetfulFiles& one() {
    static ForgetfulFiles all;
    static const bool registered = [] {
      auto* vfs = &all.vfs_;
      vfs->iVersion = 2;
      vfs->szOsFile = sizeof(Handle);
      vfs->mxPathname = 512;
      vfs->zName = name;
      vfs->xOpen = open;
      vfs->xDelete = remove;
      vfs->xAccess = access;
      vfs->xFullPathname = full_path;
      vfs->xRandomness = [](sqlite3_vfs*, int size, char* out) {
        return sqlite3_vfs_find("unix")->xRandomness(nullptr, size, out);
      };
      vfs->xSleep = [](sqlite3_vfs*, int) { return 0; };
      vfs->xCurrentTime = [](sqlite3_vfs*, double* out) {
        *out = 2461000;
        return SQLITE_OK;
      };
      vfs->xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* out) {
        *out = 2461000LL * 86'400'000;
        return SQLITE_OK;
      };
      return sqlite3_vfs_register(vfs, 0) == SQLITE_OK;
    }();
    static_cast<void>(registered);
    return all;
  }

  void begin_anew() {
    files.clear();
    sync_works = true;
    writes_left = -1;
    dead = false;
  }
  /// The machine starts again with what the disk has.
  void start_again(base::Random& chance) {
    for (auto entry = files.begin(); entry != files.end();) {
      auto& file = entry->second;
      if (!file.on_disk) {
        entry = files.erase(entry);
        continue;
      }
      file.now = file.durable;
      if (!file.last_write.empty()) {
        const auto torn = chance.below(file.last_write.size());
        const auto end = static_cast<std::size_t>(file.last_offset) + torn;
        if (file.now.size() < end) file.now.resize(end);
        std::copy_n(file.last_write.begin(), torn, file.now.begin() + file.last_offset);
      }
      file.durable = file.now;
      file.last_write.clear();
      file.shared.clear();
      ++entry;
    }
    dead = false;
    writes_left = -1;
  }

 private:
  struct Handle {
    sqlite3_file base;
    File* file;
  };
  static File& of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->file; }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
    auto& all = one();
    auto* handle = reinterpret_cast<Handle*>(file);
    handle->file = &all.files[path == nullptr ? "temporary" : path];
    handle->base.pMethods = methods();
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs*, const char* path, int) {
    if (one().dead) return SQLITE_IOERR_DELETE;
    one().files.erase(path);
    return SQLITE_OK;
  }
  static int access(sqlite3_vfs*, const char* path, int, int* out) {
    *out = one().files.contains(path) ? 1 : 0;
    return SQLITE_OK;
  }
  static int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
    std::strncpy(out, path, static_cast<std::size_t>(size));
    return SQLITE_OK;
  }
  /// True when the power is still there after one more write.
  bool spend() {
    if (dead) return false;
    if (writes_left == 0) {
      dead = true;
      return false;
    }
    if (writes_left > 0) --writes_left;
    return true;
  }

  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods all = [] {
      sqlite3_io_methods made{};
      made.iVersion = 2;
      made.xClose = [](sqlite3_file*) { return SQLITE_OK; };
      made.xRead = [](sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
        const auto& now = of(file).now;
        std::memset(out, 0, static_cast<std::size_t>(size));
        if (at >= static_cast<sqlite3_int64>(now.size())) return SQLITE_IOERR_SHORT_READ;
        const auto count = std::min<std::size_t>(static_cast<std::size_t>(size),
                                                 now.size() - static_cast<std::size_t>(at));
        std::memcpy(out, now.data() + at, count);
        return count == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
      };
      made.xWrite = [](sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
        auto& target = of(file);
        const std::string written(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
        const bool powered = one().spend();
        // The write at which the power went is the one that may be torn.
        if (powered || target.last_write.empty()) {
          target.last_offset = at;
          target.last_write = written;
        }
        if (!powered) return SQLITE_IOERR_WRITE;
        const auto end = static_cast<std::size_t>(at) + written.size();
        if (target.now.size() < end) target.now.resize(end);
        std::ranges::copy(written, target.now.begin() + at);
        return SQLITE_OK;
      };
      made.xTruncate = [](sqlite3_file* file, sqlite3_int64 size) {
        if (!one().spend()) return SQLITE_IOERR_TRUNCATE;
        of(file).now.resize(static_cast<std::size_t>(size));
        return SQLITE_OK;
      };
      made.xSync = [](sqlite3_file* file, int) {
        if (one().dead) return SQLITE_IOERR_FSYNC;
        if (!one().sync_works) return SQLITE_OK;
        auto& target = of(file);
        target.durable = target.now;
        target.on_disk = true;
        target.last_write.clear();
        return SQLITE_OK;
      };
      made.xFileSize = [](sqlite3_file* file, sqlite3_int64* out) {
        *out = static_cast<sqlite3_int64>(of(file).now.size());
        return SQLITE_OK;
      };
      made.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
      made.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
      made.xCheckReservedLock = [](sqlite3_file*, int* out) {
        *out = 0;
        return SQLITE_OK;
      };
      made.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
      made.xSectorSize = [](sqlite3_file*) { return 4096; };
      made.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };
      made.xShmMap = [](sqlite3_file* file, int region, int size, int, void volatile** out) {
        auto& shared = of(file).shared;
        while (shared.size() <= static_cast<std::size_t>(region))
          shared.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
        *out = shared[static_cast<std::size_t>(region)]->data();
        return SQLITE_OK;
      };
      made.xShmLock = [](sqlite3_file*, int, int, int) { return SQLITE_OK; };
      made.xShmBarrier = [](sqlite3_file*) {};
      made.xShmUnmap = [](sqlite3_file*, int) { return SQLITE_OK; };
      return made;
    }();
    return &all;
  }

  sqlite3_vfs vfs_{};
};

}  // namespace tocsin::ledger
