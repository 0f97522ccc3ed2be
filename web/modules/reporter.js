// SPDX-License-Identifier: Apache-2.0
// The reporter's page with script: what is written is sealed with the organisation's public key
// before it is kept or sent, waits on the device while there is no line, and one tap removes
// everything. Nothing readable stays on the device; this page cannot open what it has sealed.
import nacl from "tweetnacl";

const form = document.getElementById("report-form");
const status = document.getElementById("reporter-status");
const waiting_key = "waiting";
const waiting_max = 20;

const from_base64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const to_base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Public key of this one message, nonce, box: what the node's key opens and nothing else does.
function seal(text, key) {
  const pair = nacl.box.keyPair();
  const nonce = nacl.randomBytes(nacl.box.nonceLength);
  const box = nacl.box(new TextEncoder().encode(text), nonce, key, pair.secretKey);
  pair.secretKey.fill(0);
  const all = new Uint8Array(pair.publicKey.length + nonce.length + box.length);
  all.set(pair.publicKey);
  all.set(nonce, pair.publicKey.length);
  all.set(box, pair.publicKey.length + nonce.length);
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
  for (const [name, value] of new FormData(element)) if (name !== "sealed") fields[name] = value;
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
  fields.reach_sealed = seal(text + " ".repeat(reach_block - (bytes % reach_block)), from_base64url(key));
  return fields;
}

// Sends what waits, oldest first; a sealed text carries its own id, so a second sending is no second report.
async function send_waiting() {
  for (let list = waiting(); list.length > 0; list = waiting()) {
    const body = new URLSearchParams({ sealed: list[0].sealed, once: list[0].once });
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, credentials: "omit", redirect: "manual",
        headers: { accept: "application/json" } });
    } catch {
      say("offline", String(list.length));
      return;
    }
    if (!answer.ok) {
      say(answer.status === 400 || answer.status === 413 ? "refused" : "offline", String(list.length));
      return;
    }
    const { receipt, reach_lost } = await answer.json();
    keep(waiting().slice(1));
    show_receipt(receipt, reach_lost);
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

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const list = waiting();
  if (list.length >= waiting_max) return say("full");
  const once = to_base64url(nacl.randomBytes(16));
  list.push({ once, sealed: seal(JSON.stringify(seal_reach(fields_of(form))), from_base64url(form.dataset.key)) });
  keep(list);
  form.reset();
  say("kept", String(list.length));
  send_waiting();
});

async function remove_everything() {
  localStorage.clear();
  sessionStorage.clear();
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
