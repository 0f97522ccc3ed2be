// SPDX-License-Identifier: Apache-2.0
#include "app/verb_repeats.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <istream>
#include <ostream>

#include "base/calendar.hpp"
#include "base/limits.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "monitor/repeats.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;

constexpr int done = 0;
constexpr int failed = 1;
constexpr int wrong_usage = 2;
constexpr const char* usage =
    "Usage: tocsin repeats [--window-days N] [--memory N] < reports.jsonl > stories.jsonl\n"
    "Reads one JSON object a line with id, text and optionally title and date; writes for each "
    "the\n"
    "story (cluster) that it belongs to and whether it is new, a repeat or an update with another\n"
    "figure.\n"
    "  --window-days N  reports further apart than N days are never one story (default 30)\n"
    "  --memory N       reports held for comparison (default 1000000)\n"
    "  --home DIR, --json, --quiet  taken as by every verb: no node is needed, answers are JSON\n"
    "                   Lines, and nothing but errors is said beside\n"
    "Example: printf '{\"id\":\"a\",\"text\":\"Three people were killed in Tarsa.\"}\\n' | "
    "tocsin repeats\n";

struct Line {
  std::string id;
  std::string text;
  std::uint32_t text_begin = 0;  ///< bytes of the title set before the text
  std::optional<std::int32_t> day;
};

base::Result<Line> read_line(std::string_view bytes) {
  if (bytes.size() > base::line_bytes_max)
    return base::fail(base::ErrorCode::limit_exceeded, "the line is longer than the limit", {},
                      "split the report");
  const auto parsed = formats::parse_json(bytes);
  if (!parsed) return std::unexpected(parsed.error());
  Line line;
  line.id = formats::id_member(*parsed, "id");
  const auto text = formats::text_member(*parsed, "text");
  const auto title = formats::text_member(*parsed, "title");
  if (line.id.empty())
    return base::fail(base::ErrorCode::invalid_input, "\"id\" is missing", {},
                      "give every report an id");
  if (text.empty() && title.empty())
    return base::fail(base::ErrorCode::invalid_input, "\"text\" is missing or empty", line.id);
  if (!title.empty()) line.text.append(title).append("\n");
  line.text_begin = static_cast<std::uint32_t>(line.text.size());
  line.text.append(text);
  const auto date = formats::text_member(*parsed, "date");
  if (!date.empty()) {
    const auto instant = base::parse_instant(date);
    if (!instant) return base::fail_at(line.id, instant.error());
    line.day = base::day_number(base::day_of(*instant));
  }
  return line;
}

/// Groups lines; keeps the text ids that number the reports inside.
class Grouping {
 public:
  explicit Grouping(monitor::RepeatSettings settings) : repeats_(settings) {}

  [[nodiscard]] json::object add(const Line& line) {
    auto signature = reader_.read(line.text);
    const auto figures = signature.figure_spans;
    ids_.push_back(line.id);
    const auto verdict =
        repeats_.add(static_cast<std::int64_t>(ids_.size()), line.day, std::move(signature));
    json::object out;
    out["id"] = line.id;
    out["cluster"] = id_of(verdict.cluster);
    out["relation"] = std::string(monitor::name_of(verdict.relation));
    out["version"] = id_of(verdict.version);
    if (verdict.relation == monitor::Relation::fresh) return out;
    out["closest"] = id_of(verdict.closest);
    constexpr double hundredths = 100.0;
    out["score"] = std::round(verdict.score * hundredths) / hundredths;
    if (verdict.relation == monitor::Relation::update)
      out["changes"] = changes(verdict, figures, line);
    return out;
  }

 private:
  [[nodiscard]] const std::string& id_of(std::int64_t number) const {
    return ids_[static_cast<std::size_t>(number - 1)];
  }

  static json::array changes(const monitor::RepeatVerdict& verdict,
                             const std::vector<monitor::FigureSpan>& figures, const Line& line) {
    json::array out;
    for (const auto& change : verdict.changes) {
      json::object entry{{"before", change.before}, {"after", change.after}};
      for (const auto& figure : figures) {
        if (figure.word != change.word || figure.begin < line.text_begin) continue;
        entry["begin"] = figure.begin - line.text_begin;
        entry["end"] = figure.end - line.text_begin;
      }
      out.push_back(std::move(entry));
    }
    return out;
  }

  monitor::ReportReader reader_;
  monitor::Repeats repeats_;
  std::vector<std::string> ids_;
};

bool read_number(const std::string& word, std::int64_t least, std::int64_t& value) {
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  constexpr std::int64_t most = 100'000'000;
  return code == std::errc{} && end == word.data() + word.size() && value >= least && value <= most;
}

int read_options(std::span<const std::string> arguments, monitor::RepeatSettings& settings,
                 std::ostream& errors) {
  for (std::size_t i = 0, words = 0; i < arguments.size(); i += words) {
    const bool flag = arguments[i] == "--json" || arguments[i] == "--quiet";
    words = flag ? 1 : 2;
    if (flag || (arguments[i] == "--home" && i + 1 < arguments.size())) continue;
    std::int64_t value = 0;
    const bool known = arguments[i] == "--window-days" || arguments[i] == "--memory";
    if (!known || i + 1 == arguments.size() ||
        !read_number(arguments[i + 1], arguments[i] == "--memory" ? 1 : 0, value)) {
      errors << (known ? arguments[i] + " needs a whole number"
                       : "unknown word " + base::printable(arguments[i]))
             << '\n'
             << usage;
      return wrong_usage;
    }
    if (arguments[i] == "--memory")
      settings.members_max = static_cast<std::size_t>(value);
    else
      settings.window_days = static_cast<std::int32_t>(value);
  }
  return done;
}

}  // namespace

int run_repeats(std::span<const std::string> arguments, std::istream& in, std::ostream& out,
                std::ostream& errors) {
  for (const auto& word : arguments) {
    if (word != "--help") continue;
    out << usage;
    return done;
  }
  monitor::RepeatSettings settings;
  if (const int code = read_options(arguments, settings, errors); code != done) return code;
  Grouping grouping(settings);
  std::string bytes;
  int code = done;
  for (std::uint64_t number = 1; std::getline(in, bytes); ++number) {
    if (base::trim(bytes).empty()) continue;
    const auto line = read_line(bytes);
    if (line) {
      out << json::serialize(grouping.add(*line)) << '\n';
      continue;
    }
    code = failed;
    out << json::serialize(
               json::object{{"id", nullptr}, {"line", number}, {"error", line.error().text()}})
        << '\n';
    errors << "standard input, line " << number << ": " << base::printable(line.error().text())
           << '\n';
  }
  out.flush();
  if (!out) {
    errors << "standard output cannot be written to\n";
    return failed;
  }
  return code;
}

}  // namespace tocsin::app
