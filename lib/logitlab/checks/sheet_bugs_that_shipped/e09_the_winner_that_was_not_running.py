"""Exercise B.9: the largest probability / noise wins; a token of probability 0 never does."""

import numpy as np

from ..kit import FunctionExercise


def winner(score):
    return lambda q, e: int(np.argmax(score(q, e)))


def probes(rng):
    q, e = np.array([0.0, 0.5, 0.3, 0.2, 0.0]), rng.exponential(size=(4, 5)) + 0.01
    e[0, 4] = e[1, 0] = e[2, 0] = e[2, 4] = 0.0
    plain = [(np.array([0.6, 0.0, 0.4]), np.array([0.5, 0.0, 2.0])), *((q, row) for row in e)]
    drawn = [(rng.dirichlet(np.ones(7)), rng.exponential(size=7))]
    near = [(np.array([0.3, 0.7, 0.0]), np.array([0.01, 3.0, 1e-9]))]
    near += [(np.array([0.9, 0.1]), np.array([0.02, 0.001]))]
    near += [(np.array([0.6, 0.4]), np.array([2e-7, 1e-7]))]
    near += [(np.array([0.6, 0.4]), np.array([2e-10, 1e-10]))]
    near += [(np.array([1e-8, 1 - 1e-8]), np.array([1e-9, 5.0]))]
    late = [(np.array([0.6, 0.0, 0.4]), np.array([5.0, 0.0, 2.0]))]
    possible = [(np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.4, 0.3, 0.0, 0.0]))]
    return [*plain, *drawn, *near, *late, *possible]


EXERCISE = FunctionExercise(
    reference=lambda probs, noise: int(np.argmax(np.where(probs > 0, probs / noise, -1.0))),
    probes=probes,
    right={
        "noise from below": winner(lambda q, e: q / np.maximum(e, 1e-300)),
        "nan is 0": winner(lambda q, e: np.nan_to_num(q / e)),
        "arrival times": lambda q, e: int(np.argmin(np.where(q > 0, e / q, np.inf))),
        "nanargmax": lambda q, e: int(np.nanargmax(q / e)),
    },
).known(
    "as_shipped: As in the bug that shipped, an impossible token wins where its noise is 0. "
    "There 0/0 is nan, and argmax takes nan for the largest.",
    winner(np.divide),
    winner(lambda q, e: np.where(q > 0, q / e, np.inf)),
    "noise_ignored: Without the noise there is no draw: this is always the likeliest token.",
    lambda q, e: int(np.argmax(q)),
    "multiplied: You multiply by the noise. Divide: the largest probability / noise wins.",
    winner(np.multiply),
    "last_to_arrive: You take the possible token that arrives last.",
    winner(lambda q, e: np.where(q > 0, e / np.where(q > 0, q, 1), -1)),
    "shifted: The race among the possible tokens is another now. Each has its own "
    "probability / noise, whatever the others have.",
    *(winner(lambda q, e, c=c: q / (e + c)) for c in (0.01, 0.1, 1.0)),
    *(winner(lambda q, e, c=c: q / np.maximum(e, c)) for c in (1e-3, 1e-6)),
    "impossible_raised: You added to the probabilities: an impossible token may win.",
    *(winner(lambda q, e, c=c: (q + c) / (e + c)) for c in (1e-12, 1e-9)),
    "rare_is_out: An unlikely token is possible, and wins if its noise is small enough.",
    *(winner(lambda q, e, c=c: np.where(q > c, q / e, -1.0)) for c in (1e-3, 1e-6)),
    "zero_noise_loses: Noise of 0 wins for a possible token. Only probability 0 is out.",
    winner(lambda q, e: np.where(e > 0, q / e, 0)),
)
