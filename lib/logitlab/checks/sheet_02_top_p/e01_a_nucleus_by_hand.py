"""Exercise 2.1: the nucleus of the ten tokens at p = 0.9, by hand."""

import numpy as np

from ..kit import TEN, Part, Rule, soft, values
from ._filters import right
from ._known import CROSSING

PROBS = soft(TEN)
SUMS = np.cumsum(PROBS)
NUCLEUS = right(PROBS, 0.9)

EXERCISE = values(
    Part("tokens kept", 6, 0).known(
        CROSSING,
        5,
        "one_too_many: audit crosses 0.9, and the walk ends with it. optimize is one too many.",
        7,
        "everything: All ten hold mass 1. Stop at the first sum of at least 0.9.",
        10,
        "worked_example: That is the worked example, p = 0.75. Here p is 0.9.",
        4,
    ),
    Part("mass", SUMS[5], unit="probability").known(
        "mass_equals_p: Tokens are indivisible: the nucleus holds AT LEAST p, rarely just p.",
        0.9,
        CROSSING,
        SUMS[4],
        "worked_example: That is the mass at p = 0.75.",
        SUMS[3],
    ),
    Part("last token kept", "audit").known(
        "crossing_dropped: Up to delay the sum is 0.877, not yet 0.9. The next token crosses "
        "and stays.",
        "delay",
        "one_too_many: The sum has reached 0.9 before this token.",
        "optimize",
        Rule(lambda token: token in ("optimize", "notify", "assign", "close")),
    ),
    Part("P(approve) afterwards", NUCLEUS[0], unit="probability").known(
        "no_renorm: That is its probability before. The survivors sum to 0.919: divide by "
        "their sum.",
        PROBS[0],
        "divided_by_p: You divided by p = 0.9. The survivors hold 0.919: divide by that.",
        PROBS[0] / 0.9,
        "crossing_dropped: You divided by the mass without audit. It stays, so it counts.",
        PROBS[0] / SUMS[4],
        "multiplied: You multiplied by the mass. Dividing by it makes the survivors add up to 1.",
        PROBS[0] * SUMS[5],
    ),
)
