// SPDX-License-Identifier: Apache-2.0
// Photographs and documents that come with a report: what is taken, the copy that is shown, the
// original that is kept shut. No store, no clock.
//
// The copy holds what the picture shows, or the words of a document, and nothing that the device,
// the program or the sender put beside it. What cannot be cleaned is refused.
// Ownership: values. Threads: pure functions; a PDF is read by a program behind a fence.
// Errors: `place` is "file_" and the kind's name, or "file_damaged", "file_large", "file_many",
// "file_coding": a key of the catalogue's form_problem.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assess/file_store.hpp"
#include "base/result.hpp"
#include "formats/file_kind.hpp"

namespace tocsin::assess {

inline constexpr std::size_t files_per_report_max = 5;
inline constexpr std::size_t file_bytes_max = std::size_t{10} << 20;
/// All files of one report together, as they are sent.
inline constexpr std::size_t files_bytes_max = std::size_t{25} << 20;
/// Words of a document that are shown: a longer text in part, a longer PDF not at all.
inline constexpr std::size_t document_text_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t file_name_bytes_max = 200;

/// A file as its sender gave it.
struct GivenFile {
  std::string name;  ///< never a path, never shown with the copy
  std::string_view bytes;
};

/// What is shown of it; empty bytes where nothing can be (a PDF that holds pictures only).
struct CleanFile {
  formats::FileKind kind = formats::FileKind::unknown;
  std::string bytes;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
[[nodiscard]] base::Result<CleanFile> clean_file(std::string_view bytes);
/// A name as it may stand on a page of the custodian: without folders and signs of control.
[[nodiscard]] std::string plain_file_name(std::string_view name);

/// A file in HOME/files/, to be named by the act that takes the report.
struct KeptFile {
  formats::FileKind kind = formats::FileKind::unknown;
  StoredFile shown;  ///< an empty name where nothing can be shown
  std::uint64_t shown_bytes = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  StoredFile original;
  std::uint64_t original_bytes = 0;
  std::string name;
  std::string original_hash;
};
inline constexpr std::string_view shown_context = "shown";
inline constexpr std::string_view original_context = "original";

[[nodiscard]] base::Status check_sizes(const std::vector<GivenFile>& files);
/// Checks, cleans and stores all of them, or none.
[[nodiscard]] base::Result<std::vector<KeptFile>> keep_files(const FileStore& store,
                                                             const std::vector<GivenFile>& files);
/// A file that is kept for the custodian alone, such as a mail as it came.
[[nodiscard]] base::Result<KeptFile> keep_original(const FileStore& store, const GivenFile& file,
                                                   formats::FileKind kind);
/// Removes what was stored for an act that did not come.
void drop_files(const FileStore& store, const std::vector<KeptFile>& files);

}  // namespace tocsin::assess
