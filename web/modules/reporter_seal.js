// SPDX-License-Identifier: Apache-2.0
// Sealing for the reporter's page: what is sealed here only the holder of the other key opens.
import nacl from "tweetnacl";

const encoder = new TextEncoder();

export const from_base64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const to_base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Names one report, so that a second sending is no second report.
const once_bytes = 16;
export const new_once = () => to_base64url(nacl.randomBytes(once_bytes));

// Public key of this one message, nonce, box: what the node's key opens and nothing else does.
export function seal(bytes, key) {
  const pair = nacl.box.keyPair();
  const nonce = nacl.randomBytes(nacl.box.nonceLength);
  const box = nacl.box(bytes, nonce, key, pair.secretKey);
  pair.secretKey.fill(0);
  const all = new Uint8Array(pair.publicKey.length + nonce.length + box.length);
  all.set(pair.publicKey);
  all.set(nonce, pair.publicKey.length);
  all.set(box, pair.publicKey.length + nonce.length);
  return all;
}

export function seal_text(text, key) {
  const all = seal(encoder.encode(text), key);
  let out = "";
  const piece = 3 * 4096;
  for (let at = 0; at < all.length; at += piece) out += to_base64url(all.subarray(at, at + piece));
  return out;
}

// How to reach somebody is sealed to the custodians first, so that not even the node that takes the
// report can read it: JSON filled up with blanks, since a length tells something too.
const reach_block = 512;
export function seal_reach({ reach, ...fields }, key) {
  if (!reach || !key) return fields;
  const text = JSON.stringify({ reach });
  const blanks = " ".repeat(reach_block - (encoder.encode(text).length % reach_block));
  return { ...fields, reach_sealed: seal_text(text + blanks, from_base64url(key)) };
}

// How many signs stand past `bytes_max` bytes of UTF-8.
export function signs_too_many(text, bytes_max) {
  let bytes = 0;
  let too_many = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > bytes_max) too_many += 1;
  }
  return too_many;
}
