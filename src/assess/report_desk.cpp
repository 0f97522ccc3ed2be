// SPDX-License-Identifier: Apache-2.0
#include "assess/report_desk.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "assess/attachment_tables.hpp"
#include "assess/matters.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "ledger/sealed_text.hpp"
#include "people/account_tables.hpp"
#include "people/drafts.hpp"
#include "people/units.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::string_view receipt_secret = "receipt-codes";
constexpr std::size_t receipt_group = 4;
constexpr std::size_t source_signs = 5;
/// Without letters and digits that are mistaken for one another.
constexpr std::string_view source_alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

std::string new_receipt(base::Random& random) {
  std::string digits;
  for (std::size_t i = 0; i < receipt_digits; ++i)
    digits += static_cast<char>('0' + random.below(10));
  return digits;
}

std::string in_groups(std::string_view digits) {
  std::string shown;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % receipt_group == 0) shown += ' ';
    shown += digits[i];
  }
  return shown;
}

std::string new_source(base::Random& random) {
  std::string code = "S-";
  for (std::size_t i = 0; i < source_signs; ++i)
    code += source_alphabet[random.below(source_alphabet.size())];
  return code;
}

std::string clean(std::string_view text) {
  return base::normalize_nfc(base::trim(text));
}

json::object report_fields(const Told& told, std::string_view source, std::string_view receipt) {
  return {{"text", clean(told.text)},    {"place", clean(told.place)},
          {"when", clean(told.when)},    {"witness", told.witness},
          {"language", told.language},   {"channel", told.channel},
          {"in_danger", told.in_danger}, {"may_share", told.may_share},
          {"exercise", told.exercise},   {"source", source},
          {"receipt", receipt},          {"unit", people::first_unit}};
}

std::unexpected<base::Error> no_such_receipt() {
  return fail(ErrorCode::not_found, "no report has this code", "receipt",
              "check the sixteen digits");
}

/// The data key of a reason: the report's, with which it goes; of a report that is gone, its own.
base::Result<std::string> key_of_reason(ledger::Pen& pen, const ReportRow& report,
                                        std::string_view act) {
  if (!is_gone(report.standing.state)) return data_key_of(report.object);
  return pen.vault().make_data_key(pen.database(), data_key_of(act));
}

bool needs_words(Step step) {
  return step == Step::ask || step == Step::set_aside || step == Step::answer ||
         step == Step::unfreeze || step == Step::merge || step == Step::move;
}

bool speaks_to_reporter(Step step) {
  return step == Step::ask || step == Step::answer;
}

}  // namespace

base::Status make_receipt_secret(const ledger::Vault& vault, store::Database& database) {
  return vault.keep(database, receipt_secret, base::Secret::random(base::sealing_key_size));
}

base::Result<std::string> ReportDesk::receipt_hash(store::Database& database,
                                                   std::string_view digits) const {
  auto secret = desk_.vault.read(database, receipt_secret);
  if (!secret) return std::unexpected(std::move(secret.error()));
  const auto hash = base::hmac_sha256(secret->bytes(), digits);
  return base::base64url(hash);
}

base::Result<std::string> ReportDesk::receipt_for(store::Database& database,
                                                  std::string_view once) const {
  auto secret = desk_.vault.read(database, receipt_secret);
  if (!secret) return std::unexpected(std::move(secret.error()));
  const auto hash = base::hmac_sha256(secret->bytes(), "once " + std::string(once));
  // One byte a digit: 250 is the largest multiple of ten below 256, what lies above is passed over,
  // and 32 bytes leave sixteen with all but certainty; otherwise the hash is hashed again.
  constexpr unsigned fair_below = 250;
  std::string digits;
  for (auto bytes = hash; digits.size() < receipt_digits;
       bytes = base::hmac_sha256(secret->bytes(), bytes))
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      if (value < fair_below && digits.size() < receipt_digits)
        digits += static_cast<char>('0' + value % 10);
    }
  return digits;
}

base::Result<ReportRow> ReportDesk::by_receipt(store::Database& database,
                                               std::string_view receipt) const {
  const auto digits = normal_receipt(receipt);
  if (digits.empty()) return no_such_receipt();
  auto hash = receipt_hash(database, digits);
  if (!hash) return std::unexpected(std::move(hash.error()));
  auto found = ReportReader(database).by_receipt(*hash);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return no_such_receipt();
  return std::move(**found);
}

base::Result<Filed> ReportDesk::file(const Told& told, const std::vector<KeptFile>& files) const {
  // Before the writer is asked: what is refused costs nobody else's turn.
  if (auto done = check_told(told); !done) return std::unexpected(std::move(done.error()));
  return desk_.ledger.act([&](ledger::Pen& pen) { return file(pen, told, files); });
}

base::Result<Filed> ReportDesk::file(ledger::Pen& pen, const Told& told,
                                     const std::vector<KeptFile>& files) const {
  if (auto done = check_told(told); !done) return std::unexpected(std::move(done.error()));
  auto digits = told.once.empty() ? base::Result<std::string>(new_receipt(pen.random()))
                                  : receipt_for(pen.database(), told.channel + " " + told.once);
  if (!digits) return std::unexpected(std::move(digits.error()));
  auto hash = receipt_hash(pen.database(), *digits);
  if (!hash) return std::unexpected(std::move(hash.error()));
  if (!told.once.empty()) {
    auto known = ReportReader(pen.database()).by_receipt(*hash);
    if (!known) return std::unexpected(std::move(known.error()));
    if (*known) return Filed{(*known)->object, in_groups(*digits), true};
  }
  ledger::Draft draft;
  draft.object = pen.new_object(report_type);
  draft.type = report_type;
  draft.fields = report_fields(told, new_source(pen.random()), *hash);
  draft.sealed = {"text", "place", "when"};
  auto key = pen.vault().make_data_key(pen.database(), data_key_of(draft.object));
  if (!key) return std::unexpected(std::move(key.error()));
  draft.data_key = *key;
  if (auto done = pen.append_as_node(draft); !done) return std::unexpected(std::move(done.error()));
  if (auto done = append_files(pen, draft.object, draft.marking, files); !done)
    return std::unexpected(std::move(done.error()));
  return Filed{draft.object, in_groups(*digits), false};
}

base::Result<std::optional<ReportRow>> ReportDesk::find(std::string_view receipt) const {
  auto lease = desk_.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto report = by_receipt(**lease, receipt);
  if (report) return std::optional(std::move(*report));
  if (report.error().code == ErrorCode::not_found) return std::nullopt;
  return std::unexpected(std::move(report.error()));
}

base::Result<ReportDesk::Followed> ReportDesk::follow(std::string_view receipt) const {
  auto lease = desk_.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto report = by_receipt(**lease, receipt);
  if (!report) return std::unexpected(std::move(report.error()));
  Followed followed{std::move(*report), {}, {}};
  auto messages = ReportReader(**lease).messages(followed.report.object);
  if (!messages) return std::unexpected(std::move(messages.error()));
  for (auto& message : *messages) {
    auto text = ledger::shown_text(desk_.vault, **lease, message.object, "text", message.text, "…");
    followed.messages.emplace_back(std::move(message), std::move(text));
  }
  followed.text = ledger::shown_text(desk_.vault, **lease, followed.report.object, "text",
                                     followed.report.text, {});
  return followed;
}

base::Status ReportDesk::say(std::string_view receipt, std::string_view text) const {
  auto said = desk_.ledger.act([&](ledger::Pen& pen) { return say(pen, receipt, text); });
  if (!said) return std::unexpected(std::move(said.error()));
  return {};
}

base::Result<std::string> ReportDesk::say(ledger::Pen& pen, std::string_view receipt,
                                          std::string_view text) const {
  if (base::trim(text).empty())
    return fail(ErrorCode::invalid_input, "nothing is written", "text", "write a few words");
  if (text.size() > report_text_bytes_max || !base::is_utf8(text))
    return fail(ErrorCode::limit_exceeded, "the text is longer than 64 kB", "text");
  auto report = by_receipt(pen.database(), receipt);
  if (!report) return std::unexpected(std::move(report.error()));
  if (is_gone(report->standing.state)) return no_such_receipt();
  ledger::Draft draft;
  draft.object = pen.new_object(message_type);
  draft.type = message_type;
  draft.marking = report->marking;
  draft.fields = {{"report", report->object}, {"from", "reporter"}, {"text", clean(text)}};
  draft.sealed = {"text"};
  draft.data_key = data_key_of(report->object);
  if (auto done = pen.append_as_node(draft); !done) return std::unexpected(std::move(done.error()));
  return report->object;
}

base::Status ReportDesk::note_step(ledger::Pen& pen, const ReportRow& report,
                                   std::string_view step) const {
  ledger::Draft draft;
  draft.object = pen.new_object(intake_type);
  draft.type = intake_type;
  draft.marking = report.marking;
  draft.fields = {{"report", report.object}, {"step", step}};
  auto done = pen.append_as_node(draft);
  if (!done) return std::unexpected(std::move(done.error()));
  return {};
}

base::Status ReportDesk::withdraw(std::string_view receipt) const {
  auto done = desk_.ledger.act([&](ledger::Pen& pen) { return withdraw(pen, receipt); });
  if (!done) return std::unexpected(std::move(done.error()));
  // A purge that finds the log in use is made good by the next one; the key is gone either way.
  static_cast<void>(desk_.ledger.purge());
  return {};
}

base::Result<std::string> ReportDesk::withdraw(ledger::Pen& pen, std::string_view receipt) const {
  auto report = by_receipt(pen.database(), receipt);
  if (!report) return std::unexpected(std::move(report.error()));
  if (!is_gone(report->standing.state))
    if (auto done = note_step(pen, *report, step_withdraw); !done)
      return std::unexpected(std::move(done.error()));
  // What colleagues typed from its words and have not sent goes with them.
  if (auto done = people::drop_drafts_naming(pen.database(), report->object); !done)
    return std::unexpected(std::move(done.error()));
  return report->object;
}

base::Status ReportDesk::call_danger(std::string_view receipt) const {
  auto done = desk_.ledger.act([&](ledger::Pen& pen) { return call_danger(pen, receipt); });
  if (!done) return std::unexpected(std::move(done.error()));
  return {};
}

base::Result<std::string> ReportDesk::call_danger(ledger::Pen& pen,
                                                  std::string_view receipt) const {
  auto report = by_receipt(pen.database(), receipt);
  if (!report) return std::unexpected(std::move(report.error()));
  if (!report->standing.frozen || !report->in_danger)
    if (auto done = note_step(pen, *report, step_danger); !done)
      return std::unexpected(std::move(done.error()));
  return report->object;
}

base::Status ReportDesk::check_move(store::Database& database, const ReportRow& report,
                                    std::string_view unit) const {
  auto accounts = people::list_accounts(database);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  auto matter = matter_of(report);
  matter.unit = unit;
  const auto reads = [&](const people::Account& account) {
    const people::Person person{account.object,
                                {},
                                account.standing.unit,
                                account.standing.roles,
                                account.standing.clearance,
                                {}};
    return account.state == people::AccountState::active &&
           desk_.permissions.allows(person, "report.move", matter);
  };
  // What names no unit is the whole node's, and what nobody may take up would lie there unseen.
  if (!unit.empty() && unit != report.unit && std::ranges::any_of(*accounts, reads)) return {};
  return fail(ErrorCode::invalid_input, "nobody of another unit by this name could take it up",
              "to_unit", "choose a unit in which an analyst is cleared for the report");
}

base::Status ReportDesk::take(const people::Session& session, const IntakeStep& step) const {
  if (needs_words(step.step) && base::trim(step.reason).empty())
    return fail(ErrorCode::invalid_input, "this step needs a reason in words", "reason",
                "say why in one sentence");
  if (step.reason.size() > report_text_bytes_max || !base::is_utf8(step.reason))
    return fail(ErrorCode::limit_exceeded, "the text is longer than 64 kB", "reason");
  if (auto done = ledger::check_marking(step.marking); !done) return done;
  // Above one's own clearance one could neither read it any more nor take the marking back.
  if (step.step == Step::mark &&
      ledger::strictness_tlp(step.marking.tlp) > ledger::strictness_tlp(session.person.clearance))
    return fail(ErrorCode::invalid_input, "this marking is above your own clearance",
                "above_clearance", "ask somebody who is cleared for it");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto report = ReportReader(pen.database()).find(step.report);
    if (!report) return std::unexpected(std::move(report.error()));
    const auto act = "report." + std::string(name_of(step.step));
    if (auto may = desk_.permissions.may(session.person, act, matter_of(*report)); !may) return may;
    if (step.seen_version != report->version)
      return fail(ErrorCode::conflict, "someone changed this report meanwhile", step.report,
                  "look at its newest state and decide again");
    auto next = after(report->standing, step.step);
    if (!next) return std::unexpected(std::move(next.error()));
    if (step.step == Step::merge) {
      auto other = ReportReader(pen.database()).find(step.into);
      if (!other || step.into == step.report || other->standing.state == ReportState::merged)
        return fail(ErrorCode::invalid_input, "choose another report that is not merged itself",
                    "into");
    }
    if (step.step == Step::move)
      if (auto good = check_move(pen.database(), *report, step.to_unit); !good) return good;
    ledger::Draft draft;
    draft.object = pen.new_object(intake_type);
    draft.type = intake_type;
    draft.marking = report->marking;
    draft.fields = {{"report", report->object}, {"step", name_of(step.step)}};
    if (step.step == Step::merge) draft.fields["into"] = step.into;
    if (step.step == Step::move) draft.fields["to_unit"] = step.to_unit;
    if (step.step == Step::grade) {
      draft.fields["source_grade"] = std::string(1, step.grade.source);
      draft.fields["credibility_grade"] = std::string(1, step.grade.credibility);
    }
    if (step.step == Step::mark) {
      draft.fields["tlp"] = step.marking.tlp;
      draft.fields["pap"] = step.marking.pap;
    }
    if (!speaks_to_reporter(step.step) && !base::trim(step.reason).empty()) {
      draft.fields["reason"] = clean(step.reason);
      draft.sealed = {"reason"};
      auto key = key_of_reason(pen, *report, draft.object);
      if (!key) return std::unexpected(std::move(key.error()));
      draft.data_key = std::move(*key);
    }
    if (auto done = pen.append(draft, session.author()); !done)
      return std::unexpected(std::move(done.error()));
    if (!speaks_to_reporter(step.step)) return {};
    ledger::Draft word;
    word.object = pen.new_object(message_type);
    word.type = message_type;
    word.marking = report->marking;
    word.fields = {{"report", report->object}, {"from", "desk"}, {"text", clean(step.reason)}};
    word.sealed = {"text"};
    word.data_key = data_key_of(report->object);
    auto done = pen.append(word, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
  });
}

}  // namespace tocsin::assess
