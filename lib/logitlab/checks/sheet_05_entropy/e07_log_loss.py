"""Exercise 5.7: mean surprisal of the right answers, in nats."""

import numpy as np

from ..kit import FunctionExercise, one_hot, picked
from ._entropies import EPSILONS, masked, plogp


def log_loss(probs, labels):
    return -np.log(picked(probs, labels)).mean()


def probes(rng):
    def drawn(n, k):
        return rng.dirichlet(np.ones(k), n), rng.integers(0, k, n)

    unsure, sure = (np.array([[p, 1 - p], [q, 1 - q]]) for p, q in ((0.51, 0.49), (0.99, 0.99)))
    three = np.array([[0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    ends = [(np.eye(2), np.array([0, 1])), (np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0]))]
    plain = [(unsure, np.array([0, 1])), (sure, np.array([0, 1])), drawn(7, 3), drawn(4, 4)]
    return [*plain, drawn(1, 5), (three, np.array([0, 0, 1])), *ends]


EXERCISE = FunctionExercise(
    unit="nats",
    reference=log_loss,
    probes=probes,
    right={
        "along the axis": lambda p, y: -np.log(np.take_along_axis(p, y[:, None], axis=1)).mean(),
        "a list": lambda p, y: -np.mean([np.log(row[i]) for row, i in zip(p, y, strict=True)]),
        "bits times ln 2": lambda p, y: -np.log2(picked(p, y)).mean() * np.log(2),
        "one-hot mask": lambda p, y: -np.log((p * one_hot(p, y)).sum(axis=1)).mean(),
    },
).known(
    "own_answer_scored: You scored the model's favourite, not the RIGHT answer: its label.",
    *(lambda p, y, log=log: -log(p.max(axis=1)).mean() for log in (np.log, np.log2)),
    "total_not_mean: You added up. Asked is the mean, so that 10 and 100 questions compare.",
    lambda p, y: log_loss(p, y) * len(y),
    "columns_picked: Those are whole columns, or rows. Pair: probs[np.arange(n), labels].",
    *(lambda p, y, f=f: f(-np.log(p[:, y])) for f in (np.mean, lambda x: x.sum() / len(x))),
    lambda p, y: -np.log(p[y]).mean(),
    "labels_ignored: The labels were not used.",
    *(lambda p, y, pick=pick: -np.log(pick(p)).mean() for pick in (np.copy, lambda p: p[:, 0])),
    "entropy_not_loss: That is the predictions' mean entropy. It does not know what is right.",
    *(lambda p, y, log=log: -masked(p, log).sum() / len(y) for log in (np.log, np.log2)),
    "log_of_the_mean: Take logs first, then the mean: one confident mistake must hurt.",
    lambda p, y: -np.log(picked(p, y).mean()),
    "surprisal: You weighed the surprisal with its probability. Each question counts once.",
    *(lambda p, y, f=f: -f(picked(p, y), np.log).mean() for f in (masked, plogp)),
    "accuracy_not_loss: That is accuracy, or the share of errors: 51/49 and 99/1 look alike.",
    *(lambda p, y, f=f: f(p.argmax(axis=1), y).mean() for f in (np.equal, np.not_equal)),
    "probability_not_log: That is a mean of probabilities. Log loss takes -log of each.",
    *(lambda p, y, f=f: f(picked(p, y)).mean() for f in (np.copy, lambda x: 1 - x)),
    "brier_not_log: Squares make the Brier score. Log loss takes -log, of the right answer.",
    lambda p, y: ((p - one_hot(p, y)) ** 2).sum(axis=1).mean(),
    lambda p, y: ((p - one_hot(p, y)) ** 2).mean(),
    "epsilon: Something was added or clipped. What was ruled out and came true costs np.inf.",
    *(lambda p, y, e=e: log_loss(p + e, y) for e in EPSILONS),
    *(lambda p, y, e=e: log_loss(np.clip(p, e, 1 - e), y) for e in EPSILONS),
    "every_answer_scored: You added -log(1 - p) of wrong answers. Only the right one counts.",
    lambda p, y: -np.log(1 - abs(one_hot(p, y) - p)).sum() / len(y),
    "perplexity_not_loss: That is e to the power of the loss, a perplexity.",
    lambda p, y: np.exp(log_loss(p, y)),
)
