// SPDX-License-Identifier: Apache-2.0
#include "app/node.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>

#include "app/exercise_country.hpp"
#include "base/log.hpp"
#include "monitor/observation_schema.hpp"

namespace tocsin::app {
namespace {

std::atomic<bool> stop_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only set such a flag");

/// Readable once a stop is requested, so that whoever waits wakes at once; -1 until installed.
std::atomic<int> stop_event{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may read nothing else");

void on_stop_signal(int) {
  const int kept = errno;
  stop_flag.store(true);
  const std::uint64_t one = 1;
  // Nothing can be done about a failure here; the flag is set, and waiting ends by its own time.
  if (const int event = stop_event.load(); event >= 0) [[maybe_unused]]
    const auto written = ::write(event, &one, sizeof one);
  errno = kept;
}

}  // namespace

const std::atomic<bool>& stop_requested() {
  return stop_flag;
}

void wait_for_stop(std::chrono::milliseconds longest) {
  if (stop_flag.load()) return;
  constexpr std::chrono::milliseconds int_max{std::numeric_limits<int>::max()};
  pollfd waited{stop_event.load(), POLLIN, 0};
  // A descriptor below zero is passed over, then only the time ends the wait.
  ::poll(&waited, 1,
         static_cast<int>(std::clamp(longest, std::chrono::milliseconds{0}, int_max).count()));
}

void install_stop_signals() {
  if (stop_event.load() < 0) stop_event.store(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  struct sigaction action{};
  action.sa_handler = on_stop_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

base::Result<std::unique_ptr<IntakeNode>> IntakeNode::open(const std::filesystem::path& home,
                                                           const Installation& installation,
                                                           const base::Clock& clock,
                                                           const std::vector<std::string>& actors) {
  auto lock = WriterLock::take(home, Written::observations);
  if (!lock) return std::unexpected(std::move(lock.error()));
  std::unique_ptr<IntakeNode> node(new IntakeNode(home, std::move(*lock), clock));
  auto tables = monitor::feeds::Tables::load(installation.data / "feeds");
  if (!tables) return std::unexpected(std::move(tables.error()));
  node->tables_.emplace(std::move(*tables));
  auto measures = monitor::WatchMeasures::load(installation.data);
  if (!measures) return std::unexpected(std::move(measures.error()));
  node->measures_.emplace(std::move(*measures));
  auto follow_ups = monitor::FollowUps::load(installation.data);
  if (!follow_ups) return std::unexpected(std::move(follow_ups.error()));
  node->follow_ups_.emplace(std::move(*follow_ups));
  if (std::filesystem::exists(installation.gazetteer)) {
    auto opened = knowledge::Gazetteer::open(installation.gazetteer);
    if (!opened) return std::unexpected(std::move(opened.error()));
    node->gazetteer_.emplace(std::move(*opened));
    node->finder_.emplace(*node->gazetteer_);
  } else {
    base::log_warning(
        "no gazetteer is built, so places keep the names their sources gave; run "
        "scripts/fetch-gazetteer");
  }
  auto coder_data =
      monitor::coding::CoderData::load(installation.data, {actors.begin(), actors.end()});
  if (!coder_data) return std::unexpected(std::move(coder_data.error()));
  node->coder_ = std::make_unique<monitor::coding::Coder>(
      *coder_data, node->finder_ ? &*node->finder_ : nullptr);
  auto database = monitor::open_observations(home);
  if (!database) return std::unexpected(std::move(database.error()));
  node->database_ = std::move(*database);
  node->places_ =
      std::make_unique<monitor::PlaceLinker>(node->gazetteer_ ? &*node->gazetteer_ : nullptr);
  node->preparer_ = std::make_unique<monitor::RowPreparer>(
      *node->measures_, *node->follow_ups_, *node->places_,
      [coder = node->coder_.get()](const monitor::coding::TextToCode& text) {
        return coder->code(text);
      },
      read_exercise_country(installation.data).code);
  monitor::RepeatSettings repeats;
  repeats.members_max = reports_compared_max;
  auto stories = monitor::Stories::open(*node->database_, repeats);
  if (!stories) return std::unexpected(std::move(stories.error()));
  node->stories_ = std::move(*stories);
  base::SystemRandom random;
  auto writer = monitor::ObservationWriter::open(*node->database_, random);
  if (!writer) return std::unexpected(std::move(writer.error()));
  node->writer_ = std::move(*writer);
  node->writer_->set_story_teller(node->stories_.get());
  if (auto done = node->writer_->mark_interrupted(); !done)
    return std::unexpected(std::move(done.error()));
  return node;
}

base::Result<std::vector<monitor::IngestResult>> IntakeNode::ingest_file(
    const std::filesystem::path& file, std::string_view shown, std::string_view format,
    const monitor::Ingest::Progress& progress,
    const monitor::Ingest::BeforeLastCommit& before_last_commit) {
  monitor::Ingest ingest({*tables_, *preparer_, *writer_, clock_, &stop_flag}, progress);
  return ingest.run(file, shown, format, before_last_commit);
}

base::Status IntakeNode::follow(const std::vector<monitor::feeds::Followed>& feeds,
                                bool keep_polling, const PollReport& report) {
  using monitor::feeds::Poll;
  // The clock may be set while we wait, so that it is looked at now and then.
  constexpr std::chrono::milliseconds look_again{60'000};
  std::error_code error;
  const auto downloads = home_ / "downloads";
  std::filesystem::create_directories(downloads, error);
  if (error)
    return base::fail(base::ErrorCode::io, "cannot make the folder: " + error.message(),
                      downloads.string());
  net::CurlClient client(std::string("tocsin/") + TOCSIN_VERSION);
  base::SystemRandom random;
  monitor::ObservationFollowStore store(*database_, *writer_, *preparer_, clock_);
  monitor::feeds::Follower follower(client, store, clock_, random, *tables_, downloads);
  for (;;) {
    auto next = base::Instant::max();
    for (const auto& feed : feeds) {
      if (stop_flag.load()) return {};
      auto poll = follower.poll(feed);
      if (!poll) return std::unexpected(std::move(poll.error()));
      if (poll->outcome != Poll::Outcome::not_due || !keep_polling)
        report(feed, *poll, store.take_counts());
      next = std::min(next, poll->next_poll);
    }
    if (!keep_polling) return {};
    for (auto now = clock_.now(); now < next && !stop_flag.load(); now = clock_.now())
      wait_for_stop(std::min<std::chrono::milliseconds>(next - now, look_again));
    if (stop_flag.load()) return {};
  }
}

}  // namespace tocsin::app
