// SPDX-License-Identifier: Apache-2.0
// The words of the command line; the one file that includes CLI11.
#include "app/verbs.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "app/verb_code.hpp"
#include "app/verb_gazetteer.hpp"
#include "app/verb_ingest.hpp"
#include "app/verb_init.hpp"
#include "app/verb_repeats.hpp"

namespace tocsin::app {
namespace {

using Run = std::function<int()>;

void add_home(CLI::App& verb, std::string& home) {
  verb.add_option("--home", home,
                  "folder of the node (default $TOCSIN_HOME, else ~/.local/share/tocsin)");
}

void add_init(CLI::App& program, InitOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("init", "makes the folder of a node");
  verb.footer("Example: tocsin init --home ./node");
  add_home(verb, options.home);
  verb.add_flag("--quiet", options.quiet, "prints only errors");
  verb.callback([&] { run = [&options] { return run_init(options); }; });
}

void add_ingest(CLI::App& program, IngestOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("ingest", "reads feeds: files, folders or addresses");
  verb.footer("Example: tocsin ingest --home ./node acled.csv gdelt/*.gz");
  add_home(verb, options.home);
  verb.add_option("path", options.paths, "files (plain, .gz, .zip), folders or http(s) addresses")
      ->required();
  verb.add_option("--format", options.format, "a format's name; found by content unless given");
  verb.add_flag("--follow", options.follow, "keeps polling addresses until stopped");
  verb.add_flag("--json", options.json, "prints one JSON object a file");
  verb.add_flag("--quiet", options.quiet, "prints only errors");
  verb.callback([&] { run = [&options] { return run_ingest(options); }; });
}

/// A verb whose own words are read where it is written.
using RunWords = std::function<int(const std::vector<std::string>&)>;
CLI::App& add_with_words(CLI::App& program, const char* name, const char* says,
                         std::vector<std::string>& words, Run& run, RunWords call) {
  auto& verb = *program.add_subcommand(name, says);
  verb.prefix_command();
  verb.set_help_flag();
  verb.callback([&verb, &words, &run, call = std::move(call)] {
    words = verb.remaining();
    run = [&words, call] { return call(words); };
  });
  return verb;
}

void add_gazetteer(CLI::App& program, std::vector<std::string>& words, Run& run) {
  add_with_words(program, "gazetteer", "makes or looks into the gazetteer file", words, run,
                 [](const auto& list) { return run_gazetteer(list, std::cout, std::cerr); })
      .group("");  // set-up calls it, so it is not in the printed list
}

void add_repeats(CLI::App& program, std::vector<std::string>& words, Run& run) {
  add_with_words(program, "repeats", "JSON Lines in, the story that each report tells out", words,
                 run,
                 [](const auto& list) { return run_repeats(list, std::cin, std::cout, std::cerr); });
}

}  // namespace

int run(int argument_count, char** arguments) {
  CLI::App program("Tocsin: watch, assess, inform, so that atrocities are prevented.", "tocsin");
  program.set_version_flag("--version", TOCSIN_VERSION);
  program.require_subcommand(1);
  InitOptions init;
  IngestOptions ingest;
  std::vector<std::string> words;
  Run chosen;
  add_init(program, init, chosen);
  add_ingest(program, ingest, chosen);
  add_gazetteer(program, words, chosen);
  add_repeats(program, words, chosen);
  int exit_code = 0;
  add_code_verb(program, exit_code);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    constexpr int wrong_usage = 2;
    return program.exit(error) == 0 ? 0 : wrong_usage;
  }
  try {
    return chosen ? chosen() : exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tocsin: a bug stopped the command: %s\n", error.what());
    return 1;
  }
}

}  // namespace tocsin::app
