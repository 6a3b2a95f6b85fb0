"""Exercise 3.8: the smallest k whose k likeliest tokens hold at least a given mass."""

import numpy as np

from logitlab.checks._function import FunctionExercise, known
from logitlab.checks._shared import TEN, descending, share, soft
from logitlab.processors import top_p


def k_for_mass(logits, mass):
    return 1 + int((running(logits) < mass).sum())


def running(z):
    """Sums of the probabilities from the largest down."""
    return np.cumsum(descending(soft(z)))


def probes(rng):
    z, ten = rng.permutation(rng.normal(0, 2, 20)), rng.permutation(TEN)
    plain = [(TEN, 0.5), (ten, 0.9), (z, float(rng.uniform(0.55, 0.75))), (z, 0.99), (TEN, 0.01)]
    wide = [(rng.permutation(rng.normal(0, s, n)), 0.9) for s, n in ((6, 30), (0.2, 40))]
    far = [(np.array([5.0, -2.0, 0.0, 1.0]), 0.9), (np.array([1000.0, 999.0, 998.0]), 0.8)]
    short = [(np.array([0.3, 0.1]), 0.999), (np.array([3.5]), 0.7), (np.zeros(2), 0.5)]
    return [*plain, *wide, *far, *short]


EXERCISE = FunctionExercise(
    unit="count",
    reference=k_for_mass,
    note="This k is the size of the nucleus: top-p is top-k with a new k at every token.",
    probes=probes,
    right={
        "searchsorted": lambda z, m: np.searchsorted(running(z), m) + 1,
        "argmax": lambda z, m: np.argmax(running(z) >= m) + 1,
        "a loop": lambda z, m: next(
            k for k in range(1, len(z) + 1) if np.sort(soft(z))[-k:].sum() >= m
        ),
        "top-p": lambda z, m: np.isfinite(top_p(z, m)).sum(),
    },
    mistakes=known(
        "crossing_token_dropped: One too few: with your k the mass is still below the target. "
        "The token that crosses it is needed too.",
        lambda z, m: (running(z) < m).sum(),
        lambda z, m: (running(z) <= m).sum(),
        "one_too_many: One too many: a smaller k reaches the mass already.",
        lambda z, m: min(k_for_mass(z, m) + 1, len(z)),
        "exact_tie: A sum that hits the mass exactly has reached it: go on while it is "
        "smaller, with <.",
        lambda z, m: 1 + (running(z) <= m).sum(),
        lambda z, m: 1 + np.argmax(running(z) > m),
        "not_sorted: You added up in the order of the vocabulary. Sort first.",
        lambda z, m: 1 + (np.cumsum(soft(z)) < m).sum(),
        "lowest_k: You added up from the least likely. sort is ascending: turn it with [::-1].",
        lambda z, m: 1 + (np.cumsum(np.sort(soft(z))) < m).sum(),
        "no_running_sum: You compared single probabilities with the mass. Add them up first.",
        lambda z, m: (soft(z) >= m).sum(),
        lambda z, m: 1 + (soft(z) < m).sum(),
        "other_side: That is for a mass of 1 - mass: what is to be kept was taken for what is "
        "removed.",
        lambda z, m: k_for_mass(z, 1 - m),
        lambda z, m: len(z) - k_for_mass(z, m),
        "share_of_tokens: You took that share of the tokens, not of the probability.",
        lambda z, m: round(m * len(z)),
        lambda z, m: int(m * len(z)),
        lambda z, m: np.ceil(m * len(z)),
        "share_of_largest: You compared with a share of the largest. Add up from the likeliest.",
        lambda z, m: (soft(z) >= m * soft(z).max()).sum(),
        lambda z, m: (soft(z) >= (1 - m) * soft(z).max()).sum(),
        "logits_added: You added up logits. A mass is made of probabilities: softmax first.",
        lambda z, m: 1 + (np.cumsum(descending(z)) < m).sum(),
        lambda z, m: 1 + (np.cumsum(descending(share(z))) < m).sum(),
        lambda z, m: 1 + (np.cumsum(descending(np.exp(z))) < m).sum(),
        "mass_not_k: You returned a mass, or the sums. Return how many tokens.",
        lambda z, m: running(z)[k_for_mass(z, m) - 1],
        lambda z, m: running(z),
        "ids_not_k: You returned tokens. Return how many there are.",
        lambda z, m: np.argsort(-z, kind="stable")[: k_for_mass(z, m)],
        "overflow: exp of a large number is infinite, inf/inf is nan. Subtract the maximum first.",
        lambda z, m: 1 + (np.cumsum(descending(share(np.exp(z)))) < m).sum(),
        lambda z, m: 1 + np.argmax(np.cumsum(descending(share(np.exp(z)))) >= m),
    ),
)
