// SPDX-License-Identifier: Apache-2.0
// A posted form, urlencoded or with files: the one way to read either.
//
// Ownership: a PostedForm refers to the request's body. Threads: pure functions.
// Errors: ErrorCode::unsupported for what is no form; invalid_input and limit_exceeded as
// formats/form_data.hpp says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http_server.hpp"
#include "pagekit/router.hpp"

namespace tocsin::pagekit {

struct PostedFile {
  std::string field;
  std::string name;  ///< as the browser says it: never a path, never trusted
  std::string_view bytes;
};

struct PostedForm {
  Fields fields;
  std::vector<PostedFile> files;  ///< without those that nobody chose
};
[[nodiscard]] base::Result<PostedForm> read_posted_form(const net::Request& request);

}  // namespace tocsin::pagekit
