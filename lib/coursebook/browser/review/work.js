// All that a learner wrote on this site, guesses, goals, reviews and the answers to the exercises, as
// one file: to go on elsewhere, or for a teacher who asks for it. Nothing is sent.
import { el } from "../../../logitlab/explorers/page.js";
import { saveFile } from "../../pagepython/browser/dom.js";

const PREFIX = "logitlab:"; // of all that is kept (kept.js)
const KIND = "The Whole Distribution: guesses and answers";

const entries = () =>
  Object.fromEntries(
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => [key, localStorage[key]]),
  );

function count(kept) {
  const found = { guess: 0, goal: 0, review: 0, sheet: 0 };
  for (const key of Object.keys(kept)) {
    const [, kind] = /^logitlab:(goal|review|sheet):/.exec(key) ?? [];
    found[kind ?? "guess"] += 1;
  }
  const words = (n, one, more) => `${n} ${n === 1 ? one : more}`;
  return [
    words(found.guess, "guess", "guesses"),
    words(found.goal, "goal", "goals"),
    words(found.review, "review", "reviews"),
    `answers on ${words(found.sheet, "sheet", "sheets")}`,
  ].join(", ");
}

/** Two buttons in a place of the page; `changed` is called once another's work was brought. */
export function bringWork(place, changed) {
  const status = el("p", { role: "status" });
  const say = (text) => {
    status.textContent = text;
  };

  function save() {
    const kept = entries();
    const day = new Date().toISOString().slice(0, 10);
    const content = `${JSON.stringify({ kind: KIND, version: 1, day, kept }, null, 1)}\n`;
    saveFile(`the-whole-distribution-${day}.json`, "application/json", content);
    say(`Saved: ${count(kept)}.`);
  }

  async function bringBack(file) {
    let found;
    try {
      found = JSON.parse(await file.text());
    } catch {}
    const kept = found?.kind === KIND && found.version === 1 ? found.kept : null;
    const sound =
      kept &&
      Object.entries(kept).every(
        ([key, value]) => key.startsWith(PREFIX) && typeof value === "string",
      );
    if (!sound) return say(`${file.name} is not a file that this page saved.`);
    const now = entries();
    const lost = Object.keys(kept).filter((key) => key in now && now[key] !== kept[key]).length;
    if (
      lost &&
      !confirm(
        `${lost} of them are other ones in this browser. Put those of the file in their place?`,
      )
    )
      return;
    try {
      for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
      say(`Brought back: ${count(kept)}.`);
      changed();
    } catch {
      say("This browser has no room for them, or is not allowed to keep them.");
    }
  }

  const chooser = el("input", {
    type: "file",
    accept: ".json",
    hidden: true,
    "aria-label": "A file of your work",
    onchange: () => {
      if (chooser.files[0]) bringBack(chooser.files[0]);
      chooser.value = "";
    },
  });
  const button = (words, onclick) =>
    el("button", { type: "button", class: "ll-button", onclick }, words);
  place.append(
    el(
      "div",
      { class: "ll-tools" },
      button("Save my work as a file", save),
      button("Bring back my work", () => chooser.click()),
      chooser,
    ),
    status,
  );
}
