// SPDX-License-Identifier: Apache-2.0
#include "formats/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <string>

namespace tocsin::formats {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {
constexpr int gzip_window_bits = 15 + 16;  // zlib.h: 16 more means "gzip frame only"
constexpr int raw_window_bits = -15;       // zlib.h: negative means "no frame"
}  // namespace

struct InflateSource::State {
  z_stream stream{};
  std::string input = std::string(chunk_bytes, '\0');
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  bool below_ended = false;
  bool done = false;
};

InflateSource::InflateSource(ByteSource& below, DeflateFrame frame)
    : below_(below), frame_(frame), state_(std::make_unique<State>()) {
  const int bits = frame == DeflateFrame::gzip ? gzip_window_bits : raw_window_bits;
  if (inflateInit2(&state_->stream, bits) != Z_OK)
    throw std::runtime_error("zlib cannot start: no memory");
}

InflateSource::~InflateSource() {
  inflateEnd(&state_->stream);
}

base::Status InflateSource::check_growth() const {
  const auto& state = *state_;
  if (state.bytes_out > unpack_bytes_max)
    return fail(ErrorCode::limit_exceeded,
                "unpacks to more than " + std::to_string(unpack_bytes_max) + " bytes", {},
                "split the file");
  if (state.bytes_out > unpack_free_bytes && state.bytes_out / unpack_ratio_max > state.bytes_in)
    return fail(ErrorCode::limit_exceeded,
                "unpacks to more than " + std::to_string(unpack_ratio_max) +
                    " times its size, as a decompression bomb does",
                {}, "if the file is honest, unpack it first and give the plain file");
  return {};
}

Result<bool> InflateSource::refill() {
  auto& state = *state_;
  if (state.stream.avail_in > 0) return true;
  if (state.below_ended) return false;
  auto count = below_.read(state.input);
  if (!count) return std::unexpected(std::move(count).error());
  state.below_ended = *count == 0;
  state.bytes_in += *count;
  state.stream.next_in = reinterpret_cast<Bytef*>(state.input.data());
  state.stream.avail_in = static_cast<uInt>(*count);
  return *count > 0;
}

/// At the end of one member: another may follow, and zeros may fill a tape block.
Result<bool> InflateSource::next_member() {
  auto& state = *state_;
  if (frame_ == DeflateFrame::raw) return false;
  for (;;) {
    auto more = refill();
    if (!more || !*more) return more;
    if (*state.stream.next_in != 0) break;
    ++state.stream.next_in;
    --state.stream.avail_in;
  }
  return inflateReset(&state.stream) == Z_OK;
}

Result<std::size_t> InflateSource::read(std::span<char> room) {
  auto& state = *state_;
  auto& stream = state.stream;
  const auto wanted = static_cast<uInt>(std::min<std::size_t>(room.size(), 1U << 30));
  stream.next_out = reinterpret_cast<Bytef*>(room.data());
  stream.avail_out = wanted;
  while (!state.done && stream.avail_out == wanted) {
    auto more = refill();
    if (!more) return std::unexpected(std::move(more).error());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      auto another = next_member();
      if (!another) return std::unexpected(std::move(another).error());
      state.done = !*another;
    } else if (code == Z_BUF_ERROR && !*more) {
      return fail(ErrorCode::corrupt, "the packed data end too early: the file was cut", {},
                  "fetch the file again");
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return fail(ErrorCode::corrupt,
                  std::string("the packed data are damaged") +
                      (stream.msg != nullptr ? std::string(": ") + stream.msg : std::string()),
                  {}, "fetch the file again");
    }
  }
  const std::size_t count = wanted - stream.avail_out;
  state.bytes_out += count;
  if (auto grown = check_growth(); !grown) return std::unexpected(std::move(grown).error());
  return count;
}

bool looks_like_gzip(std::string_view head) {
  return head.starts_with("\x1F\x8B\x08");
}

std::uint32_t crc32_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

base::Result<std::size_t> zlib_stream_bytes(std::string_view stream, std::uint64_t wanted) {
  z_stream inflater{};
  if (stream.size() > std::numeric_limits<uInt>::max() || ::inflateInit(&inflater) != Z_OK)
    return base::fail(base::ErrorCode::internal, "zlib does not start");
  inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream.data()));
  inflater.avail_in = static_cast<uInt>(stream.size());
  std::array<char, 64U << 10> room{};
  std::uint64_t given = 0;
  int state = Z_OK;
  while (state == Z_OK && given <= wanted) {
    inflater.next_out = reinterpret_cast<Bytef*>(room.data());
    inflater.avail_out = static_cast<uInt>(room.size());
    state = ::inflate(&inflater, Z_NO_FLUSH);
    given += room.size() - inflater.avail_out;
  }
  const auto used = stream.size() - inflater.avail_in;
  ::inflateEnd(&inflater);
  if (state != Z_STREAM_END || given != wanted)
    return base::fail(base::ErrorCode::corrupt, "the stream does not hold what it should");
  return used;
}

}  // namespace tocsin::formats
