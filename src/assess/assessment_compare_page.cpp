// SPDX-License-Identifier: Apache-2.0
// Two versions of an assessment side by side, what differs marked.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "assess/assessment_content.hpp"
#include "assess/marking_below.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;

/// Ends of sentences in the six languages, in UTF-8.
constexpr std::array<std::string_view, 5> sentence_ends{".", "!", "?", "؟", "。"};

/// The sentences and lines of a text, which are compared whole.
std::vector<std::string> sentences_of(std::string_view text) {
  std::vector<std::string> out;
  std::string held;
  const auto keep = [&] {
    const auto first = held.find_first_not_of(' ');
    if (first != std::string::npos) out.push_back(held.substr(first));
    held.clear();
  };
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      keep();
      continue;
    }
    const bool ended = c == ' ' && std::ranges::any_of(sentence_ends, [&](std::string_view end) {
                         return held.ends_with(end);
                       });
    if (ended)
      keep();
    else
      held += c;
  }
  keep();
  return out;
}

json::array marked_pieces(const std::vector<std::string>& mine,
                          const std::vector<std::string>& theirs) {
  const std::set<std::string> known(theirs.begin(), theirs.end());
  json::array pieces;
  for (const auto& sentence : mine)
    pieces.push_back(json::object{{"text", sentence}, {"changed", !known.contains(sentence)}});
  return pieces;
}

struct Side {
  AssessmentRow row;
  std::string texts(const DeskCall& desk, std::string_view field) const {
    return desk.shown(row.object, field, stored_text(row, field));
  }
};

/// One row of the comparison; `same`: nothing differs.
json::object pair_of(const std::string& label, const std::string& then, const std::string& now) {
  const auto before = sentences_of(then);
  const auto after = sentences_of(now);
  return {{"label", label},
          {"same", then == now},
          {"then", marked_pieces(before, after)},
          {"now", marked_pieces(after, before)}};
}

json::array text_pairs(const DeskCall& desk, const Side& then, const Side& now) {
  json::array rows;
  rows.push_back(pair_of(desk.words.message("situation.crimes"),
                         crimes_in_words(desk.words, then.row.crimes),
                         crimes_in_words(desk.words, now.row.crimes)));
  for (const auto field : assessment_texts)
    rows.push_back(pair_of(desk.words.message("assessment." + std::string(field)),
                           then.texts(desk, field), now.texts(desk, field)));
  const auto chosen = [&](const Side& side) {
    const auto options = options_of(desk, side.row);
    std::string list;
    for (const auto& entry : toolbox(desk)) {
      const auto found = std::ranges::find(options, entry.id, &Option::measure);
      if (found == options.end()) continue;
      list += entry.label + (found->why.empty() ? "" : ": " + found->why) + "\n";
    }
    return list;
  };
  rows.push_back(pair_of(desk.words.message("assessment.options"), chosen(then), chosen(now)));
  return rows;
}

/// Judgements of either version; those that are the same word for word are counted only.
json::object judgement_pairs(const DeskCall& desk, const Side& then, const Side& now) {
  const auto before = judgements_of(desk, then.row);
  const auto after = judgements_of(desk, now.row);
  json::array rows;
  std::int64_t same = 0;
  for (const auto& indicator : desk.parts.framework.indicators()) {
    const auto old = before.find(indicator.id);
    const auto found = after.find(indicator.id);
    if (old == before.end() && found == after.end()) continue;
    if (old != before.end() && found != after.end() && old->second.id == found->second.id) {
      ++same;
      continue;
    }
    rows.push_back(json::object{{"number", indicator.un_number},
                                {"label", desk.said(indicator.label)},
                                {"then", judgement_in_words(desk, before, indicator.id)},
                                {"now", judgement_in_words(desk, after, indicator.id)}});
  }
  return {{"rows", std::move(rows)},
          {"same", desk.words.plural("assessment.judgements_same", same)}};
}

std::string version_title(const DeskCall& desk, const AssessmentRow& row) {
  return desk.words.message("assessment.title", {{"number", std::to_string(row.number)}}) + " · " +
         desk.words.looked_up("assessment", row.state);
}

}  // namespace

Answer compare_page(const DeskCall& desk) {
  auto now = read_assessment(desk, object_of(desk.call, assessment_type));
  if (!now) return std::unexpected(std::move(now.error()));
  const auto versions = readable_versions(desk.database, desk.parts.desk.permissions,
                                          desk.session.person, now->situation);
  if (!versions) return std::unexpected(versions.error());
  // Only versions of the same situation are beside each other.
  const std::string wanted(desk.call.query.get("with"));
  const AssessmentRow* other = nullptr;
  for (const auto& version : *versions) {
    if (version.object == now->object) continue;
    const bool named = uuid_of(version.object) == wanted;
    const bool nearest = wanted.empty() && (other == nullptr || version.number < now->number) &&
                         (other == nullptr || other->number > now->number);
    if (named || nearest) other = &version;
  }
  if (other == nullptr)
    return base::fail(ErrorCode::not_found, "this situation has no such other version");
  auto then = read_assessment(desk, other->object);
  if (!then) return std::unexpected(std::move(then.error()));
  auto situation = SituationReader(desk.database).find(now->situation);
  if (!situation) return std::unexpected(std::move(situation.error()));
  json::array choices;
  for (const auto& version : *versions)
    if (version.object != now->object)
      choices.push_back(json::object{{"value", uuid_of(version.object)},
                                     {"text", version_title(desk, version)},
                                     {"selected", version.object == then->object}});
  const auto title = desk.words.message("assessment.compare");
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  const Side before{*then};
  const Side after{*now};
  const std::string own = "/assessments/" + std::string(uuid_of(now->object));
  context["compare"] =
      json::object{{"back", own},
                   {"situation", desk.shown(situation->object, "name", situation->name)},
                   {"action", own + "/compare"},
                   {"choices", std::move(choices)},
                   {"then", version_title(desk, *then)},
                   {"now", version_title(desk, *now)},
                   {"texts", text_pairs(desk, before, after)},
                   {"judgements", judgement_pairs(desk, before, after)}};
  return desk.parts.pages.render(desk.call, "assess/compare", context);
}

}  // namespace tocsin::assess
