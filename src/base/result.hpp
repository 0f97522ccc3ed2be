// SPDX-License-Identifier: Apache-2.0
// The one way an expected failure is returned: a value or an Error that names place and remedy.
//
// Ownership: values. Threads: no shared state. Exceptions are only for start-up and for bugs.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::base {

/// What kind of failure; decides the HTTP status and the exit code, never the wording.
enum class ErrorCode {
  invalid_input,   ///< the caller's data is wrong; the message says what to change
  not_found,       ///< the named thing does not exist
  conflict,        ///< the thing exists in another state or version
  limit_exceeded,  ///< a named limit of limits.hpp was passed
  no_space,     ///< the disk is full: nothing was half-written, and what stands there can be read
  io,           ///< a file, socket or process failed
  corrupt,      ///< stored data fails its own checks
  unsupported,  ///< understood but not something this version does
  unavailable,  ///< a remote side did not answer; trying later may help
  unauthenticated,  ///< who asks has not logged in, or the session has ended
  forbidden,        ///< who asks may not do this; the message says whom to ask
  cancelled,        ///< stopped on request at a consistent point
  internal,         ///< a bug of ours
};

/// An expected failure. `place` names file, line or field; `remedy` what the reader can do.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string place;
  std::string remedy;

  /// One line for people: "place: message (remedy)".
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Makes the failure side of a Result: `return fail(ErrorCode::io, "cannot read", path);`
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, std::string message,
                                          std::string place = {}, std::string remedy = {});

/// Passes an error upwards, prefixed with the place the caller knows.
[[nodiscard]] std::unexpected<Error> fail_at(std::string_view place, Error error);

/// The name of a code in snake_case, as it stands in JSON answers.
[[nodiscard]] std::string_view name_of(ErrorCode code);

}  // namespace tocsin::base
