"""Exercise 4.8: the distinct ids among the last n of the history, rising."""

import numpy as np

from ..kit import FunctionExercise
from ._penalties import ID_0_SKIPPED, last


def looked_at(history, n):
    return sorted(set(last(history, n)))


def distinct(history):
    """Each id once, in the order of its first place."""
    return list(dict.fromkeys(history))


def probes(rng):
    h = rng.integers(10, 60, 14).tolist()
    plain = [([0, 1, 2, 3, 4, 5], 3), ([7, 3, 9, 3, 8, 1], 4), ([5, 2, 2, 9, 2, 4, 4], 4)]
    drawn = [([*h, h[2], h[11]], int(rng.integers(5, 9)))]
    long = [([4, 8, 6], 3), ([4, 8, 6, 8], 10), ([6, 1, 5, 9, 7, 3], 8), ([5, 0, 7, 0], 3)]
    long += [([30, 100, 2, 100], 9)]  # as text, 100 comes before 2
    return [*plain, *drawn, *long, ([6, 1, 5], 1), ([6, 1, 5], 0), ([], 4), ([], 0)]


EXERCISE = FunctionExercise(
    reference=looked_at,
    probes=probes,
    right={
        "a loop": lambda h, n: sorted({x for i, x in enumerate(h) if i >= len(h) - n}),
        "np.unique": lambda h, n: np.unique(h[max(0, len(h) - n) :]),
    },
).known(
    "first_window: A look-back window is the LAST N tokens, not the first N.",
    lambda h, n: sorted(set(h[:n])),
    "zero_is_everything: history[-0:] is everything. A window of 0 sees nothing: test n first.",
    lambda h, n: sorted(set(h[-n:])),
    "negative_start: For a large n your slice starts below 0. Use max(0, len(history) - n).",
    lambda h, n: sorted(set(h[len(h) - n :])),
    "one_too_many: Your window is one too long.",
    lambda h, n: looked_at(h, n + 1),
    "one_too_few: Your window is one too short.",
    lambda h, n: looked_at(h, max(n - 1, 0)),
    "newest_left_out: The newest token is missing. The slice ends at the end.",
    lambda h, n: sorted(set(h[-n - 1 : -1])),
    lambda h, n: sorted(set(last(h, n)[:-1])),
    "distinct_first: You took n distinct ids. The window counts tokens, repeats too.",
    lambda h, n: last(sorted(set(h)), n),
    lambda h, n: sorted(set(h))[:n],
    "not_distinct: An id stands twice in your list. Each distinct id once: set().",
    lambda h, n: sorted(last(h, n)),
    last,
    "not_sorted: The right ids in another order. Return them rising: sorted().",
    lambda h, n: distinct(last(h, n)),
    lambda h, n: looked_at(h, n)[::-1],
    "window_ignored: That is every id of the history. n was not used.",
    lambda h, n: sorted(set(h)),
    "how_many: You returned how many. Return the ids.",
    lambda h, n: len(looked_at(h, n)),
    ID_0_SKIPPED,
    lambda h, n: [i for i in looked_at(h, n) if i],
)
