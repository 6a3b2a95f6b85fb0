"""Exercise 5.9: KL divergence of two rows of probabilities, in bits."""

import math

import numpy as np

from logitlab.information import cross_entropy, entropy, kl_divergence

from ..kit import TEN, FunctionExercise, softmax
from ._entropies import EPSILONS, LOG0, MEAN, bits


def probes(rng):
    a, b = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
    four = rng.dirichlet(np.ones(4)), np.full(4, 0.25)
    plain = [([0.9, 0.1], [0.5, 0.5]), (a, b), (softmax(TEN), softmax(TEN / 2)), four, (a, a)]
    zeros = [
        ([0.5, 0.5, 0], [0.25, 0.25, 0.5]),
        ([0.7, 0.3, 0], [0.6, 0.4, 0]),
        ([0.5, 0.5], [1, 0]),
    ]
    return [(np.array(p), np.array(q, float)) for p, q in [*plain, *zeros]]


def terms(p, q, log=np.log2):
    """Terms of p log(p/q), 0 where p is 0."""
    return np.where(p > 0, p * (log(np.where(p > 0, p, 1.0)) - log(np.where(p > 0, q, 1.0))), 0.0)


def kl(p, q, log=np.log2):
    return terms(p, q, log).sum()


EXERCISE = FunctionExercise(
    unit="bits",
    reference=lambda p, q: kl_divergence(p, q),
    probes=probes,
    right={
        "zeros dropped": lambda p, q: (p[p > 0] * (np.log2(p[p > 0]) - np.log2(q[p > 0]))).sum(),
        "cross-entropy minus entropy": lambda p, q: cross_entropy(p, q) - entropy(p),
        "where after the log": lambda p, q: np.where(p > 0, p * np.log2(p / q), 0).sum(),
        "nats over ln 2": lambda p, q: kl(p, q, np.log) / np.log(2),
    },
).known(
    "kl_direction: KL(p||q) weighs by the FIRST distribution. It is not symmetric.",
    *(lambda p, q, log=log: kl(q, p, log) for log in (np.log2, np.log)),
    lambda p, q: -kl(q, p),
    LOG0,
    lambda p, q: (p * np.log2(p / q)).sum(),
    lambda p, q: (p * (np.log2(p) - np.log2(q))).sum(),
    lambda p, q: sum(x * math.log2(x / y) for x, y in zip(p, q, strict=True)),
    "sign: KL divergence is 0 or more: p / q inside the log, not q / p, and no minus in front.",
    lambda p, q: -kl(p, q),
    "epsilon: Something was added or clipped. Where q rules out a token of p, KL is infinite.",
    *(lambda p, q, e=e: kl(p, q + e) for e in EPSILONS),
    *(lambda p, q, e=e: (p * np.log2((p + e) / (q + e))).sum() for e in EPSILONS),
    *(lambda p, q, e=e: kl(p + e, q + e) for e in EPSILONS),
    *(lambda p, q, e=e: kl(np.clip(p, e, 1), np.clip(q, e, 1)) for e in EPSILONS),
    "missing_token_ignored: You left out a token of p that q rules out: it makes KL infinite.",
    lambda p, q: kl(p[q > 0], q[q > 0]),
    MEAN,
    lambda p, q: terms(p, q).mean(),
    "cross_entropy_not_kl: That is the cross-entropy: it is KL and the entropy of p together.",
    *(lambda p, q, log=log: -(p * log(q)).sum() for log in (np.log2, np.log)),
    "difference_of_entropies: Two entropies can be equal where the distributions are not.",
    *(lambda p, q, f=f: f(bits(q) - bits(p)) for f in (float, abs, lambda d: -d)),
    "symmetrised: You added or averaged both directions. KL has one direction.",
    *(lambda p, q, c=c: (kl(p, q) + kl(q, p)) / c for c in (1, 2)),
    "not_weighted: The log ratios were added or averaged without weights. Each counts by p.",
    *(lambda p, q, f=f: f(np.log2(p / q)) for f in (np.sum, np.mean)),
)
