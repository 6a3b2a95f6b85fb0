"""Exercise 6.3: KL(teacher || student) of one example, both softened by tau, in nats."""

import numpy as np

from ..kit import FunctionExercise, log_softmax, one_number, soft
from . import _loss
from ._loss import STUDENT, TEACHER, soft_term


def soft_loss(student_logits, teacher_logits, tau):
    return soft_term(student_logits, teacher_logits, tau)


def probes(rng):
    a, b, c = rng.normal(0, 2, (2, 6)), rng.normal(0, 3, (2, 10)), rng.normal(0, 2, (2, 5))
    given = [(STUDENT, TEACHER, 3.0), (STUDENT, TEACHER, 1.0)]
    drawn = [(*a, 2.0), (*b, float(rng.uniform(3.5, 8))), (*b, 0.8), (*c, 20.0)]
    two, equal = (np.array([1.0, -1.0]), np.array([0.5, 2.0]), 2.5), (a[0], a[0], 4.0)
    return [*given, *drawn, two, equal, (b[0] + 30, b[1] - 30, 5.0)]


def log_softmaxes(zs, zt, tau):
    return np.exp(log_softmax(zt / tau)) @ (log_softmax(zt / tau) - log_softmax(zs / tau))


def cross_entropy_minus_entropy(zs, zt, tau):
    p, q = soft(zt / tau), soft(zs / tau)
    return -(p * np.log(q)).sum() + (p * np.log(p)).sum()


EXERCISE = FunctionExercise(
    unit="nats",
    reference=soft_loss,
    probes=probes,
    view=one_number,
    right={
        "log-softmax": log_softmaxes,
        "cross-entropy minus entropy": cross_entropy_minus_entropy,
        "log of the ratio": lambda zs, zt, tau: (
            soft(zt / tau) * np.log(soft(zt / tau) / soft(zs / tau))
        ).sum(),
        "a row of one number": lambda zs, zt, tau: [soft_term(zs, zt, tau)],
    },
).known(
    *_loss.SOFT,
    "tau2_too_early: You multiplied by tau or tau^2. That belongs to the next exercise.",
    lambda zs, zt, tau: tau**2 * soft_term(zs, zt, tau),
    lambda zs, zt, tau: tau * soft_term(zs, zt, tau),
    "terms_not_added: These are the terms, one a class. Add them up: one number.",
    lambda zs, zt, tau: soft(zt / tau) * (np.log(soft(zt / tau)) - np.log(soft(zs / tau))),
    lambda zs, zt, tau: np.log(soft(zt / tau)) - np.log(soft(zs / tau)),
    "entropy_not_kl: That is the teacher's entropy: the student is not in it.",
    lambda zs, zt, tau: -(soft(zt / tau) * np.log(soft(zt / tau))).sum(),
    "log10: log10 gives neither bits nor nats. The loss is in nats: np.log.",
    lambda zs, zt, tau: soft_term(zs, zt, tau) / np.log(10),
)
