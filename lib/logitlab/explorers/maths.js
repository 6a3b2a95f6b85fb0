// The arithmetic of the explorers: the rules of logitlab.processors and logitlab.information,
// in the order of transformers. A test runs both languages over the same cases.
//
// A vocabulary is a list of entries by falling logit. An entry is one token or, in the tail, all
// the tokens that share one logit: 150,000 tokens become a few thousand entries, sorted already.

const OFF = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, repetition_penalty: 1 };
const TIE = 1e-12; // rounding must not decide whether a mass reaches top_p exactly

/** The bytes of the model's traits -> { logits, counts, seen }. */
export function entries(logits, counts, seen) {
  // A copy: the bytes inside a message need not be aligned to 8.
  const copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return { logits: new Float64Array(copy(logits)), counts: new Uint32Array(copy(counts)), seen };
}

/**
 * What is left of the distribution after the knobs.
 *   p      probability of each single token of an entry
 *   kept   how many tokens of the entry are kept
 *   before probability of each single token before anything was removed
 *   order  entries by falling logit (a penalty moves some)
 *   top    the first entry of which something is kept
 */
export function distribution({ logits, counts, seen }, knobs) {
  const { temperature, top_k, top_p, min_p, repetition_penalty } = { ...OFF, ...knobs };
  const n = logits.length;
  const z = Float64Array.from(logits);
  const order = Uint32Array.from(z.keys());
  if (repetition_penalty !== 1) {
    for (const i of seen) z[i] = z[i] < 0 ? z[i] * repetition_penalty : z[i] / repetition_penalty;
  }
  for (let i = 0; i < n; i++) z[i] /= temperature;
  if (repetition_penalty !== 1) order.sort((a, b) => z[b] - z[a] || a - b);
  const peak = z[order[0]];
  const kept = counts.map((c, i) => (z[i] === -Infinity ? 0 : c));

  const softmax = () => {
    const p = new Float64Array(n);
    let sum = 0;
    for (let i = 0; i < n; i++) if (kept[i]) sum += kept[i] * (p[i] = Math.exp(z[i] - peak));
    for (let i = 0; i < n; i++) p[i] /= sum;
    return p;
  };

  const before = softmax();
  let p = before;
  if (top_k > 0) {
    let count = 0, at = 0;
    for (at of order) if ((count += kept[at]) >= top_k) break;
    for (let i = 0; i < n; i++) if (z[i] < z[at]) kept[i] = 0; // ties at the k-th value stay
    p = softmax();
  }
  if (top_p < 1) {
    // The token that crosses top_p stays, and at least one; of equal logits, the later ids.
    let sum = 0;
    for (let start = 0, end; start < n; start = end) {
      let equal = 0;
      for (end = start; end < n && z[order[end]] === z[order[start]]; end++) equal += kept[order[end]];
      const each = p[order[start]];
      let need = Math.min(equal, Math.max(Math.ceil((top_p - TIE - sum) / each), start ? 0 : 1));
      sum += equal * each;
      for (let j = end - 1; j >= start; j--) need -= kept[order[j]] = Math.min(need, kept[order[j]]);
    }
    p = softmax();
  }
  if (min_p > 0) {
    const most = p[order.find((i) => kept[i])];
    for (let i = 0; i < n; i++) if (p[i] < min_p * most) kept[i] = 0;
    p = softmax();
  }
  return { p, kept, before, order, top: order.find((i) => kept[i]) };
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
