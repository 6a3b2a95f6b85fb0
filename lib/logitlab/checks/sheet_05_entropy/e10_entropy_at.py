"""Exercise 5.10: entropy of softmax(logits / T), in bits."""

import numpy as np

from logitlab.information import entropy

from ..kit import TEN, FunctionExercise, Rule, share, soft, softmax, turned
from . import _entropies
from ._entropies import EPSILONS, LN2, bits, masked, nats, plogp


def probes(rng):
    z = rng.normal(0, 2, 9)
    warm = [(TEN, 2.0), (z, float(rng.uniform(1.5, 3.0))), (z + 100, 1.5)]
    cool = [(TEN, 0.5), (z, float(rng.uniform(0.3, 0.7))), (-1.0 - rng.random(6), 0.8)]
    removed = [(np.array([2.0, -np.inf, 1.0, -np.inf]), 2.0)]
    far = [(np.array([1000.0, 998.0, 999.0]), 1.0), (np.array([50.0, 0.0, -3.0]), 0.1)]
    return [(np.array([2.2, 1.8, 1.4]),), (TEN,), *warm, *cool, (np.zeros(20), 0.7), *removed, *far]


def at_T(form):
    """A form of one row of probabilities, given those at T."""
    return lambda z, T=1.0: form(soft(z / T))


def of(form):
    """The entropy of what a form makes of (z, T)."""
    return lambda z, T=1.0: bits(form(z, T))


EXERCISE = FunctionExercise(
    unit="bits",
    reference=lambda logits, temperature=1.0: entropy(softmax(logits / temperature)),
    probes=probes,
    atol=2e-6,
    right={
        "nats over ln 2": at_T(lambda p: nats(p) / LN2),
        "log-sum-exp minus mean": lambda z, T=1.0: (
            (np.logaddexp.reduce(z / T) - np.nansum(soft(z / T) * (z / T))) / LN2
        ),
    },
).known(
    "of_logits: You took the entropy of the logits themselves. Convert to probabilities first.",
    *(lambda z, T=1.0, f=f: -plogp(f(z)).sum() for f in (np.copy, np.abs, share)),
    of(lambda z, T: z),
    "not_normalised: You stopped after the exponentials: divide them by their sum.",
    lambda z, T=1.0: -plogp(np.exp(z / T)).sum(),
    of(lambda z, T: np.exp((z - z.max()) / T)),
    "T_ignored: Your result is the same at every T: divide the logits by T before softmax.",
    of(lambda z, T: soft(z)),
    "multiply: You multiplied the logits by T. Temperature divides: a higher T raises entropy.",
    of(lambda z, T: soft(z * T)),
    "linear_in_T: Entropy is not proportional to T: it saturates at log2(V).",
    lambda z, T=1.0: T * bits(soft(z)),
    "scale_probs_no_norm: You scaled probabilities with T. T divides the logits, before exp.",
    of(lambda z, T: soft(z) / T),
    _entropies.EPSILON,
    *(lambda z, T=1.0, e=e: -plogp(soft(z / T), eps=e).sum() for e in EPSILONS),
    Rule(lambda call: float(call(np.array([0.0, -2000.0]), 1.0)) < 0),
    "overflow: exp of a large number is infinite, and inf/inf is nan. Use softmax.",
    *(lambda z, T=1.0, f=f: -f(share(np.exp(z / T))).sum() for f in (masked, plogp)),
    "softmax_twice: You ran softmax twice. The second flattens everything towards uniform.",
    of(lambda z, T: soft(soft(z / T))),
    of(lambda z, T: soft(soft(z) / T)),
    *turned(_entropies.ROW, at_T),
)
