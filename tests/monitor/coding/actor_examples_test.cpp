// SPDX-License-Identifier: Apache-2.0
// Every entry of the actors brings a text in which it must be found, and one in which it must not.
//
// Examples under an entry are its own; those before the first entry of a block hold for all its
// entries that have none: "{name}" stands for each of their names, in the block of countries
// "{name}", "{people}" and "{capital}" for those of the three fields.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::cut_list;
using knowledge::DataBlock;
using knowledge::DataLine;

/// A report of the examples is of this day, or of one in the entry's time.
const base::Day report_day = *base::parse_day("2026-11-20");

/// What an entry of the dictionary must give to the group that names it.
struct Entry {
  std::string place;
  std::string role;
  std::string country;
  std::string group;
  std::string label;
  std::optional<base::Day> from;
  std::optional<base::Day> until;
  std::vector<std::vector<std::string>> names;  ///< of each field
  std::vector<std::string> must_match;
  std::vector<std::string> must_not_match;
};

struct ActorFile {
  std::string language;
  std::vector<Entry> entries;
};

std::vector<std::string> names_in(std::string_view field) {
  std::vector<std::string> names;
  for (std::string_view name : cut_list(field, ';')) {
    while (name.starts_with('^')) name.remove_prefix(1);
    names.emplace_back(name);
  }
  return names;
}

void read_words(Entry& entry, std::string_view words) {
  for (const std::string_view word : cut_list(words, ' ')) {
    const std::string_view value = word.substr(std::min(word.find('='), word.size() - 1) + 1);
    if (word.starts_with("role=")) entry.role = value;
    if (word.starts_with("country=")) entry.country = value;
    if (word.starts_with("group=")) entry.group = value;
    if (word.starts_with("label=")) {
      entry.label = value;
      std::ranges::replace(entry.label, '_', ' ');
    }
    if (word.starts_with("from=")) entry.from = *base::parse_day(value);
    if (word.starts_with("until=")) entry.until = *base::parse_day(value);
  }
}

Entry read_entry(const DataBlock& block, const DataLine& line) {
  Entry entry;
  std::vector<std::string_view> fields;
  const std::string_view text = line.text;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('|', at), text.size());
    fields.push_back(base::trim(text.substr(at, end - at)));
    at = end + 1;
  }
  if (block.head.text == "countries") {
    entry.country = fields.at(0).substr(3);
    for (std::size_t field = 1; field < fields.size(); ++field)
      entry.names.push_back(names_in(fields[field]));
    return entry;
  }
  read_words(entry, block.head.text);
  if (fields.size() > 1) read_words(entry, fields[1]);
  // A seat of government stands for its State, which acts without a role.
  if (block.head.text.find("sort=capital") != std::string::npos) entry.role.clear();
  entry.names.push_back(names_in(fields[0]));
  return entry;
}

/// "{name} …" once for each name of the field that the mark stands for.
std::vector<std::string> written_out(const Entry& entry, const std::string& example) {
  constexpr std::string_view marks[] = {"{name}", "{people}", "{capital}"};
  for (std::size_t field = 0; field < entry.names.size(); ++field) {
    const std::size_t at = example.find(marks[field]);
    if (at == std::string::npos) continue;
    std::vector<std::string> texts;
    for (const std::string& name : entry.names[field])
      texts.push_back(std::string(example).replace(at, marks[field].size(), name));
    return texts;
  }
  return {example};
}

/// Examples between this body line and the next; without any, those before the first.
std::vector<std::string> examples_of(const Entry& entry, const DataBlock& block, std::size_t line,
                                     const std::vector<DataLine>& examples) {
  const std::size_t begin = block.body[line].number;
  const std::size_t end =
      line + 1 < block.body.size() ? block.body[line + 1].number : std::size_t(-1);
  std::vector<std::string> own;
  std::vector<std::string> shared;
  for (const DataLine& example : examples) {
    if (example.number > begin && example.number < end) own.push_back(example.text);
    if (example.number < block.body.front().number)
      std::ranges::copy(written_out(entry, example.text), std::back_inserter(shared));
  }
  return own.empty() ? shared : own;
}

ActorFile read_actors(const std::filesystem::path& path) {
  ActorFile out;
  const auto file = knowledge::read_data_file(path);
  EXPECT_TRUE(file) << path;
  for (const DataBlock& block : file->blocks) {
    for (const auto word : cut_list(block.head.text, ' '))
      if (word.starts_with("language=")) out.language = word.substr(9);
    for (std::size_t line = 0; line < block.body.size(); ++line) {
      Entry entry = read_entry(block, block.body[line]);
      entry.place = file->place(block.body[line]);
      entry.must_match = examples_of(entry, block, line, block.must_match);
      entry.must_not_match = examples_of(entry, block, line, block.must_not_match);
      out.entries.push_back(std::move(entry));
    }
  }
  if (out.language.empty()) out.language = "en";
  return out;
}

base::Day day_in(const Entry& entry) {
  if (entry.until) return std::min(*entry.until, report_day);
  return entry.from ? std::max(*entry.from, report_day) : report_day;
}

bool is(const Entry& entry, const std::optional<CodedActor>& actor) {
  return actor && (entry.role.empty() || actor->role == entry.role) &&
         (entry.country.empty() || actor->country == entry.country) &&
         (entry.group.empty() || actor->group == entry.group) &&
         (entry.label.empty() || actor->text == entry.label);
}

std::string shown(const CodedText& coded) {
  std::string out;
  for (const CodedEvent& event : coded.events) {
    out += "\n  " + event.kind;
    for (const auto& actor : {event.source, event.target})
      out += actor ? " [" + actor->text + " " + actor->role + " " + actor->country + " " +
                         actor->group + "]"
                   : " [-]";
  }
  return out.empty() ? "\n  no event" : out;
}

class ActorsIn : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    coder_.emplace(*loaded);
    file_ = read_actors(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data/coding/actors" /
                        (GetParam() + ".txt"));
    ASSERT_FALSE(file_.entries.empty());
  }
  CodedText code(const std::string& text, base::Day day) {
    TextToCode given;
    given.text = text;
    given.language = file_.language;
    given.date = day;
    return coder_->code(given);
  }
  static bool found(const Entry& entry, const CodedText& coded) {
    return std::ranges::any_of(coded.events, [&entry](const CodedEvent& event) {
      return is(entry, event.source) || is(entry, event.target);
    });
  }

  std::optional<Coder> coder_;
  ActorFile file_;
};

TEST_P(ActorsIn, MatchTheirExamples) {
  for (const Entry& entry : file_.entries) {
    EXPECT_FALSE(entry.must_match.empty()) << entry.place << ": an example that must match";
    EXPECT_FALSE(entry.must_not_match.empty()) << entry.place << ": one that must not";
    for (const std::string& text : entry.must_match) {
      const CodedText coded = code(text, day_in(entry));
      EXPECT_TRUE(found(entry, coded)) << entry.place << " must match: " << text << shown(coded);
    }
    for (const std::string& text : entry.must_not_match) {
      const CodedText coded = code(text, day_in(entry));
      EXPECT_FALSE(found(entry, coded))
          << entry.place << " must not match: " << text << shown(coded);
    }
  }
}

TEST_P(ActorsIn, HoldInTheirTimeOnly) {
  for (const Entry& entry : file_.entries) {
    for (const std::string& text : entry.must_match) {
      if (entry.from) {
        EXPECT_FALSE(found(entry, code(text, *entry.from - std::chrono::days(1))))
            << entry.place << " before its time: " << text;
      }
      if (entry.until) {
        EXPECT_FALSE(found(entry, code(text, *entry.until + std::chrono::days(1))))
            << entry.place << " after its time: " << text;
      }
    }
  }
}

std::vector<std::string> shipped_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TOCSIN_SOURCE_DIR) / "data/coding/actors")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, ActorsIn, testing::ValuesIn(shipped_files()),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace tocsin::monitor::coding
