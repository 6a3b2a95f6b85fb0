"""Exercise 2.2: a nucleus' mass, its size when T changes, and what p = 0 keeps."""

import numpy as np

from logitlab.checks._shared import TEN, soft
from logitlab.checks._value import Part, Rule, ValueExercise
from logitlab.checks.sheet_02_top_p._filters import kept
from logitlab.checks.sheet_02_top_p._known import CROSSING

SIZES = np.array([kept(soft(TEN / T), 0.9).sum() for T in (0.5, 5.0)])

EXERCISE = ValueExercise(
    parts=[
        Part("mass of the nucleus", 0.85, 0.001, unit="probability").known(
            "mass_equals_p: Tokens are indivisible: the nucleus holds AT LEAST p, here 0.85.",
            0.75,
            CROSSING,
            0.7,
            "one_too_many: 0.85 has reached 0.75 already.",
            0.95,
        ),
        Part("sizes at T = 0.5 and T = 5", SIZES, 0).known(
            "same_size: The nucleus grows with uncertainty: that is what separates it from top-k.",
            np.array([4, 4]),
            np.array([9, 9]),
            Rule(lambda sizes: sizes[0] == sizes[1]),
            "sizes_swapped: The other way round: the sharper distribution needs fewer tokens to "
            "reach 0.9.",
            SIZES[::-1].copy(),
            Rule(lambda sizes: sizes[0] > sizes[1]),
            CROSSING,
            SIZES - 1,
        ),
        Part("tokens kept at p = 0", 1, 0).known(
            "zero_keeps_none: p = 0 asks for no mass, but one token must stay: p -> 0 is greedy.",
            0,
            "zero_keeps_all: p = 1 keeps all. p = 0 asks for no mass, and one token is the least "
            "there can be.",
            10,
            5,
            Rule(lambda n: n >= 5),
        ),
    ],
)
