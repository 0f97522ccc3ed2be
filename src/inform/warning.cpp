// SPDX-License-Identifier: Apache-2.0
#include "inform/warning.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using State = WarningState;
using Step = WarningStep;

constexpr std::array<std::string_view, warning_state_count> state_names{
    "draft",      "with_reader", "returned", "with_principal", "more_asked",
    "consulting", "escalated",   "decided",  "withdrawn"};
constexpr std::array<std::string_view, warning_step_count> step_names{
    "save",    "submit",  "pass",   "return",   "act",     "ask_more",
    "consult", "not_act", "supply", "escalate", "withdraw"};

/// Every transition there is.
struct Transition {
  State from;
  Step step;
  State to;
};
constexpr std::array transitions{
    Transition{State::draft, Step::save, State::draft},
    Transition{State::draft, Step::submit, State::with_reader},
    Transition{State::draft, Step::withdraw, State::withdrawn},
    Transition{State::returned, Step::save, State::returned},
    Transition{State::returned, Step::submit, State::with_reader},
    Transition{State::returned, Step::withdraw, State::withdrawn},
    Transition{State::with_reader, Step::pass, State::with_principal},
    Transition{State::with_reader, Step::send_back, State::returned},
    Transition{State::with_reader, Step::withdraw, State::withdrawn},
    Transition{State::with_principal, Step::act, State::decided},
    Transition{State::with_principal, Step::not_act, State::decided},
    Transition{State::with_principal, Step::ask_more, State::more_asked},
    Transition{State::with_principal, Step::consult, State::consulting},
    Transition{State::with_principal, Step::escalate, State::escalated},
    Transition{State::more_asked, Step::act, State::decided},
    Transition{State::more_asked, Step::not_act, State::decided},
    Transition{State::more_asked, Step::consult, State::consulting},
    Transition{State::more_asked, Step::supply, State::with_principal},
    Transition{State::more_asked, Step::escalate, State::escalated},
    Transition{State::consulting, Step::act, State::decided},
    Transition{State::consulting, Step::not_act, State::decided},
    Transition{State::consulting, Step::ask_more, State::more_asked},
    Transition{State::consulting, Step::escalate, State::escalated},
    Transition{State::escalated, Step::act, State::decided},
    Transition{State::escalated, Step::not_act, State::decided},
    Transition{State::escalated, Step::ask_more, State::more_asked},
    Transition{State::escalated, Step::consult, State::consulting},
};

bool waits_for_choice(State state) {
  return state == State::with_principal || state == State::more_asked || state == State::consulting;
}

bool waits(State state) {
  return waits_for_choice(state) || state == State::escalated || state == State::with_reader;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::string_view name_of(State state) {
  return state_names.at(static_cast<std::size_t>(state));
}

std::optional<State> warning_state_of(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  if (found == state_names.end()) return std::nullopt;
  return static_cast<State>(found - state_names.begin());
}

std::string_view name_of(Step step) {
  return step_names.at(static_cast<std::size_t>(step));
}

std::optional<Step> warning_step_of(std::string_view name) {
  const auto found = std::ranges::find(step_names, name);
  if (found == step_names.end()) return std::nullopt;
  return static_cast<Step>(found - step_names.begin());
}

bool is_choice(Step step) {
  return step == Step::act || step == Step::ask_more || step == Step::consult ||
         step == Step::not_act;
}

bool needs_reasons(Step step) {
  return step != Step::save && step != Step::submit && step != Step::escalate;
}

std::string_view permission_of(Step step, State state) {
  switch (step) {
    case Step::save:
      return "warning.draft";
    case Step::submit:
      return "warning.submit";
    case Step::pass:
      return "warning.second";
    case Step::send_back:
      return "warning.return";
    case Step::supply:
      return "warning.supply";
    case Step::withdraw:
      return "warning.withdraw";
    case Step::escalate:
      return {};
    case Step::act:
    case Step::ask_more:
    case Step::consult:
    case Step::not_act:
      break;
  }
  return state == State::escalated ? "warning.decide_late" : "warning.decide";
}

base::Result<State> after(State state, Step step, std::string_view reasons) {
  const auto found = std::ranges::find_if(
      transitions, [&](const Transition& one) { return one.from == state && one.step == step; });
  if (found == transitions.end())
    return fail(ErrorCode::conflict,
                "a warning that is \"" + std::string(name_of(state)) +
                    "\" cannot take the step \"" + std::string(name_of(step)) + "\"",
                "warning", "look at where the warning stands now");
  if (needs_reasons(step)) {
    if (auto good = check_field("reasons", reasons, reasons_bytes_max, true); !good)
      return std::unexpected(std::move(good.error()));
  }
  return found->to;
}

std::optional<base::Instant> escalates_at(const WarningClock& clock, const UrgencyRule& rule) {
  if (!waits_for_choice(clock.state)) return std::nullopt;
  const auto by_move = clock.since + rule.escalate;
  // After an escalation the whole time counts anew, or it would be due again at once.
  auto begin = clock.reached.value_or(clock.since);
  if (clock.escalated) begin = std::max(begin, *clock.escalated);
  return std::min<base::Instant>(by_move, begin + rule.undecided_max);
}

bool clock_is_behind(base::Instant now, const WarningClock& clock) {
  return now < clock.since || (clock.last_reminder && now < *clock.last_reminder);
}

std::optional<DueStep> due(base::Instant now, const WarningClock& clock, const UrgencyRule& rule,
                           bool can_escalate) {
  if (!waits(clock.state) || clock_is_behind(now, clock)) return std::nullopt;
  if (const auto at = escalates_at(clock, rule); can_escalate && at && now >= *at) {
    const bool by_move = *at == clock.since + rule.escalate;
    return DueStep{DueStep::Kind::escalation, 1,
                   by_move ? "escalate_hours" : "undecided_hours_max"};
  }
  if (clock.reminders >= rule.reminders_max) return std::nullopt;
  if (clock.reminders == 0) {
    if (now < clock.since + rule.first_reminder) return std::nullopt;
    return DueStep{DueStep::Kind::reminder, 1, "first_reminder_hours"};
  }
  if (now < clock.last_reminder.value_or(clock.since) + rule.next_reminder) return std::nullopt;
  return DueStep{DueStep::Kind::reminder, clock.reminders + 1, "next_reminder_hours"};
}

int due_chase(base::Instant now, base::Instant informed, std::optional<base::Instant> last_chase,
              int chases, const UrgencyRule& rule) {
  if (chases >= rule.chases_max) return 0;
  const auto at =
      chases == 0 ? informed + rule.first_chase : last_chase.value_or(informed) + rule.next_chase;
  return now >= at ? chases + 1 : 0;
}

base::Status check_field(std::string_view name, std::string_view value, std::size_t bytes_max,
                         bool needed) {
  const std::string place(name);
  if (needed && base::trim(value).empty())
    return fail(ErrorCode::invalid_input, "this is empty", place, "write it");
  if (value.size() > bytes_max)
    return fail(ErrorCode::invalid_input,
                "this has " + std::to_string(value.size()) + " bytes, more than " +
                    std::to_string(bytes_max),
                place, "make it shorter");
  if (!base::is_utf8(value))
    return fail(ErrorCode::invalid_input, "this is not UTF-8", place, "type it again");
  if (std::ranges::any_of(value, is_control))
    return fail(ErrorCode::invalid_input, "this holds a control character", place,
                "type it again instead of pasting it");
  return {};
}

base::Status check_text(const WarningText& text) {
  if (auto good = check_field("title", text.title, title_bytes_max, true); !good) return good;
  if (text.title.find('\n') != std::string::npos)
    return fail(ErrorCode::invalid_input, "a title is one line", "title", "remove the line end");
  if (auto good = check_field("what_changed", text.what_changed, text_bytes_max, true); !good)
    return good;
  if (auto good = check_field("concerns", text.concerns, text_bytes_max, true); !good) return good;
  if (auto good = check_field("who_else_knows", text.who_else_knows, text_bytes_max, false); !good)
    return good;
  constexpr std::size_t language_bytes_max = 35;  // RFC 5646, section 4.4.1
  const bool plain = std::ranges::all_of(text.language, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (text.language.empty() || text.language.size() > language_bytes_max || !plain)
    return fail(ErrorCode::invalid_input, "this is no language", "language",
                "give its code, such as en or ar");
  if (std::ranges::find(confidences, text.confidence) == confidences.end())
    return fail(ErrorCode::invalid_input, "this is no word for how sure one is", "confidence",
                "choose low, moderate or high");
  if (std::ranges::find(scales, text.scale) == scales.end())
    return fail(ErrorCode::invalid_input, "this is no word for how far harm would reach", "scale",
                "choose isolated, spreading or widespread");
  if (text.options.empty() || text.options.size() > warning_options_max)
    return fail(ErrorCode::invalid_input,
                "a warning names one to " + std::to_string(warning_options_max) + " options",
                "options", "choose from the toolbox");
  return {};
}

}  // namespace tocsin::inform
