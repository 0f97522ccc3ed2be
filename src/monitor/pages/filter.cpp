// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/text.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::size_t value_bytes_max = 400;
/// The one problem whose values stay in the filter.
constexpr std::string_view order_problem = "filter.problem_order";

/// One request's reading: gathers what narrows, what to show of it and the first problem.
class Reading {
 public:
  explicit Reading(const Page& page) : page_(page) {}

  base::Result<ListFilter> run() {
    auto& filter = out_.filter;
    filter.text = text("text");
    filter.place_name = text("place");
    filter.kind = text("kind");
    filter.source = text("source");
    filter.language = text("language");
    filter.after = value("after");
    show("text", filter.text);
    show("place", filter.place_name);
    if (!filter.kind.empty()) show("kind", kind_label(page_.labels, filter.kind));
    // The watch on people killed is no kind of its own but those of a measure in which some were.
    if (const auto counted = page_.parts.measures.measure_of_killed(filter.kind);
        !counted.empty()) {
      filter.kind = counted;
      filter.killed = true;
    }
    if (!filter.source.empty()) show("source", source_label(page_.labels, filter.source));
    if (!filter.language.empty()) show("language", language_label(filter.language));
    read_days();
    read_indicators();
    if (auto done = read_numbers(); !done) return passed(done);
    return std::move(out_);
  }

  static std::string kind_label(const Labels& labels, std::string_view id) {
    const auto key = kind_key(labels, id);
    return key.empty() ? std::string(id) : labels.message(key);
  }
  /// The message that names a kind; empty where there is none.
  static std::string kind_key(const Labels& labels, std::string_view id) {
    if (id.find('.') != std::string_view::npos) return {};
    for (const std::string_view section : {"measure.", "kind.", "type."})
      if (auto key = std::string(section) + std::string(id); labels.has(key)) return key;
    return {};
  }
  static std::string source_label(const Labels& labels, std::string_view value) {
    return labels.format(value);
  }
  static std::string language_label(std::string_view code) {
    auto name = base::language_in_itself(code);
    return name.empty() ? std::string(code) : name;
  }

 private:
  [[nodiscard]] std::string value(std::string_view name) const {
    return std::string(base::cut(base::trim(page_.call.query.get(name)), value_bytes_max));
  }
  /// A value that the store may be asked for: bytes that are no text would match nothing.
  [[nodiscard]] std::string text(std::string_view name) {
    auto given = value(name);
    if (base::is_utf8(given)) return given;
    complain("filter.problem_text", {});
    return {};
  }
  void complain(std::string_view key, const std::string& given) {
    if (!out_.problem.empty()) return;
    out_.problem = page_.labels.message(key, {{"given", given}});
    out_.left_out = key != order_problem;
  }
  void show(std::string_view name, std::string label) {
    if (label.empty()) return;
    const pagekit::Fields first_page(page_.call.query.with("after", std::nullopt));
    const auto rest = first_page.with(name, std::nullopt);
    out_.active.push_back({std::move(label), "/observations" + (rest.empty() ? "" : "?" + rest)});
  }

  void read_days() {
    const auto read = [this](std::string_view name, std::string_view sign) {
      const auto given = value(name);
      std::optional<base::Day> day;
      if (given.empty()) return day;
      if (const auto parsed = base::parse_day(given)) {
        day = *parsed;
        show(name, std::string(sign) + " " + page_.labels.names().day(*parsed));
      } else {
        complain("filter.problem_day", base::repair_utf8(given));
      }
      return day;
    };
    out_.filter.from = read("from", "≥");
    out_.filter.to = read("to", "≤");
    if (out_.filter.from && out_.filter.to && *out_.filter.from > *out_.filter.to)
      complain(order_problem, {});
  }

  void read_indicators() {
    auto& filter = out_.filter;
    const auto& framework = page_.parts.framework;
    if (const auto id = text("indicator"); !id.empty()) {
      if (framework.find(id) == nullptr) return complain("filter.problem_indicator", id);
      filter.indicators = {id};
      show("indicator", page_.labels.measure(id));
    }
    if (const auto id = text("factor"); !id.empty()) {
      const auto found = std::ranges::find_if(framework.factors(),
                                              [&](const auto& factor) { return factor.id == id; });
      if (found == framework.factors().end()) return complain("filter.problem_indicator", id);
      show("factor", found->id.substr(3) + " " + found->label);
      // With an indicator given too, the factor says nothing more.
      if (filter.indicators.empty())
        for (const auto& indicator : framework.indicators())
          if (indicator.factor == id) filter.indicators.push_back(indicator.id);
    }
    filter.indicator_measures = page_.parts.measures.linked_to(filter.indicators);
  }

  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) {
    const auto given = value(name);
    if (given.empty()) return std::nullopt;
    std::int64_t id = 0;
    const auto read = std::from_chars(given.data(), given.data() + given.size(), id);
    if (read.ec == std::errc{} && read.ptr == given.data() + given.size() && id > 0) return id;
    complain("filter.problem_number", base::repair_utf8(given));
    return std::nullopt;
  }

  base::Status read_numbers() {
    if (const auto id = number("place_id")) {
      auto place = page_.reader.place(*id);
      if (place) {
        out_.filter.place_id = *id;
        show("place_id", page_.labels.place(*place));
      } else if (place.error().code == base::ErrorCode::not_found) {
        complain("filter.problem_number", std::to_string(*id));
      } else {
        return passed(place);
      }
    }
    if (const auto id = number("import")) {
      out_.filter.import_id = *id;
      show("import", page_.labels.message("import.title", {{"id", std::to_string(*id)}}));
    }
    return {};
  }

  const Page& page_;
  ListFilter out_;
};

json::object choice(const Page& page, std::string_view name, json::array options) {
  return {{"name", name},
          {"label", page.labels.message("filter." + std::string(name))},
          {"options", std::move(options)}};
}

json::object option(std::string_view value, std::string text, std::string_view chosen) {
  return {{"value", value}, {"text", std::move(text)}, {"selected", value == chosen}};
}

base::Result<json::array> kind_options(const Page& page, std::string_view chosen) {
  auto measures = page.reader.values_of("measure");
  if (!measures) return passed(measures);
  auto kinds = page.reader.values_of("kind");
  if (!kinds) return passed(kinds);
  std::set<std::string> known;
  json::array options;
  const auto add = [&](const std::string& id) {
    if (id.empty() || !known.insert(id).second) return;
    options.push_back(option(id, Reading::kind_label(page.labels, id), chosen));
  };
  for (const auto& id : page.parts.measures.ids())
    if (std::ranges::find(*measures, id) != measures->end()) add(id);
  // Kinds that only repeat a measure's name are not offered twice.
  std::ranges::sort(*kinds, {},
                    [&](const std::string& id) { return Reading::kind_label(page.labels, id); });
  for (const auto& id : *kinds) add(id);
  if (!chosen.empty()) add(std::string(chosen));
  return options;
}

base::Result<json::array> source_options(const Page& page, std::string_view chosen) {
  auto formats = page.reader.values_of("source");
  if (!formats) return passed(formats);
  auto publishers = page.reader.values_of("publisher");
  if (!publishers) return passed(publishers);
  std::ranges::sort(*publishers);
  constexpr std::size_t publishers_max = 60;
  if (publishers->size() > publishers_max) publishers->resize(publishers_max);
  std::set<std::string> known;
  json::array options;
  const auto add = [&](const std::string& value) {
    if (value.empty() || !known.insert(value).second) return;
    options.push_back(option(value, Reading::source_label(page.labels, value), chosen));
  };
  for (const auto& value : *publishers) add(value);
  for (const auto& value : *formats) add(value);
  if (!chosen.empty()) add(std::string(chosen));
  return options;
}

}  // namespace

std::vector<pagekit::Parameter> filter_parameters() {
  return {{"text", "Words that the text must hold, all of them."},
          {"place", "Part of the name of a place, its unit or its country code."},
          {"place_id", "A place, or a unit with all that lies in it.", "integer"},
          {"from", "First day, YYYY-MM-DD."},
          {"to", "Last day, YYYY-MM-DD."},
          {"factor", "A risk factor, such as CRF7."},
          {"indicator", "An indicator, such as CRF7.14."},
          {"kind",
           "A kind of event, a PLOVER type or a measure of the watch list; the name of a watch on "
           "people killed gives what it counts."},
          {"source", "Part of a publisher's or a format's name."},
          {"language", "Language of the text, BCP 47."},
          {"import", "The import that an observation came with.", "integer"},
          {"after", "The cursor `next` of the page before."}};
}

base::Result<ListFilter> read_filter(const Page& page) {
  return Reading(page).run();
}

bool is_known_kind(const Page& page, std::string_view id) {
  return !Reading::kind_key(page.labels, id).empty() ||
         !page.parts.measures.measure_of_killed(id).empty();
}

std::string filter_query(const pagekit::Call& call) {
  std::string query;
  for (const auto& parameter : filter_parameters()) {
    const auto value = call.query.get(parameter.name);
    if (value.empty() || parameter.name == "after") continue;
    query += (query.empty() ? "?" : "&") + parameter.name + "=" + pagekit::percent_encode(value);
  }
  return query;
}

base::Result<json::array> filter_choices(const Page& page) {
  const auto& query = page.call.query;
  json::array factors;
  for (const auto& factor : page.parts.framework.factors())
    factors.push_back(option(factor.id, factor.id.substr(3) + " " + page.labels.said(factor.label),
                             query.get("factor")));
  auto kinds = kind_options(page, query.get("kind"));
  if (!kinds) return passed(kinds);
  auto sources = source_options(page, query.get("source"));
  if (!sources) return passed(sources);
  auto codes = page.reader.values_of("language");
  if (!codes) return passed(codes);
  json::array languages;
  for (const auto& code : *codes)
    languages.push_back(option(code, Reading::language_label(code), query.get("language")));
  return json::array{
      choice(page, "factor", std::move(factors)), choice(page, "kind", std::move(*kinds)),
      choice(page, "source", std::move(*sources)), choice(page, "language", std::move(languages))};
}

}  // namespace tocsin::monitor::pages
