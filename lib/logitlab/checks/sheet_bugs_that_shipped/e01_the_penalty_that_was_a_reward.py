"""Exercise B.1: every token seen is pushed down, whatever the sign of its logit."""

import numpy as np

from logitlab.checks._function import FunctionExercise, known
from logitlab.processors import repetition_penalty

from ..sheet_04_repetition_penalty._penalties import counts, on_seen, to_power
from . import _penalty

EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, penalty: repetition_penalty(logits, history, penalty),
    probes=_penalty.probes,
    note="A rule that looks at the sign is not a law of nature: see lesson 4 on where zero is.",
    right=_penalty.RIGHT,
    mistakes=known(
        "as_shipped: The bug as shipped. Dividing a negative logit moves it up: a reward.",
        on_seen(np.divide),
        *_penalty.WRONG,
        "every_occurrence: A token that came twice was penalised twice. Take each once.",
        to_power(counts),
    ),
)
