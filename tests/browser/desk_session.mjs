// SPDX-License-Identifier: Apache-2.0
// What the desk's tests share: the browser, people who log in, checks that are counted, axe.
//
// Started by desk.mjs with BASE_URL REPORTER_URL [--pictures FOLDER].
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { load_package } from "./packages.mjs";

const { chromium } = load_package("playwright-core");
const axe_source = load_package("axe-core").source;
export const [base, reporter] = process.argv.slice(2);
if (!base || !reporter) {
  process.stderr.write(
    "desk.mjs: give the addresses of a demonstration node and of its reporter's page\n",
  );
  process.exit(2);
}
export const pictures = process.argv.includes("--pictures")
  ? process.argv[process.argv.indexOf("--pictures") + 1]
  : "";
if (pictures) mkdirSync(pictures, { recursive: true });

export const counted = { passed: 0, failed: 0 };
// A page that answers no more may hold what waits for it for ever: no check may.
const check_ms_max = 400000;
export async function check(name, run) {
  let limit;
  const too_long = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`not done after ${check_ms_max} ms`)), check_ms_max);
  });
  try {
    await Promise.race([run(), too_long]);
    counted.passed += 1;
  } catch (error) {
    counted.failed += 1;
    process.stderr.write(
      `FAILED ${name}\n  ${String(error.message ?? error)
        .split("\n")
        .slice(0, 60)
        .join("\n  ")}\n`,
    );
  } finally {
    clearTimeout(limit);
  }
}
export function expect(holds, message) {
  if (!holds) throw new Error(message);
}

export const step_ms_max = 30000;
export const browser = await chromium.launch({
  executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});

export async function accessible(page, name) {
  await check(`${name}: axe finds nothing`, async () => {
    await page.evaluate(axe_source);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      }),
    );
    expect(
      violations.length === 0,
      violations
        .map(
          (found) =>
            `${found.id}: ${found.nodes
              .map((node) => node.html.slice(0, 160))
              .slice(0, 3)
              .join(" | ")}`,
        )
        .join("\n"),
    );
  });
  await check(`${name}: nothing is wider than the window`, async () => {
    const [wider, which] = await page.evaluate(() => [
      document.documentElement.scrollWidth - window.innerWidth,
      [...document.querySelectorAll("main *")]
        .filter(
          (part) =>
            part.getBoundingClientRect().right > window.innerWidth + 1 ||
            part.getBoundingClientRect().left < -1,
        )
        .map((part) => part.outerHTML.slice(0, 120))
        .slice(0, 3)
        .join(" | "),
    ]);
    expect(wider <= 0, `${wider} pixels too wide: ${which}`);
  });
  await check(`${name}: no word is missing`, async () => {
    const text = await page.evaluate(() => document.body.innerText);
    const gap = /\{\w+\}|\{\{|\bundefined\b|\[object |\b[a-z_]+\.[a-z_]+_[a-z_]+\b/.exec(text);
    expect(!gap, `"${gap?.[0]}" stands on the page`);
  });
  if (pictures)
    await page.screenshot({
      path: join(pictures, `${name.replaceAll(/[^\p{L}\d]+/gu, "-")}.png`),
      fullPage: true,
    });
}

// The code of the second factor stands on the page of the demonstration, as in an authenticator.
// A code serves once: who comes again within its half minute keeps the session.
const sessions = new Map();
export async function secrets_of(page, who) {
  await page.goto(`${base}/demo?lang=${page.context().language}`);
  const row = page.locator("tr", {
    has: page.locator("td:nth-child(3) code", { hasText: new RegExp(`^${who}$`) }),
  });
  const [, password, code] = await row.locator("code").allInnerTexts();
  return { password, code };
}
export async function log_in(context, who) {
  const page = await context.newPage();
  if (sessions.has(who)) {
    await context.addCookies(sessions.get(who));
    await page.goto(`${base}/desk`);
    return page;
  }
  return await log_in_anew(context, who, page);
}
// With a code of its own: half a minute after the one before.
export async function log_in_anew(context, who, own_page) {
  const page = own_page ?? (await context.newPage());
  const { password, code } = await secrets_of(page, who);
  await page.goto(`${base}/log-in?next=/desk`);
  await page.fill("input[name=log_in]", who);
  await page.fill("input[name=password]", password);
  await page.fill("input[name=code]", code);
  await Promise.all([page.waitForNavigation(), page.click("main form button")]);
  expect(
    /\/desk$/.test(page.url()),
    `${who} cannot log in: ${page.url()}: ${(await page.innerText("main")).slice(0, 300)}`,
  );
  sessions.set(
    who,
    (await context.cookies()).filter((cookie) => cookie.name !== "lang"),
  );
  return page;
}

export async function context_of(
  language,
  width,
  javaScriptEnabled = true,
  colorScheme = "light",
) {
  const context = await browser.newContext({
    locale: language,
    colorScheme,
    viewport: width === "phone" ? { width: 360, height: 740 } : { width: 1280, height: 900 },
    javaScriptEnabled,
    extraHTTPHeaders: { "accept-language": language },
  });
  context.setDefaultTimeout(step_ms_max);
  context.language = language;
  return context;
}

export async function as(context_language, width, who, address, run) {
  const context = await context_of(context_language, width);
  try {
    const page = await log_in(context, who);
    await page.goto(address);
    await run(page).catch(async (error) => {
      throw new Error(
        `${error.message}\n${page.url()}\n${(await page.innerText("main")).slice(0, 600)}`,
      );
    });
  } finally {
    await context.close();
  }
}
