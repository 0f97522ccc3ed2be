// SPDX-License-Identifier: Apache-2.0
#include "pagekit/templates.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

namespace tocsin::pagekit {
namespace {

net::Request accepting(std::string codings) {
  net::Request request;
  request.headers = {{"accept-encoding", std::move(codings)}};
  return request;
}

std::string header_of(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

std::string ungzip(std::string_view packed) {
  z_stream stream{};
  constexpr int window_bits_gzip = 15 + 16;
  if (inflateInit2(&stream, window_bits_gzip) != Z_OK) return {};
  std::string out(1 << 20, '\0');
  std::string in(packed);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

class Web : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-web-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    put("templates/page.mustache", "{{title}}|{{{raw}}}|{{t.greet}}|{{>parts/foot}}");
    put("templates/parts/foot.mustache", "{{#rows}}[{{name}}]{{/rows}}{{^rows}}none{{/rows}}");
    put("templates/loop.mustache", "x{{>loop}}");
    put("messages/en.json",
        R"({"greet":"Hello","only":{"here":"English only"},"with":"{a} and {b}",)"
        R"("n":{"one":"{n} row","other":"{n} rows","zero":"no rows"},"m":{"other":"{n} all"}})");
    put("messages/fr.json", R"({"greet":"Bonjour","n":{"one":"{n} ligne","other":"{n} lignes"}})");
    put("messages/ar.json", R"({"n":{"zero":"Z","one":"1","two":"2","few":"F {n}","many":"M",)"
                            R"("other":"O"}})");
    put("built/manifest.json", R"({"site.css":"site.abc.css"})");
    put("built/site.abc.css", "body{}");
    put("built/site.abc.css.gz", "gzipped");
    put("built/site.abc.css.br", "brotlied");
    put("built/plain.js", "x");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void put(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::unique_ptr<WebFiles> load() const {
    auto loaded = WebFiles::load(folder_, folder_ / "built");
    EXPECT_TRUE(loaded) << loaded.error().text();
    return loaded ? std::move(*loaded) : nullptr;
  }
  std::filesystem::path folder_;
};

TEST_F(Web, RendersEscapedWithPartialsAndTheLanguagesWords) {
  const auto web = load();
  boost::json::object context{{"title", "<a href='x' title=\"y\">&"},
                              {"raw", "<b>"},
                              {"rows", boost::json::array{{{"name", "1"}}, {{"name", "<2>"}}}}};
  EXPECT_EQ(*web->render("page", "fr", context),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;|<b>|Bonjour|[1][&lt;2&gt;]");
  EXPECT_EQ(*web->render("page", "en", {}), "||Hello|none");
}

TEST_F(Web, TemplatesInValuesAreText) {
  EXPECT_EQ(*load()->render("page", "en", {{"title", "{{t.greet}}{{>page}}"}}),
            "{{t.greet}}{{&gt;page}}||Hello|none");
}

TEST_F(Web, AnUnknownTemplateIsAnErrorAndACircleEnds) {
  const auto web = load();
  EXPECT_EQ(web->render("none", "en", {}).error().code, base::ErrorCode::internal);
  EXPECT_TRUE(web->render("loop", "en", {}));
}

TEST_F(Web, MessagesFallBackToEnglishAndThenToTheirKey) {
  const auto web = load();
  EXPECT_EQ(web->message("fr", "greet"), "Bonjour");
  EXPECT_EQ(web->message("fr", "only.here"), "English only");
  EXPECT_EQ(web->message("de", "greet"), "Hello");
  for (const auto* key : {"none", "only", "only.none", "greet.deeper", ""})
    EXPECT_EQ(web->message("fr", key), key);
  EXPECT_EQ(web->languages(), (std::vector<std::string>{"ar", "en", "fr"}));
}

TEST_F(Web, ValuesAreFilledInAsTheyAre) {
  const auto web = load();
  EXPECT_EQ(web->message("en", "with", {{"a", "{b}"}, {"b", "{a}"}}), "{b} and {a}");
  EXPECT_EQ(web->message("en", "with", {{"a", ""}}), " and {b}");
}

TEST_F(Web, PluralsFollowTheLanguage) {
  const auto web = load();
  EXPECT_EQ(web->plural("en", "n", 1), "1 row");
  EXPECT_EQ(web->plural("en", "n", 0), "no rows");
  EXPECT_EQ(web->plural("en", "n", 12'345), "12,345 rows");
  EXPECT_EQ(web->plural("fr", "n", 1), "1 ligne");
  EXPECT_EQ(web->plural("ar", "n", 2), "2");
  EXPECT_EQ(web->plural("ar", "n", 5), "F 5");
  EXPECT_EQ(web->plural("en", "m", 1), "1 all");
}

TEST_F(Web, GivesBuiltFilesInTheFormTheClientTakes) {
  const auto web = load();
  EXPECT_EQ(web->asset_name("site.css"), "site.abc.css");
  EXPECT_EQ(web->asset_name("none.css"), "");
  const auto* css = web->asset("site.abc.css");
  ASSERT_NE(css, nullptr);
  EXPECT_EQ(web->asset("../messages/en.json"), nullptr);
  EXPECT_EQ(web->asset("manifest.json"), nullptr);
  const auto body = [&](std::string codings) {
    return *asset_response(*css, accepting(std::move(codings))).shared_body;
  };
  EXPECT_EQ(body("gzip, br"), "brotlied");
  EXPECT_EQ(body("gzip"), "gzipped");
  EXPECT_EQ(body(""), "body{}");
  EXPECT_EQ(body("br;q=0, gzip;q=0.5"), "gzipped");
  EXPECT_EQ(body("vibrant"), "body{}");
  const auto answer = asset_response(*css, accepting("br"));
  EXPECT_EQ(header_of(answer, "Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(header_of(answer, "Content-Encoding"), "br");
  EXPECT_NE(header_of(answer, "Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(header_of(answer, "Vary"), "Accept-Encoding");
}

TEST_F(Web, NamesTheFileThatCannotBeUsed) {
  put("messages/xx.json", "{broken");
  const auto refused = WebFiles::load(folder_, folder_ / "built");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("xx.json"), std::string::npos);
  EXPECT_FALSE(WebFiles::load(folder_ / "none", folder_ / "built"));
}

TEST(Compression, IsUsedWhereItIsTakenAndWorthIt) {
  const std::string html(5'000, 'x');
  const auto packed = html_response(html, accepting("gzip"));
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), html.size());
  EXPECT_EQ(ungzip(packed.body), html);
  EXPECT_EQ(header_of(html_response(html, accepting("gzip, br")), "Content-Encoding"), "br");
  for (const auto* codings : {"", "identity", "gzip;q=0", "*;q=0"}) {
    const auto plain = html_response(html, accepting(codings));
    EXPECT_EQ(plain.body, html) << codings;
    EXPECT_EQ(header_of(plain, "Content-Encoding"), "") << codings;
    EXPECT_EQ(header_of(plain, "Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(html_response("short", accepting("gzip")).body, "short");
}

TEST(Headers, OfEveryPageForbidWhatItDoesNotNeed) {
  const auto page = html_response("<p>", {}, 404);
  EXPECT_EQ(page.status, 404);
  const auto policy = header_of(page, "Content-Security-Policy");
  for (const auto* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                           "base-uri 'none'", "form-action 'self'"})
    EXPECT_NE(policy.find(part), std::string::npos) << part;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("http"), std::string::npos);
  EXPECT_EQ(header_of(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header_of(page, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
}

}  // namespace
}  // namespace tocsin::pagekit
