// SPDX-License-Identifier: Apache-2.0
// What `tocsin serve` refuses, and what it says then. The serving itself is tests/browser/run.
#include "app/verb_serve.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "app/verb_init.hpp"

namespace tocsin::app {
namespace {

struct Refusal {
  int code;
  std::string said;
};

Refusal refused(std::string home, std::string listen, std::string web_root = {}) {
  ServeOptions options;
  options.home = std::move(home);
  options.listen = std::move(listen);
  options.web_root = std::move(web_root);
  testing::internal::CaptureStderr();
  const int code = run_serve(options);
  return {code, testing::internal::GetCapturedStderr()};
}

class Serve : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-serve-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(Serve, AnswersOnNoOtherAddressThanThisMachines) {
  for (const auto* const address : {"0.0.0.0:8484", "[::]:8484", "192.0.2.7:80"}) {
    const auto refusal = refused(folder_.string(), address);
    EXPECT_EQ(refusal.code, 2) << address;
    EXPECT_NE(refusal.said.find("only on its own machine"), std::string::npos) << refusal.said;
    EXPECT_NE(refusal.said.find("127.0.0.1"), std::string::npos) << refusal.said;
  }
}

TEST_F(Serve, NamesAnAddressThatIsNone) {
  const auto refusal = refused(folder_.string(), "nonsense");
  EXPECT_EQ(refusal.code, 2);
  EXPECT_NE(refusal.said.find("nonsense"), std::string::npos);
}

TEST_F(Serve, WantsAHomeAndSaysHowToMakeOne) {
  const auto refusal = refused(folder_.string(), "127.0.0.1:0");
  EXPECT_EQ(refusal.code, 1);
  EXPECT_NE(refusal.said.find("tocsin init --home"), std::string::npos) << refusal.said;
}

TEST_F(Serve, NamesAWebFolderWithoutTemplates) {
  const auto home = (folder_ / "node").string();
  InitOptions init;
  init.home = home;
  init.quiet = true;
  ASSERT_EQ(run_init(init), 0);
  const auto refusal = refused(home, "127.0.0.1:0", (folder_ / "no-web").string());
  EXPECT_EQ(refusal.code, 1);
  EXPECT_NE(refusal.said.find("no-web"), std::string::npos) << refusal.said;
}

}  // namespace
}  // namespace tocsin::app
