// SPDX-License-Identifier: Apache-2.0
// Ctrl-C is heard at once by everything that waits.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "app/node.hpp"

namespace tocsin::app {
namespace {

/// In a process of its own: the request to stop is for ever.
[[noreturn]] void wait_in_two_threads_and_stop() {
  install_stop_signals();
  {
    // Hours: only the signal can end these waits before the test run is given up.
    const std::jthread first([] { wait_for_stop(std::chrono::hours{24}); });
    const std::jthread second([] { wait_for_stop(std::chrono::hours{24}); });
    std::raise(SIGTERM);
  }
  wait_for_stop(std::chrono::hours{24});  // a later one does not wait at all
  std::_Exit(stop_requested().load() ? 0 : 1);
}

TEST(StopSignal, EndsEveryWait) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(wait_in_two_threads_and_stop(), ::testing::ExitedWithCode(0), "");
}

TEST(StopSignal, WithoutOneTheTimeEndsTheWait) {
  wait_for_stop(std::chrono::milliseconds{1});
  EXPECT_FALSE(stop_requested().load());
}

}  // namespace
}  // namespace tocsin::app
