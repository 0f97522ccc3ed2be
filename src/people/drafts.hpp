// SPDX-License-Identifier: Apache-2.0
// What somebody typed and has not sent, or sent when their session had ended: sealed under the data
// key of their account, in node.db and not in the ledger. No time-out and no crash loses work.
//
// Passwords, codes and form tokens are never kept. Threads: any.
// Errors: ErrorCode::limit_exceeded past the named limits; those of ledger and vault.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "people/desk.hpp"

namespace tocsin::people {

inline constexpr std::size_t draft_bytes_max = 256U << 10;
inline constexpr std::int64_t drafts_per_account_max = 50;
inline constexpr std::size_t draft_form_bytes_max = 300;
inline constexpr std::chrono::days draft_kept_for{30};

/// Stands in a form of which a draft is kept: the draft's form, or "1" for the path itself.
inline constexpr std::string_view kept_form_field = "kept_form";

/// The words of what a form is about, put there by its page (a report's, to be cut down to an
/// excerpt): never kept, since they go when their report is taken back. Marked data-unkept there.
inline constexpr std::string_view unkept_field = "excerpt";

struct KeptDraft {
  /// What it belongs to: the path that it is sent to, with "#" and the form's own name where
  /// several forms of a page are sent to one path.
  std::string form;
  std::vector<std::pair<std::string, std::string>> fields;
  base::Instant at;
};

/// Whether a draft may still be shown to its owner: what it is about may have been taken back, or
/// marked above their clearance, since.
using DraftRule = std::function<base::Result<bool>(const Person&, const KeptDraft&)>;

/// Replaces an older draft of the same form.
[[nodiscard]] base::Status keep_draft(const Desk& desk, std::string_view account,
                                      std::string_view form, const pagekit::Fields& fields);
/// The draft, which stays; nothing where there is none.
[[nodiscard]] base::Result<std::optional<KeptDraft>> read_draft(const Desk& desk,
                                                                std::string_view account,
                                                                std::string_view form);
/// The draft, which is dropped.
[[nodiscard]] base::Result<std::optional<KeptDraft>> take_draft(const Desk& desk,
                                                                std::string_view account,
                                                                std::string_view form);
[[nodiscard]] base::Status drop_draft(const Desk& desk, std::string_view account,
                                      std::string_view form);
/// Drops everybody's drafts whose form names this object (a report that is gone), inside an act.
[[nodiscard]] base::Status drop_drafts_naming(store::Database& database, std::string_view object);
/// Newest first; without those that are too old.
[[nodiscard]] base::Result<std::vector<KeptDraft>> list_drafts(const Desk& desk,
                                                               std::string_view account);
/// The form of a draft that was sent to `path`: what its field kept_form names, if it is of that
/// path, otherwise the path.
[[nodiscard]] std::string draft_form(std::string_view path, std::string_view named);
/// May a field of this name be kept?
[[nodiscard]] bool is_kept_field(std::string_view name);

}  // namespace tocsin::people
