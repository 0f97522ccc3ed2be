// SPDX-License-Identifier: Apache-2.0
// Routes: one table that serves requests and describes itself as OpenAPI.
//
// Ownership: the router owns its routes; handlers are called from several threads at once.
// Errors: an unknown path answers 404, a known path with another method 405 (with Allow), and a
// handler's base::Error becomes a problem of RFC 9457 (JSON under /api/, a page elsewhere). Under
// /api/ a query may only hold the route's parameters and `lang`: a program whose filter is not
// understood must not take the answer for a filtered one. Pages pass over what they do not know.
#pragma once

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/table.hpp"
#include "net/http_server.hpp"

namespace tocsin::pagekit {

/// Decodes %XX and, in queries and forms, '+'. Malformed sequences are kept as they stand.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);
/// Encodes all but unreserved characters of RFC 3986.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Decoded name and value pairs of a query or an urlencoded form; the first of a name counts.
class Fields {
 public:
  static constexpr std::size_t fields_max = 200;
  Fields() = default;
  explicit Fields(std::string_view encoded);
  /// Fields that came in another way than urlencoded.
  explicit Fields(std::vector<std::pair<std::string, std::string>> fields)
      : fields_(std::move(fields)) {}
  /// The value, or empty.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// The fields encoded again with one replaced, or removed when `value` is nullopt.
  [[nodiscard]] std::string with(std::string_view name,
                                 std::optional<std::string_view> value) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const {
    return fields_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

class Words;

/// A sentence that stands above every page, for as long as it is true.
struct Alert {
  std::string text;
  std::string href;  ///< where it can be dealt with; empty where this visitor cannot
  bool overdue = false;
};

/// Who asks, as far as every page shows it. The floor that knows accounts derives from it.
struct Visitor {
  struct Section {
    std::string id;  ///< a member of `nav` and of the catalogue's "nav"
    std::string href;
  };
  virtual ~Visitor() = default;
  /// What this visitor is told above every page now.
  [[nodiscard]] virtual std::vector<Alert> alerts(const Words&) const { return {}; }
  std::string shown_name;
  std::string form_token;         ///< stands in every form; a form without it is refused
  std::vector<Section> sections;  ///< where this visitor may go
};

/// A request with what its route found in it.
struct Call {
  const net::Request& request;
  std::map<std::string, std::string, std::less<>> path;  ///< "{id}" parts, decoded
  Fields query;
  std::string language;  ///< "en", "fr" or "ar": chosen by query, cookie, then Accept-Language
  std::shared_ptr<const Visitor> visitor;  ///< who asks; null for one who has not logged in

  [[nodiscard]] std::string_view path_part(std::string_view name) const;
};

using Answer = base::Result<net::Response>;

/// One query parameter, as OpenAPI shows it.
struct Parameter {
  std::string name;
  std::string description;
  std::string type = "string";  ///< JSON Schema type; "integer" refuses what is no whole number
  std::vector<std::string> values = {};  ///< where only these are taken
};

struct Route {
  std::string method;   ///< "GET", "POST"
  std::string pattern;  ///< "/places/{id}"
  std::string summary;  ///< one sentence, for OpenAPI; routes outside /api/ may leave it empty
  std::vector<Parameter> parameters;
  /// JSON Schema of the 200 answer (for /api/ routes).
  boost::json::value answer_schema;
  std::function<Answer(const Call&)> handler;
};

class Router {
 public:
  /// Renders an error for people: status, error, call. Set by the pages; JSON needs none.
  using ProblemPage = std::function<net::Response(int, const base::Error&, const Call&)>;

  void add(Route route);
  void set_problem_page(ProblemPage page) { problem_page_ = std::move(page); }
  [[nodiscard]] net::Response serve(const net::Request& request,
                                    std::shared_ptr<const Visitor> visitor = {}) const;
  /// OpenAPI 3.1 of all routes under /api/.
  [[nodiscard]] boost::json::object openapi(std::string_view version) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> parts;
  };
  [[nodiscard]] net::Response problem(const base::Error& error, const Call& call,
                                      std::optional<int> status = {}) const;
  std::vector<Entry> entries_;
  ProblemPage problem_page_;
};

/// The HTTP status that stands for a kind of failure.
[[nodiscard]] int status_of(base::ErrorCode code);
/// A JSON answer.
[[nodiscard]] net::Response json_response(const boost::json::value& value, int status = 200);
/// A file that the browser shows in place of a page; nothing of it is kept, and it runs no script.
[[nodiscard]] net::Response shown_file(std::string bytes, std::string_view type,
                                       std::string_view name);
enum class TableForm : std::uint8_t { csv, xlsx };
/// A list to take along, saved as NAME.csv or NAME.xlsx.
[[nodiscard]] Answer table_response(const formats::Table& table, TableForm form,
                                    std::string_view name);
/// "See other": the answer to a form that was taken.
[[nodiscard]] net::Response redirect(std::string location);
/// The best of `offered` for an Accept-Language header; the first where nothing fits.
[[nodiscard]] std::string choose_language(std::string_view accept,
                                          const std::vector<std::string>& offered);
/// The weight of one item of an Accept header ("fr;q=0.5"): 1 where it has none.
[[nodiscard]] double quality_of(std::string_view item);
/// The value of a cookie, or empty.
[[nodiscard]] std::string_view cookie(const net::Request& request, std::string_view name);

}  // namespace tocsin::pagekit
