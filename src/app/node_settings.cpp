// SPDX-License-Identifier: Apache-2.0
#include "app/node_settings.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "monitor/row_preparer.hpp"
#include "store/database.hpp"

namespace tocsin::app {
namespace {

constexpr std::string_view budget_name = "false_alarms_per_year";

}  // namespace

base::Result<std::optional<std::string>> NodeSettings::read(std::string_view name) const {
  auto database = store::open_sqlite(file_);
  if (!database) return std::unexpected(std::move(database.error()));
  auto select = (*database)->prepare("SELECT value FROM node_setting WHERE name = ?1");
  if (!select) return std::unexpected(std::move(select.error()));
  (*select)->bind(1, name);
  auto row = (*select)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  return std::string((*select)->text(0));
}

base::Status NodeSettings::write(std::string_view name, std::string_view value) const {
  auto database = store::open_sqlite(file_);
  if (!database) return std::unexpected(std::move(database.error()));
  auto replace = (*database)->prepare("INSERT OR REPLACE INTO node_setting VALUES (?1, ?2)");
  if (!replace) return std::unexpected(std::move(replace.error()));
  (*replace)->bind(1, name);
  (*replace)->bind(2, value);
  return (*replace)->run();
}

monitor::WatchSettings NodeSettings::watch(monitor::WatchMeasures measures,
                                           std::string exercise_country,
                                           const base::Clock& clock) const {
  return {[this] {
            const auto kept = read(budget_name);
            const double budget = kept && *kept ? std::strtod((*kept)->c_str(), nullptr) : 0;
            return budget > 0 ? budget : monitor::false_alarms_per_year_default;
          },
          [this](double budget) { return write(budget_name, fmt::format("{}", budget)); },
          std::move(measures), std::move(exercise_country),
          [&clock] { return base::day_of(clock.now()); }};
}

}  // namespace tocsin::app
