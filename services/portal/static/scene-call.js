// Keeps a call to the scene in this browser until the hub has it, and sends it when the network lets it: once, whatever happens on the way.
// The key was made when the page opened and goes with every try; what is kept bears the mark of who wrote it and is gone when it is sent.
"use strict";

const PREFIX = "nattljus-scene:";
const PAUSES = [2, 3, 5, 8, 13]; // seconds between tries; the last again and again
const PATIENCE = 15000; // milliseconds for one try
const LOOK = 5000; // milliseconds between looks at a call that was sent

const strip = document.getElementById("outbox"); // on every page of a patrol's: whose calls these are, and what to say of them
const stripLink = document.getElementById("outbox-link");
const form = document.getElementById("call"); // on the page with the form, and there alone
const panel = document.getElementById("sending");
const owner = strip.dataset.owner;
const unkept = new Map(); // calls that the browser would not keep: then the page itself remembers

let tries = 0;
let timer = 0;
let busy = false;
let trying = new AbortController(); // the try that is under way
let wantedBack = ""; // the call that its writer has taken back while it was tried

// ---- what is kept

const storage = (() => {
  try {
    return localStorage;
  } catch {
    return undefined; // a browser that may keep nothing
  }
})();

const names = () => [...Object.keys(storage ?? {}).filter((name) => name.startsWith(PREFIX)), ...unkept.keys()];
const calls = () => names().map((name) => ({ name, ...(unkept.get(name) ?? JSON.parse(storage.getItem(name))) }));
const mine = () => calls().filter((call) => call.owner === owner);
const ofThisPage = (call) => form && call.name === PREFIX + form.elements.namedItem("idempotency_key").value;

const keep = ({ name, ...call }) => {
  try {
    storage.setItem(name, JSON.stringify(call));
    unkept.delete(name);
  } catch {
    unkept.set(name, call);
  }
};

const forget = ({ name }) => {
  unkept.delete(name);
  storage?.removeItem(name);
};

// ---- what the page says

const show = (state) => {
  for (const part of panel.querySelectorAll("[data-state]")) {
    part.hidden = part.dataset.state !== state;
    if (!part.hidden) document.getElementById("sending-heading").textContent = part.dataset.heading;
  }
  panel.hidden = false;
  document.getElementById("not-kept").hidden = state === "sent" || !unkept.size;
};

const tell = (sentTo) => {
  const waiting = mine().filter((call) => !ofThisPage(call)).length;
  const others = calls().length - mine().length;
  const words = waiting ? "unsent" : sentTo ? "sent" : others ? "others" : "";
  const said = document.getElementById("outbox-said");
  if (said.textContent !== (strip.dataset[words] ?? "")) said.textContent = strip.dataset[words] ?? "";
  stripLink.href = sentTo ?? "/scenes/new";
  stripLink.hidden = words === "others";
  strip.hidden = !words;
};

const lock = (locked) => {
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = locked;
};

const lookAt = async (address, after) => {
  try {
    const answer = await fetch(`${address}/state${after}`, { redirect: "manual" });
    if (answer.ok) document.getElementById("sent-state").innerHTML = await answer.text();
  } catch {
    // the network is away again: what stands there was true when it was read, and says when
  }
  setTimeout(lookAt, LOOK, address, after);
};

const sent = (call, { address, after }) => {
  const query = after ? `?after=${encodeURIComponent(after)}` : "";
  forget(call);
  if (!ofThisPage(call)) return tell(address + query);
  form.hidden = true;
  document.getElementById("sent-link").href = address + query;
  show("sent");
  panel.focus();
  return lookAt(address, query);
};

// A call that is kept stands in the form, under its own key: sent again it is the same call, with other words the hub says so.
const fill = (call) => {
  for (const [name, value] of new URLSearchParams(call.body)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    if (field?.type === "checkbox") field.checked = true;
    else if (field) field.value = value;
  }
  document.querySelector("#call details").open ||= ["seen", "contact"].some((name) => form.elements.namedItem(name).value);
};

// What the hub would not take comes back into the form, to be corrected; so does what its writer takes back. Nothing of it is lost.
const returned = (call, state = "refused") => {
  fill(call);
  if (call.newKey) {
    form.elements.namedItem("idempotency_key").value = call.newKey;
    form.elements.namedItem("called_at").value = ""; // another call has an alarm of its own
  }
  forget(call);
  const items = (call.problems ?? []).map(({ field, message }) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("a"), { className: "ds-link", href: `#${field}`, textContent: message }));
    return item;
  });
  document.getElementById("refusals").replaceChildren(...items);
  lock(false);
  show(state);
  panel.focus();
};

const takeBack = () => {
  const call = mine().find(ofThisPage);
  if (call && busy) {
    wantedBack = call.name;
    trying.abort();
  } else if (call) returned(call, "taken-back");
};

// A call that waits stands where calls are made, instead of an empty form; unless its writer asks for another one.
const adopt = () => {
  const call = mine().find((each) => !each.problems);
  if (!call || !untouched() || location.search.includes("another")) return;
  fill(call);
  form.elements.namedItem("idempotency_key").value = call.name.slice(PREFIX.length);
  lock(true);
  show("unsent");
};

const untouched = () => form && !form.elements.namedItem("place").value && !form.hidden;

// ---- sending

// One try. Gives how it stands: sent, login, refused, or unsent when nobody knows.
const post = async (call) => {
  trying = new AbortController();
  const patience = setTimeout(() => trying.abort(), PATIENCE);
  try {
    const answer = await fetch("/scenes/new", {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: call.body,
      redirect: "manual",
      signal: trying.signal,
    });
    switch (answer.status) {
      case 201:
        sent(call, await answer.json());
        return "sent";
      case 401:
        return "login";
      case 403:
        keep({ ...call, problems: [{ field: "call", message: strip.dataset.forbidden }] });
        return "refused";
      case 422:
        keep({ ...call, ...(await answer.json()) });
        return "refused";
      default:
        return "unsent";
    }
  } catch {
    return "unsent"; // no network, no answer, or half an answer: the same again is the same call
  } finally {
    clearTimeout(patience);
  }
};

const flush = async () => {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  let unsure = false;
  for (const call of mine().filter((each) => !each.problems)) {
    const state = wantedBack === call.name ? "unsent" : await post(call);
    if (wantedBack === call.name && (state === "unsent" || state === "login")) {
      wantedBack = "";
      returned(call, "taken-back");
      continue;
    }
    unsure ||= state === "unsent";
    if (ofThisPage(call) && state !== "sent" && state !== "refused") show(state);
  }
  busy = false;
  const refused = mine().find((call) => call.problems && (ofThisPage(call) || untouched()));
  if (refused && form) returned(refused);
  if (strip.hidden || mine().length) tell();
  if (unsure) timer = setTimeout(flush, PAUSES[Math.min(tries++, PAUSES.length - 1)] * 1000);
};

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (mine().some(ofThisPage)) return; // pressed twice
  form.elements.namedItem("called_at").value ||= new Date().toISOString();
  const name = PREFIX + form.elements.namedItem("idempotency_key").value;
  keep({ name, owner, body: new URLSearchParams(new FormData(form)).toString() });
  lock(true);
  tries = 0;
  show("unsent");
  panel.focus();
  flush();
});

document.getElementById("send-now")?.addEventListener("click", flush);
for (const button of document.querySelectorAll("[data-take-back]")) button.addEventListener("click", takeBack);
addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
addEventListener("storage", () => tell());

adopt();
tell();
flush();
