// SPDX-License-Identifier: Apache-2.0
#include "app/desk_node.hpp"

#include <mutex>

#include "assess/draft_rule.hpp"
#include "assess/situation_tables.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "inform/assessment_ref.hpp"
#include "inform/emergency_mail.hpp"
#include "ledger/sealed_text.hpp"
#include "monitor/coding/coder.hpp"
#include "monitor/reader_pool.hpp"
#include "people/access_log.hpp"
#include "people/credential.hpp"
#include "people/emergency_desk.hpp"
#include "people/key_log_in.hpp"
#include "store/query.hpp"

namespace tocsin::app {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::chrono::hours sweep_every{1};
/// Once the data key is gone nothing opens a file; this only gives back the room.
constexpr std::chrono::minutes files_swept_every{1};

/// What everybody may see before a log-in: files of the pages, health; in a demonstration the
/// watch pages too, which hold nothing but the exercise.
std::vector<std::string> public_paths(bool watch_is_public) {
  std::vector<std::string> paths{"/assets/*", "/healthz", "/readyz", "/outlines/*", "/notice/*"};
  if (watch_is_public)
    for (const auto* path :
         {"/", "/demo", "/observations", "/observations/*", "/observations.csv", "/places",
          "/places/*", "/sources", "/imports/*", "/indicators", "/method", "/api/v1/*"})
      paths.emplace_back(path);
  return paths;
}

/// Whoever's name was erased is the account that signed.
std::string shown_name(std::string_view account, const people::OpenAccount& open) {
  return open.name.empty() ? std::string(account) : open.name;
}

}  // namespace

Projections::Projections()
    : list_{&accounts_,    &people_,      &emergencies_, &settings_, &reports_,
            &attachments_, &intake_,      &situations_,  &sources_,  &retention_,
            &warnings_,    &authorities_, &notices_,     &outbox_} {}

bool has_desk(const std::filesystem::path& home) {
  auto database = open_node_database(home, true);
  if (!database) return false;
  const auto count = [](const store::Statement& row) { return row.integer(0); };
  auto table =
      store::first(**database, "SELECT count(*) FROM sqlite_master WHERE name = 'account'", count);
  if (!table || !*table || **table == 0) return false;
  auto people = store::first(**database, "SELECT count(*) FROM account", count);
  return people && *people && **people > 0;
}

base::Result<std::unique_ptr<store::Database>> open_node_database(const std::filesystem::path& home,
                                                                  bool read_only) {
  store::SqliteOptions options;
  options.read_only = read_only;
  options.every_commit_synced = true;
  options.wipe_deleted = true;
  return store::open_sqlite(home / "node.db", options);
}

/// Of an observation without a marked sentence, so much is offered as its excerpt.
constexpr std::size_t excerpt_bytes_max = 500;

struct DeskNode::Parts {
  explicit Parts(const DeskSetting& setting)
      : home(setting.home),
        gazetteer(setting.gazetteer),
        files(setting.home / files_folder),
        readers([folder = setting.home] { return open_node_database(folder, true); }),
        observations(setting.home),
        sessions(steady),
        throttle(steady),
        emergencies(clock, steady),
        ceremonies(steady, people::relying_party_of(setting.address)) {}

  std::filesystem::path home;
  std::optional<WriterLock> lock;
  std::filesystem::path gazetteer;
  base::SystemClock clock;
  base::SteadyClock steady;
  Projections projections;
  ledger::Vault vault;
  assess::FileStore files;
  store::ConnectionPool readers;
  monitor::ReaderPool observations;
  std::unique_ptr<ledger::Ledger> ledger;
  std::optional<people::Permissions> permissions;
  std::optional<people::RolePairs> pairs;
  std::optional<people::PasswordRules> rules;
  people::Sessions sessions;
  people::Throttle throttle;
  people::PasswordSlots slots;
  people::EmergencyBoard emergencies;
  people::KeyCeremonies ceremonies;
  std::optional<people::Desk> desk;
  std::unique_ptr<assess::SourceStore> source_store;
  std::optional<assess::Custody> custody;
  std::optional<assess::SourceParts> sources;
  std::optional<assess::Retention> terms;
  std::optional<assess::RetentionParts> retention;
  std::optional<assess::RetentionJob> retention_job;
  std::optional<people::AccountParts> accounts;
  std::optional<pagekit::PageSet> pages;
  std::optional<people::PeoplePagesParts> people_pages;
  std::optional<people::Gate> gate;
  std::optional<base::Instant> files_swept;  ///< when files of erased reports were last looked for
  std::mutex coder_mutex;                    ///< a coder works on one text at a time
  std::unique_ptr<monitor::coding::Coder> coder;
  std::unique_ptr<BlurByGazetteer> blur;
  std::optional<assess::TextGrammar> grammar;
  std::optional<assess::IntakeParts> intake_parts;
  std::optional<assess::MessageIntake> intake;
  std::optional<assess::DropFolder> drop;
  std::optional<assess::AssessParts> assess;
  std::optional<assess::ReporterParts> reporter;
  std::optional<inform::Rules> inform_rules;
  std::optional<inform::InformParts> inform;
  std::optional<net::SmtpMailer> mailer;
  std::optional<net::CurlPoster> poster;
  std::optional<inform::Dispatcher> dispatcher;
  std::optional<base::Instant> swept;           ///< steady
  std::optional<std::int64_t> gone_when_swept;  ///< reports whose words were erased

  base::Status open_ledger(base::Secret master);
  base::Status open_sources();
  /// What is open past its time ends; what has come to its term is erased; once an hour, and first
  /// of all at the start, what the ledger does not name is wiped.
  base::Status run_sources();
  base::Status load_rules(const std::filesystem::path& data);
  void make_rooms(const DeskSetting& setting);
  [[nodiscard]] base::Status make_inform(const DeskSetting& setting);
  [[nodiscard]] base::Status sweep_files();
  void make_intake(const DeskSetting& setting);
  /// Takes in what was dropped; what fails is tried again with the next run.
  void run_drop();
  [[nodiscard]] std::string name_of_account(store::Database& database, std::string_view account);
  [[nodiscard]] std::string name_of_key(std::string_view key_object);
  [[nodiscard]] base::Result<assess::Observed> observed(std::int64_t number);
  [[nodiscard]] std::vector<assess::Suggestion> suggest(std::string_view text,
                                                        std::string_view language);
};

base::Status DeskNode::Parts::open_ledger(base::Secret master) {
  auto database = open_node_database(home);
  if (!database) return std::unexpected(std::move(database.error()));
  auto opened = ledger::Ledger::open(std::move(*database), {vault, projections.all(), clock});
  if (!opened) return std::unexpected(std::move(opened.error()));
  ledger = std::move(*opened);
  auto side = open_node_database(home);
  if (!side) return std::unexpected(std::move(side.error()));
  return vault.unlock(**side, std::move(master));
}

base::Status DeskNode::Parts::open_sources() {
  auto opened = assess::SourceStore::open(home);
  if (!opened) return std::unexpected(std::move(opened.error()));
  source_store = std::move(*opened);
  return {};
}

base::Status DeskNode::Parts::run_sources() {
  if (vault.locked()) return {};
  const assess::SourceDesk source_desk(*sources);
  if (auto closed = source_desk.close_due(); !closed)
    return std::unexpected(std::move(closed.error()));
  if (auto erased = retention_job->run_due(); !erased)
    return std::unexpected(std::move(erased.error()));
  // A report may have been taken back by a text message, or by another program: then at once.
  auto lease = readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto gone =
      store::first(**lease, "SELECT count(*) FROM report WHERE state IN ('withdrawn', 'erased')",
                   [](const store::Statement& row) { return row.integer(0); });
  if (!gone) return std::unexpected(std::move(gone.error()));
  const auto now = steady.now();
  if (swept && now - *swept < sweep_every && *gone == gone_when_swept) return {};
  if (auto done = source_desk.sweep(); !done) return done;
  swept = now;
  gone_when_swept = *gone;
  return {};
}

base::Status DeskNode::Parts::load_rules(const std::filesystem::path& data) {
  auto loaded_permissions = people::Permissions::load(data);
  if (!loaded_permissions) return std::unexpected(std::move(loaded_permissions.error()));
  permissions = std::move(*loaded_permissions);
  auto loaded_pairs = people::RolePairs::load(data);
  if (!loaded_pairs) return std::unexpected(std::move(loaded_pairs.error()));
  pairs = std::move(*loaded_pairs);
  auto loaded_grammar = assess::TextGrammar::load(data);
  if (!loaded_grammar) return std::unexpected(std::move(loaded_grammar.error()));
  grammar = std::move(*loaded_grammar);
  auto loaded_rules = people::PasswordRules::load(data);
  if (!loaded_rules) return std::unexpected(std::move(loaded_rules.error()));
  rules = std::move(*loaded_rules);
  auto coder_data = monitor::coding::CoderData::load(data);
  if (!coder_data) return std::unexpected(std::move(coder_data.error()));
  coder = std::make_unique<monitor::coding::Coder>(*coder_data);
  auto made = BlurByGazetteer::open(gazetteer, std::move(*coder_data));
  if (!made) return std::unexpected(std::move(made.error()));
  blur = std::move(*made);
  auto loaded_terms = assess::Retention::load(data, inform::kept_rules());
  if (!loaded_terms) return std::unexpected(std::move(loaded_terms.error()));
  terms = std::move(*loaded_terms);
  return {};
}

std::string DeskNode::Parts::name_of_key(std::string_view key_object) {
  auto lease = readers.borrow();
  if (!lease) return {};
  const auto holder = people::holder_of(**lease, key_object);
  if (!holder || holder->empty()) return {};
  const auto account = people::find_account(**lease, *holder);
  if (!account) return {};
  const auto opened = people::open_account(**lease, vault, *account);
  return opened ? shown_name(*holder, *opened) : std::string{};
}

std::vector<assess::Suggestion> DeskNode::Parts::suggest(std::string_view text,
                                                         std::string_view language) {
  monitor::coding::TextToCode given;
  given.text = text;
  given.language = language;
  std::vector<assess::Suggestion> suggestions;
  const std::lock_guard guard(coder_mutex);
  const auto coded = coder->code(given);
  for (const auto& link : coded.indicators) suggestions.push_back({link.id, link.because});
  return suggestions;
}

base::Result<assess::Observed> DeskNode::Parts::observed(std::int64_t number) {
  auto lease = observations.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto seen = (**lease)->observation(number);
  if (!seen) return std::unexpected(std::move(seen.error()));
  assess::Observed found;
  found.text = seen->title.empty() ? seen->text : seen->title + "\n" + seen->text;
  const auto& read = seen->text.empty() ? seen->title : seen->text;  // what spans count in
  if (seen->span.end > seen->span.begin && seen->span.end <= read.size())
    found.excerpt = read.substr(seen->span.begin, seen->span.end - seen->span.begin);
  if (found.excerpt.empty()) found.excerpt = base::cut(found.text, excerpt_bytes_max);
  // One name for one publisher, so that what it says twice counts as one source.
  found.source = seen->publisher.empty() ? seen->format + " " + seen->locator : seen->publisher;
  found.day = seen->day;
  for (const auto& indicator : seen->indicators) found.indicators.push_back(indicator.id);
  found.exercise = seen->exercise;
  return found;
}

void DeskNode::Parts::make_rooms(const DeskSetting& setting) {
  const auto member = ledger->member();
  pages.emplace(pagekit::FrameParts{setting.web, clock, member, setting.version, setting.time_zone,
                                    setting.exercise});
  desk.emplace(people::Desk{*ledger, readers, vault, *permissions, clock});
  custody.emplace(*desk, *source_store);
  sources.emplace(assess::SourceParts{*desk, *source_store, *custody});
  retention.emplace(assess::RetentionParts{*sources, *terms, steady});
  retention_job.emplace(*retention);
  accounts.emplace(people::AccountParts{*desk,
                                        vault,
                                        *pairs,
                                        *rules,
                                        sessions,
                                        throttle,
                                        slots,
                                        {},
                                        member,
                                        emergencies,
                                        ceremonies,
                                        &*custody});
  const people::Cookies cookies(setting.tls);
  people_pages.emplace(people::PeoplePagesParts{
      *pages, *accounts, cookies, base::to_hex(base::sha256(base::random_bytes(32))), "/desk",
      setting.address, [this](const auto& person, const auto& draft) {
        return assess::draft_stands(*desk, person, draft);
      }});
  gate.emplace(*accounts, cookies, public_paths(setting.watch_is_public));
  make_intake(setting);
  assess.emplace(assess::AssessParts{
      *desk,
      *pages,
      setting.framework,
      [this](std::string_view key) { return name_of_key(key); },
      [this](std::string_view text, std::string_view language) { return suggest(text, language); },
      {},
      &*sources,
      &*retention,
      [this](const assess::ToldWhere& told) { return blur->blur(told); },
      &files,
      &*intake,
      [this](std::int64_t number) { return observed(number); }});
  reporter.emplace(assess::ReporterParts{*desk, *pages, files, member, setting.others,
                                         setting.exercise, &*sources});
}

std::string DeskNode::Parts::name_of_account(store::Database& database, std::string_view account) {
  const auto found = people::find_account(database, account);
  if (!found) return {};
  const auto opened = people::open_account(database, vault, *found);
  return opened ? shown_name(account, *opened) : std::string{};
}

base::Status DeskNode::Parts::make_inform(const DeskSetting& setting) {
  auto loaded = inform::Rules::load(setting.data);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  inform_rules = std::move(*loaded);
  assess->exercise = setting.exercise;
  assess->toolbox = [this](std::string_view language) {
    std::vector<assess::ToolboxEntry> entries;
    for (const auto& measure : inform_rules->measures())
      entries.push_back({measure.id, pages->words(language).looked_up("toolbox", measure.id),
                         measure.coercion_max});
    return entries;
  };
  inform.emplace(inform::InformParts{
      *desk,
      *inform_rules,
      *pages,
      {ledger->member(), setting.address, setting.mail_from, setting.contact},
      [this](store::Database& database, std::string_view revision) {
        return inform::finished_assessment(vault, database, revision);
      },
      [this](store::Database& database, std::string_view account) {
        return name_of_account(database, account);
      },
      [this](std::string_view account, std::string_view act, std::string_view object) {
        return ledger->act([&](ledger::Pen& pen) -> base::Status {
          return people::note_read(pen, account, act, object);
        });
      },
      &assess->framework});
  accounts->tell_emergency = [this](ledger::Pen& pen, std::string_view emergency) {
    return inform::tell_of_emergency(*inform, pen, emergency);
  };
  if (setting.smtp) {
    auto made = net::SmtpMailer::make(*setting.smtp);
    if (!made) return std::unexpected(std::move(made.error()));
    mailer.emplace(std::move(*made));
  }
  poster.emplace("tocsin/" + setting.version);
  dispatcher.emplace(*inform, mailer ? &*mailer : nullptr, &*poster);
  return {};
}

void DeskNode::Parts::make_intake(const DeskSetting& setting) {
  intake_parts.emplace(
      assess::IntakeParts{*desk, files, *grammar, setting.exercise,
                          [this](const std::string& report, const std::string& reach) {
                            return assess::SourceDesk(*sources).leave(report, {reach, {}});
                          }});
  intake.emplace(*intake_parts);
  drop.emplace(assess::DropParts{
      *intake, home / drop_folder, [this](const assess::TakenIn& taken) {
        const bool known = taken.language == "ar" || taken.language == "fr";
        const auto& words = pages->words(known ? taken.language : "en");
        const auto key = "text_answer." + std::string(assess::name_of(taken.outcome));
        // Without a code there is nothing to say to a message that came again.
        const bool says = taken.outcome != assess::Outcome::again || !taken.receipt.empty();
        return says && words.has(key) ? words.message(key, {{"receipt", taken.receipt}})
                                      : std::string{};
      }});
}

void DeskNode::Parts::run_drop() {
  if (vault.locked()) return;
  auto done = drop->make();
  if (done) {
    auto counts = drop->run(std::filesystem::file_time_type::clock::now());
    if (!counts) done = std::unexpected(std::move(counts.error()));
  }
  if (done) {
    auto late = intake->take_late_parts();
    if (!late) done = std::unexpected(std::move(late.error()));
  }
  if (!done && done.error().code != ErrorCode::unavailable)
    base::log_error("what was dropped could not be taken in: " + done.error().text());
}

base::Status DeskNode::Parts::sweep_files() {
  const auto now = clock.now();
  if (files_swept && now - *files_swept < files_swept_every && now >= *files_swept) return {};
  files_swept = now;
  auto lease = readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto removed = assess::sweep_files(files, **lease);
  if (!removed) return std::unexpected(std::move(removed.error()));
  return {};
}

DeskNode::DeskNode(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DeskNode::~DeskNode() = default;

base::Result<std::unique_ptr<DeskNode>> DeskNode::open(const DeskSetting& setting,
                                                       base::Secret master) {
  auto lock = WriterLock::take(setting.home, Written::ledger);
  if (!lock) return std::unexpected(std::move(lock.error()));
  auto parts = std::make_unique<Parts>(setting);
  parts->lock.emplace(std::move(*lock));
  if (auto done = parts->open_ledger(std::move(master)); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = parts->load_rules(setting.data); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = parts->open_sources(); !done) return std::unexpected(std::move(done.error()));
  parts->make_rooms(setting);
  if (auto done = parts->make_inform(setting); !done)
    return std::unexpected(std::move(done.error()));
  return std::unique_ptr<DeskNode>(new DeskNode(std::move(parts)));
}

void DeskNode::add_routes(pagekit::Router& router) const {
  people::add_people_routes(router, *parts_->people_pages);
  assess::add_assess_routes(router, *parts_->assess);
  inform::add_inform_routes(router, *parts_->inform);
  inform::add_notice_routes(router, *parts_->inform);
}

void DeskNode::add_reporter_routes(pagekit::Router& router) const {
  assess::add_reporter_routes(router, *parts_->reporter);
}

const people::Gate& DeskNode::gate() const {
  return *parts_->gate;
}
const people::AccountParts& DeskNode::accounts() const {
  return *parts_->accounts;
}
const people::Desk& DeskNode::desk() const {
  return *parts_->desk;
}
base::Status DeskNode::run_due() const {
  // What cannot be written about one thing must not stop the rest.
  if (auto done = people::settle_emergencies(*parts_->accounts);
      !done && done.error().code != ErrorCode::unavailable)
    base::log_error("the end of emergency access could not be recorded: " + done.error().text());
  parts_->run_drop();
  if (auto done = parts_->run_sources(); !done) return done;
  auto ran = parts_->dispatcher->run_due(parts_->clock.now());
  if (!ran) return std::unexpected(std::move(ran.error()));
  return parts_->sweep_files();
}
base::Status DeskNode::on_setting(std::string_view name,
                                  std::function<void(std::string_view value)> use) const {
  auto lease = parts_->readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto kept = people::setting_in_force(**lease, name);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (*kept) use(**kept);
  parts_->accounts->setting_agreed = [name = std::string(name), use = std::move(use)](
                                         std::string_view agreed, std::string_view value) {
    if (agreed == name) use(value);
  };
  return {};
}

const pagekit::PageSet& DeskNode::pages() const {
  return *parts_->pages;
}
ledger::Ledger& DeskNode::ledger() const {
  return *parts_->ledger;
}

}  // namespace tocsin::app
