// SPDX-License-Identifier: Apache-2.0
// UUIDs: version 7 (time-ordered, inside the node) and version 4 (random, for what leaves it).
//
// Source: RFC 9562. Threads: a UuidMaker belongs to one thread; random_uuid is pure.
#pragma once

#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/random.hpp"

namespace tocsin::base {

/// Version 7 at `now`; the rest is random. Lower case with hyphens.
[[nodiscard]] std::string uuid_v7(Instant now, Random& random);
/// Version 4: says nothing about when it was made.
[[nodiscard]] std::string uuid_v4(Random& random);
/// True for 8-4-4-4-12 lower-case hexadecimal digits.
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace tocsin::base
