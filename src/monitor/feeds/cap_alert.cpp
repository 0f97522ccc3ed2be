// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/cap_alert.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/xml.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using formats::child_text;

constexpr std::array<std::string_view, 3> versions{"urn:oasis:names:tc:emergency:cap:1.2",
                                                   "urn:oasis:names:tc:emergency:cap:1.1",
                                                   "urn:oasis:names:tc:emergency:cap:1.0"};

std::vector<std::string> texts_of(const pugi::xml_node& node, std::string_view name_space,
                                  std::string_view name) {
  std::vector<std::string> found;
  for (const auto& below : node.children())
    if (formats::local_name(below) == name && formats::namespace_of(below) == name_space)
      found.push_back(clean(below.child_value()));
  return found;
}

/// The middle of the points "latitude,longitude" of a polygon, or of a circle "point radius".
void fill_shape(std::string_view shape, FeedPlace& place) {
  double north = 0;
  double east = 0;
  int points = 0;
  for (const auto& point : split_list(shape, ' ')) {
    const auto comma = point.find(',');
    if (comma == std::string::npos) continue;  // the radius of a circle
    FeedPlace read;
    const std::string_view both = point;
    if (!read_coordinates(both.substr(0, comma), both.substr(comma + 1), read).empty() ||
        !read.latitude)
      return;
    north += *read.latitude;
    east += *read.longitude;
    ++points;
  }
  if (points == 0) return;
  place.latitude = north / points;
  place.longitude = east / points;
  place.precision = 2;
}

std::string language_of(const pugi::xml_node& info, std::string_view name_space) {
  const auto language = child_text(info, name_space, "language");
  return language.empty() ? "en-US" : clean(language);  // the default of CAP 1.2, 3.2.2
}

std::string text_of(const pugi::xml_node& info, std::string_view name_space) {
  std::string text;
  for (const std::string_view name : {"description", "instruction"}) {
    const auto part = clean(child_text(info, name_space, name));
    if (part.empty()) continue;
    if (!text.empty()) text += "\n\n";
    text += part;
  }
  return text;
}

/// What every block of the alert shares.
struct AlertHead {
  std::string id;
  std::string sender;
  std::string status;
  std::string message_type;
  std::optional<base::Instant> sent;
};

std::string fill_info(const pugi::xml_node& info, std::string_view name_space,
                      const AlertHead& head, std::uint64_t number, FeedRecord& record) {
  record.kind = RecordKind::alert;
  record.id = number == 1 ? head.id : head.id + "/" + std::to_string(number);
  record.language = language_of(info, name_space);
  record.published = head.sent;
  record.exercise = head.status == "Exercise";
  record.title = clean(child_text(info, name_space, "headline"));
  if (record.title.empty()) record.title = clean(child_text(info, name_space, "event"));
  record.text = text_of(info, name_space);
  if (record.title.empty() && record.text.empty())
    return "the alert has neither event nor headline nor description";
  if (record.text.size() > base::report_bytes_max) return "the alert's text is too long";
  record.publisher = clean(child_text(info, name_space, "senderName"));
  if (record.publisher.empty()) record.publisher = head.sender;
  record.url = clean(child_text(info, name_space, "web"));
  if (!is_web_address(record.url)) record.url.clear();
  fill_cap_details(info, name_space, record);
  // A danger that begins later is told on the day on which the alert is sent.
  if (head.sent && (!record.date || *record.date > base::day_of(*head.sent)))
    record.date = base::day_of(*head.sent);
  return {};
}

}  // namespace

std::string_view cap_namespace(const pugi::xml_node& node) {
  const auto name_space = formats::namespace_of(node);
  const auto* found = std::find(versions.begin(), versions.end(), name_space);
  return found == versions.end() ? std::string_view{} : *found;
}

std::string cap_scope(std::string_view status, std::string_view message_type,
                      const std::vector<std::string>& categories, const Tables& tables) {
  if (status == "Test" || status == "Draft" || status == "System")
    return "an alert of status " + std::string(status);
  if (message_type == "Cancel" || message_type == "Ack" || message_type == "Error")
    return "a message of type " + std::string(message_type) + ", no alert";
  if (categories.empty()) return {};
  const bool watched =
      std::any_of(categories.begin(), categories.end(),
                  [&](const std::string& name) { return tables.watches_cap_category(name); });
  return watched ? std::string()
                 : "an alert of category " + clean(base::cut(categories.front(), 40));
}

void fill_cap_details(const pugi::xml_node& node, std::string_view name_space, FeedRecord& record) {
  for (const std::string_view name : {"event", "severity", "urgency", "certainty"})
    if (const auto text = clean(child_text(node, name_space, name)); !text.empty())
      record.labels.push_back(std::string(name) + ":" + text);
  for (const auto& category : texts_of(node, name_space, "category"))
    record.labels.push_back("category:" + category);
  for (const std::string_view name : {"onset", "effective"}) {
    const auto text = child_text(node, name_space, name);
    const auto instant = text.empty() ? std::nullopt : read_instant(text);
    if (instant && !record.date) record.date = base::day_of(*instant);
  }
  // An Atom entry holds the parts of the area itself; an alert has an <area> around them.
  const auto area = formats::child(node, name_space, "area");
  const pugi::xml_node& holder = area ? area : node;
  record.place.name = clean(child_text(holder, name_space, "areaDesc"));
  for (const std::string_view name : {"polygon", "circle"})
    if (!record.place.latitude) fill_shape(child_text(holder, name_space, name), record.place);
}

base::Result<std::uint64_t> give_cap_alert(const pugi::xml_node& alert, std::uint64_t line,
                                           const Tables& tables, RecordSink& sink) {
  const auto name_space = cap_namespace(alert);
  const auto text = [&](std::string_view name) {
    return clean(child_text(alert, name_space, name));
  };
  AlertHead head{text("identifier"), text("sender"), text("status"), text("msgType"), {}};
  head.sent = read_instant(child_text(alert, name_space, "sent"));
  if (head.id.empty() || !head.sent) {
    sink.rejected(line, head.id.empty() ? "the alert has no identifier"
                                        : bad_cell("sent", text("sent"), "a date and time"));
    return std::uint64_t{1};
  }
  std::string language;
  std::uint64_t number = 0;
  for (const auto& info : alert.children()) {
    if (formats::local_name(info) != "info" || cap_namespace(info) != name_space) continue;
    if (number == 0) language = language_of(info, name_space);
    if (language_of(info, name_space) != language) continue;  // the same again, translated
    ++number;
    const std::string scope =
        cap_scope(head.status, head.message_type, texts_of(info, name_space, "category"), tables);
    FeedRecord record;
    record.line = line + number - 1;
    const std::string reason =
        scope.empty() ? fill_info(info, name_space, head, number, record) : std::string();
    if (!scope.empty()) {
      sink.out_of_scope(record.line, scope);
    } else if (!reason.empty()) {
      sink.rejected(record.line, reason);
    } else if (auto done = sink.kept(record); !done) {
      return std::unexpected(std::move(done).error());
    }
  }
  if (number == 0) {
    const std::string scope = cap_scope(head.status, head.message_type, {}, tables);
    if (scope.empty())
      sink.rejected(line, "the alert says nothing: it has no <info>");
    else
      sink.out_of_scope(line, scope);
  }
  return std::max<std::uint64_t>(number, 1);
}

}  // namespace tocsin::monitor::feeds
