// SPDX-License-Identifier: Apache-2.0
// What this room is given by the program, and what its files share.
//
// Ownership: refers to what the program owns. Threads: callbacks are called from any thread.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inform/rules.hpp"
#include "knowledge/framework.hpp"
#include "ledger/ledger.hpp"
#include "ledger/sealed_text.hpp"
#include "pagekit/frame.hpp"
#include "people/desk.hpp"
#include "store/database.hpp"

namespace tocsin::inform {

/// One finished version of an assessment, as a warning names it.
struct AssessmentRef {
  std::string revision;   ///< hexadecimal id of the revision
  std::string object;     ///< "assessment:UUID"
  std::string situation;  ///< "situation:UUID"
  std::string title;
  std::string unit;
  ledger::Marking marking;
  bool exercise = false;
  std::vector<std::string> options;  ///< ids of the toolbox that it names
};

/// How the node names itself outwards.
struct Sender {
  std::string member;     ///< "Focal point of Karevia"
  std::string base_url;   ///< "https://node.example", without a slash at its end: notice pages
  std::string mail_from;  ///< empty: no mail goes out
  std::string contact;    ///< telephone and hours, for those who may not read it here
};

struct InformParts {
  people::Desk desk;
  const Rules& rules;
  const pagekit::PageSet& pages;
  Sender sender;
  /// The finished version by its revision id, or ErrorCode::not_found.
  std::function<base::Result<AssessmentRef>(store::Database&, std::string_view revision)>
      assessment;
  /// The name of an account as colleagues know it; empty where it is not known.
  std::function<std::string(store::Database&, std::string_view account)> person_name;
  /// Records a read of something restricted before it is shown: account, act, object. May be
  /// empty; what cannot be recorded is not shown.
  std::function<base::Status(std::string_view account, std::string_view act,
                             std::string_view object)>
      note_read;
  /// Says what our data says in other languages; null: in English only.
  const knowledge::Framework* framework = nullptr;
};

/// Text of a form as it may be signed: NFC, line ends as LF, without blanks at both ends.
[[nodiscard]] std::string tidied(std::string_view text);
/// A stored field (JSON text, sealed or not) that is no text, opened; null where it is empty.
[[nodiscard]] base::Result<boost::json::value> open_value(const ledger::Vault& vault,
                                                          store::Database& database,
                                                          std::string_view object,
                                                          std::string_view name,
                                                          std::string_view stored);
/// A stored list of texts.
[[nodiscard]] std::vector<std::string> text_list(std::string_view stored);
[[nodiscard]] std::string stored_list(const boost::json::value* value);

[[nodiscard]] std::int64_t ms_of(base::Instant instant);
[[nodiscard]] base::Instant instant_of(std::int64_t ms);
[[nodiscard]] std::optional<base::Instant> instant_at(const store::Statement& row, int column);

}  // namespace tocsin::inform
