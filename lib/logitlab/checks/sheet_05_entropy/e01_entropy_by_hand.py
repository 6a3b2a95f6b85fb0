"""Exercise 5.1: surprisals, shares, entropy and perplexity of three tokens."""

import math

import numpy as np

from ..kit import Part, Rule, values
from ._entropies import BASE_2, BASE_E, LN2, MEAN, SIGN

THREE = np.array([0.6, 0.3, 0.1])
SURPRISALS = -np.log2(THREE)
SHARES = THREE * SURPRISALS
H = float(SHARES.sum())

EXERCISE = values(
    Part("surprisals", SURPRISALS, tolerance=0.006, unit="bits").known(
        "surprisal: Surprisal of one token is -log2 p. Times p it is its SHARE, the next line.",
        SHARES,
        "probabilities_not_bits: These are probabilities, or 1 over them. Take -log2 of each.",
        *(THREE, 1 / THREE),
    ),
    Part("shares", SHARES, tolerance=0.006, unit="bits").known(
        "surprisals_again: These are the surprisals. Multiply each by its probability.",
        SURPRISALS,
    ),
    Part("entropy", H, tolerance=0.011, unit="bits").known(
        SIGN,
        *(-H, Rule(lambda h: float(h) < 0)),
        MEAN,
        H / 3,
        "not_weighted: You added or averaged the surprisals. Add up the shares.",
        *(SURPRISALS.sum(), SURPRISALS.mean()),
        "maximum_not_entropy: That is log2 3, the entropy of three equal tokens.",
        math.log2(3),
    ),
    Part("perplexity", 2**H, tolerance=0.03).known(
        BASE_2,
        2 ** (H * LN2),
        BASE_E,
        math.exp(H),
        "entropy_not_perplexity: That is the entropy. Raise 2 to that power.",
        H,
        "power_the_wrong_way: 2 to the power of H, not 2 times H and not H squared.",
        *(2 * H, H**2),
        "all_tokens_counted: There are three, but not equally likely: fewer than 3 choices.",
        3.0,
    ),
)
