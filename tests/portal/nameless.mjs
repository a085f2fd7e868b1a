// Runs the page's script on texts, as a browser without a network would: `node nameless.mjs SCRIPT < {"rules": ..., "texts": [...]}`.
import fs from "node:fs";
import vm from "node:vm";

const { rules, texts } = JSON.parse(fs.readFileSync(0, "utf8"));
const field = { value: "", addEventListener: (_, heard) => (field.type = heard) };
const looked = { value: "" };
const hint = { dataset: { nameless: rules, of: "text", looked: "text-looked" }, said: [], replaceChildren: (...said) => (hint.said = said) };
const document = {
  getElementById: (id) => ({ text: field, "text-looked": looked })[id],
  createElement: () => ({}),
  querySelectorAll: () => [hint],
};
vm.runInNewContext(fs.readFileSync(process.argv[2], "utf8"), { document });
const answers = texts.map((text) => {
  field.value = text;
  field.type();
  return { said: hint.said.map((each) => each.textContent), looked: JSON.parse(looked.value) };
});
process.stdout.write(JSON.stringify(answers));
