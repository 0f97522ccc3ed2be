// SPDX-License-Identifier: Apache-2.0
// Templates, message catalogues and built web files: what pages are made of. The door to Mustache.
//
// Ownership: a WebFiles holds everything in memory; nothing is read from disk after loading.
// Threads: all const members may be called from any thread.
// Errors: load() names the file that is missing or cannot be read; render() of an unknown name is
// ErrorCode::internal, since a name is never input.
#pragma once

#include <boost/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http_server.hpp"

namespace tocsin::pagekit {

/// One built file with its compressed forms; an empty form means there is none.
struct Asset {
  std::string content_type;
  std::shared_ptr<const std::string> plain;
  std::shared_ptr<const std::string> gzip;
  std::shared_ptr<const std::string> brotli;
};

/// A context as the templates read it, to be rendered many times.
class Prepared;
[[nodiscard]] std::shared_ptr<const Prepared> prepare(const boost::json::object& context);

class WebFiles {
 public:
  ~WebFiles();
  /// `sources` holds templates/ and messages/ (LANGUAGE.json, and ROOM/LANGUAGE.json beside it);
  /// `built` holds manifest.json and the built files. Without built files pages still work,
  /// unstyled.
  [[nodiscard]] static base::Result<std::unique_ptr<WebFiles>> load(
      const std::filesystem::path& sources, const std::filesystem::path& built);

  /// Renders a page: the template's name is its path under templates/ without its ending. Values
  /// are escaped. The context gets the language's catalogue added as `t`. What `context` lacks is
  /// looked for in `more`.
  [[nodiscard]] base::Result<std::string> render(std::string_view name, std::string_view language,
                                                 const boost::json::object& context,
                                                 const Prepared* more = nullptr) const;
  /// The text of a message such as "today.title" with {name} places filled; the key itself where
  /// the catalogue lacks it, English where only the language does.
  [[nodiscard]] std::string message(std::string_view language, std::string_view key,
                                    const std::map<std::string, std::string>& values = {}) const;
  /// The message "key.zero|one|two|few|many|other" that the language's plural rule picks for
  /// `count` (ICU); "zero" comes first of all where the count is 0; {n} is filled in.
  [[nodiscard]] std::string plural(std::string_view language, std::string_view key,
                                   std::int64_t count,
                                   std::map<std::string, std::string> values = {}) const;
  /// A built file by its hashed name; null where there is none.
  [[nodiscard]] const Asset* asset(std::string_view name) const;
  /// The hashed name of a built file by its plain one ("site.css"); empty where there is none.
  [[nodiscard]] std::string asset_name(std::string_view name) const;
  /// All messages of a language, completed from English; null for a language without catalogue.
  [[nodiscard]] const boost::json::object* catalogue(std::string_view language) const;
  [[nodiscard]] std::vector<std::string> languages() const;

 private:
  struct Content;
  explicit WebFiles(std::unique_ptr<Content> content);
  std::unique_ptr<Content> content_;
};

/// Answers with a built file: immutable, compressed as the client can take it.
[[nodiscard]] net::Response asset_response(const Asset& asset, const net::Request& request);
/// An HTML answer with the security headers of every page, compressed as the client can take it.
[[nodiscard]] net::Response html_response(std::string html, const net::Request& request,
                                          int status = 200);
/// Compresses a text answer in place by br or gzip when the client takes it and it is worth it.
void compress(net::Response& response, const net::Request& request);

}  // namespace tocsin::pagekit
