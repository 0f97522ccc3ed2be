// SPDX-License-Identifier: Apache-2.0
// Looks at every page of a running node in Chromium, as readers do: on a phone and at a desk, light
// and dark, left to right and right to left, with script and without.
//
// Usage: node tests/browser/run.mjs BASE_URL [--only WORD] [--all]
//   --only WORD   runs the checks whose name holds the word
//   --all         every page in every combination; else each pair of choices on every page at least once
// Ends with one line "N passed, N failed" and exit code 1 if any failed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load_package, root } from "./packages.mjs";

const { chromium } = load_package("playwright-core");
const axe_source = load_package("axe-core").source;

const base = process.argv[2];
if (!base || base.startsWith("--")) {
  process.stderr.write("run.mjs: give the address of a running node, such as http://localhost:8484\n");
  process.exit(2);
}
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : "";

const first_view_bytes_max = 60000;
const first_view_bytes_aim = 25000;
const step_ms_max = 20000;
const widths = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } };
const listed_pages = ["/", "/observations", "/places", "/sources", "/indicators", "/method"];
const messages = JSON.parse(readFileSync(join(root, "web", "messages", "en.json"), "utf8"));
const unfilled = new RegExp(`\\{\\w+\\}|\\{\\{|\\bundefined\\b|\\[object |\\b(?:${Object.keys(messages).join("|")})\\.[a-z_]+\\b`);
const results = { passed: 0, failed: 0 };
const weights = [];

async function check(name, work) {
  if (!name.includes(only)) return;
  try {
    await work();
    results.passed += 1;
  } catch (error) {
    results.failed += 1;
    process.stdout.write(`FAILED ${name}\n  ${String(error.message).split("\n").join("\n  ")}\n`);
  }
}

function expect(holds, message) {
  if (!holds) throw new Error(message);
}

const profile = mkdtempSync(join(tmpdir(), "tocsin-browser-"));
const browser_options = {
  executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
};

// One persistent profile in a folder of its own; each view below is a fresh context in it.
const session = await chromium.launchPersistentContext(profile, browser_options);
const browser = session.browser();

async function with_page(options, work) {
  const { script = true, scheme = "light", width = "desk" } = options;
  const context = await browser.newContext({
    viewport: widths[width], colorScheme: scheme, javaScriptEnabled: script, locale: "en-GB",
  });
  context.setDefaultTimeout(step_ms_max);
  const page = await context.newPage();
  const seen = { foreign: [], refused: [], answers: [] };
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith("data:") && new URL(address).origin !== new URL(base).origin) seen.foreign.push(address);
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.refused.push(message.text());
  });
  page.on("pageerror", (error) => seen.refused.push(String(error)));
  page.on("response", (response) => seen.answers.push(response));
  try {
    await work(page, seen);
  } finally {
    await context.close();
  }
}

async function open(page, path, language) {
  const address = new URL(path, base);
  if (language) address.searchParams.set("lang", language);
  const answer = await page.goto(address.href, { waitUntil: "load" });
  return answer;
}

// The observation, place and import that the node really holds are found by following its own links.
async function find_pages() {
  const found = [...listed_pages];
  await with_page({ script: false }, async (page) => {
    const first = async (path, selector) => {
      await open(page, path, "en");
      return page.locator(selector).first().getAttribute("href").catch(() => null);
    };
    for (const [path, selector] of [
      ["/observations", ".observation h3 a"], ["/places", "a.place"], ["/sources", 'main a[href^="/imports/"]'],
    ]) {
      const href = await first(path, selector);
      if (href) found.push(href.split("#")[0]);
      else await check(`${path} links to what it lists`, () => expect(false, `no link ${selector} on ${path}`));
    }
  });
  return found;
}

async function check_axe(page) {
  // Everything that opens is opened, so that nothing hides from the check.
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  await page.evaluate(axe_source);
  const report = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const lines = report.violations.map((found) =>
    `${found.impact} ${found.id}: ${found.help}\n    ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n    ")}`);
  expect(lines.length === 0, lines.join("\n"));
}

async function check_no_sideways_scroll(page) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return "";
    const out = [...document.querySelectorAll("body *")].find((part) => {
      const box = part.getBoundingClientRect();
      return (box.right > room + 1 || box.left < -1) && !part.closest(".scroll, .visually-hidden, .skip");
    });
    return `page is ${document.documentElement.scrollWidth} wide in ${room}: ${out?.outerHTML.slice(0, 200)}`;
  });
  expect(wide === "", wide);
}

async function look(path, { language, width, scheme, script }) {
  const name = `${path} ${language} ${width} ${scheme} ${script ? "script" : "no-script"}`;
  if (!name.includes(only)) return;
  await with_page({ width, scheme, script }, async (page, seen) => {
    const answer = await open(page, path, language);
    await check(`${name}: answers`, () => expect(answer.status() === 200, `status ${answer.status()}`));
    await check(`${name}: language and direction`, async () => {
      const { lang, dir } = await page.locator("html").evaluate((root) => ({ lang: root.lang, dir: root.dir }));
      expect(lang === language && dir === (language === "ar" ? "rtl" : "ltr"), `lang ${lang}, dir ${dir}`);
    });
    await check(`${name}: one heading of first rank, filled title`, async () => {
      expect(await page.locator("h1").count() === 1, "not exactly one h1");
      expect((await page.locator("h1").innerText()).trim() !== "", "the h1 is empty");
      expect(!/^\s*·|undefined|\{\{/.test(await page.title()), `title: ${await page.title()}`);
    });
    await check(`${name}: no unfilled name`, async () => {
      // Texts of sources may say anything; what the node itself says may not be a key or a place for a value.
      const text = await page.locator("body").evaluate((body) => {
        const copy = body.cloneNode(true);
        copy.querySelectorAll(".excerpt, .text, .hash, [dir=auto]").forEach((part) => part.remove());
        return copy.textContent;
      });
      const bad = unfilled.exec(text);
      expect(!bad, `found "${bad?.[0]}"`);
    });
    await check(`${name}: no sideways scroll`, () => check_no_sideways_scroll(page));
    if (script) {
      if (await page.locator("[data-map]").count() > 0) {
        await page.locator("[data-map]").scrollIntoViewIfNeeded();
        await page.waitForSelector("[data-map-frame] svg");
      }
      await check(`${name}: axe finds nothing`, () => check_axe(page));
      await check(`${name}: still no sideways scroll with all parts open`, () => check_no_sideways_scroll(page));
    }
    await check(`${name}: nothing from elsewhere, nothing refused`, () => {
      expect(seen.foreign.length === 0, `requests to ${seen.foreign.join(", ")}`);
      expect(seen.refused.length === 0, seen.refused.join("\n"));
    });
  });
}

async function weigh(path) {
  await with_page({ width: "phone" }, async (page) => {
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    const parts = new Map();
    wire.on("Network.responseReceived", ({ requestId, response }) => parts.set(requestId, { url: response.url, bytes: 0 }));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (parts.has(requestId)) parts.get(requestId).bytes = encodedDataLength;
    });
    await open(page, path, "en");
    await page.waitForLoadState("load");
    const counted = [...parts.values()].filter(({ url }) => !/\/world-|\.geojson|\/changes/.test(url));
    const bytes = counted.reduce((sum, part) => sum + part.bytes, 0);
    weights.push({ path, bytes });
    await check(`${path}: first view under ${first_view_bytes_max} bytes`, () =>
      expect(bytes > 0 && bytes < first_view_bytes_max, `${bytes} bytes: ${counted.map((part) => `${part.url} ${part.bytes}`).join(", ")}`));
  });
}

// What the tab key reaches, in order, until it leaves the page or comes round.
async function tab_stops(page, most = 400) {
  const stops = [];
  let same = 0;
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      if (window.last_tabbed === focused) return "same"; // a date field has several stops of its own
      window.last_tabbed = focused;
      if (focused.dataset.tabbed) return null;
      focused.dataset.tabbed = "1";
      const style = getComputedStyle(focused);
      const box = focused.getBoundingClientRect();
      return {
        what: `${focused.tagName.toLowerCase()}${focused.id ? `#${focused.id}` : ""} ${focused.getAttribute("href") ?? ""}`.trim(),
        visible: box.width > 0 && box.height > 0,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (!stop) break;
    if (stop === "same") same += 1;
    else stops.push(stop);
    if (same > most / 4) break;
  }
  return stops;
}

async function check_keyboard(path) {
  await with_page({}, async (page) => {
    await open(page, path, "en");
    const wanted = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
      .filter((part) => part.checkVisibility()).length);
    const stops = await tab_stops(page);
    await check(`${path}: the tab key reaches every control, each with a visible focus`, () => {
      expect(stops[0]?.what.includes("#main"), `first stop is ${stops[0]?.what}, not the link to the content`);
      expect(stops.length >= Math.min(wanted, 400), `${stops.length} stops for ${wanted} controls`);
      const bare = stops.filter((stop) => !stop.visible || !stop.outlined);
      expect(bare.length === 0, `without visible focus: ${bare.map((stop) => stop.what).join(", ")}`);
    });
    await check(`${path}: the first link leads to the content`, async () => {
      await open(page, path, "en");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id) === "main", "focus did not move to the content");
    });
  });
}

async function check_filter_with_script() {
  await with_page({}, async (page) => {
    await open(page, "/observations", "en");
    await check("/observations: a changed filter fetches the results in place", async () => {
      await page.evaluate(() => { window.same_document = true; });
      const select = page.locator('select[name="kind"]');
      const value = await select.locator("option").nth(1).getAttribute("value");
      await select.focus();
      const answered = page.waitForResponse((response) => response.url().includes(`kind=${encodeURIComponent(value)}`));
      await select.selectOption(value);
      await answered;
      await page.waitForFunction(() => location.search.includes("kind="));
      expect(await page.evaluate(() => window.same_document === true), "the page was loaded anew");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("name")) === "kind", "the focus was lost");
      expect(await page.locator("#results").count() === 1, "the results are not there once");
      expect((await page.locator("form [role=status]").innerText()).trim() !== "", "the new results were not announced");
    });
    await check("/observations: keys move between rows only while a row has the focus", async () => {
      await open(page, "/observations", "en");
      const rows = page.locator("[data-keys] > li");
      if (await rows.count() < 2) return;
      await page.keyboard.press("j");
      expect(await page.evaluate(() => document.activeElement === document.body), "j moved the focus from outside the list");
      await rows.first().locator("a").first().focus();
      await page.keyboard.press("j");
      expect(await page.evaluate(() => document.activeElement.closest("li") === document.querySelectorAll("[data-keys] > li")[1]),
        "j did not go to the second row");
      await page.keyboard.press("/");
      expect(await page.evaluate(() => document.activeElement.matches(".filter input")), "/ did not go to the filter");
    });
  });
}

async function check_without_script() {
  await with_page({ script: false }, async (page) => {
    await check("/observations: the filter works without script", async () => {
      await open(page, "/observations", "en");
      const value = await page.locator('select[name="kind"] option').nth(1).getAttribute("value");
      await page.locator('select[name="kind"]').selectOption(value);
      await Promise.all([page.waitForNavigation(), page.locator(".filter button[type=submit]").click()]);
      expect(new URL(page.url()).searchParams.get("kind") === value, `address is ${page.url()}`);
      expect(await page.locator("#results").count() === 1, "no results");
    });
    await check("/: the sections can be walked without script", async () => {
      await open(page, "/", "en");
      const count = await page.locator(".sections a").count();
      for (let index = 0; index < count; index += 1) {
        await page.locator(".sections a").nth(index).click();
        expect(await page.locator(".sections a[aria-current=page]").count() === 1, `no section marked at ${page.url()}`);
      }
    });
    await check("/: the language can be changed without script and stays", async () => {
      await open(page, "/", "en");
      await page.locator('.languages a[hreflang="ar"]').click();
      await page.locator(".sections a").nth(1).click();
      expect(await page.locator("html").getAttribute("dir") === "rtl", "the language was lost on the next page");
    });
    await check("/places/999999: what is not there explains itself", async () => {
      const answer = await open(page, "/places/999999", "en");
      expect(answer.status() === 404, `status ${answer.status()}`);
      expect(await page.locator("main a[href='/']").count() >= 1, "no way out");
    });
    await check("/nothing-here: a stranger is led to the log-in, whatever the address", async () => {
      await open(page, "/nothing-here", "en");
      expect(new URL(page.url()).pathname === "/log-in", `it ended at ${page.url()}`);
    });
  });
}

async function check_map(path) {
  await with_page({}, async (page, seen) => {
    await open(page, path, "en");
    const box = page.locator("[data-map]");
    if (await box.count() === 0) return;
    await check(`${path}: the map draws the table's points and zooms by buttons`, async () => {
      expect(!seen.answers.some((answer) => /world-/.test(answer.url())) ||
        await box.evaluate((part) => part.getBoundingClientRect().top < innerHeight + 250), "the outline came before it was near");
      await box.scrollIntoViewIfNeeded();
      await page.waitForSelector("[data-map-frame] svg");
      const rows = await box.locator("[data-point]").count();
      const circles = await box.locator("circle.m-point").count();
      expect(circles >= 1 && circles <= rows, `${circles} points for ${rows} rows`);
      const before = await box.locator(".m-bar text").innerHTML();
      await box.locator(".map-tools button").nth(1).click();
      await box.locator(".map-tools button").nth(1).click();
      expect(await box.locator(".m-bar text").innerHTML() !== before, "the scale did not change");
      expect(seen.refused.length === 0, seen.refused.join("\n"));
    });
  });
}

async function check_headers() {
  await check("headers: strict policy, hashed files are immutable and compressed", async () => {
    const answer = await fetch(new URL("/", base), { headers: { "accept-encoding": "gzip, br" } });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(/default-src 'none'/.test(policy) && !/unsafe|\*|https?:/.test(policy), `policy: ${policy}`);
    expect(answer.headers.get("x-content-type-options") === "nosniff", "no nosniff");
    const html = await answer.text();
    expect(!/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/i.test(html), "inline script or style");
    const style = /href="([^"]+\.css)"/.exec(html)?.[1];
    expect(style, "no style sheet");
    const asset = await fetch(new URL(style.replaceAll("&#x2F;", "/"), base), { headers: { "accept-encoding": "br" } });
    expect(/immutable/.test(asset.headers.get("cache-control") ?? ""), "the style sheet is not immutable");
    expect(asset.headers.get("content-encoding") === "br", "the style sheet is not sent as brotli");
  });
}

async function check_live() {
  await with_page({}, async (page) => {
    await check("/: a change is announced in one line and moves nothing", async () => {
      await page.route("**/api/v1/changes*", (route) => route.fulfill({
        status: 200, contentType: "text/event-stream", body: 'event: change\ndata: {"topic":"observations"}\n\n',
      }));
      await open(page, "/", "en");
      await page.waitForFunction(() => document.querySelector("#live a") !== null);
      expect(await page.locator("#live[role=status]").count() === 1, "the line is no live region");
    });
  });
}

async function check_still() {
  for (const path of listed_pages) {
    await with_page({ width: "phone" }, async (page) => {
      await page.addInitScript(() => {
        window.moved_by = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved_by += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      await open(page, path, "en");
      await page.waitForLoadState("load");
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const moved = await page.evaluate(() => window.moved_by);
      await check(`${path}: nothing jumps while it loads`, () => expect(moved < 0.02, `layout shift ${moved}`));
    });
  }
}

function all_views() {
  const made = [];
  for (const language of ["en", "ar", "fr"])
    for (const width of ["phone", "desk"])
      for (const scheme of ["light", "dark"])
        for (const script of [true, false]) made.push({ language, width, scheme, script });
  return made;
}

// Each two choices meet at least once.
const pair_views = [
  { language: "en", width: "phone", scheme: "light", script: true },
  { language: "en", width: "desk", scheme: "dark", script: true },
  { language: "ar", width: "phone", scheme: "dark", script: true },
  { language: "ar", width: "desk", scheme: "light", script: true },
  { language: "fr", width: "phone", scheme: "dark", script: true },
  { language: "en", width: "desk", scheme: "light", script: false },
  { language: "ar", width: "phone", scheme: "dark", script: false },
];
const views = process.argv.includes("--all") ? all_views() : pair_views;

try {
  const pages = await find_pages();
  for (const path of pages) {
    for (const choices of views) await look(path, choices);
    await weigh(path);
    await check_keyboard(path);
    if (path.startsWith("/places/")) await check_map(path);
  }
  await check_filter_with_script();
  await check_without_script();
  await check_headers();
  await check_live();
  await check_still();
} finally {
  await session.close();
  rmSync(profile, { recursive: true, force: true });
}

const heaviest = weights.sort((a, b) => b.bytes - a.bytes)[0];
if (heaviest) {
  process.stdout.write(`heaviest first view: ${heaviest.path} with ${heaviest.bytes} bytes (limit ${first_view_bytes_max}, aim ${first_view_bytes_aim})\n`);
}
process.stdout.write(`${results.passed} passed, ${results.failed} failed\n`);
process.exitCode = results.failed === 0 ? 0 : 1;
