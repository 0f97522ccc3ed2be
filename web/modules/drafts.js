// SPDX-License-Identifier: Apache-2.0
// Keeps what is typed into the desk's long forms: no crash of browser or node takes more than a few
// seconds of it. The node seals it for who typed it, and offers it when the form is opened again.
// While an offer is undecided nothing is kept of that form, so that nothing older is overwritten.

const address = "/account/drafts";
const pause_ms = 4000;
const keepalive_bytes_max = 60000; // browsers refuse more from a page that is left
const mark = "kept_form";

function name_of(form) {
  const { pathname } = new URL(form.getAttribute("action"), location.href);
  return form.dataset.draft ? `${pathname}#${form.dataset.draft}` : pathname;
}
function typed(form) {
  const data = new FormData(form);
  data.delete(mark);
  for (const part of form.querySelectorAll("[data-unkept]")) data.delete(part.name);
  return new URLSearchParams(data).toString();
}
// Tells the node, when the form is sent, which draft it ends.
function set_mark(form, there) {
  form.querySelector(`[name=${mark}]`)?.remove();
  if (!there) return;
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: mark, value: name_of(form) });
  form.append(input);
}
function say(form, text, buttons = []) {
  form.querySelector("[data-kept]")?.remove();
  if (!text) return;
  const note = Object.assign(document.createElement("div"), { className: "notice" });
  note.dataset.kept = "";
  note.setAttribute("role", "status");
  note.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (buttons.length > 0) note.append(Object.assign(document.createElement("p"), { className: "actions" }));
  for (const [label, quiet, press] of buttons) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, className: quiet ? "quiet" : "" });
    button.addEventListener("click", press);
    note.lastChild.append(button);
  }
  form.prepend(note);
  const fold = form.closest("details");
  if (fold) fold.open = true;
}

// Puts a draft into what can be seen of a form: hidden fields are the page's own, and newer.
function put_back(form, fields, change) {
  const left = fields.map(([name, value]) => ({ name, value }));
  let differs = false;
  for (const part of form.elements) {
    if (!part.name || part.type === "hidden" || part.type === "submit") continue;
    const box = part.type === "checkbox" || part.type === "radio";
    const at = left.findIndex(({ name, value }) => name === part.name && (!box || value === part.value));
    const [kept] = at < 0 ? [] : left.splice(at, 1);
    if (box && part.checked !== Boolean(kept)) {
      differs = true;
      if (change) part.checked = Boolean(kept);
    } else if (!box && kept && part.value.replaceAll("\r\n", "\n") !== kept.value.replaceAll("\r\n", "\n")) {
      differs = true;
      if (change) part.value = kept.value;
    }
  }
  return differs;
}

function watch(form) {
  const fresh = typed(form);
  const state = { fresh, saved: fresh, waits: false, sent: false, timer: 0 };
  let under_way = null;
  const save = async () => {
    clearTimeout(state.timer);
    state.timer = 0;
    const now = typed(form);
    if (state.waits || state.sent || now === state.saved) return;
    state.saved = now;
    set_mark(form, true);
    under_way = new AbortController();
    try {
      const answer = await fetch(`${address}?form=${encodeURIComponent(name_of(form))}`, {
        method: "POST", body: new URLSearchParams(now), redirect: "manual", signal: under_way.signal,
        keepalive: now.length < keepalive_bytes_max });
      if (answer.status >= 500) state.saved = "";
      say(form, answer.status === 422 ? (await answer.json()).said : "");
    } catch {
      state.saved = ""; // no line now: tried again at the next key
    }
  };
  form.addEventListener("input", () => { state.timer ||= setTimeout(save, pause_ms); });
  form.addEventListener("submit", () => {
    state.sent = true;
    clearTimeout(state.timer);
    under_way?.abort();
  });
  addEventListener("pagehide", save);
  addEventListener("pageshow", (event) => {
    if (event.persisted) Object.assign(state, { sent: false, saved: typed(form) });
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  return state;
}

function offer(form, state, draft) {
  set_mark(form, true);
  if (!put_back(form, draft.fields, false)) return;
  state.waits = true;
  const decided = (saved) => {
    say(form, "");
    Object.assign(state, { waits: false, saved });
    form.querySelector("textarea")?.focus();
  };
  const take = () => {
    put_back(form, draft.fields, true);
    decided(typed(form));
  };
  const drop = async () => {
    const body = new URLSearchParams({ form_token: form.elements.form_token.value, form: draft.form });
    await fetch("/account/kept", { method: "POST", body, redirect: "manual" });
    set_mark(form, false);
    decided(state.fresh);
  };
  say(form, draft.said, [[draft.take, false, take], [draft.drop, true, drop]]);
}

export async function start_drafts(page) {
  const forms = new Map([...page.querySelectorAll("form[data-draft]")].map((form) => [name_of(form), form]));
  if (forms.size === 0) return;
  const states = new Map([...forms].map(([name, form]) => [name, watch(form)]));
  const asked = new URLSearchParams([...forms.keys()].map((name) => ["form", name]));
  const answer = await fetch(`${address}?${asked}`, { redirect: "manual" });
  if (!answer.ok) return;
  for (const draft of (await answer.json()).drafts) offer(forms.get(draft.form), states.get(draft.form), draft);
}
