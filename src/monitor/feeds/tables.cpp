// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/tables.hpp"

#include <functional>
#include <span>

#include "base/files.hpp"
#include "base/text.hpp"
#include "formats/byte_source.hpp"
#include "formats/csv.hpp"
#include "formats/lines.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;
using base::Status;

namespace {

constexpr std::size_t table_bytes_max = 4U << 20;

using Row = std::span<const std::string_view>;

/// Calls `take` for each row below the header; "#" begins a comment.
Status each_row(const std::filesystem::path& file, std::size_t columns,
                const std::function<bool(Row)>& take) {
  auto text = base::read_file(file, table_bytes_max);
  if (!text) return std::unexpected(std::move(text).error());
  formats::MemorySource source(*text);
  formats::LineReader lines(source);
  std::vector<std::string_view> fields;
  bool header_seen = false;
  for (;;) {
    auto line = lines.next();
    if (!line) return std::unexpected(std::move(line).error());
    if (line->number == 0) return {};
    if (line->text.empty() || line->text.starts_with('#')) continue;
    formats::split(line->text, '\t', fields);
    const bool good = fields.size() == columns && (!header_seen || take(fields));
    if (!good)
      return fail(ErrorCode::corrupt, "the row does not fit the table",
                  file.string() + ":" + std::to_string(line->number),
                  "install the data folder again");
    header_seen = true;
  }
}

std::string or_empty(std::string_view value) {
  return value == "-" ? std::string() : std::string(value);
}

std::string acled_key(std::string_view type, std::string_view sub_type) {
  return std::string(type) + '\t' + std::string(sub_type);
}

std::size_t fips_index(std::string_view code) {
  if (code.size() != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
    return 26 * 26;
  return static_cast<std::size_t>(code[0] - 'A') * 26 + static_cast<std::size_t>(code[1] - 'A');
}

std::string_view view_in(const CodeMap<std::string>& map, std::string_view code) {
  const auto found = map.find(pack_code(code));
  return found == map.end() ? std::string_view{} : std::string_view(found->second);
}

template <class Value>
std::string_view view_in(const TextMap<Value>& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string_view{} : std::string_view(found->second);
}

template <class Value>
const Value* pointer_in(const TextMap<Value>& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

const Country* country_in(const CodeMap<const Country*>& map, std::string_view code) {
  const auto found = map.find(pack_code(code));
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

base::Result<Tables> Tables::load(const std::filesystem::path& folder) {
  Tables tables;
  Status done = tables.load_countries(folder / "countries.tsv");
  if (done) done = tables.load_cameo(folder / "cameo_plover.tsv");
  if (done) done = tables.load_small(folder);
  if (done) done = tables.load_acled(folder);
  if (done) done = tables.load_ucdp(folder / "ucdp_types.tsv");
  if (!done) return std::unexpected(std::move(done).error());
  return tables;
}

Status Tables::load_countries(const std::filesystem::path& file) {
  std::vector<std::string_view> parts;
  return each_row(file, 5, [&](Row row) {
    countries_.push_back(std::make_unique<Country>(
        Country{std::string(row[0]), std::string(row[1]), std::string(row[3])}));
    const Country* country = countries_.back().get();
    by_alpha2_.emplace(pack_code(row[0]), country);
    by_alpha3_.emplace(pack_code(row[1]), country);
    by_name_.emplace(base::fold(row[3]), country);
    formats::split(row[4], '|', parts);
    for (const auto name : parts)
      if (!name.empty()) by_name_.emplace(base::fold(name), country);
    formats::split(row[2], ' ', parts);
    for (const auto code : parts) {
      if (code.empty()) continue;
      const std::size_t index = fips_index(code);
      if (index >= by_fips_.size()) return false;
      by_fips_[index] = country;
    }
    return row[0].size() == 2 && row[1].size() == 3;
  });
}

/// Every code of two to four digits is written out, so that one search answers.
Status Tables::load_cameo(const std::filesystem::path& file) {
  TextMap<ActType> given;
  Status done = each_row(file, 3, [&](Row row) {
    ActType act{or_empty(row[1]), std::string(row[0].substr(0, 2)), or_empty(row[2])};
    return given.emplace(row[0], std::move(act)).second;
  });
  if (!done) return done;
  std::size_t bound = 1;
  for (std::size_t digits = 1; digits <= 4; ++digits) {
    bound *= 10;
    for (std::size_t number = 0; number < bound; ++number) {
      std::string code = std::to_string(number);
      code.insert(0, digits - code.size(), '0');
      for (std::size_t length = digits; length >= 2; --length) {
        const auto found = given.find(std::string_view(code).substr(0, length));
        if (found == given.end()) continue;
        cameo_.emplace(pack_code(code), found->second);
        break;
      }
    }
  }
  return {};
}

Status Tables::load_acled(const std::filesystem::path& folder) {
  Status done = each_row(folder / "acled_types.tsv", 5, [&](Row row) {
    return acled_acts_
        .emplace(acled_key(row[0], row[1]),
                 ActType{or_empty(row[2]), or_empty(row[3]), or_empty(row[4])})
        .second;
  });
  if (!done) return done;
  return each_row(folder / "acled_actors.tsv", 3, [&](Row row) {
    if (row[0] == "name")
      acled_names_.push_back({std::string(row[1]), std::string(row[2])});
    else if (row[0] == "inter")
      acled_inters_.emplace(row[1], row[2]);
    else
      return false;
    return true;
  });
}

Status Tables::load_ucdp(const std::filesystem::path& file) {
  return each_row(file, 7, [&](Row row) {
    ViolenceType type{{or_empty(row[1]), or_empty(row[2]), or_empty(row[3])},
                      std::string(row[4]),
                      std::string(row[5]),
                      std::string(row[6])};
    return ucdp_types_.emplace(row[0], std::move(type)).second;
  });
}

Status Tables::load_small(const std::filesystem::path& folder) {
  Status done = each_row(folder / "gdelt_roles.tsv", 2, [&](Row row) {
    return gdelt_roles_.emplace(pack_code(row[0]), row[1]).second;
  });
  if (!done) return done;
  done = each_row(folder / "cap_categories.tsv", 2,
                  [&](Row row) { return cap_categories_.emplace(row[0], row[1] == "yes").second; });
  if (!done) return done;
  done = each_row(folder / "html_listings.tsv", 7, [&](Row row) {
    html_listings_.push_back({std::string(row[1]), or_empty(row[2]), or_empty(row[3]),
                              or_empty(row[4]), row[5] == "mdy", or_empty(row[6])});
    return !row[1].empty();
  });
  if (!done) return done;
  return each_row(folder / "upr_sessions.tsv", 2, [&](Row row) {
    int session = 0;
    const auto day = read_day(row[1]);
    return read_number(row[0], session) && day && upr_sessions_.emplace(session, *day).second;
  });
}

bool Tables::watches_cap_category(std::string_view category) const {
  const auto* watched = pointer_in(cap_categories_, category);
  return watched == nullptr || *watched;
}

std::optional<base::Day> Tables::first_day_of_upr_session(int session) const {
  const auto found = upr_sessions_.find(session);
  return found == upr_sessions_.end() ? std::nullopt : std::optional(found->second);
}

const Country* Tables::country_of_alpha2(std::string_view code) const {
  return country_in(by_alpha2_, code);
}

const Country* Tables::country_of_alpha3(std::string_view code) const {
  return country_in(by_alpha3_, code);
}

const Country* Tables::country_of_name(std::string_view name) const {
  const auto found = by_name_.find(base::fold(base::trim(name)));
  return found == by_name_.end() ? nullptr : found->second;
}

std::string_view Tables::alpha2_of_fips(std::string_view code) const {
  const std::size_t index = fips_index(code);
  if (index >= by_fips_.size() || by_fips_[index] == nullptr) return {};
  return by_fips_[index]->alpha2;
}

const ActType* Tables::act_of_cameo(std::string_view code) const {
  const auto found = cameo_.find(pack_code(code));
  return found == cameo_.end() ? nullptr : &found->second;
}

std::string_view Tables::role_of_gdelt(std::string_view code) const {
  return code.empty() ? std::string_view{} : view_in(gdelt_roles_, code);
}

const ActType* Tables::act_of_acled(std::string_view type, std::string_view sub_type) const {
  if (const auto* exact = pointer_in(acled_acts_, acled_key(type, sub_type))) return exact;
  return pointer_in(acled_acts_, acled_key(type, "*"));
}

std::string_view Tables::role_of_acled(std::string_view name, std::string_view inter) const {
  for (const auto& entry : acled_names_)
    if (name.starts_with(entry.begins)) return entry.role;
  return view_in(acled_inters_, inter);
}

const ViolenceType* Tables::violence_of_ucdp(std::string_view type) const {
  return pointer_in(ucdp_types_, type);
}

}  // namespace tocsin::monitor::feeds
