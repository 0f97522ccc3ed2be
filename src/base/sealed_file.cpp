// SPDX-License-Identifier: Apache-2.0
#include "base/sealed_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace tocsin::base {
namespace {

constexpr std::string_view magic = "tocsin sealed file 1\n";
constexpr std::size_t head_bytes_max = 4096;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t tag_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;

using Stream = crypto_secretstream_xchacha20poly1305_state;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::unexpected<Error> broken(const std::filesystem::path& path) {
  return fail(ErrorCode::corrupt,
              "the file does not open: it is damaged, cut off, or this is not "
              "its key",
              path.string());
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
         name.find_first_of("/\\") == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace

struct SealedFileWriter::State {
  std::filesystem::path path;
  std::filesystem::path unfinished;
  std::ofstream out;
  Stream stream{};
  bool finished = false;

  Status push(std::string_view plain, unsigned char tag) {
    std::string sealed(plain.size() + tag_bytes, '\0');
    crypto_secretstream_xchacha20poly1305_push(&stream, bytes_of(sealed), nullptr, bytes_of(plain),
                                               plain.size(), nullptr, 0, tag);
    std::array<unsigned char, 4> size{};
    for (unsigned i = 0; i < 4; ++i) size[i] = static_cast<unsigned char>(sealed.size() >> (8 * i));
    out.write(reinterpret_cast<const char*>(size.data()), size.size());
    out.write(sealed.data(), static_cast<std::streamsize>(sealed.size()));
    if (!out) return fail(ErrorCode::io, "cannot write", unfinished.string(), "is the disk full?");
    return {};
  }
};

SealedFileWriter::SealedFileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedFileWriter::SealedFileWriter(SealedFileWriter&&) noexcept = default;
SealedFileWriter::~SealedFileWriter() {
  if (state_ == nullptr || state_->finished) return;
  state_->out.close();
  std::error_code ignored;
  std::filesystem::remove(state_->unfinished, ignored);
}

Result<SealedFileWriter> SealedFileWriter::create(const std::filesystem::path& path,
                                                  const Secret& key, std::string_view head) {
  if (head.size() > head_bytes_max || key.bytes().size() != sealing_key_size)
    return fail(ErrorCode::internal, "a sealed file's head or key has a wrong size");
  auto state = std::make_unique<State>();
  state->path = path;
  state->unfinished = path.string() + ".unfinished";
  state->out.open(state->unfinished, std::ios::binary | std::ios::trunc);
  if (!state->out)
    return fail(ErrorCode::io, "cannot make the file", path.string(), "choose another folder");
  std::error_code ignored;
  std::filesystem::permissions(
      state->unfinished, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
      ignored);
  std::string header(crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0');
  crypto_secretstream_xchacha20poly1305_init_push(&state->stream, bytes_of(header),
                                                  bytes_of(key.bytes()));
  state->out << magic << std::to_string(head.size()) << '\n' << head;
  state->out.write(header.data(), static_cast<std::streamsize>(header.size()));
  return SealedFileWriter(std::move(state));
}

Status SealedFileWriter::add(std::string_view name, const std::filesystem::path& file) {
  if (!is_plain_name(name)) return fail(ErrorCode::internal, "not a plain file name");
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::io, "cannot read", file.string());
  // A piece that names the file, then its pieces, then one that ends it.
  if (auto done = state_->push("f" + std::string(name), 0); !done) return done;
  std::string piece(sealed_piece_bytes, '\0');
  while (in) {
    in.read(piece.data() + 1, static_cast<std::streamsize>(piece.size() - 1));
    const auto count = static_cast<std::size_t>(in.gcount());
    if (count == 0) break;
    piece[0] = 'd';
    if (auto done = state_->push(std::string_view(piece).substr(0, count + 1), 0); !done)
      return done;
  }
  if (in.bad()) return fail(ErrorCode::io, "cannot read", file.string());
  return state_->push("e", 0);
}

Status SealedFileWriter::finish() {
  if (auto done = state_->push("x", crypto_secretstream_xchacha20poly1305_TAG_FINAL); !done)
    return done;
  state_->out.close();
  const int descriptor = ::open(state_->unfinished.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!state_->out || !synced)
    return fail(ErrorCode::io, "cannot write", state_->path.string(), "is the disk full?");
  std::error_code error;
  std::filesystem::rename(state_->unfinished, state_->path, error);
  if (error) return fail(ErrorCode::io, error.message(), state_->path.string());
  state_->finished = true;
  return {};
}

namespace {

/// Opens the file after its head; the head goes to `head`.
Result<std::ifstream> open_after_head(const std::filesystem::path& path, std::string& head) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::io, "cannot read", path.string());
  std::string line;
  std::string first(magic.size(), '\0');
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  if (!in || first != magic || !std::getline(in, line) || line.empty() || line.size() > 4 ||
      line.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(line) > head_bytes_max)
    return fail(ErrorCode::invalid_input, "this is not a sealed file of ours", path.string());
  head.resize(std::stoul(line));
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (!in) return broken(path);
  return in;
}

class Reader {
 public:
  Reader(std::ifstream in, const std::filesystem::path& path) : in_(std::move(in)), path_(path) {}

  Status start(const Secret& key) {
    std::string header(crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0');
    in_.read(header.data(), static_cast<std::streamsize>(header.size()));
    if (!in_ || key.bytes().size() != sealing_key_size ||
        crypto_secretstream_xchacha20poly1305_init_pull(&stream_, bytes_of(header),
                                                        bytes_of(key.bytes())) != 0)
      return broken(path_);
    return {};
  }
  /// The next piece; `last` is set with the final one.
  Result<std::string> next(bool& last) {
    std::array<unsigned char, 4> size_bytes{};
    in_.read(reinterpret_cast<char*>(size_bytes.data()), size_bytes.size());
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i) size |= static_cast<std::size_t>(size_bytes[i]) << (8 * i);
    if (!in_ || size <= tag_bytes || size > sealed_piece_bytes + tag_bytes) return broken(path_);
    std::string sealed(size, '\0');
    in_.read(sealed.data(), static_cast<std::streamsize>(size));
    std::string plain(size - tag_bytes, '\0');
    unsigned char tag = 0;
    if (!in_ || crypto_secretstream_xchacha20poly1305_pull(&stream_, bytes_of(plain), nullptr, &tag,
                                                           bytes_of(sealed), size, nullptr, 0) != 0)
      return broken(path_);
    last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return plain;
  }

 private:
  std::ifstream in_;
  std::filesystem::path path_;
  Stream stream_{};
};

}  // namespace

Result<std::string> read_sealed_head(const std::filesystem::path& path) {
  std::string head;
  auto in = open_after_head(path, head);
  if (!in) return std::unexpected(std::move(in.error()));
  return head;
}

Status unpack_sealed(const std::filesystem::path& path, const Secret& key,
                     const std::filesystem::path& folder,
                     const std::function<bool(std::string_view name)>& wanted) {
  std::string head;
  auto in = open_after_head(path, head);
  if (!in) return std::unexpected(std::move(in.error()));
  Reader reader(std::move(*in), path);
  if (auto done = reader.start(key); !done) return done;
  std::ofstream out;
  std::filesystem::path target;
  for (bool last = false; !last;) {
    auto piece = reader.next(last);
    if (!piece) return std::unexpected(std::move(piece.error()));
    const std::string_view content = std::string_view(*piece).substr(1);
    if (piece->front() == 'f') {
      if (!is_plain_name(content)) return broken(path);
      target = wanted && !wanted(content) ? std::filesystem::path{} : folder / content;
      if (!target.empty()) out.open(target, std::ios::binary | std::ios::trunc);
      if (!target.empty() && !out) return fail(ErrorCode::io, "cannot write", target.string());
    } else if (piece->front() == 'd' && !target.empty()) {
      out.write(content.data(), static_cast<std::streamsize>(content.size()));
      if (!out) return fail(ErrorCode::io, "cannot write", target.string(), "is the disk full?");
    } else if (piece->front() == 'e' && !target.empty()) {
      out.close();
      if (!out) return fail(ErrorCode::io, "cannot write", target.string(), "is the disk full?");
      target.clear();
    }
  }
  return {};
}

}  // namespace tocsin::base
