// SPDX-License-Identifier: Apache-2.0
// What was fixed before, read from data/: hours of reminders and escalation, the toolbox of
// measures, which marking may go out by which channel, and how a warning maps to CAP.
//
// Ownership: values. Threads: const members from any thread.
// Errors: load() names file and entry.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "inform/warning.hpp"

namespace tocsin::inform {

/// One measure of the toolbox (data/measures.json).
struct ToolboxMeasure {
  std::string id;
  std::string means;     ///< diplomatic, legal, social, economic, technical, military, humanitarian
  std::string reach;     ///< D, S, Y or several: direct, structural, systemic
  int coercion_min = 0;  ///< 0 none, 1 pressure, 2 coercive, 3 force
  int coercion_max = 0;
  std::string consent;     ///< needed, not_needed, varies, none_asked
  std::string who;         ///< who decides, English
  std::string footing;     ///< legal footing, English
  bool unchecked = false;  ///< the footing was not held against its text
};

enum class Channel : std::uint8_t { email, smime, webhook, cap, print, page };
inline constexpr std::size_t channel_count = 6;
[[nodiscard]] std::string_view name_of(Channel channel);
[[nodiscard]] std::optional<Channel> channel_of(std::string_view name);

/// What may go by a channel, from open to strict.
enum class Form : std::uint8_t {
  content,              ///< the text itself
  encrypted,            ///< the text, sealed to the receiver's certificate
  link,                 ///< an address of the notice page, nothing else
  after_acknowledging,  ///< of the page: shown to who said name and function
  reference,            ///< of the page: marking, reference and whom to call, nothing else
  none,                 ///< nothing: it is handed over by a person
};
[[nodiscard]] std::string_view name_of(Form form);
[[nodiscard]] std::optional<Form> form_of(std::string_view name);

/// Only what is CLEAR by both TLP and PAP.
[[nodiscard]] bool may_be_published(const ledger::Marking& marking);

/// Severity, urgency, certainty as CAP 1.2 spells them.
struct CapLevels {
  std::string urgency;
  std::string severity;
  std::string certainty;
};

class Rules {
 public:
  [[nodiscard]] static base::Result<Rules> load(const std::filesystem::path& data);

  [[nodiscard]] std::span<const UrgencyRule> urgencies() const { return urgencies_; }
  /// Null where there is no such urgency.
  [[nodiscard]] const UrgencyRule* urgency(std::string_view id) const;
  /// From least to most coercive.
  [[nodiscard]] std::span<const ToolboxMeasure> measures() const { return measures_; }
  [[nodiscard]] const ToolboxMeasure* measure(std::string_view id) const;
  /// The ids in the order of the toolbox, each once; an error names one that it lacks.
  [[nodiscard]] base::Result<std::vector<std::string>> ordered(
      std::span<const std::string> ids) const;
  /// By the truth table data/delivery.tsv: the stricter of what TLP and PAP let pass; `none` for an
  /// unknown marking.
  [[nodiscard]] Form form(const ledger::Marking& marking, Channel channel) const;
  [[nodiscard]] CapLevels cap_levels(std::string_view urgency, std::string_view scale,
                                     std::string_view confidence) const;

 private:
  std::vector<UrgencyRule> urgencies_;
  std::vector<ToolboxMeasure> measures_;
  std::map<std::pair<std::string, Channel>, Form> forms_;
  std::map<std::string, std::string, std::less<>> cap_urgency_;
  std::map<std::string, std::string, std::less<>> cap_certainty_;
  std::map<std::string, std::string, std::less<>> cap_severity_;
};

}  // namespace tocsin::inform
