// SPDX-License-Identifier: Apache-2.0
#include "formats/smime.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

struct Free {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

Held<BIO> reader_of(std::string_view bytes) {
  return Held<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string bytes_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

Result<base::Instant> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    return fail(ErrorCode::invalid_input, "its dates cannot be read", "certificate");
  return base::Instant{std::chrono::seconds{timegm(&parts)}};
}

Result<Held<X509>> parse(std::string_view pem) {
  if (pem.size() > certificate_bytes_max)
    return fail(ErrorCode::invalid_input, "longer than 16 KiB", "certificate",
                "give one certificate, without its chain");
  auto bio = reader_of(pem);
  Held<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (certificate == nullptr)
    return fail(ErrorCode::invalid_input, "this is no PEM certificate", "certificate",
                "it begins with -----BEGIN CERTIFICATE-----");
  const auto usage = X509_get_key_usage(certificate.get());
  constexpr std::uint32_t encrypts = KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
  if (usage != UINT32_MAX && (usage & encrypts) == 0)
    return fail(ErrorCode::invalid_input, "its key may not encrypt", "certificate",
                "ask for the certificate for encryption");
  return certificate;
}

}  // namespace

Result<CertificateFacts> read_certificate(std::string_view pem) {
  auto certificate = parse(pem);
  if (!certificate) return std::unexpected(std::move(certificate.error()));
  CertificateFacts facts;
  const Held<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate->get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  facts.subject = bytes_of(out.get());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate->get(), EVP_sha256(), digest.data(), &size) != 1)
    return fail(ErrorCode::internal, "it cannot be hashed", "certificate");
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) facts.fingerprint += ':';
    facts.fingerprint += digits[digest.at(i) >> 4U];
    facts.fingerprint += digits[digest.at(i) & 15U];
  }
  auto from = instant_of(X509_get0_notBefore(certificate->get()));
  auto to = instant_of(X509_get0_notAfter(certificate->get()));
  if (!from) return std::unexpected(std::move(from.error()));
  if (!to) return std::unexpected(std::move(to.error()));
  facts.valid_from = *from;
  facts.valid_to = *to;
  return facts;
}

base::Status check_certificate(std::string_view pem, base::Instant now) {
  auto facts = read_certificate(pem);
  if (!facts) return std::unexpected(std::move(facts.error()));
  if (now < facts->valid_from || now > facts->valid_to)
    return fail(ErrorCode::invalid_input,
                "it holds from " + base::format_instant(facts->valid_from) + " to " +
                    base::format_instant(facts->valid_to),
                "certificate", "ask for the newer one");
  return {};
}

Result<std::string> encrypt_entity(std::string_view entity, std::string_view pem) {
  auto certificate = parse(pem);
  if (!certificate) return std::unexpected(std::move(certificate.error()));
  const Held<STACK_OF(X509)> receivers(sk_X509_new_null());
  if (receivers == nullptr || sk_X509_push(receivers.get(), certificate->get()) == 0)
    return fail(ErrorCode::internal, "no memory for the receiver", "S/MIME");
  const auto in = reader_of(entity);
  const Held<CMS_ContentInfo> sealed(
      CMS_encrypt(receivers.get(), in.get(), EVP_aes_256_cbc(), CMS_BINARY));
  const Held<BIO> out(BIO_new(BIO_s_mem()));
  const bool written = sealed != nullptr && i2d_CMS_bio(out.get(), sealed.get()) == 1;
  ERR_clear_error();
  if (!written)
    return fail(ErrorCode::invalid_input, "nothing can be encrypted to this key", "certificate",
                "ask for another certificate");
  return bytes_of(out.get());
}

}  // namespace tocsin::formats
