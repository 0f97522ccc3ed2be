// SPDX-License-Identifier: Apache-2.0
// Where things are: the node's home and the program's own data, web files and gazetteer.
//
// Ownership: values. Threads: pure functions over the environment. Errors name the folder looked
// for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::app {

struct Installation {
  std::filesystem::path data;       ///< data/ with framework, dictionaries, exercise
  std::filesystem::path web;        ///< web/ with templates and messages
  std::filesystem::path web_built;  ///< built style, modules and map
  std::filesystem::path gazetteer;  ///< the gazetteer file; may not exist
};

/// Found by $TOCSIN_ROOT, else above the running program (a checkout), else share/tocsin beside
/// its prefix.
[[nodiscard]] base::Result<Installation> find_installation();

/// `given`, else $TOCSIN_HOME, else $XDG_DATA_HOME/tocsin, else ~/.local/share/tocsin.
[[nodiscard]] base::Result<std::filesystem::path> find_home(std::string_view given);

/// Fails unless `home` was made by `tocsin init`.
[[nodiscard]] base::Status check_home(const std::filesystem::path& home);

/// What only one program at a time writes in a home.
enum class Written : std::uint8_t { observations, ledger, backup, check };

/// Holds that part of a home for one program, until the process or object ends.
class WriterLock {
 public:
  [[nodiscard]] static base::Result<WriterLock> take(const std::filesystem::path& home,
                                                     Written what);
  ~WriterLock();
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace tocsin::app
