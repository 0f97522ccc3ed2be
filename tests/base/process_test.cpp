// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"

#include <gtest/gtest.h>

namespace tocsin::base {
namespace {

TEST(Process, PassesInputThrough) {
  std::string input(300'000, 'x');
  auto result = run_limited({find_program("cat")}, input, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->output, input);
}

TEST(Process, TellsExitCodesAndErrors) {
  auto result = run_limited({find_program("ls"), "/no/such/place"}, "", {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_NE(result->exit_code, 0);
  EXPECT_NE(result->errors.find("/no/such/place"), std::string::npos);
}

TEST(Process, StopsWhatTakesTooLong) {
  ChildLimits limits;
  limits.time_max = std::chrono::milliseconds{300};
  auto result = run_limited({find_program("yes")}, "",
                            {limits.time_max, limits.memory_bytes_max, std::size_t{1} << 40});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::limit_exceeded);
  EXPECT_NE(result.error().message.find("longer than 300 ms"), std::string::npos);
}

TEST(Process, StopsWhatSaysTooMuch) {
  ChildLimits limits;
  limits.output_bytes_max = 1000;
  auto result = run_limited({find_program("yes")}, "", limits);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("more than 1000 bytes"), std::string::npos);
}

TEST(Process, MemoryIsLimited) {
  const std::string bash = find_program("bash");
  if (bash.empty()) GTEST_SKIP() << "no bash on this machine";
  const std::vector<std::string> command{bash, "-c", "printf -v x %0200000000d 1; echo ${#x}"};
  ChildLimits limits;
  limits.memory_bytes_max = std::size_t{4} << 30;
  auto roomy = run_limited(command, "", limits);
  ASSERT_TRUE(roomy) << roomy.error().text();
  EXPECT_EQ(roomy->output, "200000000\n") << roomy->errors;
  limits.memory_bytes_max = std::size_t{64} << 20;
  auto tight = run_limited(command, "", limits);
  EXPECT_TRUE(!tight || tight->output != "200000000\n");
}

TEST(Process, MayNotOpenTheNetworkStartProcessesOrWriteFiles) {
  // bash is the one program everywhere that can try all three.
  const std::string bash = find_program("bash");
  if (bash.empty()) GTEST_SKIP() << "no bash on this machine";
  auto network = run_limited({bash, "-c", "exec 3<>/dev/tcp/127.0.0.1/1"}, "", {});
  ASSERT_TRUE(network) << network.error().text();
  EXPECT_NE(network->errors.find("Operation not permitted"), std::string::npos) << network->errors;
  auto process = run_limited({bash, "-c", "/bin/true & echo started $!"}, "", {});
  ASSERT_TRUE(process) << process.error().text();
  EXPECT_EQ(process->output.find("started"), std::string::npos) << process->output;
  auto other = run_limited({bash, "-c", "exec /bin/echo out"}, "", {});
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_EQ(other->output, "") << other->output;
  auto file = run_limited({bash, "-c", "echo x > /tmp/tocsin-must-not-exist"}, "", {});
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_NE(file->errors.find("Operation not permitted"), std::string::npos) << file->errors;
}

TEST(Process, MissingProgramIsNamed) {
  auto result = run_limited({"/no/such/program"}, "", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  EXPECT_EQ(find_program("no-such-program"), "");
}

}  // namespace
}  // namespace tocsin::base
