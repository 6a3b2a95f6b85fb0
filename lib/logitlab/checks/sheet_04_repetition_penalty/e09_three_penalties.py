"""Exercise 4.9: theta over prompt and text, then frequency and presence over the text alone."""

import numpy as np

from logitlab.processors import frequency_penalty, presence_penalty, repetition_penalty

from ..kit import TEN, FunctionExercise, turned
from . import _penalties
from ._penalties import counts, penalised, seen


def three_penalties(logits, prompt, text, theta, frequency, presence):
    z = repetition_penalty(logits, np.array([*prompt, *text], int), theta)
    text = np.array(text, int)
    return presence_penalty(frequency_penalty(z, text, frequency), text, presence)


def over_text(z, p, x, f, a):
    return f * counts(z, x) + a * seen(z, x)


def three(multiply=penalised, ids=lambda p, x: p + x, charge=over_text):
    """A penalty over some ids, then what ``charge(z, prompt, text, ...)`` subtracts."""
    return lambda z, p, x, t, f, a: multiply(z, ids(p, x), t) - charge(z, p, x, f, a)


def probes(rng):
    z, four, long = rng.permutation(rng.normal(0, 2, 9)), _penalties.FOUR, _penalties.LONG
    p, x = rng.integers(0, 9, 3).tolist(), rng.integers(0, 9, 4).tolist()
    plain = [(four, [1], [0], 1.3, 0.2, 0.5), (four, [1, 1], [0, 0, 2, 0], 1.3, 0.4, 0.3)]
    drawn = [(z, p, [*x, x[0]], float(rng.uniform(1.1, 1.9)), 0.25, 0.6)]
    both = [(TEN, [2, 9], [0, 6, 6, 0, 6], 1.2, 0.7, 0.1), (TEN, [8, 0], [0, 1, 1], 1.5, 0.3, 0.8)]
    empty = [(z, [0, 1], [], 1.4, 0.5, 0.5), (z, [], [3, 3, 5], 1.4, 0.5, 0.9)]
    off = [(TEN, [5, 5], [1, 9, 9], 1.0, 0.3, 0.2), (TEN, [1, 8], [3, 9, 3], 1.6, 0.0, 0.0)]
    mixed = [(TEN, [1, 3], [0, 0, 9], 0.8, 0.4, 0.1), (TEN - 1, [4], [0, 9, 0], 1.4, 0.2, 0.3)]
    low = [(-3.0 - rng.random(6), [1, 4], [2, 2, 4], 1.5, 0.2, 0.7)]
    high = [
        (3.0 + rng.random(6), [1, 4], [2, 2, 4], 2.5, 0.2, 0.7),
        (TEN, long, long, 1.5, 0.1, 0.3),
    ]
    return [*plain, *drawn, *both, *empty, *off, *mixed, *low, *high]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=three_penalties,
    probes=probes,
    right={
        "bincount": three(),
        "a loop": lambda z, p, x, t, f, a: [
            (v if i not in p + x else v / t if v > 0 else v * t) - f * x.count(i) - a * (i in x)
            for i, v in enumerate(z)
        ],
    },
).known(
    "prompt_ignored: theta looks at the prompt too, as in vLLM. Only the others do not.",
    three(ids=lambda p, x: x),
    "text_ignored: theta looks at prompt and text, not at the prompt alone.",
    three(ids=lambda p, x: p),
    "prompt_counted: Frequency or presence counted the prompt. They look at the text only.",
    three(charge=lambda z, p, x, f, a: over_text(z, p, p + x, f, a)),
    three(charge=lambda z, p, x, f, a: f * counts(z, p + x) + a * seen(z, x)),
    three(charge=lambda z, p, x, f, a: f * counts(z, x) + a * seen(z, p + x)),
    "presence_is_frequency: Your presence penalty grows with the count; it charges once.",
    three(charge=lambda z, p, x, f, a: (f + a) * counts(z, x)),
    "frequency_is_presence: Your frequency penalty charges once; it must grow with the count.",
    three(charge=lambda z, p, x, f, a: (f + a) * seen(z, x)),
    "theta_twice: An id of prompt and text was penalised twice by theta. Take prompt + text.",
    lambda z, p, x, t, f, a: penalised(penalised(z, p, t), x, t) - over_text(z, p, x, f, a),
    "exchanged: Frequency and presence are exchanged: frequency goes with the count.",
    three(charge=lambda z, p, x, f, a: over_text(z, p, x, a, f)),
    "additive_first: You subtracted first. theta comes first, on the model's own logits.",
    lambda z, p, x, t, f, a: penalised(z - over_text(z, p, x, f, a), p + x, t),
    lambda z, p, x, t, f, a: penalised(z - f * counts(z, x), p + x, t) - a * seen(z, x),
    "added: You added. A positive penalty pushes a seen logit down.",
    three(charge=lambda z, p, x, f, a: over_text(z, p, x, -f, -a)),
    three(charge=lambda z, p, x, f, a: over_text(z, p, x, f, -a)),
    "one_missing: One of the three penalties was left out, or two.",
    three(charge=lambda z, p, x, f, a: 0),
    three(charge=lambda z, p, x, f, a: f * counts(z, x)),
    three(charge=lambda z, p, x, f, a: a * seen(z, x)),
    three(lambda z, ids, t: z),
    *turned(_penalties.PENALTIES, three, without=("probs", "nothing_done", "newest_left_out")),
)
