// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/upr.hpp"

#include <string>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/html_text.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/headed_table.hpp"

namespace tocsin::monitor::feeds {

namespace {

constexpr std::size_t id_hex_digits = 24;

class UprReader final : public FeedReader {
 public:
  explicit UprReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    HeadedTable table(source);
    if (auto opened = table.open({"To", "Text", "From", "Session"}); !opened) return opened;
    for (;;) {
      auto row = table.next(sink);
      if (!row) return std::unexpected(std::move(row).error());
      if (row->line == 0) return {};
      FeedRecord record;
      record.line = row->line;
      if (const std::string reason = fill(table, record); !reason.empty()) {
        sink.rejected(row->line, reason);
        continue;
      }
      if (auto done = sink.kept(record); !done) return done;
    }
  }

 private:
  std::string fill(const HeadedTable& table, FeedRecord& record) const;

  const Tables& tables_;
};

std::string cell_text(const HeadedTable& table, std::string_view name) {
  return clean(formats::decode_entities(clean(table.cell(name))));
}

std::string UprReader::fill(const HeadedTable& table, FeedRecord& record) const {
  record.kind = RecordKind::recommendation;
  record.text = cell_text(table, "text");
  if (record.text.empty()) return "Text is empty";
  const std::string to = cell_text(table, "to");
  const std::string from = cell_text(table, "from");
  const std::string session = cell_text(table, "session");
  const std::string issues = cell_text(table, "issue");
  const Country* country = tables_.country_of_name(to);
  if (country == nullptr) return bad_cell("To", to, "the name of a country that is known here");
  int number = 0;
  if (!read_number(session, number) || number < 1)
    return bad_cell("Session", session, "the number of a session");
  const std::string identity =
      to + '\x1F' + from + '\x1F' + session + '\x1F' + record.text + '\x1F' + issues;
  record.id = base::to_hex(base::sha256(identity)).substr(0, id_hex_digits);
  record.language = "en";  // UPR Info keeps the English wording
  record.publisher = "Universal Periodic Review";
  record.title = "Recommendation of " + from + " to " + to;
  record.place.name = country->name;
  record.place.country = country->alpha2;
  record.place.precision = 5;
  record.date = tables_.first_day_of_upr_session(number);
  record.labels = split_list(issues, ',');
  record.labels.push_back("session:" + session);
  if (auto response = cell_text(table, "response"); !response.empty())
    record.labels.push_back("response:" + response);
  if (auto action = cell_text(table, "action"); !action.empty())
    record.labels.push_back("action:" + action);
  if (const auto* author = tables_.country_of_name(from))
    record.labels.push_back("from:" + author->alpha3);
  return {};
}

}  // namespace

Likeness sniff_upr(std::string_view head) {
  return header_has(head, {"To", "Text", "From", "Response", "Session"}) ? Likeness::certain
                                                                         : Likeness::no;
}

std::unique_ptr<FeedReader> make_upr_reader(const Tables& tables) {
  return std::make_unique<UprReader>(tables);
}

}  // namespace tocsin::monitor::feeds
