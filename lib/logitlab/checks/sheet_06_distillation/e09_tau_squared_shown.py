"""Exercise 6.9: the bare gradient along cat at three taus, times tau squared, and its limit."""

import numpy as np

from ..kit import Part, soft, values
from ._loss import STUDENT, TEACHER

TAUS = np.array([1, 4, 20])
SLOPES = np.array([(soft(STUDENT / tau) - soft(TEACHER / tau))[0] / tau for tau in TAUS])
LIMIT = ((STUDENT - STUDENT.mean()) - (TEACHER - TEACHER.mean()))[0] / 4
SIGN = "sign_flipped: Student minus teacher: the student has less cat, so this is negative."

EXERCISE = values(
    Part("gradient at tau = 1, 4, 20", SLOPES, tolerance=0.0002).known(
        "chain_rule_forgotten: That is q - p. The chain rule brings another 1/tau: divide.",
        SLOPES * TAUS,
        "tau_ignored: Softmax was taken at tau = 1 each time. Divide both rows by tau.",
        *(SLOPES[0] / TAUS, np.full(3, SLOPES[0])),
        SIGN,
        -SLOPES,
        "tau2_too_early: tau squared is there already.",
        SLOPES * TAUS**2,
    ),
    Part("times tau squared", SLOPES * TAUS**2, tolerance=0.003).known(
        "no_tau2: That is without tau^2: it fades as tau grows. Multiply each by its tau^2.",
        SLOPES,
        "tau_not_squared: You multiplied by tau. Multiply by tau^2: it shrank by 1/tau twice.",
        SLOPES * TAUS,
        SIGN,
        -SLOPES * TAUS**2,
    ),
    Part("the limit", LIMIT, tolerance=0.003).known(
        "not_centred: Subtract each row's mean first: softmax does not see a constant.",
        *((STUDENT - TEACHER)[0] / 4, (STUDENT - TEACHER)[0]),
        "not_divided_by_classes: Divide by the number of classes: p is near 1/4 each.",
        LIMIT * 4,
        SIGN,
        -LIMIT,
        "vanishes: The bare gradient tends to 0. Times tau^2 it does not.",
        0.0,
    ),
)
