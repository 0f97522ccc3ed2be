// SPDX-License-Identifier: Apache-2.0
// A form with files, as browsers send it: multipart/form-data.
//
// Ownership: views point into the body. Threads: pure functions.
// Errors: ErrorCode::invalid_input for a body that is not such a form; ErrorCode::limit_exceeded
// for too many parts or a head of a part that is too long.
// Source: RFC 7578; HTML, "multipart/form-data" (quotes in names are sent as %22).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t form_parts_max = 100;
inline constexpr std::size_t form_head_bytes_max = 4096;

struct FormPart {
  std::string name;
  std::string file_name;  ///< as the sender says it: never a path, never trusted
  bool is_file = false;
  std::string_view content;
};
[[nodiscard]] base::Result<std::vector<FormPart>> read_form_data(std::string_view content_type,
                                                                 std::string_view body);
[[nodiscard]] bool is_form_data(std::string_view content_type);

}  // namespace tocsin::formats
