// SPDX-License-Identifier: Apache-2.0
#include "monitor/report_compare.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace tocsin::monitor {
namespace {

constexpr int unmatched = -1;
/// Acts as if this many reports without any word had come before: steadies the first weights.
constexpr std::uint32_t reports_at_start = 100;

/// Logarithm to base 2 within 0.09, by the bits of the number: called for every word compared.
float quick_log2(std::uint32_t value) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  constexpr float mantissa = 1.0F / static_cast<float>(1U << 23U);
  constexpr float exponent_bias = 127.0F;
  return static_cast<float>(bits) * mantissa - exponent_bias;
}

/// A word may be found this many words ahead without a neighbour that matches too.
constexpr int forward_gap_max = 10;
/// Longer exchanged runs are another wording of a whole passage, not a filled slot.
constexpr int slot_words_max = 7;

/// Penalties, times the weight of the rarest word exchanged (the less rare side counts).
constexpr double penalty_names = 1.0;
constexpr double penalty_dates = 1.0;
constexpr double penalty_name_and_word = 0.7;
constexpr double penalty_case_unknown = 0.7;
constexpr double penalty_words = 0.3;
/// At the very beginning or end of a text headings and by-lines are exchanged too.
constexpr double edge_share = 0.6;
constexpr double full_penalty = 0.65;
/// A filled slot decides in a note of this many words; in a long article it is one of many details.
constexpr double short_words = 45;
constexpr std::size_t changed_figures_free = 3;
constexpr double penalty_further_figure = 0.15;
/// A name in common says more than another word in common.
constexpr double name_factor = 1.5;

/// Alignment of two word sequences: which word of `older` each word of `newer` stands for.
class Alignment {
 public:
  Alignment(const std::vector<SignatureWord>& older, const std::vector<SignatureWord>& newer)
      : older_(older), newer_(newer) {
    heads_.fill(unmatched);
    for (int at = static_cast<int>(older.size()) - 1; at >= 0; --at) {
      const auto bucket = bucket_of(older[static_cast<std::size_t>(at)].match_key());
      next_[static_cast<std::size_t>(at)] = heads_[bucket];
      heads_[bucket] = static_cast<std::int16_t>(at);
    }
    older_used_.fill(false);
    int last = unmatched;
    for (std::size_t at = 0; at < newer.size(); ++at) {
      const int found = find(at, last);
      matches_[at] = static_cast<std::int16_t>(found);
      if (found == unmatched) continue;
      older_used_[static_cast<std::size_t>(found)] = true;
      last = found;
    }
  }

  [[nodiscard]] int match_of(std::size_t newer_at) const { return matches_[newer_at]; }
  [[nodiscard]] bool used(std::size_t older_at) const { return older_used_[older_at]; }

 private:
  static constexpr std::size_t buckets = 256;
  static std::size_t bucket_of(std::uint32_t key) { return (key * 2654435761U) >> 24U; }

  [[nodiscard]] bool same(int older_at, std::size_t newer_at) const {
    return older_at >= 0 && static_cast<std::size_t>(older_at) < older_.size() &&
           newer_at < newer_.size() &&
           older_[static_cast<std::size_t>(older_at)].match_key() == newer_[newer_at].match_key();
  }

  [[nodiscard]] int find(std::size_t at, int last) const {
    const int expected = last + 1;
    if (last != unmatched && same(expected, at) && !used(static_cast<std::size_t>(expected)))
      return expected;
    int best = unmatched;
    int best_distance = std::numeric_limits<int>::max();
    const auto key = newer_[at].match_key();
    for (int p = heads_[bucket_of(key)]; p != unmatched; p = next_[static_cast<std::size_t>(p)]) {
      const auto place = static_cast<std::size_t>(p);
      if (older_[place].match_key() != key || older_used_[place]) continue;
      const bool near = p > last && p - last <= forward_gap_max;
      const bool follows = at > 0 && same(p - 1, at - 1);
      const bool leads = same(p + 1, at + 1);
      if (!near && !follows && !leads) continue;
      if (near && !newer_[at].content() && !follows && !leads && p - last > 3) continue;
      int distance = p > expected ? p - expected : expected - p;
      if (follows || leads) distance /= 2;
      if (distance < best_distance) {
        best_distance = distance;
        best = p;
      }
    }
    return best;
  }

  const std::vector<SignatureWord>& older_;
  const std::vector<SignatureWord>& newer_;
  std::array<std::int16_t, buckets> heads_{};
  std::array<std::int16_t, signature_words_max> next_{};
  std::array<std::int16_t, signature_words_max> matches_{};
  std::array<bool, signature_words_max> older_used_{};
};

/// The rarest words of one run of unmatched words, by kind.
struct Run {
  bool date = false;
  double name = 0;  ///< weight of the rarest name
  double word = 0;  ///< weight of the rarest other content word
};

Run judge_run(const std::vector<SignatureWord>& words, int begin, int end,
              const WordWeights& weights) {
  Run run;
  for (int at = begin; at < end; ++at) {
    const auto word = words[static_cast<std::size_t>(at)];
    if (word.kind() == WordKind::date) run.date = true;
    if (!word.content()) continue;
    double& rarest = word.kind() == WordKind::name ? run.name : run.word;
    rarest = std::max(rarest, weights.weight(word));
  }
  return run;
}

double slot_penalty(const Run& older, const Run& newer, bool older_knows, bool newer_knows) {
  const double older_rarest = std::max(older.name, older.word);
  const double newer_rarest = std::max(newer.name, newer.word);
  if (older_rarest <= 0 || newer_rarest <= 0) return 0;
  if (older.name > 0 && newer.name > 0) return penalty_names * (older.name + newer.name) / 2;
  const double rarest = std::min(older_rarest, newer_rarest);
  if (older_knows && newer_knows)
    return (older.name + newer.name > 0 ? penalty_name_and_word : penalty_words) * rarest;
  if (older_knows || newer_knows)
    return (older.name + newer.name > 0 ? penalty_names : penalty_words) * rarest;
  return penalty_case_unknown * rarest;
}

/// True if every content word of the shorter run is a misspelling of one of the other run.
bool only_spelling(const ReportSignature& older, int older_begin, int older_end,
                   const ReportSignature& newer, int newer_begin, int newer_end) {
  unsigned pairs = 0;
  for (int n = newer_begin; n < newer_end; ++n) {
    const auto word = newer.words[static_cast<std::size_t>(n)];
    if (word.kind() == WordKind::date) return false;
    if (!word.content()) continue;
    bool found = false;
    for (int o = older_begin; o < older_end && !found; ++o)
      found = word.resembles(older.words[static_cast<std::size_t>(o)]);
    if (!found) return false;
    ++pairs;
  }
  return pairs > 0;
}

/// Adds up the weights of the slots: runs unmatched on both sides between matched neighbours.
double exchanged_weight(const ReportSignature& older, const ReportSignature& newer,
                        const Alignment& alignment, const WordWeights& weights) {
  const auto older_count = static_cast<int>(older.words.size());
  const auto newer_count = static_cast<int>(newer.words.size());
  double total = 0;
  int last_newer = -1;
  int last_older = -1;
  const auto judge = [&](int next_newer, int next_older) {
    const int newer_begin = last_newer + 1;
    // Only what stands unmatched right before the next match fills the same slot: after a change
    // of order the words further back belong elsewhere.
    int older_begin = next_older;
    while (older_begin > 0 && older_begin != last_older + 1 &&
           !alignment.used(static_cast<std::size_t>(older_begin - 1)))
      --older_begin;
    const int newer_run = next_newer - newer_begin;
    const int older_run = next_older - older_begin;
    if (newer_run <= 0 || older_run <= 0 || newer_run > slot_words_max ||
        older_run > slot_words_max)
      return;
    if (only_spelling(older, older_begin, next_older, newer, newer_begin, next_newer)) return;
    const Run before = judge_run(older.words, older_begin, next_older, weights);
    const Run after = judge_run(newer.words, newer_begin, next_newer, weights);
    const bool edge = last_newer < 0 || next_newer == newer_count || older_begin != last_older + 1;
    total += slot_penalty(before, after, older.names_known, newer.names_known) *
             (edge ? edge_share : 1.0);
    if (before.date && after.date) total += penalty_dates;
  };
  for (int at = 0; at < newer_count; ++at) {
    const int match = alignment.match_of(static_cast<std::size_t>(at));
    if (match == unmatched) continue;
    judge(at, match);
    last_newer = at;
    last_older = match;
  }
  judge(newer_count, older_count);
  return total;
}

}  // namespace

SketchShare compare_sketches(const ReportSignature& first, const ReportSignature& second) {
  const auto bound_of = [](const ReportSignature& report) {
    const bool whole = report.sketch.size() == report.pairs;
    return whole ? std::numeric_limits<std::uint32_t>::max() : report.sketch.back();
  };
  if (first.sketch.empty() || second.sketch.empty()) return {};
  // Below the smaller bound both sketches list every pair of their report.
  const auto bound = std::min(bound_of(first), bound_of(second));
  unsigned first_count = 0;
  unsigned second_count = 0;
  unsigned common = 0;
  auto a = first.sketch.begin();
  auto b = second.sketch.begin();
  const auto inside = [bound](auto it, auto end) { return it != end && *it <= bound; };
  while (inside(a, first.sketch.end()) || inside(b, second.sketch.end())) {
    const bool has_a = inside(a, first.sketch.end());
    const bool has_b = inside(b, second.sketch.end());
    if (has_a && has_b && *a == *b) {
      ++common, ++first_count, ++second_count, ++a, ++b;
    } else if (!has_b || (has_a && *a < *b)) {
      ++first_count, ++a;
    } else {
      ++second_count, ++b;
    }
  }
  const auto smaller = std::min(first_count, second_count);
  if (smaller == 0) return {};
  return {.containment = static_cast<double>(common) / smaller,
          .resemblance = static_cast<double>(common) / (first_count + second_count - common),
          .common = common};
}

double Comparison::score() const {
  return 0.75 * containment + 0.25 * resemblance - exchanged;
}

WordWeights::WordWeights() : counts_(cells) {}

void WordWeights::count(const ReportSignature& report) {
  for (const auto word : report.words)
    if (word.content()) ++counts_[(word.value() * 0x9E3779B1U) >> 14U];
  ++reports_;
  log_reports_ = quick_log2(reports_ + reports_at_start);
}

double WordWeights::weight(SignatureWord word) const {
  const std::uint32_t count = counts_[(word.value() * 0x9E3779B1U) >> 14U];
  const float rarity = (log_reports_ - quick_log2(count + 1)) / log_reports_;
  return std::clamp(static_cast<double>(rarity), weight_min, 1.0);
}

Comparison compare(const ReportSignature& older, const ReportSignature& newer,
                   const WordWeights& weights) {
  Comparison result;
  const auto share = compare_sketches(older, newer);
  const Alignment alignment(older.words, newer.words);
  const auto worth = [&weights](SignatureWord word) {
    if (!word.content()) return 0.0;
    return weights.weight(word) * (word.kind() == WordKind::name ? name_factor : 1.0);
  };
  std::array<double, signature_words_max> older_worth;
  double older_all = 0;
  for (std::size_t at = 0; at < older.words.size(); ++at)
    older_all += older_worth[at] = worth(older.words[at]);
  double newer_all = 0;
  double older_common = 0;
  double newer_common = 0;
  for (std::size_t at = 0; at < newer.words.size(); ++at) {
    const auto word = newer.words[at];
    const int match = alignment.match_of(at);
    const auto counterpart = match == unmatched ? 0U : static_cast<std::size_t>(match);
    // A word that both have weighs the same unless only one of them is seen to be a name.
    const bool same = match != unmatched && older.words[counterpart].bits() == word.bits();
    const double value = same ? older_worth[counterpart] : worth(word);
    newer_all += value;
    if (match == unmatched) continue;
    newer_common += value;
    older_common += older_worth[counterpart];
    result.evidence += std::min(value, older_worth[counterpart]);
    const auto before = older.words[counterpart].value();
    if (word.kind() == WordKind::figure && before != word.value())
      result.figures.push_back({before, word.value(), static_cast<std::uint32_t>(at)});
  }
  result.containment = share.containment;
  result.resemblance = share.resemblance;
  const bool whole =
      older.words.size() < signature_words_max && newer.words.size() < signature_words_max;
  if (whole && older_all > 0 && newer_all > 0) {
    result.containment =
        older_all < newer_all ? older_common / older_all : newer_common / newer_all;
    result.resemblance = (older_common + newer_common) / (older_all + newer_all);
  }
  const auto words = static_cast<double>(std::min(older.words.size(), newer.words.size()));
  const double length_share = words > short_words ? short_words / words : 1.0;
  double penalty = exchanged_weight(older, newer, alignment, weights) * full_penalty;
  if (result.figures.size() > changed_figures_free)
    penalty +=
        penalty_further_figure * static_cast<double>(result.figures.size() - changed_figures_free);
  result.exchanged = penalty * length_share;
  return result;
}

}  // namespace tocsin::monitor
