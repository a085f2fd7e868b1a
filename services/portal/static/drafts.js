// Keeps what is being written in this browser, sealed under a key that the portal gives its writer alone, until its receipt is seen.
const NAME = "nattljus-draft"; // nattljus-draft:<writer>:<idempotency key>, and nobody's name
const LONGEST = 72 * 3600 * 1000; // milliseconds: over a week-end; then nobody comes back to it
const EVERY = 2000;

const stored = () => Object.keys(localStorage).filter((name) => name.startsWith(`${NAME}:`));
const keptAt = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name)).at ?? 0;
  } catch {
    return 0; // not of our making
  }
};
const forget = (done) => stored().filter(done).forEach((name) => localStorage.removeItem(name));
const hex = (octets) => Array.from(new Uint8Array(octets), (each) => each.toString(16).padStart(2, "0")).join("");
const markOf = async (id) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id))).slice(0, 16);
const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const text = (octets) => btoa(Array.from(new Uint8Array(octets), (each) => String.fromCharCode(each)).join(""));
const clock = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" });

class Drafts {
  constructor(owner, key) {
    this.prefix = `${NAME}:${owner}:`;
    this.key = key;
  }

  // The drafts of whoever is logged in now; of nobody else's even the key is here.
  static async ofWriter() {
    const answer = await fetch("/drafts/key");
    if (!answer.ok) throw new Error(`no key: ${answer.status}`);
    const { owner, key } = await answer.json();
    return new Drafts(owner, await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]));
  }

  algorithm(name, iv) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  }

  async keep(id, pairs) {
    const name = this.prefix + id;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(this.algorithm(name, iv), this.key, new TextEncoder().encode(pairs));
    localStorage.setItem(name, JSON.stringify({ at: Date.now(), iv: text(iv), sealed: text(sealed) }));
  }

  async open(name) {
    const { at, iv, sealed } = JSON.parse(localStorage.getItem(name));
    const pairs = await crypto.subtle.decrypt(this.algorithm(name, bytes(iv)), this.key, bytes(sealed));
    return { name, at, pairs: JSON.parse(new TextDecoder().decode(pairs)) };
  }

  // Those that open, but for the one on this page. One that does not open was sealed under a secret that is gone: it never will.
  async others(id) {
    const names = stored().filter((name) => name.startsWith(this.prefix) && name !== this.prefix + id);
    const opened = await Promise.allSettled(names.map((name) => this.open(name)));
    opened.forEach((each, place) => each.status === "rejected" && localStorage.removeItem(names[place]));
    return opened.filter((each) => each.status === "fulfilled").map((each) => each.value);
  }
}

const button = (words, which, press) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "ds-button", textContent: words, ariaLabel: `${words} (${which})`, onclick: press });
  made.dataset.variant = "secondary";
  return made;
};

// The server shows a draft as it shows any form that comes back: nothing is filled in here.
const takeUp = (address, pairs) => {
  const shown = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  for (const [name, value] of [...pairs, ["show", "draft"]]) {
    shown.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(shown);
  shown.submit();
};

const offer = (form, panel, draft) => {
  const line = document.createElement("li");
  const throwAway = () => {
    localStorage.removeItem(draft.name);
    line.remove();
    panel.hidden = !panel.querySelector("li");
  };
  const { draft_of, draft_to } = Object.fromEntries(draft.pairs);
  const which = [draft_of, clock(draft.at)].filter(Boolean).join(", ");
  const goOn = () => takeUp(draft_to ?? form.action, draft.pairs);
  line.append(`${which} `, button(panel.dataset.on, which, goOn), " ", button(panel.dataset.away, which, throwAway));
  panel.querySelector("ul").append(line);
  panel.hidden = false;
};

const keepDrafts = async (form) => {
  const state = document.getElementById("draft-state");
  const panel = document.getElementById("drafts");
  const id = form.elements.idempotency_key.value;
  const whichForm = Object.entries({ draft_of: form.dataset.drafts, draft_to: form.getAttribute("action") }); // a person writes in several
  const words = () => [...new FormData(form)].filter(([, value]) => typeof value === "string"); // a file stays where it is
  const written = () => JSON.stringify([...words(), ...whichForm]);
  try {
    const drafts = await Drafts.ofWriter();
    forget((name) => keptAt(name) < Date.now() - LONGEST);
    (await drafts.others(id)).forEach((draft) => offer(form, panel, draft));
    let kept = written();
    const keep = async () => {
      const now = written();
      if (now === kept) return;
      await drafts.keep(id, now);
      kept = now;
      state.textContent = `${state.dataset.kept} ${clock(Date.now())}`;
    };
    const keptOrSaid = () => keep().catch(() => (state.textContent = state.dataset.notKept));
    setInterval(keptOrSaid, EVERY);
    document.addEventListener("visibilitychange", keptOrSaid);
  } catch {
    state.textContent = state.dataset.notKept; // no storage, no cipher, no key: who writes must know
  }
};

const form = document.querySelector("form[data-drafts]");
if (form) keepDrafts(form);
const done = document.querySelector("[data-draft-done]")?.dataset.draftDone;
for (const name of done ? stored() : []) {
  if ((await markOf(name.split(":").at(-1))) === done) localStorage.removeItem(name);
}
