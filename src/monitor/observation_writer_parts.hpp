// SPDX-License-Identifier: Apache-2.0
// What the two source files of ObservationWriter share; nobody else includes it.
//
// Words and Places are dictionaries of the store, kept in memory whole. Threads: the writer's.
#pragma once

#include <cmath>
#include <functional>

#include "base/hash.hpp"
#include "monitor/observation_writer.hpp"

namespace tocsin::monitor {

using base::Result;
using base::Status;
using StatementPointer = std::unique_ptr<store::Statement>;

/// Opens the Result's error for passing on.
template <class T>
std::unexpected<base::Error> passed(Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

struct TransparentHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return base::hash64(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TransparentHash, std::equal_to<>>;

struct ObservationWriter::Statements {
  StatementPointer seen, word, place, link, report, report_words, observation, indicator, find,
      find_story, find_earlier, headline, happening, grow;
};

/// Small texts that repeat (codes, roles, publishers, reasons), each stored once.
class ObservationWriter::Words {
 public:
  Status load(store::Database& database) {
    ids_.clear();
    next_ = 1;
    auto select = database.prepare("SELECT id, text FROM word");
    if (!select) return std::unexpected(std::move(select.error()));
    for (;;) {
      auto row = (*select)->step();
      if (!row) return std::unexpected(std::move(row.error()));
      if (!*row) return {};
      ids_.emplace((*select)->text(1), (*select)->integer(0));
      next_ = std::max(next_, (*select)->integer(0) + 1);
    }
  }
  Result<std::int64_t> id(std::string_view text, store::Statement& insert) {
    if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
    insert.bind(1, next_);
    insert.bind(2, text);
    if (auto ran = insert.run(); !ran) return std::unexpected(std::move(ran.error()));
    ids_.emplace(text, next_);
    return next_++;
  }

 private:
  TextMap<std::int64_t> ids_;
  std::int64_t next_ = 1;
};

/// Places, each stored once under a key that says what is known of it.
class ObservationWriter::Places {
 public:
  struct Entry {
    std::int32_t id;
    std::int32_t area;
  };

  Status load(store::Database& database) {
    known_.clear();
    next_ = 1;
    auto select = database.prepare("SELECT id, key, area_id FROM place");
    if (!select) return std::unexpected(std::move(select.error()));
    for (;;) {
      auto row = (*select)->step();
      if (!row) return std::unexpected(std::move(row.error()));
      if (!*row) return {};
      const auto id = static_cast<std::int32_t>((*select)->integer(0));
      known_.emplace((*select)->text(1),
                     Entry{id, static_cast<std::int32_t>((*select)->integer(2))});
      next_ = std::max(next_, id + 1);
    }
  }

  Result<Entry> find_or_add(const ObservedPlace& place, store::Statement& insert) {
    constexpr std::uint8_t level_area = 2;
    const bool has_area = place.level >= level_area && !place.admin1.empty();
    write_key(place, place.level > level_area, has_area);
    if (const auto found = known_.find(key_); found != known_.end()) return found->second;
    const std::string key = key_;
    std::int32_t area = 0;
    if (place.level > level_area) {
      ObservedPlace parent = place;
      parent.level = has_area ? level_area : 1;
      parent.geoname_id = 0;
      parent.name = has_area ? place.admin1 : place.country;
      parent.latitude.reset();
      parent.longitude.reset();
      auto added = find_or_add(parent, insert);
      if (!added) return added;
      area = added->id;
    }
    const Entry entry{next_++, area};
    return add(key, place, {entry.id, area == 0 ? entry.id : area}, insert);
  }

 private:
  void write_key(const ObservedPlace& place, bool is_place, bool has_area) {
    key_.clear();
    if (is_place && place.geoname_id != 0) {
      key_ = "g:" + std::to_string(place.geoname_id);
      return;
    }
    key_ += place.country;
    if (has_area) key_ += "|" + place.admin1;
    if (!is_place) return;
    // Without a gazetteer entry two places of one name are told apart by a tenth of a degree.
    key_ += "|" + place.name;
    if (place.latitude && place.longitude)
      key_ += "|" + std::to_string(std::lround(*place.latitude * 10)) + "|" +
              std::to_string(std::lround(*place.longitude * 10));
  }

  Result<Entry> add(const std::string& key, const ObservedPlace& place, Entry entry,
                    store::Statement& insert) {
    insert.bind(1, static_cast<std::int64_t>(entry.id));
    insert.bind(2, std::string_view(key));
    insert.bind(3, std::string_view(place.name));
    insert.bind(4, std::string_view(place.country));
    insert.bind(5, std::string_view(place.admin1));
    place.latitude ? insert.bind(6, *place.latitude) : insert.bind_null(6);
    place.longitude ? insert.bind(7, *place.longitude) : insert.bind_null(7);
    insert.bind(8, place.geoname_id);
    insert.bind(9, static_cast<std::int64_t>(place.level));
    insert.bind(10, static_cast<std::int64_t>(entry.area));
    if (auto ran = insert.run(); !ran) return std::unexpected(std::move(ran.error()));
    known_.emplace(key, entry);
    return entry;
  }

  TextMap<Entry> known_;
  std::string key_;
  std::int32_t next_ = 1;
};

}  // namespace tocsin::monitor
