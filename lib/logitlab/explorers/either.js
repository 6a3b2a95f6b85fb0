// A choice between two, as two buttons of which one is pressed.
import { el, set } from "./page.js";

/** The node; and update(value), which presses the button of that value. */
export function either(label, words, names, chosen) {
  const buttons = names.map((name, i) =>
    el("button", { type: "button", class: "ll-button", onclick: () => chosen(Boolean(i)) }, name),
  );
  const node = el(
    "div",
    { class: "ll-tools", role: "group", "aria-label": label },
    words,
    ...buttons,
  );
  const update = (value) =>
    buttons.forEach((b, i) => set(b, { "aria-pressed": String(value === Boolean(i)) }));
  return { node, update };
}
