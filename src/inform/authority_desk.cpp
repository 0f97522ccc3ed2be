// SPDX-License-Identifier: Apache-2.0
#include "inform/authority_desk.hpp"

#include "assess/report_tables.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

/// The directory is read by the whole desk; addresses are sealed fields.
constexpr std::string_view directory_tlp = "AMBER+STRICT";

Result<AuthorityRow> open_entry(store::Database& database, std::string_view object) {
  auto found = find_authority(database, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found || (*found)->closed)
    return fail(ErrorCode::not_found, "there is no such authority", std::string(object),
                "look in the directory");
  return std::move(**found);
}

Authority tidy(Authority one) {
  for (auto* text :
       {&one.name, &one.address, &one.telephone, &one.language, &one.duty_from, &one.duty_to,
        &one.duty_days, &one.duty_zone, &one.clearance, &one.certificate, &one.webhook_secret})
    *text = tidied(*text);
  if (one.channel != Channel::email) one.certificate.clear();
  if (one.channel != Channel::webhook && one.channel != Channel::cap) one.webhook_secret.clear();
  return one;
}

}  // namespace

Result<std::string> AuthorityDesk::add(const people::Session& session,
                                       const Authority& given) const {
  const auto authority = tidy(given);
  if (auto good = check_authority(authority); !good)
    return std::unexpected(std::move(good.error()));
  return desk_.ledger.act([&](ledger::Pen& pen) -> Result<std::string> {
    if (auto may = desk_.permissions.may(session.person, "authority.change"); !may)
      return std::unexpected(std::move(may.error()));
    auto listed = list_authorities(pen.database());
    if (!listed) return std::unexpected(std::move(listed.error()));
    if (listed->size() >= authorities_max)
      return fail(ErrorCode::limit_exceeded, "the directory is full", "authorities",
                  "close entries that are not used");
    const auto object = pen.new_object(authority_type);
    if (auto key = pen.vault().make_data_key(pen.database(), assess::data_key_of(object)); !key)
      return std::unexpected(std::move(key.error()));
    auto draft = authority_revision(object, authority, false);
    draft.marking.tlp = directory_tlp;
    auto done = pen.append(draft, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return object;
  });
}

Status AuthorityDesk::change(const people::Session& session, std::string_view object,
                             const base::Digest& seen, Authority given) const {
  auto authority = tidy(std::move(given));
  return desk_.ledger.act([&](ledger::Pen& pen) -> Status {
    if (auto may = desk_.permissions.may(session.person, "authority.change"); !may) return may;
    auto row = open_entry(pen.database(), object);
    if (!row) return std::unexpected(std::move(row.error()));
    auto old = open_authority(pen.vault(), pen.database(), *row);
    if (!old) return std::unexpected(std::move(old.error()));
    const bool posts = authority.channel == Channel::webhook || authority.channel == Channel::cap;
    if (posts && authority.webhook_secret.empty()) authority.webhook_secret = old->webhook_secret;
    if (auto good = check_authority(authority); !good) return good;
    auto draft = authority_revision(object, authority, false);
    draft.marking.tlp = directory_tlp;
    draft.seen = seen;
    auto done = pen.append(draft, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
  });
}

Status AuthorityDesk::close(const people::Session& session, std::string_view object,
                            const base::Digest& seen) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> Status {
    if (auto may = desk_.permissions.may(session.person, "authority.change"); !may) return may;
    auto row = open_entry(pen.database(), object);
    if (!row) return std::unexpected(std::move(row.error()));
    auto old = open_authority(pen.vault(), pen.database(), *row);
    if (!old) return std::unexpected(std::move(old.error()));
    auto draft = authority_revision(object, *old, true);
    draft.marking.tlp = directory_tlp;
    draft.seen = seen;
    auto done = pen.append(draft, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
  });
}

}  // namespace tocsin::inform
