// SPDX-License-Identifier: Apache-2.0
#include "assess/retention_desk.hpp"

#include <boost/json.hpp>

#include "assess/matters.hpp"
#include "assess/report_tables.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "people/drafts.hpp"
#include "people/erasure.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

base::Status check_prolonging(const Prolonging& prolonging, base::Instant now) {
  if (base::trim(prolonging.reason).empty())
    return fail(ErrorCode::invalid_input, "say why", "reason");
  if (prolonging.reason.size() > source_reason_bytes_max || !base::is_utf8(prolonging.reason))
    return fail(ErrorCode::limit_exceeded, "longer than 2,000 bytes", "reason");
  if (prolonging.until <= base::day_of(now) || prolonging.until > base::day_of(now) + prolonged_max)
    return fail(ErrorCode::invalid_input, "choose a day within the next ten years", "until");
  return {};
}

/// The data key under which a reason about a thing is sealed: it goes with the thing.
std::string key_for(const Kept& kept) {
  // The key of an account bears its name alone.
  return kept.kind == KeptKind::account ? kept.object : data_key_of(kept.object);
}

base::Status append_end(Pen& pen, std::string_view report, std::string_view step, ErasedBecause why,
                        const ledger::Author* author) {
  ledger::Draft draft;
  draft.object = pen.new_object(intake_type);
  draft.type = intake_type;
  draft.fields = {{"report", report}, {"step", step}, {"why", name_of(why)}};
  auto made = author == nullptr ? pen.append_as_node(draft) : pen.append(draft, *author);
  if (!made) return std::unexpected(std::move(made.error()));
  return people::drop_drafts_naming(pen.database(), report);
}

base::Status append_request_erased(Pen& pen, std::string_view request) {
  ledger::Draft draft;
  draft.object = pen.new_object(source_erasure_type);
  draft.type = source_erasure_type;
  draft.fields = {{"object", request}, {"what", "request"}, {"why", name_of(ErasedBecause::term)}};
  auto made = pen.append_as_node(draft);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

}  // namespace

base::Status RetentionDesk::prolong(const people::Session& session,
                                    const Prolonging& prolonging) const {
  const auto& desk = parts_.sources.desk;
  if (auto good = check_prolonging(prolonging, desk.clock.now()); !good) return good;
  return desk.ledger.act([&](Pen& pen) -> base::Status {
    if (auto may = desk.permissions.may(session.person, "retention.prolong"); !may) return may;
    auto found = kept(pen.database(), parts_.terms, prolonging.kind, prolonging.object);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return fail(ErrorCode::conflict, "this is gone, or has no term", "kept_gone");
    if (prolonging.until <= base::day_of((*found)->until))
      return fail(ErrorCode::invalid_input, "it is kept as long already", "until");
    ledger::Draft draft;
    draft.object = pen.new_object(prolonging_type);
    draft.type = prolonging_type;
    const base::Instant until = prolonging.until;
    draft.fields = {{"kind", name_of(prolonging.kind)},
                    {"object", prolonging.object},
                    {"until", until.time_since_epoch().count()},
                    {"reason", base::normalize_nfc(base::trim(prolonging.reason))}};
    draft.sealed = {"reason"};
    draft.data_key = key_for(**found);
    auto made = pen.append(draft, session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return {};
  });
}

base::Status RetentionDesk::erase_report(const people::Session& session, std::string_view report,
                                         ErasedBecause why) const {
  const auto& desk = parts_.sources.desk;
  auto done = desk.ledger.act([&](Pen& pen) -> base::Status {
    auto row = ReportReader(pen.database()).find(report);
    if (!row) return std::unexpected(std::move(row.error()));
    // Erasing shows nothing: consent that was withdrawn waits for nobody's clearance.
    auto matter = matter_of(*row);
    matter.tlp = "CLEAR";
    if (auto may = desk.permissions.may(session.person, "report.erase", matter); !may) return may;
    if (is_gone(row->standing.state))
      return fail(ErrorCode::conflict, "this is gone, or has no term", "kept_gone");
    const auto author = session.author();
    return append_end(pen, report, step_erase, why, &author);
  });
  if (!done) return done;
  if (auto swept = SourceDesk(parts_.sources).sweep(); !swept) return swept;
  // A purge that finds the log in use is made good by the next one; the key is gone either way.
  static_cast<void>(desk.ledger.purge());
  return {};
}

bool RetentionJob::believes_clock() {
  const auto& desk = parts_.sources.desk;
  const auto steady = parts_.steady.now();
  const auto now = desk.clock.now();
  const bool first = !right_;
  if (first) {
    // At the start the last act tells what time it was. A clock before it erases nothing too early,
    // and says nothing of what is right.
    const auto last = desk.ledger.head();
    if (last.size == 0 || now < last.time) return true;
    right_ = Right{last.time, steady};
  }
  // Acts that are made meanwhile bear the clock's own time: they do not make it right.
  if (now - (right_->clock + (steady - right_->steady)) <= clock_jump_max) {
    if (first) right_->clock = now;
    waiting_from_.reset();
    return true;
  }
  if (!waiting_from_) {
    waiting_from_ = steady;
    base::log_warning(
        "the clock went on by more than 45 days beyond the time that passed: nothing is erased by"
        " its term for a day. If the clock is wrong, stop the node and set it");
  }
  if (steady - *waiting_from_ < clock_waits_for) return false;
  waiting_from_.reset();
  right_ = Right{now, steady};
  return true;
}

base::Result<bool> RetentionJob::erase_one(const Kept& due) const {
  const auto& desk = parts_.sources.desk;
  bool erased = false;
  auto done = desk.ledger.act([&](Pen& pen) -> base::Status {
    // Looked at once more, on the writer: somebody may have prolonged it, asked for it, or written.
    auto still =
        ending_before(pen.database(), parts_.terms, pen.now(), erased_at_once_max, due.object);
    if (!still) return std::unexpected(std::move(still.error()));
    const auto same = [&](const Kept& one) { return one.kind == due.kind; };
    if (std::ranges::none_of(*still, same)) return {};
    erased = true;
    if (due.kind == KeptKind::report)
      return append_end(pen, due.object, step_expire, ErasedBecause::term, nullptr);
    if (due.kind == KeptKind::identity)
      return note_identity_erased(pen, due.object, ErasedBecause::term, nullptr);
    if (due.kind == KeptKind::request) return append_request_erased(pen, due.object);
    return people::append_erasure(pen, {name_of(due.kind), due.object});
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return erased;
}

base::Status RetentionJob::wipe() const {
  if (auto done = SourceDesk(parts_.sources).sweep(); !done) return done;
  return parts_.sources.desk.ledger.purge();
}

base::Result<std::size_t> RetentionJob::run_due() {
  const auto steady = parts_.steady.now();
  if (looked_ && steady - *looked_ < retention_every) return 0;
  if (!believes_clock()) return 0;
  std::vector<Kept> due;
  {
    auto lease = parts_.sources.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto found =
        ending_before(**lease, parts_.terms, parts_.sources.desk.clock.now(), erased_at_once_max);
    if (!found) return std::unexpected(std::move(found.error()));
    due = std::move(*found);
  }
  std::size_t erased = 0;
  for (const auto& one : due) {
    auto done = erase_one(one);
    if (!done) return std::unexpected(std::move(done.error()));
    if (*done) ++erased;
  }
  if (erased > 0 || !wiped_) wiped_ = wipe().has_value();
  // More than fit into one run are done at the next call.
  if (due.size() < erased_at_once_max) looked_ = steady;
  return erased;
}

}  // namespace tocsin::assess
