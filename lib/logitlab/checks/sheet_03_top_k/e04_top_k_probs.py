"""Exercise 3.4: probabilities of one row at a temperature, after top-k."""

import numpy as np

from logitlab.processors import temperature as scaled
from logitlab.processors import top_k

from ..kit import (
    TEN,
    Convention,
    FunctionExercise,
    at,
    cut,
    descending,
    known,
    kth,
    share,
    soft,
    softmax,
    turned,
)
from ..sheet_01_temperature.e04_softmax_with_temperature import plain_python
from . import _masks
from ._masks import FIVE, THREE, TIED, exactly
from .e03_top_k import in_plain_python


def top_k_probs(logits, k, temperature=1.0):
    return softmax(top_k(scaled(logits, temperature), k))


def probes(rng):
    z, ten = rng.permutation(rng.normal(0, 2, 9)), rng.permutation(TEN)
    warm = [(z, 4, float(rng.uniform(1.3, 3.0))), (ten, 3, 2.0), (ten, 1, 5.0), (TIED, 3, 1.5)]
    cool = [(FIVE, 2, 0.5), (z, 5, float(rng.uniform(0.3, 0.8))), (THREE, 50, 0.4)]
    far = [(np.array([1000.0, 998.0, 999.0]), 2), (np.array([-990.0, -991.0]), 1)]
    return [*_masks.probes(rng), *cool, *warm, *far]


def at_T(form):
    """A form of (z, k) for a T; it makes no difference whether T comes before the cut or after."""
    return lambda z, k, T=1.0: form(z / T, k)


def held(z, k):
    """The kept probabilities, not yet divided by their sum."""
    return soft(z) * (z >= kth(z, k))


WITHOUT_T = known(
    "zero_logits: A logit of 0 is not 'probability 0': e^0 = 1. Removed tokens must be -inf "
    "before softmax, or 0 after it.",
    lambda z, k: soft(np.where(z >= kth(z, k), z, 0.0)),
    "divided_by_k: You divided by k, or shared the removed mass out equally. Divide what is left "
    "by its sum: the odds between kept tokens must not change.",
    lambda z, k: held(z, k) / min(k, len(z)),
    lambda z, k: held(z, k) + (z >= kth(z, k)) * (1 - held(z, k).sum()) / min(k, len(z)),
    "mass_to_the_top: The removed mass went to one token. All that stay grow by the same factor.",
    lambda z, k: held(z, k) + at(z, np.argmax(z)) * (1 - held(z, k).sum()),
    "softmax_twice: You ran softmax on probabilities. Mask the logits and run it once, or divide "
    "the kept probabilities by their sum.",
    lambda z, k: soft(cut(soft(z), z >= kth(z, k))),
    lambda z, k: soft(held(z, k)),
    "uniform: The kept tokens all got the same. They keep their odds: softmax of their logits.",
    lambda z, k: share((z >= kth(z, k)) * 1.0),
    "no_exponential: You divided logits by their sum. Take exp first: a logit can be negative.",
    lambda z, k: share(np.where(z >= kth(z, k), z, 0.0)),
    "overflow: exp of a large number is infinite, and inf/inf is nan. Subtract the maximum first.",
    lambda z, k: share(np.exp(cut(z, z >= kth(z, k)))),
    lambda z, k: share(np.exp(z) * (z >= kth(z, k))),
    "only_the_kept: You returned the kept tokens alone. Return a probability for every token, 0 "
    "for the removed: the position is the token's id.",
    lambda z, k: soft(descending(z)[:k]),
    lambda z, k: soft(np.sort(z)[-k:]),
    lambda z, k: soft(z[z >= kth(z, k)]),
    *turned(_masks.MASKS, lambda mask: lambda z, k: soft(cut(z, mask(z, k)))),
)

EXERCISE = FunctionExercise(
    unit="probability",
    reference=top_k_probs,
    note=_masks.KEPT_ALL,
    conventions=[Convention(_masks.KEPT_K, at_T(lambda z, k: soft(cut(z, exactly(z, k)))))],
    probes=probes,
    view=_masks.first_of_ties,
    right={
        "T after the cut": lambda z, k, T=1.0: softmax(top_k(z, k) / T),
        "power 1/T of probabilities": lambda z, k, T=1.0: share(top_k_probs(z, k) ** (1 / T)),
        "kept probabilities over their sum": at_T(lambda z, k: share(held(z, k))),
        "plain Python": at_T(lambda z, k: plain_python(in_plain_python(z, k))),
        "index-based": at_T(lambda z, k: soft(cut(z, at(z, np.argsort(z)[-k:])))),
        "log-sum-exp": at_T(
            lambda z, k: np.exp(cut(z, z >= kth(z, k)) - np.logaddexp.reduce(z[z >= kth(z, k)]))
        ),
    },
).known(
    "T_ignored: Your result is the same at every T: T was not used, or it cancelled. "
    "Divide the logits by T, before the cut or after it.",
    lambda z, k, T=1.0: top_k_probs(z, k),
    "multiply: You multiplied by T. Temperature divides: T = 0.5 must double every gap.",
    lambda z, k, T=1.0: top_k_probs(z * T, k),
    "T_twice: T counts twice: it was used before the cut and after it. Once is enough.",
    lambda z, k, T=1.0: top_k_probs(z, k, T**2),
    "scale_probs_no_norm: These add up to 1/T, not 1. T belongs inside the exponent.",
    lambda z, k, T=1.0: top_k_probs(z, k) / T,
    "k1_random: With k = 1 only one token is left: probability 1 at any temperature.",
    lambda z, k, T=1.0: soft(z / T) if k == 1 else top_k_probs(z, k, T),
    *turned(WITHOUT_T, at_T),
)
