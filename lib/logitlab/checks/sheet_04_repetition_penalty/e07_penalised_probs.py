"""Exercise 4.7: probabilities of one row under a penalty and a temperature."""

import numpy as np

from ..kit import FunctionExercise, log_softmax, share, soft, softmax, turned
from . import _penalties
from ._penalties import divided, penalised, rule, seen


def penalised_probs(logits, history, theta, temperature=1.0):
    return softmax(penalised(logits, history, theta) / temperature)


def probes(rng):
    z, four = rng.permutation(rng.normal(0, 2, 9)), _penalties.FOUR
    cool = [(four, [0, 2], 1.3, 0.5), (z, [0, 3, 3], 1.2, float(rng.uniform(0.3, 0.8)))]
    warm = [(z, [1, 2, 2, 5], 1.4, float(rng.uniform(1.3, 3.0)))]
    far = [(np.array([1000.0, 990, 800]), [2], 1.3), (np.array([1000.0, 1299, 800]), [1], 1.3, 2.0)]
    return [*_penalties.probes(rng), *cool, *warm, *far]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=penalised_probs,
    probes=probes,
    note="This penalty may come before T or after it: dividing by T keeps every sign.",
    right={
        "penalty after the temperature": lambda z, h, t, T=1.0: softmax(penalised(z / T, h, t)),
        "power 1/T": lambda z, h, t, T=1.0: share(penalised_probs(z, h, t) ** (1 / T)),
        "log-softmax": lambda z, h, t, T=1.0: np.exp(log_softmax(penalised(z, h, t) / T)),
    },
).known(
    "probs: Dividing a probability subtracts ln(theta) from any logit. This rule acts on "
    "logits, before softmax.",
    lambda z, h, t, T=1.0: share(divided(z / T, h, t)),
    lambda z, h, t, T=1.0: divided(z / T, h, t),
    "softmax_twice: You ran softmax before the penalty and after it. Once, at the end.",
    lambda z, h, t, T=1.0: soft(penalised(soft(z), h, t) / T),
    "T_ignored: Your result is the same at every T: T was not used. Divide all logits by it.",
    lambda z, h, t, T=1.0: penalised_probs(z, h, t),
    "multiply: You multiplied the logits by T. Temperature divides.",
    lambda z, h, t, T=1.0: penalised_probs(z * T, h, t),
    "exchanged: theta and the temperature are exchanged.",
    lambda z, h, t, T=1.0: penalised_probs(z, h, T, t),
    "T_twice: T counts twice: before the penalty and after it. Once is enough.",
    lambda z, h, t, T=1.0: penalised_probs(z / T, h, t, T),
    "T_on_seen_only: T divides every logit, theta only those of the seen tokens.",
    lambda z, h, t, T=1.0: soft(np.where(seen(z, h), rule(z, t) / T, z)),
    lambda z, h, t, T=1.0: soft(np.where(seen(z, h), rule(z, t), z / T)),
    "scale_probs_no_norm: These add up to 1/T, not 1. T belongs inside the exponent.",
    lambda z, h, t, T=1.0: penalised_probs(z, h, t) / T,
    "overflow: exp of a large number is infinite. Subtract the maximum, after the penalty.",
    lambda z, h, t, T=1.0: share(np.exp(penalised(z, h, t) / T)),
    "not_normalised: These do not add up to 1: divide by their sum.",
    lambda z, h, t, T=1.0: np.exp(penalised(z, h, t) / T),
    *turned(
        _penalties.PENALTIES,
        lambda form: lambda z, h, t, T=1.0: soft(form(z, h, t) / T),
        without=("probs",),
    ),
)
