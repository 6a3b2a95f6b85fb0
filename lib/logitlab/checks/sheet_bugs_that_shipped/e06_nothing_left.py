"""Exercise B.6: top-k, then top-p, on a distribution that adds up to 1."""

import numpy as np

from ..kit import Convention, FunctionExercise, cut, kth, one_hot, share, soft
from ..sheet_02_top_p._filters import at_most_or_first, mask, rising


def top(q, k):
    return np.where(q >= kth(q, k), q, 0.0)


def tail_cut(q, p):
    """From the least likely up, away while the running sum is at most 1 - p."""
    ids = rising(q)
    out = q.copy()
    out[ids[np.cumsum(q[ids]) <= 1 - p]] = 0
    return out


def top_k_top_p(probs, k, p):
    return share(tail_cut(share(top(probs, k)), p))


def guarded(q, k, p):
    """The fault with a guard for the case that nothing is left."""
    kept = tail_cut(top(q, k), p)
    return share(kept) if kept.any() else one_hot(q, np.argmax(q))


def probes(rng):
    q = rng.dirichlet(np.full(20, 0.7))
    flat = np.array([0.15, 0.13, 0.12, 0.11, 0.1, 0.1, 0.09, 0.08, 0.07, 0.05])
    five, three = np.array([0.3, 0.25, 0.2, 0.15, 0.1]), np.array([0.1, 0.6, 0.3])
    drawn = [(q, 4, 0.55), (q, 3, 0.93), (q, 20, 0.7), (q, 5, 1.0)]
    return [(flat, 2, 0.8), (flat, 1, 0.8), (three, 2, 0.8), (five, 3, 0.6), *drawn]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=top_k_top_p,
    note="You renormalise after top-k, as transformers and vLLM do.",
    probes=probes,
    conventions=[
        Convention(
            "You cut by top-p first, on the whole distribution, as mlx-lm does since the mend.",
            lambda q, k, p: share(top(tail_cut(q, p), k)),
        )
    ],
    right={
        "softmax of the logits left": lambda q, k, p: share(
            tail_cut(soft(cut(np.log(q), q >= kth(q, k))), p)
        )
    },
).known(
    "as_shipped: The bug as shipped. The sums end at the mass of k tokens, not at 1.",
    lambda q, k, p: tail_cut(top(q, k), p),
    lambda q, k, p: share(tail_cut(top(q, k), p)),
    "guard_only: The empty case is caught, not its cause: the sums still end below 1.",
    guarded,
    "k_lost: Top-k is gone: more than k tokens are left.",
    lambda q, k, p: share(tail_cut(q, p)),
    "kth_lost: Only k - 1 tokens are left. The k-th stays: >=, not >.",
    lambda q, k, p: top_k_top_p(q, max(k - 1, 1), p),
    "crossing_dropped: The token that crosses p is missing. Ask for the mass before it.",
    lambda q, k, p: share(np.where(mask(at_most_or_first)(share(top(q, k)), p), q, 0.0)),
    "p_lost: Top-p is gone: all k tokens are left.",
    lambda q, k, p: share(top(q, k)),
    "threshold_p: From the least likely up, tokens go while the sum is at most 1 - p, not p.",
    lambda q, k, p: share(tail_cut(share(top(q, k)), 1 - p)),
)
