// SPDX-License-Identifier: Apache-2.0
// The thread of the desk through real pages: a reporter tells, an analyst takes it in, links it to
// an indicator, judges, assesses; the reporter reads the answer. Once in English without script on
// the reporter's side, once in Arabic with it; each page goes through axe on the way. Then a second
// person, the principal, and the authorities who are informed: by mail, by webhook and on paper,
// where tests/browser/run has started the receivers (TOCSIN_TEST_...). Then what stands beside the
// thread: a message taken in by hand, an emergency, a security key, and the desk's other pages.
//
// Usage: node tests/browser/desk.mjs BASE_URL REPORTER_URL [--pictures FOLDER]
// Ends with one line "N passed, N failed" and exit code 1 if any failed.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load_package } from "./packages.mjs";

const { chromium } = load_package("playwright-core");
const axe_source = load_package("axe-core").source;
const [base, reporter] = process.argv.slice(2);
if (!base || !reporter) {
  process.stderr.write("desk.mjs: give the addresses of a demonstration node and of its reporter's page\n");
  process.exit(2);
}
const pictures = process.argv.includes("--pictures") ? process.argv[process.argv.indexOf("--pictures") + 1] : "";
if (pictures) mkdirSync(pictures, { recursive: true });

let passed = 0;
let failed = 0;
async function check(name, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failed += 1;
    process.stderr.write(`FAILED ${name}\n  ${String(error.message ?? error).split("\n").slice(0, 60).join("\n  ")}\n`);
  }
}
function expect(holds, message) {
  if (!holds) throw new Error(message);
}

const step_ms_max = 30000;
const browser = await chromium.launch({ executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"] });

async function accessible(page, name) {
  await check(`${name}: axe finds nothing`, async () => {
    await page.evaluate(axe_source);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document,
      { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    expect(violations.length === 0, violations.map((found) =>
      `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`).join("\n"));
  });
  await check(`${name}: nothing is wider than the window`, async () => {
    const [wider, which] = await page.evaluate(() => [document.documentElement.scrollWidth - window.innerWidth,
      [...document.querySelectorAll("main *")].filter((part) => part.getBoundingClientRect().right > window.innerWidth + 1 ||
        part.getBoundingClientRect().left < -1).map((part) => part.outerHTML.slice(0, 120)).slice(0, 3).join(" | ")]);
    expect(wider <= 0, `${wider} pixels too wide: ${which}`);
  });
  await check(`${name}: no word is missing`, async () => {
    const text = await page.evaluate(() => document.body.innerText);
    const gap = /\{\w+\}|\{\{|\bundefined\b|\[object |\b[a-z_]+\.[a-z_]+_[a-z_]+\b/.exec(text);
    expect(!gap, `"${gap?.[0]}" stands on the page`);
  });
  if (pictures) await page.screenshot({ path: join(pictures, `${name.replaceAll(/[^\p{L}\d]+/gu, "-")}.png`), fullPage: true });
}

// The code of the second factor stands on the demonstration's page, as an authenticator would show it.
// A code serves once: who comes again within its half minute keeps the session.
const sessions = new Map();
async function secrets_of(page, who) {
  await page.goto(`${base}/demo?lang=${page.context().language}`);
  const row = page.locator("tr", { has: page.locator("td:nth-child(3) code", { hasText: new RegExp(`^${who}$`) }) });
  const [, password, code] = await row.locator("code").allInnerTexts();
  return { password, code };
}
async function log_in(context, who) {
  const page = await context.newPage();
  if (sessions.has(who)) {
    await context.addCookies(sessions.get(who));
    await page.goto(`${base}/desk`);
    return page;
  }
  const { password, code } = await secrets_of(page, who);
  await page.goto(`${base}/log-in?next=/desk`);
  await page.fill("input[name=log_in]", who);
  await page.fill("input[name=password]", password);
  await page.fill("input[name=code]", code);
  await Promise.all([page.waitForNavigation(), page.click("main form button")]);
  expect(/\/desk$/.test(page.url()), `${who} cannot log in: ${page.url()}: ${(await page.innerText("main")).slice(0, 300)}`);
  sessions.set(who, (await context.cookies()).filter((cookie) => cookie.name !== "lang"));
  return page;
}

async function context_of(language, width, javaScriptEnabled = true, colorScheme = "light") {
  const context = await browser.newContext({ locale: language, colorScheme, viewport: width === "phone" ?
    { width: 360, height: 740 } : { width: 1280, height: 900 }, javaScriptEnabled,
    extraHTTPHeaders: { "accept-language": language } });
  context.setDefaultTimeout(step_ms_max);
  context.language = language;
  return context;
}

// A photograph as a device makes it: coded by a real encoder, with a place in it and lying on its side (Exif 6).
const place_in_photograph = "GPS-OF-THE-SENDER";
async function photograph() {
  const context = await browser.newContext();
  const page = await context.newPage();
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 48, height: 32 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#a33";
    pen.fillRect(0, 0, 24, 32);
    return canvas.toDataURL("image/jpeg", 0.8);
  });
  await context.close();
  const coded = Buffer.from(data.slice(data.indexOf(",") + 1), "base64");
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from(place_in_photograph)]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2]);
  return { name: "../IMG_2041.html", mimeType: "text/html",
    buffer: Buffer.concat([head, exif, coded.subarray(2), Buffer.from("<script>alert(1)</script>")]) };
}
const photo = await photograph();

async function look_at_photograph(page, language) {
  await check(`${language}: the photograph is shown upright when it is opened, and tells nothing else`, async () => {
    const fold = page.locator("details.picture");
    expect(await fold.getAttribute("open") === null, "the picture is open without being asked for");
    await fold.locator("summary").click();
    const size = await fold.locator("img").evaluate(async (image) => {
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    });
    expect(size === "32x48", `it is ${size} points`);
    const got = await page.request.get(new URL(await fold.locator("img").getAttribute("src"), base).href);
    const bytes = (await got.body()).toString("latin1");
    for (const gone of [place_in_photograph, "<script>", "IMG_2041"])
      expect(!bytes.includes(gone), `${gone} is still in it`);
    expect(got.headers()["content-type"] === "image/jpeg", got.headers()["content-type"]);
    expect(got.headers()["content-security-policy"].includes("sandbox"), "it is served without a sandbox");
  });
}

async function report(language, width, told, with_script) {
  const context = await context_of(language, width, with_script);
  const page = await context.newPage();
  await page.goto(`${reporter}/?lang=${language}`);
  if (with_script) await accessible(page, `reporter ${language} ${width}`);
  await page.fill("#text", told.text);
  await page.fill("#place", told.place);
  await page.selectOption("#witness", "own_eyes");
  await page.fill("#reach", told.reach);
  await page.setInputFiles("#files", photo);
  await page.click("#report-form button[type=submit]");
  const shown = with_script ? page.locator("#reporter-receipt strong") : page.locator("main .notice strong");
  await shown.waitFor({ state: "visible" });
  await page.waitForFunction(() => true).catch(() => {});
  const receipt = (await shown.innerText()).trim();
  const left = with_script ? await page.evaluate(() => JSON.stringify({ ...localStorage })) : "";
  await context.close();
  return { receipt, left };
}

async function step(page, name, fill = async () => {}) {
  const form = page.locator("form", { has: page.locator(`input[name=step][value=${name}]`) });
  const fold = page.locator("details", { has: page.locator(`input[name=step][value=${name}]`) });
  if (await fold.getAttribute("open") === null) await fold.locator("summary").click();
  await fill(form);
  await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
}

// What a person may do with a warning stands folded on its page.
async function act(page, name, fill = async () => {}) {
  const fold = page.locator("details", { has: page.locator(`input[name=step][value=${name}]`) });
  if (await fold.getAttribute("open") === null) await fold.locator("summary").click();
  await fill(fold);
  await Promise.all([page.waitForNavigation(), fold.locator("button[type=submit]").click()]);
}

async function warn(page, language, width) {
  let address = "";
  await check(`${language}: a warning is drafted and given to a second reader`, async () => {
    await Promise.all([page.waitForNavigation(), page.locator("a[href^='/warnings/new?']").first().click()]);
    await accessible(page, `warning form ${language} ${width}`);
    await page.fill("[name=title]", `Warning ${language}`);
    await page.fill("[name=what_changed]", "Farms were burned and people told to leave.");
    await page.fill("[name=concerns]", "The families of the valley.");
    await page.locator("input[name^=option_]").first().check();
    await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").first().click()]);
    expect(/\/warnings\/[0-9a-f-]+$/.test(page.url()), `it ended at ${page.url()}: ${(await page.innerText("main")).slice(0, 300)}`);
    address = page.url();
    await act(page, "submit");
  });
  await accessible(page, `warning ${language} ${width}`);
  return address;
}

async function as(context_language, width, who, address, run) {
  const context = await context_of(context_language, width);
  try {
    const page = await log_in(context, who);
    await page.goto(address);
    await run(page).catch(async (error) => {
      throw new Error(`${error.message}\n${page.url()}\n${(await page.innerText("main")).slice(0, 600)}`);
    });
  } finally {
    await context.close();
  }
}

async function decide(address, author, language, width) {
  const reader = author === "analyst" ? "analyst2" : "analyst";
  await check(`${language}: its author cannot be its second reader`, () => as(language, width, author, address,
    async (page) => expect(await page.locator("input[name=step][value=pass]").count() === 0, "the author may pass it")));
  await check(`${language}: a second person passes it on`, () => as(language, width, reader, address, async (page) => {
    await act(page, "pass", (form) => form.locator("textarea").fill("Read against the evidence."));
    expect(await page.locator("input[name=step][value=pass]").count() === 0, "it is still with the reader");
  }));
  await check(`${language}: the principal decides to act, with reasons`, () => as(language, width, "principal", address, async (page) => {
    await accessible(page, `decision ${language} ${width}`);
    await act(page, "act", async (form) => {
      await form.locator("textarea").fill("It can still be held back by gentle means.");
      await form.locator("input[type=checkbox]").first().check();
    });
    expect((await page.innerText("main")).includes("It can still be held back"), "the reasons are not shown");
  }));
}

// An authority of each kind: mail and webhook go to real processes, paper by hand.
function authorities(language) {
  return [
    { name: `Mail ${language}`, channel: "email", address: `${language}@authority.example` },
    { name: `Post ${language}`, channel: "webhook", address: process.env.TOCSIN_TEST_WEBHOOK, secret: process.env.TOCSIN_TEST_SECRET },
    { name: `Paper ${language}`, channel: "print", address: "Front desk" }];
}

function words_in(folder) {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
}
async function awaited(what, find) {
  const tries_max = 150;
  for (let i = 0; i < tries_max; i += 1) {
    const found = find();
    if (found) return found;
    await new Promise((done) => { setTimeout(done, 200); });
  }
  throw new Error(`${what} did not come`);
}
// The text of a mail: its only part, base64.
function text_of(mail) {
  return Buffer.from(mail.slice(mail.indexOf("\r\n\r\n") + 4), "base64").toString("utf8");
}

async function inform(address, language, width) {
  await check(`${language}: authorities are entered and informed`, () => as(language, width, "officer", address, async (page) => {
    for (const [number, authority] of authorities(language).entries()) {
      await page.goto(`${base}/authorities/new`);
      if (number === 0) await accessible(page, `authority form ${language} ${width}`);
      await page.fill("[name=name]", authority.name);
      await page.selectOption("[name=channel]", authority.channel);
      await page.fill("[name=address]", authority.address);
      await page.fill("[name=language]", language);
      if (authority.secret) await page.fill("[name=webhook_secret]", authority.secret);
      await page.selectOption("[name=clearance]", "RED");
      await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").first().click()]);
      expect(new URL(page.url()).pathname !== "/authorities/new", `${authority.name}: ${(await page.innerText("main")).slice(0, 300)}`);
    }
    await page.goto(`${address}/inform`);
    await accessible(page, `inform ${language} ${width}`);
    for (const authority of authorities(language)) await page.locator("tr", { hasText: authority.name }).locator("input").check();
    await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").first().click()]);
    await page.goto(address);
    for (const authority of authorities(language))
      expect((await page.innerText("main")).includes(authority.name), `${authority.name} is not shown`);
    await accessible(page, `informed ${language} ${width}`);
  }));
  let link = "";
  await check(`${language}: the mail arrives, with a link and none of the words`, async () => {
    const mail = await awaited("the mail", () => words_in(process.env.TOCSIN_TEST_MAIL).find((one) => one.includes(`To: <${language}@authority.example>`)));
    const text = text_of(mail);
    expect(!text.includes("Farms were burned"), "a restricted text went out in clear");
    link = /https?:\/\/\S+\/notice\/\S+/.exec(text)?.[0] ?? "";
    expect(link, `no link in: ${text}`);
  });
  await check(`${language}: the webhook arrives, signed and marked as exercise`, async () => {
    const post = await awaited("the post", () => words_in(process.env.TOCSIN_TEST_POSTS).map((one) => JSON.parse(one)).find((one) => !taken.has(one.notice)));
    taken.add(post.notice);
    expect(post.exercise === true && post.kind === "notice" && post.marking.tlp === "AMBER+STRICT", JSON.stringify(post));
  });
  await check(`${language}: opening the link acknowledges nothing, the button does`, async () => {
    const context = await context_of(language, "phone", false);
    const page = await context.newPage();
    await page.goto(link);
    await page.goto(link);
    await as(language, width, "officer", address, async (desk) =>
      expect(await unacknowledged(desk, `Mail ${language}`), "opening the link acknowledged it"));
    await page.fill("[name=name]", "Duty officer");
    await page.fill("[name=function]", "Situation room");
    await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").click()]);
    await context.close();
    await as(language, width, "officer", address, async (desk) =>
      expect(!(await unacknowledged(desk, `Mail ${language}`)), "the button did not acknowledge it"));
  });
  await check(`${language}: a paper's receipt is noted by hand, and who is silent stays visible`, () => as(language, width, "officer", address, async (page) => {
    await Promise.all([page.waitForNavigation(), page.locator("tr", { hasText: `Paper ${language}` }).locator("a").click()]);
    await accessible(page, `receipt ${language} ${width}`);
    await page.fill("[name=name]", "Registry");
    await page.fill("[name=function]", "Clerk");
    await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").click()]);
    expect(page.url().startsWith(address), `${page.url()}: ${(await page.innerText("main")).slice(0, 500)}`);
    await page.goto(address);
    expect(!(await unacknowledged(page, `Paper ${language}`)), "the receipt is not shown");
    expect(await unacknowledged(page, `Post ${language}`), "who has not acknowledged is not shown");
  }));
}
const taken = new Set();
async function unacknowledged(page, name) {
  return await page.locator("tr", { hasText: name }).locator("td:last-child strong").count() > 0;
}

async function thread(language, width) {
  const told = language === "ar"
    ? { text: "رجال في شاحنات أحرقوا ثلاث مزارع قرب النهر وهددوا السكان.", place: "وادي أورن", reach: "@orn-1" }
    : { text: "Men in trucks burned three farms near the river and told people to leave.", place: "Orn valley", reach: "@orn-2" };
  let receipt = "";
  await check(`${language}: a report gives a receipt and leaves nothing readable`, async () => {
    const sent = await report(language, width, told, language === "ar");
    receipt = sent.receipt;
    expect(/^\d{4} \d{4} \d{4} \d{4}$/.test(receipt), `the receipt is "${receipt}"`);
    expect(!sent.left.includes(told.place), "the words stand in the device's storage");
  });
  const context = await context_of(language, width);
  const page = await log_in(context, language === "ar" ? "analyst2" : "analyst");
  await accessible(page, `desk ${language} ${width}`);
  await page.goto(`${base}/inbox`);
  await accessible(page, `inbox ${language} ${width}`);
  await check(`${language}: the report is in the inbox`, async () => {
    await page.locator("article", { hasText: told.text.slice(0, 20) }).first().locator("h2 a").click();
    await page.waitForURL(/\/inbox\/[0-9a-f-]+$/);
  });
  const report_url = page.url();
  await look_at_photograph(page, language);
  await check(`${language}: asking without words is refused and says why`, async () => {
    await step(page, "ask", (form) => form.evaluate((element) => { element.noValidate = true; }));
    expect(await page.locator("#form-problem").isVisible(), "no problem is said");
  });
  await page.goto(report_url);
  await check(`${language}: it is accepted, graded, answered`, async () => {
    await step(page, "accept");
    await step(page, "grade", async (form) => {
      await form.locator("select[name=source_grade]").selectOption("B");
      await form.locator("select[name=credibility_grade]").selectOption("2");
    });
    await step(page, "answer", (form) => form.locator("textarea").fill("Thank you. It is being looked at."));
    expect((await page.innerText("main")).includes("B2"), "the grade is not shown");
  });
  await accessible(page, `report ${language} ${width}`);
  await identity(report_url, told.reach, language, width);
  await check(`${language}: a situation is opened`, async () => {
    await page.goto(`${base}/situations/new`);
    await accessible(page, `situation form ${language} ${width}`);
    await page.fill("#s-name", `${told.place} ${language}`);
    await page.fill("#s-places", told.place);
    await page.check("input[name=crime_crimes_against_humanity]");
    await page.fill("#s-review", new Date(Date.now() + 14 * 86400e3).toISOString().slice(0, 10));
    await page.check("input[name=exercise]");
    await Promise.all([page.waitForNavigation(), page.click("main form button[type=submit]")]);
    expect(/\/situations\/[0-9a-f-]+$/.test(page.url()), `it ended at ${page.url()}: ${await page.innerText("main").then((text) => text.slice(0, 300))}`);
  });
  const situation_url = page.url();
  await accessible(page, `situation ${language} ${width}`);
  await check(`${language}: an excerpt is linked to an indicator`, async () => {
    await page.goto(report_url);
    await page.selectOption("#e-situation", { label: `${told.place} ${language}` });
    await page.selectOption("#e-indicator", "CRF7.14");
    await page.fill("#e-excerpt", told.text);
    await page.fill("#e-because", "They were told to leave.");
    await Promise.all([page.waitForNavigation(), page.locator("form[action='/evidence'] button").click()]);
    expect((await page.innerText("main")).includes(told.text), "the excerpt is not shown");
  });
  await check(`${language}: an observation of the watch is linked too, from its page`, async () => {
    const indicator_url = page.url();
    await page.goto(`${base}/observations`);
    await Promise.all([page.waitForNavigation(), page.locator("main a[href^='/observations/']").first().click()]);
    await Promise.all([page.waitForNavigation(), page.locator("a[href^='/evidence/new?']").click()]);
    await accessible(page, `evidence form ${language} ${width}`);
    await page.selectOption("#e-situation", { label: `${told.place} ${language}` });
    await page.selectOption("#e-indicator", "CRF7.14");
    await page.evaluate(() => document.querySelector("#e-because").removeAttribute("required"));
    await Promise.all([page.waitForNavigation(), page.locator("form[action='/evidence'] button").click()]);
    expect(await page.locator("#form-problem").isVisible(), "nothing says what is missing");
    await page.fill("#e-because", "The same road, a week before.");
    await Promise.all([page.waitForNavigation(), page.locator("form[action='/evidence'] button").click()]);
    expect(page.url() === indicator_url && (await page.innerText("main")).includes("The same road, a week before."), page.url());
  });
  await check(`${language}: the indicator is judged`, async () => {
    await page.selectOption("#j-value", "emerging");
    await page.selectOption("#j-trend", "rising");
    await page.selectOption("#j-confidence", "low");
    await page.fill("#j-reasons", "One report, own eyes.");
    await page.fill("#j-gaps", "Who gave the order.");
    await Promise.all([page.waitForNavigation(), page.locator("form", { has: page.locator("#j-value") }).locator("button").click()]);
    expect((await page.innerText("main")).includes("One report, own eyes."), "the judgement is not shown");
  });
  await accessible(page, `indicator ${language} ${width}`);
  await check(`${language}: an assessment is written and finished`, async () => {
    await page.goto(situation_url);
    await Promise.all([page.waitForNavigation(), page.locator("form[action$='/assessments'] button").click()]);
    await accessible(page, `assessment draft ${language} ${width}`);
    await page.fill("#a-summary", "It builds slowly.");
    await page.fill("#a-not_known", "Who gives the orders.");
    await Promise.all([page.waitForNavigation(), page.click("button[value=finish]")]);
    expect((await page.locator("main .hash").count()) === 1, await page.innerText("main").then((text) => text.slice(0, 300)));
  });
  await accessible(page, `assessment ${language} ${width}`);
  await check(`${language}: the assessment prints, marked and whole`, async () => {
    const answer = await page.request.get(`${base}${await page.locator("a[href$='/sheet.pdf']").first().getAttribute("href")}`);
    const bytes = await answer.body();
    expect(answer.status() === 200 && bytes.subarray(0, 5).toString() === "%PDF-", `status ${answer.status()}`);
    if (pictures) writeFileSync(join(pictures, `assessment-${language}.pdf`), bytes);
  });
  const assessment_url = page.url();
  await check(`${language}: a search finds the report and the situation`, async () => {
    await page.goto(`${base}/desk`);
    await page.fill("#q", told.place.toUpperCase());
    await Promise.all([page.waitForNavigation(), page.locator("form[role=search] button").click()]);
    expect(await page.locator("#situations").isVisible(), (await page.innerText("main")).slice(0, 300));
    await page.fill("#q", told.text.split(" ").slice(0, 3).join(" "));
    await Promise.all([page.waitForNavigation(), page.locator("form[role=search] button").click()]);
    expect(await page.locator("#reports").isVisible(), (await page.innerText("main")).slice(0, 300));
  });
  await accessible(page, `search ${language} ${width}`);
  await page.goto(assessment_url);
  const warning_url = await warn(page, language, width);
  if (warning_url) {
    await decide(warning_url, language === "ar" ? "analyst2" : "analyst", language, width);
    if (process.env.TOCSIN_TEST_MAIL) await inform(warning_url, language, width);
  }
  await check(`${language}: the reporter reads the answer`, async () => {
    const own = await context_of(language, "phone", false);
    const again = await own.newPage();
    await again.goto(`${reporter}/?lang=${language}`);
    await again.fill("#receipt", receipt);
    await Promise.all([again.waitForNavigation(), again.locator("form[action='/again'] button").click()]);
    expect((await again.innerText("main")).includes("It is being looked at."), "the answer is not shown");
    await own.close();
  });
  await context.close();
}

// The sender's identity is asked for, opened by the custodian, shown to who asked and to nobody else.
async function identity(report_url, reach, language, width) {
  const analyst = language === "ar" ? "analyst2" : "analyst";
  await check(`${language}: an identity is asked for, opened for one person and closed again`, async () => {
    let request = "";
    await as(language, width, analyst, report_url, async (page) => {
      await page.locator("details", { has: page.locator("#identity-reason") }).locator("summary").click();
      await page.fill("#identity-reason", "The family must be warned tonight.");
      await Promise.all([page.waitForNavigation(), page.locator("form[action$='/identity'] button").click()]);
      request = new URL(await page.locator("main a[href^='/identities/']").first().getAttribute("href"), base).href;
    });
    await as(language, width, "custodian", `${base}/identities`, async (page) => {
      await accessible(page, `identities ${language} ${width}`);
      await Promise.all([page.waitForNavigation(), page.locator(".request button[value=open]").first().click()]);
      await page.goto(`${base}/identities`);
      expect(await page.locator("table a[href^='/identities/']").count() > 0, "the answered request is not listed");
    });
    await as(language, width, analyst, request, async (page) => {
      expect(!(await page.innerText("main")).includes(reach), "it is shown before it is asked for");
      await Promise.all([page.waitForNavigation(), page.locator("button[value=show]").click()]);
      expect((await page.innerText("main")).includes(reach), "it is not shown");
      await accessible(page, `identity ${language} ${width}`);
      await page.goto(request);
      await Promise.all([page.waitForNavigation(), page.locator("button[value=close]").click()]);
      expect(await page.locator("button[value=show]").count() === 0, "it can still be shown");
    });
  });
}

async function take_in(language, width) {
  await check(`${language}: a text message is taken in by hand`, () => as(language, width, "officer", `${base}/intake`, async (page) => {
    await page.fill("#words", `The bridge is closed (${language}).`);
    await page.fill("#from", "+41225550102");
    await Promise.all([page.waitForNavigation(), page.locator("form", { has: page.locator("#words") }).locator("button").click()]);
    expect(/\d{4} \d{4} \d{4} \d{4}/.test(await page.innerText("main [role=status] strong")), "no code for the sender");
    await accessible(page, `taken in ${language} ${width}`);
  }));
}

async function emergency(language, width) {
  let address = "";
  await check(`${language}: reading is opened in an emergency, closed and reviewed`, async () => {
    await as(language, width, "deputy", `${base}/emergency`, async (page) => {
      await accessible(page, `emergency form ${language} ${width}`);
      await page.fill("#reason", "Nobody who reads reports can be reached.");
      await Promise.all([page.waitForNavigation(), page.locator("form[action='/emergency'] button").click()]);
      address = page.url();
      expect(/\/emergency\/[0-9a-f-]+$/.test(address), `it ended at ${address}`);
      expect(await page.locator(".notice-alert").isVisible(), "nothing says that it is open");
      await page.goto(`${base}/inbox`);
      await page.goto(address);
      await accessible(page, `emergency ${language} ${width}`);
      await Promise.all([page.waitForNavigation(), page.locator("form[action$='/close'] button").click()]);
    });
    await as(language, width, "auditor", address, async (page) => {
      await accessible(page, `emergency review ${language} ${width}`);
      await page.selectOption("#verdict", "in_order");
      await page.fill("#finding", "The reason held.");
      await Promise.all([page.waitForNavigation(), page.locator("form[action$='/review'] button").click()]);
      expect(await page.locator("#verdict").count() === 0, "it still waits for a review");
    });
  });
}

// Pages that the threads above fill but do not stop at; everything that folds is unfolded.
const standing_pages = [["custodian", "/identities"], ["analyst", "/identities"], ["officer", "/retention"],
  ["custodian", "/originals"], ["officer", "/intake"], ["auditor", "/emergency"], ["officer", "/account"],
  ["analyst", "/search?q=Orn"], ["analyst", "/inbox?all=1"], ["administrator", "/administration"], ["auditor", "/record"]];
async function look_at_pages(language, width, scheme) {
  const context = await context_of(language, width, true, scheme);
  for (const [who, path] of standing_pages)
    await check(`${who} ${path} ${language} ${width} ${scheme}`, async () => {
      await context.clearCookies();
      const page = await log_in(context, who);
      const answer = await page.goto(`${base}${path}`);
      expect(answer.status() === 200, `status ${answer.status()}`);
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
      await accessible(page, `${who} ${path} ${language} ${width} ${scheme}`);
      await page.close();
    });
  await context.close();
}

// A key of the second factor, as a device on USB that holds no names and asks for a finger.
async function plug_in_key(page) {
  const wire = await page.context().newCDPSession(page);
  await wire.send("WebAuthn.enable");
  await wire.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "usb",
    hasResidentKey: false, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
}

async function offer_key(page, name, password) {
  await page.goto(`${base}/account`);
  await page.locator("details", { has: page.locator("#key-name") }).locator("summary").click();
  await page.fill("#key-name", name);
  await page.fill("#key-password", password);
  await Promise.all([page.waitForNavigation(), page.locator("form[action='/account/keys'] button").click()]);
}

async function security_key(language, width, who) {
  const context = await context_of(language, width);
  const page = await log_in(context, who);
  const { password } = await secrets_of(page, who);
  const form = page.locator("form[data-security-key]");
  const name = `Key of ${who}`;
  await check(`${language}: without a key at hand the page says what to do`, async () => {
    const wire = await context.newCDPSession(page);
    await wire.send("WebAuthn.enable");
    await offer_key(page, name, password);
    await form.locator("button").click();
    await form.locator("[data-key-failed]").waitFor({ state: "visible" });
    await wire.detach();
  });
  await check(`${language}: a security key is added`, async () => {
    await plug_in_key(page);
    await offer_key(page, name, password);
    await accessible(page, `new key ${language} ${width}`);
    await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
    expect(await page.locator("#keys ~ ul li", { hasText: name }).count() === 1, (await page.innerText("main")).slice(0, 300));
  });
  await accessible(page, `account with a key ${language} ${width}`);
  await check(`${language}: the same key is not taken twice`, async () => {
    await offer_key(page, `${name} again`, password);
    await form.locator("button").click();
    await form.locator("[data-key-failed]").waitFor({ state: "visible" });
  });
  await check(`${language}: the key answers in place of the code`, async () => {
    await context.clearCookies();
    await page.goto(`${base}/log-in?next=/account`);
    await page.fill("input[name=log_in]", who);
    await page.fill("input[name=password]", password);
    await Promise.all([page.waitForNavigation(), page.click("main form button")]);
    expect(await form.isVisible(), `no key is asked for: ${(await page.innerText("main")).slice(0, 300)}`);
    await accessible(page, `log in with a key ${language} ${width}`);
    await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
    expect(/\/account$/.test(page.url()), `it ended at ${page.url()}: ${(await page.innerText("main")).slice(0, 300)}`);
    expect(await page.locator("#keys ~ ul li time").count() === 2, "when the key was last used is not shown");
  });
  await check(`${language}: the key is removed`, async () => {
    const row = page.locator("#keys ~ ul li", { hasText: name });
    await row.locator("summary").click();
    await row.locator("input[name=password]").fill(password);
    await Promise.all([page.waitForNavigation(), row.locator("button").click()]);
    expect(await row.count() === 0, "the key is still there");
  });
  await context.close();
}

await check("en: the whole thread", () => thread("en", "desk"));
await check("ar: the whole thread", () => thread("ar", "phone"));
for (const [language, width] of [["en", "phone"], ["ar", "desk"]]) {
  await check(`${language}: a message taken in`, () => take_in(language, width));
  await check(`${language}: an emergency`, () => emergency(language, width));
}
await check("en: a security key", () => security_key("en", "desk", "administrator"));
await check("ar: a security key", () => security_key("ar", "phone", "auditor"));
for (const [language, width, scheme] of [["en", "desk", "light"], ["en", "phone", "dark"], ["ar", "desk", "dark"], ["ar", "phone", "light"]])
  await check(`the desk's pages ${language} ${width}`, () => look_at_pages(language, width, scheme));
await browser.close();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);
