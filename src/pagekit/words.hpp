// SPDX-License-Identifier: Apache-2.0
// The words, numbers and times of one language: what every page says things with.
//
// Ownership: refers to the WebFiles, which must outlive it. Threads: const members from any thread.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>

#include "base/display_names.hpp"
#include "pagekit/templates.hpp"

namespace tocsin::pagekit {

class Words {
 public:
  Words(const WebFiles& web, std::string_view language)
      : web_(web), language_(language), names_(language) {}

  [[nodiscard]] const std::string& language() const { return language_; }
  using Values = std::map<std::string, std::string>;
  /// A message; values with letters in them are isolated from the sentence's direction.
  [[nodiscard]] std::string message(std::string_view key, Values values = {}) const;
  [[nodiscard]] std::string plural(std::string_view key, std::int64_t count,
                                   Values values = {}) const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// The message "section.id", or empty where the catalogue has none.
  [[nodiscard]] std::string looked_up(std::string_view section, std::string_view id) const;

  [[nodiscard]] std::string number(std::int64_t count) const;
  [[nodiscard]] std::string number(std::uint64_t count) const {
    return number(static_cast<std::int64_t>(count));
  }
  /// One digit after the mark below ten, whole numbers above.
  [[nodiscard]] std::string about(double value) const;
  [[nodiscard]] std::string decimal(double value, int fraction_digits_max) const;
  /// "31.4 MB"
  [[nodiscard]] std::string bytes(std::uint64_t count) const;
  /// {iso, text}
  [[nodiscard]] boost::json::object day(base::Day day) const;
  [[nodiscard]] boost::json::object time(base::Instant instant) const;
  [[nodiscard]] const base::DisplayNames& names() const { return names_; }

 protected:
  const WebFiles& web_;

 private:
  std::string language_;
  base::DisplayNames names_;
};

/// Sets a value with letters in it between U+2068 and U+2069.
[[nodiscard]] std::string isolated(std::string_view value);

}  // namespace tocsin::pagekit
