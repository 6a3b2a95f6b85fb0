"""Exercise 4.2: one row of logits, every distinct token of the history pushed down."""

import numpy as np

from logitlab.processors import repetition_penalty

from ..kit import FunctionExercise
from . import _penalties
from ._penalties import indexed, penalised, rule, seen

REMOVED = (np.array([1.0, -np.inf, 0.0, 2.0]), [1, 2, 2], 1.3)

EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, theta: repetition_penalty(
        logits, np.array(history, int), theta
    ),
    probes=lambda rng: [*_penalties.probes(rng), REMOVED],
    right={
        "lists": lambda z, h, t: [
            (x / t if x > 0 else x * t) if i in h else x for i, x in enumerate(z.tolist())
        ],
        "a list as index": lambda z, h, t: indexed(z, list(h), lambda x: rule(x, t)),
        "minimum of both": lambda z, h, t: np.where(
            seen(z, h), (np.minimum if t >= 1 else np.maximum)(z * t, z / t), z
        ),
    },
).known(
    *_penalties.PENALTIES,
    "mask_not_logits: That says which tokens were seen. Return the logits.",
    lambda z, h, t: seen(z, h),
    "difference_not_logits: That is what the penalty takes away. Return what is left.",
    lambda z, h, t: z - penalised(z, h, t),
    "empty_history: An empty history begins every text: return the logits as they are. "
    "(np.unique([]) is a float array, which cannot index.)",
    lambda z, h, t: indexed(z, np.unique(h), lambda x: rule(x, t)),
    lambda z, h, t: penalised(z, h, t) if h else [],
)
