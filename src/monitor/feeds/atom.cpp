// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/atom.hpp"

#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/html_text.hpp"
#include "formats/xml.hpp"
#include "monitor/feeds/cap_alert.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using formats::child;
using formats::child_text;

constexpr std::string_view atom = "http://www.w3.org/2005/Atom";
constexpr std::string_view georss = "http://www.georss.org/georss";

/// RFC 4287, 3.1: text as it is, HTML as text, or XHTML as elements.
std::string text_construct(const pugi::xml_node& node) {
  const std::string_view type = node.attribute("type").value();
  if (type == "html") return clean(formats::html_to_text(node.child_value()));
  if (type == "xhtml") return clean(formats::html_to_text(formats::inner_xml(node)));
  return clean(node.child_value());
}

std::string link_of(const pugi::xml_node& entry) {
  std::string fallback;
  for (const auto& link : entry.children()) {
    if (formats::local_name(link) != "link" || formats::namespace_of(link) != atom) continue;
    const std::string_view relation = link.attribute("rel").value();
    const std::string address = clean(link.attribute("href").value());
    if (!is_web_address(address)) continue;
    if (relation.empty() || relation == "alternate") return address;
    if (fallback.empty()) fallback = address;
  }
  return fallback;
}

/// The CAP namespace of the entry's own children; empty where the entry carries no alert.
std::string_view cap_in(const pugi::xml_node& entry) {
  for (const auto& below : entry.children())
    if (const auto name_space = cap_namespace(below);
        !name_space.empty() && formats::local_name(below) != "alert")
      return name_space;
  return {};
}

class AtomReader final : public FeedReader {
 public:
  explicit AtomReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    pugi::xml_document document;
    if (auto done = formats::read_xml(source, document); !done) return done;
    const auto feed = document.document_element();
    if (formats::local_name(feed) != "feed" || formats::namespace_of(feed) != atom)
      return base::fail(base::ErrorCode::unsupported, "the root is not an Atom <feed>");
    feed_title_ = clean(child_text(feed, atom, "title"));
    feed_language_ = feed.attribute("xml:lang").value();
    std::uint64_t line = 0;
    for (const auto& entry : feed.children()) {
      if (formats::local_name(entry) != "entry" || formats::namespace_of(entry) != atom) continue;
      auto rows = give(entry, line + 1, sink);
      if (!rows) return std::unexpected(std::move(rows).error());
      line += *rows;
    }
    return {};
  }

 private:
  base::Result<std::uint64_t> give(const pugi::xml_node& entry, std::uint64_t line,
                                   RecordSink& sink) const;
  std::string fill(const pugi::xml_node& entry, FeedRecord& record) const;

  const Tables& tables_;
  std::string feed_title_;
  std::string feed_language_;
};

base::Result<std::uint64_t> AtomReader::give(const pugi::xml_node& entry, std::uint64_t line,
                                             RecordSink& sink) const {
  const auto content = child(entry, atom, "content");
  for (const auto& below : content.children())
    if (formats::local_name(below) == "alert" && !cap_namespace(below).empty())
      return give_cap_alert(below, line, tables_, sink);
  FeedRecord record;
  record.line = line;
  const auto cap = cap_in(entry);
  if (!cap.empty()) {
    const std::string scope =
        cap_scope(child_text(entry, cap, "status"), child_text(entry, cap, "msgType"),
                  split_list(child_text(entry, cap, "category"), ' '), tables_);
    if (!scope.empty()) {
      sink.out_of_scope(line, scope);
      return std::uint64_t{1};
    }
    record.kind = RecordKind::alert;
    record.exercise = child_text(entry, cap, "status") == "Exercise";
    fill_cap_details(entry, cap, record);
  }
  if (const std::string reason = fill(entry, record); !reason.empty()) {
    sink.rejected(line, reason);
  } else if (auto done = sink.kept(record); !done) {
    return std::unexpected(std::move(done).error());
  }
  return std::uint64_t{1};
}

std::string AtomReader::fill(const pugi::xml_node& entry, FeedRecord& record) const {
  record.url = link_of(entry);
  record.id = clean(child_text(entry, atom, "id"));
  if (record.id.empty()) record.id = record.url;
  if (record.id.empty()) return "the entry has neither id nor link";
  record.title = text_construct(child(entry, atom, "title"));
  record.text = text_construct(child(entry, atom, "content"));
  if (record.text.empty()) record.text = text_construct(child(entry, atom, "summary"));
  if (record.title.empty() && record.text.empty()) return "the entry has neither title nor text";
  if (record.text.size() > base::report_bytes_max)
    return "the entry is longer than " + std::to_string(base::report_bytes_max) + " bytes";
  record.language = entry.attribute("xml:lang").value();
  if (record.language.empty()) record.language = feed_language_;
  record.publisher = feed_title_;
  auto stamp = child_text(entry, atom, "published");
  if (stamp.empty()) stamp = child_text(entry, atom, "updated");
  if (!stamp.empty()) {
    record.published = read_instant(stamp);
    if (!record.published) return bad_cell("published", stamp, "a date and time");
    // What an alert says of a danger to come is told on the day it was published.
    const auto day = base::day_of(*record.published);
    if (!record.date || *record.date > day) record.date = day;
  }
  for (const auto& category : entry.children())
    if (formats::local_name(category) == "category" && formats::namespace_of(category) == atom)
      record.labels.push_back(clean(category.attribute("term").value()));
  const auto point = split_list(child_text(entry, georss, "point"), ' ');
  if (point.size() == 2 && !record.place.latitude)
    return read_coordinates(point[0], point[1], record.place);
  return {};
}

}  // namespace

Likeness sniff_atom(std::string_view head) {
  const auto root = formats::root_name(head);
  const bool feed = root == "feed" || root.ends_with(":feed");
  return feed && head.find(atom) != std::string_view::npos ? Likeness::certain : Likeness::no;
}

std::unique_ptr<FeedReader> make_atom_reader(const Tables& tables) {
  return std::make_unique<AtomReader>(tables);
}

}  // namespace tocsin::monitor::feeds
