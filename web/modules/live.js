// SPDX-License-Identifier: Apache-2.0
// Listens for changes and says, in one quiet line, that there is something new. It never moves what
// is being read: the reader asks for it.
//
// Only a page that is seen listens: browsers allow six connections to one server, and a dozen tabs
// that each held one would stop every other request. The address says what the page knows already,
// so nothing that came meanwhile is missed.

export function start_live(page) {
  const line = page.getElementById("live");
  if (!line || !("EventSource" in window)) return;
  const words = line.dataset;
  let announced = false;
  let source = null;

  const stop = () => {
    source?.close();
    source = null;
  };
  const say_new = () => {
    announced = true;
    stop();
    const link = page.createElement("a");
    link.href = location.href;
    link.textContent = words.show;
    line.replaceChildren(`${words.new} `, link);
  };
  const listen = () => {
    if (source || announced || page.visibilityState !== "visible") return;
    source = new EventSource(words.changes || "/api/v1/changes");
    source.addEventListener("change", say_new);
    source.addEventListener("open", () => line.replaceChildren());
    source.addEventListener("error", () => {
      line.textContent = words.lost;
    });
  };

  page.addEventListener("visibilitychange", () => (page.visibilityState === "visible" ? listen() : stop()));
  // A page in the browser's back-forward cache must not hold a connection either.
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);
  listen();
}
