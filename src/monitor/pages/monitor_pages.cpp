// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/monitor_pages.hpp"

#include <charconv>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "monitor/pages/filter.hpp"
#include "monitor/pages/monitor_api.hpp"
#include "monitor/pages/observation_export.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/shelf.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

void add_cookies(const Call& call, const std::vector<std::string>& cookies,
                 net::Response& response) {
  if (call.query.get("lang") == call.language)
    response.headers.emplace_back("Set-Cookie", pagekit::language_cookie(call.language));
  for (const auto& cookie : cookies) response.headers.emplace_back("Set-Cookie", cookie);
}

Answer rendered(const Page& page, std::string_view name, const ReadySheet& sheet) {
  auto frame = page_frame(page, sheet.head);
  if (!frame) return std::unexpected(std::move(frame.error()));
  auto html = page.parts.web.render(name, page.call.language, *frame, sheet.content.get());
  if (!html) return std::unexpected(std::move(html.error()));
  auto response = pagekit::html_response(std::move(*html), page.call.request, sheet.status);
  add_cookies(page.call, sheet.cookies, response);
  return response;
}

ReadySheet ready(Sheet sheet) {
  return {std::move(sheet.head), pagekit::prepare(sheet.content), sheet.status,
          std::move(sheet.cookies)};
}

struct PageRoute {
  std::string_view pattern;
  std::string_view name;  ///< of the template under web/templates
  PageMaker make;
  /// False where the page holds something of one reader, such as a form's token.
  bool kept = true;
  /// Made before anyone asks, whenever the store has changed.
  bool front = false;
};

std::string sheet_key(const Page& page) {
  return page.call.language + " " + page.call.request.path + "?" +
         page.call.query.with("lang", std::nullopt);
}

using MadeSheet = base::Result<std::shared_ptr<const ReadySheet>>;

MadeSheet make_sheet(const Shelf& shelf, const Page& page, const PageRoute& route,
                     std::int64_t change, const SheetCache::Turn* turn) {
  auto made = route.make(page);
  if (!made) return std::unexpected(std::move(made.error()));
  auto sheet = std::make_shared<const ReadySheet>(ready(std::move(*made)));
  if (turn != nullptr && sheet->cookies.empty())
    shelf.kept().keep(*turn, change, page.parts.clock.now(), sheet);
  return sheet;
}

/// The page as it was made of late for somebody else, or made anew.
Answer answered(const Shelf& shelf, const Page& page, const PageRoute& route) {
  auto change = page.reader.change_number();
  if (!change) return passed(change);
  SheetCache::Found found;
  if (route.kept) found = shelf.kept().find(sheet_key(page), *change, page.parts.clock.now());
  if (found.sheet == nullptr) {
    auto made = make_sheet(shelf, page, route, *change, found.turn.get());
    if (!made) return passed(made);
    found.sheet = std::move(*made);
    found.turn.reset();
  }
  return rendered(page, route.name, *found.sheet);
}

constexpr PageRoute page_routes[] = {
    {"/", "monitor/today", today_page, true, true},
    {"/observations", "monitor/observations", observations_page, true, true},
    {"/observations/{id}", "monitor/observation", observation_page},
    {"/places", "monitor/places", places_page, true, true},
    {"/places/{id}", "monitor/place", place_page},
    {"/sources", "monitor/sources", sources_page, false},
    {"/imports/{id}", "monitor/import", import_page, false},
    {"/indicators", "monitor/indicators", indicators_page, true, true},
    {"/method", "monitor/method", method_page, false},
};

/// Makes the front pages anew in every language.
void make_front_pages(const Shelf& shelf) {
  for (const auto& language : shelf.parts().web.languages())
    for (const auto& route : page_routes) {
      if (!route.front) continue;
      net::Request request;
      request.method = "GET";
      request.path = route.pattern;
      const Call call{request, {}, pagekit::Fields(), language, {}};
      const auto done = shelf.with_page(call, [&](const Page& page) -> Answer {
        auto change = page.reader.change_number();
        if (!change) return passed(change);
        const auto turn = shelf.kept().turn(sheet_key(page));
        auto made = make_sheet(shelf, page, route, *change, turn.get());
        if (!made) return passed(made);
        return net::Response();
      });
      if (!done)
        base::log_error("the page " + request.path + " cannot be made: " + done.error().text());
    }
}

/// The words for a kind of failure: "problem.not_found" and its "_todo".
std::string_view problem_key(int status, base::ErrorCode code) {
  if (code == base::ErrorCode::no_space) return "problem.no_space";
  if (status == 404 || status == 405) return "problem.not_found";
  if (status == 421) return "problem.wrong_host";
  if (status == 503) return "problem.busy";
  if (status >= 400 && status < 500) return "problem.bad_request";
  return "problem.internal";
}

net::Response problem_page(const MonitorParts& parts, const Labels& labels, int status,
                           const base::Error& error, const Call& call, bool exercise) {
  json::value reference = false;
  constexpr int server_errors_from = 500;
  if (status >= server_errors_from) {
    // What went wrong stands in the log only; the page gives the word by which to find it.
    constexpr std::size_t reference_signs = 8;
    const auto moment = std::to_string(parts.clock.now().time_since_epoch().count());
    const auto word = base::to_hex(base::sha256(parts.form_secret + moment + error.message))
                          .substr(0, reference_signs);
    base::log_error("problem " + word + ": " + error.text());
    reference = word;
  }
  const std::string key(problem_key(status, error.code));
  const auto title = labels.message("problem.title");
  auto context = bare_frame(parts, labels, call, {title, title, {}});
  context["notices"].as_object()["exercise"] = exercise;
  context["problem"] = json::object{{"status", std::to_string(status)},
                                    {"what", labels.message(key, {{"detail", error.message}})},
                                    {"todo", labels.message(key + "_todo")},
                                    {"reference", std::move(reference)}};
  auto html = parts.web.render("layout/problem", call.language, context);
  if (!html) {
    base::log_error("the problem page cannot be made: " + html.error().text());
    html = std::string("<!doctype html><title>Tocsin</title>");
  }
  auto response = pagekit::html_response(std::move(*html), call.request, status);
  add_cookies(call, {}, response);
  return response;
}

void add_pages(pagekit::Router& router, const Shelf& shelf) {
  for (const auto& entry : page_routes)
    router.add({"GET", std::string(entry.pattern), {}, {}, {}, [shelf, &entry](const Call& call) {
                  return shelf.with_page(
                      call, [&](const Page& page) { return answered(shelf, page, entry); });
                }});
  router.add({"POST", "/method", {}, {}, {}, [shelf](const Call& call) {
                return shelf.with_page(call, [&](const Page& page) -> Answer {
                  Sheet refused;
                  auto taken = take_budget(page, refused);
                  shelf.kept().clear();
                  if (!taken || refused.content.empty()) return taken;
                  return rendered(page, "monitor/method", ready(std::move(refused)));
                });
              }});
  router.add({"GET", "/observations.csv", {}, {}, {}, [shelf](const Call& call) {
                return shelf.with_page(call, [](const Page& page) { return csv_answer(page); });
              }});
}

Answer exercise_outline(const MonitorParts& parts, const Call& call) {
  if (parts.exercise_outline == nullptr)
    return base::fail(base::ErrorCode::not_found, "the exercise's outline is not installed",
                      call.request.path);
  net::Response response;
  response.headers = {{"Content-Type", "application/geo+json"},
                      {"Cache-Control", "public, max-age=3600"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = *parts.exercise_outline;
  pagekit::compress(response, call.request);
  return response;
}

void add_files(pagekit::Router& router, const MonitorParts& parts) {
  router.add({"GET", "/assets/{name}", {}, {}, {}, [&parts](const Call& call) -> Answer {
                const auto* asset = parts.web.asset(call.path_part("name"));
                if (asset == nullptr)
                  return base::fail(base::ErrorCode::not_found, "there is no such file",
                                    call.request.path);
                return pagekit::asset_response(*asset, call.request);
              }});
  router.add({"GET", "/outlines/exercise.geojson", {}, {}, {}, [&parts](const Call& call) {
                return exercise_outline(parts, call);
              }});
}

}  // namespace

MakeFrontPages add_monitor_routes(pagekit::Router& router, const MonitorParts& parts) {
  const auto shelf = Shelf::make(parts);
  add_pages(router, shelf);
  add_files(router, parts);
  add_monitor_api(router, shelf);
  router.set_problem_page([shelf, &parts](int status, const base::Error& error, const Call& call) {
    // What an exercise's node says is marked as such, be it that a page is missing.
    bool exercise = false;
    constexpr int not_found = 404;
    if (status == not_found) {
      const auto asked = shelf.with_page(call, [&](const Page& page) -> Answer {
        exercise = page.reader.holds_exercise().value_or(false);
        return net::Response();
      });
      if (!asked) base::log_error("the exercise mark cannot be read: " + asked.error().text());
    }
    return problem_page(parts, shelf.labels(call.language), status, error, call, exercise);
  });
  return [shelf] { make_front_pages(shelf); };
}

bool names_this_machine(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
  host = host.substr(0, host.find(':'));
  if (host == "localhost") return true;
  return host.starts_with("127.") && net::is_loopback(host);
}

net::Response serve_local(const pagekit::Router& router, const MonitorParts& parts,
                          const net::Request& request) {
  return serve_named(parts, request, {}, [&] { return router.serve(request); });
}

net::Response serve_named(const MonitorParts& parts, const net::Request& request,
                          std::string_view own_name, const std::function<net::Response()>& answer) {
  const auto host = request.header("host");
  if (names_this_machine(host)) return answer();
  if (!own_name.empty() && host.substr(0, host.find(':')) == own_name) return answer();
  const base::Error error{base::ErrorCode::invalid_input,
                          "this node answers only at its own machine's names",
                          {},
                          "use http://localhost with the port that the node printed"};
  constexpr int misdirected = 421;
  if (request.path.starts_with("/api/")) {
    auto refusal = pagekit::json_response({{"type", "about:blank"},
                                           {"title", base::name_of(error.code)},
                                           {"status", misdirected},
                                           {"detail", error.message},
                                           {"remedy", error.remedy}},
                                          misdirected);
    refusal.headers[0].second = "application/problem+json";
    return refusal;
  }
  const Labels labels(parts.web, "en", parts.framework, parts.exercise);
  const Call call{request, {}, {}, "en", {}};
  return problem_page(parts, labels, misdirected, error, call, false);
}

}  // namespace tocsin::monitor::pages
