"""Exercise 3.6: top-k for every whole k; below 1 it is refused, or switches the filter off."""

import numpy as np

from logitlab.processors import top_k

from ..kit import Convention, FunctionExercise, at, at_zero, cut, kth, off, refusing, where
from ._masks import FIVE, THREE, exactly, first_of_ties

refuse = refusing("k must be 1 or more")


def below(answer, limit=1):
    """Right for k of `limit` and more, and `answer` below."""
    return where(lambda k: k < limit, answer, top_k)


def last_k(z, k):
    return cut(z, at(z, np.argsort(z, kind="stable")[-k:]))


def threshold(z, k):
    return cut(z, z >= kth(z, k))


def probes(rng):
    z = rng.permutation(rng.normal(0, 2, 6))
    good = [(FIVE, 2), (z, 3), (z, 1), (THREE, 50)]
    return [*good, (THREE, 0), (FIVE, -3), *((z, k) for k in (0, -1, -2, -6, -9))]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, k: below(refuse)(logits, k),
    note="You refuse a k below 1, as this course's library does.",
    conventions=[
        Convention(
            "A k below 1 switches your top-k off, as in llama.cpp. Say so in the docstring.",
            below(off),
        ),
        Convention(
            "0 switches your top-k off, and a negative k is refused.", below(at_zero(off, refuse))
        ),
        Convention("You refuse 0; below it your top-k is off.", below(at_zero(refuse, off))),
        Convention(
            "0 and -1 switch your top-k off, and what is lower is refused, as in vLLM.",
            below(lambda z, k: off(z, k) if k >= -1 else refuse(z, k)),
        ),
    ],
    probes=probes,
    view=first_of_ties,
).known(
    "k0_slice: x[-0:] is the whole array, so k = 0 'works' by accident, and a negative k "
    "removes something else. State the rule: test for k < 1 first.",
    *(last_k, threshold, lambda z, k: cut(z, exactly(z, k))),
    "one_refused: k = 1 is a good k, greedy decoding. Refuse or switch off only what is below.",
    below(refuse, limit=2),
    below(off, limit=2),
    "clamped_to_one: k below 1 became greedy decoding, without a word. Refuse it, or keep all.",
    below(lambda z, k: top_k(z, 1)),
    "everything_removed: No token is left, and softmax of that is 0/0. Refuse k, or keep all.",
    below(lambda z, k: np.full(len(z), -np.inf)),
    "absolute_k: -3 is not a way to write 3: refuse it, or keep all.",
    *(at_zero(how, lambda z, k: top_k(z, abs(k))) for how in (off, refuse)),
    "none_returned: For k below 1 you gave something that is no row of logits. Raise "
    "ValueError, or return the logits as they are.",
    below(lambda z, k: np.zeros(len(z))),
    *(below(lambda z, k, value=value: value) for value in ([], np.nan, 0, -1, "k is too small")),
    "k_too_big: k larger than the vocabulary must mean 'keep all': use min(k, len(logits)).",
    lambda z, k: refuse(z, k) if k < 1 else cut(z, z >= np.sort(z)[-k]),
    lambda z, k: off(z, k) if k < 1 else cut(z, z >= np.sort(z)[-k]),
    lambda z, k: refuse(z, k) if not 1 <= k <= len(z) else top_k(z, k),
)
