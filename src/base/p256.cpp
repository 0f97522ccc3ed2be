// SPDX-License-Identifier: Apache-2.0
#include "base/p256.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <string>

namespace tocsin::base {
namespace {

template <auto free_it>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    free_it(held);
  }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// The key of an uncompressed point; null where it is not on the curve.
Key key_of(std::string point) {
  std::string group = "prime256v1";
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* made = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY,
                        const_cast<OSSL_PARAM*>(parameters.data())) != 1)
    return nullptr;
  Key key(made);
  const KeyContext checked(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (checked == nullptr || EVP_PKEY_public_check(checked.get()) != 1) return nullptr;
  return key;
}

}  // namespace

bool verify_es256(std::string_view x, std::string_view y, std::string_view message,
                  std::string_view signature) {
  if (x.size() != p256_coordinate_size || y.size() != p256_coordinate_size) return false;
  constexpr char uncompressed = 4;
  const auto key = key_of(std::string(1, uncompressed) + std::string(x) + std::string(y));
  const DigestContext context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

}  // namespace tocsin::base
