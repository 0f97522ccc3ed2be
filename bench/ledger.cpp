// SPDX-License-Identifier: Apache-2.0
// Acts a second with every commit synced, beside the disk's own synced writes; and the checking of
// a ledger beside libsodium's bare checking of as many signatures, in one run.
//
//   tocsin_bench_ledger FOLDER [ACTS [THREADS]]
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"
#include "store/query.hpp"

using namespace tocsin;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One row a note, as a small capability would project it.
class Notes final : public ledger::Projection {
 public:
  std::string_view name() const override { return "notes"; }
  std::span<const store::Migration> migrations() const override {
    static constexpr std::array<store::Migration, 1> steps{
        {{1, "notes", "CREATE TABLE note (object TEXT PRIMARY KEY, title TEXT NOT NULL)"}}};
    return steps;
  }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names{"note"};
    return names;
  }
  std::span<const std::string_view> types() const override { return tables(); }
  base::Status apply(store::Database& database, const ledger::Revision& revision) const override {
    return store::run(database, "INSERT INTO note VALUES (?1, ?2)", revision.envelope.object,
                      revision.text("title"));
  }
};

/// Synced 4 kB writes a second of this disk: what a commit alone would cost.
double synced_writes_per_second(const std::filesystem::path& folder) {
  const auto file = folder / "probe";
  const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  const std::string page(4096, 'x');
  constexpr int writes = 200;
  const auto start = Clock::now();
  for (int i = 0; i < writes; ++i)
    if (::write(descriptor, page.data(), page.size()) < 0 || ::fdatasync(descriptor) != 0) break;
  const auto rate = writes / seconds_since(start);
  ::close(descriptor);
  std::filesystem::remove(file);
  return rate;
}

double bare_checks_per_second(unsigned threads) {
  const auto key = base::SigningKey::make();
  const std::string message(60, 'm');
  const auto signature = key.sign(message);
  constexpr int checks = 20'000;
  std::atomic<int> good = 0;
  const auto start = Clock::now();
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      for (int i = 0; i < checks; ++i)
        if (base::verify_signature(key.public_key(), message, signature)) ++good;
    });
  for (auto& worker : workers) worker.join();
  return good / seconds_since(start);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: tocsin_bench_ledger FOLDER [ACTS [THREADS]]\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const int acts = count > 2 ? std::atoi(arguments[2]) : 100'000;
  const unsigned threads = count > 3 ? static_cast<unsigned>(std::atoi(arguments[3])) : 64;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto disk = synced_writes_per_second(folder);
  store::SqliteOptions options;
  options.every_commit_synced = true;
  options.wipe_deleted = true;
  const base::SystemClock clock;
  const Notes notes;
  const std::array<const ledger::Projection*, 1> projections{&notes};
  ledger::Vault vault;
  auto opened = ledger::Ledger::open(std::move(*store::open_sqlite(folder / "node.db", options)),
                                     {vault, projections, clock});
  auto side = store::open_sqlite(folder / "node.db", options);
  if (!opened || !side || !vault.unlock(**side, base::Secret::random(32)) ||
      !(*opened)->found(base::SigningKey::make(), "bench"))
    return 1;
  const auto person = base::SigningKey::make();
  auto key = (*opened)->act([&](ledger::Pen& pen) {
    ledger::Draft draft;
    draft.object = pen.new_object(ledger::key_type);
    draft.type = ledger::key_type;
    draft.fields = ledger::key_fields({draft.object,
                                       ledger::KeyKind::person,
                                       "account:bench",
                                       person.public_key(),
                                       "",
                                       pen.now(),
                                       pen.now() + std::chrono::years{1},
                                       {}});
    return pen.append_as_node(draft);
  });
  if (!key) return 1;
  std::atomic<int> left = acts;
  std::atomic<int> failed = 0;
  const auto start = Clock::now();
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      while (left.fetch_sub(1) > 0) {
        auto kept = (*opened)->act([&](ledger::Pen& pen) {
          ledger::Draft draft;
          draft.object = pen.new_object("note");
          draft.type = "note";
          draft.fields = {{"title", "one of many acts"}, {"state", "open"}, {"number", 7}};
          return pen.append(draft, {key->envelope.object, &person});
        });
        if (!kept) ++failed;
      }
    });
  for (auto& worker : workers) worker.join();
  const auto rate = acts / seconds_since(start);
  opened->reset();
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  const auto bare = bare_checks_per_second(cores);
  ledger::VerifyOptions wanted;
  wanted.threads = cores;
  const auto begun = Clock::now();
  auto verified = ledger::verify_ledger(**side, wanted);
  const auto checked = acts / seconds_since(begun);
  if (!verified) return 1;
  fmt::print("{} cores, {} acts by {} threads, {} failed, {} faults\n", cores, acts, threads,
             failed.load(), verified->faults_in_all);
  fmt::print("acts a second, synced: {:.0f} (the disk alone: {:.0f} synced writes a second)\n",
             rate, disk);
  fmt::print(
      "revisions checked a second: {:.0f}; bare signatures by libsodium: {:.0f}; share {:.2f}\n",
      checked, bare, checked / bare);
  std::filesystem::remove_all(folder);
  return 0;
}
