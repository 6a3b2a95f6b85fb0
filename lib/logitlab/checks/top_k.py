"""
Exercises of lesson 3: top-k.

A mistake in *which* tokens are kept is a mask, a function of ``(z, k)``. It stands here once, and
each exercise turns it into an answer of its own kind: logits, probabilities, rows.
"""

from dataclasses import replace

import numpy as np

from logitlab.checks._engine import (
    Convention,
    FunctionExercise,
    Mistake,
    Part,
    ValueExercise,
    shape,
)
from logitlab.checks._plain import NotPlain
from logitlab.checks.mistakes import share, soft
from logitlab.checks.temperature import TEN
from logitlab.distributions import softmax
from logitlab.processors import temperature, top_k, top_p

FIVE = np.array([2.2, 1.8, 1.4, 0.9, -0.3])
TIED = np.array([1.0, 2.0, 2.0, 2.0, 3.0])


class TopK(FunctionExercise):
    """
    A function of ``(logits, k)``, and of T where there is one.

    Which of several tokens at the k-th value an index-based answer keeps depends on the sort that
    it calls, and on the machine. Answers are compared as if the first of them had been kept. An
    error is compared by its type.
    """

    def _seen(self, outcome, args):
        if outcome.kind == "error":
            return replace(outcome, error="")
        z, k = args[:2]
        if outcome.kind != "value" or shape(outcome.value) != z.shape or k < 1:
            return outcome
        value = np.array(outcome.value)
        rows, logits = value.reshape(-1, value.shape[-1]), z.reshape(-1, z.shape[-1])
        for row, logit in zip(rows, logits, strict=True):
            tied = logit == _kth(logit, k)
            row[tied] = -np.sort(-row[tied])
        return replace(outcome, value=value)


def _kth(z, k):
    """The k-th largest; of fewer than k, the smallest."""
    return np.sort(z)[-min(k, len(z))]


def _cut(z, keep):
    return np.where(keep, z, -np.inf)


def _at(z, ids):
    """True at the ids."""
    return np.isin(np.arange(len(z)), ids)


def _exactly(z, k):
    """True for k tokens: of those at the k-th value, the first."""
    return _at(z, np.argsort(-z, kind="stable")[:k])


def _clamped(form):
    """The same for somebody who thought of k above the vocabulary."""
    return lambda z, k: form(z, min(k, len(z)))


def _both(*forms):
    return [*forms, *map(_clamped, forms)]


def _descending(z):
    return np.sort(z)[::-1]


KEPT_ALL = "Every token that ties with the k-th is kept, as in transformers: more than k may stay."
KEPT_K = (
    "At a tie you keep exactly k, as llama.cpp does; transformers keeps every token that ties "
    "with the k-th."
)

# --- Which tokens are kept.

MASKS = {
    "K01_lowest_k": (
        "argsort and sort are ascending: the first k are the k WORST tokens. "
        "Take the last k, or sort -z.",
        _both(lambda z, k: _at(z, np.argsort(z)[:k]), lambda z, k: z <= np.sort(z)[k - 1]),
    ),
    "K05_strict_threshold": (
        "Strictly greater than the k-th value keeps k - 1 tokens. The k-th itself stays: use >=.",
        _both(lambda z, k: z > np.sort(z)[-k]),
    ),
    "K08_k_too_big": (
        "k larger than the vocabulary must mean 'keep all': use min(k, number of tokens).",
        [lambda z, k: z >= np.sort(z)[-k], lambda z, k: z >= np.partition(z, -k)[-k]],
    ),
    "one_too_many": (
        "You keep k + 1 tokens. Counting from 0, the k-th largest has index k - 1; "
        "from the end it is [-k].",
        [
            lambda z, k: _exactly(z, k + 1),
            lambda z, k: z >= _kth(z, k + 1),
            lambda z, k: z >= _descending(z)[k],
            lambda z, k: z >= np.sort(z)[-k - 1],
        ],
    ),
    "one_too_few": (
        "You keep k - 1 tokens. A slice [:k] holds k of them, and [-k:] too.",
        [
            lambda z, k: _exactly(z, k - 1),
            lambda z, k: _at(z, np.argsort(z, kind="stable")[-k + 1 :]),
        ],
    ),
    "ties_dropped": (
        "Larger than the (k+1)-th drops every token that ties there, so fewer than k can stay. "
        "Compare with the k-th: >=.",
        [
            lambda z, k: z > np.sort(z)[-k - 1] if k < len(z) else z > -np.inf,
            lambda z, k: z > (np.sort(z)[-k - 1] if k < len(z) else -np.inf),
        ],
    ),
    "distinct_values": (
        "You counted distinct values. Equal logits are still separate tokens: sort all of them.",
        [
            lambda z, k: z >= np.unique(z)[-min(k, len(np.unique(z)))],
            lambda z, k: z >= np.unique(z)[-k],
        ],
    ),
    "argsort_is_not_rank": (
        "argsort lists ids by rank; it does not give each id its rank. "
        "Use its first k entries as ids, or compare logits with the k-th.",
        [lambda z, k: np.argsort(-z, kind="stable") < k],
    ),
    "removes_k": (
        "You remove k tokens and keep the others. Keep k.",
        [
            lambda z, k: _at(z, np.argsort(z, kind="stable")[k:]),
            lambda z, k: z > np.sort(z)[min(k, len(z)) - 1],
            lambda z, k: _at(z, np.argsort(-z, kind="stable")[:-k]),
        ],
    ),
    "inverted": (
        "Kept and removed are exchanged: the k largest stay, the others go.",
        _both(lambda z, k: z < np.sort(z)[-k], lambda z, k: ~_exactly(z, k)),
    ),
    "first_k_positions": (
        "You keep the first (or last) k positions. Logits come in the order of the vocabulary: "
        "sort first.",
        [
            lambda z, k: np.arange(len(z)) < k,
            lambda z, k: np.arange(len(z)) >= len(z) - k,
            lambda z, k: z >= z[min(k, len(z)) - 1],
            lambda z, k: z >= z[k - 1],
        ],
    ),
    "absolute_values": (
        "You compared sizes without the sign: -3 is the smallest logit here, not a large one.",
        _both(lambda z, k: np.abs(z) >= np.sort(np.abs(z))[-k]),
    ),
    "k_as_threshold": (
        "You compared the logits with k itself. k is how many tokens stay: "
        "compare with the k-th largest logit.",
        [lambda z, k: z >= k, lambda z, k: z > k, lambda z, k: z <= k],
    ),
    "share_of_largest": (
        "You compared with a share of the largest (or 1/k). That keeps a number of tokens that "
        "depends on the distribution; top-k keeps k.",
        [
            lambda z, k: soft(z) >= 1 / k,
            lambda z, k: soft(z) > 1 / k,
            lambda z, k: z >= z.max() / k,
            lambda z, k: soft(z) >= soft(z).max() / k,
        ],
    ),
    "above_the_mean": (
        "You kept what is above the mean. k was not used: compare with the k-th largest logit.",
        [lambda z, k: z >= np.mean(z), lambda z, k: soft(z) >= 1 / len(z)],
    ),
    "only_the_kth": (
        "You kept the k-th largest alone. It is the lowest of those that stay.",
        _both(
            lambda z, k: z == np.sort(z)[-k],
            lambda z, k: _at(z, np.argsort(-z, kind="stable")[k - 1]),
        ),
    ),
    "always_greedy": (
        "Only the largest logit is left, whatever k is. That is k = 1.",
        [lambda z, k: z == np.max(z), lambda z, k: _at(z, np.argmax(z))],
    ),
    "nothing_removed": (
        "Nothing was removed: k was not used.",
        [lambda z, k: z == z],
    ),
    "k_ignored": (
        "The number of tokens that stay is always the same. Use the k that is given.",
        [lambda z, k, c=c: z >= _kth(z, c) for c in (2, 3, 4, 5)],
    ),
    "clamped_too_low": (
        "k was clamped to less than was asked for. Only the size of the vocabulary limits it.",
        [
            lambda z, k: z >= _kth(z, max(1, min(k, len(z) - 1))),
            lambda z, k: z >= np.sort(z)[-min(k, len(z) - 1)],
            *(lambda z, k, c=c: z >= _kth(z, min(k, c)) for c in (10, 15, 20)),
        ],
    ),
    "too_big_is_one": (
        "A k above the vocabulary kept one token, or none. It keeps all: use min(k, len(logits)).",
        [
            lambda z, k: z >= _kth(z, k) if k <= len(z) else z == np.max(z),
            lambda z, k: z >= _kth(z, k) if k <= len(z) else z > np.inf,
        ],
    ),
}

FLOORS = (-1.0, -10.0, -50.0, -100.0, -1e3, -1e4, -1e5, -1e6, -1e8, -1e9, -1e10, -1e12, -1e30)


def _filled(value):
    return lambda z, k: np.where(z >= _kth(z, k), z, value)


# --- What is written where a token was removed, or instead of the logits.

LOGITS = [
    Mistake(
        "K02_zero_logits",
        "A logit of 0 is not 'probability 0': e^0 = 1, and it even promotes a negative logit. "
        "Removed tokens must be -inf.",
        [
            _filled(0.0),
            lambda z, k: z * (z >= _kth(z, k)),
            lambda z, k: np.where(_exactly(z, k), z, 0.0),
        ],
    ),
    Mistake(
        "finite_floor",
        "A removed logit is -inf. Any number, however low, is a logit that others may lie below.",
        [
            *map(_filled, (*FLOORS, np.finfo(np.float32).min, np.finfo(np.float64).min)),
            lambda z, k: np.where(z >= _kth(z, k), z, z.min()),
            lambda z, k: np.where(z >= _kth(z, k), z, z.min() - 1),
            lambda z, k: np.where(z >= _kth(z, k), z, _kth(z, k)),
        ],
    ),
    Mistake(
        "plus_infinity",
        "inf is the largest logit there is. A removed token gets minus infinity, -np.inf.",
        [_filled(np.inf)],
    ),
    Mistake(
        "nan_not_inf",
        "nan spreads: softmax of a row that holds one is nan everywhere. Use -np.inf.",
        [_filled(np.nan)],
    ),
    Mistake(
        "sorted_output",
        "The right logits in another order: position i belongs to token i. Do not sort the result.",
        [
            lambda z, k: _descending(_cut(z, z >= _kth(z, k))),
            lambda z, k: np.sort(_cut(z, z >= _kth(z, k))),
        ],
    ),
    Mistake(
        "only_the_kept",
        "You returned the k kept logits. Return one for every token, -inf for the others: "
        "the position is the token's id.",
        [
            lambda z, k: _descending(z)[:k],
            lambda z, k: np.sort(z)[-k:],
            lambda z, k: z[z >= _kth(z, k)],
        ],
    ),
    Mistake(
        "indices_not_logits",
        "You returned the ids of the kept tokens. Return their logits, with -inf for the others.",
        [
            lambda z, k: np.argsort(-z, kind="stable")[:k],
            lambda z, k: np.argsort(z, kind="stable")[-k:],
            lambda z, k: np.sort(np.argsort(-z, kind="stable")[:k]),
            lambda z, k: np.flatnonzero(z >= _kth(z, k)),
        ],
    ),
    Mistake(
        "mask_not_logits",
        "That is the mask of what is kept. Put it to use: np.where(mask, logits, -np.inf).",
        [
            lambda z, k: (z >= _kth(z, k)) * 1.0,
            lambda z, k: _exactly(z, k) * 1.0,
            lambda z, k: np.where(z >= _kth(z, k), 0.0, -np.inf),
        ],
    ),
    Mistake(
        "probabilities_not_logits",
        "These are probabilities. A processor takes logits and returns logits.",
        [
            lambda z, k: soft(_cut(z, z >= _kth(z, k))),
            lambda z, k: soft(z) * (z >= _kth(z, k)),
            lambda z, k: _cut(soft(z), z >= _kth(z, k)),
            lambda z, k: soft(_cut(z, _exactly(z, k))),
        ],
    ),
    Mistake(
        "log_probabilities",
        "You normalised the kept logits. They stay as they were: softmax comes later.",
        [
            lambda z, k: np.log(soft(_cut(z, z >= _kth(z, k)))),
            lambda z, k: _cut(np.log(soft(z)), z >= _kth(z, k)),
            lambda z, k: _cut(z - np.max(z), z >= _kth(z, k)),
        ],
    ),
    Mistake(
        "threshold_returned",
        "That is the k-th largest logit. Now keep what reaches it.",
        [_kth],
    ),
]


def _masked(forms, turn):
    return [lambda z, k, form=form: turn(z, form(z, k)) for form in forms]


def _from_masks(turn, without=()):
    """Every mistake of MASKS, as an answer of one kind."""
    return [
        Mistake(name, why, _masked(forms, turn))
        for name, (why, forms) in MASKS.items()
        if name not in without
    ]


def _probes(rng):
    z = rng.permutation(rng.normal(0, 2, 12))
    return [
        (FIVE, 2),
        (rng.permutation(TEN), 3),
        (z, 4),
        (z, int(rng.integers(5, 9))),
        (-3.0 - rng.random(6), 2),
        (np.array([0.4, -3.0, 1.1, 0.2, -2.5]), 2),
        (rng.permutation(TEN), 1),
        (np.array([0.3, 2.0, -1.0, 2.0, 0.1]), 2),
        (TIED, 3),
        (np.array([0.5, 0.5, 0.5, 0.5]), 2),
        (np.array([1.4, 2.2, 1.8]), 3),
        (np.array([1.4, 2.2, 1.8]), 50),
        (np.array([3.5]), 1),
        (np.array([1.0, -np.inf, 2.0, -np.inf, 0.0]), 2),
        (np.array([40.0, -60.0, 38.5, 39.0]), 2),
        (rng.permutation(rng.normal(0, 2, 40)), int(rng.integers(24, 30))),
    ]


def _library(logits, k):
    return top_k(logits, k)


RIGHT = {
    "partition": lambda z, k: _cut(z, z >= np.partition(z, -min(k, len(z)))[-min(k, len(z))]),
    "a copy, written to": lambda z, k: _written(z.copy(), k),
    "float32": lambda z, k: _cut(z, z >= _kth(z, k)).astype(np.float32),
    "plain Python": lambda z, k: [
        x if x >= sorted(z, reverse=True)[: k][-1] else -float("inf") for x in z
    ],
    "counting the larger ones": lambda z, k: _cut(z, (z > z[:, None]).sum(axis=1) < k),
    "repeated maximum": lambda z, k: _cut(z, z >= _repeated_maximum(z, k)),
    "adding -inf": lambda z, k: z + np.where(z >= _kth(z, k), 0.0, -np.inf),
}  # fmt: skip


def _written(z, k):
    z[z < _kth(z, k)] = -np.inf
    return z


def _repeated_maximum(z, k):
    left = list(z)
    for _ in range(min(k, len(left)) - 1):
        left.remove(max(left))
    return max(left)


EXACTLY_K = {
    "argsort": lambda z, k: _cut(z, _at(z, np.argsort(z)[-k:])),
    "argsort of -z": lambda z, k: _cut(z, _at(z, np.argsort(-z)[:k])),
    "argpartition": lambda z, k: z if k >= len(z) else _cut(z, _at(z, np.argpartition(z, -k)[-k:])),
    "sorted ids": lambda z, k: _cut(z, _at(z, sorted(range(len(z)), key=lambda i: -z[i])[:k])),
    "last of equals": lambda z, k: _cut(z, _at(z, np.argsort(z, kind="stable")[-k:])),
}


# --- 3.3 the threshold


def _threshold_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    return [
        (FIVE, 2),
        (rng.permutation(TEN), 4),
        (z, int(rng.integers(5, 8))),
        (z, 1),
        (-3.0 - rng.random(6), 2),
        (np.array([0.4, -3.0, 1.1, 0.2, -2.5]), 2),
        (TIED, 3),
        (np.array([1.4, 2.2, 1.8]), 3),
        (np.array([1.4, 2.2, 1.8]), 50),
        (np.array([3.5]), 1),
        (rng.permutation(rng.normal(0, 2, 40)), int(rng.integers(24, 30))),
    ]


THRESHOLD = [
    Mistake(
        "K01_lowest_k",
        "sort is ascending, so this is the k-th SMALLEST. The largest stand at the end: [-k].",
        _both(lambda z, k: np.sort(z)[k - 1], lambda z, k: np.partition(z, k - 1)[k - 1]),
    ),
    Mistake(
        "K08_k_too_big",
        "k larger than the vocabulary must mean 'keep all': use min(k, len(logits)), "
        "and the threshold is the smallest logit.",
        [
            lambda z, k: np.sort(z)[-k],
            lambda z, k: np.partition(z, -k)[-k],
            lambda z, k: _descending(z)[k - 1],
            lambda z, k: sorted(z)[-k],
            lambda z, k: np.sort(z)[-k] if k <= len(z) else np.max(z),
        ],
    ),
    Mistake(
        "one_too_many",
        "That is the (k+1)-th largest. Counting from 0, the k-th has index k - 1; "
        "from the end it is [-k].",
        [
            lambda z, k: _kth(z, k + 1),
            lambda z, k: _descending(z)[k],
            lambda z, k: np.sort(z)[-k - 1],
        ],
    ),
    Mistake(
        "one_too_few",
        "That is the (k-1)-th largest, and for k = 1 the smallest. From the end it is [-k].",
        _both(lambda z, k: np.sort(z)[-k + 1], lambda z, k: np.sort(z)[1 - k]),
    ),
    Mistake(
        "index_not_value",
        "You returned a token's id. Return its logit: sort, not argsort.",
        _both(
            lambda z, k: np.argsort(z)[-k],
            lambda z, k: np.argsort(-z)[k - 1],
            lambda z, k: np.argsort(z)[k - 1],
        ),
    ),
    Mistake(
        "distinct_values",
        "You counted distinct values. Equal logits are still separate tokens: sort all of them.",
        [
            lambda z, k: np.unique(z)[-k],
            lambda z, k: np.unique(z)[-min(k, len(np.unique(z)))],
        ],
    ),
    Mistake(
        "first_k_positions",
        "You took position k as it comes. Logits are in the order of the vocabulary: sort first.",
        _both(lambda z, k: z[k - 1], lambda z, k: z[-k]),
    ),
    Mistake(
        "list_not_value",
        "You returned the k largest. Return one number, the lowest of them.",
        [
            lambda z, k: np.sort(z)[-k:],
            lambda z, k: _descending(z)[:k],
        ],
    ),
    Mistake(
        "absolute_values",
        "You compared sizes without the sign: -3 is the smallest logit here, not a large one.",
        _both(lambda z, k: np.sort(np.abs(z))[-k]),
    ),
    Mistake(
        "always_greedy",
        "That is the largest logit, whatever k is.",
        [lambda z, k: np.max(z)],
    ),
    Mistake(
        "always_smallest",
        "That is the smallest logit, whatever k is.",
        [lambda z, k: np.min(z)],
    ),
    Mistake(
        "probability_not_logit",
        "You returned a probability. The threshold is a logit.",
        [lambda z, k: np.sort(soft(z))[-min(k, len(z))]],
    ),
    Mistake(
        "sum_or_mean",
        "You added up or averaged the k largest. The threshold is the lowest of them.",
        [
            lambda z, k: np.sort(z)[-k:].sum(),
            lambda z, k: np.sort(z)[-k:].mean(),
        ],
    ),
]  # fmt: skip


# --- 3.5 a k below 1


def _refuse(z, k):
    raise ValueError(f"k must be 1 or more, got {k}")


def _raising(kind):
    def refuse(z, k):
        raise kind(k)

    return refuse


def _below(answer):
    """Right for k of 1 and more, and `answer` below."""
    return lambda z, k: _library(z, k) if k >= 1 else answer(z, k)


def _off(z, k):
    return z.copy()


def _below_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 6))
    return [
        (FIVE, 2),
        (z, 3),
        (z, 1),
        (np.array([1.4, 2.2, 1.8]), 50),
        (np.array([1.4, 2.2, 1.8]), 0),
        (z, 0),
        (z, -1),
        (z, -2),
        (FIVE, -3),
        (z, -6),
        (z, -9),
    ]


BELOW = [
    Mistake(
        "K09_k0_slice",
        "x[-0:] is the whole array, so k = 0 'works' by accident, and a negative k removes "
        "something else. State the rule: test for k < 1 first.",
        [
            lambda z, k: _cut(z, _at(z, np.argsort(z, kind="stable")[-k:])),
            lambda z, k: _cut(z, z >= np.sort(z)[-min(k, len(z))]),
            lambda z, k: _cut(z, z >= np.partition(z, -min(k, len(z)))[-min(k, len(z))]),
            lambda z, k: _cut(z, _at(z, np.argsort(-z, kind="stable")[:k])),
            lambda z, k: z.copy() if k == 0 else _cut(z, z >= np.sort(z)[-min(k, len(z))]),
            lambda z, k: z.copy() if k == 0 else _cut(z, _at(z, np.argsort(z, kind="stable")[-k:])),
            lambda z, k: z.copy() if k == 0 else _cut(z, _at(z, np.argsort(-z, kind="stable")[:k])),
            lambda z, k: _refuse(z, k) if k == 0 else _cut(z, z >= np.sort(z)[-min(k, len(z))]),
            lambda z, k: (
                _refuse(z, k) if k == 0 else _cut(z, _at(z, np.argsort(z, kind="stable")[-k:]))
            ),
        ],
    ),
    Mistake(
        "one_refused",
        "k = 1 is a good k, greedy decoding. Only what is below 1 is refused or switched off.",
        [
            lambda z, k: _refuse(z, k) if k <= 1 else _library(z, k),
            lambda z, k: z.copy() if k <= 1 else _library(z, k),
            lambda z, k: _below(_refuse)(z, k) if k != 1 else z.copy(),
        ],
    ),
    Mistake(
        "other_error",
        "A k below 1 ends in another error. A ValueError says that an argument has a bad value.",
        [_below(_raising(e)) for e in (AssertionError, TypeError, Exception, IndexError, KeyError)],
    ),
    Mistake(
        "clamped_to_one",
        "k below 1 became greedy decoding, without a word. Refuse it, or keep everything.",
        [
            _below(lambda z, k: _library(z, 1)),
            lambda z, k: _cut(z, z == np.max(z)) if k < 1 else _library(z, k),
        ],
    ),
    Mistake(
        "everything_removed",
        "No token is left, and softmax of that is 0/0. Refuse k below 1, or keep everything.",
        [_below(lambda z, k: np.full(len(z), -np.inf))],
    ),
    Mistake(
        "absolute_k",
        "You dropped the minus sign of k. -3 is not a way to write 3: refuse it, or keep all.",
        [
            lambda z, k: _library(z, abs(k)) if k else z.copy(),
            lambda z, k: _library(z, abs(k)) if k else _refuse(z, k),
            lambda z, k: _library(z, max(1, abs(k))),
        ],
    ),
    Mistake(
        "none_returned",
        "For k below 1 you gave something that is no row of logits. Raise ValueError, "
        "or return the logits as they are.",
        [
            _below(lambda z, k: np.zeros(len(z))),
            _below(lambda z, k: []),
            _below(lambda z, k: np.nan),
            _below(lambda z, k: 0),
            _below(lambda z, k: -1),
            _below(lambda z, k: False),
            _below(lambda z, k: "k must be 1 or more"),
        ],
    ),
    Mistake(
        "K08_k_too_big",
        "k larger than the vocabulary must mean 'keep all': use min(k, number of tokens).",
        [
            lambda z, k: _refuse(z, k) if k < 1 else _cut(z, z >= np.sort(z)[-k]),
            lambda z, k: z.copy() if k < 1 else _cut(z, z >= np.sort(z)[-k]),
            lambda z, k: _refuse(z, k) if not 1 <= k <= len(z) else _library(z, k),
        ],
    ),
]


# --- 3.6 probabilities


def _reference_probs(logits, k, T=1.0):
    return softmax(top_k(temperature(logits, T), k))


def _cooled(form):
    """The same for a T; it makes no difference whether T comes before the cut or after."""
    return lambda z, k, T=1.0: form(z / T, k)


def _p_kept(z, k):
    return soft(z) * (z >= _kth(z, k))


def _ref_at(change):
    """A right answer to changed arguments."""
    return lambda z, k, T=1.0: _reference_probs(*change(z, k, T))


PROBS = [
    Mistake(
        "K02_zero_logits",
        "A logit of 0 is not 'probability 0': e^0 = 1. Removed tokens must be -inf before softmax, "
        "or 0 after it.",
        [
            lambda z, k: soft(z * (z >= _kth(z, k))),
            lambda z, k: soft(np.where(_exactly(z, k), z, 0.0)),
            lambda z, k: soft(np.where(_at(z, np.arange(min(k, len(z)))), z, 0.0)),
        ],
    ),
    Mistake(
        "not_renormalised",
        "What is left adds up to less than 1: divide it by its sum.",
        [_p_kept, lambda z, k: soft(z) * _exactly(z, k)],
    ),
    Mistake(
        "divided_by_k",
        "You divided by k, or shared the removed mass out equally. Divide what is left by its sum: "
        "the odds between kept tokens must not change.",
        [
            lambda z, k: _p_kept(z, k) / min(k, len(z)),
            lambda z, k: _p_kept(z, k) / (_p_kept(z, k) > 0).sum(),
            lambda z, k: (
                _p_kept(z, k) + (_p_kept(z, k) > 0) * (1 - _p_kept(z, k).sum()) / min(k, len(z))
            ),
        ],
    ),
    Mistake(
        "mass_to_the_top",
        "The removed mass went to one token. All that stay grow by the same factor.",
        [
            lambda z, k: _p_kept(z, k) + _at(z, np.argmax(z)) * (1 - _p_kept(z, k).sum()),
        ],
    ),
    Mistake(
        "softmax_twice",
        "You ran softmax on probabilities. Mask the logits and run it once, "
        "or divide the kept probabilities by their sum.",
        [
            lambda z, k: soft(_cut(soft(z), z >= _kth(z, k))),
            lambda z, k: soft(_p_kept(z, k)),
            lambda z, k: soft(_reference_probs(z, k)),
        ],
    ),
    Mistake(
        "uniform",
        "The kept tokens all got the same. They keep their odds: softmax of the kept logits.",
        [
            lambda z, k: share((z >= _kth(z, k)) * 1.0),
            lambda z, k: _exactly(z, k) / min(k, len(z)),
            lambda z, k: _exactly(z, k) / k,
        ],
    ),
    Mistake(
        "no_exponential",
        "You divided logits by their sum. Take exp first: a logit can be negative.",
        [lambda z, k: share(np.where(z >= _kth(z, k), z, 0.0))],
    ),
    Mistake(
        "T08_overflow",
        "exp of a large number is infinite, and inf/inf is nan. Subtract the maximum first.",
        [
            lambda z, k: share(np.exp(_cut(z, z >= _kth(z, k)))),
            lambda z, k: share(np.exp(z) * (z >= _kth(z, k))),
            lambda z, k: share(np.where(z >= _kth(z, k), np.exp(z), 0.0)),
        ],
    ),
    Mistake(
        "logits_not_probs",
        "These are logits. Finish with softmax.",
        [_library, lambda z, k: _cut(z, _exactly(z, k))],
    ),
    Mistake(
        "only_the_kept",
        "You returned the kept tokens alone. Return a probability for every token, 0 for the "
        "removed: the position is the token's id.",
        [
            lambda z, k: soft(_descending(z)[:k]),
            lambda z, k: soft(np.sort(z)[-k:]),
            lambda z, k: soft(z[z >= _kth(z, k)]),
        ],
    ),
    Mistake(
        "sorted_output",
        "The right numbers in another order: probability i belongs to token i. Do not sort.",
        [
            lambda z, k: _descending(_reference_probs(z, k)),
            lambda z, k: np.sort(_reference_probs(z, k)),
        ],
    ),
    Mistake(
        "percent",
        "These are percentages; a probability is between 0 and 1.",
        [lambda z, k: 100 * _reference_probs(z, k)],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, k, d=d: np.round(_reference_probs(z, k), d) for d in (4, 3, 2)],
    ),
]


WITH_T = [
    Mistake(
        "T_ignored",
        "Your result is the same at every T: T was not used, or it cancelled. "
        "Divide the logits by T, before the cut or after it.",
        [_ref_at(lambda z, k, T: (z, k)), lambda z, k, T=1.0: share(_reference_probs(z, k) / T)],
    ),
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T. Temperature divides: T = 0.5 must double every gap.",
        [_ref_at(lambda z, k, T: (z * T, k))],
    ),
    Mistake(
        "T_twice",
        "T counts twice: it was used before the cut and after it. Once is enough.",
        [_ref_at(lambda z, k, T: (z / T**2, k))],
    ),
    Mistake(
        "T03_scale_probs_no_norm",
        "These add up to 1/T, not 1. T belongs inside the exponent.",
        [lambda z, k, T=1.0: _reference_probs(z, k) / T],
    ),
    Mistake(
        "k_scaled_by_T",
        "T divides logits, not k. k = 3 is three tokens at every temperature.",
        [
            _ref_at(lambda z, k, T: (z / T, max(1, int(k * T)))),
            _ref_at(lambda z, k, T: (z / T, max(1, int(k / T)))),
            _ref_at(lambda z, k, T: (z, max(1, int(k * T)))),
        ],
    ),
    Mistake(
        "K10_k1_random",
        "With k = 1 only one token is left: probability 1 at any temperature.",
        [lambda z, k, T=1.0: soft(z / T) if k == 1 else _reference_probs(z, k, T)],
    ),
    Mistake(
        "default_not_1",
        "Without a temperature nothing is divided: the default is T = 1.0.",
        [
            *(lambda z, k, T=d: _reference_probs(z, k, T) for d in (0.5, 0.7, 0.8, 2.0)),
            lambda z, k, T: _reference_probs(z, k, T),
        ],
    ),
]


def _probs_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    return [
        *_probes(rng),
        (FIVE, 2, 0.5),
        (rng.permutation(TEN), 3, 2.0),
        (z, 4, float(rng.uniform(1.3, 3.0))),
        (z, 5, float(rng.uniform(0.3, 0.8))),
        (rng.permutation(TEN), 1, 5.0),
        (np.array([1.4, 2.2, 1.8]), 50, 0.4),
        (TIED, 3, 1.5),
        (np.array([1000.0, 998.0, 999.0]), 2),
        (np.array([-990.0, -991.0]), 1),
    ]


# --- 3.7 rows


def _rows(form):
    return lambda z, k: np.apply_along_axis(form, -1, z, k)


def _threshold(z, k, axis, keepdims=True):
    """The k-th largest along an axis."""
    return np.take(np.sort(z, axis=axis), -min(k, z.shape[axis]), axis=axis).reshape(
        [n for i, n in enumerate(z.shape) if keepdims or i != axis % z.ndim]
        if not keepdims
        else [1 if i == axis % z.ndim else n for i, n in enumerate(z.shape)]
    )


def _scattered(z, k):
    """Fancy indexing along the wrong axis."""
    out = np.full(z.shape, -np.inf)
    ids = np.argsort(-z, axis=-1, kind="stable")[..., :k]
    out[ids] = z[ids]
    return out


ROWS = [
    Mistake(
        "one_threshold_for_all",
        "One threshold for the whole batch: a row of low logits lost everything. Each row has its "
        "own k-th largest: sort along axis=-1.",
        [
            lambda z, k: _cut(z, z >= _kth(np.ravel(z), k)),
            lambda z, k: _cut(z, z >= _kth(np.ravel(z), k * (z.size // z.shape[-1]))),
            lambda z, k: _cut(z, _exactly(np.ravel(z), k).reshape(z.shape)),
            lambda z, k: _cut(z, z >= np.sort(z, axis=None)[-k]),
        ],
    ),
    Mistake(
        "first_row_for_all",
        "The threshold (or the ids) of one row was used for all. Each row has its own.",
        [
            lambda z, k: _cut(z, z >= _kth(z.reshape(-1, z.shape[-1])[0], k)),
            lambda z, k: _cut(z, z >= _kth(z.reshape(-1, z.shape[-1])[-1], k)),
            lambda z, k: _cut(z, _exactly(z.reshape(-1, z.shape[-1])[0], k)),
            lambda z, k: _cut(z, z >= _threshold(z, k, -1).max()),
            lambda z, k: _cut(z, z >= _threshold(z, k, -1).min()),
        ],
    ),
    Mistake(
        "axis_0",
        "You cut down the columns. The vocabulary is the last axis: axis=-1, not 0.",
        [
            lambda z, k: _cut(z, z >= _threshold(z, k, 0)),
            lambda z, k: _cut(z, z >= np.sort(z, axis=0)[-k]),
            lambda z, k: _cut(z, z >= np.sort(z, axis=0)[-min(k, len(z))]),
        ],
    ),
    Mistake(
        "axis_1",
        "axis=1 is the last axis only of a matrix. Use axis=-1: it also serves one row or a stack.",
        [
            lambda z, k: _cut(z, z >= np.sort(z, axis=1)[:, -min(k, z.shape[1])][:, None]),
            lambda z, k: _cut(z, z >= np.sort(z, axis=1)[:, [-min(k, z.shape[1])]]),
        ],
    ),
    Mistake(
        "k_clamped_to_rows",
        "len(logits) of a batch is the number of rows. The vocabulary's size is logits.shape[-1].",
        [lambda z, k: _cut(z, z >= np.sort(z, axis=-1)[..., -min(k, len(z)), None])],
    ),
    Mistake(
        "keepdims_missing",
        "Without keepdims=True (or [..., None]) the thresholds line up with the columns. "
        "A square batch then gives wrong numbers without an error.",
        [
            lambda z, k: _cut(z, z >= np.sort(z, axis=-1)[..., -min(k, z.shape[-1])]),
            lambda z, k: _cut(z, z >= np.sort(z, axis=-1)[..., -k]),
        ],
    ),
    Mistake(
        "ids_index_rows",
        "logits[ids] picks whole rows by these ids. Use np.take_along_axis and "
        "np.put_along_axis with axis=-1, or compare with a threshold.",
        [_scattered],
    ),
    Mistake(
        "K08_k_too_big",
        "k larger than the vocabulary must mean 'keep all': use min(k, logits.shape[-1]).",
        [
            lambda z, k: _cut(z, z >= np.sort(z, axis=-1)[..., -k, None]),
            lambda z, k: _cut(z, z >= np.partition(z, -k, axis=-1)[..., -k, None]),
        ],
    ),
    Mistake(
        "flattened",
        "The batch came back as one long row: keep its shape.",
        [
            lambda z, k: np.ravel(_library(z, k)),
            lambda z, k: _library(np.ravel(z), k),
        ],
    ),
    Mistake(
        "one_row_only",
        "Only one row came back. Return one for each.",
        [lambda z, k: _library(z[0], k), lambda z, k: _library(z[-1], k)],
    ),
    Mistake(
        "transposed",
        "Rows and columns are exchanged: keep the shape of the batch.",
        [lambda z, k: _library(z, k).T, lambda z, k: _library(z.T, k)],
    ),
]


def _rows_probes(rng):
    return [
        (np.array([[2.0, 1.0, 0.5], [-4.0, -3.0, -5.0], [0.1, 0.3, 0.2]]), 2),
        (np.stack([rng.permutation(TEN), rng.permutation(TEN) / 4 - 2]), 3),
        (rng.normal(0, 2, (4, 6)), 4),
        (rng.normal(0, 2, (5, 5)), 3),
        (rng.normal(0, 2, (2, 5)), 4),
        (rng.normal(0, 2, (3, 4)), 1),
        (rng.normal(0, 2, (1, 5)), 2),
        (rng.permutation(TEN), 4),
        (rng.normal(0, 2, (2, 3, 7)), 2),
        (np.array([[0.3, 2.0, -1.0, 2.0], [2.0, 2.0, 2.0, 3.0]]), 2),
        (np.array([[1.4, 2.2, 1.8], [0.2, 0.1, 0.3]]), 50),
        (np.array([[1.4, 2.2, 1.8], [0.2, 0.1, 0.3]]), 3),
        (rng.normal(0, 2, (2, 40)), int(rng.integers(24, 30))),
    ]


# --- 3.8 the k for a mass


def _k_for_mass(logits, mass):
    return 1 + int((np.cumsum(_descending(softmax(logits))) < mass).sum())


def _mass_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 20))
    return [
        (TEN, 0.5),
        (rng.permutation(TEN), 0.9),
        (z, float(rng.uniform(0.55, 0.75))),
        (z, 0.99),
        (rng.permutation(rng.normal(0, 6, 30)), 0.9),
        (np.array([5.0, -2.0, 0.0, 1.0]), 0.9),
        (rng.permutation(rng.normal(0, 0.2, 40)), 0.9),
        (TEN, 0.01),
        (np.array([0.3, 0.1]), 0.999),
        (np.array([1000.0, 999.0, 998.0]), 0.8),
        (np.array([3.5]), 0.7),
        (np.zeros(2), 0.5),
    ]


def _count(keep):
    """How many terms of the sorted cumulative sum satisfy `keep`."""
    return lambda z, m: int(keep(np.cumsum(_descending(soft(z))), m).sum())


MASS = [
    Mistake(
        "crossing_token_dropped",
        "One too few: with your k the mass is still below the target. "
        "The token that crosses it is needed too.",
        [
            _count(lambda c, m: c < m),
            _count(lambda c, m: c <= m),
            lambda z, m: max(1, _k_for_mass(z, m) - 1),
            lambda z, m: int(np.argmax(np.cumsum(_descending(soft(z))) >= m)),
        ],
    ),
    Mistake(
        "one_too_many",
        "One too many: a smaller k reaches the mass already.",
        [
            lambda z, m: _k_for_mass(z, m) + 1,
            lambda z, m: min(_k_for_mass(z, m) + 1, len(z)),
        ],
    ),
    Mistake(
        "exact_tie",
        "A sum that hits the mass exactly has reached it: go on while it is smaller, with <.",
        [
            lambda z, m: 1 + int((np.cumsum(_descending(soft(z))) <= m).sum()),
            lambda z, m: int(np.argmax(np.cumsum(_descending(soft(z))) > m)) + 1,
        ],
    ),
    Mistake(
        "not_sorted",
        "You added up in the order of the vocabulary. Top-k keeps the likeliest: sort first.",
        [
            lambda z, m: 1 + int((np.cumsum(soft(z)) < m).sum()),
            lambda z, m: int(np.searchsorted(np.cumsum(soft(z)), m)) + 1,
        ],
    ),
    Mistake(
        "K01_lowest_k",
        "You added up from the least likely. sort is ascending: turn it round with [::-1].",
        [lambda z, m: 1 + int((np.cumsum(np.sort(soft(z))) < m).sum())],
    ),
    Mistake(
        "no_running_sum",
        "You compared single probabilities with the mass. Compare their running sum.",
        [
            lambda z, m: int((soft(z) >= m).sum()),
            lambda z, m: max(1, int((soft(z) >= m).sum())),
            lambda z, m: int((soft(z) < m).sum()),
            lambda z, m: int((soft(z) >= 1 - m).sum()),
            lambda z, m: 1 + int((_descending(soft(z)) < m).sum()),
        ],
    ),
    Mistake(
        "other_side",
        "That is for a mass of 1 - mass: what is to be kept was taken for what is removed.",
        [
            lambda z, m: _k_for_mass(z, 1 - m),
            lambda z, m: max(1, len(z) - _k_for_mass(z, m)),
            lambda z, m: len(z) - _k_for_mass(z, m),
        ],
    ),
    Mistake(
        "share_of_tokens",
        "You took that share of the tokens. The mass is a share of the probability.",
        [
            lambda z, m: round(m * len(z)),
            lambda z, m: int(m * len(z)),
            lambda z, m: int(np.ceil(m * len(z))),
        ],
    ),
    Mistake(
        "share_of_largest",
        "You compared with a share of the largest probability. Add up from the likeliest.",
        [
            lambda z, m: int((soft(z) >= m * soft(z).max()).sum()),
            lambda z, m: int((soft(z) >= (1 - m) * soft(z).max()).sum()),
        ],
    ),
    Mistake(
        "logits_added",
        "You added up logits. A mass is made of probabilities: softmax first.",
        [
            lambda z, m: 1 + int((np.cumsum(_descending(z)) < m).sum()),
            lambda z, m: 1 + int((np.cumsum(_descending(share(z))) < m).sum()),
            lambda z, m: 1 + int((np.cumsum(_descending(np.exp(z))) < m).sum()),
        ],
    ),
    Mistake(
        "mass_not_k",
        "You returned a mass, or the sums. Return how many tokens.",
        [
            lambda z, m: np.cumsum(_descending(soft(z)))[_k_for_mass(z, m) - 1],
            lambda z, m: np.cumsum(_descending(soft(z))),
            lambda z, m: m,
        ],
    ),
    Mistake(
        "ids_not_k",
        "You returned tokens. Return how many there are.",
        [
            lambda z, m: np.argsort(-z, kind="stable")[: _k_for_mass(z, m)],
            lambda z, m: np.argsort(-z, kind="stable")[_k_for_mass(z, m) - 1],
            lambda z, m: _descending(soft(z))[: _k_for_mass(z, m)],
        ],
    ),
    Mistake(
        "T08_overflow",
        "exp of a large number is infinite, and inf/inf is nan. Subtract the maximum first.",
        [
            lambda z, m: 1 + int((np.cumsum(_descending(share(np.exp(z)))) < m).sum()),
            lambda z, m: int(np.argmax(np.cumsum(_descending(share(np.exp(z)))) >= m)) + 1,
            lambda z, m: int(np.searchsorted(np.cumsum(_descending(share(np.exp(z)))), m)) + 1,
        ],
    ),
    Mistake(
        "always_all",
        "That is the whole vocabulary. The mass is reached before.",
        [lambda z, m: len(z)],
    ),
]


# --- 3.10 where each is the stricter one

NAMES = ("top-k", "top-p")


def _verdict(logits, stricter):
    if logits.ndim != 1 or logits.size < 20:
        raise NotPlain("not a row of at least 20 logits")
    if not np.isfinite(logits).all() or np.abs(logits).max() > 1e6:
        raise NotPlain("not a row of finite logits")
    nucleus = np.isfinite(top_p(temperature(logits, 0.5), 0.95)).sum()
    if nucleus == 10:
        return "both keep ten"
    return f"{NAMES[int(nucleus < 10)]} is stricter"


def _peaked(n=20):
    return np.linspace(0, -38, n)


def _flat(n=100):
    return np.linspace(0.01, 0, n)


def _rows_for(k_strict, p_strict):
    return lambda stricter: k_strict if stricter == "top-k" else p_strict


_TEN_OF_20 = np.array([0.0] * 9 + [-0.01] + [-20.0] * 10)

WHERE = [
    Mistake(
        "swapped",
        "You have them the wrong way round. A flat distribution needs many tokens for 95 %, so "
        "there ten is less; a peaked one needs few.",
        [_rows_for(_peaked(), _flat())],
    ),
    Mistake(
        "both_flat",
        "In both of your rows top-p keeps more than ten. For the second, make the first logit much "
        "larger than the others. (Did you return probabilities? Read as logits they are nearly "
        "equal.)",
        [lambda stricter: _flat(), _rows_for(_flat(), soft(_peaked()))],
    ),
    Mistake(
        "both_peaked",
        "In both of your rows top-p keeps fewer than ten. For the first, give a hundred tokens "
        "nearly the same logit.",
        [lambda stricter: _peaked(), _rows_for(np.linspace(2, -3, 20), _peaked())],
    ),
    Mistake(
        "too_few_tokens",
        "With fewer than 20 tokens the comparison says little. Return a row of 20 or more.",
        [
            lambda stricter: np.linspace(0, -3, 5),
            _rows_for(np.linspace(0, -0.1, 15), np.linspace(0, -20, 15)),
        ],
    ),
    Mistake(
        "a_draw",
        "In one of your rows both keep ten. Push it further.",
        [
            lambda stricter: _TEN_OF_20,
            _rows_for(_TEN_OF_20, _peaked()),
            _rows_for(_flat(), _TEN_OF_20),
        ],
    ),
]


# --- 3.11 a vocabulary cut to 50

ZIPF = -np.log(np.arange(1.0, 50_258.0))
_WHOLE, _CUT = float(softmax(ZIPF / 2)[0]), float(softmax(ZIPF[:50] / 2)[0])

# --- 3.1 and 3.2

_TWO = np.exp(TEN[:2])
PEAKED = np.array([0.82, 0.10, 0.04, 0.025, 0.01, 0.005])
FLAT = np.array([0.14, 0.12, 0.11, 0.10, 0.09, 0.09, 0.08, 0.08, 0.07, 0.07, 0.05])
_MASSES = np.array([PEAKED[:5].sum(), FLAT[:5].sum()])

EXERCISES = [
    ValueExercise(
        id="3.1",
        title="top-k by hand",
        points=2,
        minutes=6,
        parts=[
            Part("exponentials", _TWO, 0.011),
            Part("total", _TWO.sum(), 0.011),
            Part("probabilities", softmax(TEN[:2]), 0.002),
            Part("mass before the cut", softmax(TEN)[:2].sum(), 0.002),
        ],
        mistakes=[
            Mistake(
                "K01_lowest_k",
                "These are the two smallest logits. Top-k keeps the largest.",
                [np.exp(TEN[-2:]), np.exp(TEN[:-3:-1])],
            ),
            Mistake(
                "logits_not_exponentials",
                "These are the logits: take exp of each.",
                [TEN[:2]],
            ),
            Mistake(
                "K05_strict_threshold",
                "One token is missing: the k-th is kept too.",
                [_TWO[:1], [_TWO[0], 0.0]],
            ),
            Mistake(
                "one_too_many",
                "That is one token too many: k = 2 keeps two.",
                [np.exp(TEN[:3])],
            ),
            Mistake(
                "K02_zero_logits",
                "You added e^0 = 1 for removed tokens. A removed token adds nothing.",
                [_TWO.sum() + 8],
                part=1,
            ),
            Mistake(
                "nothing_removed",
                "That is the total of all ten. Add up the two that stay.",
                [np.exp(TEN).sum()],
                part=1,
            ),
            Mistake(
                "total_of_logits",
                "You added the logits. Add the exponentials.",
                [TEN[:2].sum()],
                part=1,
            ),
            Mistake(
                "not_renormalised",
                "These are the probabilities before the cut. Divide by the total of the two that "
                "stay.",
                [softmax(TEN)[:2]],
                part=2,
            ),
            Mistake(
                "divided_by_k",
                "You divided the probabilities by k. Divide the exponentials by their total.",
                [softmax(TEN)[:2] / 2],
                part=2,
            ),
            Mistake(
                "uniform",
                "The two keep their odds of 1.49 to 1; they do not share equally.",
                [[0.5, 0.5]],
                part=2,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [100 * softmax(TEN[:2])],
                part=2,
                rule=lambda p: bool(np.abs(p - 100 * softmax(TEN[:2])).max() < 0.2),
            ),
            Mistake(
                "mass_after",
                "After the cut the mass is 1, always. Before it, the two held less.",
                [1.0],
                part=3,
            ),
            Mistake(
                "mass_removed",
                "That is the mass that was removed. The kept mass is the rest.",
                [softmax(TEN)[2:].sum()],
                part=3,
            ),
            Mistake(
                "share_of_tokens",
                "Two of ten tokens are 20 % of the vocabulary, but not of the probability.",
                [0.2],
                part=3,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100 * softmax(TEN)[:2].sum()],
                part=3,
                rule=lambda p: 57 <= float(p) <= 58.5,
            ),
        ],
    ),
    ValueExercise(
        id="3.2",
        title="three predictions",
        points=2,
        minutes=6,
        parts=[
            Part("P(approve) with k = 1 at T = 5", 1.0),
            Part("tokens left by k = 3 at T = 5", 3, 0.0),
            Part("mass kept by k = 5, peaked and flat", _MASSES, 0.0011),
        ],
        mistakes=[
            Mistake(
                "K10_k1_random",
                "With k = 1 only one token is left: probability 1 at any temperature.",
                [softmax(TEN / 5)[0], softmax(TEN)[0]],
                rule=lambda p: 0 < float(p) < 0.99,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100.0],
            ),
            Mistake(
                "K13_T_can_rescue",
                "A token cut by top-k is gone: temperature cannot bring it back, because it never "
                "changes the ranking.",
                [10],
                rule=lambda n: 3 < float(n) <= 10 and float(n) != 7,
                part=1,
            ),
            Mistake(
                "tokens_removed",
                "That is how many are removed. Three are left.",
                [7],
                part=1,
            ),
            Mistake(
                "k_scaled_by_T",
                "T divides logits, not k. k = 3 is three tokens at every temperature.",
                [1, 0.6, 2],
                rule=lambda n: float(n) < 3,
                part=1,
            ),
            Mistake(
                "K11_mass_fixed",
                "The COUNT is fixed, the kept mass is not: 99.5 % when sure, 56 % when unsure.",
                [("same", "same"), [0.995, 0.995], [0.56, 0.56], [0.5, 0.5], [1.0, 1.0]],
                rule=lambda m: m[0] == m[1],
                part=2,
            ),
            Mistake(
                "K01_lowest_k",
                "You added up the five smallest. Top-k keeps the largest.",
                [[PEAKED[-5:].sum(), FLAT[-5:].sum()]],
                part=2,
            ),
            Mistake(
                "mass_removed",
                "That is the mass that is removed. The kept mass is the rest.",
                [1 - _MASSES],
                part=2,
            ),
            Mistake(
                "one_too_few",
                "You added up four. k = 5 keeps five.",
                [[PEAKED[:4].sum(), FLAT[:4].sum()]],
                part=2,
            ),
            Mistake(
                "one_too_many",
                "You added up six. k = 5 keeps five.",
                [[PEAKED[:6].sum(), FLAT[:6].sum()]],
                part=2,
            ),
            Mistake(
                "rounded",
                "Right, but rounded: three decimals tell 0.995 from 1.",
                [[0.99, 0.56], [1.0, 0.56]],
                part=2,
            ),
            Mistake(
                "share_of_tokens",
                "That is the share of the tokens. Add up their probabilities.",
                [[5 / 6, 5 / 11]],
                part=2,
            ),
            Mistake(
                "swapped",
                "You have them the wrong way round: peaked first, then flat.",
                [_MASSES[::-1]],
                part=2,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [100 * _MASSES],
                part=2,
                rule=lambda m: float(np.min(m)) > 1,
            ),
        ],
    ),
    TopK(
        id="3.3",
        title="kth_largest",
        points=2,
        minutes=6,
        reference=_kth,
        probes=_threshold_probes,
        variants={
            "partition": lambda z, k: np.partition(z, -min(k, len(z)))[-min(k, len(z))],
            "sorted in Python": lambda z, k: sorted(z, reverse=True)[:k][-1],
            "lowest of the k largest": lambda z, k: np.sort(z)[-k:].min(),
            "removing maxima": _repeated_maximum,
        },
        mistakes=THRESHOLD,
    ),
    TopK(
        id="3.4",
        title="top_k",
        points=4,
        minutes=12,
        reference=_library,
        note=KEPT_ALL,
        probes=_probes,
        conventions=[Convention(KEPT_K, lambda z, k: _cut(z, _exactly(z, k)))],
        variants=RIGHT | EXACTLY_K,
        mistakes=[*LOGITS, *_from_masks(_cut)],
    ),
    TopK(
        id="3.5",
        title="top_k_any",
        points=2,
        minutes=6,
        reference=_below(_refuse),
        note="You refuse a k below 1, as this course's library does.",
        probes=_below_probes,
        conventions=[
            Convention(
                "A k below 1 switches your top-k off, as in llama.cpp. Say so in the docstring.",
                _below(_off),
            ),
            Convention(
                "0 switches your top-k off, and a negative k is refused.",
                _below(lambda z, k: z.copy() if k == 0 else _refuse(z, k)),
            ),
            Convention(
                "0 and -1 switch your top-k off, and what is lower is refused, as in vLLM.",
                _below(lambda z, k: z.copy() if k >= -1 else _refuse(z, k)),
            ),
        ],
        mistakes=BELOW,
    ),
    TopK(
        id="3.6",
        title="top_k_probs",
        points=3,
        minutes=10,
        reference=_reference_probs,
        note=KEPT_ALL,
        probes=_probs_probes,
        conventions=[Convention(KEPT_K, _cooled(lambda z, k: soft(_cut(z, _exactly(z, k)))))],
        variants={
            "T after the cut": lambda z, k, T=1.0: softmax(top_k(z, k) / T),
            "power 1/T of probabilities": lambda z, k, T=1.0: share(
                _reference_probs(z, k) ** (1 / T)
            ),
            "kept probabilities over their sum": _cooled(lambda z, k: share(_p_kept(z, k))),
            "float32": _cooled(lambda z, k: soft(_cut(z, z >= _kth(z, k)).astype(np.float32))),
            "plain Python": _cooled(lambda z, k: _plain_probs(z, k)),
            "index-based": _cooled(lambda z, k: soft(EXACTLY_K["argsort"](z, k))),
            "index-based, over the sum": _cooled(lambda z, k: share(soft(z) * _exactly(z, k))),
            "log-sum-exp": _cooled(
                lambda z, k: np.exp(
                    _cut(z, z >= _kth(z, k)) - np.logaddexp.reduce(z[z >= _kth(z, k)])
                )
            ),
        },
        mistakes=[
            *(
                Mistake(m.id, m.why, [_cooled(form) for form in m.forms])
                for m in [*PROBS, *_from_masks(lambda z, keep: soft(_cut(z, keep)))]
            ),
            *WITH_T,
        ],
    ),
    TopK(
        id="3.7",
        title="top_k_rows",
        points=3,
        minutes=10,
        reference=_library,
        note=KEPT_ALL,
        probes=_rows_probes,
        conventions=[
            Convention(KEPT_K, _rows(lambda z, k: _cut(z, _exactly(z, k)))),
        ],
        variants={
            "one row at a time": _rows(RIGHT["partition"]),
            "put_along_axis": lambda z, k: _put(z, k),
            "reshaped to a matrix": lambda z, k: np.array(
                [_library(row, k) for row in z.reshape(-1, z.shape[-1])]
            ).reshape(z.shape),
            "counting the larger ones": lambda z, k: _cut(
                z, (z[..., None, :] > z[..., :, None]).sum(axis=-1) < k
            ),
        },
        mistakes=[
            *ROWS,
            *(
                Mistake(m.id, m.why, [_rows(form) for form in m.forms])
                for m in [*LOGITS, *_from_masks(_cut, without=("K08_k_too_big",))]
                if m.id not in ("only_the_kept", "indices_not_logits", "threshold_returned")
            ),
        ],
    ),
    FunctionExercise(
        id="3.8",
        title="k_for_mass",
        points=3,
        minutes=10,
        reference=_k_for_mass,
        probes=_mass_probes,
        note="This k is the size of the nucleus: top-p is top-k with a new k at every token.",
        variants={
            "searchsorted": lambda z, m: np.searchsorted(np.cumsum(_descending(soft(z))), m) + 1,
            "argmax": lambda z, m: np.argmax(np.cumsum(_descending(soft(z))) >= m) + 1,
            "a loop": lambda z, m: next(
                k for k in range(1, len(z) + 1) if np.sort(soft(z))[-k:].sum() >= m
            ),
            "top-p": lambda z, m: np.isfinite(top_p(z, m)).sum(),
        },
        mistakes=MASS,
    ),
    ValueExercise(
        id="3.9",
        title="two orders",
        points=2,
        minutes=6,
        parts=[
            Part("top-k: kept with T first, with T last", [2, 2], 0.0),
            Part("top-p: kept with T first, with T last", [1, 2], 0.0),
        ],
        note="Top-k looks at the order, which T leaves alone; top-p looks at masses.",
        mistakes=[
            Mistake(
                "k_depends_on_T",
                "k = 2 keeps two tokens, before or after the division: T never changes the order.",
                [[1, 2], [2, 1], [2, 3], [3, 2]],
                rule=lambda n: float(n[0]) != float(n[1]),
            ),
            Mistake(
                "crossing_token_dropped",
                "The token that crosses 0.8 is kept: add up until the sum reaches 0.8.",
                [[0, 1], [1, 1]],
                part=1,
            ),
            Mistake(
                "swapped",
                "You have them the wrong way round: T = 0.5 first makes the leader larger.",
                [[2, 1]],
                part=1,
            ),
            Mistake(
                "order_ignored",
                "At T = 1 the leader has 0.665 and needs help; at T = 0.5 it has 0.867 alone. "
                "The order of the two stages decides which of these top-p sees.",
                [[2, 2]],
                rule=lambda n: n[0] == n[1],
                part=1,
            ),
        ],
    ),
    FunctionExercise(
        id="3.10",
        title="logits_where",
        points=3,
        minutes=10,
        reference=_rows_for(_flat(), _peaked()),
        probes=lambda rng: [("top-k",), ("top-p",)],
        view=_verdict,
        view_name="verdict",
        target=lambda stricter: f"{stricter} is stricter",
        variants={
            "a thousand and a lead": _rows_for(np.zeros(1000), np.eye(1, 50)[0] * 30),
            "random": _rows_for(
                np.random.default_rng(0).normal(0, 0.3, 500),
                np.random.default_rng(1).normal(0, 6, 40),
            ),
        },
        mistakes=WHERE,
    ),
    ValueExercise(
        id="3.11",
        title="a vocabulary cut to 50",
        points=2,
        minutes=6,
        parts=[
            Part("P(top) of the whole vocabulary", _WHOLE, 0.00006),
            Part("times larger after the cut", _CUT / _WHOLE, 0.6),
        ],
        mistakes=[
            Mistake(
                "K12_top50_first",
                "Cutting the vocabulary to 50 before softmax hides the tail: at T = 2 a Zipf tail "
                f"of 50,257 tokens changes P(top) by a factor of about {_CUT / _WHOLE:.0f}.",
                [_CUT, round(_CUT, 4)],
                rule=lambda p: abs(float(p) - _CUT) < 0.001,
            ),
            Mistake(
                "T_ignored",
                "That is P(top) at T = 1. Divide the logits by 2 first.",
                [float(softmax(ZIPF)[0]), float(softmax(ZIPF[:50])[0])],
                rule=lambda p: (
                    min(abs(float(p) - softmax(ZIPF)[0]), abs(float(p) - softmax(ZIPF[:50])[0]))
                    < 0.001
                ),
            ),
            Mistake(
                "T01_multiply",
                "You multiplied by 2. Temperature divides: T = 2 makes the tail heavier.",
                [float(softmax(ZIPF * 2)[0])],
                rule=lambda p: abs(float(p) - softmax(ZIPF * 2)[0]) < 0.005,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100 * _WHOLE],
                rule=lambda p: abs(float(p) - 100 * _WHOLE) < 0.006,
            ),
            Mistake(
                "ratio_inverted",
                "You divided the small by the large. How many times larger did the cut make it?",
                [_WHOLE / _CUT],
                part=1,
                rule=lambda r: float(r) < 1,
            ),
            Mistake(
                "T_ignored",
                "That is the factor at T = 1. At T = 2 the tail weighs more.",
                [float(softmax(ZIPF[:50])[0] / softmax(ZIPF)[0])],
                part=1,
                rule=lambda r: 2 < float(r) < 3,
            ),
            Mistake(
                "share_of_tokens",
                "The cut leaves one token in a thousand, but these hold more than that share.",
                [50_257 / 50],
                part=1,
                rule=lambda r: 900 < float(r) < 1100,
            ),
        ],
    ),
]


def _plain_probs(z, k):
    top = sorted(z, reverse=True)[:k]
    weights = [float(np.exp(x - max(z))) if x >= top[-1] else 0.0 for x in z]
    return [w / sum(weights) for w in weights]


def _put(z, k):
    out = np.full(z.shape, -np.inf)
    ids = np.argsort(z, axis=-1)[..., -k:]
    np.put_along_axis(out, ids, np.take_along_axis(z, ids, axis=-1), axis=-1)
    return out
