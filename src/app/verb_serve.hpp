// SPDX-License-Identifier: Apache-2.0
// `tocsin serve`: pages and API of a node, until it is stopped.
//
// Threads: runs the server's threads; returns after SIGINT or SIGTERM.
// Errors: written to standard error with the remedy; exit code 1, or 2 for a wrong address.
#pragma once

#include <string>

#include <vector>
#include "app/node_key.hpp"

namespace tocsin::app {

struct ServeOptions {
  std::string home;
  std::string listen = "127.0.0.1:8484";
  std::string web_root;  ///< folder with templates/ and messages/, and built/; empty: installed
  std::vector<std::string> actor_files;  ///< own actor dictionaries, for what the demo reads
  bool quiet = false;                    ///< prints only errors
  bool demo = false;  ///< fills a home without exercise data with the exercise scenario
  // --- the desk, where the home has one
  NodeKeySource key;
  std::string reporter;   ///< listener of the reporter's page; empty: none (demo: the next port)
  std::string address;    ///< as people type it; empty: the listener's own
  std::string smtp;       ///< "smtps://user@host:465"; its password is a systemd credential
  std::string mail_from;  ///< address that mail comes from
  std::string contact;    ///< whom authorities may call
  std::vector<std::string> others;  ///< "NAME=ADDRESS": to whom reporters may rather turn
  std::string certificate;          ///< PEM chain: TLS, and with it other machines may be answered
  std::string private_key;
};

[[nodiscard]] int run_serve(const ServeOptions& options);

}  // namespace tocsin::app
