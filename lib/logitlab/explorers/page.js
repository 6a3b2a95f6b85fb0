// What every view needs.

const SVG = new Set([
  "svg",
  "g",
  "rect",
  "line",
  "path",
  "circle",
  "text",
  "title",
  "desc",
  "defs",
  "pattern",
]);

export function el(name, attrs = {}, ...children) {
  const node = SVG.has(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  set(node, attrs);
  if (name === "input" || name === "button") ownKeys(node);
  node.append(...children);
  return node;
}

export function set(node, attrs) {
  for (const [key, value] of Object.entries(attrs)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === false || value == null) node.removeAttribute(key);
    else node.setAttribute(key, value === true ? "" : value);
  }
}

/** Ids must differ between widgets, and each has its own copy of this module. */
export const uid = () => `ll${Math.random().toString(36).slice(2, 10)}`;

/** JupyterLab's command keys (b adds a cell, dd deletes one) must not act on what has the focus. */
export const ownKeys = (node) => node.setAttribute("data-lm-suppress-shortcuts", "true");

/** `code` and *emphasis* as nodes; everything else stays text. */
export function inline(text) {
  return text.split(/(`[^`]+`|\*[^*\s][^*]*\*)/).map((part) => {
    if (part.length > 2 && part[0] === "`") return el("code", {}, part.slice(1, -1));
    if (part.length > 2 && part[0] === "*") return el("em", {}, part.slice(1, -1));
    return part;
  });
}

/** A number as someone would write it: 35, 34.7, no noise of binary fractions. */
export const plain = (x) => String(Number(x.toPrecision(6)));

/** The number that a reader wrote, as 7.5 or 7,5, 49152 or 49,152, with a sign of percent or not. */
export function numberIn(text) {
  const bare = text.trim().replace(/\s*%$/, "").replace("−", "-");
  const thousands = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare);
  const x = Number(thousands ? bare.replaceAll(",", "") : bare.replace(",", "."));
  return bare && Number.isFinite(x) ? x : null;
}

/** What this browser keeps of a guess or a goal, or null. */
export function stored(name, part = "guess") {
  try {
    return JSON.parse(localStorage.getItem(`logitlab:${name}`))?.[part] ?? null;
  } catch {
    return null;
  }
}

/** Keep it, or forget it where it is null, and tell the page's other widgets. */
export function keep(name, kept) {
  try {
    if (kept) localStorage.setItem(`logitlab:${name}`, JSON.stringify(kept));
    else localStorage.removeItem(`logitlab:${name}`);
  } catch {
    /* a page may be denied storage; what is kept then lasts as long as the page */
  }
  globalThis.dispatchEvent(new Event("logitlab:kept"));
}
