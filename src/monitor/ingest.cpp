// SPDX-License-Identifier: Apache-2.0
#include "monitor/ingest.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace tocsin::monitor {
namespace {

struct Note {
  std::string_view bucket;
  std::uint64_t line;
  std::string reason;
};

}  // namespace

ImportInfo import_info(const feeds::ImportedFile& file, base::Instant now) {
  ImportInfo info;
  info.locator = file.member.empty() ? file.path : file.path + "!" + file.member;
  if (file.format != nullptr) {
    info.format = std::string(file.format->name);
    info.licence_note = std::string(file.format->licence_note);
  }
  info.sha256 = file.sha256;
  info.bytes = file.bytes;
  info.fetched = now;
  return info;
}

/// What the reading thread tells the writing one: a file begins, rows and notes, a file ends.
struct Ingest::Message {
  enum class Kind { begin, batch, end } kind = Kind::batch;
  feeds::ImportedFile file;
  std::vector<NewRow> rows;
  std::vector<Note> notes;
};

/// A bounded queue of one writer and one reader. Either side may close it.
class Ingest::Queue {
 public:
  /// False once the queue is closed: the sender should stop.
  bool push(Message message) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || messages_.size() < queued_batches_max; });
    if (closed_) return false;
    messages_.push_back(std::move(message));
    changed_.notify_all();
    return true;
  }
  /// Nothing once the queue is closed and empty.
  std::optional<Message> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !messages_.empty(); });
    if (messages_.empty()) return std::nullopt;
    Message message = std::move(messages_.front());
    messages_.pop_front();
    changed_.notify_all();
    return message;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;
  bool closed_ = false;
};

/// The reading side: prepares rows and sends them in batches.
class Ingest::Sender final : public feeds::IntakeSink {
 public:
  Sender(Queue& queue, const IngestParts& parts) : queue_(queue), parts_(parts) {}

  base::Status begin(const feeds::ImportedFile& file) override {
    Message message;
    message.kind = Message::Kind::begin;
    message.file = file;
    received_ = base::day_of(parts_.clock.now());
    return send(std::move(message));
  }
  base::Status end(const feeds::ImportedFile& file) override {
    if (auto sent = flush(); !sent) return sent;
    Message message;
    message.kind = Message::Kind::end;
    message.file = file;
    return send(std::move(message));
  }
  base::Status kept(feeds::FeedRecord& record) override {
    if (const auto problem = dated_ahead(record, received_)) {
      rejected(record.line, *problem);
      return {};
    }
    auto& row = batch_.rows.emplace_back(parts_.preparer.prepare(record, received_));
    if (row.report) text_bytes_ += row.report->title.size() + row.report->text.size();
    const bool full = batch_.rows.size() >= rows_per_batch || text_bytes_ >= text_bytes_per_batch;
    return full ? flush() : base::Status{};
  }
  void rejected(std::uint64_t line, std::string_view reason) override {
    add_note("rejected", line, reason);
  }
  void out_of_scope(std::uint64_t line, std::string_view reason) override {
    add_note("out_of_scope", line, reason);
  }

 private:
  void add_note(std::string_view bucket, std::uint64_t line, std::string_view reason) {
    batch_.notes.push_back({bucket, line, std::string(reason)});
    // The sink's contract leaves no error here; a closed queue shows at the next row.
    if (batch_.notes.size() >= rows_per_batch) closed_ = !flush().has_value();
  }
  base::Status flush() {
    Message message = std::move(batch_);
    batch_ = {};
    text_bytes_ = 0;
    return send(std::move(message));
  }
  base::Status send(Message message) {
    const bool stopped = parts_.stop != nullptr && parts_.stop->load();
    if (!closed_ && !stopped && queue_.push(std::move(message))) return {};
    return base::fail(base::ErrorCode::cancelled, "stopped at a consistent point", {},
                      "run the same command again to go on");
  }

  Queue& queue_;
  const IngestParts& parts_;
  Message batch_;
  std::size_t text_bytes_ = 0;
  base::Day received_{};
  bool closed_ = false;
};

base::Status Ingest::commit_and_begin() {
  uncommitted_ = 0;
  committed_ = parts_.clock.now();
  if (auto done = parts_.writer.commit(); !done) return done;
  return parts_.writer.begin();
}

base::Status Ingest::begin_file(const feeds::ImportedFile& file) {
  info_ = import_info(file, parts_.clock.now());
  auto begun = parts_.writer.begin_import(info_);
  if (!begun) return std::unexpected(std::move(begun.error()));
  import_id_ = *begun;
  return commit_and_begin();
}

base::Status Ingest::write_batch(Message& message) {
  for (const auto& row : message.rows)
    if (auto added = parts_.writer.add(info_.format, row); !added)
      return std::unexpected(std::move(added.error()));
  for (const auto& note : message.notes)
    if (auto done = parts_.writer.note(note.bucket, note.line, note.reason); !done) return done;
  if (progress_) progress_(info_.locator, parts_.writer.counts());
  uncommitted_ += message.rows.size();
  const bool due = uncommitted_ >= rows_per_transaction ||
                   parts_.clock.now() - committed_ >= transaction_time_max;
  return due ? commit_and_begin() : base::Status{};
}

base::Status Ingest::end_file(const feeds::ImportedFile& file, std::vector<IngestResult>& results) {
  const auto fetched = info_.fetched;
  info_ = import_info(file, fetched);
  const std::string problem = file.error ? file.error->text() : std::string{};
  if (auto done = parts_.writer.finish_import(info_, parts_.clock.now(), problem); !done)
    return done;
  results.push_back({import_id_, info_.locator, info_.format, info_.sha256, info_.bytes,
                     parts_.writer.counts(), problem});
  return {};
}

base::Status Ingest::take(Message& message, std::vector<IngestResult>& results) {
  switch (message.kind) {
    case Message::Kind::begin:
      return begin_file(message.file);
    case Message::Kind::batch:
      return write_batch(message);
    case Message::Kind::end:
      return end_file(message.file, results);
  }
  return {};
}

base::Result<std::vector<IngestResult>> Ingest::run(const std::filesystem::path& file,
                                                    std::string_view shown, std::string_view format,
                                                    const BeforeLastCommit& before_last_commit) {
  Queue queue;
  base::Status read;
  std::thread reader([&] {
    Sender sender(queue, parts_);
    auto taken = feeds::take_in(file, shown, format, parts_.tables, sender, parts_.stop);
    if (!taken) read = std::unexpected(std::move(taken.error()));
    queue.close();
  });
  std::vector<IngestResult> results;
  base::Status written = parts_.writer.begin();
  while (written) {
    auto message = queue.pop();
    if (!message) break;
    written = take(*message, results);
  }
  queue.close();
  reader.join();
  if (!written) {
    parts_.writer.abandon();
    return std::unexpected(std::move(written.error()));
  }
  if (read && before_last_commit)
    if (auto done = before_last_commit(parts_.writer); !done) {
      parts_.writer.abandon();
      return std::unexpected(std::move(done.error()));
    }
  if (auto done = parts_.writer.commit(); !done) return std::unexpected(std::move(done.error()));
  if (!read) return std::unexpected(std::move(read.error()));
  return results;
}

}  // namespace tocsin::monitor
