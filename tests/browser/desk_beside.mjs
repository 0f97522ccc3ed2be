// SPDX-License-Identifier: Apache-2.0
// What stands beside the desk's thread: an identity opened by two people, a message taken in by
// hand, an emergency, a security key, and the pages at which no thread stops.
import {
  accessible,
  as,
  base,
  check,
  context_of,
  expect,
  log_in,
  secrets_of,
} from "./desk_session.mjs";

// The sender's identity is asked for, opened by the custodian, shown to who asked and to no other.
export async function identity(report_url, reach, language, width) {
  const analyst = language === "ar" ? "analyst2" : "analyst";
  await check(
    `${language}: an identity is asked for, opened for one person and closed again`,
    async () => {
      let request = "";
      await as(language, width, analyst, report_url, async (page) => {
        await page
          .locator("details", { has: page.locator("#identity-reason") })
          .locator("summary")
          .click();
        await page.fill("#identity-reason", "The family must be warned tonight.");
        await Promise.all([
          page.waitForNavigation(),
          page.locator("form[action$='/identity'] button").click(),
        ]);
        request = new URL(
          await page.locator("main a[href^='/identities/']").first().getAttribute("href"),
          base,
        ).href;
      });
      await as(language, width, "custodian", `${base}/identities`, async (page) => {
        await accessible(page, `identities ${language} ${width}`);
        await Promise.all([
          page.waitForNavigation(),
          page.locator(".request button[value=open]").first().click(),
        ]);
        await page.goto(`${base}/identities`);
        expect(
          (await page.locator("table a[href^='/identities/']").count()) > 0,
          "the answered request is not listed",
        );
      });
      await as(language, width, analyst, request, async (page) => {
        expect(
          !(await page.innerText("main")).includes(reach),
          "it is shown before it is asked for",
        );
        await Promise.all([page.waitForNavigation(), page.locator("button[value=show]").click()]);
        expect((await page.innerText("main")).includes(reach), "it is not shown");
        await accessible(page, `identity ${language} ${width}`);
        await page.goto(request);
        await Promise.all([
          page.waitForNavigation(),
          page.locator("button[value=close]").click(),
        ]);
        expect((await page.locator("button[value=show]").count()) === 0, "it can still be shown");
      });
    },
  );
}

export async function take_in(language, width) {
  await check(`${language}: a text message is taken in by hand`, () =>
    as(language, width, "officer", `${base}/intake`, async (page) => {
      await page.fill("#words", `The bridge is closed (${language}).`);
      await page.fill("#from", "+41225550102");
      await Promise.all([
        page.waitForNavigation(),
        page
          .locator("form", { has: page.locator("#words") })
          .locator("button")
          .click(),
      ]);
      expect(
        /\d{4} \d{4} \d{4} \d{4}/.test(await page.innerText("main [role=status] strong")),
        "no code for the sender",
      );
      await accessible(page, `taken in ${language} ${width}`);
    }),
  );
}

export async function emergency(language, width) {
  let address = "";
  await check(`${language}: reading is opened in an emergency, closed and reviewed`, async () => {
    await as(language, width, "deputy", `${base}/emergency`, async (page) => {
      await accessible(page, `emergency form ${language} ${width}`);
      await page.fill("#reason", "Nobody who reads reports can be reached.");
      await Promise.all([
        page.waitForNavigation(),
        page.locator("form[action='/emergency'] button").click(),
      ]);
      address = page.url();
      expect(/\/emergency\/[0-9a-f-]+$/.test(address), `it ended at ${address}`);
      expect(await page.locator(".notice-alert").isVisible(), "nothing says that it is open");
      await page.goto(`${base}/inbox`);
      await page.goto(address);
      await accessible(page, `emergency ${language} ${width}`);
      await Promise.all([
        page.waitForNavigation(),
        page.locator("form[action$='/close'] button").click(),
      ]);
    });
    await as(language, width, "auditor", address, async (page) => {
      await accessible(page, `emergency review ${language} ${width}`);
      await page.selectOption("#verdict", "in_order");
      await page.fill("#finding", "The reason held.");
      await Promise.all([
        page.waitForNavigation(),
        page.locator("form[action$='/review'] button").click(),
      ]);
      expect((await page.locator("#verdict").count()) === 0, "it still waits for a review");
    });
  });
}

// Pages that the threads above fill but do not stop at; everything that folds is unfolded.
const standing_pages = [
  ["custodian", "/identities"],
  ["analyst", "/identities"],
  ["officer", "/retention"],
  ["custodian", "/originals"],
  ["officer", "/intake"],
  ["auditor", "/emergency"],
  ["officer", "/account"],
  ["analyst", "/search?q=Orn"],
  ["analyst", "/inbox?all=1"],
  ["administrator", "/administration"],
  ["auditor", "/record"],
];
export async function look_at_pages(language, width, scheme) {
  const context = await context_of(language, width, true, scheme);
  for (const [who, path] of standing_pages)
    await check(`${who} ${path} ${language} ${width} ${scheme}`, async () => {
      await context.clearCookies();
      const page = await log_in(context, who);
      const answer = await page.goto(`${base}${path}`);
      expect(answer.status() === 200, `status ${answer.status()}`);
      await page.evaluate(() =>
        document.querySelectorAll("details").forEach((part) => {
          part.open = true;
        }),
      );
      await accessible(page, `${who} ${path} ${language} ${width} ${scheme}`);
      await page.close();
    });
  await context.close();
}

// A key of the second factor, as a device on USB that holds no names and asks for a finger.
async function plug_in_key(page) {
  const wire = await page.context().newCDPSession(page);
  await wire.send("WebAuthn.enable");
  await wire.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "usb",
      hasResidentKey: false,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function offer_key(page, name, password) {
  await page.goto(`${base}/account`);
  await page
    .locator("details", { has: page.locator("#key-name") })
    .locator("summary")
    .click();
  await page.fill("#key-name", name);
  await page.fill("#key-password", password);
  await Promise.all([
    page.waitForNavigation(),
    page.locator("form[action='/account/keys'] button").click(),
  ]);
}

export async function security_key(language, width, who) {
  const context = await context_of(language, width);
  const page = await log_in(context, who);
  const { password } = await secrets_of(page, who);
  const form = page.locator("form[data-security-key]");
  const name = `Key of ${who}`;
  await check(`${language}: a security key is added`, async () => {
    await plug_in_key(page);
    await offer_key(page, name, password);
    await accessible(page, `new key ${language} ${width}`);
    await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
    expect(
      (await page.locator("#keys ~ ul li", { hasText: name }).count()) === 1,
      (await page.innerText("main")).slice(0, 300),
    );
  });
  await accessible(page, `account with a key ${language} ${width}`);
  await check(`${language}: the same key is not taken twice, and the page says so`, async () => {
    await offer_key(page, `${name} again`, password);
    await form.locator("button").click();
    await form.locator("[data-key-failed]").waitFor({ state: "visible" });
    expect(await form.locator("button").isEnabled(), "another key cannot be tried");
  });
  await check(`${language}: the key answers in place of the code`, async () => {
    await context.clearCookies();
    await page.goto(`${base}/log-in?next=/account`);
    await page.fill("input[name=log_in]", who);
    await page.fill("input[name=password]", password);
    await Promise.all([page.waitForNavigation(), page.click("main form button")]);
    expect(
      await form.isVisible(),
      `no key is asked for: ${(await page.innerText("main")).slice(0, 300)}`,
    );
    await accessible(page, `log in with a key ${language} ${width}`);
    await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
    expect(
      /\/account$/.test(page.url()),
      `it ended at ${page.url()}: ${(await page.innerText("main")).slice(0, 300)}`,
    );
    expect(
      (await page.locator("#keys ~ ul li time").count()) === 2,
      "when the key was last used is not shown",
    );
  });
  await check(`${language}: the key is removed`, async () => {
    const row = page.locator("#keys ~ ul li", { hasText: name });
    await row.locator("summary").click();
    await row.locator("input[name=password]").fill(password);
    await Promise.all([page.waitForNavigation(), row.locator("button").click()]);
    expect((await row.count()) === 0, "the key is still there");
  });
  await context.close();
}
