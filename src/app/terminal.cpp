// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/printable.hpp"

namespace tocsin::app {

int complain(std::string_view verb, const base::Error& error, int code) {
  std::fputs(fmt::format("tocsin {}: {}\n", verb, base::printable(error.text())).c_str(), stderr);
  return code;
}

}  // namespace tocsin::app
