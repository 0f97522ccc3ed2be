// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/intake.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/gzip.hpp"
#include "formats/lines.hpp"
#include "formats/utf16.hpp"
#include "formats/zip.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

/// Bytes that tell a packed file from a plain one.
constexpr std::size_t mark_bytes = 8;

/// Counts what passes, and remembers whether the sink itself failed.
class CountingSink final : public RecordSink {
 public:
  CountingSink(RecordSink& sink, ReadCounts& counts) : sink_(sink), counts_(counts) {}
  Status kept(FeedRecord& record) override {
    ++counts_.rows;
    ++counts_.kept;
    auto done = sink_.kept(record);
    sink_failed_ = !done;
    return done;
  }
  void rejected(std::uint64_t line, std::string_view reason) override {
    ++counts_.rows;
    ++counts_.rejected;
    sink_.rejected(line, reason);
  }
  void out_of_scope(std::uint64_t line, std::string_view reason) override {
    ++counts_.rows;
    ++counts_.out_of_scope;
    sink_.out_of_scope(line, reason);
  }
  [[nodiscard]] bool sink_failed() const { return sink_failed_; }

 private:
  RecordSink& sink_;
  ReadCounts& counts_;
  bool sink_failed_ = false;
};

class Intake {
 public:
  Intake(std::string_view path_shown, std::string_view format_name, const Tables& tables,
         IntakeSink& sink, const std::atomic<bool>* stop)
      : path_shown_(path_shown),
        format_name_(format_name),
        tables_(tables),
        sink_(sink),
        stop_(stop) {}

  Result<std::vector<ImportedFile>> run(const std::filesystem::path& path) {
    Status done = open_and_read(path);
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(files_);
  }

 private:
  Status open_and_read(const std::filesystem::path& path);
  Status read_stream(formats::FileSource& file, bool gzip);
  Status read_zip(formats::FileSource& file);
  Status read_member(const formats::ZipArchive& archive, const formats::ZipMember& member,
                     ImportedFile& imported);
  Status read_rows(formats::ByteSource& bytes, ImportedFile& imported);
  Status begin_in_vain(ImportedFile& imported, base::Error error);
  Status refuse(ImportedFile imported, base::Error error);

  std::string path_shown_;
  std::string_view format_name_;
  const Tables& tables_;
  IntakeSink& sink_;
  const std::atomic<bool>* stop_;
  std::vector<ImportedFile> files_;
};

Status Intake::open_and_read(const std::filesystem::path& path) {
  ImportedFile imported;
  imported.path = path_shown_;
  auto file = formats::FileSource::open(path, stop_);
  if (!file) return refuse(std::move(imported), std::move(file).error());
  std::string mark(mark_bytes, '\0');
  auto count = file->read(mark);
  if (!count) return refuse(std::move(imported), std::move(count).error());
  mark.resize(*count);
  if (auto done = file->rewind(); !done) return refuse(std::move(imported), done.error());
  if (formats::looks_like_zip(mark)) return read_zip(*file);
  return read_stream(*file, formats::looks_like_gzip(mark));
}

Status Intake::refuse(ImportedFile imported, base::Error error) {
  if (auto done = sink_.begin(imported); !done) return done;
  imported.error = std::move(error);
  files_.push_back(imported);
  return sink_.end(files_.back());
}

Status Intake::read_stream(formats::FileSource& file, bool gzip) {
  ImportedFile imported;
  imported.path = path_shown_;
  formats::HashingSource hashing(file);
  Status done;
  if (gzip) {
    formats::InflateSource plain(hashing, formats::DeflateFrame::gzip);
    done = read_rows(plain, imported);
  } else {
    done = read_rows(hashing, imported);
  }
  if (!done) return done;
  auto digest = imported.error ? hashing.finish(formats::refused_rest_bytes_max) : hashing.finish();
  if (digest)
    imported.sha256 = base::to_hex(*digest);
  else if (!imported.error)
    imported.error = std::move(digest).error();
  imported.bytes = digest ? hashing.bytes() : file.size();
  files_.push_back(std::move(imported));
  return sink_.end(files_.back());
}

Status Intake::read_zip(formats::FileSource& file) {
  ImportedFile whole;
  whole.path = path_shown_;
  auto archive = formats::ZipArchive::open(file);
  formats::HashingSource hashing(file);
  auto digest = archive ? hashing.finish() : hashing.finish(formats::refused_rest_bytes_max);
  if (digest) whole.sha256 = base::to_hex(*digest);
  whole.bytes = file.size();
  if (!archive) return refuse(std::move(whole), std::move(archive).error());
  if (!digest) return refuse(std::move(whole), std::move(digest).error());
  for (const auto& member : archive->members()) {
    if (member.folder) continue;
    ImportedFile imported = whole;
    imported.member = base::to_utf8(member.name);
    if (auto done = read_member(*archive, member, imported); !done) return done;
    files_.push_back(std::move(imported));
    if (auto ended = sink_.end(files_.back()); !ended) return ended;
  }
  return {};
}

Status Intake::read_member(const formats::ZipArchive& archive, const formats::ZipMember& member,
                           ImportedFile& imported) {
  auto bytes = archive.open(member);
  return bytes ? read_rows(**bytes, imported) : begin_in_vain(imported, std::move(bytes).error());
}

/// Begins a file of which no row will be read.
Status Intake::begin_in_vain(ImportedFile& imported, base::Error error) {
  auto begun = sink_.begin(imported);
  imported.error = std::move(error);
  return begun;
}

/// Reads one plain stream. Its own failures go into `imported`; only the sink's come back. The file
/// begins once its format is known: the ids of its rows count within that.
Status Intake::read_rows(formats::ByteSource& bytes, ImportedFile& imported) {
  formats::PeekSource peek(bytes);
  auto first = peek.head(mark_bytes);
  if (!first) return begin_in_vain(imported, std::move(first).error());
  if (formats::looks_like_gzip(*first) || formats::looks_like_zip(*first))
    return begin_in_vain(imported, {ErrorCode::unsupported,
                                    "an archive lies inside the archive",
                                    {},
                                    "unpack the outer one first"});
  std::optional<formats::Utf16Source> utf16;
  if (formats::looks_like_utf16(*first)) utf16.emplace(peek);
  formats::PeekSource decoded(utf16 ? static_cast<formats::ByteSource&>(*utf16) : peek);
  auto begin = decoded.head(head_bytes);
  if (!begin) return begin_in_vain(imported, std::move(begin).error());
  std::optional<formats::ReturnLineSource> returns;
  if (formats::has_return_lines(*begin)) returns.emplace(decoded);
  formats::PeekSource text(returns ? static_cast<formats::ByteSource&>(*returns) : decoded);
  auto head = text.head(head_bytes);
  if (!head) return begin_in_vain(imported, std::move(head).error());
  auto format = format_name_.empty() ? find_format(*head) : format_of_name(format_name_);
  if (!format) return begin_in_vain(imported, std::move(format).error());
  imported.format = *format;
  if (auto begun = sink_.begin(imported); !begun) return begun;
  CountingSink counting(sink_, imported.counts);
  auto done = make_reader(**format, tables_)->read(text, counting);
  if (done) return {};
  if (counting.sink_failed()) return done;
  imported.error = std::move(done).error();
  return {};
}

/// Files that describe the others: they are text, and would be read as reports.
bool describes_the_rest(const std::filesystem::path& file) {
  const std::string name = base::lower(file.filename().string());
  for (const std::string_view begin :
       {"readme", "license", "licence", "copying", "citation", "changelog", "notice"})
    if (name.starts_with(begin)) return true;
  return false;
}

/// Why an entry of a folder is not read; empty where it is.
std::string_view why_left_out(const std::filesystem::directory_entry& entry) {
  std::error_code error;
  if (entry.path().filename().string().starts_with('.')) return "hidden";
  if (entry.is_symlink(error) && entry.is_directory(error)) return "a link to a folder";
  if (entry.is_directory(error)) return {};
  if (!entry.exists(error)) return "a link that leads nowhere";
  if (!entry.is_regular_file(error)) return "not a plain file";
  return describes_the_rest(entry.path()) ? "describes the others" : "";
}

/// Adds what lies in `folder`; folders in it are added to `folders`.
void look_into(const std::filesystem::path& folder, std::vector<std::filesystem::path>& folders,
               FeedFiles& found) {
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (const auto why = why_left_out(*entry); !why.empty())
      found.left_out.push_back({entry->path(), why});
    else if (entry->is_directory(ignored))
      folders.push_back(entry->path());
    else
      found.files.push_back(entry->path());
  }
  if (error) found.left_out.push_back({folder, "a folder that cannot be listed"});
}

}  // namespace

Result<FeedFiles> list_feed_files(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return fail(ErrorCode::not_found, "there is no such file or folder", path.string(),
                "check the path");
  if (error) return fail(ErrorCode::io, "cannot look at it: " + error.message(), path.string());
  FeedFiles found;
  if (!std::filesystem::is_directory(status)) {
    found.files.push_back(path);
    return found;
  }
  std::vector<std::filesystem::path> folders{path};
  while (!folders.empty()) {
    const auto folder = std::move(folders.back());
    folders.pop_back();
    look_into(folder, folders, found);
  }
  if (found.files.empty() && found.left_out.size() == 1 && found.left_out[0].path == path)
    return fail(ErrorCode::io, "the folder cannot be listed", path.string(),
                "check that it may be read");
  std::ranges::sort(found.files);
  std::ranges::sort(found.left_out, {}, &LeftOut::path);
  return found;
}

Result<std::vector<ImportedFile>> take_in(const std::filesystem::path& file,
                                          std::string_view path_shown, std::string_view format_name,
                                          const Tables& tables, IntakeSink& sink,
                                          const std::atomic<bool>* stop) {
  return Intake(path_shown, format_name, tables, sink, stop).run(file);
}

}  // namespace tocsin::monitor::feeds
