// SPDX-License-Identifier: Apache-2.0
#include "pagekit/posted_form.hpp"

#include "formats/form_data.hpp"
#include "formats/mime.hpp"

namespace tocsin::pagekit {

base::Result<PostedForm> read_posted_form(const net::Request& request) {
  const auto type = request.header("content-type");
  if (formats::read_mime_value(type).value == "application/x-www-form-urlencoded")
    return PostedForm{Fields(request.body), {}};
  if (request.method != "POST" || !formats::is_form_data(type))
    return base::fail(base::ErrorCode::unsupported, "this address takes a form", request.path);
  auto parts = formats::read_form_data(type, request.body);
  if (!parts) return std::unexpected(std::move(parts.error()));
  PostedForm form;
  std::vector<std::pair<std::string, std::string>> fields;
  for (auto& part : *parts) {
    if (!part.is_file)
      fields.emplace_back(std::move(part.name), std::string(part.content));
    else if (!part.content.empty())
      form.files.push_back({std::move(part.name), std::move(part.file_name), part.content});
  }
  form.fields = Fields(std::move(fields));
  return form;
}

}  // namespace tocsin::pagekit
