// SPDX-License-Identifier: Apache-2.0
#include "ledger/revision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/uuid.hpp"
#include "formats/json.hpp"
#include "ledger/canonical.hpp"
#include "ledger/merkle.hpp"

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 5> tlp_order{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT",
                                                    "RED"};
constexpr std::array<std::string_view, 4> pap_order{"CLEAR", "GREEN", "AMBER", "RED"};
constexpr std::string_view revision_domain = "tocsin/revision/1\ned25519\n";

template <std::size_t N>
int place_in(const std::array<std::string_view, N>& order, std::string_view word) {
  const auto found = std::ranges::find(order, word);
  return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

json::value leaf_value(const Leaf& leaf) {
  if (leaf.withheld) return json::object{{"withheld", base::to_hex(*leaf.withheld)}};
  return json::array{base::base64url(leaf.salt), leaf.name, leaf.value};
}

base::Digest hash_of(const Leaf& leaf) {
  return leaf.withheld ? *leaf.withheld : leaf_hash(canonical_json(leaf_value(leaf)));
}

base::Result<base::Digest> digest_of(const json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) return fail(ErrorCode::corrupt, "a hash is not text");
  auto bytes = base::from_hex(*text);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return base::array_of<32>(*bytes);
}

base::Result<Leaf> parse_leaf(const json::value& value) {
  Leaf leaf;
  if (const auto* held = formats::member(value, "withheld"); held != nullptr) {
    auto digest = digest_of(*held);
    if (!digest) return std::unexpected(std::move(digest.error()));
    leaf.withheld = *digest;
    return leaf;
  }
  const auto* parts = value.if_array();
  constexpr std::size_t leaf_parts = 3;
  if (parts == nullptr || parts->size() != leaf_parts || !(*parts)[0].is_string() ||
      !(*parts)[1].is_string())
    return fail(ErrorCode::corrupt, "a field of the body is not [salt, name, value]");
  auto salt = base::from_base64url((*parts)[0].get_string());
  if (!salt || salt->size() != salt_size)
    return fail(ErrorCode::corrupt, "a field's salt has not 16 bytes");
  leaf.salt = std::move(*salt);
  leaf.name = (*parts)[1].get_string();
  leaf.value = (*parts)[2];
  return leaf;
}

}  // namespace

int strictness_tlp(std::string_view tlp) {
  return place_in(tlp_order, tlp);
}
int strictness_pap(std::string_view pap) {
  return place_in(pap_order, pap);
}

Marking stricter(const Marking& one, const Marking& other) {
  return {strictness_tlp(one.tlp) >= strictness_tlp(other.tlp) ? one.tlp : other.tlp,
          strictness_pap(one.pap) >= strictness_pap(other.pap) ? one.pap : other.pap};
}

base::Status check_marking(const Marking& marking) {
  if (strictness_tlp(marking.tlp) < 0)
    return fail(ErrorCode::invalid_input, "unknown TLP marking \"" + marking.tlp + "\"", "marking",
                "use RED, AMBER+STRICT, AMBER, GREEN or CLEAR");
  if (strictness_pap(marking.pap) < 0)
    return fail(ErrorCode::invalid_input, "unknown PAP marking \"" + marking.pap + "\"", "marking",
                "use RED, AMBER, GREEN or CLEAR");
  return {};
}

const json::value* Revision::field(std::string_view name) const {
  const auto found = std::ranges::find(body, name, &Leaf::name);
  return found == body.end() || found->withheld ? nullptr : &found->value;
}

std::string_view Revision::text(std::string_view name) const {
  const auto* value = field(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

std::int64_t Revision::integer(std::string_view name, std::int64_t otherwise) const {
  const auto* value = field(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

base::Result<std::vector<Leaf>> make_leaves(const json::object& fields) {
  if (fields.size() > fields_max)
    return fail(ErrorCode::limit_exceeded,
                "more than " + std::to_string(fields_max) + " fields in one revision");
  std::vector<Leaf> body;
  body.reserve(fields.size());
  for (const auto& [name, value] : fields) {
    if (auto done = check_signable(value); !done)
      return base::fail_at(std::string(name), std::move(done.error()));
    body.push_back({base::random_bytes(salt_size), std::string(name), value, {}});
  }
  std::ranges::sort(body, {}, &Leaf::name);
  return body;
}

std::string canonical_of(const Leaf& leaf) {
  return canonical_json(leaf_value(leaf));
}

base::Digest body_root(std::span<const Leaf> body) {
  std::vector<base::Digest> hashes;
  hashes.reserve(body.size());
  for (const auto& leaf : body) hashes.push_back(hash_of(leaf));
  return tree_root(hashes);
}

std::string format_moment(base::Instant instant) {
  auto text = base::format_instant(instant);
  const auto ms = instant.time_since_epoch().count() % 1000;
  text.insert(text.size() - 1, fmt::format(".{:03}", ms < 0 ? ms + 1000 : ms));
  return text;
}

std::string envelope_text(const Envelope& envelope) {
  json::array parents;
  for (const auto& parent : envelope.parents) parents.emplace_back(base::to_hex(parent));
  return canonical_json(
      json::object{{"author", envelope.author},
                   {"body_root", base::to_hex(envelope.body_root)},
                   {"marking", {{"pap", envelope.marking.pap}, {"tlp", envelope.marking.tlp}}},
                   {"object", envelope.object},
                   {"parents", std::move(parents)},
                   {"schema", envelope.schema},
                   {"time", format_moment(envelope.time)},
                   {"type", envelope.type}});
}

std::string body_text(std::span<const Leaf> body) {
  json::array leaves;
  for (const auto& leaf : body) leaves.push_back(leaf_value(leaf));
  return canonical_json(leaves);
}

base::Result<Envelope> parse_envelope(std::string_view text) {
  // That the text is canonical shows at the end, where it is written again.
  auto value = formats::parse_json(text);
  if (!value) return std::unexpected(std::move(value.error()));
  Envelope envelope;
  envelope.object = formats::text_member(*value, "object");
  envelope.type = formats::text_member(*value, "type");
  envelope.author = formats::text_member(*value, "author");
  const auto* schema = formats::member(*value, "schema");
  const auto* marking = formats::member(*value, "marking");
  const auto* parents = formats::member(*value, "parents");
  const auto* root = formats::member(*value, "body_root");
  if (schema == nullptr || !schema->is_int64() || marking == nullptr || parents == nullptr ||
      !parents->is_array() || root == nullptr || type_of(envelope.object) != envelope.type ||
      type_of(envelope.author) != "key")
    return fail(ErrorCode::corrupt, "the envelope lacks a member or names another type");
  envelope.schema = static_cast<int>(schema->get_int64());
  envelope.marking = {std::string(formats::text_member(*marking, "tlp")),
                      std::string(formats::text_member(*marking, "pap"))};
  if (auto done = check_marking(envelope.marking); !done)
    return std::unexpected(std::move(done.error()));
  for (const auto& parent : parents->get_array()) {
    auto digest = digest_of(parent);
    if (!digest) return std::unexpected(std::move(digest.error()));
    envelope.parents.push_back(*digest);
  }
  if (envelope.parents.size() > parents_max)
    return fail(ErrorCode::limit_exceeded, "more than 32 parents");
  const auto time = base::parse_instant(formats::text_member(*value, "time"));
  if (!time) return fail(ErrorCode::corrupt, "the envelope's time cannot be read");
  envelope.time = *time;
  auto digest = digest_of(*root);
  if (!digest) return std::unexpected(std::move(digest.error()));
  envelope.body_root = *digest;
  // A member that this version does not know would be lost in a copy, so the form is exact.
  if (envelope_text(envelope) != text)
    return fail(ErrorCode::corrupt,
                "the envelope is not canonical, or holds what this version does not know");
  return envelope;
}

base::Result<std::vector<Leaf>> parse_body(std::string_view text) {
  auto value = parse_canonical(text);
  if (!value) return std::unexpected(std::move(value.error()));
  const auto* leaves = value->if_array();
  if (leaves == nullptr || leaves->size() > fields_max)
    return fail(ErrorCode::corrupt, "the body is not a list of at most 256 fields");
  std::vector<Leaf> body;
  body.reserve(leaves->size());
  for (const auto& item : *leaves) {
    auto leaf = parse_leaf(item);
    if (!leaf) return std::unexpected(std::move(leaf.error()));
    body.push_back(std::move(*leaf));
  }
  return body;
}

base::Digest revision_id(std::string_view envelope_text) {
  return base::sha256(envelope_text);
}

std::string signed_message(const base::Digest& id) {
  return std::string(revision_domain) + std::string(base::view_of(id));
}

std::string_view type_of(std::string_view object) {
  const auto colon = object.find(':');
  if (colon == std::string_view::npos || colon == 0 || !base::is_uuid(object.substr(colon + 1)))
    return {};
  return object.substr(0, colon);
}

}  // namespace tocsin::ledger
