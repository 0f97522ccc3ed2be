// SPDX-License-Identifier: Apache-2.0
#include "people/page_parts.hpp"

#include <array>

namespace tocsin::people {
namespace {

namespace json = boost::json;
constexpr std::size_t key_field_signs_max = 100'000;
constexpr std::size_t early_cookie_size = 24;   ///< random bytes
constexpr std::size_t early_cookie_signs = 32;  ///< of their base64url

}  // namespace

EarlyForm early_form(const PeoplePagesParts& parts, const net::Request& request) {
  EarlyForm form;
  std::string value(pagekit::cookie(request, parts.cookies.form_name()));
  if (value.size() != early_cookie_signs) {
    value = base::base64url(base::random_bytes(early_cookie_size));
    form.set_cookie = parts.cookies.form(value);
  }
  form.token = base::base64url(base::hmac_sha256(parts.form_secret, "early form\n" + value));
  return form;
}

std::optional<std::string> words_for(const pagekit::Words& words, const base::Error& error) {
  const auto key = "account_problem." + error.place;
  if (!error.place.empty() && words.has(key)) return words.message(key);
  switch (error.code) {
    case base::ErrorCode::unavailable:
      return words.message("account_problem.unavailable");
    case base::ErrorCode::no_space:
      return words.message("account_problem.no_space");
    case base::ErrorCode::forbidden:
      return words.message("account_problem.forbidden");
    case base::ErrorCode::invalid_input:
    case base::ErrorCode::conflict:
    case base::ErrorCode::limit_exceeded:
      return words.message("account_problem.other");
    default:
      return std::nullopt;
  }
}

json::value text_or_false(std::string text) {
  if (text.empty()) return false;
  return json::value(std::move(text));
}

json::array role_choices(const pagekit::Words& words, const std::set<Role>& chosen) {
  json::array list;
  for (std::size_t i = 0; i < role_count; ++i) {
    const auto role = static_cast<Role>(i);
    const std::string id(name_of(role));
    list.push_back(json::object{{"id", id},
                                {"label", words.message("desk_role." + id)},
                                {"what", words.message("desk_role_what." + id)},
                                {"checked", chosen.contains(role)}});
  }
  return list;
}

json::array clearance_choices(std::string_view chosen) {
  constexpr std::array<std::string_view, 5> markings = {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT",
                                                        "RED"};
  json::array list;
  for (const auto marking : markings)
    list.push_back(json::object{{"id", marking}, {"chosen", marking == chosen}});
  return list;
}

std::string role_names(const pagekit::Words& words, const std::set<Role>& roles) {
  std::string text;
  for (const auto role : roles)
    text += (text.empty() ? "" : words.message("administration.list_comma")) +
            words.message("desk_role." + std::string(name_of(role)));
  return text;
}

std::set<Role> ticked_roles(const pagekit::Fields& fields) {
  std::set<Role> roles;
  for (std::size_t i = 0; i < role_count; ++i)
    if (fields.has("role_" + std::string(name_of(static_cast<Role>(i)))))
      roles.insert(static_cast<Role>(i));
  return roles;
}

KeyFields read_key_fields(const pagekit::Fields& fields) {
  const auto bytes = [&](std::string_view name) {
    const auto text = fields.get(name);
    if (text.size() > key_field_signs_max) return std::string{};
    return base::from_base64url(text).value_or(std::string{});
  };
  return {bytes("credential_id"), bytes("client_data"), bytes("data"), bytes("signature")};
}

std::string key_ids(const KeyQuestion& question) {
  std::string ids;
  for (const auto& id : question.keys) ids += (ids.empty() ? "" : " ") + base::base64url(id);
  return ids;
}

base::Result<bool> still_stands(const PeoplePagesParts& parts, const Session& session,
                                const KeptDraft& draft) {
  if (!parts.draft_stands) return true;
  auto stands = parts.draft_stands(session.person, draft);
  if (!stands || *stands) return stands;
  if (auto done = drop_draft(parts.accounts.desk, session.person.account, draft.form); !done)
    return std::unexpected(std::move(done.error()));
  return false;
}

base::Result<std::vector<KeptDraft>> standing_drafts(const PeoplePagesParts& parts,
                                                     const Session& session) {
  auto drafts = list_drafts(parts.accounts.desk, session.person.account);
  if (!drafts) return drafts;
  std::vector<KeptDraft> standing;
  for (auto& draft : *drafts) {
    auto stands = still_stands(parts, session, draft);
    if (!stands) return std::unexpected(std::move(stands.error()));
    if (*stands) standing.push_back(std::move(draft));
  }
  return standing;
}

const std::string& AccountNames::of(const std::string& account) {
  auto [found, fresh] = names_.try_emplace(account);
  if (!fresh) return found->second;
  found->second = words_.message(account.empty() ? "record.node" : "record.unknown");
  if (account.empty()) return found->second;
  if (auto read = find_account(database_, account))
    if (auto open = open_account(database_, parts_.accounts.vault, *read))
      found->second =
          open->name.empty() ? words_.message("record.name_erased") : std::move(open->name);
  return found->second;
}

void add_people_routes(pagekit::Router& router, const PeoplePagesParts& parts) {
  add_log_in_pages(router, parts);
  add_account_pages(router, parts);
  add_administration_pages(router, parts);
  add_record_pages(router, parts);
  add_key_pages(router, parts);
  add_draft_pages(router, parts);
  add_emergency_pages(router, parts);
}

}  // namespace tocsin::people
