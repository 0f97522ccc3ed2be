// SPDX-License-Identifier: Apache-2.0
// What a file is, by its content: never by its name, and never by what its sender calls it.
//
// The first kind that fits wins, so a file that is two things at once counts as the one that a
// browser would show; the cleaners then drop whatever is not of that kind.
// Ownership: views. Threads: pure functions. Any bytes are accepted.
#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::formats {

enum class FileKind : std::uint8_t {
  jpeg,
  png,
  pdf,
  text,
  mail,  ///< RFC 5322; only where it is asked for, by looks_like_mail
  other_image,
  audio,
  video,
  archive,  ///< zip and its like, and what is made of them: office documents
  markup,   ///< HTML, SVG, XML
  program,
  unknown,
};
[[nodiscard]] FileKind kind_of_file(std::string_view bytes);
[[nodiscard]] std::string_view name_of(FileKind kind);
/// "image/jpeg" for what a cleaned file is served as; empty for kinds that are never served.
[[nodiscard]] std::string_view media_type_of(FileKind kind);
/// Begins with lines that only a mail's head has.
[[nodiscard]] bool looks_like_mail(std::string_view bytes);

}  // namespace tocsin::formats
