// SPDX-License-Identifier: Apache-2.0
#include "people/session.hpp"

#include <gtest/gtest.h>

namespace tocsin::people {
namespace {

net::Request form(std::string body) {
  net::Request request;
  request.method = "POST";
  request.path = "/inbox";
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = std::move(body);
  return request;
}

std::shared_ptr<Session> someone() {
  auto session = std::make_shared<Session>();
  session->form_token = "the-token-of-this-session";
  return session;
}

base::Result<pagekit::Fields> posted(const net::Request& request) {
  const pagekit::Call call{request, {}, {}, "en", someone()};
  return posted_fields(call, *someone());
}

TEST(PostedFields, AreReadWithTheSessionsToken) {
  const auto fields = posted(form("form_token=the-token-of-this-session&text=a+b"));
  ASSERT_TRUE(fields) << fields.error().text();
  EXPECT_EQ(fields->get("text"), "a b");
}

TEST(PostedFields, HostileMissingTokenIsRefused) {
  for (const auto* body : {"", "text=a", "form_token=", "form_token=the-token-of-this-sessio",
                           "form_token=the-token-of-another-one"}) {
    const auto fields = posted(form(body));
    ASSERT_FALSE(fields) << body;
    EXPECT_EQ(fields.error().code, base::ErrorCode::forbidden);
  }
}

TEST(PostedFields, HostileEmptyTokenNeverFitsAnEmptySession) {
  const Session blank;
  const auto request = form("form_token=");
  EXPECT_FALSE(posted_fields({request, {}, {}, "en", nullptr}, blank));
}

TEST(PostedFields, HostileFormOfAnotherSiteIsRefusedEvenWithTheToken) {
  for (const auto* site : {"cross-site", "same-site", "nonsense"}) {
    auto request = form("form_token=the-token-of-this-session");
    request.headers.emplace_back("sec-fetch-site", site);
    EXPECT_FALSE(posted(request)) << site;
  }
  auto request = form("form_token=the-token-of-this-session");
  request.headers.emplace_back("sec-fetch-site", "same-origin");
  EXPECT_TRUE(posted(request));
}

TEST(PostedFields, OtherTypesAreRefused) {
  for (const auto* type : {"", "text/plain", "application/json", "multipart/form-data"}) {
    auto request = form("form_token=the-token-of-this-session");
    request.headers = {{"content-type", type}};
    EXPECT_FALSE(posted(request)) << type;
  }
}

TEST(SessionOf, IsEmptyForOneWhoHasNotLoggedIn) {
  const net::Request request;
  const auto none = session_of({request, {}, {}, "en", nullptr});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::unauthenticated);
  const auto other = session_of({request, {}, {}, "en", std::make_shared<pagekit::Visitor>()});
  EXPECT_FALSE(other);
  EXPECT_TRUE(session_of({request, {}, {}, "en", someone()}));
}

}  // namespace
}  // namespace tocsin::people
