"""Exercise 5.4: between which bounds the entropy lies, from the logprobs that an API shows."""

import numpy as np

from ..kit import TEN, FunctionExercise, log_softmax, share
from ._entropies import bits, plogp


def low(p, rest, vocab):
    """Bits when what is not shown is as lumped as it can be: none above the last shown."""
    full = int(rest / p[-1] + 1e-9)
    return bits(np.concatenate([p, np.full(full, p[-1]), [max(rest - full * p[-1], 0.0)]]))


def high(p, rest, vocab):
    """Bits when what is not shown is spread evenly."""
    return bits(np.concatenate([p, np.full(vocab - len(p), rest / (vocab - len(p)))]))


def both(lowest=low, highest=high, of=lambda z: np.exp(z)):
    """A form of (logprobs, vocab) out of a bound each and what becomes of the logprobs."""

    def bounds(z, vocab):
        p = of(z)
        rest = max(1.0 - p.sum(), 0.0)
        return [lowest(p, rest, vocab), highest(p, rest, vocab)]

    return bounds


entropy_bounds = both()


def probes(rng):
    def shown(logits, k):
        return np.sort(log_softmax(logits))[::-1][:k]

    flat, some = rng.normal(0, 1, 500), rng.normal(0, 3, 60)
    plain = [(np.log([0.5, 0.2, 0.1]), 10), (np.log([0.4, 0.2]), 100), (shown(TEN, 4), 10)]
    drawn = [(shown(flat, 20), 500), (shown(some, 5), 60), (np.log([0.3]), 49_152)]
    full = [(np.log([0.5, 0.25, 0.25]), 50), (np.log([0.4, 0.3, 0.2]), 4)]
    return [*plain, *drawn, *full]


def shown_only(p, rest, vocab):
    return bits(p)


def one_token(p, rest, vocab):
    return bits(np.append(p, rest))


EXERCISE = FunctionExercise(
    unit="bits",
    reference=entropy_bounds,
    probes=probes,
    atol=1e-6,
    note="What an API does not show may hold most of the entropy.",
    right={"a tuple": lambda z, vocab: tuple(entropy_bounds(z, vocab))},
).known(
    "renormalised: You made what is shown add up to 1. The rest is there, only not shown.",
    lambda z, vocab: [bits(share(np.exp(z)))] * 2,
    both(lowest=lambda p, rest, vocab: bits(share(p))),
    both(highest=lambda p, rest, vocab: bits(share(p))),
    "rest_forgotten: The tokens that are not shown add to the entropy too.",
    *(both(shown_only, f) for f in (shown_only, high)),
    both(highest=shown_only),
    "one_token: All the rest in one token? None can be likelier than the last one shown.",
    both(lowest=one_token),
    both(one_token, one_token),
    "remainder_forgotten: Full tokens as likely as the last shown, and one with what is left.",
    both(lambda p, rest, vocab: bits(np.append(p, np.full(int(rest / p[-1] + 1e-9), p[-1])))),
    "fraction_of_a_token: rest / last is no whole number. Count whole tokens, then one more.",
    both(lambda p, rest, vocab: bits(p) - rest * np.log2(p[-1])),
    "vocabulary: Spread the rest over the tokens that are NOT shown: vocab minus their number.",
    both(highest=lambda p, rest, vocab: bits(np.append(p, np.full(vocab, rest / vocab)))),
    "maximum_not_bound: log2(vocab) holds for every model. What is shown says more.",
    both(highest=lambda p, rest, vocab: np.log2(vocab)),
    "swapped: The lower bound comes first.",
    lambda z, vocab: entropy_bounds(z, vocab)[::-1],
    "base_2_logprobs: Logprobs are natural logarithms: e to their power, not 2 or 10.",
    *(both(of=lambda z, b=b: b**z) for b in (2.0, 10.0)),
    "logs_not_probabilities: These are logarithms. Take np.exp of them first.",
    lambda z, vocab: [-plogp(np.abs(z)).sum()] * 2,
)
