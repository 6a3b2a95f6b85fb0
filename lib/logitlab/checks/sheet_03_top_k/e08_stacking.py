"""Exercise 3.8: how many of the ten tokens at T = 2 survive top-k, top-p, and both."""

import numpy as np

from logitlab.processors import top_k, top_p

from ..kit import TEN, Part, values

WARM = TEN / 2


def left(logits):
    return int(np.isfinite(logits).sum())


EXERCISE = values(
    Part("top-k alone", left(top_k(WARM, 5)), 0).known(),
    Part("top-p alone", left(top_p(WARM, 0.3)), 0).known(
        "T_forgotten: That is top-p at T = 1. At T = 2 approve has 0.213, less than 0.3.",
        left(top_p(TEN, 0.3)),
        "share_of_tokens: That is 0.3 of ten tokens. p is a share of the mass.",
        3,
    ),
    Part("top-k, then top-p", left(top_p(top_k(WARM, 5), 0.3)), 0).known(
        "k_only: Top-p acts on what top-k has left: among five tokens two hold more than 0.3.",
        5,
        "tightest_times: Their shares do not multiply. Among five, approve has 0.296: not yet 0.3.",
        1,
    ),
    Part("with p = 0.5, top-k then top-p", left(top_p(top_k(WARM, 5), 0.5)), 0).known(
        "independent_masks: That is what both would keep if each looked at all ten tokens. "
        "After top-k the five are renormalised, and two of them hold 0.5.",
        3,
    ),
    Part("with p = 0.5, top-p then top-k", left(top_k(top_p(WARM, 0.5), 5)), 0).known(
        "order_ignored: Here top-p sees all ten: approve and reject hold 0.388 of them, not 0.5.",
        2,
        "k_only: Top-p came first and left three. Top-k adds nothing back.",
        5,
    ),
)
