// SPDX-License-Identifier: Apache-2.0
// Everything that the record and the pages of a delivery may name has words in each language. The
// names are read from the sources, so that a new one without words fails here.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "base/files.hpp"
#include "inform/inform_pages.hpp"
#include "inform_fixture.hpp"

namespace tocsin::inform {
namespace {

using Names = std::set<std::string>;

/// What the first group of an expression finds in the sources of some folders.
Names found_in(const std::vector<std::string>& folders, const std::string& expression) {
  Names names;
  const std::regex wanted(expression);
  for (const auto& folder : folders)
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source_root / "src" / folder)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const auto text = base::read_file(entry.path(), 1U << 20).value();
      for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
        names.insert((*at)[1]);
    }
  return names;
}

class WordsOfKinds : public InformFixture {
 protected:
  void expect_words(const std::string& section, const Names& names) {
    for (const auto* language : {"en", "fr", "ar"})
      for (auto name : names) {
        std::ranges::replace(name, '.', '_');
        EXPECT_NE(pages_->words(language).looked_up(section, name), "")
            << language << ": " << section << "." << name << " is missing";
      }
  }
};

const std::vector<std::string> rooms{"ledger", "people", "assess", "inform", "app"};

TEST_F(WordsOfKinds, EveryActThatTheRecordHolds) {
  auto types = found_in(rooms, R"re(string_view \w+_type = "([a-z_]+)";)re");
  types.merge(found_in(rooms, R"re(new_object\("([a-z_]+)"\))re"));
  // Both ways of naming a type were seen, and what is known to be one.
  EXPECT_THAT(types, testing::IsSupersetOf({"intake", "node_lock", "key", "erasure", "receipt"}));
  EXPECT_GT(types.size(), 30U);
  expect_words("act_kind", types);
}

TEST_F(WordsOfKinds, EveryReadingThatTheAccessLogHolds) {
  const auto reads = found_in(rooms, R"re((?:note_read\([^;]*?|_act = )"([a-z_]+\.[a-z_]+)")re");
  EXPECT_THAT(reads, testing::IsSupersetOf({"report.read", "source.read", "report.take_in",
                                            "emergency.read", "search.read"}));
  expect_words("act_kind", reads);
}

TEST_F(WordsOfKinds, EveryReasonOfADelivery) {
  auto codes = found_in({"inform"}, R"re(string_view code_\w+ = "([a-z_]+)";)re");
  EXPECT_THAT(codes, testing::IsSupersetOf({"no_mail_server", "not_made", "replaced"}));
  const std::vector<std::string> network{"net"};
  codes.merge(found_in(network, R"re(SendOutcome::\w+, "([a-z_]+)")re"));
  codes.merge(found_in(network, R"re(case CURLE_\w+:\s+return "([a-z_]+)";)re"));
  codes.merge(found_in(network, R"re(default:\s+return "([a-z_]+)";)re"));
  EXPECT_THAT(codes, testing::IsSupersetOf({"bad_size", "tls_failed", "connection_lost"}));
  expect_words("delivery_code", codes);
  expect_words("delivery_kind", found_in({"inform"}, R"re(string_view kind_\w+ = "([a-z_]+)";)re"));
  // No reason is written where it is used: then it would not be seen here.
  EXPECT_THAT(found_in({"inform"}, R"re(note\(row, \w+, [^;]*"([a-z_]+)")re"), testing::IsEmpty());
}

TEST_F(WordsOfKinds, StandOnThePageOfAWarning) {
  pagekit::Router router;
  add_inform_routes(router, *parts_);
  const auto page_of = [&](const std::string& warning, const std::string& language) {
    net::Request request;
    request.method = "GET";
    request.path = "/warnings/" + warning.substr(warning.find(':') + 1);
    request.headers = {{"cookie", "lang=" + language}};
    return router.serve(request, officer_).body;
  };
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided();
  ordered(warning, {police});
  mailer_.answer = {net::SendOutcome::refused_for_now, "connection_lost"};
  run();
  EXPECT_NE(page_of(warning, "fr").find("la connexion a été perdue"), std::string::npos);
  EXPECT_EQ(page_of(warning, "ar").find("connection_lost"), std::string::npos);
  mailer_.answer = {net::SendOutcome::accepted, "250"};
  clock_.advance(std::chrono::hours{1});
  run();
  EXPECT_NE(page_of(warning, "fr").find("le serveur a répondu 250"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::inform
