// All that a learner wrote on this site, the guesses of the lessons and the answers to the exercises,
// as one file: to go on elsewhere, or for a teacher who asks for it. Nothing is sent.
import { button, make, saveFile } from "./dom.js";

const PREFIX = "logitlab:"; // of guesses (explorers/prediction.js) and of sheets (notebook.js)
const KIND = "The Whole Distribution: guesses and answers";
const status = make("p", { role: "status" });
const say = (text) => {
  status.textContent = text;
};

const entries = () =>
  Object.fromEntries(
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => [key, localStorage[key]]),
  );
const count = (kept) => {
  const sheets = Object.keys(kept).filter((key) => key.startsWith(`${PREFIX}sheet:`)).length;
  const guesses = Object.keys(kept).length - sheets;
  return `${guesses} ${guesses === 1 ? "guess" : "guesses"} and answers on ${sheets} ${sheets === 1 ? "sheet" : "sheets"}`;
};

function save() {
  const kept = entries();
  const day = new Date().toISOString().slice(0, 10);
  const content = `${JSON.stringify({ kind: KIND, version: 1, day, kept }, null, 1)}\n`;
  saveFile(`the-whole-distribution-${day}.json`, "application/json", content);
  say(`Saved ${count(kept)}.`);
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
    say(`Brought back ${count(kept)}.`);
  } catch {
    say("This browser has no room for them, or is not allowed to keep them.");
  }
}

const place = document.getElementById("your-work-as-one-file");
if (place) {
  const chooser = make("input", {
    type: "file",
    accept: ".json",
    hidden: "",
    "aria-label": "A file of guesses and answers",
  });
  chooser.addEventListener("change", () => {
    if (chooser.files[0]) bringBack(chooser.files[0]);
    chooser.value = "";
  });
  const buttons = [
    button("Save my work as a file", save),
    button("Bring back my work", () => chooser.click()),
    chooser,
  ];
  place.append(
    make("div", { class: "sheet" }, make("p", { class: "sheet-files" }, ...buttons), status),
  );
}
