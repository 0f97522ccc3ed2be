// SPDX-License-Identifier: Apache-2.0
// A security key made of software, and the browser that speaks for it: makes keys and signs,
// rightly or as an attacker would.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "people/webauthn.hpp"

namespace tocsin::people {

/// CBOR as authenticators write it.
namespace cbor {
inline std::string head(unsigned type, std::size_t count) {
  constexpr unsigned shift = 5;
  std::string text;
  if (count < 24) return text += static_cast<char>(type << shift | count);
  if (count < 256) {
    text += static_cast<char>(type << shift | 24U);
    return text += static_cast<char>(count);
  }
  text += static_cast<char>(type << shift | 25U);
  text += static_cast<char>(count >> 8);
  return text += static_cast<char>(count & 0xffU);
}
inline std::string number(int value) {
  return value >= 0 ? head(0, static_cast<std::size_t>(value))
                    : head(1, static_cast<std::size_t>(-1 - value));
}
inline std::string bytes(std::string_view value) {
  return head(2, value.size()) + std::string(value);
}
inline std::string text(std::string_view value) {
  return head(3, value.size()) + std::string(value);
}
}  // namespace cbor

class SoftwareKey {
 public:
  explicit SoftwareKey(KeyAlgorithm algorithm)
      : named_algorithm(static_cast<int>(algorithm)), algorithm_(algorithm) {
    credential_id = base::random_bytes(48);
    if (algorithm == KeyAlgorithm::es256)
      point_.reset(EVP_EC_gen("P-256"));
    else
      seed_ = base::SigningKey::make();
  }

  [[nodiscard]] std::string public_key() const {
    if (algorithm_ == KeyAlgorithm::eddsa) return std::string(base::view_of(seed_.public_key()));
    unsigned char* point = nullptr;
    const auto size = EVP_PKEY_get1_encoded_public_key(point_.get(), &point);
    std::string text(reinterpret_cast<char*>(point) + 1, size - 1);
    OPENSSL_free(point);
    return text;
  }
  [[nodiscard]] std::string cose() const {
    const auto key = public_key();
    if (algorithm_ == KeyAlgorithm::eddsa)
      return cbor::head(5, 4) + cbor::number(1) + cbor::number(1) + cbor::number(3) +
             cbor::number(named_algorithm) + cbor::number(-1) + cbor::number(6) + cbor::number(-2) +
             cbor::bytes(key);
    return cbor::head(5, 5) + cbor::number(1) + cbor::number(2) + cbor::number(3) +
           cbor::number(named_algorithm) + cbor::number(-1) + cbor::number(1) + cbor::number(-2) +
           cbor::bytes(key.substr(0, 32)) + cbor::number(-3) + cbor::bytes(key.substr(32));
  }
  [[nodiscard]] std::string sign(std::string_view message) const {
    if (algorithm_ == KeyAlgorithm::eddsa) return std::string(base::view_of(seed_.sign(message)));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, point_.get());
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                   message.size());
    signature.resize(size);
    return signature;
  }

  [[nodiscard]] std::string authenticator_data(bool with_key) const {
    const auto hash = base::sha256(party);
    std::string data(base::view_of(hash));
    data += static_cast<char>(flags | (with_key ? 0x40U : 0U));
    for (const unsigned shift : {24U, 16U, 8U, 0U})
      data += static_cast<char>(counter >> shift & 0xffU);
    if (!with_key) return data;
    data += std::string(16, '\0');
    data += static_cast<char>(credential_id.size() >> 8);
    data += static_cast<char>(credential_id.size() & 0xffU);
    return data + credential_id + cose();
  }
  [[nodiscard]] std::string client_data(std::string_view type, std::string_view challenge) const {
    return R"({"type":")" + std::string(type) + R"(","challenge":")" + base::base64url(challenge) +
           R"(","origin":")" + origin + R"(","crossOrigin":)" + (crossing ? "true" : "false") +
           more + "}";
  }
  [[nodiscard]] std::string attestation() const {
    return cbor::head(5, 3) + cbor::text("fmt") + cbor::text("none") + cbor::text("attStmt") +
           cbor::head(5, 0) + cbor::text("authData") + cbor::bytes(authenticator_data(true));
  }

  /// What a browser sends; the counter rises with each.
  struct Answer {
    std::string client_data;
    std::string data;
    std::string signature;
  };
  [[nodiscard]] Answer create(std::string_view challenge) {
    return {client_data("webauthn.create", challenge), attestation(), {}};
  }
  [[nodiscard]] Answer get(std::string_view challenge) {
    if (counts) ++counter;
    Answer answer{client_data("webauthn.get", challenge), authenticator_data(false), {}};
    const auto hash = base::sha256(answer.client_data);
    answer.signature = sign(answer.data + std::string(base::view_of(hash)));
    return answer;
  }
  [[nodiscard]] static KeyRegistration registration(const Answer& answer) {
    return {answer.client_data, answer.data};
  }
  [[nodiscard]] static KeyAssertion assertion(const Answer& answer) {
    return {answer.client_data, answer.data, answer.signature};
  }
  [[nodiscard]] std::string form_fields(const Answer& answer) const {
    return "&credential_id=" + base::base64url(credential_id) +
           "&client_data=" + base::base64url(answer.client_data) +
           "&data=" + base::base64url(answer.data) +
           "&signature=" + base::base64url(answer.signature);
  }

  std::string credential_id;
  std::string party = "node.example";
  std::string origin = "https://node.example";
  std::uint32_t counter = 0;
  bool counts = true;
  unsigned flags = 0x05;  ///< present, verified
  bool crossing = false;
  std::string more;     ///< further members of the browser's words
  int named_algorithm;  ///< in the public key

 private:
  KeyAlgorithm algorithm_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> point_{nullptr, EVP_PKEY_free};
  base::SigningKey seed_;
};

}  // namespace tocsin::people
