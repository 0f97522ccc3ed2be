// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/hxl.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "formats/json_items.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/headed_table.hpp"

namespace tocsin::monitor::feeds {

namespace {

/// HXL 1.1: the hashtags stand in one of the first 25 rows.
constexpr std::size_t tag_rows_max = 25;
constexpr std::size_t id_hex_digits = 24;

/// One tagged cell: "#affected+killed+f" with its value.
struct Cell {
  std::string tag;
  std::string value;
};

/// The tag without the spaces that HXL 1.1 allows around its plus signs.
std::string tag_in(std::string_view cell) {
  std::string tag;
  std::string spaces;
  for (const char c : base::trim(cell)) {
    if (c == ' ' || c == '\t') {
      spaces += c;
      continue;
    }
    if (c != '+' && !tag.ends_with('+')) tag += spaces;
    spaces.clear();
    tag += c;
  }
  return tag;
}

bool is_tag(std::string_view given) {
  const std::string cell = tag_in(given);
  return cell.size() >= 2 && cell[0] == '#' &&
         ((cell[1] >= 'a' && cell[1] <= 'z') || (cell[1] >= 'A' && cell[1] <= 'Z')) &&
         cell.find_first_of(" \t") == std::string::npos;
}

bool is_tag_row(const std::vector<std::string>& cells) {
  bool any = false;
  for (const auto& cell : cells) {
    if (base::trim(cell).empty()) continue;
    if (!is_tag(cell)) return false;
    any = true;
  }
  return any;
}

std::vector<std::string> tags_of(const std::vector<std::string>& cells) {
  std::vector<std::string> tags;
  for (const auto& cell : cells) tags.push_back(tag_in(cell));
  return tags;
}

bool has(std::string_view tag, std::string_view hashtag, std::string_view attribute = {}) {
  if (!tag.starts_with(hashtag)) return false;
  const auto rest = tag.substr(hashtag.size());
  if (!rest.empty() && rest.front() != '+') return false;
  if (attribute.empty()) return true;
  const std::string all = std::string(rest) + "+";
  return all.find("+" + std::string(attribute) + "+") != std::string::npos;
}

/// Finds values in one row.
class TaggedRow {
 public:
  explicit TaggedRow(const std::vector<Cell>& cells) : cells_(cells) {}
  [[nodiscard]] std::string_view first(std::string_view hashtag,
                                       std::string_view attribute = {}) const {
    for (const auto& cell : cells_)
      if (!cell.value.empty() && has(cell.tag, hashtag, attribute)) return cell.value;
    return {};
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& cell : cells_) {
      if (cell.value.empty() || cell.tag.empty()) continue;
      if (!text.empty()) text += "; ";
      text += cell.tag.substr(1, cell.tag.find('+') - 1) + ": " + cell.value;
    }
    return text;
  }

 private:
  const std::vector<Cell>& cells_;
};

class HxlReader final : public FeedReader {
 public:
  explicit HxlReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    formats::PeekSource peek(source);
    auto head = peek.head(head_bytes);
    if (!head) return std::unexpected(std::move(head).error());
    return base::trim(*head).starts_with('[') ? read_json(peek, sink) : read_csv(peek, sink);
  }

 private:
  base::Status read_csv(formats::ByteSource& source, RecordSink& sink);
  base::Status read_json(formats::ByteSource& source, RecordSink& sink);
  base::Status take_item(const boost::json::value& item, std::uint64_t line, RecordSink& sink);
  base::Status give(const std::vector<Cell>& cells, std::uint64_t line, RecordSink& sink) const;
  std::string fill(const TaggedRow& row, FeedRecord& record) const;
  std::string fill_place(const TaggedRow& row, FeedPlace& place) const;

  const Tables& tables_;
  std::vector<std::string> tags_;
};

std::unexpected<base::Error> no_tags() {
  return base::fail(
      base::ErrorCode::unsupported,
      "none of the first " + std::to_string(tag_rows_max) + " rows consists of HXL hashtags", {},
      "add the row of hashtags");
}

base::Status HxlReader::read_csv(formats::ByteSource& source, RecordSink& sink) {
  formats::CsvReader csv(source);
  std::size_t rows_before = 0;
  for (;;) {
    auto row = csv.next();
    if (!row) return std::unexpected(std::move(row).error());
    if (row->line == 0 && tags_.empty()) return no_tags();
    if (row->line == 0) return {};
    if (!row->malformed.empty()) {
      if (!tags_.empty()) sink.rejected(row->line, row->malformed);
      continue;
    }
    std::vector<std::string> values;
    for (const auto field : row->fields) values.push_back(clean(field));
    if (tags_.empty()) {
      if (is_tag_row(values))
        tags_ = tags_of(values);
      else if (++rows_before == tag_rows_max)
        return no_tags();
      continue;
    }
    const bool empty = std::all_of(values.begin(), values.end(),
                                   [](const std::string& value) { return value.empty(); });
    if (empty) continue;
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < std::min(values.size(), tags_.size()); ++i)
      cells.push_back({tags_[i], values[i]});
    if (auto done = give(cells, row->line, sink); !done) return done;
  }
}

base::Status HxlReader::read_json(formats::ByteSource& source, RecordSink& sink) {
  formats::JsonItems items(source, {});
  for (;;) {
    auto item = items.next();
    if (!item) return std::unexpected(std::move(item).error());
    if (item->number == 0) return {};
    if (item->too_long) {
      sink.rejected(item->number, "the row is too long");
      continue;
    }
    auto parsed =
        formats::parse_json(base::is_utf8(item->text) ? item->text : base::to_utf8(item->text));
    if (!parsed) {
      sink.rejected(item->number, parsed.error().text());
      continue;
    }
    if (auto done = take_item(*parsed, item->number, sink); !done) return done;
  }
}

std::string value_text(const boost::json::value& value) {
  if (value.is_string()) return clean({value.get_string().data(), value.get_string().size()});
  if (value.is_null()) return {};
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_double()) return std::to_string(*number);
  return {};
}

/// A row as an object of tags and values, or as a list below a list of tags.
base::Status HxlReader::take_item(const boost::json::value& item, std::uint64_t line,
                                  RecordSink& sink) {
  std::vector<Cell> cells;
  if (const auto* object = item.if_object()) {
    for (const auto& [key, value] : *object)
      cells.push_back(
          {is_tag(std::string_view(key)) ? tag_in(std::string_view(key)) : std::string(),
           value_text(value)});
    return give(cells, line, sink);
  }
  const auto* list = item.if_array();
  if (list == nullptr) {
    sink.rejected(line, "the row is neither a list nor an object");
    return {};
  }
  std::vector<std::string> values;
  for (const auto& value : *list) values.push_back(value_text(value));
  if (tags_.empty()) {
    if (is_tag_row(values)) tags_ = tags_of(values);
    return {};  // a row of headings
  }
  for (std::size_t i = 0; i < std::min(values.size(), tags_.size()); ++i)
    cells.push_back({tags_[i], values[i]});
  return give(cells, line, sink);
}

base::Status HxlReader::give(const std::vector<Cell>& cells, std::uint64_t line,
                             RecordSink& sink) const {
  const TaggedRow row(cells);
  const bool tells = !row.first("#event").empty() || !row.first("#description").empty() ||
                     !row.first("#affected", "killed").empty() ||
                     !row.first("#affected", "injured").empty();
  if (!tells) {
    sink.out_of_scope(line, "a row of services or figures: it names no event and nobody hurt");
    return {};
  }
  FeedRecord record;
  record.line = line;
  if (const std::string reason = fill(row, record); !reason.empty()) {
    sink.rejected(line, reason);
    return {};
  }
  return sink.kept(record);
}

std::string HxlReader::fill(const TaggedRow& row, FeedRecord& record) const {
  record.title = row.first("#event");
  record.text = row.first("#description");
  if (record.text.empty()) record.text = record.title.empty() ? row.text() : record.title;
  record.id = row.first("#meta", "id");
  if (record.id.empty()) record.id = row.first("#event", "id");
  if (record.id.empty())
    record.id = base::to_hex(base::sha256(row.text())).substr(0, id_hex_digits);
  record.publisher = row.first("#meta", "source");
  if (record.publisher.empty()) record.publisher = row.first("#org");
  record.url = row.first("#meta", "url");
  if (!is_web_address(record.url)) record.url.clear();
  if (const auto date = row.first("#date"); !date.empty()) {
    record.date = read_day(date);
    if (!record.date) return bad_cell("#date", date, "a day of the calendar");
  }
  std::optional<std::int32_t> killed;
  std::optional<std::int32_t> injured;
  if (auto reason = read_count(row.first("#affected", "killed"), "#affected+killed", killed);
      !reason.empty())
    return reason;
  if (auto reason = read_count(row.first("#affected", "injured"), "#affected+injured", injured);
      !reason.empty())
    return reason;
  if (killed || injured) {
    record.kind = RecordKind::noted_event;
    FeedEvent& event = record.event.emplace();
    event.killed = killed;
    event.injured = injured;
  }
  return fill_place(row, record.place);
}

std::string HxlReader::fill_place(const TaggedRow& row, FeedPlace& place) const {
  place.admin1 = row.first("#adm1", "name");
  if (place.admin1.empty()) place.admin1 = row.first("#adm1");
  for (const std::string_view tag : {"#loc", "#adm5", "#adm4", "#adm3", "#adm2", "#adm1"}) {
    if (!place.name.empty()) break;
    place.name = row.first(tag);
    if (!place.name.empty())
      place.precision = tag == "#adm1"  ? std::uint8_t{4}
                        : tag == "#loc" ? std::uint8_t{1}
                                        : std::uint8_t{3};
  }
  const auto code = row.first("#country", "code");
  const Country* country = tables_.country_of_alpha3(code);
  if (country == nullptr) country = tables_.country_of_alpha2(code);
  if (country == nullptr) country = tables_.country_of_name(row.first("#country"));
  if (country != nullptr) {
    place.country = country->alpha2;
    if (place.name.empty()) place.name = country->name;
    if (place.precision == 0) place.precision = 5;
  }
  return read_coordinates(row.first("#geo", "lat"), row.first("#geo", "lon"), place);
}

/// True if one of the first rows of the head consists of hashtags.
bool head_has_tags(std::string_view head) {
  formats::MemorySource source(head);
  formats::CsvReader csv(source);
  for (std::size_t i = 0; i < tag_rows_max; ++i) {
    auto row = csv.next();
    if (!row || row->line == 0) return false;
    std::vector<std::string> cells(row->fields.begin(), row->fields.end());
    if (is_tag_row(cells)) return true;
  }
  return false;
}

}  // namespace

Likeness sniff_hxl(std::string_view head) {
  const auto begin = base::trim(head);
  if (begin.starts_with('[')) {
    const auto tag = head.find("\"#");
    return tag != std::string_view::npos && is_tag(head.substr(tag + 1, 2)) ? Likeness::likely
                                                                            : Likeness::no;
  }
  if (begin.starts_with('{') || begin.starts_with('<')) return Likeness::no;
  return head_has_tags(head) ? Likeness::likely : Likeness::no;
}

std::unique_ptr<FeedReader> make_hxl_reader(const Tables& tables) {
  return std::make_unique<HxlReader>(tables);
}

}  // namespace tocsin::monitor::feeds
