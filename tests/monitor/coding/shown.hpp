// SPDX-License-Identifier: Apache-2.0
// What an example of the dictionaries shows: "killing status=denied killed=3 source=MIL".
//
// All words must hold of one event (or incident) of the text: kinds ("a|b"), status, killed,
// injured, date, precision, source and target (roles), place (as the text writes it; "none" for
// these: not given), "told" and "passing" (confidence from 0.5 on, or below), "events=N" (how many
// the text tells). "none" alone: it tells no event. "indicator=ID": the text is linked with it.
// Format document: docs/formats/coding-data.md. Ownership: values. Threads: pure functions.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/coded.hpp"

namespace tocsin::monitor::coding {

/// Readings less sure than this move no counts (monitor/observation.hpp).
constexpr double told_confidence_min = 0.5;

/// One "shows" line, cut into words.
struct Shown {
  bool no_event = false;
  std::vector<std::string> kinds;  ///< one of them; empty: any
  std::vector<std::pair<std::string, std::string>> members;
  std::vector<std::string> indicators;  ///< all of them
};

inline Shown parse_shown(std::string_view text) {
  Shown shown;
  for (const std::string_view word : knowledge::cut_list(text, ' ')) {
    const std::size_t equals = word.find('=');
    if (word == "none") {
      shown.no_event = true;
    } else if (word.starts_with("indicator=")) {
      shown.indicators.emplace_back(word.substr(equals + 1));
    } else if (word == "told" || word == "passing") {
      shown.members.emplace_back("confidence", word);
    } else if (equals != std::string_view::npos) {
      shown.members.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else {
      for (const auto kind : knowledge::cut_list(word, '|')) shown.kinds.emplace_back(kind);
    }
  }
  return shown;
}

inline std::string count_word(const std::optional<std::int32_t>& count) {
  return count ? std::to_string(*count) : "none";
}

inline std::string role_word(const std::optional<CodedActor>& actor) {
  return actor && !actor->role.empty() ? actor->role : "none";
}

/// What an event says to the word before "="; "?" where the word is unknown.
inline std::string member_of(const CodedEvent& event, const CodedText& coded,
                             std::string_view member) {
  if (member == "status") return std::string(name_of(event.status));
  if (member == "killed") return count_word(event.killed);
  if (member == "injured") return count_word(event.injured);
  if (member == "date") return event.date ? base::format_day(*event.date) : "none";
  if (member == "precision")
    return event.date ? std::string(name_of(event.date_precision)) : "none";
  if (member == "source") return role_word(event.source);
  if (member == "target") return role_word(event.target);
  if (member == "place") return event.place ? coded.places[*event.place].text : "none";
  if (member == "events") return std::to_string(coded.events.size());
  if (member == "confidence") return event.confidence >= told_confidence_min ? "told" : "passing";
  return "?";
}

inline bool holds(const Shown& shown, const CodedText& coded) {
  const bool linked = std::ranges::all_of(shown.indicators, [&coded](const std::string& id) {
    return std::ranges::find(coded.indicators, id, &IndicatorLink::id) != coded.indicators.end();
  });
  if (!linked) return false;
  if (shown.no_event) return coded.events.empty();
  if (shown.kinds.empty() && shown.members.empty()) return true;
  const auto of_kind = [&shown](const std::string& kind) {
    return shown.kinds.empty() || std::ranges::find(shown.kinds, kind) != shown.kinds.end();
  };
  if (shown.members.empty() &&
      std::ranges::any_of(coded.incidents, of_kind, &CodedIncident::kind)) {
    return true;
  }
  return std::ranges::any_of(coded.events, [&](const CodedEvent& event) {
    return of_kind(event.kind) && std::ranges::all_of(shown.members, [&](const auto& member) {
             return member_of(event, coded, member.first) == member.second;
           });
  });
}

/// What a text was coded as, for messages.
inline std::string told_by(const CodedText& coded) {
  std::string out;
  for (const CodedEvent& event : coded.events) {
    out += "\n  " + event.kind;
    for (const char* member : {"status", "killed", "injured", "date", "precision", "source",
                               "target", "place", "confidence"}) {
      out += std::string(" ") + member + "=" + member_of(event, coded, member);
    }
  }
  for (const CodedIncident& incident : coded.incidents) out += "\n  " + incident.kind;
  for (const IndicatorLink& link : coded.indicators) out += "\n  indicator " + link.id;
  return out.empty() ? "\n  no event" : out;
}

}  // namespace tocsin::monitor::coding
