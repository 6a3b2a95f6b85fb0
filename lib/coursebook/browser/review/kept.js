// What this browser keeps of a learner's work, in words and numbers. Guesses, goals and what comes
// back are written by the lessons' widgets (logitlab/explorers), answers by the sheets.
import { FAR, surprise } from "../../../logitlab/explorers/guess.js";
import { stored } from "../../../logitlab/explorers/page.js";

const HOUR = 3_600_000;

/** How long after a miss, and after each right answer in a row, a question comes back. */
export const STEPS = [4 * HOUR, 72 * HOUR, 336 * HOUR];
export const SITTING = 10; // questions, in STEPS[0]

const parsed = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`logitlab:${name}`));
  } catch {
    return null;
  }
};

/**
 * What is kept of the reviews of a question; null where no guess was far off.
 * { missed, step, last, tries: [{ at, sure, right }] }; step counts right answers in a row.
 */
export function review(item) {
  const kept = parsed(`review:${item.id}`);
  const guess = stored(item.id);
  const far = guess !== null && surprise({ ...item, guess }) >= FAR; // one that was kept without a time
  if (!kept && !far) return null;
  const { missed = 0, step = 0, last, tries } = kept ?? {};
  return { missed, step, last, tries: [tries ?? []].flat().filter((t) => t?.sure >= 0) };
}

/** When the question comes back, in ms; Infinity once it has been right at every step. */
export const due = ({ missed, step, last }) => (last ?? missed) + (STEPS[step] ?? Infinity);

/** The review after one more answer. A wrong one begins again. */
export const answered = (kept, { at, sure, right }) => ({
  ...kept,
  step: right ? kept.step + 1 : 0,
  last: at,
  tries: [...kept.tries, { at, sure, right }],
});

/** What comes now: those that are due, the longest first, as many as one sitting has left. */
export function sitting(items, now) {
  const all = items.map((item) => [item, review(item)]).filter(([, kept]) => kept);
  const just = all.filter(([, kept]) => kept.last > now - STEPS[0]).length;
  const open = all.filter(([, kept]) => due(kept) <= now).sort(([, a], [, b]) => due(a) - due(b));
  const later = all.map(([, kept]) => due(kept)).filter((time) => time > now && time < Infinity);
  return {
    now: open.slice(0, Math.max(0, SITTING - just)),
    waiting: open.length,
    next: later.length ? Math.min(...later) : null,
    done: all.filter(([, kept]) => due(kept) === Infinity).length,
  };
}

/** How far a reader is in a lesson: [so far, of] for guesses, goals and, where sheets run, points. */
export function progress({ questions, goals, sheet }) {
  const count = (names, part) => names.filter((name) => stored(name, part) !== null).length;
  const cells = sheet && (parsed(`sheet:${sheet.name}`)?.cells ?? {});
  const sum = (all) => all.reduce((total, [, { points }]) => total + points, 0);
  const right = ([id, { of }]) => cells[id]?.right === true && (cells[id].of ?? of) === of;
  const parts = sheet && Object.entries(sheet.answers);
  return {
    guesses: [count(questions, "guess"), questions.length],
    goals: [
      count(
        goals.map((goal) => `goal:${goal}`),
        "reached",
      ),
      goals.length,
    ],
    ...(sheet && { points: [sum(parts.filter(right)), sum(parts)] }),
  };
}
