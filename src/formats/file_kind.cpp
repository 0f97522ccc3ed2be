// SPDX-License-Identifier: Apache-2.0
#include "formats/file_kind.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tocsin::formats {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

/// Signatures, in the order in which they are tried.
constexpr std::array marks{
    Mark{0, "\xFF\xD8\xFF"sv, FileKind::jpeg},
    Mark{0, "\x89PNG\r\n\x1A\n"sv, FileKind::png},
    Mark{0, "%PDF-"sv, FileKind::pdf},
    Mark{8, "WEBP"sv, FileKind::other_image},
    Mark{0, "GIF8"sv, FileKind::other_image},
    Mark{0, "II*\0"sv, FileKind::other_image},
    Mark{0, "MM\0*"sv, FileKind::other_image},
    Mark{0, "BM"sv, FileKind::other_image},
    Mark{4, "ftypheic"sv, FileKind::other_image},
    Mark{4, "ftypheix"sv, FileKind::other_image},
    Mark{4, "ftypmif1"sv, FileKind::other_image},
    Mark{4, "ftypavif"sv, FileKind::other_image},
    Mark{4, "ftypM4A"sv, FileKind::audio},
    Mark{4, "ftyp"sv, FileKind::video},
    Mark{8, "AVI "sv, FileKind::video},
    Mark{0, "\x1A\x45\xDF\xA3"sv, FileKind::video},
    Mark{8, "WAVE"sv, FileKind::audio},
    Mark{0, "ID3"sv, FileKind::audio},
    Mark{0, "\xFF\xFB"sv, FileKind::audio},
    Mark{0, "\xFF\xF3"sv, FileKind::audio},
    Mark{0, "\xFF\xF1"sv, FileKind::audio},
    Mark{0, "OggS"sv, FileKind::audio},
    Mark{0, "fLaC"sv, FileKind::audio},
    Mark{0, "#!AMR"sv, FileKind::audio},
    Mark{0, "PK\x03\x04"sv, FileKind::archive},
    Mark{0, "PK\x05\x06"sv, FileKind::archive},
    Mark{0, "Rar!"sv, FileKind::archive},
    Mark{0, "7z\xBC\xAF"sv, FileKind::archive},
    Mark{0, "\x1F\x8B"sv, FileKind::archive},
    Mark{0, "BZh"sv, FileKind::archive},
    Mark{0,
         "\xFD"
         "7zXZ"sv,
         FileKind::archive},
    Mark{0, "\xD0\xCF\x11\xE0"sv, FileKind::archive},
    Mark{0, "{\\rtf"sv, FileKind::archive},
    Mark{0, "MZ"sv, FileKind::program},
    Mark{0,
         "\x7F"
         "ELF"sv,
         FileKind::program},
    Mark{0, "#!"sv, FileKind::program},
};
constexpr std::array<std::string_view, 12> names{"jpeg",    "png",    "pdf",     "text",
                                                 "mail",    "image",  "audio",   "video",
                                                 "archive", "markup", "program", "unknown"};
constexpr std::size_t head_bytes = 64U << 10;

bool is_text(std::string_view bytes) {
  const auto head = bytes.substr(0, head_bytes);
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return bytes.size() > 2;
  return !head.empty() && std::ranges::none_of(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n' && c != '\f') || byte == 0x7F;
  });
}

}  // namespace

FileKind kind_of_file(std::string_view bytes) {
  for (const auto& mark : marks) {
    if (bytes.size() < mark.at || !bytes.substr(mark.at).starts_with(mark.bytes)) continue;
    // Two letters are too few to tell a picture or a program from words.
    if (mark.bytes.size() == 2 && mark.bytes[0] < 0x7F && mark.bytes[0] > ' ' &&
        mark.bytes != "#!" && is_text(bytes))
      continue;
    return mark.kind;
  }
  if (!is_text(bytes)) return FileKind::unknown;
  auto begin = bytes.substr(0, head_bytes);
  if (begin.starts_with("\xEF\xBB\xBF")) begin.remove_prefix(3);
  return base::trim(begin).starts_with('<') ? FileKind::markup : FileKind::text;
}

std::string_view name_of(FileKind kind) {
  return names.at(static_cast<std::size_t>(kind));
}

std::string_view media_type_of(FileKind kind) {
  if (kind == FileKind::jpeg) return "image/jpeg";
  if (kind == FileKind::png) return "image/png";
  if (kind == FileKind::pdf || kind == FileKind::text) return "text/plain; charset=utf-8";
  return {};
}

bool looks_like_mail(std::string_view bytes) {
  constexpr std::array<std::string_view, 10> heads{
      "from:",    "received:",     "return-path:", "delivered-to:", "date:",
      "subject:", "mime-version:", "message-id:",  "to:",           "x-"};
  auto head = base::lower(base::repair_utf8(bytes.substr(0, head_bytes)));
  // Mailboxes begin with a line "From someone, then".
  if (head.starts_with("from ")) head.erase(0, std::min(head.find('\n'), head.size() - 1) + 1);
  return std::ranges::any_of(heads, [&](auto wanted) { return head.starts_with(wanted); }) &&
         (head.starts_with("from:") || head.find("\nfrom:") != std::string::npos);
}

}  // namespace tocsin::formats
