// SPDX-License-Identifier: Apache-2.0
// A form with data-autosubmit="ID" fetches its own address when a field changes and puts the new
// part of the page with that id in place. The focus stays where it is; the new heading is announced.

const typing_pause_ms = 500;

export function start_filter(page) {
  const form = page.querySelector("form[data-autosubmit]");
  if (!form) return;
  const id = form.dataset.autosubmit;
  let timer = 0;
  let running = null;

  const announcer = page.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("role", "status");
  form.append(announcer);

  const refresh = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form)) {
      if (value !== "") address.searchParams.append(name, value);
    }
    const target = page.getElementById(id);
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { accept: "text/html" } });
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id);
      if (!answer.ok || !fresh) throw new Error("no results in the answer");
      target.replaceWith(page.importNode(fresh, true));
      history.replaceState(null, "", address);
      announcer.textContent = fresh.querySelector("h2")?.textContent ?? "";
      page.dispatchEvent(new CustomEvent("results", { detail: id }));
    } catch (error) {
      // What the script could not do, the plain form can: the server then explains itself.
      if (error.name !== "AbortError") form.submit();
    }
  };

  form.addEventListener("change", () => {
    clearTimeout(timer);
    refresh();
  });
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, typing_pause_ms);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    refresh();
  });
}
