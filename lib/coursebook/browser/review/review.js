// The page of reviews: progress, what comes back, the reader's own calibration, and all work as one file.
import { percent, tiles } from "../../../logitlab/explorers/chart.js";
import { mark, surprise, verdict } from "../../../logitlab/explorers/guess.js";
import { el, inline, keep, numberIn, plain, set, uid } from "../../../logitlab/explorers/page.js";
import { binned, diagram, HEIGHT, READ } from "../../../logitlab/explorers/reliability.js";
import { answered, due, progress, review, SITTING, sitting } from "./kept.js";
import { bringWork } from "./work.js";

const lessons = JSON.parse(document.getElementById("review-data").textContent);
const items = lessons.flatMap((lesson) =>
  lesson.items.map((item) => ({ ...item, page: lesson.page })),
);
const SURE = [10, 30, 50, 70, 90, 99]; // percent
const BINS = 10;

/** A place below a heading of the page. */
const below = (heading) => {
  const place = el("div", { class: "ll" });
  document.getElementById(heading).append(place);
  return place;
};
const button = (words, onclick, more = {}) =>
  el("button", { type: "button", class: "ll-button", onclick, ...more }, ...words);
const many = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

// --- progress

const table = below("how-far-you-are");

function showProgress() {
  const cell = (pair) => el("td", {}, pair ? `${pair[0]} of ${pair[1]}` : "–");
  const now = Date.now();
  const rows = lessons.map((lesson) => {
    const names = lesson.items.map((item) => item.id);
    const { guesses, goals, points } = progress({ ...lesson, questions: names });
    const open = lesson.items.map(review).filter((kept) => kept && due(kept) < Infinity);
    const ready = open.filter((kept) => due(kept) <= now).length;
    const link = el("a", { href: lesson.page }, lesson.title);
    const back = open.length ? `${open.length}, ${ready} now` : "none";
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, link),
      ...[guesses, goals, points].map(cell),
      el("td", {}, back),
    );
  });
  const heads = ["Lesson", "Guesses", "Goals", "Points", "To come back"];
  table.replaceChildren(
    el(
      "table",
      { class: "so-far" },
      el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...rows),
    ),
  );
}

// --- what comes back

const desk = below("what-comes-back");
const said = el("p", { role: "status" });
const place = el("div", {});
desk.append(said, place);
let shown = null; // the id of the question that is open, or was just answered

const when = (time) =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

function showNext(focus) {
  const { now, waiting, next, done } = sitting(items, Date.now());
  shown = null;
  if (now.length) {
    said.textContent = `${many(now.length, "question")} now${waiting > now.length ? `, ${waiting} in all` : ""}.`;
    ask(...now[0], focus);
    return;
  }
  const parts = [];
  if (waiting)
    parts.push(`${SITTING} answered: enough for one sitting. ${waiting} wait for the next.`);
  else if (next) parts.push(`Nothing now. The next question comes on ${when(next)}.`);
  else if (done) parts.push("Nothing waits.");
  else
    parts.push(
      "Nothing yet: no guess of yours was far off. What you guess in the lessons is kept here.",
    );
  if (done) parts.push(`${many(done, "question")} answered right every time.`);
  said.textContent = parts.join(" ");
  place.replaceChildren();
}

function ask(item, kept, focus) {
  const id = uid();
  shown = item.id;
  let guess = null;
  const hint = el("p", { class: "ll-hint", id: `${id}h`, role: "status" });
  const input = el("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    class: "ll-number",
    id: `${id}n`,
    "aria-describedby": `${id}h`,
  });
  const choices = item.choices.map((value) =>
    button(
      inline(value),
      () => {
        guess = value;
        choices.forEach((b, i) => set(b, { "aria-pressed": String(item.choices[i] === value) }));
      },
      { "aria-pressed": "false" },
    ),
  );
  const within = `${plain(item.tolerance)} ${item.unit === "%" ? "points" : item.unit}`.trim();
  const how = item.choices.length
    ? [el("div", { class: "ll-tools" }, ...choices)]
    : [el("label", { for: `${id}n` }, "Your answer: "), input, ` ${item.unit}`];
  if (item.tolerance) how.push(el("p", { class: "ll-legend" }, `Within ${within} is right.`));
  const sure = SURE.map((p) => button([`${p} %`], () => judge(p)));
  const field = el(
    "fieldset",
    { class: "ll-field" },
    el("legend", {}, ...inline(item.text)),
    ...how,
    hint,
    el(
      "div",
      { class: "ll-tools", role: "group", "aria-labelledby": `${id}s` },
      el("span", { id: `${id}s` }, "How sure are you that this is right?"),
      ...sure,
    ),
  );
  const result = el("p", { class: "ll-result", role: "status" });
  const reveal = el("div", { class: "ll-reveal" });
  place.replaceChildren(field, result, reveal);
  if (focus) field.querySelector("input, button").focus();

  function judge(percentage) {
    if (!item.choices.length) guess = numberIn(input.value);
    if (guess === null) {
      hint.textContent = item.choices.length ? "Choose an answer first." : "Write a number first.";
      return;
    }
    const q = { ...item, guess };
    const right = surprise(q) === 0;
    field.disabled = true;
    hint.textContent = "";
    keep(`review:${item.id}`, answered(kept, { at: Date.now(), sure: percentage / 100, right }));
    result.className = `ll-result ${mark(q)}`;
    result.textContent = `${verdict(q)} You were ${percentage} % sure.`;
    const next = button(["Next"], () => showNext(true));
    reveal.replaceChildren(
      ...item.explain
        .split(/\n\s*\n/)
        .filter((p) => p.trim())
        .map((p) => el("p", {}, ...inline(p))),
      el(
        "p",
        {},
        "It stands in ",
        el("a", { href: `${item.page}#${item.cell}` }, item.section),
        ".",
      ),
      el("div", { class: "ll-tools" }, next),
    );
    next.focus();
  }
}

// --- how sure, how right

const scores = below("how-sure-and-how-right");
const few = el("p", {});
const readout = tiles(["Answers", "Right", "Mean confidence", "Brier", "Calibration error"]);
const picture = uid();
const desc = el("desc", { id: `${picture}d` });
const svg = el(
  "svg",
  { role: "img", class: "ll-svg", height: HEIGHT, "aria-labelledby": `${picture}t ${picture}d` },
  desc,
);
const lay = diagram(svg, BINS, "how sure you were, %");
const legend = el("p", { class: "ll-legend", id: `${picture}t` }, READ);
scores.append(few, readout.node, svg, legend);

function showScores() {
  const tries = items.flatMap((item) => review(item)?.tries ?? []);
  for (const part of [readout.node, svg, legend]) set(part, { hidden: !tries.length });
  few.textContent = "No answer yet. Each question that comes back asks how sure you are.";
  if (!tries.length) return;
  const hits = tries.map((t) => Number(t.right));
  const { box, error, accuracy, confidence } = binned(
    tries.map((t) => t.sure),
    hits,
    BINS,
  );
  // Over both outcomes, right and not, as `logitlab.brier` sums over classes.
  const brier = tries.reduce((sum, t, i) => sum + 2 * (t.sure - hits[i]) ** 2, 0) / tries.length;
  const gap = confidence - accuracy;
  const words =
    Math.abs(gap) < 0.05
      ? "On the whole you were about as sure as you were right."
      : `On the whole you were ${gap > 0 ? "surer than" : "less sure than"} you were right.`;
  few.textContent =
    tries.length < 20
      ? `${words} With ${many(tries.length, "answer")} that says little yet.`
      : words;
  readout.update([
    String(tries.length),
    percent(accuracy),
    percent(confidence),
    brier.toFixed(3),
    error.toFixed(3),
  ]);
  desc.textContent = box
    .map(
      ({ n, hits, sum }) =>
        n &&
        `Of ${many(n, "answer")} with a mean confidence of ${percent(sum / n)}, ${hits} right.`,
    )
    .filter(Boolean)
    .join(" ");
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  scores.style.setProperty("--ll-rem", rem);
  lay((scores.clientWidth || 640) / rem, box);
}

// --- all of it

function show() {
  showProgress();
  showScores();
}

bringWork(below("your-work-as-one-file"), () => {
  show();
  showNext();
});
show();
showNext();
for (const event of ["logitlab:kept", "storage"]) addEventListener(event, show);
addEventListener("storage", () => shown ?? showNext()); // another tab may have brought a miss
addEventListener("resize", showScores);
