// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/lexicon.hpp"

#include <algorithm>
#include <bit>

namespace tocsin::monitor::coding {

std::uint16_t Names::id(std::string_view name) {
  const auto [at, made] = ids_.emplace(name, static_cast<std::uint16_t>(names_.size()));
  if (made) names_.emplace_back(name);
  return at->second;
}

std::uint16_t Names::find(std::string_view name) const {
  const auto found = ids_.find(std::string(name));
  return found == ids_.end() ? std::uint16_t{0xFFFF} : found->second;
}

Lexicon::Slot& Lexicon::slot_for(std::uint64_t hash) {
  Slot& slot = building_[hash];
  slot.hash = hash;
  return slot;
}

Meaning& Lexicon::at(std::string_view surface, int capitals, const Tokenizer& tokenizer) {
  tokenizer.split(surface, scratch_);
  const auto tokens = scratch_.tokens();
  if (tokens.empty()) {
    meanings_.emplace_back();
    return meanings_.back();
  }
  Slot& slot = slot_for(tokens[0].hash);
  if (tokens.size() == 1) {
    std::int32_t& meaning = slot.meanings[capitals];
    if (meaning < 0) {
      meaning = static_cast<std::int32_t>(meanings_.size());
      meanings_.emplace_back();
      meanings_.back().capitals = static_cast<std::uint16_t>(capitals);
    }
    return meanings_[static_cast<std::size_t>(meaning)];
  }
  if (slot.phrases < 0) {
    slot.phrases = static_cast<std::int32_t>(phrases_.size());
    phrases_.emplace_back();
  }
  std::vector<std::uint64_t> more;
  for (const Token& token : tokens.subspan(1)) more.push_back(token.hash);
  auto& list = phrases_[static_cast<std::size_t>(slot.phrases)];
  for (const Phrase& phrase : list) {
    if (phrase.capitals == capitals && phrase.more == more)
      return meanings_[static_cast<std::size_t>(phrase.meaning)];
  }
  list.push_back({std::move(more), static_cast<std::int32_t>(meanings_.size()), capitals});
  meanings_.emplace_back();
  meanings_.back().words = static_cast<std::uint16_t>(tokens.size());
  meanings_.back().capitals = static_cast<std::uint16_t>(capitals);
  return meanings_.back();
}

Meaning& Lexicon::at_hash(std::uint64_t hash) {
  std::int32_t& meaning = slot_for(hash).meanings[0];
  if (meaning < 0) {
    meaning = static_cast<std::int32_t>(meanings_.size());
    meanings_.emplace_back();
  }
  return meanings_[static_cast<std::size_t>(meaning)];
}

void Lexicon::seal() {
  for (auto& list : phrases_) {
    std::stable_sort(list.begin(), list.end(), [](const Phrase& a, const Phrase& b) {
      return a.more.size() > b.more.size();
    });
  }
  for (Meaning& meaning : meanings_) {
    std::sort(meaning.classes.begin(), meaning.classes.end());
    meaning.classes.erase(std::unique(meaning.classes.begin(), meaning.classes.end()),
                          meaning.classes.end());
  }
  // Half empty, so that a miss ends after a step or two.
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(building_.size() * 2, 16));
  table_.assign(size, Slot{});
  mask_ = size - 1;
  for (const auto& [hash, slot] : building_) {
    std::size_t at = hash & mask_;
    while (table_[at].hash != 0) at = (at + 1) & mask_;
    table_[at] = slot;
  }
  building_.clear();
}

const Lexicon::Slot* Lexicon::slot(std::uint64_t hash) const {
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    if (table_[at].hash == hash) return &table_[at];
    if (table_[at].hash == 0) return nullptr;
  }
}

}  // namespace tocsin::monitor::coding
