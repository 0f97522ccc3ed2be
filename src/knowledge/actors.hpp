// SPDX-License-Identifier: Apache-2.0
// Who acts: names of countries and peoples, organisations, named groups and office holders, dated,
// and nouns that tell a role ("soldier"). Read from data/coding/actors and a user's own files.
//
// One line an entry: "NAMES | role=… country=… group=… from=YYYY-MM-DD until=YYYY-MM-DD". A name
// that starts with "^" counts only where it is written with a capital; "^^" only in full capitals.
// Ownership: values. Threads: read-only after loading. Errors name the file and the line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::knowledge {

/// What an entry adds to the noun group that holds it.
enum class ActorSort : std::uint8_t {
  country,  ///< "Mali", "Malian", "Malians"
  capital,  ///< "Bamako": the government where it acts, else only the place
  role,     ///< "soldiers"
  group,    ///< "Al-Shabaab", "United Nations"
  holder,   ///< a head of state or government, by surname
};

struct Actor {
  ActorSort sort = ActorSort::role;
  std::string role;     ///< MIL COP PAR REB CVL …, or empty
  std::string country;  ///< ISO 3166-1 alpha-3, or empty
  std::string group;    ///< id of the named group, or empty
  std::string label;    ///< what is shown for a holder, so that no person's name is
  base::Day from = base::Day::min();
  base::Day until = base::Day::max();
  bool noun = false;       ///< a people's plural ("Malians") stands for civilians
  bool adjective = false;  ///< qualifies a role and is none by itself
};

/// One way to write an actor's name.
struct ActorName {
  std::string text;      ///< as written in the file, without marks
  std::string language;  ///< "en" …; empty: every language
  int capitals = 0;      ///< 0 any, 1 capitalised, 2 all capitals
  bool plural = false;   ///< make the plural form too
  std::uint32_t actor = 0;
};

class Actors {
 public:
  [[nodiscard]] static base::Result<Actors> load(const std::filesystem::path& data_folder);
  /// Adds one file in the same format (a user's own).
  [[nodiscard]] base::Status add_file(const std::filesystem::path& path);
  [[nodiscard]] std::span<const Actor> actors() const { return actors_; }
  [[nodiscard]] std::span<const ActorName> names() const { return names_; }
  /// ISO alpha-3 of an alpha-2 code, or empty.
  [[nodiscard]] std::string_view alpha3(std::string_view alpha2) const;
  [[nodiscard]] std::string_view alpha2(std::string_view alpha3) const;

 private:
  base::Status add_country(const std::string& place, std::string_view line);
  base::Status add_actor(const std::string& place, std::string_view line, Actor shared,
                         std::string_view language);
  void add_names(std::string_view names, Actor actor, std::string_view language, bool plural);

  std::vector<Actor> actors_;
  std::vector<ActorName> names_;
  std::unordered_map<std::string, std::string> alpha3_;
  std::unordered_map<std::string, std::string> alpha2_;
};

}  // namespace tocsin::knowledge
