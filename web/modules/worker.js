// SPDX-License-Identifier: Apache-2.0
// Keeps the reporter's page and its files, so that it opens without a line. It keeps no answers and
// nothing that was written.
const cache_name = "form";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(cache_name);
    const page = await fetch("/", { credentials: "omit" });
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
  if (request.method !== "GET" || (path !== "/" && !path.startsWith("/assets/"))) return;
  event.respondWith((async () => {
    try {
      return await fetch(request);
    } catch {
      return (await caches.match(path)) ?? Response.error();
    }
  })());
});
