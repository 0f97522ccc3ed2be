// SPDX-License-Identifier: Apache-2.0
// Writes CAP 1.2 alerts (OASIS Common Alerting Protocol, 1 July 2010), strictly.
//
// Source: the standard's sections 3.2.1 to 3.2.4 and its schema. Times are written in UTC as
// "-00:00", as section 3.3.2 asks.
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names the element
// that the standard forbids, or that this writer refuses because it would say more than it may.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t cap_bytes_max = 256U << 10;

enum class CapMessage { alert, update, cancel };

/// An earlier message, as <references> names it.
struct CapReference {
  std::string sender;
  std::string identifier;
  base::Instant sent;
};

struct CapArea {
  std::string description;
  std::vector<std::pair<std::string, std::string>> geocodes;
};

/// One language block.
struct CapInfo {
  std::string language;  ///< BCP 47
  std::string event;
  std::string urgency;    ///< Immediate, Expected, Future, Past, Unknown
  std::string severity;   ///< Extreme, Severe, Moderate, Minor, Unknown
  std::string certainty;  ///< Observed, Likely, Possible, Unlikely, Unknown
  std::optional<base::Instant> expires;
  std::string sender_name;
  std::string headline;
  std::string description;
  std::string instruction;
  std::string web;
  std::vector<CapArea> areas;
};

struct CapAlert {
  std::string identifier;
  std::string sender;
  base::Instant sent;
  bool exercise = false;  ///< status is Exercise exactly then, otherwise Actual
  CapMessage message = CapMessage::alert;
  /// Scope Public; only for what is CLEAR and was released. Otherwise Restricted where
  /// `restriction` says the rule, Private without it, both with `addresses`.
  bool is_public = false;
  std::string restriction;
  std::vector<std::string> addresses;
  std::string note;
  std::vector<CapReference> references;  ///< needed for update and cancel
  std::vector<std::string> incidents;
  std::vector<CapInfo> infos;
};

/// A language as an alert may name it: the form of xs:language, such as "en" or "pt-BR".
[[nodiscard]] bool is_cap_language(std::string_view text);
/// UTF-8 of which XML 1.0 can hold every sign (its production 2, Char).
[[nodiscard]] bool is_xml_text(std::string_view text);

[[nodiscard]] base::Result<std::string> write_cap(const CapAlert& alert);

}  // namespace tocsin::formats
