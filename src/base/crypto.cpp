// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <stdexcept>

namespace tocsin::base {
namespace {

void start_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw std::runtime_error("libsodium cannot start: no source of chance");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::unexpected<Error> does_not_open() {
  return fail(ErrorCode::corrupt, "the sealed text does not fit its key", {},
              "it was changed, or sealed under another key");
}

std::string encode(std::string_view bytes, int variant) {
  start_sodium();
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), variant);
  out.pop_back();  // the closing NUL that libsodium writes
  return out;
}

Result<std::string> decode(std::string_view text, int variant) {
  start_sodium();
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &size, &end,
                        variant) != 0 ||
      end != text.data() + text.size())
    return fail(ErrorCode::invalid_input, "not base64");
  out.resize(size);
  return out;
}

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (HMAC(digest, key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(),
           out.data(), &size) == nullptr)
    throw std::runtime_error("OpenSSL cannot compute an HMAC");
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

Secret::~Secret() {
  wipe();
}
Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {
  other.wipe();
}
Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
    other.wipe();
  }
  return *this;
}
Secret Secret::random(std::size_t size) {
  return Secret(random_bytes(size));
}
void Secret::wipe() {
  // A moved-from short string keeps its bytes in place, so the capacity is wiped, not the size.
  bytes_.resize(bytes_.capacity());
  sodium_memzero(bytes_.data(), bytes_.size());
  bytes_.clear();
}

SigningKey SigningKey::make() {
  auto key = from_seed(Secret::random(seed_size).bytes());
  if (!key) throw std::runtime_error("libsodium cannot make a key");
  return std::move(*key);
}

Result<SigningKey> SigningKey::from_seed(std::string_view seed) {
  start_sodium();
  if (seed.size() != seed_size)
    return fail(ErrorCode::invalid_input, "a signing key's seed has 32 bytes");
  SigningKey key;
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_seed_keypair(key.public_key_.data(), bytes_of(secret), bytes_of(seed));
  key.secret_ = Secret(std::move(secret));
  return key;
}

Signature SigningKey::sign(std::string_view message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(message), message.size(),
                       bytes_of(secret_.bytes()));
  return signature;
}

Secret SigningKey::seed() const {
  return Secret(std::string(secret_.bytes().substr(0, seed_size)));
}

bool verify_signature(const PublicKey& key, std::string_view message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(),
                                     key.data()) == 0;
}

std::string seal(const Secret& key, std::string_view plain, std::string_view context) {
  if (key.bytes().size() != sealing_key_size)
    throw std::runtime_error("a sealing key has 32 bytes");
  constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  std::string out = random_bytes(nonce_size);
  out.resize(nonce_size + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(out) + nonce_size, nullptr, bytes_of(plain),
                                             plain.size(), bytes_of(context), context.size(),
                                             nullptr, bytes_of(out), bytes_of(key.bytes()));
  return out;
}

Result<Secret> unseal(const Secret& key, std::string_view sealed, std::string_view context) {
  start_sodium();
  constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (key.bytes().size() != sealing_key_size || sealed.size() < nonce_size + tag_size)
    return does_not_open();
  std::string plain(sealed.size() - nonce_size - tag_size, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, bytes_of(sealed) + nonce_size,
          sealed.size() - nonce_size, bytes_of(context), context.size(), bytes_of(sealed),
          bytes_of(key.bytes())) != 0)
    return does_not_open();
  return Secret(std::move(plain));
}

BoxKey BoxKey::make() {
  auto key = from_secret(Secret::random(crypto_box_SECRETKEYBYTES).bytes());
  if (!key) throw std::runtime_error("libsodium cannot make a key");
  return std::move(*key);
}

Result<BoxKey> BoxKey::from_secret(std::string_view secret) {
  start_sodium();
  if (secret.size() != crypto_box_SECRETKEYBYTES)
    return fail(ErrorCode::invalid_input, "a box key has 32 bytes");
  BoxKey key;
  key.secret_ = Secret(std::string(secret));
  crypto_scalarmult_base(key.public_key_.data(), bytes_of(secret));
  return key;
}

Result<Secret> BoxKey::open(std::string_view sealed) const {
  constexpr std::size_t head = crypto_box_PUBLICKEYBYTES + crypto_box_NONCEBYTES;
  if (sealed.size() < head + crypto_box_MACBYTES) return does_not_open();
  std::string plain(sealed.size() - head - crypto_box_MACBYTES, '\0');
  const auto* bytes = bytes_of(sealed);
  if (crypto_box_open_easy(bytes_of(plain), bytes + head, sealed.size() - head,
                           bytes + crypto_box_PUBLICKEYBYTES, bytes,
                           bytes_of(secret_.bytes())) != 0)
    return does_not_open();
  return Secret(std::move(plain));
}

std::string seal_to(const PublicKey& receiver, std::string_view plain) {
  const auto pair = BoxKey::make();
  std::string out(view_of(pair.public_key()));
  const auto nonce = random_bytes(crypto_box_NONCEBYTES);
  out += nonce;
  const auto head = out.size();
  out.resize(head + plain.size() + crypto_box_MACBYTES);
  if (crypto_box_easy(bytes_of(out) + head, bytes_of(plain), plain.size(), bytes_of(nonce),
                      receiver.data(), bytes_of(pair.secret().bytes())) != 0)
    throw std::runtime_error("libsodium refuses the receiver's key");
  return out;
}

BoxKey box_of(const SigningKey& key) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> ignored{};
  std::string whole(crypto_sign_SECRETKEYBYTES, '\0');
  const auto seed = key.seed();
  crypto_sign_seed_keypair(ignored.data(), bytes_of(whole), bytes_of(seed.bytes()));
  const Secret signing(std::move(whole));
  std::string box(crypto_scalarmult_curve25519_BYTES, '\0');
  crypto_sign_ed25519_sk_to_curve25519(bytes_of(box), bytes_of(signing.bytes()));
  const Secret secret(std::move(box));
  auto made = BoxKey::from_secret(secret.bytes());
  if (!made) throw std::runtime_error("libsodium cannot make a key");
  return std::move(*made);
}

Result<PublicKey> box_address(const PublicKey& signing) {
  start_sodium();
  PublicKey address{};
  if (crypto_sign_ed25519_pk_to_curve25519(address.data(), signing.data()) != 0)
    return fail(ErrorCode::invalid_input, "this is no signing key that can be sealed to");
  return address;
}

Result<Secret> derive_key(std::string_view password, std::string_view salt,
                          const PasswordCost& cost) {
  start_sodium();
  if (salt.size() != password_salt_size)
    return fail(ErrorCode::invalid_input, "the salt of a password has 16 bytes");
  std::string key(sealing_key_size, '\0');
  if (crypto_pwhash(bytes_of(key), key.size(), password.data(), password.size(), bytes_of(salt),
                    cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::limit_exceeded, "no memory left to check a password", {},
                "try again in a moment");
  return Secret(std::move(key));
}

std::string random_bytes(std::size_t size) {
  start_sodium();
  std::string out(size, '\0');
  randombytes_buf(out.data(), size);
  return out;
}

bool equal_secrets(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
  return hmac(EVP_sha1(), key, message);
}
std::string hmac_sha256(std::string_view key, std::string_view message) {
  return hmac(EVP_sha256(), key, message);
}

std::string base64url(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
Result<std::string> from_base64url(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
std::string base64(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_ORIGINAL);
}
Result<std::string> from_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  constexpr unsigned bits_per_sign = 5;
  constexpr unsigned bits_per_byte = 8;
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    held = (held << bits_per_byte) | static_cast<unsigned char>(byte);
    for (bits += bits_per_byte; bits >= bits_per_sign; bits -= bits_per_sign)
      out += alphabet[(held >> (bits - bits_per_sign)) & 31U];
    held &= (1U << bits) - 1;
  }
  if (bits > 0) out += alphabet[(held << (bits_per_sign - bits)) & 31U];
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &size, &end) !=
          0 ||
      end != text.data() + text.size())
    return fail(ErrorCode::invalid_input, "not hexadecimal");
  return out;
}

}  // namespace tocsin::base
