// SPDX-License-Identifier: Apache-2.0
// What moved, in sentences and charts: the parts that Today, Places and a place share.
//
// Threads: pure but for asking the watch service. Errors: those of the service.
#pragma once

#include <vector>

#include "monitor/pages/charts.hpp"
#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

/// Weeks that a sparkline shows.
inline constexpr int sparkline_weeks = 26;

/// The plain sentence why: "attacks on civilians: 14 clusters in 7 days, usually 3; …".
[[nodiscard]] std::string sentence_of(const Labels& labels, const WatchReason& reason);
/// {direction, direction_label, sentence, evidence_href, evidence_label}.
[[nodiscard]] boost::json::object reason_of(const Labels& labels, const WatchReason& reason,
                                            std::int64_t place_id, base::Day day);
/// What the counts of a measure, indicator or watch on people killed are of.
[[nodiscard]] CountedUnit watched_unit(const Page& page, std::string_view measure);
/// The chart's fields with its table; `weeks` must not be empty.
[[nodiscard]] boost::json::object chart_of(const Page& page, std::string_view measure,
                                           const std::string& place_name,
                                           const std::vector<UsualWeek>& weeks,
                                           const ChartSize& size);
/// The sparkline of a place and measure, or false where nothing is known.
[[nodiscard]] base::Result<boost::json::value> sparkline_of(const Page& page,
                                                            const StoredPlace& place,
                                                            std::string_view measure);
/// True if a place's observed past is too short to say what is usual there.
[[nodiscard]] base::Result<bool> has_short_past(const Page& page, std::int64_t place);
/// True if anything was counted or the past is known for any of the weeks.
[[nodiscard]] bool shows_anything(const std::vector<UsualWeek>& weeks);
/// "4–11", in whole clusters.
[[nodiscard]] std::string usual_range(const Labels& labels, const UsualWeek& week);

}  // namespace tocsin::monitor::pages
