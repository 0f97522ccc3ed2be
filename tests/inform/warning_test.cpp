// SPDX-License-Identifier: Apache-2.0
#include "inform/warning.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace tocsin::inform {
namespace {

using State = WarningState;
using Step = WarningStep;
using std::chrono::hours;

const base::Instant start{std::chrono::milliseconds{1'900'000'000'000}};

std::vector<State> all_states() {
  std::vector<State> states;
  for (std::size_t i = 0; i < warning_state_count; ++i) states.push_back(static_cast<State>(i));
  return states;
}

std::vector<Step> all_steps() {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < warning_step_count; ++i) steps.push_back(static_cast<Step>(i));
  return steps;
}

/// What may happen, written down a second time, by hand: from, step, to.
const std::map<std::pair<std::string, std::string>, std::string> allowed{
    {{"draft", "save"}, "draft"},
    {{"draft", "submit"}, "with_reader"},
    {{"draft", "withdraw"}, "withdrawn"},
    {{"returned", "save"}, "returned"},
    {{"returned", "submit"}, "with_reader"},
    {{"returned", "withdraw"}, "withdrawn"},
    {{"with_reader", "pass"}, "with_principal"},
    {{"with_reader", "return"}, "returned"},
    {{"with_reader", "withdraw"}, "withdrawn"},
    {{"with_principal", "act"}, "decided"},
    {{"with_principal", "not_act"}, "decided"},
    {{"with_principal", "ask_more"}, "more_asked"},
    {{"with_principal", "consult"}, "consulting"},
    {{"with_principal", "escalate"}, "escalated"},
    {{"more_asked", "act"}, "decided"},
    {{"more_asked", "not_act"}, "decided"},
    {{"more_asked", "consult"}, "consulting"},
    {{"more_asked", "supply"}, "with_principal"},
    {{"more_asked", "escalate"}, "escalated"},
    {{"consulting", "act"}, "decided"},
    {{"consulting", "not_act"}, "decided"},
    {{"consulting", "ask_more"}, "more_asked"},
    {{"consulting", "escalate"}, "escalated"},
    {{"escalated", "act"}, "decided"},
    {{"escalated", "not_act"}, "decided"},
    {{"escalated", "ask_more"}, "more_asked"},
    {{"escalated", "consult"}, "consulting"},
};

TEST(WarningStates, EveryStepFromEveryState) {
  int taken = 0;
  for (const auto state : all_states())
    for (const auto step : all_steps()) {
      const auto found = allowed.find({std::string(name_of(state)), std::string(name_of(step))});
      const auto next = after(state, step, "because it is so");
      if (found == allowed.end()) {
        ASSERT_FALSE(next) << name_of(state) << " took " << name_of(step);
        EXPECT_EQ(next.error().code, base::ErrorCode::conflict);
      } else {
        ASSERT_TRUE(next) << name_of(state) << " refused " << name_of(step);
        EXPECT_EQ(name_of(*next), found->second);
        ++taken;
      }
    }
  EXPECT_EQ(taken, static_cast<int>(allowed.size()));
}

TEST(WarningStates, NothingFollowsADecisionOrAWithdrawal) {
  for (const auto step : all_steps()) {
    EXPECT_FALSE(after(State::decided, step, "again"));
    EXPECT_FALSE(after(State::withdrawn, step, "again"));
  }
}

TEST(WarningStates, ReasonsAreAlwaysNeeded) {
  for (const auto& [from_step, to] : allowed) {
    const auto state = *warning_state_of(from_step.first);
    const auto step = *warning_step_of(from_step.second);
    for (const std::string_view empty : {"", "   ", "\n\n"}) {
      const auto next = after(state, step, empty);
      EXPECT_EQ(next.has_value(), !needs_reasons(step)) << from_step.second;
      if (!next) {
        EXPECT_EQ(next.error().code, base::ErrorCode::invalid_input);
      }
    }
  }
  EXPECT_TRUE(needs_reasons(Step::not_act));
  EXPECT_TRUE(needs_reasons(Step::pass));
}

TEST(WarningStates, ReasonsHaveALimitAndNoControlSigns) {
  EXPECT_TRUE(after(State::with_principal, Step::act, std::string(reasons_bytes_max, 'a')));
  EXPECT_FALSE(after(State::with_principal, Step::act, std::string(reasons_bytes_max + 1, 'a')));
  EXPECT_FALSE(after(State::with_principal, Step::act, std::string("a\0b", 3)));
  EXPECT_FALSE(after(State::with_principal, Step::act, "\xFF\xFE"));
  EXPECT_TRUE(after(State::with_principal, Step::act, "line\nline"));
}

TEST(WarningStates, NamesGoThereAndBack) {
  for (const auto state : all_states()) EXPECT_EQ(warning_state_of(name_of(state)), state);
  for (const auto step : all_steps()) EXPECT_EQ(warning_step_of(name_of(step)), step);
  EXPECT_FALSE(warning_state_of("done"));
  EXPECT_FALSE(warning_step_of(""));
}

TEST(WarningStates, OnlyTheDeputyDecidesAfterEscalation) {
  for (const auto step : {Step::act, Step::not_act, Step::ask_more, Step::consult}) {
    EXPECT_EQ(permission_of(step, State::with_principal), "warning.decide");
    EXPECT_EQ(permission_of(step, State::escalated), "warning.decide_late");
  }
}

UrgencyRule rule() {
  UrgencyRule one;
  one.id = "days";
  one.first_reminder = hours{12};
  one.next_reminder = hours{6};
  one.reminders_max = 3;
  one.escalate = hours{36};
  one.undecided_max = hours{96};
  one.first_chase = hours{24};
  one.next_chase = hours{12};
  one.chases_max = 2;
  return one;
}

WarningClock waiting() {
  WarningClock clock;
  clock.state = State::with_principal;
  clock.since = start;
  clock.reached = start;
  return clock;
}

TEST(WarningClock, RemindersFollowTheRule) {
  auto clock = waiting();
  EXPECT_FALSE(due(start + hours{11}, clock, rule()));
  const auto first = due(start + hours{12}, clock, rule());
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, (DueStep{DueStep::Kind::reminder, 1, "first_reminder_hours"}));
  clock.reminders = 1;
  clock.last_reminder = start + hours{12};
  EXPECT_FALSE(due(start + hours{17}, clock, rule()));
  EXPECT_EQ(due(start + hours{18}, clock, rule())->number, 2);
  clock.reminders = 3;
  EXPECT_FALSE(due(start + hours{30}, clock, rule()));
}

TEST(WarningClock, EscalatesWhenThePrincipalDoesNotMove) {
  EXPECT_EQ(escalates_at(waiting(), rule()), start + hours{36});
  const auto late = due(start + hours{36}, waiting(), rule());
  ASSERT_TRUE(late);
  EXPECT_EQ(late->kind, DueStep::Kind::escalation);
  EXPECT_EQ(late->rule, "escalate_hours");
}

TEST(WarningClock, AskingForMoreDoesNotPostponeForEver) {
  auto clock = waiting();
  clock.state = State::more_asked;
  clock.since = start + hours{90};  // asked again and again
  EXPECT_FALSE(escalates_at(clock, rule()) < start + hours{96});
  const auto late = due(start + hours{96}, clock, rule());
  ASSERT_TRUE(late);
  EXPECT_EQ(late->rule, "undecided_hours_max");
}

TEST(WarningClock, AfterAnEscalationTheWholeTimeCountsAnew) {
  auto clock = waiting();
  clock.state = State::consulting;
  clock.escalated = start + hours{100};
  clock.since = start + hours{110};
  EXPECT_EQ(escalates_at(clock, rule()), start + hours{146});
  EXPECT_FALSE(due(start + hours{111}, clock, rule()));
}

TEST(WarningClock, OnlyOneStepHoweverFarTheClockJumps) {
  auto clock = waiting();
  clock.state = State::with_reader;  // a reader is reminded, never escalated
  const auto year_later = due(start + hours{24 * 365}, clock, rule());
  ASSERT_TRUE(year_later);
  EXPECT_EQ(*year_later, (DueStep{DueStep::Kind::reminder, 1, "first_reminder_hours"}));
}

TEST(WarningClock, AClockThatStandsBeforeTheRecordMakesNothingDue) {
  EXPECT_FALSE(due(start - hours{24 * 365}, waiting(), rule()));
  EXPECT_TRUE(clock_is_behind(start - hours{1}, waiting()));
  EXPECT_FALSE(clock_is_behind(start, waiting()));
}

TEST(WarningClock, StatesThatDoNotWaitMakeNothingDue) {
  for (const auto state : {State::draft, State::returned, State::decided, State::withdrawn}) {
    auto clock = waiting();
    clock.state = state;
    EXPECT_FALSE(due(start + hours{10'000}, clock, rule())) << name_of(state);
    EXPECT_FALSE(escalates_at(clock, rule()));
  }
}

TEST(WarningClock, TheDeputyIsRemindedAndNotEscalated) {
  auto clock = waiting();
  clock.state = State::escalated;
  const auto step = due(start + hours{1000}, clock, rule());
  ASSERT_TRUE(step);
  EXPECT_EQ(step->kind, DueStep::Kind::reminder);
}

TEST(Chase, FollowsTheRuleAndEnds) {
  EXPECT_EQ(due_chase(start + hours{23}, start, {}, 0, rule()), 0);
  EXPECT_EQ(due_chase(start + hours{24}, start, {}, 0, rule()), 1);
  EXPECT_EQ(due_chase(start + hours{35}, start, start + hours{24}, 1, rule()), 0);
  EXPECT_EQ(due_chase(start + hours{36}, start, start + hours{24}, 1, rule()), 2);
  EXPECT_EQ(due_chase(start + hours{999}, start, start + hours{36}, 2, rule()), 0);
}

WarningText text() {
  WarningText one;
  one.title = "Attacks on the road to Tavo";
  one.what_changed = "Three villages were burnt in one week; none in the year before.";
  one.concerns = "People of the river villages";
  one.options = {"mediation"};
  one.urgency = "days";
  one.confidence = "moderate";
  one.scale = "spreading";
  return one;
}

TEST(WarningTexts, WhatMayNotBeMissing) {
  EXPECT_TRUE(check_text(text()));
  const auto refused = [](auto change, std::string_view place) {
    auto one = text();
    change(one);
    const auto done = check_text(one);
    ASSERT_FALSE(done) << place;
    EXPECT_EQ(done.error().place, place);
  };
  refused([](auto& t) { t.title = " "; }, "title");
  refused([](auto& t) { t.title = "a\nBcc: x@y"; }, "title");
  refused([](auto& t) { t.title = std::string(title_bytes_max + 1, 'x'); }, "title");
  refused([](auto& t) { t.what_changed.clear(); }, "what_changed");
  refused([](auto& t) { t.what_changed = std::string(text_bytes_max + 1, 'x'); }, "what_changed");
  refused([](auto& t) { t.concerns = ""; }, "concerns");
  refused([](auto& t) { t.who_else_knows = "a\x01"; }, "who_else_knows");
  refused([](auto& t) { t.language = "en<script>"; }, "language");
  refused([](auto& t) { t.confidence = "certain"; }, "confidence");
  refused([](auto& t) { t.scale = "huge"; }, "scale");
  refused([](auto& t) { t.options.clear(); }, "options");
  refused([](auto& t) { t.options.assign(warning_options_max + 1, "mediation"); }, "options");
}

}  // namespace
}  // namespace tocsin::inform
