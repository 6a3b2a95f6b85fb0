"""Exercise 6.11: the loss of a batch, the mean over its examples."""

import numpy as np

from logitlab.distillation import distillation_loss

from ..kit import FunctionExercise, one_number, soft, turned
from ._loss import LOSSES, loss
from .e04_distillation_loss import log_softmaxes


def probes(rng):
    def batch(n, classes, tau, alpha, size=2.0):
        zs, zt = rng.normal(0, size, (2, n, classes))
        return zs, zt, rng.integers(0, classes, n), tau, alpha

    square, one = [batch(3, 4, 3.0, 0.7), batch(4, 4, 2.0, 0.5)], batch(1, 4, 3.0, 0.7)
    wide = batch(5, 10, float(rng.uniform(3.5, 8)), 0.3, size=3.0)
    taus = [batch(6, 3, 1.0, 0.6), batch(2, 5, 20.0, 0.9), batch(5, 4, 0.8, rng.uniform(0.2, 0.8))]
    alphas = [batch(7, 2, 4.0, 0.0), batch(3, 6, 1.5, 1.0)]
    return [*square, wide, *taus, one, *alphas]


def for_each(form):
    """What is written for one example, for each of a batch."""
    return lambda *batch: np.array([form(*row, *batch[3:]) for row in zip(*batch[:3], strict=True)])


def mean(form):
    return lambda *args: for_each(form)(*args).mean()


each = for_each(loss())
soft_terms = for_each(loss(weights=lambda tau, a: (a * tau**2, 0)))
hard_terms = for_each(loss(weights=lambda tau, a: (0, 1 - a)))


def with_labels(pick):
    """The hard term read from the batch's log probabilities by ``pick(log_probs, labels)``."""

    def whole(zs, zt, y, tau, alpha):
        hard = -pick(np.log(soft(zs)), y).mean()
        return soft_terms(zs, zt, y, tau, alpha).mean() + (1 - alpha) * hard

    return whole


def with_softmax(probs):
    """The batch's loss with another softmax."""

    def whole(zs, zt, y, tau, alpha):
        p, q = probs(zt / tau), probs(zs / tau)
        kl = (p * (np.log(p) - np.log(q))).sum(axis=1).mean()
        return alpha * tau**2 * kl - (1 - alpha) * np.log(probs(zs))[np.arange(len(y)), y].mean()

    return whole


EXERCISE = FunctionExercise(
    unit="nats",
    reference=distillation_loss,
    probes=probes,
    view=one_number,
    right={
        "one row at a time": mean(loss()),
        "softmax with keepdims": with_softmax(soft),
        "log-softmax, put together": mean(log_softmaxes),
    },
).known(
    "sum_not_mean: You added up the examples. The loss of a batch is their mean.",
    lambda *args: each(*args).sum(),
    "one_term_summed: One term is averaged over the examples, the other added. Average both.",
    lambda *args: soft_terms(*args).sum() + hard_terms(*args).mean(),
    lambda *args: soft_terms(*args).mean() + hard_terms(*args).sum(),
    "one_loss_a_row: These are the losses of the examples. Return their mean, one number.",
    each,
    "first_row_only: Only one example was used. Average over all rows.",
    *(lambda *args: each(*args)[0], lambda *args: each(*args)[-1]),
    "axis_0: Softmax went down the columns, across examples. Use axis=-1, with keepdims=True.",
    with_softmax(lambda z: soft(z.T).T),
    "one_softmax_for_all: One softmax for the whole batch. Each row must add up to 1: axis=-1.",
    with_softmax(lambda z: soft(z.ravel()).reshape(z.shape)),
    "keepdims_missing: Without keepdims=True the sums of the rows line up with the columns.",
    with_softmax(lambda z: np.exp(z) / np.exp(z).sum(axis=-1)),
    "labels_pick_columns: log_probs[:, labels] takes every label's column from every row. Pair "
    "them: log_probs[np.arange(n), labels].",
    with_labels(lambda log_probs, y: log_probs[:, y]),
    with_labels(lambda log_probs, y: log_probs[:, y].sum(axis=1)),
    "divided_by_classes: You divided by the number of classes. Divide by that of examples.",
    lambda zs, *args: each(zs, *args).sum() / zs.shape[1],
    "mean_before_loss: You averaged the examples first. Average their losses.",
    lambda zs, zt, y, tau, a: loss()(zs.mean(axis=0), zt.mean(axis=0), y[0], tau, a),
    *turned(LOSSES, mean),
)
