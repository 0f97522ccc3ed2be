// SPDX-License-Identifier: Apache-2.0
// Gives a home a desk with many people and a long record, through the same use cases as the pages,
// for bench/load: reports that are filed, accepted, graded and answered, situations with evidence
// and judgements, assessments, warnings.
//
//   tocsin_bench_load_home HOME ACTS PEOPLE
//
// Every person's password and second factor stand in HOME/demo-people.json. Nothing of it is real.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "app/desk_node.hpp"
#include "app/founding.hpp"
#include "app/installation.hpp"
#include "assess/report_desk.hpp"
#include "assess/situation_desk.hpp"
#include "people/log_in.hpp"
#include "store/query.hpp"

using namespace tocsin;
using SessionPointer = std::shared_ptr<const people::Session>;

namespace {

constexpr unsigned threads_count = 32;
constexpr int situations_count = 40;
constexpr int excerpts_per_situation = 60;
constexpr int judged_per_situation = 100;

[[noreturn]] void stop(const base::Error& error) {
  fmt::print(stderr, "tocsin_bench_load_home: {}\n", error.text());
  std::exit(1);
}
template <typename Value>
Value take(base::Result<Value> result) {
  if (!result) stop(result.error());
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

/// Most are analysts: theirs is most of the work.
std::vector<people::NewPerson> people_of(int count) {
  auto order = app::demo_order();
  for (int i = static_cast<int>(order.size()); i < count; ++i) {
    people::NewPerson person;
    person.name = fmt::format("Person {}", i);
    person.log_in = fmt::format("person{}", i);
    person.standing = order.front().standing;
    person.standing.roles = {i % 5 == 0 ? people::Role::officer : people::Role::analyst};
    order.push_back(std::move(person));
  }
  return order;
}

SessionPointer enter(const app::DeskNode& node, const app::DemoPerson& person) {
  const auto code = take(app::demo_code(person, node.desk().clock.now()));
  const auto entrance =
      take(people::log_in(node.accounts(), {person.log_in, person.password, code, {}, "en"}));
  return node.accounts().sessions.find(entrance.session_id);
}

class Writer {
 public:
  Writer(const app::DeskNode& node, const knowledge::Framework& framework, SessionPointer analyst)
      : reports_(node.desk()),
        situations_(node.desk(), framework),
        framework_(framework),
        analyst_(std::move(analyst)) {}

  /// Four acts: filed, accepted, graded, answered; two for every tenth, which still waits.
  void report(int number) const {
    assess::Told told;
    told.text = fmt::format(
        "Men in trucks came to the farms by the river at dawn, report {}. They told people to "
        "leave, burned two barns and took the cattle. Some families walked to the market town.",
        number);
    told.place = fmt::format("Farm {} by the river", number % 500);
    told.when = "yesterday at dawn";
    told.witness = number % 3 == 0 ? "own_eyes" : "heard";
    told.language = "en";
    told.channel = "page";
    told.exercise = true;
    const auto filed = take(reports_.file(told));
    step(filed.object, assess::Step::accept, {}, 1);
    if (number % 10 == 0) return;
    step(filed.object, assess::Step::grade, {}, 2);
    step(filed.object, assess::Step::answer, "Thank you. It is being looked at.", 3);
  }

  void situation(int number, base::Day today) const {
    assess::SituationDraft draft;
    draft.name = fmt::format("District {}", number);
    draft.places = {fmt::format("District {}", number)};
    draft.crimes = {"crimes_against_humanity"};
    draft.review = today + std::chrono::days{14 + number};
    draft.exercise = true;
    const auto object = take(situations_.open(*analyst_, draft));
    const auto& indicators = framework_.indicators();
    for (int i = 0; i < excerpts_per_situation; ++i)
      take(situations_.link(
          *analyst_,
          {object, indicators[static_cast<std::size_t>(i) % indicators.size()].id, i % 7 == 0,
           "They told people to leave and burned two barns.", "People are driven from their land.",
           fmt::format("observation:{}", i + 1), fmt::format("S-{:04}", i)}));
    for (int i = 0; i < judged_per_situation; ++i)
      take(situations_.judge(
          *analyst_,
          {object, indicators[static_cast<std::size_t>(i) % indicators.size()].id, "emerging",
           "rising", "moderate", "2026-11", "Several sources, one pattern.", "Who gave the order."},
          std::nullopt));
    const auto assessment = take(situations_.begin_assessment(*analyst_, object));
    (void)assessment;
  }

 private:
  void step(const std::string& object, assess::Step what, std::string words,
            std::int64_t version) const {
    assess::IntakeStep step;
    step.report = object;
    step.step = what;
    step.seen_version = version;
    step.reason = std::move(words);
    step.grade = {'B', '2'};
    take(reports_.take(*analyst_, step));
  }
  assess::ReportDesk reports_;
  assess::SituationDesk situations_;
  const knowledge::Framework& framework_;
  SessionPointer analyst_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    fmt::print(stderr, "usage: tocsin_bench_load_home HOME ACTS PEOPLE\n");
    return 2;
  }
  const std::filesystem::path home = arguments[1];
  const auto acts_wanted = static_cast<std::uint64_t>(std::atoll(arguments[2]));
  const auto installation = take(app::find_installation());
  take(app::found_demo(home, installation.data, people_of(std::atoi(arguments[3]))));
  const auto framework = take(knowledge::Framework::load(installation.data));
  const auto web = take(pagekit::WebFiles::load(installation.data.parent_path() / "web", {}));
  const app::DeskSetting setting{home,    installation.data,
                                 *web,    framework,
                                 "bench", "0",
                                 "UTC",   "http://localhost",
                                 {},      {},
                                 {},      true,
                                 false,   false};
  const auto node = take(app::DeskNode::open(setting, take(app::find_node_key(home, {}))));
  const auto people = take(app::read_demo_people(home));
  const Writer writer(*node, framework, enter(*node, people.front()));
  const auto today = base::day_of(node->desk().clock.now());
  std::atomic<int> situations{0};
  std::atomic<int> reports{0};
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads_count; ++t)
    workers.emplace_back([&] {
      for (int i = situations++; i < situations_count; i = situations++) writer.situation(i, today);
      while (node->ledger().head().size < acts_wanted) writer.report(reports++);
    });
  for (auto& worker : workers) worker.join();
  fmt::print("{} acts, {} reports, {} situations, {} people\n", node->ledger().head().size,
             reports.load(), situations_count, people.size());
  return 0;
}
