// A guess beside the truth: how far off it was, and that in words.
import { plain } from "./page.js";

const withUnit = (x, unit) => plain(x) + (unit && ` ${unit}`);

/** The difference in words. */
export function verdict({ answer, guess, choices, unit, tolerance }) {
  if (choices.length) {
    if (guess === null) return `The answer: ${answer}.`;
    return guess === answer
      ? `You said “${guess}”. That is right.`
      : `You said “${guess}”. The answer is “${answer}”.`;
  }
  if (guess === null) return `It is ${withUnit(answer, unit)}.`;
  const off = Math.abs(guess - answer);
  if (off === 0) return `You said ${withUnit(guess, unit)}. That is right.`;
  const by = plain(off) + (unit === "%" ? " points" : "");
  const near = surprise({ answer, guess, tolerance }) ? "" : "near enough, ";
  return `You said ${withUnit(guess, unit)}. It is ${withUnit(answer, unit)}: ${near}off by ${by}.`;
}

/** 0 when right; 1 when as wrong as can be: another choice, or a number many times too large. */
export function surprise({ guess, answer, tolerance }) {
  if (typeof answer === "string") return guess === answer ? 0 : 1;
  const off = Math.abs(guess - answer);
  return off <= tolerance * (1 + 1e-9)
    ? 0
    : Math.min(1, off / Math.max(Math.abs(guess), Math.abs(answer)));
}

/** From here on a guess was far off, and its question comes back on the page of reviews. */
export const FAR = 0.25;

/** How the verdict on a guess is marked: "right", "wrong", or nothing for a question that was skipped. */
export const mark = (q) => q.guess !== null && (surprise(q) ? "ll-wrong" : "ll-right");
