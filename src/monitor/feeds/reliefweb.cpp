// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/reliefweb.hpp"

#include <boost/json/array.hpp>
#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/html_text.hpp"
#include "formats/json.hpp"
#include "formats/json_items.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using boost::json::value;
using formats::member;
using formats::text_member;

class ReliefwebReader final : public FeedReader {
 public:
  explicit ReliefwebReader(const Tables& tables) : tables_(tables) {}
  base::Status read(formats::ByteSource& source, RecordSink& sink) override;

 private:
  std::string fill(const value& item, const formats::JsonItems& items, FeedRecord& record) const;
  void fill_place(const value& fields, const formats::JsonItems& items, FeedPlace& place) const;

  const Tables& tables_;
};

/// A member that is text, an object with a name, or a list of either: the first one's text.
std::string first_name(const value& object, std::string_view key) {
  const value* found = member(object, key);
  if (found != nullptr && found->is_array()) {
    const auto& list = found->get_array();
    found = list.empty() ? nullptr : &list.front();
  }
  if (found == nullptr) return {};
  if (found->is_string()) return clean({found->get_string().data(), found->get_string().size()});
  return clean(text_member(*found, "name"));
}

void add_names(const value& object, std::string_view key, std::vector<std::string>& labels) {
  const value* found = member(object, key);
  const auto* list = found == nullptr ? nullptr : found->if_array();
  if (list == nullptr) return;
  for (const auto& entry : *list)
    if (auto name = clean(text_member(entry, "name")); !name.empty()) labels.push_back(name);
}

std::string body_of(const value& fields) {
  for (const std::string_view key : {"body-html", "body_html", "body_text", "body"}) {
    const auto body = text_member(fields, key);
    if (body.empty()) continue;
    std::string text = clean(formats::html_to_text(body));
    if (!text.empty()) return text;
  }
  return {};
}

/// The text of the attached PDF follows the body where the list carries it and it says more.
std::string text_of(const value& fields) {
  std::string text = body_of(fields);
  const std::string attached = clean(text_member(fields, "pdf_text"));
  if (attached.size() <= text.size()) return text;
  return text.empty() ? attached : text + "\n\n" + attached;
}

std::string id_of(const value& item, const value& fields) {
  for (const std::string_view key : {"id", "reliefweb_id"})
    if (auto id = formats::id_member(item, key); !id.empty()) return clean(id);
  // Attachments are saved as NUMBER_NAME.pdf, with the report's number.
  const auto file = text_member(fields, "pdf_filename");
  const auto digits = file.substr(0, std::min(file.find_first_not_of("0123456789"), file.size()));
  if (digits.size() >= 4) return std::string(digits);
  return clean(text_member(fields, "url"));
}

std::string ReliefwebReader::fill(const value& item, const formats::JsonItems& items,
                                  FeedRecord& record) const {
  if (!item.is_object()) return "the item is not a JSON object";
  const value* inner = member(item, "fields");
  const value& fields = inner != nullptr && inner->is_object() ? *inner : item;
  record.id = id_of(item, fields);
  if (record.id.empty()) return "the report has neither id nor url";
  record.title = clean(text_member(fields, "title"));
  record.text = text_of(fields);
  if (record.title.empty() && record.text.empty()) return "the report has neither title nor body";
  if (record.text.size() > base::report_bytes_max)
    return "the report is longer than " + std::to_string(base::report_bytes_max) + " bytes";
  for (const std::string_view key : {"url_alias", "url"})
    if (record.url.empty()) record.url = clean(text_member(fields, key));
  if (!is_web_address(record.url)) record.url.clear();
  record.publisher = first_name(fields, "source");
  if (record.publisher.empty()) record.publisher = first_name(fields, "sources");
  if (const value* dates = member(fields, "date")) {
    const auto original = text_member(*dates, "original");
    const auto created = text_member(*dates, "created");
    const auto stamp = original.empty() ? created : original;
    if (!stamp.empty()) {
      record.published = read_instant(stamp);
      if (!record.published) return bad_cell("date", stamp, "a date and time");
      record.date = base::day_of(*record.published);
    }
  }
  if (const value* languages = member(fields, "language"); languages != nullptr)
    if (const auto* list = languages->if_array(); list != nullptr && !list->empty())
      record.language = clean(text_member(list->front(), "code"));
  for (const std::string_view key : {"theme", "disaster", "format", "disaster_type"})
    add_names(fields, key, record.labels);
  fill_place(fields, items, record.place);
  return {};
}

void ReliefwebReader::fill_place(const value& fields, const formats::JsonItems& items,
                                 FeedPlace& place) const {
  const value* primary = member(fields, "primary_country");
  const value* all = member(fields, "country");
  if (primary == nullptr && all != nullptr && all->is_array() && !all->get_array().empty())
    primary = &all->get_array().front();
  const Country* country = nullptr;
  if (primary != nullptr) {
    std::string code(text_member(*primary, "iso3"));
    for (char& c : code) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    country = tables_.country_of_alpha3(code);
    if (country == nullptr) country = tables_.country_of_name(text_member(*primary, "name"));
  }
  if (country == nullptr && !items.envelope("country").empty())
    country = tables_.country_of_name(items.envelope("country"));
  if (country == nullptr) return;
  place.name = country->name;
  place.country = country->alpha2;
  place.precision = 5;
}

base::Status ReliefwebReader::read(formats::ByteSource& source, RecordSink& sink) {
  formats::JsonItems items(source, {"data", "reports", "articles"});
  for (;;) {
    auto item = items.next();
    if (!item) return std::unexpected(std::move(item).error());
    if (item->number == 0) return {};
    if (item->too_long) {
      sink.rejected(item->number, "the item is longer than " +
                                      std::to_string(formats::json_item_bytes_max) + " bytes");
      continue;
    }
    auto parsed =
        formats::parse_json(base::is_utf8(item->text) ? item->text : base::to_utf8(item->text));
    FeedRecord record;
    record.line = item->number;
    const std::string reason = parsed ? fill(*parsed, items, record) : parsed.error().text();
    if (!reason.empty()) {
      sink.rejected(item->number, reason);
      continue;
    }
    if (auto done = sink.kept(record); !done) return done;
  }
}

}  // namespace

Likeness sniff_reliefweb(std::string_view head) {
  if (!base::trim(head).starts_with('{')) return Likeness::no;
  const auto has = [&](std::string_view text) { return head.find(text) != std::string_view::npos; };
  const bool api = has("\"data\"") && has("\"fields\"") && has("reliefweb.int");
  const bool reports = has("\"reports\"") && has("\"reliefweb_id\"");
  const bool articles = has("\"articles\"") && (has("\"pdf_text\"") || has("\"body_text\""));
  return api || reports || articles ? Likeness::certain : Likeness::no;
}

std::unique_ptr<FeedReader> make_reliefweb_reader(const Tables& tables) {
  return std::make_unique<ReliefwebReader>(tables);
}

}  // namespace tocsin::monitor::feeds
