// Comfort only: every page works without it.
"use strict";

// Copy buttons are shown where they can do something.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  const label = button.firstElementChild;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      label.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { label.textContent = "Copy"; }, 2000);
  });
}

// Values that are shown once are not left by accident.
const once = document.querySelector("[data-leave]");
if (once) {
  let isKept = false;
  for (const kept of document.querySelectorAll("[data-kept]")) {
    kept.addEventListener("click", () => { isKept = true; });
  }
  addEventListener("beforeunload", (event) => {
    if (!isKept) event.preventDefault();
  });
}

// One open menu at a time; Escape and a click elsewhere close it.
const menus = [...document.querySelectorAll("details.menu")];
const close = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });
document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = menus.find((menu) => menu.open);
    close();
    open?.querySelector("summary").focus();
  }
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    const find = document.getElementById("find");
    if (find) { event.preventDefault(); find.focus(); }
  }
});

// A form is sent once, and says that it is on its way.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// A long list of boxes is narrowed while one types.
for (const filter of document.querySelectorAll("[data-narrows]")) {
  const rows = [...document.querySelectorAll(`#${filter.dataset.narrows} [data-words]`)];
  filter.closest("[hidden]")?.removeAttribute("hidden");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.words.includes(wanted);
  });
}

// An answer that shows values once came from a form: loading it again must look at the record, and not make another.
const made = document.querySelector("[data-address]");
if (made) history.replaceState(null, "", made.dataset.address);

// Try it now: a call signed here, with the values while they are on the page (RFC 5849, HMAC-SHA256).
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());

async function signature(base, key) {
  const bytes = new TextEncoder();
  const imported = await crypto.subtle.importKey("raw", bytes.encode(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes.encode(base)));
  return btoa(String.fromCharCode(...signed));
}

async function call(values, consumerSecret) {
  const address = new URL("/services/rest/record/v1/customer", location.origin);
  const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const parameters = {
    limit: "1",
    oauth_consumer_key: values.key,
    oauth_nonce: nonce,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_token: values.token,
    oauth_version: "1.0",
  };
  const pairs = Object.keys(parameters).sort().map((name) => `${encode(name)}=${encode(parameters[name])}`);
  const base = ["GET", encode(address.href), encode(pairs.join("&"))].join("&");
  const signed = await signature(base, `${encode(consumerSecret)}&${encode(values.secret)}`);
  const { limit, ...sent } = { ...parameters, oauth_signature: signed, realm: values.account };
  const header = "OAuth " + Object.keys(sent).map((name) => `${name}="${encode(sent[name])}"`).join(", ");
  // Without the cookie of this page: two ways of saying who calls are refused.
  return fetch(`${address.href}?limit=${limit}`, { headers: { Authorization: header }, credentials: "omit" });
}

const attempt = document.querySelector(".try");
if (attempt && window.crypto?.subtle) {
  attempt.hidden = false;
  const result = attempt.querySelector(".result");
  attempt.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    result.textContent = "Calling…";
    const line = document.createElement("p");
    const body = document.createElement("pre");
    try {
      const answer = await call(attempt.dataset, attempt.querySelector("input").value.trim());
      line.textContent = answer.ok
        ? `Answered ${answer.status}: the values work.`
        : `Refused with ${answer.status}. The Login Audit Trail says why.`;
      const text = await answer.text();
      try { body.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { body.textContent = text; }
      result.replaceChildren(line, body);
    } catch {
      line.textContent = "The call did not arrive: is the server still running?";
      result.replaceChildren(line);
    }
  });
}
