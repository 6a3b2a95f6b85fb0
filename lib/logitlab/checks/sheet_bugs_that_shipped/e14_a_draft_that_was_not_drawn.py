"""Exercise B.14: speculative sampling whose draft is drawn from the draft's distribution."""

import numpy as np

from ..kit import Convention, FunctionExercise, turned
from ..sheet_06_distillation.e05_speculative_step import EXERCISE as STEP
from ..sheet_06_distillation.e05_speculative_step import drawn, left, step, without


def with_draft(draft, one_step=None):
    """A whole round: ``draft(q, t)`` proposes, the step keeps or replaces."""
    one_step = one_step or step()
    return lambda p, q, t, u, v: one_step(p, q, draft(q, t), u, v)


def greedy(q, t):
    return int(np.argmax(q))


def removed(p, q, x, u, v):
    """A draft that is certain to be x: kept with p(x), else p without x."""
    return x if u < p[x] else drawn(without(p, x), v)


def probes(rng):
    p, q = np.array([0.1, 0.45, 0.15, 0.3]), np.array([0.4, 0.15, 0.35, 0.1])
    a, b = rng.dirichlet(np.ones(6), 2)
    grid = (0.08, 0.45, 0.66, 0.95)
    plain = [
        (p, q, t, u, v)
        for t in grid
        for u, v in ((0.1, 0.2), (0.7, 0.8), (0.95, 0.3), (0.98, 0.95))
    ]
    plain += [(p, q, 0.08, 0.95, v) for v in (0.05, 0.52, 0.58)]
    other = [(a, b, float(t), float(u), float(v)) for t, u, v in rng.uniform(0.02, 0.98, (12, 3))]
    equal = [(p, p, t, 0.99, 0.5) for t in grid]
    sharp = np.array([0.05, 0.9, 0.05]), np.array([0.8, 0.1, 0.1])
    return [*plain, *other, *equal, *((*sharp, t, 0.5, 0.6) for t in grid)]


EXERCISE = FunctionExercise(
    reference=with_draft(drawn),
    probes=probes,
    note="Over t, u and v what comes out is exactly p.",
    right={"ratio cut at 1": with_draft(drawn, step(lambda p, q, x, u: u < min(1, p[x] / q[x])))},
    conventions=[
        Convention(
            "That is right too: a greedy draft has probability 1, so it is kept with p, and what "
            "is missing to p is p without it. transformers chose to draw the draft.",
            with_draft(greedy, removed),
        )
    ],
).known(
    "as_shipped: The bug as shipped: a greedy draft is judged as if it had been drawn.",
    with_draft(greedy),
    "kept_with_p: A greedy draft is kept with p, right. Then p without the draft comes next.",
    with_draft(greedy, step(lambda p, q, x, u: u < p[x])),
    with_draft(greedy, step(lambda p, q, x, u: u < p[x], lambda p, q, x, u, v: drawn(p, v))),
    "draft_from_p: The draft is drawn from the large model: then nothing is saved.",
    lambda p, q, t, u, v: drawn(p, t),
    "always_kept: Every draft is kept: the text is the small model's.",
    with_draft(greedy, step(lambda p, q, x, u: True)),
    "one_number_for_both: t draws the draft. Whether it stays is decided by u.",
    lambda p, q, t, u, v: step()(p, q, drawn(q, t), t, v),
    lambda p, q, t, u, v: step()(p, q, drawn(q, u), u, v),
    "greedy_second: The second draw is greedy. Draw with v.",
    with_draft(drawn, step(second=lambda p, q, x, u, v: int(np.argmax(left(p, q))))),
    *turned(STEP.mistakes, lambda one_step: with_draft(drawn, one_step), without=["likeliest"]),
)
