// SPDX-License-Identifier: Apache-2.0
// The thread of the desk through real pages: a reporter tells, an analyst takes it in, links it to
// an indicator, judges, assesses; the reporter reads the answer. Once in English without script on
// the reporter's side, once in Arabic with it; each page goes through axe on the way. Then a second
// person, the principal, and the authorities who are informed: by mail, by webhook and on paper,
// where tests/browser/run has started the receivers (TOCSIN_TEST_...). Then what stands beside the
// thread: a phone without a line, a message taken in by hand, an emergency, drafts, a security key, and the desk's other pages.
//
// Usage: node tests/browser/desk.mjs BASE_URL REPORTER_URL [--pictures FOLDER]
// Ends with one line "N passed, N failed" and exit code 1 if any failed.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emergency, identity, look_at_pages, security_key, take_in } from "./desk_beside.mjs";
import { drafts } from "./desk_drafts.mjs";
import { not_taken, removed, without_a_line } from "./desk_phone.mjs";
import { accessible, as, base, browser, check, context_of, counted, expect, log_in, pictures, reporter } from "./desk_session.mjs";

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
  const receipt = (await shown.innerText()).trim();
  await context.close();
  return receipt;
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
  await check(`${language}: a report gives a receipt`, async () => {
    receipt = await report(language, width, told, language === "ar");
    expect(/^\d{4} \d{4} \d{4} \d{4}$/.test(receipt), `the receipt is "${receipt}"`);
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
  await check(`${language}: who reported is told what became of it`, async () => {
    await page.goto(report_url);
    await step(page, "answer", (form) => form.locator("textarea").fill("It was decided, and authorities were informed."));
    expect((await page.innerText("main")).includes("authorities were informed"), "the answer is not shown");
  });
  await check(`${language}: the reporter reads the answer`, async () => {
    const own = await context_of(language, "phone", false);
    const again = await own.newPage();
    await again.goto(`${reporter}/?lang=${language}`);
    await again.fill("#receipt", receipt);
    await Promise.all([again.waitForNavigation(), again.locator("form[action^='/again'] button").click()]);
    const read = await again.innerText("main");
    expect(read.includes("It is being looked at.") && read.includes("authorities were informed"), read.slice(0, 400));
    await own.close();
  });
  await context.close();
}

await check("en: the whole thread", () => thread("en", "desk"));
await check("ar: the whole thread", () => thread("ar", "phone"));
await check("ar: a phone without a line", () => without_a_line("ar", photo, place_in_photograph));
await check("en: what is not taken", () => not_taken("en", photo));
await check("en: one tap removes everything", () => removed("en", photo));
for (const [language, width] of [["en", "phone"], ["ar", "desk"]]) {
  await check(`${language}: a message taken in`, () => take_in(language, width));
  await check(`${language}: an emergency`, () => emergency(language, width));
}
await check("en: drafts", () => drafts("en", "desk", "analyst"));
await check("ar: drafts", () => drafts("ar", "phone", "analyst2"));
await check("en: a security key", () => security_key("en", "desk", "administrator"));
await check("ar: a security key", () => security_key("ar", "phone", "auditor"));
for (const [language, width, scheme] of [["en", "desk", "light"], ["en", "phone", "dark"], ["ar", "desk", "dark"], ["ar", "phone", "light"]])
  await check(`the desk's pages ${language} ${width}`, () => look_at_pages(language, width, scheme));
await browser.close();
process.stdout.write(`${counted.passed} passed, ${counted.failed} failed\n`);
process.exit(counted.failed > 0 ? 1 : 0);
