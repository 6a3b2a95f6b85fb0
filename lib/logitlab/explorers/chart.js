// What the views with sliders share: numbers in words, frames, speech, the goal.
import { el, inline, keep, numberIn, ownKeys, set, stored, uid } from "./page.js";

export const whole = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");

export function percent(p) {
  const x = 100 * p;
  if (p === 0 || p === 1) return `${x} %`;
  if (x < 0.01) return "< 0.01 %";
  if (x > 99.9) return "> 99.9 %";
  return `${x.toFixed(x < 1 ? 2 : 1)} %`;
}

/** A token in a sentence; one without a letter or digit would be read as punctuation. */
export const quoted = (token) => (/[\p{L}\p{N}]/u.test(token) ? token : `“${token}”`);

/** Three digits that matter, no noise: 4.96, 27.3, 1,204. */
export function number(x) {
  if (!Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  if (size >= 1000) return whole(x);
  if (size && size < 0.005) return x.toExponential(1);
  return x.toFixed(size < 10 ? 2 : 1);
}

export function formatted(kind, value) {
  if (/entropy|mean/.test(kind)) return `${value.toFixed(2)} bits`;
  if (kind === "perplexity") return number(value);
  if (kind === "top_p") return value.toFixed(2);
  return /above|difference|kept/.test(kind) ? whole(value) : percent(value);
}

/** A number typed with a comma, which ipywidgets would cut off; and Enter, which says that a slider rests. */
function listen(box) {
  if (box.dataset.listens) return;
  box.dataset.listens = "";
  const typed = ({ target, key = "Enter" }) => {
    if (key !== "Enter") return;
    const x = target.matches(".widget-readout") ? numberIn(target.textContent) : null;
    if (x !== null) target.textContent = x;
    for (const goal of box.querySelectorAll(".ll-goal")) goal.dispatchEvent(new Event("rest"));
  };
  for (const event of ["keydown", "blur"]) box.addEventListener(event, typed, true);
}

/** What ipywidgets 8 leaves out: names for its sliders and their numbers, and keys of their own. */
export function nameSliders(root) {
  const box = root.closest(".widget-vbox") ?? root.parentElement;
  if (box) listen(box);
  for (const grip of box?.querySelectorAll(".noUi-handle, select") ?? []) {
    ownKeys(grip);
    const row = grip.closest(".jupyter-widgets");
    const label = row?.querySelector(".widget-label")?.textContent;
    const readout = row?.querySelector(".widget-readout");
    if (label) set(grip, { "aria-label": label });
    if (!readout) continue;
    set(grip, { "aria-valuetext": readout.textContent });
    if (label) set(readout, { role: "textbox", "aria-label": `${label}, as a number` });
  }
}

/** Calls draw(width) at most once a frame, for a new value or a new width; data-drawn counts. */
export function drawing(model, root, traits, draw) {
  let frame = 0,
    drawn = 0,
    width;
  // A drawing is made for letters of 16 px to the rem; where they are larger, all of it is.
  const measured = (px) => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    root.style.setProperty("--ll-rem", rem);
    width = px / rem || width;
  };
  measured(root.clientWidth || 640);
  const now = () => {
    frame = 0;
    draw(width);
    root.dataset.drawn = ++drawn;
    nameSliders(root);
  };
  const later = () => {
    frame ||= requestAnimationFrame(now);
  };
  for (const trait of traits) model.on(`change:${trait}`, later);
  const size = new ResizeObserver(([{ contentRect }]) => {
    measured(contentRect.width); // 0 in a hidden tab
    later();
  });
  size.observe(root);
  // Sibling views, the sliders, may be mounted after this one.
  const timers = [100, 500, 2000].map((ms) => setTimeout(() => nameSliders(root), ms));
  now();
  return () => {
    size.disconnect();
    cancelAnimationFrame(frame);
    timers.forEach(clearTimeout);
  };
}

/** Calls back with the last value once nothing new has come for a while: speech needs calm. */
export function calm(callback, ms = 400) {
  let timer = 0;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(value), ms);
  };
}

/** Names and values (no dl: JupyterLab floats its parts); returns the node and a function that sets the values. */
export function tiles(names) {
  const values = names.map(() => el("strong"));
  const node = el(
    "div",
    { class: "ll-tiles" },
    ...names.map((name, i) => el("div", {}, el("span", {}, name), " ", values[i])),
  );
  return {
    node,
    update: (texts) =>
      texts.forEach((text, i) => {
        values[i].textContent = text;
      }),
  };
}

/** What the explorer shows, said above it. */
export const titled = (model, id) => el("p", { class: "ll-title", id }, model.get("title"));

/** The picture with its text alternative, and the sentences for eye and ear below it. */
export function stage(root, model, height, ...defs) {
  const id = uid();
  const desc = el("desc", { id: `${id}d` });
  const svg = el(
    "svg",
    { role: "img", "aria-labelledby": `${id}t ${id}d`, class: "ll-svg", height },
    desc,
    ...defs,
  );
  const status = el("p", { role: "status", class: "ll-status" });
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const speak = calm((text) => {
    status.textContent = desc.textContent = text;
  });
  const goal = goalLine(model, announce);
  root.classList.add("ll");
  root.append(titled(model, `${id}t`), ...(goal ? [goal.node] : []));
  return { svg, speak, goal, below: [status, announce] };
}

const REST = 700; // ms

/**
 * The goal's line, or null where there is none. It is ticked once the value rests on the goal, not
 * when it is dragged across; it says where that was, and stays ticked.
 */
export function goalLine(model, announce) {
  const goal = model.get("goal");
  if (!goal) return null;
  const name = `goal:${model.get("title")}: ${goal.text}`;
  const mark = el("span", { class: "ll-mark", "aria-hidden": "true" }, "○");
  const reached = el("strong", {});
  const now = el("span", { class: "ll-now" });
  let start,
    moved,
    timer,
    at = null;
  const show = (where) => {
    mark.textContent = "✓";
    node.classList.add("ll-done");
    reached.textContent = `Reached at ${where}. `;
  };
  const rest = () => {
    if (!at || reached.textContent) return;
    show(at);
    announce.textContent = `Goal reached at ${at}: ${goal.text}`;
    model.set("reached", at);
    model.save_changes();
    keep(name, { reached: at });
  };
  const node = el(
    "p",
    { class: "ll-goal", onrest: () => setTimeout(rest, 100) }, // when the typed number is drawn
    mark,
    reached,
    "Goal: ",
    ...inline(goal.text),
    " ",
    now,
  );
  const before = model.get("reached") || stored(name, "reached");
  if (before) show(before);
  const update = (value, where) => {
    const said = formatted(goal.kind, value),
      named = `${goal.label} ${said}`;
    now.textContent = `(${goal.label} now ${said})`;
    start ??= where;
    moved ||= where !== start;
    const there = moved && Math.abs(value - goal.target) <= goal.tolerance + 1e-12;
    at = there ? (where.includes(named) ? where : `${where}: ${named}`) : null;
    clearTimeout(timer);
    timer = setTimeout(rest, REST);
  };
  return { node, update };
}
