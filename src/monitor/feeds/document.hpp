// SPDX-License-Identifier: Apache-2.0
// What an institutional document says about itself in its first lines: symbol, date, title.
//
// Threads: pure functions. Nothing is guessed: what is not found stays empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "monitor/feeds/record.hpp"

namespace tocsin::monitor::feeds {

/// A page or a PDF in bytes; larger ones are refused.
inline constexpr std::size_t document_bytes_max = 32U << 20;
/// How far into a document's text its symbol and date are looked for.
inline constexpr std::size_t document_front_bytes = 3000;

/// The first date in words ("5 March 2020") or in ISO form in the text. `month_first` reads
/// 04/28/2021 as 28 April, otherwise as no date.
[[nodiscard]] std::optional<base::Day> find_day(std::string_view text, bool month_first = false);

/// Completes a record that has `text` (and perhaps title, date, url): symbol and date from the
/// front, a title from the first line, an id from symbol, address or content. Returns the reason of
/// a refusal or "".
[[nodiscard]] std::string complete_document(FeedRecord& record);

}  // namespace tocsin::monitor::feeds
