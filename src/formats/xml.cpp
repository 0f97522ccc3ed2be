// SPDX-License-Identifier: Apache-2.0
#include "formats/xml.hpp"

#include <algorithm>
#include <sstream>

#include "base/text.hpp"

namespace tocsin::formats {

using base::ErrorCode;
using base::fail;
using base::Status;

namespace {

/// The encoding named in <?xml … encoding="…"?>, in lower case; empty where none is.
std::string declared_encoding(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return {};
  const auto declaration = bytes.substr(0, bytes.find("?>"));
  auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const auto end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos || end - at > 41) return {};
  return base::lower(declaration.substr(at + 1, end - at - 1));
}

base::Result<std::string> decode_xml(std::string bytes) {
  const std::string encoding = declared_encoding(bytes);
  const bool marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  if (!marked && !encoding.empty() && encoding != "utf-8" && encoding != "utf8" &&
      encoding != "us-ascii" && !encoding.starts_with("utf-16"))
    return base::from_encoding(bytes, encoding);
  if (!marked && !bytes.starts_with("\xEF\xBB\xBF") && base::is_utf8(bytes)) return bytes;
  return base::to_utf8(bytes);
}

/// Walks without recursion; stops at the first node that is too deep.
class DepthWalker final : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override { return depth() < xml_depth_max; }
};

std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

}  // namespace

Status parse_xml(std::string bytes, pugi::xml_document& document) {
  if (bytes.size() > xml_bytes_max)
    return fail(ErrorCode::limit_exceeded,
                "the XML is longer than " + std::to_string(xml_bytes_max) + " bytes", {},
                "split the feed");
  auto text = decode_xml(std::move(bytes));
  if (!text) return std::unexpected(std::move(text).error());
  if (static_cast<std::size_t>(std::count(text->begin(), text->end(), '<')) > 2 * xml_tags_max)
    return fail(ErrorCode::limit_exceeded,
                "the XML has more than " + std::to_string(xml_tags_max) + " elements", {},
                "split the feed");
  constexpr unsigned flags = pugi::parse_default | pugi::parse_doctype;
  const auto result = document.load_buffer(text->data(), text->size(), flags, pugi::encoding_utf8);
  for (const auto& node : document.children())
    if (node.type() == pugi::node_doctype)
      return fail(ErrorCode::invalid_input,
                  "the XML has a document type declaration, which feeds must not have", {},
                  "remove <!DOCTYPE …> and its entities");
  if (!result)
    return fail(ErrorCode::invalid_input, std::string("not XML: ") + result.description(),
                "byte " + std::to_string(result.offset + 1), "fetch the file again");
  DepthWalker walker;
  if (!document.traverse(walker))
    return fail(ErrorCode::limit_exceeded,
                "the XML is nested deeper than " + std::to_string(xml_depth_max) + " levels");
  return {};
}

Status read_xml(ByteSource& source, pugi::xml_document& document) {
  auto bytes = read_all(source, xml_bytes_max);
  if (!bytes) return std::unexpected(std::move(bytes).error());
  return parse_xml(*std::move(bytes), document);
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto prefix = prefix_of(name);
  return prefix.empty() ? name : name.substr(prefix.size() + 1);
}

std::string_view namespace_of(const pugi::xml_node& node) {
  const std::string prefix(prefix_of(node.name()));
  const std::string wanted = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
  for (pugi::xml_node at = node; at; at = at.parent())
    if (const auto attribute = at.attribute(wanted.c_str())) return attribute.value();
  return {};
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name_space,
                     std::string_view name) {
  for (const auto& candidate : node.children())
    if (candidate.type() == pugi::node_element && local_name(candidate) == name &&
        namespace_of(candidate) == name_space)
      return candidate;
  return {};
}

std::string_view child_text(const pugi::xml_node& node, std::string_view name_space,
                            std::string_view name) {
  return base::trim(child(node, name_space, name).child_value());
}

std::string deep_text(const pugi::xml_node& node) {
  class Collector final : public pugi::xml_tree_walker {
   public:
    bool for_each(pugi::xml_node& at) override {
      if (at.type() == pugi::node_pcdata || at.type() == pugi::node_cdata) {
        if (!text.empty()) text += ' ';
        text += at.value();
      }
      return true;
    }
    std::string text;
  };
  Collector collector;
  pugi::xml_node root = node;
  root.traverse(collector);
  return collector.text;
}

std::string inner_xml(const pugi::xml_node& node) {
  std::ostringstream out;
  for (const auto& below : node.children())
    below.print(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return out.str();
}

std::string_view root_name(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  for (;;) {
    head = base::trim(head);
    if (!head.starts_with('<') || head.size() < 2) return {};
    if (head[1] == '?' || head[1] == '!') {
      const std::string_view end = head[1] == '?' ? "?>" : head.starts_with("<!--") ? "-->" : ">";
      auto stop = head.find(end);
      // A document type may hold declarations of its own in brackets.
      const auto bracket = head.find('[');
      if (end == ">" && bracket != std::string_view::npos && bracket < stop) stop = head.find("]>");
      if (stop == std::string_view::npos) return {};
      head.remove_prefix(stop +
                         (head[1] == '!' && end == ">" && head[stop] == ']' ? 2 : end.size()));
      continue;
    }
    const auto name = head.substr(1, head.find_first_of(" \t\r\n/>") - 1);
    return name.size() > 100 ? std::string_view{} : name;
  }
}

}  // namespace tocsin::formats
