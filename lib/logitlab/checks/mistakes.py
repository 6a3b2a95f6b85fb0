"""
Known mistakes with softmax and with temperature, shared by every exercise that contains either.

A form takes ``(z, T)``. None uses the library, which would refuse much of what they do. Mistakes
that no probe can tell apart stand together as forms of one.
"""

import math

import numpy as np

from logitlab.checks._former import Mistake
from logitlab.distributions import log_softmax, softmax
from logitlab.information import entropy

__all__ = ["SOFTMAX", "TEMPERATURE", "one_hot", "share", "soft"]


def soft(z):
    """Softmax along the last axis without the library's refusals."""
    return share(np.exp(z - np.max(z, axis=-1, keepdims=True)))


def share(weights):
    """Weights over their sum, along the last axis."""
    return weights / weights.sum(axis=-1, keepdims=True)


def one_hot(z, index):
    """Distribution with everything on one token, as long as `z`."""
    return np.eye(np.shape(z)[-1])[index]


def _plain_python(z, T=1.0):
    weights = [math.exp(x / T) for x in z]
    return [w / sum(weights) for w in weights]


# --- Mistakes with softmax itself. Each form takes (z, T) and is right about T.

SOFTMAX = [
    Mistake(
        "T08_overflow",
        "exp of a large number is infinite, and inf/inf is nan (so is 0/0). "
        "Subtract the maximum first; it cancels in the ratio.",
        [lambda z, T=1.0: share(np.exp(z / T)), _plain_python],
    ),
    Mistake(
        "clipped",
        "Clipping the logits changes their gaps. Subtract the maximum instead: nothing overflows.",
        [
            lambda z, T=1.0, c=c, low=low: share(np.exp(np.clip(z / T, low * c, c)))
            for c in (20, 30, 50, 80, 88, 100, 500, 700, 709)
            for low in (-1, -np.inf)
        ],
    ),
    Mistake(
        "T07_base2",
        "Base 2 instead of e: that is softmax at temperature T/ln 2 = 1.44 T.",
        [lambda z, T=1.0: share(2.0 ** (z / T)), lambda z, T=1.0: soft(z / T * np.log(2))],
    ),
    Mistake(
        "base10",
        "Base 10 instead of e: that is softmax at temperature T/ln 10 = 0.43 T.",
        [lambda z, T=1.0: share(10.0 ** (z / T)), lambda z, T=1.0: soft(z / T * np.log(10))],
    ),
    Mistake(
        "not_normalised",
        "You stopped after the exponentials: divide them by their sum.",
        [
            lambda z, T=1.0: np.exp(z / T),
            lambda z, T=1.0: np.exp((z - np.max(z)) / T),
        ],
    ),
    Mistake(
        "max_normalised",
        "You divided by the largest value, so the top token got 1. Divide by the sum.",
        [
            lambda z, T=1.0: np.exp(z / T) / np.exp(z / T).max(),
            lambda z, T=1.0: (z / T) / np.max(z / T),
        ],
    ),
    Mistake(
        "divided_by_length",
        "You divided by the number of tokens (a mean). Divide by the sum of the exponentials.",
        [
            lambda z, T=1.0: np.exp(z / T) / np.size(z),
            lambda z, T=1.0: np.exp((z - np.max(z)) / T) / np.size(z),
        ],
    ),
    Mistake(
        "length_normalised",
        "You divided by the root of the sum of squares. Probabilities are divided by their sum.",
        [lambda z, T=1.0: (e := np.exp((z - np.max(z)) / T)) / np.sqrt((e**2).sum())],
    ),
    Mistake(
        "no_exponential",
        "You divided the logits by their sum. Take exp first: a logit can be negative, "
        "a probability cannot.",
        [lambda z, T=1.0: share(z / T)],
    ),
    Mistake(
        "shifted_to_zero",
        "You shifted the logits until none was negative and divided by the sum. "
        "Take exp instead: only then do equal gaps give equal ratios.",
        [lambda z, T=1.0: share(z / T - np.min(z / T))],
    ),
    Mistake(
        "absolute_values",
        "You dropped the minus signs: a logit of -1 is less than one of 0, not more.",
        [
            lambda z, T=1.0: soft(np.abs(z) / T),
            lambda z, T=1.0: share(np.abs(z) / T),
        ],
    ),
    Mistake(
        "negatives_cut",
        "You set negative logits to 0. They count: only the gaps matter, not the sign.",
        [lambda z, T=1.0: soft(np.maximum(z, 0) / T)],
    ),
    Mistake(
        "squared_logits",
        "You squared the logits. Softmax takes exp of them.",
        [lambda z, T=1.0: soft(z**2 / T), lambda z, T=1.0: share((z / T) ** 2)],
    ),
    Mistake(
        "sign_flipped",
        "The least likely token came first: exp(z), not exp(-z).",
        [lambda z, T=1.0: soft(-np.asarray(z) / T)],
    ),
    Mistake(
        "exp_minus_one",
        "That is exp(z) - 1 (expm1), which changes every ratio. Use exp(z).",
        [lambda z, T=1.0: share(np.expm1(z / T))],
    ),
    Mistake(
        "sigmoid",
        "Sigmoid looks at one logit at a time. Softmax compares them: exponentials over their sum.",
        [
            lambda z, T=1.0: 1 / (1 + np.exp(-z / T)),
            lambda z, T=1.0: share(1 / (1 + np.exp(-z / T))),
        ],
    ),
    Mistake(
        "log_softmax",
        "These are the logarithms of the probabilities. Take exp of them.",
        [lambda z, T=1.0: log_softmax(np.asarray(z) / T)],
    ),
    Mistake(
        "percent",
        "These are percentages; a probability is between 0 and 1.",
        [lambda z, T=1.0: 100 * soft(z / T)],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, T=1.0, d=d: np.round(soft(z / T), d) for d in (4, 3, 2, 1)],
    ),
    Mistake(
        "one_too_many",
        "You ran softmax on probabilities. A second softmax flattens them towards uniform.",
        [lambda z, T=1.0: soft(soft(z / T))],
    ),
    Mistake(
        "exp_twice",
        "You took exp before softmax, which takes it again. Give softmax the logits.",
        [lambda z, T=1.0: soft(np.exp(z / T)), lambda z, T=1.0: soft(np.exp(z) / T)],
    ),
    Mistake(
        "sorted_output",
        "The right numbers in another order: probability i belongs to logit i. Do not sort.",
        [
            lambda z, T=1.0: np.sort(soft(z / T))[..., ::-1],
            lambda z, T=1.0: np.sort(soft(z / T)),
        ],
    ),
    Mistake(
        "cumulative",
        "These are running sums of the probabilities. Return the probabilities themselves.",
        [lambda z, T=1.0: np.cumsum(soft(z / T), axis=-1)],
    ),
    Mistake(
        "greedy_not_probs",
        "You returned the winner. A distribution has one probability for every token.",
        [
            lambda z, T=1.0: np.argmax(z),
            lambda z, T=1.0: one_hot(z, np.argmax(z)),
            lambda z, T=1.0: np.max(soft(z / T)),
        ],
    ),
    Mistake(
        "entropy_not_probs",
        "That is an entropy, one number. Return one probability for every token.",
        [
            lambda z, T=1.0: entropy(softmax(np.asarray(z) / T)),
            lambda z, T=1.0: entropy(softmax(np.asarray(z) / T), base=math.e),
        ],
    ),
    Mistake(
        "uniform",
        "Every token got the same probability: the logits were not used.",
        [lambda z, T=1.0: np.full(np.shape(z), 1 / np.shape(z)[-1])],
    ),
    Mistake(
        "integer_logits",
        "The logits were cut to whole numbers: int(1.8) is 1. Keep them as floats.",
        [
            lambda z, T=1.0: soft(np.trunc(z) / T),
            lambda z, T=1.0: soft(np.floor(z) / T),
            lambda z, T=1.0: soft(np.round(z) / T),
        ],
    ),
]

# --- Mistakes with T. At T = 1 most of them are right.

TEMPERATURE = [
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T. Temperature divides: T = 0.5 must double every gap, "
        "yours halves it.",
        [lambda z, T=1.0: soft(z * T), lambda z, T=1.0: share(np.exp(z * T))],
    ),
    Mistake(
        "power_T",
        "You raised the probabilities to the power T. The power is 1/T: T = 0.5 squares them.",
        [lambda z, T=1.0: share(soft(z) ** T)],
    ),
    Mistake(
        "power_not_normalised",
        "After raising probabilities to a power they no longer add up to 1: divide by their sum.",
        [lambda z, T=1.0: soft(z) ** (1 / T), lambda z, T=1.0: soft(z) ** T],
    ),
    Mistake(
        "T_cancels",
        "You divided the probabilities (or exponentials) by T; the T cancels when you renormalise. "
        "T belongs inside the exponent.",
        [lambda z, T=1.0: share(soft(z) / T), lambda z, T=1.0: share(np.exp(z) / T)],
    ),
    Mistake(
        "T_shifts",
        "You added or subtracted T. Softmax ignores a constant added to all logits, "
        "so T changed nothing: divide by it.",
        [
            lambda z, T=1.0: soft(z - T),
            lambda z, T=1.0: soft(z + T),
            lambda z, T=1.0: share(np.exp(z - T)),
            lambda z, T=1.0: share(np.exp(z + T)),
        ],
    ),
    Mistake(
        "T_shifts_probs",
        "You added T to probabilities, or subtracted it, and renormalised. "
        "T divides the logits, before exp.",
        [
            lambda z, T=1.0: share(soft(z) + T),
            lambda z, T=1.0: share(np.maximum(soft(z) - T, 0)),
            lambda z, T=1.0: soft(z) + T,
            lambda z, T=1.0: soft(z) - T,
        ],
    ),
    Mistake(
        "T_ignored",
        "Your result is the same at every T: T was not used, or it cancelled. "
        "Divide the logits by T, then take softmax.",
        [
            lambda z, T=1.0: soft(z),
            lambda z, T=1.0: share(np.exp(z - np.max(z) / T)),
            lambda z, T=1.0: share(np.exp(z)),
            lambda z, T=1.0: share(T * soft(z)),
        ],
    ),
    Mistake(
        "T03_scale_probs_no_norm",
        "These add up to 1/T, not 1. T belongs inside the exponent.",
        [lambda z, T=1.0: soft(z) / T, lambda z, T=1.0: soft(z / T) / T],
    ),
    Mistake(
        "probs_times_T",
        "These add up to T, not 1. T belongs inside the exponent, and it divides.",
        [lambda z, T=1.0: soft(z) * T],
    ),
    Mistake(
        "T06_norm_at_1",
        "Numerator at T, denominator at 1: the sum is not 1. Use the same scaled logits in both.",
        [lambda z, T=1.0: np.exp(z / T) / np.exp(z).sum(axis=-1, keepdims=True)],
    ),
    Mistake(
        "norm_at_T_only",
        "Numerator at 1, denominator at T: the sum is not 1. Use the same scaled logits in both.",
        [lambda z, T=1.0: np.exp(z) / np.exp(z / T).sum(axis=-1, keepdims=True)],
    ),
    Mistake(
        "T10_floor_div",
        "// is floor division: 3.6 became 3. Use /.",
        [lambda z, T=1.0: soft(z // T)],
    ),
    Mistake(
        "integer_T",
        "T was cut to a whole number, so 0.5 became 0 and 1.7 became 1. Keep it as it is.",
        [
            lambda z, T=1.0: soft(z / int(T)),
            lambda z, T=1.0: soft(z / max(1, int(T))),
            lambda z, T=1.0: soft(z / max(1, round(T))),
            lambda z, T=1.0: soft(z / np.ceil(T)),
        ],
    ),
    Mistake(
        "T11_only_top",
        "Only the top logit was scaled. Divide all of them; only gaps matter.",
        [lambda z, T=1.0: soft(np.where(z == np.max(z), z / T, z))],
    ),
    Mistake(
        "only_first",
        "Only one position was scaled. Divide every logit by T.",
        [
            lambda z, T=1.0: soft(np.where(np.arange(len(z)) == 0, z / T, z)),
            lambda z, T=1.0: soft(np.where(np.arange(len(z)) == len(z) - 1, z / T, z)),
        ],
    ),
    Mistake(
        "all_but_top",
        "The top logit was left as it was. Divide all of them, the largest too.",
        [lambda z, T=1.0: soft(np.where(z == np.max(z), z, z / T))],
    ),
    Mistake(
        "only_positive",
        "Only logits of one sign were scaled. Divide them all: that rule belongs to the "
        "repetition penalty.",
        [
            lambda z, T=1.0: soft(np.where(z > 0, z / T, z)),
            lambda z, T=1.0: soft(np.where(z > 0, z / T, z * T)),
        ],
    ),
    Mistake(
        "softmax_twice",
        "You divided probabilities by T and ran softmax on them. Probabilities are not logits: "
        "divide the logits, and run softmax once.",
        [
            lambda z, T=1.0: soft(soft(z) / T),
            lambda z, T=1.0: soft(soft(z) * T),
            lambda z, T=1.0: soft(soft(z / T) / T),
        ],
    ),
    Mistake(
        "T_twice",
        "T counts twice: this is softmax(logits / T**2). Divide once.",
        [lambda z, T=1.0: soft(z / T**2), lambda z, T=1.0: share(soft(z / T) ** (1 / T))],
    ),
    Mistake(
        "root_of_T",
        "You divided by the square root of T (as attention does with its dimension). Divide by T.",
        [lambda z, T=1.0: soft(z / np.sqrt(T))],
    ),
    Mistake(
        "T_transformed",
        "You put T through another function (log, exp, 1 + T, 1 - T) first. Divide by T itself.",
        [
            lambda z, T=1.0: soft(z / np.exp(T)),
            lambda z, T=1.0: soft(z / np.exp(T - 1)),
            lambda z, T=1.0: soft(z / np.log(T)),
            lambda z, T=1.0: soft(z / np.log1p(T)),
            lambda z, T=1.0: soft(z / (1 + T)),
            lambda z, T=1.0: soft(z / (1 - T)),
            lambda z, T=1.0: soft(z * (2 - T)),
        ],
    ),
    Mistake(
        "logits_to_power",
        "You raised the logits to a power. Divide them by T, then take exp.",
        [lambda z, T=1.0: soft(z ** (1 / T)), lambda z, T=1.0: soft(z**T)],
    ),
    Mistake(
        "blended_with_uniform",
        "You mixed the distribution with the uniform one. Temperature changes the ratios instead: "
        "divide the logits.",
        [
            lambda z, T=1.0: (soft(z) + T / len(z)) / (1 + T),
            lambda z, T=1.0: (1 - T) * soft(z) + T / len(z),
            lambda z, T=1.0: soft(z) / T + (1 - 1 / T) / len(z),
        ],
    ),
    Mistake(
        "T_clamped",
        "T was clamped to a smaller range than asked for. Use the T that is given.",
        [
            *(lambda z, T=1.0, c=c: soft(z / max(T, c)) for c in (1, 0.7, 0.5, 0.2, 0.1)),
            *(lambda z, T=1.0, c=c: soft(z / min(T, c)) for c in (1, 1.5, 2, 5, 10)),
            lambda z, T=1.0: soft(z / np.clip(T, 0.1, 2)),
        ],
    ),
    Mistake(
        "scaled_logits",
        "You returned logits / T. That is the first step: now take softmax.",
        [lambda z, T=1.0: np.asarray(z) / T, lambda z, T=1.0: np.asarray(z) * T],
    ),
    Mistake(
        "T_not_on_maximum",
        "The maximum was subtracted and only then, outside the exponent, did T come in. "
        "Scale first: exp((z - max) / T).",
        [
            lambda z, T=1.0: np.exp(z - np.max(z)) / T,
            lambda z, T=1.0: np.exp(z - np.max(z)) ** (1 / T) / np.exp(z - np.max(z)).sum(),
        ],
    ),
    Mistake(
        "default_not_1",
        "Without a temperature the answer must be plain softmax: the default is T = 1.0.",
        [lambda z, T=d: soft(z / T) for d in (0.5, 0.7, 0.8, 0.1, 2.0)]
        + [lambda z, T: soft(z / T)],
    ),
]
