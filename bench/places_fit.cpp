// SPDX-License-Identifier: Apache-2.0
// Fits the weights of place_weights.cpp on annotated articles and prints them.
//
// Usage: places_fit GAZETTEER < texts.jsonl, made by `bench/geoparsing_score.py texts DIR`.
// Ranking: conditional logit over the candidates of a span; a candidate is right if it lies within
// 25 km of the gold point, or, where none does, within 161 km. Trust: logistic regression over what
// the reader proposes; right if it is exactly a gold span. Both with a small quadratic penalty.
// Every article counts once for each of its spans, sets are weighted to count alike, and accuracy
// is printed for five parts each left out in turn, so that what carries over can be read.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <iostream>
#include <string>

#include "monitor/coding/place_mentions.hpp"
#include "monitor/coding/place_ranking.hpp"

namespace {

using namespace tocsin::monitor::coding;
namespace json = boost::json;
using tocsin::knowledge::Gazetteer;

constexpr int parts = 5;
constexpr int steps = 400;
constexpr int rounds = 4;
constexpr double step_size = 0.05;
constexpr double penalty = 2e-4;
constexpr double sentence_weight = 0.4;
constexpr double near_km = 25;
constexpr double far_km = 161;

struct Article {
  std::string text;
  std::vector<Span> spans;
  std::vector<std::pair<double, double>> points;
  double weight = 1;
  int part = 0;
};

/// One choice among candidates: which of them are right.
struct Choice {
  std::vector<RankFeatures> features;
  std::vector<bool> right;
  double weight = 1;
  int part = 0;
};

struct Judgement {
  TrustFeatures features{};
  bool right = false;
  double weight = 1;
  int part = 0;
};

/// Adam, the usual constants: gradient steps that scale each weight by its own history.
template <std::size_t Count, class Gradient>
std::array<double, Count> descend(std::array<double, Count> weights, Gradient gradient) {
  std::array<double, Count> mean{};
  std::array<double, Count> square{};
  for (int step = 1; step <= steps; ++step) {
    const auto slope = gradient(weights);
    for (std::size_t i = 0; i < Count; ++i) {
      const double g = slope[i] + penalty * weights[i];
      mean[i] = 0.9 * mean[i] + 0.1 * g;
      square[i] = 0.999 * square[i] + 0.001 * g * g;
      const double m = mean[i] / (1 - std::pow(0.9, step));
      const double s = square[i] / (1 - std::pow(0.999, step));
      weights[i] -= step_size * m / (std::sqrt(s) + 1e-8);
    }
  }
  return weights;
}

/// Each sentence as a text of its own: reports are often one sentence, and then nothing around it
/// helps. Weighted less, so that whole articles lead.
void add_sentences(const Article& article, const Tokenizer& tokenizer, TokenizedText& tokenized,
                   std::vector<Article>& articles) {
  tokenizer.split(article.text, tokenized);
  for (std::uint32_t number = 0; number < tokenized.sentences(); ++number) {
    const auto tokens = tokenized.sentence(number);
    if (tokens.empty()) continue;
    const auto begin = tokens.front().begin;
    const auto end = tokens.back().end;
    Article sentence;
    sentence.text = article.text.substr(begin, end - begin);
    sentence.weight = article.weight * sentence_weight;
    sentence.part = article.part;
    for (std::size_t i = 0; i < article.spans.size(); ++i) {
      if (article.spans[i].begin < begin || article.spans[i].end > end) continue;
      sentence.spans.push_back({article.spans[i].begin - begin, article.spans[i].end - begin});
      sentence.points.push_back(article.points[i]);
    }
    articles.push_back(std::move(sentence));
  }
}

std::vector<double> probabilities(const Choice& choice,
                                  const std::array<double, rank_features>& weights) {
  std::vector<double> out;
  double most = -1e30;
  for (const auto& features : choice.features) {
    double sum = 0;
    for (std::size_t f = 0; f < rank_features; ++f)
      sum += weights[f] * static_cast<double>(features[f]);
    out.push_back(sum);
    most = std::max(most, sum);
  }
  double total = 0;
  for (auto& value : out) total += value = std::exp(value - most);
  for (auto& value : out) value /= total;
  return out;
}

std::array<double, rank_features> fit_rank(const std::vector<Choice>& choices, int left_out,
                                           const std::array<double, rank_features>& start) {
  return descend<rank_features>(start, [&](const auto& weights) {
    std::array<double, rank_features> slope{};
    double total = 0;
    for (const auto& choice : choices) {
      if (choice.part == left_out) continue;
      const auto p = probabilities(choice, weights);
      double right = 1e-12;
      for (std::size_t c = 0; c < p.size(); ++c)
        if (choice.right[c]) right += p[c];
      for (std::size_t c = 0; c < p.size(); ++c) {
        const double pull = choice.weight * (p[c] - (choice.right[c] ? p[c] / right : 0));
        for (std::size_t f = 0; f < rank_features; ++f)
          slope[f] += pull * static_cast<double>(choice.features[c][f]);
      }
      total += choice.weight;
    }
    for (auto& value : slope) value /= total;
    return slope;
  });
}

double accuracy(const std::vector<Choice>& choices, int part,
                const std::array<double, rank_features>& weights) {
  double right = 0;
  double total = 0;
  for (const auto& choice : choices) {
    if (part >= 0 && choice.part != part) continue;
    const auto p = probabilities(choice, weights);
    total += choice.weight;
    if (choice.right[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())])
      right += choice.weight;
  }
  return right / std::max(total, 1.0);
}

void add_choices(const Gazetteer& gazetteer, const PlaceWeights& weights, const Article& article,
                 std::span<const Token> tokens, std::vector<Choice>& choices) {
  const auto mentions = read_mentions_around(gazetteer, tokens, article.spans, {});
  const auto ranked = rank_places(gazetteer, weights, mentions, RankContext{});
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    if (!mentions[i].has(clue_given)) continue;
    std::size_t gold = 0;
    while (gold < article.spans.size() && (article.spans[gold].begin != mentions[i].span.begin ||
                                           article.spans[gold].end != mentions[i].span.end))
      ++gold;
    if (gold == article.spans.size()) continue;
    Choice choice;
    choice.weight = article.weight;
    choice.part = article.part;
    std::vector<double> away;
    double nearest = 1e9;
    for (const auto& candidate : ranked.names[ranked.mentions[i].name].candidates) {
      const auto place = gazetteer.place(candidate.place);
      choice.features.push_back(candidate.features);
      away.push_back(tocsin::knowledge::distance_km(place.latitude, place.longitude,
                                                    article.points[gold].first,
                                                    article.points[gold].second));
      nearest = std::min(nearest, away.back());
    }
    if (nearest > far_km || choice.features.size() < 2) continue;
    for (const double km : away)
      choice.right.push_back(km <= (nearest <= near_km ? near_km : far_km));
    choices.push_back(std::move(choice));
  }
}

double chance(const Judgement& one, const std::array<double, trust_features>& weights) {
  double sum = 0;
  for (std::size_t f = 0; f < trust_features; ++f)
    sum += weights[f] * static_cast<double>(one.features[f]);
  return 1 / (1 + std::exp(-sum));
}

std::array<double, trust_features> fit_trust(const std::vector<Judgement>& all, int left_out) {
  return descend<trust_features>({}, [&](const auto& weights) {
    std::array<double, trust_features> slope{};
    double total = 0;
    for (const auto& one : all) {
      if (one.part == left_out) continue;
      const double pull = one.weight * (chance(one, weights) - (one.right ? 1 : 0));
      for (std::size_t f = 0; f < trust_features; ++f)
        slope[f] += pull * static_cast<double>(one.features[f]);
      total += one.weight;
    }
    for (auto& value : slope) value /= total;
    return slope;
  });
}

template <std::size_t Count>
void print(const char* name, const std::array<double, Count>& weights) {
  std::cout << "\"" << name << "\":[";
  for (std::size_t i = 0; i < Count; ++i) {
    char number[32];
    std::snprintf(number, sizeof number, "%.3f", weights[i]);
    std::cout << (i == 0 ? "" : ",") << number;
  }
  std::cout << "]";
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::cerr << "Usage: places_fit GAZETTEER < texts.jsonl\n";
    return 2;
  }
  const auto gazetteer = Gazetteer::open(words[1]);
  if (!gazetteer) {
    std::cerr << gazetteer.error().text() << '\n';
    return 1;
  }
  const Tokenizer tokenizer;
  TokenizedText tokenized;
  std::vector<Article> articles;
  int read = 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto row = json::parse(line);
    Article article;
    article.text = row.at("text").as_string();
    const std::string id(row.at("id").as_string());
    article.weight = id.starts_with("LGL") ? 1 : id.starts_with("GWN") ? 1.3 : 1.8;
    article.part = read % parts;
    for (const auto& span : row.at("spans").as_array())
      article.spans.push_back(
          {span.at(0).to_number<std::uint32_t>(), span.at(1).to_number<std::uint32_t>()});
    for (const auto& point : row.at("points").as_array())
      article.points.emplace_back(point.at(0).to_number<double>(), point.at(1).to_number<double>());
    add_sentences(article, tokenizer, tokenized, articles);
    articles.push_back(std::move(article));
    ++read;
  }
  PlaceWeights weights;
  const auto gather = [&] {
    std::vector<Choice> choices;
    for (const auto& article : articles) {
      tokenizer.split(article.text, tokenized);
      add_choices(*gazetteer, weights, article, tokenized.tokens(), choices);
    }
    return choices;
  };
  // The first look knows no context: its features are those of the first pass with weights that
  // make the second pass vanish from the fit.
  auto choices = gather();
  auto blind = choices;
  for (auto& choice : blind)
    for (auto& features : choice.features)
      for (std::size_t f = rank_country_share; f < rank_features; ++f) features[f] = 0;
  weights.first = fit_rank(blind, -1, weights.first);
  std::cerr << "first look: accuracy " << accuracy(blind, -1, weights.first) << '\n';
  // Features depend on the weights, so gathering and fitting take turns; the round that does best
  // on what its fits have not seen is kept.
  double best_held = 0;
  auto best = weights.second;
  for (int round = 0; round < rounds; ++round) {
    choices = gather();
    weights.second = fit_rank(choices, -1, weights.second);
    double held = 0;
    for (int part = 0; part < parts; ++part)
      held += accuracy(choices, part, fit_rank(choices, part, weights.second)) / parts;
    std::cerr << "second look: accuracy " << accuracy(choices, -1, weights.second) << ", left out "
              << held << " of " << choices.size() << '\n';
    if (held > best_held) {
      best_held = held;
      best = weights.second;
    }
  }
  weights.second = best;
  std::vector<Judgement> judgements;
  for (const auto& article : articles) {
    tokenizer.split(article.text, tokenized);
    const auto mentions = read_mentions(*gazetteer, tokenized.tokens(), {});
    const auto ranked = rank_places(*gazetteer, weights, mentions, RankContext{});
    for (std::size_t i = 0; i < mentions.size(); ++i) {
      if (mentions[i].has(clue_adjective)) continue;
      Judgement one;
      one.features = ranked.mentions[i].features;
      one.weight = article.weight;
      one.part = article.part;
      one.right = std::ranges::any_of(article.spans, [&](const Span& span) {
        return span.begin == mentions[i].span.begin && span.end == mentions[i].span.end;
      });
      judgements.push_back(one);
    }
  }
  weights.trust = fit_trust(judgements, -1);
  std::array<std::array<double, trust_features>, parts> apart;
  for (int part = 0; part < parts; ++part)
    apart[static_cast<std::size_t>(part)] = fit_trust(judgements, part);
  for (const double least : {0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6}) {
    double hit = 0;
    double said = 0;
    double all = 0;
    for (const auto& one : judgements) {
      const bool yes = chance(one, apart[static_cast<std::size_t>(one.part)]) >= least;
      said += yes ? one.weight : 0;
      all += one.right ? one.weight : 0;
      hit += yes && one.right ? one.weight : 0;
    }
    std::cerr << "trust from " << least << ": left out precision " << hit / said
              << " recall of proposed " << hit / all << " F1 " << 2 * hit / (said + all) << '\n';
  }
  std::cout << "{";
  print("first", weights.first);
  std::cout << ",";
  print("second", weights.second);
  std::cout << ",";
  print("trust", weights.trust);
  std::cout << "}\n";
  return 0;
}
