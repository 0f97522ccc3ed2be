// SPDX-License-Identifier: Apache-2.0
#include "pagekit/router.hpp"

#include <algorithm>
#include <charconv>

#include "base/printable.hpp"
#include "base/text.hpp"

namespace tocsin::pagekit {
namespace {

constexpr std::size_t path_parts_max = 16;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 1; begin <= path.size() && parts.size() < path_parts_max;) {
    const auto end = std::min(path.find('/', begin), path.size());
    parts.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_placeholder(std::string_view part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& parts,
             std::map<std::string, std::string, std::less<>>& found) {
  if (pattern.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_placeholder(pattern[i]))
      found[pattern[i].substr(1, pattern[i].size() - 2)] = percent_decode(parts[i], false);
    else if (pattern[i] != parts[i])
      return false;
  }
  return true;
}

boost::json::array parameters_of(const Route& route, const std::vector<std::string>& parts) {
  boost::json::array list;
  for (const auto& part : parts)
    if (is_placeholder(part))
      list.push_back({{"name", part.substr(1, part.size() - 2)},
                      {"in", "path"},
                      {"required", true},
                      {"schema", {{"type", "string"}}}});
  for (const auto& parameter : route.parameters) {
    boost::json::object schema = {{"type", parameter.type}};
    if (!parameter.values.empty())
      schema["enum"] = boost::json::array(parameter.values.begin(), parameter.values.end());
    list.push_back({{"name", parameter.name},
                    {"in", "query"},
                    {"description", parameter.description},
                    {"schema", std::move(schema)}});
  }
  return list;
}

/// What is wrong with one field of a query; nothing where it is one of the route's.
std::optional<base::Error> refusal_of(const Route& route, std::string_view name,
                                      std::string_view value) {
  constexpr std::string_view remedy = "/api/v1/openapi.json describes every parameter";
  const auto shown = [](std::string_view text) {
    constexpr std::size_t bytes_max = 100;
    return "\"" + base::printable(base::cut(text, bytes_max)) + "\"";
  };
  const auto known = std::ranges::find(route.parameters, name, &Parameter::name);
  if (known == route.parameters.end())
    return base::Error{base::ErrorCode::invalid_input,
                       "there is no parameter " + shown(name),
                       {},
                       std::string(remedy)};
  if (value.empty()) return std::nullopt;  // a form's empty field narrows nothing
  std::int64_t number = 0;
  const auto* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  if (known->type == "integer" && (read.ec != std::errc{} || read.ptr != end))
    return base::Error{base::ErrorCode::invalid_input, shown(value) + " is not a whole number",
                       known->name, std::string(remedy)};
  if (known->values.empty() || std::ranges::find(known->values, value) != known->values.end())
    return std::nullopt;
  return base::Error{base::ErrorCode::invalid_input, shown(value) + " is not known here",
                     known->name, std::string(remedy)};
}

/// The first thing that the route does not take; `lang` chooses the language of every answer.
std::optional<base::Error> refusal_of(const Route& route, const Fields& query) {
  for (const auto& [name, value] : query.all()) {
    if (name == "lang") continue;
    if (auto refused = refusal_of(route, name, value)) return refused;
  }
  return std::nullopt;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high && low) {
        out.push_back(static_cast<char>(*high * 16 + *low));
        i += 2;
        continue;
      }
    }
    out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return out;
}

Fields::Fields(std::string_view encoded) {
  while (!encoded.empty() && fields_.size() < fields_max) {
    const auto end = std::min(encoded.find('&'), encoded.size());
    const auto pair = encoded.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (!pair.empty())
      fields_.emplace_back(
          percent_decode(pair.substr(0, equals), true),
          equals < pair.size() ? percent_decode(pair.substr(equals + 1), true) : std::string{});
    encoded.remove_prefix(std::min(end + 1, encoded.size()));
  }
}

std::string_view Fields::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return {};
}

bool Fields::has(std::string_view name) const {
  return std::ranges::any_of(fields_, [&](const auto& field) { return field.first == name; });
}

std::string Fields::with(std::string_view name, std::optional<std::string_view> value) const {
  std::string out;
  const auto append = [&out](std::string_view key, std::string_view text) {
    if (!out.empty()) out.push_back('&');
    out += percent_encode(key) + "=" + percent_encode(text);
  };
  for (const auto& [key, text] : fields_)
    if (key != name && !text.empty()) append(key, text);
  if (value) append(name, *value);
  return out;
}

std::string_view Call::path_part(std::string_view name) const {
  const auto found = path.find(name);
  return found == path.end() ? std::string_view{} : std::string_view(found->second);
}

void Router::add(Route route) {
  auto parts = split_path(route.pattern);
  entries_.push_back({std::move(route), std::move(parts)});
}

net::Response Router::serve(const net::Request& request,
                            std::shared_ptr<const Visitor> visitor) const {
  Call call{request, {}, Fields(request.query), {}, std::move(visitor)};
  const std::vector<std::string> offered = {"en", "fr", "ar"};
  const auto asked = call.query.has("lang") ? call.query.get("lang") : cookie(request, "lang");
  call.language = std::ranges::find(offered, asked) != offered.end()
                      ? std::string(asked)
                      : choose_language(request.header("accept-language"), offered);
  const auto parts = split_path(request.path);
  const std::string_view sent = request.method;
  const std::string_view method = sent == "HEAD" ? "GET" : sent;
  std::vector<std::string> allowed;
  for (const auto& entry : entries_) {
    call.path.clear();
    if (!matches(entry.parts, parts, call.path)) continue;
    allowed.push_back(entry.route.method);
    if (entry.route.method == "GET") allowed.emplace_back("HEAD");
    if (entry.route.method != method) continue;
    if (entry.route.pattern.starts_with("/api/"))
      if (const auto refused = refusal_of(entry.route, call.query)) return problem(*refused, call);
    auto answer = entry.route.handler(call);
    return answer ? std::move(*answer) : problem(answer.error(), call);
  }
  if (!allowed.empty()) {
    auto answer = problem(
        {base::ErrorCode::unsupported, "this address does not take " + request.method, {}, {}},
        call, 405);
    std::string methods;
    for (const auto& one : allowed) methods += (methods.empty() ? "" : ", ") + one;
    answer.headers.emplace_back("Allow", std::move(methods));
    return answer;
  }
  return problem({base::ErrorCode::not_found,
                  "there is nothing at this address",
                  {},
                  "check the address, or begin at the first page"},
                 call);
}

net::Response Router::problem(const base::Error& error, const Call& call,
                              std::optional<int> status) const {
  const int code = status.value_or(status_of(error.code));
  if (!call.request.path.starts_with("/api/") && problem_page_)
    return problem_page_(code, error, call);
  boost::json::object body = {{"type", "about:blank"},
                              {"title", base::name_of(error.code)},
                              {"status", code},
                              {"detail", error.message}};
  if (!error.place.empty()) body["instance"] = error.place;
  if (!error.remedy.empty()) body["remedy"] = error.remedy;
  auto response = json_response(body, code);
  response.headers[0].second = "application/problem+json";
  return response;
}

boost::json::object Router::openapi(std::string_view version) const {
  boost::json::object paths;
  for (const auto& entry : entries_) {
    const auto& route = entry.route;
    if (!route.pattern.starts_with("/api/")) continue;
    std::string method = route.method;
    std::ranges::transform(method, method.begin(),
                           [](unsigned char c) { return static_cast<char>(c + 32); });
    const boost::json::value problem = {
        {"description", "A problem of RFC 9457."},
        {"content", {{"application/problem+json", {{"schema", {{"type", "object"}}}}}}}};
    boost::json::object ok = {{"description", "The answer."}};
    ok["content"] = {{"application/json", {{"schema", route.answer_schema}}}};
    if (!paths.contains(route.pattern)) paths[route.pattern] = boost::json::object{};
    paths[route.pattern].as_object()[method] = {{"summary", route.summary},
                                                {"parameters", parameters_of(route, entry.parts)},
                                                {"responses", {{"200", ok}, {"default", problem}}}};
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Tocsin node"}, {"version", version}}},
          {"paths", paths}};
}

int status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid_input:
      return 400;
    case base::ErrorCode::unauthenticated:
      return 401;
    case base::ErrorCode::forbidden:
      return 403;
    case base::ErrorCode::not_found:
      return 404;
    case base::ErrorCode::conflict:
      return 409;
    case base::ErrorCode::limit_exceeded:
      return 413;
    case base::ErrorCode::unsupported:
      return 422;
    case base::ErrorCode::no_space:
    case base::ErrorCode::unavailable:
    case base::ErrorCode::cancelled:
      return 503;
    case base::ErrorCode::io:
    case base::ErrorCode::corrupt:
    case base::ErrorCode::internal:
      return 500;
  }
  return 500;
}

net::Response json_response(const boost::json::value& value, int status) {
  net::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = boost::json::serialize(value);
  return response;
}

net::Response shown_file(std::string bytes, std::string_view type, std::string_view name) {
  net::Response response;
  response.headers = {{"Content-Type", std::string(type)},
                      {"Content-Disposition", "inline; filename=\"" + std::string(name) + "\""},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", "default-src 'none'; sandbox"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}};
  response.body = std::move(bytes);
  return response;
}

Answer table_response(const formats::Table& table, TableForm form, std::string_view name) {
  const bool csv = form == TableForm::csv;
  auto bytes = csv ? formats::write_csv(table) : formats::write_xlsx(table);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  net::Response response;
  response.headers = {
      {"Content-Type", csv ? "text/csv; charset=utf-8"
                           : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {"Content-Disposition",
       "attachment; filename=\"" + std::string(name) + (csv ? ".csv\"" : ".xlsx\"")},
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"}};
  response.body = std::move(*bytes);
  return response;
}

net::Response redirect(std::string location) {
  net::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

double quality_of(std::string_view item) {
  const auto mark = item.find("q=");
  if (mark == std::string_view::npos) return 1;
  const auto digits = item.substr(mark + 2);
  double quality = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), quality);
  return quality;
}

std::string choose_language(std::string_view accept, const std::vector<std::string>& offered) {
  std::string best = offered.front();
  double best_quality = 0;
  while (!accept.empty()) {
    const auto end = std::min(accept.find(','), accept.size());
    const auto item = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    const auto tag = base::lower(base::trim(item.substr(0, item.find_first_of("-;"))));
    const double quality = quality_of(item);
    if (quality > best_quality && std::ranges::find(offered, tag) != offered.end()) {
      best = tag;
      best_quality = quality;
    }
  }
  return best;
}

std::string_view cookie(const net::Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return pair.substr(equals + 1);
  }
  return {};
}

}  // namespace tocsin::pagekit
