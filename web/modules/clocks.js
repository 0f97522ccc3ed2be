// SPDX-License-Identifier: Apache-2.0
// Keeps the clocks in the head of the page right, each in its own zone, to the minute.

const minute_ms = 60000;

export function start_clocks(page) {
  const clocks = [...page.querySelectorAll("[data-clock]")].map((element) => {
    try {
      const format = new Intl.DateTimeFormat(page.documentElement.lang, {
        hour: "2-digit", minute: "2-digit", hour12: false, timeZone: element.dataset.clock,
      });
      return { element, format };
    } catch {
      return null; // a zone this browser does not know keeps the time the server wrote
    }
  }).filter(Boolean);
  if (clocks.length === 0) return;

  const show = () => {
    const now = new Date();
    for (const { element, format } of clocks) {
      element.textContent = format.format(now);
      element.dateTime = now.toISOString();
    }
    setTimeout(show, minute_ms - (now.getTime() % minute_ms));
  };
  show();
}
