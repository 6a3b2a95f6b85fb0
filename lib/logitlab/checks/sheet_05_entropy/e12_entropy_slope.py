"""Exercise 5.12: how fast the entropy grows with T, in nats."""

import numpy as np

from ..kit import TEN, FunctionExercise, soft, softmax
from ._entropies import bits, nats


def entropy_slope(logits, temperature=1.0):
    return variance(softmax(logits / temperature), logits) / temperature**3


def variance(p, z):
    return (p * (z - (p * z).sum()) ** 2).sum()


def probes(rng):
    z = rng.normal(0, 2, 9)
    drawn = [(z, float(rng.uniform(0.4, 0.8))), (z, float(rng.uniform(1.5, 3.0))), (z + 3, 1.7)]
    few = [(np.array([2.0, 0.0]), 1.3), (np.full(5, 1.5), 0.6)]
    return [(TEN, 2.0), (TEN, 0.5), (TEN,), *drawn, *few]


def over_T3(form):
    """What a form makes of (p at T, z), over T cubed."""
    return lambda z, T=1.0: form(soft(z / T), z) / T**3


def rise(z, high, low):
    return nats(soft(z / high)) - nats(soft(z / low))


EXERCISE = FunctionExercise(
    unit="nats",
    reference=entropy_slope,
    probes=probes,
    right={
        "mean of squares": over_T3(lambda p, z: (p * z**2).sum() - (p * z).sum() ** 2),
        "variance of z/T over T": lambda z, T=1.0: variance(soft(z / T), z / T) / T,
        "np.cov": over_T3(lambda p, z: np.cov(z, aweights=p, ddof=0)),
        "small difference": lambda z, T=1.0: rise(z, T + 1e-4, T - 1e-4) / 2e-4,
    },
).known(
    "power_of_T: The power of T is wrong: the variance of the logits is divided by T cubed.",
    *(lambda z, T=1.0, k=k: entropy_slope(z, T) * T**k for k in (3, 2, 1, -1, -2, 6)),
    "not_weighted: In that variance every token counts the same. Weigh with p at T.",
    *(over_T3(lambda p, z, ddof=ddof: np.var(z, ddof=ddof)) for ddof in (0, 1)),
    "probs_at_1: You weighed with the probabilities at T = 1. Take those at T.",
    lambda z, T=1.0: variance(soft(z), z) / T**3,
    "multiply: You weighed with softmax(logits * T). Temperature divides.",
    lambda z, T=1.0: variance(soft(z * T), z) / T**3,
    "mean_not_subtracted: Subtract the mean that p weighs, (p * logits).sum(), from each.",
    over_T3(lambda p, z: (p * z**2).sum()),
    *(over_T3(lambda p, z, f=f: (p * (z - f(z)) ** 2).sum()) for f in (np.mean, np.max)),
    "square_forgotten: Square the mean: mean of squares minus SQUARE of the mean.",
    over_T3(lambda p, z: (p * z**2).sum() - (p * z).sum()),
    "difference_not_slope: That is a difference of two entropies. Divide it by the step in T.",
    *(lambda z, T=1.0, h=h: rise(z, T + h, T) for h in (0.001, 0.01, 0.1, 1.0)),
    *(lambda z, T=1.0, h=h: rise(z, T + h, T - h) for h in (0.001, 0.01, 0.1)),
    "step_too_large: The step is too large, or on one side only. Use the formula.",
    *(lambda z, T=1.0, h=h: rise(z, T + h, T) / h for h in (0.001, 0.01, 0.1)),
    *(lambda z, T=1.0, h=h: rise(z, T + h, T - h) / 2 / h for h in (0.05, 0.1, 0.2)),
    "entropy_not_slope: That is the entropy itself. Asked is how fast it grows with T.",
    *(lambda z, T=1.0, f=f: f(soft(z / T)) for f in (nats, bits)),
)
