import { mark, surprise } from "./guess.js";
import { el, inline, plain, stored } from "./page.js";

const words = (value, unit) =>
  typeof value === "number" ? plain(value) + (unit && ` ${unit}`) : value;
const brief = (value) => (typeof value === "number" ? "ll-brief" : "");

function render({ model, el: root }) {
  root.classList.add("ll");
  function draw() {
    const items = model.get("items");
    const rows = items
      .map((item) => ({ ...item, guess: stored(item.name) }))
      .filter((r) => r.guess !== null)
      .sort((a, b) => surprise(b) - surprise(a));
    if (!rows.length) {
      root.replaceChildren(
        el(
          "p",
          {},
          "No guesses yet. Commit a guess to the questions above, and they are listed here beside the truth.",
        ),
      );
      return;
    }
    const cell = (r) =>
      el(
        "tr",
        {},
        el("td", {}, ...inline(r.text)),
        el("td", { class: `${brief(r.guess)} ${mark(r)}` }, words(r.guess, r.unit)),
        el("td", { class: brief(r.answer) }, words(r.answer, r.unit)),
      );
    root.replaceChildren(
      el("p", {}, `${rows.length} of ${items.length} guesses, the largest surprise first.`),
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            ...["Question", "Your guess", "Truth"].map((h) => el("th", { scope: "col" }, h)),
          ),
        ),
        el("tbody", {}, ...rows.map(cell)),
      ),
    );
  }
  const events = ["logitlab:kept", "storage"];
  events.forEach((e) => globalThis.addEventListener(e, draw));
  draw();
  return () => events.forEach((e) => globalThis.removeEventListener(e, draw));
}

export default { render };
