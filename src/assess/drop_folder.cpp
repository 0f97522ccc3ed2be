// SPDX-License-Identifier: Apache-2.0
#include "assess/drop_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/mail_file.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t name_digits = 16;

std::string short_hash(std::string_view bytes) {
  return base::to_hex(base::sha256(bytes)).substr(0, name_digits);
}

/// What will be refused again each time; everything else may pass later.
bool is_for_good(const base::Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::unsupported ||
         error.code == ErrorCode::corrupt;
}

bool is_wanted(const std::filesystem::directory_entry& entry, std::filesystem::file_time_type now) {
  std::error_code error;
  const auto name = entry.path().filename().string();
  // Not through a link: it could name any file of the node.
  if (!std::filesystem::is_regular_file(entry.symlink_status(error)) || error) return false;
  if (name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part")) return false;
  const auto written = entry.last_write_time(error);
  return !error && now - written >= drop_rest_min;
}

/// Lines of a gateway under another name: taken as words they would put numbers into a report.
bool are_lines(std::string_view bytes) {
  bytes = base::trim(bytes);
  return bytes.starts_with('{') && read_incoming(base::trim(bytes.substr(0, bytes.find('\n'))));
}

base::Status make_private(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, error.message(), folder.string());
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  return {};
}

}  // namespace

base::Status wipe_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0)
    return fail(ErrorCode::io, std::string("cannot open: ") + std::strerror(errno), path.string());
  const auto size = ::lseek(file, 0, SEEK_END);
  const std::string zeros(64U << 10, '\0');
  bool good = size >= 0 && ::lseek(file, 0, SEEK_SET) == 0;
  for (auto left = size; good && left > 0;) {
    const auto count =
        ::write(file, zeros.data(), static_cast<std::size_t>(std::min<off_t>(left, 64 << 10)));
    good = count > 0;
    left -= count;
  }
  good = good && ::fsync(file) == 0;
  ::close(file);
  std::error_code error;
  std::filesystem::remove(path, error);
  if (!good || error)
    return fail(ErrorCode::io, "the file could not be wiped", path.string(),
                "remove it by hand: it was taken in");
  return {};
}

base::Status DropFolder::make() const {
  return make_private(parts_.folder);
}

base::Status DropFolder::refuse(const std::filesystem::path& path, std::string_view bytes,
                                std::string_view reason) const {
  const auto folder = parts_.folder / "refused";
  if (auto done = make_private(folder); !done) return done;
  auto name = plain_file_name(path.filename().string());
  const auto kept = folder / (short_hash(bytes) + "-" + (name.empty() ? "file" : name));
  if (auto done = base::write_file(kept, bytes); !done) return done;
  return base::write_file(kept.string() + ".reason", std::string(reason) + "\n");
}

base::Status DropFolder::reply(const IncomingText& message, const TakenIn& taken) const {
  const auto folder = parts_.folder / "replies";
  std::error_code error;
  if (!parts_.answer || message.from.empty() || !std::filesystem::is_directory(folder, error))
    return {};
  const auto text = parts_.answer(taken);
  if (text.empty()) return {};
  const auto line = boost::json::serialize(
      boost::json::object{{"to", message.from}, {"text", text}, {"answers", message.id}});
  return base::write_file(folder / (short_hash(line) + ".json"), line + "\n");
}

base::Status DropFolder::take_lines(const std::filesystem::path& path, std::string_view bytes,
                                    DropCounts& counts) const {
  std::string bad;
  std::string reasons;
  std::size_t number = 0;
  for (auto rest = bytes; !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    if (base::trim(line).empty()) continue;
    auto message =
        number > drop_lines_max
            ? base::Result<IncomingText>(fail(ErrorCode::invalid_input, "more than 10,000 lines"))
            : read_incoming(base::trim(line));
    auto taken = message ? parts_.intake.take_text(*message)
                         : base::Result<TakenIn>(std::unexpected(message.error()));
    if (taken) {
      ++counts.taken;
      if (auto done = reply(*message, *taken); !done) return done;
      continue;
    }
    if (!is_for_good(taken.error())) return std::unexpected(std::move(taken.error()));
    ++counts.refused;
    bad += std::string(line) + "\n";
    reasons += "line " + std::to_string(number) + ": " + taken.error().text() + "\n";
  }
  return bad.empty() ? base::Status{} : refuse(path, bad, base::trim(reasons));
}

base::Status DropFolder::take(const std::filesystem::path& path, DropCounts& counts) const {
  auto bytes = base::read_file(path, formats::mail_file_bytes_max);
  if (!bytes && bytes.error().code == ErrorCode::limit_exceeded) {
    ++counts.refused;
    const auto folder = parts_.folder / "refused";
    if (auto done = make_private(folder); !done) return done;
    std::error_code error;
    const auto kept = folder / plain_file_name(path.filename().string());
    std::filesystem::rename(path, kept, error);
    if (error) return fail(ErrorCode::io, error.message(), path.string());
    return base::write_file(kept.string() + ".reason", bytes.error().text() + "\n");
  }
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  const auto ending = base::lower(base::repair_utf8(path.extension().string()));
  if (ending == ".jsonl" || ending == ".json" || are_lines(*bytes)) {
    if (auto done = take_lines(path, *bytes, counts); !done) return done;
  } else {
    auto taken = parts_.intake.take_file(path.filename().string(), *bytes);
    if (taken) {
      ++counts.taken;
    } else {
      if (!is_for_good(taken.error())) return std::unexpected(std::move(taken.error()));
      ++counts.refused;
      if (auto done = refuse(path, *bytes, taken.error().text()); !done) return done;
    }
  }
  return wipe_file(path);
}

base::Result<DropCounts> DropFolder::run(std::filesystem::file_time_type now) const {
  std::error_code error;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> found;
  for (const auto& entry : std::filesystem::directory_iterator(parts_.folder, error)) {
    std::error_code gone;
    if (is_wanted(entry, now)) found.emplace_back(entry.last_write_time(gone), entry.path());
  }
  if (error) return fail(ErrorCode::io, error.message(), parts_.folder.string());
  std::ranges::sort(found);
  if (found.size() > drop_files_per_run_max) found.resize(drop_files_per_run_max);
  DropCounts counts;
  // One file that cannot be read now keeps nobody else's waiting.
  base::Status all;
  for (const auto& [written, path] : found)
    if (auto done = take(path, counts); !done) all = std::move(done);
  if (!all) return std::unexpected(std::move(all.error()));
  return counts;
}

}  // namespace tocsin::assess
