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

// In a form that came back, one goes on where the first field is wrong; the notice above leads to each.
document.querySelector("main form[method=post] [aria-invalid]")?.focus();
for (const link of document.querySelectorAll('.notice a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    const place = document.getElementById(link.hash.slice(1));
    const control = place?.querySelector("[aria-invalid]");
    if (control) { event.preventDefault(); control.focus(); }
  });
}

// A long list of boxes is narrowed while one types: to the rows that have every word. Guides write "… permission".
for (const filter of document.querySelectorAll("[data-narrows]")) {
  const list = document.getElementById(filter.dataset.narrows);
  const rows = [...list.querySelectorAll("[data-words]")];
  const said = list.querySelector("[role=status]");
  filter.closest("[hidden]")?.removeAttribute("hidden");
  filter.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/[^\p{L}\p{N}.]+/u).filter((word) => word && word !== "permission");
    for (const row of rows) row.hidden = !words.every((word) => row.dataset.words.includes(word));
    for (const heading of list.querySelectorAll("h3")) {
      heading.hidden = !heading.nextElementSibling.querySelector("[data-words]:not([hidden])");
    }
    const left = rows.filter((row) => !row.hidden).length;
    if (said) said.textContent = words.length ? `${left} of ${rows.length} permissions have these words.` : "";
  });
}

// Choices that go with another field are offered as soon as that field is chosen.
for (const select of document.querySelectorAll("[data-goes-with]")) {
  const other = document.getElementById(select.dataset.goesWith);
  const choices = [...select.options].filter((choice) => choice.value);
  const narrow = () => {
    for (const choice of choices) {
      choice.disabled = choice.hidden = Boolean(other.value) && !choice.dataset.with.split(" ").includes(other.value);
    }
    const open = choices.filter((choice) => !choice.disabled);
    if (select.selectedOptions[0]?.disabled) select.value = "";
    if (!select.value && other.value && open.length === 1) select.value = open[0].value;
  };
  other?.addEventListener("change", narrow);
  narrow();
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

// What a call came to: its weight, a sign for whoever sees no colour, and words. A refusal after the login says why itself.
function told(answer, detail) {
  if (answer.ok) return ["done", "\u2713", `Answered ${answer.status}: the values work.`];
  if (answer.status === 401) return ["wrong", "\u2715", "Refused with 401: the login failed."];
  const begin = answer.status === 403 ? "Login accepted, request refused with 403" : `Refused with ${answer.status}`;
  return ["warning", "\u2715", detail ? `${begin}: ${detail}` : `${begin}.`];
}

function noticed(weight, sign, text, inspector) {
  const notice = document.createElement("div");
  notice.className = `notice ${weight}`;
  const strong = document.createElement("strong");
  strong.textContent = sign;
  strong.ariaHidden = "true";
  const line = document.createElement("p");
  line.textContent = text;
  if (weight === "wrong" && inspector) {
    const link = document.createElement("a");
    link.href = inspector;
    link.target = "_blank";
    link.textContent = "The Inspector says why (new tab)";
    line.append(" ", link);
  }
  notice.append(strong, line);
  return notice;
}

function whole(text) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "The answer";
  const body = document.createElement("pre");
  body.textContent = text;
  details.className = "more";
  details.append(summary, body);
  return details;
}

const attempt = document.querySelector(".try");
if (attempt && window.crypto?.subtle) {
  attempt.hidden = false;
  const result = attempt.querySelector(".result");
  attempt.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    result.textContent = "Calling…";
    try {
      const answer = await call(attempt.dataset, attempt.querySelector("input").value.trim());
      let text = await answer.text();
      let detail = null;
      try {
        const json = JSON.parse(text);
        text = JSON.stringify(json, null, 2);
        detail = json["o:errorDetails"]?.[0]?.detail;
      } catch { /* Not JSON: shown as it came. */ }
      result.replaceChildren(noticed(...told(answer, detail), attempt.dataset.inspector), whole(text));
    } catch {
      const text = "The call did not arrive: is the server still running?";
      result.replaceChildren(noticed("warning", "\u2715", text));
    }
  });
}

// A list that follows the account: the server sends it anew when something happened.
const live = document.querySelector("[data-live]");
const liveState = document.querySelector("[data-live-state]");
if (live && liveState && window.EventSource) {
  const say = (words) => { if (liveState.textContent !== words) liveState.textContent = words; };
  const events = new EventSource(live.dataset.live);
  events.addEventListener("open", () => say("Live"));
  events.addEventListener("list", (event) => {
    const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    live.innerHTML = event.data;
    if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  });
  events.addEventListener("error", () => {
    say(events.readyState === EventSource.CLOSED ? "Not live: load the page again, or close other windows of it first" : "Not live: trying again");
  });
  addEventListener("pagehide", () => events.close());
}
