// SPDX-License-Identifier: Apache-2.0
// What every page of the watching node is made with: the node's parts, the words of the reader's
// language, one lent reader, the request; and the frame around each page
// (web/templates/monitor/README.md, "Every page").
//
// Ownership: MonitorParts refers to what the program owns; a Page lives as long as one request.
// Threads: MonitorParts is shared by all threads and const; a Page belongs to one.
// Errors: those of the store.
#pragma once

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "monitor/pages/labels.hpp"
#include "monitor/reader_pool.hpp"
#include "monitor/watch_measures.hpp"
#include "monitor/watch_service.hpp"
#include "pagekit/frame.hpp"

namespace tocsin::monitor::pages {

/// What the pages stand on. Everything referred to must outlive the router.
struct MonitorParts {
  const pagekit::WebFiles& web;
  ReaderPool& readers;
  WatchService& watch;
  const knowledge::Framework& framework;
  const WatchMeasures& measures;
  const ExerciseCountry& exercise;
  const base::Clock& clock;
  std::string node_name;
  std::string version;
  std::string time_zone;  ///< IANA name of the node's own zone
  /// GeoJSON outline of the exercise country; null where it is not installed.
  std::shared_ptr<const std::string> exercise_outline;
  /// Whether there is no desk: then the node answers to its own machine only, and says so.
  bool alone = true;
  /// Unpredictable; binds form tokens to this run of the program.
  std::string form_secret;
  /// Called after a reader changed something, with the topic of /api/v1/changes.
  std::function<void(std::string_view topic)> changed;
  /// With a desk: asks for another budget of false alarms in the name of who is logged in; a second
  /// person agrees elsewhere. Gives the value that was asked for before and waits still, where
  /// there is one: then nothing was asked. Empty where there is no desk: the reader sets it at
  /// once.
  std::function<base::Result<std::optional<std::string>>(const pagekit::Call& call, double budget)>
      ask_budget = {};
};

struct Page {
  const MonitorParts& parts;
  const Labels& labels;
  ObservationReader& reader;
  const pagekit::Call& call;
};

using pagekit::Head;

/// A page before the frame is laid around it and it is rendered. Its content is the same for every
/// reader of that language: what belongs to one reader stands in the frame or in `cookies`.
struct Sheet {
  Head head;
  boost::json::object content;
  int status = 200;
  /// Set-Cookie lines.
  std::vector<std::string> cookies{};
};
using PageMaker = base::Result<Sheet> (*)(const Page&);

/// The members that every context has: page, nav, node, notices, clocks, languages, assets.
[[nodiscard]] base::Result<boost::json::object> page_frame(const Page& page, const Head& head);
/// The same without the store, for the page that says that something is in the way.
[[nodiscard]] boost::json::object bare_frame(const MonitorParts& parts, const Labels& labels,
                                             const pagekit::Call& call, const Head& head);

/// The last day that anything was observed on, or today in a store without anything.
[[nodiscard]] base::Result<base::Day> last_day(const Page& page);
/// Reads a place's, an observation's or an import's number out of the path.
[[nodiscard]] base::Result<std::int64_t> path_id(const pagekit::Call& call);
/// An error passed on.
template <class T>
[[nodiscard]] std::unexpected<base::Error> passed(base::Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

}  // namespace tocsin::monitor::pages
