// SPDX-License-Identifier: Apache-2.0
#include "monitor/follow_store.hpp"

#include <boost/json.hpp>

#include "formats/json.hpp"
#include "monitor/ingest.hpp"

namespace tocsin::monitor {
namespace {

std::int64_t milliseconds(base::Instant instant) {
  return instant.time_since_epoch().count();
}

base::Instant instant(double value) {
  return base::Instant{std::chrono::milliseconds{static_cast<std::int64_t>(value)}};
}

constexpr std::string_view name_begin = "follow:";

std::string name_of(std::string_view address) {
  return std::string(name_begin) + std::string(address);
}

}  // namespace

std::string encode_checkpoint(const feeds::Checkpoint& checkpoint) {
  boost::json::object out = {{"address", checkpoint.address},
                             {"etag", checkpoint.etag},
                             {"last_modified", checkpoint.last_modified},
                             {"failures", checkpoint.failures},
                             {"next_poll", milliseconds(checkpoint.next_poll)},
                             {"last_error", checkpoint.last_error}};
  if (checkpoint.last_success) out["last_success"] = milliseconds(*checkpoint.last_success);
  if (checkpoint.quarter_done) out["quarter_done"] = milliseconds(*checkpoint.quarter_done);
  return boost::json::serialize(out);
}

base::Result<feeds::Checkpoint> decode_checkpoint(std::string_view text) {
  const auto parsed = formats::parse_json(text);
  const auto next = parsed ? formats::number_member(*parsed, "next_poll") : std::nullopt;
  const auto failures = parsed ? formats::number_member(*parsed, "failures") : std::nullopt;
  if (!next || !failures)
    return base::fail(base::ErrorCode::corrupt, "a feed's checkpoint cannot be read", "checkpoint",
                      "restore the last backup, or follow the feed in a new home");
  feeds::Checkpoint checkpoint;
  checkpoint.address = formats::text_member(*parsed, "address");
  checkpoint.etag = formats::text_member(*parsed, "etag");
  checkpoint.last_modified = formats::text_member(*parsed, "last_modified");
  checkpoint.failures = static_cast<std::int32_t>(*failures);
  checkpoint.next_poll = instant(*next);
  checkpoint.last_error = formats::text_member(*parsed, "last_error");
  if (const auto success = formats::number_member(*parsed, "last_success"))
    checkpoint.last_success = instant(*success);
  if (const auto quarter = formats::number_member(*parsed, "quarter_done"))
    checkpoint.quarter_done = instant(*quarter);
  return checkpoint;
}

base::Result<std::vector<feeds::Checkpoint>> followed_addresses(ObservationReader& reader) {
  auto states = reader.checkpoints(name_begin);
  if (!states) return std::unexpected(std::move(states.error()));
  std::vector<feeds::Checkpoint> list;
  for (const auto& state : *states) {
    auto read = decode_checkpoint(state);
    if (!read) return std::unexpected(std::move(read.error()));
    list.push_back(std::move(*read));
  }
  return list;
}

base::Result<std::optional<feeds::Checkpoint>> ObservationFollowStore::load(
    std::string_view address) {
  auto kept = reader_.checkpoint(name_of(address));
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (!*kept) return std::nullopt;
  auto read = decode_checkpoint(**kept);
  if (!read) return base::fail_at(address, std::move(read.error()));
  return *read;
}

base::Status ObservationFollowStore::commit(const feeds::Checkpoint& checkpoint) {
  auto set = writer_.set_checkpoint(name_of(checkpoint.address), encode_checkpoint(checkpoint));
  return set ? writer_.commit() : set;
}

base::Status ObservationFollowStore::Sink::begin(const feeds::ImportedFile& file) {
  info_ = import_info(file, clock_.now());
  noted_ = {};
  auto begun = writer_.begin_import(info_);
  if (!begun) return std::unexpected(std::move(begun.error()));
  return {};
}

base::Status ObservationFollowStore::Sink::end(const feeds::ImportedFile& file) {
  if (!noted_) return noted_;
  const auto fetched = info_.fetched;
  info_ = import_info(file, fetched);
  counts.push_back(writer_.counts());
  return writer_.finish_import(info_, clock_.now(), file.error ? file.error->text() : "");
}

base::Status ObservationFollowStore::Sink::kept(feeds::FeedRecord& record) {
  const auto received = base::day_of(info_.fetched);
  if (const auto problem = dated_ahead(record, received)) {
    rejected(record.line, *problem);
    return noted_;
  }
  auto added = writer_.add(info_.format, preparer_.prepare(record, received));
  if (!added) return std::unexpected(std::move(added.error()));
  return noted_;
}

void ObservationFollowStore::Sink::rejected(std::uint64_t line, std::string_view reason) {
  if (auto done = writer_.note("rejected", line, reason); !done && noted_) noted_ = done;
}

void ObservationFollowStore::Sink::out_of_scope(std::uint64_t line, std::string_view reason) {
  if (auto done = writer_.note("out_of_scope", line, reason); !done && noted_) noted_ = done;
}

}  // namespace tocsin::monitor
