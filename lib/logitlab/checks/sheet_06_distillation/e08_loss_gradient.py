"""Exercise 6.8: gradient of the loss of one example, along each of the student's logits."""

import numpy as np

from logitlab.distillation import distillation_gradient

from ..kit import FunctionExercise, one_hot, soft, turned
from ._loss import WEIGHTS, loss, lost_default, probes


def soft_part(zs, zt, tau):
    return soft(zs / tau) - soft(zt / tau)


def hard_part(zs, zt, y, tau):
    return soft(zs) - one_hot(zs, y)


def gradient(soft_part=soft_part, hard_part=hard_part, weights=lambda tau, a: (a * tau**2, 1 - a)):
    """A gradient, made of its pieces; the weights are those of the loss."""

    def whole(zs, zt, y, tau=3.0, alpha=0.7):
        a, b = weights(tau, alpha)
        return a / tau * soft_part(zs, zt, tau) + b * hard_part(zs, zt, y, tau)

    return whole


def reverse_kl(zs, zt, tau):
    q = soft(zs / tau)
    gap = np.log(q) - np.log(soft(zt / tau))
    return q * (gap - (q * gap).sum())


def differences(zs, zt, y, tau, alpha, h=1e-5):
    """The gradient as a quotient of differences of the loss."""
    steps = h * np.eye(len(zs))
    both = [[loss()(zs + s, zt, y, tau, alpha) for s in (-step, step)] for step in steps]
    return np.diff(both, axis=1)[:, 0] / (2 * h)


EXERCISE = FunctionExercise(
    reference=distillation_gradient,
    probes=probes,
    right={"in pieces": gradient(), "quotient of differences": differences},
).known(
    "chain_rule_forgotten: The chain rule brings 1/tau, as the student's logits were divided.",
    gradient(lambda zs, zt, tau: tau * soft_part(zs, zt, tau)),
    "reverse_kl: That is of KL(student||teacher). With the teacher first it is (q - p) / tau.",
    gradient(reverse_kl),
    "hard_teacher: You used the teacher's argmax. Its softened distribution is the target.",
    gradient(lambda zs, zt, tau: soft(zs / tau) - one_hot(zs, np.argmax(zt))),
    gradient(lambda zs, zt, tau: soft(zs) - one_hot(zs, np.argmax(zt))),
    "swapped_roles: Teacher and student are swapped: that trains the teacher to imitate.",
    lambda zs, zt, *args: gradient()(zt, zs, *args),
    "soft_sign: The soft part has its sign turned round: student minus teacher, q - p.",
    gradient(lambda zs, zt, tau: -soft_part(zs, zt, tau)),
    "hard_sign: The hard part has its sign turned round: student minus one-hot label.",
    gradient(hard_part=lambda zs, zt, y, tau: one_hot(zs, y) - soft(zs)),
    "hard_term_softened: The hard part was softened too. It takes the student at tau = 1.",
    gradient(hard_part=lambda zs, zt, y, tau: soft(zs / tau) - one_hot(zs, y)),
    "label_missing: The one-hot label is missing from the hard part: softmax minus one-hot.",
    gradient(hard_part=lambda zs, zt, y, tau: soft(zs)),
    "label_not_a_row: You subtracted one number from every class. y is 1 at the label only.",
    gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - y),
    gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - 1),
    "label_from_teacher: The hard part must use the label, not the teacher's favourite class.",
    gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - one_hot(zs, np.argmax(zt))),
    "teacher_not_softened: The teacher's logits were not divided by tau. Both are softened.",
    gradient(lambda zs, zt, tau: soft(zs / tau) - soft(zt)),
    "student_not_softened: The student's logits were not divided by tau. Both are softened.",
    gradient(lambda zs, zt, tau: soft(zs) - soft(zt / tau)),
    "tau_ignored: Neither distribution was softened: divide both rows of logits by tau first.",
    gradient(lambda zs, zt, tau: soft(zs) - soft(zt)),
    "tau_multiplied: You multiplied the logits by tau. Softening divides them.",
    gradient(lambda zs, zt, tau: soft(zs * tau) - soft(zt * tau)),
    "logits_not_probabilities: You subtracted logits, right for large tau. Use softmax.",
    *(gradient(lambda zs, zt, tau: zs - zt), gradient(lambda zs, zt, tau: (zs - zt) / tau)),
    "reduction_mean: You divided by the number of classes. One example's KL adds up over them.",
    lambda zs, *args: gradient()(zs, *args) / len(zs),
    gradient(lambda zs, zt, tau: soft_part(zs, zt, tau) / len(zs)),
    "loss_not_gradient: That is the loss. Return its slope along each of the student's logits.",
    loss(),
    *turned(WEIGHTS, lambda weights: gradient(weights=weights)),
    *lost_default(gradient()),
)
