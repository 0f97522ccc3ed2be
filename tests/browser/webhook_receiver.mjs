// SPDX-License-Identifier: Apache-2.0
// An authority's system that takes signed webhooks, written from docs/formats/webhook.md alone.
// Keeps each message in a folder under its name; a message that it knows is answered and not kept.
//
// Usage: node tests/browser/webhook_receiver.mjs FOLDER SECRET
// Prints its port in the first line and ends when its input ends.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [folder, secret] = process.argv.slice(2);
const body_bytes_max = 1 << 20;
const clock_s_max = 300;
mkdirSync(folder, { recursive: true });

function signed_by_us(headers, body) {
  const id = headers["tocsin-id"] ?? "";
  const time = headers["tocsin-timestamp"] ?? "";
  const given = Buffer.from(headers["tocsin-signature"] ?? "");
  const mac = createHmac("sha256", secret).update(`${id}.${time}.`).update(body).digest("hex");
  const wanted = Buffer.from(`v1=${mac}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted) && Math.abs(Date.now() / 1000 - Number(time)) < clock_s_max;
}

const server = createServer((request, answer) => {
  const parts = [];
  let bytes = 0;
  request.on("data", (part) => {
    bytes += part.length;
    if (bytes > body_bytes_max) request.destroy();
    parts.push(part);
  });
  request.on("end", () => {
    const body = Buffer.concat(parts);
    if (!signed_by_us(request.headers, body)) {
      answer.writeHead(401).end();
      return;
    }
    const name = createHash("sha256").update(request.headers["tocsin-id"]).digest("hex");
    const file = join(folder, `${name}.json`);
    if (!existsSync(file)) writeFileSync(file, body);
    answer.writeHead(200).end();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
