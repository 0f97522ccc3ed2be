// SPDX-License-Identifier: Apache-2.0
#include "inform/dispatcher.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "base/log.hpp"
#include "inform/desk_mail.hpp"
#include "inform/mail_message.hpp"
#include "inform/outgoing_message.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

/// What waits for one receiver, and how its sending went.
struct Lane {
  std::vector<const OutboxRow*> rows;
  Ran ran;
  Status done;
};

}  // namespace

Result<Ran> Dispatcher::run_due(base::Instant now) {
  const std::lock_guard guard(mutex_);
  Ran ran;
  if (auto done = settle_unfinished(now); !done) return std::unexpected(std::move(done.error()));
  if (auto done = remind(now, ran); !done) return std::unexpected(std::move(done.error()));
  if (auto done = chase(now, ran); !done) return std::unexpected(std::move(done.error()));
  if (auto done = send_due(now, ran); !done) return std::unexpected(std::move(done.error()));
  return ran;
}

Status Dispatcher::note(const OutboxRow& row, const Delivery& delivery, std::string_view code,
                        base::Instant now) {
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    return set_delivery(pen.database(), row.message_id, delivery, code, now);
  });
}

Status Dispatcher::settle_unfinished(base::Instant now) {
  std::vector<OutboxRow> rows;
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto found = unfinished_deliveries(**lease);
    if (!found) return std::unexpected(std::move(found.error()));
    rows = std::move(*found);
  }
  // Only one run goes on at a time, so nobody is sending these now.
  for (const auto& row : rows)
    if (auto done = note(row, interrupted(row.delivery, now), "interrupted", now); !done)
      return done;
  return {};
}

Status Dispatcher::remind(base::Instant now, Ran& ran) {
  std::vector<WarningRow> waiting;
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto found = waiting_warnings(**lease);
    if (!found) return std::unexpected(std::move(found.error()));
    for (auto& one : *found) {
      auto step = due_step(parts_, **lease, one, now);
      if (!step) return std::unexpected(std::move(step.error()));
      if (*step) waiting.push_back(std::move(one));
    }
  }
  for (const auto& one : waiting) {
    auto recorded = WarningDesk(parts_).remind(one.object);
    if (!recorded) return std::unexpected(std::move(recorded.error()));
    if (!recorded->empty()) ++ran.reminders;
  }
  return {};
}

Status Dispatcher::chase(base::Instant now, Ran& ran) {
  std::vector<std::pair<ReceiverRow, const UrgencyRule*>> late;
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto open = unacknowledged(**lease);
    if (!open) return std::unexpected(std::move(open.error()));
    for (auto& one : *open) {
      auto notice = find_notice(**lease, one.notice);
      if (!notice) return std::unexpected(std::move(notice.error()));
      const auto* rule = *notice ? parts_.rules.urgency((*notice)->urgency) : nullptr;
      if (rule != nullptr && due_chase(now, one.informed, one.last_chase, one.chases, *rule) > 0)
        late.emplace_back(std::move(one), rule);
    }
  }
  for (const auto& [receiver, rule] : late)
    if (auto done = chase_one(receiver, *rule, now, ran); !done) return done;
  return {};
}

Status Dispatcher::chase_one(const ReceiverRow& receiver, const UrgencyRule& rule,
                             base::Instant now, Ran& ran) {
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    auto row = receiver_of(pen.database(), receiver.notice, receiver.to.authority);
    if (!row) return std::unexpected(std::move(row.error()));
    // It may have been acknowledged or replaced since it was read.
    if (!*row || (*row)->acknowledged || !(*row)->replaced_by.empty()) return {};
    const int number = due_chase(now, (*row)->informed, (*row)->last_chase, (*row)->chases, rule);
    auto notice = find_notice(pen.database(), receiver.notice);
    if (!notice) return std::unexpected(std::move(notice.error()));
    if (number == 0 || !*notice) return {};
    ledger::Draft draft;
    draft.object = pen.new_object(reminder_type);
    draft.type = reminder_type;
    draft.marking = (*notice)->marking;
    draft.fields = {{"about", receiver.notice},
                    {"authority", receiver.to.authority},
                    {"kind", chase_kind},
                    {"rule", number == 1 ? "first_chase_hours" : "next_chase_hours"},
                    {"number", number}};
    auto done = pen.append_as_node(draft);
    if (!done) return std::unexpected(std::move(done.error()));
    ++ran.chases;
    const bool by_hand = receiver.to.channel == Channel::print || receiver.to.form == Form::none;
    const OutboxRow out{message_id_of(receiver.notice, receiver.to.authority, kind_chase, number,
                                      parts_.sender.mail_from),
                        receiver.notice,
                        receiver.to.authority,
                        std::string(kind_chase),
                        number,
                        {by_hand ? DeliveryState::by_hand : DeliveryState::waiting, 0, now},
                        {},
                        {}};
    return add_delivery(pen.database(), out);
  });
}

Status Dispatcher::send_due(base::Instant now, Ran& ran) {
  std::vector<OutboxRow> rows;
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto found = due_deliveries(**lease, now);
    if (!found) return std::unexpected(std::move(found.error()));
    rows = std::move(*found);
  }
  // What goes to one receiver goes in its order; who is silent keeps nobody else waiting.
  std::map<std::string_view, std::vector<const OutboxRow*>> by_receiver;
  for (const auto& row : rows) by_receiver[row.receiver].push_back(&row);
  std::vector<Lane> lanes;
  for (auto& [receiver, its_rows] : by_receiver) lanes.push_back({std::move(its_rows), {}, {}});
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (auto at = next++; at < lanes.size(); at = next++) {
      auto& lane = lanes[at];
      for (const auto* row : lane.rows) {
        lane.done = send_one(*row, now, lane.ran);
        if (!lane.done) break;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < std::min(lanes.size(), receivers_at_once_max); ++i)
      workers.emplace_back(work);
    work();
  }
  Status done;
  for (auto& lane : lanes) {
    ran.sent += lane.ran.sent;
    ran.uncertain += lane.ran.uncertain;
    ran.put_off += lane.ran.put_off;
    ran.failed += lane.ran.failed;
    if (done && !lane.done) done = std::move(lane.done);
  }
  return done;
}

Status Dispatcher::send_one(const OutboxRow& row, base::Instant now, Ran& ran) {
  Result<OutgoingMessage> message = OutgoingMessage{};
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    message = compose(parts_, **lease, row);
  }
  if (!message) {
    if (message.error().code == ErrorCode::unavailable)
      return std::unexpected(std::move(message.error()));
    if (message.error().code == ErrorCode::conflict) {
      auto ended_here = row.delivery;
      // What may have arrived is not called dropped; its code keeps it from being tried again.
      if (ended_here.state != DeliveryState::uncertain) ended_here.state = DeliveryState::dropped;
      return note(row, ended_here, code_not_needed, now);
    }
    // It can never be made as it stands: people see it and hand it over.
    base::log_warning("a message cannot be made: " + row.message_id);
    ++ran.failed;
    auto failed = row.delivery;
    failed.state = DeliveryState::failed;
    return note(row, failed, code_not_made, now);
  }
  const bool can_send =
      message->mail ? mailer_ != nullptr && !parts_.sender.mail_from.empty() : poster_ != nullptr;
  if (!can_send) {
    ++ran.put_off;
    auto later = row.delivery;
    later.next = now + back_off(later.attempts + 1);
    return note(row, later, message->mail ? code_no_mail_server : code_no_poster, now);
  }
  const auto sending = begun(row.delivery);
  if (auto done = note(row, sending, row.code, now); !done) return done;
  const auto answer = message->mail ? mailer_->send(*message->mail) : poster_->send(*message->post);
  const auto after_it = ended(sending, answer.outcome, now);
  if (after_it.state == DeliveryState::sent) ++ran.sent;
  if (after_it.state == DeliveryState::uncertain) ++ran.uncertain;
  if (after_it.state == DeliveryState::waiting) ++ran.put_off;
  if (after_it.state == DeliveryState::failed) ++ran.failed;
  return note(row, after_it, answer.code, now);
}

}  // namespace tocsin::inform
