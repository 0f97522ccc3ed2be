// SPDX-License-Identifier: Apache-2.0
#include "assess/source_desk.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "assess/attachment_tables.hpp"
#include "assess/matters.hpp"
#include "assess/report_tables.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "people/access_log.hpp"
#include "people/account_tables.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using ledger::Pen;

std::string hash_of(std::string_view sealed) {
  return base::base64url(base::view_of(base::sha256(sealed)));
}

base::Status check_reason(std::string_view reason) {
  if (base::trim(reason).empty()) return fail(ErrorCode::invalid_input, "say why", "reason");
  if (reason.size() > source_reason_bytes_max || !base::is_utf8(reason))
    return fail(ErrorCode::limit_exceeded, "longer than 2,000 bytes", "reason");
  return {};
}

base::Status node_signs(Pen& pen, const ledger::Draft& draft) {
  auto made = pen.append_as_node(draft);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

std::unexpected<base::Error> no_identity() {
  return fail(ErrorCode::conflict,
              "the one who reported left no way to be reached, or it is erased", "no_identity");
}

/// A file as it came may tell who sent it: it opens by the same request.
base::Status check_originals(store::Database& database, std::string_view report) {
  auto files = AttachmentReader(database).of_report(report);
  if (!files) return std::unexpected(std::move(files.error()));
  if (files->empty()) return no_identity();
  return {};
}

base::Result<bool> exists(store::Database& database, std::string_view sql, std::string_view one) {
  auto found = store::first(database, sql, [](const store::Statement&) { return true; }, one);
  if (!found) return std::unexpected(std::move(found.error()));
  return found->has_value();
}

/// Is who asked still somebody who may ask?
base::Status check_asker(Pen& pen, const people::Permissions& permissions,
                         const OpeningRow& request, const ReportRow& report) {
  auto account = people::find_account(pen.database(), request.asked_by);
  if (!account) return std::unexpected(std::move(account.error()));
  if (account->state != people::AccountState::active)
    return fail(ErrorCode::conflict, "who asked has no account any more", "asker_gone");
  const people::Person asker{account->object,
                             {},
                             account->standing.unit,
                             account->standing.roles,
                             account->standing.clearance};
  return permissions.may(asker, "source.ask", matter_of(report));
}

/// Sealed to every good key of who asked; the hashes go into the ledger.
base::Result<json::array> seal_to_asker(Pen& pen, SourceStore& store, const OpeningRow& request,
                                        const base::Secret& plain) {
  auto keys = people::good_keys_of(pen.database(), request.asked_by);
  if (!keys) return std::unexpected(std::move(keys.error()));
  json::array copies;
  for (const auto& key : *keys) {
    auto address = address_of(pen.database(), key);
    if (!address) return std::unexpected(std::move(address.error()));
    const auto sealed = base::seal_to(*address, plain.bytes());
    if (auto done = store.keep_opened(request.object, key, sealed); !done)
      return std::unexpected(std::move(done.error()));
    copies.push_back(json::object{{"key", key}, {"hash", hash_of(sealed)}});
  }
  return copies;
}

bool names_copy(std::string_view stored, std::string_view key, std::string_view hash) {
  const auto copies = formats::parse_json(stored);
  if (!copies || !copies->is_array()) return false;
  return std::ranges::any_of(copies->get_array(), [&](const json::value& copy) {
    return formats::text_member(copy, "key") == key && formats::text_member(copy, "hash") == hash;
  });
}

}  // namespace

SourceStore::Wanted wanted_by(store::Database& database) {
  return {[&database](std::string_view hash) {
            return exists(database, "SELECT 1 FROM source_identity WHERE hash = ?1", hash);
          },
          [&database](std::string_view custody_key, std::string_view key_object) {
            auto found = store::first(
                database,
                "SELECT 1 FROM custody_copy AS c JOIN person_key AS k ON k.object = c.key_object"
                " WHERE c.custody_key = ?1 AND c.key_object = ?2 AND k.revoked = 0",
                [](const store::Statement&) { return true; }, custody_key, key_object);
            return found ? base::Result<bool>(found->has_value())
                         : base::Result<bool>(std::unexpected(std::move(found.error())));
          },
          [&database](std::string_view request) {
            return exists(database,
                          "SELECT 1 FROM source_request WHERE object = ?1 AND state = 'open'",
                          request);
          }};
}

base::Result<std::vector<std::string>> missing_identities(store::Database& database,
                                                          SourceStore* kept) {
  constexpr std::size_t identities_max = 10'000'000;
  auto identities = SourceReader(database).identities(identities_max);
  if (!identities) return std::unexpected(std::move(identities.error()));
  std::vector<std::string> missing;
  for (const auto& identity : *identities) {
    if (kept != nullptr)
      if (const auto sealed = kept->find_identity(identity.hash);
          sealed && hash_of(*sealed) == identity.hash)
        continue;
    missing.push_back(identity.report);
  }
  return missing;
}

base::Status note_identity_erased(Pen& pen, std::string_view report, ErasedBecause why,
                                  const ledger::Author* author) {
  ledger::Draft draft;
  draft.object = pen.new_object(source_erasure_type);
  draft.type = source_erasure_type;
  draft.fields = {{"object", report}, {"what", "identity"}, {"why", name_of(why)}};
  auto made = author == nullptr ? pen.append_as_node(draft) : pen.append(draft, *author);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

base::Status SourceDesk::sweep() const {
  return parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto swept = parts_.store.sweep(wanted_by(pen.database()));
    if (!swept) return std::unexpected(std::move(swept.error()));
    return {};
  });
}

base::Status SourceDesk::leave(std::string_view report, const Reach& reach) const {
  bool replaced = false;
  auto done = parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto row = ReportReader(pen.database()).find(report);
    if (!row) return std::unexpected(std::move(row.error()));
    if (is_gone(row->standing.state))
      return fail(ErrorCode::conflict, "this report was taken back", "report_gone");
    const SourceReader reader(pen.database());
    auto key = reader.custody_key();
    if (!key) return std::unexpected(std::move(key.error()));
    if (!*key)
      return fail(ErrorCode::unavailable, "nobody holds a key to identities yet", "no_custodian");
    std::string sealed = reach.sealed;
    if (sealed.empty()) {
      auto made = seal_reach(reach.plain, (*key)->public_key);
      if (!made) return std::unexpected(std::move(made.error()));
      sealed = std::move(*made);
    } else if (auto good = check_sealed_reach(sealed); !good) {
      return good;
    }
    auto before = reader.identity_of(report);
    if (!before) return std::unexpected(std::move(before.error()));
    replaced = before->has_value();
    const auto hash = hash_of(sealed);
    // Before the ledger names it: a kill between the two leaves a row that is swept, and nothing
    // that is named and missing.
    if (auto kept = parts_.store.keep_identity(hash, sealed); !kept) return kept;
    ledger::Draft draft;
    draft.object = pen.new_object(source_identity_type);
    draft.type = source_identity_type;
    draft.fields = {{"report", report}, {"hash", hash}, {"custody_key", (*key)->object}};
    return node_signs(pen, draft);
  });
  return done && replaced ? sweep() : done;
}

base::Status SourceDesk::take_back(std::string_view report) const {
  auto done = parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto identity = SourceReader(pen.database()).identity_of(report);
    if (!identity) return std::unexpected(std::move(identity.error()));
    if (!*identity) return {};
    return note_identity_erased(pen, report, ErasedBecause::taken_back, nullptr);
  });
  return done ? sweep() : done;
}

base::Result<SourceDesk::Known> SourceDesk::known_to_source(std::string_view report) const {
  auto lease = parts_.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  const SourceReader reader(**lease);
  Known known;
  auto key = reader.custody_key();
  if (!key) return std::unexpected(std::move(key.error()));
  known.possible = key->has_value();
  if (*key) known.key = base::base64url(base::view_of((*key)->public_key));
  if (report.empty()) return known;
  auto identity = reader.identity_of(report);
  if (!identity) return std::unexpected(std::move(identity.error()));
  known.held = identity->has_value();
  auto requests = reader.requests_of(report);
  if (!requests) return std::unexpected(std::move(requests.error()));
  for (const auto& request : *requests)
    if (request.told && request.until > base::Instant{}) known.opened.push_back(request.answered);
  return known;
}

base::Result<std::string> SourceDesk::ask(const people::Session& session, std::string_view report,
                                          std::string_view reason) const {
  if (auto good = check_reason(reason); !good) return std::unexpected(std::move(good.error()));
  return parts_.desk.ledger.act([&](Pen& pen) -> base::Result<std::string> {
    auto row = ReportReader(pen.database()).find(report);
    if (!row) return std::unexpected(std::move(row.error()));
    if (auto may = parts_.desk.permissions.may(session.person, "source.ask", matter_of(*row)); !may)
      return std::unexpected(std::move(may.error()));
    const SourceReader reader(pen.database());
    auto identity = reader.identity_of(report);
    if (!identity) return std::unexpected(std::move(identity.error()));
    if (!*identity)
      if (auto others = check_originals(pen.database(), report); !others)
        return std::unexpected(std::move(others.error()));
    auto requests = reader.requests_of(report);
    if (!requests) return std::unexpected(std::move(requests.error()));
    for (const auto& request : *requests) {
      const auto state = state_at(request.state, request.until, pen.now());
      if (request.asked_by == session.person.account &&
          (state == OpeningState::asked || state == OpeningState::open))
        return fail(ErrorCode::conflict, "you have asked already", "asked_already");
    }
    ledger::Draft draft;
    draft.object = pen.new_object(source_request_type);
    draft.type = source_request_type;
    draft.marking = row->marking;
    draft.fields = {{"report", report},
                    {"asked_by", session.person.account},
                    {"reason", base::normalize_nfc(base::trim(reason))}};
    draft.sealed = {"reason"};
    auto key = pen.vault().make_data_key(pen.database(), data_key_of(draft.object));
    if (!key) return std::unexpected(std::move(key.error()));
    draft.data_key = *key;
    auto made = pen.append(draft, session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return draft.object;
  });
}

base::Status SourceDesk::answer_with(Pen& pen, const people::Session& session,
                                     const OpeningRow& request, OpeningStep step,
                                     const OpeningAnswer& answer, json::object more) const {
  ledger::Draft draft;
  draft.object = pen.new_object(source_step_type);
  draft.type = source_step_type;
  draft.fields = std::move(more);
  draft.fields["request"] = request.object;
  draft.fields["step"] = name_of(step);
  if (const auto reason = base::trim(answer.reason); !reason.empty()) {
    draft.fields["reason"] = base::normalize_nfc(reason);
    draft.sealed = {"reason"};
    draft.data_key = data_key_of(request.object);
  }
  auto made = pen.append(draft, session.author());
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

base::Result<base::Secret> SourceDesk::identity_for(store::Database& database,
                                                    const people::Session& session,
                                                    const IdentityRow& identity) const {
  auto key = SourceReader(database).custody_key(identity.custody_key);
  if (!key) return std::unexpected(std::move(key.error()));
  auto secret = parts_.custody.open_key(session, *key);
  if (!secret) return std::unexpected(std::move(secret.error()));
  auto sealed = parts_.store.find_identity(identity.hash);
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  if (hash_of(*sealed) != identity.hash)
    return fail(ErrorCode::corrupt, "this is not what the ledger says was left",
                "identity_changed");
  return secret->open(*sealed);
}

base::Status SourceDesk::open(const people::Session& session, const OpeningAnswer& answer) const {
  if (!answer.tell_source)
    if (auto good = check_reason(answer.reason); !good) return good;
  return parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    const SourceReader reader(pen.database());
    auto request = reader.request(answer.request);
    if (!request) return std::unexpected(std::move(request.error()));
    const std::vector<std::string> authors{request->asked_by};
    const people::Matter matter{name_of(request->state), {}, {}, authors};
    if (auto may = parts_.desk.permissions.may(session.person, "source.open", matter); !may)
      return may;
    if (auto next = after(request->state, OpeningStep::open); !next)
      return std::unexpected(std::move(next.error()));
    auto report = ReportReader(pen.database()).find(request->report);
    if (!report) return std::unexpected(std::move(report.error()));
    if (auto good = check_asker(pen, parts_.desk.permissions, *request, *report); !good)
      return good;
    auto identity = reader.identity_of(request->report);
    if (!identity) return std::unexpected(std::move(identity.error()));
    json::array copies;
    if (*identity) {
      auto plain = identity_for(pen.database(), session, **identity);
      if (!plain) return std::unexpected(std::move(plain.error()));
      auto sealed = seal_to_asker(pen, parts_.store, *request, *plain);
      if (!sealed) return std::unexpected(std::move(sealed.error()));
      copies = std::move(*sealed);
    } else if (auto others = check_originals(pen.database(), request->report); !others) {
      return others;
    }
    const auto until = pen.now() + parts_.open_for;
    return answer_with(pen, session, *request, OpeningStep::open, answer,
                       {{"until", until.time_since_epoch().count()},
                        {"copies", std::move(copies)},
                        {"told", answer.tell_source}});
  });
}

base::Status SourceDesk::refuse(const people::Session& session, const OpeningAnswer& answer) const {
  if (auto good = check_reason(answer.reason); !good) return good;
  return parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto request = SourceReader(pen.database()).request(answer.request);
    if (!request) return std::unexpected(std::move(request.error()));
    const std::vector<std::string> authors{request->asked_by};
    const people::Matter matter{name_of(request->state), {}, {}, authors};
    if (auto may = parts_.desk.permissions.may(session.person, "source.refuse", matter); !may)
      return may;
    if (auto next = after(request->state, OpeningStep::refuse); !next)
      return std::unexpected(std::move(next.error()));
    return answer_with(pen, session, *request, OpeningStep::refuse, answer, {});
  });
}

base::Result<std::string> SourceDesk::read(const people::Session& session,
                                           std::string_view request) const {
  auto opening = parts_.desk.ledger.act([&](Pen& pen) -> base::Result<OpeningRow> {
    auto row = SourceReader(pen.database()).request(request);
    if (!row) return row;
    auto report = ReportReader(pen.database()).find(row->report);
    if (!report) return std::unexpected(std::move(report.error()));
    const std::vector<std::string> authors{row->asked_by};
    const auto state = state_at(row->state, row->until, pen.now());
    const people::Matter matter{name_of(state), report->marking.tlp, {}, authors};
    if (auto may = parts_.desk.permissions.may(session.person, "source.read", matter); !may)
      return std::unexpected(std::move(may.error()));
    // On the disk before anything is shown: the act returns once it is.
    if (auto noted = people::note_read(pen, session.person.account, "source.read", row->object);
        !noted)
      return std::unexpected(std::move(noted.error()));
    return row;
  });
  if (!opening) return std::unexpected(std::move(opening.error()));
  if (const auto copies = formats::parse_json(opening->copies);
      copies && copies->is_array() && copies->get_array().empty())
    return fail(ErrorCode::conflict,
                "nothing was left but the files, which the custodian takes out", "original_only");
  auto sealed = parts_.store.find_opened(opening->object, session.key_object);
  if (!sealed)
    return fail(ErrorCode::not_found, "it was opened for an earlier key of yours", "key_changed",
                "ask again");
  if (!names_copy(opening->copies, session.key_object, hash_of(*sealed)))
    return fail(ErrorCode::corrupt, "this is not what the custodian sealed", "identity_changed");
  auto plain = base::box_of(session.key).open(*sealed);
  if (!plain) return std::unexpected(std::move(plain.error()));
  return read_reach(plain->bytes());
}

base::Status SourceDesk::close(const people::Session& session, std::string_view request) const {
  auto done = parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto row = SourceReader(pen.database()).request(request);
    if (!row) return std::unexpected(std::move(row.error()));
    const std::vector<std::string> authors{row->asked_by};
    const people::Matter matter{name_of(row->state), {}, {}, authors};
    if (auto may = parts_.desk.permissions.may(session.person, "source.read", matter); !may)
      return may;
    if (auto next = after(row->state, OpeningStep::close); !next)
      return std::unexpected(std::move(next.error()));
    return answer_with(pen, session, *row, OpeningStep::close, {}, {});
  });
  return done ? sweep() : done;
}

base::Status SourceDesk::erase(const people::Session& session, std::string_view report,
                               ErasedBecause why) const {
  auto done = parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
    if (auto may = parts_.desk.permissions.may(session.person, "source.erase"); !may) return may;
    auto identity = SourceReader(pen.database()).identity_of(report);
    if (!identity) return std::unexpected(std::move(identity.error()));
    if (!*identity) return no_identity();
    const auto author = session.author();
    return note_identity_erased(pen, report, why, &author);
  });
  return done ? sweep() : done;
}

base::Result<std::size_t> SourceDesk::close_due() const {
  std::vector<std::pair<std::string, OpeningStep>> due;
  {
    auto lease = parts_.desk.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    const auto now = parts_.desk.clock.now();
    const auto too_old = now - asked_for_max;
    auto done = store::each(
        **lease,
        "SELECT object, state FROM source_request WHERE (state = 'open' AND until_ms <= ?1)"
        " OR (state = 'asked' AND asked_ms <= ?2) LIMIT ?3",
        [&](const store::Statement& row) {
          due.emplace_back(std::string(row.text(0)),
                           row.text(1) == "open" ? OpeningStep::close : OpeningStep::lapse);
        },
        now.time_since_epoch().count(), too_old.time_since_epoch().count(), closed_at_once_max);
    if (!done) return std::unexpected(std::move(done.error()));
  }
  for (const auto& [object, step] : due) {
    auto done = parts_.desk.ledger.act([&](Pen& pen) -> base::Status {
      auto row = SourceReader(pen.database()).request(object);
      if (!row) return std::unexpected(std::move(row.error()));
      // Somebody may have answered meanwhile: then there is nothing to do.
      if (row->state != (step == OpeningStep::close ? OpeningState::open : OpeningState::asked))
        return {};
      ledger::Draft draft;
      draft.object = pen.new_object(source_step_type);
      draft.type = source_step_type;
      draft.fields = {{"request", object}, {"step", name_of(step)}};
      return node_signs(pen, draft);
    });
    if (!done) return std::unexpected(std::move(done.error()));
  }
  if (!due.empty())
    if (auto done = sweep(); !done) return std::unexpected(std::move(done.error()));
  return due.size();
}

}  // namespace tocsin::assess
