// SPDX-License-Identifier: Apache-2.0
// Accounts and asked changes as fields of revisions, schema 1.
#include <boost/json.hpp>

#include "people/account_tables.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;

json::array names_of(const std::set<Role>& roles) {
  json::array names;
  for (const auto role : roles) names.push_back(json::string(name_of(role)));
  return names;
}

void add_standing(json::object& fields, const Standing& standing) {
  fields["unit"] = standing.unit;
  fields["roles"] = names_of(standing.roles);
  fields["clearance"] = standing.clearance;
}

base::Result<Standing> read_standing(const ledger::Revision& revision) {
  Standing standing{
      std::string(revision.text("unit")), {}, std::string(revision.text("clearance"))};
  const auto* roles = revision.field("roles");
  if (roles == nullptr || !roles->is_array())
    return base::fail(base::ErrorCode::corrupt, "the roles cannot be read",
                      revision.envelope.object);
  for (const auto& name : roles->get_array()) {
    auto role = role_of(name.is_string() ? std::string_view(name.get_string()) : "");
    if (!role) return base::fail_at(revision.envelope.object, std::move(role.error()));
    standing.roles.insert(*role);
  }
  return standing;
}

json::value value_of(const ledger::Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value == nullptr ? json::value("") : *value;
}

}  // namespace

json::object account_fields(const Account& account) {
  json::object fields = {{"state", name_of(account.state)},
                         {"name", account.name},
                         {"log_in", account.log_in},
                         {"contact", account.contact}};
  add_standing(fields, account.standing);
  return fields;
}

base::Result<Account> read_account(const ledger::Revision& revision) {
  auto state = account_state_of(revision.text("state"));
  if (!state) return base::fail_at(revision.envelope.object, std::move(state.error()));
  auto standing = read_standing(revision);
  if (!standing) return std::unexpected(std::move(standing.error()));
  return Account{revision.envelope.object,     *state,
                 std::move(*standing),         value_of(revision, "name"),
                 value_of(revision, "log_in"), value_of(revision, "contact"),
                 revision.envelope.time};
}

json::object request_fields(const ChangeRequest& request) {
  json::object fields = {{"account", request.account},
                         {"kind", name_of(request.kind)},
                         {"state", name_of(request.state)},
                         {"reason", request.reason}};
  if (request.standing) add_standing(fields, *request.standing);
  return fields;
}

base::Result<ChangeRequest> read_request(const ledger::Revision& revision) {
  auto kind = change_kind_of(revision.text("kind"));
  if (!kind) return base::fail_at(revision.envelope.object, std::move(kind.error()));
  auto state = change_state_of(revision.text("state"));
  if (!state) return base::fail_at(revision.envelope.object, std::move(state.error()));
  ChangeRequest request;
  request.object = revision.envelope.object;
  request.account = revision.text("account");
  request.kind = *kind;
  request.state = *state;
  request.reason = value_of(revision, "reason");
  if (revision.field("roles") != nullptr) {
    auto standing = read_standing(revision);
    if (!standing) return std::unexpected(std::move(standing.error()));
    request.standing = std::move(*standing);
  }
  return request;
}

}  // namespace tocsin::people
