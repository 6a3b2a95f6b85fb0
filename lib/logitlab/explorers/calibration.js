import { drawing, percent, stage, tiles } from "./chart.js";
import { el } from "./page.js";
import { binned, diagram, HEIGHT, READ } from "./reliability.js";

/** What logitlab.information says of softmax(scores / T): log loss in nats, and the bins of equal width. */
export function judged(scores, labels, T, bins) {
  const n = labels.length,
    k = scores.length / n;
  const confidences = [],
    hits = [];
  let loss = 0,
    brier = 0;
  for (let row = 0; row < n; row++) {
    const z = Array.from(scores.subarray(row * k, (row + 1) * k), (s) => s / T);
    const most = Math.max(...z),
      sum = z.reduce((a, x) => a + Math.exp(x - most), 0);
    const p = z.map((x) => Math.exp(x - most) / sum),
      top = z.indexOf(most),
      right = labels[row];
    loss += Math.log(sum) - (z[right] - most);
    p.forEach((x, i) => {
      brier += (x - (i === right)) ** 2;
    });
    hits.push(Number(top === right));
    confidences.push(p[top]);
  }
  return { ...binned(confidences, hits, bins), loss: loss / n, brier: brier / n };
}

function render({ model, el: root }) {
  const bytes = model.get("scores"),
    labels = model.get("labels"),
    bins = model.get("bins");
  const scores = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  const { svg, speak, goal, below } = stage(root, model, HEIGHT);
  const lay = diagram(svg, bins, "confidence: P(top) of the four, %");
  const readout = tiles([
    "Temperature",
    "Right answers",
    "Mean confidence",
    "Log loss",
    "Brier",
    "Calibration error",
  ]);
  root.append(readout.node, svg, el("p", { class: "ll-legend" }, READ), ...below);

  function draw(width) {
    const T = model.get("temperature"),
      found = judged(scores, labels, T, bins);
    lay(width, found.box);
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
