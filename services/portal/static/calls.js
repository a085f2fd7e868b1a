// Calls to the scene on every page of a duty officer's: looked for at once when the hub says that something changed, shown in words,
// and heard if the officer has asked for that in this browser. One window listens for all, and the one that listens makes the sound.
"use strict";

const strip = document.getElementById("calls");
const said = document.getElementById("calls-said");
const list = document.getElementById("calls-list");
const button = document.getElementById("calls-sound");
const hint = document.getElementById("calls-hint");
const SOUND = "nattljus-calls-sound";
const LOOK = 30000; // milliseconds between looks when nothing is said
const RING = 10000; // milliseconds between rings while a call is unseen

const windows = new BroadcastChannel("nattljus-calls");
let listening = false;
let unseen = "";
let missed = 0;
let bell;

const wanted = () => localStorage.getItem(SOUND) === "on";

const ring = async () => {
  bell ??= new AudioContext();
  if (bell.state === "suspended") await Promise.race([bell.resume(), new Promise((done) => setTimeout(done, 500))]);
  hint.hidden = bell.state === "running"; // browsers are silent until somebody has pressed something in the window
  [660, 880, 660].forEach((tone, place) => {
    const [voice, volume, start] = [bell.createOscillator(), bell.createGain(), bell.currentTime + place * 0.3];
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.4, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.28);
    voice.connect(volume).connect(bell.destination);
    voice.start(start);
    voice.stop(start + 0.3);
  });
};

const heed = () => {
  if (listening && unseen && wanted()) ring();
};

const say = (words) => {
  if (said.textContent !== words) said.textContent = words;
};

const look = async () => {
  try {
    const answer = await fetch("/scenes/banner", { redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    const found = page.content.firstElementChild;
    missed = 0;
    strip.dataset.waiting = found.dataset.waiting;
    say(found.dataset.said);
    list.replaceChildren(...found.childNodes);
    const news = found.dataset.unseen !== unseen;
    unseen = found.dataset.unseen;
    if (news) heed();
  } catch {
    missed += 1;
    if (missed > 1) say(strip.dataset.lost); // one missed look is a hiccup; two, and nobody may believe that nothing has come
  }
};

const choose = () => {
  button.setAttribute("aria-pressed", String(wanted()));
  button.textContent = wanted() ? button.dataset.on : button.dataset.off;
  if (!wanted()) hint.hidden = true;
};

button.addEventListener("click", () => {
  localStorage.setItem(SOUND, wanted() ? "off" : "on");
  choose();
  if (wanted()) ring();
});

const listen = () => {
  const live = new EventSource("/live");
  live.addEventListener("scenes-changed", () => {
    windows.postMessage("look");
    look();
  });
  live.addEventListener("error", () => {
    if (live.readyState === EventSource.CLOSED) setTimeout(listen, LOOK);
  });
};

const lead = () => {
  listening = true;
  listen();
  setInterval(heed, RING);
  heed();
  return new Promise(() => {}); // until this window closes; then another one listens
};

windows.addEventListener("message", look);
addEventListener("storage", choose);
addEventListener("online", look);
setInterval(look, LOOK);
choose();
look();
if (navigator.locks) navigator.locks.request("nattljus-calls", lead);
else lead();
