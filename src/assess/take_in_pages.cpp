// SPDX-License-Identifier: Apache-2.0
// Taking in by hand what came another way: a mail saved as a file, a text message read from a
// telephone. Who took it in stands in the access log.
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "assess/message_intake.hpp"
#include "base/text.hpp"
#include "people/access_log.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;
using pagekit::Call;

constexpr std::string_view take_in_act = "report.take_in";

struct Shown {
  const base::Error* problem = nullptr;
  const TakenIn* taken = nullptr;
  std::string words;
  std::string from;
};

Answer take_in_page(const DeskCall& desk, const Shown& shown) {
  if (auto may = desk.parts.desk.permissions.may(desk.session.person, take_in_act); !may)
    return std::unexpected(std::move(may.error()));
  const auto& words = desk.words;
  const auto title = words.message("take_in.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "inbox"});
  put_problem(context, words, shown.problem);
  json::value done = false;
  if (shown.taken != nullptr) {
    const auto& taken = *shown.taken;
    const auto outcome = taken.outcome == Outcome::filed ? "done" : name_of(taken.outcome);
    const auto or_false = [](const std::string& text) {
      return text.empty() ? json::value(false) : json::value(text);
    };
    done = json::object{
        {"text", words.looked_up("take_in", outcome)},
        {"receipt", or_false(taken.receipt)},
        {"href", or_false(taken.report.empty() ? std::string{}
                                               : "/inbox/" + std::string(uuid_of(taken.report)))}};
  }
  context["take_in"] =
      json::object{{"done", std::move(done)}, {"words", shown.words}, {"from", shown.from}};
  return desk.parts.pages.render(
      desk.call, "assess/take_in", context,
      shown.problem == nullptr ? 200 : pagekit::status_of(shown.problem->code));
}

base::Result<TakenIn> take(const DeskCall& desk, const pagekit::PostedForm& form) {
  const auto& intake = *desk.parts.intake;
  if (!form.fields.has("typed")) {
    if (form.files.size() != 1)
      return fail(ErrorCode::invalid_input, "no mail was chosen", "mail_none");
    return intake.take_mail(form.files.front().bytes);
  }
  IncomingText message;
  message.text = base::normalize_nfc(base::repair_utf8(form.fields.get("words")));
  message.from = base::cut(base::normalize_nfc(base::repair_utf8(form.fields.get("from"))), 200);
  if (base::trim(message.text).empty() || message.text.size() > message_bytes_max)
    return fail(ErrorCode::invalid_input, "the message is empty or too long", "message");
  // The same words typed twice in a minute are one message.
  constexpr std::chrono::minutes one{1};
  message.received = std::to_string(desk.parts.desk.clock.now().time_since_epoch() / one);
  return intake.take_text(message);
}

Answer take_in(const DeskCall& desk) {
  if (auto may = desk.parts.desk.permissions.may(desk.session.person, take_in_act); !may)
    return std::unexpected(std::move(may.error()));
  auto form = people::posted_form(desk.call, desk.session);
  if (!form) return std::unexpected(std::move(form.error()));
  auto taken = desk.parts.intake == nullptr
                   ? base::Result<TakenIn>(fail(ErrorCode::unsupported, "nothing is taken in here"))
                   : take(desk, *form);
  Shown shown{nullptr, nullptr, std::string(form->fields.get("words")),
              std::string(form->fields.get("from"))};
  if (!taken) {
    if (!belongs_to_form(taken.error())) return std::unexpected(std::move(taken.error()));
    shown.problem = &taken.error();
    return take_in_page(desk, shown);
  }
  if (!taken->report.empty())
    if (auto done =
            people::note_read(desk.parts.desk.ledger, desk.session, take_in_act, taken->report);
        !done)
      return std::unexpected(std::move(done.error()));
  return take_in_page(desk, {nullptr, &*taken, {}, {}});
}

}  // namespace

void add_take_in_routes(pagekit::Router& router, const AssessParts& parts) {
  const auto add = [&](std::string method, DeskHandler handler) {
    router.add({std::move(method),
                std::string(take_in_path),
                {},
                {},
                {},
                [&parts, handler = std::move(handler)](const Call& call) {
                  return with_desk(parts, call, handler);
                }});
  };
  add("GET", [](const DeskCall& desk) { return take_in_page(desk, {}); });
  add("POST", take_in);
}

}  // namespace tocsin::assess
