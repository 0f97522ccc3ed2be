// SPDX-License-Identifier: Apache-2.0
#include "app/desk_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdlib>

#include "app/founding.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "monitor/pages/monitor_pages.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;
using pagekit::Call;

constexpr unsigned reporter_threads = 2;
/// How often what is due is looked for.
constexpr std::chrono::seconds due_every{5};
constexpr const char* smtp_credential = "tocsin-smtp-password";
constexpr std::size_t password_bytes_max = 4096;
/// Other readers on the reporter's page: a thin line carries them each time.
constexpr std::size_t others_max = 8;
constexpr std::size_t other_bytes_max = 400;

/// Who can log in to the demonstration, with the code of this moment.
Answer demo_page(const DeskNode& node, const std::filesystem::path& home, const Call& call) {
  auto people = read_demo_people(home);
  if (!people) return std::unexpected(std::move(people.error()));
  const auto now = node.desk().clock.now();
  const auto& pages = node.pages();
  const auto title = pages.words(call.language).message("demo.title");
  auto context = pages.context(call, {title, title, {}});
  json::array rows;
  for (const auto& person : *people) {
    auto code = demo_code(person, now);
    if (!code) return std::unexpected(std::move(code.error()));
    rows.push_back(json::object{{"name", person.name},
                                {"log_in", person.log_in},
                                {"roles", person.roles},
                                {"password", person.password},
                                {"code", *code}});
  }
  context["demo"] = json::object{{"rows", std::move(rows)}};
  return pages.render(call, "demo/people", context);
}

std::string demo_greeting(const std::filesystem::path& home, const std::string& address) {
  const auto people = read_demo_people(home);
  if (!people) return {};
  std::string text = fmt::format(
      "This is a demonstration: anyone at this machine can log in as anyone.\n"
      "Log in at {0}/log-in; the codes of the second factor stand at {0}/demo.\n",
      address);
  for (const auto& person : *people)
    text += fmt::format("  {:<14} {}   {}\n", person.log_in, person.password, person.roles);
  return text;
}

}  // namespace

base::Result<std::optional<net::SmtpServer>> read_smtp(std::string_view address) {
  if (address.empty()) return std::nullopt;
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_input, "the mail server cannot be read", std::string(address),
                "write smtps://USER@HOST:465 or smtp://USER@HOST:587");
  };
  net::SmtpServer server;
  auto rest = address;
  if (rest.starts_with("smtps://")) {
    server.security = net::MailSecurity::implicit_tls;
    server.port = 465;
  }
  const auto scheme = rest.find("://");
  if (scheme == std::string_view::npos || !rest.starts_with("smtp")) return refuse();
  rest.remove_prefix(scheme + 3);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    server.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  const auto colon = rest.rfind(':');
  server.host = rest.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto digits = rest.substr(colon + 1);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), server.port).ec !=
        std::errc{})
      return refuse();
  }
  // A mail server of this machine itself may be spoken to plainly.
  if (net::is_loopback(server.host) && server.security == net::MailSecurity::start_tls)
    server.security = net::MailSecurity::none;
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr) {
    auto password =
        base::read_file(std::filesystem::path(folder) / smtp_credential, password_bytes_max);
    if (password) server.password = base::trim(*password);
  }
  return std::optional(std::move(server));
}

base::Result<std::vector<std::pair<std::string, std::string>>> read_others(
    const std::vector<std::string>& words) {
  const auto refuse = [](std::string_view word, const char* why) {
    return fail(ErrorCode::invalid_input, why, "--other " + base::printable(word),
                "write --other \"Name of the office=https://their.example\"");
  };
  std::vector<std::pair<std::string, std::string>> others;
  for (const auto& word : words) {
    const auto equals = std::min(word.find('='), word.size());
    const auto name = std::string(base::trim(std::string_view(word).substr(0, equals)));
    const auto address =
        std::string(base::trim(std::string_view(word).substr(std::min(equals + 1, word.size()))));
    if (name.empty() || address.empty()) return refuse(word, "name or address is missing");
    if (word.size() > other_bytes_max) return refuse(word.substr(0, 80), "this is too long");
    const bool control = std::ranges::any_of(
        word, [](char sign) { return static_cast<unsigned char>(sign) < 0x20 || sign == 0x7f; });
    if (!base::is_utf8(word) || control) return refuse(word, "this is no plain text");
    if (std::ranges::find(others, name, &std::pair<std::string, std::string>::first) !=
        others.end())
      return refuse(word, "this name stands there twice");
    if (others.size() == others_max) return refuse(word, "these are too many for a short page");
    others.emplace_back(name, address);
  }
  return others;
}

base::Result<std::unique_ptr<DeskServer>> DeskServer::open(const ServeOptions& options,
                                                           const DeskSetting& setting,
                                                           pagekit::Router& router) {
  if (options.demo && !has_desk(setting.home))
    if (auto done = found_demo(setting.home, setting.data); !done)
      return std::unexpected(std::move(done.error()));
  if (!has_desk(setting.home)) return nullptr;
  auto master = find_node_key(setting.home, options.key);
  if (!master) return std::unexpected(std::move(master.error()));
  auto node = DeskNode::open(setting, std::move(*master));
  if (!node) return std::unexpected(std::move(node.error()));
  auto server = std::unique_ptr<DeskServer>(new DeskServer(std::move(*node)));
  server->node_->add_routes(router);
  if (options.demo) {
    router.add({"GET",
                "/demo",
                {},
                {},
                {},
                [node = server->node_.get(), home = setting.home](const Call& call) {
                  return demo_page(*node, home, call);
                }});
    server->greeting_ = demo_greeting(setting.home, setting.address);
  }
  return server;
}

DeskServer::~DeskServer() {
  stop();
}

void DeskServer::keep_due() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, due_every, [this] { return ended_; })) {
    lock.unlock();
    if (auto done = node_->run_due(); !done && done.error().code != ErrorCode::unavailable)
      base::log_error("what is due could not be done: " + done.error().text());
    lock.lock();
  }
}

base::Status DeskServer::start(const ServeOptions& options, std::uint16_t main_port) {
  scheduler_ = std::thread([this] { keep_due(); });
  std::string listen = options.reporter;
  // A demonstration shows the reporter's page too, on the port beside.
  if (listen.empty() && options.demo)
    listen = fmt::format("127.0.0.1:{}", main_port == 0 ? 0 : main_port + 1);
  if (listen.empty()) return {};
  auto address = net::split_address(listen);
  if (!address) return std::unexpected(std::move(address.error()));
  if (!net::is_loopback(address->first) && options.certificate.empty())
    return fail(ErrorCode::unsupported, "the reporter's page goes out by TLS or an onion service",
                listen, "listen on 127.0.0.1 behind the onion service, or give --certificate");
  node_->add_reporter_routes(reporter_router_);
  net::ServerOptions server;
  server.address = address->first;
  server.port = address->second;
  server.threads = reporter_threads;
  server.limits.large_body_paths = {std::string(assess::reporter_file_path)};
  server.limits.large_body_bytes_max = assess::reporter_body_bytes_max;
  if (!net::is_loopback(address->first)) {
    server.certificate_file = options.certificate;
    server.key_file = options.private_key;
  }
  auto started = net::HttpServer::start(
      server, [this](const net::Request& request) { return reporter_router_.serve(request); });
  if (!started && options.reporter.empty()) return {};  // the port beside is taken: no matter
  if (!started) return std::unexpected(std::move(started.error()));
  reporter_ = std::move(*started);
  greeting_ += fmt::format(
      "The reporter's page is at http{}://{}:{}\n", server.certificate_file.empty() ? "" : "s",
      net::is_loopback(server.address) ? "localhost" : server.address, reporter_->port());
  return {};
}

net::Response DeskServer::serve(const net::Request& request, const pagekit::Router& router) const {
  return node_->gate().serve(request, router);
}

void DeskServer::stop() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (scheduler_.joinable()) scheduler_.join();
  if (reporter_ != nullptr) reporter_->stop();
}

}  // namespace tocsin::app
