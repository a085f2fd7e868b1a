// Sends a form without leaving its page, so that a network that is away costs nothing: what was written stays, and goes once.
const PAUSES = [5, 10, 20, 30]; // seconds from one try to the next; the last for ever
const PATIENCE = 20_000; // milliseconds for an answer

const form = document.querySelector("form[data-sending]");
const state = document.getElementById("sending");
const waiting = document.getElementById("waiting");
const lastTry = document.getElementById("last-try");
let letter = null; // what goes out: the same words under the same key, however often it is tried
let underWay = false;
let tries = 0;
let timer = 0;

// The address to go on to, or null when the server's own page is to say what is wrong. Rejects when nobody answers.
const deliver = async () => {
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(form.action, { method: "POST", body: letter, headers: { accept: "application/json" }, signal });
  if (answer.status >= 500) throw new Error("the hub does not answer");
  return answer.status === 201 ? (await answer.json()).to : null;
};

const waits = () => {
  underWay = false;
  state.textContent = "";
  lastTry.textContent = `${lastTry.dataset.tried} ${new Date().toLocaleTimeString(document.documentElement.lang)}`;
  if (waiting.hidden) {
    waiting.hidden = false;
    document.getElementById("waiting-heading").focus();
  }
  timer = setTimeout(attempt, 1000 * PAUSES[Math.min(tries++, PAUSES.length - 1)]);
};

// Whoever has more to send afterwards (files.js) goes on by itself.
const goOn = (address) => form.dispatchEvent(new CustomEvent("sent", { detail: address, cancelable: true })) && location.assign(address);

const attempt = () => {
  if (underWay || letter === null) return;
  underWay = true;
  form.inert = true; // what would be changed now would not go along
  clearTimeout(timer);
  state.textContent = state.dataset.sending;
  deliver().then((address) => (address ? goOn(address) : form.submit()), waits);
};

const writeOn = () => {
  letter = null;
  tries = 0;
  clearTimeout(timer);
  form.inert = false;
  waiting.hidden = true;
  form.scrollIntoView();
};

form.addEventListener("submit", (event) => {
  if (event.submitter?.name) return; // one more child, or one less: no sending
  event.preventDefault();
  letter ??= new URLSearchParams(new FormData(form));
  attempt();
});
addEventListener("online", attempt);
addEventListener("pageshow", (event) => event.persisted && location.reload()); // brought back from memory it would be half sent
document.getElementById("try-now").addEventListener("click", attempt);
document.getElementById("write-on").addEventListener("click", writeOn);
