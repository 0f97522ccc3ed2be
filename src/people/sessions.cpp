// SPDX-License-Identifier: Apache-2.0
#include "people/sessions.hpp"

#include <algorithm>

namespace tocsin::people {
namespace {

constexpr std::size_t mark_signs = 12;

std::string mark_of(const base::Digest& key) {
  // Hashed once more: what a page shows must not help to find the id.
  return base::to_hex(base::sha256(base::view_of(key))).substr(0, mark_signs);
}

}  // namespace

base::Instant Sessions::now() {
  // A clock that goes back would make sessions younger: the latest time seen holds.
  latest_ = std::max(latest_, steady_.now());
  return latest_;
}

bool Sessions::is_over(const Entry& entry, base::Instant now) const {
  return now - entry.seen >= limits_.idle_max || now - entry.began >= limits_.age_max;
}

void Sessions::remember(const base::Digest& key, const Entry& entry, base::Instant now) {
  ended_.insert_or_assign(key, EndedSession{entry.session->person.account,
                                            base::sha256(entry.session->form_token), now});
  ended_order_.push_back(key);
  if (ended_order_.size() > limits_.ended_max) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
}

void Sessions::end_what_is_over(base::Instant now) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (!is_over(entry->second, now)) {
      ++entry;
      continue;
    }
    remember(entry->first, entry->second, now);
    entry = entries_.erase(entry);
  }
  while (!ended_order_.empty()) {
    const auto oldest = ended_.find(ended_order_.front());
    if (oldest != ended_.end() && now - oldest->second.at < limits_.ended_kept_for) return;
    if (oldest != ended_.end()) ended_.erase(oldest);
    ended_order_.pop_front();
  }
}

void Sessions::make_room(std::string_view account) {
  std::size_t own = 0;
  auto own_oldest = entries_.end();
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (oldest == entries_.end() || entry->second.seen < oldest->second.seen) oldest = entry;
    if (entry->second.session->person.account != account) continue;
    ++own;
    if (own_oldest == entries_.end() || entry->second.seen < own_oldest->second.seen)
      own_oldest = entry;
  }
  if (own >= limits_.per_account_max)
    entries_.erase(own_oldest);
  else if (entries_.size() >= limits_.sessions_max)
    entries_.erase(oldest);
}

std::string Sessions::open(std::shared_ptr<Session> session) {
  const auto id = base::base64url(base::random_bytes(session_id_size));
  const std::lock_guard guard(mutex_);
  const auto at = now();
  end_what_is_over(at);
  make_room(session->person.account);
  entries_.insert_or_assign(base::sha256(id), Entry{std::move(session), at, at});
  return id;
}

std::shared_ptr<const Session> Sessions::find(std::string_view id) {
  if (id.empty()) return nullptr;
  const auto key = base::sha256(id);
  const std::lock_guard guard(mutex_);
  const auto at = now();
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (is_over(found->second, at)) {
    end_what_is_over(at);
    return nullptr;
  }
  found->second.seen = at;
  return found->second.session;
}

std::optional<EndedSession> Sessions::ended(std::string_view id) {
  if (id.empty()) return std::nullopt;
  const auto key = base::sha256(id);
  const std::lock_guard guard(mutex_);
  end_what_is_over(now());
  const auto found = ended_.find(key);
  return found == ended_.end() ? std::nullopt : std::optional(found->second);
}

void Sessions::close(std::string_view id) {
  const auto key = base::sha256(id);
  const std::lock_guard guard(mutex_);
  entries_.erase(key);
}

void Sessions::close_all_of(std::string_view account, std::string_view except_id) {
  const auto kept = base::sha256(except_id);
  const std::lock_guard guard(mutex_);
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.second.session->person.account == account &&
           (except_id.empty() || entry.first != kept);
  });
  // What they typed before must not come back to somebody who has the account next.
  std::erase_if(ended_, [&](const auto& entry) { return entry.second.account == account; });
}

void Sessions::close_all() {
  const std::lock_guard guard(mutex_);
  entries_.clear();
  ended_.clear();
  ended_order_.clear();
}

void Sessions::close_marked(std::string_view account, std::string_view mark) {
  const std::lock_guard guard(mutex_);
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.second.session->person.account == account && mark_of(entry.first) == mark;
  });
}

std::vector<OpenSession> Sessions::of(std::string_view account) {
  const std::lock_guard guard(mutex_);
  const auto at = now();
  end_what_is_over(at);
  std::vector<OpenSession> list;
  for (const auto& [key, entry] : entries_)
    if (entry.session->person.account == account)
      list.push_back({mark_of(key), entry.session->began, at - entry.seen});
  std::ranges::sort(list, {}, &OpenSession::idle);
  return list;
}

std::size_t Sessions::count() {
  const std::lock_guard guard(mutex_);
  end_what_is_over(now());
  return entries_.size();
}

}  // namespace tocsin::people
