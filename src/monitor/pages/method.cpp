// SPDX-License-Identifier: Apache-2.0
// How the watch list works, and the one setting that is the reader's: the budget of false alarms.
#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/watch_keeper.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr double budget_min = false_alarms_per_year_min;
constexpr double budget_max = false_alarms_per_year_max;
constexpr double weeks_a_year = 365.25 / 7;
constexpr std::string_view form_cookie = "form";
constexpr std::size_t cookie_signs = 32;
constexpr std::size_t given_bytes_max = 40;

std::string token_for(const MonitorParts& parts, std::string_view cookie) {
  return base::to_hex(base::sha256(parts.form_secret + "/method/" + std::string(cookie)));
}

bool same_text(std::string_view a, std::string_view b) {
  // In constant time, so that a token cannot be guessed sign by sign.
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

bool is_form_cookie(std::string_view cookie) {
  return cookie.size() == cookie_signs &&
         cookie.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string new_form_cookie() {
  base::SystemRandom random;
  constexpr std::size_t bytes = cookie_signs / 2;
  std::array<unsigned char, bytes> drawn{};
  for (auto& byte : drawn) byte = static_cast<unsigned char>(random.below(256));
  return base::to_hex(drawn);
}

json::array parameters_of(const Labels& labels, const WatchList& list) {
  const ChangeSettings settings;
  json::array rows;
  const auto add = [&](const std::string& id, std::string value) {
    rows.push_back(json::object{{"name", labels.message("parameter." + id)},
                                {"value", std::move(value)},
                                {"why", labels.message("parameter." + id + "_why")}});
  };
  const auto days = [&labels](double count) {
    return labels.plural("parameter.days", static_cast<std::int64_t>(count));
  };
  std::string windows;
  for (const auto window : windows_days) windows += (windows.empty() ? "" : " / ") + days(window);
  add("window", std::move(windows));
  add("baseline", days(settings.baseline_days));
  add("guard", days(settings.guard_days));
  add("half_life", days(settings.half_life_days));
  add("baseline_min", days(settings.baseline_days_min));
  add("outbreak", labels.decimal(settings.outbreak_residual, 2));
  add("dispersion", labels.decimal(settings.dispersion_prior, 2));
  add("trend", labels.decimal(settings.trend_per_year, 2));
  add("rise", labels.message("parameter.rise_value"));
  add("limit", list.limits.place_years > 0
                   ? labels.message("parameter.limit_past",
                                    {{"years", labels.about(list.limits.place_years)}})
                   : labels.message("parameter.limit_theory"));
  add("budget", labels.decimal(list.false_alarms_per_year, 2));
  return rows;
}

/// `given` is what the reader typed where it was refused; `waiting` what was asked for before and
/// is not answered yet.
base::Result<Sheet> make_page(const Page& page, const std::string* given,
                              const std::string* waiting = nullptr) {
  const auto& labels = page.labels;
  const auto title = labels.message("method.title");
  const Head head{title, title, "method"};
  json::object content;
  auto watch = page.parts.watch.current();
  if (!watch) return passed(watch);
  const double budget = (*watch)->false_alarms_per_year;
  Sheet sheet;
  std::string cookie(pagekit::cookie(page.call.request, form_cookie));
  if (!is_form_cookie(cookie)) {
    cookie = new_form_cookie();
    sheet.cookies.push_back(std::string(form_cookie) + "=" + cookie +
                            "; Path=/method; SameSite=Strict; HttpOnly");
  }
  const auto low = labels.decimal(budget_min, 1);
  const auto high = labels.decimal(budget_max, 1);
  const auto old = labels.decimal(budget, 2);
  json::value problem = false;
  if (waiting != nullptr)
    problem = labels.message("method.budget_waits", {{"value", *waiting}});
  else if (given != nullptr)
    problem = labels.message("method.budget_problem",
                             {{"given", *given}, {"low", low}, {"high", high}, {"old", old}});
  const auto places = (*watch)->places_looked_at;
  const double expected = budget * static_cast<double>(places) / weeks_a_year;
  content["method"] = json::object{
      {"saved", given == nullptr && page.call.query.get("saved") == "1"},
      {"asked", given == nullptr && page.call.query.get("asked") == "1"},
      {"second", static_cast<bool>(page.parts.ask_budget)},
      {"problem", std::move(problem)},
      {"form_token", token_for(page.parts, cookie)},
      {"false_alarms_per_year", given != nullptr ? *given : old},
      {"range", labels.message("method.budget_range", {{"low", low}, {"high", high}})},
      {"effect", labels.plural("method.budget_effect", places,
                               {{"budget", old}, {"expected", labels.about(expected)}})},
      {"parameters", parameters_of(labels, **watch)}};
  sheet.head = head;
  sheet.content = std::move(content);
  return sheet;
}

std::optional<double> read_budget(std::string_view given) {
  std::string text(given);
  std::ranges::replace(text, ',', '.');
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  if (!(value >= budget_min && value <= budget_max)) return std::nullopt;
  return value;
}

}  // namespace

base::Result<Sheet> method_page(const Page& page) {
  return make_page(page, nullptr);
}

base::Result<net::Response> take_budget(const Page& page, Sheet& refused) {
  const pagekit::Fields form(page.call.request.body);
  const auto cookie = pagekit::cookie(page.call.request, form_cookie);
  if (!is_form_cookie(cookie) || !same_text(form.get("form_token"), token_for(page.parts, cookie)))
    return base::fail(base::ErrorCode::invalid_input, page.labels.message("method.form_expired"),
                      "/method", page.labels.message("problem.bad_request_todo"));
  const auto given =
      base::repair_utf8(base::cut(base::trim(form.get("false_alarms_per_year")), given_bytes_max));
  if (const auto budget = read_budget(given)) {
    if (page.parts.ask_budget) {
      auto waiting = page.parts.ask_budget(page.call, *budget);
      if (!waiting) return std::unexpected(std::move(waiting.error()));
      if (!*waiting) return pagekit::redirect("/method?asked=1#budget");
      constexpr int conflict_status = 409;
      auto sheet = make_page(page, &given, &**waiting);
      if (!sheet) return passed(sheet);
      refused = std::move(*sheet);
      refused.status = conflict_status;
      return net::Response{};
    }
    auto set = page.parts.watch.set_false_alarms_per_year(*budget);
    if (!set) return std::unexpected(std::move(set.error()));
    if (page.parts.changed) page.parts.changed("watch");
    return pagekit::redirect("/method?saved=1#budget");
  }
  auto sheet = make_page(page, &given);
  if (!sheet) return passed(sheet);
  refused = std::move(*sheet);
  constexpr int refused_status = 422;
  refused.status = refused_status;
  return net::Response{};
}

}  // namespace tocsin::monitor::pages
