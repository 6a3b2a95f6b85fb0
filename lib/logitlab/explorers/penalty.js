import { percentAxis } from "./axis.js";
import { drawing, percent, quoted, stage, tiles } from "./chart.js";
import { el, set } from "./page.js";

const HEAD = 22,
  ROW = 25;
const NAMES = {
  theta: "theta",
  window: "window",
  frequency: "frequency",
  presence: "presence",
  shift: "added to all",
};

/** Logits after the three penalties, in the order of vLLM and llama.cpp; history holds ids. */
export function penalised({
  logits,
  history,
  theta = 1,
  window = Infinity,
  frequency = 0,
  presence = 0,
  shift = 0,
}) {
  const counts = new Map();
  for (const i of history.slice(Math.max(0, history.length - window)))
    counts.set(i, (counts.get(i) ?? 0) + 1);
  const z = logits.map((x) => x + shift);
  for (const [i, count] of counts) {
    z[i] = z[i] < 0 ? z[i] * theta : z[i] / theta;
    z[i] = z[i] - frequency * count - presence;
  }
  return z;
}

export function softmax(z) {
  const top = Math.max(...z),
    e = z.map((x) => Math.exp(x - top)),
    sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}

/** Ranks from 1, likeliest first; of equals the smaller id. */
export function ranks(z) {
  const order = [...z.keys()].sort((a, b) => z[b] - z[a] || a - b),
    place = [];
  order.forEach((i, k) => {
    place[i] = k + 1;
  });
  return place;
}

function render({ model, el: root }) {
  const labels = model.get("labels"),
    hues = model.get("hues"),
    logits = model.get("row");
  const history = model.get("history"),
    used = model.get("knobs"),
    goal = model.get("goal");
  const { svg, speak, goal: line, below } = stage(root, model, HEAD + labels.length * ROW + 4);
  const readout = tiles(["Likeliest", "Tokens moved", "Rank of the old leader"]);
  const chips = history.map((i) => el("span", { class: "ll-chip" }, labels[i]));
  const axis = percentAxis(svg, HEAD, false, () => redraw());
  const head = el("text", { class: "ll-tick", "text-anchor": "end", y: 13 }, "logit");
  svg.append(head);
  const rows = labels.map((label, i) => {
    const y = HEAD + i * ROW,
      text = (attrs) => el("text", { y: y + 17, ...attrs });
    const row = {
      rank: text({ class: "ll-rank", x: 20, "text-anchor": "end" }),
      name: text({ class: "ll-name", x: 28 }),
      logit: text({ class: "ll-logit", "text-anchor": "end" }),
      value: text({}),
      bar: el("rect", { class: `ll-bar ll-hue${hues[i]}`, y: y + 4, height: ROW - 8 }),
      ghost: el("rect", { class: "ll-ghost", y: y + 2, height: ROW - 4 }),
    };
    row.name.textContent = label;
    svg.append(row.rank, row.name, row.logit, row.bar, row.ghost, row.value);
    return row;
  });
  root.append(
    readout.node,
    el("div", { class: "ll-written" }, "Written so far:", ...chips),
    svg,
    axis.node,
    el("p", { class: "ll-legend" }, "Outlines: without a penalty. Bold: moved by it."),
    ...below,
  );

  const before = softmax(logits),
    old = ranks(logits),
    leader = old.indexOf(1);
  let redraw = () => {};
  function draw(width) {
    redraw = () => draw(width);
    const knobs = Object.fromEntries(used.map((k) => [k, model.get(k)]));
    const plain = logits.map((x) => x + (knobs.shift ?? 0)),
      z = penalised({ logits, history, ...knobs });
    const p = softmax(z),
      now = ranks(z),
      outside = history.length - (knobs.window ?? history.length);
    chips.forEach((chip, i) => {
      chip.classList.toggle("ll-past", i < outside);
    });
    const name = Math.min(Math.max(width * 0.24, 96), 150),
      left = name + 100,
      right = width - 62,
      full = right - left;
    set(head, { x: left - 12 });
    const size = axis.lay(left, full, Math.max(...p, ...before));
    let moved = 0;
    rows.forEach((row, i) => {
      const hit = z[i] !== plain[i];
      moved += hit;
      row.rank.textContent = now[i];
      row.rank.classList.toggle("ll-moved", now[i] !== old[i]);
      row.logit.textContent = hit ? `${plain[i].toFixed(2)} → ${z[i].toFixed(2)}` : z[i].toFixed(2);
      row.logit.classList.toggle("ll-hit", hit);
      row.name.classList.toggle("ll-hit", hit);
      set(row.logit, { x: left - 12 });
      set(row.bar, { x: left, width: size(p[i]) });
      set(row.ghost, { x: left, width: size(before[i]) });
      set(row.value, { x: right + 6 });
      row.value.textContent = percent(p[i]);
    });
    const top = now.indexOf(1);
    readout.update([
      `${labels[top]}, ${percent(p[top])}`,
      `${moved} of ${labels.length}`,
      `${quoted(labels[leader])}: ${now[leader]}`,
    ]);
    const setting = used
      .map((k) => `${NAMES[k]} ${k === "window" ? knobs[k] : knobs[k].toFixed(2)}`)
      .join(", ");
    line?.update(p[goal.id], setting);
    speak(
      `${setting[0].toUpperCase()}${setting.slice(1)}: likeliest ${quoted(labels[top])}, ${percent(p[top])}. ` +
        `The leader without a penalty, ${quoted(labels[leader])}, has ${percent(p[leader])} and rank ${now[leader]}.`,
    );
  }
  return drawing(model, root, used, draw);
}

export default { render };
