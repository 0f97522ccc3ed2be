// SPDX-License-Identifier: Apache-2.0
// A long JSON file read item by item: the elements of one array, each as its own text, so that a
// file of any size needs the memory of one item.
//
// The array is the whole file, or the value of one of the given members of the object that is the
// whole file. Ownership: an item's text holds until the next call. Threads: one thread.
// Errors: those of the source; ErrorCode::invalid_input where the file is not such JSON or ends
// inside. An item is cut out by its brackets only; whether it is JSON shows when it is parsed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// One element of the array in bytes; longer ones are passed over and reported.
inline constexpr std::size_t json_item_bytes_max = 16U << 20;

struct JsonItem {
  std::uint64_t number = 0;  ///< from 1; 0 means there is no further item
  std::string_view text;
  bool too_long = false;
};

class JsonItems {
 public:
  JsonItems(ByteSource& source, std::vector<std::string> array_names)
      : source_(source), array_names_(std::move(array_names)) {}
  [[nodiscard]] base::Result<JsonItem> next();
  /// A text or number of the outermost object that came before the array; empty where none did.
  [[nodiscard]] std::string_view envelope(std::string_view key) const;

 private:
  enum class State { before, in_array, after };
  [[nodiscard]] base::Status find_array();
  [[nodiscard]] base::Status take_key(std::string& key);
  /// Takes one value into `out`; goes on without storing past `bytes_max` and says so.
  [[nodiscard]] base::Status take_value(std::string& out, std::size_t bytes_max, bool& too_long);
  [[nodiscard]] base::Result<int> peek();  ///< next byte that is not white space, -1 at the end
  [[nodiscard]] base::Result<bool> have_byte();
  [[nodiscard]] std::unexpected<base::Error> broken(std::string_view what) const;

  ByteSource& source_;
  std::vector<std::string> array_names_;
  std::vector<std::pair<std::string, std::string>> envelope_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t taken_before_ = 0;  ///< bytes of earlier buffers, for places in errors
  std::string item_;
  std::uint64_t number_ = 0;
  State state_ = State::before;
};

}  // namespace tocsin::formats
