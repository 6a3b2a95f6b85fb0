"""Exercise B.2: top-p with the token that crosses p."""

import numpy as np

from ..kit import FunctionExercise, share
from ..sheet_02_top_p._filters import at_most_or_first, filtered, leads, mask, right, unguarded
from ..sheet_02_top_p._known import WHICH

# Mistakes of lesson 2 that no mend of this fault makes, or that have a name of their own here.
OTHERS = {"p_clamped", "one_minus_p", "always_greedy", "one_keeps_first", "strict_argmax"}
OTHERS |= {"share_of_tokens", "fixed_number", "min_p_instead", "crossing_dropped", "unchanged"}
MENDS = [m for m in WHICH if m.id not in OTHERS]
FIRST_ID = "first_id_kept: Place 0 of the mask is token 0. The likeliest token is order[0]."


def probes(rng):
    q, three, low = rng.dirichlet(np.ones(14)), [0.5, 0.41, 0.09], [0.1, 0.6, 0.3]
    rows = [(three, 0.9), (three[::-1], 0.9), ([0.4, 0.3, 0.2, 0.1], 0.8), ([0.05, 0.9, 0.05], 0.7)]
    rows += [(q, 0.63), (q, 0.971), (low, 0.0), (low, 0.05)]
    return [(np.array(row), p) for row, p in rows]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda probs, p: right(probs, p),
    probes=probes,
    right={
        "a number of tokens": filtered(lambda s, c, p: np.arange(len(s)) < (c < p).sum() + 1),
        "mass before": lambda q, p: share(
            np.array([x if x == max(q) or q[q > x].sum() < p else 0.0 for x in q])
        ),
    },
).known(
    "as_shipped: The bug as shipped. Ask for the sum before a token, not WITH it.",
    filtered(at_most_or_first),
    "guard_lost: The crossing token is still missing, and now the first may be, too.",
    filtered(lambda s, c, p: c <= p),
    FIRST_ID,
    lambda q, p: share(np.where(mask(unguarded)(q, p) | leads(q), q, 0.0)),
    "everything: Every token is kept.",
    lambda q, p: q,
    *MENDS,
)
