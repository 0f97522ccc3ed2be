// SPDX-License-Identifier: Apache-2.0
// Keeps the reporter's page and its files, so that it opens without a line. It keeps no answers and
// nothing that was written. The browser's own cache is told to keep none of it: what is kept is
// kept here, where the page can remove it.
const cache_name = "form";
// The page in the language in which it was opened: "/worker.js?lang=fr".
const page_address = `/${self.location.search}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(cache_name);
    const page = await fetch(page_address, { credentials: "omit" });
    await cache.put("/", page.clone());
    const html = await page.text();
    const files = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
    await cache.addAll([...new Set(files)]);
    await self.skipWaiting();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  const is_asset = path.startsWith("/assets/");
  if (request.method !== "GET" || (path !== "/" && !is_asset)) return;
  event.respondWith((async () => {
    // A file's name says its content: one that is kept is the right one.
    const kept = is_asset ? await caches.match(path) : undefined;
    if (kept) return kept;
    try {
      return await fetch(request);
    } catch {
      return (await caches.match(path)) ?? Response.error();
    }
  })());
});
