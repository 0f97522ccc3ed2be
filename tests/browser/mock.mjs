// SPDX-License-Identifier: Apache-2.0
// Serves the page templates with the sample data, for design work and for trying the browser tests
// without a server. Same paths, headers and compression as the server promises.
// Usage: node tests/browser/mock.mjs [--port N]     (build/web must be there: scripts/build-web)
// ?lang=ar chooses the language, ?empty shows a page as it is when it has nothing to show.
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, root } from "./packages.mjs";
import { context_of, languages, render } from "./render.mjs";

const content_policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const web = join(build, "web");

const routes = [
  [/^\/$/, "today"],
  [/^\/observations$/, "observations"],
  [/^\/observations\/[^/]+$/, "observation"],
  [/^\/places$/, "places"],
  [/^\/places\/[^/]+$/, "place"],
  [/^\/sources$/, "sources"],
  [/^\/imports\/[^/]+$/, "import"],
  [/^\/indicators$/, "indicators"],
  [/^\/method$/, "method"],
];

export function assets_of() {
  const manifest = JSON.parse(readFileSync(join(web, "manifest.json"), "utf8"));
  const at = (name) => `/assets/${manifest[name]}`;
  return { style: at("site.css"), script: at("site.js"), map: at("map.js"), world: at("world.json"), icon: at("bell.svg") };
}

function language_of(request, url) {
  const asked = url.searchParams.get("lang") ?? /(?:^|; )lang=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
  return languages.some((entry) => entry.code === asked) ? asked : "en";
}

function send(response, status, type, body, headers = {}) {
  const packed = brotliCompressSync(Buffer.from(body));
  response.writeHead(status, {
    "content-type": type, "content-encoding": "br", "content-length": packed.length,
    "content-security-policy": content_policy, "x-content-type-options": "nosniff", ...headers,
  });
  response.end(packed);
}

function send_asset(response, name) {
  const file = join(web, basename(name));
  const types = { css: "text/css", js: "text/javascript", json: "application/json", svg: "image/svg+xml" };
  if (!existsSync(file) || !existsSync(`${file}.br`)) return false;
  const body = readFileSync(`${file}.br`);
  response.writeHead(200, {
    "content-type": types[file.split(".").pop()], "content-encoding": "br", "content-length": body.length,
    "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff",
  });
  response.end(body);
  return true;
}

function send_changes(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 5000\n\nevent: hello\ndata: {}\n\n");
}

export function start(port) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    try {
      if (url.pathname === "/api/v1/changes") return send_changes(response);
      if (url.pathname.startsWith("/assets/") && send_asset(response, url.pathname)) return undefined;
      if (url.pathname === "/sample-outline.geojson") {
        return send(response, 200, "application/geo+json", readFileSync(join(root, "tests/browser/samples/outline.geojson")));
      }
      const language = language_of(request, url);
      const page = routes.find(([pattern]) => pattern.test(url.pathname))?.[1] ?? "problem";
      const { context, template } = context_of(page, language,
        { assets: assets_of(), here: url.pathname, empty: url.searchParams.has("empty") });
      return send(response, page === "problem" ? 404 : 200, "text/html; charset=utf-8", render(template, context),
        { "cache-control": "no-store", "set-cookie": `lang=${language}; Path=/; SameSite=Strict` });
    } catch (error) {
      response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      return response.end(`mock: ${error.stack}\n`);
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (process.argv[1] === join(root, "tests", "browser", "mock.mjs")) {
  const at = process.argv.indexOf("--port");
  const server = await start(at > 0 ? Number(process.argv[at + 1]) : 8485);
  process.stdout.write(`mock pages at http://127.0.0.1:${server.address().port}/\n`);
}
