// Makes a page of exercises workable: editors, Run, outputs, answers that are kept, the notebook as a file.
import { hint, View } from "./cells.js";
import { button, make, saveFile } from "./dom.js";
import { adopt, extract, fill, kept, read } from "./notebook.js";
import { Session } from "./session.js";

// Data of the page: { name, notebook, versions: { id of an answer: what its exercise's text hashes to } }
const { name, notebook, versions } = JSON.parse(document.getElementById("sheet-data").textContent);
const cells = read(notebook);
const byId = new Map(cells.map((cell) => [cell.id, cell]));
const checks = cells.filter((cell) => cell.kind === "check");
const views = new Map();
let answers = adopt(notebook, kept.load(name));

const session = new Session({
  prepare: "import numpy; from logitlab import check",
  order: () => list().filter((cell) => cell.kind !== "text"),
  // What stands above defines what a cell needs, unless it is still to be written.
  needed: (cell) => cell.kind !== "check" && !unwritten(cell),
  view: (id) => views.get(id),
});

// --- answers

/** All cells in the page's order, the learner's own among them, each with what is now in it. */
function list() {
  const own = (after) =>
    answers.own
      .filter((cell) => cell.after === after)
      .map((cell) => ({ ...cell, kind: "code", own: true }));
  const ids = notebook.cells.map((cell) => cell.id);
  return [
    ...own(""),
    ...ids.flatMap((id) => {
      const cell = byId.get(id);
      return [...(cell ? [{ ...cell, source: sourceOf(cell) }] : []), ...own(id)];
    }),
  ];
}

const sourceOf = (cell) =>
  cell.own ? cell.source : (answers.cells[cell.id]?.source ?? cell.source);
const unwritten = (cell) => Boolean(cell.stub) && sourceOf(cell) === byId.get(cell.id).source;
const isRight = (check) => answers.cells[check.answer]?.right === true && !isOld(check.answer);
const isOld = (id) => {
  const of = answers.cells[id]?.of;
  return of !== undefined && versions[id] !== undefined && of !== versions[id];
};

function keep(id, source) {
  const own = answers.own.find((cell) => cell.id === id);
  if (own) own.source = source;
  else if (source === byId.get(id).source) delete answers.cells[id];
  else answers.cells[id] = { source, of: versions[id] };
  views.get(id).changed?.();
  save();
  remark(id);
}

function save() {
  if (!kept.save(name, answers))
    session.say("This browser keeps nothing: download your notebook before you leave.");
  tally();
}

/** Say at a cell that its exercise is another one than the one that was answered. */
function remark(id) {
  const view = views.get(id);
  if (!view?.tell) return;
  if (!isOld(id)) return view.tell();
  const fine = button("My answer stands", () => {
    answers.cells[id].of = versions[id];
    save();
    remark(id);
  });
  view.tell(
    "This exercise has changed since you answered it. Your answer is kept: read the exercise again, then run it. ",
    fine,
  );
}

// --- running

async function run(cell) {
  const check = cell.check ?? (cell.kind === "check" ? cell.id : null);
  const answer = byId.get(check)?.answer;
  const ids = [answer, cell.id, check].filter((id, at, all) => id && all.indexOf(id) === at);
  record(await session.run(ids), ids);
}

async function runAll() {
  const open = new Set(
    list()
      .filter(unwritten)
      .map((cell) => cell.id),
  );
  const ids = session.options
    .order()
    .filter((cell) => !open.has(cell.id) && !open.has(cell.answer))
    .map((cell) => cell.id);
  const ended = await session.run(ids);
  record(ended, []);
  if (ended.has("") || [...ended.values()].includes(null)) return;
  const told = checks.filter((cell) => ended.has(cell.id));
  const right = told.filter((cell) => ended.get(cell.id)).length;
  session.say(
    `${right} right, ${told.length - right} not yet, ${checks.length - told.length} still to be written.`,
  );
}

/** Keep what the checks said, and say what the wanted one said. */
function record(ended, ids) {
  for (const check of checks) {
    const answer = answers.cells[check.answer];
    if (!ended.has(check.id) || ended.get(check.id) === null || !answer) continue;
    answer.right = ended.get(check.id);
    if (answer.right) answer.of = versions[check.answer];
    remark(check.answer);
  }
  save();
  const last = ids.at(-1);
  if (!ended.has(last) || ended.get(last) === null) return;
  const first = views.get(last).output.textContent.split("\n")[0];
  const said =
    byId.get(last)?.kind === "check"
      ? first
      : ended.get(last)
        ? "Done."
        : "An error; see below the cell.";
  session.say(said || "Done.");
}

// --- cells

function build(cell, box) {
  if (cell.kind === "text") return buildText(cell, box);
  const called = cell.own
    ? "your own cell"
    : {
        check: `check ${cell.exercise}`,
        locked: "the first cell",
        code: `answer ${cell.exercise}`,
      }[cell.kind];
  const label = cell.check ? "Run and check" : cell.kind === "check" ? "Check" : "Run";
  const buttons = [];
  if (cell.own)
    buttons.push(
      button("Delete", () => removeOwn(cell.id), { "aria-label": "Delete your own cell" }),
    );
  else if (cell.kind === "code")
    buttons.push(button("Reset", () => reset(cell), { "aria-label": `Reset: ${called}` }));
  if (cell.kind === "code") {
    const after = cell.own ? cell.after : (cell.check ?? cell.id);
    buttons.push(
      button("+ Cell", () => addOwn(after), {
        "aria-label": `Add a cell of your own below ${called}`,
      }),
    );
  }
  const change = cell.kind === "code" ? (source) => keep(cell.id, source) : undefined;
  const shown = { ...cell, source: sourceOf(cell) };
  const words = cell.stub || cell.own || cell.kind !== "code" ? called : "an example to run";
  views.set(
    cell.id,
    new View(box, shown, { name: words, label, runs: () => run(cell), change, buttons }),
  );
  remark(cell.id);
}

function buildText(cell, box) {
  const note = make("p", { class: "cell-note", hidden: "" });
  const tools = make(
    "p",
    { class: "cell-tools" },
    `In Markdown; ${cell.points} ${cell.points === 1 ? "point" : "points"}, marked by a person.`,
  );
  const field = make("textarea", {
    rows: "6",
    "aria-label": `Answer ${cell.exercise} in your own words`,
  });
  const set = (source) => {
    field.value = source === cell.source ? "" : source;
  };
  field.addEventListener("input", () => keep(cell.id, field.value || cell.source));
  box.classList.add("workable");
  box.replaceChildren(field, note, tools);
  set(sourceOf(cell));
  const tell = (text, ...more) => {
    note.hidden = !text;
    note.replaceChildren(text ?? "", ...more);
  };
  views.set(cell.id, { box, editor: { set, get: () => field.value || cell.source }, tell });
  remark(cell.id);
}

function reset(cell) {
  if (
    sourceOf(cell) !== cell.source &&
    !confirm("Put back the cell as it was? What you wrote in it is lost.")
  )
    return;
  views.get(cell.id).editor.set(cell.source);
  views.get(cell.id).editor.focus();
  keep(cell.id, cell.source);
}

function addOwn(after) {
  const cell = { id: `own-${Date.now().toString(36)}`, after, source: "" };
  answers.own.push(cell);
  placeOwn(cell);
  save();
  views.get(cell.id).editor.focus();
}

/** Below the cell that it follows and the learner's own ones that are there already. */
function placeOwn(cell) {
  const box = make("div", { class: "cell own", id: `cell-${cell.id}` });
  const before = answers.own
    .filter((one) => one.after === cell.after && one !== cell && views.has(one.id))
    .at(-1);
  const anchor = before ? views.get(before.id).box : document.getElementById(`cell-${cell.after}`);
  if (anchor) anchor.after(box);
  else if (cell.after) [...views.values()].at(-1).box.after(box);
  else views.get(cells[0].id).box.before(box);
  build({ ...cell, kind: "code", own: true }, box);
}

function removeOwn(id) {
  const { source } = answers.own.find((cell) => cell.id === id);
  if (source.trim() && !confirm("Delete this cell and what is in it?")) return;
  dropOwn(id);
  save();
}

function dropOwn(id) {
  answers.own = answers.own.filter((cell) => cell.id !== id);
  views.get(id).box.remove();
  views.delete(id);
}

/** Put other answers on the page: from a file, or from another window. */
function show(other) {
  for (const { id } of [...answers.own]) dropOwn(id);
  answers = other;
  for (const cell of cells) {
    const { editor } = views.get(cell.id) ?? {};
    if (editor && editor.get() !== sourceOf(cell)) editor.set(sourceOf(cell));
    remark(cell.id);
  }
  answers.own.forEach(placeOwn);
  tally();
}

// --- the notebook as a file

function download() {
  const content = `${JSON.stringify(fill(notebook, answers), null, 1)}\n`;
  saveFile(`${name}.ipynb`, "application/x-ipynb+json", content);
  session.say(`Saved as ${name}.ipynb; that is the file to hand in.`);
}

async function open(file) {
  try {
    const found = extract(notebook, await file.text());
    const any = Object.keys(answers.cells).length + answers.own.length;
    if (any && !confirm("Put the answers of this file in place of those on the page?")) return;
    for (const [id, answer] of Object.entries(found.cells)) answer.of = versions[id];
    show(found);
    save();
    session.say(`Opened ${file.name}. “Run all” checks it.`);
  } catch (error) {
    session.say(error.message);
  }
}

// --- the page's head

const points = make("span", { class: "sheet-points" });
const chips = make("ul", { class: "sheet-checks", "aria-label": "Exercises" });

function tally() {
  const sum = (some) => some.reduce((all, cell) => all + cell.points, 0);
  points.textContent = `${sum(checks.filter(isRight))} of ${sum(checks)} points`;
  for (const check of checks) {
    const link = chips.querySelector(`[data-check="${check.id}"]`);
    const state = isRight(check)
      ? "right"
      : answers.cells[check.answer]?.right === false
        ? "not right yet"
        : "open";
    if (link.dataset.state === state) continue;
    link.dataset.state = state;
    link.lastElementChild.textContent = { right: " ✓", "not right yet": " ✗", open: "" }[state];
    link.setAttribute("aria-label", `${check.exercise}, ${state}`);
  }
}

function head() {
  const chooser = make("input", {
    type: "file",
    accept: ".ipynb",
    hidden: "",
    "aria-label": "A notebook of this sheet",
  });
  chooser.addEventListener("change", () => {
    if (chooser.files[0]) open(chooser.files[0]);
    chooser.value = "";
  });
  for (const check of checks) {
    const link = make(
      "a",
      { href: `#cell-${check.answer ?? check.id}`, "data-check": check.id },
      check.exercise,
      make("span", { "aria-hidden": "true" }),
    );
    chips.append(make("li", {}, link));
  }
  const all = button("Run all", runAll, { class: "cell-run" });
  const files = [
    button("Download notebook", download),
    button("Open my notebook", () => chooser.click()),
    chooser,
  ];
  const bar = make(
    "div",
    { class: "sheet-bar", role: "group", "aria-label": "Your work on this sheet" },
    all,
    session.stop,
    points,
    session.status,
    session.bar,
  );
  const about = make(
    "div",
    { class: "sheet" },
    make("p", { class: "sheet-files" }, ...files),
    chips,
    hint(),
  );
  if (session.unable) about.append(make("p", { class: "sheet-unable" }, session.unable));
  let place = document.querySelector(".bd-article h1");
  while (place.nextElementSibling?.matches("p")) place = place.nextElementSibling;
  place.after(bar, about); // the bar stays in view, so it is no part of another box
}

head();
for (const cell of cells) build(cell, document.getElementById(`cell-${cell.id}`));
answers.own.forEach(placeOwn);
tally();
if (session.unable) for (const each of document.querySelectorAll(".cell-run")) each.disabled = true;
addEventListener("storage", (event) => {
  if (event.key === kept.key(name)) show(adopt(notebook, kept.load(name)));
});
document.documentElement.dataset.sheet = "ready";
