// SPDX-License-Identifier: Apache-2.0
// The desk's own pages: what waits, the inbox, a report, situations, indicators, assessments.
//
// Ownership: routes keep a reference to `parts`, which must outlive the router.
// Threads: handlers are called from several threads at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/exact_place.hpp"
#include "assess/message_intake.hpp"
#include "assess/report_desk.hpp"
#include "assess/retention_desk.hpp"
#include "assess/situation_desk.hpp"
#include "assess/source_desk.hpp"
#include "knowledge/framework.hpp"
#include "pagekit/frame.hpp"
#include "people/desk.hpp"
#include "people/list_read.hpp"

namespace tocsin::assess {

/// An indicator that a machine sees in a text: shown as a suggestion, never taken by itself.
struct Suggestion {
  std::string indicator;
  std::string because;
};

/// An observation of the watch, as evidence may be taken from it.
struct Observed {
  std::string text;     ///< the report that it was read out of, or what its source coded
  std::string excerpt;  ///< the words that the node read
  std::string source;   ///< who says so; one name for one publisher
  base::Day day{};
  std::vector<std::string> indicators;
  bool exercise = false;
};

/// One option of the toolbox, gentle ones first.
struct ToolboxEntry {
  std::string id;
  std::string label;
  int coercion = 0;  ///< 0 none, 1 pressure, 2 coercive, 3 force
};

struct AssessParts {
  people::Desk desk;
  const pagekit::PageSet& pages;
  const knowledge::Framework& framework;
  /// Who a key belongs to, as colleagues know them; empty for the node itself.
  std::function<std::string(std::string_view key_object)> who;
  std::function<std::vector<Suggestion>(std::string_view text, std::string_view language)> suggest;
  /// The toolbox in the words of a language.
  std::function<std::vector<ToolboxEntry>(std::string_view language)> toolbox;
  /// Identities and their custodians; null where a node has none (tests).
  const SourceParts* sources = nullptr;
  /// How long things are kept; null where nothing has a term (tests).
  const RetentionParts* retention = nullptr;
  /// Where unset, place and time are hidden whole.
  Blur blur = {};
  const FileStore* files = nullptr;       ///< where files of reports are; null: there are none
  const MessageIntake* intake = nullptr;  ///< mails and text messages; null: none are taken
  /// An observation by its number, or ErrorCode::not_found. May be empty: then there is no watch.
  std::function<base::Result<Observed>(std::int64_t number)> observed = {};
  bool exercise = false;  ///< everything that this node holds is an exercise's
};

void add_assess_routes(pagekit::Router& router, const AssessParts& parts);

/// What a page of the desk is made from: one call of one person.
struct DeskCall {
  const AssessParts& parts;
  const pagekit::Words& words;
  const pagekit::Call& call;
  const people::Session& session;
  store::Database& database;

  [[nodiscard]] bool may(std::string_view act, const people::Matter& matter = {}) const {
    return parts.desk.permissions.allows(session.person, act, matter);
  }
  /// Is there anything on which this person may act so: for lists and links, whose rows ask again.
  [[nodiscard]] bool concerns(std::string_view act) const {
    return parts.desk.permissions.concerns(session.person, act);
  }
  /// The same as a refusal.
  [[nodiscard]] base::Status must_concern(std::string_view act) const;
  /// Writes down that something restricted is read, before it is shown: what cannot be written down
  /// is not shown. Nothing for what is CLEAR.
  [[nodiscard]] base::Status note_read(std::string_view act, std::string_view object,
                                       const ledger::Marking& marking) const;
  /// The same for the rows of a list, all at once.
  [[nodiscard]] base::Status note_list(std::string_view act, std::string_view list,
                                       const people::ListRead& read) const;
  /// A label or reason of our data in the page's language.
  [[nodiscard]] std::string said(std::string_view english) const {
    return std::string(parts.framework.said(english, words.language()));
  }
  /// A text for a list or page; a word of the page where it cannot be shown.
  [[nodiscard]] std::string shown(std::string_view object, std::string_view field,
                                  std::string_view stored) const;
  /// A person's name, or the word for the one who reported where the node signed for them.
  [[nodiscard]] std::string who(std::string_view key_object) const;
};
using DeskHandler = std::function<pagekit::Answer(const DeskCall&)>;

/// Finds session and connection, then calls.
[[nodiscard]] pagekit::Answer with_desk(const AssessParts& parts, const pagekit::Call& call,
                                        const DeskHandler& handler);
/// Refused input goes back to its form with these words; other errors pass on.
[[nodiscard]] bool belongs_to_form(const base::Error& error);
[[nodiscard]] std::string problem_words(const pagekit::Words& words, const base::Error& error);
/// {problem: {text}} or {problem: false} in a context.
void put_problem(boost::json::object& context, const pagekit::Words& words,
                 const base::Error* problem);
/// An <option> list over ids, labelled by a section of the catalogue.
template <std::size_t N>
[[nodiscard]] boost::json::array choices(const pagekit::Words& words, std::string_view section,
                                         const std::array<std::string_view, N>& ids,
                                         std::string_view selected) {
  boost::json::array list;
  for (const auto id : ids)
    list.push_back(boost::json::object{
        {"value", id}, {"text", words.looked_up(section, id)}, {"selected", id == selected}});
  return list;
}
/// {tlp, pap}: the markings as options.
[[nodiscard]] boost::json::object marking_choices(const ledger::Marking& selected);
/// "genocide, war crimes" in words.
[[nodiscard]] std::string crimes_in_words(const pagekit::Words& words,
                                          const std::vector<std::string>& crimes);
/// The checkboxes of the four crimes.
[[nodiscard]] boost::json::array crime_boxes(const pagekit::Words& words,
                                             const std::vector<std::string>& chosen);
[[nodiscard]] std::vector<std::string> crimes_of(const pagekit::Fields& fields);
/// The object id that an address names by its UUID: "report:" + path part.
[[nodiscard]] std::string object_of(const pagekit::Call& call, std::string_view type);
/// The part of an object id after the colon, for addresses.
[[nodiscard]] std::string_view uuid_of(std::string_view object);
[[nodiscard]] std::optional<base::Digest> digest_field(const pagekit::Fields& fields,
                                                       std::string_view name);

/// What a report's page shows of its source: whether there is an identity, who asked for it.
[[nodiscard]] boost::json::value identity_part(const DeskCall& desk, const ReportRow& report,
                                               const base::Error* problem, std::string_view typed);

/// Until when a report is kept.
[[nodiscard]] boost::json::value kept_part(const DeskCall& desk, const ReportRow& report);
/// {rows} of a report's files for its page, or false.
[[nodiscard]] boost::json::value files_of_report(const DeskCall& desk, std::string_view report);

void add_evidence_routes(pagekit::Router& router, const AssessParts& parts);
void add_inbox_routes(pagekit::Router& router, const AssessParts& parts);
/// Takes mails saved as files, so its bodies may be large.
inline constexpr std::string_view take_in_path = "/intake";
void add_take_in_routes(pagekit::Router& router, const AssessParts& parts);
void add_file_routes(pagekit::Router& router, const AssessParts& parts);
void add_situation_routes(pagekit::Router& router, const AssessParts& parts);
void add_assessment_routes(pagekit::Router& router, const AssessParts& parts);
void add_source_routes(pagekit::Router& router, const AssessParts& parts);
void add_retention_routes(pagekit::Router& router, const AssessParts& parts);

}  // namespace tocsin::assess
