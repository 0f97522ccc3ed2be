// SPDX-License-Identifier: Apache-2.0
// The frame around every page: head, navigation, notices, clocks, languages, who is logged in
// (web/templates/monitor/README.md, "Every page").
//
// Ownership: FrameParts refers to what the program owns. Threads: pure over its parts.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "pagekit/router.hpp"
#include "pagekit/words.hpp"

namespace tocsin::pagekit {

struct FrameParts {
  const WebFiles& web;
  const base::Clock& clock;
  std::string node_name;
  std::string version;
  std::string time_zone;  ///< IANA name of the node's own zone
  bool exercise = false;  ///< everything here is an exercise, and every page says so
};

struct Head {
  std::string title;
  std::string heading;
  std::string_view section;  ///< a member of `nav`, a section of the visitor, or empty
  bool has_map = false;
  bool loopback = false;
};

/// The members that every context has: page, nav, node, notices, clocks, languages, visitor,
/// alerts, assets.
[[nodiscard]] boost::json::object page_frame(const FrameParts& parts, const Words& words,
                                             const Call& call, const Head& head);

/// What the pages of a room are made with: the frame, the words of each language, the templates.
/// Ownership: refers to the WebFiles of `parts`. Threads: const members from any thread.
class PageSet {
 public:
  explicit PageSet(FrameParts parts);
  [[nodiscard]] const FrameParts& parts() const { return parts_; }
  [[nodiscard]] const Words& words(std::string_view language) const;
  /// A context with the frame, for the page's own members to be added.
  [[nodiscard]] boost::json::object context(const Call& call, const Head& head) const;
  /// Renders "room/page" with that context. An answer with a language cookie where `lang` is asked.
  [[nodiscard]] Answer render(const Call& call, std::string_view name,
                              const boost::json::object& context, int status = 200) const;

 private:
  FrameParts parts_;
  std::map<std::string, Words, std::less<>> words_;
};

/// The language that was asked for stays: a cookie that no other site's request carries.
[[nodiscard]] std::string language_cookie(std::string_view language);

}  // namespace tocsin::pagekit
