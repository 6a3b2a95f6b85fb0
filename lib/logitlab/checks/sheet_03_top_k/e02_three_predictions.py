"""Exercise 3.2: k = 1 at T = 5, k = 3 before T = 5, and the mass that k = 5 keeps."""

import numpy as np

from logitlab.checks._shared import TEN
from logitlab.checks._value import Part, Rule, ValueExercise
from logitlab.distributions import softmax

PEAKED = np.array([0.82, 0.10, 0.04, 0.025, 0.01, 0.005])
FLAT = np.array([0.14, 0.12, 0.11, 0.10, 0.09, 0.09, 0.08, 0.08, 0.07, 0.07, 0.05])


def masses(take):
    """What a slice of either row adds up to."""
    return np.array([PEAKED[take].sum(), FLAT[take].sum()])


KEPT = masses(slice(5))

EXERCISE = ValueExercise(
    parts=[
        Part("P(approve) with k = 1 at T = 5", 1.0, unit="probability").known(
            "k1_random: With k = 1 only one token is left: probability 1 at any temperature.",
            softmax(TEN / 5)[0],
            Rule(lambda p: 0 < float(p) < 0.99),
        ),
        Part("tokens left by k = 3 at T = 5", 3, tolerance=0.0).known(
            "T_can_rescue: A token cut by top-k is gone: temperature cannot bring it back, "
            "because it never changes the ranking.",
            10,
            Rule(lambda n: 3 < float(n) <= 10 and float(n) != 7),
            "tokens_removed: That is how many are removed. Three are left.",
            7,
            "k_scaled_by_T: T divides logits, not k. k = 3 is three tokens at every temperature.",
            1,
            0.6,
            Rule(lambda n: float(n) < 3),
        ),
        Part(
            "mass kept by k = 5, peaked and flat", KEPT, tolerance=0.0011, unit="probability"
        ).known(
            "mass_fixed: The COUNT is fixed, the kept mass is not: 99.5 % when sure, 56 % when "
            "unsure.",
            ("same", "same"),
            [0.5, 0.5],
            Rule(lambda m: m[0] == m[1]),
            "lowest_k: You added up the five smallest. Top-k keeps the largest.",
            masses(slice(-5, None)),
            "mass_removed: That is the mass that is removed. The kept mass is the rest.",
            1 - KEPT,
            "one_too_few: You added up four. k = 5 keeps five.",
            masses(slice(4)),
            "one_too_many: You added up six. k = 5 keeps five.",
            masses(slice(6)),
            "rounded: Right, but rounded: three decimals tell 0.995 from 1.",
            [0.99, 0.56],
            [1.0, 0.56],
            "share_of_tokens: That is the share of the tokens. Add up their probabilities.",
            [5 / 6, 5 / 11],
            "swapped: You have them the wrong way round: peaked first, then flat.",
            KEPT[::-1],
        ),
    ],
)
