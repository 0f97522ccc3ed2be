// SPDX-License-Identifier: Apache-2.0
#include "formats/smime.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tocsin::formats {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// A certificate and key made by the openssl command, so that another program opens what we seal.
class Smime : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("openssl version >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "the openssl command is not installed";
    folder_ = std::filesystem::path(testing::TempDir()) / "smime_test";
    std::filesystem::create_directories(folder_);
    ASSERT_EQ(run("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Police desk' "
                  "-keyout key.pem -out cert.pem"),
              0);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] int run(const std::string& command) const {
    return std::system(("cd '" + folder_.string() + "' && " + command + " 2>/dev/null").c_str());
  }
  std::filesystem::path folder_;
};

TEST_F(Smime, AnotherProgramOpensWhatWasSealed) {
  const std::string entity = "Content-Type: text/plain; charset=utf-8\r\n\r\nتحذير\r\n";
  const auto sealed = encrypt_entity(entity, read(folder_ / "cert.pem"));
  ASSERT_TRUE(sealed) << sealed.error().text();
  EXPECT_EQ(sealed->find("text/plain"), std::string::npos);
  std::ofstream(folder_ / "sealed.der", std::ios::binary) << *sealed;
  ASSERT_EQ(run("openssl cms -decrypt -binary -inform DER -in sealed.der -inkey key.pem "
                "-recip cert.pem -out plain.txt"),
            0);
  EXPECT_EQ(read(folder_ / "plain.txt"), entity);
}

TEST_F(Smime, FactsOfACertificate) {
  const auto facts = read_certificate(read(folder_ / "cert.pem"));
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_EQ(facts->subject, "CN=Police desk");
  EXPECT_EQ(facts->fingerprint.size(), 95U);
  EXPECT_TRUE(
      check_certificate(read(folder_ / "cert.pem"), facts->valid_from + std::chrono::hours{1}));
  EXPECT_FALSE(
      check_certificate(read(folder_ / "cert.pem"), facts->valid_to + std::chrono::hours{1}));
  EXPECT_FALSE(
      check_certificate(read(folder_ / "cert.pem"), facts->valid_from - std::chrono::hours{1}));
}

TEST_F(Smime, ACertificateForSignaturesOnlyIsRefused) {
  ASSERT_EQ(run("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Signer' "
                "-addext keyUsage=digitalSignature -keyout key2.pem -out sign.pem"),
            0);
  const auto facts = read_certificate(read(folder_ / "sign.pem"));
  ASSERT_FALSE(facts);
  EXPECT_NE(facts.error().text().find("may not encrypt"), std::string::npos);
}

TEST(SmimeInput, WhatIsNoCertificateIsRefused) {
  EXPECT_FALSE(read_certificate(""));
  EXPECT_FALSE(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_FALSE(read_certificate(std::string(certificate_bytes_max + 1, 'A')));
  EXPECT_FALSE(encrypt_entity("x", "no certificate"));
}

}  // namespace
}  // namespace tocsin::formats
