"""Exercise 2.7: the smallest p at which a token is still in the nucleus."""

import numpy as np

from ..kit import TEN, FunctionExercise, soft
from ._filters import FIVE, MIXED, drawn, falling


def smallest_p(probs, token):
    return float(probs[probs > probs[token]].sum())


def probes(rng):
    q = drawn(rng, 8, 1.0)
    plain = [(FIVE, 2), (MIXED, 0), (soft(TEN), 5), (MIXED, 1), (MIXED, 2), (soft(TEN[::-1]), 4)]
    return [*plain, (q, int(rng.integers(8))), (q, int(np.argmin(q))), (np.array([1.0]), 0)]


def looked_up(q, i):
    order = falling(q)
    return np.cumsum(q[order])[list(order).index(i)] - q[i]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=smallest_p,
    probes=probes,
    right={
        "sort and look up": looked_up,
        "one minus the rest": lambda q, i: 1 - q[q <= q[i]].sum(),
        "a loop": lambda q, i: sum(float(x) for x in q if x > q[i]),
        "just above it": lambda q, i: smallest_p(q, i) + 1e-9,
    },
).known(
    "itself_included: You added the token's own probability. It is still kept at a smaller p: "
    "the sum before it must be below p, it may cross p itself.",
    lambda q, i: q[q >= q[i]].sum(),
    "unsorted: You accumulated in vocabulary order. Sort by probability first.",
    lambda q, i: q[:i].sum(),
    lambda q, i: q[: i + 1].sum(),
    "sorted_ascending: You added up the less likely tokens. Those before it are the likelier ones.",
    lambda q, i: q[q < q[i]].sum(),
    lambda q, i: q[q <= q[i]].sum(),
    "rank_returned: That is the token's rank. Add up the probabilities of the tokens before it.",
    lambda q, i: (q > q[i]).sum(),
    lambda q, i: (q > q[i]).sum() + 1,
    "id_not_rank: The token's id was taken for its place in the sorted list.",
    lambda q, i: q[falling(q)][:i].sum(),
    "own_probability: That is the token's own probability. All likelier ones come before it.",
    lambda q, i: q[i],
    lambda q, i: 1 - q[i],
)
