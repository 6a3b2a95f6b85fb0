"""Exercise 1.6: softmax(logits / T) of one row, and greedy at T = 0."""

import numpy as np

from ..kit import TEN, Convention, FunctionExercise, one_hot, share, soft, turned
from ._softmax import FOUR, SOFTMAX, TEMPERATURE, THREE, overflowing
from .e04_softmax_with_temperature import RIGHT, softmax_with_temperature


def winner(z):
    return one_hot(z, np.argmax(z))


def zero(answer, otherwise=lambda z, T: soft(z / T)):
    """A function that gives `answer(z)` at T = 0, and something else, or the right one, above."""
    return lambda logits, temperature: (
        answer(logits) if temperature == 0 else otherwise(logits, temperature)
    )


def unshifted(z, T):
    return share(np.exp(z / T))


def probes(rng):
    z = rng.permutation(rng.normal(0, 2, 7))
    zeros = ([-3.0, -1.0, -2.0], [-3.0, 0.0, -2.0], [5.0], [1.0, 1.05, 0.9])
    at_0 = [(np.array(row), 0.0) for row in zeros]
    above = [(TEN, 0.15), (TEN, 0.4), (TEN, 50.0), (TEN, 1e-3), (-TEN[::-1], 1e-6)]
    above += [(np.array([0.0, 2e-5, 4e-5]), 4e-5)]  # small as it is, all have a share
    plain = [(FOUR, 0.0), (TEN, 0.0), (THREE, 0.5), (z, 0), (z, float(rng.uniform(1.2, 4.0)))]
    return [*plain, *above, *at_0, (np.array([0.3, 2.0, 2.0, -1.0]), 0.0)]


SMALL = (0.01, 1e-3, 1e-4)
# Mistakes with softmax or T that look like another one, or like none, where T = 0 is set apart.
OTHERWISE = {"overflow", "power_T", "T_cancels", "T_shifts", "greedy_not_probs"}

EXERCISE = FunctionExercise(
    unit="probability",
    reference=zero(winner, softmax_with_temperature),
    note="At a tie your T = 0 takes the first token, as greedy decoding does; "
    "the limit T -> 0 shares the probability.",
    probes=probes,
    conventions=[
        Convention(
            "At a tie your T = 0 shares the probability, as the limit T -> 0 does; "
            "greedy decoding takes one token.",
            zero(lambda z: share((z == np.max(z)) * 1.0)),
        ),
        Convention(
            "At a tie your T = 0 takes the last token; greedy decoding mostly takes the first, "
            "the limit T -> 0 shares.",
            zero(lambda z: winner(z[::-1])[::-1]),
        ),
    ],
    right={
        "a tiny T instead of 0": lambda z, T: soft(z / max(T, 1e-6)),
        "greedy below 1e-5": lambda z, T: winner(z) if T < 1e-5 else soft(z / T),
        "maximum subtracted first": zero(winner, RIGHT["maximum subtracted before dividing"]),
    },
).known(
    "zero_div: T = 0 is a limit, not a division: handle it as argmax (greedy).",
    lambda z, T: soft(z / np.float64(T)),
    lambda z, T: unshifted(z, np.float64(T)),
    lambda z, T: soft(z * (1 / float(T))),
    "zero_is_uniform: At T = 0 you shared equally. That is T -> infinity, not T -> 0.",
    zero(lambda z: np.full(len(z), 1 / len(z))),
    "zero_is_one: At T = 0 you returned plain softmax, T = 1. The top token takes all.",
    zero(soft),
    "zero_is_nothing: At T = 0 you gave every token 0. The top token gets 1, all there is.",
    zero(np.zeros_like),
    "zero_is_least: At T = 0 you chose the smallest logit. Greedy is argmax.",
    zero(lambda z: winner(-z)),
    "zero_is_index: At T = 0 you returned one number. Return 1 for the winner, 0 elsewhere.",
    *map(zero, (np.argmax, np.max, lambda z: np.max(soft(z)))),
    "zero_keeps_logits: At T = 0 you returned logits. Return 1 for the winner, 0 elsewhere.",
    *map(zero, (np.copy, lambda z: z * winner(z))),
    "ties_not_shared: At a tie every winner got 1: the sum is 2. Take the first, or share.",
    zero(lambda z: (z == np.max(z)) * 1.0),
    "zero_too_large: Too large a T stands in for 0: the runner-up still gets some.",
    *(lambda z, T, c=c: soft(z / max(T, c)) for c in (1, 0.5, 0.2, 0.1, 0.05, *SMALL)),
    *(zero(lambda z, c=c: soft(z / c)) for c in (1.5, 0.7, 0.5, 0.2, 0.1, 0.05)),
    "T_moved: You added a little to every T, which changes all answers. Only T = 0 needs care.",
    *(lambda z, T, c=c: soft(z / (T + c)) for c in (0.1, 0.05, *SMALL, 1e-6, 1e-8)),
    "greedy_too_early: You went greedy at a T that leaves the others a visible share.",
    *(lambda z, T, c=c: winner(z) if c > T else soft(z / T) for c in (*SMALL, 0.2, 0.5, 1.0, 1.01)),
    "always_greedy: That is greedy at every T. Only T = 0 is.",
    lambda z, T: winner(z),
    "overflow_near_zero: Close to 0, exp(logits / T) overflows. Subtract the maximum first.",
    *(zero(winner, form) for form in (unshifted, overflowing)),
    lambda z, T: unshifted(z, max(T, 1e-8)),
    "power_underflows: Close to 0, p ** (1/T) becomes 0 for every token. Divide the logits.",
    zero(winner, RIGHT["power 1/T of probabilities"]),
    *turned([*TEMPERATURE, *SOFTMAX], lambda form: zero(winner, form), without=OTHERWISE),
)
