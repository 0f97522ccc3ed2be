// SPDX-License-Identifier: Apache-2.0
// The pages of this room: warnings, the directory of authorities, notices, receipts, measures; and
// the public page behind a notice's link.
//
// Ownership: routes keep a reference to `parts`, which must outlive the router.
// Threads: handlers are called from several threads at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "inform/notice_desk.hpp"
#include "inform/warning_desk.hpp"
#include "pagekit/router.hpp"
#include "people/list_read.hpp"

namespace tocsin::inform {

/// Pages of people who have logged in.
void add_inform_routes(pagekit::Router& router, const InformParts& parts);
/// "/notice/{token}", for those who have no account: GET shows, POST acknowledges.
void add_notice_routes(pagekit::Router& router, const InformParts& parts);

/// What a page is made from: one call of one person.
struct InformCall {
  const InformParts& parts;
  const pagekit::Words& words;
  const pagekit::Call& call;
  const people::Session& session;
  store::Database& database;

  [[nodiscard]] bool may(std::string_view act, const people::Matter& matter = {}) const {
    return parts.desk.permissions.allows(session.person, act, matter);
  }
  /// Is there anything on which this person may act so: for lists, whose rows ask again.
  [[nodiscard]] bool concerns(std::string_view act) const {
    return parts.desk.permissions.concerns(session.person, act);
  }
  [[nodiscard]] base::Status must(std::string_view act, const people::Matter& matter = {}) const {
    return parts.desk.permissions.may(session.person, act, matter);
  }
  /// Writes down that rows of a list are read, all at once and before they are shown.
  [[nodiscard]] base::Status note_list(std::string_view act, std::string_view list,
                                       const people::ListRead& read) const;
  /// A colleague's name; the word for the node where nobody did it.
  [[nodiscard]] std::string name_of_account(std::string_view account) const;
  [[nodiscard]] std::string shown(std::string_view object, std::string_view field,
                                  std::string_view stored) const;
};
using InformHandler = std::function<pagekit::Answer(const InformCall&)>;
[[nodiscard]] InformHandler posted(
    std::function<pagekit::Answer(const InformCall&, const pagekit::Fields&)> handler);
void add_page(pagekit::Router& router, const InformParts& parts, std::string method,
              std::string pattern, InformHandler handler);

/// {problem: {text}} or {problem: false} in a context: by the field's place, else by the kind.
void put_problem(boost::json::object& context, const pagekit::Words& words,
                 const base::Error* problem);
/// {rows} or false.
[[nodiscard]] boost::json::value rows_or_false(boost::json::array rows);
[[nodiscard]] boost::json::value text_or_false(std::string text);
/// "2 days 3 hours", in whole hours, or days from two days on.
[[nodiscard]] std::string waited(const pagekit::Words& words, std::chrono::milliseconds time);
[[nodiscard]] boost::json::value time_or_false(const pagekit::Words& words,
                                               std::optional<base::Instant> instant);
[[nodiscard]] std::string marking_words(const ledger::Marking& marking);
/// The toolbox as checkboxes, gentle first.
[[nodiscard]] boost::json::array option_boxes(const InformCall& page,
                                              const std::vector<std::string>& offered,
                                              const std::vector<std::string>& chosen);

void add_warning_routes(pagekit::Router& router, const InformParts& parts);
void add_warning_form_routes(pagekit::Router& router, const InformParts& parts);
void add_authority_routes(pagekit::Router& router, const InformParts& parts);
void add_inform_order_routes(pagekit::Router& router, const InformParts& parts);
/// Names what was told before, in place of the problem's words, where that is why an order is
/// refused.
void name_already_told(boost::json::object& context, const InformCall& page,
                       const NoticeOrder& order, const base::Error* problem);
void add_cancel_routes(pagekit::Router& router, const InformParts& parts);
/// {rows} of what can be cancelled by this person, of warnings that they are not cleared for any
/// more: by the heads of the notices alone. Or false.
[[nodiscard]] base::Result<boost::json::value> only_to_cancel(const InformCall& page);
void add_list_downloads(pagekit::Router& router, const InformParts& parts);
void add_search_routes(pagekit::Router& router, const InformParts& parts);
void add_measure_routes(pagekit::Router& router, const InformParts& parts);

}  // namespace tocsin::inform
