// SPDX-License-Identifier: Apache-2.0
// The pages of this room: log-in, invitation, own account, administration, record of acts.
//
// Ownership: PeoplePagesParts refers to what the program owns and must outlive the router.
// Threads: handlers from any thread.
#pragma once

#include <string>

#include "pagekit/frame.hpp"
#include "people/drafts.hpp"
#include "people/gate.hpp"

namespace tocsin::people {

struct PeoplePagesParts {
  const pagekit::PageSet& pages;
  const AccountParts& accounts;
  Cookies cookies;
  std::string form_secret;  ///< of this process: for forms of those who are not logged in
  std::string home;         ///< where a log-in leads: "/desk"
  std::string address;      ///< of the node as people type it, for links: "https://node.example"
  DraftRule draft_stands = {};  ///< empty: all do
};

void add_people_routes(pagekit::Router& router, const PeoplePagesParts& parts);

}  // namespace tocsin::people
