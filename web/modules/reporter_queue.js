// SPDX-License-Identifier: Apache-2.0
// What waits on the device to be sent: sealed words in localStorage, sealed files in IndexedDB.
//
// An item is { once, sealed, files, files_refused?, refused? }; the last two are reasons that the
// node gave, in words. What is refused is passed over and kept, so that it holds nothing else up.
// What a full disk, load or the line is to blame for is kept as it is and tried again.

const waiting_key = "waiting";
const retry_ms_min = 30_000;
const retry_ms_max = 600_000;
const refusals = [400, 413, 422];

export const waiting_max = 20;
export const waiting = () => JSON.parse(localStorage.getItem(waiting_key) ?? "[]");
export const to_send = () => waiting().filter((item) => !item.refused);
export const refused = () => waiting().filter((item) => item.refused);

const keep = (list) => (list.length > 0 ? localStorage.setItem(waiting_key, JSON.stringify(list))
  : localStorage.removeItem(waiting_key));
const change = (once, changes) =>
  keep(waiting().map((item) => (item.once === once ? { ...item, ...changes } : item)));

// Sealed files are too large for localStorage. Where the browser gives no database they wait in
// memory, while the page is open; the sealed words wait on the device either way.
const held = new Map();
const request_of = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
async function with_files(mode, run) {
  const opening = indexedDB.open("waiting", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files");
  const database = await request_of(opening);
  try {
    return await request_of(run(database.transaction("files", mode).objectStore("files")));
  } finally {
    database.close();
  }
}
async function keep_files(once, files) {
  if (files.length === 0) return;
  try {
    await with_files("readwrite", (store) => store.put(files, once));
  } catch {
    held.set(once, files);
  }
}
async function kept_files({ once, files }) {
  if (!files) return [];
  if (held.has(once)) return held.get(once);
  return (await with_files("readonly", (store) => store.get(once)).catch(() => [])) ?? [];
}
async function drop_files({ once, files }) {
  held.delete(once);
  if (files) await with_files("readwrite", (store) => store.delete(once)).catch(() => {});
}

// Keeps a sealed report; throws where the device gives no room, and then nothing of it is kept.
export async function add(item, files) {
  await keep_files(item.once, files);
  try {
    keep([...waiting(), { ...item, files: files.length }]);
  } catch (error) {
    await drop_files({ once: item.once, files: files.length });
    throw error;
  }
}

export async function drop(once) {
  const [item] = waiting().filter((one) => one.once === once);
  keep(waiting().filter((one) => one.once !== once));
  if (item) await drop_files(item);
}

export const try_again = (once) => change(once, { refused: undefined });

async function body_of(item) {
  const files = item.files_refused ? [] : await kept_files(item);
  const body = files.length > 0 ? new FormData() : new URLSearchParams();
  body.append("sealed", item.sealed);
  body.append("once", item.once);
  for (const file of files) body.append("file", new Blob([file]), "file");
  return body;
}

// What became of one: { taken }, { refused, about: "files" or "" }, or { held: "offline" | "later" }.
async function send_one(item, address) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: await body_of(item), credentials: "omit",
      redirect: "manual", headers: { accept: "application/json" } });
  } catch {
    return { held: "offline" };
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok && said.receipt) return { taken: said };
  if (!refusals.includes(answer.status)) return { held: "later" };
  return { refused: said.problem || " ", about: said.about ?? "" };
}

// Sends what waits, oldest first. `tell` hears of each that was taken or refused. Answers with what
// holds the rest up: "", "offline" or "later".
async function send_each(address, tell) {
  const passed_over = new Set();
  for (;;) {
    const item = to_send().find(({ once }) => !passed_over.has(once));
    if (!item) return "";
    const outcome = await send_one(item, address);
    if (outcome.held) return outcome.held;
    if (outcome.taken) {
      await drop(item.once);
      tell.taken(item, outcome.taken);
    } else if (item.files && !item.files_refused && outcome.about === "files") {
      // The files themselves are refused: the words go without them, and the reason is said.
      change(item.once, { files_refused: outcome.refused });
    } else {
      passed_over.add(item.once);
      change(item.once, { refused: outcome.refused });
      tell.refused(item);
    }
  }
}

let sending = false;
let retry = 0;
let retry_ms = retry_ms_min;
export async function send_waiting(address, tell) {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  let why = "later";
  try {
    why = await send_each(address, tell);
  } finally {
    sending = false;
    if (why) retry = setTimeout(() => send_waiting(address, tell), retry_ms);
    retry_ms = why ? Math.min(retry_ms * 2, retry_ms_max) : retry_ms_min;
  }
  tell.ended(why);
}

// Nothing of it is left on the device, nor of the page that the worker keeps.
export async function forget() {
  clearTimeout(retry);
  held.clear();
  localStorage.clear();
  sessionStorage.clear();
  await new Promise((done) => {
    const deleting = globalThis.indexedDB?.deleteDatabase?.("waiting");
    if (!deleting) return done();
    deleting.onsuccess = deleting.onerror = deleting.onblocked = done;
  });
  // The worker first: one that is being installed would fill its cache again.
  for (const worker of (await navigator.serviceWorker?.getRegistrations?.()) ?? []) await worker.unregister();
  for (const name of (await globalThis.caches?.keys?.()) ?? []) await caches.delete(name);
}
