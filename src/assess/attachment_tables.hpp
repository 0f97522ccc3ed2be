// SPDX-License-Identifier: Apache-2.0
// Files of reports as the pages read them: projected from `attachment` revisions.
//
// Keys, name and hash of the original stay as the revision holds them (one sealed field, `inside`).
// Ownership: refers to database and vault. Threads: those of the database.
// Errors: those of the store; ErrorCode::not_found for a file that is not there or was erased.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/attachment.hpp"
#include "ledger/ledger.hpp"

namespace tocsin::assess {

inline constexpr std::string_view attachment_type = "attachment";

class AttachmentProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "attachments"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// Names the files in one revision each, under the data key of their report.
[[nodiscard]] base::Status append_files(ledger::Pen& pen, std::string_view report,
                                        const ledger::Marking& marking,
                                        const std::vector<KeptFile>& files);

struct AttachmentRow {
  std::string object;
  std::string report;
  base::Instant received;
  std::string kind;
  std::string shown_file;  ///< empty where nothing can be shown
  std::uint64_t shown_bytes = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::string original_file;
  std::uint64_t original_bytes = 0;
  std::string inside;  ///< as stored
};

class AttachmentReader {
 public:
  explicit AttachmentReader(store::Database& database) : database_(database) {}
  [[nodiscard]] base::Result<std::vector<AttachmentRow>> of_report(std::string_view report) const;
  [[nodiscard]] base::Result<AttachmentRow> find(std::string_view object) const;
  /// Those whose report was not erased, newest first.
  [[nodiscard]] base::Result<std::vector<AttachmentRow>> newest(std::size_t rows_max) const;
  /// Names of all files in HOME/files/ that can still be opened: what a backup takes.
  [[nodiscard]] base::Result<std::vector<std::string>> living_files() const;
  [[nodiscard]] base::Result<FileStore::Fate> fate_of(std::string_view file) const;

 private:
  store::Database& database_;
};

/// Gives the secret half of a custodians' key, where who asks holds it.
using CustodyOpener = std::function<base::Result<base::BoxKey>(std::string_view custody_key)>;

/// The cleaned copy of a file, and the original with its name. An original that came while there
/// was a custodians' key opens with it only.
struct OpenedOriginal {
  std::string name;
  base::Secret bytes;
};
[[nodiscard]] base::Result<base::Secret> open_shown(const ledger::Vault& vault,
                                                    store::Database& database,
                                                    const FileStore& files,
                                                    const AttachmentRow& row);
[[nodiscard]] base::Result<OpenedOriginal> open_original(const ledger::Vault& vault,
                                                         store::Database& database,
                                                         const FileStore& files,
                                                         const AttachmentRow& row,
                                                         const CustodyOpener& opener);

/// Removes files whose reports were erased, and files that no act has named for a day.
[[nodiscard]] base::Result<std::size_t> sweep_files(const FileStore& files,
                                                    store::Database& database);

}  // namespace tocsin::assess
