"""
What the exercises of lesson 1 share: two rows, and known mistakes with softmax and temperature.

A form takes ``(z, T)``. Mistakes that no probe can tell apart stand together as forms of one.
"""

import math

import numpy as np

from ..kit import TEN, known, one_hot, share, soft

THREE = TEN[:3]
FOUR = np.array([2.0, 1.0, 0.5, 0.1])


def overflowing(z, T=1.0):
    weights = [math.exp(x / T) for x in z]
    return [w / sum(weights) for w in weights]


# --- Mistakes with softmax itself. Each form takes (z, T) and is right about T.

SOFTMAX = known(
    "overflow: exp of a large number is infinite, and inf/inf is nan (so is 0/0). "
    "Subtract the maximum first; it cancels in the ratio.",
    lambda z, T=1.0: share(np.exp(z / T)),
    overflowing,
    "clipped: Clipping changes the gaps. Subtract the maximum instead: nothing overflows.",
    *(
        lambda z, T=1.0, c=c, low=low: share(np.exp(np.clip(z / T, low * c, c)))
        for c in (20, 30, 50, 80, 88, 100, 500, 700, 709)
        for low in (-1, -np.inf)
    ),
    "base2: Base 2 instead of e: that is softmax at temperature T/ln 2 = 1.44 T.",
    lambda z, T=1.0: share(2.0 ** (z / T)),
    "base10: Base 10 instead of e: that is softmax at temperature T/ln 10 = 0.43 T.",
    lambda z, T=1.0: share(10.0 ** (z / T)),
    "not_normalised: You stopped after the exponentials: divide them by their sum.",
    lambda z, T=1.0: np.exp(z / T),
    lambda z, T=1.0: np.exp((z - np.max(z)) / T),
    "max_normalised: You divided by the largest value, so the top token got 1. Divide by the sum.",
    lambda z, T=1.0: np.exp(z / T) / np.exp(z / T).max(),
    "divided_by_length: You divided by the number of tokens. Divide by the exponentials' sum.",
    lambda z, T=1.0: np.exp(z / T) / np.size(z),
    "no_exponential: You divided the logits by their sum. Take exp first: a logit can be "
    "negative, a probability cannot.",
    lambda z, T=1.0: share(z / T),
    "shifted_to_zero: You shifted the logits until none was negative and divided by the "
    "sum. Take exp instead: only then do equal gaps give equal ratios.",
    lambda z, T=1.0: share(z / T - np.min(z / T)),
    "absolute_values: You dropped the minus signs: a logit of -1 is less than one of 0, not more.",
    lambda z, T=1.0: soft(np.abs(z) / T),
    "sign_flipped: The least likely token came first: exp(z), not exp(-z).",
    lambda z, T=1.0: soft(-np.asarray(z) / T),
    "sigmoid: Sigmoid looks at one logit at a time. Softmax compares: exponentials over their sum.",
    lambda z, T=1.0: 1 / (1 + np.exp(-z / T)),
    lambda z, T=1.0: share(1 / (1 + np.exp(-z / T))),
    "exp_twice: You took exp before softmax, which takes it again. Give softmax the logits.",
    lambda z, T=1.0: soft(np.exp(z / T)),
    "cumulative: These are running sums of the probabilities. Return the probabilities themselves.",
    lambda z, T=1.0: np.cumsum(soft(z / T), axis=-1),
    "greedy_not_probs: You returned the winner. A distribution has a probability for every token.",
    lambda z, T=1.0: np.argmax(z),
    lambda z, T=1.0: one_hot(z, np.argmax(z)),
    "uniform: Every token got the same probability: the logits were not used.",
    lambda z, T=1.0: np.full(np.shape(z), 1 / np.shape(z)[-1]),
    "integer_logits: The logits were cut to whole numbers: int(1.8) is 1. Keep them as floats.",
    lambda z, T=1.0: soft(np.trunc(z) / T),
    lambda z, T=1.0: soft(np.floor(z) / T),
    lambda z, T=1.0: soft(np.round(z) / T),
)

# --- Mistakes with T. At T = 1 most of them are right.

TEMPERATURE = known(
    "multiply: You multiplied the logits by T. Temperature divides: T = 0.5 must double "
    "every gap, yours halves it.",
    lambda z, T=1.0: soft(z * T),
    "power_T: You raised the probabilities to the power T. The power is 1/T: T = 0.5 squares them.",
    lambda z, T=1.0: share(soft(z) ** T),
    "power_not_normalised: Powers of probabilities no longer add up to 1: divide by their sum.",
    lambda z, T=1.0: soft(z) ** (1 / T),
    lambda z, T=1.0: soft(z) ** T,
    "T_cancels: You divided the probabilities (or exponentials) by T; the T cancels when "
    "you renormalise. T belongs inside the exponent.",
    lambda z, T=1.0: share(soft(z) / T),
    "T_shifts: You added or subtracted T. Softmax ignores a constant added to all logits, "
    "so T changed nothing: divide by it.",
    lambda z, T=1.0: soft(z - T),
    lambda z, T=1.0: soft(z + T),
    "T_shifts_probs: You added T to probabilities, or subtracted it, and renormalised. T "
    "divides the logits, before exp.",
    lambda z, T=1.0: share(soft(z) + T),
    lambda z, T=1.0: share(np.maximum(soft(z) - T, 0)),
    "T_ignored: Your result is the same at every T: T was not used, or it cancelled. "
    "Divide the logits by T, then take softmax.",
    lambda z, T=1.0: soft(z),
    lambda z, T=1.0: share(np.exp(z - np.max(z) / T)),
    "scale_probs_no_norm: These add up to 1/T, not 1. T belongs inside the exponent.",
    lambda z, T=1.0: soft(z) / T,
    lambda z, T=1.0: soft(z / T) / T,
    "norm_at_1: Numerator at T, denominator at 1: the sum is not 1. Use the scaled logits in both.",
    lambda z, T=1.0: np.exp(z / T) / np.exp(z).sum(axis=-1, keepdims=True),
    "norm_at_T_only: Numerator at 1, denominator at T: the sum is not 1. Scale the logits in both.",
    lambda z, T=1.0: np.exp(z) / np.exp(z / T).sum(axis=-1, keepdims=True),
    "floor_div: // is floor division: 3.6 became 3. Use /.",
    lambda z, T=1.0: soft(z // T),
    "integer_T: T was cut to a whole number, so 0.5 became 0 and 1.7 became 1. Keep it as it is.",
    lambda z, T=1.0: soft(z / int(T)),
    lambda z, T=1.0: soft(z / max(1, int(T))),
    "only_top: Only the top logit was scaled. Divide all of them; only gaps matter.",
    lambda z, T=1.0: soft(np.where(z == np.max(z), z / T, z)),
    "only_first: Only one position was scaled. Divide every logit by T.",
    lambda z, T=1.0: soft(np.where(np.arange(len(z)) == 0, z / T, z)),
    lambda z, T=1.0: soft(np.where(np.arange(len(z)) == len(z) - 1, z / T, z)),
    "all_but_top: The top logit was left as it was. Divide all of them, the largest too.",
    lambda z, T=1.0: soft(np.where(z == np.max(z), z, z / T)),
    "only_positive: Only logits of one sign were scaled, as a repetition penalty does. Divide all.",
    lambda z, T=1.0: soft(np.where(z > 0, z / T, z)),
    lambda z, T=1.0: soft(np.where(z > 0, z / T, z * T)),
    "softmax_twice: You divided probabilities by T and ran softmax on them. Probabilities "
    "are not logits: divide the logits, and run softmax once.",
    lambda z, T=1.0: soft(soft(z) / T),
    lambda z, T=1.0: soft(soft(z) * T),
    lambda z, T=1.0: soft(soft(z / T) / T),
    "T_twice: T counts twice: this is softmax(logits / T**2). Divide once.",
    lambda z, T=1.0: soft(z / T**2),
    "root_of_T: You divided by the square root of T (as attention does). Divide by T.",
    lambda z, T=1.0: soft(z / np.sqrt(T)),
    "T_transformed: You put T through another function (log, exp, 1 + T, 1 - T) first. "
    "Divide by T itself.",
    *(lambda z, T=1.0, f=f: soft(z / f(T)) for f in (np.exp, np.log, np.log1p)),
    *(lambda z, T=1.0, f=f: soft(z / f(T)) for f in (lambda T: 1 - T, lambda T: 1 + T)),
    lambda z, T=1.0: soft(z / np.exp(T - 1)),
    "T_clamped: T was clamped to a smaller range than asked for. Use the T that is given.",
    *(lambda z, T=1.0, c=c: soft(z / max(T, c)) for c in (1, 0.7, 0.5, 0.2, 0.1)),
    *(lambda z, T=1.0, c=c: soft(z / min(T, c)) for c in (1, 1.5, 2, 5, 10)),
)
