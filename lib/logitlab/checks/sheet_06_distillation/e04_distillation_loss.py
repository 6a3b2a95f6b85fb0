"""Exercise 6.4: alpha tau^2 KL(teacher || student) + (1 - alpha) cross-entropy, of one example."""

import numpy as np

from logitlab.distillation import distillation_loss

from ..kit import FunctionExercise, log_softmax, one_hot, one_number
from . import _loss
from ._loss import hard_term, loss, soft_term


def log_softmaxes(zs, zt, y, tau, alpha):
    p, q = log_softmax(zt / tau), log_softmax(zs / tau)
    return alpha * tau**2 * np.exp(p) @ (p - q) - (1 - alpha) * one_hot(zs, y) @ log_softmax(zs)


EXERCISE = FunctionExercise(
    unit="nats",
    reference=distillation_loss,
    probes=_loss.probes,
    view=one_number,
    right={
        "pieces": loss(),
        "log-softmax, one-hot label": log_softmaxes,
        "an array of one number": lambda *args: np.array(loss()(*args)),
        "a row of one number": lambda *args: np.array([loss()(*args)]),
    },
).known(
    *_loss.LOSSES,
    "terms_not_added: One number is asked for, the weighted sum of the two terms.",
    lambda zs, zt, y, tau, alpha: [
        alpha * tau**2 * soft_term(zs, zt, tau),
        (1 - alpha) * hard_term(zs, zt, y, tau),
    ],
    lambda zs, zt, y, tau, alpha: [soft_term(zs, zt, tau), hard_term(zs, zt, y, tau)],
    *_loss.lost_default(loss()),
)
