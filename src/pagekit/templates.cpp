// SPDX-License-Identifier: Apache-2.0
// The one file that includes kainjow's Mustache.
#include "pagekit/templates.hpp"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <mutex>

#include "base/files.hpp"
#include "base/plural.hpp"
#include "base/text.hpp"
#include "pagekit/router.hpp"

namespace tocsin::pagekit {
namespace {

namespace mustache = kainjow::mustache;
namespace json = boost::json;
constexpr std::size_t web_file_bytes_max = 8U << 20;
constexpr std::size_t compress_bytes_min = 600;
constexpr int brotli_quality = 5;
constexpr int gzip_level = 6;

/// kainjow copies what is handed to set() and push_back(); both ways here move instead, or a page
/// of depth n would be copied n times.
mustache::data to_data(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object: {
      mustache::data data{mustache::data::type::object};
      for (const auto& [key, member] : value.get_object()) data[std::string(key)] = to_data(member);
      return data;
    }
    case json::kind::array: {
      mustache::data data{mustache::data::type::list};
      // The list is ours and not const; only its accessor is.
      auto& list = const_cast<mustache::list&>(data.list_value());
      list.reserve(value.get_array().size());
      for (const auto& item : value.get_array()) list.push_back(to_data(item));
      return data;
    }
    case json::kind::string:
      return mustache::data{std::string(value.get_string())};
    case json::kind::bool_:
      return mustache::data{value.get_bool()};
    case json::kind::null:
      return mustache::data{false};
    default:
      return mustache::data{json::serialize(value)};
  }
}

std::string escape_html(const std::string& text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

/// Reads every file with an ending below a folder; the key is its path there without the ending.
base::Result<std::map<std::string, std::string, std::less<>>> read_tree(
    const std::filesystem::path& folder, std::string_view ending) {
  std::map<std::string, std::string, std::less<>> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file() || entry.path().extension() != ending) continue;
    auto bytes = base::read_file(entry.path(), web_file_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    auto name = entry.path().lexically_relative(folder).string();
    found[name.substr(0, name.size() - ending.size())] = std::move(*bytes);
  }
  if (error)
    return base::fail(base::ErrorCode::io, "cannot read the folder: " + error.message(),
                      folder.string(), "give the folder with --web-root");
  return found;
}

std::string content_type_of(std::string_view name) {
  const auto ending = name.substr(std::min(name.rfind('.'), name.size()));
  if (ending == ".css") return "text/css; charset=utf-8";
  if (ending == ".js" || ending == ".mjs") return "text/javascript; charset=utf-8";
  if (ending == ".json") return "application/json";
  if (ending == ".geojson") return "application/geo+json";
  if (ending == ".svg") return "image/svg+xml";
  if (ending == ".png") return "image/png";
  if (ending == ".ico") return "image/x-icon";
  return "application/octet-stream";
}

/// The value at "a.b.c", or null. Takes the object itself: a value made from one would be a copy
/// that ends before the answer is read.
const json::value* look_up(const json::object& catalogue, std::string_view key) {
  const json::object* level = &catalogue;
  for (;;) {
    const auto end = std::min(key.find('.'), key.size());
    const auto* found = level->if_contains(key.substr(0, end));
    if (found == nullptr || end == key.size()) return found;
    level = found->if_object();
    if (level == nullptr) return nullptr;
    key.remove_prefix(end + 1);
  }
}

std::string fill(std::string_view text, const std::map<std::string, std::string>& values) {
  // One pass: what is filled in is never looked at again, whatever it holds.
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto open = std::min(rest.find('{'), rest.size());
    out += rest.substr(0, open);
    rest.remove_prefix(open);
    const auto close = rest.find('}');
    const auto found = close == std::string_view::npos
                           ? values.end()
                           : values.find(std::string(rest.substr(1, close - 1)));
    if (found != values.end()) {
      out += found->second;
      rest.remove_prefix(close + 1);
    } else if (!rest.empty()) {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

/// Members of `other` that `base` lacks, at every depth, so that a missing translation is English.
void complete(json::object& base, const json::object& other) {
  for (const auto& [key, value] : other) {
    if (!base.contains(key))
      base[key] = value;
    else if (base[key].is_object() && value.is_object())
      complete(base[key].as_object(), value.as_object());
  }
}

std::string gzip_bytes(std::string_view bytes) {
  z_stream stream{};
  constexpr int window_bits_gzip = 15 + 16;
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, window_bits_gzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string brotli_bytes(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto done =
      BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(done == BROTLI_TRUE ? size : 0);
  return out;
}

bool accepts(const net::Request& request, std::string_view coding) {
  std::string_view rest = request.header("accept-encoding");
  while (!rest.empty()) {
    const auto item = base::trim(rest.substr(0, rest.find(',')));
    rest.remove_prefix(std::min(rest.find(','), rest.size() - 1) + 1);
    if (base::trim(item.substr(0, item.find(';'))) == coding) return quality_of(item) > 0;
  }
  return false;
}

}  // namespace

namespace {

/// Parsed templates that nobody renders just now. One of them renders for one thread at a time.
class ParsedTemplates {
 public:
  [[nodiscard]] std::unique_ptr<mustache::mustache> borrow(std::string_view name,
                                                           const std::string& text) {
    {
      const std::lock_guard guard(mutex_);
      const auto found = idle_.find(name);
      if (found != idle_.end() && !found->second.empty()) {
        auto parsed = std::move(found->second.back());
        found->second.pop_back();
        return parsed;
      }
    }
    auto parsed = std::make_unique<mustache::mustache>(text);
    parsed->set_custom_escape(escape_html);
    return parsed;
  }
  void give_back(std::string_view name, std::unique_ptr<mustache::mustache> parsed) {
    constexpr std::size_t idle_max = 8;  // as many as threads render at once
    const std::lock_guard guard(mutex_);
    auto& list = idle_.try_emplace(std::string(name)).first->second;
    if (list.size() < idle_max) list.push_back(std::move(parsed));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<mustache::mustache>>, std::less<>> idle_;
};

}  // namespace

class Prepared {
 public:
  explicit Prepared(mustache::data data) : data_(std::move(data)) {}
  [[nodiscard]] const mustache::data& data() const { return data_; }

 private:
  mustache::data data_;
};

std::shared_ptr<const Prepared> prepare(const json::object& context) {
  return std::make_shared<const Prepared>(to_data(context));
}

struct WebFiles::Content {
  std::map<std::string, std::string, std::less<>> templates;
  /// Each language's catalogue as the templates read it, under "t".
  std::map<std::string, mustache::data, std::less<>> words;
  mutable ParsedTemplates parsed;
  std::map<std::string, json::object, std::less<>> catalogues;
  std::map<std::string, Asset, std::less<>> assets;
  json::object manifest;
};

WebFiles::WebFiles(std::unique_ptr<Content> content) : content_(std::move(content)) {}
WebFiles::~WebFiles() = default;

namespace {

base::Status load_assets(const std::filesystem::path& built, json::object& manifest,
                         std::map<std::string, Asset, std::less<>>& assets) {
  if (!std::filesystem::exists(built / "manifest.json")) return {};
  auto text = base::read_file(built / "manifest.json", web_file_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  boost::system::error_code error;
  auto parsed = json::parse(*text, error);
  if (error || !parsed.is_object())
    return base::fail(base::ErrorCode::corrupt, "not a JSON object",
                      (built / "manifest.json").string(), "run scripts/build-web");
  manifest = parsed.as_object();
  for (const auto& entry : std::filesystem::directory_iterator(built)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_regular_file() || name == "manifest.json" || name.ends_with(".br") ||
        name.ends_with(".gz"))
      continue;
    const auto load = [&](const std::string& ending) -> std::shared_ptr<const std::string> {
      auto bytes = base::read_file(entry.path().string() + ending, web_file_bytes_max);
      return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
    };
    Asset asset{content_type_of(name), load(""), load(".gz"), load(".br")};
    if (asset.plain != nullptr) assets[name] = std::move(asset);
  }
  return {};
}

}  // namespace

namespace {

/// Puts the text of partials in their place, so that the engine parses each page once.
std::string inline_partials(const std::map<std::string, std::string, std::less<>>& templates,
                            const std::string& text, int depth) {
  constexpr int depth_max = 8;
  if (depth > depth_max) return text;
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const auto open = text.find("{{>", at);
    const auto close = open == std::string::npos ? open : text.find("}}", open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    auto name = text.substr(open + 3, close - open - 3);
    std::erase(name, ' ');
    const auto found = templates.find(name);
    if (found != templates.end()) out += inline_partials(templates, found->second, depth + 1);
    at = close + 2;
    // A partial that stands alone on its line takes the line end with it.
    if (at < text.size() && text[at] == '\n' && (open == 0 || text[open - 1] == '\n')) ++at;
  }
}

}  // namespace

base::Result<std::unique_ptr<WebFiles>> WebFiles::load(const std::filesystem::path& sources,
                                                       const std::filesystem::path& built) {
  auto content = std::make_unique<Content>();
  auto templates = read_tree(sources / "templates", ".mustache");
  if (!templates) return std::unexpected(std::move(templates.error()));
  for (const auto& [name, text] : *templates)
    content->templates[name] = inline_partials(*templates, text, 0);
  auto messages = read_tree(sources / "messages", ".json");
  if (!messages) return std::unexpected(std::move(messages.error()));
  for (const auto& [name, text] : *messages) {
    const auto file = (sources / "messages" / (name + ".json")).string();
    boost::system::error_code error;
    auto parsed = json::parse(text, error);
    if (error || !parsed.is_object())
      return base::fail(base::ErrorCode::corrupt, "not a JSON object: " + error.message(), file);
    // messages/en.json and messages/ROOM/en.json together are the English catalogue.
    auto& catalogue = content->catalogues[name.substr(name.rfind('/') + 1)];
    for (auto& [section, words] : parsed.as_object())
      if (!catalogue.emplace(section, std::move(words)).second)
        return base::fail(base::ErrorCode::corrupt,
                          "the section \"" + std::string(section) + "\" is there twice", file);
  }
  for (auto& [language, catalogue] : content->catalogues)
    if (language != "en") complete(catalogue, content->catalogues["en"]);
  for (const auto& [language, catalogue] : content->catalogues) {
    mustache::data words{mustache::data::type::object};
    words["t"] = to_data(catalogue);
    content->words.emplace(language, std::move(words));
  }
  if (auto done = load_assets(built, content->manifest, content->assets); !done)
    return std::unexpected(std::move(done.error()));
  return std::unique_ptr<WebFiles>(new WebFiles(std::move(content)));
}

base::Result<std::string> WebFiles::render(std::string_view name, std::string_view language,
                                           const json::object& context,
                                           const Prepared* more) const {
  const auto found = content_->templates.find(name);
  if (found == content_->templates.end())
    return base::fail(base::ErrorCode::internal, "no such template", std::string(name));
  auto page = content_->parsed.borrow(name, found->second);
  if (!page->is_valid())
    return base::fail(base::ErrorCode::internal, page->error_message(), std::string(name));
  const mustache::data data = to_data(context);
  mustache::context<std::string> looked_into;
  if (const auto words = content_->words.find(language); words != content_->words.end())
    looked_into.push(&words->second);
  if (more != nullptr) looked_into.push(&more->data());
  looked_into.push(&data);
  auto html = page->render(looked_into);
  content_->parsed.give_back(name, std::move(page));
  return html;
}

std::string WebFiles::message(std::string_view language, std::string_view key,
                              const std::map<std::string, std::string>& values) const {
  auto catalogue = content_->catalogues.find(language);
  if (catalogue == content_->catalogues.end()) catalogue = content_->catalogues.find("en");
  if (catalogue == content_->catalogues.end()) return std::string(key);
  const auto* found = look_up(catalogue->second, key);
  if (found == nullptr || !found->is_string()) return std::string(key);
  return fill(found->get_string(), values);
}

std::string WebFiles::plural(std::string_view language, std::string_view key, std::int64_t count,
                             std::map<std::string, std::string> values) const {
  values["n"] = base::format_count(language, count);
  const auto form = [&](std::string_view name) {
    const std::string chosen = std::string(key) + "." + std::string(name);
    auto text = message(language, chosen, values);
    return text == chosen ? std::string{} : text;
  };
  std::string text = count == 0 ? form("zero") : std::string{};
  if (text.empty()) text = form(base::plural_class(language, count));
  return text.empty() ? form("other") : text;
}

std::string WebFiles::asset_name(std::string_view name) const {
  const auto* found = content_->manifest.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string{};
}

const boost::json::object* WebFiles::catalogue(std::string_view language) const {
  const auto found = content_->catalogues.find(language);
  return found == content_->catalogues.end() ? nullptr : &found->second;
}

const Asset* WebFiles::asset(std::string_view name) const {
  const auto found = content_->assets.find(name);
  return found == content_->assets.end() ? nullptr : &found->second;
}

std::vector<std::string> WebFiles::languages() const {
  std::vector<std::string> names;
  for (const auto& [language, catalogue] : content_->catalogues) names.push_back(language);
  return names;
}

net::Response asset_response(const Asset& asset, const net::Request& request) {
  net::Response response;
  response.headers.emplace_back("Content-Type", asset.content_type);
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.shared_body = asset.plain;
  if (asset.brotli != nullptr && accepts(request, "br")) {
    response.headers.emplace_back("Content-Encoding", "br");
    response.shared_body = asset.brotli;
  } else if (asset.gzip != nullptr && accepts(request, "gzip")) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.shared_body = asset.gzip;
  }
  return response;
}

void compress(net::Response& response, const net::Request& request) {
  if (response.body.size() < compress_bytes_min) return;
  std::string packed;
  std::string coding;
  if (accepts(request, "br")) {
    packed = brotli_bytes(response.body);
    coding = "br";
  } else if (accepts(request, "gzip")) {
    packed = gzip_bytes(response.body);
    coding = "gzip";
  }
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (packed.empty()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", coding);
}

net::Response html_response(std::string html, const net::Request& request, int status) {
  net::Response response;
  response.status = status;
  response.headers = {
      {"Content-Type", "text/html; charset=utf-8"},
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
       "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Permissions-Policy", "geolocation=(), camera=(), microphone=()"}};
  response.body = std::move(html);
  compress(response, request);
  return response;
}

}  // namespace tocsin::pagekit
