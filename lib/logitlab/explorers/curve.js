import { drawing, formatted, stage, tiles, whole } from "./chart.js";
import { distribution, entries, measure } from "./maths.js";
import { el, plain, set } from "./page.js";

const PANEL = 150,
  GAP = 24,
  FOOT = 34,
  LEFT = 48,
  STEPS = 240;
const TITLES = {
  entropy: "Entropy, bits",
  perplexity: "Perplexity, equal choices",
  p: "Probability, %",
};

/** Round ticks from 0 to at least x, at most `most` of them above 0. */
function ticks(x, most) {
  const unit = 10 ** Math.floor(Math.log10(x || 1));
  const step =
    unit * [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5].find((s) => x / (s * unit) <= most + 1e-9);
  return Array.from({ length: Math.max(2, Math.ceil(x / step - 1e-9) + 1) }, (_, i) =>
    Number((i * step).toPrecision(6)),
  );
}

/** Push labels apart so that no two are nearer than a line of text. */
function spread(ys, low, high, gap = 14) {
  const order = ys.map((_, i) => i).sort((a, b) => ys[a] - ys[b]);
  const out = ys.slice();
  let last = low - gap;
  for (const i of order) last = out[i] = Math.max(out[i], last + gap);
  last = high + gap;
  for (const i of order.reverse()) last = out[i] = Math.min(out[i], last - gap);
  return out;
}

function render({ model, el: root }) {
  const measures = model.get("measures"),
    goal = model.get("goal");
  const [low, high] = model.get("range");
  const data = entries(model.get("logits"), model.get("counts"), []);
  const grid = Array.from({ length: STEPS + 1 }, (_, i) => low + ((high - low) * i) / STEPS);
  const along = grid.map((temperature) => distribution(data, { temperature }));

  const panels = []; // measures of one unit share a panel
  for (const m of measures) {
    const unit = m.kind === "top" ? "p" : m.kind;
    if (!panels.some((p) => p.unit === unit)) panels.push({ unit, lines: [] });
    const hue = m.hue === undefined ? "plain" : m.hue;
    panels
      .find((p) => p.unit === unit)
      .lines.push({
        m,
        values: along.map((d) => measure(m, d)),
        path: el("path", { class: `ll-line ll-stroke-${hue}` }),
        dot: el("circle", { class: `ll-dot ll-hue${hue}`, r: 5 }),
        label: el("text", { class: "ll-name" }, unit === "p" ? m.label : ""),
        key: el("circle", { class: `ll-key ll-dot ll-hue${hue}`, r: unit === "p" ? 4 : 0 }),
      });
  }
  // P(top) lies on the line of the token that is on top.
  for (const { lines } of panels)
    if (lines.length > 1)
      for (const l of lines) l.path.classList.toggle("ll-dashed", l.m.kind === "top");
  const letters = Math.max(
    2,
    ...panels.flatMap((p) => p.lines.map((l) => l.label.textContent.length)),
  );

  const height = panels.length * (PANEL + GAP) + FOOT;
  const { svg, speak, goal: line, below } = stage(root, model, height);
  const rule = { class: "ll-grid", y1: GAP, y2: height - FOOT };
  const xs = ticks(high, 6)
    .filter((t) => t >= low && t <= high)
    .map((t) => ({
      t,
      rule: el("line", rule),
      text: el("text", { class: "ll-tick", "text-anchor": "middle", y: height - FOOT + 15 }, t),
    }));
  for (const x of xs) svg.append(x.rule, x.text);
  panels.forEach((panel, i) => {
    panel.base = (i + 1) * (PANEL + GAP);
    const values = ticks(Math.max(...panel.lines.flatMap((l) => l.values)), 4);
    panel.y = (v) => panel.base - (v / values.at(-1)) * (PANEL - 14);
    panel.rules = values.map((v) =>
      el("line", { class: "ll-grid", x1: LEFT, y1: panel.y(v), y2: panel.y(v) }),
    );
    svg.append(
      el("text", { x: 0, y: panel.base - PANEL }, TITLES[panel.unit]),
      ...panel.rules,
      ...values.map((v) =>
        el(
          "text",
          { class: "ll-tick", "text-anchor": "end", x: LEFT - 6, y: panel.y(v) + 4 },
          panel.unit === "p" ? whole(100 * v) : v < 1000 ? plain(v) : whole(v),
        ),
      ),
      ...panel.lines.flatMap((l) => [l.path, l.key, l.label]),
    );
  });
  const marker = el("line", { ...rule, class: "ll-marker" });
  const axis = el(
    "text",
    { class: "ll-tick", "text-anchor": "middle", y: height - 4 },
    "temperature T",
  );
  svg.append(marker, axis, ...panels.flatMap((p) => p.lines.map((l) => l.dot)));
  const lines = panels.flatMap((p) => p.lines);
  const readout = tiles([
    "Temperature",
    ...lines.map((l) => l.m.label[0].toUpperCase() + l.m.label.slice(1)),
  ]);
  root.append(readout.node, svg, ...below);

  let laidOut = 0;
  function layout(width, x, right) {
    laidOut = width;
    for (const tick of xs) {
      set(tick.rule, { x1: x(tick.t), x2: x(tick.t) });
      set(tick.text, { x: x(tick.t) });
    }
    set(axis, { x: (LEFT + right) / 2 });
    for (const panel of panels) {
      for (const r of panel.rules) set(r, { x2: right });
      const ys = spread(
        panel.lines.map((l) => panel.y(l.values.at(-1))),
        panel.base - PANEL + 20,
        panel.base,
      );
      panel.lines.forEach((l, i) => {
        set(l.path, {
          d:
            "M" +
            l.values.map((v, j) => `${x(grid[j]).toFixed(1)},${panel.y(v).toFixed(1)}`).join("L"),
        });
        set(l.key, { cx: right + 10, cy: ys[i] });
        set(l.label, { x: right + 20, y: ys[i] + 4 });
      });
    }
  }

  function draw(width) {
    const right = width - Math.min(letters * 7.3 + 24, width * 0.35);
    const x = (t) => LEFT + ((t - low) / (high - low)) * (right - LEFT);
    if (width !== laidOut) layout(width, x, right);
    const temperature = model.get("temperature");
    const d = distribution(data, { temperature });
    set(marker, { x1: x(temperature), x2: x(temperature) });
    for (const panel of panels)
      for (const l of panel.lines) set(l.dot, { cx: x(temperature), cy: panel.y(measure(l.m, d)) });
    const texts = lines.map(({ m }) => formatted(m.kind, measure(m, d)));
    readout.update([temperature.toFixed(2), ...texts]);
    line?.update(measure(goal, d), `temperature ${temperature.toFixed(2)}`);
    speak(
      `Temperature ${temperature.toFixed(2)}: ${lines.map((l, i) => `${l.m.label} ${texts[i]}`).join(", ")}.`,
    );
  }
  return drawing(model, root, ["temperature"], draw);
}

export default { render };
