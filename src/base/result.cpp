// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

namespace tocsin::base {

std::string Error::text() const {
  std::string line;
  if (!place.empty()) line += place + ": ";
  line += message;
  if (!remedy.empty()) line += " (" + remedy + ")";
  return line;
}

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string place,
                            std::string remedy) {
  return std::unexpected(Error{code, std::move(message), std::move(place), std::move(remedy)});
}

std::unexpected<Error> fail_at(std::string_view place, Error error) {
  error.place = error.place.empty() ? std::string(place) : std::string(place) + ": " + error.place;
  return std::unexpected(std::move(error));
}

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return "invalid_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::limit_exceeded:
      return "limit_exceeded";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::io:
      return "io";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace tocsin::base
