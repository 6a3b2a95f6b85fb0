"""Exercise 4.2: the winner at theta = 2, the theta of a tie, and what a shift does."""

import numpy as np

from logitlab.checks._shared import TEN
from logitlab.checks._value import Part, Rule, ValueExercise
from logitlab.distributions import softmax

from ._penalties import on_seen, penalised

LOW = TEN - 3
GIVEN, LOWER = (softmax(penalised(z, [0], 1.3))[0] for z in (TEN, LOW))

EXERCISE = ValueExercise(
    unit="probability",
    parts=[
        Part("likeliest of ten at theta = 2", "reject").known(
            "breaks_rank: Unlike temperature, a penalty CAN change the winner: 2.2/2 = 1.1 < 1.8.",
            "approve",
            "all_others_too: Two tokens, 1.8 and 1.4, are now above 1.1; the larger one wins.",
            "review",
        ),
        Part("theta at which they are level", 2.2 / 1.8, tolerance=0.006, unit="none").known(
            "upside_down: That is 1.8 / 2.2. theta divides 2.2, so 2.2 / theta = 1.8.",
            1.8 / 2.2,
            "subtracts_theta: That is a difference. theta divides: 2.2 / theta = 1.8.",
            0.4,
            "probs: That is a ratio of probabilities. theta divides logits: 2.2 / theta = 1.8.",
            np.exp(0.4),
        ),
        Part("P(approve): as given, and 3 lower", [GIVEN, LOWER], tolerance=0.002).known(
            "shift_invariant: Softmax ignores a constant, this penalty asks where zero is.",
            [GIVEN, GIVEN],
            [LOWER, LOWER],
            Rule(lambda p: abs(p[0] - p[1]) < 1e-3),
            "always_divide: With 3 subtracted approve is at -0.8, a negative logit: multiply it.",
            [GIVEN, softmax(on_seen(np.divide)(LOW, [0], 1.3))[0]],
            "swapped: You have them the wrong way round: as given first.",
            [LOWER, GIVEN],
            "all_tokens: Only approve was written. The other nine keep their logits.",
            [softmax(TEN / 1.3)[0], softmax(LOW * 1.3)[0]],
        ),
    ],
)
