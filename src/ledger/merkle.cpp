// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/crypto.hpp"

namespace tocsin::ledger {
namespace {

using base::Digest;
using NodeReader = MerkleFrontier::NodeReader;

/// The largest power of two below `size` (size at least 2): where a tree is cut in two.
std::uint64_t cut_of(std::uint64_t size) {
  return std::bit_floor(size - 1);
}

/// The root of `count` leaves from `begin` on; `begin` is a multiple of bit_ceil(count).
base::Result<Digest> range_root(std::uint64_t begin, std::uint64_t count, const NodeReader& node) {
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return node(level, begin >> level);
  }
  const auto left_count = cut_of(count);
  auto left = range_root(begin, left_count, node);
  if (!left) return left;
  auto right = range_root(begin + left_count, count - left_count, node);
  if (!right) return right;
  return node_hash(*left, *right);
}

/// RFC 6962 section 2.1.2, SUBPROOF.
base::Status subproof(std::uint64_t old_size, std::uint64_t begin, std::uint64_t count, bool whole,
                      const NodeReader& node, std::vector<Digest>& proof) {
  const auto add = [&](std::uint64_t from, std::uint64_t number) -> base::Status {
    auto root = range_root(from, number, node);
    if (!root) return std::unexpected(std::move(root.error()));
    proof.push_back(*root);
    return {};
  };
  if (old_size == count) return whole ? base::Status{} : add(begin, count);
  const auto left = cut_of(count);
  if (old_size <= left) {
    if (auto done = subproof(old_size, begin, left, whole, node, proof); !done) return done;
    return add(begin + left, count - left);
  }
  if (auto done = subproof(old_size - left, begin + left, count - left, false, node, proof); !done)
    return done;
  return add(begin, left);
}

}  // namespace

// In one piece: a short text costs less to copy than a hash of its own costs to make.
Digest leaf_hash(std::string_view entry) {
  std::string bytes(1, '\0');
  bytes += entry;
  return base::sha256(bytes);
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<char, 1 + 2 * std::tuple_size_v<Digest>> bytes{};
  bytes[0] = '\1';
  auto* end = std::ranges::copy(left, bytes.data() + 1).out;
  std::ranges::copy(right, end);
  return base::sha256({bytes.data(), bytes.size()});
}

Digest tree_root(std::span<const Digest> leaves) {
  MerkleFrontier frontier;
  for (const auto& leaf : leaves) frontier.add(leaf, {});
  return frontier.root();
}

void MerkleFrontier::add(const Digest& leaf, const std::function<void(const TreeNode&)>& made) {
  TreeNode node{0, size_, leaf};
  if (made) made(node);
  while (!peaks_.empty() && peaks_.back().level == node.level) {
    node = {node.level + 1, node.index >> 1U, node_hash(peaks_.back().hash, node.hash)};
    peaks_.pop_back();
    if (made) made(node);
  }
  peaks_.push_back(node);
  ++size_;
}

Digest MerkleFrontier::root() const {
  if (peaks_.empty()) return base::sha256({});
  Digest root = peaks_.back().hash;
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i].hash, root);
  return root;
}

base::Result<MerkleFrontier> MerkleFrontier::restore(std::uint64_t size, const NodeReader& node) {
  MerkleFrontier frontier;
  frontier.size_ = size;
  std::uint64_t begin = 0;
  while (size > 0) {
    const auto count = std::bit_floor(size);
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    auto hash = node(level, begin >> level);
    if (!hash) return std::unexpected(std::move(hash.error()));
    frontier.peaks_.push_back({level, begin >> level, *hash});
    begin += count;
    size -= count;
  }
  return frontier;
}

base::Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                  const NodeReader& node) {
  if (index >= size)
    return base::fail(base::ErrorCode::invalid_input, "the entry lies past the end of the tree");
  std::vector<Digest> proof;
  std::uint64_t begin = 0;
  // From the root down, so the siblings come in reverse.
  for (std::uint64_t count = size; count > 1;) {
    const auto left = cut_of(count);
    const bool goes_left = index - begin < left;
    auto sibling =
        goes_left ? range_root(begin + left, count - left, node) : range_root(begin, left, node);
    if (!sibling) return std::unexpected(std::move(sibling.error()));
    proof.push_back(*sibling);
    if (!goes_left) begin += left;
    count = goes_left ? left : count - left;
  }
  return std::vector<Digest>(proof.rbegin(), proof.rend());
}

bool check_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                     std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  std::uint64_t first = index;
  std::uint64_t last = size - 1;
  Digest hash = leaf;
  for (const auto& sibling : proof) {
    if (last == 0) return false;
    if ((first & 1U) != 0 || first == last) {
      hash = node_hash(sibling, hash);
      while ((first & 1U) == 0 && first != 0) {
        first >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    first >>= 1U;
    last >>= 1U;
  }
  return last == 0 && hash == root;
}

base::Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                                    const NodeReader& node) {
  if (old_size == 0 || old_size > size)
    return base::fail(base::ErrorCode::invalid_input, "the old size must be from 1 to the new one");
  std::vector<Digest> proof;
  if (auto done = subproof(old_size, 0, size, true, node, proof); !done)
    return std::unexpected(std::move(done.error()));
  return proof;
}

bool check_consistency(std::uint64_t old_size, std::uint64_t size, const Digest& old_root,
                       const Digest& root, std::span<const Digest> proof) {
  if (old_size == 0 || old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  std::vector<Digest> path(proof.begin(), proof.end());
  if (std::has_single_bit(old_size)) path.insert(path.begin(), old_root);
  if (path.empty()) return false;
  std::uint64_t first = old_size - 1;
  std::uint64_t last = size - 1;
  while ((first & 1U) != 0) {
    first >>= 1U;
    last >>= 1U;
  }
  Digest old_hash = path.front();
  Digest hash = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((first & 1U) != 0 || first == last) {
      old_hash = node_hash(path[i], old_hash);
      hash = node_hash(path[i], hash);
      while ((first & 1U) == 0 && first != 0) {
        first >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = node_hash(hash, path[i]);
    }
    first >>= 1U;
    last >>= 1U;
  }
  return last == 0 && old_hash == old_root && hash == root;
}

}  // namespace tocsin::ledger
