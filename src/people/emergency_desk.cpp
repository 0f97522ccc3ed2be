// SPDX-License-Identifier: Apache-2.0
#include "people/emergency_desk.hpp"

#include <array>

#include "base/text.hpp"
#include "people/emergency_tables.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

std::string tidy(std::string_view typed) {
  return base::normalize_nfc(base::trim(typed));
}

ledger::Draft draft_of(const Emergency& emergency) {
  ledger::Draft draft;
  draft.object = emergency.object;
  draft.type = emergency_type;
  draft.fields = emergency_fields(emergency);
  return draft;
}

/// Ends it inside an act; the node signs where no author is given.
base::Status end_now(Pen& pen, std::string_view object, EmergencyEnd how,
                     const ledger::Author* author) {
  auto emergency = find_emergency(pen.database(), object);
  if (!emergency) return std::unexpected(std::move(emergency.error()));
  auto newest = newest_read_number(pen.database());
  if (!newest) return std::unexpected(std::move(newest.error()));
  if (auto done = end_it(*emergency, how, pen.now()); !done) return done;
  emergency->reads_to = *newest;
  const auto draft = draft_of(*emergency);
  auto made = author == nullptr ? pen.append_as_node(draft) : pen.append(draft, *author);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

/// Runs an act about emergencies and shows what came of it above the pages.
template <class Act>
auto acted(const AccountParts& parts, Act act) -> std::invoke_result_t<Act, Pen&> {
  auto done = parts.desk.ledger.act(act);
  if (!done) return done;
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto shown = parts.emergencies.load(**database, parts.vault); !shown)
    return std::unexpected(std::move(shown.error()));
  return done;
}

base::Status none_open(store::Database& database, std::string_view account) {
  auto list = unreviewed_emergencies(database);
  if (!list) return std::unexpected(std::move(list.error()));
  for (const auto& emergency : *list)
    if (emergency.account == account && emergency.state == EmergencyState::open)
      return fail(ErrorCode::conflict, "your emergency access is open already", "emergency_open");
  return {};
}

}  // namespace

base::Result<std::string> open_emergency(const AccountParts& parts,
                                         const std::shared_ptr<const Session>& session,
                                         std::string_view reason) {
  if (auto done = check_emergency_text(reason); !done)
    return std::unexpected(std::move(done.error()));
  std::string object;
  auto done = acted(parts, [&](Pen& pen) -> base::Status {
    if (auto may = parts.desk.permissions.may(session->person, "emergency.open"); !may) return may;
    if (auto none = none_open(pen.database(), session->person.account); !none) return none;
    auto newest = newest_read_number(pen.database());
    if (!newest) return std::unexpected(std::move(newest.error()));
    Emergency emergency;
    emergency.object = pen.new_object(emergency_type);
    emergency.opened = pen.now();
    emergency.until = pen.now() + parts.emergencies.limits().open_for;
    emergency.reads_from = *newest;
    emergency.reason = tidy(reason);
    if (auto key = pen.vault().make_data_key(pen.database(), emergency.object); !key)
      return std::unexpected(std::move(key.error()));
    auto draft = draft_of(emergency);
    draft.sealed = {"reason"};
    draft.data_key = emergency.object;
    if (auto made = pen.append(draft, session->author()); !made)
      return std::unexpected(std::move(made.error()));
    if (parts.tell_emergency)
      if (auto told = parts.tell_emergency(pen, emergency.object); !told) return told;
    object = emergency.object;
    // Before the commit, so that nobody finds it in the record and not in force.
    parts.emergencies.begin(emergency, session);
    return {};
  });
  if (done) return object;
  if (!object.empty()) parts.emergencies.end(object);
  return std::unexpected(std::move(done.error()));
}

base::Status close_emergency(const AccountParts& parts, const Session& session,
                             std::string_view object) {
  auto done = acted(parts, [&](Pen& pen) -> base::Status {
    auto emergency = find_emergency(pen.database(), object);
    if (!emergency) return std::unexpected(std::move(emergency.error()));
    const std::array<std::string, 1> authors{emergency->account};
    if (auto may =
            parts.desk.permissions.may(session.person, "emergency.close",
                                       {.state = name_of(emergency->state), .authors = authors});
        !may)
      return may;
    const auto author = session.author();
    return end_now(pen, object, EmergencyEnd::closed, &author);
  });
  if (done) parts.emergencies.end(object);
  return done;
}

base::Status end_emergency_at_log_out(const AccountParts& parts, const Session& session) {
  const auto object = parts.emergencies.in_force(session);
  if (object.empty()) return {};
  // It ends even where that cannot be written; settle_emergencies() writes it later.
  parts.emergencies.end(object);
  return acted(parts, [&](Pen& pen) -> base::Status {
    const auto author = session.author();
    return end_now(pen, object, EmergencyEnd::log_out, &author);
  });
}

base::Status review_emergency(const AccountParts& parts, const Session& session,
                              std::string_view object, EmergencyVerdict verdict,
                              std::string_view finding) {
  if (auto done = check_emergency_text(finding); !done) return done;
  return acted(parts, [&](Pen& pen) -> base::Status {
    auto emergency = find_emergency(pen.database(), object);
    if (!emergency) return std::unexpected(std::move(emergency.error()));
    const std::array<std::string, 1> authors{emergency->account};
    if (auto may =
            parts.desk.permissions.may(session.person, "emergency.review",
                                       {.state = name_of(emergency->state), .authors = authors});
        !may)
      return may;
    if (auto done = review_it(*emergency, verdict); !done) return done;
    emergency->finding = tidy(finding);
    auto draft = draft_of(*emergency);
    draft.sealed = {"finding"};
    draft.data_key = emergency->object;
    auto made = pen.append(draft, session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return {};
  });
}

base::Status settle_emergencies(const AccountParts& parts) {
  std::vector<std::pair<std::string, EmergencyEnd>> past;
  {
    // Sessions that have run out of time are dropped when they are counted.
    static_cast<void>(parts.sessions.count());
    auto database = parts.desk.readers.borrow();
    if (!database) return std::unexpected(std::move(database.error()));
    auto list = unreviewed_emergencies(**database);
    if (!list) return std::unexpected(std::move(list.error()));
    for (const auto& emergency : *list)
      if (emergency.state == EmergencyState::open)
        if (const auto how = parts.emergencies.over(emergency); how != EmergencyEnd::none)
          past.emplace_back(emergency.object, how);
  }
  for (const auto& [object, how] : past) {
    parts.emergencies.end(object);
    auto done =
        acted(parts, [&](Pen& pen) -> base::Status { return end_now(pen, object, how, nullptr); });
    // Closed by a person in the meantime: no matter.
    if (!done && done.error().code != ErrorCode::conflict) return done;
  }
  return {};
}

}  // namespace tocsin::people
