// SPDX-License-Identifier: Apache-2.0
// Our own list of kinds of event (data/event-kinds.json): each with its PLOVER type, its CAMEO root
// and what the coder must know of it.
//
// Ownership: an EventKinds owns its kinds; indexes stay valid for its lifetime.
// Threads: read-only after loading. Errors name the file and the kind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace tocsin::knowledge {

/// Which way a kind leans; decides what "will" or "threatens to" makes of it.
enum class Leaning : std::uint8_t { neutral, cooperative, hostile };

/// From where it is done: to people in one's power (an execution), or from far (shelling). The two
/// are never one deed.
enum class Reach { any, near, far };

struct EventKind {
  std::string id;     ///< "armed_clash"
  std::string label;  ///< "Armed clash"
  std::string type;   ///< PLOVER event type; empty: an incident outside PLOVER
  std::string cameo;  ///< CAMEO root, two digits
  Leaning leaning = Leaning::neutral;
  Reach reach = Reach::any;
  std::string family;   ///< kinds of one family in one sentence are one event
  int rank = 0;         ///< within a family the higher rank names the event
  bool mutual = false;  ///< both sides act alike
};

class EventKinds {
 public:
  [[nodiscard]] static base::Result<EventKinds> load(const std::filesystem::path& data_folder);
  /// Index of the kind, or -1.
  [[nodiscard]] int find(std::string_view id) const;
  [[nodiscard]] const EventKind& at(int index) const {
    return kinds_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const std::vector<EventKind>& all() const { return kinds_; }
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  std::vector<EventKind> kinds_;
  std::unordered_map<std::string, int> by_id_;
  std::string version_;
};

}  // namespace tocsin::knowledge
