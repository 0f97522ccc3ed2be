// SPDX-License-Identifier: Apache-2.0
#include "assess/reporter_pages.hpp"

#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "pagekit/posted_form.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;
using pagekit::Call;

constexpr std::string_view box_secret = "report-box";
constexpr std::array<std::string_view, 4> witness_choices{"own_eyes", "heard", "document",
                                                          "unsaid"};
constexpr std::size_t once_bytes_max = 64;
constexpr double ms_per_minute = 60'000;

/// What the routes share.
struct Room {
  explicit Room(const ReporterParts& given)
      : parts(given),
        reports(reporter_acts_at_once_max, reporter_acts_per_minute, given.desk.clock),
        words(words_at_once_max, words_per_minute, given.desk.clock),
        wrong_codes(wrong_codes_per_minute, wrong_codes_per_minute, given.desk.clock),
        lines_of_log(1, 1, given.desk.clock) {}
  const ReporterParts& parts;
  Allowance reports;
  Allowance words;
  Allowance wrong_codes;
  Allowance lines_of_log;  ///< about wrong codes
};

base::Result<base::BoxKey> box_key(const ReporterParts& parts) {
  auto lease = parts.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto secret = parts.desk.vault.read(**lease, box_secret);
  if (!secret) return std::unexpected(std::move(secret.error()));
  return base::BoxKey::from_secret(secret->bytes());
}

/// A chosen language goes on from page to page in the address.
std::string asked_of(const Call& call) {
  return call.query.get("lang") == call.language ? "?lang=" + call.language : std::string{};
}

json::object frame_of(const ReporterParts& parts, const Call& call) {
  auto context = parts.pages.context(call, {});
  auto& assets = context["assets"].as_object();
  assets["reporter"] = "/assets/" + parts.pages.parts().web.asset_name("reporter.js");
  context["asked"] = asked_of(call);
  return context;
}

/// No cookie: one that stays would tell later that this page was open.
Answer shown(const ReporterParts& parts, const Call& call, std::string_view name,
             const json::object& context, int status = 200) {
  auto answer = parts.pages.render(call, name, context, status);
  if (answer)
    std::erase_if(answer->headers, [](const auto& header) { return header.first == "Set-Cookie"; });
  return answer;
}

/// Nothing of this page stays in a browser's own store: what is kept for later is kept by the
/// worker, where one tap removes it.
net::Response unkept(net::Response response) {
  for (auto& [name, value] : response.headers)
    if (name == "Cache-Control") value = "no-store";
  return response;
}

/// What the one who reports is told. They know no desk, no disk and no node.
std::string told_why(const pagekit::Words& words, const base::Error& error) {
  if (error.code == ErrorCode::no_space) return words.message("reporter.no_room");
  if (error.code == ErrorCode::unavailable) return words.message("reporter.wait");
  return problem_words(words, error);
}

json::object limits_of_fields() {
  return {{"text", std::to_string(report_text_bytes_max)},
          {"place", std::to_string(short_text_bytes_max)},
          {"reach", std::to_string(reach_bytes_max)},
          {"files", std::to_string(files_per_report_max)},
          {"file", std::to_string(file_bytes_max)},
          {"files_all", std::to_string(files_bytes_max)}};
}

/// The field "how to reach you", where somebody holds a key to seal it to.
json::value reach_field(const ReporterParts& parts) {
  if (parts.sources == nullptr) return false;
  const auto known = SourceDesk(*parts.sources).known_to_source({});
  if (!known || !known->possible) return false;
  return json::object{{"key", known->key}};
}

/// The page with its form; what was typed stays where it was refused.
Answer form_page(const ReporterParts& parts, const Call& call, const Told& told,
                 std::string_view problem, int status) {
  const auto& words = parts.pages.words(call.language);
  auto key = box_key(parts);
  if (!key) return std::unexpected(std::move(key.error()));
  auto context = frame_of(parts, call);
  context["problem"] = problem.empty() ? json::value(false) : json::value{{"text", problem}};
  json::array others;
  for (const auto& [name, address] : parts.others)
    others.push_back(json::object{{"name", name}, {"address", address}});
  json::object page{
      {"exercise", parts.exercise},
      {"reader", words.message("reporter.reader", {{"organisation", parts.organisation}})},
      {"others", others.empty() ? json::value(false) : json::value{{"rows", others}}},
      {"key", base::base64url(base::view_of(key->public_key()))},
      {"text", told.text},
      {"place", told.place},
      {"when", told.when},
      {"limits", limits_of_fields()},
      {"reach", reach_field(parts)},
      {"witnesses", choices(words, "witness", witness_choices,
                            told.witness.empty() ? "unsaid" : std::string_view(told.witness))}};
  context["reporter"] = std::move(page);
  return shown(parts, call, "reporter/form", context, status);
}

Told told_of_form(const pagekit::Fields& fields) {
  Told told;
  told.text = fields.get("text");
  told.place = fields.get("place");
  told.when = fields.get("when");
  told.witness = fields.has("witness") ? std::string(fields.get("witness")) : "unsaid";
  told.may_share = fields.has("may_share");
  told.in_danger = fields.has("in_danger");
  return told;
}

/// What a browser sealed: the same fields as JSON. `reach` comes sealed once more, to the
/// custodians: it is never in clear here.
base::Result<Told> told_of_box(const ReporterParts& parts, const pagekit::Fields& fields,
                               Reach& reach) {
  auto key = box_key(parts);
  if (!key) return std::unexpected(std::move(key.error()));
  auto sealed = base::from_base64url(fields.get("sealed"));
  if (!sealed) return fail(ErrorCode::invalid_input, "the sealed text cannot be read", "text");
  auto opened = key->open(*sealed);
  if (!opened) return fail(ErrorCode::invalid_input, "the sealed text does not open", "text");
  auto value = formats::parse_json(opened->bytes());
  if (!value || !value->is_object())
    return fail(ErrorCode::invalid_input, "the sealed text cannot be read", "text");
  Told told;
  told.text = formats::text_member(*value, "text");
  told.place = formats::text_member(*value, "place");
  told.when = formats::text_member(*value, "when");
  told.witness = formats::text_member(*value, "witness");
  if (told.witness.empty()) told.witness = "unsaid";
  told.may_share = formats::member(*value, "may_share") != nullptr;
  told.in_danger = formats::member(*value, "in_danger") != nullptr;
  told.once = base::cut(fields.get("once"), once_bytes_max);
  if (const auto boxed = formats::text_member(*value, "reach_sealed"); !boxed.empty())
    if (auto bytes = base::from_base64url(boxed)) reach.sealed = std::move(*bytes);
  reach.plain = formats::text_member(*value, "reach");
  return told;
}

bool wants_json(const Call& call) {
  return call.request.header("accept") == "application/json";
}

/// What was sent, opened and read; `files` are views into `opened` or into the request.
struct Sent {
  Told told;
  std::vector<GivenFile> files;
  std::vector<base::Secret> opened;
  Reach reach;
};

/// Each file was sealed by itself, in the order in which the sealed text names them.
base::Status open_files(const ReporterParts& parts, const pagekit::PostedForm& form, Sent& sent) {
  auto key = box_key(parts);
  if (!key) return std::unexpected(std::move(key.error()));
  for (const auto& file : form.files) {
    if (sent.opened.size() >= files_per_report_max)
      return fail(ErrorCode::invalid_input, "more than five files", "file_many");
    auto opened = key->open(file.bytes);
    if (!opened) return fail(ErrorCode::invalid_input, "a sealed file does not open", "text");
    sent.opened.push_back(std::move(*opened));
  }
  for (const auto& opened : sent.opened) sent.files.push_back({{}, opened.bytes()});
  return {};
}

base::Result<Sent> read_sent(const ReporterParts& parts, const Call& call,
                             const pagekit::PostedForm& form) {
  Sent sent;
  if (form.fields.has("sealed")) {
    auto told = told_of_box(parts, form.fields, sent.reach);
    if (!told) return std::unexpected(std::move(told.error()));
    sent.told = std::move(*told);
    if (auto done = open_files(parts, form, sent); !done)
      return std::unexpected(std::move(done.error()));
  } else {
    sent.told = told_of_form(form.fields);
    sent.reach.plain = form.fields.get("reach");
    for (const auto& file : form.files) sent.files.push_back({file.name, file.bytes});
  }
  sent.told.channel = "page";
  sent.told.language = call.language;
  sent.told.exercise = parts.exercise;
  return sent;
}

/// Stores the files, then files the report that names them.
base::Result<Filed> file_all(const ReporterParts& parts, const Sent& sent) {
  if (auto good = check_told(sent.told); !good) return std::unexpected(std::move(good.error()));
  auto kept = keep_files(parts.files, sent.files);
  if (!kept) return std::unexpected(std::move(kept.error()));
  auto filed = ReportDesk(parts.desk).file(sent.told, *kept);
  if (!filed || filed->again) drop_files(parts.files, *kept);
  return filed;
}

/// Keeps how to reach the one who reported; whether it was kept is said beside the receipt.
bool kept_reach(const ReporterParts& parts, const std::string& report, const Reach& reach) {
  if (parts.sources == nullptr || (reach.sealed.empty() && base::trim(reach.plain).empty()))
    return true;
  const auto done = SourceDesk(*parts.sources).leave(report, reach);
  if (!done) base::log_error("how to reach a source was not kept: " + done.error().message);
  return done.has_value();
}

Answer take_report(Room& room, const Call& call) {
  const auto& parts = room.parts;
  auto form = pagekit::read_posted_form(call.request);
  if (!form) return std::unexpected(std::move(form.error()));
  const bool sealed = form->fields.has("sealed");
  const auto& words = parts.pages.words(call.language);
  // Before anything is opened or cleaned: that is what a flood would cost.
  if (!room.reports.take()) {
    if (sealed) return fail(ErrorCode::unavailable, "too many reports at once");
    return form_page(parts, call, told_of_form(form->fields), words.message("reporter.busy"), 503);
  }
  auto sent = read_sent(parts, call, *form);
  if (!sent) return std::unexpected(std::move(sent.error()));
  auto filed = file_all(parts, *sent);
  if (!filed) {
    if (!belongs_to_form(filed.error())) return std::unexpected(filed.error());
    const auto problem = told_why(words, filed.error());
    const auto status = pagekit::status_of(filed.error().code);
    // Which field it was is no news to who filled it in; where it failed inside stays inside.
    const bool of_files = filed.error().place.starts_with("file_");
    if (wants_json(call))
      return pagekit::json_response({{"problem", problem}, {"about", of_files ? "files" : ""}},
                                    status);
    return form_page(parts, call, sent->told, problem, status);
  }
  const bool reachable = kept_reach(parts, filed->object, sent->reach);
  if (wants_json(call))
    return pagekit::json_response({{"receipt", filed->receipt}, {"reach_lost", !reachable}});
  auto context = frame_of(parts, call);
  context["reporter"] = json::object{{"receipt", filed->receipt}, {"reach_lost", !reachable}};
  return shown(parts, call, "reporter/done", context);
}

/// What the one who reported may know and do about how they can be reached.
json::value reach_part(const ReporterParts& parts, const pagekit::Words& words,
                       const std::string& report, std::string_view receipt) {
  if (parts.sources == nullptr) return false;
  const auto known = SourceDesk(*parts.sources).known_to_source(report);
  if (!known || (!known->possible && !known->held)) return false;
  json::array opened;
  for (const auto at : known->opened) opened.push_back(json::object{{"at", words.time(at)}});
  return json::object{
      {"receipt", receipt},
      {"held", known->held},
      {"leave", known->possible},
      {"opened", opened.empty() ? json::value(false) : json::value{{"rows", std::move(opened)}}}};
}

/// A wrong code costs one of those that everyone together may try; a right one costs nothing.
Answer no_such_code(Room& room, const Call& call) {
  constexpr int not_found = 404;
  constexpr int unavailable = 503;
  const auto& words = room.parts.pages.words(call.language);
  if (room.wrong_codes.take())
    return form_page(room.parts, call, {}, words.looked_up("form_problem", "receipt"), not_found);
  if (room.lines_of_log.take())
    base::log_warning("many wrong receipt codes are being tried on the reporter's page");
  return form_page(room.parts, call, {}, words.message("reporter.wrong_codes"), unavailable);
}

/// What the holder of a code may see. With a problem, `typed` is what they wrote and is not taken.
Answer follow_page(Room& room, const Call& call, std::string_view receipt,
                   const base::Error* problem, std::string_view typed) {
  const auto& parts = room.parts;
  const auto& words = parts.pages.words(call.language);
  auto followed = ReportDesk(parts.desk).follow(receipt);
  if (!followed && followed.error().code == ErrorCode::not_found) return no_such_code(room, call);
  if (!followed) return std::unexpected(std::move(followed.error()));
  auto context = frame_of(parts, call);
  context["problem"] =
      problem == nullptr ? json::value(false) : json::value{{"text", told_why(words, *problem)}};
  json::array rows;
  for (const auto& [message, text] : followed->messages)
    rows.push_back(json::object{
        {"who", words.message(message.from_reporter ? "reporter.you" : "reporter.desk")},
        {"at", words.time(message.at)},
        {"text", text}});
  const bool open = !is_gone(followed->report.standing.state);
  context["reporter"] = json::object{
      {"state", words.looked_up("reporter_state", shown_state(followed->report.standing))},
      {"messages", rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}}},
      {"reach",
       open ? reach_part(parts, words, followed->report.object, receipt) : json::value(false)},
      {"open", open ? json::value{{"receipt", receipt},
                                  {"typed", problem == nullptr ? std::string_view{} : typed}}
                    : json::value(false)}};
  return shown(parts, call, "reporter/follow", context,
               problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

/// Leaves, takes back, or (after a withdrawal) wipes how somebody can be reached.
base::Status about_reach(const ReporterParts& parts, const ReportDesk& desk,
                         std::string_view receipt, std::string_view what, std::string_view typed) {
  if (parts.sources == nullptr) return {};
  const SourceDesk sources(*parts.sources);
  if (what == "withdraw") return sources.sweep();
  auto followed = desk.follow(receipt);
  if (!followed) return std::unexpected(std::move(followed.error()));
  if (what == "unreach") {
    const auto held = sources.known_to_source(followed->report.object);
    return held && !held->held ? base::Status{} : sources.take_back(followed->report.object);
  }
  return sources.leave(followed->report.object, {std::string(typed), {}});
}

/// What the holder of a right code does. Danger, and taking something back, never wait behind what
/// others do; said again, they cost no act, so that nobody can flood the writer with them.
base::Status act_again(Room& room, const ReportRow& report, const pagekit::Fields& fields) {
  const ReportDesk desk(room.parts.desk);
  const auto receipt = fields.get("receipt");
  const auto what = fields.get("do");
  if (what == "danger" && report.in_danger && report.standing.frozen) return {};
  if (what == "danger") return desk.call_danger(receipt);
  if (what == "withdraw" && is_gone(report.standing.state)) return {};
  if (what == "withdraw") {
    if (auto done = desk.withdraw(receipt); !done) return done;
  }
  if (what == "withdraw" || what == "unreach")
    return about_reach(room.parts, desk, receipt, what, {});
  if (what != "say" && what != "reach") return {};
  if (!room.words.take()) return fail(ErrorCode::unavailable, "too many words at once");
  if (what == "say") return desk.say(receipt, fields.get("text"));
  return about_reach(room.parts, desk, receipt, what, fields.get("reach"));
}

Answer take_again(Room& room, const Call& call) {
  const pagekit::Fields fields(call.request.body);
  const auto receipt = fields.get("receipt");
  auto report = ReportDesk(room.parts.desk).find(receipt);
  if (!report) return std::unexpected(std::move(report.error()));
  if (!*report) return no_such_code(room, call);
  const auto done = act_again(room, **report, fields);
  if (done) return follow_page(room, call, receipt, nullptr, {});
  const auto code = done.error().code;
  if (!belongs_to_form(done.error()) && code != ErrorCode::not_found &&
      code != ErrorCode::unavailable)
    return std::unexpected(done.error());
  return follow_page(room, call, receipt, &done.error(), fields.get("text"));
}

Answer worker_file(const ReporterParts& parts, const Call& call) {
  const auto& web = parts.pages.parts().web;
  const auto* asset = web.asset(web.asset_name("worker.js"));
  if (asset == nullptr) return fail(ErrorCode::not_found, "there is no such file");
  return unkept(pagekit::asset_response(*asset, call.request));
}

/// What is said where no form can say it: an address that is none, a body that is no form, a fault.
net::Response problem_page(const ReporterParts& parts, int status, const base::Error& error,
                           const Call& call) {
  constexpr int not_found = 404;
  constexpr int not_allowed = 405;
  constexpr int server_errors_from = 500;
  const auto& words = parts.pages.words(call.language);
  std::string text;
  if (error.code == ErrorCode::no_space || error.code == ErrorCode::unavailable) {
    text = told_why(words, error);
  } else if (status >= server_errors_from) {
    base::log_error("on the reporter's page: " + error.text());
    text = words.message("reporter.fault");
  } else {
    text = words.message(status == not_found || status == not_allowed ? "reporter.nothing_here"
                                                                      : "reporter.unread");
  }
  if (wants_json(call)) return pagekit::json_response({{"problem", text}}, status);
  auto context = frame_of(parts, call);
  context["problem"] = json::object{{"text", text}};
  auto page = shown(parts, call, "reporter/problem", context, status);
  return page ? std::move(*page) : pagekit::json_response({{"problem", text}}, status);
}

}  // namespace

Allowance::Allowance(int at_once, int per_minute, const base::Clock& clock)
    : clock_(clock),
      left_(at_once),
      at_once_(at_once),
      per_minute_(per_minute),
      filled_(clock.now()) {}

bool Allowance::take() {
  const std::lock_guard guard(mutex_);
  const auto now = clock_.now();
  const auto passed = static_cast<double>((now - filled_).count()) / ms_per_minute;
  // A clock that was set back gives nothing and takes nothing.
  if (passed > 0) left_ = std::min(at_once_, left_ + passed * per_minute_);
  filled_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

base::Status make_report_box(const ledger::Vault& vault, store::Database& database) {
  return vault.keep(database, box_secret, base::BoxKey::make().secret());
}

void add_reporter_routes(pagekit::Router& router, const ReporterParts& parts) {
  const auto room = std::make_shared<Room>(parts);
  router.add({"GET", "/", {}, {}, {}, [&parts](const Call& call) {
                return form_page(parts, call, {}, {}, 200);
              }});
  router.add(
      {"POST", "/", {}, {}, {}, [room](const Call& call) { return take_report(*room, call); }});
  router.add({"GET", "/again", {}, {}, {}, [](const Call& call) -> Answer {
                return pagekit::redirect("/" + asked_of(call));
              }});
  router.add(
      {"POST", "/again", {}, {}, {}, [room](const Call& call) { return take_again(*room, call); }});
  router.add({"GET", "/worker.js", {}, {}, {}, [&parts](const Call& call) {
                return worker_file(parts, call);
              }});
  router.add({"GET", "/assets/{name}", {}, {}, {}, [&parts](const Call& call) -> Answer {
                const auto* asset = parts.pages.parts().web.asset(call.path_part("name"));
                if (asset == nullptr) return fail(ErrorCode::not_found, "there is no such file");
                return unkept(pagekit::asset_response(*asset, call.request));
              }});
  router.set_problem_page([&parts](int status, const base::Error& error, const Call& call) {
    return problem_page(parts, status, error, call);
  });
}

}  // namespace tocsin::assess
