// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/html_document.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "formats/html_text.hpp"
#include "monitor/feeds/document.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using formats::HtmlToken;

/// Reads the entries of one listing page; see data/feeds/html_listings.tsv.
class ListingReader {
 public:
  ListingReader(const HtmlListing& listing, RecordSink& sink) : listing_(listing), sink_(sink) {}

  base::Status read(std::string_view html) {
    formats::HtmlTokens tokens(html);
    for (auto token = tokens.next(); token.kind != HtmlToken::Kind::end; token = tokens.next()) {
      if (token.kind == HtmlToken::Kind::text) {
        if (part_ != nullptr) part_->append(token.text);
      } else if (token.kind == HtmlToken::Kind::close) {
        if (part_ != nullptr && token.name == element_ && --depth_ == 0) part_ = nullptr;
      } else if (auto done = open(token); !done) {
        return done;
      }
    }
    return give();
  }

 private:
  base::Status open(const HtmlToken& token) {
    if (part_ != nullptr && token.name == element_) ++depth_;
    if (part_ == &title_ && token.name == "a" && link_.empty()) link_ = token.attribute("href");
    if (part_ != nullptr) {
      part_->append(" ");
      return {};
    }
    const auto begin = [&](const std::string& class_name, std::string& part) {
      if (part_ != nullptr || class_name.empty() || !token.has_class(class_name)) return;
      part_ = &part;
      element_ = token.name;
      depth_ = 1;
    };
    if (token.has_class(listing_.title_class)) {
      if (auto done = give(); !done) return done;
    }
    begin(listing_.title_class, title_);
    begin(listing_.date_class, date_);
    begin(listing_.publisher_class, publisher_);
    begin(listing_.text_class, text_);
    return {};
  }

  /// Gives out the entry that was read, and begins the next.
  base::Status give() {
    if (line_++ == 0) return {};  // what stands before the first title
    FeedRecord record;
    record.kind = RecordKind::document;
    record.line = line_ - 1;
    record.title = clean(formats::html_to_text(title_));
    record.text = clean(formats::html_to_text(text_));
    record.publisher = clean(formats::html_to_text(publisher_));
    record.url = clean(link_.starts_with('/') ? listing_.base + link_ : link_);
    if (!is_web_address(record.url)) record.url.clear();
    record.date = find_day(formats::html_to_text(date_), listing_.month_first);
    for (auto* part : {&title_, &text_, &publisher_, &date_, &link_}) part->clear();
    if (record.title.empty()) {
      sink_.rejected(record.line, "the entry has no title");
      return {};
    }
    if (record.text.empty()) record.text = record.title;
    record.id = record.url;
    if (const auto reason = complete_document(record); !reason.empty()) {
      sink_.rejected(record.line, reason);
      return {};
    }
    return sink_.kept(record);
  }

  const HtmlListing& listing_;
  RecordSink& sink_;
  std::string title_;
  std::string text_;
  std::string publisher_;
  std::string date_;
  std::string link_;
  std::string* part_ = nullptr;  ///< which of the above the text goes to
  std::string element_;
  int depth_ = 0;
  std::uint64_t line_ = 0;
};

class HtmlDocumentReader final : public FeedReader {
 public:
  explicit HtmlDocumentReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    auto bytes = formats::read_all(source, document_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    const std::string html = base::to_utf8(*bytes);
    for (const auto& listing : tables_.html_listings())
      if (html.find(listing.title_class) != std::string::npos)
        return ListingReader(listing, sink).read(html);
    const auto page = formats::read_html(html);
    FeedRecord record;
    record.kind = RecordKind::document;
    record.line = 1;
    record.title = clean(page.title);
    record.text = clean(page.text);
    record.language = clean(page.language);
    record.publisher = clean(page.publisher);
    record.url = clean(page.canonical);
    if (!is_web_address(record.url)) record.url.clear();
    if (!page.date.empty()) record.published = read_instant(page.date);
    if (record.published) record.date = base::day_of(*record.published);
    if (const auto reason = complete_document(record); !reason.empty()) {
      sink.rejected(1, reason);
      return {};
    }
    return sink.kept(record);
  }

 private:
  const Tables& tables_;
};

}  // namespace

Likeness sniff_html_document(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string begin = base::lower(base::trim(head).substr(0, 4096));
  if (!begin.starts_with('<')) return Likeness::no;
  const bool html =
      begin.starts_with("<!doctype html") || begin.starts_with("<html") ||
      (begin.find("<html") != std::string::npos && begin.find("<body") != std::string::npos);
  if (html) return Likeness::certain;
  // A piece of a page, as some publishers hand it out.
  constexpr std::array<std::string_view, 9> pieces{"p",  "div", "article", "section", "main",
                                                   "h1", "h2",  "body",    "table"};
  const auto name_end = begin.find_first_of(" >/\n", 1);
  const auto name =
      std::string_view(begin).substr(1, name_end == std::string::npos ? 0 : name_end - 1);
  return std::ranges::find(pieces, name) != pieces.end() ? Likeness::likely : Likeness::no;
}

std::unique_ptr<FeedReader> make_html_document_reader(const Tables& tables) {
  return std::make_unique<HtmlDocumentReader>(tables);
}

}  // namespace tocsin::monitor::feeds
