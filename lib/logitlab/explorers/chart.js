// What the views with sliders share: numbers in words, frames, speech, the goal.
import { el, inline, ownKeys, uid } from "./page.js";

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

/** What ipywidgets 8 leaves out: names for its sliders, and keys of their own for them and its lists. */
export function nameSliders(root) {
  const box = root.closest(".widget-vbox") ?? root.parentElement;
  for (const grip of box?.querySelectorAll(".noUi-handle, select") ?? []) {
    ownKeys(grip);
    const row = grip.closest(".jupyter-widgets");
    const label = row?.querySelector(".widget-label")?.textContent;
    const value = row?.querySelector(".widget-readout")?.textContent;
    if (label) grip.setAttribute("aria-label", label);
    if (value) grip.setAttribute("aria-valuetext", value);
  }
}

/** Calls draw(width) at most once a frame, for a new value or a new width; data-drawn counts. */
export function drawing(model, root, traits, draw) {
  let frame = 0,
    drawn = 0,
    width = root.clientWidth || 640;
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
    width = contentRect.width || width; // a hidden tab has no width
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

/** The picture with its text alternative, and the sentences for eye and ear below it. */
export function stage(root, model, height, ...defs) {
  const id = uid();
  const desc = el("desc", { id: `${id}d` });
  const svg = el(
    "svg",
    { role: "img", "aria-labelledby": `${id}t ${id}d`, class: "ll-svg", height },
    el("title", { id: `${id}t` }, model.get("title")),
    desc,
    ...defs,
  );
  const status = el("p", { role: "status", class: "ll-status" });
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const speak = calm((text) => {
    status.textContent = desc.textContent = text;
  });
  const goal = model.get("goal") && goalLine(model.get("goal"), announce);
  root.classList.add("ll");
  if (goal) root.append(goal.node);
  return { svg, speak, goal, below: [status, announce] };
}

/** The goal's line: ticked when reached, and it stays ticked. */
export function goalLine(goal, announce) {
  const mark = el("span", { class: "ll-mark", "aria-hidden": "true" }, "○");
  const words = el("span", {}, "Goal: ", ...inline(goal.text));
  const now = el("span", { class: "ll-now" });
  const node = el("p", { class: "ll-goal" }, mark, words, " ", now);
  let done = false;
  const update = (value) => {
    now.textContent = `(${goal.label} now ${formatted(goal.kind, value)})`;
    if (done || !(Math.abs(value - goal.target) <= goal.tolerance + 1e-12)) return;
    done = true;
    mark.textContent = "✓";
    node.classList.add("ll-done");
    words.prepend(el("strong", {}, "Reached. "));
    announce.textContent = `Goal reached: ${goal.text}`;
  };
  return { node, update };
}
