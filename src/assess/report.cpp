// SPDX-License-Identifier: Apache-2.0
#include "assess/report.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 7> state_names{
    "new", "asked", "accepted", "merged", "set_aside", "withdrawn", "erased"};
constexpr std::array<std::string_view, 10> step_names{
    "accept", "merge", "ask", "set_aside", "grade", "mark", "freeze", "unfreeze", "answer", "move"};
constexpr std::array<std::string_view, 4> witnesses{"own_eyes", "heard", "document", "unsaid"};
constexpr std::array<std::string_view, 4> channels{"page", "mail", "file", "message"};

template <class Enum, std::size_t N>
std::optional<Enum> found_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool is_open(ReportState state) {
  return state == ReportState::fresh || state == ReportState::asked ||
         state == ReportState::accepted;
}

std::unexpected<base::Error> cannot(Step step, const Standing& standing) {
  return fail(ErrorCode::conflict,
              "a report that is " + std::string(permission_state(standing)) +
                  " cannot take the step " + std::string(name_of(step)),
              "report", "look at its newest state; someone may have acted meanwhile");
}

}  // namespace

std::string_view name_of(ReportState state) {
  return state_names[static_cast<std::size_t>(state)];
}
std::optional<ReportState> report_state_of(std::string_view name) {
  return found_in<ReportState>(state_names, name);
}
std::string_view name_of(Step step) {
  return step_names[static_cast<std::size_t>(step)];
}
bool is_gone(ReportState state) {
  return state == ReportState::withdrawn || state == ReportState::erased;
}
std::optional<Step> step_of(std::string_view name) {
  return found_in<Step>(step_names, name);
}

base::Status check_told(const Told& told) {
  if (base::trim(told.text).empty())
    return fail(ErrorCode::invalid_input, "nothing is written", "text", "say what happened");
  if (told.text.size() > report_text_bytes_max)
    return fail(ErrorCode::limit_exceeded, "the text is longer than 64 kB", "text",
                "send it in two parts");
  for (const auto& [name, value] : {std::pair{"place", &told.place}, {"when", &told.when}})
    if (value->size() > short_text_bytes_max)
      return fail(ErrorCode::limit_exceeded, "longer than 2,000 bytes", name);
  for (const auto* value : {&told.text, &told.place, &told.when})
    if (!base::is_utf8(*value)) return fail(ErrorCode::invalid_input, "not UTF-8", "text");
  if (std::ranges::find(witnesses, told.witness) == witnesses.end())
    return fail(ErrorCode::invalid_input, "choose one of the answers", "witness");
  if (std::ranges::find(channels, told.channel) == channels.end())
    return fail(ErrorCode::invalid_input, "unknown channel", "channel");
  return {};
}

base::Result<Grade> parse_grade(std::string_view source, std::string_view credibility) {
  if (source.size() != 1 || source[0] < 'A' || source[0] > 'F')
    return fail(ErrorCode::invalid_input, "the source is graded A to F", "source_grade");
  if (credibility.size() != 1 || credibility[0] < '1' || credibility[0] > '6')
    return fail(ErrorCode::invalid_input, "what it says is graded 1 to 6", "credibility_grade");
  return Grade{source[0], credibility[0]};
}

base::Result<Standing> after(const Standing& standing, Step step) {
  Standing next = standing;
  if (step == Step::freeze) {
    if (standing.frozen || !is_open(standing.state)) return cannot(step, standing);
    next.frozen = true;
    return next;
  }
  if (step == Step::unfreeze) {
    if (!standing.frozen) return cannot(step, standing);
    next.frozen = false;
    return next;
  }
  if (step == Step::answer) {
    if (is_gone(standing.state)) return cannot(step, standing);
    return next;
  }
  if (standing.frozen || !is_open(standing.state)) return cannot(step, standing);
  switch (step) {
    case Step::accept:
      if (standing.state == ReportState::accepted) return cannot(step, standing);
      next.state = ReportState::accepted;
      return next;
    case Step::merge:
      next.state = ReportState::merged;
      return next;
    case Step::ask:
      if (standing.state == ReportState::fresh) next.state = ReportState::asked;
      return next;
    case Step::set_aside:
      next.state = ReportState::set_aside;
      return next;
    case Step::grade:
      if (standing.state != ReportState::accepted) return cannot(step, standing);
      return next;
    case Step::mark:
    case Step::move:
      return next;
    default:
      return cannot(step, standing);
  }
}

std::string_view permission_state(const Standing& standing) {
  return standing.frozen ? std::string_view("frozen") : name_of(standing.state);
}

std::string_view shown_state(const Standing& standing) {
  return is_gone(standing.state) ? name_of(standing.state) : permission_state(standing);
}

std::string normal_receipt(std::string_view typed) {
  std::string digits;
  for (std::size_t at = 0; at < typed.size();) {
    const auto sign = base::decode(typed, at);
    at += sign.length;
    // Digits as phones write them: Western, Arabic-Indic and Eastern Arabic-Indic.
    for (const char32_t zero : {U'0', U'\x0660', U'\x06F0'})
      if (sign.value >= zero && sign.value < zero + 10)
        digits += static_cast<char>('0' + (sign.value - zero));
  }
  return digits.size() == receipt_digits ? digits : std::string{};
}

}  // namespace tocsin::assess
