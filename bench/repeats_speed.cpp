// SPDX-License-Identifier: Apache-2.0
// Speed and pair F1 of repeat detection beside two rivals on the same input: one hash of the
// normalised text (exact copies), and SimHash (Charikar 2002) over word triples with 64 bits, four
// blocks of 16 bits as index, and a Hamming distance of at most 3 (Manku, Jain, Das Sarma 2007).
//
//   tocsin_bench_repeats_speed speed COUNT...   made-up reports, described below
//   tocsin_bench_repeats_speed score FILE...    reports.jsonl with id, text, cluster
//
// Made-up reports: 25 to 60 words drawn by Zipf's law from 30,000 made-up words, one in eight a
// capitalised name, one in fifteen a figure. Half of the reports are edits of one of the last
// 20,000: cut to 60 to 100 %, headed by an agency line, one figure changed. Seeded.
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "monitor/repeats.hpp"

namespace {

using tocsin::base::SeededRandom;
using namespace tocsin::monitor;

class MadeUpReports {
 public:
  explicit MadeUpReports(std::uint64_t seed) : random_(seed) {
    constexpr std::size_t vocabulary = 30'000;
    for (std::size_t i = 0; i < vocabulary; ++i) words_.push_back(make_word());
  }
  std::string next() {
    constexpr std::size_t kept_max = 20'000;
    if (kept_.size() > 100 && random_.unit() < 0.5) return edit(kept_[random_.below(kept_.size())]);
    std::vector<std::string> made;
    const auto length = 25 + random_.below(36);
    for (std::uint64_t i = 0; i < length; ++i) made.push_back(draw());
    if (kept_.size() < kept_max)
      kept_.push_back(made);
    else
      kept_[at_++ % kept_max] = made;
    return join(made);
  }

 private:
  std::string make_word() {
    static constexpr const char* syllables[] = {"ba", "ke",  "di", "mo", "ru", "sa",  "te", "lin",
                                                "ga", "nor", "pe", "vi", "zu", "ham", "or", "es"};
    std::string word;
    for (std::uint64_t i = 0, n = 2 + random_.below(3); i < n; ++i)
      word += syllables[random_.below(16)];
    return word;
  }
  std::string draw() {
    if (random_.below(15) == 0) return std::to_string(2 + random_.below(80));
    const double rank = std::exp(random_.unit() * std::log(static_cast<double>(words_.size())));
    auto word = words_[static_cast<std::size_t>(rank) - 1];
    if (random_.below(8) == 0) {
      word = words_[random_.below(words_.size())];
      word[0] = static_cast<char>(word[0] - 'a' + 'A');
    }
    return word;
  }
  std::string edit(std::vector<std::string> words) {
    if (random_.below(3) == 0)
      words.resize(std::max<std::size_t>(8, words.size() * (60 + random_.below(41)) / 100));
    for (auto& word : words) {
      if (random_.below(3) != 0 || word[0] < '0' || word[0] > '9') continue;
      word = std::to_string(2 + random_.below(80));
      break;
    }
    const auto text = join(words);
    return random_.below(4) == 0 ? "NAIROBI, 3 March (AFP) - " + text : text;
  }
  static std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "" : " ").append(word);
    return text + ".";
  }

  SeededRandom random_;
  std::vector<std::string> words_;
  std::vector<std::vector<std::string>> kept_;
  std::size_t at_ = 0;
};

std::vector<std::uint64_t> plain_words(std::string_view text) {
  std::vector<std::uint64_t> words;
  const auto folded = tocsin::base::fold(text);
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= folded.size(); ++at) {
    const bool letter =
        at < folded.size() && (std::isalnum(static_cast<unsigned char>(folded[at])) ||
                               static_cast<unsigned char>(folded[at]) >= 0x80);
    if (letter) continue;
    if (at > begin)
      words.push_back(tocsin::base::hash64(std::string_view(folded).substr(begin, at - begin)));
    begin = at + 1;
  }
  return words;
}

/// Rival 1: equal normalised texts.
class ExactHash {
 public:
  std::int64_t add(std::int64_t report, std::string_view text) {
    std::uint64_t hash = 0;
    for (const auto word : plain_words(text)) hash = hash * 0x9E3779B97F4A7C15ULL + word;
    return known_.emplace(hash, report).first->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::int64_t> known_;
};

/// Rival 2: SimHash.
class SimHash {
 public:
  std::int64_t add(std::int64_t report, std::string_view text) {
    const auto value = simhash(text);
    std::int64_t cluster = report;
    int best = distance_max + 1;
    for (unsigned block = 0; block < 4; ++block) {
      const auto key = block << 16U | ((value >> (16 * block)) & 0xFFFFU);
      auto& held = blocks_[static_cast<std::uint32_t>(key)];
      for (const auto& [other, its_cluster] : held) {
        const int distance = std::popcount(other ^ value);
        if (distance < best) best = distance, cluster = its_cluster;
      }
    }
    for (unsigned block = 0; block < 4; ++block)
      blocks_[static_cast<std::uint32_t>(block << 16U | ((value >> (16 * block)) & 0xFFFFU))]
          .emplace_back(value, cluster);
    return cluster;
  }

 private:
  static constexpr int distance_max = 3;
  static std::uint64_t simhash(std::string_view text) {
    const auto words = plain_words(text);
    int sums[64] = {};
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
      auto hash = words[i] * 3 + words[i + 1] * 5 + words[i + 2] * 7;
      hash = (hash ^ (hash >> 31U)) * 0xD6E8FEB86659FD93ULL;
      for (unsigned bit = 0; bit < 64; ++bit) sums[bit] += ((hash >> bit) & 1U) != 0 ? 1 : -1;
    }
    std::uint64_t value = 0;
    for (unsigned bit = 0; bit < 64; ++bit)
      if (sums[bit] > 0) value |= std::uint64_t{1} << bit;
    return value;
  }
  std::unordered_map<std::uint32_t, std::vector<std::pair<std::uint64_t, std::int64_t>>> blocks_;
};

struct Ours {
  ReportReader reader;
  Repeats repeats;
  std::int64_t add(std::int64_t report, std::string_view text) {
    return repeats.add(report, std::nullopt, reader.read(text)).cluster;
  }
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <class Method>
double seconds_for(std::int64_t count, const std::vector<std::string>& texts) {
  Method method;
  const double start = cpu_seconds();
  for (std::int64_t i = 0; i < count; ++i)
    static_cast<void>(method.add(i + 1, texts[static_cast<std::size_t>(i)]));
  return cpu_seconds() - start;
}

void speed(std::int64_t count) {
  constexpr std::int64_t rivals_count_max = 100'000;
  MadeUpReports made(1);
  std::size_t bytes = 0;
  Ours ours;
  double seconds = 0;
  std::vector<std::string> first;
  // Reports are made in batches outside the timed part, so that ten million need not be held.
  constexpr std::int64_t batch = 10'000;
  for (std::int64_t done = 0; done < count; done += batch) {
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < batch; ++i)
      texts.push_back(made.next()), bytes += texts.back().size();
    const double start = cpu_seconds();
    for (std::int64_t i = 0; i < batch; ++i)
      static_cast<void>(ours.add(done + i + 1, texts[static_cast<std::size_t>(i)]));
    seconds += cpu_seconds() - start;
    if (done < rivals_count_max) first.insert(first.end(), texts.begin(), texts.end());
  }
  std::printf("%9ld reports of %.0f bytes: %.0f reports/s of processor time, %zu held",
              static_cast<long>(count), static_cast<double>(bytes) / static_cast<double>(count),
              static_cast<double>(count) / seconds, ours.repeats.members().size());
  if (count <= rivals_count_max) {
    const double exact = seconds_for<ExactHash>(count, first);
    const double simhash = seconds_for<SimHash>(count, first);
    std::printf("; exact hash %.2f, SimHash %.2f times our speed", seconds / exact,
                seconds / simhash);
  }
  std::printf("\n");
}

struct Report {
  std::string text;
  std::string gold;
};

struct PairScore {
  double precision = 0;
  double recall = 0;
  [[nodiscard]] double f1() const {
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  }
};

template <class Method>
PairScore score(const std::vector<Report>& reports) {
  Method method;
  std::map<std::string, double> gold;
  std::map<std::int64_t, double> found;
  std::map<std::pair<std::string, std::int64_t>, double> both;
  std::int64_t number = 0;
  for (const auto& report : reports) {
    const auto cluster = method.add(++number, report.text);
    ++gold[report.gold], ++found[cluster], ++both[{report.gold, cluster}];
  }
  const auto pairs = [](const auto& groups) {
    double sum = 0;
    for (const auto& [key, size] : groups) sum += size * (size - 1) / 2;
    return sum;
  };
  const double common = pairs(both);
  return {common / std::max(1.0, pairs(found)), common / std::max(1.0, pairs(gold))};
}

void score_file(const char* path) {
  std::ifstream in(path);
  std::vector<Report> reports;
  for (std::string line; std::getline(in, line);) {
    const auto object = boost::json::parse(line).as_object();
    reports.push_back({std::string(object.at("text").as_string()),
                       std::string(object.at("cluster").as_string())});
  }
  const auto ours = score<Ours>(reports);
  const auto exact = score<ExactHash>(reports);
  const auto simhash = score<SimHash>(reports);
  std::printf(
      "%s: %zu reports, pair precision %.3f recall %.3f F1 %.3f; exact hash F1 %.3f, "
      "SimHash F1 %.3f\n",
      path, reports.size(), ours.precision, ours.recall, ours.f1(), exact.f1(), simhash.f1());
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  if (count < 3 || (mode != "speed" && mode != "score")) {
    std::fprintf(stderr, "usage: %s speed COUNT... | score reports.jsonl...\n", arguments[0]);
    return 2;
  }
  for (int i = 2; i < count; ++i) {
    if (mode == "score")
      score_file(arguments[i]);
    else
      speed(std::atol(arguments[i]));
    std::fflush(stdout);
  }
  return 0;
}
