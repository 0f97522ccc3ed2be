// SPDX-License-Identifier: Apache-2.0
#include "knowledge/actors.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "knowledge/data_file.hpp"

namespace tocsin::knowledge {

base::Result<Actors> Actors::load(const std::filesystem::path& data_folder) {
  Actors actors;
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(data_folder / "coding/actors", error)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  if (error || files.empty()) {
    return base::fail(base::ErrorCode::not_found, "no actor dictionaries",
                      (data_folder / "coding/actors").string(), "restore the data folder");
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    if (auto status = actors.add_file(path); !status) return std::unexpected(status.error());
  }
  return actors;
}

base::Status Actors::add_file(const std::filesystem::path& path) {
  auto file = read_data_file(path);
  if (!file) return std::unexpected(file.error());
  for (const DataBlock& block : file->blocks) {
    // Heads: "countries", "actors sort=role language=en", "actors sort=group".
    const auto words = cut_list(block.head.text, ' ');
    Actor shared;
    std::string language;
    for (const std::string_view word : words) {
      if (word.starts_with("language=")) language = word.substr(9);
      if (word == "sort=country") shared.sort = ActorSort::country;
      if (word == "sort=capital") shared.sort = ActorSort::capital;
      if (word == "sort=group") shared.sort = ActorSort::group;
      if (word == "sort=holder") shared.sort = ActorSort::holder;
      if (word.starts_with("role=")) shared.role = word.substr(5);
    }
    for (const DataLine& line : block.body) {
      const std::string place = file->place(line);
      const auto status = words[0] == "countries" ? add_country(place, line.text)
                                                  : add_actor(place, line.text, shared, language);
      if (!status) return status;
    }
  }
  return {};
}

base::Status Actors::add_country(const std::string& place, std::string_view line) {
  // "ML MLI | Mali | Malian; Malians | Bamako"
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find('|', at), line.size());
    fields.push_back(base::trim(line.substr(at, end - at)));
    at = end + 1;
  }
  const auto codes = fields.empty() ? std::vector<std::string_view>{} : cut_list(fields[0], ' ');
  if (codes.size() != 2 || codes[0].size() != 2 || codes[1].size() != 3 || fields.size() != 4) {
    return base::fail(base::ErrorCode::invalid_input, "not a country line", place,
                      "write \"ML MLI | Mali | Malian | Bamako\"");
  }
  alpha3_.emplace(codes[0], codes[1]);
  alpha2_.emplace(codes[1], codes[0]);
  Actor actor;
  actor.country = codes[1];
  actor.sort = ActorSort::country;
  add_names(fields[1], actor, {}, false);
  actor.noun = true;
  add_names(fields[2], actor, {}, true);
  actor.noun = false;
  actor.sort = ActorSort::capital;
  actor.role = "GOV";
  add_names(fields[3], actor, {}, false);
  return {};
}

base::Status Actors::add_actor(const std::string& place, std::string_view line, Actor shared,
                               std::string_view language) {
  const std::size_t bar = line.find('|');
  const std::string_view names = base::trim(line.substr(0, bar));
  bool plural = shared.sort == ActorSort::role;
  if (bar != std::string_view::npos) {
    for (const std::string_view word : cut_list(line.substr(bar + 1), ' ')) {
      const std::size_t equals = word.find('=');
      const std::string_view key = word.substr(0, equals);
      const std::string_view value =
          equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
      if (key == "role")
        shared.role = value;
      else if (key == "country")
        shared.country = value;
      else if (key == "group")
        shared.group = value;
      else if (key == "label") {
        shared.label = value;
        std::replace(shared.label.begin(), shared.label.end(), '_', ' ');
      } else if (key == "from" || key == "until") {
        auto day = base::parse_day(value);
        if (!day) return base::fail_at(place, day.error());
        (key == "from" ? shared.from : shared.until) = *day;
      } else if (key == "adjective")
        shared.adjective = true;
      else if (key == "people")
        shared.noun = true;
      else if (key == "noplural")
        plural = false;
      else {
        return base::fail(base::ErrorCode::invalid_input, "unknown word " + std::string(word),
                          place,
                          "use role, country, group, label, from, until, adjective, noplural");
      }
    }
  }
  add_names(names, std::move(shared), language, plural);
  return {};
}

void Actors::add_names(std::string_view names, Actor actor, std::string_view language,
                       bool plural) {
  const auto index = static_cast<std::uint32_t>(actors_.size());
  actors_.push_back(std::move(actor));
  for (std::string_view name : cut_list(names, ';')) {
    ActorName entry;
    while (name.starts_with('^')) {
      ++entry.capitals;
      name.remove_prefix(1);
    }
    entry.text = name;
    entry.language = language;
    entry.plural = plural;
    entry.actor = index;
    names_.push_back(std::move(entry));
  }
}

std::string_view Actors::alpha3(std::string_view alpha2) const {
  const auto found = alpha3_.find(std::string(alpha2));
  return found == alpha3_.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view Actors::alpha2(std::string_view alpha3) const {
  const auto found = alpha2_.find(std::string(alpha3));
  return found == alpha2_.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace tocsin::knowledge
