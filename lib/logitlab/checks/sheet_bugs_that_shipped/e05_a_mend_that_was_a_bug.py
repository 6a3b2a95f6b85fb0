"""Exercise B.5: the smallest typical set that holds the mass, without a crash at its end."""

import numpy as np

from logitlab.processors import typical_p

from ..kit import FunctionExercise


def crossing(c, mass):
    return (c < mass).sum()


def gap(s, h):
    return np.abs(s - h)


def distances(q, distance=gap):
    """Of each token, from its surprisal and the entropy, in nats."""
    s = -np.log(q)
    return distance(s, (q * s).sum())


def typical(count=crossing, distance=gap, clamp=True):
    """The nearest tokens up to the one at ``count(running sums, mass)``."""

    def form(q, mass):
        d = distances(q, distance)
        ids = np.argsort(d, kind="stable")
        last = count(np.cumsum(q[ids]), mass)
        if clamp:
            last = np.clip(last, 0, len(q) - 1)
        return d <= d[ids][last]

    return form


def probes(rng):
    q = rng.dirichlet(np.ones(9))
    rows = [([0.5, 0.3, 0.1, 0.06, 0.04], 0.6), (q, 0.37), (q, 0.83)]
    rows += [([0.7, 0.1, 0.1, 0.05, 0.05], 0.2), ([0.02, 0.9, 0.05, 0.03], 0.93)]
    rows += [([0.1] * 10, 1.0), ([0.5, 0.3, 0.2], 1.0), ([0.3, 0.55, 0.15], 0.05)]
    return [(np.array(row), mass) for row, mass in rows]


EXERCISE = FunctionExercise(
    unit="mask",
    reference=lambda probs, mass: np.isfinite(typical_p(np.log(probs), mass)),
    probes=probes,
    tell=[(np.array([0.5, 0.3, *[0.02] * 10]), 0.2)],
    right={"clipped": typical(), "searchsorted": typical(lambda c, m: np.searchsorted(c, m))},
).known(
    "as_shipped: The bug as shipped. One less leaves out the token that crosses.",
    typical(lambda c, mass: crossing(c, mass) - 1),
    "out_of_bounds: The crash is back: rounding can keep the whole sum below the mass.",
    typical(clamp=False),
    "one_too_many: Now one token too many stays.",
    typical(lambda c, mass: crossing(c, mass) + 1),
    "likeliest_first: You start with the likeliest: that is top-p. Start nearest the entropy.",
    typical(distance=lambda s, h: s),
    "units_mixed: Surprisal in bits and entropy in nats, or the reverse: take one of them.",
    typical(distance=lambda s, h: np.abs(s / np.log(2) - h)),
    "distance_is_no_mass: You compared distances with the mass. Add up probabilities, in the "
    "order of the distances.",
    lambda q, mass: distances(q) <= max(mass, distances(q).min()),
    "rarest_first: You start with the rarest token, or the farthest. Start with the nearest.",
    typical(distance=lambda s, h: -s),
    typical(distance=lambda s, h: -np.abs(s - h)),
    "everything: Every token is kept.",
    lambda q, mass: np.ones(len(q), bool),
)
