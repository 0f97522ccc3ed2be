// SPDX-License-Identifier: Apache-2.0
#include "formats/json_items.hpp"

#include <algorithm>

namespace tocsin::formats {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {
constexpr std::size_t envelope_members_max = 100;
constexpr std::size_t envelope_value_bytes_max = 1000;
constexpr std::size_t key_bytes_max = 1000;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool ends_scalar(char c) {
  return c == ',' || c == ']' || c == '}' || is_space(c);
}
}  // namespace

std::unexpected<base::Error> JsonItems::broken(std::string_view what) const {
  return fail(ErrorCode::invalid_input, std::string(what),
              "byte " + std::to_string(taken_before_ + at_ + 1), "fetch the file again");
}

Result<bool> JsonItems::have_byte() {
  if (at_ < end_) return true;
  taken_before_ += end_;
  at_ = 0;
  end_ = 0;
  buffer_.resize(chunk_bytes);
  auto count = source_.read(buffer_);
  if (!count) return std::unexpected(std::move(count).error());
  end_ = *count;
  return end_ > 0;
}

Result<int> JsonItems::peek() {
  for (;;) {
    auto more = have_byte();
    if (!more) return std::unexpected(std::move(more).error());
    if (!*more) return -1;
    if (!is_space(buffer_[at_])) return static_cast<unsigned char>(buffer_[at_]);
    ++at_;
  }
}

Status JsonItems::take_value(std::string& out, std::size_t bytes_max, bool& too_long) {
  out.clear();
  too_long = false;
  std::uint64_t depth = 0;
  bool in_text = false;
  bool escaped = false;
  for (bool first = true;; first = false) {
    auto more = have_byte();
    if (!more) return std::unexpected(std::move(more).error());
    if (!*more) {
      if (depth == 0 && !in_text && !first) return {};
      return broken("the JSON ends too early");
    }
    const char c = buffer_[at_];
    if (!in_text && depth == 0 && !first && ends_scalar(c)) return {};
    if (first && (ends_scalar(c) || c == ':')) return broken("a JSON value is missing");
    ++at_;
    if (out.size() < bytes_max)
      out += c;
    else
      too_long = true;
    if (in_text) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        in_text = false;
      if (!in_text && depth == 0) return {};
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return {};
    }
  }
}

Status JsonItems::take_key(std::string& key) {
  bool too_long = false;
  if (auto done = take_value(key, key_bytes_max, too_long); !done) return done;
  if (!key.starts_with('"') || too_long) return broken("a member of the JSON object has no name");
  key = key.substr(1, key.size() - 2);
  auto colon = peek();
  if (!colon) return std::unexpected(std::move(colon).error());
  if (*colon != ':') return broken("a colon is missing in the JSON object");
  ++at_;
  return {};
}

Status JsonItems::find_array() {
  auto first = peek();
  if (first && *first == 0xEF &&
      std::string_view(buffer_).substr(at_).starts_with(byte_order_mark)) {
    at_ += byte_order_mark.size();
    first = peek();
  }
  if (!first) return std::unexpected(std::move(first).error());
  if (*first != '[' && *first != '{')
    return broken("the file is neither a JSON array nor an object");
  ++at_;
  if (*first == '[') return {};
  std::string key;
  std::string value;
  bool too_long = false;
  for (;;) {
    auto next_byte = peek();
    if (!next_byte) return std::unexpected(std::move(next_byte).error());
    if (*next_byte == ',') {
      ++at_;
      continue;
    }
    if (*next_byte != '"') break;
    if (auto done = take_key(key); !done) return done;
    auto begin = peek();
    if (!begin) return std::unexpected(std::move(begin).error());
    const bool wanted =
        std::find(array_names_.begin(), array_names_.end(), key) != array_names_.end();
    if (wanted && *begin == '[') return ++at_, Status{};
    if (auto done = take_value(value, envelope_value_bytes_max, too_long); !done) return done;
    const bool scalar = !value.starts_with('{') && !value.starts_with('[');
    if (value.starts_with('"') && value.size() >= 2) value = value.substr(1, value.size() - 2);
    if (scalar && !too_long && envelope_.size() < envelope_members_max)
      envelope_.emplace_back(key, value);
  }
  return broken("the JSON object has no list of items");
}

Result<JsonItem> JsonItems::next() {
  if (state_ == State::before) {
    if (auto found = find_array(); !found) return std::unexpected(std::move(found).error());
    state_ = State::in_array;
  }
  if (state_ == State::after) return JsonItem{};
  auto byte = peek();
  if (byte && *byte == ',' && number_ > 0) {
    ++at_;
    byte = peek();
  }
  if (!byte) return std::unexpected(std::move(byte).error());
  if (*byte == ']') {
    // What follows the array is counts and links; it is not looked at.
    state_ = State::after;
    return JsonItem{};
  }
  bool too_long = false;
  if (auto done = take_value(item_, json_item_bytes_max, too_long); !done)
    return std::unexpected(std::move(done).error());
  ++number_;
  return JsonItem{number_, too_long ? std::string_view{} : std::string_view(item_), too_long};
}

std::string_view JsonItems::envelope(std::string_view key) const {
  for (const auto& [name, value] : envelope_)
    if (name == key) return value;
  return {};
}

}  // namespace tocsin::formats
