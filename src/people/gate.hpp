// SPDX-License-Identifier: Apache-2.0
// The gate before all routes: finds who asks, and lets nobody past who must log in first.
//
// What is not named as public needs a person: a page answers with the way to the log-in page, an
// address under /api/ with a problem of status 401. A form that comes after its session has run out
// is kept as a draft, if the browser still holds that session's id and the form its token.
// Ownership: refers to what the program owns. Threads: serve() from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"
#include "pagekit/router.hpp"
#include "people/account_desk.hpp"

namespace tocsin::people {

inline constexpr std::size_t next_bytes_max = 1000;
/// Where a page's script keeps and asks for drafts (web/modules/drafts.js).
inline constexpr std::string_view drafts_path = "/account/drafts";
/// A browser that logged in is known for this long.
inline constexpr std::chrono::days browser_known_for{180};

/// Names and attributes of cookies. Over TLS the names bind them to this host and to TLS.
class Cookies {
 public:
  explicit Cookies(bool tls) : tls_(tls) {}
  [[nodiscard]] std::string_view session_name() const { return tls_ ? "__Host-tocsin" : "tocsin"; }
  [[nodiscard]] std::string_view browser_name() const {
    return tls_ ? "__Host-tocsin-browser" : "tocsin-browser";
  }
  [[nodiscard]] std::string_view form_name() const {
    return tls_ ? "__Host-tocsin-form" : "tocsin-form";
  }
  [[nodiscard]] std::string session(std::string_view id) const;
  [[nodiscard]] std::string browser(std::string_view mark) const;
  [[nodiscard]] std::string form(std::string_view value) const;
  /// Makes the browser forget its session.
  [[nodiscard]] std::string no_session() const;

 private:
  [[nodiscard]] std::string made(std::string_view name, std::string_view value,
                                 std::string_view more) const;
  bool tls_;
};

class Gate {
 public:
  /// Paths that need nobody: whole ("/"), or with all below when they end with "/*". Those of this
  /// room itself (log-in, invitations) are public anyway.
  Gate(const AccountParts& parts, Cookies cookies, std::vector<std::string> public_paths)
      : parts_(parts), cookies_(cookies), public_paths_(std::move(public_paths)) {}

  [[nodiscard]] net::Response serve(const net::Request& request,
                                    const pagekit::Router& router) const;
  [[nodiscard]] bool is_public(std::string_view path) const;

 private:
  /// With emergency access where it is in force; what only it allowed is noted in the access log.
  [[nodiscard]] net::Response serve_visitor(const net::Request& request,
                                            const pagekit::Router& router,
                                            const std::shared_ptr<const Session>& session) const;
  [[nodiscard]] net::Response turned_away(const net::Request& request) const;
  [[nodiscard]] bool keep_late_form(const net::Request& request) const;
  /// A form that was kept as a draft and was sent again from there.
  void drop_kept_form(const Session& session, const net::Request& request,
                      const net::Response& response) const;
  const AccountParts& parts_;
  Cookies cookies_;
  std::vector<std::string> public_paths_;
};

/// A path of this node, without anything by which a browser could be led elsewhere; otherwise "/".
[[nodiscard]] std::string local_path(std::string_view next);
/// The form of a draft as a browser names it, if it may be one; otherwise empty.
[[nodiscard]] std::string known_form(std::string_view form);

}  // namespace tocsin::people
