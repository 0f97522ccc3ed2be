// SPDX-License-Identifier: Apache-2.0
// Asks a security key, where a page has a question for one (WebAuthn), and sends its answer as an
// ordinary form. Without script, or without keys in this browser, the page's other way stays open.

const to_bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const to_text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (ids) => ids.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: to_bytes(id) }));
const es256 = -7;
const eddsa = -8;
const answer_ms_max = 120000;

function create(asked) {
  return navigator.credentials.create({ publicKey: {
    challenge: to_bytes(asked.challenge),
    rp: { id: asked.party, name: asked.node },
    user: { id: to_bytes(asked.user), name: asked.userName, displayName: asked.userName },
    pubKeyCredParams: [eddsa, es256].map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: named(asked.ids),
    authenticatorSelection: { userVerification: "preferred", residentKey: "discouraged" },
    attestation: "none",
    timeout: answer_ms_max,
  } });
}

function get(asked) {
  return navigator.credentials.get({ publicKey: {
    challenge: to_bytes(asked.challenge),
    rpId: asked.party,
    allowCredentials: named(asked.ids),
    userVerification: "preferred",
    timeout: answer_ms_max,
  } });
}

async function ask(form) {
  const asked = form.dataset;
  const failed = form.querySelector("[data-key-failed]");
  const button = form.querySelector("button");
  failed.hidden = true;
  // A browser answers one question at a time: a second press would only be refused.
  button.disabled = true;
  try {
    const made = await (asked.securityKey === "create" ? create(asked) : get(asked));
    const { clientDataJSON, attestationObject, authenticatorData, signature } = made.response;
    const put = (name, bytes) => { form.elements[name].value = bytes ? to_text(bytes) : ""; };
    put("credential_id", made.rawId);
    put("client_data", clientDataJSON);
    put("data", attestationObject ?? authenticatorData);
    put("signature", signature);
    form.submit();
  } catch {
    // Why (no key at hand, cancelled, too late) the browser has said itself.
    failed.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

export function start_security_keys(page) {
  for (const form of page.querySelectorAll("form[data-security-key]")) {
    if (!window.PublicKeyCredential || !navigator.credentials) continue;
    form.hidden = false;
    for (const note of page.querySelectorAll("[data-no-keys]")) note.hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
}
