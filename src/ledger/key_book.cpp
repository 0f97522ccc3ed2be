// SPDX-License-Identifier: Apache-2.0
#include "ledger/key_book.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 4> kind_names{"root", "node", "role", "person"};

bool is_own_root(const Revision& revision) {
  return revision.envelope.type == key_type && revision.text("kind") == name_of(KeyKind::root) &&
         revision.envelope.author == revision.envelope.object;
}

/// Who may certify a key of that kind.
bool may_certify(KeyKind certifier, KeyKind kind) {
  switch (kind) {
    case KeyKind::root:
      return false;
    case KeyKind::node:
      return certifier == KeyKind::root;
    case KeyKind::role:
    case KeyKind::person:
      return certifier == KeyKind::node;
  }
  return false;
}

std::unexpected<base::Error> refused(const std::string& why, const Revision& revision) {
  return fail(ErrorCode::invalid_input, why, revision.envelope.author);
}

}  // namespace

std::string_view name_of(KeyKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

json::object key_fields(const Key& key) {
  return {{"kind", name_of(key.kind)},
          {"holder", key.holder},
          {"public_key", base::base64url(base::view_of(key.public_key))},
          {"valid_from", format_moment(key.valid_from)},
          {"valid_to", format_moment(key.valid_to)}};
}

base::Result<Key> read_key(const Revision& revision) {
  Key key;
  key.object = revision.envelope.object;
  key.certifier = revision.envelope.author;
  key.holder = revision.text("holder");
  const auto kind = std::ranges::find(kind_names, revision.text("kind"));
  if (kind == kind_names.end())
    return fail(ErrorCode::invalid_input, "unknown kind of key", key.object);
  key.kind = static_cast<KeyKind>(kind - kind_names.begin());
  auto bytes = base::from_base64url(revision.text("public_key"));
  if (!bytes) return base::fail_at(key.object, std::move(bytes.error()));
  auto public_key = base::array_of<32>(*bytes);
  if (!public_key) return base::fail_at(key.object, std::move(public_key.error()));
  key.public_key = *public_key;
  const auto from = base::parse_instant(revision.text("valid_from"));
  const auto to = base::parse_instant(revision.text("valid_to"));
  if (!from || !to || *from >= *to)
    return fail(ErrorCode::invalid_input, "the key's time of validity cannot be read", key.object);
  key.valid_from = *from;
  key.valid_to = *to;
  return key;
}

const Key* KeyBook::find(std::string_view object) const {
  const auto found = keys_->find(object);
  return found == keys_->end() ? nullptr : &found->second;
}

base::Result<base::PublicKey> KeyBook::author_key(const Revision& revision) const {
  if (const auto* key = find(revision.envelope.author); key != nullptr) return key->public_key;
  if (is_own_root(revision)) {
    auto key = read_key(revision);
    if (!key) return std::unexpected(std::move(key.error()));
    return key->public_key;
  }
  return refused("the key that signed is not known here", revision);
}

base::Status KeyBook::check_signature(const Revision& revision) const {
  auto key = author_key(revision);
  if (!key) return std::unexpected(std::move(key.error()));
  if (!base::verify_signature(*key, signed_message(revision.id), revision.signature))
    return refused("the signature does not fit the author's key", revision);
  return {};
}

base::Status KeyBook::check_author(const Revision& revision) const {
  if (is_own_root(revision)) {
    // A second root would be a second member; a member's log begins with its one root.
    if (!keys_->empty()) return refused("there is a root key already", revision);
    return {};
  }
  const auto* author = find(revision.envelope.author);
  if (author == nullptr) return refused("the key that signed is not known here", revision);
  if (author->good_until && revision.position >= *author->good_until)
    return refused("the key was revoked", revision);
  if (revision.envelope.time < author->valid_from || revision.envelope.time >= author->valid_to)
    return refused("the key is not valid at this time", revision);
  if (revision.envelope.type == key_type) {
    auto key = read_key(revision);
    if (!key) return std::unexpected(std::move(key.error()));
    if (!may_certify(author->kind, key->kind))
      return refused("this kind of key may not certify such a key", revision);
    return {};
  }
  if (revision.envelope.type == revocation_type)
    return author->kind == KeyKind::root || author->kind == KeyKind::node
               ? base::Status{}
               : refused("only the root or a node key revokes keys", revision);
  if (author->kind == KeyKind::root)
    return refused("a root key certifies and nothing else", revision);
  return {};
}

base::Status KeyBook::apply(const Revision& revision) {
  if (revision.envelope.type == key_type) {
    auto key = read_key(revision);
    if (!key) return std::unexpected(std::move(key.error()));
    auto changed = std::make_shared<Keys>(*keys_);
    changed->insert_or_assign(key->object, std::move(*key));
    keys_ = std::move(changed);
  } else if (revision.envelope.type == revocation_type) {
    auto changed = std::make_shared<Keys>(*keys_);
    const auto found = changed->find(revision.text("key"));
    if (found == changed->end()) return refused("the revoked key is not known here", revision);
    const auto* size = revision.field("last_good_size");
    if (size == nullptr || !size->is_int64() || size->get_int64() < 0)
      return refused("the revocation names no last good head", revision);
    found->second.good_until = static_cast<std::uint64_t>(size->get_int64());
    keys_ = std::move(changed);
  }
  return {};
}

}  // namespace tocsin::ledger
