import { calm, drawing, goalLine, tiles, whole } from "./chart.js";
import { el, ownKeys, set, uid } from "./page.js";

const STEPS = [2, 5, 10]; // bits at which the shade changes; the last one is counted
const SHADES = ["below 2 bits", "2 to 5", "5 to 10", "10 bits and more"];
const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥" };
const visible = (token) => token.replace(/[ \n\t]/g, (c) => SIGNS[c]);
const shade = (bits) => STEPS.filter((s) => bits >= s).length;
const bitsOf = (x) => `${x.toFixed(1)} bits`;

/** What the tiles and the sentence say of one text. */
export function summary({ bits, kept }) {
  const sorted = [...kept].sort((a, b) => a - b), middle = sorted.length >> 1;
  return {
    mean: bits.reduce((a, b) => a + b, 0) / bits.length,
    above: bits.filter((b) => b >= STEPS.at(-1)).length,
    kept: sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
  };
}

function render({ model, el: root }) {
  const id = uid();
  const prompts = model.get("prompts"), settings = model.get("settings"), seeds = model.get("seeds");
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const goal = model.get("goal") && goalLine(model.get("goal"), announce);
  const readout = tiles(["Mean surprisal", "10 bits and more", "Tokens left, median"]);
  const prompt = el("p", { class: "ll-prompt" });
  const list = el("div", { role: "listbox", tabindex: 0, class: "ll-text", "aria-orientation": "horizontal", "aria-label": `${model.get("title")}: tokens` });
  const detail = el("p", { class: "ll-detail" });
  const status = el("p", { role: "status", class: "ll-status" });
  const speak = calm((text) => { status.textContent = text; });
  const legend = el("p", { class: "ll-legend" }, "Surprisal: ",
    ...SHADES.flatMap((text, i) => [el("span", { class: `ll-shade${i}` }, text), "  "]));
  ownKeys(list);
  root.classList.add("ll");
  if (goal) root.append(goal.node);
  root.append(readout.node, prompt, list, detail, legend, status, announce);

  let text, chosen = -1;
  function choose(i) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = Math.min(Math.max(i, 0), text.tokens.length - 1);
    list.children[chosen].setAttribute("aria-selected", "true");
    set(list, { "aria-activedescendant": list.children[chosen].id });
    const { tokens, bits, entropy, kept } = text;
    detail.textContent = `Token ${chosen + 1}, ${visible(tokens[chosen])}: ${bitsOf(bits[chosen])}, `
      + `1 chance in ${whole(2 ** bits[chosen])} to the model. Its entropy there: ${bitsOf(entropy[chosen])}. `
      + `Tokens left to draw from: ${whole(kept[chosen])}.`;
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
    const at = ["prompt", "setting", "seed"].map((k) => model.get(k));
    const next = model.get("texts")[(at[0] * settings.length + at[1]) * seeds + at[2]];
    if (next === text) return;
    text = next;
    const { mean, above, kept } = summary(text);
    const n = text.tokens.length;
    prompt.replaceChildren(el("span", {}, "After: "), prompts[at[0]]);
    list.replaceChildren(...text.tokens.map((token, i) => el("span", {
      id: `${id}-${i}`, role: "option", "aria-selected": "false", class: `ll-shade${shade(text.bits[i])}`,
      "aria-label": `${visible(token)}, ${bitsOf(text.bits[i])}`,
    }, token.replace(/\n/g, "↵\n"))));
    chosen = -1;
    choose(text.bits.indexOf(Math.max(...text.bits)));
    readout.update([bitsOf(mean), `${above} of ${n}`, whole(kept)]);
    goal?.update({ mean, above }[model.get("goal").kind]);
    speak(`${settings[at[1]]}, seed ${at[2]}: mean surprisal ${bitsOf(mean)}, ${above} of ${n} tokens at 10 bits or more.`);
    root.dataset.drawn = Number(root.dataset.drawn ?? 0) + 1;
  }
  return drawing(model, root, ["prompt", "setting", "seed"], draw);
}

export default { render };
