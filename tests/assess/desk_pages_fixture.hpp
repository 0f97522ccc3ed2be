// SPDX-License-Identifier: Apache-2.0
// The pages of the desk and of the reporter through their routers, over a node with real log-ins.
#pragma once

#include "assess/assess_pages.hpp"
#include "assess/reporter_pages.hpp"
#include "source_fixture.hpp"

namespace tocsin::assess {

class DeskPages : public SourceFixture {
 protected:
  void SetUp() override {
    SourceFixture::SetUp();
    const std::filesystem::path source = TOCSIN_SOURCE_DIR;
    web_ = pagekit::WebFiles::load(source / "web", folder_ / "no-build").value();
    pages_.emplace(pagekit::FrameParts{*web_, clock_, "Exercise State", "0", "UTC"});
    framework_ = knowledge::Framework::load(source / "data").value();
    terms_ = Retention::load(source / "data").value();
    retention_.emplace(RetentionParts{*sources_, terms_, steady_});
    assess_.emplace(AssessParts{*desk_,
                                *pages_,
                                framework_,
                                {},
                                {},
                                {},
                                &*sources_,
                                &*retention_,
                                [](const ToldWhere& told) {
                                  EXPECT_EQ(told.place, "near the river");
                                  return Blurred{"Orn District", true, week_of(told.received)};
                                }});
    ASSERT_TRUE(make_report_box(vault_, *connect()));
    reporter_parts_.emplace(
        ReporterParts{*desk_, *pages_, files_, "Exercise State", {}, false, &*sources_});
    add_assess_routes(router_, *assess_);
    add_reporter_routes(reporter_, *reporter_parts_);
  }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  net::Response send(const pagekit::Router& router, const Entered& person, std::string method,
                     std::string path, const Fields& fields, std::string query = {}) {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.query = std::move(query);
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    if (person) request.body = "form_token=" + pagekit::percent_encode(person->form_token);
    for (const auto& [name, value] : fields)
      request.body += "&" + name + "=" + pagekit::percent_encode(value);
    return router.serve(request, person);
  }
  net::Response get(const Entered& person, std::string path, std::string query = {}) {
    return send(router_, person, "GET", std::move(path), {}, std::move(query));
  }
  net::Response post(const Entered& person, std::string path, const Fields& fields) {
    return send(router_, person, "POST", std::move(path), fields);
  }
  net::Response report(const std::string& path, const Fields& fields) {
    return send(reporter_, nullptr, fields.empty() ? "GET" : "POST", path, fields);
  }
  static std::string uuid(std::string_view object) { return std::string(uuid_of(object)); }

  std::unique_ptr<pagekit::WebFiles> web_;
  std::optional<pagekit::PageSet> pages_;
  knowledge::Framework framework_;
  Retention terms_;
  std::optional<RetentionParts> retention_;
  FileStore files_{std::filesystem::path(testing::TempDir()) / "no-files"};
  std::optional<AssessParts> assess_;
  std::optional<ReporterParts> reporter_parts_;
  pagekit::Router router_;
  pagekit::Router reporter_;
};

inline bool has(const net::Response& response, std::string_view text) {
  return response.body.contains(text);
}

}  // namespace tocsin::assess
