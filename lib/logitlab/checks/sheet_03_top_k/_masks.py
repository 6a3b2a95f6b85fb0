"""What the exercises of lesson 3 share: which tokens top-k keeps, and how the rest is written."""

import numpy as np

from ..kit import TEN, at, cut, known, kth, shape, soft

FIVE = np.array([2.2, 1.8, 1.4, 0.9, -0.3])
THREE = np.array([1.4, 2.2, 1.8])
TIED = np.array([1.0, 2.0, 2.0, 2.0, 3.0])
KEPT_ALL = "Every token that ties with the k-th is kept, as in transformers: more than k may stay."
KEPT_K = (
    "At a tie you keep exactly k, as llama.cpp does; transformers keeps every token that ties "
    "with the k-th."
)


def exactly(z, k):
    """True for k tokens: of those at the k-th value, the first."""
    return at(z, np.argsort(-z, kind="stable")[:k])


def first_of_ties(value, z, k, *_):
    """
    The answer as if the first of several tokens at the k-th value had been kept.

    Which of them an index-based answer keeps depends on the sort that it calls, and on the machine.
    """
    if shape(value) != z.shape or k < 1:
        return value
    value = np.array(value)
    rows, logits = value.reshape(-1, value.shape[-1]), z.reshape(-1, z.shape[-1])
    for row, logit in zip(rows, logits, strict=True):
        tied = logit == kth(logit, k)
        row[tied] = -np.sort(-row[tied])
    return value


def probes(rng):
    """One row of logits and a k, from plain to nasty."""
    z, ten = rng.permutation(rng.normal(0, 2, 12)), rng.permutation(TEN)
    plain = [(FIVE, 2), (ten, 3), (z, 4), (z, int(rng.integers(5, 9))), (ten, 1)]
    negative = [(-3.0 - rng.random(6), 2), (np.array([0.4, -3.0, 1.1, 0.2, -2.5]), 2)]
    tied = [(np.array([0.3, 2.0, -1.0, 2.0, 0.1]), 2), (TIED, 3), (np.full(4, 0.5), 2)]
    short = [(THREE, 3), (THREE, 50), (np.array([3.5]), 1)]
    far = [(np.array([1.0, -np.inf, 2.0, -np.inf, 0.0]), 2), (np.array([40, -60, 38.5, 39.0]), 2)]
    long = [(rng.permutation(rng.normal(0, 2, 40)), int(rng.integers(24, 30)))]
    return [*plain, *negative, *tied, *short, *far, *long]


# Each form is a mask, a function of (z, k); an exercise turns it into an answer of its own kind.
MASKS = known(
    "lowest_k: argsort and sort are ascending: the first k are the k WORST. Take the last k.",
    lambda z, k: at(z, np.argsort(z)[:k]),
    "strict_threshold: Strictly greater than the k-th value keeps k - 1. The k-th stays: use >=.",
    lambda z, k: z > kth(z, k),
    "k_too_big: k larger than the vocabulary must mean 'keep all': use min(k, number of tokens).",
    lambda z, k: z >= np.sort(z)[-k],
    lambda z, k: z >= np.partition(z, -k)[-k],
    lambda z, k: z >= kth(z, k) if k <= len(z) else z == np.max(z),
    "one_too_many: You keep k + 1 tokens. The k-th largest has index k - 1; from the end, [-k].",
    lambda z, k: exactly(z, k + 1),
    lambda z, k: z >= kth(z, k + 1),
    "one_too_few: You keep k - 1 tokens. A slice [:k] holds k of them, and [-k:] too.",
    lambda z, k: exactly(z, k - 1),
    "ties_dropped: Larger than the (k+1)-th drops every token that ties there, so fewer "
    "than k can stay. Compare with the k-th: >=.",
    lambda z, k: z > (np.sort(z)[-k - 1] if k < len(z) else -np.inf),
    "distinct_values: Equal logits are still separate tokens: sort all of them, not np.unique.",
    lambda z, k: z >= kth(np.unique(z), k),
    "argsort_is_not_rank: argsort lists ids by rank; it does not give each id its rank. "
    "Use its first k entries as ids, or compare logits with the k-th.",
    lambda z, k: np.argsort(-z, kind="stable") < k,
    "removes_k: You remove k tokens and keep the others. Keep k.",
    lambda z, k: at(z, np.argsort(z, kind="stable")[k:]),
    "inverted: Kept and removed are exchanged: the k largest stay, the others go.",
    lambda z, k: z < kth(z, k),
    lambda z, k: ~exactly(z, k),
    "first_k_positions: You keep the first (or last) k positions. Logits come in the "
    "order of the vocabulary: sort first.",
    lambda z, k: np.arange(len(z)) < k,
    lambda z, k: np.arange(len(z)) >= len(z) - k,
    lambda z, k: z >= z[min(k, len(z)) - 1],
    "absolute_values: You compared sizes without the sign: -3 is a small logit, not a large one.",
    lambda z, k: np.abs(z) >= kth(np.abs(z), k),
    "k_as_threshold: You compared the logits with k itself. Compare with the k-th largest logit.",
    lambda z, k: z >= k,
    "only_the_kth: You kept the k-th largest alone. It is the lowest of those that stay.",
    lambda z, k: z == kth(z, k),
    "always_greedy: Only the largest logit is left, whatever k is. That is k = 1.",
    lambda z, k: z == np.max(z),
    "k_ignored: The number of tokens that stay is always the same. Use the k that is given.",
    *(lambda z, k, c=c: z >= kth(z, c) for c in (2, 3, 4, 5, 10**6)),
)

# What is returned instead of the kept logits; a function of (z, k).
LOGITS = known(
    "mask_not_logits: That is the mask. Put it to use: np.where(mask, logits, -np.inf).",
    lambda z, k: z >= kth(z, k),
    lambda z, k: np.where(z >= kth(z, k), 0.0, -np.inf),
    "probabilities_not_logits: These are probabilities. A processor returns logits.",
    lambda z, k: soft(z) * (z >= kth(z, k)),
    lambda z, k: cut(soft(z), z >= kth(z, k)),
    "log_probabilities: You normalised the kept logits. They stay as they were.",
    lambda z, k: cut(np.log(soft(z)), z >= kth(z, k)),
)
