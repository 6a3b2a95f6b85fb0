"""Exercise 4.10: P(approve) with a penalty before T and after it, and what 'off' is."""

from ..kit import TEN, Part, Rule, one_hot, share, soft, values
from ._penalties import penalised

FIRST = one_hot(TEN, 0)


def approve(z):
    return soft(z)[0]


def presence(T):
    """A presence penalty of 1 before the division by T, and after it."""
    return [approve((TEN - FIRST) / T), approve(TEN / T - FIRST)]


PRESENCE, THETA = presence(0.5), approve(penalised(TEN, [0], 1.3) / 0.5)

EXERCISE = values(
    Part("presence 1.0: before T, after T", PRESENCE, tolerance=0.002, unit="probability").known(
        "order_ignored: A subtraction before T is divided by T, one after it is not.",
        [PRESENCE[0]] * 2,
        [PRESENCE[1]] * 2,
        Rule(lambda p: abs(p[0] - p[1]) < 1e-3),
        "swapped: You have them the wrong way round: before T first.",
        PRESENCE[::-1],
        "multiply: You multiplied the logits by T. Temperature divides.",
        presence(2.0),
    ),
    Part("theta 1.3: before T, after T", [THETA, THETA], tolerance=0.002, unit="probability").known(
        "order_matters_always: Dividing by T turns no sign round: both numbers are equal.",
        PRESENCE,
        Rule(lambda p: abs(p[0] - p[1]) > 3e-3),
        "probs: You divided probabilities by theta. The penalty acts on logits.",
        [share(soft(TEN / 0.5) / (1 + 0.3 * FIRST))[0]] * 2,
        "nothing_done: That is P(approve) without a penalty.",
        [approve(TEN / 0.5)] * 2,
        "T_ignored: That is at T = 1. Divide the logits by 0.5.",
        [approve(penalised(TEN, [0], 1.3))] * 2,
    ),
    Part("off: theta, presence", [1.0, 0.0], tolerance=0.0).known(
        "zero_is_off: Off is 1 for theta and 0 for presence. theta = 0 divides by zero.",
        [0.0, 0.0],
        "one_is_off: Subtracting 1 is not off. Presence is off at 0, theta at 1.",
        [1.0, 1.0],
        [0.0, 1.0],
    ),
    note="Dividing by T keeps every sign, so theta does not care. A subtraction does.",
)
