"""Exercise B.10: top-p along the last axis, with the first token of each row kept."""

import numpy as np

from ..kit import FunctionExercise


def sorted_back(where=None, late=None, rule=lambda s, c, p: c - s >= p):
    """Sort, mark for removal, keep ``where`` of the sorted order, sort back, keep ``late``."""

    def form(q, p):
        ids = np.argsort(-q, axis=-1, kind="stable")
        s = np.take_along_axis(q, ids, axis=-1)
        remove = rule(s, np.cumsum(s, axis=-1), p)
        if where is not None:
            remove[where] = False
        keep = np.zeros(q.shape, bool)
        np.put_along_axis(keep, ids, ~remove, axis=-1)
        if late is not None:
            keep[late] = True
        return keep

    return form


def probes(rng):
    q, three = rng.dirichlet(np.ones(6), 3), rng.dirichlet(np.ones(5), (2, 2))
    two, one = np.array([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), np.array([0.2, 0.5, 0.3])
    pairs = [(two, (0.5, 0.0)), (q, (0.7, 0.0)), (one, (0.6, 0.0)), (three, (0.4, 0.0))]
    return [(batch, p) for batch, ps in pairs for p in ps]


EXERCISE = FunctionExercise(
    unit="mask",
    reference=lambda probs, p: sorted_back(np.s_[..., 0])(probs, p),
    probes=probes,
    right={
        "rule or first": sorted_back(
            rule=lambda s, c, p: (c - s >= p) & (np.arange(s.shape[-1]) > 0)
        ),
        "row by row": lambda q, p: np.apply_along_axis(sorted_back(0), -1, q, p),
    },
).known(
    "as_shipped: The bug as shipped. In a batch [0] is the first row, not the first token.",
    sorted_back(0),
    "no_guard: The first row is right again, and p = 0 leaves nothing in any row.",
    sorted_back(),
    "two_axes_only: [:, 0] needs exactly two axes. [..., 0] takes one row and more axes too.",
    sorted_back(np.s_[:, 0]),
    "first_id_kept: The guard comes too late: after sorting back, place 0 is token 0.",
    sorted_back(late=np.s_[..., 0]),
    "last_kept: The sorted order is falling: the likeliest token stands first, not last.",
    sorted_back(np.s_[..., -1]),
    "one_row_for_all: You flattened the batch. Every row needs its own order and running sum.",
    lambda q, p: sorted_back(0)(q.ravel() / q.sum(), p).reshape(q.shape),
)
