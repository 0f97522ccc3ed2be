// SPDX-License-Identifier: Apache-2.0
#include "app/blur.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tocsin::app {
namespace {

using knowledge::Gazetteer;
using knowledge::PlaceKind;

/// Below this a name is as likely something else.
constexpr double confidence_min = 0.3;

/// The gazetteer's place of that id among those that bear the name.
std::optional<knowledge::Place> place_of(const Gazetteer& gazetteer, std::string_view name,
                                         std::int64_t id) {
  const auto entry = gazetteer.find_name(name);
  if (!entry) return std::nullopt;
  for (const auto packed : entry->packed) {
    auto place = gazetteer.place(Gazetteer::candidate(packed).place);
    if (place.id == id) return place;
  }
  return std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<BlurByGazetteer>> BlurByGazetteer::open(
    const std::filesystem::path& gazetteer,
    std::shared_ptr<const monitor::coding::CoderData> data) {
  std::unique_ptr<BlurByGazetteer> made(new BlurByGazetteer(std::move(data)));
  if (!std::filesystem::exists(gazetteer)) return made;
  auto opened = Gazetteer::open(gazetteer);
  if (!opened) return std::unexpected(std::move(opened.error()));
  made->gazetteer_.emplace(std::move(*opened));
  made->finder_.emplace(*made->gazetteer_);
  return made;
}

void BlurByGazetteer::find_area(const assess::ToldWhere& told, assess::Blurred& into) {
  if (!finder_) return;
  data_->tokenizer().split(told.place, tokens_);
  const auto places = finder_->find(told.place, tokens_.tokens(), {{}, told.language});
  const auto best = std::ranges::max_element(places, {}, &monitor::coding::CodedPlace::confidence);
  if (best == places.end() || best->confidence < confidence_min || best->level < 2) return;
  into.area = best->admin1;
  const auto place = place_of(*gazetteer_, best->name, best->geoname_id);
  if (!place) return;
  if (place->kind == PlaceKind::district) {
    into.area = place->name;
    into.is_district = true;
  } else if (place->admin2) {
    into.area = gazetteer_->place(*place->admin2).name;
    into.is_district = true;
  } else if (place->kind == PlaceKind::province) {
    into.area = place->name;
  }
}

std::optional<base::Day> BlurByGazetteer::day_of(const assess::ToldWhere& told) {
  const auto words = base::trim(told.when);
  if (words.empty()) return std::nullopt;
  if (const auto day = base::parse_day(words.substr(0, std::min<std::size_t>(words.size(), 10))))
    return *day;
  const auto* rules = data_->rules(told.language);
  if (rules == nullptr) rules = data_->rules("en");
  if (rules == nullptr) return std::nullopt;
  data_->tokenizer().split(words, tokens_);
  const monitor::coding::Annotator annotator(rules->lexicon, data_->names());
  const monitor::coding::DateReader dates(data_->names());
  for (std::uint32_t number = 0; number < tokens_.sentences(); ++number) {
    annotator.annotate(words, tokens_.sentence(number), sentence_);
    dates.read(sentence_, told.received, times_);
    // "In May" tells no week.
    for (const auto& time : times_)
      if (!time.since && time.precision <= monitor::coding::DatePrecision::week) return time.day;
  }
  return std::nullopt;
}

assess::Blurred BlurByGazetteer::blur(const assess::ToldWhere& told) {
  const std::lock_guard guard(mutex_);
  assess::Blurred blurred;
  find_area(told, blurred);
  const auto day = day_of(told);
  // What is told lies in the past; a day after it was received was misread.
  if (day && *day <= told.received + std::chrono::days{1}) blurred.week = assess::week_of(*day);
  return blurred;
}

}  // namespace tocsin::app
