// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace tocsin::base {
namespace {

class FilesIn : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  std::filesystem::path folder_;
};

TEST_F(FilesIn, ReadsEveryByteAndExactlyUpToTheLimit) {
  std::string bytes(200'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  ASSERT_TRUE(write_file(folder_ / "file", bytes));
  EXPECT_EQ(*read_file(folder_ / "file", bytes.size()), bytes);
  const auto refused = read_file(folder_ / "file", bytes.size() - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().place, (folder_ / "file").string());
}

TEST_F(FilesIn, KeepsWhatItWritesForItsOwnerUnlessToldOtherwise) {
  const auto before = ::umask(022);
  ASSERT_TRUE(write_file(folder_ / "own", "x"));
  EXPECT_EQ(mode_of(folder_ / "own"), 0600U);
  ASSERT_TRUE(write_file(folder_ / "shared", "x", ReadableBy::everyone));
  EXPECT_EQ(mode_of(folder_ / "shared"), 0644U);
  // A file that was there before takes on what was asked now.
  ASSERT_TRUE(write_file(folder_ / "own", "y", ReadableBy::everyone));
  EXPECT_EQ(mode_of(folder_ / "own"), 0644U);
  ::umask(before);
}

TEST_F(FilesIn, AWriteThatFailsLeavesTheOldFileWhole) {
  ASSERT_TRUE(write_file(folder_ / "file", "old"));
  // The place beside it, where the new one is written first, is taken by a folder.
  std::filesystem::create_directory(folder_ / "file.new");
  const auto failed = write_file(folder_ / "file", "new");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::io);
  EXPECT_EQ(*read_file(folder_ / "file", 10), "old");
}

TEST_F(FilesIn, AnInterruptedEarlierWriteIsNoObstacle) {
  std::ofstream(folder_ / "file.new") << "half of something longer";
  ASSERT_TRUE(write_file(folder_ / "file", "new"));
  EXPECT_EQ(*read_file(folder_ / "file", 10), "new");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "file.new"));
}

TEST_F(FilesIn, NamesWhatCannotBeOpened) {
  for (const auto& path : {folder_ / "none", folder_ / "none" / "deeper"}) {
    const auto read = read_file(path, 10);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::io);
    EXPECT_EQ(read.error().place, path.string());
    EXPECT_FALSE(MappedFile::open(path));
  }
  EXPECT_FALSE(read_file(folder_, 10));
  EXPECT_FALSE(write_file(folder_ / "none" / "file", "x"));
}

TEST_F(FilesIn, AMapOutlivesItsNameAndMovesWithItsBytes) {
  ASSERT_TRUE(write_file(folder_ / "file", "mapped"));
  auto opened = MappedFile::open(folder_ / "file");
  ASSERT_TRUE(opened);
  std::filesystem::remove(folder_ / "file");
  MappedFile moved = std::move(*opened);
  EXPECT_EQ(moved.bytes(), "mapped");
  MappedFile assigned;
  assigned = std::move(moved);
  EXPECT_EQ(assigned.bytes(), "mapped");
  ASSERT_TRUE(write_file(folder_ / "empty", ""));
  EXPECT_EQ(MappedFile::open(folder_ / "empty")->bytes(), "");
}

}  // namespace
}  // namespace tocsin::base
