import { percentAxis } from "./axis.js";
import { drawing, formatted, number, percent, quoted, stage, tiles, whole } from "./chart.js";
import { distribution, entries, entropy, measure } from "./maths.js";
import { el, set, uid } from "./page.js";

const ROW = 23,
  HEAD = 22,
  LETTER = 7.3; // px
const NAMES = {
  temperature: "temperature",
  top_k: "top-k",
  top_p: "top-p",
  min_p: "min-p",
  repetition_penalty: "repetition penalty",
};

function render({ model, el: root }) {
  const labels = model.get("labels"),
    hues = model.get("hues"),
    used = model.get("knobs");
  const goal = model.get("goal");
  const data = entries(model.get("logits"), model.get("counts"), model.get("seen"));
  const vocab = data.counts.reduce((a, b) => a + b, 0);
  const rest = vocab - labels.length;
  const long = `the other ${rest === 1 ? "token" : `${whole(rest)} tokens`}`;
  const truncating = used.some((k) => ["top_k", "top_p", "min_p"].includes(k));

  const hatch = uid();
  const {
    svg,
    speak,
    goal: line,
    below,
  } = stage(
    root,
    model,
    HEAD + (labels.length + (rest > 0)) * ROW + 4,
    el(
      "defs",
      {},
      el(
        "pattern",
        {
          id: hatch,
          width: 6,
          height: 6,
          patternUnits: "userSpaceOnUse",
          patternTransform: "rotate(45)",
        },
        el("rect", { width: 6, height: 6, class: "ll-hatch-ground" }),
        el("rect", { width: 2, height: 6, class: "ll-hatch" }),
      ),
    ),
  );
  const readout = tiles([
    "Entropy",
    "Perplexity",
    "Most likely",
    ...(truncating ? ["Tokens kept"] : []),
  ]);

  const tip = el("path", { class: "ll-tip ll-hue8" }); // of the last bar, where it goes on
  // Beside the rest of a large vocabulary the likeliest token may have 1 %.
  const axis = percentAxis(svg, HEAD, rest > 0, () => redraw());
  // One row for each shown token and one, without a rank, for all the others.
  const rows = [...labels, ...(rest > 0 ? [null] : [])].map((label, i) => {
    const y = HEAD + i * ROW;
    const row = {
      label,
      y: y + 3,
      rank: el("text", { class: "ll-rank", x: 20, y: y + 16, "text-anchor": "end" }),
      name: el("text", { class: "ll-name", x: label === null ? 0 : 28, y: y + 16 }),
      bar: el("rect", {
        class: `ll-bar ll-hue${label === null ? 8 : hues[i]}`,
        y: y + 3,
        height: ROW - 6,
      }),
      ghost: el("rect", { class: "ll-ghost", y: y + 1, height: ROW - 2 }),
      value: el("text", { y: y + 16 }),
    };
    svg.append(row.rank, row.name, row.bar, row.ghost, row.value);
    return row;
  });
  svg.append(tip);

  let ghost = null,
    shown = null,
    redraw = () => {};
  const button = (text, act) =>
    el(
      "button",
      {
        type: "button",
        class: "ll-button",
        onclick: () => {
          act();
          redraw();
        },
      },
      text,
    );
  const keep = button("Keep as ghost", () => {
    ghost = shown;
  });
  const drop = button("Remove ghost", () => {
    ghost = null;
    keep.focus();
  });
  const legend = el("span", { class: "ll-legend" });
  root.append(
    readout.node,
    svg,
    axis.node,
    el("div", { class: "ll-tools" }, keep, drop, legend),
    ...below,
  );

  function draw(width) {
    redraw = () => draw(width);
    const knobs = { temperature: model.get("temperature") };
    for (const k of used) knobs[k] = model.get(k);
    const d = distribution(data, knobs);

    const place = []; // rank of each shown token
    d.order.reduce((rank, i) => {
      place[i] = rank;
      return rank + data.counts[i];
    }, 1);
    const others = { kept: 0, p: 0, before: 0 };
    for (let i = labels.length; i < d.p.length; i++) {
      others.kept += d.kept[i];
      others.p += d.kept[i] * d.p[i];
      others.before += data.counts[i] * d.before[i];
    }

    const left = Math.min(Math.max(width * 0.28, 108), 190),
      right = width - 70,
      full = right - left;
    const room = Math.floor((left - 34) / LETTER);
    const outlined = ghost?.masses ?? [];
    const most = labels.map((_, i) => Math.max(d.p[i], d.before[i], outlined[i] ?? 0));
    const size = axis.lay(left, full, Math.max(...most));
    const masses = rows.map((row, i) => {
      const other = row.label === null;
      const { kept, p, before } = other
        ? others
        : { kept: d.kept[i], p: d.p[i], before: d.before[i] };
      const removed = kept === 0;
      row.name.textContent = other
        ? long.length * LETTER < left - 4
          ? long
          : `${whole(rest)} others`
        : row.label.length > room
          ? `${row.label.slice(0, room - 1)}…`
          : row.label;
      row.rank.textContent = other ? "" : place[i];
      row.rank.classList.toggle("ll-moved", !other && place[i] !== i + 1);
      row.name.classList.toggle("ll-cut", removed);
      row.bar.classList.toggle("ll-removed", removed);
      row.bar.style.fill = removed ? `url(#${hatch})` : "";
      set(row.bar, { x: left, width: size(removed ? before : p) });
      set(row.ghost, {
        x: left,
        width: size(outlined[i] ?? 0),
        visibility: outlined[i] ? "visible" : "hidden",
      });
      set(row.value, { x: right + 6 });
      if (other)
        set(tip, {
          d: p > size.end ? `M${right},${row.y}l5,${ROW / 2 - 3}l-5,${ROW / 2 - 3}z` : "",
        });
      row.value.textContent = removed ? "removed" : percent(p);
      return removed ? 0 : p;
    });

    const bits = entropy(d),
      kept = measure({ kind: "kept" }, d);
    const setting = used
      .map((k) => `${NAMES[k]} ${k === "top_k" ? knobs[k] : knobs[k].toFixed(2)}`)
      .join(", ");
    const equal = `${number(2 ** bits)} equal choices`,
      count = `${whole(kept)} of ${whole(vocab)}`;
    shown = { masses, setting };
    readout.update([
      formatted("entropy", bits),
      equal,
      percent(d.p[d.top]),
      ...(truncating ? [count] : []),
    ]);
    legend.textContent = ghost ? `Outlines: ${ghost.setting}` : "";
    drop.hidden = !ghost;
    keep.textContent = ghost ? "Move ghost here" : "Keep as ghost";
    line?.update(measure(goal, d), setting);
    speak(
      `${setting[0].toUpperCase()}${setting.slice(1)}: entropy ${formatted("entropy", bits)}, as many as ${equal}. ` +
        `Most likely: ${quoted(labels[d.top] ?? "a token not shown")}, ${percent(d.p[d.top])}.` +
        (truncating ? ` ${count} tokens kept.` : ""),
    );
  }
  return drawing(model, root, used, draw);
}

export default { render };
