// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/rss.hpp"

#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/html_text.hpp"
#include "formats/xml.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using formats::child;
using formats::child_text;

constexpr std::string_view content_module = "http://purl.org/rss/1.0/modules/content/";
constexpr std::string_view dublin_core = "http://purl.org/dc/elements/1.1/";
constexpr std::string_view georss = "http://www.georss.org/georss";
constexpr std::string_view emm_iso = "http://www.iso.org/3166";

class RssReader final : public FeedReader {
 public:
  explicit RssReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    pugi::xml_document document;
    if (auto done = formats::read_xml(source, document); !done) return done;
    const auto channel = document.child("rss").child("channel");
    if (!channel)
      return base::fail(base::ErrorCode::unsupported, "the root is not an <rss> with a <channel>");
    channel_title_ = clean(child_text(channel, "", "title"));
    channel_language_ = clean(child_text(channel, "", "language"));
    std::uint64_t line = 0;
    for (const auto& item : channel.children("item")) {
      FeedRecord record;
      record.line = ++line;
      if (const std::string reason = fill(item, record); !reason.empty()) {
        sink.rejected(line, reason);
        continue;
      }
      if (auto done = sink.kept(record); !done) return done;
    }
    return {};
  }

 private:
  std::string fill(const pugi::xml_node& item, FeedRecord& record) const;
  std::string fill_time(const pugi::xml_node& item, FeedRecord& record) const;
  void fill_place(const pugi::xml_node& item, FeedRecord& record) const;

  const Tables& tables_;
  std::string channel_title_;
  std::string channel_language_;
};

std::string RssReader::fill(const pugi::xml_node& item, FeedRecord& record) const {
  record.url = clean(child_text(item, "", "link"));
  if (!is_web_address(record.url)) record.url.clear();
  record.id = clean(child_text(item, "", "guid"));
  if (record.id.empty()) record.id = record.url;
  record.title = clean(formats::html_to_text(child_text(item, "", "title")));
  record.text = clean(formats::html_to_text(child_text(item, content_module, "encoded")));
  if (record.text.empty())
    record.text = clean(formats::html_to_text(child_text(item, "", "description")));
  if (record.title.empty() && record.text.empty()) return "the item has neither title nor text";
  if (record.id.empty()) return "the item has neither guid nor link: it has no id";
  if (record.text.size() > base::report_bytes_max)
    return "the item is longer than " + std::to_string(base::report_bytes_max) + " bytes";
  record.language = clean(child_text(item, emm_iso, "language"));
  if (record.language.empty()) record.language = clean(child_text(item, dublin_core, "language"));
  if (record.language.empty()) record.language = channel_language_;
  record.publisher = clean(child_text(item, "", "source"));
  if (record.publisher.empty()) record.publisher = channel_title_;
  for (const auto& category : item.children("category"))
    if (auto label = clean(category.child_value()); !label.empty()) record.labels.push_back(label);
  if (auto reason = fill_time(item, record); !reason.empty()) return reason;
  fill_place(item, record);
  return {};
}

std::string RssReader::fill_time(const pugi::xml_node& item, FeedRecord& record) const {
  auto stamp = child_text(item, "", "pubDate");
  if (stamp.empty()) stamp = child_text(item, dublin_core, "date");
  if (stamp.empty()) return {};
  record.published = read_instant(stamp);
  if (!record.published) return bad_cell("pubDate", stamp, "a date and time");
  record.date = base::day_of(*record.published);
  return {};
}

void RssReader::fill_place(const pugi::xml_node& item, FeedRecord& record) const {
  // A point that cannot be read costs the place, not the report.
  const auto point = split_list(child_text(item, georss, "point"), ' ');
  if (point.size() == 2 && read_coordinates(point[0], point[1], record.place).empty())
    record.place.precision = 2;
  // ReliefWeb begins its descriptions with "Country: NAME".
  constexpr std::string_view begin = "Country: ";
  if (!record.text.starts_with(begin)) return;
  const auto name = std::string_view(record.text).substr(begin.size());
  const auto* country = tables_.country_of_name(name.substr(0, name.find('\n')));
  if (country == nullptr) return;
  record.place.name = country->name;
  record.place.country = country->alpha2;
  record.place.precision = 5;
}

}  // namespace

Likeness sniff_rss(std::string_view head) {
  return formats::root_name(head) == "rss" ? Likeness::certain : Likeness::no;
}

std::unique_ptr<FeedReader> make_rss_reader(const Tables& tables) {
  return std::make_unique<RssReader>(tables);
}

}  // namespace tocsin::monitor::feeds
