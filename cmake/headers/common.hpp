// SPDX-License-Identifier: Apache-2.0
// Read once for a build with TOCSIN_PRECOMPILE instead of by each file: what most files include.
// A file still names what it uses: the release build takes nothing from here.
#pragma once

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>
