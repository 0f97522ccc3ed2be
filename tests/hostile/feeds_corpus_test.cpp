// SPDX-License-Identifier: Apache-2.0
// Replays the fuzzer's corpus through every parser: what was found once stays fixed, also where
// there is no clang.
#include <cstddef>

#include "../../fuzz/feed_parsers.hpp"
#include "../monitor/feeds/feed_test_support.hpp"

namespace tocsin::monitor::feeds {
namespace {

TEST(FuzzCorpus, EveryInputThroughEveryParser) {
  const auto folder = std::filesystem::path(TOCSIN_SOURCE_DIR) / "fuzz" / "corpus" / "feeds";
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream in(entry.path(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (bytes.empty()) continue;
    ++inputs;
    fuzz::run_feed_parsers(test_tables(), bytes);
    // The first byte chooses the parser: each input goes through all of them.
    for (unsigned choice = 0; choice < all_formats().size(); ++choice) {
      bytes[0] = static_cast<char>(choice);
      fuzz::run_feed_parsers(test_tables(), bytes);
    }
    for (unsigned choice = 128; choice < 142; ++choice) {
      bytes[0] = static_cast<char>(choice);
      fuzz::run_feed_parsers(test_tables(), bytes);
    }
  }
  EXPECT_GE(inputs, 28);
}

}  // namespace
}  // namespace tocsin::monitor::feeds
