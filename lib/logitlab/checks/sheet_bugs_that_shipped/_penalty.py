"""What the exercises on the repetition penalty share; its forms take (logits, history, penalty)."""

import numpy as np

from logitlab.checks._function import known

from ..sheet_04_repetition_penalty._penalties import indexed, on_seen, penalised, rule, seen


def ids(*history):
    """Token ids as an array, also where there are none."""
    return np.array(history, int)


def probes(rng):
    z, four = rng.normal(0, 2, 12), np.array([2.0, -1.0, 0.5, -3.0])
    plain = [(four, ids(0, 1), 1.5), (z, rng.integers(0, 12, 6), 1.2), (four, ids(0, 3), 0.8)]
    one_sign = [(np.array([-1, -2, -0.5]), ids(0, 2), 2.0), (np.array([1, 2, 0.5]), ids(1), 1.3)]
    edge = [(np.array([1.0, 0.0, -2.0]), ids(0, 1, 2, 0, 2), 3.0), (z + 5, ids(), 1.5)]
    return [*plain, *one_sign, *edge, (z - 8, ids(3, 3, 3, 7), 1.1)]


RIGHT = {
    "a list": lambda z, h, w: [
        (x * w if x < 0 else x / w) if i in h else x for i, x in enumerate(z)
    ],
    "minimum of both": on_seen(
        lambda z, w: np.minimum(z * w, z / w) if w >= 1 else np.maximum(z * w, z / w)
    ),
    "an index": lambda z, h, w: indexed(z, h, lambda x: rule(x, w)),
}

WRONG = known(
    "multiplied: Multiplying pushes negative logits down and positive ones up: divide those.",
    on_seen(np.multiply),
    "signs_swapped: The two cases are swapped: this raises every token seen. Divide the positive.",
    on_seen(lambda z, w: rule(z, 1 / w)),
    "positives_left: Positive logits are left as they were. They are to be divided.",
    on_seen(lambda z, w: np.where(z < 0, z * w, z)),
    "negatives_left: Negative logits are left as they were: no reward, but no penalty either.",
    on_seen(lambda z, w: np.where(z < 0, z, z / w)),
    "magnitude: You took the sign away. A negative logit comes out as a lower negative one.",
    on_seen(lambda z, w: np.abs(z) / w),
    on_seen(lambda z, w: np.where(z < 0, -z * w, z / w)),
    "subtracted: You subtracted: that is the presence penalty. This one multiplies or divides.",
    on_seen(np.subtract),
    on_seen(lambda z, w: z - (w - 1)),
    "on_log_probabilities: That is log-probabilities penalised. Here a logit's sign decides.",
    lambda z, h, w: penalised(z - np.logaddexp.reduce(z), h, w),
    "everyone: You penalised the whole vocabulary. Touch only tokens of the history.",
    lambda z, h, w: rule(z, w),
    "unseen: You penalised the tokens that are not in the history.",
    lambda z, h, w: np.where(seen(z, h), z, rule(z, w)),
    "unchanged: Nothing was penalised.",
    lambda z, h, w: z.copy(),
)
