"""Exercise 3.10: what cutting a Zipf vocabulary to 50 does to P(top) at T = 2."""

import numpy as np

from ..kit import Part, Rule, softmax, values

ZIPF = -np.log(np.arange(1.0, 50_258.0))


def p_top(T, size=None):
    return float(softmax(ZIPF[:size] / T)[0])


WHOLE, CUT = p_top(2), p_top(2, 50)


EXERCISE = values(
    Part("P(top) of the whole vocabulary", WHOLE, tolerance=0.00006, unit="probability").known(
        "top50_first: Cutting the vocabulary to 50 before softmax hides the tail: at T = 2 a "
        f"Zipf tail of 50,257 tokens changes P(top) by a factor of about {CUT / WHOLE:.0f}.",
        CUT,
        "T_ignored: That is P(top) at T = 1. Divide the logits by 2 first.",
        p_top(1),
        p_top(1, 50),
        "T_multiplied: You multiplied by 2. Temperature divides: T = 2 makes the tail heavier.",
        p_top(0.5),
    ),
    Part("times larger after the cut", CUT / WHOLE, tolerance=0.6).known(
        "ratio_inverted: Divide the probability after the cut by the one before: how many "
        "times larger did it become?",
        WHOLE / CUT,
        Rule(lambda r: float(r) < 1),
        "T_ignored: That is the factor at T = 1. At T = 2 the tail weighs more.",
        p_top(1, 50) / p_top(1),
        "share_of_tokens: The cut leaves one token in a thousand, but these hold more than that.",
        *(50_257 / 50, 1000),
    ),
)
