// SPDX-License-Identifier: Apache-2.0
#include "assess/file_store.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

std::string bound(std::string_view context) {
  return "tocsin/file/1\n" + std::string(context);
}

}  // namespace

bool is_stored_name(std::string_view name) {
  constexpr std::size_t digits = 64;
  return name.size() == digits && std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

base::Result<StoredFile> FileStore::put(std::string_view bytes, std::string_view context) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error)
    return fail(base::is_full_disk(error.value()) ? ErrorCode::no_space : ErrorCode::io,
                error.message(), folder_.string());
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  const auto key = base::Secret::random(base::sealing_key_size);
  const auto sealed = base::seal(key, bytes, bound(context));
  StoredFile file{base::to_hex(base::sha256(sealed)), base::base64url(key.bytes())};
  if (auto done = base::write_file(folder_ / file.name, sealed); !done)
    return std::unexpected(std::move(done.error()));
  return file;
}

base::Result<base::Secret> FileStore::get(const StoredFile& file, std::string_view context) const {
  if (!is_stored_name(file.name))
    return fail(ErrorCode::not_found, "there is no such file", "files");
  auto key = base::from_base64url(file.key);
  if (!key || key->size() != base::sealing_key_size)
    return fail(ErrorCode::corrupt, "the key of a file cannot be read", file.name);
  if (!std::filesystem::exists(folder_ / file.name))
    return fail(ErrorCode::not_found, "this file is not here any more", file.name);
  auto sealed = base::read_file(folder_ / file.name, sealed_file_bytes_max);
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  return base::unseal(base::Secret(std::move(*key)), *sealed, bound(context));
}

base::Status FileStore::check(std::string_view name) const {
  if (!is_stored_name(name)) return fail(ErrorCode::corrupt, "not a name of a file", "files");
  auto sealed = base::read_file(folder_ / name, sealed_file_bytes_max);
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  if (base::to_hex(base::sha256(*sealed)) != name)
    return fail(ErrorCode::corrupt, "the file was changed", std::string(name));
  return {};
}

void FileStore::remove(std::string_view name) const {
  if (!is_stored_name(name)) return;
  std::error_code ignored;
  std::filesystem::remove(folder_ / name, ignored);
}

base::Result<std::size_t> FileStore::sweep(
    const std::function<base::Result<Fate>(std::string_view)>& fate_of,
    std::filesystem::file_time_type now) const {
  std::error_code error;
  std::size_t removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const auto name = entry.path().filename().string();
    auto fate = is_stored_name(name) ? fate_of(name) : base::Result<Fate>(Fate::unnamed);
    if (!fate) return std::unexpected(std::move(fate.error()));
    std::error_code gone;
    const bool old = now - entry.last_write_time(gone) > unnamed_file_kept_for;
    if (*fate == Fate::named || (*fate == Fate::unnamed && (!old || gone))) continue;
    if (std::filesystem::remove(entry.path(), gone)) ++removed;
  }
  return removed;
}

}  // namespace tocsin::assess
