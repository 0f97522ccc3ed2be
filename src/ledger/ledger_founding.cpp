// SPDX-License-Identifier: Apache-2.0
// How a ledger begins, and how it goes on after a restore.
#include <algorithm>

#include "ledger/ledger_state.hpp"

namespace tocsin::ledger {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::chrono::years key_validity_max{10};

}  // namespace

base::Status Ledger::found(const base::SigningKey& root, std::string_view member) {
  if (head().size > 0)
    return fail(ErrorCode::conflict, "this ledger is founded already", std::string(member));
  return submit([&](Pen& pen) -> base::Status {
    const auto from = pen.now();
    const Key root_key{pen.new_object(key_type),
                       KeyKind::root,
                       std::string(member),
                       root.public_key(),
                       {},
                       from,
                       from + key_validity_max,
                       {}};
    const auto node_signing = base::SigningKey::make();
    const Key node_key{
        pen.new_object(key_type), KeyKind::node, std::string(member),     node_signing.public_key(),
        root_key.object,          from,          from + key_validity_max, {}};
    const Author by_root{root_key.object, &root};
    for (const auto* key : {&root_key, &node_key}) {
      Draft draft;
      draft.object = key->object;
      draft.type = key_type;
      draft.fields = key_fields(*key);
      if (auto done = pen.append(draft, by_root); !done)
        return std::unexpected(std::move(done.error()));
    }
    if (auto done = pen.vault().keep(pen.database(), node_key_secret, node_signing.seed()); !done)
      return done;
    Draft draft;
    draft.object = pen.new_object(incarnation_type);
    draft.type = incarnation_type;
    draft.fields = {{"node_key", node_key.object}, {"number", 1}};
    auto done = pen.append(draft, {node_key.object, &node_signing});
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
  });
}

base::Status Ledger::reincarnate(const base::SigningKey& root) {
  const auto last = head();
  return submit([&](Pen& pen) -> base::Status {
    const auto& keys = state_->keys.keys();
    const auto own = std::ranges::find_if(keys, [&](const auto& entry) {
      return entry.second.kind == KeyKind::root && entry.second.public_key == root.public_key();
    });
    if (own == keys.end())
      return fail(ErrorCode::invalid_input, "this is not the root key of this node's member",
                  "root key", "use the shares that were made with this node");
    const auto& member = own->second.holder;
    const Author by_root{own->first, &root};
    const auto old_key = state_->node_key_object;
    const auto fresh = base::SigningKey::make();
    const Key node_key{pen.new_object(key_type),
                       KeyKind::node,
                       member,
                       fresh.public_key(),
                       own->first,
                       pen.now(),
                       pen.now() + key_validity_max,
                       {}};
    Draft key;
    key.object = node_key.object;
    key.type = key_type;
    key.fields = key_fields(node_key);
    if (auto done = pen.append(key, by_root); !done)
      return std::unexpected(std::move(done.error()));
    Draft revocation;
    revocation.object = pen.new_object(revocation_type);
    revocation.type = revocation_type;
    revocation.fields = {{"key", old_key},
                         {"last_good_size", static_cast<std::int64_t>(last.size)},
                         {"reason", "restored from a backup"}};
    if (auto done = pen.append(revocation, by_root); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = pen.vault().keep(pen.database(), node_key_secret, fresh.seed()); !done)
      return done;
    Draft incarnation;
    incarnation.object = pen.new_object(incarnation_type);
    incarnation.type = incarnation_type;
    incarnation.fields = {{"node_key", node_key.object},
                          {"number", state_->incarnation_number + 1},
                          {"last_size", static_cast<std::int64_t>(last.size)},
                          {"last_root", base::to_hex(last.root)}};
    auto done = pen.append(incarnation, {node_key.object, &fresh});
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
  });
}

}  // namespace tocsin::ledger
