// Sends chosen files one by one and shows how far each has come. Without it the form beside them carries them itself.
const part = document.querySelector("[data-files]");
const form = part.closest("form");
const chooser = document.getElementById("files-chosen");
const progress = document.getElementById("files-progress");
const said = document.getElementById("files-said");
const named = document.getElementById("files-named");
let underWay = false;

// What is chosen, in the page's language; without a script the browser says it in its own.
const name = () => {
  const names = [...chooser.files].map((file) => file.name);
  const many = names.length > 1 ? ` (${names.length})` : "";
  named.textContent = names.length ? `${named.dataset.chosen}${many}: ${names.join(", ")}` : named.dataset.none;
};

const element = (name, more = {}) => Object.assign(document.createElement(name), more);

const post = (file, address, fields, bar) =>
  new Promise((resolve) => {
    const letter = new FormData();
    fields.forEach(([name, value]) => letter.append(name, value));
    letter.append("files", file);
    const request = new XMLHttpRequest(); // fetch does not say how much has gone
    const lost = () => resolve({ arrived: false, words: progress.dataset.lost });
    request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = loaded / total));
    request.addEventListener("load", () => {
      try {
        const answer = JSON.parse(request.responseText);
        resolve({ ...answer.files[0], after: answer.after });
      } catch {
        lost(); // a page instead of an answer: logged out, or a server before ours
      }
    });
    ["error", "abort", "timeout"].forEach((kind) => request.addEventListener(kind, lost));
    request.open("POST", address);
    request.setRequestHeader("accept", "application/json");
    request.send(letter);
  });

// Gives what became of each file. The next one goes when the one before has arrived, or has not.
const deliver = async (files, address, fields) => {
  const list = progress.querySelector("ul");
  list.replaceChildren();
  progress.hidden = false;
  progress.focus();
  underWay = true;
  const outcomes = [];
  for (const file of files) {
    const line = element("li", { className: "nl-file" });
    const words = element("span", { textContent: progress.dataset.way });
    const bar = element("progress", { max: 1, value: 0, ariaLabel: file.name });
    line.append(element("strong", { textContent: file.name }), " ", words, bar);
    list.append(line);
    const small = file.size <= Number(progress.dataset.largest);
    const outcome = small ? await post(file, address, fields, bar) : { arrived: false, words: progress.dataset.large };
    words.textContent = outcome.words;
    line.dataset.arrived = outcome.arrived;
    bar.remove();
    outcomes.push(outcome);
  }
  underWay = false;
  return outcomes;
};

const withTheReceipt = async (event) => {
  if (!chooser.files.length) return; // the server says what is missing
  event.preventDefault();
  if (underWay) return;
  const fields = [...new FormData(form)];
  const outcomes = await deliver([...chooser.files], form.action, fields);
  chooser.value = "";
  name();
  const after = outcomes.findLast((each) => each.after)?.after;
  if (!outcomes.every((each) => each.arrived)) return;
  if (after) location.assign(`${location.pathname}?after=${after}#files`);
  else location.reload(); // all of them had arrived before
};

const afterTheReferral = async (event) => {
  if (!chooser.files.length) return;
  event.preventDefault();
  const receipt = new URL(event.detail, location);
  const fields = [["idempotency_key", form.elements.idempotency_key.value]];
  form.after(progress);
  form.hidden = true;
  document.getElementById("waiting").hidden = true;
  said.textContent = progress.dataset.sent;
  const outcomes = await deliver([...chooser.files], `${receipt.pathname}/files${receipt.search}`, fields);
  const after = outcomes.findLast((each) => each.after)?.after;
  if (after) receipt.searchParams.set("after", after);
  if (outcomes.every((each) => each.arrived)) {
    location.assign(receipt);
    return;
  }
  said.textContent = progress.dataset.some;
  progress.append(element("a", { className: "ds-button", href: receipt.href, textContent: progress.dataset.on }));
};

chooser.removeAttribute("name"); // the form goes without them
chooser.addEventListener("change", name);
chooser.dataset.named = "";
named.hidden = false;
name();
if (form === part) {
  form.addEventListener("submit", withTheReceipt);
} else {
  const count = element("input", { type: "hidden", name: "files_chosen", disabled: true });
  part.append(count);
  chooser.addEventListener("change", () => Object.assign(count, { value: chooser.files.length, disabled: !chooser.files.length }));
  form.addEventListener("sent", afterTheReferral);
}
addEventListener("beforeunload", (event) => underWay && event.preventDefault());
