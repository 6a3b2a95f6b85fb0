// A sheet of exercises as .ipynb: which cells are the learner's, what is kept, what is handed in.
// Nothing here knows the page or Python. Answers are
//   { cells: { id: { source, of, right } }, own: [{ id, after, source }] }
// where `of` is the version of the exercise that was answered, and `right` what its check said.

const PREFIX = "logitlab:sheet:";
const text = (source) => (Array.isArray(source) ? source.join("") : (source ?? ""));
const lines = (source) => source.match(/[^\n]*\n|[^\n]+$/g) ?? [];

export const noAnswers = () => ({ cells: {}, own: [] });

/**
 * The sheet's cells in order, prose left out: { id, kind, source, stub, exercise, points }. `kind` is code,
 * locked (to be run, not changed), check or text (to be written); `stub` marks what is to be answered.
 */
export function read(notebook) {
  const cells = notebook.cells
    .map((cell) => {
      const grader = cell.metadata.nbgrader ?? {};
      const found = {
        id: cell.id,
        source: text(cell.source),
        stub: Boolean(grader.solution),
        points: grader.points ?? 0,
      };
      const waits = cell.metadata.tags?.includes("skip-execution"); // for the real model
      if (waits) return { ...found, kind: "prose" };
      if (cell.cell_type !== "code") return { ...found, kind: grader.solution ? "text" : "prose" };
      if (grader.grade && grader.locked) return { ...found, kind: "check" };
      return { ...found, kind: cell.metadata.editable === false ? "locked" : "code" };
    })
    .filter((cell) => cell.kind !== "prose");
  cells.forEach((cell, at) => {
    const answer = cells[at - 1];
    if (cell.kind === "text") cell.exercise = cell.id.replace(/^\D*/, "").replace("-", ".");
    if (cell.kind !== "check") return;
    cell.exercise = /check\(\s*["']([^"']+)/.exec(cell.source)?.[1] ?? cell.id;
    if (answer?.stub && answer.kind === "code") {
      Object.assign(answer, { check: cell.id, exercise: cell.exercise });
      cell.answer = answer.id;
    }
  });
  return cells;
}

/** The notebook with the learner's sources in it, and the cells that they added; fit to be handed in. */
export function fill(notebook, answers) {
  const own = (after) =>
    answers.own
      .filter((cell) => cell.after === after)
      .map(({ id, source }) => ({
        cell_type: "code",
        execution_count: null,
        id,
        metadata: {},
        outputs: [],
        source: lines(source),
      }));
  const cells = notebook.cells.flatMap((cell) => {
    const source = answers.cells[cell.id]?.source;
    return [source === undefined ? cell : { ...cell, source: lines(source) }, ...own(cell.id)];
  });
  return { ...notebook, cells: [...own(""), ...cells] };
}

/**
 * The learner's part of a notebook that this page handed out, or that came from Jupyter.
 * Throws an Error that says why, if it is no notebook of this sheet.
 */
export function extract(sheet, content) {
  let other;
  try {
    other = JSON.parse(content);
  } catch {
    throw new Error("This file is not a notebook.");
  }
  if (!Array.isArray(other?.cells)) throw new Error("This file is not a notebook.");
  const known = new Map(read(sheet).map((cell) => [cell.id, cell]));
  const prose = new Set(sheet.cells.map((cell) => cell.id));
  const answers = noAnswers();
  let after = "";
  let found = 0;
  for (const cell of other.cells) {
    const id = cell?.metadata?.nbgrader?.grade_id ?? cell?.id;
    const ours = known.get(id);
    const source = text(cell?.source);
    if (ours?.stub) found += 1;
    if (prose.has(id)) after = id;
    if (ours) {
      if (["code", "text"].includes(ours.kind) && source !== ours.source)
        answers.cells[id] = { source };
    } else if (cell?.cell_type === "code" && source.trim()) {
      answers.own.push({ id: `own-${answers.own.length + 1}`, after, source });
    }
  }
  if (!found)
    throw new Error("This notebook is not one of this page: it has none of its exercises.");
  return answers;
}

/** Answers to exercises that the sheet no longer has become cells of the learner's own, at its end. */
export function adopt(sheet, answers) {
  const known = new Set(sheet.cells.map((cell) => cell.id));
  const last = sheet.cells.at(-1).id;
  const adopted = {
    cells: {},
    own: answers.own.map((cell) =>
      !cell.after || known.has(cell.after) ? cell : { ...cell, after: last },
    ),
  };
  for (const [id, kept] of Object.entries(answers.cells)) {
    if (known.has(id)) adopted.cells[id] = kept;
    else
      adopted.own.push({
        id: `own-${id}`,
        after: last,
        source: `# What you wrote in ${id}, which this sheet no longer has:\n${kept.source}`,
      });
  }
  return adopted;
}

/** Answers kept in this browser, one entry for each sheet. */
export const kept = {
  key: (name) => PREFIX + name,
  load(name) {
    try {
      return { ...noAnswers(), ...JSON.parse(localStorage.getItem(PREFIX + name)) };
    } catch {
      return noAnswers();
    }
  },
  /** False when the browser keeps nothing: no room, or storage that a page is denied. */
  save(name, answers) {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(answers));
      return true;
    } catch {
      return false;
    }
  },
};
