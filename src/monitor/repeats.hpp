// SPDX-License-Identifier: Apache-2.0
// Groups repeats: each new report is at once told to be new, a repeat of a story, or an update of
// it.
//
// A story (cluster) is what forty outlets tell in their edits of one text. An update tells the same
// story with another figure (a new death toll); it stays in the cluster, starts a new version and
// both figures are kept. The cluster answers "how many stories", the version "which figures".
//
// Method: bottom-k sketches (report_signature.hpp) in a fixed-size posting table find candidates:
// the `indexed_pairs` smallest pair hashes of a report are posted, and a report sharing one with an
// earlier report is compared with it word by word (report_compare.hpp). The best candidate above
// the threshold gives the cluster; nothing is ever re-clustered, so ids are final.
//
// Costs: a report touches at most indexed_pairs + 1 buckets, compares at most `looked_at_max`
// sketches and `compared_max` word lists, whatever the number held: time is linear in reports.
// Memory is bounded by `members_max` reports (about 850 bytes for a report of 43 words, index
// included); the oldest leave first.
//
// Ownership: owns all state; ids belong to the caller. Threads: one thread at a time.
// Restart: keep {report id, cluster, version, day, encode_signature()} of the last reports in the
// store and hand them to restore() in order of arrival.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitor/report_compare.hpp"
#include "monitor/report_signature.hpp"

namespace tocsin::monitor {

enum class Relation : std::uint8_t {
  fresh,   ///< first report of its story
  repeat,  ///< tells what an earlier report told
  update,  ///< same story, a figure differs
};
/// "new", "repeat", "update".
[[nodiscard]] std::string_view name_of(Relation relation);

struct RepeatSettings {
  /// Reports held for comparison.
  std::size_t members_max = 1'000'000;
  /// Reports further apart in days are never one story. Undated reports are near to all.
  std::int32_t window_days = 30;
  /// Score from which two reports tell one story. Set on synthetic edits (bench/make_duplicates).
  double score_min = 0.58;
  /// Weight of words in common (see Comparison::evidence) from which `score_min` suffices; below
  /// it the score asked for rises to 1.
  double evidence_full = 4.5;
  /// A report that contradicts the story's first report by more than this is not of that story,
  /// however well it fits a shortened copy that has lost the contradicting detail.
  double exchanged_max = 0.4;
};

/// What must be kept of a report to go on after a restart.
struct RepeatMember {
  std::int64_t report = 0;
  std::int64_t cluster = 0;         ///< report id of the story's first report
  std::int64_t version = 0;         ///< report id of the first report with these figures
  std::optional<std::int32_t> day;  ///< days since 1970-01-01
  ReportSignature signature;
  std::uint32_t first_sequence = 0;  ///< set by Repeats: where the story's first report is held
};

struct RepeatVerdict {
  Relation relation = Relation::fresh;
  std::int64_t cluster = 0;
  std::int64_t version = 0;
  std::int64_t closest = 0;  ///< the earlier report it was matched with; itself if fresh
  double score = 1;
  std::vector<FigureChange> changes;  ///< of an update, against `closest`
  bool remembered = true;             ///< false for an exact copy: nothing of it need be kept
};

class Repeats {
 public:
  explicit Repeats(RepeatSettings settings = {});
  /// Judges one report and remembers it. `report` must be new and not 0.
  [[nodiscard]] RepeatVerdict add(std::int64_t report, std::optional<std::int32_t> day,
                                  ReportSignature signature);
  /// Remembers a report that is known to tell an earlier one's story anew: an update.
  RepeatVerdict add_to(std::int64_t cluster, std::int64_t report, std::optional<std::int32_t> day,
                       ReportSignature signature);
  /// Takes back what an earlier process kept; oldest first, before the first add().
  void restore(RepeatMember member);
  /// Members held, oldest first: what a store must keep. Valid until the next call that changes.
  [[nodiscard]] const std::deque<RepeatMember>& members() const { return members_; }

  static constexpr std::size_t indexed_pairs = 16;
  static constexpr std::size_t looked_at_max = 16;
  static constexpr std::size_t compared_max = 5;

 private:
  static constexpr std::size_t ways = 16;
  struct Bucket {
    std::uint16_t tags[ways] = {};
    std::uint8_t next = 0;
    std::uint32_t slots[ways] = {};  ///< sequence number of the member plus 1; 0 empty
  };
  struct Candidate {
    std::uint32_t sequence;
    unsigned hits;  ///< shared pairs, rare pairs counting more
  };

  void remember(RepeatMember member, std::optional<std::uint32_t> first_sequence);
  void post(const ReportSignature& signature, std::uint32_t sequence);
  void post_one(std::uint64_t key, std::uint32_t sequence);
  void grow();
  [[nodiscard]] std::vector<Candidate> candidates(const ReportSignature& signature);
  void collect(std::uint64_t key);
  [[nodiscard]] const RepeatMember* exact_copy(const ReportSignature& signature,
                                               std::optional<std::int32_t> day) const;
  [[nodiscard]] const RepeatMember* member(std::uint32_t sequence) const;
  [[nodiscard]] bool fits(const RepeatMember& other, const ReportSignature& signature,
                          const Comparison& comparison) const;
  [[nodiscard]] bool near(const RepeatMember& member, std::optional<std::int32_t> day) const;

  RepeatSettings settings_;
  std::deque<RepeatMember> members_;
  std::uint32_t first_sequence_ = 0;
  std::vector<Bucket> buckets_;
  std::size_t posted_ = 0;
  std::vector<Candidate> found_;
  std::unordered_map<std::int64_t, std::uint32_t> restored_;  ///< first reports while restoring
  WordWeights weights_;
};

}  // namespace tocsin::monitor
