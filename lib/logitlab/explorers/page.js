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

/** The guess stored in this browser, or null. */
export function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(`logitlab:${name}`))?.guess ?? null;
  } catch {
    return null;
  }
}
