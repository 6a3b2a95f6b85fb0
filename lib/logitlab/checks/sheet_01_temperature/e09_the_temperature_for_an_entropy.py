"""Exercise 1.9: the T at which softmax(logits / T) has a given entropy."""

import math

import numpy as np

from logitlab.information import entropy

from ..kit import TEN, FunctionExercise, NotPlain, soft
from ._softmax import FOUR


def bisect(logits, bits, measure=entropy, low=1e-3, high=1e3):
    """Temperature at which `measure(probs)`, growing with T, is `bits`."""
    for _ in range(50):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if measure(soft(logits / middle)) < bits else (low, middle)
    return middle


def probes(rng):
    z = rng.permutation(rng.normal(0, 2, 20))
    plain = [(TEN, 2.0), (TEN, 2.611), (FOUR, 1.3), (TEN + 1000.0, 1.5), (TEN, 0.1), (TEN, 3.3)]
    drawn = [(z, float(rng.uniform(1.0, 2.0))), (z, float(rng.uniform(3.0, 4.0)))]
    wide = [(10 * TEN, 2.5), (100 * TEN, 2.0), (FOUR / 20, 1.0)]
    return [*plain, *drawn, *wide, (np.append(FOUR, -1000.0), 1.3)]  # a probability becomes 0


def entropy_at(T, logits, bits):
    if T.size != 1 or not 0 < T < math.inf:
        raise NotPlain("not a temperature: one number above 0")
    return entropy(soft(logits / T.item()))


def look_at_T(value, logits, bits) -> str:
    off = float(entropy_at(value, logits, bits) - bits)
    return f"At your T the entropy is {abs(off):.3g} bits too {'high' if off > 0 else 'low'}."


def careless(p):
    """Bits; nan where a probability is 0."""
    return -(p * np.log2(p)).sum(axis=-1)


def fine_grid(z, b, measure=entropy, low=1e-3):
    ts = np.geomspace(low, 1 / low, 20_001)
    return ts[np.abs(measure(soft(z / ts[:, None])) - b).argmin()]


ENDS = [(1e-3, high) for high in (1, 2, 3, 4, 5, 10)] + [(low, 1e3) for low in (0.5, 0.3, 0.2, 0.1)]
ENDS += [(low, high) for low in (0.1, 0.2, 0.5) for high in (2, 3, 5, 10)]

EXERCISE = FunctionExercise(
    reference=lambda logits, bits: bisect(logits, bits),
    probes=probes,
    view=entropy_at,
    view_name="entropy",
    target=lambda logits, bits: bits,
    rtol=0.0,
    atol=0.01,
    observe=look_at_T,
    right={"a fine grid": fine_grid, "an array of one": lambda z, b: np.array([bisect(z, b)])},
).known(
    "nats_for_bits: Your entropy is in nats: use log2, or divide by ln 2.",
    lambda z, b: bisect(z, b, lambda p: entropy(p, base=math.e)),
    "log10: Your entropy uses log10: use log2.",
    lambda z, b: bisect(z, b, lambda p: entropy(p, base=10)),
    "perplexity: You matched the perplexity 2**H. The target is the entropy H itself.",
    lambda z, b: bisect(z, b, lambda p: 2 ** entropy(p)),
    "inverted: That is 1/T, which multiplies the logits. Return the number that divides them.",
    lambda z, b: 1 / bisect(z, b),
    "log0: 0 * log(0) is nan, and the search goes astray. Leave zeros out of the sum.",
    lambda z, b: bisect(z, b, careless),
    lambda z, b: bisect(z, b, lambda p: np.nan_to_num(careless(p))),  # compared the other way
    *(lambda z, b, low=low: fine_grid(z, b, careless, low) for low in (1e-3, 1e-2)),
    "wrong_half: That T is far off, as if the search had walked away from the target. Too "
    "little entropy: T must go up. Return T itself.",
    *(lambda z, b, T=T: T for T in (5, 10, 20, 50, 100, 1000, 1e6, 1e-3, 0.01, 0.05, 0.1)),
    "too_coarse: Close, but T has too few digits: go on until the entropy is within 0.01 bits.",
    *(lambda z, b, d=d: max(round(bisect(z, b), d), 10.0**-d) for d in (0, 1, 2)),
    lambda z, b: math.ceil(10 * bisect(z, b)) / 10,
    "range_too_narrow: The target lies outside the range you searched. Begin with a wider one.",
    *(lambda z, b, ends=ends: bisect(z, b, entropy, *ends) for ends in ENDS),
    "linear_in_T: Entropy is not proportional to T: it flattens at log2(V). Search for T.",
    lambda z, b: b / entropy(soft(z)),
    lambda z, b: b / math.log2(len(z)),
    "entropy_not_T: You returned an entropy. Return the temperature that gives it.",
    lambda z, b: b,
    lambda z, b: entropy(soft(z)),
    "top_probability: You matched the top token's surprisal. The target is the entropy.",
    lambda z, b: bisect(z, b, lambda p: -math.log2(max(p))),
)
