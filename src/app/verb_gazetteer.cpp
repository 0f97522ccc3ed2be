// SPDX-License-Identifier: Apache-2.0
#include "app/verb_gazetteer.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <ostream>
#include <vector>

#include "app/terminal.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

#include "knowledge/gazetteer.hpp"
#include "knowledge/gazetteer_build.hpp"
#include "knowledge/gazetteer_format.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;

constexpr const char* usage =
    "Usage: tocsin gazetteer build [--packages DIR] [--tables DIR] [--add FILE]... --out FILE\n"
    "       tocsin gazetteer lookup FILE NAME...\n"
    "Example: tocsin gazetteer build --packages build/packages/node_modules --tables data/places "
    "--out build/gazetteer.bin\n"
    "--add takes your own places: a tab-separated file in the layout of GeoNames.\n"
    "--json prints JSON, --quiet only errors; --home DIR is taken as by every verb.\n";

/// What is printed, and where to.
struct Printing {
  std::ostream& out;
  std::ostream& errors;
  bool json = false;
  bool quiet = false;
};

int build(std::span<const std::string> words, const Printing& to) {
  knowledge::GazetteerSources sources;
  std::filesystem::path file;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size()) {
      to.errors << base::printable(words[i]) << " needs a value\n" << usage;
      return exit_wrong_usage;
    }
    const auto& value = words[i + 1];
    if (words[i] == "--packages")
      sources.packages = value;
    else if (words[i] == "--tables")
      sources.tables = value;
    else if (words[i] == "--add")
      sources.additions.emplace_back(value);
    else if (words[i] == "--out")
      file = value;
    else {
      to.errors << "unknown word " << base::printable(words[i]) << "\n" << usage;
      return exit_wrong_usage;
    }
  }
  if (file.empty()) {
    to.errors << "--out is missing\n" << usage;
    return exit_wrong_usage;
  }
  const auto counts = knowledge::build_gazetteer(sources, file);
  if (!counts) {
    to.errors << base::printable(counts.error().text()) << '\n';
    return exit_failed;
  }
  if (to.quiet) return exit_done;
  if (to.json) {
    to.out << json::serialize(json::object{{"file", base::repair_utf8(file.string())},
                                           {"places", counts->places},
                                           {"names", counts->names},
                                           {"bytes", counts->bytes}})
           << '\n';
    return exit_done;
  }
  to.out << fmt::format(
      "{}: {} places ({} countries, {} first-level and {} second-level units, {} areas, {} towns), "
      "{} names, {} bytes\n",
      base::printable(file.string()), counts->places, counts->countries, counts->provinces,
      counts->districts, counts->areas, counts->cities, counts->names, counts->bytes);
  return exit_done;
}

json::object place_json(const knowledge::Gazetteer& gazetteer, std::uint32_t packed) {
  const auto place = gazetteer.place(knowledge::Gazetteer::candidate(packed).place);
  return {{"id", place.id},
          {"name", place.name},
          {"country", place.country},
          {"kind", knowledge::name_of(place.kind)},
          {"latitude", place.latitude},
          {"longitude", place.longitude},
          {"people", place.population}};
}

int look_up(std::span<const std::string> words, const Printing& to) {
  if (words.size() < 2) {
    to.errors << usage;
    return exit_wrong_usage;
  }
  const auto gazetteer = knowledge::Gazetteer::open(words[0]);
  if (!gazetteer) {
    to.errors << base::printable(gazetteer.error().text()) << '\n';
    return exit_failed;
  }
  for (const auto& name : words.subspan(1)) {
    const auto entry = gazetteer->find_name(name);
    if (to.json) {
      json::array places;
      if (entry)
        for (const auto packed : entry->packed) places.push_back(place_json(*gazetteer, packed));
      to.out << json::serialize(
                    json::object{{"name", base::repair_utf8(name)}, {"places", std::move(places)}})
             << '\n';
      continue;
    }
    to.out << fmt::format("{}: {} places, word classes {:#x}\n", base::printable(name),
                          entry ? entry->packed.size() : 0, entry ? entry->classes : 0);
    if (!entry) continue;
    for (const auto packed : entry->packed) {
      const auto candidate = knowledge::Gazetteer::candidate(packed);
      const auto place = gazetteer->place(candidate.place);
      to.out << fmt::format("  {} {} {} {:.3f},{:.3f} people {} name kinds {} {} id {}\n",
                            place.name, place.country, knowledge::name_of(place.kind),
                            place.latitude, place.longitude, place.population, candidate.name_kinds,
                            place.admin1 ? gazetteer->place(*place.admin1).name : "", place.id);
    }
  }
  return exit_done;
}

}  // namespace

int run_gazetteer(std::span<const std::string> arguments, std::ostream& out, std::ostream& errors) {
  Printing to{out, errors};
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--json")
      to.json = true;
    else if (arguments[i] == "--quiet")
      to.quiet = true;
    else if (arguments[i] == "--home")
      ++i;
    else
      words.push_back(arguments[i]);
  }
  const auto rest = std::span<const std::string>(words).subspan(words.empty() ? 0 : 1);
  if (!words.empty() && words[0] == "build") return build(rest, to);
  if (!words.empty() && words[0] == "lookup") return look_up(rest, to);
  if (!words.empty() && words[0] == "version") {
    out << knowledge::gazetteer_format::version << '\n';
    return exit_done;
  }
  if (!words.empty() && words[0] == "--help") {
    out << usage;
    return exit_done;
  }
  errors << usage;
  return exit_wrong_usage;
}

}  // namespace tocsin::app
