"""Exercise B.2: top-p with the token that crosses p."""

import numpy as np

from ..kit import FunctionExercise, share, turned
from ._nucleus import MASKS, leads, mask, nucleus, reached, short


def renormalised(mask):
    return lambda q, p: share(np.where(mask(q, p), q, 0.0))


def probes(rng):
    q, three, low = rng.dirichlet(np.ones(14)), [0.5, 0.41, 0.09], [0.1, 0.6, 0.3]
    rows = [(three, 0.9), (three[::-1], 0.9), ([0.4, 0.3, 0.2, 0.1], 0.8), ([0.05, 0.9, 0.05], 0.7)]
    rows += [(q, 0.63), (q, 0.971), (low, 0.0), (low, 0.05)]
    return [(np.array(row), p) for row, p in rows]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=renormalised(lambda probs, p: nucleus(probs, p)),
    probes=probes,
    right={
        "a number of tokens": renormalised(
            mask(lambda s, c, p: np.arange(len(s)) < max(1, (c < p).sum() + 1))
        ),
        "mass before": lambda q, p: share(
            np.array([x if x == max(q) or q[q > x].sum() < p else 0.0 for x in q])
        ),
    },
).known(
    "as_shipped: The bug as shipped. Ask for the sum before a token, not WITH it.",
    renormalised(mask(short)),
    renormalised(mask(lambda s, c, p: (c < p) | leads(s))),
    "guard_lost: The crossing token is still missing, and now the first may be, too.",
    renormalised(mask(lambda s, c, p: c <= p)),
    "one_too_many: One token too many: the one that crosses p is the last to stay.",
    renormalised(mask(lambda s, c, p: np.arange(len(s)) <= reached(s, c, p).sum())),
    *turned(MASKS, renormalised),
)
