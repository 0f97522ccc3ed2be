// SPDX-License-Identifier: Apache-2.0
// Use cases of the directory of authorities.
//
// Ownership: refers to the desk. Threads: any. Errors: forbidden, invalid_input with the field,
// conflict where someone changed the entry meanwhile.
#pragma once

#include <string>
#include <string_view>

#include "inform/authority_tables.hpp"
#include "people/desk.hpp"

namespace tocsin::inform {

class AuthorityDesk {
 public:
  explicit AuthorityDesk(const people::Desk& desk) : desk_(desk) {}
  /// A new entry; its object id.
  [[nodiscard]] base::Result<std::string> add(const people::Session& session,
                                              const Authority& authority) const;
  /// An empty secret keeps the old one.
  [[nodiscard]] base::Status change(const people::Session& session, std::string_view object,
                                    const base::Digest& seen, Authority authority) const;
  [[nodiscard]] base::Status close(const people::Session& session, std::string_view object,
                                   const base::Digest& seen) const;

 private:
  const people::Desk& desk_;
};

}  // namespace tocsin::inform
