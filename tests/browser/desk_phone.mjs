// SPDX-License-Identifier: Apache-2.0
// The reporter's page on a phone: written without a line and sent later, with what the device
// stores read while it waits; what the node does not take; and the removal by one tap.
import { accessible, base, check, context_of, expect, reporter } from "./desk_session.mjs";

const code_form = /^\d{4} \d{4} \d{4} \d{4}$/;
const told = {
  en: {
    text: "Men with lists went from house to house.",
    place: "Orn upper village",
    when: "before dawn",
    reach: "@orn-7",
  },
  ar: {
    text: "رجال يحملون قوائم مروا على البيوت.",
    place: "قرية أورن العليا",
    when: "قبل الفجر",
    reach: "@orn-8",
  },
};

// A phone on which the page was opened once, and which can open it again without a line.
async function phone(language) {
  const context = await context_of(language, "phone");
  const page = await context.newPage();
  await page.goto(`${reporter}/?lang=${language}`);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  return { context, page };
}

const count_of = (page) => page.evaluate(() => JSON.parse(localStorage.waiting ?? "[]").length);
async function waits(page, count) {
  await page.waitForFunction(
    (n) => JSON.parse(localStorage.waiting ?? "[]").length === n,
    count,
  );
}
const codes_of = (page) => page.locator("#reporter-receipt li strong").allInnerTexts();
async function codes(page, count) {
  await page
    .locator("#reporter-receipt li strong")
    .nth(count - 1)
    .waitFor({ state: "visible" });
  const shown = await codes_of(page);
  expect(shown.length === count && new Set(shown).size === count, `codes: ${shown.join(", ")}`);
  for (const code of shown) expect(code_form.test(code), `a code is "${code}"`);
  return shown;
}

async function write(page, words, number, photo) {
  await page.fill("#text", `${words.text} (${number})`);
  await page.fill("#place", words.place);
  await page.fill("#when", words.when);
  await page.fill("#reach", words.reach);
  if (photo) await page.setInputFiles("#files", photo);
}
const send = (page) => page.click("#report-form button[type=submit]");

// Everything that the device stores for the page, as one text of bytes (each byte one sign).
async function stored(context, page) {
  const text = await page.evaluate(async () => {
    const parts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    const latin = (bytes) =>
      [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join("");
    const request_of = (request) =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const flat = (value) => {
      if (ArrayBuffer.isView(value)) return latin(value.buffer);
      if (value instanceof ArrayBuffer) return latin(value);
      if (Array.isArray(value)) return value.map(flat).join(" ");
      return JSON.stringify(value) ?? "";
    };
    for (const { name } of await indexedDB.databases()) {
      const database = await request_of(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const reading = () => database.transaction(store).objectStore(store);
        parts.push(
          flat(await request_of(reading().getAllKeys())),
          flat(await request_of(reading().getAll())),
        );
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        parts.push(request.url, latin(await answer.arrayBuffer()));
      }
    }
    return parts.join("\n");
  });
  return text + JSON.stringify(await context.cookies());
}
// How many bytes of files wait to be sent.
const file_bytes_of = (page) =>
  page.evaluate(async () => {
    const request_of = (request) =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const database = await request_of(indexedDB.open("waiting"));
    const store = database.transaction("files").objectStore("files");
    const kept = (await request_of(store.getAll())).flat();
    database.close();
    return kept.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  });
// The words as they would stand there: as text, as UTF-8, as base64 at each of its three places.
function forms_of(words) {
  const bytes = Buffer.from(words, "utf8");
  const coded = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift ? 4 : 0, -4)
      .replaceAll("+", "-")
      .replaceAll("/", "_"),
  );
  return [words, bytes.toString("latin1"), ...coded.filter((text) => text.length > 6)];
}
const found_in = (text, words) =>
  words.filter((one) => forms_of(one).some((form) => text.includes(form)));

// The reader above must be able to find what it looks for, in each of the places.
async function expect_reader_sees(context, page, word) {
  for (const place of ["localStorage", "indexedDB", "caches"]) {
    await page.evaluate(
      async ([where, text]) => {
        if (where === "localStorage") localStorage.control = text;
        if (where === "caches")
          await (await caches.open("control")).put("/control", new Response(text));
        if (where !== "indexedDB") return;
        const opening = indexedDB.open("control", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
        await new Promise((done) => {
          opening.onsuccess = done;
        });
        const writing = opening.result.transaction("kept", "readwrite");
        writing.objectStore("kept").put([new TextEncoder().encode(text)], 1);
        await new Promise((done) => {
          writing.oncomplete = done;
        });
        opening.result.close();
      },
      [place, word],
    );
    expect(
      found_in(await stored(context, page), [word]).length === 1,
      `the test cannot read ${place}`,
    );
    await page.evaluate(async () => {
      delete localStorage.control;
      await caches.delete("control");
      const deleting = indexedDB.deleteDatabase("control");
      await new Promise((done) => {
        deleting.onsuccess = done;
      });
    });
  }
}

export async function without_a_line(language, photo, place_in_photograph) {
  const { context, page } = await phone(language);
  const words = told[language];
  await context.setOffline(true);
  await check(`${language}: the page opens again without a line`, async () => {
    await page.goto(`${reporter}/`);
    expect(await page.locator("#report-form").isVisible(), "the form is not shown");
    const shown = await page.locator("html").getAttribute("lang");
    expect(shown === language, `it is kept in "${shown}"`);
  });
  await check(
    `${language}: what waits to be sent is readable nowhere on the device`,
    async () => {
      for (let number = 1; number <= 3; number += 1) {
        await write(page, words, number, number === 2 ? photo : undefined);
        await send(page);
        await waits(page, number);
      }
      const text = await stored(context, page);
      const sealed =
        [...text.matchAll(/"sealed":"/g)].length + [...text.matchAll(/\\"sealed\\":/g)].length;
      expect(sealed === 3, `${sealed} sealed reports wait`);
      expect((await file_bytes_of(page)) > photo.buffer.length, "the photograph is not kept");
      const found = found_in(text, [...Object.values(words), place_in_photograph]);
      expect(found.length === 0, `it stands there: ${found.join(", ")}`);
      await expect_reader_sees(context, page, words.text);
    },
  );
  await check(
    `${language}: with a line each report shows its code, and nobody is interrupted`,
    async () => {
      await page.fill("#text", "A fourth, half written");
      await page.locator("#text").focus();
      await context.setOffline(false);
      const shown = await codes(page, 3);
      await waits(page, 0);
      expect(
        (await page.inputValue("#text")) === "A fourth, half written",
        "the words being typed are gone",
      );
      expect(
        (await page.evaluate(() => document.activeElement.id)) === "text",
        "the cursor was taken away",
      );
      for (const receipt of shown) {
        const answer = await page.request.post(`${reporter}/again`, { form: { receipt } });
        expect(answer.status() === 200, `${receipt} opens nothing: ${answer.status()}`);
      }
      const left = await stored(context, page);
      expect(
        !left.includes('sealed\\"') && found_in(left, shown).length === 0,
        "something is left behind",
      );
      await send(page);
      expect(
        (await codes(page, 4)).slice(0, 3).join() === shown.join(),
        "an earlier code is gone",
      );
    },
  );
  await accessible(page, `reporter with codes ${language}`);
  await context.close();
}

// The next sendings are answered thus; with null they go to the node again.
function answers(page) {
  let next = null;
  const seen = [];
  const ready = page.route(
    (url) => url.pathname === "/",
    (route) => {
      if (route.request().method() !== "POST" || !next) return route.fallback();
      seen.push(next.status);
      return route.fulfill({
        status: next.status,
        contentType: "application/json",
        body: JSON.stringify(next),
      });
    },
  );
  return {
    ready,
    seen,
    set: (answer) => {
      next = answer;
    },
  };
}

export async function not_taken(language, photo) {
  const words = told[language];
  const context = await context_of(language, "phone");
  const page = await context.newPage();
  const node = answers(page);
  await node.ready;
  await page.goto(`${reporter}/?lang=${language}`);
  await check(`${language}: what cannot be taken is said before it is sealed`, async () => {
    await write(page, { ...words, text: "" }, 1);
    await page.fill("#text", " \n ");
    await send(page);
    expect((await page.innerText("#reporter-status")).trim() !== "", "blanks are not refused");
    expect(
      (await page.locator("#text[aria-invalid=true]").count()) === 1,
      "the field is not marked",
    );
    await write(page, { ...words, place: "é".repeat(1001) }, 1);
    await send(page);
    const label = await page.innerText("label[for=place]");
    const said = await page.innerText("#reporter-status");
    expect(said.includes(label) && /\b1\b/.test(said), `it says "${said}"`);
    expect(
      (await count_of(page)) === 0 && node.seen.length === 0,
      "it was sealed all the same",
    );
    expect((await page.inputValue("#text")).includes(words.text), "the words are gone");
  });
  await check(`${language}: a busy node, or one without room, loses nothing`, async () => {
    node.set({ status: 503, problem: "no room" });
    await write(page, { ...words, place: `  ${words.place}  ` }, 1, photo);
    await send(page);
    await page.waitForFunction(
      () =>
        document.getElementById("reporter-status").textContent ===
        document.getElementById("reporter-status").dataset.later.replace("{n}", "1"),
    );
    expect(
      (await count_of(page)) === 1 && (await page.locator("#reporter-refused").isHidden()),
      "it does not wait",
    );
    const text = await stored(context, page);
    expect((await file_bytes_of(page)) > photo.buffer.length, "the photograph is gone");
    expect(found_in(text, [words.text, words.place]).length === 0, "the words stand there");
    node.set(null);
    await page.evaluate(() => {
      window.dispatchEvent(new Event("online"));
    });
    await codes(page, 1);
    await waits(page, 0);
  });
  await check(
    `${language}: a refused report is named, passed over and can be changed`,
    async () => {
      node.set({ status: 422, problem: "The reason is said.", about: "text" });
      await write(page, words, 2, photo);
      await send(page);
      const line = page.locator("#reporter-refused li");
      await line.waitFor({ state: "visible" });
      expect((await line.innerText()).includes("The reason is said."), await line.innerText());
      await accessible(page, `reporter refused ${language}`);
      node.set(null);
      await write(page, words, 3);
      await send(page);
      await codes(page, 2);
      expect((await count_of(page)) === 1, "the refused one is gone, or the other one waits");
      await line.locator("[data-do=change]").click();
      expect(
        (await page.inputValue("#text")) === `${words.text} (2)`,
        "its words do not come back",
      );
      expect(
        (await page.evaluate(() => document.getElementById("files").files.length)) === 1,
        "its photograph does not",
      );
      await send(page);
      await codes(page, 3);
      await waits(page, 0);
      expect(await page.locator("#reporter-refused").isHidden(), "it is still called refused");
    },
  );
  await check(`${language}: refused files let the words through`, async () => {
    const note = {
      ...photo,
      name: "note.zip",
      mimeType: "application/zip",
      buffer: Buffer.from("PK\u0003\u0004 a packed file"),
    };
    await write(page, words, 4, note);
    await send(page);
    await codes(page, 4);
    const line = await page.locator("#reporter-receipt li").last().innerText();
    expect(
      line.length > "0000 0000 0000 0000".length,
      "nobody says that the files have not arrived",
    );
    await waits(page, 0);
  });
  await check(
    `${language}: what was refused stays when the page is opened anew, sealed`,
    async () => {
      node.set({ status: 400, problem: "No." });
      await write(page, words, 5);
      await send(page);
      const line = page.locator("#reporter-refused li");
      await line.waitFor({ state: "visible" });
      await page.reload();
      await line.waitFor({ state: "visible" });
      expect(
        await line.locator("[data-do=change]").isHidden(),
        "the page claims to know the words",
      );
      expect(
        node.seen.filter((status) => status === 400).length === 1,
        "it was sent again by itself",
      );
      expect(
        found_in(await stored(context, page), [words.text]).length === 0,
        "the words stand there",
      );
      await line.locator("[data-do=drop]").click();
      await waits(page, 0);
    },
  );
  await context.close();
}

// Whether a browser still has a file without asking for it.
const is_cached = (page, address) =>
  page.evaluate(
    (url) =>
      fetch(url, { cache: "only-if-cached", mode: "same-origin" }).then(
        (answer) => answer.ok,
        () => false,
      ),
    address,
  );

export async function removed(language, photo) {
  const { context, page } = await phone(language);
  const files = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => name.includes("/assets/")),
  );
  await context.setOffline(true);
  await write(page, told[language], 1, photo);
  await send(page);
  await waits(page, 1);
  await check(`${language}: one tap leaves no storage, cache, worker or page`, async () => {
    expect(files.length >= 2, `the page loaded ${files.join(", ")}`);
    await page.click("#reporter-remove");
    await page.waitForURL("about:blank");
    const opened = await page.goto(`${reporter}/`).then(
      () => true,
      () => false,
    );
    expect(!opened, "the page still opens without a line");
    await context.setOffline(false);
    // An address where no form stands, so that nothing is kept anew.
    await page.goto(`${reporter}/nothing`);
    const left = await page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    }));
    for (const [name, found] of Object.entries(left))
      expect(found.length === 0, `${name}: ${found.join(", ")}`);
    const cookies = (await context.cookies(reporter)).map(({ name }) => name);
    expect(cookies.length === 0, `cookies: ${cookies.join(", ")}`);
    const own = await page.evaluate(() =>
      [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(
        (part) => part.href || part.src,
      ),
    );
    for (const file of [...files, ...own, `${reporter}/worker.js`])
      expect(!(await is_cached(page, file)), `the browser still has ${file}`);
  });
  await check(`${language}: the test can tell what a browser has kept`, async () => {
    await page.goto(`${base}/log-in`);
    const style = await page.evaluate(
      () => document.querySelector("link[rel=stylesheet]").href,
    );
    expect(await is_cached(page, style), `${style} is not kept`);
  });
  await context.close();
}
