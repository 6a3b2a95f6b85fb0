"""Exercise 3.1: the two largest of ten logits, their exponentials, total and probabilities."""

import numpy as np

from ..kit import TEN, Part, softmax, values

TWO = np.exp(TEN[:2])
BEFORE = softmax(TEN)[:2]

EXERCISE = values(
    Part("exponentials", TWO, tolerance=0.011).known(
        "lowest_k: These are the two smallest logits. Top-k keeps the largest.",
        np.exp(TEN[-2:]),
        np.exp(TEN[:-3:-1]),
        "logits_not_exponentials: These are the logits: take exp of each.",
        TEN[:2],
        "strict_threshold: One token is missing: the k-th is kept too.",
        TWO[:1],
        [TWO[0], 0.0],
        "one_too_many: That is one token too many: k = 2 keeps two.",
        np.exp(TEN[:3]),
    ),
    Part("total", TWO.sum(), tolerance=0.011).known(
        "zero_logits: You added e^0 = 1 for removed tokens. A removed token adds nothing.",
        TWO.sum() + 8,
        "nothing_removed: That is the total of all ten. Add up the two that stay.",
        np.exp(TEN).sum(),
        "total_of_logits: You added the logits. Add the exponentials.",
        TEN[:2].sum(),
    ),
    Part("probabilities", TWO / TWO.sum(), tolerance=0.002, unit="probability").known(
        "not_renormalised: These are the probabilities before the cut. Divide by the total "
        "of the two that stay.",
        BEFORE,
        "divided_by_k: You divided the probabilities by k. Divide the exponentials by their total.",
        BEFORE / 2,
        "uniform: The two keep their odds of 1.49 to 1; they do not share equally.",
        [0.5, 0.5],
    ),
    Part("mass before the cut", BEFORE.sum(), tolerance=0.002, unit="probability").known(
        "mass_after: After the cut the mass is 1, always. Before it, the two held less.",
        1.0,
        "mass_removed: That is the mass that was removed. The kept mass is the rest.",
        1 - BEFORE.sum(),
        "share_of_tokens: Two of ten tokens are 20 % of the vocabulary, not of the probability.",
        0.2,
    ),
)
