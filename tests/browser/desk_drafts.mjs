// SPDX-License-Identifier: Apache-2.0
// What is typed into the desk's forms outlives a page that ends, a browser that is closed and a
// new log-in; it is offered, taken or thrown away, and gone once the form was sent.
//
// Started by desk.mjs.
import {
  accessible,
  as,
  base,
  check,
  context_of,
  expect,
  log_in,
  log_in_anew,
} from "./desk_session.mjs";

const of_drafts = (request, method) =>
  request.url().startsWith(`${base}/account/drafts`) && request.method() === method;
const kept = (page) => page.waitForResponse((answer) => of_drafts(answer.request(), "POST"));
// The page asks for drafts when it has loaded; what it offers is there once that is answered.
async function open_form(page, address) {
  const asked = page.waitForResponse((answer) => of_drafts(answer.request(), "GET"));
  await page.goto(address);
  await (await asked).finished();
}
const note = (page) => page.locator("[data-kept]");
async function throw_away(page) {
  const dropped = page.waitForResponse((answer) => answer.url() === `${base}/account/kept`);
  await note(page).locator("button").nth(1).click();
  await dropped;
}

// What was kept by then was answered by the node, so that it matters no more how the page ends.
async function end_unsent(page) {
  await page.close({ runBeforeUnload: false });
}

// Text for the first open question of a report: "ask" or "answer", whichever its state allows.
async function report_with_words(page) {
  await page.goto(`${base}/inbox`);
  const links = page.locator("article h2 a");
  for (const href of await links.evaluateAll((all) => all.map((link) => link.href))) {
    await page.goto(href);
    if (await page.locator("form[data-draft=answer] textarea").count() > 0) return href;
  }
  throw new Error("no report can be answered");
}

export async function drafts(language, width, who) {
  const words = language === "ar" ? "رآه سائقان عند الجسر" : "Two drivers saw it at the bridge";
  const form = `${base}/situations/new`;
  await check(`${language}: what was typed outlives its page and a new log-in`, async () => {
    const context = await context_of(language, width);
    const page = await log_in(context, who);
    await open_form(page, form);
    expect(await note(page).count() === 0, "something is offered before anything was typed");
    const answered = kept(page);
    await page.fill("#s-places", words);
    expect((await answered).status() === 200, `it was not kept: ${(await answered).status()}`);
    await end_unsent(page);
    await context.close();
    const next = await context_of(language, width);
    const again = await log_in_anew(next, who);
    await open_form(again, form);
    await note(again).waitFor();
    await accessible(again, `draft offered ${language} ${width}`);
    await note(again).locator("button").first().click();
    const taken = await again.inputValue("#s-places");
    expect(taken === words, `the form holds "${taken}"`);
    await next.close();
  });
  await check(`${language}: only its owner is offered it, listed without script`, async () => {
    await as(language, width, who === "analyst" ? "analyst2" : "analyst", form, async (page) => {
      await open_form(page, form);
      expect(await note(page).count() === 0, "a colleague is offered it");
    });
    const context = await context_of(language, width, false);
    const page = await log_in(context, who);
    await page.goto(`${base}/account/kept`);
    expect((await page.innerText("main")).includes("/situations"), "it is not listed");
    const listed = await page.locator("textarea[name=places]").inputValue();
    expect(listed === words, `listed is "${listed}"`);
    await context.close();
  });
  await check(`${language}: a draft is thrown away, a page that is left keeps one`, async () => {
    const context = await context_of(language, width);
    const page = await log_in(context, who);
    await open_form(page, form);
    await throw_away(page);
    await open_form(page, form);
    expect(await note(page).count() === 0, "it is offered still");
    await page.fill("#s-places", `${words} 2`);
    await page.goto("about:blank");
    // What a page sends as it is left may arrive after the next page was asked for.
    for (let tries = 0; tries < 20 && (await note(page).count()) === 0; tries += 1)
      await open_form(page, form);
    await note(page).locator("button").first().click();
    expect((await page.inputValue("#s-places")) === `${words} 2`, "what was typed last is lost");
    await open_form(page, form);
    await throw_away(page);
    await context.close();
  });
  await check(`${language}: a form that was sent leaves no draft`, async () => {
    const context = await context_of(language, width);
    const page = await log_in(context, who);
    const report = await report_with_words(page);
    const answer = page.locator("form[data-draft=answer]");
    const fold = page.locator("details", { has: page.locator("form[data-draft=answer]") });
    if (await fold.getAttribute("open") === null) await fold.locator("summary").click();
    const answered = kept(page);
    await answer.locator("textarea").fill(words);
    await answered;
    await end_unsent(page);
    const again = await context.newPage();
    await open_form(again, report);
    await note(again).locator("button").first().click();
    const send = again.locator("form[data-draft=answer] button[type=submit]");
    await Promise.all([again.waitForNavigation(), send.click()]);
    expect((await again.innerText("main")).includes(words), "the answer is not shown");
    await open_form(again, report);
    expect(await note(again).count() === 0, "what was sent is offered still");
    await again.goto(`${base}/account/kept`);
    expect(!(await again.innerText("main")).includes("#answer"), "what was sent is listed still");
    await context.close();
  });
}
