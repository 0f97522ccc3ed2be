// SPDX-License-Identifier: Apache-2.0
// Short forms of the common ways to use a statement: run it, or look at each row.
//
// Threads and errors: those of the database. Parameters are bound in the order given, from ?1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "store/database.hpp"

namespace tocsin::store {
namespace detail {

template <class T>
void bind_one(Statement& statement, int parameter, const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    statement.bind(parameter, value ? std::int64_t{1} : std::int64_t{0});
  else if constexpr (std::is_integral_v<T>)
    statement.bind(parameter, static_cast<std::int64_t>(value));
  else if constexpr (std::is_convertible_v<T, std::string_view>)
    statement.bind(parameter, std::string_view(value));
  else
    statement.bind(parameter, value);
}

}  // namespace detail

/// Runs a statement that gives no rows.
template <class... Values>
[[nodiscard]] base::Status run(Database& database, std::string_view sql, const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  int parameter = 0;
  (detail::bind_one(**statement, ++parameter, values), ...);
  return (*statement)->run();
}

/// Calls `take(const Statement&)` for each row.
template <class Take, class... Values>
[[nodiscard]] base::Status each(Database& database, std::string_view sql, Take take,
                                const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  int parameter = 0;
  (detail::bind_one(**statement, ++parameter, values), ...);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    take(static_cast<const Statement&>(**statement));
  }
}

/// `make(const Statement&)` of the first row, or nothing.
template <class Make, class... Values>
[[nodiscard]] auto first(Database& database, std::string_view sql, Make make,
                         const Values&... values)
    -> base::Result<std::optional<std::invoke_result_t<Make, const Statement&>>> {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  int parameter = 0;
  (detail::bind_one(**statement, ++parameter, values), ...);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  return std::optional(make(static_cast<const Statement&>(**statement)));
}

}  // namespace tocsin::store
