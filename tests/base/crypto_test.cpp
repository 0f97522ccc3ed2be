// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "base/uuid.hpp"

namespace tocsin::base {
namespace {

std::string hex(std::string_view text) {
  auto bytes = from_hex(text);
  EXPECT_TRUE(bytes);
  return bytes.value_or("");
}

TEST(Ed25519, GivesTheVectorsOfTheRfc) {
  // RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature.
  const std::string_view vectors[][4] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "11d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
       "dc6594a7c15e9716ed28dc027beceea1ec40a"}};
  for (const auto& [seed, public_key, message, signature] : vectors) {
    auto key = SigningKey::from_seed(hex(seed));
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->public_key()), public_key);
    EXPECT_EQ(to_hex(key->sign(hex(message))), signature);
    EXPECT_TRUE(verify_signature(key->public_key(), hex(message), key->sign(hex(message))));
    EXPECT_FALSE(verify_signature(key->public_key(), hex(message) + "x", key->sign(hex(message))));
    EXPECT_EQ(key->seed().bytes(), hex(seed));
  }
  EXPECT_FALSE(SigningKey::from_seed("short"));
}

TEST(Sealing, OpensWithItsKeyAndContextOnly) {
  const auto key = Secret::random(sealing_key_size);
  const auto sealed = seal(key, "what was seen", "report 1");
  auto opened = unseal(key, sealed, "report 1");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->bytes(), "what was seen");
  EXPECT_FALSE(unseal(key, sealed, "report 2"));
  EXPECT_FALSE(unseal(Secret::random(sealing_key_size), sealed, "report 1"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(unseal(key, changed, "report 1")) << i;
  }
  EXPECT_FALSE(unseal(key, sealed.substr(0, 10), "report 1"));
  EXPECT_NE(seal(key, "same", ""), seal(key, "same", ""));
}

TEST(Boxes, OnlyTheReceiverOpens) {
  const auto receiver = BoxKey::make();
  const auto sealed = seal_to(receiver.public_key(), "draft");
  auto opened = receiver.open(sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->bytes(), "draft");
  EXPECT_FALSE(BoxKey::make().open(sealed));
  EXPECT_FALSE(receiver.open(sealed.substr(1)));
  auto again = BoxKey::from_secret(receiver.secret().bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), receiver.public_key());
}

TEST(Passwords, TheSameWordsGiveTheSameKey) {
  const PasswordCost cheap{1, 8U << 10};
  const std::string salt(password_salt_size, 's');
  auto one = derive_key("correct horse", salt, cheap);
  auto two = derive_key("correct horse", salt, cheap);
  auto other = derive_key("correct horsE", salt, cheap);
  ASSERT_TRUE(one && two && other);
  EXPECT_TRUE(equal_secrets(one->bytes(), two->bytes()));
  EXPECT_FALSE(equal_secrets(one->bytes(), other->bytes()));
  EXPECT_FALSE(derive_key("x", "short salt", cheap));
}

TEST(Hmac, GivesTheVectorsOfTheRfcs) {
  // RFC 2202 test 2 and RFC 4231 test 2.
  EXPECT_EQ(hmac_sha1("Jefe", "what do ya want for nothing?"),
            hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

TEST(Encodings, GiveTheVectorsOfTheRfc) {
  // RFC 4648 section 10, without padding where ours has none.
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64url("foob"), "Zm9vYg");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(*from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(*from_base64("Zm9vYmFy"), "foobar");
  EXPECT_FALSE(from_base64url("a*b"));
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
}

TEST(Boxes, AreSealedToWhomASigningKeyBelongs) {
  const auto key = SigningKey::make();
  const auto address = box_address(key.public_key());
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, box_of(key).public_key());
  const auto sealed = seal_to(*address, "for one person");
  const auto opened = box_of(key).open(sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->bytes(), "for one person");
  EXPECT_FALSE(box_of(SigningKey::make()).open(sealed));
  // A point of small order is no key of anybody.
  EXPECT_FALSE(box_address(PublicKey{}));
}

TEST(Uuids, HaveTheirVersionAndOrder) {
  SeededRandom random(7);
  const Instant early{std::chrono::milliseconds{1'645'557'742'000}};
  const auto one = uuid_v7(early, random);
  // RFC 9562 appendix A.6: the same instant begins with the same digits.
  EXPECT_EQ(one.substr(0, 13), "017f22e2-79b0");
  EXPECT_EQ(one[14], '7');
  EXPECT_NE(std::string_view("89ab").find(one[19]), std::string_view::npos);
  EXPECT_LT(one, uuid_v7(early + std::chrono::milliseconds{1}, random));
  const auto four = uuid_v4(random);
  EXPECT_EQ(four[14], '4');
  EXPECT_TRUE(is_uuid(one));
  EXPECT_TRUE(is_uuid(four));
  EXPECT_FALSE(is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  EXPECT_FALSE(is_uuid("017f22e279b07cc398c4dc0c0c07398f"));
}

}  // namespace
}  // namespace tocsin::base
