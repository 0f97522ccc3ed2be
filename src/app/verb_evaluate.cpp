// SPDX-License-Identifier: Apache-2.0
#include "app/verb_evaluate.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <ostream>
#include <set>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;
namespace coding = monitor::coding;
using Labels = std::set<std::string>;

/// Counts of one label.
struct Count {
  int right = 0;
  int wrong = 0;   ///< given, but not in the gold
  int missed = 0;  ///< in the gold, but not given
  [[nodiscard]] double precision() const {
    return right + wrong == 0 ? 0 : 1.0 * right / (right + wrong);
  }
  [[nodiscard]] double recall() const {
    return right + missed == 0 ? 0 : 1.0 * right / (right + missed);
  }
  [[nodiscard]] double f1() const {
    return right == 0 ? 0 : 2.0 * right / (2.0 * right + wrong + missed);
  }
};

struct Mistake {
  int weight = 0;
  std::string text;
};

struct Scores {
  std::map<std::string, Count> labels;
  std::vector<Mistake> mistakes;
  int texts = 0;
};

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->as_string())
                                                : std::string_view{};
}

void add_list(const json::object& object, std::string_view key, std::string_view prefix,
              Labels& into) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return;
  if (value->is_string()) into.insert(std::string(prefix) + std::string(value->as_string()));
  if (!value->is_array()) return;
  for (const json::value& item : value->as_array()) {
    if (item.is_string()) into.insert(std::string(prefix) + std::string(item.as_string()));
  }
}

/// The event that the text is mainly about: the surest, the first of equals.
const coding::CodedEvent* main_event(const coding::CodedText& coded) {
  const coding::CodedEvent* best = nullptr;
  for (const coding::CodedEvent& event : coded.events) {
    if (best == nullptr || event.confidence > best->confidence) best = &event;
  }
  return best;
}

/// What the gold line asks about and what the coder says about the same.
void collect(const json::object& gold, const coding::CodedText& coded, Labels& wanted,
             Labels& given, Labels& either) {
  const coding::CodedEvent* main = main_event(coded);
  if (gold.contains("type")) {
    add_list(gold, "type", "type ", wanted);
    add_list(gold, "type_also", "type ", either);
    if (main != nullptr) given.insert("type " + main->type);
  }
  if (gold.contains("types")) {
    add_list(gold, "types", "type ", wanted);
    for (const coding::CodedEvent& event : coded.events) given.insert("type " + event.type);
  }
  if (gold.contains("kinds")) {
    add_list(gold, "kinds", "kind ", wanted);
    for (const coding::CodedEvent& event : coded.events) given.insert("kind " + event.kind);
    for (const coding::CodedIncident& incident : coded.incidents)
      given.insert("kind " + incident.kind);
  }
  if (gold.contains("indicators")) {
    add_list(gold, "indicators", "indicator ", wanted);
    add_list(gold, "also", "indicator ", either);
    for (const coding::IndicatorLink& link : coded.indicators) given.insert("indicator " + link.id);
  }
  if (main == nullptr) return;
  if (const json::value* killed = gold.if_contains("killed");
      killed != nullptr && killed->is_int64()) {
    wanted.insert(fmt::format("killed {}", killed->as_int64()));
    if (main->killed) given.insert(fmt::format("killed {}", *main->killed));
  }
  const auto role = [&](std::string_view key, const std::optional<coding::CodedActor>& actor) {
    if (text_of(gold, key).empty()) return;
    wanted.insert(std::string(key) + " " + std::string(text_of(gold, key)));
    if (actor && !actor->role.empty()) given.insert(std::string(key) + " " + actor->role);
  };
  role("source_role", main->source);
  role("target_role", main->target);
  if (!text_of(gold, "status").empty()) {
    wanted.insert("status " + std::string(text_of(gold, "status")));
    given.insert("status " + std::string(coding::name_of(main->status)));
  }
}

void compare(std::string_view id, std::string_view text, const Labels& wanted, const Labels& given,
             const Labels& either, Scores& scores) {
  std::string story;
  int weight = 0;
  for (const std::string& label : given) {
    const bool right = wanted.contains(label);
    if (right)
      ++scores.labels[label].right;
    else if (!either.contains(label)) {
      ++scores.labels[label].wrong;
      story += " +[" + label + "]";
      ++weight;
    }
  }
  for (const std::string& label : wanted) {
    if (given.contains(label)) continue;
    ++scores.labels[label].missed;
    story += " -[" + label + "]";
    ++weight;
  }
  if (weight == 0) return;
  constexpr std::size_t shown_bytes_max = 200;
  scores.mistakes.push_back(
      {weight, std::string(id) + story + ": " + std::string(base::cut(text, shown_bytes_max))});
}

base::Status score_line(coding::Coder& coder, std::string_view line, Scores& scores) {
  boost::system::error_code error;
  const json::value parsed = json::parse(line, error);
  if (error || !parsed.is_object() || text_of(parsed.as_object(), "text").empty()) {
    return base::fail(base::ErrorCode::invalid_input, "not a JSON object with \"text\"", {},
                      "write {\"id\":\"1\",\"text\":\"…\",\"type\":\"PROTEST\"}");
  }
  const json::object& gold = parsed.as_object();
  coding::TextToCode text;
  text.text = text_of(gold, "text");
  text.language = text_of(gold, "language");
  text.country = {};
  const coding::CodedText coded = coder.code(text);
  Labels wanted;
  Labels given;
  Labels either;
  collect(gold, coded, wanted, given, either);
  compare(text_of(gold, "id"), text.text, wanted, given, either, scores);
  ++scores.texts;
  return {};
}

Count total_of(const Scores& scores) {
  Count total;
  for (const auto& [label, count] : scores.labels) {
    total.right += count.right;
    total.wrong += count.wrong;
    total.missed += count.missed;
  }
  return total;
}

void print_table(Scores& scores, int errors_max, std::ostream& out) {
  out << fmt::format("{:<36} {:>9} {:>7} {:>6} {:>6} {:>6} {:>6}\n", "label", "precision", "recall",
                     "F1", "right", "wrong", "missed");
  const auto row = [&out](const std::string& label, const Count& count) {
    out << fmt::format("{:<36} {:>9.3f} {:>7.3f} {:>6.3f} {:>6} {:>6} {:>6}\n", label,
                       count.precision(), count.recall(), count.f1(), count.right, count.wrong,
                       count.missed);
  };
  for (const auto& [label, count] : scores.labels) row(label, count);
  row("all", total_of(scores));
  std::stable_sort(scores.mistakes.begin(), scores.mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.weight > b.weight; });
  out << fmt::format("\n{} texts, {} with a mistake. The worst (+ given, - missed):\n",
                     scores.texts, scores.mistakes.size());
  const auto shown = std::min<std::size_t>(scores.mistakes.size(),
                                           static_cast<std::size_t>(std::max(errors_max, 0)));
  for (std::size_t i = 0; i < shown; ++i) out << "  " << scores.mistakes[i].text << '\n';
}

void print_json(const Scores& scores, std::ostream& out) {
  json::object labels;
  const auto object_of = [](const Count& count) {
    return json::object{
        {"precision", count.precision()}, {"recall", count.recall()}, {"f1", count.f1()},
        {"right", count.right},           {"wrong", count.wrong},     {"missed", count.missed}};
  };
  for (const auto& [label, count] : scores.labels) labels[label] = object_of(count);
  out << json::serialize(json::object{
             {"texts", scores.texts}, {"labels", labels}, {"all", object_of(total_of(scores))}})
      << '\n';
}

}  // namespace

int run_evaluate(const EvaluateOptions& options, std::ostream& out, std::ostream& errors) {
  const auto failed = [&errors](const base::Error& error) {
    errors << base::printable(error.text()) << '\n';
    return 1;
  };
  const auto folder = knowledge::find_data_folder(options.data);
  if (!folder) return failed(folder.error());
  auto data =
      coding::CoderData::load(*folder, {options.actor_files.begin(), options.actor_files.end()});
  if (!data) return failed(data.error());
  std::ifstream file(options.file);
  if (!file) {
    errors << base::printable(options.file) << ": cannot be read (give a file of JSON Lines)\n";
    return 1;
  }
  coding::Coder coder(*data);
  Scores scores;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (base::trim(line).empty()) continue;
    if (const auto status = score_line(coder, line, scores); !status)
      return failed(
          base::fail_at(fmt::format("{}:{}", options.file, number), status.error()).error());
  }
  if (options.quiet) return 0;
  if (options.json)
    print_json(scores, out);
  else
    print_table(scores, options.errors_max, out);
  return 0;
}

}  // namespace tocsin::app
