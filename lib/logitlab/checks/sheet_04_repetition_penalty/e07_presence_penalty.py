"""Exercise 4.7: one row of logits, every distinct token of the history charged once."""

from collections import Counter

import numpy as np

from logitlab.checks._function import FunctionExercise, known, turned
from logitlab.checks._shared import TEN, soft
from logitlab.processors import presence_penalty

from . import _penalties
from ._penalties import counts, indexed, seen, times


def probes(rng):
    z, four = rng.permutation(rng.normal(0, 2, 8)), _penalties.FOUR
    plain = [(four, [0, 0, 0, 0, 1], 0.5), (four, [2, 0], 0.5)]
    drawn = [(z, [1, 6, 6, 3], float(rng.uniform(0.3, 0.9))), (-3 - rng.random(5), [1, 3, 3], 1.5)]
    off = [(four, [], 0.5), (four, [0, 2], 0.0), (four, [1, 2, 2], -0.4)]
    return [*plain, *drawn, *off, (TEN, [9, 0, 0, 0], 2.0), (TEN, _penalties.LONG, 0.8)]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, penalty: presence_penalty(
        logits, np.array(history, int), penalty
    ),
    probes=probes,
    right={
        "a mask": lambda z, h, a: z - a * seen(z, h),
        "Counter, > 0": lambda z, h, a: [x - a * (Counter(h)[i] > 0) for i, x in enumerate(z)],
        "an index": lambda z, h, a: indexed(z, list(h), lambda x: x - a),
    },
    mistakes=known(
        "presence_is_frequency: That is the FREQUENCY penalty. Presence charges once.",
        times(counts),
        "added: You added. A positive penalty must push a seen logit down.",
        lambda z, h, a: z + a * seen(z, h),
        "sign_rule: Subtracting moves every logit down. Only a factor needs a rule for signs.",
        lambda z, h, a: z - a * seen(z, h) * np.where(z < 0, -1, 1),
        lambda z, h, a: z - a * seen(z, h) * (z > 0),
        lambda z, h, a: np.where(seen(z, h), np.maximum(z - a, 0), z),
        "multiplicative: You divided or multiplied: that is the repetition penalty. Subtract.",
        _penalties.penalised,
        lambda z, h, a: np.where(seen(z, h), z / a, z),
        lambda z, h, a: np.where(seen(z, h), z * a, z),
        lambda z, h, a: np.where(seen(z, h), z * (1 - a), z),
        lambda z, h, a: _penalties.penalised(z, h, 1 + a),
        "all_tokens: Every token was charged: softmax does not notice. Charge only the seen ones.",
        lambda z, h, a: z - a,
        "shared_out: You shared the charge out. Each seen token pays the whole penalty.",
        times(lambda z, h: seen(z, h) / max(len(set(h)), 1)),
        "probs: The penalty acts on logits, not on probabilities.",
        lambda z, h, a: soft(z) - a * seen(z, h),
        "banned: You removed the seen tokens. They become less likely, no more.",
        lambda z, h, a: np.where(seen(z, h), -np.inf, z),
        "set_to_penalty: You put the penalty (or 0) in the logit's place. Subtract it from that.",
        lambda z, h, a: np.where(seen(z, h), -a, z),
        lambda z, h, a: np.where(seen(z, h), 0.0, z),
        "clamped: The penalty was changed first. A negative one is allowed: it rewards.",
        *(lambda z, h, a, f=f: z - f(a) * seen(z, h) for f in (abs, lambda a: max(a, 0))),
        "empty_history: An empty history begins every text: return the logits as they are. "
        "(np.unique([]) is a float array, which cannot index.)",
        lambda z, h, a: indexed(z, np.unique(h), lambda x: x - a),
        *turned(_penalties.WHO_PAYS, times, without=("per_occurrence",)),
    ),
)
