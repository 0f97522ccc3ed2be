// SPDX-License-Identifier: Apache-2.0
#include "assess/message_intake.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "assess/intake_tables.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "formats/mail_file.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;
using formats::FileKind;

constexpr std::array<std::string_view, 7> outcome_names{
    "filed", "added", "endangered", "withdrawn", "waiting", "again", "no_report"};
/// Stands for words where a message has none: a picture alone.
constexpr std::string_view no_words = "…";
/// Files of one mail that get an entry of their own; all are in the mail as it came.
constexpr std::size_t mail_files_max = 10;
constexpr std::size_t number_bytes_max = 200;
/// Unfinished messages of one sender with the same number of parts.
constexpr unsigned groups_per_sender_max = 20;
constexpr std::string_view parts_key = "of message parts";
constexpr std::string_view part_object = "message-part";

std::string hex_of(std::string_view bytes) {
  return base::to_hex(base::sha256(bytes));
}

std::string fitting(std::string_view text) {
  const auto kept = base::cut(base::trim(text), report_text_bytes_max - no_words.size());
  if (kept.empty()) return std::string(no_words);
  return std::string(kept) + (kept.size() < base::trim(text).size() ? std::string(no_words) : "");
}

json::object to_json(const IncomingText& message) {
  return {{"id", message.id},
          {"from", message.from},
          {"received", message.received},
          {"text", message.text}};
}

IncomingText from_json(const json::value& value) {
  return {formats::id_member(value, "id"), std::string(formats::text_member(value, "from")),
          std::string(formats::text_member(value, "text")), formats::id_member(value, "received")};
}

/// What one message is known by when it comes again.
std::string name_of_text(const IncomingText& message) {
  return "text\n" + (message.id.empty() ? "at " + message.received : "id " + message.id) + "\n" +
         message.from + "\n" + message.text;
}

Told told_of(const TextMessage& message, std::string_view hash, bool exercise) {
  Told told;
  told.text = fitting(message.text);
  told.place = message.place;
  told.when = message.when;
  told.witness = message.witness;
  told.language = message.language;
  told.channel = "message";
  told.in_danger = message.in_danger || message.verb == TextVerb::danger;
  told.may_share = message.may_share;
  told.exercise = exercise;
  told.once = hash;
  return told;
}

/// Who is in danger does not wait for the rest of a message.
bool is_urgent(const TextMessage& message) {
  return message.in_danger || message.verb == TextVerb::danger;
}

/// Files of a mail: cleaned where that can be, else kept shut.
Result<std::vector<KeptFile>> keep_mail_files(const FileStore& store,
                                              const formats::MailFile& mail) {
  std::vector<KeptFile> kept;
  for (const auto& file : mail.attachments) {
    if (kept.size() >= mail_files_max) break;
    auto clean = keep_files(store, {{file.name, file.bytes}});
    if (clean) {
      kept.push_back(std::move(clean->front()));
      continue;
    }
    auto shut =
        clean.error().code == ErrorCode::invalid_input
            ? keep_original(store, {file.name, file.bytes}, formats::kind_of_file(file.bytes))
            : Result<KeptFile>(std::unexpected(clean.error()));
    if (!shut) {
      drop_files(store, kept);
      return std::unexpected(std::move(shut.error()));
    }
    kept.push_back(std::move(*shut));
  }
  return kept;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  return outcome_names.at(static_cast<std::size_t>(outcome));
}

Result<IncomingText> read_incoming(std::string_view json_line) {
  auto value = formats::parse_json(json_line);
  if (!value) return std::unexpected(std::move(value.error()));
  if (!value->is_object())
    return fail(ErrorCode::invalid_input, "a message is an object in JSON", "line");
  auto message = from_json(*value);
  if (base::trim(message.text).empty())
    return fail(ErrorCode::invalid_input, "the message has no text", "text");
  if (message.text.size() > message_bytes_max)
    return fail(ErrorCode::invalid_input, "the message is longer than 8 kB", "text");
  for (auto* field : {&message.id, &message.from, &message.received})
    *field = base::normalize_nfc(base::cut(*field, number_bytes_max));
  message.text = base::normalize_nfc(message.text);
  return message;
}

Result<std::string> MessageIntake::hash_of(store::Database& database, std::string_view what) const {
  return ReportDesk(parts_.desk).receipt_hash(database, "message " + std::string(what));
}

void MessageIntake::keep_reach(const TakenIn& taken, const std::string& reach) const {
  if (!parts_.keep_reach || taken.report.empty() || base::trim(reach).empty()) return;
  if (taken.outcome != Outcome::filed && taken.outcome != Outcome::again) return;
  if (auto done = parts_.keep_reach(taken.report, reach); !done)
    base::log_error("how to reach a source was not kept: " + done.error().message);
}

Result<TakenIn> MessageIntake::file_words(const Told& told, const std::string& reach,
                                          const std::vector<KeptFile>& files) const {
  auto filed = ReportDesk(parts_.desk).file(told, files);
  if (!filed || filed->again) drop_files(parts_.files, files);
  if (!filed) return std::unexpected(std::move(filed.error()));
  TakenIn taken{filed->again ? Outcome::again : Outcome::filed, filed->object, filed->receipt, {}};
  keep_reach(taken, reach);
  return taken;
}

Result<TakenIn> MessageIntake::take_mail(std::string_view eml) const {
  auto mail = formats::read_mail_file(eml);
  if (!mail) return std::unexpected(std::move(mail.error()));
  auto files = keep_mail_files(parts_.files, *mail);
  if (!files) return std::unexpected(std::move(files.error()));
  auto original = keep_original(parts_.files, {{}, eml}, FileKind::mail);
  if (!original) {
    drop_files(parts_.files, *files);
    return std::unexpected(std::move(original.error()));
  }
  files->push_back(std::move(*original));
  Told told;
  told.text = fitting(mail->subject + "\n\n" + mail->text);
  told.witness = "unsaid";
  told.channel = "mail";
  told.exercise = parts_.exercise;
  // The same mail saved twice differs in the lines that way stations add. An id alone proves
  // nothing: who copies one must not make another's mail disappear.
  told.once = hex_of(mail->message_id.empty() ? "mail\n" + std::string(eml)
                                              : "mail id\n" + mail->message_id + "\n" + mail->from +
                                                    "\n" + mail->subject + "\n" + mail->text);
  return file_words(told, mail->reply_to.empty() ? mail->from : mail->reply_to, *files);
}

Result<TakenIn> MessageIntake::take_file(std::string_view name, std::string_view bytes) const {
  if (formats::looks_like_mail(bytes)) return take_mail(bytes);
  auto files = keep_files(parts_.files, {{std::string(name), bytes}});
  if (!files) return std::unexpected(std::move(files.error()));
  Told told;
  told.witness = "unsaid";
  told.channel = "file";
  told.exercise = parts_.exercise;
  told.once = hex_of("file\n" + std::string(bytes));
  auto words = clean_file(bytes);
  told.text = fitting(words && words->width == 0 ? words->bytes : std::string{});
  return file_words(told, {}, *files);
}

Result<TakenIn> MessageIntake::file_text(ledger::Pen& pen, const Words& words,
                                         const TextMessage& message, std::string_view hash) const {
  // The message as it came, with its sender, for the custodian alone.
  json::array list;
  for (const auto& one : words.messages) list.push_back(to_json(one));
  const auto line = json::serialize(list);
  auto original = keep_original(parts_.files, {{}, line}, FileKind::text);
  if (!original) return std::unexpected(std::move(original.error()));
  const std::vector<KeptFile> files{std::move(*original)};
  auto filed = ReportDesk(parts_.desk).file(pen, told_of(message, hash, parts_.exercise), files);
  if (!filed || filed->again) drop_files(parts_.files, files);
  if (!filed) return std::unexpected(std::move(filed.error()));
  return TakenIn{filed->again ? Outcome::again : Outcome::filed, filed->object, filed->receipt,
                 message.language};
}

Result<TakenIn> MessageIntake::act_on(ledger::Pen& pen, const Words& words) const {
  std::string name;
  for (const auto& message : words.messages) name += name_of_text(message) + "\n";
  auto hash = hash_of(pen.database(), name);
  if (!hash) return std::unexpected(std::move(hash.error()));
  auto message = parts_.grammar.read(words.text);
  // A report that comes again gets the code that it got: that answer may have been lost.
  if (message.verb == TextVerb::report) return file_text(pen, words, message, *hash);
  const IntakeStore store(pen.database());
  auto known = store.is_taken(*hash);
  if (!known) return std::unexpected(std::move(known.error()));
  if (*known) return TakenIn{Outcome::again, {}, {}, message.language};
  const ReportDesk desk(parts_.desk);
  Result<std::string> report = std::string{};
  TakenIn taken{Outcome::added, {}, {}, message.language};
  if (message.verb == TextVerb::withdraw) {
    report = desk.withdraw(pen, message.receipt);
    taken.outcome = Outcome::withdrawn;
  } else {
    if (message.verb == TextVerb::danger) {
      report = desk.call_danger(pen, message.receipt);
      taken.outcome = Outcome::endangered;
    }
    if (report && !base::trim(message.text).empty())
      report = desk.say(pen, message.receipt, message.text);
  }
  if (!report && report.error().code == ErrorCode::not_found) {
    // A code mistyped: what it says is not lost, and the digits are not kept.
    message.receipt.clear();
    if (message.verb != TextVerb::withdraw) return file_text(pen, words, message, *hash);
    return TakenIn{Outcome::no_report, {}, {}, message.language};
  }
  if (!report) return std::unexpected(std::move(report.error()));
  taken.report = std::move(*report);
  if (auto done = store.note_taken(*hash, pen.now()); !done)
    return std::unexpected(std::move(done.error()));
  return taken;
}

Result<MessageIntake::Words> MessageIntake::open_group(ledger::Pen& pen, std::string_view group,
                                                       bool& complete) const {
  const IntakeStore store(pen.database());
  auto parts = store.parts(group);
  if (!parts) return std::unexpected(std::move(parts.error()));
  complete = !parts->empty() && parts->size() == parts->front().of;
  Words words;
  unsigned expected = 1;
  for (const auto& part : *parts) {
    auto sealed = formats::parse_json(part.sealed);
    if (!sealed) return std::unexpected(std::move(sealed.error()));
    auto opened = pen.vault().open_field(pen.database(), part_object, group, *sealed);
    if (!opened) return std::unexpected(std::move(opened.error()));
    auto message = from_json(*opened);
    auto numbered = numbered_part(message.text);
    // "1/2 of the farms" was no part of anything.
    if (parts->size() == 1 && numbered && parts_.grammar.read(numbered->text).free)
      numbered.reset();
    // A gap is shown where a part did not come.
    if (!words.text.empty()) words.text += part.number == expected ? " " : " … ";
    words.text += numbered ? numbered->text : message.text;
    expected = part.number + 1;
    words.messages.push_back(std::move(message));
  }
  return words;
}

Result<std::string> MessageIntake::free_group(store::Database& database, std::string_view from,
                                              const MessagePart& part) const {
  const auto name = "parts\n" + std::string(from) + "\n" + std::to_string(part.of) + "\n";
  for (unsigned number = 0; number < groups_per_sender_max; ++number) {
    auto group = hash_of(database, name + std::to_string(number));
    if (!group) return group;
    auto parts = IntakeStore(database).parts(*group);
    if (!parts) return std::unexpected(std::move(parts.error()));
    if (std::ranges::find(*parts, part.number, &WaitingPart::number) == parts->end()) return group;
  }
  return fail(ErrorCode::invalid_input, "too many unfinished messages of one sender", "text");
}

Result<std::optional<MessageIntake::Words>> MessageIntake::joined(ledger::Pen& pen,
                                                                  const IncomingText& message,
                                                                  const MessagePart& part) const {
  auto& database = pen.database();
  const IntakeStore store(database);
  auto group = free_group(database, message.from, part);
  auto hash = hash_of(database, name_of_text(message));
  if (!group) return std::unexpected(std::move(group.error()));
  if (!hash) return std::unexpected(std::move(hash.error()));
  auto known = store.is_taken(*hash);
  if (!known) return std::unexpected(std::move(known.error()));
  if (*known) return std::nullopt;
  // The key is made with the first part that waits; where it is there already, that is well.
  auto sealed = pen.vault().seal_field(database, parts_key, part_object, *group, to_json(message));
  if (!sealed && sealed.error().code == ErrorCode::not_found) {
    if (auto made = pen.vault().make_data_key(database, parts_key); !made)
      return std::unexpected(std::move(made.error()));
    sealed = pen.vault().seal_field(database, parts_key, part_object, *group, to_json(message));
  }
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  if (auto done =
          store.keep_part(*group, {part.number, part.of, json::serialize(*sealed)}, pen.now());
      !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = store.note_taken(*hash, pen.now()); !done)
    return std::unexpected(std::move(done.error()));
  bool complete = false;
  auto words = open_group(pen, *group, complete);
  if (!words) return std::unexpected(std::move(words.error()));
  if (!complete) return std::nullopt;
  if (auto done = store.drop_parts(*group); !done) return std::unexpected(std::move(done.error()));
  return std::optional(std::move(*words));
}

Result<TakenIn> MessageIntake::take_text(const IncomingText& message) const {
  auto part = numbered_part(message.text);
  if (part && is_urgent(parts_.grammar.read(part->text))) part.reset();
  auto taken = parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<TakenIn> {
    if (!part) {
      const auto numbered = numbered_part(message.text);
      return act_on(pen, {{message}, numbered ? numbered->text : message.text});
    }
    auto words = joined(pen, message, *part);
    if (!words) return std::unexpected(std::move(words.error()));
    if (!*words) return TakenIn{Outcome::waiting, {}, {}, {}};
    return act_on(pen, **words);
  });
  if (!taken) return taken;
  keep_reach(*taken, message.from);
  if (taken->outcome == Outcome::withdrawn) static_cast<void>(parts_.desk.ledger.purge());
  return taken;
}

Result<std::vector<TakenIn>> MessageIntake::take_late_parts() const {
  auto lease = parts_.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto groups = IntakeStore(**lease).late_groups(parts_.desk.clock.now() - parts_wait_max);
  if (!groups) return std::unexpected(std::move(groups.error()));
  std::vector<TakenIn> all;
  for (const auto& group : *groups) {
    std::string reach;
    auto taken = parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<TakenIn> {
      bool complete = false;
      auto words = open_group(pen, group, complete);
      if (!words) return std::unexpected(std::move(words.error()));
      if (words->messages.empty()) return TakenIn{Outcome::again, {}, {}, {}};
      reach = words->messages.front().from;
      if (auto done = IntakeStore(pen.database()).drop_parts(group); !done)
        return std::unexpected(std::move(done.error()));
      return act_on(pen, *words);
    });
    if (!taken) return std::unexpected(std::move(taken.error()));
    keep_reach(*taken, reach);
    all.push_back(std::move(*taken));
  }
  return all;
}

}  // namespace tocsin::assess
