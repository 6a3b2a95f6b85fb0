// From logits to a token that is drawn, and to what the distribution explorer is given.
import { distribution } from "../../../logitlab/explorers/maths.js";
import { visible } from "../../../logitlab/explorers/visible.js";

const EXACT = 512; // tokens from the top that are told apart; logitlab.explorers does the same
const HUES = 8;

/** Random numbers from 0 to 1 that a seed fixes (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The ids by falling logit; of equal ones, the smaller id first. */
const ranked = (logits) =>
  Uint32Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);

/** One token, drawn under the knobs after the texts's ids; and its surprisal to the model itself. */
export function draw(logits, written, knobs, random) {
  const order = ranked(logits);
  const place = new Map(Array.from(order, (id, i) => [id, i]));
  const data = {
    logits: Float64Array.from(order, (id) => logits[id]),
    counts: new Uint32Array(order.length).fill(1),
    seen: [...new Set(written)].map((id) => place.get(id)),
  };
  const { p, kept, order: ranks } = distribution(data, knobs);
  const u = random();
  let sum = 0,
    at;
  for (const i of ranks) {
    if (!kept[i]) continue;
    at = i;
    sum += p[i];
    if (sum > u) break;
  }
  const own = distribution(data, {}).p[at];
  return { id: order[at], bits: -Math.log2(own) };
}

/** To 11 binary digits, as a half has them. */
function rounded(x) {
  if (!x) return x;
  const step = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 10);
  return Math.round(x / step) * step;
}

/** The traits of the distribution explorer. Tokens of the tail that nearly tie share an entry. */
export function traits(logits, vocabulary, written, bars) {
  const order = ranked(logits);
  const alone = new Set([...order.subarray(0, EXACT), ...written]);
  const most = logits[order[0]],
    least = logits[order[EXACT - 1]];
  const sent = Float64Array.from(logits, (z, id) =>
    alone.has(id) ? z : Math.min(most + rounded(z - most), least),
  );
  const sorted = order.sort((a, b) => sent[b] - sent[a] || logits[b] - logits[a] || a - b);
  const entries = [],
    counts = [],
    entry = new Map();
  let single = true;
  for (const id of sorted) {
    if (single || alone.has(id) || sent[id] !== entries.at(-1)) {
      entries.push(sent[id]);
      counts.push(1);
    } else counts[counts.length - 1]++;
    single = alone.has(id);
    if (single) entry.set(id, entries.length - 1);
  }
  return {
    labels: Array.from(sorted.subarray(0, bars), (id) => visible(vocabulary[id])),
    hues: Array.from({ length: bars }, (_, i) => Math.min(i, HUES)),
    logits: Float64Array.from(entries),
    counts: Uint32Array.from(counts),
    seen: [...new Set(written)].map((id) => entry.get(id)),
  };
}
