// SPDX-License-Identifier: Apache-2.0
// Reads feed files the way `tocsin ingest` does, without a store, and prints for each file its
// counts, rows per second of processor time, and the peak memory of the whole run.
//
//   read_feeds DATA_FEEDS_FOLDER PATH…     (folder data/feeds; files or folders)
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <ctime>

#include "monitor/feeds/intake.hpp"

namespace {

using namespace tocsin;
using namespace tocsin::monitor::feeds;

class DroppingSink final : public IntakeSink {
 public:
  base::Status begin(const ImportedFile&) override { return {}; }
  base::Status end(const ImportedFile&) override { return {}; }
  base::Status kept(FeedRecord& record) override {
    bytes += record.id.size();
    return {};
  }
  void rejected(std::uint64_t line, std::string_view reason) override {
    if (first_rejection.empty()) first_rejection = fmt::format("line {}: {}", line, reason);
  }
  void out_of_scope(std::uint64_t, std::string_view) override {}
  std::size_t bytes = 0;
  std::string first_rejection;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void read_one(const std::filesystem::path& path, const Tables& tables) {
  DroppingSink sink;
  const double begin = processor_seconds();
  auto files = take_in(path, path.filename().string(), "", tables, sink);
  const double seconds = processor_seconds() - begin;
  if (!files) return fmt::print("{}\n", files.error().text());
  for (const auto& file : *files) {
    const auto& counts = file.counts;
    fmt::print("{} {} rows {} = kept {} + out of scope {} + rejected {}; {:.0f} rows/s\n",
               file.path, file.format == nullptr ? "-" : file.format->name, counts.rows,
               counts.kept, counts.out_of_scope, counts.rejected,
               static_cast<double>(counts.rows) / seconds);
    if (file.error) fmt::print("    {}\n", file.error->text());
  }
  if (!sink.first_rejection.empty()) fmt::print("    first rejection: {}\n", sink.first_rejection);
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return fmt::print(stderr, "usage: read_feeds DATA_FEEDS_FOLDER PATH…\n"), 2;
  auto tables = Tables::load(words[1]);
  if (!tables) return fmt::print(stderr, "{}\n", tables.error().text()), 1;
  for (int i = 2; i < count; ++i) {
    auto files = list_feed_files(words[i]);
    if (!files) return fmt::print(stderr, "{}\n", files.error().text()), 1;
    for (const auto& file : files->files) read_one(file, *tables);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("peak memory {} MB\n", usage.ru_maxrss / 1024);
  return 0;
}
