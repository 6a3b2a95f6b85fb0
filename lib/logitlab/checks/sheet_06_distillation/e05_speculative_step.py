"""Exercise 6.5: one step of speculative sampling, with its two uniform numbers given."""

import numpy as np

from ..kit import FunctionExercise, share


def drawn(weights, v):
    """The token on whose slice v lies; the slices fill [0, 1)."""
    edges = np.cumsum(weights) / np.sum(weights)
    return min(int(np.searchsorted(edges, v, side="right")), len(weights) - 1)


def left(p, q):
    return np.maximum(p - q, 0)


def kept(p, q, x, u):
    return u * q[x] < p[x]


def step(kept=kept, second=lambda p, q, x, u, v: drawn(left(p, q), v)):
    """A step, made of its two pieces: whether the draft stays, and what comes in its place."""
    return lambda p, q, x, u, v: x if kept(p, q, x, u) else second(p, q, x, u, v)


def without(p, x):
    return np.where(np.arange(len(p)) == x, 0, p)


def probes(rng):
    p, q = np.array([0.1, 0.5, 0.15, 0.25]), np.array([0.4, 0.2, 0.3, 0.1])
    a, b = rng.dirichlet(np.ones(7), 2)
    low = int(np.argmin(a / b))  # the draft that is refused most
    plain = [(p, q, x, u, v) for x in (0, 2) for u in (0.1, 0.9) for v in (0.05, 0.6, 0.95)]
    liked = [(p, q, 1, 0.97, 0.5), (p, q, 3, 0.99, 0.1)]
    drawn_ones = [(a, b, low, 0.999, float(v)) for v in rng.uniform(0.02, 0.98, 6)]
    drawn_ones += [(a, b, x, float(u), 0.5) for x, u in enumerate(rng.random(7))]
    equal, never = (p, p, 2, 0.999, 0.3), (np.array([0.0, 0.7, 0.3]), np.array([0.6, 0.1, 0.3]))
    # Where 0.3 < p / q < 0.5, and where p alone is far below: a ratio is asked for.
    rare = np.array([0.02, 0.9, 0.05, 0.03]), np.array([0.05, 0.1, 0.8, 0.05])
    return [*plain, *liked, *drawn_ones, equal, (*never, 0, 0.01, 0.4), (*rare, 0, 0.3, 0.5)]


EXERCISE = FunctionExercise(
    reference=lambda p, q, drafted, u, v: step()(p, q, drafted, u, v),
    probes=probes,
    note="Averaged over x drawn from q and over u and v, what comes out is exactly p.",
    right={
        "min of 1 and the ratio": step(lambda p, q, x, u: u < min(1, p[x] / q[x])),
        "shared out first": step(second=lambda p, q, x, u, v: drawn(share(left(p, q)), v)),
        "a sum of clips": step(second=lambda p, q, x, u, v: drawn(p - np.minimum(p, q), v)),
    },
).known(
    "always_kept: Every draft is kept, so the text is the draft's. Keep it with min(1, p/q).",
    step(lambda p, q, x, u: True),
    "never_kept: The draft is never kept: nothing is saved. Keep it with min(1, p/q).",
    step(lambda p, q, x, u: False),
    step(lambda p, q, x, u: False, lambda p, q, x, u, v: drawn(p, v)),
    "ratio_reversed: You took q / p. The large model decides: p / q.",
    step(lambda p, q, x, u: u * p[x] < q[x]),
    "p_not_ratio: You kept the draft with p. It was drawn with q, so divide by q: p / q.",
    step(lambda p, q, x, u: u < p[x]),
    "kept_above: The comparison is turned round: keep the draft where u is below p / q.",
    step(lambda p, q, x, u: not kept(p, q, x, u)),
    "no_chance: You keep a draft only if p is at least q. With a chance of p / q it stays too.",
    step(lambda p, q, x, u: p[x] >= q[x]),
    "drawn_from_p: The second draw is from p. What p gives to kept tokens would count twice: "
    "draw from max(p - q, 0).",
    step(second=lambda p, q, x, u, v: drawn(p, v)),
    "drawn_from_q: The second draw is from the draft's q. Draw from max(p - q, 0).",
    step(second=lambda p, q, x, u, v: drawn(q, v)),
    "drafted_removed: You took out the refused token only. Take q from p everywhere.",
    step(second=lambda p, q, x, u, v: drawn(without(p, x), v)),
    "difference_reversed: You used q - p: what the draft has too much of. Take p - q.",
    step(second=lambda p, q, x, u, v: drawn(left(q, p), v)),
    "absolute: You used |p - q|. Only where p is above q is something missing: max(p - q, 0).",
    step(second=lambda p, q, x, u, v: drawn(abs(p - q), v)),
    "not_shared_out: max(p - q, 0) adds up to less than 1. Divide it by its sum, then draw.",
    *(
        step(second=lambda p, q, x, u, v, end=end: end(p, q, v))
        for end in (
            lambda p, q, v: int(np.searchsorted(np.cumsum(left(p, q)), v, side="right")),
            lambda p, q, v: int(np.argmax(np.cumsum(left(p, q)) > v)),
        )
    ),
    "likeliest: You took the largest of p - q. It is a distribution: draw from it with v.",
    step(second=lambda p, q, x, u, v: int(np.argmax(p - q))),
    step(second=lambda p, q, x, u, v: int(np.argmax(p))),
    "one_number_twice: u has decided already that the draft goes. Draw with the fresh v.",
    step(second=lambda p, q, x, u, v: drawn(left(p, q), u)),
    "numbers_swapped: u decides whether the draft stays, v draws what comes in its place.",
    lambda p, q, x, u, v: step()(p, q, x, v, u),
    "models_swapped: p is the large model's, q the draft's. You have them the other way round.",
    lambda p, q, x, u, v: step()(q, p, x, u, v),
    "nothing_instead: A refused draft was replaced by no token. Draw one.",
    *(step(second=lambda p, q, x, u, v, no=no: no) for no in (-1, 0)),
)
