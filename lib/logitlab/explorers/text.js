import { calm, drawing, goalLine, tiles, titled, whole } from "./chart.js";
import { el, set } from "./page.js";
import { tokenList } from "./tokens.js";
import { visible } from "./visible.js";

const STEPS = [2, 5, 10]; // bits at which the shade changes; the last one is counted
const SHADES = ["below 2 bits", "2 to 5", "5 to 10", "10 bits and more"];
/** The style of a token by its bits, and the line that explains the styles. */
export const shade = (bits) => `ll-shade${STEPS.filter((s) => bits >= s).length}`;
export const legend = () =>
  el(
    "p",
    { class: "ll-legend" },
    "Surprisal: ",
    ...SHADES.flatMap((text, i) => [el("span", { class: `ll-shade${i}` }, text), "  "]),
  );
const bitsOf = (x) => `${x.toFixed(1)} bits`;

/** What the tiles and the sentence say of one text. */
export function summary({ bits, kept }) {
  const sorted = [...kept].sort((a, b) => a - b),
    middle = sorted.length >> 1;
  return {
    mean: bits.reduce((a, b) => a + b, 0) / bits.length,
    above: bits.filter((b) => b >= STEPS.at(-1)).length,
    kept: sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
  };
}

function render({ model, el: root }) {
  const prompts = model.get("prompts"),
    settings = model.get("settings"),
    seeds = model.get("seeds");
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const goal = goalLine(model, announce);
  const readout = tiles(["Mean surprisal", "10 bits and more", "Tokens left, median"]);
  const prompt = el("p", { class: "ll-prompt" });
  const detail = el("p", { class: "ll-detail" });
  let text;
  const list = tokenList((i) => {
    const { tokens, bits, entropy, kept } = text;
    detail.textContent =
      `Token ${i + 1}, ${visible(tokens[i])}: ${bitsOf(bits[i])}, ` +
      `1 chance in ${whole(2 ** bits[i])} to the model. Its entropy there: ${bitsOf(entropy[i])}. ` +
      `Tokens left to draw from: ${whole(kept[i])}.`;
  });
  const status = el("p", { role: "status", class: "ll-status" });
  const speak = calm((text) => {
    status.textContent = text;
  });
  set(list.node, { "aria-label": `${model.get("title")}: tokens` });
  root.classList.add("ll");
  root.append(titled(model));
  if (goal) root.append(goal.node);
  root.append(readout.node, prompt, list.node, detail, legend(), status, announce);

  function draw() {
    const at = ["prompt", "setting", "seed"].map((k) => model.get(k));
    const next = model.get("texts")[(at[0] * settings.length + at[1]) * seeds + at[2]];
    if (next === text) return;
    text = next;
    const { mean, above, kept } = summary(text);
    const n = text.tokens.length;
    prompt.replaceChildren(el("span", {}, "After: "), prompts[at[0]]);
    const shown = text.tokens.map((token, i) => ({
      text: token,
      css: shade(text.bits[i]),
      said: `${visible(token)}, ${bitsOf(text.bits[i])}`,
    }));
    list.show(shown, text.bits.indexOf(Math.max(...text.bits)));
    readout.update([bitsOf(mean), `${above} of ${n}`, whole(kept)]);
    goal?.update({ mean, above }[model.get("goal").kind], `${settings[at[1]]}, seed ${at[2]}`);
    speak(
      `${settings[at[1]]}, seed ${at[2]}: mean surprisal ${bitsOf(mean)}, ${above} of ${n} tokens at 10 bits or more.`,
    );
  }
  return drawing(model, root, ["prompt", "setting", "seed"], draw);
}

export default { render };
