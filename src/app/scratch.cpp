// SPDX-License-Identifier: Apache-2.0
#include "app/scratch.hpp"

#include "store/database.hpp"
#include "store/query.hpp"

namespace tocsin::app {

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

base::Result<bool> Scratch::make() const {
  std::error_code error;
  const auto removed = std::filesystem::remove_all(folder_, error);
  if (!error) std::filesystem::create_directories(folder_, error);
  if (error) return base::fail(base::ErrorCode::io, error.message(), folder_.string());
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  return removed > 0;
}

base::Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  store::SqliteOptions options;
  options.read_only = true;
  auto database = store::open_sqlite(from, options);
  if (!database) return std::unexpected(std::move(database.error()));
  return store::run(**database, "VACUUM INTO ?1", to.string());
}

}  // namespace tocsin::app
