// SPDX-License-Identifier: Apache-2.0
// The words of the command line; the one file that includes CLI11.
#include "app/verbs.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "app/terminal.hpp"
#include "app/verb_code.hpp"
#include "app/verb_evaluate.hpp"
#include "app/verb_gazetteer.hpp"
#include "app/verb_ingest.hpp"
#include "app/verb_init.hpp"
#include "app/verb_ledger.hpp"
#include "app/verb_repeats.hpp"
#include "app/verb_serve.hpp"
#include "app/verb_take_in.hpp"
#include "app/verb_watch.hpp"
#include "base/calendar.hpp"
#include "base/printable.hpp"
#include "monitor/feeds/reader.hpp"

namespace tocsin::app {
namespace {

using Run = std::function<int()>;

constexpr int follow_interval_seconds_max = 24 * 60 * 60;

void add_home(CLI::App& verb, std::string& home) {
  verb.add_option("--home", home,
                  "folder of the node (default $TOCSIN_HOME, else ~/.local/share/tocsin)");
}

void add_quiet(CLI::App& verb, bool& quiet) {
  verb.add_flag("--quiet", quiet, "prints only errors");
}

void add_json(CLI::App& verb, bool& json, const char* says) {
  verb.add_flag("--json", json, says);
}

/// What a program that needs no node and always answers in JSON Lines takes, so that the same words
/// fit every verb.
struct CommonWords {
  std::string home;
  bool json = false;
};

void add_common(CLI::App& verb, CommonWords& words) {
  verb.add_option("--home", words.home, "taken as by every verb; no node is needed here");
  add_json(verb, words.json, "taken as by every verb; the answers always are JSON Lines");
}

CLI::Validator a_day() {
  return {[](std::string& given) {
            const auto day = base::parse_day(given);
            return day ? std::string{} : day.error().text();
          },
          "DAY"};
}

CLI::Validator a_format() {
  return {[](std::string& given) {
            const auto format = monitor::feeds::format_of_name(given);
            return format ? std::string{} : format.error().text();
          },
          "NAME"};
}

void add_node_key(CLI::App& verb, NodeKeySource& key) {
  verb.add_option("--key-fd", key.descriptor, "file descriptor from which the node key is read");
  verb.add_flag("--passphrase", key.ask_passphrase, "asks for the passphrase of the node");
}

void add_init(CLI::App& program, InitOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("init", "makes the folder of a node");
  verb.footer(
      "Example: tocsin init --home ./node\n"
      "With a desk: tocsin init --home ./node --member \"Focal point of X\" --shares /media/stick\n"
      "  --passphrase --person \"A. Name:aname:analyst\" --person … --person …");
  add_home(verb, options.home);
  verb.add_option("--person", options.people,
                  "someone of the desk, NAME:LOG-IN:ROLE,ROLE[:MAIL]; three at least");
  verb.add_option("--member", options.member, "the organisation whose desk it is");
  verb.add_option("--shares", options.shares_folder, "folder for the shares of the root key");
  verb.add_option("--shares-made", options.shares, "how many shares (default 3)");
  verb.add_option("--shares-needed", options.shares_needed, "how many give it back (default 2)");
  add_node_key(verb, options.key);
  add_json(verb, options.json, "prints one JSON object: the folder and each person's link");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_init(options); }; });
}

void add_ingest(CLI::App& program, IngestOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("ingest", "reads feeds: files, folders or addresses");
  verb.footer("Example: tocsin ingest --home ./node acled.csv gdelt/*.gz");
  add_home(verb, options.home);
  verb.add_option("path", options.paths, "files (plain, .gz, .zip), folders or http(s) addresses")
      ->required();
  verb.add_option("--format", options.format, "a format's name; found by content unless given")
      ->check(a_format());
  verb.add_option("--actors", options.actor_files, "own actor dictionaries, added to the others");
  verb.add_flag("--follow", options.follow, "keeps polling addresses until stopped");
  verb.add_option("--interval", options.interval_seconds,
                  "seconds between two polls of an address (default 900)")
      ->check(CLI::Range(1, follow_interval_seconds_max));
  add_json(verb, options.json, "prints one JSON object a file");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_ingest(options); }; });
}

void add_serve(CLI::App& program, ServeOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("serve", "serves the pages and the API of a node");
  verb.footer("Example: tocsin serve --home ./node --listen 127.0.0.1:8484");
  add_home(verb, options.home);
  verb.add_option(
      "--listen", options.listen,
      "address and port on this machine (default 127.0.0.1:8484; port 0: any free one)");
  verb.add_option("--reporter", options.reporter,
                  "address and port of the reporter's page, apart from the staff's");
  verb.add_option(
      "--smtp", options.smtp,
      "mail server: smtps://USER@HOST:465, smtp://USER@HOST:587, or smtp://127.0.0.1:PORT"
      " (its password: the systemd credential tocsin-smtp-password)");
  verb.add_option("--mail-from", options.mail_from, "the address that mail comes from");
  verb.add_option("--contact", options.contact, "whom authorities may call, with hours");
  verb.add_option("--other", options.others,
                  "NAME=ADDRESS of another reader, for the reporter's page; may be given again")
      ->allow_extra_args(false);
  verb.add_option("--certificate", options.certificate, "PEM file: serves by TLS");
  verb.add_option("--private-key", options.private_key, "PEM file of the certificate's key");
  verb.add_option("--address", options.address,
                  "the node's address as people type it, such as https://node.example");
  add_node_key(verb, options.key);
  verb.add_flag("--demo", options.demo, "fills an empty home with the exercise scenario");
  verb.add_option("--actors", options.actor_files,
                  "own actor dictionaries, for the exercise that --demo reads");
  verb.add_option("--web-root", options.web_root,
                  "folder with templates/, messages/ and built/ in place of the installed ones");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_serve(options); }; });
}

void add_code(CLI::App& program, CodeOptions& options, CommonWords& common, Run& run) {
  auto& verb = *program.add_subcommand("code", "codes texts: JSON Lines in, JSON Lines out");
  verb.footer(
      "Example: echo '{\"id\":\"1\",\"text\":\"Gunmen killed three villagers.\"}' | tocsin code");
  verb.add_option("--data", options.data, "folder with the dictionaries (default: data/)");
  verb.add_option("--actors", options.actor_files, "own actor dictionaries, added to the others");
  verb.add_option("--gazetteer", options.gazetteer, "the gazetteer file, or \"none\"");
  verb.add_flag("--spans", options.spans,
                "each line has \"spans\":[[begin,end],…]: answers \"resolved\", one place a span");
  verb.add_flag("--timing", options.timing, "prints start time and speed on standard error");
  add_common(verb, common);
  add_quiet(verb, options.quiet);
  verb.callback([&] {
    run = [&options] {
      std::ios::sync_with_stdio(false);
      return run_code(options, std::cin, std::cout, std::cerr);
    };
  });
}

void add_evaluate(CLI::App& program, EvaluateOptions& options, CommonWords& common, Run& run) {
  auto& verb = *program.add_subcommand("evaluate", "scores a machine reader on labelled texts");
  verb.footer("Example: tocsin evaluate code gold.jsonl");
  verb.require_subcommand(1);
  auto& code = *verb.add_subcommand("code", "scores the text coder");
  code.add_option("file", options.file, "labelled texts, one JSON object a line")->required();
  code.add_option("--data", options.data, "folder with the dictionaries (default: data/)");
  code.add_option("--actors", options.actor_files, "own actor dictionaries, added to the others");
  code.add_option("--errors", options.errors_max, "how many of the worst errors to print");
  code.add_option("--home", common.home, "taken as by every verb; no node is needed here");
  add_json(code, options.json, "prints one JSON object");
  add_quiet(code, options.quiet);
  code.callback([&] { run = [&options] { return run_evaluate(options, std::cout, std::cerr); }; });
}

void add_watch(CLI::App& program, WatchOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("watch", "the watch list in the terminal");
  verb.footer("Example: tocsin watch --home ./node --place Sahel");
  add_home(verb, options.home);
  verb.add_option("--since", options.since, "only what stands since this day or later")
      ->check(a_day());
  verb.add_option("--place", options.place, "only places whose name holds this");
  verb.add_option("--day", options.day, "the list as of this day (default: the last observed)")
      ->check(a_day());
  add_json(verb, options.json, "prints one JSON object a place");
  verb.add_flag("--quiet", options.quiet, "prints no evidence");
  verb.callback([&] { run = [&options] { return run_watch(options); }; });
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

void add_verify(CLI::App& program, LedgerOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("verify", "checks every hash, signature and proof");
  verb.footer("Example: tocsin verify --home ./node --head kept-head.json");
  add_home(verb, options.home);
  verb.add_option("--head", options.head, "a head kept elsewhere: the log must begin with it");
  verb.add_option("--save-head", options.save_head, "writes the newest head, to be kept elsewhere");
  add_json(verb, options.json, "prints one JSON object");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_verify(options); }; });
}

void add_rebuild(CLI::App& program, LedgerOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("rebuild", "makes the tables again from the ledger");
  verb.footer("Example: tocsin rebuild --home ./node");
  add_home(verb, options.home);
  add_json(verb, options.json, "prints one JSON object");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_rebuild(options); }; });
}

void add_backup(CLI::App& program, LedgerOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("backup", "one encrypted file, also while serving");
  verb.footer("Example: tocsin backup --home ./node --to /media/stick/node.tocsin-backup");
  add_home(verb, options.home);
  verb.add_option("--to", options.file, "the file to write")->required();
  verb.add_flag("--with-observations", options.with_observations,
                "takes what feeds brought too; without, they can be read again");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_backup(options); }; });
}

void add_restore(CLI::App& program, LedgerOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("restore", "a node from a backup, in an empty folder");
  verb.footer("Example: tocsin restore --home ./node --from FILE --share a.txt --share b.txt");
  add_home(verb, options.home);
  verb.add_option("--from", options.file, "the backup")->required();
  verb.add_option("--share", options.shares, "files with shares of the root key");
  add_node_key(verb, options.key);
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_restore(options); }; });
}

void add_recover(CLI::App& program, LedgerOptions& options, Run& run) {
  auto& verb =
      *program.add_subcommand("recover", "a new link for one who lost password or second factor");
  verb.footer(
      "For when no two people are left who could do it by the pages; stop the node first.\n"
      "Example: tocsin recover --home ./node --passphrase aname");
  add_home(verb, options.home);
  verb.add_option("log-in", options.log_in, "the log-in name of the account")->required();
  add_node_key(verb, options.key);
  add_json(verb, options.json, "prints one JSON object: the account and its link");
  verb.add_flag("--quiet", options.quiet, "prints the link only");
  verb.callback([&] { run = [&options] { return run_recover(options); }; });
}

void add_take_in(CLI::App& program, TakeInOptions& options, Run& run) {
  auto& verb = *program.add_subcommand("take-in", "gives mails, messages and files to the desk");
  verb.footer("Example: tocsin take-in --home ./node saved-mail.eml folder-of-mails");
  add_home(verb, options.home);
  verb.add_option("path", options.paths,
                  "mails (.eml), text messages (.jsonl), words, pictures, PDF; or folders of them")
      ->required();
  add_json(verb, options.json, "prints one JSON object: how many files wait");
  add_quiet(verb, options.quiet);
  verb.callback([&] { run = [&options] { return run_take_in(options); }; });
}

void add_gazetteer(CLI::App& program, std::vector<std::string>& words, Run& run) {
  add_with_words(program, "gazetteer", "makes or looks into the gazetteer file", words, run,
                 [](const auto& list) { return run_gazetteer(list, std::cout, std::cerr); });
}

void add_repeats(CLI::App& program, std::vector<std::string>& words, Run& run) {
  add_with_words(
      program, "repeats", "JSON Lines in, the story that each report tells out", words, run,
      [](const auto& list) { return run_repeats(list, std::cin, std::cout, std::cerr); });
}

/// "there is no verb "ingets"; the verbs are init, ingest, …".
std::string no_verb_in(const CLI::App& program, const std::vector<std::string>& words) {
  std::string verbs;
  for (const auto* verb :
       program.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
    verbs += (verbs.empty() ? "" : ", ") + verb->get_name();
  if (words.empty()) return "name a verb: " + verbs;
  const auto word = base::printable(words.front());
  if (word.starts_with('-'))
    return fmt::format("{} follows no verb; the verbs are {}", word, verbs);
  return fmt::format("there is no verb \"{}\"; the verbs are {}", word, verbs);
}

/// Says what is wrong with the words, or gives the help that they ask for.
int answer_words(const CLI::App& program, const CLI::ParseError& error) {
  if (program.get_subcommands().empty() && error.get_exit_code() != 0) {
    std::fputs(fmt::format("tocsin: {} (tocsin --help says what each does)\n",
                           no_verb_in(program, program.remaining()))
                   .c_str(),
               stderr);
    return exit_wrong_usage;
  }
  std::ostringstream said;
  const bool good = program.exit(error, std::cout, said) == 0;
  // What is wrong is said in the user's own words, which may hold anything.
  std::istringstream lines(said.str());
  for (std::string line; std::getline(lines, line);)
    std::fputs((base::printable(line) + "\n").c_str(), stderr);
  return good ? exit_done : exit_wrong_usage;
}

}  // namespace

int run(int argument_count, char** arguments) {
  CLI::App program("Tocsin: watch, assess, inform, so that atrocities are prevented.", "tocsin");
  program.set_version_flag("--version", TOCSIN_VERSION);
  program.require_subcommand(1);
  InitOptions init;
  IngestOptions ingest;
  ServeOptions serve;
  CodeOptions code;
  EvaluateOptions evaluate;
  WatchOptions watch;
  LedgerOptions ledger;
  TakeInOptions taken;
  std::vector<std::string> words;
  CommonWords common;
  Run chosen;
  add_init(program, init, chosen);
  add_ingest(program, ingest, chosen);
  add_serve(program, serve, chosen);
  add_verify(program, ledger, chosen);
  add_rebuild(program, ledger, chosen);
  add_backup(program, ledger, chosen);
  add_restore(program, ledger, chosen);
  add_recover(program, ledger, chosen);
  add_take_in(program, taken, chosen);
  add_gazetteer(program, words, chosen);
  add_repeats(program, words, chosen);
  add_code(program, code, common, chosen);
  add_evaluate(program, evaluate, common, chosen);
  add_watch(program, watch, chosen);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return answer_words(program, error);
  }
  try {
    return chosen();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tocsin: a bug stopped the command: %s\n",
                 base::printable(error.what()).c_str());
    return exit_failed;
  }
}

}  // namespace tocsin::app
