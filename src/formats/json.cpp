// SPDX-License-Identifier: Apache-2.0
#include "formats/json.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace tocsin::formats {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

base::Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::stream_parser parser({}, options);
  boost::system::error_code error;
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size() &&
      text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    return fail(ErrorCode::invalid_input, "text follows the end of the JSON value",
                "byte " + std::to_string(read + 1));
  if (!error) parser.finish(error);
  if (error == json::error::too_deep)
    return fail(ErrorCode::limit_exceeded,
                "nested deeper than " + std::to_string(json_depth_max) + " levels",
                "byte " + std::to_string(read + 1));
  if (error)
    return fail(ErrorCode::invalid_input, "not JSON: " + error.message(),
                "byte " + std::to_string(read + 1));
  return parser.release();
}

const json::value* member(const json::value& object, std::string_view key) {
  const auto* members = object.if_object();
  return members == nullptr ? nullptr : members->if_contains({key.data(), key.size()});
}

std::string_view text_member(const json::value& object, std::string_view key) {
  const auto* found = member(object, key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

std::optional<double> number_member(const json::value& object, std::string_view key) {
  const auto* found = member(object, key);
  if (found == nullptr) return std::nullopt;
  if (found->is_number()) {
    boost::system::error_code error;
    const double number = found->to_number<double>(error);
    return error ? std::nullopt : std::optional(number);
  }
  const auto text = text_member(object, key);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(number))
    return std::nullopt;  // "nan" and "inf" are words
  return number;
}

std::string id_member(const json::value& object, std::string_view key) {
  const auto* found = member(object, key);
  if (found == nullptr) return {};
  if (const auto* number = found->if_int64()) return std::to_string(*number);
  if (const auto* number = found->if_uint64()) return std::to_string(*number);
  return std::string(text_member(object, key));
}

}  // namespace tocsin::formats
