// A reliability diagram: of the answers in each range of confidence, how many were right.
import { el, set } from "./page.js";

const SIDE = 300,
  FOOT = 36,
  HEAD = 18,
  LEFT = 44;

/** What logitlab.information says of confidences and of answers that hit (1) or not (0), in bins of equal width. */
export function binned(confidences, hits, bins) {
  const box = Array.from({ length: bins }, () => ({ n: 0, hits: 0, sum: 0 }));
  confidences.forEach((p, i) => {
    let b = 0; // bin b holds the confidences in (b/bins, (b + 1)/bins]
    while (b < bins - 1 && p > (b + 1) / bins) b++;
    box[b].n++;
    box[b].hits += hits[i];
    box[b].sum += p;
  });
  const mean = (key) => box.reduce((a, b) => a + b[key], 0) / confidences.length;
  return {
    box,
    error: box.reduce((a, b) => a + Math.abs(b.sum - b.hits), 0) / confidences.length,
    accuracy: mean("hits"),
    confidence: mean("sum"),
  };
}

export const HEIGHT = HEAD + SIDE + FOOT;
export const READ =
  "A bar is how often the answers in that range were right, its number how many there were. A dot is their mean confidence; on the dashed line they agree.";

/** Puts the diagram into the picture; gives lay(width, box), which draws the bins. */
export function diagram(svg, bins, words) {
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
  const axis = el("text", { class: "ll-tick", "text-anchor": "middle", y: HEIGHT - 4 }, words);
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

  return (width, box) => {
    const right = Math.min(width - 8, LEFT + 1.5 * SIDE),
      x = (v) => LEFT + (right - LEFT) * v;
    for (const t of ticks) {
      set(t.rule, { x2: right });
      set(t.across, { x: x(t.v) });
    }
    set(diagonal, { x2: right });
    set(axis, { x: x(0.5) });
    bars.forEach((b, i) => {
      const { n, hits, sum } = box[i],
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
  };
}
