// SPDX-License-Identifier: Apache-2.0
#include "people/emergency_board.hpp"

#include "pagekit/words.hpp"
#include "people/account_tables.hpp"
#include "people/emergency_tables.hpp"

namespace tocsin::people {
namespace {

std::string name_of_account(store::Database& database, const ledger::Vault& vault,
                            const std::string& account) {
  const auto found = find_account(database, account);
  if (!found) return {};
  const auto open = open_account(database, vault, *found);
  if (!open) return {};
  return open->name.empty() ? account : open->name;
}

std::string time_text(const pagekit::Words& words, base::Instant instant) {
  const auto time = words.time(instant);
  return std::string(time.at("text").as_string());
}

}  // namespace

base::Status EmergencyBoard::load(store::Database& database, const ledger::Vault& vault) {
  auto list = unreviewed_emergencies(database);
  if (!list) return std::unexpected(std::move(list.error()));
  std::vector<Shown> shown;
  for (auto& emergency : *list) {
    auto who = name_of_account(database, vault, emergency.account);
    shown.push_back({std::move(emergency), std::move(who)});
  }
  const std::lock_guard guard(mutex_);
  shown_ = std::move(shown);
  return {};
}

void EmergencyBoard::begin(const Emergency& emergency,
                           const std::shared_ptr<const Session>& session) {
  const auto span = emergency.until - emergency.opened;
  const std::lock_guard guard(mutex_);
  grants_.insert_or_assign(emergency.object, Grant{session->form_token, session, emergency.until,
                                                   steady_.now() + span, false});
}

void EmergencyBoard::end(std::string_view object) {
  const std::lock_guard guard(mutex_);
  if (const auto found = grants_.find(object); found != grants_.end()) grants_.erase(found);
}

bool EmergencyBoard::has_passed(Grant& grant) {
  if (steady_.now() >= grant.steady_until || clock_.now() >= grant.until) grant.past = true;
  return grant.past;
}

std::string EmergencyBoard::in_force(const Session& session) {
  const std::lock_guard guard(mutex_);
  for (auto& [object, grant] : grants_)
    if (grant.form_token == session.form_token && !has_passed(grant)) return object;
  return {};
}

EmergencyEnd EmergencyBoard::over(const Emergency& emergency) {
  const std::lock_guard guard(mutex_);
  const auto found = grants_.find(emergency.object);
  if (found == grants_.end())
    return clock_.now() >= emergency.until ? EmergencyEnd::hour : EmergencyEnd::session;
  if (has_passed(found->second)) return EmergencyEnd::hour;
  return found->second.session.expired() ? EmergencyEnd::session : EmergencyEnd::none;
}

std::vector<pagekit::Alert> EmergencyBoard::alerts(const pagekit::Words& words,
                                                   const Person& person) const {
  const bool watches = is_trustee(person.roles);
  const auto now = clock_.now();
  const std::lock_guard guard(mutex_);
  std::vector<pagekit::Alert> list;
  for (const auto& [emergency, who] : shown_) {
    const auto known = who.empty() ? words.message("record.unknown") : who;
    const bool open = emergency.state == EmergencyState::open;
    auto text = open ? words.message("emergency_banner.open",
                                     {{"who", known}, {"until", time_text(words, emergency.until)}})
                     : words.message("emergency_banner.ended",
                                     {{"who", known},
                                      {"from", time_text(words, emergency.opened)},
                                      {"to", time_text(words, emergency.ended)},
                                      {"due", time_text(words, review_due(emergency, limits_))}});
    list.push_back({std::move(text),
                    watches ? "/emergency/" + emergency.object.substr(emergency_type.size() + 1)
                            : std::string{},
                    watches && is_overdue(emergency, limits_, now)});
  }
  return list;
}

}  // namespace tocsin::people
