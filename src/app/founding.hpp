// SPDX-License-Identifier: Apache-2.0
// Founding a desk in a home: the node key, the root key in shares, the first people.
//
// Threads: start-up only. Errors: name the file or the person and the remedy. A founding that was
// cut off is finished by the next one: a home has a desk once it has people.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/node_key.hpp"
#include "people/account.hpp"
#include "people/account_desk.hpp"

namespace tocsin::app {

struct FoundingOrder {
  std::string member;                     ///< the organisation, as others call it
  std::vector<people::NewPerson> people;  ///< three at least
  std::filesystem::path shares_folder;    ///< where the shares of the root key are written
  unsigned shares = 3;
  unsigned shares_needed = 2;
};

/// "Name:log-in:role,role" of the command line.
[[nodiscard]] base::Result<people::NewPerson> parse_person(std::string_view text);

/// Founds the desk; gives the one-time links. The root key's shares are written and then forgotten.
[[nodiscard]] base::Result<std::vector<people::FirstLink>> found_desk(
    const std::filesystem::path& home, const std::filesystem::path& data, base::Secret master,
    const FoundingOrder& order);

/// One demonstration account that is ready to log in.
struct DemoPerson {
  std::string name;
  std::string log_in;
  std::string roles;
  std::string password;
  std::string totp_secret;  ///< base32
};
/// The code of the second factor at `now`: what an authenticator would show.
[[nodiscard]] base::Result<std::string> demo_code(const DemoPerson& person, base::Instant now);
/// Invented people of the invented country's focal point, of every role.
[[nodiscard]] std::vector<people::NewPerson> demo_order();
/// Demonstration: these people with printed passwords, in a file of the home.
[[nodiscard]] base::Status found_demo(const std::filesystem::path& home,
                                      const std::filesystem::path& data,
                                      std::vector<people::NewPerson> people = demo_order());
[[nodiscard]] base::Result<std::vector<DemoPerson>> read_demo_people(
    const std::filesystem::path& home);

}  // namespace tocsin::app
