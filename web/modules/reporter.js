// SPDX-License-Identifier: Apache-2.0
// The reporter's page with script: what is written is sealed with the organisation's public key
// before it is kept or sent, waits on the device while there is no line, and one tap removes
// everything. Nothing readable stays on the device; this page cannot open what it has sealed.
import nacl from "tweetnacl";

const form = document.getElementById("report-form");
const status = document.getElementById("reporter-status");
const waiting_key = "waiting";
const waiting_max = 20;
// As the node has them; there they are checked again.
const files_max = 5;
const file_bytes_max = 10 * 1024 * 1024;
const files_bytes_max = 25 * 1024 * 1024;

const from_base64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const to_base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Public key of this one message, nonce, box: what the node's key opens and nothing else does.
function seal(bytes, key) {
  const pair = nacl.box.keyPair();
  const nonce = nacl.randomBytes(nacl.box.nonceLength);
  const box = nacl.box(bytes, nonce, key, pair.secretKey);
  pair.secretKey.fill(0);
  const all = new Uint8Array(pair.publicKey.length + nonce.length + box.length);
  all.set(pair.publicKey);
  all.set(nonce, pair.publicKey.length);
  all.set(box, pair.publicKey.length + nonce.length);
  return all;
}

function seal_text(text, key) {
  const all = seal(new TextEncoder().encode(text), key);
  let out = "";
  const piece = 3 * 4096;
  for (let at = 0; at < all.length; at += piece) out += to_base64url(all.subarray(at, at + piece));
  return out;
}

const waiting = () => JSON.parse(localStorage.getItem(waiting_key) ?? "[]");
const keep = (list) => (list.length > 0 ? localStorage.setItem(waiting_key, JSON.stringify(list))
  : localStorage.removeItem(waiting_key));
const say = (name, value = "") => { status.textContent = (status.dataset[name] ?? "").replace("{n}", value); };

function fields_of(element) {
  const fields = {};
  for (const [name, value] of new FormData(element)) if (typeof value === "string") fields[name] = value;
  return fields;
}

// How to reach somebody is sealed to the custodians first, so that not even the node that takes the
// report can read it: JSON filled up with blanks, since a length tells something too.
const reach_block = 512;
function seal_reach(fields) {
  const key = form.elements.reach?.dataset.key;
  const reach = (fields.reach ?? "").trim();
  delete fields.reach;
  if (!key || reach === "") return fields;
  const text = JSON.stringify({ reach });
  const bytes = new TextEncoder().encode(text).length;
  fields.reach_sealed = seal_text(text + " ".repeat(reach_block - (bytes % reach_block)), from_base64url(key));
  return fields;
}

// Sealed files are too large for localStorage. Where the browser gives no database they wait in memory, while the page
// is open; the sealed words wait on the device either way.
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

async function body_of(item) {
  const files = await kept_files(item);
  const body = files.length > 0 ? new FormData() : new URLSearchParams();
  body.append("sealed", item.sealed);
  body.append("once", item.once);
  for (const file of files) body.append("file", new Blob([file]), "file");
  return body;
}

// Sends what waits, oldest first; a sealed text carries its own id, so a second sending is no second report.
let sending = false;
async function send_waiting() {
  if (sending) return;
  sending = true;
  try {
    await send_each();
  } finally {
    sending = false;
  }
}

async function send_each() {
  let problem = "";
  for (let list = waiting(); list.length > 0; list = waiting()) {
    let answer;
    try {
      const body = await body_of(list[0]);
      answer = await fetch(form.action, { method: "POST", body, credentials: "omit", redirect: "manual",
        headers: { accept: "application/json" } });
    } catch {
      say("offline", String(list.length));
      return;
    }
    if (!answer.ok) {
      const for_good = answer.status === 400 || answer.status === 413;
      if (!for_good || !list[0].files) return say(for_good ? "refused" : "offline", String(list.length));
      // A file is not taken: the words go without it, and the reason is said.
      ({ problem } = await answer.json().catch(() => ({ problem: "" })));
      await drop_files(list[0]);
      keep(waiting().map((item) => (item.once === list[0].once ? { ...item, files: 0 } : item)));
      continue;
    }
    const { receipt, reach_lost } = await answer.json();
    await drop_files(list[0]);
    keep(waiting().filter(({ once }) => once !== list[0].once));
    show_receipt(receipt, reach_lost);
    if (problem) say("problem", problem);
    problem = "";
  }
}

function show_receipt(receipt, reach_lost) {
  form.reset();
  say(reach_lost ? "reachLost" : "sent");
  const place = document.getElementById("reporter-receipt");
  place.hidden = false;
  place.querySelector("strong").textContent = receipt;
  place.focus();
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (waiting().length >= waiting_max) return say("full");
  const chosen = [...(form.querySelector("input[type=file]")?.files ?? [])];
  if (chosen.length > files_max || chosen.some((file) => file.size > file_bytes_max)
    || chosen.reduce((sum, file) => sum + file.size, 0) > files_bytes_max) return say("large");
  const once = to_base64url(nacl.randomBytes(16));
  const key = from_base64url(form.dataset.key);
  const sealed = seal_text(JSON.stringify(seal_reach(fields_of(form))), key);
  const files = [];
  for (const file of chosen) files.push(seal(new Uint8Array(await file.arrayBuffer()), key));
  await keep_files(once, files);
  keep([...waiting(), { once, sealed, files: files.length }]);
  form.reset();
  say("kept", String(waiting().length));
  send_waiting();
});

async function remove_everything() {
  localStorage.clear();
  sessionStorage.clear();
  held.clear();
  globalThis.indexedDB?.deleteDatabase?.("waiting");
  for (const name of (await globalThis.caches?.keys?.()) ?? []) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations?.()) ?? []) await worker.unregister();
  location.replace("about:blank");
}
document.getElementById("reporter-remove")?.addEventListener("click", remove_everything);

for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
if (form) {
  window.addEventListener("online", send_waiting);
  if (waiting().length > 0) send_waiting();
  // The worker keeps the page for later; without one (an onion service without TLS) it works while it is open.
  navigator.serviceWorker?.register("/worker.js").catch(() => {});
}
