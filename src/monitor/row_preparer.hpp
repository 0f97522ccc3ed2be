// SPDX-License-Identifier: Apache-2.0
// Turns a feed record into a row for the store: codes its text, links its place.
//
// Spans are bytes of the report's text, or of its title where it has no text. A title over a text
// that tells no deed of violence is coded too; what it alone tells has an empty span.
// Ownership: refers to what it is made with; all of it must outlive it. Threads: one.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "monitor/coding/coded.hpp"
#include "monitor/follow_ups.hpp"
#include "monitor/observation.hpp"
#include "monitor/place_linker.hpp"
#include "monitor/watch_measures.hpp"

namespace tocsin::monitor {

/// How far ahead of the clock a row may be dated: where the day begins first it is up to fourteen
/// hours later than in UTC.
inline constexpr std::chrono::days dated_ahead_max{1};
/// Why a row cannot be kept: it is dated after the day it came in, or after its own publication.
/// Nothing for a row that can.
[[nodiscard]] std::optional<std::string> dated_ahead(const feeds::FeedRecord& record,
                                                     base::Day received);

class RowPreparer {
 public:
  using CodeText = std::function<coding::CodedText(const coding::TextToCode&)>;

  RowPreparer(const WatchMeasures& measures, const FollowUps& follow_ups, const PlaceLinker& places,
              CodeText code, std::string exercise_country = {})
      : measures_(measures),
        follow_ups_(follow_ups),
        places_(places),
        code_(std::move(code)),
        exercise_country_(std::move(exercise_country)) {}

  /// Moves texts out of the record. `received` dates what carries no date of its own.
  [[nodiscard]] NewRow prepare(feeds::FeedRecord& record, base::Day received) const;

 private:
  void add_coded_event(const feeds::FeedRecord& record, base::Day day, NewRow& row) const;
  [[nodiscard]] coding::TextToCode input_of(const feeds::FeedRecord& record, base::Day day) const;
  [[nodiscard]] ObservedPlace place_of(const feeds::FeedRecord& record,
                                       const coding::CodedText& coded,
                                       std::optional<std::uint32_t> index) const;
  [[nodiscard]] NewObservation observe(const feeds::FeedRecord& record,
                                       const coding::CodedText& coded,
                                       const coding::CodedEvent& event, base::Day day) const;
  void add_coded_text(const feeds::FeedRecord& record, base::Day day, NewRow& row) const;
  /// Adds the deeds that only the title of a report tells: its text, coded before, tells none.
  void add_headline(const feeds::FeedRecord& record, coding::TextToCode input,
                    const coding::CodedText& coded, base::Day day, NewRow& row) const;
  /// Marks attacks that the text only comes back to, rumours, and what lies far back.
  void tell_follow_ups(std::string_view title, std::string_view text, std::string_view language,
                       base::Day day, std::vector<NewObservation>& observations) const;
  void finish(NewObservation& observation, bool link_indicators) const;

  const WatchMeasures& measures_;
  const FollowUps& follow_ups_;
  const PlaceLinker& places_;
  CodeText code_;
  std::string exercise_country_;  ///< where exercise records lie that name no country
};

}  // namespace tocsin::monitor
