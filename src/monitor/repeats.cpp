// SPDX-License-Identifier: Apache-2.0
#include "monitor/repeats.hpp"

#include <algorithm>

namespace tocsin::monitor {
namespace {

constexpr std::size_t buckets_at_start = 1U << 12U;
/// The table doubles when it is fuller than this; fuller buckets lose their oldest posting.
constexpr double load_max = 0.6;
/// A pair that very many reports share must not push out the other pairs of its bucket.
constexpr unsigned same_key_max = 12;
/// A copy with this score is taken without looking at further candidates.
constexpr double score_literal = 0.95;
/// Candidates whose sketches share less are not compared word by word.
constexpr double sketch_containment_min = 0.3;
constexpr std::uint64_t whole_text_salt = 0x5bd1e995ULL << 32U;

std::uint64_t spread(std::uint64_t key) {
  key *= 0x9E3779B97F4A7C15ULL;
  return key ^ (key >> 32U);
}

std::uint16_t tag_of(std::uint64_t spread_key) {
  return static_cast<std::uint16_t>(spread_key >> 48U);
}

}  // namespace

std::string_view name_of(Relation relation) {
  switch (relation) {
    case Relation::fresh:
      return "new";
    case Relation::repeat:
      return "repeat";
    case Relation::update:
      return "update";
  }
  return "new";
}

Repeats::Repeats(RepeatSettings settings) : settings_(settings), buckets_(buckets_at_start) {}

const RepeatMember* Repeats::member(std::uint32_t sequence) const {
  const std::uint32_t offset = sequence - first_sequence_;
  return offset < members_.size() ? &members_[offset] : nullptr;
}

bool Repeats::near(const RepeatMember& member, std::optional<std::int32_t> day) const {
  if (!day || !member.day) return true;
  const std::int64_t apart = static_cast<std::int64_t>(*day) - *member.day;
  return apart <= settings_.window_days && -apart <= settings_.window_days;
}

void Repeats::collect(std::uint64_t key) {
  const auto spread_key = spread(key);
  const Bucket& bucket = buckets_[spread_key & (buckets_.size() - 1)];
  const auto tag = tag_of(spread_key);
  const std::size_t before = found_.size();
  for (std::size_t way = 0; way < ways; ++way)
    if (bucket.slots[way] != 0 && bucket.tags[way] == tag)
      found_.push_back({bucket.slots[way] - 1, 0});
  // A pair that few reports have says more than one of every other report.
  const auto worth = static_cast<unsigned>(1 + ways - (found_.size() - before));
  for (std::size_t i = before; i < found_.size(); ++i) found_[i].hits = worth;
}

const RepeatMember* Repeats::exact_copy(const ReportSignature& signature,
                                        std::optional<std::int32_t> day) const {
  const auto spread_key = spread(signature.text_hash ^ whole_text_salt);
  const Bucket& bucket = buckets_[spread_key & (buckets_.size() - 1)];
  const auto tag = tag_of(spread_key);
  for (std::size_t way = 0; way < ways; ++way) {
    if (bucket.slots[way] == 0 || bucket.tags[way] != tag) continue;
    const RepeatMember* found = member(bucket.slots[way] - 1);
    if (found != nullptr && found->signature.text_hash == signature.text_hash &&
        found->signature.words.size() == signature.words.size() && near(*found, day))
      return found;
  }
  return nullptr;
}

std::vector<Repeats::Candidate> Repeats::candidates(const ReportSignature& signature) {
  found_.clear();
  const auto indexed = std::min(signature.sketch.size(), indexed_pairs);
  for (std::size_t i = 0; i < indexed; ++i) collect(signature.sketch[i]);
  std::ranges::sort(found_, {}, &Candidate::sequence);
  std::vector<Candidate> counted;
  for (const auto& found : found_) {
    if (!counted.empty() && counted.back().sequence == found.sequence) {
      counted.back().hits += found.hits;
    } else if (member(found.sequence) != nullptr) {
      counted.push_back(found);
    }
  }
  // Most shared pairs first; among equals the newest, which outlets are likeliest to repeat.
  std::ranges::sort(counted, [](const Candidate& a, const Candidate& b) {
    return a.hits != b.hits ? a.hits > b.hits : a.sequence > b.sequence;
  });
  return counted;
}

bool Repeats::fits(const RepeatMember& other, const ReportSignature& signature,
                   const Comparison& comparison) const {
  const double lack = std::max(0.0, 1.0 - comparison.evidence / settings_.evidence_full);
  const double needed = settings_.score_min + (1.0 - settings_.score_min) * lack;
  if (comparison.score() < needed) return false;
  const RepeatMember* first = member(other.first_sequence);
  if (first == nullptr || first == &other || first->report != other.cluster) return true;
  return compare(first->signature, signature, weights_).exchanged <= settings_.exchanged_max;
}

RepeatVerdict Repeats::add(std::int64_t report, std::optional<std::int32_t> day,
                           ReportSignature signature) {
  RepeatVerdict best{.relation = Relation::fresh,
                     .cluster = report,
                     .version = report,
                     .closest = report,
                     .score = 1,
                     .changes = {},
                     .remembered = true};
  // An exact copy adds nothing that a later report could be matched with: it is not remembered.
  if (const RepeatMember* copy = exact_copy(signature, day); copy != nullptr)
    return {Relation::repeat, copy->cluster, copy->version, copy->report, 1, {}, false};
  double best_score = -1;
  std::optional<std::uint32_t> first_sequence;
  std::size_t looked_at = 0;
  std::size_t compared = 0;
  for (const auto& candidate : candidates(signature)) {
    if (looked_at++ >= looked_at_max) break;
    const RepeatMember& other = *member(candidate.sequence);
    if (!near(other, day)) continue;
    // The words are compared only where the sketches promise something and nothing better than
    // an almost literal copy is still to be found.
    if (best_score >= score_literal && best.relation == Relation::repeat) break;
    if (compare_sketches(other.signature, signature).containment < sketch_containment_min) continue;
    if (compared++ >= compared_max) break;
    auto comparison = compare(other.signature, signature, weights_);
    const double score = comparison.score() - (comparison.figures.empty() ? 0.0 : 0.01);
    if (score <= best_score || !fits(other, signature, comparison)) continue;
    best_score = score;
    first_sequence = other.first_sequence;
    const bool update = !comparison.figures.empty();
    best = {update ? Relation::update : Relation::repeat,
            other.cluster,
            update ? report : other.version,
            other.report,
            score,
            std::move(comparison.figures)};
  }
  remember({report, best.cluster, best.version, day, std::move(signature)}, first_sequence);
  return best;
}

RepeatVerdict Repeats::add_to(std::int64_t cluster, std::int64_t report,
                              std::optional<std::int32_t> day, ReportSignature signature) {
  remember({report, cluster, report, day, std::move(signature)}, std::nullopt);
  return {Relation::update, cluster, report, cluster, 1, {}, true};
}

void Repeats::restore(RepeatMember member) {
  const auto known = restored_.find(member.cluster);
  const auto first = known == restored_.end() ? std::nullopt : std::optional(known->second);
  const auto report = member.report;
  remember(std::move(member), first);
  restored_.emplace(report, first_sequence_ + static_cast<std::uint32_t>(members_.size()) - 1);
}

void Repeats::remember(RepeatMember member, std::optional<std::uint32_t> first_sequence) {
  if (members_.size() >= settings_.members_max && !members_.empty()) {
    members_.pop_front();
    ++first_sequence_;
  }
  member.first_sequence =
      first_sequence.value_or(first_sequence_ + static_cast<std::uint32_t>(members_.size()));
  weights_.count(member.signature);
  member.signature.figure_spans = {};
  member.signature.words.shrink_to_fit();
  member.signature.sketch.shrink_to_fit();
  members_.push_back(std::move(member));
  const double capacity = static_cast<double>(buckets_.size() * ways);
  const auto sequence = first_sequence_ + static_cast<std::uint32_t>(members_.size()) - 1;
  if (static_cast<double>(members_.size() * (indexed_pairs + 1)) > load_max * capacity)
    grow();
  else
    post(members_.back().signature, sequence);
}

void Repeats::post(const ReportSignature& signature, std::uint32_t sequence) {
  const auto indexed = std::min(signature.sketch.size(), indexed_pairs);
  for (std::size_t i = 0; i < indexed; ++i) post_one(signature.sketch[i], sequence);
  post_one(signature.text_hash ^ whole_text_salt, sequence);
}

void Repeats::post_one(std::uint64_t key, std::uint32_t sequence) {
  const auto spread_key = spread(key);
  Bucket& bucket = buckets_[spread_key & (buckets_.size() - 1)];
  const auto tag = tag_of(spread_key);
  std::size_t place = bucket.next;
  unsigned same_key = 0;
  std::size_t oldest_same = 0;
  std::uint32_t oldest_age = 0;
  for (std::size_t way = 0; way < ways; ++way) {
    if (bucket.slots[way] == 0 || bucket.tags[way] != tag) continue;
    ++same_key;
    const std::uint32_t age = sequence - (bucket.slots[way] - 1);
    if (age >= oldest_age) {
      oldest_age = age;
      oldest_same = way;
    }
  }
  if (same_key >= same_key_max)
    place = oldest_same;
  else
    bucket.next = static_cast<std::uint8_t>((bucket.next + 1U) % ways);
  bucket.tags[place] = tag;
  bucket.slots[place] = sequence + 1;
}

/// Doubles the table and posts every member again; rare enough to keep adding linear.
void Repeats::grow() {
  buckets_.assign(buckets_.size() * 2, Bucket{});
  std::uint32_t sequence = first_sequence_;
  for (const auto& held : members_) post(held.signature, sequence++);
}

}  // namespace tocsin::monitor
