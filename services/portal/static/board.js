// Keys for who works through the board: only while a referral on it has the focus, so that they disturb nobody's own keys (WCAG 2.1.4).
"use strict";

const rows = () => [...document.querySelectorAll("#board tbody tr")];

const go = (row) => {
  const link = row && row.querySelector("a");
  if (!link) return;
  link.focus();
  row.scrollIntoView({ block: "nearest" });
};

const find = () => {
  const field = document.getElementById("text");
  const tools = field && field.closest("details");
  if (!tools) return;
  tools.open = true;
  field.focus();
};

const KEYS = {
  ArrowDown: (all, at) => go(all[at + 1]),
  j: (all, at) => go(all[at + 1]),
  ArrowUp: (all, at) => go(all[at - 1]),
  k: (all, at) => go(all[at - 1]),
  Home: (all) => go(all[0]),
  End: (all) => go(all[all.length - 1]),
  t: (all, at) => all[at].querySelector("form button")?.click(),
  f: find,
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = document.activeElement && document.activeElement.closest("#board tbody tr");
  const does = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!row || !does) return;
  const all = rows();
  does(all, all.indexOf(row));
  event.preventDefault();
});
