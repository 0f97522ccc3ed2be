// SPDX-License-Identifier: Apache-2.0
#include "people/webauthn.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/p256.hpp"
#include "formats/cbor.hpp"
#include "formats/json.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using formats::Cbor;

constexpr unsigned flag_present = 0x01;
constexpr unsigned flag_may_be_backed_up = 0x08;
constexpr unsigned flag_backed_up = 0x10;
constexpr unsigned flag_key_included = 0x40;
constexpr unsigned flag_extensions = 0x80;

std::unexpected<base::Error> refused(std::string what) {
  return fail(ErrorCode::unauthenticated, std::move(what), "key_refused");
}

/// A number of `size` bytes, most significant first.
std::uint32_t number_in(std::string_view bytes) {
  constexpr unsigned bits = 8;
  std::uint32_t number = 0;
  for (const char byte : bytes) number = (number << bits) | static_cast<unsigned char>(byte);
  return number;
}

/// Takes bytes from the begin; nothing where there are fewer.
std::optional<std::string_view> taken(std::string_view& rest, std::size_t size) {
  if (rest.size() < size) return std::nullopt;
  const auto part = rest.substr(0, size);
  rest.remove_prefix(size);
  return part;
}

struct AuthenticatorData {
  unsigned flags = 0;
  std::uint32_t counter = 0;
  std::string_view credential_id;
  Cbor key;
};

base::Result<AuthenticatorData> read_authenticator_data(const RelyingParty& party,
                                                        std::string_view bytes) {
  constexpr std::size_t counter_size = 4;
  constexpr std::size_t maker_size = 16;
  constexpr std::size_t length_size = 2;
  auto rest = bytes;
  const auto hash = taken(rest, base::Digest{}.size());
  const auto flags = taken(rest, 1);
  const auto counter = taken(rest, counter_size);
  if (!hash || !flags || !counter) return refused("the authenticator's data end too early");
  const auto wanted = base::sha256(party.id);
  if (*hash != base::view_of(wanted)) return refused("the key signed for another site");
  AuthenticatorData data;
  data.flags = static_cast<unsigned char>(flags->front());
  data.counter = number_in(*counter);
  if ((data.flags & flag_present) == 0) return refused("nobody touched the key");
  if ((data.flags & flag_backed_up) != 0 && (data.flags & flag_may_be_backed_up) == 0)
    return refused("the key's flags contradict each other");
  if ((data.flags & flag_key_included) != 0) {
    const auto maker = taken(rest, maker_size);
    const auto length = taken(rest, length_size);
    if (!maker || !length) return refused("the authenticator's data end too early");
    const auto id = taken(rest, number_in(*length));
    if (!id || id->empty() || id->size() > credential_id_bytes_max)
      return refused("the key's name is missing, cut or too long");
    data.credential_id = *id;
    auto key = formats::read_cbor(rest);
    if (!key) return refused("the public key cannot be read: " + key.error().text());
    data.key = std::move(*key);
  }
  if ((data.flags & flag_extensions) != 0) {
    auto extensions = formats::read_cbor(rest);
    if (!extensions || extensions->kind != Cbor::Kind::map)
      return refused("the extensions cannot be read");
  }
  if (!rest.empty()) return refused("something follows the authenticator's data");
  return data;
}

base::Status check_client_data(const RelyingParty& party, std::string_view challenge,
                               std::string_view type, std::string_view text) {
  if (text.size() > client_data_bytes_max) return refused("the browser's words are too long");
  auto parsed = formats::parse_json(text);
  if (!parsed || !parsed->is_object()) return refused("the browser's words cannot be read");
  if (formats::text_member(*parsed, "type") != type)
    return refused("this is another kind of answer");
  const auto sent = base::from_base64url(formats::text_member(*parsed, "challenge"));
  if (!sent || challenge.empty() || !base::equal_secrets(*sent, challenge))
    return refused("this answers another question");
  if (formats::text_member(*parsed, "origin") != party.origin)
    return refused("the key was asked by another site");
  const auto* crossing = parsed->get_object().if_contains("crossOrigin");
  if (crossing != nullptr && !(crossing->is_bool() && !crossing->get_bool()))
    return refused("the key was asked from within another site");
  if (parsed->get_object().contains("topOrigin"))
    return refused("the key was asked from within another site");
  return {};
}

const std::string* bytes_in(const Cbor& map, std::int64_t key, std::size_t size) {
  const auto* value = map.find(key);
  const bool fits =
      value != nullptr && value->kind == Cbor::Kind::bytes && value->bytes.size() == size;
  return fits ? &value->bytes : nullptr;
}

bool is_number(const Cbor* value, std::int64_t number) {
  return value != nullptr && value->kind == Cbor::Kind::integer && value->integer == number;
}

/// Labels of RFC 9053: 1 kind, 3 algorithm, -1 curve, -2 x, -3 y.
base::Result<SecurityKey> read_key(const Cbor& cose) {
  constexpr std::int64_t kind_octets = 1;
  constexpr std::int64_t kind_point = 2;
  constexpr std::int64_t curve_p256 = 1;
  constexpr std::int64_t curve_ed25519 = 6;
  const auto es256 = static_cast<std::int64_t>(KeyAlgorithm::es256);
  const auto eddsa = static_cast<std::int64_t>(KeyAlgorithm::eddsa);
  SecurityKey key;
  const auto* x = bytes_in(cose, -2, base::p256_coordinate_size);
  if (is_number(cose.find(3), es256)) {
    const auto* y = bytes_in(cose, -3, base::p256_coordinate_size);
    if (!is_number(cose.find(1), kind_point) || !is_number(cose.find(-1), curve_p256) ||
        x == nullptr || y == nullptr)
      return refused("the public key does not fit its algorithm");
    key.algorithm = KeyAlgorithm::es256;
    key.public_key = *x + *y;
    return key;
  }
  if (!is_number(cose.find(3), eddsa)) return refused("the key's algorithm is not known here");
  if (!is_number(cose.find(1), kind_octets) || !is_number(cose.find(-1), curve_ed25519) ||
      x == nullptr)
    return refused("the public key does not fit its algorithm");
  key.algorithm = KeyAlgorithm::eddsa;
  key.public_key = *x;
  return key;
}

bool has_signed(const SecurityKey& key, std::string_view message, std::string_view signature) {
  const std::string_view public_key = key.public_key;
  if (key.algorithm == KeyAlgorithm::es256)
    return base::verify_es256(public_key.substr(0, base::p256_coordinate_size),
                              public_key.substr(base::p256_coordinate_size), message, signature);
  const auto point = base::array_of<base::PublicKey{}.size()>(public_key);
  const auto made = base::array_of<base::Signature{}.size()>(signature);
  return point && made && base::verify_signature(*point, message, *made);
}

/// What a key signs: its data, and the hash of what the browser says.
std::string signed_bytes(std::string_view authenticator_data, std::string_view client_data) {
  const auto hash = base::sha256(client_data);
  return std::string(authenticator_data) + std::string(base::view_of(hash));
}

/// "none", or a key that vouches for itself, which some browsers pass on.
base::Status check_statement(const Cbor& attestation, const SecurityKey& key,
                             std::string_view authenticator_data, std::string_view client_data) {
  const auto* format = attestation.find("fmt");
  const auto* statement = attestation.find("attStmt");
  if (format == nullptr || format->kind != Cbor::Kind::text || statement == nullptr ||
      statement->kind != Cbor::Kind::map)
    return refused("the statement cannot be read");
  if (format->bytes == "none")
    return statement->map.empty() ? base::Status{} : refused("the statement says too much");
  const auto* signature = statement->find("sig");
  const bool by_itself =
      format->bytes == "packed" && statement->find("x5c") == nullptr && signature != nullptr &&
      signature->kind == Cbor::Kind::bytes &&
      is_number(statement->find("alg"), static_cast<std::int64_t>(key.algorithm));
  if (!by_itself) return refused("a statement was sent that was not asked for");
  if (!has_signed(key, signed_bytes(authenticator_data, client_data), signature->bytes))
    return refused("the key's own signature is not good");
  return {};
}

bool is_name(std::string_view host) {
  // The last label of a name is never a number; an address in brackets is none either.
  const auto last = host.substr(host.rfind('.') + 1);
  return !last.empty() && host.find_first_of("[]:") == std::string_view::npos &&
         !std::ranges::all_of(last, [](char sign) { return sign >= '0' && sign <= '9'; });
}

}  // namespace

RelyingParty relying_party_of(std::string_view address) {
  const auto scheme_end = address.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const auto scheme = address.substr(0, scheme_end);
  auto rest = address.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const auto colon = rest.find(':');
  const auto host = rest.substr(0, colon);
  if (!is_name(host) || rest.starts_with('[')) return {};
  const bool local = host == "localhost" || host.ends_with(".localhost");
  if (scheme != "https" && !(scheme == "http" && local)) return {};
  auto port = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon);
  // Browsers leave out the usual port.
  if (port == (scheme == "https" ? ":443" : ":80")) port = {};
  RelyingParty party;
  for (const char sign : host)
    party.id += static_cast<char>(sign >= 'A' && sign <= 'Z' ? sign - 'A' + 'a' : sign);
  party.origin = std::string(scheme) + "://" + party.id + std::string(port);
  return party;
}

base::Result<SecurityKey> check_registration(const RelyingParty& party, std::string_view challenge,
                                             const KeyRegistration& sent) {
  if (auto done = check_client_data(party, challenge, "webauthn.create", sent.client_data); !done)
    return std::unexpected(std::move(done.error()));
  auto attestation = formats::read_whole_cbor(sent.attestation);
  if (!attestation) return refused("the answer cannot be read: " + attestation.error().text());
  const auto* bytes = attestation->find("authData");
  if (bytes == nullptr || bytes->kind != Cbor::Kind::bytes)
    return refused("the answer holds no authenticator's data");
  auto data = read_authenticator_data(party, bytes->bytes);
  if (!data) return std::unexpected(std::move(data.error()));
  if ((data->flags & flag_key_included) == 0) return refused("the answer holds no key");
  auto key = read_key(data->key);
  if (!key) return key;
  if (auto done = check_statement(*attestation, *key, bytes->bytes, sent.client_data); !done)
    return std::unexpected(std::move(done.error()));
  key->credential_id = data->credential_id;
  key->counter = data->counter;
  return key;
}

base::Result<std::uint32_t> check_assertion(const RelyingParty& party, std::string_view challenge,
                                            const SecurityKey& key, const KeyAssertion& sent) {
  if (auto done = check_client_data(party, challenge, "webauthn.get", sent.client_data); !done)
    return std::unexpected(std::move(done.error()));
  auto data = read_authenticator_data(party, sent.authenticator_data);
  if (!data) return std::unexpected(std::move(data.error()));
  if ((data->flags & flag_key_included) != 0) return refused("this answer brings a key of its own");
  if (!has_signed(key, signed_bytes(sent.authenticator_data, sent.client_data), sent.signature))
    return refused("the signature is not good");
  const bool counts = data->counter != 0 || key.counter != 0;
  if (counts && data->counter <= key.counter)
    return fail(ErrorCode::unauthenticated, "the key's counter did not rise", "key_copied");
  return data->counter;
}

}  // namespace tocsin::people
