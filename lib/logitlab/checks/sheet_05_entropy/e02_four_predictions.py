"""Exercise 5.2: the largest entropy, entropy at T = 1, two tails, and counted frequencies."""

import math

import numpy as np

from logitlab.checks._shared import TEN
from logitlab.checks._value import Part, Rule, ValueExercise
from logitlab.checks.sheet_05_entropy._entropies import LOG0, bits
from logitlab.distributions import softmax

HALF, ONE = bits(softmax(TEN / 0.5)), bits(softmax(TEN))
PAIR = np.array([1.0, bits(np.array([0.5, 1 / 6, 1 / 6, 1 / 6]))])
MOST = math.log2(10)


def plugin_mean(n: int, vocab: int) -> float:
    """Expected entropy, in bits, of the frequencies of n draws from `vocab` equal tokens."""
    k = np.arange(1, n + 1)
    chance = [math.comb(n, i) * (1 / vocab) ** i * (1 - 1 / vocab) ** (n - i) for i in k]
    return float(-vocab * (chance * k / n * np.log2(k / n)).sum())


EXERCISE = ValueExercise(
    unit="bits",
    parts=[
        Part("largest entropy of 20 tokens", math.log2(20), tolerance=0.011).known(
            "max_is_one: The maximum is log2(V), of equal tokens: 4.32 bits for 20 tokens.",
            1.0,
            "all_tokens_counted: That is the number of tokens. The entropy is its log2.",
            20.0,
        ),
        Part("entropy of the ten at T = 1", ONE, tolerance=0.011).known(
            "linear_in_T: Doubling T does not double entropy: it saturates at log2(V).",
            2 * HALF,
            "T_ignored: That is the entropy at T = 0.5, which was given.",
            HALF,
            "multiply: Entropy rises with T: at T = 1 it is above the 1.715 bits of T = 0.5.",
            *(HALF / 2, Rule(lambda h: 0.8 < float(h) < 1.71)),
            "maximum_not_entropy: Only ten EQUAL tokens have log2 10 = 3.32 bits, and none more.",
            *(MOST, Rule(lambda h: float(h) > MOST - 0.02)),
        ),
        Part("entropies of the pair", PAIR, tolerance=0.011).known(
            "same_top_same_H: Same top probability, different entropy: the tail's shape counts.",
            ("same", "same"),
            Rule(lambda h: h[0] == h[1]),
            LOG0,
            [np.nan, PAIR[1]],
        ),
        Part("mean entropy of 50 draws from ten", plugin_mean(50, 10), tolerance=0.021).known(
            "plugin_bias: Entropy of frequencies is biased LOW, by about (V-1)/(2n ln 2) bits.",
            *(MOST, Rule(lambda h: abs(float(h) - MOST) <= 0.03)),
            "bias_upwards: The bias is downwards: chance makes ten equal counts uneven.",
            *(MOST + 0.13, Rule(lambda h: float(h) > MOST + 0.03)),
        ),
    ],
)
