"""Exercise 1.2: the top token at T = 2, P(approve) and a gap at T = 0.5."""

import math

from ..kit import STORY, TEN, Part, Rule, softmax, values
from ._softmax import THREE

ONE = softmax(TEN)[0]

EXERCISE = values(
    Part("top token at T = 2", "approve").known(
        "reorders: Dividing every logit by the same positive number keeps their order: approve "
        "stays first at every T.",
        "optimize",
        Rule(lambda token: token.strip().casefold() in set(STORY) - {"approve"}),
    ),
    Part("P(approve) at T = 0.5", softmax(TEN / 0.5)[0], unit="probability").known(
        "half_T_doubles_p: Halving T squares every probability RATIO (p_i/p_j), it does not "
        "double probabilities.",
        2 * ONE,
        "probability_squared: Squaring is right for ratios. Then divide by the sum of squares.",
        ONE**2,
        "T_ignored: That is P(approve) at T = 1. A lower T gives the top token more.",
        ONE,
        "multiply: That is P(approve) at T = 2: the logits were multiplied by 0.5. Divide.",
        softmax(TEN / 2)[0],
        "three_tokens_only: That is the share among three tokens. Here there are ten.",
        *(softmax(THREE / 0.5)[0], softmax(THREE)[0]),
    ),
    Part("gap approve - close at T = 0.5", 6.4).known(
        "gap_halved: You multiplied the gap by T. Temperature divides: T = 0.5 doubles it.",
        1.6,
        "gap_unchanged: That is the gap at T = 1. Both logits are divided by T, so the gap is.",
        3.2,
        "gap_sum: -1.0 is negative: subtracting it adds. 2.2 - (-1.0) is 3.2, before scaling.",
        *(1.2, 2.4, 0.6),
        "ratio_not_gap: That is the ratio of the probabilities. The gap is between the logits.",
        math.exp(6.4),
    ),
)
