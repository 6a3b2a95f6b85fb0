"""Exercise B.13: probability ratios of drawn tokens, at the temperature they were drawn with."""

import numpy as np

from ..kit import FunctionExercise, log_softmax, picked, soft


def form(log_probs, result=lambda new, old: np.exp(new - old)):
    """A function made of the log probabilities at T and of what is made of new and old ones."""
    return lambda z, tokens, old, T: result(picked(log_probs(z, T), tokens), old)


def at_T(z, T):
    return log_softmax(z / T)


def probes(rng):
    def drawn(n, vocab, T, moved):
        z = rng.normal(0, 2, (n, vocab))
        tokens = rng.integers(0, vocab, n)
        old = picked(log_softmax((z + moved * rng.normal(size=z.shape)) / T), tokens)
        return z, tokens, old, T

    same = [drawn(4, 5, 0.6, 0.0), drawn(3, 7, 1.5, 0.0)]
    changed = [drawn(5, 5, 0.7, 0.3), drawn(2, 9, 1.3, 0.5), drawn(3, 4, 2.0, 0.2)]
    return [*same, *changed, drawn(3, 6, 1.0, 0.4), drawn(1, 5, 0.5, 0.1)]


EXERCISE = FunctionExercise(
    reference=lambda logits, tokens, old_log_probs, T: form(at_T)(logits, tokens, old_log_probs, T),
    probes=probes,
    note="Nothing was trained between drawing and scoring? Then every ratio is 1: a test for free.",
    right={
        "quotient": lambda z, tokens, old, T: picked(soft(z / T), tokens) / np.exp(old),
        "a loop": lambda z, tokens, old, T: [
            float(np.exp(log_softmax(row / T)[i] - o))
            for row, i, o in zip(z, tokens, old, strict=True)
        ],
    },
).known(
    "as_shipped: The bug as shipped: drawn at T, scored at 1. Divide the logits by T.",
    form(lambda z, T: log_softmax(z)),
    "log_probs_divided: You divided log-probabilities by T. They no longer normalise: divide "
    "the logits, then take log-softmax.",
    form(lambda z, T: log_softmax(z) / T),
    "T_multiplied: You multiplied by T. Dividing is what the sampler did.",
    form(lambda z, T: log_softmax(z * T)),
    form(lambda z, T: log_softmax(z) * T),
    "old_divided: The old log-probabilities are at T already. Divide the logits alone.",
    lambda z, tokens, old, T: np.exp(picked(log_softmax(z / T), tokens) - old / T),
    lambda z, tokens, old, T: np.exp(picked(log_softmax(z), tokens) - old * T),
    "ratio_reversed: That is old over new. New over old is asked for.",
    form(at_T, lambda new, old: np.exp(old - new)),
    "not_exponentiated: That is the log of the ratio. Take exp.",
    form(at_T, lambda new, old: new - old),
    "logs_divided: You divided logs by logs. A ratio of probabilities is exp(new - old).",
    form(at_T, lambda new, old: new / old),
    "new_only: Those are the new probabilities. Divide by the old ones.",
    form(at_T, lambda new, old: np.exp(new)),
    "every_pair: log_probs[:, tokens] takes each token from each row. Pair rows and tokens.",
    lambda z, tokens, old, T: np.exp(at_T(z, T)[:, tokens] - old),
    "likeliest_scored: You scored the likeliest tokens. Score those that were drawn.",
    lambda z, tokens, old, T: np.exp(at_T(z, T).max(axis=-1) - old),
    "axis_0: Softmax went down the columns. Each row is a distribution: axis=-1.",
    form(lambda z, T: log_softmax((z / T).T).T),
)
