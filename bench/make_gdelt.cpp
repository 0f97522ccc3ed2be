// SPDX-License-Identifier: Apache-2.0
// Writes GDELT 2.0 event files of any size with realistic repeats, for the store's benchmark.
//
//   make_gdelt DIR ROWS [SEED]     DIR/000.export.CSV, 001…, 100,000 rows each
//
// The shape follows one real 15-minute file (24 October 2019, 2,111 rows) and what a day of such
// files holds: a happening comes 1.5 times on average within its day under the same dyad, code and
// place but other ids and addresses (geometric, so some come twenty times); five rows stand under
// one article on average; 97.2 % of rows are dated the day of the article, the others a day, a
// week, a month or a year before; roots, roles and precision of place come in the shares of that
// file; places and countries follow Zipf's law over 8,000 places in 60 countries. A day has 12,000
// rows, so ten million rows are 833 days. Nothing in the files is real.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/random.hpp"

namespace {

using tocsin::base::Day;
using tocsin::base::SeededRandom;

constexpr std::uint64_t rows_per_file = 100'000;
constexpr std::uint64_t rows_per_day = 12'000;
constexpr std::size_t places_count = 8'000;
constexpr double repeats_chance = 1.0 / 3.0;  // mean of a geometric: 1 / (1 - p) = 1.5
constexpr double same_article_chance = 0.8;   // mean 5 rows an article
constexpr std::string_view first_day = "2022-01-01";

constexpr std::array<std::string_view, 60> countries{
    "US", "UK", "IN", "NI", "AS", "CA", "PK", "RS", "CH", "SY", "IZ", "IR", "IS", "TU", "SF",
    "KE", "GH", "SU", "OD", "ET", "SO", "CG", "CT", "CD", "ML", "UV", "NG", "CM", "UG", "RW",
    "BY", "TZ", "MZ", "ZI", "LY", "EG", "TS", "AG", "MO", "YM", "SA", "LE", "JO", "AF", "BG",
    "BM", "TH", "RP", "ID", "VM", "UP", "FR", "GM", "IT", "SP", "MX", "CO", "VE", "HA", "BR"};
constexpr std::array<std::string_view, 14> actors{"USA", "NGAGOV", "COP",    "GOV",    "MIL",
                                                  "CVL", "REB",    "SYRMIL", "IRQREB", "KENCOP",
                                                  "IND", "RUSGOV", "NGACVL", ""};
constexpr std::array<std::string_view, 14> roles{"",    "GOV", "COP", "GOV", "MIL", "CVL", "REB",
                                                 "MIL", "REB", "COP", "",    "GOV", "CVL", ""};
constexpr std::array<std::string_view, 14> actor_countries{
    "USA", "NGA", "", "", "", "", "", "SYR", "IRQ", "KEN", "IND", "RUS", "NGA", ""};
/// Share of each CAMEO root, in thousandths, after the real file.
constexpr std::array<int, 20> root_shares{62, 80, 90, 205, 95, 35, 60, 50, 40, 40,
                                          65, 25, 25, 15,  6,  40, 55, 50, 52, 10};

struct Place {
  std::string_view country;
  unsigned admin;
  double latitude;
  double longitude;
};

struct Happening {
  std::size_t place;
  std::size_t source;
  std::size_t target;
  int root;
  int days_before;
};

/// Draws from 1/rank over `count` ranks: rank = count^u is Zipf's law with exponent one.
std::size_t zipf(SeededRandom& random, std::size_t count) {
  const double rank = std::pow(static_cast<double>(count), random.unit());
  return std::min(count - 1, static_cast<std::size_t>(rank) - 1);
}

class Writer {
 public:
  Writer(std::filesystem::path folder, std::uint64_t seed)
      : folder_(std::move(folder)), random_(seed) {
    for (std::size_t i = 0; i < places_count; ++i)
      places_.push_back({countries[zipf(random_, countries.size())],
                         static_cast<unsigned>(random_.below(30)), random_.unit() * 120 - 55,
                         random_.unit() * 340 - 170});
  }

  void write(std::uint64_t rows) {
    const Day start = *tocsin::base::parse_day(first_day);
    for (std::uint64_t row = 0; row < rows;) {
      if (row % rows_per_file == 0) open_file(row / rows_per_file);
      const Day day = start + std::chrono::days(row / rows_per_day);
      add_row(day);
      ++row;
    }
    if (file_ != nullptr) std::fclose(file_);
  }

 private:
  void open_file(std::uint64_t number) {
    if (file_ != nullptr) std::fclose(file_);
    const auto path = folder_ / fmt::format("{:03}.export.CSV", number);
    file_ = std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) {
      std::perror(path.c_str());
      std::exit(1);
    }
  }

  Happening draw() {
    Happening made{zipf(random_, places_count), random_.below(actors.size()),
                   random_.below(actors.size()), draw_root(), 0};
    const double share = random_.unit();
    if (share > 0.972)
      made.days_before = share < 0.976 ? 1 : share < 0.979 ? 7 : share < 0.988 ? 30 : 365;
    return made;
  }

  int draw_root() {
    auto left = static_cast<int>(random_.below(1000));
    for (int root = 1; root <= 20; ++root) {
      left -= root_shares[static_cast<std::size_t>(root - 1)];
      if (left < 0) return root;
    }
    return 4;
  }

  /// A happening of today told again, or a new one.
  const Happening& next_happening(Day day) {
    if (day != today_) {
      today_ = day;
      told_.clear();
    }
    if (!told_.empty() && random_.unit() < repeats_chance)
      return told_[random_.below(told_.size())];
    told_.push_back(draw());
    return told_.back();
  }

  void add_row(Day day) {
    if (random_.unit() >= same_article_chance) ++article_;
    const auto& what = next_happening(day);
    const auto& place = places_[what.place];
    const auto date = tocsin::base::format_day(day - std::chrono::days(what.days_before));
    const auto ymd = date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2);
    const auto added = tocsin::base::format_day(day);
    const auto stamp = added.substr(0, 4) + added.substr(5, 2) + added.substr(8, 2) + "120000";
    const auto geo =
        fmt::format("4\tTown {}, Unit {}, {}\t{}\t{}{:02}\t\t{:.4f}\t{:.4f}\t{}", what.place,
                    place.admin, place.country, place.country, place.country, place.admin,
                    place.latitude, place.longitude, -100'000 - static_cast<int>(what.place));
    const auto side = [](std::size_t actor) {
      return fmt::format("{}\tACTOR\t{}\t\t\t\t\t{}\t\t", actors[actor], actor_countries[actor],
                         roles[actor]);
    };
    fmt::print(file_,
               "{}\t{}\t{}\t{}\t{}.5\t{}\t{}\t{}\t{:02}0\t{:02}0\t{:02}\t{}\t-2.0\t{}\t1\t{}\t"
               "-1.5\t{}\t{}\t{}\t{}\thttps://outlet{}.invalid/{}\n",
               ++id_, ymd, ymd.substr(0, 6), ymd.substr(0, 4), ymd.substr(0, 4), side(what.source),
               side(what.target), 1, what.root, what.root, what.root, (what.root + 4) / 5,
               1 + random_.below(10), 1 + random_.below(10), geo, geo, geo, stamp, article_ % 900,
               article_);
  }

  std::filesystem::path folder_;
  SeededRandom random_;
  std::vector<Place> places_;
  std::vector<Happening> told_;
  Day today_{};
  std::FILE* file_ = nullptr;
  std::uint64_t id_ = 900'000'000;
  std::uint64_t article_ = 0;
};

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 3) {
    std::fputs("usage: make_gdelt DIR ROWS [SEED]\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(arguments[1]);
  constexpr std::uint64_t seed_default = 7;
  Writer writer(arguments[1],
                argument_count > 3 ? std::strtoull(arguments[3], nullptr, 10) : seed_default);
  writer.write(std::strtoull(arguments[2], nullptr, 10));
  return 0;
}
