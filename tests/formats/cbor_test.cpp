// SPDX-License-Identifier: Apache-2.0
#include "formats/cbor.hpp"

#include <gtest/gtest.h>

namespace tocsin::formats {
namespace {

using namespace std::string_view_literals;

TEST(Cbor, ReadsTheExamplesOfRfc8949) {
  EXPECT_EQ(read_whole_cbor("\x00"sv)->integer, 0);
  EXPECT_EQ(read_whole_cbor("\x17"sv)->integer, 23);
  EXPECT_EQ(read_whole_cbor("\x18\x64"sv)->integer, 100);
  EXPECT_EQ(read_whole_cbor("\x19\x03\xe8"sv)->integer, 1000);
  EXPECT_EQ(read_whole_cbor("\x1a\x00\x0f\x42\x40"sv)->integer, 1000000);
  EXPECT_EQ(read_whole_cbor("\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00"sv)->integer, 1000000000000);
  EXPECT_EQ(read_whole_cbor("\x20"sv)->integer, -1);
  EXPECT_EQ(read_whole_cbor("\x38\x63"sv)->integer, -100);
  EXPECT_EQ(read_whole_cbor("\x44\x01\x02\x03\x04"sv)->bytes, "\x01\x02\x03\x04"sv);
  EXPECT_EQ(read_whole_cbor("\x62\xc3\xbc"sv)->bytes, "ü");
  EXPECT_TRUE(read_whole_cbor("\xf5"sv)->boolean);
  EXPECT_EQ(read_whole_cbor("\xf6"sv)->kind, Cbor::Kind::null);
  const auto list = read_whole_cbor("\x83\x01\x82\x02\x03\x82\x04\x05"sv);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->list[2].list[1].integer, 5);
  const auto map = read_whole_cbor("\xa2\x61\x61\x01\x20\x82\x02\x03"sv);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->find("a")->integer, 1);
  EXPECT_EQ(map->find(-1)->list.size(), 2U);
  EXPECT_EQ(map->find("b"), nullptr);
  EXPECT_EQ(map->find(1), nullptr);
}

TEST(Cbor, LeavesWhatFollows) {
  auto rest = "\x01\x02"sv;
  EXPECT_EQ(read_cbor(rest)->integer, 1);
  EXPECT_EQ(read_cbor(rest)->integer, 2);
  EXPECT_FALSE(read_cbor(rest));
  EXPECT_FALSE(read_whole_cbor("\x01\x02"sv));
}

TEST(Cbor, HostileInputIsRefused) {
  for (const auto bad : {""sv,
                         "\x18"sv,
                         "\x19\x01"sv,
                         "\x44\x01"sv,
                         "\x61"sv,
                         "\x81"sv,
                         "\xa1\x01"sv,
                         "\x1b\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                         "\x3b\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                         "\x5b\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                         "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                         "\xbb\x7f\xff\xff\xff\xff\xff\xff\xff"sv,
                         "\x9f\x01\xff"sv,
                         "\x5f\x41\x01\xff"sv,
                         "\xbf\xff"sv,
                         "\xff"sv,
                         "\x1c"sv,
                         "\xc0\x60"sv,
                         "\xf9\x00\x00"sv,
                         "\xfb"sv,
                         "\xe0"sv,
                         "\xf7"sv,
                         "\x61\xff"sv,
                         "\xa2\x01\x01\x01\x02"sv,
                         "\xa2\x61\x61\x01\x61\x61\x02"sv,
                         "\xa1\x80\x01"sv,
                         "\xa1\x41\x01\x01"sv})
    EXPECT_FALSE(read_whole_cbor(bad)) << bad.size();
}

TEST(Cbor, HostileDepthCountAndSizeAreBounded) {
  EXPECT_TRUE(read_whole_cbor(std::string(cbor_depth_max, '\x81') + "\x01"));
  const auto deep = read_whole_cbor(std::string(cbor_depth_max + 1, '\x81') + "\x01");
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_FALSE(read_whole_cbor(std::string(cbor_bytes_max + 1, '\x01')));
  EXPECT_FALSE(read_whole_cbor(std::string("\x99\x04\x00"sv) + std::string(1024, '\x01')))
      << "more values than are read";
}

}  // namespace
}  // namespace tocsin::formats
