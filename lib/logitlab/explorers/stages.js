import { drawing, percent, quoted, stage, tiles, whole } from "./chart.js";
import { entries, measure, stages } from "./maths.js";
import { el, set } from "./page.js";

const STRIP = 24,
  NAMES = { temperature: "Temperature", top_k: "Top-k", top_p: "Top-p", min_p: "Min-p" };
const setting = (name, value) => `${NAMES[name]} ${name === "top_k" ? value : value.toFixed(2)}`;

function render({ model, el: root }) {
  const labels = model.get("labels"),
    hues = model.get("hues"),
    used = model.get("knobs"),
    goal = model.get("goal");
  const data = entries(model.get("logits"), model.get("counts"), []);
  const lanes = model.get("lanes").map(({ name, order }, i) => ({
    name,
    i,
    order: [...order],
    list: el("ol", { class: "ll-stages" }),
  }));
  const { svg, speak, goal: line, below } = stage(root, model, 1);
  svg.classList.add("ll-hidden");
  const readout = tiles(lanes.map((lane) => lane.name));
  let redraw = () => {};

  const move = (lane, at, by) => {
    const [name] = lane.order.splice(at, 1);
    lane.order.splice(at + by, 0, name);
    model.set(
      "lanes",
      lanes.map(({ name, order }) => ({ name, order: [...order] })),
    );
    model.save_changes();
    build(lane);
    redraw();
    const pair = lane.rows[at + by + 1].buttons;
    (
      pair.find((b) => !b.disabled && b.dataset.by === String(by)) ?? pair.find((b) => !b.disabled)
    )?.focus();
  };

  /** The rows of one lane in its order: the start, then each processor with its two buttons. */
  function build(lane) {
    lane.rows = [null, ...lane.order].map((name, k) => {
      const strip = el("svg", { class: "ll-svg ll-strip", height: STRIP, "aria-hidden": "true" });
      const pieces = [...labels, null].map((_, i) =>
        el("rect", { class: `ll-bar ll-hue${hues[i] ?? 8}`, height: STRIP - 2, y: 1 }),
      );
      strip.append(...pieces);
      const button = (by, sign, word) =>
        el(
          "button",
          {
            type: "button",
            class: "ll-button",
            "data-by": by,
            "aria-label": `${word} ${NAMES[name]} in ${lane.name}`,
            title: word,
            disabled: k - 1 + by < 0 || k - 1 + by >= lane.order.length,
            onclick: () => move(lane, k - 1, by),
          },
          sign,
        );
      const buttons =
        name === null || lane.order.length < 2
          ? []
          : [button(-1, "↑", "Move up"), button(1, "↓", "Move down")];
      const title = el("strong"),
        text = el("p", { class: "ll-kept" });
      const node = el("li", {}, el("div", { class: "ll-head" }, title, ...buttons), strip, text);
      return { name, node, title, text, pieces, buttons };
    });
    lane.list.replaceChildren(...lane.rows.map((row) => row.node));
  }
  lanes.forEach(build);
  root.append(
    readout.node,
    el(
      "div",
      { class: "ll-lanes" },
      ...lanes.map(({ name, list }) =>
        el("div", { role: "group", "aria-label": name }, el("p", {}, el("strong", {}, name)), list),
      ),
    ),
    svg,
    ...below,
  );

  /** The names of what is kept, from the likeliest, as many as fit a line or two. */
  function survivors(d, most) {
    const kept = measure({ kind: "kept" }, d),
      shown = [];
    for (const i of d.order)
      if (d.kept[i] && shown.length < most && labels[i] !== undefined)
        shown.push(`${quoted(labels[i])} ${percent(d.p[i])}`);
    return (
      shown.join(", ") + (kept > shown.length ? `, and ${whole(kept - shown.length)} more` : "")
    );
  }

  function draw(width) {
    redraw = () => draw(width);
    const results = lanes.map((lane) => {
      const wide = (lane.list.clientWidth * width) / root.clientWidth || width;
      const all = stages(
        data,
        lane.order.map((name) => [name, model.get(name)]),
      );
      all.forEach((d, k) => {
        const { name, title, text, pieces } = lane.rows[k];
        const kept = measure({ kind: "kept" }, d);
        title.textContent = `${name === null ? "As the model gave it" : setting(name, model.get(name))}: ${whole(kept)} kept`;
        text.textContent = survivors(d, 4);
        let left = 0;
        pieces.forEach((piece, i) => {
          const share = i < labels.length ? d.kept[i] * d.p[i] : Math.max(0, 1 - left);
          set(piece, {
            x: left * wide,
            width: share * wide,
            visibility: share > 1e-9 ? "visible" : "hidden",
          });
          left += share;
        });
      });
      return {
        lane,
        last: all.at(-1),
        counts: all.slice(1).map((d) => measure({ kind: "kept" }, d)),
      };
    });
    const final = results.map(({ last }) => measure({ kind: "kept" }, last));
    readout.update(final.map((n) => `${whole(n)} kept`));
    line?.update(
      goal.kind === "difference" ? final[0] - final[1] : measure(goal, results[0].last),
      used.map((name) => setting(name, model.get(name)).toLowerCase()).join(", "),
    );
    speak(
      results
        .map(
          ({ lane, last, counts }) =>
            `${lane.name}: ${lane.order.map((n, i) => `${setting(n, model.get(n))} keeps ${whole(counts[i])}`).join(", then ")}. Left: ${survivors(last, 4)}.`,
        )
        .join(" "),
    );
  }
  return drawing(model, root, used, draw);
}

export default { render };
