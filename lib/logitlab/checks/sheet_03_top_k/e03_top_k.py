"""Exercise 3.3: top-k of one row; the k largest logits stay, every other becomes -inf."""

import numpy as np

from logitlab.processors import top_k

from ..kit import Convention, FunctionExercise, at, clamped, cut, descending, kth, turned
from . import _masks


def written_to(z, k):
    z = z.copy()
    z[z < kth(z, k)] = -np.inf
    return z


def in_plain_python(z, k):
    last = sorted(z, reverse=True)[:k][-1]
    return [x if x >= last else -float("inf") for x in z]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, k: top_k(logits, k),
    note=_masks.KEPT_ALL,
    conventions=[Convention(_masks.KEPT_K, lambda z, k: cut(z, _masks.exactly(z, k)))],
    probes=_masks.probes,
    view=_masks.first_of_ties,
    right={
        "a copy, written to": written_to,
        "plain Python": in_plain_python,
        "counting the larger ones": lambda z, k: cut(z, (z > z[:, None]).sum(axis=1) < k),
        "adding -inf": lambda z, k: z + np.where(z >= kth(z, k), 0.0, -np.inf),
        "argsort": lambda z, k: cut(z, at(z, np.argsort(z)[-k:])),
        "argpartition": clamped(lambda z, k: cut(z, at(z, np.argpartition(z, -k)[-k:]))),
    },
).known(
    "only_the_kept: You returned the k kept logits. Return one for every token, -inf for the "
    "others: the position is the token's id.",
    lambda z, k: descending(z)[:k],
    lambda z, k: np.sort(z)[-k:],
    lambda z, k: z[z >= kth(z, k)],
    "indices_not_logits: You returned ids. Return the logits, with -inf for the others.",
    lambda z, k: np.argsort(-z, kind="stable")[:k],
    lambda z, k: np.argsort(z, kind="stable")[-k:],
    "threshold_returned: That is the k-th largest logit. Now keep what reaches it.",
    kth,
    *_masks.LOGITS,
    *turned(_masks.MASKS, lambda mask: lambda z, k: cut(z, mask(z, k))),
)
