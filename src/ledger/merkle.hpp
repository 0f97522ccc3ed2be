// SPDX-License-Identifier: Apache-2.0
// The Merkle trees of RFC 6962: hash of a list, proofs that an entry is in it, proofs that a longer
// list begins with a shorter one.
//
// Threads: pure functions; a MerkleFrontier is a value. Source: RFC 6962 section 2.1, the checks
// of proofs by RFC 9162 sections 2.1.3.2 and 2.1.4.2. An empty list hashes to SHA-256 of nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/result.hpp"

namespace tocsin::ledger {

/// SHA-256(0x00 || entry) and SHA-256(0x01 || left || right).
[[nodiscard]] base::Digest leaf_hash(std::string_view entry);
[[nodiscard]] base::Digest node_hash(const base::Digest& left, const base::Digest& right);
/// The root over leaf hashes.
[[nodiscard]] base::Digest tree_root(std::span<const base::Digest> leaves);

/// A whole subtree of 2^level leaves: those from index * 2^level on.
struct TreeNode {
  unsigned level;
  std::uint64_t index;
  base::Digest hash;
};

/// The roots of the largest whole subtrees of a growing list: all that appending needs.
class MerkleFrontier {
 public:
  /// Adds a leaf; `made` is told of each subtree that became whole, the leaf itself first.
  void add(const base::Digest& leaf, const std::function<void(const TreeNode&)>& made);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] base::Digest root() const;
  /// The frontier of a stored tree of `size` leaves; `node` reads one whole subtree.
  using NodeReader = std::function<base::Result<base::Digest>(unsigned level, std::uint64_t index)>;
  [[nodiscard]] static base::Result<MerkleFrontier> restore(std::uint64_t size,
                                                            const NodeReader& node);

 private:
  std::uint64_t size_ = 0;
  std::vector<TreeNode> peaks_;  ///< from the largest to the smallest
};

/// Proof that entry `index` (from 0) is in the tree of `size`: siblings from the leaf upwards.
[[nodiscard]] base::Result<std::vector<base::Digest>> inclusion_proof(
    std::uint64_t index, std::uint64_t size, const MerkleFrontier::NodeReader& node);
[[nodiscard]] bool check_inclusion(const base::Digest& leaf, std::uint64_t index,
                                   std::uint64_t size, std::span<const base::Digest> proof,
                                   const base::Digest& root);

/// Proof that the tree of `size` begins with the tree of `old_size` (1 to size).
[[nodiscard]] base::Result<std::vector<base::Digest>> consistency_proof(
    std::uint64_t old_size, std::uint64_t size, const MerkleFrontier::NodeReader& node);
[[nodiscard]] bool check_consistency(std::uint64_t old_size, std::uint64_t size,
                                     const base::Digest& old_root, const base::Digest& root,
                                     std::span<const base::Digest> proof);

}  // namespace tocsin::ledger
