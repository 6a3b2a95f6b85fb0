"""Exercise 4.1: three logits at theta = 2, their probabilities, and the winner."""

from ..kit import TEN, Part, share, softmax, values
from ._penalties import penalised

THREE = TEN[[0, 1, 6]]
AFTER = penalised(THREE, [0, 2], 2.0)

EXERCISE = values(
    Part("logits after the penalty", AFTER, tolerance=0.006).known(
        "always_divide: Dividing a NEGATIVE logit moves it up, here to -0.15. Multiply it.",
        [1.1, 1.8, -0.15],
        "all_tokens: reject was not written yet: its logit stays. You scaled all of them.",
        [1.1, 0.9, -0.15],
        [1.1, 0.9, -0.6],
        "inverted: Signs swapped: seen tokens got MORE likely. theta > 1 is to push down.",
        [4.4, 1.8, -0.15],
        "always_multiply: Multiplying a positive logit by 2 moves it up. Divide it.",
        [4.4, 1.8, -0.6],
        "unseen: You penalised the token that has NOT appeared.",
        [2.2, 0.9, -0.3],
        "subtracts_theta: You subtracted. This penalty divides or multiplies.",
        [0.2, 1.8, -2.3],
        "negatives_untouched: optimize was written too. Its logit is negative: multiply it.",
        [1.1, 1.8, -0.3],
        "newest_only: approve was written too. Its logit is positive: divide it.",
        [2.2, 1.8, -0.6],
        "per_occurrence: Once per distinct token: dividing 2.2 once by 2 is all.",
        [0.55, 1.8, -0.6],
        "nothing_done: These are the logits before the penalty.",
        THREE,
    ),
    Part("probabilities", softmax(AFTER), tolerance=0.0021, unit="probability").known(
        "probs: You divided probabilities. The penalty acts on logits, before softmax.",
        share(softmax(THREE) / [2, 1, 2]),
        softmax(THREE) / [2, 1, 2],
        "nothing_done: These are the probabilities before the penalty.",
        softmax(THREE),
        "always_divide: These follow from -0.15: dividing a negative logit moves it up.",
        softmax([1.1, 1.8, -0.15]),
    ),
    Part("winner", "reject").known(
        "breaks_rank: Unlike temperature, a penalty CAN change the winner: 2.2/2 = 1.1 < 1.8.",
        "approve",
        "third_wins: optimize was last before, and has been pushed down further.",
        "optimize",
    ),
)
