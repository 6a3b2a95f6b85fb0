import { drawing, percent, quoted, stage, tiles, whole } from "./chart.js";
import { either } from "./either.js";
import { distribution, entries, measure } from "./maths.js";
import { el, set } from "./page.js";

const HEAD = 22,
  PANEL = 210,
  FOOT = 36,
  LEFT = 48,
  MOST_DOTS = 20;

/** Ranks that get a tick: powers of ten, or five round steps. */
function ranks(n, log) {
  if (log) return Array.from({ length: Math.floor(Math.log10(n) + 1e-9) + 1 }, (_, i) => 10 ** i);
  if (n <= MOST_DOTS) return Array.from({ length: n }, (_, i) => i + 1);
  const unit = 10 ** Math.floor(Math.log10(n / 4)),
    step = unit * [1, 2, 5, 10].find((s) => n / (s * unit) <= 5);
  return [1, ...Array.from({ length: Math.floor(n / step) }, (_, i) => (i + 1) * step)];
}

function render({ model, el: root }) {
  const labels = model.get("labels"),
    hues = model.get("hues"),
    used = model.get("knobs"),
    goal = model.get("goal");
  const data = entries(model.get("logits"), model.get("counts"), []);
  const vocab = data.counts.reduce((a, b) => a + b, 0),
    few = vocab <= MOST_DOTS;
  const height = HEAD + PANEL + FOOT,
    base = HEAD + PANEL;
  const y = (mass) => base - mass * PANEL;

  const { svg, speak, goal: line, below } = stage(root, model, height);
  const readout = tiles(["Tokens kept", "Their mass", "Last one kept"]);
  const rules = [0, 0.25, 0.5, 0.75, 1].map((m) => {
    const rule = el("line", { class: "ll-grid", x1: LEFT, y1: y(m), y2: y(m) });
    svg.append(
      rule,
      el(
        "text",
        { class: "ll-tick", "text-anchor": "end", x: LEFT - 6, y: y(m) + 4 },
        `${100 * m}`,
      ),
    );
    return rule;
  });
  const area = el("path", { class: "ll-area" }),
    curve = el("path", { class: "ll-line ll-stroke-plain" });
  const threshold = el("line", { class: "ll-marker" }),
    edge = el("line", { class: "ll-edge" });
  const dots = few
    ? labels.map((_, i) => el("circle", { class: `ll-dot ll-hue${hues[i]}`, r: 5 }))
    : [];
  const pName = el("text", { class: "ll-tick", "text-anchor": "end" }),
    name = el("text", { class: "ll-name" });
  const axis = el("text", { class: "ll-tick", "text-anchor": "middle", y: height - 2 });
  const ticks = el("g");
  svg.append(
    el("text", { x: 0, y: 12 }, "Sum of the probabilities so far, %"),
    area,
    curve,
    threshold,
    edge,
    ...dots,
    pName,
    name,
    ticks,
    axis,
  );

  let log = !few,
    redraw = () => {};
  const scale = either(
    "Scale of the ranks",
    "Ranks in ",
    ["even steps", "powers of ten"],
    (value) => {
      log = value;
      redraw();
    },
  );
  root.append(readout.node, svg, scale.node, ...below);

  function draw(width) {
    redraw = () => draw(width);
    const knobs = Object.fromEntries(used.map((k) => [k, model.get(k)])),
      { top_p } = knobs;
    const d = distribution(data, knobs),
      right = width - 12;
    const x = (rank) =>
      LEFT +
      (log ? Math.log(rank) / Math.log(vocab || 2) : (rank - 1) / (vocab - 1 || 1)) *
        (right - LEFT);

    // The curve through the last rank of each entry, thinned to what a screen can show.
    const kept = measure({ kind: "kept" }, d),
      points = [],
      inside = [];
    let rank = 0,
      mass = 0,
      keptMass = 0,
      atX = -9;
    d.before.forEach((p, i) => {
      const first = rank + 1;
      mass += p * data.counts[i];
      rank += data.counts[i];
      if (d.kept[i]) keptMass += p * d.kept[i];
      const point = `${x(rank).toFixed(1)},${y(Math.min(1, mass)).toFixed(1)}`,
        last = first <= kept && kept <= rank;
      if (first === 1 || last || rank === vocab || x(rank) - atX > 0.7) {
        points.push(point);
        atX = x(rank);
        if (rank <= kept) inside.push(point);
      }
      if (first === 1 && data.counts[i] > 1) points.unshift(`${x(1)},${y(p)}`);
    });
    set(curve, { d: `M${points.join("L")}` });
    set(area, {
      d: inside.length
        ? `M${x(1).toFixed(1)},${base}L${inside.join("L")}L${x(kept).toFixed(1)},${y(keptMass).toFixed(1)}V${base}Z`
        : "",
    });
    set(threshold, { x1: LEFT, x2: right, y1: y(top_p), y2: y(top_p) });
    set(edge, { x1: x(kept), x2: x(kept), y1: y(keptMass), y2: base });
    let sum = 0;
    dots.forEach((dot, i) => {
      sum += d.before[i];
      set(dot, { cx: x(i + 1), cy: y(sum) });
      dot.classList.toggle("ll-out", !d.kept[i]);
    });
    for (const rule of rules) set(rule, { x2: right });
    set(pName, { x: right, y: y(top_p) + (top_p > 0.9 ? 14 : -5) });
    pName.textContent = `p = ${top_p.toFixed(2)}`;
    const toLeft = x(kept) > (LEFT + right) / 2;
    set(name, {
      x: x(kept) + (toLeft ? -8 : 8),
      y: base - 8,
      "text-anchor": toLeft ? "end" : "start",
    });
    const crossing = kept > labels.length ? `rank ${whole(kept)}` : quoted(labels[kept - 1]);
    name.textContent = crossing.length > 16 ? `${crossing.slice(0, 15)}…` : crossing;
    ticks.replaceChildren(
      ...ranks(vocab, log).map((r) =>
        el(
          "text",
          {
            class: "ll-tick",
            "text-anchor": r === vocab && !few ? "end" : "middle",
            x: x(r),
            y: base + 15,
          },
          whole(r),
        ),
      ),
    );
    set(axis, { x: (LEFT + right) / 2 });
    axis.textContent = `rank, the likeliest token first${log ? ", powers of ten" : ""}`;
    scale.update(log);

    const count = `${whole(kept)} of ${whole(vocab)}`;
    readout.update([count, percent(keptMass), crossing]);
    const T =
      knobs.temperature === undefined ? "" : `Temperature ${knobs.temperature.toFixed(2)}, `;
    line?.update(
      goal.kind === "top_p" ? top_p : measure(goal, d),
      `${T.toLowerCase()}top-p ${top_p.toFixed(2)}`,
    );
    const names = labels.slice(0, Math.min(kept, 10)).map(quoted).join(", ");
    speak(
      `${T}${T ? "top-p" : "Top-p"} ${top_p.toFixed(2)}: ${count} tokens kept, with ${percent(keptMass)} of the mass. ` +
        (kept > 10 || kept > labels.length
          ? `The last one kept is ${crossing}.`
          : `Kept: ${names}.`),
    );
  }
  return drawing(model, root, used, draw);
}

export default { render };
