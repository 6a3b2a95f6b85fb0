"""Exercise 6.1: weights, total, soft targets and odds of four classes at tau = 3."""

import numpy as np

from ..kit import Part, share, soft, values
from ._loss import TEACHER

WEIGHTS = np.exp(TEACHER / 3)
AT_1 = np.exp(TEACHER)

EXERCISE = values(
    Part("weights", WEIGHTS, tolerance=0.011).known(
        "tau_ignored: These are the weights at tau = 1. Divide each logit by 3 first.",
        AT_1,
        "tau_multiplied: You multiplied the logits by 3. Softening divides.",
        np.exp(TEACHER * 3),
        "tau_after_softmax: You divided the weights by 3. The logits are divided, before exp.",
        AT_1 / 3,
        "logits_not_exponentials: These are the logits over 3: take exp of each.",
        TEACHER / 3,
    ),
    Part("total", WEIGHTS.sum(), tolerance=0.021).known(
        "total_of_logits: You added the logits. Add the exponentials.",
        *(TEACHER.sum(), TEACHER.sum() / 3),
        "tau_ignored: That is the total at tau = 1. Add up the four weights at tau = 3.",
        AT_1.sum(),
    ),
    Part("soft targets", share(WEIGHTS), tolerance=0.002, unit="probability").known(
        "tau_ignored: These are the probabilities at tau = 1.",
        soft(TEACHER),
        "tau_after_softmax: You divided probabilities by 3. Divide the logits, before exp.",
        soft(TEACHER) / 3,
        "hard_teacher: That is a hard label. A soft target has a share for every class.",
        [1, 0, 0, 0],
        "uniform: At tau = 3 the four are nearer to each other, not yet equal.",
        [0.25] * 4,
    ),
    Part("odds of cat to dog", WEIGHTS[0] / WEIGHTS[1], tolerance=0.011).known(
        "tau_ignored: Those are the odds at tau = 1. At tau = 3 they are its third root.",
        AT_1[0] / AT_1[1],
        "odds_divided: You divided the odds by 3. tau divides logits: take the third root.",
        AT_1[0] / AT_1[1] / 3,
        "odds_reversed: That is dog to cat. Cat to dog is 1 over that.",
        WEIGHTS[1] / WEIGHTS[0],
    ),
)
