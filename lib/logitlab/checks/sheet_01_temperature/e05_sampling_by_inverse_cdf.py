"""Exercise 1.5: the token on whose slice of [0, 1) a uniform number lies."""

import numpy as np

from ..kit import TEN, Convention, FunctionExercise, one_hot, soft, softmax

SHORT = [0.1] * 10 + [0]  # its running sum ends below 1


def inverse_cdf(probs, u):
    return np.searchsorted(edges(probs), u, side="right")


def edges(p):
    return np.cumsum(p) / np.cumsum(p)[-1]


def probes(rng):
    z, below_one = rng.normal(0, 2, 12), np.nextafter(1.0, 0.0)
    one = [([0.5, 0.25, 0.25], 0.6), ([1], 0.3), (soft(z)[::-1], float(rng.random()))]
    many = [(softmax(TEN), [0.1, 0.36, 0.6, 0.93, 0.999, 0.001]), (soft(z), rng.random(40))]
    many += [([0.05, 0.6, 0.1, 0.25], rng.random(25)), ([0.5, 0.25, 0.25], [0, 0.5, 0.75])]
    many += [([0, 0.5, 0, 0.5, 0], [0, 0.5, 0.25, below_one]), (SHORT, [0.05, below_one])]
    return [(np.array(p, float), u) for p, u in one + [(p, np.array(u)) for p, u in many]]


def each(pick):
    """A function of (probs, u) for one u, made into one for an array of them."""
    return lambda p, u: pick(p, float(u)) if np.ndim(u) == 0 else [pick(p, float(x)) for x in u]


def first_above(*fallback):
    return each(lambda p, u: next((i for i, c in enumerate(np.cumsum(p)) if u < c), *fallback))


def column(u):
    return np.asarray(u)[..., None]


def by_rank(sign, return_ids):
    """Tokens laid out by size."""

    def form(p, u):
        order = np.argsort(sign * p, kind="stable")
        rank = np.minimum(np.searchsorted(np.cumsum(p[order]), u, side="right"), len(p) - 1)
        return order[rank] if return_ids else rank

    return form


def look_at_ids(value, probs, u) -> str:
    ids = np.ravel(value)
    if (ids != np.floor(ids)).any() or (ids < 0).any() or (ids >= len(probs)).any():
        return f"Token ids are whole numbers from 0 to {len(probs) - 1}."
    return "You drew a token of probability 0." * bool((probs[ids.astype(int)] == 0).any())


# The textbook forms. One u in 10^16 falls off their end; that is worth a remark, not the points.
PAST_THE_END = (
    lambda p, u: np.searchsorted(np.cumsum(p), u, side="right"),
    lambda p, u: np.minimum(np.searchsorted(np.cumsum(p), u, side="right"), len(p) - 1),
    lambda p, u: np.argmax(np.cumsum(p) > column(u), axis=-1),
    *(first_above(), first_above(None), first_above(-1)),
)

# What becomes of ids beyond the vocabulary: they stay, go to the end, or go round.
ENDS = (lambda i, n: i, lambda i, n: np.clip(i, 0, n - 1), lambda i, n: i % n)

EXERCISE = FunctionExercise(
    reference=inverse_cdf,
    probes=probes,
    observe=look_at_ids,
    conventions=[
        Convention(
            "In floating point your running sum can end just below 1, and a u above it falls off "
            "the end. Dividing the running sum by its last value closes the gap.",
            form,
        )
        for form in PAST_THE_END
    ],
    right={
        "counting": lambda p, u: (edges(p) <= column(u)).sum(axis=-1),
        "a loop": each(lambda p, u: next(i for i, c in enumerate(edges(p)) if u < c)),
        "u times the sum": lambda p, u: PAST_THE_END[0](p, u * np.cumsum(p)[-1]),
        "last with a chance": lambda p, u: np.minimum(PAST_THE_END[0](p, u), np.flatnonzero(p)[-1]),
    },
).known(
    "boundary_to_the_left: A u on a boundary belongs to the token on its right: u < running "
    "sum, not <=. Otherwise u = 0 draws a first token of probability 0.",
    *(lambda p, u, f=f: np.searchsorted(f(p), u) for f in (np.cumsum, edges)),
    "one_too_far: Every answer is one token too far: count the running sums that are <= u.",
    *(lambda p, u, end=end: end(inverse_cdf(p, u) + 1, len(p)) for end in ENDS),
    "one_too_few: Every answer is one token too early: count the running sums that are <= u.",
    *(lambda p, u, end=end: end(inverse_cdf(p, u) - 1, len(p)) for end in ENDS),
    "always_argmax: You always take the most likely token. That is greedy; u decides.",
    lambda p, u: np.full(np.shape(u), np.argmax(p)),
    "uniform: Every token got an equal slice of [0, 1). A slice is as wide as its probability.",
    lambda p, u: np.floor(np.asarray(u) * len(p)),
    "no_running_sum: You compared u with single probabilities. Compare with their running sum.",
    *(lambda p, u, side=side: np.searchsorted(p, u, side=side) for side in ("left", "right")),
    lambda p, u: np.argmax(p > column(u), axis=-1),
    lambda p, u: np.abs(p - column(u)).argmin(axis=-1),
    "nearest_step: You took the running sum closest to u. Take the first one above u.",
    lambda p, u: np.abs(np.cumsum(p) - column(u)).argmin(axis=-1),
    "rank_not_id: You returned a place in a sorted or shorter list. Return the token's id.",
    *(by_rank(sign, return_ids=False) for sign in (-1, 1)),
    "sorted_first: You laid the tokens out by size. Lay them out in the vocabulary's order.",
    *(by_rank(sign, return_ids=True) for sign in (-1, 1)),
    "from_the_far_end: You counted from the last token, or took 1 - u. Start at token 0.",
    lambda p, u: inverse_cdf(p, 1 - np.asarray(u)),
    lambda p, u: inverse_cdf(p[::-1], u),
    lambda p, u: len(p) - 1 - inverse_cdf(p[::-1], u),
    "probability_not_id: You returned a probability or a running sum. Return the token's id.",
    *(lambda p, u, f=f: f(p)[inverse_cdf(p, u)] for f in (np.copy, np.cumsum)),
    *(lambda p, u, f=f: f(p) for f in (np.copy, np.cumsum)),
    "one_hot_not_id: You returned a vector with a 1 in it. Return the token's id.",
    lambda p, u: one_hot(p, inverse_cdf(p, u)),
    "first_u_only: One token came back for many u. Return one for each.",
    lambda p, u: inverse_cdf(p, np.ravel(u)[0]),
    "softmax_of_probs: You ran softmax on probabilities. They are already normalised.",
    lambda p, u: inverse_cdf(soft(p), u),
)
