// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.hpp"

#include <gtest/gtest.h>

namespace tocsin::base {
namespace {

TEST(Calendar, reads_and_writes_days) {
  for (const auto* text : {"1970-01-01", "2000-02-29", "2026-11-21", "1999-12-31"}) {
    const auto day = parse_day(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(format_day(*day), text);
    EXPECT_EQ(day_from_number(day_number(*day)), *day);
  }
  EXPECT_EQ(day_number(*parse_day("19700102")), 1);
}

TEST(Calendar, refuses_what_is_not_in_the_calendar) {
  for (const auto* text : {"0000-00-00", "2021-02-29", "2021-13-01", "2021-00-10", "2021-1-1", "",
                           "20211301", "abcd-ef-gh", "2021-03-05T", "99999-01-01"})
    EXPECT_FALSE(parse_day(text)) << text;
}

TEST(Calendar, reads_instants_with_zones) {
  EXPECT_EQ(format_instant(*parse_instant("2021-03-05T10:00:00+02:00")), "2021-03-05T08:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2021-03-05T10:00:00.750Z")), "2021-03-05T10:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2021-03-05")), "2021-03-05T00:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2021-03-01T00:30:00+0100")), "2021-02-28T23:30:00Z");
  EXPECT_FALSE(parse_instant("2021-03-05T25:00:00Z"));
  EXPECT_FALSE(parse_instant("2021-03-05T10:61:00Z"));
  EXPECT_FALSE(parse_instant("2021-03-05X10:00:00Z"));
}

TEST(Calendar, reads_mail_dates) {
  EXPECT_EQ(format_instant(*parse_mail_date("Fri, 05 Mar 2021 10:00:00 +0100")),
            "2021-03-05T09:00:00Z");
  EXPECT_EQ(format_instant(*parse_mail_date("5 Mar 21 10:00 GMT")), "2021-03-05T10:00:00Z");
  EXPECT_EQ(format_instant(*parse_mail_date("Fri, 10 May 2024")), "2024-05-10T00:00:00Z");
  EXPECT_FALSE(parse_mail_date("Fri, 99 Mar 2021 10:00:00 +0100"));
  EXPECT_FALSE(parse_mail_date("yesterday"));
  EXPECT_FALSE(parse_mail_date(""));
}

TEST(Calendar, manual_clock_moves_only_when_told) {
  ManualClock clock(*parse_instant("2021-03-05T10:00:00Z"));
  EXPECT_EQ(clock.now(), clock.now());
  clock.advance(std::chrono::hours{24});
  EXPECT_EQ(format_day(day_of(clock.now())), "2021-03-06");
}

}  // namespace
}  // namespace tocsin::base
