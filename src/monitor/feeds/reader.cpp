// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/reader.hpp"

#include <algorithm>
#include <array>

#include "monitor/feeds/acled.hpp"
#include "monitor/feeds/gdelt.hpp"
#include "monitor/feeds/jsonl_reports.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::array formats_table{
    Format{"gdelt", "GDELT event export",
           "GDELT Project: free for any use, cite the GDELT Project and its address", sniff_gdelt,
           make_gdelt_reader},
    Format{"acled", "ACLED event table",
           "ACLED terms of use: registered users, attribution, no passing on of the data",
           sniff_acled, make_acled_reader},
    Format{"jsonl", "reports as JSON Lines", "as agreed with whoever wrote the reports",
           sniff_jsonl_reports, make_jsonl_reports_reader},
};

}  // namespace

std::span<const Format> all_formats() {
  return formats_table;
}

base::Result<const Format*> format_of_name(std::string_view name) {
  std::string names;
  for (const auto& format : formats_table) {
    if (format.name == name) return &format;
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return fail(ErrorCode::invalid_input, "there is no format \"" + std::string(name) + "\"", {},
              "use one of " + names);
}

base::Result<const Format*> find_format(std::string_view head) {
  const Format* best = nullptr;
  Likeness best_likeness = Likeness::no;
  for (const auto& format : formats_table) {
    const Likeness likeness = format.sniff(head);
    if (likeness <= best_likeness) continue;
    best = &format;
    best_likeness = likeness;
  }
  if (best != nullptr) return best;
  return fail(ErrorCode::unsupported, "the content is of no format that is known here", {},
              "name the format with --format if you know it");
}

std::unique_ptr<FeedReader> make_reader(const Format& format, const Tables& tables) {
  return format.make(tables);
}

}  // namespace tocsin::monitor::feeds
