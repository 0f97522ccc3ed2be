// SPDX-License-Identifier: Apache-2.0
#include "monitor/stories.hpp"

namespace tocsin::monitor {
namespace {

template <class T>
std::unexpected<base::Error> passed(base::Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

}  // namespace

base::Result<std::unique_ptr<Stories>> Stories::open(store::Database& database,
                                                     RepeatSettings settings) {
  std::unique_ptr<Stories> stories(new Stories(database, settings));
  if (auto loaded = stories->reload(); !loaded) return passed(loaded);
  return stories;
}

base::Status Stories::reload() {
  repeats_ = Repeats(settings_);
  auto select = database_.prepare(
      "SELECT report_id, story, version, day, signature FROM story_member WHERE day >= (SELECT "
      "coalesce(max(day), 0) FROM story_member) - ?1 ORDER BY report_id DESC LIMIT ?2");
  if (!select) return passed(select);
  (*select)->bind(1, static_cast<std::int64_t>(settings_.window_days));
  (*select)->bind(2, static_cast<std::int64_t>(settings_.members_max));
  std::vector<RepeatMember> members;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) break;
    RepeatMember member;
    member.report = (*select)->integer(0);
    member.cluster = (*select)->integer(1);
    member.version = (*select)->integer(2);
    member.day = static_cast<std::int32_t>((*select)->integer(3));
    auto signature = decode_signature((*select)->text(4));
    if (!signature) return passed(signature);
    member.signature = std::move(*signature);
    members.push_back(std::move(member));
  }
  while (!members.empty()) {
    repeats_.restore(std::move(members.back()));
    members.pop_back();
  }
  return {};
}

base::Result<StoryPlace> Stories::tell(std::int64_t report, base::Day day, std::string_view title,
                                       std::string_view text, std::int64_t continues) {
  // A headline alone is often all that two outlets share, so it counts as the first sentence.
  auto signature = reader_.read(text.empty()    ? std::string(title)
                                : title.empty() ? std::string(text)
                                                : std::string(title) + ". " + std::string(text));
  const auto stored = encode_signature(signature);
  const auto number = base::day_number(day);
  const auto verdict = continues != 0
                           ? repeats_.add_to(continues, report, number, std::move(signature))
                           : repeats_.add(report, number, std::move(signature));
  const StoryPlace place{verdict.cluster, static_cast<std::uint8_t>(verdict.relation)};
  // What this process does not remember must not be remembered by the next one either.
  if (!verdict.remembered) return place;
  auto insert = database_.prepare("INSERT INTO story_member VALUES (?1, ?2, ?3, ?4, ?5)");
  if (!insert) return passed(insert);
  (*insert)->bind(1, report);
  (*insert)->bind(2, verdict.cluster);
  (*insert)->bind(3, verdict.version);
  (*insert)->bind(4, static_cast<std::int64_t>(number));
  (*insert)->bind_blob(5, stored);
  if (auto ran = (*insert)->run(); !ran) return passed(ran);
  return place;
}

}  // namespace tocsin::monitor
