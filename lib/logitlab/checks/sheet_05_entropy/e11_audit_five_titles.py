"""Exercise 5.11: in which unit the titles of a published figure are."""

import math

import numpy as np

from ..kit import Part, softmax, values
from ._entropies import LN2, bits

TWENTY = np.random.default_rng(42).normal(0, 1, 20) + 4 * (np.arange(20) == 0)
TITLES = np.array([-0.00, 0.07, 1.24, 2.62, 2.95])
TRUE = np.array([bits(softmax(TWENTY / T)) for T in (0.1, 0.5, 1.0, 2.0, 5.0)])

EXERCISE = values(
    Part("unit of the published numbers", "nats", also=("nat",)).known(
        "label_believed: Compute one: at T = 5 there are 4.26 bits, and 2.95 is another unit.",
        *("bits", "bit"),
        "log10: Dits would be smaller still: 4.26 bits are 1.28 dits. Compare with log base e.",
        *("dits", "hartleys", "dit"),
        "base_not_unit: That is the base of the logarithm. What is its unit called?",
        *("natural logarithm", "natural log", "ln", "base e", "e"),
    ),
    Part("the five entropies in bits", TRUE, tolerance=0.011, unit="bits").known(
        "label_believed: These are the published ones, in nats. Compute them, with log2.",
        TITLES,
        "nats_the_wrong_way: You multiplied by 0.693. From nats to bits you divide by ln 2.",
        TITLES * LN2,
    ),
    Part("bits in one nat", 1 / LN2, tolerance=0.006).known(
        "nats_the_wrong_way: That is nats in one bit. A nat is larger than a bit.",
        LN2,
        "log10: That is bits in one dit, log2 of 10. A nat is log2 of e.",
        math.log2(10),
    ),
)
