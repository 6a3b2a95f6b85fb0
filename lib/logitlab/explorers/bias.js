import { drawing, stage, tiles } from "./chart.js";
import { el, set } from "./page.js";

const HEAD = 28,
  PANEL = 190,
  FOOT = 36,
  LEFT = 40,
  STEPS = 160;

/** Counts at a bias: an image is called the digit when its margin is below the bias. */
export function counts({ margin, isDigit, otherRight }, bias) {
  let found = 0,
    stolen = 0,
    errors = 0;
  margin.forEach((m, i) => {
    const called = bias > m;
    if (called && isDigit[i]) found++;
    if (called && !isDigit[i]) stolen++;
    if (called ? !isDigit[i] : !otherRight[i]) errors++;
  });
  return { found, stolen, errors };
}

function render({ model, el: root }) {
  const students = model.get("students"),
    names = model.get("names"),
    digit = model.get("digit");
  const [low, high] = model.get("range"),
    total = students[0].isDigit.filter(Boolean).length;
  const base = HEAD + PANEL,
    { svg, speak, goal: line, below } = stage(root, model, base + FOOT);
  const readout = tiles([`${digit}s known`, `Others called ${digit}`, "Errors in all"]);
  const grid = Array.from({ length: STEPS + 1 }, (_, i) => low + ((high - low) * i) / STEPS);
  const along = students.map((s) => grid.map((b) => counts(s, b)));
  const most =
    50 * Math.ceil(Math.max(...along.flat().map((c) => Math.max(c.errors, c.found))) / 50);
  const y = (n) => base - (n / most) * PANEL;
  const kinds = [
    ["errors", 5, "errors in all"],
    ["found", 0, `${digit}s known`],
  ].map(([key, hue, text]) => ({
    key,
    path: el("path", { class: `ll-line ll-stroke-${hue}${key === "found" ? " ll-dashed" : ""}` }),
    dot: el("circle", { class: `ll-dot ll-hue${hue}`, r: 5 }),
    text,
    hue,
  }));
  const key = kinds.flatMap(({ text, hue }, i) => [
    el("circle", { class: `ll-dot ll-hue${hue}`, r: 5, cx: 100 + 115 * i, cy: 8 }),
    el("text", { x: 110 + 115 * i, y: 12 }, text),
  ]);
  const marks = [0, most / 2, most].map((n) => ({
    rule: el("line", { class: "ll-grid", x1: LEFT, y1: y(n), y2: y(n) }),
    text: el("text", { class: "ll-tick", "text-anchor": "end", x: LEFT - 6, y: y(n) + 4 }, n),
  }));
  const ticks = [];
  for (let b = Math.ceil(low); b <= high; b += 2)
    ticks.push({
      b,
      text: el("text", { class: "ll-tick", "text-anchor": "middle", y: base + 15 }, b),
    });
  const marker = el("line", { class: "ll-marker", y1: HEAD, y2: base });
  const axis = el(
    "text",
    { class: "ll-tick", "text-anchor": "middle", y: base + 32 },
    `added to the bias of the ${digit}`,
  );
  svg.append(
    el("text", { x: 0, y: 12 }, "Test images"),
    ...marks.flatMap((m) => [m.rule, m.text]),
    ...ticks.map((t) => t.text),
    marker,
    axis,
    ...key,
    ...kinds.map((k) => k.path),
    ...kinds.map((k) => k.dot),
  );
  root.append(readout.node, svg, ...below);

  function draw(width) {
    const at = model.get("student"),
      bias = model.get("bias"),
      right = width - 12;
    const x = (b) => LEFT + ((b - low) / (high - low)) * (right - LEFT);
    const now = counts(students[at], bias);
    for (const { rule } of marks) set(rule, { x2: right });
    for (const { b, text } of ticks) set(text, { x: x(b) });
    set(marker, { x1: x(bias), x2: x(bias) });
    set(axis, { x: (LEFT + right) / 2 });
    for (const { key, path, dot } of kinds) {
      set(path, {
        d:
          "M" +
          along[at].map((c, i) => `${x(grid[i]).toFixed(1)},${y(c[key]).toFixed(1)}`).join("L"),
      });
      set(dot, { cx: x(bias), cy: y(now[key]) });
    }
    readout.update([`${now.found} of ${total}`, now.stolen, now.errors]);
    line?.update(now.errors, `bias ${bias.toFixed(1)}, ${names[at]}`);
    speak(
      `${names[at]}, bias ${bias.toFixed(1)}: ${now.found} of ${total} images of a ${digit} known, ${now.stolen} others called ${digit}, ${now.errors} errors in all.`,
    );
  }
  return drawing(model, root, ["bias", "student"], draw);
}

export default { render };
