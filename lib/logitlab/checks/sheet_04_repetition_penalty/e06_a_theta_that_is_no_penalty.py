"""Exercise 4.6: the penalty for every theta; 0 and below are refused, or switch it off."""

import numpy as np

from ..kit import Convention, FunctionExercise, NotPlain, Rule, at_zero, off, refusing, where
from ._penalties import FOUR, on_seen, penalised

refuse = refusing("theta must be above 0")


def unless(test, answer):
    """Right, but for ``answer`` where theta passes the test."""
    return where(test, answer, penalised)


def below(answer):
    """Right for theta above 0, and ``answer`` elsewhere."""
    return unless(lambda t: t <= 0, answer)


def says_too_little(call):
    """Whether a theta is refused without its name or its value."""
    for theta in (-1.3, 0):
        try:
            call(FOUR, [0, 2], theta)
        except NotPlain as refused:
            if "theta" not in str(refused).lower() or str(theta) not in str(refused):
                return True
    return False


def probes(rng):
    z = rng.permutation(rng.normal(0, 2, 6))
    good = [(FOUR, [0, 2], 1.3), (z, [1, 3, 3], float(rng.uniform(1.1, 1.9)))]
    edge = [(FOUR, [0, 2], 1.0), (FOUR, [0, 2, 2], 0.5), (FOUR, [0, 2], 0.01)]
    zero = [(FOUR, [0, 2], 0.0), (z, [0, 1, 2, 3], 0.0), (np.array([1.0, 2.0]), [0], 0.0)]
    return [*good, *edge, *zero, (FOUR, [0, 2], -1.3), (z, [2, 4], -0.5)]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, theta: below(refuse)(logits, history, theta),
    note="You refuse theta <= 0, as transformers and this course's library do.",
    conventions=[
        Convention("theta <= 0 switches your penalty off: say so in the docstring.", below(off)),
        Convention("0 switches yours off, below it you refuse.", below(at_zero(off, refuse))),
        Convention("You refuse 0; below it your penalty is off.", below(at_zero(refuse, off))),
    ],
    probes=probes,
).known(
    "zero_is_off: 'Off' is 1.0 for this penalty and 0.0 for presence and frequency. theta = 0 "
    "divides by zero, and a negative theta turns signs round: test for theta <= 0 first.",
    penalised,
    below(on_seen(lambda z, t: np.inf)),
    "below_one_refused: theta between 0 and 1 is a good setting: it rewards repetition.",
    *(unless(lambda t: t < 1, how) for how in (refuse, off)),
    "clamped_to_tiny: A tiny theta instead of 0 makes seen tokens hugely likely. Refuse it.",
    *(lambda z, h, t, e=e: penalised(z, h, max(t, e)) for e in 10.0 ** -np.arange(1, 13)),
    "absolute_theta: You dropped the minus sign of theta. -1.3 is not a way to write 1.3.",
    *(at_zero(how, lambda z, h, t: penalised(z, h, abs(t))) for how in (refuse, off)),
    "none_returned: For theta <= 0 raise ValueError, or return the logits as they are.",
    below(lambda z, h, t: np.zeros(len(z))),
    *(below(lambda z, h, t, v=v: v) for v in ([], np.nan, 0, -1, "theta must be above 0")),
    "says_too_little: Say in the error which argument is bad, and its value: "
    'raise ValueError(f"theta must be above 0, got {theta}").',
    below(lambda z, h, t: refuse(z, h, "it")),
    Rule(says_too_little),
)
