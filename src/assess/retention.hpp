// SPDX-License-Identifier: Apache-2.0
// How long what people tell is kept: terms from data/retention.tsv, prolonged by acts; what is due.
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
enum class KeptKind : std::uint8_t { report, identity, request };
[[nodiscard]] std::string_view name_of(KeptKind kind);
[[nodiscard]] std::optional<KeptKind> kept_kind_of(std::string_view name);

struct Term {
  std::string what;  ///< "report.set_aside", "identity", "request"
  std::chrono::days days{0};
  std::string why;
};

class Retention {
 public:
  /// Refused where a term is missing, twice, or shorter than 30 days.
  [[nodiscard]] static base::Result<Retention> load(const std::filesystem::path& data);
  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  /// Null for what is never erased by a term.
  [[nodiscard]] const Term* find(std::string_view what) const;

 private:
  std::vector<Term> terms_;
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
  std::string object;  ///< of the report (also for its identity), or of the request
  std::string source;  ///< the source's code
  std::string what;    ///< whose term it is: "report.accepted"
  base::Instant last;
  base::Instant until;
  bool held = false;  ///< frozen, or asked for: not erased by its term
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
