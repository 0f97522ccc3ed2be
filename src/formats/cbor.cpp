// SPDX-License-Identifier: Apache-2.0
#include "formats/cbor.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : all_(bytes), rest_(bytes) {}
  [[nodiscard]] std::string_view rest() const { return rest_; }

  base::Result<Cbor> value(unsigned depth) {
    if (depth > cbor_depth_max) return limit("it is nested too deeply");
    if (++items_ > cbor_items_max) return limit("it holds too many values");
    if (rest_.empty()) return broken("it ends too early");
    const auto head = static_cast<unsigned char>(rest_.front());
    constexpr unsigned type_shift = 5;
    constexpr unsigned info_mask = 0x1f;
    const auto type = static_cast<Type>(head >> type_shift);
    if (type == Type::other) return simple();
    auto count = argument(head & info_mask);
    if (!count) return std::unexpected(std::move(count.error()));
    switch (type) {
      case Type::positive:
      case Type::negative:
        return whole(*count, type == Type::negative);
      case Type::bytes:
      case Type::text:
        return text(*count, type == Type::text);
      case Type::list:
        return list(*count, depth);
      case Type::map:
        return map(*count, depth);
      default:
        return broken("tags are not expected here");
    }
  }

 private:
  enum class Type : unsigned char { positive, negative, bytes, text, list, map, tag, other };

  [[nodiscard]] std::string here() const {
    return "byte " + std::to_string(all_.size() - rest_.size());
  }
  [[nodiscard]] std::unexpected<base::Error> broken(std::string what) const {
    return fail(ErrorCode::invalid_input, std::move(what), here());
  }
  [[nodiscard]] std::unexpected<base::Error> limit(std::string what) const {
    return fail(ErrorCode::limit_exceeded, std::move(what), here());
  }

  base::Result<Cbor> simple() {
    constexpr unsigned char no = 0xf4;
    constexpr unsigned char yes = 0xf5;
    constexpr unsigned char none = 0xf6;
    const auto head = static_cast<unsigned char>(rest_.front());
    Cbor made;
    if (head == yes || head == no) {
      made.kind = Cbor::Kind::boolean;
      made.boolean = head == yes;
    } else if (head != none) {
      return broken("floating point and simple values are not expected here");
    }
    rest_.remove_prefix(1);
    return made;
  }

  /// The number that follows the first byte; moves past both.
  base::Result<std::uint64_t> argument(unsigned info) {
    constexpr unsigned direct_max = 23;
    constexpr unsigned widest = 27;
    if (info <= direct_max) {
      rest_.remove_prefix(1);
      return info;
    }
    if (info > widest) return broken("indefinite lengths are not expected here");
    const std::size_t width = std::size_t{1} << (info - direct_max - 1);
    if (rest_.size() < 1 + width) return broken("it ends too early");
    constexpr unsigned bits = 8;
    std::uint64_t number = 0;
    for (const char byte : rest_.substr(1, width))
      number = (number << bits) | static_cast<unsigned char>(byte);
    rest_.remove_prefix(1 + width);
    return number;
  }

  base::Result<Cbor> whole(std::uint64_t number, bool negative) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return limit("the number is too large");
    Cbor made;
    made.kind = Cbor::Kind::integer;
    made.integer = static_cast<std::int64_t>(number);
    if (negative) made.integer = -1 - made.integer;
    return made;
  }

  base::Result<Cbor> text(std::uint64_t size, bool is_text) {
    if (size > rest_.size()) return broken("it ends too early");
    Cbor made;
    made.kind = is_text ? Cbor::Kind::text : Cbor::Kind::bytes;
    made.bytes = rest_.substr(0, static_cast<std::size_t>(size));
    if (is_text && !base::is_utf8(made.bytes)) return broken("the text is not UTF-8");
    rest_.remove_prefix(made.bytes.size());
    return made;
  }

  base::Result<Cbor> list(std::uint64_t count, unsigned depth) {
    // Each value takes a byte at least: a count beyond that is a lie, whatever it claims.
    if (count > rest_.size()) return broken("it ends too early");
    Cbor made;
    made.kind = Cbor::Kind::list;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto item = value(depth + 1);
      if (!item) return item;
      made.list.push_back(std::move(*item));
    }
    return made;
  }

  base::Result<Cbor> map(std::uint64_t count, unsigned depth) {
    if (count > rest_.size() / 2) return broken("it ends too early");
    Cbor made;
    made.kind = Cbor::Kind::map;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto key = value(depth + 1);
      if (!key) return key;
      const bool is_number = key->kind == Cbor::Kind::integer;
      if (!is_number && key->kind != Cbor::Kind::text) return broken("a key is no number or text");
      if ((is_number ? made.find(key->integer) : made.find(key->bytes)) != nullptr)
        return broken("a key stands there twice");
      auto held = value(depth + 1);
      if (!held) return held;
      made.map.emplace_back(std::move(*key), std::move(*held));
    }
    return made;
  }

  std::string_view all_;
  std::string_view rest_;
  std::size_t items_ = 0;
};

}  // namespace

const Cbor* Cbor::find(std::string_view key) const {
  for (const auto& [name, value] : map)
    if (name.kind == Kind::text && name.bytes == key) return &value;
  return nullptr;
}

const Cbor* Cbor::find(std::int64_t key) const {
  for (const auto& [name, value] : map)
    if (name.kind == Kind::integer && name.integer == key) return &value;
  return nullptr;
}

base::Result<Cbor> read_cbor(std::string_view& rest) {
  if (rest.size() > cbor_bytes_max)
    return fail(ErrorCode::limit_exceeded, "it has too many bytes", "byte 0");
  Reader reader(rest);
  auto made = reader.value(0);
  if (made) rest = reader.rest();
  return made;
}

base::Result<Cbor> read_whole_cbor(std::string_view bytes) {
  auto made = read_cbor(bytes);
  if (made && !bytes.empty())
    return fail(ErrorCode::invalid_input, "something follows the value", "end");
  return made;
}

}  // namespace tocsin::formats
