// SPDX-License-Identifier: Apache-2.0
// What a security key's answer must hold, and what an attacker sends instead.
#include "people/webauthn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "software_key.hpp"

namespace tocsin::people {
namespace {

const RelyingParty party{"node.example", "https://node.example"};
const std::string challenge(32, 'c');

class WebAuthn : public testing::TestWithParam<KeyAlgorithm> {
 protected:
  SecurityKey registered() {
    auto made =
        check_registration(party, challenge, SoftwareKey::registration(key.create(challenge)));
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or(SecurityKey{});
  }
  std::string refusal_of(const SoftwareKey::Answer& answer, const SecurityKey& kept,
                         std::string_view asked = challenge) {
    const auto checked = check_assertion(party, asked, kept, SoftwareKey::assertion(answer));
    return checked ? "taken" : checked.error().place;
  }
  std::string registration_refusal(const SoftwareKey::Answer& answer) {
    const auto made = check_registration(party, challenge, SoftwareKey::registration(answer));
    return made ? "taken" : made.error().place;
  }
  SoftwareKey key{GetParam()};
};

TEST_P(WebAuthn, AKeyIsRegisteredAndAnswers) {
  const auto kept = registered();
  EXPECT_EQ(kept.credential_id, key.credential_id);
  EXPECT_EQ(kept.public_key, key.public_key());
  EXPECT_EQ(kept.algorithm, GetParam());
  const auto counter =
      check_assertion(party, challenge, kept, SoftwareKey::assertion(key.get(challenge)));
  ASSERT_TRUE(counter) << counter.error().text();
  EXPECT_EQ(*counter, 1U);
}

TEST_P(WebAuthn, VerificationIsPreferredNotNeeded) {
  const auto kept = registered();
  key.flags = 0x01;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "taken");
}

TEST_P(WebAuthn, HostileWithoutTouchIsRefused) {
  const auto kept = registered();
  key.flags = 0x04;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  EXPECT_EQ(registration_refusal(key.create(challenge)), "key_refused");
}

TEST_P(WebAuthn, HostileFlagsThatContradictAreRefused) {
  const auto kept = registered();
  key.flags = 0x11;  // backed up, but may not be
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  key.flags = 0x81;  // extensions that are not there
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  key.flags = 0x41;  // a key that is not there
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
}

TEST_P(WebAuthn, HostileOtherSitesAreRefused) {
  const auto kept = registered();
  for (const auto* origin :
       {"https://node.example.evil", "https://node.example:8443", "http://node.example",
        "https://NODE.example", "https://evil.example", ""}) {
    key.origin = origin;
    EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused") << origin;
    EXPECT_EQ(registration_refusal(key.create(challenge)), "key_refused") << origin;
  }
  key.origin = party.origin;
  key.party = "evil.example";
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  EXPECT_EQ(registration_refusal(key.create(challenge)), "key_refused");
  key.party = party.id;
  key.crossing = true;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  key.crossing = false;
  key.more = R"(,"topOrigin":"https://evil.example")";
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_refused");
  key.more = R"(,"other_keys_can_be_added_here":"as browsers do")";
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "taken");
}

TEST_P(WebAuthn, HostileAnotherChallengeOrKindIsRefused) {
  const auto kept = registered();
  EXPECT_EQ(refusal_of(key.get(challenge), kept, std::string(32, 'd')), "key_refused");
  EXPECT_EQ(refusal_of(key.get(""), kept, ""), "key_refused");
  auto answer = key.get(challenge);
  answer.client_data = key.client_data("webauthn.create", challenge);
  const auto hash = base::sha256(answer.client_data);
  answer.signature = key.sign(answer.data + std::string(base::view_of(hash)));
  EXPECT_EQ(refusal_of(answer, kept), "key_refused");
  auto made = key.create(challenge);
  made.client_data = key.client_data("webauthn.get", challenge);
  EXPECT_EQ(registration_refusal(made), "key_refused");
}

TEST_P(WebAuthn, HostileSignaturesOfOthersAreRefused) {
  const auto kept = registered();
  SoftwareKey other(GetParam());
  other.counter = 10;
  EXPECT_EQ(refusal_of(other.get(challenge), kept), "key_refused");
  auto answer = key.get(challenge);
  for (const std::size_t at : {std::size_t{0}, answer.signature.size() / 2}) {
    auto changed = answer;
    changed.signature[at] = static_cast<char>(changed.signature[at] ^ 1);
    EXPECT_EQ(refusal_of(changed, kept), "key_refused") << at;
  }
  auto raised = answer;
  raised.data.back() = '\x7f';
  EXPECT_EQ(refusal_of(raised, kept), "key_refused") << "the counter is signed too";
  answer.signature.clear();
  EXPECT_EQ(refusal_of(answer, kept), "key_refused");
}

TEST_P(WebAuthn, HostileCounterThatGoesBackIsACopy) {
  auto kept = registered();
  kept.counter = 7;
  key.counter = 6;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_copied") << "the same as before";
  key.counter = 2;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_copied");
  key.counter = 7;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "taken");
  // A key that counted and does so no more.
  key.counter = 0;
  key.counts = false;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "key_copied");
  kept.counter = 0;
  EXPECT_EQ(refusal_of(key.get(challenge), kept), "taken") << "one that never counts";
}

TEST_P(WebAuthn, HostileTruncationsNeverPass) {
  const auto kept = registered();
  const auto made = key.create(challenge);
  for (std::size_t size = 0; size < made.data.size(); ++size)
    EXPECT_EQ(registration_refusal({made.client_data, made.data.substr(0, size), {}}),
              "key_refused")
        << size;
  EXPECT_EQ(registration_refusal({made.client_data, made.data + "x", {}}), "key_refused");
  const auto answer = key.get(challenge);
  for (std::size_t size = 0; size < answer.data.size(); ++size)
    EXPECT_EQ(refusal_of({answer.client_data, answer.data.substr(0, size), answer.signature}, kept),
              "key_refused")
        << size;
  for (const auto* words : {"", "{", "[]", "null", "{\"type\":7}"})
    EXPECT_EQ(refusal_of({words, answer.data, answer.signature}, kept), "key_refused") << words;
  EXPECT_EQ(refusal_of({std::string(client_data_bytes_max + 1, ' '), answer.data, {}}, kept),
            "key_refused");
}

TEST_P(WebAuthn, HostileHugeAttestationsAreRefused) {
  const auto made = key.create(challenge);
  EXPECT_EQ(registration_refusal({made.client_data, std::string(1U << 20, '\xa0'), {}}),
            "key_refused");
  // Claims that reach beyond what is there.
  for (const std::string_view claim :
       {"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        "\x9b\x00\x00\x00\xff\xff\xff\xff\xff",
        "\xa1\x68"
        "authData\x5b\xff\xff\xff\xff\xff\xff\xff\xff"})
    EXPECT_EQ(registration_refusal({made.client_data, std::string(claim), {}}), "key_refused");
  EXPECT_EQ(registration_refusal({made.client_data, std::string(5000, '\x81'), {}}), "key_refused");
}

TEST_P(WebAuthn, HostileUnknownAlgorithmsAreRefused) {
  for (const int algorithm : {-257, -35, -36, -9, 0, 7}) {
    key.named_algorithm = algorithm;
    EXPECT_EQ(registration_refusal(key.create(challenge)), "key_refused") << algorithm;
  }
  // A key of one kind under the name of the other.
  key.named_algorithm = GetParam() == KeyAlgorithm::es256 ? -8 : -7;
  EXPECT_EQ(registration_refusal(key.create(challenge)), "key_refused");
}

TEST_P(WebAuthn, HostileStatementsAreNotBelieved) {
  const auto data = cbor::bytes(key.authenticator_data(true));
  const auto with = [&](std::string_view format, const std::string& statement) {
    return SoftwareKey::Answer{key.client_data("webauthn.create", challenge),
                               cbor::head(5, 3) + cbor::text("fmt") + cbor::text(format) +
                                   cbor::text("attStmt") + statement + cbor::text("authData") +
                                   data,
                               {}};
  };
  const auto client_hash = base::sha256(key.client_data("webauthn.create", challenge));
  const auto own = key.sign(key.authenticator_data(true) + std::string(base::view_of(client_hash)));
  const auto packed = [&](int algorithm, const std::string& signature) {
    return with("packed", cbor::head(5, 2) + cbor::text("alg") + cbor::number(algorithm) +
                              cbor::text("sig") + cbor::bytes(signature));
  };
  EXPECT_EQ(registration_refusal(packed(key.named_algorithm, own)), "taken");
  EXPECT_EQ(registration_refusal(packed(key.named_algorithm, own.substr(1))), "key_refused");
  EXPECT_EQ(registration_refusal(packed(-257, own)), "key_refused");
  EXPECT_EQ(registration_refusal(with("fido-u2f", cbor::head(5, 0))), "key_refused");
  EXPECT_EQ(
      registration_refusal(with("none", cbor::head(5, 1) + cbor::text("x") + cbor::number(1))),
      "key_refused");
}

INSTANTIATE_TEST_SUITE_P(Both, WebAuthn, testing::Values(KeyAlgorithm::es256, KeyAlgorithm::eddsa),
                         [](const auto& one) {
                           return one.param == KeyAlgorithm::es256 ? "ES256" : "EdDSA";
                         });

TEST(WebAuthnPoints, HostilePointOffTheCurveHasNoSignature) {
  SoftwareKey key(KeyAlgorithm::es256);
  const auto made =
      check_registration(party, challenge, SoftwareKey::registration(key.create(challenge)));
  ASSERT_TRUE(made);
  auto off = *made;
  off.public_key.back() = static_cast<char>(off.public_key.back() ^ 1);
  EXPECT_FALSE(check_assertion(party, challenge, off, SoftwareKey::assertion(key.get(challenge))));
}

TEST(RelyingParties, AreNamesOverTlsOrThisMachine) {
  EXPECT_EQ(relying_party_of("https://Node.Example").id, "node.example");
  EXPECT_EQ(relying_party_of("https://node.example:443/").origin, "https://node.example");
  EXPECT_EQ(relying_party_of("https://node.example:8443").origin, "https://node.example:8443");
  EXPECT_EQ(relying_party_of("http://localhost:8484").origin, "http://localhost:8484");
  EXPECT_EQ(relying_party_of("http://localhost:80").origin, "http://localhost");
  for (const auto* not_usable :
       {"http://node.example", "https://192.0.2.7", "https://[2001:db8::1]",
        "http://127.0.0.1:8484", "node.example", "", "https://"})
    EXPECT_FALSE(relying_party_of(not_usable).usable()) << not_usable;
}

}  // namespace
}  // namespace tocsin::people
