import { drawing, percent, stage, tiles } from "./chart.js";
import { el, set } from "./page.js";

const SIDE = 300,
  FOOT = 36,
  HEAD = 18,
  LEFT = 44;

/** What logitlab.information says of softmax(scores / T): log loss in nats, and the bins of equal width. */
export function judged(scores, labels, T, bins) {
  const n = labels.length,
    k = scores.length / n;
  const box = Array.from({ length: bins }, () => ({ n: 0, hits: 0, sum: 0 }));
  let loss = 0,
    brier = 0,
    hits = 0;
  for (let row = 0; row < n; row++) {
    const z = Array.from(scores.subarray(row * k, (row + 1) * k), (s) => s / T);
    const most = Math.max(...z),
      sum = z.reduce((a, x) => a + Math.exp(x - most), 0);
    const p = z.map((x) => Math.exp(x - most) / sum),
      top = z.indexOf(most),
      right = labels[row];
    const hit = Number(top === right);
    loss += Math.log(sum) - (z[right] - most);
    p.forEach((x, i) => {
      brier += (x - (i === right)) ** 2;
    });
    hits += hit;
    let b = 0; // bin b holds the confidences in (b/bins, (b + 1)/bins]
    while (b < bins - 1 && p[top] > (b + 1) / bins) b++;
    box[b].n++;
    box[b].hits += hit;
    box[b].sum += p[top];
  }
  const error = box.reduce((a, b) => a + Math.abs(b.sum - b.hits), 0) / n;
  return {
    box,
    loss: loss / n,
    brier: brier / n,
    error,
    accuracy: hits / n,
    confidence: box.reduce((a, b) => a + b.sum, 0) / n,
  };
}

function render({ model, el: root }) {
  const bytes = model.get("scores"),
    labels = model.get("labels"),
    bins = model.get("bins");
  const scores = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  const height = HEAD + SIDE + FOOT;
  const { svg, speak, goal, below } = stage(root, model, height);
  const y = (v) => HEAD + SIDE * (1 - v);
  const bars = Array.from({ length: bins }, () => ({
    bar: el("rect", { class: "ll-area" }),
    gap: el("line", { class: "ll-gap" }),
    count: el("text", { y: y(0) - 5 }),
    mean: el("circle", { class: "ll-dot ll-hue0", r: 4 }),
  }));
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((v) => ({
    v,
    rule: el("line", { class: "ll-grid", x1: LEFT, y1: y(v), y2: y(v) }),
    across: el(
      "text",
      { class: "ll-tick", "text-anchor": "middle", y: HEAD + SIDE + 15 },
      `${100 * v}`,
    ),
  }));
  const diagonal = el("line", { class: "ll-marker", x1: LEFT, y1: y(0), y2: y(1) });
  const axis = el(
    "text",
    { class: "ll-tick", "text-anchor": "middle", y: height - 4 },
    "confidence: P(top) of the four, %",
  );
  svg.append(
    el("text", { x: 0, y: 10, class: "ll-tick" }, "right, %"),
    ...ticks.flatMap((t) => [
      t.rule,
      t.across,
      el(
        "text",
        { class: "ll-tick", "text-anchor": "end", x: LEFT - 6, y: y(t.v) + 4 },
        `${100 * t.v}`,
      ),
    ]),
    ...bars.map((b) => b.bar),
    diagonal,
    ...bars.flatMap((b) => [b.gap, b.mean, b.count]),
    axis,
  );
  const readout = tiles([
    "Temperature",
    "Right answers",
    "Mean confidence",
    "Log loss",
    "Brier",
    "Calibration error",
  ]);
  root.append(
    readout.node,
    svg,
    el(
      "p",
      { class: "ll-legend" },
      "A bar is how often the answers in that range were right, its number how many there were. A dot is their mean confidence; on the dashed line they agree.",
    ),
    ...below,
  );

  function draw(width) {
    const T = model.get("temperature"),
      found = judged(scores, labels, T, bins);
    const right = Math.min(width - 8, LEFT + 1.5 * SIDE),
      x = (v) => LEFT + (right - LEFT) * v;
    for (const t of ticks) {
      set(t.rule, { x2: right });
      set(t.across, { x: x(t.v) });
    }
    set(diagonal, { x2: right });
    set(axis, { x: x(0.5) });
    bars.forEach((b, i) => {
      const { n, hits, sum } = found.box[i],
        part = n ? hits / n : 0,
        mean = n ? sum / n : 0;
      const at = { x1: x(mean), x2: x(mean), y1: y(part), y2: y(mean) };
      set(b.bar, {
        x: x(i / bins) + 1,
        width: (right - LEFT) / bins - 2,
        y: y(part),
        height: y(0) - y(part),
      });
      set(b.gap, { ...at, visibility: n ? "visible" : "hidden" });
      set(b.mean, { cx: x(mean), cy: y(mean), visibility: n ? "visible" : "hidden" });
      set(b.count, { x: x(i / bins) + 4 });
      b.count.textContent = n || "";
    });
    readout.update([
      T.toFixed(2),
      percent(found.accuracy),
      percent(found.confidence),
      `${found.loss.toFixed(3)} nats`,
      found.brier.toFixed(3),
      found.error.toFixed(3),
    ]);
    goal?.update(found[model.get("goal").measure], `temperature ${T.toFixed(2)}`);
    speak(
      `Temperature ${T.toFixed(2)}: ${percent(found.accuracy)} right at a mean confidence of ${percent(found.confidence)}; log loss ${found.loss.toFixed(3)} nats, calibration error ${found.error.toFixed(3)}.`,
    );
  }
  return drawing(model, root, ["temperature"], draw);
}

export default { render };
