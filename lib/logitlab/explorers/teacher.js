import { drawing, percent, stage, tiles } from "./chart.js";
import { distribution, entropy, measure } from "./maths.js";
import { el, set } from "./page.js";

const CELL = 20,
  SIDE = 8 * CELL,
  ROW = 20,
  TOP = 4,
  NAME = 56,
  VALUE = 64;

function render({ model, el: root }) {
  const classes = model.get("classes"),
    names = model.get("names"),
    pictures = model.get("images");
  const orders = model.get("orders"),
    falling = model.get("falling"),
    goal = model.get("goal");
  const bars = classes.length * ROW + 2 * TOP;
  const { svg, speak, goal: line, below } = stage(root, model, bars);
  const readout = tiles(["First", "Second", "Third", "Entropy"]);
  const pixels = Array.from({ length: 64 }, () =>
    el("rect", { width: CELL, height: CELL, class: "ll-ink" }),
  );
  const frame = el("rect", { width: SIDE, height: SIDE, class: "ll-frame" });
  const rows = classes.map((name, i) => ({
    name: el("text", { class: "ll-name", "text-anchor": "end" }, name),
    bar: el("rect", { class: `ll-bar ll-hue${Math.min(i, 8)}`, height: ROW - 5 }),
    value: el("text", { class: "ll-tick" }),
  }));
  svg.append(...pixels, frame, ...rows.flatMap((r) => [r.bar, r.name, r.value]));
  root.append(readout.node, svg, ...below);

  function draw(width) {
    const wide = width > 460,
      left = wide ? SIDE + NAME : NAME,
      top = wide ? TOP : SIDE + 14;
    const at = model.get("image"),
      tau = model.get("tau"),
      order = orders[at];
    const data = { logits: falling[at], counts: new Uint32Array(order.length).fill(1), seen: [] };
    const d = distribution(data, { temperature: tau }),
      p = [];
    order.forEach((c, rank) => {
      p[c] = d.p[rank];
    });
    const corner = wide ? (bars - SIDE) / 2 : 0;
    pixels.forEach((pixel, i) =>
      set(pixel, {
        x: (i % 8) * CELL,
        y: corner + Math.floor(i / 8) * CELL,
        "fill-opacity": pictures[at][i] / 16,
      }),
    );
    set(frame, { x: 0, y: corner });
    set(svg, { height: wide ? bars : bars + top });
    rows.forEach((row, i) => {
      const y = top + i * ROW,
        length = p[i] * (width - left - VALUE);
      set(row.name, { x: left - 8, y: y + 12 });
      set(row.bar, { x: left, y, width: length });
      set(row.value, { x: left + length + 6, y: y + 12 });
      row.value.textContent = percent(p[i]);
    });
    const best = order.slice(0, 3).map((c) => `${classes[c]} ${percent(p[c])}`),
      bits = `${entropy(d).toFixed(2)} bits`;
    readout.update([...best, bits]);
    line?.update(goal.kind === "p" ? p[goal.index] : measure(goal, d), `tau ${tau.toFixed(1)}`);
    speak(`${names[at]}, tau ${tau.toFixed(1)}: ${best.join(", ")}; entropy ${bits}.`);
  }
  return drawing(model, root, ["tau", "image"], draw);
}

export default { render };
