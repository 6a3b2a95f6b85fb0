"""Exercise 5.13: the Miller-Madow estimate of the entropy behind counts, in bits."""

import numpy as np

from logitlab.information import entropy

from ..kit import TEN, FunctionExercise, Rule, share, softmax
from ._entropies import LN2, LOG0, bits, masked, nats, plogp

RARE = np.append(10**12, np.ones(100_000, int))  # 4.2e-6 bits, nearly all from what came once


def corrected_entropy(counts):
    return entropy(counts / counts.sum()) + correction(counts)


def correction(counts):
    return ((counts > 0).sum() - 1) / (2 * counts.sum() * LN2)


def above(c, threshold):
    return bits(share(c)[share(c) > threshold])


def probes(rng):
    plain = [np.array([8, 5, 4, 3]), np.array([5, 0, 3, 2, 0]), np.array([300, 200, 100, 400])]
    drawn = [rng.multinomial(50, np.full(10, 0.1)), rng.multinomial(30, softmax(TEN / 2))]
    many = [rng.multinomial(40, np.full(60, 1 / 60)), np.append(10**6, np.ones(40, int))]
    return [(c,) for c in [*plain, *drawn, *many, np.array([12]), np.array([0, 7, 0])]]


def plus(term):
    """The plug-in entropy and a term of (n, tokens seen, vocabulary)."""
    return lambda c: bits(share(c)) + term(c.sum(), (c > 0).sum(), len(c))


EXERCISE = FunctionExercise(
    unit="bits",
    reference=corrected_entropy,
    probes=probes,
    right={
        "nats throughout, then bits": lambda c: (nats(share(c)) + correction(c) * LN2) / LN2,
        "zeros dropped": lambda c: corrected_entropy(c[c > 0]),
    },
).known(
    "plugin_bias: Entropy of observed frequencies is biased LOW: add the correction.",
    plus(lambda n, m, v: 0.0),
    lambda c: -plogp(share(c)).sum(),
    "sign: Frequencies look more decided than they are: ADD the correction to the entropy.",
    plus(lambda n, m, v: -(m - 1) / (2 * n * LN2)),
    lambda c: -bits(share(c)) + correction(c),
    "units_mixed: One part is in bits and the other in nats. In bits both have a ln 2 below.",
    plus(lambda n, m, v: (m - 1) / (2 * n)),
    lambda c: nats(share(c)) + correction(c),
    "unseen_counted: You counted the whole vocabulary. Count the tokens that were seen.",
    plus(lambda n, m, v: (v - 1) / (2 * n * LN2)),
    "one_forgotten: Tokens seen MINUS 1: with one token seen there is nothing to correct.",
    plus(lambda n, m, v: m / (2 * n * LN2)),
    "brackets: / 2 * n * ln 2 divides by 2 alone. Put 2 * n * ln 2 in brackets, all of it.",
    plus(lambda n, m, v: (m - 1) / 2 * n * LN2),
    plus(lambda n, m, v: (m - 1) / (2 * n) * LN2),
    "two_forgotten: The correction is half of that: divide by 2n.",
    *(plus(lambda n, m, v, c=c: (m - 1) / (n * c)) for c in (LN2, 1)),
    "n_is_the_draws: n is the number of draws, the sum of the counts, not of the tokens.",
    plus(lambda n, m, v: (m - 1) / (2 * v * LN2)),
    "not_normalised: You took the entropy of the counts. Divide them by their sum first.",
    *(lambda c, f=f: correction(c) - f(c).sum() for f in (masked, plogp)),
    LOG0,
    lambda c: -plogp(share(c)).sum() + correction(c),
    "correction_only: That is the correction alone. Add it to the entropy of the frequencies.",
    correction,
    "maximum_not_entropy: That is log2 of a number of tokens, the entropy of equal ones.",
    *(lambda c, f=f: np.log2(f(c)) for f in (len, np.count_nonzero)),
    "tail_dropped: Rare tokens were left out. What came once was seen: drop only exact zeros.",
    *(lambda c, k=k: corrected_entropy(c[c > k]) for k in (1, 2)),
    *(lambda c, k=k: above(c, k) + correction(c) for k in (1e-6, 1e-4, 1e-3)),
    *(lambda c, k=k: above(c, k) + correction(c * (share(c) > k)) for k in (1e-6, 1e-4, 1e-3)),
    Rule(lambda call: 0 < float(call(RARE)) < 3e-6),
)
