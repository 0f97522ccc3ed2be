// SPDX-License-Identifier: Apache-2.0
// One signed version of one object: a canonical envelope, and a body whose fields are leaves of a
// Merkle tree, each with a salt of its own, so that a copy with leaves left out still verifies and
// shows neither value nor name of what is absent. Format: docs/formats/revision.md.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input for what may not be
// signed, limit_exceeded past revision_bytes_max, corrupt for a stored revision that fails a check.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"

namespace tocsin::ledger {

inline constexpr std::size_t fields_max = 256;  ///< leaves of one body
inline constexpr std::size_t parents_max = 32;  ///< revisions that one revision follows
inline constexpr std::size_t salt_size = 16;    ///< bytes

/// Who may see it (TLP 2.0) and what may be done with it (PAP): orders, strictest last.
struct Marking {
  std::string tlp = "AMBER+STRICT";  ///< CLEAR, GREEN, AMBER, AMBER+STRICT, RED
  std::string pap = "AMBER";         ///< CLEAR, GREEN, AMBER, RED
  friend bool operator==(const Marking&, const Marking&) = default;
};
[[nodiscard]] base::Status check_marking(const Marking& marking);
/// 0 for CLEAR, rising with strictness; -1 for an unknown word.
[[nodiscard]] int strictness_tlp(std::string_view tlp);
[[nodiscard]] int strictness_pap(std::string_view pap);

/// What stands on two things is marked as strictly as the stricter of each.
[[nodiscard]] Marking stricter(const Marking& one, const Marking& other);

/// One field: salt, name, value; or, in a copy, only the hash of what was left out.
struct Leaf {
  std::string salt;
  std::string name;
  boost::json::value value;
  std::optional<base::Digest> withheld;
};

struct Envelope {
  std::string object;  ///< "TYPE:UUID"
  std::string type;
  int schema = 1;
  std::string author;  ///< object id of the key that signs: "key:UUID"
  std::vector<base::Digest> parents;
  base::Instant time;
  Marking marking;
  base::Digest body_root{};
};

struct Revision {
  Envelope envelope;
  std::vector<Leaf> body;  ///< by field name
  base::Digest id{};
  base::Signature signature{};
  std::uint64_t position = 0;  ///< in this node's log, from 0; never leaves the node

  /// The field's value as it stands (a sealed one as cipher text), or null.
  [[nodiscard]] const boost::json::value* field(std::string_view name) const;
  /// A text field, or empty.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  /// A whole number, or `otherwise`.
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
};

/// The leaves of a body, sorted by name, with fresh salts.
[[nodiscard]] base::Result<std::vector<Leaf>> make_leaves(const boost::json::object& fields);
/// The canonical text of one leaf: what its hash is over.
[[nodiscard]] std::string canonical_of(const Leaf& leaf);
[[nodiscard]] base::Digest body_root(std::span<const Leaf> body);

/// Canonical texts, as stored and sent.
[[nodiscard]] std::string envelope_text(const Envelope& envelope);
[[nodiscard]] std::string body_text(std::span<const Leaf> body);
[[nodiscard]] base::Result<Envelope> parse_envelope(std::string_view text);
[[nodiscard]] base::Result<std::vector<Leaf>> parse_body(std::string_view text);

/// SHA-256 of the canonical envelope, and what is signed: domain, algorithm, id.
[[nodiscard]] base::Digest revision_id(std::string_view envelope_text);
[[nodiscard]] std::string signed_message(const base::Digest& id);

/// The type before the colon of an object id, or empty where it is not an object id.
[[nodiscard]] std::string_view type_of(std::string_view object);
/// RFC 3339 in UTC with milliseconds, the one form that envelopes hold.
[[nodiscard]] std::string format_moment(base::Instant instant);

}  // namespace tocsin::ledger
