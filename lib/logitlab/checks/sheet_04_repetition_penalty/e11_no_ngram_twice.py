"""Exercise 4.11: the ids that would complete n tokens which stand in the history already."""

import numpy as np

from ..kit import FunctionExercise


def places(h, n):
    """Where the last n - 1 tokens stand, with a token after them."""
    before = h[len(h) - n + 1 :]
    return [i for i in range(len(h) - n + 1) if h[i : i + n - 1] == before]


def after(h, n, shift=-1):
    """The ids that followed there, in the order of the places."""
    return [h[min(i + n + shift, len(h) - 1)] for i in places(h, n)]


def banned(history, n):
    return sorted(set(after(history, n)))


def compared(agrees):
    """The ids after each place where ``agrees(n-gram without its last, history, n)``."""
    return lambda h, n: sorted(
        {h[i + n - 1] for i in range(len(h) - n + 1) if agrees(h[i : i + n - 1], h, n)}
    )


def probes(rng):
    a, b, c, d, e = (int(i) for i in rng.permutation(np.arange(10, 60))[:5])
    plain = [([4, 5, 6, 4, 5], 3), ([4, 5, 6, 4, 5, 7, 4, 5], 3), ([4, 9, 7, 4, 3, 8, 4, 5, 4], 2)]
    three = [([a, b, c, d, a, b, e, d, a, b], 3), ([a, b, e, d, b, a, c, b, a], 3)]
    four = [([c, a, b, c, d, e, a, b, c], 4), ([e, c, a, e, c, d, e, a, e, c, b, e, c], 3)]
    two = [([a, c, a, b, a, c, d, a], 2), ([5, 0, 5], 2), ([b, a, b, a], 2), ([b, b], 2)]
    edge = [([a, a, a, a], 3), ([b, a, d, b], 1), ([a], 1)]
    none = [([a, b, c], 3), ([a, b], 3), ([a, b], 2), ([], 2)]
    return [*plain, *three, *four, *two, *edge, *none]


EXERCISE = FunctionExercise(
    reference=banned,
    probes=probes,
    note="transformers calls this no_repeat_ngram_size.",
    right={
        "trying every token": lambda h, n: sorted(
            t
            for t in set(h)
            if any([*h, t][i : i + n] == [*h, t][-n:] for i in range(len(h) - n + 1))
        )
    },
).known(
    "prefix_too_long: You compared n tokens. The new token is the n-th: compare n - 1.",
    lambda h, n: banned(h, n + 1),
    "prefix_too_short: You compared too few tokens. Before the new one stand n - 1.",
    lambda h, n: banned(h, max(n - 1, 1)),
    lambda h, n: banned(h, 2),
    "one_is_everything: n = 1 bans every token seen. Mind that history[-0:] is everything.",
    compared(lambda part, h, n: part == h[-(n - 1) :]),
    lambda h, n: banned(h, n) if n > 1 else [],
    "all_seen: You banned every token seen. Only those that would complete an n-gram again.",
    lambda h, n: sorted(set(h)),
    "one_match_only: The beginning may stand at several places. Look at all of them.",
    lambda h, n: after(h, n)[:1],
    lambda h, n: after(h, n)[-1:],
    "last_place_missed: The range ends too early: the last n-gram counts too.",
    lambda h, n: sorted({h[i + n - 1] for i in places(h, n) if i < len(h) - n}),
    "first_place_missed: The range begins too late: the first n-gram counts too.",
    lambda h, n: sorted({h[i + n - 1] for i in places(h, n) if i > 0}),
    "neighbour_place: The banned token comes right after the beginning, at i + n - 1.",
    lambda h, n: sorted(set(after(h, n, shift=-2))),
    lambda h, n: sorted(set(after(h, n, shift=0))),
    "any_order: You compared sets. An n-gram has an order.",
    compared(lambda part, h, n: sorted(part) == sorted(h[len(h) - n + 1 :])),
    "not_distinct: An id stands twice in your list. Each once: set().",
    lambda h, n: sorted(after(h, n)),
    "not_sorted: The right ids in another order. Return them rising: sorted().",
    lambda h, n: banned(h, n)[::-1],
    "nothing_banned: You banned nothing.",
    lambda h, n: [],
    "places_not_ids: These are places in the history. Return the ids that stand there.",
    places,
)
