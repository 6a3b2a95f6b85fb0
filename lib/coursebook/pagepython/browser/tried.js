// A lesson's cell as an editor, once it is wanted; lesson.js brings this script.
import { HINT, hint, View } from "./cells.js";
import { button } from "./dom.js";
import { Session } from "./session.js";

const { imports, drawing, cells } = JSON.parse(document.getElementById("lesson-data").textContent);
const DRAWING = { id: "", source: drawing.join("\n") }; // the lesson's imports that ask for Matplotlib
const sources = new Map(cells.map(({ id, source }) => [id, source]));
const views = new Map();
const silent = { begin() {}, show() {}, end() {} }; // of a cell that is run because another needs it

const session = new Session({
  prepare: ["import numpy", ...imports].join("\n"),
  order: () => [DRAWING, ...cells.map(({ id }) => ({ id, source: sources.get(id) }))],
  needed: ({ id }, wanted) =>
    cells.some(
      (cell) => wanted.includes(cell.id) && (id === "" ? cell.draws : cell.needs.includes(id)),
    ),
  view: (id) => views.get(id) ?? silent,
});

globalThis.tryCell = (id, box) => {
  const { source } = cells.find((cell) => cell.id === id);
  const runs = async () => {
    views.get(id).tools.append(session.stop, session.status, session.bar);
    const ended = await session.run([id]);
    if (ended.get(id) !== undefined) session.say(ended.get(id) ? "Done." : "See below the cell.");
  };
  const reset = () => {
    views.get(id).editor.set(source);
    sources.set(id, source);
  };
  const name = "this cell of the lesson";
  const buttons = [button("Reset", reset, { "aria-label": `Reset: ${name}` })];
  const view = new View(
    box,
    { id, source },
    { name, label: "Run", runs, change: (text) => sources.set(id, text), buttons },
  );
  views.set(id, view);
  if (!document.getElementById(HINT)) view.tools.before(hint());
  if (session.unable) {
    view.tell(session.unable);
    view.run.disabled = true;
  }
  view.editor.focus();
};
