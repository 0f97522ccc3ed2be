// SPDX-License-Identifier: Apache-2.0
// libFuzzer harness over every parser of feeds:
//   cmake --preset fuzz && cmake --build --preset fuzz --target tocsin_fuzz_feeds
//   build/fuzz/bin/tocsin_fuzz_feeds -max_total_time=60 fuzz/corpus/feeds
#include <cstdio>

#include "feed_parsers.hpp"

namespace {

const tocsin::monitor::feeds::Tables& tables() {
  static const auto loaded = [] {
    auto read = tocsin::monitor::feeds::Tables::load(std::filesystem::path(TOCSIN_SOURCE_DIR) /
                                                     "data" / "feeds");
    if (!read) {
      std::fprintf(stderr, "%s\n", read.error().text().c_str());
      std::abort();
    }
    return *std::move(read);
  }();
  return loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tocsin::fuzz::run_feed_parsers(tables(), {reinterpret_cast<const char*>(data), size});
  return 0;
}
