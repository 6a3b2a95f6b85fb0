"""
What the exercises of lesson 6 share: two rows of logits, the loss in pieces, mistakes with them.

A wrong loss is `loss` with one of its pieces exchanged. All are of one example; the loss of a batch
is the mean over its rows.
"""

import numpy as np

from ..kit import Rule, known, one_hot, soft, turned

STUDENT = np.array([2.0, 1.0, 0.5, 0.1])
TEACHER = np.array([3.0, 1.5, -0.5, -1.0])


def kl(p, q):
    return (p * (np.log(p) - np.log(q))).sum()


def soft_term(zs, zt, tau):
    return kl(soft(zt / tau), soft(zs / tau))


def hard_term(zs, zt, y, tau):
    return -np.log(soft(zs))[y]


def loss(soft_term=soft_term, hard_term=hard_term, weights=lambda tau, a: (a * tau**2, 1 - a)):
    """A loss, made of its pieces; `weights` are those of the soft and of the hard term."""

    def whole(zs, zt, y, tau=3.0, alpha=0.7):
        a, b = weights(tau, alpha)
        return a * soft_term(zs, zt, tau) + b * hard_term(zs, zt, y, tau)

    return whole


def probes(rng):
    """Student, teacher, label, tau and alpha of one example."""
    a, b, c = rng.normal(0, 2, (2, 6)), rng.normal(0, 3, (2, 10)), rng.normal(0, 2, (2, 5))
    beside = int(np.argmin(a[1]))  # the label that the teacher thinks least of
    two = np.array([1.0, -1.0]), np.array([0.5, 2.0])
    given = [(STUDENT, TEACHER, 0, 3.0, 0.7), (*two, 1, 2.5, 0.4)]
    warm = (*b, int(rng.integers(10)), float(rng.uniform(3.5, 8)), 0.3)
    cold = (*b, int(rng.integers(10)), 0.8, float(rng.uniform(0.2, 0.8)))
    taus = [warm, cold, (*c, int(rng.integers(1, 5)), 1.0, 0.5), (*c[::-1], 4, 20.0, 0.9)]
    alphas, equal = [(*a, 0, 1.5, 1.0), (*a, 5, 4.0, 0.0)], (b[0], b[0], 3, 3.0, 0.7)
    far = (b[0] + 30, b[1] - 30, 2, 5.0, 0.8)
    return [*given, (*a, beside, 2.0, 0.6), *taus, *alphas, equal, far]


def lost_default(right):
    """The mistake of a function that is right wherever tau and alpha are given, and only there."""

    def differs(call):
        return not np.allclose(call(STUDENT, TEACHER, 0), right(STUDENT, TEACHER, 0), rtol=1e-4)

    return known(
        "other_default: The stub's defaults got lost: keep tau=3.0, alpha=0.7 in the first line.",
        lambda zs, zt, y, tau=1.0, alpha=0.7: right(zs, zt, y, tau, alpha),
        lambda zs, zt, y, tau=3.0, alpha=0.5: right(zs, zt, y, tau, alpha),
        Rule(differs),
    )


# --- Wrong soft terms: (student_logits, teacher_logits, tau).

SOFT = known(
    "reverse_kl: That is KL(student||teacher). The target comes first: KL(teacher||student).",
    lambda zs, zt, tau: kl(soft(zs / tau), soft(zt / tau)),
    "reduction_mean: You divided by the number of classes (np.mean). KL adds up over them.",
    lambda zs, zt, tau: soft_term(zs, zt, tau) / len(zs),
    "hard_teacher: You trained on the teacher's argmax: that discards the dark knowledge. Use the "
    "whole soft distribution.",
    lambda zs, zt, tau: -np.log(soft(zs))[np.argmax(zt)],
    lambda zs, zt, tau: -np.log(soft(zs / tau))[np.argmax(zt)],
    "mse_probs: Squared error of probabilities is not KL. (That of logits is the large-tau limit.)",
    *(
        lambda zs, zt, tau, a=a: a((soft(zt / tau) - soft(zs / tau)) ** 2)
        for a in (np.sum, np.mean)
    ),
    *(lambda zs, zt, tau, a=a: a((soft(zt) - soft(zs)) ** 2) for a in (np.sum, np.mean)),
    "soft_ce: Cross-entropy instead of KL: larger by the teacher's entropy, which the student "
    "cannot change. Fine for training, since the gradients are identical; a different number.",
    lambda zs, zt, tau: -(soft(zt / tau) * np.log(soft(zs / tau))).sum(),
    "squared_logits: You squared differences of logits. Compare the softened probabilities: KL.",
    *(lambda zs, zt, tau, a=a: a((zs - zt) ** 2) for a in (np.sum, np.mean)),
    *(lambda zs, zt, tau, a=a: a((zs / tau - zt / tau) ** 2) for a in (np.sum, np.mean)),
    "teacher_not_softened: The teacher's logits were not divided by tau. Both are softened.",
    lambda zs, zt, tau: kl(soft(zt), soft(zs / tau)),
    "student_not_softened: The student's logits were not divided by tau. Both are softened.",
    lambda zs, zt, tau: kl(soft(zt / tau), soft(zs)),
    "tau_ignored: Neither distribution was softened: divide both rows of logits by tau first.",
    lambda zs, zt, tau: soft_term(zs, zt, 1.0),
    "tau_multiplied: You multiplied by tau. That sharpens. Softening divides: softmax(z / tau).",
    lambda zs, zt, tau: soft_term(zs, zt, 1 / tau),
    "tau_after_softmax: You divided probabilities by tau. tau divides the logits, before softmax.",
    lambda zs, zt, tau: soft_term(zs, zt, 1.0) / tau,
    lambda zs, zt, tau: kl(soft(soft(zt) / tau), soft(soft(zs) / tau)),
    "softmax_twice: You ran softmax on probabilities. Soften the logits and run it once.",
    lambda zs, zt, tau: kl(soft(soft(zt / tau)), soft(soft(zs / tau))),
    "unweighted_logs: Weigh each difference of logs by the teacher's probability, then add.",
    lambda zs, zt, tau: (np.log(soft(zt / tau)) - np.log(soft(zs / tau))).sum(),
    lambda zs, zt, tau: (np.log(soft(zt / tau)) - np.log(soft(zs / tau))).mean(),
    "absolute_difference: You added differences of probabilities, no sign. KL weighs logarithms.",
    *(lambda zs, zt, tau, a=a: a(abs(soft(zt / tau) - soft(zs / tau))) for a in (np.sum, np.mean)),
    "sign_flipped: The sign is turned round. KL is never below 0: log of teacher over student.",
    lambda zs, zt, tau: -soft_term(zs, zt, tau),
    "symmetric: You used both directions of KL. Distillation uses one: KL(teacher||student).",
    *(
        lambda zs, zt, tau, c=c: c * (soft_term(zs, zt, tau) + soft_term(zt, zs, tau))
        for c in (1, 0.5)
    ),
)

# --- Wrong hard terms: (student_logits, teacher_logits, label, tau).

HARD = known(
    "hard_term_softened: The hard term was softened too. It takes the student at temperature 1.",
    lambda zs, zt, y, tau: -np.log(soft(zs / tau))[y],
    "hard_sign: The cross-entropy with the label is minus the log of its probability.",
    lambda zs, zt, y, tau: np.log(soft(zs))[y],
    "probability_not_log: The hard term is -log p of the label, not p or 1 - p.",
    lambda zs, zt, y, tau: soft(zs)[y],
    lambda zs, zt, y, tau: 1 - soft(zs)[y],
    "logit_not_probability: The hard term takes the label's log probability, not its logit.",
    lambda zs, zt, y, tau: -zs[y],
    "label_from_teacher: The hard term must use the label, not anybody's favourite class.",
    lambda zs, zt, y, tau: -np.log(soft(zs))[np.argmax(zt)],
    lambda zs, zt, y, tau: -np.log(soft(zs))[np.argmax(zs)],
    "always_class_0: The hard term looks at the first class, or at all of them. Use the label's.",
    lambda zs, zt, y, tau: -np.log(soft(zs))[0],
    *(lambda zs, zt, y, tau, a=a: -a(np.log(soft(zs))) for a in (np.sum, np.mean)),
    "teacher_against_label: The hard term trains the student: use ITS probability of the label.",
    lambda zs, zt, y, tau: -np.log(soft(zt))[y],
    "squared_label_error: The hard term is -log p of the label, not a squared error.",
    lambda zs, zt, y, tau: ((soft(zs) - one_hot(zs, y)) ** 2).sum(),
)

# --- Wrong weights, of the soft and of the hard term: (tau, alpha).

WEIGHTS = known(
    "no_tau2: tau^2 is missing: soft gradients shrink like 1/tau^2, so at tau = 3 the teacher's "
    "voice is 9 times too quiet.",
    lambda tau, a: (a, 1 - a),
    "alpha_swapped: Here alpha weighs the SOFT loss. (In Keras' example it is the hard loss.)",
    *(lambda tau, a: ((1 - a) * tau**2, a), lambda tau, a: (1 - a, a)),
    "tau_not_squared: tau instead of tau^2: soft gradients shrink twice, by 1/tau each time.",
    lambda tau, a: (a * tau, 1 - a),
    "tau_doubled: tau * 2 is twice tau. Squared is tau**2 (tau ^ 2 is something else in Python).",
    lambda tau, a: (a * tau * 2, 1 - a),
    "tau2_divides: You divided by tau^2 (or tau). Soft gradients are too small already: multiply.",
    *(lambda tau, a: (a / tau**2, 1 - a), lambda tau, a: (a / tau, 1 - a)),
    "tau2_on_hard: tau^2 stands at the hard term (too). Only the soft term was softened.",
    *(lambda tau, a: (a, (1 - a) * tau**2), lambda tau, a: (a * tau**2, (1 - a) * tau**2)),
    "hard_not_weighted: The hard term has the weight 1 - alpha.",
    *(lambda tau, a: (a * tau**2, 1.0), lambda tau, a: (a * tau**2, a)),
    "soft_not_weighted: The soft term has the weight alpha * tau^2.",
    lambda tau, a: (tau**2, 1 - a),
    "alpha_ignored: alpha was not used: the terms are weighed alpha and 1 - alpha.",
    *(lambda tau, a: (tau**2, 1.0), lambda tau, a: (1.0, 1.0)),
    *(lambda tau, a: (0.7 * tau**2, 0.3), lambda tau, a: (0.5 * tau**2, 0.5)),
    "soft_term_only: The label's term is missing. Add it; its weight is 1 - alpha.",
    *(lambda tau, a: (a * tau**2, 0.0), lambda tau, a: (tau**2, 0.0)),
    "hard_term_only: The teacher's term is missing. Add it; its weight is alpha * tau^2.",
    *(lambda tau, a: (0.0, 1 - a), lambda tau, a: (0.0, 1.0)),
    "tau_is_three: tau^2 is always 9 in your answer. Use the tau that is given.",
    lambda tau, a: (a * 9, 1 - a),
)


def without_tau2(soft_term):
    return loss(soft_term, weights=lambda tau, a: (a, 1 - a))


# Each of these as a whole loss; who changed the soft term may have left tau^2 away as well.
LOSSES = [
    *turned(WEIGHTS, lambda weights: loss(weights=weights)),
    *turned(SOFT, loss, without_tau2),
    *turned(HARD, lambda hard_term: loss(hard_term=hard_term)),
    *known(
        "swapped_roles: Teacher and student are swapped: that trains the teacher to imitate.",
        lambda zs, zt, *args: loss()(zt, zs, *args),
        "bits_not_nats: log2 gives bits. The loss is in nats: np.log.",
        loss(lambda zs, zt, tau: soft_term(zs, zt, tau) / np.log(2)),
        loss(hard_term=lambda zs, zt, y, tau: -np.log2(soft(zs))[y]),
    ),
]
