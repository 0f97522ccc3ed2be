// SPDX-License-Identifier: Apache-2.0
#include "app/verb_gazetteer.hpp"

#include <fmt/format.h>

#include <ostream>

#include "knowledge/gazetteer.hpp"
#include "knowledge/gazetteer_build.hpp"
#include "knowledge/gazetteer_format.hpp"

namespace tocsin::app {
namespace {

constexpr int done = 0;
constexpr int failed = 1;
constexpr int wrong_usage = 2;
constexpr const char* usage =
    "Usage: tocsin gazetteer build [--packages DIR] [--tables DIR] [--add FILE]... --out FILE\n"
    "       tocsin gazetteer lookup FILE NAME...\n"
    "Example: tocsin gazetteer build --packages build/packages/node_modules --tables data/places "
    "--out build/gazetteer.bin\n"
    "--add takes your own places: a tab-separated file in the layout of GeoNames.\n";

int build(std::span<const std::string> words, std::ostream& out, std::ostream& errors) {
  knowledge::GazetteerSources sources;
  std::filesystem::path file;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size()) {
      errors << words[i] << " needs a value\n" << usage;
      return wrong_usage;
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
      errors << "unknown word " << words[i] << "\n" << usage;
      return wrong_usage;
    }
  }
  if (file.empty()) {
    errors << "--out is missing\n" << usage;
    return wrong_usage;
  }
  const auto counts = knowledge::build_gazetteer(sources, file);
  if (!counts) {
    errors << counts.error().text() << '\n';
    return failed;
  }
  out << fmt::format(
      "{}: {} places ({} countries, {} first-level and {} second-level units, {} areas, {} towns), "
      "{} names, {} bytes\n",
      file.string(), counts->places, counts->countries, counts->provinces, counts->districts,
      counts->areas, counts->cities, counts->names, counts->bytes);
  return done;
}

int look_up(std::span<const std::string> words, std::ostream& out, std::ostream& errors) {
  if (words.size() < 2) {
    errors << usage;
    return wrong_usage;
  }
  const auto gazetteer = knowledge::Gazetteer::open(words[0]);
  if (!gazetteer) {
    errors << gazetteer.error().text() << '\n';
    return failed;
  }
  for (const auto& name : words.subspan(1)) {
    const auto entry = gazetteer->find_name(name);
    out << fmt::format("{}: {} places, word classes {:#x}\n", name,
                       entry ? entry->packed.size() : 0, entry ? entry->classes : 0);
    if (!entry) continue;
    for (const auto packed : entry->packed) {
      const auto candidate = knowledge::Gazetteer::candidate(packed);
      const auto place = gazetteer->place(candidate.place);
      out << fmt::format("  {} {} {} {:.3f},{:.3f} people {} name kinds {} {} id {}\n", place.name,
                         place.country, knowledge::name_of(place.kind), place.latitude,
                         place.longitude, place.population, candidate.name_kinds,
                         place.admin1 ? gazetteer->place(*place.admin1).name : "", place.id);
    }
  }
  return done;
}

}  // namespace

int run_gazetteer(std::span<const std::string> arguments, std::ostream& out, std::ostream& errors) {
  if (!arguments.empty() && arguments[0] == "build")
    return build(arguments.subspan(1), out, errors);
  if (!arguments.empty() && arguments[0] == "lookup")
    return look_up(arguments.subspan(1), out, errors);
  if (!arguments.empty() && arguments[0] == "version") {
    out << knowledge::gazetteer_format::version << '\n';
    return done;
  }
  errors << usage;
  return wrong_usage;
}

}  // namespace tocsin::app
