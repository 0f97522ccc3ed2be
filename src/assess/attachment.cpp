// SPDX-License-Identifier: Apache-2.0
#include "assess/attachment.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/clean_image.hpp"
#include "formats/pdf_text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using formats::FileKind;

/// Words without signs of control; lines end in LF.
std::string clean_text(std::string_view text) {
  std::string out;
  for (const char c : base::cut(text, document_text_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\f')
      out += '\n';
    else if (byte >= 0x20 || c == '\n' || c == '\t')
      out += c;
  }
  return std::string(base::trim(out));
}

Result<CleanFile> cleaned(FileKind kind, Result<formats::CleanImage> image) {
  if (image) return CleanFile{kind, std::move(image->bytes), image->width, image->height};
  auto error = std::move(image.error());
  error.place = error.code == ErrorCode::limit_exceeded ? "file_points"
                : error.code == ErrorCode::unsupported  ? "file_coding"
                                                        : "file_damaged";
  error.code = ErrorCode::invalid_input;
  return std::unexpected(std::move(error));
}

Result<CleanFile> clean_pdf(std::string_view bytes) {
  auto text = formats::pdf_to_text(bytes, document_text_bytes_max);
  if (text) return CleanFile{FileKind::pdf, clean_text(base::repair_utf8(*text)), 0, 0};
  // Locked, only pictures, or no program to read it: the custodian has the original.
  return CleanFile{FileKind::pdf, {}, 0, 0};
}

}  // namespace

Result<CleanFile> clean_file(std::string_view bytes) {
  const auto kind = formats::kind_of_file(bytes);
  switch (kind) {
    case FileKind::jpeg:
      return cleaned(kind, formats::clean_jpeg(bytes));
    case FileKind::png:
      return cleaned(kind, formats::clean_png(bytes));
    case FileKind::pdf:
      return clean_pdf(bytes);
    case FileKind::text:
      return CleanFile{kind, clean_text(base::repair_utf8(base::to_utf8(bytes))), 0, 0};
    default:
      return fail(ErrorCode::invalid_input, "this kind of file is not taken",
                  "file_" + std::string(name_of(kind)), "send a photograph, a PDF or plain text");
  }
}

std::string plain_file_name(std::string_view name) {
  const auto repaired = base::repair_utf8(name);
  std::string_view last = repaired;
  if (const auto cut = last.find_last_of("/\\"); cut != std::string_view::npos)
    last.remove_prefix(cut + 1);
  std::string out;
  for (std::size_t at = 0; at < last.size();) {
    const auto sign = base::decode(last, at);
    at += sign.length;
    // Signs that turn the direction of what follows make "gpj.exe" look like a picture.
    const bool turns = (sign.value >= 0x202A && sign.value <= 0x202E) ||
                       (sign.value >= 0x2066 && sign.value <= 0x2069) || sign.value == 0x200E ||
                       sign.value == 0x200F || sign.value == 0x061C;
    if (sign.value >= 0x20 && sign.value != 0x7F && !turns) base::append_utf8(out, sign.value);
  }
  return base::normalize_nfc(base::cut(base::trim(out), file_name_bytes_max));
}

base::Status check_sizes(const std::vector<GivenFile>& files) {
  if (files.size() > files_per_report_max)
    return fail(ErrorCode::invalid_input, "more than five files", "file_many",
                "send the others with a second report");
  std::size_t sum = 0;
  for (const auto& file : files) {
    sum += file.bytes.size();
    if (file.bytes.size() > file_bytes_max)
      return fail(ErrorCode::invalid_input, "a file is larger than 10 MB", "file_large");
  }
  if (sum > files_bytes_max)
    return fail(ErrorCode::invalid_input, "the files together are larger than 25 MB", "file_large");
  return {};
}

Result<KeptFile> keep_original(const FileStore& store, const GivenFile& file, FileKind kind) {
  KeptFile kept;
  kept.kind = kind;
  auto original = store.put(file.bytes, original_context);
  if (!original) return std::unexpected(std::move(original.error()));
  kept.original = std::move(*original);
  kept.original_bytes = file.bytes.size();
  kept.name = plain_file_name(file.name);
  kept.original_hash = base::to_hex(base::sha256(file.bytes));
  return kept;
}

Result<std::vector<KeptFile>> keep_files(const FileStore& store,
                                         const std::vector<GivenFile>& files) {
  if (auto good = check_sizes(files); !good) return std::unexpected(std::move(good.error()));
  std::vector<CleanFile> clean;
  for (const auto& file : files) {
    auto made = clean_file(file.bytes);
    if (!made) return std::unexpected(std::move(made.error()));
    clean.push_back(std::move(*made));
  }
  std::vector<KeptFile> kept;
  const auto give_up = [&](base::Error error) {
    drop_files(store, kept);
    return std::unexpected(std::move(error));
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto one = keep_original(store, files[i], clean[i].kind);
    if (!one) return give_up(std::move(one.error()));
    kept.push_back(std::move(*one));
    if (clean[i].bytes.empty()) continue;
    auto shown = store.put(clean[i].bytes, shown_context);
    if (!shown) return give_up(std::move(shown.error()));
    kept.back().shown = std::move(*shown);
    kept.back().shown_bytes = clean[i].bytes.size();
    kept.back().width = clean[i].width;
    kept.back().height = clean[i].height;
  }
  return kept;
}

void drop_files(const FileStore& store, const std::vector<KeptFile>& files) {
  for (const auto& file : files) {
    store.remove(file.original.name);
    store.remove(file.shown.name);
  }
}

}  // namespace tocsin::assess
