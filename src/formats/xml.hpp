// SPDX-License-Identifier: Apache-2.0
// XML trees with our limits: the door to pugixml.
//
// A document type declaration is refused, so there are no entities to expand and none to fetch.
// Ownership: nodes are handles into their document. Threads: one document, one thread.
// Errors: ErrorCode::invalid_input with the byte where the text stops being XML, or for a document
// type; ErrorCode::limit_exceeded for size, number of elements or depth.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// Size of a document that is read as a tree. Feeds are far below a megabyte; the tree of a
/// document of this size stays under 200 MB.
inline constexpr std::size_t xml_bytes_max = 16U << 20;
/// Tags of one document ("<" that are not closing ones are at most this many).
inline constexpr std::size_t xml_tags_max = 1'000'000;
inline constexpr int xml_depth_max = 128;

/// Reads the whole source. UTF-16, and encodings named in the declaration, become UTF-8.
[[nodiscard]] base::Status read_xml(ByteSource& source, pugi::xml_document& document);
[[nodiscard]] base::Status parse_xml(std::string bytes, pugi::xml_document& document);

/// The namespace that the node's prefix stands for at its place; empty for none.
[[nodiscard]] std::string_view namespace_of(const pugi::xml_node& node);
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);
/// First child of that namespace and local name; a null node where there is none.
[[nodiscard]] pugi::xml_node child(const pugi::xml_node& node, std::string_view name_space,
                                   std::string_view name);
/// The child's own text and CDATA, trimmed; empty where there is none.
[[nodiscard]] std::string_view child_text(const pugi::xml_node& node, std::string_view name_space,
                                          std::string_view name);
/// All text below the node, in order, tags left out.
[[nodiscard]] std::string deep_text(const pugi::xml_node& node);
/// The element with all below it, written as XML again.
[[nodiscard]] std::string inner_xml(const pugi::xml_node& node);

/// The name of the root element as written ("rss", "cap:alert"), found without reading the rest;
/// empty where the head is not XML.
[[nodiscard]] std::string_view root_name(std::string_view head);

}  // namespace tocsin::formats
