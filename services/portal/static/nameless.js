// Points out beside a text, while somebody writes it, what tells or may tell who somebody is. Nothing of it leaves the page.
// What is looked for comes with the page (contracts/nameless.py); tests/portal/test_nameless.py holds both to the same examples.
"use strict";

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

function plain(text) {
  return text.normalize("NFKC").replace(INVISIBLE, "").replace(/[\u2010-\u2015\u2212]/g, "-").replace(/[^\S\n]/g, " ");
}

function pieces(text, rules) {
  const found = [];
  let left = plain(text);
  for (const [kind, pattern] of Object.entries(rules.patterns)) {
    const each = new RegExp(pattern, "g");
    for (const [piece] of left.matchAll(each)) {
      const known = kind === "name" && piece.split(/[ -]/).every((word) => rules.known.includes(word.toLowerCase()));
      if (!known && !found.some((other) => other.kind === kind && other.text === piece.trim())) found.push({ kind, text: piece.trim() });
    }
    left = left.replace(each, "\n");
  }
  return found;
}

function watch(hint) {
  const rules = JSON.parse(hint.dataset.nameless);
  const field = document.getElementById(hint.dataset.of);
  const looked = document.getElementById(hint.dataset.looked);
  let shown = null;
  const point = () => {
    const found = pieces(field.value, rules);
    looked.value = JSON.stringify(found.map((each) => each.text));
    const said = found.map((each) => rules.words[each.kind].replace("{piece}", () => each.text));
    if (said.join("\n") === shown) return;
    shown = said.join("\n");
    hint.replaceChildren(...said.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
  };
  field.addEventListener("input", point);
  point();
}

if (typeof document !== "undefined") document.querySelectorAll("[data-nameless]").forEach(watch);
