// SPDX-License-Identifier: Apache-2.0
// Listens for changes and says, in one quiet line, that there is something new. It never moves what
// is being read: the reader asks for it.

export function start_live(page) {
  const line = page.getElementById("live");
  if (!line || !("EventSource" in window)) return;
  const words = line.dataset;
  let announced = false;

  const say_new = () => {
    if (announced) return;
    announced = true;
    const link = page.createElement("a");
    link.href = location.href;
    link.textContent = words.show;
    line.replaceChildren(`${words.new} `, link);
  };

  const source = new EventSource(words.changes);
  source.addEventListener("change", say_new);
  source.addEventListener("open", () => {
    if (!announced) line.replaceChildren();
  });
  source.addEventListener("error", () => {
    if (!announced) line.textContent = words.lost;
  });
  // A page in the browser's back-forward cache must not hold a connection.
  addEventListener("pagehide", () => source.close(), { once: true });
}
