// SPDX-License-Identifier: Apache-2.0
// The gate and the pages of people, and a browser to ask them with.
#pragma once

#include "people/people_pages.hpp"
#include "people_fixture.hpp"

namespace tocsin::people {

/// A browser: keeps cookies, finds the token in the page that it was shown.
class Browser {
 public:
  Browser(const Gate& gate, const pagekit::Router& router) : gate_(gate), router_(router) {}

  net::Response get(std::string target) { return send("GET", std::move(target), {}); }
  /// Posts fields with the token of the page that was shown last.
  net::Response post(std::string target, const std::string& fields) {
    return post_raw(std::move(target), "form_token=" + token + "&" + fields);
  }
  net::Response post_raw(std::string target, std::string body) {
    return send("POST", std::move(target), std::move(body));
  }
  /// Posts a log-in after having opened its page.
  net::Response log_in(const std::string& name, std::string_view password, const std::string& code,
                       const std::string& next = "/") {
    get("/log-in");
    return post("/log-in", "log_in=" + name + "&password=" + pagekit::percent_encode(password) +
                               "&code=" + code + "&next=" + pagekit::percent_encode(next));
  }
  [[nodiscard]] static std::string header(const net::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }
  [[nodiscard]] static std::string location(const net::Response& response) {
    return header(response, "Location");
  }

  std::map<std::string, std::string> cookies;
  std::string token;
  std::string page;

 private:
  net::Response send(std::string method, std::string target, std::string body) {
    net::Request request;
    request.method = std::move(method);
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    request.body = std::move(body);
    std::string jar;
    for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (!jar.empty()) request.headers.emplace_back("cookie", jar);
    if (request.method == "POST")
      request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    auto response = gate_.serve(request, router_);
    for (const auto& [name, value] : response.headers) {
      if (name != "Set-Cookie") continue;
      const auto equals = value.find('=');
      cookies[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    page = response.body;
    constexpr std::string_view mark = "name=\"form_token\" value=\"";
    if (const auto at = page.rfind(mark); at != std::string::npos)
      token = page.substr(at + mark.size(), page.find('"', at + mark.size()) - at - mark.size());
    return response;
  }
  const Gate& gate_;
  const pagekit::Router& router_;
};

class PagesFixture : public PeopleFixture {
 protected:
  void SetUp() override {
    PeopleFixture::SetUp();
    const std::filesystem::path source = TOCSIN_SOURCE_DIR;
    web_ = std::move(pagekit::WebFiles::load(source / "web", folder_).value());
    pages_.emplace(pagekit::FrameParts{*web_, clock_, "Test node", "0.0.0", "UTC"});
    page_parts_.emplace(PeoplePagesParts{*pages_, *parts_, Cookies(false), "secret", "/desk",
                                         "https://node.example"});
    add_people_routes(router_, *page_parts_);
    router_.add({"GET", "/desk", {}, {}, {}, [](const pagekit::Call&) -> pagekit::Answer {
                   net::Response response;
                   response.body = "desk";
                   return response;
                 }});
    router_.add({"POST", "/inbox/7", {}, {}, {}, [](const pagekit::Call& call) -> pagekit::Answer {
                   auto session = session_of(call);
                   if (!session) return std::unexpected(session.error());
                   auto fields = posted_fields(call, **session);
                   if (!fields) return std::unexpected(fields.error());
                   return pagekit::redirect("/inbox/7");
                 }});
    router_.add({"GET", "/", {}, {}, {}, [](const pagekit::Call&) -> pagekit::Answer {
                   return net::Response{};
                 }});
    gate_.emplace(*parts_, Cookies(false), std::vector<std::string>{"/", "/assets/*"});
  }
  Browser browser() { return {*gate_, router_}; }
  /// Enters by the first link, through its page.
  Browser entered_browser(const std::string& name) {
    auto own = browser();
    const auto path = "/invitation/" + links_.at(name).token;
    EXPECT_EQ(own.get(path).status, 200);
    remember_factor(name, links_.at(name).token);
    const auto password = pagekit::percent_encode(good_password);
    const auto answer = own.post(
        path, "password=" + password + "&password_again=" + password + "&code=" + phone(name));
    EXPECT_EQ(answer.status, 303) << own.page;
    EXPECT_EQ(Browser::location(answer), "/desk");
    EXPECT_EQ(own.get("/account").status, 200);
    return own;
  }

  std::unique_ptr<pagekit::WebFiles> web_;
  std::optional<pagekit::PageSet> pages_;
  std::optional<PeoplePagesParts> page_parts_;
  pagekit::Router router_;
  std::optional<Gate> gate_;
};

}  // namespace tocsin::people
