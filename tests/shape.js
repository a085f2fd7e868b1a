// What a page is made of, without its words: the shapes of its pieces (by which `nattljusPieces` finds them), each with the classes of all
// that it stands in, and the outline of headings and landmarks, which holds for the page as a whole. Also the ids that stand on it twice.
() => {
  const CHANGING = /[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|[\d.]+/g;
  const LONG = new Set(["href", "value", "src", "action", "datetime", "nonce", "content"]);
  const PIECES = "tr, li, section, article, form, fieldset, details, dl, table, ul, ol, nav, header, footer, main, aside, .ds-field, .ds-alert";
  const OUTLINE = "h1, h2, h3, h4, h5, h6, main, nav, header, footer, aside, section, form, article, [role], [aria-label], [aria-labelledby]";
  const pieces = (window.nattljusPieces = new Map());
  const plain = (text) => text.replace(CHANGING, "#");
  const told = (name, value) => {
    if (LONG.has(name) || name.startsWith("data-")) return value ? 1 : 0;
    if (name === "class") return value.split(/\s+/).filter((each) => !each.startsWith("htmx-")).sort().join(" ");
    return plain(value);
  };
  const attributes = (element) => [...element.attributes].map(({name, value}) => `${name}=${told(name, value)}`).sort().join(" ");
  const shape = (element, around) => {
    const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()) ? "…" : "";
    const here = `${around}/${element.localName}.${told("class", element.className.baseVal ?? element.className)}`;
    const inside = [...element.children].map((child) => {
      const made = shape(child, here);
      if (!child.matches(PIECES)) return made;
      pieces.set(here + made, child);
      return child.localName;
    });
    const once = inside.filter((each, place) => each.startsWith("<") || inside[place - 1] !== each);
    return `<${element.localName} ${attributes(element)}>${words}${once.join("")}</>`;
  };
  const label = (element) => element.getAttribute("aria-label") ?? document.getElementById(element.getAttribute("aria-labelledby"))?.textContent ?? "";
  const outline = [...document.querySelectorAll(OUTLINE)].map((element) => `${element.localName} ${element.getAttribute("role") ?? ""} ${plain(label(element))}`);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const frame = shape(document.documentElement, "");
  const page = frame + outline.filter((each, place) => outline[place - 1] !== each).join("\n");
  return {pieces: [...pieces.keys()], page, twice: ids.filter((id, place) => ids.indexOf(id) !== place)};
}
