// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/crypto.hpp"

namespace tocsin::ledger {
namespace {

using base::Digest;

// The entries and roots of the reference implementation of RFC 6962 (certificate-transparency,
// merkle_tree_test): the tree of the first n entries.
const std::vector<std::string> entries_hex = {"",
                                              "00",
                                              "10",
                                              "2021",
                                              "3031",
                                              "40414243",
                                              "5051525354555657",
                                              "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> roots_hex = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

class Tree {
 public:
  explicit Tree(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      leaves_.push_back(leaf_hash("entry " + std::to_string(i)));
      frontier_.add(leaves_.back(),
                    [&](const TreeNode& node) { nodes_[{node.level, node.index}] = node.hash; });
      roots_.push_back(frontier_.root());
    }
  }
  [[nodiscard]] MerkleFrontier::NodeReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> base::Result<Digest> {
      const auto found = nodes_.find({level, index});
      if (found == nodes_.end()) return base::fail(base::ErrorCode::not_found, "no such node");
      return found->second;
    };
  }
  std::vector<Digest> leaves_;
  std::vector<Digest> roots_;
  MerkleFrontier frontier_;
  std::map<std::pair<unsigned, std::uint64_t>, Digest> nodes_;
};

TEST(Merkle, GivesTheReferenceRoots) {
  EXPECT_EQ(base::to_hex(MerkleFrontier().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < entries_hex.size(); ++i) {
    leaves.push_back(leaf_hash(*base::from_hex(entries_hex[i])));
    EXPECT_EQ(base::to_hex(tree_root(leaves)), roots_hex[i]) << i;
  }
}

TEST(Merkle, EveryInclusionProofHoldsAndNoOther) {
  constexpr std::size_t size_max = 40;
  const Tree tree(size_max);
  for (std::uint64_t size = 1; size <= size_max; ++size)
    for (std::uint64_t index = 0; index < size; ++index) {
      auto proof = inclusion_proof(index, size, tree.reader());
      ASSERT_TRUE(proof);
      const auto& root = tree.roots_[size - 1];
      EXPECT_TRUE(check_inclusion(tree.leaves_[index], index, size, *proof, root));
      EXPECT_FALSE(check_inclusion(leaf_hash("other"), index, size, *proof, root));
      if (size > 1) {
        EXPECT_FALSE(check_inclusion(tree.leaves_[index], (index + 1) % size, size, *proof, root));
      }
      if (!proof->empty()) {
        auto changed = *proof;
        changed.back()[0] ^= 1U;
        EXPECT_FALSE(check_inclusion(tree.leaves_[index], index, size, changed, root));
        changed = *proof;
        changed.pop_back();
        EXPECT_FALSE(check_inclusion(tree.leaves_[index], index, size, changed, root));
      }
    }
  EXPECT_FALSE(inclusion_proof(5, 5, tree.reader()));
}

TEST(Merkle, EveryConsistencyProofHoldsAndNoOther) {
  constexpr std::size_t size_max = 40;
  const Tree tree(size_max);
  for (std::uint64_t size = 1; size <= size_max; ++size)
    for (std::uint64_t old = 1; old <= size; ++old) {
      auto proof = consistency_proof(old, size, tree.reader());
      ASSERT_TRUE(proof);
      const auto& old_root = tree.roots_[old - 1];
      const auto& root = tree.roots_[size - 1];
      EXPECT_TRUE(check_consistency(old, size, old_root, root, *proof)) << old << " " << size;
      EXPECT_FALSE(check_consistency(old, size, leaf_hash("other"), root, *proof));
      if (old < size) {
        EXPECT_FALSE(check_consistency(old, size, old_root, old_root, *proof));
      }
    }
  EXPECT_FALSE(consistency_proof(0, 5, tree.reader()));
  EXPECT_FALSE(consistency_proof(6, 5, tree.reader()));
}

TEST(Merkle, AFrontierIsRestoredFromItsNodes) {
  for (const std::size_t size : {0U, 1U, 2U, 7U, 8U, 33U}) {
    Tree tree(size);
    auto restored = MerkleFrontier::restore(size, tree.reader());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->root(), tree.frontier_.root());
    restored->add(leaf_hash("next"), {});
    tree.frontier_.add(leaf_hash("next"), {});
    EXPECT_EQ(restored->root(), tree.frontier_.root());
  }
}

}  // namespace
}  // namespace tocsin::ledger
