import { calm, drawing, goalLine, tiles, titled, whole } from "./chart.js";
import { el, set } from "./page.js";
import { tokenList } from "./tokens.js";
import { visible } from "./visible.js";

function render({ model, el: root }) {
  const prompts = model.get("prompts"),
    histories = model.get("histories"),
    thetas = model.get("thetas");
  const words = model.get("vocabulary"),
    runs = model.get("runs"),
    goal = model.get("goal");
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const line = goalLine(model, announce);
  const readout = tiles(["Repeated", "Swaps", "First swap"]);
  const prompt = el("p", { class: "ll-prompt" });
  const detail = el("p", { class: "ll-detail" });
  let run;
  const list = tokenList((i) => {
    const name = visible(words[run.tokens[i]]),
      swap = run.swaps.find(([place]) => place === i);
    const [, wanted, before, after, written] = swap ?? [];
    detail.textContent =
      `Token ${i + 1}, ${name}: ` +
      (swap
        ? `number ${whole(run.ranks[i])} in the model's own order. It wanted ${visible(words[wanted])}, whose logit ` +
          `the penalty moved from ${before.toFixed(2)} to ${after.toFixed(2)}, below the ${written.toFixed(2)} of ${name}.`
        : "the model's own first choice.");
  });
  const status = el("p", { role: "status", class: "ll-status" });
  const speak = calm((text) => {
    status.textContent = text;
  });
  const legend = el(
    "p",
    { class: "ll-legend" },
    el("span", { class: "ll-again" }, "shaded"),
    " ends four tokens that stood before   ",
    el("span", { class: "ll-swap" }, "boxed"),
    " the model wanted another token",
  );
  root.classList.add("ll");
  root.append(titled(model));
  if (line) root.append(line.node);
  root.append(readout.node, prompt, list.node, detail, legend, status, announce);

  function draw() {
    const p = model.get("prompt"),
      h = model.get("history"),
      theta = model.get("theta");
    const at = thetas.reduce(
      (best, x, i) => (Math.abs(x - theta) < Math.abs(thetas[best] - theta) ? i : best),
      0,
    );
    const next = runs[(p * histories.length + h) * thetas.length + at];
    if (next === run) return;
    run = next; // often the same text again: then the label says that theta moved
    const n = run.tokens.length,
      again = new Set(run.repeated),
      swapped = new Set(run.swaps.map(([place]) => place));
    prompt.replaceChildren(el("span", {}, `Theta ${thetas[at].toFixed(2)}, after: `), prompts[p]);
    set(list.node, {
      "aria-label": `${model.get("title")}: tokens at theta ${thetas[at].toFixed(2)}`,
    });
    const first = run.swaps[0]?.[0];
    list.show(
      run.tokens.map((token, i) => ({
        text: words[token],
        css: [again.has(i) && "ll-again", swapped.has(i) && "ll-swap"].filter(Boolean).join(" "),
        said:
          visible(words[token]) +
          (again.has(i) ? ", repeated" : "") +
          (swapped.has(i) ? ", swapped" : ""),
      })),
      first ?? 0,
    );
    readout.update([
      `${again.size} of ${n}`,
      whole(swapped.size),
      first === undefined ? "none" : `token ${first + 1}`,
    ]);
    line?.update(
      { repeated: again.size, swaps: swapped.size, theta: thetas[at] }[goal.measure],
      `theta ${thetas[at].toFixed(2)}, penalty on ${histories[h]}`,
    );
    speak(
      `Theta ${thetas[at].toFixed(2)}, penalty on ${histories[h]}: ${again.size} of ${n} tokens repeated, ${swapped.size} swaps.`,
    );
  }
  return drawing(model, root, ["prompt", "history", "theta"], draw);
}

export default { render };
