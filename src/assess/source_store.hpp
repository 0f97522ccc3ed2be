// SPDX-License-Identifier: Apache-2.0
// sources.db: how people who reported can be reached, sealed to the custodians' key; that key,
// sealed to each custodian; and what was opened, sealed to who asked. Nothing in it opens with the
// node's own key.
//
// What is in it counts only where the ledger says so: each row is named by the ledger, and rows
// that it does not name are wiped by sweep(). Ownership: owns its one connection. Threads: any.
// Errors: those of the store; ErrorCode::not_found for a row that is not there.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/database.hpp"

namespace tocsin::assess {

inline constexpr const char* source_file = "sources.db";

class SourceStore {
 public:
  /// Opens or makes sources.db in a home; every commit is synced, what is deleted is overwritten.
  [[nodiscard]] static base::Result<std::unique_ptr<SourceStore>> open(
      const std::filesystem::path& home);

  /// An identity's cipher text, by its own hash (base64url).
  [[nodiscard]] base::Status keep_identity(std::string_view hash, std::string_view sealed);
  [[nodiscard]] base::Result<std::string> find_identity(std::string_view hash);
  /// The custodians' secret, sealed to one key of one custodian.
  [[nodiscard]] base::Status keep_copy(std::string_view custody_key, std::string_view key_object,
                                       std::string_view sealed);
  [[nodiscard]] base::Result<std::string> find_copy(std::string_view custody_key,
                                                    std::string_view key_object);
  /// What was opened by one request, sealed to one key of who asked.
  [[nodiscard]] base::Status keep_opened(std::string_view request, std::string_view key_object,
                                         std::string_view sealed);
  [[nodiscard]] base::Result<std::string> find_opened(std::string_view request,
                                                      std::string_view key_object);

  /// Which rows the ledger still wants.
  struct Wanted {
    std::function<base::Result<bool>(std::string_view hash)> identity;
    std::function<base::Result<bool>(std::string_view custody_key, std::string_view key_object)>
        copy;
    std::function<base::Result<bool>(std::string_view request)> opened;
  };
  /// Deletes all others and, where there were any, wipes free pages and the write-ahead log.
  /// The number deleted.
  [[nodiscard]] base::Result<std::size_t> sweep(const Wanted& wanted);

 private:
  explicit SourceStore(std::unique_ptr<store::Database> database)
      : database_(std::move(database)) {}
  std::mutex mutex_;
  std::unique_ptr<store::Database> database_;
  /// A process that was killed between a deletion and its purge left old pages in the log.
  bool unpurged_ = true;
};

}  // namespace tocsin::assess
