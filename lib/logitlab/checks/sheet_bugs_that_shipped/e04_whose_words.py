"""Exercise B.4: the frequency penalty counts what the model wrote, not the prompt."""

import numpy as np

from logitlab.processors import frequency_penalty

from ..kit import FunctionExercise
from ..sheet_04_repetition_penalty._penalties import counts
from ._ids import ids


def subtracted(amount):
    """``amount(counts in the prompt, counts in the output)`` times the penalty comes off."""
    return lambda z, p, o, w: z - w * amount(counts(z, p), counts(z, o))


def probes(rng):
    z, four = rng.normal(0, 2, 10), np.array([3.0, 2.0, 1.0, 0.0])
    plain = [(four, ids(0, 0, 1), ids(1, 2, 2), 0.5)]
    drawn = [(z, rng.integers(0, 10, 7), rng.integers(0, 10, 5), 0.7)]
    empty = [(z, ids(1, 2, 3), ids(), 1.0), (z, ids(), ids(4, 4, 4, 5), 0.3)]
    both = [(z, ids(4, 5), ids(4, 4, 5, 6), 0.4), (z, ids(0, 9), ids(3, 9), -0.5)]
    return [*plain, *drawn, *empty, *both]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, prompt, output, penalty: frequency_penalty(logits, output, penalty),
    probes=probes,
    note="llama.cpp counts a window over both; say which you do.",
    right={
        "a loop": lambda z, p, o, w: [x - w * list(o).count(i) for i, x in enumerate(z)],
        "a matrix": lambda z, p, o, w: z - w * (o[:, None] == np.arange(len(z))).sum(axis=0),
    },
).known(
    "as_shipped: The bug as shipped. What the user wrote is counted as the model's.",
    subtracted(lambda p, o: p + o),
    "prompt_only: You count the prompt and leave the output out. It is the other way round.",
    subtracted(lambda p, o: p),
    "prompt_excused: A token of the prompt is never penalised now. Count it in the output.",
    subtracted(lambda p, o: o * (p == 0)),
    "prompt_subtracted: You subtracted the prompt's counts. Leave the prompt out.",
    subtracted(lambda p, o: o - p),
    subtracted(lambda p, o: np.maximum(o - p, 0)),
    "presence: Each token is penalised once: that is the presence penalty. (`out[ids] -= x` "
    "counts a repeated id once.)",
    subtracted(lambda p, o: o > 0),
    "added: You added the penalty. Subtract it.",
    subtracted(lambda p, o: -o),
    "unchanged: Nothing was penalised.",
    subtracted(lambda p, o: 0),
)
