// Says beside a long form in which of its parts something is written, and unfolds the part that somebody goes to.
const outline = document.querySelector(".nl-outline");
const form = document.querySelector("form[data-drafts]");
const states = [...outline.querySelectorAll("[data-of]")].map((line) => ({ line, words: line.textContent, state: line.dataset.state }));

const fieldsOf = (id) => {
  const part = document.getElementById(id);
  return part.matches("input, select, textarea") ? [part] : [...part.querySelectorAll("input, select, textarea")];
};
const isWritten = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "file") return field.files.length > 0;
  return field.matches("select") ? field.selectedIndex > 0 : field.value.trim() !== "";
};

const tell = () => {
  for (const { line, words, state } of states) {
    const fields = line.dataset.of.split(" ").flatMap(fieldsOf);
    const [only] = fields;
    const chosen = fields.length === 1 && only.matches("select") && only.value ? only.selectedOptions[0].text : ""; // one that is never empty
    const written = chosen || (fields.some(isWritten) ? line.closest("ol").dataset.written : "");
    line.dataset.state = written ? "written" : state;
    line.textContent = written || words;
  }
};

form.addEventListener("input", tell);
form.addEventListener("change", tell);
new MutationObserver(tell).observe(form, { childList: true, subtree: true }); // one more child, or one less
outline.addEventListener("click", (event) => {
  const part = document.querySelector(event.target.closest("a")?.getAttribute("href") ?? "#send");
  if (part.matches("details")) part.open = true;
});
tell();
