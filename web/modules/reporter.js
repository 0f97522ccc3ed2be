// SPDX-License-Identifier: Apache-2.0
// The reporter's page with script: what is written is sealed with the organisation's public key
// before it is kept or sent, waits on the device while there is no line, and one tap removes
// everything. Nothing readable stays on the device. While the page is open it still knows the words
// of what waits, in memory, so that what is refused can be changed; afterwards nothing here does.
import { add, drop, forget, refused, send_waiting, to_send, try_again, waiting, waiting_max } from "./reporter_queue.js";
import { from_base64url, new_once, seal, seal_reach, seal_text, signs_too_many } from "./reporter_seal.js";

const form = document.getElementById("report-form");
const status = document.getElementById("reporter-status");
const receipts = document.getElementById("reporter-receipt");
const refusals = document.getElementById("reporter-refused");

const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const say = (name, values = {}) => { status.textContent = filled(status.dataset[name] ?? "", values); };
// A template that gives no limit leaves it to the node.
const limit = (text) => Number(text) || Infinity;

function fields_of(element) {
  const fields = {};
  for (const [name, value] of new FormData(element))
    if (typeof value === "string") fields[name] = value.trim();
  return fields;
}
const chosen_files = () => [...(form.elements.files?.files ?? [])];

// --- before anything is sealed

function fits(fields) {
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  const wrong = (field, name, values) => {
    say(name, values);
    field.setAttribute("aria-invalid", "true");
    field.focus();
    return false;
  };
  if (!fields.text) return wrong(form.elements.text, "empty");
  for (const field of form.querySelectorAll("[data-bytes-max]")) {
    if (field.type === "file") continue;
    const n = signs_too_many(fields[field.name] ?? "", limit(field.dataset.bytesMax));
    const label = form.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
    if (n > 0) return wrong(field, "long", { field: label, n: String(n) });
  }
  return true;
}

function files_fit(chosen) {
  const { filesMax, fileBytesMax, bytesMax } = form.elements.files?.dataset ?? {};
  const fit = chosen.length <= limit(filesMax)
    && chosen.every((file) => file.size <= limit(fileBytesMax))
    && chosen.reduce((sum, file) => sum + file.size, 0) <= limit(bytesMax);
  if (!fit) say("large");
  return fit;
}

// --- what the person sees of what was sent

// What was written in this page, by the id of its report: { fields, chosen }.
const written = new Map();
// The refused report whose words stand in the form, to be replaced.
let replaced = "";

function show_receipt(item, { receipt, reach_lost }) {
  written.delete(item.once);
  const list = receipts.querySelector("ol");
  if ([...list.querySelectorAll("strong")].some((code) => code.textContent === receipt)) return;
  const line = document.createElement("li");
  const code = document.createElement("strong");
  code.dir = "ltr";
  code.textContent = receipt;
  line.append(code);
  if (reach_lost) line.append(" ", status.dataset.reachLost);
  if (item.files_refused) line.append(" ", filled(status.dataset.problem, { n: item.files_refused }));
  list.append(line);
  receipts.hidden = false;
  // Whoever is writing the next one is left to write.
  if (!form.contains(document.activeElement) || document.activeElement.type === "submit") receipts.focus();
}

function show_refused() {
  const list = refusals.querySelector("ul");
  list.replaceChildren(...refused().map((item, at) => {
    const line = refusals.querySelector("template").content.firstElementChild.cloneNode(true);
    const why = item.refused.trim() || refusals.dataset.why;
    line.querySelector("p").textContent = filled(refusals.dataset.item, { n: String(at + 1), why });
    if (!written.has(item.once)) line.querySelector("p").append(` ${refusals.dataset.closed}`);
    for (const button of line.querySelectorAll("button")) button.value = item.once;
    line.querySelector("[data-do=change]").hidden = !written.has(item.once);
    return line;
  }));
  refusals.hidden = list.children.length === 0;
}

const tell = {
  taken: show_receipt,
  refused: show_refused,
  ended(why) {
    if (why) say(why, { n: String(to_send().length) });
    else if (refused().length > 0) say("refused", { n: String(refused().length) });
    else if (!receipts.hidden) say("sent");
  },
};
const send = () => send_waiting(form.action, tell);

// --- writing

async function seal_all(once, fields, chosen) {
  const key = from_base64url(form.dataset.key);
  const sealed = seal_text(JSON.stringify(seal_reach(fields, form.elements.reach?.dataset.key)), key);
  const files = [];
  for (const file of chosen) files.push(seal(new Uint8Array(await file.arrayBuffer()), key));
  await add({ once, sealed }, files);
}

let sealing = false;
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sealing) return;
  if (waiting().length >= waiting_max && !replaced) return say("full");
  const fields = fields_of(form);
  const chosen = chosen_files();
  if (!fits(fields) || !files_fit(chosen)) return;
  const once = new_once();
  sealing = true;
  form.inert = true;
  say("sealing");
  try {
    await seal_all(once, fields, chosen);
    written.set(once, { fields, chosen });
    if (replaced) await drop(replaced);
    written.delete(replaced);
    replaced = "";
    // What was typed meanwhile, where a browser lets it, stays.
    if (JSON.stringify(fields_of(form)) === JSON.stringify(fields)) form.reset();
    show_refused();
    say("kept", { n: String(to_send().length) });
  } catch {
    return say("unkept");
  } finally {
    form.inert = false;
    sealing = false;
  }
  await send();
});

function fill(once) {
  if (!written.has(once)) return show_refused();
  const { fields, chosen } = written.get(once);
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (field?.type === "checkbox") field.checked = true;
    else if (field) field.value = value;
  }
  const put = new DataTransfer();
  for (const file of chosen) put.items.add(file);
  if (form.elements.files) form.elements.files.files = put.files;
  replaced = once;
  form.elements.text.focus();
}

refusals?.addEventListener("click", async ({ target }) => {
  const { value: once, dataset } = target.closest("button") ?? { dataset: {} };
  if (dataset.do === "change") {
    if (fields_of(form).text) return say("first");
    return fill(once);
  }
  if (dataset.do === "again") try_again(once);
  if (dataset.do === "drop") await drop(once);
  show_refused();
  if (dataset.do === "again") await send();
});
// Whoever empties the form writes another report, not this one again.
form?.addEventListener("input", () => { if (!fields_of(form).text) replaced = ""; });

document.getElementById("reporter-remove")?.addEventListener("click", async () => {
  written.clear();
  await forget().catch(() => {});
  location.replace("about:blank");
});
window.addEventListener("pagehide", () => written.clear());

for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
if (form) {
  window.addEventListener("online", send);
  show_refused();
  if (to_send().length > 0) send();
  // The worker keeps the page for later, in the language that was asked for; without one (an onion
  // service without TLS) the page works while it is open.
  navigator.serviceWorker?.register(`/worker.js${new URL(form.action).search}`).catch(() => {});
}
