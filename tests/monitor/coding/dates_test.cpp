// SPDX-License-Identifier: Apache-2.0
// When a text says that something happened, how exactly, and whether that is news.
#include "monitor/coding/dates.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "monitor/coding/coded_json.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::monitor::coding {
namespace {

/// The day of every report here, a Monday.
constexpr std::string_view report_day = "2020-06-15";

struct Told {
  std::string_view language;
  std::string_view text;
  std::string_view date;  ///< empty: none
  DatePrecision precision = DatePrecision::day;
  ActStatus status = ActStatus::reported;
};

class DatesIn : public testing::Test {
 protected:
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    data_ = *loaded;
  }
  CodedText code(std::string_view language, std::string_view text,
                 std::string_view date = report_day) {
    TextToCode given;
    given.text = text;
    given.language = language;
    if (!date.empty()) given.date = *base::parse_day(date);
    return Coder(data_).code(given);
  }
  void hold(const std::vector<Told>& cases) {
    for (const Told& told : cases) {
      SCOPED_TRACE(told.text);
      const CodedText coded = code(told.language, told.text);
      ASSERT_FALSE(coded.events.empty());
      const CodedEvent& event = coded.events[0];
      EXPECT_EQ(event.date ? base::format_day(*event.date) : "", told.date);
      if (event.date) {
        EXPECT_EQ(name_of(event.date_precision), name_of(told.precision));
      }
      EXPECT_EQ(name_of(event.status), name_of(told.status));
    }
  }
  std::shared_ptr<const CoderData> data_;
};

TEST_F(DatesIn, EnglishTellsHowLongAgo) {
  using enum DatePrecision;
  using enum ActStatus;
  hold({
      {"en", "Gunmen killed five men on Friday.", "2020-06-12"},
      {"en", "Gunmen killed five men three days ago.", "2020-06-12"},
      {"en", "Gunmen killed five men 3 days ago.", "2020-06-12"},
      {"en", "Two weeks ago, gunmen killed five men.", "2020-06-01", week},
      {"en", "Gunmen killed five men last week.", "2020-06-08", week},
      {"en", "Gunmen killed five men last month.", "2020-05-01", month, past},
      {"en", "Gunmen killed five men last year.", "2019-01-01", year, past},
      {"en", "Gunmen killed five men a year ago.", "2019-01-01", year, past},
      {"en", "Gunmen killed five men in May.", "2020-05-01", month, past},
      {"en", "Gunmen killed five men in early May.", "2020-05-01", month, past},
      {"en", "Gunmen killed five men in August.", "2019-08-01", month, past},
      {"en", "Gunmen killed five men in May 2015.", "2015-05-01", month, past},
      {"en", "In 1994, militias killed 800,000 people in Rwanda.", "1994-01-01", year, past},
      {"en", "In 1994 militias killed 800,000 people in Rwanda.", "1994-01-01", year, past},
      {"en", "Gunmen have killed five men since Friday.", "2020-06-12"},
      {"en", "Since January gunmen have killed 1,200 people.", "2020-01-01", month, past},
  });
}

TEST_F(DatesIn, OtherLanguagesTellItToo) {
  using enum DatePrecision;
  using enum ActStatus;
  hold({
      {"fr", "Des hommes armés ont tué cinq villageois il y a trois jours.", "2020-06-12"},
      {"fr", "Il y a deux semaines, des hommes armés ont tué cinq villageois.", "2020-06-01", week},
      {"fr", "Des hommes armés ont tué cinq villageois la semaine dernière.", "2020-06-08", week},
      {"fr", "Des hommes armés ont tué cinq villageois en mai.", "2020-05-01", month, past},
      {"fr", "En 1994, des miliciens ont tué 800 000 personnes.", "1994-01-01", year, past},
      {"fr", "Depuis janvier, des hommes armés ont tué 1 200 personnes.", "2020-01-01", month,
       past},
      {"es", "Hombres armados mataron a cinco campesinos hace tres días.", "2020-06-12"},
      {"es", "Hombres armados mataron a cinco campesinos la semana pasada.", "2020-06-08", week},
      {"es", "En 1981, soldados mataron a 900 campesinos.", "1981-01-01", year, past},
      {"es", "Hombres armados mataron a cinco campesinos en mayo de 2015.", "2015-05-01", month,
       past},
      {"pt", "Homens armados mataram cinco camponeses há três dias.", "2020-06-12"},
      {"pt", "Homens armados mataram cinco camponeses no ano passado.", "2019-01-01", year, past},
      {"sw", "Watu wenye silaha waliwaua wanakijiji watano wiki iliyopita.", "2020-06-08", week},
      {"sw", "Watu wenye silaha waliwaua wanakijiji watano siku tatu zilizopita.", "2020-06-12"},
      {"ar", "قتل مسلحون خمسة مدنيين قبل ثلاثة أيام.", "2020-06-12"},
      {"ar", "قتل مسلحون خمسة مدنيين قبل أسبوعين.", "2020-06-01", week},
      {"en", "Gunmen killed five men the day before yesterday.", "2020-06-13"},
      {"en", "Gunmen killed five men a fortnight ago.", "2020-06-01", week},
      {"es", "Hombres armados mataron a cinco personas antes de ayer.", "2020-06-13"},
      {"pt", "Homens armados mataram cinco pessoas anteontem.", "2020-06-13"},
      {"ar", "قتل مسلحون خمسة مدنيين العام الماضي.", "2019-01-01", year, past},
      {"ar", "في عام 1994 قتل مسلحون خمسة مدنيين.", "1994-01-01", year, past},
  });
}

TEST_F(DatesIn, ATimeBelongsToTheDeedBesideIt) {
  // The law is old, the arrest is not; the ranking tells of one attack.
  for (const auto* const text :
       {"Police arrested three men under a law adopted in 1994.",
        "Gunmen killed five men in the worst attack since 2015.",
        "Gunmen killed five men in a village of 1950 people.", "Police arrested 2,015 people."}) {
    SCOPED_TRACE(text);
    const CodedText coded = code("en", text);
    ASSERT_FALSE(coded.events.empty());
    EXPECT_EQ(name_of(coded.events[0].status), "reported");
  }
  const CodedText named =
      code("en", "On Friday a court jailed a former mayor over the 1994 genocide.");
  for (const CodedEvent& event : named.events)
    if (event.kind == "sentence") {
      EXPECT_EQ(base::format_day(event.date.value()), "2020-06-12");
      EXPECT_EQ(name_of(event.status), "reported");
    }
}

TEST_F(DatesIn, TheReportsOwnMonthIsNews) {
  const CodedText coded = code("en", "Gunmen killed five men in June.");
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(name_of(coded.events[0].status), "reported");
  EXPECT_EQ(name_of(coded.events[0].date_precision), "month");
}

TEST_F(DatesIn, AnExactDayLongAgoIsPast) {
  const CodedText coded = code("en", "Gunmen killed five men on 2 March 2020.");
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(base::format_day(coded.events[0].date.value()), "2020-03-02");
  EXPECT_EQ(name_of(coded.events[0].status), "past");
}

TEST_F(DatesIn, WithoutAReportDayOnlyYearsAreKnown) {
  const CodedText known = code("en", "In May 2015, gunmen killed five men.", "");
  ASSERT_FALSE(known.events.empty());
  EXPECT_EQ(base::format_day(known.events[0].date.value()), "2015-05-01");
  const CodedText unknown = code("en", "Gunmen killed five men three days ago.", "");
  ASSERT_FALSE(unknown.events.empty());
  EXPECT_FALSE(unknown.events[0].date);
}

TEST_F(DatesIn, ALineSaysHowExactItsDateIs) {
  std::string line;
  append_json(line, "1", code("en", "Gunmen killed five men last week."));
  EXPECT_NE(line.find(R"("date":"2020-06-08","date_precision":"week")"), std::string::npos) << line;
  line.clear();
  append_json(line, "1", code("en", "Gunmen killed five men."));
  EXPECT_NE(line.find(R"("date":null,"date_precision":null)"), std::string::npos) << line;
}

}  // namespace
}  // namespace tocsin::monitor::coding
