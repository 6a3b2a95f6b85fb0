"""Exercise 3.2: the k-th largest of one row of logits; of fewer than k, the smallest."""

import numpy as np

from ..kit import FunctionExercise, clamped, descending, kth
from ._masks import probes


def removing_maxima(z, k):
    left = list(z)
    for _ in range(min(k, len(left)) - 1):
        left.remove(max(left))
    return max(left)


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, k: kth(logits, k),
    probes=probes,
    right={
        "partition": clamped(lambda z, k: np.partition(z, -k)[-k]),
        "sorted in Python": lambda z, k: sorted(z, reverse=True)[:k][-1],
        "lowest of the k largest": lambda z, k: np.sort(z)[-k:].min(),
        "removing maxima": removing_maxima,
    },
).known(
    "lowest_k: sort is ascending: this is the k-th SMALLEST. The largest are at the end: [-k].",
    clamped(lambda z, k: np.sort(z)[k - 1]),
    "k_too_big: k larger than the vocabulary must mean 'keep all': use min(k, len(logits)), "
    "and the threshold is the smallest logit.",
    lambda z, k: np.sort(z)[-k],
    lambda z, k: np.partition(z, -k)[-k],
    "one_too_many: That is the (k+1)-th largest. Counting from 0, the k-th has index k - 1; "
    "from the end it is [-k].",
    lambda z, k: kth(z, k + 1),
    "one_too_few: That is the (k-1)-th largest. From the end, the k-th is [-k].",
    clamped(lambda z, k: np.sort(z)[-k + 1]),
    "index_not_value: You returned a token's id. Return its logit: sort, not argsort.",
    clamped(lambda z, k: np.argsort(z)[-k]),
    clamped(lambda z, k: np.argsort(z)[k - 1]),
    "distinct_values: Equal logits are still separate tokens: sort all of them, not np.unique.",
    lambda z, k: kth(np.unique(z), k),
    "first_k_positions: You took position k as it comes, in the vocabulary's order: sort first.",
    clamped(lambda z, k: z[k - 1]),
    clamped(lambda z, k: z[-k]),
    "list_not_value: You returned the k largest. Return one number, the lowest of them.",
    lambda z, k: np.sort(z)[-k:],
    lambda z, k: descending(z)[:k],
    "absolute_values: You compared sizes without the sign: -3 is a small logit, not large.",
    lambda z, k: kth(np.abs(z), k),
    "always_greedy: That is the largest logit, whatever k is.",
    lambda z, k: max(z),
)
