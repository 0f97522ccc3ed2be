// SPDX-License-Identifier: Apache-2.0
// Single keys work only while a row of a list has the focus, so that they never surprise anyone who
// types, dictates or uses a screen reader elsewhere on the page.

export function start_keys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const row = event.target.closest?.("[data-keys] > *");
    if (!row || event.target.closest("input, select, textarea")) return;
    const moves = { j: "nextElementSibling", ArrowDown: "nextElementSibling",
                    k: "previousElementSibling", ArrowUp: "previousElementSibling" };
    if (event.key in moves) {
      const next = row[moves[event.key]]?.querySelector("h3 a, a");
      if (next) next.focus();
    } else if (event.key === "o") {
      const cluster = row.querySelector("details");
      if (cluster) cluster.open = !cluster.open;
    } else if (event.key === "/") {
      page.querySelector("form.filter input:not([type=hidden])")?.focus();
    } else {
      return;
    }
    event.preventDefault();
  });
}
