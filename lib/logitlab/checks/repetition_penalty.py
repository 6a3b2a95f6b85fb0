"""
Exercises of lesson 4: the repetition penalty and its relatives.

A mistake in what the penalty does to logits is a function of ``(z, history, theta)``. It stands
here once, and the exercises turn it into answers of their own kinds.
"""

from collections import Counter
from dataclasses import replace

import numpy as np

from logitlab.checks._former import Convention, FunctionExercise, Mistake, Part, ValueExercise
from logitlab.checks._plain import NotPlain
from logitlab.checks._shared import TEN
from logitlab.checks.mistakes import share, soft
from logitlab.distributions import log_softmax, softmax
from logitlab.processors import (
    frequency_penalty,
    presence_penalty,
    repetition_penalty,
    temperature,
)

FOUR = np.array([2.2, 1.8, -0.6, 0.9])


class Refusing(FunctionExercise):
    """A function that may refuse: an error is compared by its type."""

    def _seen(self, outcome, args):
        return replace(outcome, error="") if outcome.kind == "error" else outcome


def _seen(z, h):
    return np.isin(np.arange(len(z)), list(h))


def _counts(z, h):
    return np.bincount(np.asarray(h, dtype=int), minlength=len(z))


def _rule(z, t):
    """The sign rule, for every token."""
    return np.where(z < 0, z * t, z / t)


def _at(mask, new, z):
    return np.where(mask, new, z)


def _rep(z, h, t):
    """The library's, without its refusals."""
    return _at(_seen(z, h), _rule(z, t), z)


def _loop(z, ids, change):
    out = z.copy()
    for i in ids:
        out[i] = change(out[i])
    return out


def _last(h, n):
    return h[-n:] if n else []


# --- What is done to the logits.

PENALTIES = [
    Mistake(
        "R01_always_divide",
        "Dividing a NEGATIVE logit moves it up (-0.6 becomes -0.46 at theta = 1.3): a reward. "
        "Multiply when the logit is negative.",
        [lambda z, h, t: _at(_seen(z, h), z / t, z)],
    ),
    Mistake(
        "R02_per_occurrence",
        "A token that occurs three times was penalised three times (theta^3). The penalty applies "
        "once per distinct token; use set(history).",
        [
            lambda z, h, t: _loop(z, h, lambda x: x / t if x > 0 else x * t),
            lambda z, h, t: _rule(z, t ** _counts(z, h)),
        ],
    ),
    Mistake(
        "both_bugs",
        "Two bugs at once: every occurrence counted, and a negative logit was divided, which "
        "moves it up. Once per distinct token; multiply when the logit is negative.",
        [lambda z, h, t: z / t ** _counts(z, h)],
    ),
    Mistake(
        "count_times_theta",
        "You let the penalty grow with the count. It is theta, however often the token occurred.",
        [
            lambda z, h, t: _at(_seen(z, h), _rule(z, np.maximum(t * _counts(z, h), 1e-9)), z),
            lambda z, h, t: _at(_seen(z, h), _rule(z, 1 + (t - 1) * _counts(z, h)), z),
        ],
    ),
    Mistake(
        "R03_all_tokens",
        "Every token was divided: that is a temperature, not a repetition penalty. Change only "
        "the tokens in the history.",
        [lambda z, h, t: z / t, lambda z, h, t: z * t],
    ),
    Mistake(
        "history_ignored",
        "Every token was penalised, seen or not. Change only the tokens in the history.",
        [lambda z, h, t: _rule(z, t)],
    ),
    Mistake(
        "R05_inverted",
        "Signs swapped: seen tokens got MORE likely. theta > 1 must always push a logit down: "
        "divide the positive, multiply the negative.",
        [lambda z, h, t: _at(_seen(z, h), _rule(z, 1 / t), z)],
    ),
    Mistake(
        "always_multiply",
        "Multiplying a positive logit by theta moves it up. Divide when the logit is positive.",
        [lambda z, h, t: _at(_seen(z, h), z * t, z)],
    ),
    Mistake(
        "R06_unseen",
        "You penalised the tokens that have NOT appeared.",
        [
            lambda z, h, t: _at(_seen(z, h), z, _rule(z, t)),
            lambda z, h, t: _at(_seen(z, h), z, z / t),
            lambda z, h, t: _at(_seen(z, h), z, z * t),
            lambda z, h, t: _at(_seen(z, h), z, _rule(z, 1 / t)),
        ],
    ),
    Mistake(
        "R07_probs",
        "Dividing probabilities by theta subtracts ln(theta) from the logit whatever its size; "
        "the penalty acts on logits.",
        [
            lambda z, h, t: _at(_seen(z, h), z - np.log(t), z),
            lambda z, h, t: share(_at(_seen(z, h), soft(z) / t, soft(z))),
            lambda z, h, t: _at(_seen(z, h), soft(z) / t, soft(z)),
            lambda z, h, t: np.log(share(_at(_seen(z, h), soft(z) / t, soft(z)))),
            lambda z, h, t: np.log(_at(_seen(z, h), soft(z) / t, soft(z))),
        ],
    ),
    Mistake(
        "R13_shift_invariant",
        "You moved the logits first (by the maximum, or by log-softmax). Softmax ignores a "
        "constant, this penalty does not: it depends on where zero is.",
        [
            lambda z, h, t: _rep(z - np.max(z), h, t),
            lambda z, h, t: _rep(log_softmax(z), h, t),
            lambda z, h, t: _rep(z - np.min(z), h, t),
            lambda z, h, t: _rep(z - np.mean(z), h, t),
            lambda z, h, t: _rep(z - np.max(z), h, t) + np.max(z),
            lambda z, h, t: _rep(z - np.min(z), h, t) + np.min(z),
            lambda z, h, t: _rep(z - np.mean(z), h, t) + np.mean(z),
        ],
    ),
    Mistake(
        "subtracts_theta",
        "You subtracted. That is the presence or the frequency penalty; this one divides or "
        "multiplies.",
        [
            lambda z, h, t: _at(_seen(z, h), z - t, z),
            lambda z, h, t: _at(_seen(z, h), z - (t - 1), z),
            lambda z, h, t: z - t * _counts(z, h),
            lambda z, h, t: z - (t - 1) * _counts(z, h),
        ],
    ),
    Mistake(
        "subtracts_a_share",
        "You took away a share, theta - 1, of the logit's size. Dividing by 1.3 is not the same "
        "as taking 30 % away.",
        [
            lambda z, h, t: _at(_seen(z, h), z - (t - 1) * np.abs(z), z),
            lambda z, h, t: _at(_seen(z, h), z * (2 - t), z),
        ],
    ),
    Mistake(
        "negatives_untouched",
        "You left negative logits as they were. They are penalised too: multiply them.",
        [lambda z, h, t: _at(_seen(z, h) & (z > 0), z / t, z)],
    ),
    Mistake(
        "positives_untouched",
        "You left positive logits as they were. They are penalised too: divide them.",
        [lambda z, h, t: _at(_seen(z, h) & (z < 0), z * t, z)],
    ),
    Mistake(
        "signs_dropped",
        "You worked with the size of the logit and dropped its sign.",
        [
            lambda z, h, t: _at(_seen(z, h), np.abs(z) / t, z),
            lambda z, h, t: _at(_seen(z, h), -np.abs(z) * t, z),
        ],
    ),
    Mistake(
        "one_sign_for_all",
        "One sign decided for all tokens. Each seen token's own logit decides.",
        [
            lambda z, h, t: _at(_seen(z, h), z / t if np.all(z > 0) else z * t, z),
            lambda z, h, t: _at(_seen(z, h), z / t if np.max(z) > 0 else z * t, z),
            lambda z, h, t: _at(_seen(z, h), z / t if np.sum(z) > 0 else z * t, z),
            lambda z, h, t: _at(_seen(z, h), z * t if np.any(z < 0) else z / t, z),
        ],
    ),
    Mistake(
        "compared_with_the_mean",
        "You multiplied what is below the mean (or below 1). The rule asks whether the logit is "
        "below zero.",
        [
            lambda z, h, t: _at(_seen(z, h), np.where(z < np.mean(z), z * t, z / t), z),
            lambda z, h, t: _at(_seen(z, h), np.where(z < 1, z * t, z / t), z),
        ],
    ),
    Mistake(
        "banned",
        "You removed the seen tokens. A penalty makes them less likely; they can still be drawn.",
        [lambda z, h, t: _at(_seen(z, h), -np.inf, z)],
    ),
    Mistake(
        "set_to_zero",
        "You set the seen logits to 0. Zero is a logit like any other, and raises a negative one.",
        [lambda z, h, t: _at(_seen(z, h), 0.0, z)],
    ),
    Mistake(
        "newest_only",
        "Only the newest (or the oldest) token was penalised. Every distinct token of the history "
        "is.",
        [
            lambda z, h, t: _rep(z, h[-1:], t),
            lambda z, h, t: _rep(z, h[:1], t),
        ],
    ),
    Mistake(
        "newest_left_out",
        "One end of the history was left out. The newest token counts, and the oldest.",
        [
            lambda z, h, t: _rep(z, h[:-1], t),
            lambda z, h, t: _rep(z, h[1:], t),
        ],
    ),
    Mistake(
        "only_repeated",
        "You penalised only what occurs twice or more. Once is enough.",
        [
            lambda z, h, t: _at(_counts(z, h) > 1, _rule(z, t), z),
            lambda z, h, t: _rule(z, t ** np.maximum(_counts(z, h) - 1, 0)),
        ],
    ),
    Mistake(
        "only_once_seen",
        "A token that occurs more than once escaped. Penalise every distinct token.",
        [lambda z, h, t: _at(_counts(z, h) == 1, _rule(z, t), z)],
    ),
    Mistake(
        "positions_not_ids",
        "You changed the first places of the row. The history holds ids: change the logits at "
        "those ids.",
        [
            lambda z, h, t: _rep(z, range(min(len(h), len(z))), t),
            lambda z, h, t: _rep(z, range(min(len(set(h)), len(z))), t),
        ],
    ),
    Mistake(
        "ids_off_by_one",
        "The changed tokens stand beside the seen ones: ids count from 0.",
        [
            lambda z, h, t: _rep(z, [(i + 1) % len(z) for i in h], t),
            lambda z, h, t: _rep(z, [(i - 1) % len(z) for i in h], t),
        ],
    ),
    Mistake(
        "id_0_skipped",
        "Token 0 escaped: its id is 0, which Python takes for False. It is a token like any other.",
        [lambda z, h, t: _rep(z, [i for i in h if i], t)],
    ),
    Mistake(
        "top_only",
        "You penalised the leader. The history says which tokens, not the logits.",
        [lambda z, h, t: _at(z == np.max(z), _rule(z, t), z)],
    ),
    Mistake(
        "twice",
        "theta counts twice. Once is enough.",
        [lambda z, h, t: _rep(z, h, t**2)],
    ),
    Mistake(
        "theta_clamped",
        "theta was changed first. Use it as it is; below 1 it rewards repetition.",
        [
            lambda z, h, t: _rep(z, h, max(t, 1.0)),
            lambda z, h, t: _rep(z, h, np.sqrt(t)),
            lambda z, h, t: _rep(z, h, np.exp(t)),
            lambda z, h, t: _rep(z, h, 1 + t),
            lambda z, h, t: _rep(z, h, min(t, 1.5)),
            lambda z, h, t: _rep(z, h, min(t, 2.0)),
            lambda z, h, t: _rep(z, h, int(t)) if t >= 1 else _rep(z, h, t),
        ],
    ),
    Mistake(
        "rewards_below_one",
        "For theta below 1 the seen tokens still went down. The rule is the same for every theta.",
        [lambda z, h, t: _rep(z, h, t if t >= 1 else 1 / t)],
    ),
    Mistake(
        "nothing_done",
        "Nothing was penalised: the logits came back as they were.",
        [lambda z, h, t: z.copy()],
    ),
]

NOT_LOGITS = [
    Mistake(
        "probabilities_not_logits",
        "These are probabilities. A processor takes logits and returns logits.",
        [lambda z, h, t: soft(_rep(z, h, t))],
    ),
    Mistake(
        "log_probabilities",
        "You normalised the result. The tokens that were not seen keep their logits.",
        [
            lambda z, h, t: log_softmax(_rep(z, h, t)),
            lambda z, h, t: _rep(z, h, t) - np.max(_rep(z, h, t)),
        ],
    ),
    Mistake(
        "only_the_seen",
        "You returned the penalised tokens alone. Return one logit for every token.",
        [
            lambda z, h, t: _rule(z[sorted(set(h))], t),
            lambda z, h, t: _rule(z[list(h)], t),
        ],
    ),
    Mistake(
        "mask_not_logits",
        "That says which tokens were seen. Return the logits.",
        [lambda z, h, t: _seen(z, h) * 1.0],
    ),
    Mistake(
        "winner_not_logits",
        "You returned the winner. Return one logit for every token.",
        [lambda z, h, t: np.argmax(_rep(z, h, t)), lambda z, h, t: np.max(_rep(z, h, t))],
    ),
    Mistake(
        "difference_not_logits",
        "That is what the penalty takes away. Return what is left.",
        [lambda z, h, t: z - _rep(z, h, t), lambda z, h, t: _rep(z, h, t) - z],
    ),
    Mistake(
        "empty_history",
        "An empty history is the first step of every text: return the logits as they are. "
        "(np.unique([]) is a float array, which cannot index.)",
        [
            lambda z, h, t: _indexed(z, np.unique(h), t),
            lambda z, h, t: _indexed(z, np.array(list(set(h))), t),
            lambda z, h, t: [][0] if not len(h) else _rep(z, h, t),
            lambda z, h, t: [] if not len(h) else _rep(z, h, t),
        ],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, h, t, d=d: np.round(_rep(z, h, t), d) for d in (3, 2, 1)],
    ),
]


def _indexed(z, ids, t):
    out = z.copy()
    out[ids] = _rule(z[ids], t)
    return out


def _probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    h = rng.integers(0, 9, 5).tolist()
    return [
        (FOUR, [0, 2], 1.3),
        (FOUR, [0, 0, 0, 2], 1.3),
        (rng.permutation(TEN), [1, 4, 7], 2.0),
        (z, [*h, h[0], h[0]], float(rng.uniform(1.1, 1.9))),
        (TEN, [9, 0, 6, 9], float(rng.uniform(1.2, 1.6))),
        (-3.0 - rng.random(5), [1, 3], 1.5),
        (3.0 + rng.random(5), [4, 2, 2], 1.5),
        (FOUR, [], 1.3),
        (np.array([1.5, -1.5, 0.5, -0.2]), [1, 1, 0, 3], 0.8),
        (np.array([2.0, -2.0, 0.7]), [2, 1, 0], 1.2),
        (np.array([0.4, -0.7, 3.0, 1.0]), [1, 2], 5.0),
        (np.array([1.0, -np.inf, 0.0, 2.0]), [1, 2, 2], 1.3),
        (np.array([30.0, 24.5, -12.0, 29.0]), [0, 2], 1.1),
        (TEN, [5], 1.0),
    ]


def _library(logits, history, theta):
    return repetition_penalty(logits, np.asarray(history, dtype=int), theta)


RIGHT = {
    "np.where": lambda z, h, t: np.where(_seen(z, h), np.where(z > 0, z / t, z * t), z),
    "a loop over the set": lambda z, h, t: _loop(z, set(h), lambda x: x / t if x > 0 else x * t),
    "<= 0 multiplies, as llama.cpp": lambda z, h, t: _loop(
        z, set(h), lambda x: x * t if x <= 0 else x / t
    ),
    "lists": lambda z, h, t: [
        (x / t if x > 0 else x * t) if i in h else x for i, x in enumerate(z.tolist())
    ],
    "a list as index": lambda z, h, t: _indexed(z, list(h), t),
    "minimum of both": lambda z, h, t: np.where(
        _seen(z, h), (np.minimum if t >= 1 else np.maximum)(z * t, z / t), z
    ),
    "float32": lambda z, h, t: _rep(z, h, t).astype(np.float32),
    "power of the sign": lambda z, h, t: np.where(
        _seen(z, h) & np.isfinite(z), z * t ** -np.sign(z), z
    ),
}


# --- 4.4 probabilities


def _probs(logits, history, theta, T=1.0):
    return softmax(temperature(_library(logits, history, theta), T))


def _cooled(form):
    return lambda z, h, t, T=1.0: soft(form(z, h, t) / T)


def _divided(z, h, t, T=1.0):
    """Probabilities of the seen tokens over theta, the others as they were."""
    p = soft(z / T)
    return _at(_seen(z, h), p / t, p)


PROBS = [
    Mistake(
        "R07_probs",
        "Dividing probabilities by theta subtracts ln(theta) from the logit whatever its size; "
        "the penalty acts on logits, before softmax.",
        [
            lambda z, h, t, T=1.0: share(_divided(z, h, t, T)),
            _divided,
            lambda z, h, t, T=1.0: soft(_at(_seen(z, h), z - np.log(t), z) / T),
            lambda z, h, t, T=1.0: _rep(soft(z / T), h, t),
        ],
    ),
    Mistake(
        "T_ignored",
        "Your result is the same at every T: T was not used. Divide all logits by it.",
        [lambda z, h, t, T=1.0: _probs(z, h, t)],
    ),
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T. Temperature divides.",
        [lambda z, h, t, T=1.0: _probs(z * T, h, t)],
    ),
    Mistake(
        "T_twice",
        "T counts twice: before the penalty and after it. Once is enough.",
        [lambda z, h, t, T=1.0: _probs(z / T, h, t, T)],
    ),
    Mistake(
        "T_on_seen_only",
        "T divides every logit, theta only those of the seen tokens.",
        [
            lambda z, h, t, T=1.0: soft(_at(_seen(z, h), _rule(z, t) / T, z)),
            lambda z, h, t, T=1.0: soft(_at(_seen(z, h), _rule(z, t), z / T)),
        ],
    ),
    Mistake(
        "T_on_theta",
        "T divides logits, not theta.",
        [
            lambda z, h, t, T=1.0: soft(_rep(z, h, t * T)),
            lambda z, h, t, T=1.0: soft(_rep(z, h, t / T)),
        ],
    ),
    Mistake(
        "R13_shift_invariant",
        "You moved the logits before the penalty (by the maximum, or by log-softmax). Softmax "
        "ignores a constant, this penalty does not: it depends on where zero is.",
        [
            lambda z, h, t, T=1.0: soft(_rep(z - np.max(z), h, t) / T),
            lambda z, h, t, T=1.0: soft(_rep(log_softmax(z / T), h, t)),
            lambda z, h, t, T=1.0: soft(_rep(log_softmax(z), h, t) / T),
            lambda z, h, t, T=1.0: soft(_rep(z - np.min(z), h, t) / T),
            lambda z, h, t, T=1.0: soft(_rep(z - np.mean(z), h, t) / T),
        ],
    ),
    Mistake(
        "logits_not_probs",
        "These are logits. Finish with softmax.",
        [lambda z, h, t, T=1.0: _rep(z, h, t) / T, lambda z, h, t, T=1.0: _rep(z, h, t)],
    ),
    Mistake(
        "log_softmax",
        "These are the logarithms of the probabilities. Take exp of them.",
        [lambda z, h, t, T=1.0: log_softmax(_rep(z, h, t) / T)],
    ),
    Mistake(
        "softmax_twice",
        "You ran softmax on probabilities. Once, at the end.",
        [
            lambda z, h, t, T=1.0: soft(_probs(z, h, t, T)),
            lambda z, h, t, T=1.0: soft(_rep(soft(z), h, t) / T),
            lambda z, h, t, T=1.0: soft(_rep(soft(z / T), h, t)),
        ],
    ),
    Mistake(
        "no_exponential",
        "You divided logits by their sum. Take exp first.",
        [lambda z, h, t, T=1.0: share(_rep(z, h, t) / T)],
    ),
    Mistake(
        "T08_overflow",
        "exp of a large number is infinite, and inf/inf is nan. Subtract the maximum after the "
        "penalty, never before it.",
        [lambda z, h, t, T=1.0: share(np.exp(_rep(z, h, t) / T))],
    ),
    Mistake(
        "not_normalised",
        "These do not add up to 1: divide by their sum.",
        [
            lambda z, h, t, T=1.0: np.exp(_rep(z, h, t) / T),
            lambda z, h, t, T=1.0: np.exp(_rep(z, h, t) / T) / np.exp(z / T).sum(),
        ],
    ),
    Mistake(
        "penalised_left_out",
        "You returned only some of the tokens. Return a probability for every one.",
        [lambda z, h, t, T=1.0: _probs(z, h, t, T)[~_seen(z, h)]],
    ),
    Mistake(
        "percent",
        "These are percentages; a probability is between 0 and 1.",
        [lambda z, h, t, T=1.0: 100 * _probs(z, h, t, T)],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, h, t, T=1.0, d=d: np.round(_probs(z, h, t, T), d) for d in (4, 3, 2)],
    ),
    Mistake(
        "default_not_1",
        "Without a temperature nothing is divided: the default is T = 1.0.",
        [
            *(lambda z, h, t, T=d: _probs(z, h, t, T) for d in (0.5, 0.7, 2.0)),
            lambda z, h, t, T: _probs(z, h, t, T),
        ],
    ),
]


def _probs_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    return [
        *((z, h, t) for z, h, t in _probes(rng) if np.isfinite(z).all()),
        (FOUR, [0, 2], 1.3, 0.5),
        (z, [1, 2, 2, 5], 1.4, float(rng.uniform(1.3, 3.0))),
        (z, [0, 3, 3], 1.2, float(rng.uniform(0.3, 0.8))),
        (np.array([1000.0, 990.0, 800.0]), [2], 1.3),
        (np.array([1000.0, 1299.0, 800.0]), [1], 1.3, 2.0),
    ]


# --- 4.5 the two bugs that shipped

BUGS = ("always divides", "once per occurrence")
THETA = 1.3


def _verdict(value, bug):
    if not isinstance(value, dict) or set(value) != {"logits", "history"}:
        raise NotPlain('not a dict of "logits" and "history"')
    z, h = value["logits"], value["history"]
    if not isinstance(z, np.ndarray) or z.ndim != 1 or not 2 <= z.size <= 1000:
        raise NotPlain("not one row of 2 to 1000 logits")
    if not np.isfinite(z).all() or np.abs(z).max() > 1e6:
        raise NotPlain("not a row of finite logits")
    if not isinstance(h, np.ndarray) or h.ndim != 1 or not 1 <= h.size <= 1000:
        raise NotPlain("without a history of ids")
    if (h != h.astype(int)).any() or h.min() < 0 or h.max() >= z.size:
        raise NotPlain("an example with an id that is not in the vocabulary")
    h = h.astype(int).tolist()
    if bug == BUGS[0]:
        wrong = _at(_seen(z, h), z / THETA, z)
        rewarded = (soft(wrong) > soft(z) + 1e-9) & _seen(z, h)
        return "a seen token became likelier" if rewarded.any() else "no seen token became likelier"
    wrong = _rule(z, THETA ** _counts(z, h))
    right = _rep(z, h, THETA)
    if (
        np.sort(right)[-1] - np.sort(right)[-2] < 1e-9
        or np.sort(wrong)[-1] - np.sort(wrong)[-2] < 1e-9
    ):
        return "a tie for the first place"
    different = np.argmax(right) != np.argmax(wrong)
    return "the winners differ" if different else "the winners are the same"


def _example(logits, history):
    return {"logits": logits, "history": history}


def _examples(divides, occurrence):
    return lambda bug: divides if bug == BUGS[0] else occurrence


_REWARD = _example([2.2, -0.6], [1])
_TWICE = _example([2.2, 1.5], [0, 0])

EXAMPLES = [
    Mistake(
        "swapped",
        "You have them the wrong way round: a negative logit shows the first bug, a token seen "
        "twice the second.",
        [_examples(_TWICE, _REWARD)],
    ),
    Mistake(
        "no_negative_logit",
        "Dividing a positive logit pushes it down, as it should. The bug shows where a seen "
        "token's logit is negative.",
        [
            _examples(_example([2.2, 1.8], [0]), _TWICE),
            _examples(_example([2.2, 1.8, -0.6], [0]), _TWICE),
            _examples(_example([2.2, 0.0], [1]), _TWICE),
        ],
    ),
    Mistake(
        "same_winner",
        "No winner changes. Let a token occur twice or more, and put a rival between its logit "
        "over theta and its logit over theta squared.",
        [
            _examples(_REWARD, _example([2.2, 1.5], [0])),
            _examples(_REWARD, _example([2.2, 0.3], [0, 0])),
            _examples(_REWARD, _example([2.2, 1.8], [0, 0])),
        ],
    ),
    Mistake(
        "a_tie",
        "The first place is shared, so there is no winner. Move one logit a little.",
        [_examples(_REWARD, _example([1.0, 1.0], [0, 1, 0, 1]))],
    ),
    Mistake(
        "no_example",
        "Return a dict with two lists, the logits and the history: "
        '{"logits": [2.2, -0.6], "history": [1]}.',
        [
            lambda bug: [2.2, -0.6],
            lambda bug: ([2.2, -0.6], [0, 0]),
            _examples(_example([2.2, -0.6], []), _TWICE),
            _examples(_REWARD, _example([2.2, -0.6], [5])),
        ],
    ),
]


# --- 4.6 a theta that is no penalty


def _refuse(t):
    raise ValueError(f"theta must be above 0, got {t}")


def _guarded(answer):
    """Right for theta above 0, and `answer` elsewhere."""
    return lambda z, h, t: _library(z, h, t) if t > 0 else answer(z, h, t)


def _unchanged(z, h, t):
    return z.copy()


def _no(z, h, t):
    return _refuse(t)


def _any_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 6))
    return [
        (FOUR, [0, 2], 1.3),
        (z, [1, 3, 3], float(rng.uniform(1.1, 1.9))),
        (FOUR, [0, 2], 1.0),
        (FOUR, [0, 2, 2], 0.5),
        (FOUR, [0, 2], 0.0),
        (z, [0, 1, 2, 3], 0.0),
        (FOUR, [0, 2], -1.3),
        (z, [2, 4], -0.5),
        (np.array([1.0, 2.0]), [0], 0.0),
    ]


def _raw(z, h, t):
    """The rule as it stands: numpy divides by zero and says inf."""
    return _rep(z, h, np.float64(t))


ANY = [
    Mistake(
        "R10_zero_is_off",
        "'Off' is 1.0 for the multiplicative penalty and 0.0 for presence and frequency. theta = 0 "
        "divides by zero, and a negative theta turns signs round: test for theta <= 0 first.",
        [
            _raw,
            lambda z, h, t: [
                (x / t if x > 0 else x * t) if i in h else x for i, x in enumerate(z.tolist())
            ],
            lambda z, h, t: _refuse(t) if t == 0 else _raw(z, h, t),
            lambda z, h, t: z.copy() if t == 0 else _raw(z, h, t),
            lambda z, h, t: _refuse(t) if t < 0 else _raw(z, h, t),
            lambda z, h, t: z.copy() if t < 0 else _raw(z, h, t),
            _guarded(lambda z, h, t: _at(_seen(z, h), np.inf, z)),
            _guarded(lambda z, h, t: np.nan_to_num(_raw(z, h, t))),
        ],
    ),
    Mistake(
        "below_one_refused",
        "theta between 0 and 1 is a good setting: it rewards repetition. Only 0 and below are "
        "no penalty.",
        [
            lambda z, h, t: _refuse(t) if t < 1 else _library(z, h, t),
            lambda z, h, t: z.copy() if t < 1 else _library(z, h, t),
            lambda z, h, t: _refuse(t) if t <= 1 else _library(z, h, t),
            lambda z, h, t: _library(z, h, max(t, 1.0)),
        ],
    ),
    Mistake(
        "clamped_to_tiny",
        "A tiny theta instead of 0 makes seen tokens enormously likely, without a word. Refuse "
        "it, or leave the logits as they are.",
        [
            lambda z, h, t, e=e: _library(z, h, max(t, e))
            for e in (1e-12, 1e-10, 1e-9, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1)
        ],
    ),
    Mistake(
        "absolute_theta",
        "You dropped the minus sign of theta. -1.3 is not a way to write 1.3: refuse it, or leave "
        "the logits as they are.",
        [
            lambda z, h, t: _library(z, h, abs(t)) if t else z.copy(),
            lambda z, h, t: _library(z, h, abs(t)) if t else _refuse(t),
        ],
    ),
    Mistake(
        "banned",
        "For theta <= 0 the seen tokens are gone, or all are. Refuse it, or leave the logits as "
        "they are.",
        [
            _guarded(lambda z, h, t: _at(_seen(z, h), -np.inf, z)),
            _guarded(lambda z, h, t: np.full(len(z), -np.inf)),
            _guarded(lambda z, h, t: _at(_seen(z, h), 0.0, z)),
        ],
    ),
    Mistake(
        "none_returned",
        "For theta <= 0 you gave something that is no row of logits. Raise ValueError, or return "
        "the logits as they are.",
        [
            _guarded(lambda z, h, t: np.zeros(len(z))),
            _guarded(lambda z, h, t: []),
            _guarded(lambda z, h, t: np.nan),
            _guarded(lambda z, h, t: 0),
            _guarded(lambda z, h, t: -1),
            _guarded(lambda z, h, t: False),
            _guarded(lambda z, h, t: "theta must be above 0"),
        ],
    ),
]


# --- 4.7 presence


def _presence(logits, history, penalty):
    return presence_penalty(logits, np.asarray(history, dtype=int), penalty)


PRESENCE = [
    Mistake(
        "R09_presence_is_frequency",
        "That is the FREQUENCY penalty (grows with the count). Presence charges once.",
        [lambda z, h, a: z - a * _counts(z, h)],
    ),
    Mistake(
        "added",
        "You added. A positive penalty must push a seen logit down.",
        [lambda z, h, a: z + a * _seen(z, h), lambda z, h, a: z + a * _counts(z, h)],
    ),
    Mistake(
        "sign_rule",
        "Subtracting moves every logit down, a negative one too. Only the multiplicative penalty "
        "needs a rule for signs.",
        [
            lambda z, h, a: _at(_seen(z, h), np.where(z < 0, z + a, z - a), z),
            lambda z, h, a: _at(_seen(z, h) & (z > 0), z - a, z),
            lambda z, h, a: _at(_seen(z, h), np.maximum(z - a, 0), z),
        ],
    ),
    Mistake(
        "multiplicative",
        "You divided or multiplied: that is the repetition penalty. Presence subtracts.",
        [
            lambda z, h, a: _rep(z, h, np.float64(a)),
            lambda z, h, a: _at(_seen(z, h), z / np.float64(a), z),
            lambda z, h, a: _at(_seen(z, h), z * a, z),
            lambda z, h, a: _at(_seen(z, h), z * (1 - a), z),
            lambda z, h, a: _rep(z, h, 1 + a),
        ],
    ),
    Mistake(
        "R06_unseen",
        "You penalised the tokens that have NOT appeared.",
        [lambda z, h, a: z - a * ~_seen(z, h)],
    ),
    Mistake(
        "R03_all_tokens",
        "Every token was charged: softmax does not notice a constant. Charge only the seen ones.",
        [lambda z, h, a: z - a],
    ),
    Mistake(
        "id_0_skipped",
        "Token 0 escaped: its id is 0, which Python takes for False. It is a token like any other.",
        [lambda z, h, a: z - a * _seen(z, [i for i in h if i])],
    ),
    Mistake(
        "shared_out",
        "You shared the charge out. Each seen token pays the whole penalty.",
        [
            lambda z, h, a: z - a * _counts(z, h) / max(len(h), 1),
            lambda z, h, a: z - a * _seen(z, h) / max(len(set(h)), 1),
        ],
    ),
    Mistake(
        "log_of_count",
        "The charge still grows with the count, only slower. Presence asks whether, not how often.",
        [
            lambda z, h, a: z - a * np.log1p(_counts(z, h)),
            lambda z, h, a: z - a * np.sqrt(_counts(z, h)),
        ],
    ),
    Mistake(
        "only_repeated",
        "You charged only what occurs twice or more, or only from the second time on. Once is "
        "enough.",
        [
            lambda z, h, a: z - a * (_counts(z, h) > 1),
            lambda z, h, a: z - a * np.maximum(_counts(z, h) - 1, 0),
        ],
    ),
    Mistake(
        "only_once_seen",
        "A token that occurs more than once escaped. Charge every distinct token.",
        [lambda z, h, a: z - a * (_counts(z, h) == 1)],
    ),
    Mistake(
        "newest_only",
        "Only one token was charged. Every distinct token of the history is.",
        [
            lambda z, h, a: z - a * _seen(z, h[-1:]),
            lambda z, h, a: z - a * _seen(z, h[:1]),
        ],
    ),
    Mistake(
        "R07_probs",
        "The penalty acts on logits, not on probabilities.",
        [
            lambda z, h, a: soft(z) - a * _seen(z, h),
            lambda z, h, a: share(np.maximum(soft(z) - a * _seen(z, h), 0)),
        ],
    ),
    Mistake(
        "probabilities_not_logits",
        "These are probabilities. A processor takes logits and returns logits.",
        [lambda z, h, a: soft(z - a * _seen(z, h))],
    ),
    Mistake(
        "banned",
        "You removed the seen tokens. They become less likely, no more.",
        [lambda z, h, a: _at(_seen(z, h), -np.inf, z)],
    ),
    Mistake(
        "set_to_penalty",
        "You put the penalty (or 0) in the logit's place. Subtract it from the logit.",
        [
            lambda z, h, a: _at(_seen(z, h), -a, z),
            lambda z, h, a: _at(_seen(z, h), 0.0, z),
        ],
    ),
    Mistake(
        "nothing_done",
        "The logits came back as they were.",
        [lambda z, h, a: z.copy()],
    ),
    Mistake(
        "clamped",
        "The penalty was changed first. A negative one is allowed: it rewards.",
        [
            lambda z, h, a: z - max(a, 0) * _seen(z, h),
            lambda z, h, a: z - abs(a) * _seen(z, h),
            lambda z, h, a: z - min(a, 1.0) * _seen(z, h),
        ],
    ),
    Mistake(
        "empty_history",
        "An empty history is the first step of every text: return the logits as they are.",
        [
            lambda z, h, a: [][0] if not len(h) else z - a * _seen(z, h),
            lambda z, h, a: _subtracted(z, np.unique(h), a),
        ],
    ),
]


def _subtracted(z, ids, a):
    out = z.copy()
    out[ids] -= a
    return out


def _presence_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 8))
    return [
        (FOUR, [0, 0, 0, 0, 1], 0.5),
        (FOUR, [2, 0], 0.5),
        (z, [1, 6, 6, 3], float(rng.uniform(0.3, 0.9))),
        (-3.0 - rng.random(5), [1, 3, 3], 1.5),
        (FOUR, [], 0.5),
        (FOUR, [1, 2, 2], -0.4),
        (TEN, [9, 0, 0, 0], 2.0),
        (FOUR, [0, 2], 0.0),
    ]


# --- 4.8 the window


def _looked_at(history, n):
    return sorted(set(_last(history, n)))


WINDOW = [
    Mistake(
        "R14_first_window",
        "A look-back window is the LAST N tokens, not the first N.",
        [lambda h, n: sorted(set(h[:n]))],
    ),
    Mistake(
        "zero_is_everything",
        "history[-0:] is history[0:], everything. A window of 0 sees nothing: treat n = 0 first, "
        "or slice from len(history) - n.",
        [
            lambda h, n: sorted(set(h[-n:])),
            lambda h, n: _looked_at(h, n) if n else sorted(set(h)),
        ],
    ),
    Mistake(
        "negative_start",
        "When n is larger than the history, len(history) - n is negative and counts from the end. "
        "Use max(0, len(history) - n).",
        [lambda h, n: sorted(set(h[len(h) - n :]))],
    ),
    Mistake(
        "one_too_many",
        "Your window is one too long.",
        [lambda h, n: sorted(set(h[-n - 1 :])), lambda h, n: _looked_at(h, n + 1)],
    ),
    Mistake(
        "one_too_few",
        "Your window is one too short.",
        [lambda h, n: _looked_at(h, max(n - 1, 0)), lambda h, n: sorted(set(h[-n + 1 :]))],
    ),
    Mistake(
        "newest_left_out",
        "The newest token is missing. The slice ends at the end.",
        [
            lambda h, n: sorted(set(h[-n - 1 : -1])),
            lambda h, n: sorted(set(h[-n:-1])),
        ],
    ),
    Mistake(
        "distinct_first",
        "You took n distinct ids. The window counts tokens, repeats too; make them distinct "
        "afterwards.",
        [
            lambda h, n: _last(sorted(set(h)), n),
            lambda h, n: sorted(set(h))[:n],
            lambda h, n: sorted(_last(list(dict.fromkeys(h)), n)),
            lambda h, n: sorted(list(dict.fromkeys(h[::-1]))[:n]),
        ],
    ),
    Mistake(
        "not_distinct",
        "An id stands twice in your list. Each distinct id once: set().",
        [lambda h, n: sorted(_last(h, n)), lambda h, n: list(_last(h, n))],
    ),
    Mistake(
        "not_sorted",
        "The right ids in another order. Return them rising: sorted().",
        [
            lambda h, n: list(dict.fromkeys(_last(h, n))),
            lambda h, n: list(dict.fromkeys(_last(h, n)[::-1])),
            lambda h, n: _looked_at(h, n)[::-1],
        ],
    ),
    Mistake(
        "outside_the_window",
        "These are the tokens that the window does not see.",
        [
            lambda h, n: sorted(set(h[:-n])),
            lambda h, n: sorted(set(h) - set(_last(h, n))),
            lambda h, n: sorted(set(h[n:])),
        ],
    ),
    Mistake(
        "window_ignored",
        "That is every id of the history. n was not used.",
        [lambda h, n: sorted(set(h))],
    ),
    Mistake(
        "how_many",
        "You returned how many. Return the ids.",
        [lambda h, n: len(_looked_at(h, n)), lambda h, n: len(_last(h, n))],
    ),
    Mistake(
        "places_not_ids",
        "These are places in the history. Return the ids that stand there.",
        [lambda h, n: list(range(max(0, len(h) - n), len(h)))],
    ),
    Mistake(
        "crashes_when_short",
        "A history shorter than the window is seen whole. A negative slice handles it.",
        [
            lambda h, n: sorted({h[-i] for i in range(1, n + 1)}),
            lambda h, n: [] if n > len(h) else _looked_at(h, n),
        ],
    ),
]


def _window_probes(rng):
    h = rng.integers(10, 60, 14).tolist()
    return [
        ([0, 1, 2, 3, 4, 5], 3),
        ([7, 3, 9, 3, 8, 1], 4),
        ([5, 2, 2, 9, 2, 4, 4], 4),
        ([*h, h[2], h[11]], int(rng.integers(5, 9))),
        ([4, 8, 6], 3),
        ([4, 8, 6, 8], 10),
        ([6, 1, 5], 1),
        ([6, 1, 5], 0),
        ([6, 1, 5, 9, 7, 3], 8),
        ([], 4),
        ([], 0),
    ]


# --- 4.9 three penalties in a row


def _chain(logits, prompt, text, theta, frequency, presence):
    z = _library(logits, [*prompt, *text], theta)
    text = np.asarray(text, dtype=int)
    return presence_penalty(frequency_penalty(z, text, frequency), text, presence)


def _then(form, both=lambda p, x: [*p, *x]):
    """A multiplicative penalty of some kind, then the two additive ones, right."""

    def answer(z, p, x, t, f, a):
        return form(z, both(p, x), t) - f * _counts(z, x) - a * _seen(z, x)

    return answer


def _chained(additive):
    """The multiplicative penalty, right; then something else in place of the additive ones."""

    def answer(z, p, x, t, f, a):
        return additive(_rep(z, [*p, *x], t), p, x, f, a)

    return answer


CHAIN = [
    Mistake(
        "R12_prompt_ignored",
        "In vLLM, as in transformers, the PROMPT's tokens are penalised by theta too. Only "
        "frequency and presence look at the text alone.",
        [_then(_rep, lambda p, x: x)],
    ),
    Mistake(
        "text_ignored",
        "The repetition penalty looks at prompt and text, not at the prompt alone.",
        [_then(_rep, lambda p, x: p)],
    ),
    Mistake(
        "prompt_counted",
        "Frequency and presence counted the prompt. They look at the text only: a question "
        "should not forbid its own words.",
        [
            _chained(lambda z, p, x, f, a: z - f * _counts(z, p + x) - a * _seen(z, p + x)),
            _chained(lambda z, p, x, f, a: z - f * _counts(z, p + x) - a * _seen(z, x)),
            _chained(lambda z, p, x, f, a: z - f * _counts(z, x) - a * _seen(z, p + x)),
        ],
    ),
    Mistake(
        "R09_presence_is_frequency",
        "Your presence penalty grows with the count; presence charges once.",
        [_chained(lambda z, p, x, f, a: z - (f + a) * _counts(z, x))],
    ),
    Mistake(
        "frequency_is_presence",
        "Your frequency penalty charges once; it must grow with the count.",
        [_chained(lambda z, p, x, f, a: z - (f + a) * _seen(z, x))],
    ),
    Mistake(
        "theta_twice",
        "An id that stands in the prompt and in the text was penalised twice by theta. Put the two "
        "lists together first: prompt + text.",
        [
            lambda z, p, x, t, f, a: (
                _rep(_rep(z, p, t), x, t) - f * _counts(z, x) - a * _seen(z, x)
            ),
        ],
    ),
    Mistake(
        "exchanged",
        "Frequency and presence are exchanged: frequency goes with the count, presence is charged "
        "once.",
        [_chained(lambda z, p, x, f, a: z - a * _counts(z, x) - f * _seen(z, x))],
    ),
    Mistake(
        "additive_first",
        "You subtracted first. theta acts on the logits as the model gave them; then the others "
        "subtract.",
        [
            lambda z, p, x, t, f, a: _rep(z - f * _counts(z, x) - a * _seen(z, x), p + x, t),
            lambda z, p, x, t, f, a: _rep(z - f * _counts(z, x), p + x, t) - a * _seen(z, x),
            lambda z, p, x, t, f, a: _rep(z - a * _seen(z, x), p + x, t) - f * _counts(z, x),
        ],
    ),
    Mistake(
        "added",
        "You added. A positive penalty pushes a seen logit down.",
        [
            _chained(lambda z, p, x, f, a: z + f * _counts(z, x) + a * _seen(z, x)),
            _chained(lambda z, p, x, f, a: z - f * _counts(z, x) + a * _seen(z, x)),
            _chained(lambda z, p, x, f, a: z + f * _counts(z, x) - a * _seen(z, x)),
        ],
    ),
    Mistake(
        "one_missing",
        "One of the three penalties was left out.",
        [
            _chained(lambda z, p, x, f, a: z),
            _chained(lambda z, p, x, f, a: z - f * _counts(z, x)),
            _chained(lambda z, p, x, f, a: z - a * _seen(z, x)),
            _then(lambda z, h, t: z),
        ],
    ),
    Mistake(
        "share_not_count",
        "You took the share of the text. The frequency penalty counts occurrences.",
        [_chained(lambda z, p, x, f, a: z - f * _counts(z, x) / max(len(x), 1) - a * _seen(z, x))],
    ),
    Mistake(
        "shared_penalty",
        "The two additive penalties were multiplied. They are separate charges: add them up.",
        [_chained(lambda z, p, x, f, a: z - f * a * _counts(z, x))],
    ),
    Mistake(
        "probabilities_not_logits",
        "These are probabilities. A processor takes logits and returns logits.",
        [lambda z, p, x, t, f, a: soft(_chain(z, p, x, t, f, a))],
    ),
    *(
        Mistake(m.id, m.why, [_then(form) for form in m.forms])
        for m in PENALTIES
        if m.id not in ("R07_probs", "nothing_done", "newest_left_out", "newest_only")
    ),
]


def _chain_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    p, x = rng.integers(0, 9, 3).tolist(), rng.integers(0, 9, 4).tolist()
    return [
        (FOUR, [1], [0], 1.3, 0.2, 0.5),
        (FOUR, [1, 1], [0, 0, 2, 0], 1.3, 0.4, 0.3),
        (z, p, [*x, x[0]], float(rng.uniform(1.1, 1.9)), 0.25, 0.6),
        (TEN, [2, 9], [0, 6, 6, 0, 6], 1.2, 0.7, 0.1),
        (TEN, [8, 0], [0, 1, 7, 1, 4], 1.5, 0.35, 0.8),
        (z, [0, 1], [], 1.4, 0.5, 0.5),
        (z, [], [3, 3, 5], 1.4, 0.5, 0.9),
        (TEN, [5, 5], [1, 9, 9], 1.0, 0.3, 0.2),
        (TEN, [1, 8], [3, 9, 3], 1.6, 0.0, 0.0),
        (TEN, [1, 3], [0, 0, 9], 0.8, 0.4, 0.1),
        (-3.0 - rng.random(6), [1, 4], [2, 2, 4], 1.5, 0.2, 0.7),
        (3.0 + rng.random(6), [1, 4], [2, 2, 4], 2.5, 0.2, 0.7),
    ]


# --- 4.10 a loop


def _loop_length(ids):
    for p in range(1, len(ids) // 2 + 1):
        if list(ids[-p:]) == list(ids[-2 * p : -p]):
            return p
    return 0


def _repeats_at(ids, p):
    return list(ids[-p:]) == list(ids[-2 * p : -p])


LOOP = [
    Mistake(
        "longest_loop",
        "That is a longer one: two rounds of a loop are a loop too. Take the smallest length.",
        [
            lambda ids: max(
                (p for p in range(1, len(ids) // 2 + 1) if _repeats_at(ids, p)), default=0
            ),
        ],
    ),
    Mistake(
        "last_token_only",
        "You looked where the last token stood before. All tokens of the last round must agree "
        "with the round before it.",
        [
            lambda ids: next((p for p in range(1, len(ids)) if ids[-1] == ids[-1 - p]), 0),
            lambda ids: next((p for p in range(1, len(ids) // 2 + 1) if ids[-1] == ids[-1 - p]), 0),
            lambda ids: next(
                (
                    p
                    for p in range(1, len(ids) // 2 + 1)
                    if ids[-1] == ids[-1 - p] and ids[-2:] == ids[-2 - p : -p]
                ),
                0,
            ),
        ],
    ),
    Mistake(
        "always_0",
        "0 comes out nearly always. At p = 0 two empty lists are compared, and they are equal: "
        "start at 1. Or `return 0` stands inside the loop: it belongs below it.",
        [
            lambda ids: 0,
            lambda ids: 1 if len(ids) > 1 and ids[-1:] == ids[-2:-1] else 0,
        ],
    ),
    Mistake(
        "from_the_start",
        "You compared the beginning of the text. A loop is where the text ENDS.",
        [
            lambda ids: next(
                (p for p in range(1, len(ids) // 2 + 1) if ids[:p] == ids[p : 2 * p]), 0
            ),
            lambda ids: next((p for p in range(1, len(ids)) if ids[p:] == ids[:-p]), 0),
        ],
    ),
    Mistake(
        "anywhere",
        "You found a repeat somewhere in the text. The text must end in it.",
        [
            lambda ids: next(
                (
                    p
                    for p in range(1, len(ids) // 2 + 1)
                    for i in range(len(ids) - 2 * p + 1)
                    if ids[i : i + p] == ids[i + p : i + 2 * p]
                ),
                0,
            ),
        ],
    ),
    Mistake(
        "one_too_few",
        "You stop one length too early: half of the text can be one round. "
        "range(1, n) ends at n - 1.",
        [
            lambda ids: next((p for p in range(1, len(ids) // 2) if _repeats_at(ids, p)), 0),
        ],
    ),
    Mistake(
        "one_missed",
        "A loop can be a single token long. Start at 1.",
        [
            lambda ids: next((p for p in range(2, len(ids) // 2 + 1) if _repeats_at(ids, p)), 0),
        ],
    ),
    Mistake(
        "off_by_one",
        "Right but for one: the length of a round is how many tokens it holds.",
        [
            lambda ids: max(_loop_length(ids) - 1, 0),
            lambda ids: _loop_length(ids) + 1 if _loop_length(ids) else 0,
        ],
    ),
    Mistake(
        "three_rounds",
        "You asked for three rounds. Two equal ones are enough.",
        [
            lambda ids: next(
                (
                    p
                    for p in range(1, len(ids) // 3 + 1)
                    if ids[-p:] == ids[-2 * p : -p] == ids[-3 * p : -2 * p]
                ),
                0,
            )
        ],
    ),
    Mistake(
        "two_rounds",
        "That is the length of both rounds together. Return one.",
        [lambda ids: 2 * _loop_length(ids)],
    ),
    Mistake(
        "how_often",
        "You counted rounds (or repeated tokens). Return how many tokens one round has.",
        [
            lambda ids: _rounds(ids),
            lambda ids: _rounds(ids) - 1 if _rounds(ids) else 0,
            lambda ids: len(ids) - len(set(ids)),
            lambda ids: max(Counter(ids).values(), default=0),
        ],
    ),
    Mistake(
        "distinct_tokens",
        "You counted distinct tokens. A round may hold a token twice.",
        [
            lambda ids: len(set(ids)),
            lambda ids: len(set(ids[-_loop_length(ids) :])) if _loop_length(ids) else 0,
            lambda ids: len(set(ids)) if len(set(ids)) < len(ids) else 0,
        ],
    ),
    Mistake(
        "no_loop_not_zero",
        "Where the text does not end in a loop, return 0.",
        [
            lambda ids: _loop_length(ids) or -1,
            lambda ids: _loop_length(ids) or len(ids),
            lambda ids: _loop_length(ids) or len(ids) // 2,
            lambda ids: _loop_length(ids) or 1,
        ],
    ),
    Mistake(
        "ids_not_length",
        "You returned the tokens of the round. Return how many there are.",
        [lambda ids: ids[-_loop_length(ids) :] if _loop_length(ids) else []],
    ),
    Mistake(
        "where_not_length",
        "You returned where the loop begins. Return how long one round is.",
        [lambda ids: len(ids) - _loop_length(ids), lambda ids: len(ids) - 2 * _loop_length(ids)],
    ),
    Mistake(
        "yes_or_no",
        "You returned whether there is a loop. Return how long one round is.",
        [lambda ids: bool(_loop_length(ids))],
    ),
]


def _rounds(ids):
    p = _loop_length(ids)
    n = 1
    while p and ids[-p:] == ids[-(n + 1) * p : -n * p]:
        n += 1
    return n if p else 0


def _loop_probes(rng):
    a, b, c, d, e = (int(i) for i in rng.permutation(np.arange(10, 60))[:5])
    return [
        ([9, 1, 2, 3, 1, 2, 3], ),
        ([7, 8, 4, 5, 4, 5, 4, 5, 4, 5], ),
        ([a, b, c, a, d, e, a, d, e], ),
        ([a, b, b, c, d, b, b, c, d], ),
        ([a, b, c, c, c, c, c], ),
        ([a, b, a, b, c, d, e], ),
        ([a, a, b, c, d, b, d], ),
        ([a, b, c, d, a, b, c, d], ),
        ([5, 1, 2, 1, 3, 1, 2, 1, 3], ),
        ([a, b, c, d, e], ),
        ([a, a], ),
        ([3], ),
        ([], ),
        ([a, b, c, a, b, d, e, c, a, b, d, e, c, a, b, d, e], ),
    ]  # fmt: skip


# --- 4.12 an n-gram that must not come again


def _banned(history, n):
    if len(history) < n:
        return []
    prefix = list(history[len(history) - n + 1 :])
    starts = range(len(history) - n + 1)
    return sorted({history[i + n - 1] for i in starts if list(history[i : i + n - 1]) == prefix})


BANNED = [
    Mistake(
        "prefix_too_long",
        "You compared the last n tokens. The new token is the n-th itself, so n - 1 tokens come "
        "before it.",
        [lambda h, n: _banned(h, n + 1)],
    ),
    Mistake(
        "prefix_too_short",
        "You compared too few tokens. An n-gram is n - 1 tokens and the new one.",
        [
            lambda h, n: _banned(h, max(n - 1, 1)),
            lambda h, n: _banned(h, 2),
        ],
    ),
    Mistake(
        "one_is_everything",
        "For n = 1 the prefix is empty, and history[-0:] is the whole history. Slice from "
        "len(history) - (n - 1): then n = 1 bans every token seen.",
        [
            lambda h, n: sorted(
                {
                    h[i + n - 1]
                    for i in range(len(h) - n + 1)
                    if h[i : i + n - 1] == h[-(n - 1) :]
                }
            ),
            lambda h, n: _banned(h, n) if n > 1 else [],
        ],
    ),
    Mistake(
        "all_seen",
        "You banned every token seen. Only those that would complete an n-gram again.",
        [lambda h, n: sorted(set(h))],
    ),
    Mistake(
        "one_match_only",
        "The beginning may have stood at several places, each with another continuation. Look at "
        "all of them.",
        [
            lambda h, n: _matches(h, n)[:1],
            lambda h, n: _matches(h, n)[-1:],
        ],
    ),
    Mistake(
        "last_place_missed",
        "The range ends too early: the last n-gram of the history counts too.",
        [lambda h, n: _banned_in(h, n, range(max(len(h) - n, 0)))],
    ),
    Mistake(
        "first_place_missed",
        "The range begins too late: the first n-gram of the history counts too.",
        [lambda h, n: _banned_in(h, n, range(1, max(len(h) - n + 1, 1)))],
    ),
    Mistake(
        "neighbour_place",
        "The banned token is the one right after the repeated beginning, at i + n - 1.",
        [
            lambda h, n: sorted(
                {h[i + n - 2] for i in range(len(h) - n + 1) if h[i : i + n - 1] == _prefix(h, n)}
            ),
            lambda h, n: sorted(
                {
                    h[min(i + n, len(h) - 1)]
                    for i in range(len(h) - n + 1)
                    if h[i : i + n - 1] == _prefix(h, n)
                }
            ),
        ],
    ),
    Mistake(
        "any_order",
        "You compared sets. An n-gram has an order.",
        [
            lambda h, n: sorted(
                {
                    h[i + n - 1]
                    for i in range(len(h) - n + 1)
                    if sorted(h[i : i + n - 1]) == sorted(_prefix(h, n))
                }
            )
        ],
    ),
    Mistake(
        "not_distinct",
        "An id stands twice in your list. Each once: set().",
        [lambda h, n: sorted(_matches(h, n))],
    ),
    Mistake(
        "not_sorted",
        "The right ids in another order. Return them rising: sorted().",
        [
            lambda h, n: list(dict.fromkeys(_matches(h, n))),
            lambda h, n: _banned(h, n)[::-1],
        ],
    ),
    Mistake(
        "places_not_ids",
        "These are places in the history. Return the ids that stand there.",
        [
            lambda h, n: [
                i for i in range(len(h) - n + 1) if h[i : i + n - 1] == _prefix(h, n)
            ],
            lambda h, n: [
                i + n - 1 for i in range(len(h) - n + 1) if h[i : i + n - 1] == _prefix(h, n)
            ],
        ],
    ),
    Mistake(
        "nothing_banned",
        "You banned nothing.",
        [lambda h, n: []],
    ),
]  # fmt: skip


def _prefix(h, n):
    return h[len(h) - n + 1 :] if len(h) >= n - 1 else None


def _matches(h, n):
    """The ids that followed each earlier place of the last n - 1 tokens, in order."""
    return [h[i + n - 1] for i in range(len(h) - n + 1) if h[i : i + n - 1] == _prefix(h, n)]


def _banned_in(h, n, starts):
    return sorted({h[i + n - 1] for i in starts if h[i : i + n - 1] == _prefix(h, n)})


def _banned_probes(rng):
    a, b, c, d, e = (int(i) for i in rng.permutation(np.arange(10, 60))[:5])
    return [
        ([4, 5, 6, 4, 5], 3),
        ([4, 5, 6, 4, 5, 7, 4, 5], 3),
        ([4, 9, 7, 4, 3, 8, 4, 5, 4], 2),
        ([a, b, c, d, a, b, e, d, a, b], 3),
        ([a, b, e, d, b, a, c, b, a], 3),
        ([c, a, b, c, d, e, a, b, c], 4),
        ([a, c, a, b, a, c, d, a], 2),
        ([b, a, b, a], 2),
        ([b, a, d, b], 1),
        ([a, a, a, a], 3),
        ([a, b, c], 3),
        ([a, b], 3),
        ([a], 1),
        ([a, b], 2),
        ([b, b], 2),
        ([], 2),
        ([e, c, a, e, c, d, e, a, e, c, b, e, c], 3),
    ]


# --- The values.

_HAND = np.array([2.2, 1.8, -0.3])
_THIRD = TEN[[0, 1, 6]]
_HAND_RIGHT = _rep(_THIRD, [0, 2], 2.0)
_P = softmax(_HAND_RIGHT)
_L10 = softmax(_rep(TEN, [0], 1.3))[0]
_L10_3 = softmax(_rep(TEN - 3, [0], 1.3))[0]
_TURN = 2.2 / 1.8


def _at_T(z, T=0.5):
    return softmax(z / T)[0]


_PRESENCE = [_at_T(TEN - _seen(TEN, [0])), softmax(TEN / 0.5 - _seen(TEN, [0]))[0]]
_REPETITION = [_at_T(_rep(TEN, [0], 1.3)), softmax(_rep(TEN / 0.5, [0], 1.3))[0]]

EXERCISES = [
    ValueExercise(
        id="4.1",
        title="the penalty by hand",
        points=2,
        minutes=6,
        parts=[
            Part("logits after the penalty", _HAND_RIGHT, 0.006),
            Part("probabilities", _P, 0.0021),
            Part("winner", "reject"),
        ],
        mistakes=[
            Mistake(
                "R01_always_divide",
                "Dividing a NEGATIVE logit moves it up (-0.3 becomes -0.15): a reward. Multiply "
                "when the logit is negative.",
                [[1.1, 1.8, -0.15]],
            ),
            Mistake(
                "R03_all_tokens",
                "reject was not written yet: its logit stays. Dividing all is a temperature.",
                [[1.1, 0.9, -0.15], [1.1, 0.9, -0.6]],
            ),
            Mistake(
                "R05_inverted",
                "Signs swapped: seen tokens got MORE likely. theta > 1 must push a logit down.",
                [[4.4, 1.8, -0.15]],
            ),
            Mistake(
                "always_multiply",
                "Multiplying a positive logit by 2 moves it up. Divide when it is positive.",
                [[4.4, 1.8, -0.6]],
            ),
            Mistake(
                "R06_unseen",
                "You penalised the token that has NOT appeared.",
                [[2.2, 0.9, -0.3]],
            ),
            Mistake(
                "subtracts_theta",
                "You subtracted. This penalty divides or multiplies.",
                [[0.2, 1.8, -2.3], [1.2, 1.8, -1.3]],
            ),
            Mistake(
                "negatives_untouched",
                "optimize was written too. Its logit is negative: multiply it.",
                [[1.1, 1.8, -0.3]],
            ),
            Mistake(
                "newest_only",
                "approve was written too. Its logit is positive: divide it.",
                [[2.2, 1.8, -0.6]],
            ),
            Mistake(
                "R02_per_occurrence",
                "Once per distinct token: dividing 2.2 once by 2 is all.",
                [[0.55, 1.8, -0.6], [0.55, 1.8, -1.2]],
            ),
            Mistake(
                "nothing_done",
                "These are the logits before the penalty.",
                [_THIRD],
            ),
            Mistake(
                "R07_probs",
                "You divided probabilities. The penalty acts on logits, before softmax.",
                [
                    share(softmax(_THIRD) / [2, 1, 2]),
                    softmax(_THIRD) / [2, 1, 2],
                ],
                part=1,
            ),
            Mistake(
                "nothing_done",
                "These are the probabilities before the penalty.",
                [softmax(_THIRD)],
                part=1,
            ),
            Mistake(
                "not_normalised",
                "These are exponentials: divide by their total.",
                [np.exp(_HAND_RIGHT)],
                part=1,
            ),
            Mistake(
                "R01_always_divide",
                "These follow from -0.15: a negative logit was divided, which moves it up.",
                [softmax([1.1, 1.8, -0.15])],
                part=1,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [100 * _P],
                part=1,
                rule=lambda p: bool(np.abs(p - 100 * _P).max() < 0.2),
            ),
            Mistake(
                "R15_breaks_rank",
                "Unlike temperature, a penalty CAN change the winner: 2.2/2 = 1.1 < 1.8.",
                ["approve"],
                part=2,
            ),
            Mistake(
                "third_wins",
                "optimize was last before, and has been pushed down further.",
                ["optimize"],
                part=2,
            ),
        ],
    ),
    ValueExercise(
        id="4.2",
        title="three predictions",
        points=2,
        minutes=8,
        parts=[
            Part("likeliest of ten at theta = 2", "reject"),
            Part("theta at which they are level", _TURN, 0.006),
            Part("P(approve): as given, and 3 lower", np.array([_L10, _L10_3]), 0.002),
        ],
        mistakes=[
            Mistake(
                "R15_breaks_rank",
                "Unlike temperature, a penalty CAN change the winner: 2.2/2 = 1.1 < 1.8.",
                ["approve"],
            ),
            Mistake(
                "all_others_too",
                "approve falls to 1.1. Two tokens, 1.8 and 1.4, are above it; the larger one wins.",
                ["review", "escalate"],
            ),
            Mistake(
                "upside_down",
                "That is 1.8 / 2.2. theta divides 2.2, so 2.2 / theta = 1.8.",
                [1.8 / 2.2],
                part=1,
            ),
            Mistake(
                "subtracts_theta",
                "That is a difference. theta divides: 2.2 / theta = 1.8.",
                [0.4, 1.4],
                part=1,
            ),
            Mistake(
                "R07_probs",
                "That is the ratio of the two probabilities. theta divides logits: "
                "2.2 / theta = 1.8.",
                [np.exp(0.4)],
                part=1,
            ),
            Mistake(
                "R13_shift_invariant",
                "Softmax ignores a constant added to all logits; this penalty does not (0.2422 "
                "for z, 0.2946 for z - 3). It depends on where zero is.",
                [[_L10, _L10], [_L10_3, _L10_3]],
                rule=lambda p: abs(float(p[0]) - float(p[1])) < 1e-3,
                part=2,
            ),
            Mistake(
                "R01_always_divide",
                "With 3 subtracted approve is at -0.8, a negative logit: multiply it.",
                [[_L10, softmax(_at(_seen(TEN, [0]), (TEN - 3) / 1.3, TEN - 3))[0]]],
                part=2,
            ),
            Mistake(
                "swapped",
                "You have them the wrong way round: as given first.",
                [[_L10_3, _L10]],
                part=2,
            ),
            Mistake(
                "R03_all_tokens",
                "Only approve was written. The other nine keep their logits.",
                [[softmax(TEN / 1.3)[0], softmax((TEN - 3) * 1.3)[0]]],
                part=2,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [[100 * _L10, 100 * _L10_3]],
                rule=lambda p: float(np.min(p)) > 1,
                part=2,
            ),
        ],
    ),
    FunctionExercise(
        id="4.3",
        title="repetition_penalty",
        points=4,
        minutes=12,
        reference=_library,
        probes=_probes,
        variants=RIGHT,
        mistakes=[*PENALTIES, *NOT_LOGITS],
    ),
    FunctionExercise(
        id="4.4",
        title="penalised_probs",
        points=3,
        minutes=8,
        reference=_probs,
        probes=_probs_probes,
        note="This penalty may come before T or after it: dividing by T keeps every sign.",
        variants={
            "penalty after the temperature": lambda z, h, t, T=1.0: softmax(_rep(z / T, h, t)),
            "the maximum subtracted at the end": lambda z, h, t, T=1.0: share(
                np.exp((_rep(z, h, t) - np.max(_rep(z, h, t))) / T)
            ),
            "power 1/T of probabilities": lambda z, h, t, T=1.0: share(
                softmax(_rep(z, h, t)) ** (1 / T)
            ),
            "float32": lambda z, h, t, T=1.0: soft((_rep(z, h, t) / T).astype(np.float32)),
            "log-softmax": lambda z, h, t, T=1.0: np.exp(log_softmax(_rep(z, h, t) / T)),
        },
        mistakes=[
            *PROBS,
            *(
                Mistake(m.id, m.why, [_cooled(form) for form in m.forms])
                for m in PENALTIES
                if m.id not in ("R07_probs", "R13_shift_invariant")
            ),
        ],
    ),
    FunctionExercise(
        id="4.5",
        title="example_for",
        points=3,
        minutes=10,
        reference=_examples(_REWARD, _TWICE),
        probes=lambda rng: [(bug,) for bug in BUGS],
        view=_verdict,
        view_name="which shows that",
        mistakes=EXAMPLES,
    ),
    Refusing(
        id="4.6",
        title="repetition_penalty_any",
        points=2,
        minutes=6,
        reference=_guarded(_no),
        note="You refuse theta <= 0, as transformers and this course's library do.",
        probes=_any_probes,
        conventions=[
            Convention(
                "theta <= 0 switches your penalty off. Say so in the docstring: elsewhere it is "
                "an error.",
                _guarded(_unchanged),
            ),
            Convention(
                "0 switches your penalty off, and a negative theta is refused.",
                _guarded(lambda z, h, t: z.copy() if t == 0 else _refuse(t)),
            ),
            Convention(
                "0 is refused, and a negative theta switches your penalty off.",
                _guarded(lambda z, h, t: _refuse(t) if t == 0 else z.copy()),
            ),
        ],
        mistakes=ANY,
    ),
    FunctionExercise(
        id="4.7",
        title="presence_penalty",
        points=2,
        minutes=8,
        reference=_presence,
        probes=_presence_probes,
        variants={
            "a mask": lambda z, h, a: z - a * _seen(z, h),
            "a loop over the set": lambda z, h, a: _loop(z, set(h), lambda x: x - a),
            "Counter, > 0": lambda z, h, a: [x - a * (Counter(h)[i] > 0) for i, x in enumerate(z)],
            "float32": lambda z, h, a: (z - a * _seen(z, h)).astype(np.float32),
        },
        mistakes=PRESENCE,
    ),
    FunctionExercise(
        id="4.8",
        title="looked_at",
        points=2,
        minutes=6,
        reference=_looked_at,
        probes=_window_probes,
        rtol=0.0,
        atol=0.0,
        variants={
            "from the other end": lambda h, n: sorted(set(h[max(0, len(h) - n) :])),
            "a loop": lambda h, n: sorted({x for i, x in enumerate(h) if i >= len(h) - n}),
            "reversed": lambda h, n: sorted(set(h[::-1][:n])),
            "np.unique": lambda h, n: np.unique(h[max(0, len(h) - n) :]),
        },
        mistakes=WINDOW,
    ),
    FunctionExercise(
        id="4.9",
        title="three_penalties",
        points=3,
        minutes=12,
        reference=_chain,
        probes=_chain_probes,
        variants={
            "bincount": _then(_rep),
            "a loop": lambda z, p, x, t, f, a: np.array(
                [
                    (v if i not in p + x else v / t if v > 0 else v * t)
                    - (f * x.count(i) + a if i in x else 0)
                    for i, v in enumerate(z)
                ]
            ),
        },
        mistakes=CHAIN,
    ),
    FunctionExercise(
        id="4.10",
        title="loop_length",
        points=3,
        minutes=12,
        reference=_loop_length,
        probes=_loop_probes,
        rtol=0.0,
        atol=0.0,
        variants={
            "all shifts": lambda ids: next(
                (
                    p
                    for p in range(1, len(ids) // 2 + 1)
                    if all(ids[-i] == ids[-i - p] for i in range(1, p + 1))
                ),
                0,
            ),
            "arrays": lambda ids: next(
                (
                    p
                    for p in range(1, len(ids) // 2 + 1)
                    if np.array_equal(np.array(ids)[-p:], np.array(ids)[-2 * p : -p])
                ),
                0,
            ),
            "up to the whole text": lambda ids: next(
                (p for p in range(1, len(ids)) if ids[-p:] == ids[-2 * p : -p]), 0
            ),
        },
        mistakes=LOOP,
    ),
    ValueExercise(
        id="4.11",
        title="before or after T",
        points=2,
        minutes=6,
        parts=[
            Part("presence 1.0: before T, after T", np.array(_PRESENCE), 0.002),
            Part("theta 1.3: before T, after T", np.array(_REPETITION), 0.002),
            Part("off: theta, presence", np.array([1.0, 0.0]), 0.0),
        ],
        note="Dividing by T keeps every sign, so theta does not care. A subtraction does.",
        mistakes=[
            Mistake(
                "R11_order_ignored",
                "A subtraction before T is divided by T, one after it is not: T = 0.5 doubles it.",
                [[_PRESENCE[0]] * 2, [_PRESENCE[1]] * 2],
                rule=lambda p: abs(float(p[0]) - float(p[1])) < 1e-3,
            ),
            Mistake(
                "swapped",
                "You have them the wrong way round: before T first.",
                [_PRESENCE[::-1]],
            ),
            Mistake(
                "T01_multiply",
                "You multiplied the logits by T. Temperature divides.",
                [
                    [
                        softmax((TEN - _seen(TEN, [0])) * 0.5)[0],
                        softmax(TEN * 0.5 - _seen(TEN, [0]))[0],
                    ]
                ],
            ),
            Mistake(
                "R07_probs",
                "You subtracted from probabilities. The penalty acts on logits.",
                [softmax(TEN)[0] - 1, [softmax(TEN)[0] - 1] * 2],
            ),
            Mistake(
                "order_matters_always",
                "Dividing by T never turns a sign round, so the rule divides or multiplies the "
                "same tokens either way: both numbers are equal.",
                [_PRESENCE],
                rule=lambda p: abs(float(p[0]) - float(p[1])) > 3e-3,
                part=1,
            ),
            Mistake(
                "R07_probs",
                "You divided probabilities by theta. The penalty acts on logits.",
                [[share(soft(TEN / 0.5) / np.where(_seen(TEN, [0]), 1.3, 1))[0]] * 2],
                part=1,
            ),
            Mistake(
                "nothing_done",
                "That is P(approve) without a penalty.",
                [[_at_T(TEN)] * 2],
                part=1,
            ),
            Mistake(
                "T_ignored",
                "That is at T = 1. Divide the logits by 0.5.",
                [[_L10] * 2],
                part=1,
            ),
            Mistake(
                "R10_zero_is_off",
                "'Off' is 1.0 for the multiplicative penalty and 0.0 for presence and frequency. "
                "theta = 0 divides by zero.",
                [[0.0, 0.0]],
                part=2,
            ),
            Mistake(
                "one_is_off",
                "Subtracting 1 is not off. Presence is off at 0, theta at 1.",
                [[1.0, 1.0], [0.0, 1.0]],
                part=2,
            ),
        ],
    ),
    FunctionExercise(
        id="4.12",
        title="banned",
        points=3,
        minutes=10,
        reference=_banned,
        probes=_banned_probes,
        rtol=0.0,
        atol=0.0,
        note="transformers calls this no_repeat_ngram_size.",
        variants={
            "a dictionary of prefixes": lambda h, n: sorted(
                {
                    h[i + n - 1]
                    for i in range(len(h) - n + 1)
                    if tuple(h[i : i + n - 1]) == tuple(h[len(h) - n + 1 :])
                }
                if len(h) >= n
                else set()
            ),
            "trying every token": lambda h, n: sorted(
                t
                for t in set(h)
                if len(h) >= n
                and any([*h, t][i : i + n] == [*h, t][-n:] for i in range(len(h) - n + 1))
            ),
        },
        mistakes=BANNED,
    ),
]
