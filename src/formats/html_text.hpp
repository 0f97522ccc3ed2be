// SPDX-License-Identifier: Apache-2.0
// HTML read as a person reads it: text without scripts, styles and menus, entities decoded, blocks
// on lines of their own.
//
// Any bytes are accepted; there is no invalid HTML. Ownership: tokens are views into the input.
// Threads: pure functions. Reading takes time linear in the input.
// Source: the tokenizer follows the WHATWG HTML standard, 13.2.5, as far as text needs it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::formats {

struct HtmlToken {
  enum class Kind { text, open, close, end };
  Kind kind = Kind::end;
  std::string_view text;  ///< of a text: raw, entities not decoded
  std::string name;       ///< of a tag: in lower case
  std::string_view attributes_text;
  /// The decoded value of an attribute; empty where there is none.
  [[nodiscard]] std::string attribute(std::string_view wanted) const;
  /// True if the class attribute names the class.
  [[nodiscard]] bool has_class(std::string_view wanted) const;
};

/// Cuts HTML into tags and texts; comments and the content of scripts and styles are passed over.
class HtmlTokens {
 public:
  explicit HtmlTokens(std::string_view html) : html_(html) {}
  [[nodiscard]] HtmlToken next();

 private:
  [[nodiscard]] HtmlToken take_tag();
  void pass_over_content_of(std::string_view name);
  std::string_view html_;
  std::size_t at_ = 0;
};

/// What a page says about itself, and its text.
struct HtmlPage {
  std::string title;  ///< first of <h1>, og:title and <title>
  std::string text;
  std::string language;   ///< of <html lang>
  std::string canonical;  ///< of <link rel="canonical"> or og:url
  std::string date;       ///< as written in metadata or the first <time datetime>
  std::string publisher;  ///< og:site_name or dc.publisher
};

[[nodiscard]] HtmlPage read_html(std::string_view html);
/// Only the text; for the fragments that feeds carry.
[[nodiscard]] std::string html_to_text(std::string_view html);
/// "&amp;", "&#8217;", "&eacute;" to the letters they stand for; anything unknown stays as it is.
[[nodiscard]] std::string decode_entities(std::string_view text);
/// The length of the entity at the begin of `text` and its letter; length 0 where there is none.
struct Entity {
  std::size_t length = 0;
  char32_t letter = 0;
};
[[nodiscard]] Entity entity_at(std::string_view text);

}  // namespace tocsin::formats
