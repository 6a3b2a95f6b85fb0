"""Exercise 1.1: scaled logits, exponentials, total and probabilities of three tokens at T = 2."""

import numpy as np

from ..kit import Part, softmax, values
from ._softmax import THREE

EXP = np.exp(THREE / 2)

EXERCISE = values(
    Part("scaled logits", THREE / 2).known(
        "multiply: You multiplied the logits by 2 (or divided by 0.5). T = 2 divides them.",
        THREE * 2,
        "T_ignored: These are the logits at T = 1. Divide each by 2.",
        THREE,
        "T_subtracted: You subtracted T, or added it. Temperature divides.",
        *(THREE - 2, THREE + 2),
    ),
    Part("exponentials", EXP, tolerance=0.011).known(
        "exp_of_unscaled: Take exp of the scaled logits, 1.1, 0.9 and 0.7, not of others.",
        *(np.exp(THREE), np.exp(THREE * 2)),
        "base2: These are powers of 2 or 10. exp uses e = 2.718.",
        *(2.0 ** (THREE / 2), 10.0 ** (THREE / 2)),
        "exp_of_divided: You divided the exponentials by T. Divide the logits, then take exp.",
        np.exp(THREE) / 2,
        "scaled_logits: These are still the scaled logits: take exp of each.",
        THREE / 2,
    ),
    Part("total", EXP.sum(), tolerance=0.011).known(
        "total_of_logits: You added the scaled logits. Add the exponentials.",
        THREE.sum() / 2,
        "total_at_another_T: That is the total at T = 1 or 0.5. Add the exponentials of T = 2.",
        *(np.exp(THREE).sum(), np.exp(THREE * 2).sum()),
        "mean_not_total: That is their mean. Softmax divides by the sum.",
        EXP.mean(),
    ),
    Part("probabilities", softmax(THREE / 2), tolerance=0.006, unit="probability").known(
        "probs_at_half: These are the probabilities at T = 0.5, the worked example.",
        softmax(THREE * 2),
        "probs_at_one: These are the probabilities at T = 1. Use the exponentials above.",
        softmax(THREE),
        "norm_at_1: Numerator at T = 2, denominator at T = 1: the sum is not 1.",
        EXP / np.exp(THREE).sum(),
        "no_exponential: You divided logits by their sum. Divide the exponentials by theirs.",
        THREE / THREE.sum(),
    ),
    note="7.47 and 7.48 are both right totals: rounding before or after adding.",
)
