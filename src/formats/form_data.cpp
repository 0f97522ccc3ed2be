// SPDX-License-Identifier: Apache-2.0
#include "formats/form_data.hpp"

#include "base/text.hpp"
#include "formats/mime.hpp"

namespace tocsin::formats {

bool is_form_data(std::string_view content_type) {
  return read_mime_value(content_type).value == "multipart/form-data";
}

base::Result<std::vector<FormPart>> read_form_data(std::string_view content_type,
                                                   std::string_view body) {
  using base::ErrorCode;
  if (!is_form_data(content_type))
    return base::fail(ErrorCode::invalid_input, "this is not a form with files", "content-type");
  auto parts =
      split_parts(body, read_mime_value(content_type).parameter("boundary"), form_parts_max);
  if (!parts) return std::unexpected(std::move(parts.error()));
  std::vector<FormPart> form;
  for (const auto part : *parts) {
    const auto entity = split_entity(part);
    if (part.size() - entity.body.size() > form_head_bytes_max)
      return base::fail(ErrorCode::limit_exceeded, "the head of a part is too long", "form");
    const auto says = read_mime_value(entity.header("content-disposition"));
    if (says.value != "form-data" || !says.parameters.contains("name"))
      return base::fail(ErrorCode::invalid_input, "a part of the form has no name", "form");
    form.push_back({base::repair_utf8(says.parameter("name")),
                    base::repair_utf8(says.parameter("filename")),
                    says.parameters.contains("filename"), entity.body});
  }
  return form;
}

}  // namespace tocsin::formats
