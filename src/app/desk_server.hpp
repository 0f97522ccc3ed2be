// SPDX-License-Identifier: Apache-2.0
// The desk beside the watch pages: opened where the home has one, with its gate before all routes,
// the reporter's listener, and in a demonstration a page that says how to log in.
//
// Ownership: owns the desk and the second listener; the router and the web files are the caller's.
// Threads: serve() from any thread. Errors: name the home, the key or the address.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/desk_node.hpp"
#include "app/verb_serve.hpp"
#include "net/http_server.hpp"
#include "pagekit/router.hpp"

namespace tocsin::app {

/// "smtps://user@host:465" and the like; nothing for an empty text. The password is read from the
/// systemd credential tocsin-smtp-password, where there is one.
[[nodiscard]] base::Result<std::optional<net::SmtpServer>> read_smtp(std::string_view address);

/// "NAME=ADDRESS" of other readers, each name once; the first "=" parts them. An address is what
/// people can type or call: the text stands on the reporter's page as it is.
[[nodiscard]] base::Result<std::vector<std::pair<std::string, std::string>>> read_others(
    const std::vector<std::string>& words);

class DeskServer {
 public:
  /// Null where the home has no desk.
  [[nodiscard]] static base::Result<std::unique_ptr<DeskServer>> open(const ServeOptions& options,
                                                                      const DeskSetting& setting,
                                                                      pagekit::Router& router);
  /// Starts the reporter's listener where one is wanted.
  [[nodiscard]] base::Status start(const ServeOptions& options, std::uint16_t main_port);
  /// A request past the gate: log-in where it is needed, then the router.
  [[nodiscard]] net::Response serve(const net::Request& request,
                                    const pagekit::Router& router) const;
  [[nodiscard]] const DeskNode& node() const { return *node_; }
  /// What to print once everything runs.
  [[nodiscard]] std::string greeting() const { return greeting_; }
  void stop();
  ~DeskServer();

 private:
  explicit DeskServer(std::unique_ptr<DeskNode> node) : node_(std::move(node)) {}
  void keep_due();
  std::unique_ptr<DeskNode> node_;
  pagekit::Router reporter_router_;
  std::unique_ptr<net::HttpServer> reporter_;
  std::string greeting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread scheduler_;
};

}  // namespace tocsin::app
