import { calm, drawing, goalLine, tiles, whole } from "./chart.js";
import { el, ownKeys, set, uid } from "./page.js";

const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥" };
const visible = (token) => token.replace(/[ \n\t]/g, (c) => SIGNS[c]);

function render({ model, el: root }) {
  const id = uid();
  const prompts = model.get("prompts"), histories = model.get("histories"), thetas = model.get("thetas");
  const words = model.get("vocabulary"), runs = model.get("runs"), goal = model.get("goal");
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const line = goal && goalLine(goal, announce);
  const readout = tiles(["Repeated", "Swaps", "First swap"]);
  const prompt = el("p", { class: "ll-prompt" });
  const list = el("div", { role: "listbox", tabindex: 0, class: "ll-text", "aria-orientation": "horizontal" });
  const detail = el("p", { class: "ll-detail" });
  const status = el("p", { role: "status", class: "ll-status" });
  const speak = calm((text) => { status.textContent = text; });
  const legend = el("p", { class: "ll-legend" }, el("span", { class: "ll-again" }, "shaded"), " ends four tokens that stood before   ",
    el("span", { class: "ll-swap" }, "boxed"), " the model wanted another token");
  ownKeys(list);
  root.classList.add("ll");
  if (line) root.append(line.node);
  root.append(readout.node, prompt, list, detail, legend, status, announce);

  let run, chosen = -1;
  function choose(i) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = Math.min(Math.max(i, 0), run.tokens.length - 1);
    list.children[chosen].setAttribute("aria-selected", "true");
    set(list, { "aria-activedescendant": list.children[chosen].id });
    const name = visible(words[run.tokens[chosen]]), swap = run.swaps.find(([place]) => place === chosen);
    const [, wanted, before, after, written] = swap ?? [];
    detail.textContent = `Token ${chosen + 1}, ${name}: ` + (swap
      ? `number ${whole(run.ranks[chosen])} in the model's own order. It wanted ${visible(words[wanted])}, whose logit `
        + `the penalty moved from ${before.toFixed(2)} to ${after.toFixed(2)}, below the ${written.toFixed(2)} of ${name}.`
      : "the model's own first choice.");
  }
  const keys = { ArrowRight: () => chosen + 1, ArrowDown: () => chosen + 1, ArrowLeft: () => chosen - 1, ArrowUp: () => chosen - 1, Home: () => 0, End: () => Infinity };
  list.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    choose(keys[event.key]());
  });
  const under = (event) => {
    const i = [...list.children].indexOf(event.target);
    if (i >= 0) choose(i);
  };
  list.addEventListener("pointerover", under);
  list.addEventListener("click", under);

  function draw() {
    const p = model.get("prompt"), h = model.get("history"), theta = model.get("theta");
    const at = thetas.reduce((best, x, i) => (Math.abs(x - theta) < Math.abs(thetas[best] - theta) ? i : best), 0);
    const next = runs[(p * histories.length + h) * thetas.length + at];
    if (next === run) return;
    run = next; // often the same text again: then the label says that theta moved
    const n = run.tokens.length, again = new Set(run.repeated), swapped = new Set(run.swaps.map(([place]) => place));
    prompt.replaceChildren(el("span", {}, `Theta ${thetas[at].toFixed(2)}, after: `), prompts[p]);
    set(list, { "aria-label": `${model.get("title")}: tokens at theta ${thetas[at].toFixed(2)}` });
    list.replaceChildren(...run.tokens.map((token, i) => el("span", {
      id: `${id}-${i}`, role: "option", "aria-selected": "false",
      class: [again.has(i) && "ll-again", swapped.has(i) && "ll-swap"].filter(Boolean).join(" "),
      "aria-label": visible(words[token]) + (again.has(i) ? ", repeated" : "") + (swapped.has(i) ? ", swapped" : ""),
    }, words[token].replace(/\n/g, "↵\n"))));
    chosen = -1;
    const first = run.swaps[0]?.[0];
    choose(first ?? 0);
    readout.update([`${again.size} of ${n}`, whole(swapped.size), first === undefined ? "none" : `token ${first + 1}`]);
    line?.update({ repeated: again.size, swaps: swapped.size, theta: thetas[at] }[goal.measure]);
    speak(`Theta ${thetas[at].toFixed(2)}, penalty on ${histories[h]}: ${again.size} of ${n} tokens repeated, ${swapped.size} swaps.`);
    root.dataset.drawn = Number(root.dataset.drawn ?? 0) + 1;
  }
  return drawing(model, root, ["prompt", "history", "theta"], draw);
}

export default { render };
