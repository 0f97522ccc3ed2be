// SPDX-License-Identifier: Apache-2.0
// How long what people tell, and what the desk makes of it, is kept: terms from data/retention.tsv,
// prolonged by acts; what is due. What has no term is kept until somebody gives it one.
//
// Ownership: values; the projection and the queries refer to the database given. Threads: const
// from any thread. Errors: load() names the line of the table.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "ledger/ledger.hpp"

namespace tocsin::assess {

/// What has a term of its own.
enum class KeptKind : std::uint8_t { report, identity, request, situation, warning, account };
[[nodiscard]] std::string_view name_of(KeptKind kind);
[[nodiscard]] std::optional<KeptKind> kept_kind_of(std::string_view name);

struct Term {
  std::string what;                       ///< "report.set_aside", "identity", "situation.closed"
  std::optional<std::chrono::days> days;  ///< nothing: kept until somebody decides
  std::string why;
};

/// Where things of one kind stand: a query for object, source (what a page calls it), last_ms (the
/// moment from which the term counts), longer_ms (kept longer until) and held. A term is bound as
/// ?1 (days in milliseconds), the moment before which it ends as ?2, and the state in its name as
/// ?4.
struct KeptRule {
  KeptKind kind = KeptKind::report;
  std::string rows;
  std::string one;  ///< condition that names one object, ?3
};
/// Rules of what this room holds. A closed situation for which `situation_held` is true (SQL over
/// the alias s) is held: those who build on situations say when they still need one.
[[nodiscard]] std::vector<KeptRule> kept_rules(std::string_view situation_held = "0");

class Retention {
 public:
  /// Refused where a term is missing, twice, or shorter than 30 days.
  [[nodiscard]] static base::Result<Retention> load(const std::filesystem::path& data,
                                                    std::vector<KeptRule> rules = kept_rules());
  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  /// Null for what is never erased by a term.
  [[nodiscard]] const Term* find(std::string_view what) const;
  /// Null for a kind that this node does not hold.
  [[nodiscard]] const KeptRule* rule_of(KeptKind kind) const;

 private:
  std::vector<Term> terms_;
  std::vector<KeptRule> rules_;
};

inline constexpr std::string_view prolonging_type = "retention_prolonging";

class RetentionProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "retention"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// One thing with a term.
struct Kept {
  KeptKind kind = KeptKind::report;
  std::string object;  ///< of the report (also for its identity), or of the thing itself
  std::string source;  ///< the source's code; of what has none its object
  std::string what;    ///< whose term it is: "report.accepted"
  base::Instant last;
  base::Instant until;
  bool held = false;  ///< frozen, asked for, or still referred to: not erased by its term
};
/// What ends before `before` and is not held back, soonest first. With `only`, just that object.
[[nodiscard]] base::Result<std::vector<Kept>> ending_before(store::Database& database,
                                                            const Retention& retention,
                                                            base::Instant before,
                                                            std::size_t rows_max,
                                                            std::string_view only = {});
/// One thing, whether or not it is held back; nothing where it has no term or is gone.
[[nodiscard]] base::Result<std::optional<Kept>> kept(store::Database& database,
                                                     const Retention& retention, KeptKind kind,
                                                     std::string_view object);

}  // namespace tocsin::assess
