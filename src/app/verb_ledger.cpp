// SPDX-License-Identifier: Apache-2.0
#include "app/verb_ledger.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>
#include <thread>

#include "app/desk_node.hpp"
#include "app/installation.hpp"
#include "app/scratch.hpp"
#include "app/terminal.hpp"
#include "app/verify_tables.hpp"
#include "assess/attachment_tables.hpp"
#include "assess/source_desk.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/printable.hpp"
#include "base/sealed_file.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "ledger/rebuild.hpp"
#include "ledger/shares.hpp"
#include "ledger/verify.hpp"
#include "monitor/observation_schema.hpp"
#include "people/access_log.hpp"
#include "store/query.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::size_t small_file_bytes_max = 64U << 10;
/// A backup is opened by whoever has the file for as long as they like: guessing must be dear.
constexpr base::PasswordCost backup_cost{4, 256U << 20};
constexpr std::string_view node_file = "node.db";
/// Names of files of reports inside a backup, which holds plain names only.
const std::string file_prefix = "file-";
constexpr std::string_view observations_file = "observations.db";

base::Result<std::filesystem::path> home_with_desk(const LedgerOptions& options) {
  auto home = find_home(options.home);
  if (!home) return home;
  if (auto checked = check_home(*home); !checked)
    return std::unexpected(std::move(checked.error()));
  if (!has_desk(*home))
    return fail(ErrorCode::not_found, "this node has no desk, so there is no ledger",
                home->string(), "found one with: tocsin init --person …");
  return home;
}

base::Result<ledger::Head> read_head(const std::string& file) {
  auto text = base::read_file(file, small_file_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  auto head = ledger::parse_head(base::trim(*text));
  if (!head) return base::fail_at(file, std::move(head.error()));
  return head;
}

void print_verified(const ledger::Verified& verified, const people::AccessLogChecked& reads,
                    bool as_json) {
  if (as_json) {
    json::array faults;
    for (const auto& fault : verified.faults) {
      json::object item{{"object", fault.object}, {"what", fault.what}};
      if (fault.position) item["position"] = *fault.position;
      faults.push_back(std::move(item));
    }
    json::object log{{"entries", reads.entries}, {"anchors", reads.anchors}};
    if (reads.first_fault) {
      log["first_fault"] = *reads.first_fault;
      log["what"] = reads.what;
    }
    fmt::print("{}\n", json::serialize(json::object{{"revisions", verified.revisions},
                                                    {"heads", verified.heads},
                                                    {"root", base::to_hex(verified.head.root)},
                                                    {"faults", verified.faults_in_all},
                                                    {"list", std::move(faults)},
                                                    {"access_log", std::move(log)}}));
    return;
  }
  for (const auto& fault : verified.faults) {
    // What has no position is a file, a table or a key with a name; without a name, the log itself.
    auto where = fault.position ? fmt::format("position {}", *fault.position) : std::string();
    if (!fault.object.empty())
      where += (where.empty() ? "" : ", ") + std::string(base::printable(fault.object));
    fmt::print("{}: {}\n", where.empty() ? "the log" : where, base::printable(fault.what));
  }
  fmt::print("{} revisions, {} heads: {}\n", verified.revisions, verified.heads,
             verified.faults_in_all == 0 ? "no fault found"
                                         : fmt::format("{} fault{}", verified.faults_in_all,
                                                       verified.faults_in_all == 1 ? "" : "s"));
  if (reads.first_fault)
    fmt::print("the log of reads, entry {}: {}\n", *reads.first_fault, reads.what);
  fmt::print("{} reads of restricted things, {} anchored in the ledger: {}\n", reads.entries,
             reads.anchors, reads.first_fault ? "a fault" : "no fault found");
}

/// A file that a living report names must be there, with the content that its name says.
base::Status check_files(const std::filesystem::path& home, store::Database& database,
                         ledger::Verified& verified) {
  const assess::FileStore files(home / files_folder);
  auto names = assess::AttachmentReader(database).living_files();
  if (!names) return std::unexpected(std::move(names.error()));
  for (const auto& name : *names) {
    auto good = files.check(name);
    if (good) continue;
    ++verified.faults_in_all;
    verified.faults.push_back({{}, "files/" + name, good.error().message});
  }
  return {};
}

/// An identity that the ledger names must be in sources.db as it was sealed.
base::Status check_sources(const std::filesystem::path& home, store::Database& database,
                           ledger::Verified& verified) {
  std::unique_ptr<assess::SourceStore> kept;
  // Opening would make it anew.
  if (std::filesystem::exists(home / assess::source_file)) {
    auto opened = assess::SourceStore::open(home);
    if (!opened) return std::unexpected(std::move(opened.error()));
    kept = std::move(*opened);
  }
  auto missing = assess::missing_identities(database, kept.get());
  if (!missing) return std::unexpected(std::move(missing.error()));
  for (const auto& report : *missing) {
    ++verified.faults_in_all;
    verified.faults.push_back(
        {{},
         assess::source_file,
         "how the source of " + report + " can be reached is missing, or not what was sealed"});
  }
  return {};
}

/// What pages read must be what the ledger says. In a copy, so that the node may go on meanwhile.
base::Status check_copy(const std::filesystem::path& home, ledger::Verified& verified) {
  const auto lock = WriterLock::take(home, Written::check);
  if (!lock) return std::unexpected(lock.error());
  const Scratch scratch(home / "verify-in-work");
  if (auto made = scratch.make(); !made) return std::unexpected(std::move(made.error()));
  const auto path = scratch.folder() / node_file;
  if (auto done = copy_database(home / node_file, path); !done) return done;
  auto copy = store::open_sqlite(path);
  if (!copy) return std::unexpected(std::move(copy.error()));
  return check_tables(**copy, verified);
}

base::Result<bool> verify(const LedgerOptions& options) {
  auto home = home_with_desk(options);
  if (!home) return std::unexpected(std::move(home.error()));
  auto database = open_node_database(*home, true);
  if (!database) return std::unexpected(std::move(database.error()));
  ledger::VerifyOptions wanted;
  wanted.threads = std::max(1U, std::thread::hardware_concurrency());
  if (!options.head.empty()) {
    auto head = read_head(options.head);
    if (!head) return std::unexpected(std::move(head.error()));
    wanted.known = std::move(*head);
  }
  auto verified = ledger::verify_ledger(**database, wanted);
  if (!verified) return std::unexpected(std::move(verified.error()));
  // Revisions that are not what was signed make no tables to compare with.
  if (verified->faults_in_all == 0)
    if (auto done = check_copy(*home, *verified); !done)
      return std::unexpected(std::move(done.error()));
  if (auto done = check_files(*home, **database, *verified); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = check_sources(*home, **database, *verified); !done)
    return std::unexpected(std::move(done.error()));
  auto reads = people::verify_access_log(**database);
  if (!reads) return std::unexpected(std::move(reads.error()));
  if (!options.quiet) print_verified(*verified, *reads, options.json);
  const bool good = verified->faults_in_all == 0 && !reads->first_fault;
  if (!options.save_head.empty() && good)
    if (auto done = base::write_file(options.save_head, ledger::head_text(verified->head) + "\n");
        !done)
      return std::unexpected(std::move(done.error()));
  return good;
}

base::Result<bool> rebuild(const LedgerOptions& options) {
  auto home = home_with_desk(options);
  if (!home) return std::unexpected(std::move(home.error()));
  const auto lock = WriterLock::take(*home, Written::ledger);
  if (!lock) return std::unexpected(lock.error());
  auto database = open_node_database(*home);
  if (!database) return std::unexpected(std::move(database.error()));
  const Projections projections;
  auto rebuilt = ledger::rebuild(**database, projections.all());
  if (!rebuilt) return std::unexpected(std::move(rebuilt.error()));
  const bool same = rebuilt->tables_that_differ.empty();
  if (options.quiet) return same;
  if (options.json) {
    json::array differ(rebuilt->tables_that_differ.begin(), rebuilt->tables_that_differ.end());
    fmt::print("{}\n", json::serialize(json::object{{"revisions", rebuilt->revisions},
                                                    {"before", rebuilt->before},
                                                    {"after", rebuilt->after},
                                                    {"differ", std::move(differ)}}));
    return same;
  }
  for (const auto& table : rebuilt->tables_that_differ)
    fmt::print("{} was not what the ledger says; it is now\n", table);
  fmt::print("{} revisions read, dump {}\n", rebuilt->revisions, rebuilt->after);
  return same;
}

std::string backup_head(std::string_view salt) {
  return json::serialize(json::object{{"salt", base::base64url(salt)},
                                      {"passes", backup_cost.passes},
                                      {"memory", backup_cost.memory_bytes},
                                      {"program", TOCSIN_VERSION}});
}

base::Result<base::Secret> backup_key(std::string_view head, std::string_view prompt) {
  auto value = formats::parse_json(head);
  if (!value) return std::unexpected(std::move(value.error()));
  auto salt = base::from_base64url(formats::text_member(*value, "salt"));
  if (!salt) return std::unexpected(std::move(salt.error()));
  auto passphrase = read_passphrase(prompt);
  if (!passphrase) return passphrase;
  return base::derive_key(passphrase->bytes(), *salt, backup_cost);
}

/// Files of reports, as the copy of the database names them. One that a withdrawal removed since is
/// passed over: what it was sealed with is gone.
base::Status add_files(base::SealedFileWriter& writer, const std::filesystem::path& home,
                       const std::filesystem::path& copy) {
  auto database = store::open_sqlite(copy);
  if (!database) return std::unexpected(std::move(database.error()));
  auto names = assess::AttachmentReader(**database).living_files();
  if (!names) return std::unexpected(std::move(names.error()));
  for (const auto& name : *names)
    if (std::filesystem::exists(home / files_folder / name))
      if (auto done = writer.add(file_prefix + name, home / files_folder / name); !done)
        return done;
  return {};
}

/// Puts files of reports from where a backup unpacks them to where they belong.
base::Status place_files(const std::filesystem::path& home) {
  std::error_code error;
  std::filesystem::create_directories(home / files_folder, error);
  if (error) return fail(ErrorCode::io, error.message(), (home / files_folder).string());
  std::filesystem::permissions(home / files_folder, std::filesystem::perms::owner_all, error);
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(home))
    if (entry.path().filename().string().starts_with(file_prefix)) found.push_back(entry.path());
  for (const auto& path : found) {
    const auto name = path.filename().string().substr(file_prefix.size());
    if (!assess::is_stored_name(name)) continue;
    std::filesystem::rename(path, home / files_folder / name, error);
    if (error) return fail(ErrorCode::io, error.message(), path.string());
  }
  return {};
}

base::Status backup(const LedgerOptions& options) {
  auto home = home_with_desk(options);
  if (!home) return std::unexpected(std::move(home.error()));
  const auto salt = base::random_bytes(base::password_salt_size);
  const auto head = backup_head(salt);
  auto key = backup_key(head, "Passphrase for this backup: ");
  if (!key) return std::unexpected(std::move(key.error()));
  const auto lock = WriterLock::take(*home, Written::backup);
  if (!lock) return std::unexpected(lock.error());
  const Scratch scratch(*home / "backup-in-work");
  const auto cleared = scratch.make();
  if (!cleared) return std::unexpected(cleared.error());
  if (*cleared && !options.quiet)
    fmt::print("An earlier backup was killed; what it left in {} is cleared.\n",
               base::printable(scratch.folder().string()));
  auto writer = base::SealedFileWriter::create(options.file, *key, head);
  if (!writer) return std::unexpected(std::move(writer.error()));
  // The ledger first: what sources.db holds beyond it is wiped when the backup is restored, while
  // nothing that the ledger names is missing.
  std::vector<std::string_view> databases{node_file};
  if (std::filesystem::exists(*home / assess::source_file))
    databases.push_back(assess::source_file);
  if (options.with_observations) databases.push_back(observations_file);
  for (const auto name : databases) {
    const auto copy = scratch.folder() / name;
    if (auto done = copy_database(*home / name, copy); !done) return done;
    if (name == node_file)
      if (auto done = add_files(*writer, *home, copy); !done) return done;
    if (auto done = writer->add(name, copy); !done) return done;
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
  }
  // The salt of the passphrase belongs to the node; the demonstration's key file does not.
  if (std::filesystem::exists(*home / "node-key-salt"))
    if (auto done = writer->add("node-key-salt", *home / "node-key-salt"); !done) return done;
  if (auto done = writer->finish(); !done) return done;
  if (!options.quiet)
    fmt::print("{} holds the node as it was now. Restore it once on another machine to be sure.\n",
               base::printable(options.file));
  return {};
}

base::Result<base::SigningKey> root_of(const std::vector<std::string>& files) {
  std::vector<ledger::Share> shares;
  for (const auto& file : files) {
    auto text = base::read_file(file, small_file_bytes_max);
    if (!text) return std::unexpected(std::move(text.error()));
    auto share = ledger::parse_share(*text);
    if (!share) return base::fail_at(file, std::move(share.error()));
    shares.push_back(std::move(*share));
  }
  auto seed = ledger::join_shares(shares);
  if (!seed) return std::unexpected(std::move(seed.error()));
  return base::SigningKey::from_seed(seed->bytes());
}

/// Identities that had been erased when the backup was taken, or that it does not name, go.
base::Status wipe_sources(const std::filesystem::path& home, store::Database& node) {
  auto sources = assess::SourceStore::open(home);
  if (!sources) return std::unexpected(std::move(sources.error()));
  auto swept = (*sources)->sweep(assess::wanted_by(node));
  if (!swept) return std::unexpected(std::move(swept.error()));
  return {};
}

/// Verifies the copy, gives it a new node key, and wipes what had been erased when it was taken.
base::Status reopen(const std::filesystem::path& home, const LedgerOptions& options,
                    const base::SigningKey& root) {
  auto checked = open_node_database(home, true);
  if (!checked) return std::unexpected(std::move(checked.error()));
  auto verified = ledger::verify_ledger(**checked, {});
  if (!verified) return std::unexpected(std::move(verified.error()));
  if (verified->faults_in_all > 0)
    return fail(ErrorCode::corrupt, verified->faults.front().what, "the backup's ledger",
                "take another backup");
  checked->reset();
  auto master = find_node_key(home, options.key);
  if (!master) return std::unexpected(std::move(master.error()));
  auto database = open_node_database(home);
  if (!database) return std::unexpected(std::move(database.error()));
  const auto lock = WriterLock::take(home, Written::ledger);
  if (!lock) return std::unexpected(lock.error());
  const Projections projections;
  // Erasures are in the ledger: making the tables again does them again.
  auto rebuilt = ledger::rebuild(**database, projections.all());
  if (!rebuilt) return std::unexpected(std::move(rebuilt.error()));
  const base::SystemClock clock;
  ledger::Vault vault;
  auto opened = ledger::Ledger::open(std::move(*database), {vault, projections.all(), clock});
  if (!opened) return std::unexpected(std::move(opened.error()));
  auto side = open_node_database(home);
  if (!side) return std::unexpected(std::move(side.error()));
  if (auto done = vault.unlock(**side, std::move(*master)); !done) return done;
  if (auto done = (*opened)->reincarnate(root); !done) return done;
  if (auto done = wipe_sources(home, **side); !done) return done;
  if (!options.quiet)
    fmt::print("{} revisions, all checked; the log goes on under a new node key.\n",
               verified->revisions);
  return (*opened)->purge();
}

base::Status restore(const LedgerOptions& options) {
  auto home = find_home(options.home);
  if (!home) return std::unexpected(std::move(home.error()));
  if (std::filesystem::exists(*home) && !std::filesystem::is_empty(*home))
    return fail(ErrorCode::conflict, "the folder is not empty", home->string(),
                "restore into a new folder");
  auto root = root_of(options.shares);
  if (!root) return std::unexpected(std::move(root.error()));
  auto head = base::read_sealed_head(options.file);
  if (!head) return std::unexpected(std::move(head.error()));
  auto key = backup_key(*head, "Passphrase of this backup: ");
  if (!key) return std::unexpected(std::move(key.error()));
  std::error_code error;
  std::filesystem::create_directories(*home, error);
  if (error) return fail(ErrorCode::io, error.message(), home->string());
  std::filesystem::permissions(*home, std::filesystem::perms::owner_all, error);
  auto done = base::unpack_sealed(options.file, *key, *home, {});
  if (done) done = place_files(*home);
  if (done) done = reopen(*home, options, *root);
  if (!done) {
    // The folder was empty before: half a node is not left in it.
    std::filesystem::remove_all(*home, error);
    return done;
  }
  if (!std::filesystem::exists(*home / observations_file))
    if (auto opened = monitor::open_observations(*home); !opened)
      return std::unexpected(std::move(opened.error()));
  if (!options.quiet) fmt::print("The node is in {}\n", base::printable(home->string()));
  return {};
}

base::Status recover(const LedgerOptions& options) {
  auto home = home_with_desk(options);
  if (!home) return std::unexpected(std::move(home.error()));
  const auto lock = WriterLock::take(*home, Written::ledger);
  if (!lock) return std::unexpected(lock.error());
  auto master = find_node_key(*home, options.key);
  if (!master) return std::unexpected(std::move(master.error()));
  auto database = open_node_database(*home);
  if (!database) return std::unexpected(std::move(database.error()));
  const Projections projections;
  const base::SystemClock clock;
  ledger::Vault vault;
  auto opened = ledger::Ledger::open(std::move(*database), {vault, projections.all(), clock});
  if (!opened) return std::unexpected(std::move(opened.error()));
  auto side = open_node_database(*home);
  if (!side) return std::unexpected(std::move(side.error()));
  if (auto done = vault.unlock(**side, std::move(*master)); !done) return done;
  auto link = people::recover_at_the_machine(**opened, options.log_in);
  if (!link) return std::unexpected(std::move(link.error()));
  if (options.json) {
    fmt::print("{}\n", json::serialize(json::object{{"log_in", link->log_in},
                                                    {"link", "/invitation/" + link->token}}));
    return {};
  }
  if (options.quiet) {
    fmt::print("/invitation/{}\n", link->token);
    return {};
  }
  fmt::print(
      "The old password, second factor and key of {} count no more; the record shows it.\n"
      "Hand over this link, which works once:\n  /invitation/{}\n",
      link->log_in, link->token);
  return {};
}

}  // namespace

int run_verify(const LedgerOptions& options) {
  const auto good = verify(options);
  if (!good) return complain("verify", good.error());
  return *good ? 0 : 1;
}

int run_rebuild(const LedgerOptions& options) {
  const auto same = rebuild(options);
  if (!same) return complain("rebuild", same.error());
  return *same ? 0 : 1;
}

int run_backup(const LedgerOptions& options) {
  if (auto done = backup(options); !done) return complain("backup", done.error());
  return 0;
}

int run_recover(const LedgerOptions& options) {
  if (auto done = recover(options); !done) return complain("recover", done.error());
  return 0;
}

int run_restore(const LedgerOptions& options) {
  if (auto done = restore(options); !done) return complain("restore", done.error());
  return 0;
}

}  // namespace tocsin::app
