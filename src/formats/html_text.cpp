// SPDX-License-Identifier: Apache-2.0
#include "formats/html_text.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tocsin::formats {

namespace {

constexpr std::string_view spaces = " \t\r\n\f";

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Elements whose content is no text at all.
constexpr std::array<std::string_view, 6> raw_elements{"script", "style",    "noscript",
                                                       "iframe", "textarea", "template"};
/// Elements around the text of a page: menus, forms, drawings.
constexpr std::array<std::string_view, 8> dropped_elements{"nav",    "header", "footer", "form",
                                                           "button", "select", "svg",    "aside"};
constexpr std::array<std::string_view, 30> block_elements{
    "address",  "article", "blockquote", "br",    "dd", "div", "dl",      "dt",
    "fieldset", "figure",  "h1",         "h2",    "h3", "h4",  "h5",      "h6",
    "hr",       "li",      "main",       "ol",    "p",  "pre", "section", "table",
    "tbody",    "td",      "th",         "title", "tr", "ul"};

bool same_letters(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) return false;
  }
  return true;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Builds text: runs of white space become one space, blocks end lines.
class TextBuilder {
 public:
  void add(std::string_view raw) {
    const std::string decoded = decode_entities(raw);
    for (std::size_t at = 0; at < decoded.size();) {
      if (spaces.find(decoded[at]) != std::string_view::npos) {
        space_ = true;
        ++at;
      } else if (decoded.compare(at, 2, "\xC2\xA0") == 0) {
        space_ = true;
        at += 2;
      } else {
        if (space_ && !text_.empty() && text_.back() != '\n') text_ += ' ';
        space_ = false;
        text_ += decoded[at++];
      }
    }
  }
  void end_line() {
    space_ = false;
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }
  [[nodiscard]] std::string take() {
    while (!text_.empty() && text_.back() == '\n') text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
  bool space_ = false;
};

struct Attribute {
  std::string_view name;
  std::string_view value;
};

/// Takes the next attribute off the text; false at its end.
bool take_attribute(std::string_view& rest, Attribute& out) {
  const auto begin = rest.find_first_not_of(" \t\r\n\f/");
  if (begin == std::string_view::npos) return false;
  rest.remove_prefix(begin);
  const auto name_end = std::min(rest.find_first_of(" \t\r\n\f=/", 1), rest.size());
  out.name = rest.substr(0, name_end);
  out.value = {};
  rest.remove_prefix(name_end);
  const auto equals = rest.find_first_not_of(spaces);
  if (equals == std::string_view::npos || rest[equals] != '=') return true;
  rest.remove_prefix(equals + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(spaces), rest.size()));
  if (rest.empty()) return true;
  if (rest.front() == '"' || rest.front() == '\'') {
    const auto end = std::min(rest.find(rest.front(), 1), rest.size());
    out.value = rest.substr(1, end - 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  } else {
    const auto end = std::min(rest.find_first_of(spaces), rest.size());
    out.value = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return true;
}

}  // namespace

std::string HtmlToken::attribute(std::string_view wanted) const {
  std::string_view rest = attributes_text;
  for (Attribute found; take_attribute(rest, found);)
    if (found.name.size() == wanted.size() && same_letters(found.name, wanted))
      return decode_entities(found.value);
  return {};
}

bool HtmlToken::has_class(std::string_view wanted) const {
  const std::string classes = " " + attribute("class") + " ";
  return classes.find(" " + std::string(wanted) + " ") != std::string::npos;
}

void HtmlTokens::pass_over_content_of(std::string_view name) {
  for (;;) {
    at_ = html_.find("</", at_);
    if (at_ == std::string_view::npos) {
      at_ = html_.size();
      return;
    }
    if (same_letters(html_.substr(at_ + 2), name)) return;  // the close tag is a token of its own
    at_ += 2;
  }
}

/// `at_` stands on "<" followed by a letter or "/".
HtmlToken HtmlTokens::take_tag() {
  HtmlToken token;
  token.kind = html_[at_ + 1] == '/' ? HtmlToken::Kind::close : HtmlToken::Kind::open;
  at_ += token.kind == HtmlToken::Kind::close ? 2 : 1;
  const auto name_end = std::min(html_.find_first_of(" \t\r\n\f/>", at_), html_.size());
  token.name = lower_ascii(html_.substr(at_, name_end - at_));
  std::size_t end = name_end;
  char quote = 0;
  for (; end < html_.size(); ++end) {
    const char c = html_[end];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      // Only a quote behind "=" opens a value; others are stray.
      const auto before = html_.substr(name_end, end - name_end).find_last_not_of(spaces);
      if (before != std::string_view::npos && html_[name_end + before] == '=') quote = c;
    } else if (c == '>') {
      break;
    }
  }
  if (quote != 0) end = std::min(html_.find('>', name_end), html_.size());
  token.attributes_text = html_.substr(name_end, end - name_end);
  at_ = std::min(end + 1, html_.size());
  if (token.kind == HtmlToken::Kind::open && one_of(raw_elements, token.name))
    pass_over_content_of(token.name);
  return token;
}

HtmlToken HtmlTokens::next() {
  while (at_ < html_.size()) {
    if (html_[at_] == '<' && at_ + 1 < html_.size()) {
      const char second = html_[at_ + 1];
      const bool comment = html_.compare(at_, 4, "<!--") == 0;
      if (comment || second == '!' || second == '?') {
        const auto end = html_.find(comment ? "-->" : ">", at_ + 2);
        at_ = end == std::string_view::npos ? html_.size() : end + (comment ? 3 : 1);
        continue;
      }
      if (is_letter(second) || second == '/') return take_tag();
    }
    const auto begin = at_;
    at_ = std::min(html_.find('<', at_ + 1), html_.size());
    HtmlToken token;
    token.kind = HtmlToken::Kind::text;
    token.text = html_.substr(begin, at_ - begin);
    return token;
  }
  return {};
}

namespace {

void note_metadata(const HtmlToken& token, HtmlPage& page, std::string& social_title) {
  if (token.name == "html" && page.language.empty()) page.language = token.attribute("lang");
  if (token.name == "link" && base::lower(token.attribute("rel")) == "canonical")
    page.canonical = token.attribute("href");
  if (token.name == "time" && page.date.empty()) page.date = token.attribute("datetime");
  if (token.name != "meta") return;
  std::string name = base::lower(token.attribute("name"));
  if (name.empty()) name = base::lower(token.attribute("property"));
  std::string content = token.attribute("content");
  if (name == "og:title")
    social_title = std::move(content);
  else if (name == "og:url" && page.canonical.empty())
    page.canonical = std::move(content);
  else if (name == "og:site_name" || name == "dc.publisher")
    page.publisher = std::move(content);
  else if (name == "article:published_time" || name == "dc.date" || name == "dcterms.date" ||
           name == "date" || name == "citation_publication_date")
    page.date = std::move(content);
}

}  // namespace

HtmlPage read_html(std::string_view html) {
  HtmlPage page;
  TextBuilder text;
  TextBuilder heading;
  TextBuilder window_title;
  std::string social_title;
  std::string dropped;  // the outermost dropped element that is open
  std::size_t dropped_depth = 0;
  bool in_title = false;
  int headings = 0;  // 1 while inside the first <h1>
  bool in_heading = false;
  HtmlTokens tokens(html);
  for (auto token = tokens.next(); token.kind != HtmlToken::Kind::end; token = tokens.next()) {
    if (token.kind == HtmlToken::Kind::text) {
      if (in_title)
        window_title.add(token.text);
      else if (dropped.empty())
        text.add(token.text);
      if (in_heading) heading.add(token.text);
      continue;
    }
    const bool opens = token.kind == HtmlToken::Kind::open;
    if (opens) note_metadata(token, page, social_title);
    if (token.name == "title" && dropped.empty()) in_title = opens;
    if (token.name == "h1") {
      in_heading = opens && headings == 0;
      if (opens) ++headings;
    }
    if (dropped.empty() && opens && one_of(dropped_elements, token.name)) {
      dropped = token.name;
      dropped_depth = 1;
    } else if (!dropped.empty() && token.name == dropped) {
      dropped_depth += opens ? 1 : static_cast<std::size_t>(-1);
      if (dropped_depth == 0) dropped.clear();
    }
    if (one_of(block_elements, token.name)) text.end_line();
  }
  page.text = text.take();
  page.title = heading.take();
  if (page.title.empty()) page.title = social_title;
  if (page.title.empty()) page.title = window_title.take();
  return page;
}

std::string html_to_text(std::string_view html) {
  TextBuilder text;
  HtmlTokens tokens(html);
  for (auto token = tokens.next(); token.kind != HtmlToken::Kind::end; token = tokens.next()) {
    if (token.kind == HtmlToken::Kind::text)
      text.add(token.text);
    else if (one_of(block_elements, token.name))
      text.end_line();
  }
  return text.take();
}

}  // namespace tocsin::formats
