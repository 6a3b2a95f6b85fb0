"""Exercise 4.12: DRY, a penalty on what would prolong a sequence that stands in the text."""

import numpy as np

from ..kit import TEN, FunctionExercise
from ._penalties import penalised, seen


def match(h, i):
    """How many tokens before place i are the last ones of the history too."""
    n = 0
    while n < i and h[i - 1 - n] == h[-1 - n]:
        n += 1
    return n


def lengths(h, vocab, best=max):
    """For each token the length of the sequence that it would prolong, of several the best."""
    found = np.zeros(vocab, dtype=int)
    for i, token in enumerate(h):
        found[token] = best(found[token], match(h, i))
    return found


def charged(amount, of=lengths):
    """A form: ``amount(lengths, multiplier, base, allowed)`` taken from the logits."""
    return lambda z, h, multiplier, base=1.75, allowed=2: (
        z - amount(of(h, len(z)), multiplier, base, allowed)
    )


def amount(n, multiplier, base, allowed):
    """What a token pays that would prolong a sequence of n tokens."""
    return np.where(n >= allowed, multiplier * base ** (n - allowed), 0.0)


dry = charged(amount)


def every_place(h, vocab, charge):
    """The charges of all places of a token together."""
    found = np.zeros(vocab)
    for i, token in enumerate(h):
        found[token] += charge(match(h, i))
    return found


def probes(rng):
    z = rng.normal(0, 2, 8)
    a, b, c, d, e = (int(i) for i in rng.permutation(8)[:5])
    plain = [(TEN, [4, 5, 6, 4, 5], 0.8), (z, [a, b, c, d, a, b, c], 0.8)]
    two = [(z, [a, b, c, d, b, c, e, a, b, c], 1.0), (z, [c, b, d, a, c, b, e, b], 0.5, 2.0, 1)]
    far = [(z, [a, b, c, d, b, c, a, b], 0.8), (z, [d, b, c, a, b, c, a, b], 0.8)]
    loop = [(z, [a, b, c] * 3, 0.3), (z, [a, a, a, a], 0.4), (TEN, [0, 9, 0, 9, 0], 0.6, 1.5, 1)]
    longer = [(z, [a, b, c, d, e, a, b, c, d], 0.8, 1.75, 4), (z, [b, c, d, e, b, c, d], 2.0, 3.0)]
    none = [(z, [a, b, c, d], 0.8), (z, [a, b, c, a], 0.8), (z, [], 0.8), (z, [a, b, a, b], 0.0)]
    return [*plain, *two, *far, *loop, *longer, *none]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=dry,
    probes=probes,
    note="llama.cpp and others have it; their sequence breakers are left out here.",
).known(
    "always_charged: Below the allowed length nothing is charged.",
    charged(lambda n, m, b, a: np.where(n > 0, m * b ** (n - a), 0.0)),
    charged(lambda n, m, b, a: m * b ** (n - a)),
    "not_exponential: The charge grows as a power: multiplier * base ** (length - allowed).",
    charged(lambda n, m, b, a: np.where(n >= a, m, 0.0)),
    charged(lambda n, m, b, a: np.where(n >= a, m * b * (n - a), 0.0)),
    charged(lambda n, m, b, a: np.where(n >= a, m * (n - a + 1), 0.0)),
    "length_not_excess: The power is the length MINUS the allowed length.",
    charged(lambda n, m, b, a: np.where(n >= a, m * b**n, 0.0)),
    "one_too_many: Count the tokens before the new one, without it.",
    charged(lambda n, m, b, a: amount(np.where(n > 0, n + 1, 0), m, b, a)),
    "one_too_few: A sequence of exactly the allowed length is charged too.",
    charged(lambda n, m, b, a: np.where(n > a, m * b ** (n - a), 0.0)),
    "added: You added. A penalty takes from the logit.",
    charged(lambda n, m, b, a: -amount(n, m, b, a)),
    "latest_place_only: A token may have several places. The longest match counts.",
    charged(amount, of=lambda h, v: lengths(h, v, lambda old, new: new)),
    charged(amount, of=lambda h, v: lengths(h, v, lambda old, new: old or new)),
    "summed: One charge a token: that of its longest match, not the sum over its places.",
    lambda z, h, m, base=1.75, allowed=2: (
        z - every_place(h, len(z), lambda n: amount(n, m, base, allowed))
    ),
    "theta: You divided or multiplied. DRY subtracts.",
    lambda z, h, m, base=1.75, allowed=2: penalised(z, h, m),
    "all_seen: Only a token that would prolong a repeat is charged, not every token seen.",
    lambda z, h, m, base=1.75, allowed=2: z - m * seen(z, h),
    "nothing_done: The logits came back as they were.",
    lambda z, h, m, base=1.75, allowed=2: z,
)
