"""Exercise 6.6: whether the top class stays, bits below uniform at four taus, P(cat) at work."""

import numpy as np

from logitlab.information import entropy

from ..kit import Part, Rule, soft, values
from ._loss import STUDENT, TEACHER

GAPS = np.array([2 - entropy(soft(TEACHER / tau)) for tau in (1, 3, 20, 1000)])


def says_it_changes(value):
    return value == 0 if isinstance(value, np.ndarray) else "change" in value.casefold()


EXERCISE = values(
    Part("the top class stays the same (True or False)", True).known(
        "tau_changes_argmax: Softening keeps the ranking; only ratios shrink, to the power 1/tau.",
        *(False, "no"),
        Rule(says_it_changes),
    ),
    Part("bits below uniform at the four taus", GAPS, tolerance=0.006, unit="bits").known(
        "entropy_not_gap: These are the entropies. The bits below uniform are 2 minus each.",
        2 - GAPS,
        "more_tau_is_better: Bits below uniform fall to 0: at tau = 1000 every class looks the "
        "same. There is a useful middle (2.5-4 for a tiny student, up to 20 for a big one).",
        *("tau=1000 shows most", GAPS[::-1], 1000),
        Rule(lambda bits: bits[-1] >= 0.05),
    ),
    Part("P(cat) in use", soft(STUDENT)[0], tolerance=0.006, unit="probability").known(
        "tau_at_test: After training it runs at temperature 1 (Hinton 2015, section 2).",
        soft(STUDENT / 3)[0],
        "swapped_roles: That is the teacher's. After training the student works alone.",
        *(soft(TEACHER)[0], soft(TEACHER / 3)[0]),
    ),
)
