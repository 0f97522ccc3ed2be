// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <stdexcept>

namespace tocsin::base {

// OpenSSL uses the processor's SHA instructions, which libsodium does not: every byte of every feed
// passes through here.
namespace {

/// Looked up once: OpenSSL 3 searches its providers anew for each EVP_sha256(), which costs more
/// than hashing a short text.
const EVP_MD* algorithm() {
  static EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (found == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
  return found;
}

struct Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Context() = default;
  void start() const {
    if (EVP_DigestInit_ex2(context, algorithm(), nullptr) != 1)
      throw std::runtime_error("OpenSSL cannot start SHA-256");
  }
  [[nodiscard]] Digest finish() const {
    Digest digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context, digest.data(), &length);
    return digest;
  }
  ~Context() { EVP_MD_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

}  // namespace

struct Sha256::State : Context {};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  state_->start();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  return state_->finish();
}

Digest sha256(std::string_view bytes) {
  // Making and freeing a context for every short text would cost as much as hashing it.
  thread_local const Context hash;
  hash.start();
  EVP_DigestUpdate(hash.context, bytes.data(), bytes.size());
  return hash.finish();
}

std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text.push_back(alphabet[byte >> 4]);
    text.push_back(alphabet[byte & 15]);
  }
  return text;
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace tocsin::base
