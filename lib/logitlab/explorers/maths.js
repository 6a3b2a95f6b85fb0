// The arithmetic of the explorers: the rules of logitlab.processors and logitlab.information.
// A test runs both languages over the same cases.
//
// A vocabulary is a list of entries by falling logit. An entry is one token or, in the tail, all
// the tokens that share one logit: 150,000 tokens become a few thousand entries, sorted already.

const OFF = { repetition_penalty: 1, temperature: 1, top_k: 0, top_p: 1, min_p: 0 }; // in the order of transformers
const RESHAPING = ["repetition_penalty", "temperature"];
const TIE = 1e-12; // rounding must not decide whether a mass reaches top_p exactly

/** The bytes of the model's traits -> { logits, counts, seen }. */
export function entries(logits, counts, seen) {
  // A copy: the bytes inside a message need not be aligned to 8.
  const copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return { logits: new Float64Array(copy(logits)), counts: new Uint32Array(copy(counts)), seen };
}

/** Each changes the logits z, or how many tokens of an entry are kept; p is what was left before it. */
const PROCESSORS = {
  repetition_penalty({ z, order, seen }, theta) {
    for (const i of seen) z[i] = z[i] < 0 ? z[i] * theta : z[i] / theta;
    order.sort((a, b) => z[b] - z[a] || a - b);
  },
  temperature({ z }, T) {
    for (let i = 0; i < z.length; i++) z[i] /= T;
  },
  top_k({ z, order, kept }, k) {
    let count = 0,
      at = 0;
    for (at of order) {
      count += kept[at];
      if (count >= k) break;
    }
    for (let i = 0; i < z.length; i++) if (z[i] < z[at]) kept[i] = 0; // ties at the k-th value stay
  },
  top_p({ z, order, kept, p }, mass) {
    // The token that crosses the mass stays, and at least one; of equal logits, the later ids.
    let sum = 0,
      some = 0;
    for (let start = 0, end; start < z.length; start = end) {
      let equal = 0,
        each = 0;
      for (end = start; end < z.length && z[order[end]] === z[order[start]]; end++) {
        equal += kept[order[end]];
        each ||= p[order[end]];
      }
      if (!equal) continue;
      let need = Math.min(
        equal,
        Math.max(each ? Math.ceil((mass - TIE - sum) / each) : 0, 1 - some),
      );
      sum += equal * each;
      some = 1;
      for (let j = end - 1; j >= start; j--)
        need -= kept[order[j]] = Math.max(0, Math.min(need, kept[order[j]]));
    }
  },
  min_p({ order, kept, p }, part) {
    const most = p[order.find((i) => kept[i])];
    for (let i = 0; i < p.length; i++) if (p[i] < part * most) kept[i] = 0;
  },
};

/**
 * What is left at the start and after each step [processor, setting], in order.
 *   p      probability of each single token of an entry
 *   kept   how many tokens of the entry are kept
 *   order  entries by falling logit (a penalty moves some)
 *   top    the first entry of which something is kept
 */
export function stages({ logits, counts, seen }, steps) {
  let state = {
    z: Float64Array.from(logits),
    order: Uint32Array.from(logits.keys()),
    seen,
    kept: counts.map((c, i) => (logits[i] === -Infinity ? 0 : c)),
  };
  const record = () => {
    const { z, order, kept } = state,
      p = new Float64Array(z.length);
    const top = order.find((i) => kept[i]);
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      if (!kept[i]) continue;
      p[i] = Math.exp(z[i] - z[top]);
      sum += kept[i] * p[i];
    }
    for (let i = 0; i < z.length; i++) p[i] /= sum;
    state.p = p;
    return { p, kept, order, top };
  };
  return [
    record(),
    ...steps.map(([name, value]) => {
      state = { ...state, kept: state.kept.slice(), order: state.order.slice() };
      PROCESSORS[name](state, value);
      return record();
    }),
  ];
}

/** The last stage in the order of transformers, and what was before anything was removed. */
export function distribution(data, knobs) {
  const steps = Object.keys(OFF)
    .filter((k) => k in knobs && knobs[k] !== OFF[k])
    .map((k) => [k, knobs[k]]);
  const all = stages(data, steps);
  const before = all[steps.filter(([k]) => RESHAPING.includes(k)).length].p;
  return { ...all.at(-1), before };
}

/** Bits. */
export function entropy({ p, kept }) {
  let h = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0 && kept[i]) h -= kept[i] * p[i] * Math.log2(p[i]);
  return Math.max(h, 0);
}

/** The value of a measure { kind, entry? } on a distribution. */
export function measure({ kind, entry }, d) {
  if (kind === "entropy") return entropy(d);
  if (kind === "perplexity") return 2 ** entropy(d);
  if (kind === "top") return d.p[d.top];
  if (kind === "kept") return d.kept.reduce((a, b) => a + b, 0);
  return d.kept[entry] ? d.p[entry] : 0; // "p": one token
}
