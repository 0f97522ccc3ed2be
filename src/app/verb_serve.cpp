// SPDX-License-Identifier: Apache-2.0
#include "app/verb_serve.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "app/desk_server.hpp"
#include "app/exercise_country.hpp"
#include "app/node.hpp"
#include "app/node_settings.hpp"
#include "app/terminal.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "formats/mail_file.hpp"
#include "knowledge/framework.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/pages/monitor_pages.hpp"
#include "monitor/watch_keeper.hpp"
#include "people/page_parts.hpp"

namespace tocsin::app {
namespace {

using base::ErrorCode;
using monitor::pages::ExerciseCountry;

constexpr std::size_t exercise_bytes_max = 4U << 20;
constexpr std::chrono::milliseconds change_poll{1000};
/// Mails that are sent to be taken in at the same time.
constexpr std::uint32_t large_bodies_at_once_max = 2;
constexpr unsigned server_threads = 4;

std::shared_ptr<const std::string> read_outline(const std::filesystem::path& data) {
  auto text = base::read_file(data / "exercise" / "outline.geojson", exercise_bytes_max);
  return text ? std::make_shared<const std::string>(std::move(*text)) : nullptr;
}

std::string new_secret() {
  base::SystemRandom random;
  std::array<unsigned char, 32> bytes{};
  constexpr std::uint64_t byte_values = 256;
  for (auto& byte : bytes) byte = static_cast<unsigned char>(random.below(byte_values));
  return base::to_hex(bytes);
}

/// Written with the last row of the scenario, so that a kill in between is made good.
constexpr std::string_view demo_checkpoint = "exercise";

/// The exercise beside real feeds would make a watch list of true and invented danger.
base::Status refuse_mixing(monitor::ObservationReader& reader, const std::filesystem::path& home) {
  constexpr int page = 100;
  for (std::int64_t before = 0;;) {
    auto imports = reader.imports(page, before);
    if (!imports) return std::unexpected(std::move(imports.error()));
    if (imports->empty()) return {};
    for (const auto& import : *imports)
      if (import.counts.kept > 0 && !import.exercise)
        return base::fail(ErrorCode::conflict,
                          "this home holds feeds, so the exercise is not added to them",
                          home.string(), "start without --demo, or give --demo another home");
    before = imports->back().id;
  }
}

/// Brings the store's schema up to date and, for a demo, the exercise in.
base::Status prepare_store(const std::filesystem::path& home, const Installation& installation,
                           const base::Clock& clock, const ServeOptions& options) {
  auto database = monitor::open_observations(home);
  if (!database) return std::unexpected(std::move(database.error()));
  if (!options.demo) return {};
  monitor::ObservationReader reader(**database);
  auto read = reader.checkpoint(demo_checkpoint);
  if (!read) return std::unexpected(std::move(read.error()));
  if (*read) return {};
  if (auto alone = refuse_mixing(reader, home); !alone) return alone;
  database->reset();
  auto node = IntakeNode::open(home, installation, clock, options.actor_files);
  if (!node) return std::unexpected(std::move(node.error()));
  if (!options.quiet) fmt::print("Reading the exercise scenario …\n");
  // The past comes first: the watch list compares what happens with it.
  for (const std::string_view name : {"past.jsonl", "reports.jsonl"}) {
    const auto file = installation.data / "exercise" / name;
    if (!std::filesystem::exists(file))
      return base::fail(ErrorCode::not_found, "the exercise scenario is not installed",
                        file.string(), "start without --demo, or install the whole data folder");
    auto results = (*node)->ingest_file(
        file, file.string(), "jsonl", {}, [&](monitor::ObservationWriter& writer) {
          return name == "reports.jsonl" ? writer.set_checkpoint(demo_checkpoint, "read")
                                         : base::Status{};
        });
    if (!results) return std::unexpected(std::move(results.error()));
    for (const auto& result : *results)
      if (!result.problem.empty())
        return base::fail(ErrorCode::corrupt, result.problem, file.string(),
                          "take the file of this version again");
  }
  return {};
}

/// Tells open pages when something came in, by looking at the store each second: what another
/// process brings in is noticed too.
class ChangeTeller {
 public:
  ChangeTeller(monitor::ReaderPool& readers, monitor::WatchKeeper& watch,
               monitor::pages::MakeFrontPages make_front_pages, net::HttpServer& server)
      : readers_(readers),
        watch_(watch),
        make_front_pages_(std::move(make_front_pages)),
        server_(server),
        thread_([this] { run(); }) {}
  ~ChangeTeller() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  ChangeTeller(const ChangeTeller&) = delete;
  ChangeTeller& operator=(const ChangeTeller&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  void run() {
    std::int64_t known = number().value_or(-1);
    make_pages();
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, change_poll, [this] { return ended_; })) {
      make_list();
      const auto now = number();
      const bool changed = now && *now != known;
      const auto age = Clock::now() - made_;
      // Before anybody is told: who is told of a change asks for the pages at once. While much
      // comes in, readers get a store that changes each second, and this takes its share of time
      // only.
      const bool affordable = age >= took_ * made_share;
      if ((changed && affordable) || age >= monitor::pages::front_pages_every) make_pages();
      if (!changed) continue;
      server_.publish("change", "{\"topic\":\"observations\"}");
      known = *now;
    }
  }
  std::optional<std::int64_t> number() {
    auto lease = readers_.borrow();
    if (!lease) return std::nullopt;
    const auto number = (**lease)->change_number();
    return number ? std::optional(*number) : std::nullopt;
  }
  void make_pages() {
    made_ = Clock::now();
    make_list();
    make_front_pages_();
    took_ = Clock::now() - made_;
  }
  void make_list() {
    if (auto done = watch_.keep_fresh(); !done)
      base::log_error("the watch list cannot be made: " + done.error().text());
  }
  monitor::ReaderPool& readers_;
  monitor::WatchKeeper& watch_;
  monitor::pages::MakeFrontPages make_front_pages_;
  net::HttpServer& server_;
  /// One part in so many of the time goes into front pages at most.
  static constexpr int made_share = 10;
  Clock::time_point made_{};
  Clock::duration took_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

base::Result<net::ServerOptions> listen_on(const ServeOptions& wanted) {
  auto address = net::split_address(wanted.listen);
  if (!address) return std::unexpected(std::move(address.error()));
  if (!net::is_loopback(address->first) && wanted.certificate.empty())
    return base::fail(ErrorCode::unsupported, "without TLS a node answers only on its own machine",
                      wanted.listen,
                      "give --certificate and --private-key; or listen on 127.0.0.1 or [::1], and "
                      "reach it from elsewhere through ssh -L");
  net::ServerOptions options;
  options.certificate_file = wanted.certificate;
  options.key_file = wanted.private_key;
  options.address = address->first;
  options.port = address->second;
  options.limits.large_body_paths = {std::string(assess::take_in_path)};
  options.limits.large_body_bytes_max = formats::mail_file_bytes_max + (std::size_t{1} << 20);
  options.limits.large_bodies_at_once_max = large_bodies_at_once_max;
  options.threads = server_threads;
  return options;
}

std::string shown_address(const net::ServerOptions& options) {
  const bool local = options.address == "127.0.0.1" || options.address == "localhost";
  const auto host = local                                            ? "localhost"
                    : options.address.find(':') != std::string::npos ? "[" + options.address + "]"
                                                                     : options.address;
  return fmt::format("http{}://{}:{}", options.certificate_file.empty() ? "" : "s", host,
                     options.port);
}

/// What the pages stand on, in the order in which it is opened.
struct Served {
  explicit Served(const std::filesystem::path& home) : readers(home), settings(home) {}
  monitor::ReaderPool readers;
  NodeSettings settings;
  std::optional<monitor::WatchKeeper> watch;
  std::unique_ptr<pagekit::WebFiles> web;
  knowledge::Framework framework;
  std::optional<monitor::WatchMeasures> measures;
  ExerciseCountry exercise;
  base::SystemClock clock;
  std::optional<monitor::pages::MonitorParts> parts;
  pagekit::Router router;
};

base::Status open_parts(Served& served, const std::filesystem::path& home,
                        const Installation& installation, const ServeOptions& options) {
  const std::filesystem::path web_root = options.web_root;
  auto web = web_root.empty() ? pagekit::WebFiles::load(installation.web, installation.web_built)
                              : pagekit::WebFiles::load(web_root, web_root / "built");
  if (!web) return std::unexpected(std::move(web.error()));
  served.web = std::move(*web);
  auto framework = knowledge::Framework::load(installation.data);
  if (!framework) return std::unexpected(std::move(framework.error()));
  served.framework = std::move(*framework);
  auto measures = monitor::WatchMeasures::load(installation.data);
  if (!measures) return std::unexpected(std::move(measures.error()));
  served.measures.emplace(std::move(*measures));
  served.exercise = read_exercise_country(installation.data);
  served.watch.emplace(served.readers,
                       served.settings.watch(*served.measures, served.exercise.code, served.clock));
  if (auto done = prepare_store(home, installation, served.clock, options); !done) return done;
  served.parts.emplace(monitor::pages::MonitorParts{
      *served.web,
      served.readers,
      *served.watch,
      served.framework,
      *served.measures,
      served.exercise,
      served.clock,
      home.filename().empty() ? home.parent_path().filename().string() : home.filename().string(),
      TOCSIN_VERSION,
      base::own_time_zone(),
      read_outline(installation.data),
      !(options.demo || has_desk(home)),
      new_secret(),
      {}});
  return {};
}

/// The host by which browsers may name this node beside its machine's own names.
std::string address_host(const ServeOptions& options, const net::ServerOptions& listen) {
  if (options.address.empty()) return net::is_loopback(listen.address) ? "" : listen.address;
  const auto begin = options.address.find("//");
  auto host = begin == std::string::npos ? options.address : options.address.substr(begin + 2);
  return host.substr(0, host.find_first_of("/:"));
}

base::Result<std::unique_ptr<DeskServer>> open_desk(Served& served,
                                                    const std::filesystem::path& home,
                                                    const Installation& installation,
                                                    const ServeOptions& options,
                                                    const net::ServerOptions& listen) {
  const auto& parts = *served.parts;
  auto smtp = read_smtp(options.smtp);
  if (!smtp) return std::unexpected(std::move(smtp.error()));
  auto others = read_others(options.others);
  if (!others) return std::unexpected(std::move(others.error()));
  const DeskSetting setting{home,
                            installation.data,
                            *served.web,
                            served.framework,
                            parts.node_name,
                            parts.version,
                            parts.time_zone,
                            options.address.empty() ? shown_address(listen) : options.address,
                            options.mail_from,
                            std::move(*smtp),
                            options.contact,
                            options.demo,
                            !options.certificate.empty(),
                            options.demo,
                            installation.gazetteer,
                            std::move(*others)};
  return DeskServer::open(options, setting, served.router);
}

/// With a desk the budget of false alarms is asked for by one and agreed to by another.
void ask_by_desk(Served& served, const std::unique_ptr<DeskServer>& desk) {
  using Waiting = std::optional<std::string>;
  served.parts->ask_budget = [&desk](const pagekit::Call& call,
                                     double budget) -> base::Result<Waiting> {
    auto session = people::session_of(call);
    if (!session) return std::unexpected(std::move(session.error()));
    const auto& rooms = desk->node().desk();
    auto asked =
        people::ask_setting(rooms, **session, people::budget_setting, fmt::format("{}", budget));
    if (asked) return Waiting{};
    if (asked.error().place != "setting_open") return std::unexpected(std::move(asked.error()));
    auto lease = rooms.readers.borrow();
    if (!lease) return std::unexpected(std::move(lease.error()));
    auto open = people::open_setting(**lease, people::budget_setting);
    if (!open) return std::unexpected(std::move(open.error()));
    // Answered in between: as it was refused, it may be asked for again.
    return *open ? Waiting{(*open)->value} : Waiting{std::string{}};
  };
}

base::Status use_agreed_budget(Served& served, const DeskNode& node) {
  return node.on_setting(people::budget_setting, [&served](std::string_view value) {
    const double budget = std::strtod(std::string(value).c_str(), nullptr);
    if (auto set = served.watch->set_false_alarms_per_year(budget); !set)
      base::log_error("the agreed budget is not in force: " + set.error().text());
    else if (served.parts->changed)
      served.parts->changed("watch");
  });
}

net::Response not_ready() {
  constexpr int unavailable = 503;
  net::Response answer;
  answer.status = unavailable;
  answer.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", "2"}};
  answer.body = "The node is starting. Try again in a moment.\n";
  return answer;
}

base::Status serve(const ServeOptions& options, net::ServerOptions listen) {
  auto home = find_home(options.home);
  if (!home) return std::unexpected(std::move(home.error()));
  if (auto checked = check_home(*home); !checked) return checked;
  auto installation = find_installation();
  if (!installation) return std::unexpected(std::move(installation.error()));
  Served served(*home);
  if (auto done = open_parts(served, *home, *installation, options); !done) return done;
  net::HttpServer* running = nullptr;
  served.parts->changed = [&running](std::string_view topic) {
    if (running != nullptr)
      running->publish("change", "{\"topic\":\"" + std::string(topic) + "\"}");
  };
  const bool with_desk = options.demo || has_desk(*home);
  if (!with_desk && !net::is_loopback(listen.address))
    return base::fail(ErrorCode::unsupported,
                      "without a desk a node answers only on its own "
                      "machine",
                      options.listen, "found a desk: tocsin init --person …");
  // The port is taken first: links that the desk sends out name it. Nothing is answered before all
  // is open, and the server is the first to go.
  std::unique_ptr<DeskServer> desk;
  if (with_desk) ask_by_desk(served, desk);
  auto make_front_pages = monitor::pages::add_monitor_routes(served.router, *served.parts);
  std::atomic<bool> ready{false};
  auto server = net::HttpServer::start(listen, [&](const net::Request& request) {
    if (!ready.load(std::memory_order_acquire)) return not_ready();
    if (desk == nullptr) return monitor::pages::serve_local(served.router, *served.parts, request);
    return monitor::pages::serve_named(*served.parts, request, address_host(options, listen),
                                       [&] { return desk->serve(request, served.router); });
  });
  if (!server) return std::unexpected(std::move(server.error()));
  listen.port = (*server)->port();
  if (with_desk) {
    auto opened = open_desk(served, *home, *installation, options, listen);
    if (!opened) return std::unexpected(std::move(opened.error()));
    desk = std::move(*opened);
    if (auto done = use_agreed_budget(served, desk->node()); !done) return done;
    if (auto done = desk->start(options, listen.port); !done) return done;
  }
  running = server->get();
  ready.store(true, std::memory_order_release);
  if (options.demo && !options.quiet)
    fmt::print(
        "This is a demonstration with an invented country; everything in it is marked as an "
        "exercise.\n");
  if (!options.quiet) {
    fmt::print("Tocsin is running at {}\nStop it with Ctrl-C.\n", shown_address(listen));
    if (desk != nullptr) fmt::print("{}", desk->greeting());
  }
  std::fflush(stdout);
  {
    const ChangeTeller changes(served.readers, *served.watch, std::move(make_front_pages),
                               **server);
    while (!stop_requested().load()) wait_for_stop(std::chrono::hours{24});
  }
  (*server)->stop();
  if (desk != nullptr) desk->stop();
  return {};
}

}  // namespace

int run_serve(const ServeOptions& options) {
  install_stop_signals();
  const auto listen = listen_on(options);
  if (!listen) return complain("serve", listen.error(), exit_wrong_usage);
  if (auto done = serve(options, *listen); !done) return complain("serve", done.error());
  return 0;
}

}  // namespace tocsin::app
