"""Exercise B.4: every distinct token of the history is penalised once."""

import numpy as np

from logitlab.checks._function import FunctionExercise, known
from logitlab.processors import repetition_penalty

from ..sheet_04_repetition_penalty._penalties import counts, on_seen, seen, to_power
from . import _penalty


def runs(z, h):
    """How many runs of the same token each one has in the history."""
    return counts(z, [b for a, b in zip([None, *h], h, strict=False) if a != b])


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, penalty: repetition_penalty(logits, history, penalty),
    probes=_penalty.probes,
    right=_penalty.RIGHT,
    mistakes=known(
        "as_shipped: The bug as shipped. After ten commas the comma was divided ten times.",
        to_power(counts),
        "repeated_only: Only tokens that came more than once are penalised. Once is enough.",
        to_power(lambda z, h: counts(z, h) > 1),
        "last_only: Only the last token of the history is penalised.",
        to_power(lambda z, h: seen(z, h[-1:])),
        "neighbours_only: You skip a token that equals the one before it. It can come back later.",
        to_power(runs),
        "divided: The sign rule is lost: negative logits rose.",
        on_seen(np.divide),
        *_penalty.WRONG,
    ),
)
