// The axis of bars that are percentages: to 100 %, or to a round number just above the largest.
import { either } from "./either.js";
import { el, plain, set } from "./page.js";

/** 1, 2 or 5 with as many zeros before it as x, at most 1, has. */
export function roundAbove(x) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(x, 1e-9)));
  return Math.min(1, [1, 2, 5, 10].find((s) => x <= s * unit * (1 + 1e-9)) * unit);
}

/**
 * The switch's node; and lay(left, full, most), which lays the axis out for bars of at most `most`
 * and gives the function from a probability to a length.
 */
export function percentAxis(svg, top, fits, changed) {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const rule = el("line", { class: "ll-grid", y1: top - 4, y2: "100%" });
    const text = el("text", { class: "ll-tick", "text-anchor": "middle", y: top - 9 });
    svg.append(rule, text);
    return { part, rule, text };
  });
  const { node, update } = either(
    "Scale of the bars",
    "Bars to ",
    ["100 %", "the largest"],
    (value) => {
      fits = value;
      changed();
    },
  );
  function lay(left, full, most) {
    const end = fits ? roundAbove(most) : 1;
    for (const { part, rule, text } of marks) {
      const x = left + part * full;
      set(rule, { x1: x, x2: x });
      set(text, { x, visibility: full < 160 && part % 1 ? "hidden" : "visible" });
      text.textContent = plain(100 * end * part) + (part === 1 ? " %" : "");
    }
    update(fits);
    const size = (p) => (Math.min(p, end) / end) * full;
    return Object.assign(size, { end });
  }
  return { node, lay };
}
