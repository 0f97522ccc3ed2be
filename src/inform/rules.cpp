// SPDX-License-Identifier: Apache-2.0
#include "inform/rules.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>
#include <sstream>

#include "base/files.hpp"
#include "formats/json.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

constexpr std::size_t rules_bytes_max = 1U << 20;
constexpr std::size_t measures_max = 200;
constexpr int coercion_max = 3;

constexpr std::array<std::string_view, channel_count> channel_names{"email", "smime", "webhook",
                                                                    "cap",   "print", "page"};
constexpr std::array<std::string_view, 6> form_names{
    "content", "encrypted", "link", "after_acknowledging", "reference", "none"};
/// Words of TLP 2.0 and of PAP (src/ledger/revision.hpp): the table has a line for each channel.
constexpr std::size_t tlp_count = 5;
constexpr std::size_t pap_count = 4;

Result<json::value> read_json_file(const std::filesystem::path& path) {
  auto text = base::read_file(path, rules_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  auto value = formats::parse_json(*text);
  if (!value) return base::fail_at(path.filename().string(), std::move(value.error()));
  return value;
}

Result<int> whole(const json::value& entry, std::string_view key, int low, int high) {
  const auto* value = formats::member(entry, key);
  if (value == nullptr || !value->is_int64() || value->as_int64() < low || value->as_int64() > high)
    return fail(ErrorCode::corrupt, std::string(key) + " is not a whole number from " +
                                        std::to_string(low) + " to " + std::to_string(high));
  return static_cast<int>(value->as_int64());
}

const json::array* list(const json::value& value, std::string_view key) {
  const auto* found = formats::member(value, key);
  return found == nullptr ? nullptr : found->if_array();
}

Result<UrgencyRule> read_urgency(const json::value& entry) {
  constexpr int hours_max = 24 * 365;
  constexpr int times_max = 100;
  UrgencyRule rule;
  rule.id = formats::text_member(entry, "id");
  if (rule.id.empty()) return fail(ErrorCode::corrupt, "an urgency has no id");
  const std::array<std::pair<std::string_view, std::chrono::hours*>, 6> hours{{
      {"first_reminder_hours", &rule.first_reminder},
      {"next_reminder_hours", &rule.next_reminder},
      {"escalate_hours", &rule.escalate},
      {"undecided_hours_max", &rule.undecided_max},
      {"first_chase_hours", &rule.first_chase},
      {"next_chase_hours", &rule.next_chase},
  }};
  for (const auto& [key, target] : hours) {
    auto value = whole(entry, key, 1, hours_max);
    if (!value) return base::fail_at(rule.id, std::move(value.error()));
    *target = std::chrono::hours{*value};
  }
  auto reminders = whole(entry, "reminders_max", 1, times_max);
  auto chases = whole(entry, "chases_max", 1, times_max);
  if (!reminders) return base::fail_at(rule.id, std::move(reminders.error()));
  if (!chases) return base::fail_at(rule.id, std::move(chases.error()));
  rule.reminders_max = *reminders;
  rule.chases_max = *chases;
  return rule;
}

Result<ToolboxMeasure> read_measure(const json::value& entry) {
  ToolboxMeasure measure;
  measure.id = formats::text_member(entry, "id");
  measure.means = formats::text_member(entry, "means");
  measure.reach = formats::text_member(entry, "reach");
  measure.consent = formats::text_member(entry, "consent");
  measure.who = formats::text_member(entry, "who");
  measure.footing = formats::text_member(entry, "footing");
  if (measure.id.empty() || measure.means.empty() || measure.reach.empty() ||
      measure.consent.empty() || measure.who.empty() || measure.footing.empty())
    return fail(ErrorCode::corrupt, "a measure lacks a text", measure.id);
  auto low = whole(entry, "coercion_min", 0, coercion_max);
  auto high = whole(entry, "coercion_max", 0, coercion_max);
  if (!low) return base::fail_at(measure.id, std::move(low.error()));
  if (!high) return base::fail_at(measure.id, std::move(high.error()));
  if (*low > *high) return fail(ErrorCode::corrupt, "coercion_min is above the max", measure.id);
  measure.coercion_min = *low;
  measure.coercion_max = *high;
  const auto* unchecked = formats::member(entry, "unchecked");
  measure.unchecked = unchecked != nullptr && unchecked->is_bool() && unchecked->as_bool();
  return measure;
}

Result<std::map<std::string, std::string, std::less<>>> read_words(
    const json::value& root, std::string_view key, std::span<const std::string_view> allowed) {
  const auto* value = formats::member(root, key);
  const auto* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr)
    return fail(ErrorCode::corrupt, "there is no \"" + std::string(key) + "\"");
  std::map<std::string, std::string, std::less<>> words;
  for (const auto& [name, word] : *object) {
    const auto* text = word.if_string();
    if (text == nullptr || std::ranges::find(allowed, std::string_view(*text)) == allowed.end())
      return fail(ErrorCode::corrupt, "this is no word of CAP 1.2", std::string(name));
    words.emplace(name, *text);
  }
  return words;
}

constexpr std::array<std::string_view, 5> cap_urgencies{"Immediate", "Expected", "Future", "Past",
                                                        "Unknown"};
constexpr std::array<std::string_view, 5> cap_severities{"Extreme", "Severe", "Moderate", "Minor",
                                                         "Unknown"};
constexpr std::array<std::string_view, 5> cap_certainties{"Observed", "Likely", "Possible",
                                                          "Unlikely", "Unknown"};

/// "TLP:AMBER" or "PAP:AMBER".
bool is_marking(std::string_view word) {
  const auto value = word.substr(std::min<std::size_t>(4, word.size()));
  if (word.starts_with("TLP:")) return ledger::strictness_tlp(value) >= 0;
  return word.starts_with("PAP:") && ledger::strictness_pap(value) >= 0;
}

Result<std::map<std::pair<std::string, Channel>, Form>> read_forms(
    const std::filesystem::path& path) {
  auto text = base::read_file(path, rules_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  std::map<std::pair<std::string, Channel>, Form> forms;
  std::istringstream lines(*text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string marking;
    std::string channel_word;
    std::string form_word;
    std::getline(cells, marking, '\t');
    std::getline(cells, channel_word, '\t');
    std::getline(cells, form_word, '\t');
    const auto channel = channel_of(channel_word);
    const auto form = form_of(form_word);
    if (!is_marking(marking) || !channel || !form ||
        !forms.emplace(std::pair{marking, *channel}, *form).second)
      return fail(ErrorCode::corrupt, "an unknown word, or a pair that stands there twice",
                  "delivery.tsv line " + std::to_string(number));
  }
  if (forms.size() != (tlp_count + pap_count) * channel_count)
    return fail(ErrorCode::corrupt, "a marking and channel are missing", "delivery.tsv");
  return forms;
}

}  // namespace

std::string_view name_of(Channel channel) {
  return channel_names.at(static_cast<std::size_t>(channel));
}

std::optional<Channel> channel_of(std::string_view name) {
  const auto found = std::ranges::find(channel_names, name);
  if (found == channel_names.end()) return std::nullopt;
  return static_cast<Channel>(found - channel_names.begin());
}

std::string_view name_of(Form form) {
  return form_names.at(static_cast<std::size_t>(form));
}

std::optional<Form> form_of(std::string_view name) {
  const auto found = std::ranges::find(form_names, name);
  if (found == form_names.end()) return std::nullopt;
  return static_cast<Form>(found - form_names.begin());
}

Result<Rules> Rules::load(const std::filesystem::path& data) {
  Rules rules;
  auto escalation = read_json_file(data / "escalation.json");
  if (!escalation) return std::unexpected(std::move(escalation.error()));
  const auto* urgencies = list(*escalation, "urgencies");
  if (urgencies == nullptr || urgencies->empty())
    return fail(ErrorCode::corrupt, "there is no list \"urgencies\"", "escalation.json");
  for (const auto& entry : *urgencies) {
    auto rule = read_urgency(entry);
    if (!rule) return base::fail_at("escalation.json", std::move(rule.error()));
    rules.urgencies_.push_back(std::move(*rule));
  }
  auto toolbox = read_json_file(data / "measures.json");
  if (!toolbox) return std::unexpected(std::move(toolbox.error()));
  const auto* measures = list(*toolbox, "measures");
  if (measures == nullptr || measures->size() > measures_max)
    return fail(ErrorCode::corrupt, "there is no list \"measures\"", "measures.json");
  std::set<std::string> seen;
  for (const auto& entry : *measures) {
    auto measure = read_measure(entry);
    if (!measure) return base::fail_at("measures.json", std::move(measure.error()));
    if (!seen.insert(measure->id).second)
      return fail(ErrorCode::corrupt, "this id stands there twice", "measures.json " + measure->id);
    rules.measures_.push_back(std::move(*measure));
  }
  // The order of the file holds among equals.
  std::ranges::stable_sort(rules.measures_, {}, [](const ToolboxMeasure& one) {
    return std::pair{one.coercion_max, one.coercion_min};
  });
  auto forms = read_forms(data / "delivery.tsv");
  if (!forms) return std::unexpected(std::move(forms.error()));
  rules.forms_ = std::move(*forms);
  auto mapping = read_json_file(data / "cap-mapping.json");
  if (!mapping) return std::unexpected(std::move(mapping.error()));
  auto urgency = read_words(*mapping, "urgency", cap_urgencies);
  auto certainty = read_words(*mapping, "certainty", cap_certainties);
  auto severity = read_words(*mapping, "severity", cap_severities);
  if (!urgency) return base::fail_at("cap-mapping.json", std::move(urgency.error()));
  if (!certainty) return base::fail_at("cap-mapping.json", std::move(certainty.error()));
  if (!severity) return base::fail_at("cap-mapping.json", std::move(severity.error()));
  rules.cap_urgency_ = std::move(*urgency);
  rules.cap_certainty_ = std::move(*certainty);
  rules.cap_severity_ = std::move(*severity);
  return rules;
}

const UrgencyRule* Rules::urgency(std::string_view id) const {
  const auto found = std::ranges::find(urgencies_, id, &UrgencyRule::id);
  return found == urgencies_.end() ? nullptr : &*found;
}

const ToolboxMeasure* Rules::measure(std::string_view id) const {
  const auto found = std::ranges::find(measures_, id, &ToolboxMeasure::id);
  return found == measures_.end() ? nullptr : &*found;
}

Result<std::vector<std::string>> Rules::ordered(std::span<const std::string> ids) const {
  for (const auto& id : ids)
    if (measure(id) == nullptr)
      return fail(ErrorCode::invalid_input, "the toolbox has no such measure", "options",
                  "choose from the list");
  std::vector<std::string> out;
  for (const auto& one : measures_)
    if (std::ranges::find(ids, one.id) != ids.end()) out.push_back(one.id);
  return out;
}

Form Rules::form(const ledger::Marking& marking, Channel channel) const {
  const auto by = [&](const std::string& word) {
    const auto found = forms_.find({word, channel});
    return found == forms_.end() ? Form::none : found->second;
  };
  return std::max(by("TLP:" + marking.tlp), by("PAP:" + marking.pap));
}

bool may_be_published(const ledger::Marking& marking) {
  return marking.tlp == "CLEAR" && marking.pap == "CLEAR";
}

CapLevels Rules::cap_levels(std::string_view urgency, std::string_view scale,
                            std::string_view confidence) const {
  const auto word = [](const auto& words, std::string_view key) {
    const auto found = words.find(key);
    return found == words.end() ? std::string("Unknown") : found->second;
  };
  return {word(cap_urgency_, urgency), word(cap_severity_, scale),
          word(cap_certainty_, confidence)};
}

}  // namespace tocsin::inform
