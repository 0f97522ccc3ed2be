// SPDX-License-Identifier: Apache-2.0
// The one shape of every feed format: look at the head, then read rows into a sink.
//
// Every row ends in exactly one of three calls of the sink; together they are all rows of the file.
// (The fourth bucket, duplicates, is the store's: it knows which ids it has.)
//
// Ownership: a reader refers to the Tables it was made with. Threads: one reader, one thread.
// Errors: `read` fails where the bytes themselves fail (cut archive, bomb, not XML at all); rows
// given before that stay given, and the caller decides what becomes of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "formats/byte_source.hpp"
#include "monitor/feeds/record.hpp"
#include "monitor/feeds/tables.hpp"

namespace tocsin::monitor::feeds {

/// Where rows go. `line` is the line in the file (tables, JSON Lines) or the number of the item
/// (JSON, XML), from 1.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// The record may be moved from; the reader fills it anew. An error stops the reading at once
  /// and comes back out of `read`, so a sink can pass on a failed store or a cancelled run.
  [[nodiscard]] virtual base::Status kept(FeedRecord& record) = 0;
  /// The row is damaged. The reason names the field, for people.
  virtual void rejected(std::uint64_t line, std::string_view reason) = 0;
  /// The row is sound but nothing that this program watches (a test alert, a cancelled notice).
  virtual void out_of_scope(std::uint64_t line, std::string_view reason) = 0;
};

class FeedReader {
 public:
  virtual ~FeedReader() = default;
  [[nodiscard]] virtual base::Status read(formats::ByteSource& source, RecordSink& sink) = 0;
};

/// How many bytes of the begin of a file the sniffers see.
inline constexpr std::size_t head_bytes = 64U << 10;

/// What a sniffer answers: how sure it is that the bytes are of its format.
enum class Likeness : std::uint8_t { no, fallback, likely, certain };

/// One source format. All of them stand in the table that `all_formats` returns.
struct Format {
  std::string_view name;          ///< what `--format` takes: "gdelt", "acled", …
  std::string_view title;         ///< for people: "GDELT event export"
  std::string_view licence_note;  ///< what the source asks of those who use its data
  Likeness (*sniff)(std::string_view head);
  std::unique_ptr<FeedReader> (*make)(const Tables& tables);
};

[[nodiscard]] std::span<const Format> all_formats();
/// The format of a name; an error that lists the names otherwise.
[[nodiscard]] base::Result<const Format*> format_of_name(std::string_view name);
/// The format of a file's first bytes. The error says what the file seems to be instead (a list of
/// codes, a description of columns, a page, …) and what to do.
[[nodiscard]] base::Result<const Format*> find_format(std::string_view head);
/// `find_format`, then that format's reader.
[[nodiscard]] std::unique_ptr<FeedReader> make_reader(const Format& format, const Tables& tables);

}  // namespace tocsin::monitor::feeds
