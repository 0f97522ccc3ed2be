// SPDX-License-Identifier: Apache-2.0
#include "app/founding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "app/desk_node.hpp"
#include "app/installation.hpp"
#include "base/files.hpp"
#include "formats/json.hpp"
#include "ledger/shares.hpp"
#include "people/log_in.hpp"
#include "people/totp.hpp"
#include "people/units.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr const char* demo_people_file = "demo-people.json";
constexpr std::size_t demo_file_bytes_max = 64U << 10;

base::Status write_shares(const base::SigningKey& root, const FoundingOrder& order) {
  auto shares = ledger::split_secret(root.seed(), order.shares_needed, order.shares);
  if (!shares) return std::unexpected(std::move(shares.error()));
  std::error_code error;
  std::filesystem::create_directories(order.shares_folder, error);
  if (error) return fail(ErrorCode::io, error.message(), order.shares_folder.string());
  for (const auto& share : *shares) {
    const auto file = order.shares_folder / fmt::format("root-share-{}.txt", share.index);
    if (auto done = base::write_file(file, ledger::share_text(share) + "\n"); !done) return done;
  }
  return {};
}

std::string new_demo_password() {
  // Words nobody would guess are not needed here, but the rules for passwords are kept.
  constexpr std::size_t random_bytes = 6;
  return "exercise-" + base::base32(base::random_bytes(random_bytes));
}

base::Result<std::string> from_base32(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  unsigned held = 0;
  unsigned bits = 0;
  for (const char sign : text) {
    const auto value = alphabet.find(sign);
    if (value == std::string_view::npos) return fail(ErrorCode::corrupt, "not base32");
    held = (held << 5U | static_cast<unsigned>(value)) & 0xfffU;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(held >> bits & 0xffU);
    }
  }
  return bytes;
}

/// Takes a first link up as its person would: password, second factor, key.
base::Result<DemoPerson> enter(const DeskNode& node, const people::FirstLink& link,
                               const people::NewPerson& person) {
  const auto& accounts = node.accounts();
  auto enrolment = people::enrolment_of(accounts, link.token);
  if (!enrolment) return std::unexpected(std::move(enrolment.error()));
  DemoPerson demo{person.name, person.log_in, people::text_of(person.standing.roles),
                  new_demo_password(), enrolment->totp_secret};
  // The code before this moment's: each counts once, and this one is left for the person.
  auto code = demo_code(demo, node.desk().clock.now() - people::totp_period);
  if (!code) return std::unexpected(std::move(code.error()));
  auto entered = people::accept_invitation(accounts, {link.token, {}, demo.password, *code, "en"});
  if (!entered) return std::unexpected(std::move(entered.error()));
  accounts.sessions.close(entered->session_id);
  return demo;
}

base::Status write_demo_people(const std::filesystem::path& home,
                               const std::vector<DemoPerson>& people) {
  json::array list;
  for (const auto& person : people)
    list.push_back(json::object{{"name", person.name},
                                {"log_in", person.log_in},
                                {"roles", person.roles},
                                {"password", person.password},
                                {"totp_secret", person.totp_secret}});
  return base::write_file(home / demo_people_file, json::serialize(list));
}

}  // namespace

base::Result<std::string> demo_code(const DemoPerson& person, base::Instant now) {
  auto secret = from_base32(person.totp_secret);
  if (!secret) return secret;
  return people::totp_code(*secret, people::totp_step(now));
}

base::Result<people::NewPerson> parse_person(std::string_view text) {
  const auto unreadable = [&] {
    return fail(ErrorCode::invalid_input, "a person is written NAME:LOG-IN:ROLE,ROLE[:MAIL]",
                std::string(text), "for example --person 'A. Name:aname:analyst:a@example.org'");
  };
  people::NewPerson person;
  // Reminders and emergencies are told by mail: without an address nobody hears of them.
  const std::string_view whole = text;
  if (const auto mail = text.rfind(':');
      mail != std::string_view::npos && text.find('@', mail) != std::string_view::npos) {
    person.contact = text.substr(mail + 1);
    const bool plain = std::ranges::all_of(
        person.contact, [](char c) { return c > ' ' && c != '<' && c != '>' && c != ','; });
    if (!plain || person.contact.size() > people::account_text_bytes_max) return unreadable();
    text = text.substr(0, mail);
  }
  const auto first = text.find(':');
  const auto last = text.rfind(':');
  if (first == std::string_view::npos || first == last) return unreadable();
  person.name = text.substr(0, first);
  person.log_in = text.substr(first + 1, last - first - 1);
  person.standing.unit = people::first_unit;
  for (auto rest = text.substr(last + 1); !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    auto role = people::role_of(rest.substr(0, end));
    if (!role) return base::fail_at(whole, std::move(role.error()));
    person.standing.roles.insert(*role);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return person;
}

base::Result<std::vector<people::FirstLink>> found_desk(const std::filesystem::path& home,
                                                        const std::filesystem::path& data,
                                                        base::Secret master,
                                                        const FoundingOrder& order) {
  auto pairs = people::RolePairs::load(data);
  if (!pairs) return std::unexpected(std::move(pairs.error()));
  std::vector<std::set<people::Role>> roles;
  for (const auto& person : order.people) roles.push_back(person.standing.roles);
  // Before anything is written: a refusal leaves the home as it was.
  if (auto done = pairs->check_founders(roles); !done)
    return std::unexpected(std::move(done.error()));
  const auto lock = WriterLock::take(home, Written::ledger);
  if (!lock) return std::unexpected(lock.error());
  auto database = open_node_database(home);
  if (!database) return std::unexpected(std::move(database.error()));
  const base::SystemClock clock;
  const Projections projections;
  ledger::Vault vault;
  auto ledger = ledger::Ledger::open(std::move(*database), {vault, projections.all(), clock});
  if (!ledger) return std::unexpected(std::move(ledger.error()));
  auto side = open_node_database(home);
  if (!side) return std::unexpected(std::move(side.error()));
  if (auto done = vault.unlock(**side, std::move(master)); !done)
    return std::unexpected(std::move(done.error()));
  // A founding that was cut off goes on where it ended: the ledger is there, the people are not.
  if ((*ledger)->head().size == 0) {
    const auto root = base::SigningKey::make();
    // The shares come first: a founded ledger whose root nobody holds could never be restored.
    if (auto done = write_shares(root, order); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = (*ledger)->found(root, order.member); !done)
      return std::unexpected(std::move(done.error()));
  }
  if (auto done = assess::make_receipt_secret(vault, **side); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = assess::make_report_box(vault, **side); !done)
    return std::unexpected(std::move(done.error()));
  return people::found_people(**ledger, *pairs, order.people);
}

std::vector<people::NewPerson> demo_order() {
  using enum people::Role;
  const auto person = [](const char* name, const char* log_in, people::Role role) {
    people::NewPerson made;
    made.name = name;
    made.log_in = log_in;
    made.standing.unit = people::first_unit;
    made.standing.roles = {role};
    return made;
  };
  return {person("Ilse Marrow", "analyst", analyst),
          person("Tomas Veld", "analyst2", analyst),
          person("Ansa Korvin", "principal", principal),
          person("Radu Semmel", "deputy", deputy),
          person("Nadia Ferro", "officer", officer),
          person("Joon Abeke", "custodian", custodian),
          person("Petra Lind", "administrator", administrator),
          person("Sami Okoro", "auditor", auditor)};
}

base::Status found_demo(const std::filesystem::path& home, const std::filesystem::path& data,
                        std::vector<people::NewPerson> people) {
  if (!std::filesystem::exists(home / demo_key_file))
    if (auto done = write_demo_key(home); !done) return done;
  auto master = find_node_key(home, {});
  if (!master) return std::unexpected(std::move(master.error()));
  FoundingOrder order;
  order.member = "Focal point of Ondaria (exercise)";
  order.shares_folder = home / "demo-root-shares";
  order.people = std::move(people);
  auto links = found_desk(home, data, master->copy(), order);
  if (!links) return std::unexpected(std::move(links.error()));
  auto framework = knowledge::Framework::load(data);
  if (!framework) return std::unexpected(std::move(framework.error()));
  auto web = pagekit::WebFiles::load(data.parent_path() / "web", {});
  if (!web) return std::unexpected(std::move(web.error()));
  const DeskSetting setting{
      home, data, **web, *framework, order.member, TOCSIN_VERSION, "UTC", "http://localhost",
      {},   {},   {},    true,       false,        false};
  auto node = DeskNode::open(setting, std::move(*master));
  if (!node) return std::unexpected(std::move(node.error()));
  std::vector<DemoPerson> entered_people;
  for (std::size_t i = 0; i < links->size(); ++i) {
    auto entered = enter(**node, (*links)[i], order.people[i]);
    if (!entered) return std::unexpected(std::move(entered.error()));
    entered_people.push_back(std::move(*entered));
  }
  return write_demo_people(home, entered_people);
}

base::Result<std::vector<DemoPerson>> read_demo_people(const std::filesystem::path& home) {
  auto text = base::read_file(home / demo_people_file, demo_file_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  auto value = formats::parse_json(*text);
  if (!value) return std::unexpected(std::move(value.error()));
  std::vector<DemoPerson> people;
  if (const auto* list = value->if_array())
    for (const auto& item : *list)
      people.push_back({std::string(formats::text_member(item, "name")),
                        std::string(formats::text_member(item, "log_in")),
                        std::string(formats::text_member(item, "roles")),
                        std::string(formats::text_member(item, "password")),
                        std::string(formats::text_member(item, "totp_secret"))});
  return people;
}

}  // namespace tocsin::app
