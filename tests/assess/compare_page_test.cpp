// SPDX-License-Identifier: Apache-2.0
// Two versions of an assessment beside each other.
#include "desk_pages_fixture.hpp"

namespace tocsin::assess {
namespace {

class ComparePages : public DeskPages {
 protected:
  void SetUp() override {
    DeskPages::SetUp();
    ana_ = entered("ana");
    const auto opened =
        post(ana_, "/situations/new",
             {{"name", "Valley of the Orn"},
              {"places", "Belune"},
              {"crime_genocide", "1"},
              {"review", base::format_day(base::day_of(clock_.now()) + std::chrono::days{14})},
              {"none_women_children_sexual_violence", "1"},
              {"none_minorities_citizenship_segregation", "1"},
              {"none_past_crimes_impunity_memory", "1"}});
    EXPECT_EQ(opened.status, 303) << opened.body;
    situation_ = location(opened);
    const auto judged = post(ana_, situation_ + "/indicators/CRF7.14",
                             {{"value", "emerging"},
                              {"trend", "rising"},
                              {"confidence", "low"},
                              {"period", "2027-01"},
                              {"reasons", "lists are drawn up"},
                              {"gaps", "who draws them up"}});
    EXPECT_EQ(judged.status, 303) << judged.body;
  }
  static std::string location(const net::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  [[nodiscard]] AssessmentRow row(const std::string& path) const {
    auto side = connect();
    return SituationReader(*side)
        .find_assessment("assessment:" + path.substr(path.rfind('/') + 1))
        .value();
  }
  /// A new version with this summary; its path.
  std::string version(const std::string& summary, const std::string& action) {
    const auto begun = post(ana_, situation_ + "/assessments", {});
    EXPECT_EQ(begun.status, 303) << begun.body;
    const auto path = location(begun);
    const auto saved = post(ana_, path,
                            {{"seen", base::to_hex(row(path).revision)},
                             {"crime_genocide", "1"},
                             {"summary", summary},
                             {"scenarios", "It gets worse."},
                             {"mitigating", "Elders talk."},
                             {"not_known", "Who gives the orders."},
                             {"do", action}});
    EXPECT_EQ(saved.status, 303) << saved.body;
    return path;
  }

  Entered ana_;
  std::string situation_;
};

TEST_F(ComparePages, SentencesThatDifferAreMarked) {
  const auto first = version("Militias gather. Roads are closed.", "finish");
  const auto alone = get(ana_, first);
  EXPECT_FALSE(has(alone, "/compare")) << "there is nothing to compare with yet";
  const auto second = version("Militias gather. Markets are burning <b>.", "finish");
  EXPECT_TRUE(has(get(ana_, second), second + "/compare"));
  const auto page = get(ana_, second + "/compare");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_TRUE(has(page, "<mark>Roads are closed.</mark>"));
  EXPECT_TRUE(has(page, "<mark>Markets are burning &lt;b&gt;.</mark>"));
  EXPECT_FALSE(has(page, "<mark>Militias gather.</mark>"));
  // Any two, in either direction.
  const auto back = get(ana_, first + "/compare", "with=" + second.substr(second.rfind('/') + 1));
  ASSERT_EQ(back.status, 200);
  EXPECT_TRUE(has(back, "<mark>Roads are closed.</mark>"));
}

TEST_F(ComparePages, OnlyVersionsOfOneSituationForThoseWhoMayReadThem) {
  const auto first = version("One.", "finish");
  version("Two.", "finish");
  EXPECT_EQ(get(ana_, first + "/compare", "with=" + std::string(36, '0')).status, 404);
  EXPECT_EQ(get(ana_, first + "/compare", "with=%3Cscript%3E").status, 404);
  EXPECT_EQ(get(entered("adam"), first + "/compare").status, 403);
}

TEST_F(ComparePages, SpeaksArabic) {
  const auto first = version("One.", "finish");
  const auto second = version("Two.", "finish");
  const auto page = get(ana_, second + "/compare", "lang=ar");
  ASSERT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "dir=\"rtl\""));
  EXPECT_TRUE(has(page, "مقارنة نسختين"));
}

}  // namespace
}  // namespace tocsin::assess
