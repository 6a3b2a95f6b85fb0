"""
Exercises of lesson 6: distillation.

A wrong loss is `_loss` with one of its pieces exchanged, and so is a wrong gradient. Each piece is
written for one example; a batch is the mean over its rows.
"""

import math

import numpy as np

from logitlab.checks._former import FunctionExercise, Mistake, Part, ValueExercise
from logitlab.checks.mistakes import SOFTMAX, TEMPERATURE, one_hot, share, soft
from logitlab.checks.sheet_01_temperature._one_row import RIGHT as SOFTMAX_VARIANTS
from logitlab.checks.sheet_01_temperature._one_row import probes as one_row_probes
from logitlab.distillation import distillation_gradient, distillation_loss
from logitlab.distributions import log_softmax, softmax

STUDENT = np.array([2.0, 1.0, 0.5, 0.1])
TEACHER = np.array([3.0, 1.5, -0.5, -1.0])


# --- The pieces of a loss: a soft term, a hard term, their weights.


def _kl(p, q):
    return float((p * (np.log(p) - np.log(q))).sum())


def _soft(zs, zt, tau):
    return _kl(soft(zt / tau), soft(zs / tau))


def _hard(zs, zt, y, tau):
    return -float(np.log(soft(zs))[y])


def _weights(tau, alpha):
    return alpha * tau**2, 1 - alpha


def _loss(soft_term=_soft, hard_term=_hard, weights=_weights):
    def loss(zs, zt, y, tau=3.0, alpha=0.7):
        a, b = weights(tau, alpha)
        return a * soft_term(zs, zt, tau) + b * hard_term(zs, zt, y, tau)

    return loss


def _squared_logits(zs, zt, tau):
    return float((((zs - zs.mean()) - (zt - zt.mean())) ** 2).sum() / (2 * len(zs) * tau**2))


# Each is a wrong soft term, a function of (student_logits, teacher_logits, tau).
SOFT = [
    Mistake(
        "D02_reverse_kl",
        "KL(student||teacher). The target comes first in the formula: KL(teacher||student); in "
        "torch it is F.kl_div(log_student, teacher).",
        [lambda zs, zt, tau: _kl(soft(zs / tau), soft(zt / tau))],
    ),
    Mistake(
        "D06_reduction_mean",
        "You divided by the number of classes (np.mean, or reduction='mean'). KL adds up over the "
        "classes: reduction='batchmean'.",
        [lambda zs, zt, tau: _soft(zs, zt, tau) / len(zs)],
    ),
    Mistake(
        "D08_hard_teacher",
        "You trained on the teacher's argmax: that discards the dark knowledge. Use the whole "
        "soft distribution.",
        [
            lambda zs, zt, tau: -float(np.log(soft(zs))[np.argmax(zt)]),
            lambda zs, zt, tau: -float(np.log(soft(zs / tau))[np.argmax(zt)]),
        ],
    ),
    Mistake(
        "D10_mse_probs",
        "Squared error of probabilities is not KL. (Squared error of logits is the limit for "
        "large tau.)",
        [
            lambda zs, zt, tau: float(((soft(zt / tau) - soft(zs / tau)) ** 2).sum()),
            lambda zs, zt, tau: float(((soft(zt / tau) - soft(zs / tau)) ** 2).mean()),
            lambda zs, zt, tau: float(((soft(zt / tau) - soft(zs / tau)) ** 2).sum() / 2),
            lambda zs, zt, tau: float(((soft(zt) - soft(zs)) ** 2).sum()),
            lambda zs, zt, tau: float(((soft(zt) - soft(zs)) ** 2).mean()),
        ],
    ),
    Mistake(
        "D11_soft_ce",
        "Cross-entropy instead of KL: larger by the teacher's entropy, which the student cannot "
        "change. Fine for training, since the gradients are identical; a different number.",
        [
            lambda zs, zt, tau: -float((soft(zt / tau) * np.log(soft(zs / tau))).sum()),
            lambda zs, zt, tau: -float((soft(zt / tau) * np.log(soft(zs / tau))).mean()),
        ],
    ),
    Mistake(
        "squared_logits",
        "That is the squared difference of the logits, the limit for large tau. Compare the "
        "softened probabilities: KL.",
        [
            _squared_logits,
            lambda zs, zt, tau: float(((zs - zt) ** 2).mean()),
            lambda zs, zt, tau: float(((zs - zt) ** 2).sum()),
            lambda zs, zt, tau: float((((zs - zt) / tau) ** 2).mean()),
            lambda zs, zt, tau: float((((zs - zt) / tau) ** 2).sum()),
        ],
    ),
    Mistake(
        "teacher_not_softened",
        "The teacher's logits were not divided by tau. Both distributions are softened.",
        [lambda zs, zt, tau: _kl(soft(zt), soft(zs / tau))],
    ),
    Mistake(
        "student_not_softened",
        "The student's logits were not divided by tau. Both distributions are softened.",
        [lambda zs, zt, tau: _kl(soft(zt / tau), soft(zs))],
    ),
    Mistake(
        "tau_ignored",
        "Neither distribution was softened: divide both rows of logits by tau first.",
        [lambda zs, zt, tau: _soft(zs, zt, 1.0)],
    ),
    Mistake(
        "tau_multiplied",
        "You multiplied by tau. That sharpens; softening divides: softmax(logits / tau).",
        [lambda zs, zt, tau: _soft(zs, zt, 1 / tau)],
    ),
    Mistake(
        "tau_after_softmax",
        "You divided probabilities by tau. tau divides the logits, before softmax.",
        [
            lambda zs, zt, tau: _soft(zs, zt, 1.0) / tau,
            lambda zs, zt, tau: _kl(soft(soft(zt) / tau), soft(soft(zs) / tau)),
        ],
    ),
    Mistake(
        "softmax_twice",
        "You ran softmax on probabilities. Soften the logits and run it once.",
        [
            lambda zs, zt, tau: _kl(soft(soft(zt / tau)), soft(soft(zs / tau))),
            lambda zs, zt, tau: _kl(soft(zt / tau), soft(soft(zs / tau))),
        ],
    ),
    Mistake(
        "unweighted_logs",
        "Each difference of logarithms must be weighed by the teacher's probability before they "
        "are added.",
        [
            lambda zs, zt, tau: float((np.log(soft(zt / tau)) - np.log(soft(zs / tau))).sum()),
            lambda zs, zt, tau: float((np.log(soft(zt / tau)) - np.log(soft(zs / tau))).mean()),
            lambda zs, zt, tau: float(np.abs(np.log(soft(zt / tau) / soft(zs / tau))).sum()),
        ],
    ),
    Mistake(
        "absolute_difference",
        "That is the absolute difference of the probabilities. KL weighs logarithms.",
        [
            lambda zs, zt, tau: float(np.abs(soft(zt / tau) - soft(zs / tau)).sum()),
            lambda zs, zt, tau: float(np.abs(soft(zt / tau) - soft(zs / tau)).sum() / 2),
            lambda zs, zt, tau: float(np.abs(soft(zt / tau) - soft(zs / tau)).mean()),
        ],
    ),
    Mistake(
        "sign_flipped",
        "The sign is turned round: KL is never below 0. It is the log of teacher over student.",
        [lambda zs, zt, tau: -_soft(zs, zt, tau)],
    ),
    Mistake(
        "bits_not_nats",
        "log2 gives bits. The loss is in nats: np.log.",
        [lambda zs, zt, tau: _soft(zs, zt, tau) / math.log(2)],
    ),
    Mistake(
        "log10",
        "log10 gives neither bits nor nats. The loss is in nats: np.log.",
        [lambda zs, zt, tau: _soft(zs, zt, tau) / math.log(10)],
    ),
    Mistake(
        "symmetric",
        "You averaged (or added) both directions. Distillation uses one: KL(teacher||student).",
        [
            lambda zs, zt, tau, c=c: c * (_soft(zs, zt, tau) + _soft(zt, zs, tau))
            for c in (1.0, 0.5)
        ],
    ),
]  # fmt: skip

# What is wrong only where the soft term stands alone.
SOFT_ALONE = [
    Mistake(
        "tau2_too_early",
        "tau squared is there already. It belongs to the loss of the next exercise.",
        [
            lambda zs, zt, tau: tau**2 * _soft(zs, zt, tau),
            lambda zs, zt, tau: tau * _soft(zs, zt, tau),
        ],
    ),
    Mistake(
        "terms_not_added",
        "These are the terms, one a class. Add them up: one number.",
        [
            lambda zs, zt, tau: (p := soft(zt / tau)) * (np.log(p) - np.log(soft(zs / tau))),
            lambda zs, zt, tau: np.log(soft(zt / tau)) - np.log(soft(zs / tau)),
        ],
    ),
    Mistake(
        "entropy_not_kl",
        "That is the teacher's entropy: the student is not in it.",
        [lambda zs, zt, tau: -float(((p := soft(zt / tau)) * np.log(p)).sum())],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda zs, zt, tau, d=d: round(_soft(zs, zt, tau), d) for d in (4, 3, 2)],
    ),
]

# Wrong weights: (of the soft term, of the hard term).
WEIGHTS = [
    Mistake(
        "D01_no_tau2",
        "tau^2 is missing: soft gradients shrink like 1/tau^2, so at tau = 3 the teacher's voice "
        "is 9 times too quiet.",
        [lambda tau, alpha: (alpha, 1 - alpha)],
    ),
    Mistake(
        "D03_alpha_swapped",
        "Here alpha weighs the SOFT loss. (Keras' example uses alpha for the hard loss: check the "
        "convention.)",
        [
            lambda tau, alpha: ((1 - alpha) * tau**2, alpha),
            lambda tau, alpha: (1 - alpha, alpha),
        ],
    ),
    Mistake(
        "D09_tau_not_squared",
        "tau instead of tau^2: one 1/tau comes from the chain rule, the other from the flattened "
        "probability differences.",
        [lambda tau, alpha: (alpha * tau, 1 - alpha)],
    ),
    Mistake(
        "tau_doubled",
        "tau * 2 is twice tau. Squared is tau**2 (and tau ^ 2 is something else in Python).",
        [lambda tau, alpha: (alpha * tau * 2, 1 - alpha)],
    ),
    Mistake(
        "tau2_divides",
        "You divided by tau^2 (or by tau). The soft gradients are too small already: multiply.",
        [
            lambda tau, alpha: (alpha / tau**2, 1 - alpha),
            lambda tau, alpha: (alpha / tau, 1 - alpha),
        ],
    ),
    Mistake(
        "tau2_on_hard",
        "tau^2 stands at the hard term too, or there alone. Only the soft term was softened.",
        [
            lambda tau, alpha: (alpha, (1 - alpha) * tau**2),
            lambda tau, alpha: (alpha * tau**2, (1 - alpha) * tau**2),
        ],
    ),
    Mistake(
        "hard_not_weighted",
        "The hard term has the weight 1 - alpha.",
        [
            lambda tau, alpha: (alpha * tau**2, 1.0),
            lambda tau, alpha: (alpha * tau**2, alpha),
            lambda tau, alpha: (alpha * tau**2, 1 + alpha),
        ],
    ),
    Mistake(
        "soft_not_weighted",
        "The soft term has the weight alpha * tau^2.",
        [lambda tau, alpha: (tau**2, 1 - alpha)],
    ),
    Mistake(
        "alpha_ignored",
        "alpha was not used: the terms are weighed alpha and 1 - alpha.",
        [
            lambda tau, alpha: (tau**2, 1.0),
            lambda tau, alpha: (1.0, 1.0),
            lambda tau, alpha: (0.7 * tau**2, 0.3),
            lambda tau, alpha: (0.5 * tau**2, 0.5),
        ],
    ),
    Mistake(
        "soft_term_only",
        "The labels are missing: add (1 - alpha) times the cross-entropy with the label.",
        [lambda tau, alpha: (alpha * tau**2, 0.0), lambda tau, alpha: (tau**2, 0.0)],
    ),
    Mistake(
        "hard_term_only",
        "The teacher is missing: add alpha * tau^2 times the KL divergence.",
        [lambda tau, alpha: (0.0, 1 - alpha), lambda tau, alpha: (0.0, 1.0)],
    ),
    Mistake(
        "halved",
        "You averaged the two terms. alpha and 1 - alpha are the weights already.",
        [lambda tau, alpha: (alpha * tau**2 / 2, (1 - alpha) / 2)],
    ),
    Mistake(
        "tau_is_three",
        "tau^2 is always 9 in your answer. Use the tau that is given.",
        [lambda tau, alpha: (alpha * 9, 1 - alpha)],
    ),
]

# Wrong hard terms: (student_logits, teacher_logits, label, tau).
HARD = [
    Mistake(
        "hard_term_softened",
        "The hard term was softened too. The label is compared with the student at temperature 1.",
        [lambda zs, zt, y, tau: -float(np.log(soft(zs / tau))[y])],
    ),
    Mistake(
        "hard_sign",
        "The cross-entropy with the label is minus the log of its probability.",
        [lambda zs, zt, y, tau: float(np.log(soft(zs))[y])],
    ),
    Mistake(
        "probability_not_log",
        "The hard term is -log p of the label, not p or 1 - p.",
        [
            lambda zs, zt, y, tau: float(soft(zs)[y]),
            lambda zs, zt, y, tau: float(1 - soft(zs)[y]),
            lambda zs, zt, y, tau: -float(soft(zs)[y]),
        ],
    ),
    Mistake(
        "logit_not_probability",
        "The hard term takes the label's log probability, not its logit.",
        [
            lambda zs, zt, y, tau: -float(zs[y]),
            lambda zs, zt, y, tau: -float(soft(soft(zs))[y]),
        ],
    ),
    Mistake(
        "label_from_teacher",
        "The hard term must use the label. The teacher's (or student's) favourite can be wrong.",
        [
            lambda zs, zt, y, tau: -float(np.log(soft(zs))[np.argmax(zt)]),
            lambda zs, zt, y, tau: -float(np.log(soft(zs))[np.argmax(zs)]),
        ],
    ),
    Mistake(
        "always_class_0",
        "The hard term always looks at one class. Use the label.",
        [
            lambda zs, zt, y, tau: -float(np.log(soft(zs))[0]),
            lambda zs, zt, y, tau: -float(np.log(soft(zs)).sum()),
            lambda zs, zt, y, tau: -float(np.log(soft(zs)).mean()),
        ],
    ),
    Mistake(
        "teacher_against_label",
        "The hard term trains the student: use its probability of the label, not the teacher's.",
        [lambda zs, zt, y, tau: -float(np.log(soft(zt))[y])],
    ),
    Mistake(
        "bits_not_nats",
        "log2 gives bits. The loss is in nats: np.log.",
        [lambda zs, zt, y, tau: -float(np.log2(soft(zs))[y])],
    ),
    Mistake(
        "squared_label_error",
        "The hard term is a cross-entropy, -log p of the label, not a squared error.",
        [
            lambda zs, zt, y, tau: float(((soft(zs) - one_hot(zs, y)) ** 2).sum()),
            lambda zs, zt, y, tau: float(((soft(zs) - one_hot(zs, y)) ** 2).mean()),
        ],
    ),
]

_BARE = lambda tau, alpha: (alpha, 1 - alpha)  # noqa: E731  a wrong term, and tau^2 forgotten too


def _with_wrong_terms(wrap=lambda loss: loss):
    """Every mistake in a term or a weight, as a whole loss."""
    found: dict[str, list] = {}
    why = {m.id: m.why for m in [*SOFT, *HARD, *WEIGHTS]}
    for m in WEIGHTS:
        found[m.id] = [_loss(weights=form) for form in m.forms]
    for m in SOFT:
        found[m.id] = [_loss(soft_term=form) for form in m.forms]
    found["D08_hard_teacher"] += [_loss(form, weights=_BARE) for form in SOFT[2].forms]
    found["D10_mse_probs"] += [_loss(form, weights=_BARE) for form in SOFT[3].forms[:2]]
    for m in HARD:
        found.setdefault(m.id, [])
        found[m.id] += [_loss(hard_term=form) for form in m.forms]
    bits = found["bits_not_nats"]
    bits.append(lambda zs, zt, y, tau, alpha: _loss()(zs, zt, y, tau, alpha) / math.log(2))
    return [Mistake(i, why[i], [wrap(form) for form in forms]) for i, forms in found.items()]


LOSS = [
    Mistake(
        "D14_swapped_roles",
        "Teacher and student are swapped: you would train the teacher to imitate the student.",
        [lambda zs, zt, y, tau, alpha: _loss()(zt, zs, y, tau, alpha)],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [
            lambda zs, zt, y, tau, alpha, d=d: round(_loss()(zs, zt, y, tau, alpha), d)
            for d in (4, 3, 2)
        ],
    ),
    Mistake(
        "terms_not_added",
        "One number is asked for, the weighted sum of the two terms.",
        [
            lambda zs, zt, y, tau, alpha: [
                alpha * tau**2 * _soft(zs, zt, tau),
                (1 - alpha) * _hard(zs, zt, y, tau),
            ],
            lambda zs, zt, y, tau, alpha: [_soft(zs, zt, tau), _hard(zs, zt, y, tau)],
        ],
    ),
]


def _library(zs, zt, y, tau=3.0, alpha=0.7):
    return distillation_loss(zs, zt, y, tau, alpha)


def _pair(rng, n, size=2.0):
    return rng.normal(0, size, n), rng.normal(0, size, n)


def _loss_probes(rng):
    a, b, c = _pair(rng, 6), _pair(rng, 10, 3.0), _pair(rng, 5)
    beside = int(np.argsort(a[1])[0])  # the label that the teacher thinks least of
    return [
        (STUDENT, TEACHER, 0, 3.0, 0.7),
        (*a, beside, 2.0, 0.6),
        (*b, int(rng.integers(10)), float(rng.uniform(3.5, 8)), 0.3),
        (*c, int(rng.integers(1, 5)), 1.0, 0.5),
        (*c[::-1], 4, 20.0, 0.9),
        (*a, 0, 1.5, 1.0),
        (*a, 5, 4.0, 0.0),
        (np.array([1.0, -1.0]), np.array([0.5, 2.0]), 1, 2.5, 0.4),
        (b[0], b[0], 3, 3.0, 0.7),
        (b[0] + 30, b[1] - 30, 2, 5.0, 0.8),
        (*b, int(rng.integers(10)), 0.8, float(rng.uniform(0.2, 0.8))),
    ]


def _soft_probes(rng):
    a, b, c = _pair(rng, 6), _pair(rng, 10, 3.0), _pair(rng, 5)
    return [
        (STUDENT, TEACHER, 3.0),
        (STUDENT, TEACHER, 1.0),
        (*a, 2.0),
        (*b, float(rng.uniform(3.5, 8))),
        (*c, 20.0),
        (np.array([1.0, -1.0]), np.array([0.5, 2.0]), 2.5),
        (a[0], a[0], 4.0),
        (b[0] + 30, b[1] - 30, 5.0),
        (*b, 0.8),
    ]


LOSS_VARIANTS = {
    "pieces": _loss(),
    "cross-entropy minus entropy": _loss(
        lambda zs, zt, tau: -float(
            ((p := soft(zt / tau)) * np.log(soft(zs / tau))).sum() - (p * np.log(p)).sum()
        )
    ),
    "log-softmax, one-hot label": lambda zs, zt, y, tau, alpha: (
        alpha
        * tau**2
        * (np.exp(log_softmax(zt / tau)) @ (log_softmax(zt / tau) - log_softmax(zs / tau)))
        - (1 - alpha) * (one_hot(zs, y) * log_softmax(zs)).sum()
    ),
    "log of the ratio": _loss(
        lambda zs, zt, tau: float(
            (soft(zt / tau) * np.log(soft(zt / tau) / soft(zs / tau))).sum()
        )
    ),
    "plain Python": lambda zs, zt, y, tau, alpha: _plain(list(zs), list(zt), y, tau, alpha),
    "float32": lambda zs, zt, y, tau, alpha: np.float32(
        _loss()(zs.astype(np.float32), zt.astype(np.float32), y, tau, alpha)
    ),
    "an array of one number": lambda zs, zt, y, tau, alpha: np.array(
        _loss()(zs, zt, y, tau, alpha)
    ),
}  # fmt: skip


def _plain(zs, zt, y, tau, alpha):
    def probs(z, t):
        e = [math.exp((x - max(z)) / t) for x in z]
        return [x / sum(e) for x in e]

    p, q = probs(zt, tau), probs(zs, tau)
    kl = sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
    return alpha * tau * tau * kl - (1 - alpha) * math.log(probs(zs, 1)[y])


# --- 6.7 the gradient


def _gradient(soft_part=None, hard_part=None, weights=None):
    """The gradient with one piece exchanged."""
    soft_part = soft_part or (lambda zs, zt, tau: soft(zs / tau) - soft(zt / tau))
    hard_part = hard_part or (lambda zs, zt, y, tau: soft(zs) - one_hot(zs, y))
    weights = weights or (lambda tau, alpha: (alpha * tau, 1 - alpha))

    def gradient(zs, zt, y, tau=3.0, alpha=0.7):
        a, b = weights(tau, alpha)
        return a * soft_part(zs, zt, tau) + b * hard_part(zs, zt, y, tau)

    return gradient


def _differences(zs, zt, y, tau, alpha, h=1e-5):
    """The gradient as a quotient of differences of the loss."""
    steps = h * np.eye(len(zs))
    up = [_library(zs + step, zt, y, tau, alpha) for step in steps]
    down = [_library(zs - step, zt, y, tau, alpha) for step in steps]
    return (np.array(up) - down) / (2 * h)


GRADIENT = [
    Mistake(
        "D01_no_tau2",
        "tau^2 is missing: alpha * (q - p) / tau is the gradient of the bare KL. Times tau^2 it "
        "becomes alpha * tau * (q - p).",
        [_gradient(weights=lambda tau, alpha: (alpha / tau, 1 - alpha))],
    ),
    Mistake(
        "D09_tau_not_squared",
        "One factor tau is missing: alpha * tau^2 times (q - p) / tau leaves one tau.",
        [_gradient(weights=lambda tau, alpha: (alpha, 1 - alpha))],
    ),
    Mistake(
        "chain_rule_forgotten",
        "The chain rule brings 1/tau: the student's logits were divided by tau. alpha * tau^2 "
        "times (q - p) / tau leaves one tau.",
        [_gradient(weights=lambda tau, alpha: (alpha * tau**2, 1 - alpha))],
    ),
    Mistake(
        "D03_alpha_swapped",
        "Here alpha weighs the SOFT part of the gradient.",
        [
            _gradient(weights=lambda tau, alpha: ((1 - alpha) * tau, alpha)),
            _gradient(weights=lambda tau, alpha: ((1 - alpha) / tau, alpha)),
        ],
    ),
    Mistake(
        "D02_reverse_kl",
        "That is the gradient of KL(student||teacher). With the teacher first it is (q - p) / tau.",
        [
            _gradient(
                lambda zs, zt, tau: (
                    (q := soft(zs / tau))
                    * ((d := np.log(q) - np.log(soft(zt / tau))) - (q * d).sum())
                )
            )
        ],
    ),
    Mistake(
        "D08_hard_teacher",
        "You used the teacher's argmax. Its whole softened distribution is the target.",
        [
            _gradient(lambda zs, zt, tau: soft(zs / tau) - one_hot(zs, np.argmax(zt))),
            _gradient(lambda zs, zt, tau: (soft(zs) - one_hot(zs, np.argmax(zt))) * tau),
            _gradient(lambda zs, zt, tau: soft(zs) - one_hot(zs, np.argmax(zt))),
        ],
    ),
    Mistake(
        "D14_swapped_roles",
        "Teacher and student are swapped: you would train the teacher to imitate the student.",
        [
            lambda zs, zt, y, tau, alpha: _gradient()(zt, zs, y, tau, alpha),
        ],
    ),
    Mistake(
        "sign_flipped",
        "The sign is turned round: student minus target. Gradient descent subtracts it.",
        [lambda zs, zt, y, tau, alpha: -_gradient()(zs, zt, y, tau, alpha)],
    ),
    Mistake(
        "soft_sign",
        "The soft part has its sign turned round: student minus teacher, q - p.",
        [_gradient(lambda zs, zt, tau: soft(zt / tau) - soft(zs / tau))],
    ),
    Mistake(
        "hard_sign",
        "The hard part has its sign turned round: student minus one-hot label.",
        [_gradient(hard_part=lambda zs, zt, y, tau: one_hot(zs, y) - soft(zs))],
    ),
    Mistake(
        "hard_term_softened",
        "The hard part was softened too. The label is compared with the student at temperature 1.",
        [_gradient(hard_part=lambda zs, zt, y, tau: soft(zs / tau) - one_hot(zs, y))],
    ),
    Mistake(
        "label_missing",
        "The one-hot label is missing from the hard part: softmax minus one-hot.",
        [_gradient(hard_part=lambda zs, zt, y, tau: soft(zs))],
    ),
    Mistake(
        "label_not_a_row",
        "You subtracted one number from every class. y is a row: 1 at the label, 0 elsewhere.",
        [
            _gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - y),
            _gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - 1),
        ],
    ),
    Mistake(
        "label_from_teacher",
        "The hard part must use the label. The teacher's favourite can be wrong.",
        [_gradient(hard_part=lambda zs, zt, y, tau: soft(zs) - one_hot(zs, np.argmax(zt)))],
    ),
    Mistake(
        "teacher_not_softened",
        "The teacher's logits were not divided by tau. Both distributions are softened.",
        [_gradient(lambda zs, zt, tau: soft(zs / tau) - soft(zt))],
    ),
    Mistake(
        "student_not_softened",
        "The student's logits were not divided by tau. Both distributions are softened.",
        [_gradient(lambda zs, zt, tau: soft(zs) - soft(zt / tau))],
    ),
    Mistake(
        "tau_ignored",
        "Neither distribution was softened: divide both rows of logits by tau first.",
        [_gradient(lambda zs, zt, tau: soft(zs) - soft(zt))],
    ),
    Mistake(
        "tau_multiplied",
        "You multiplied the logits by tau. Softening divides them.",
        [_gradient(lambda zs, zt, tau: soft(zs * tau) - soft(zt * tau))],
    ),
    Mistake(
        "logits_not_probabilities",
        "You subtracted logits. Only for large tau does the gradient become their difference; "
        "in general it is softmax minus softmax.",
        [
            _gradient(lambda zs, zt, tau: zs - zt),
            _gradient(lambda zs, zt, tau: (zs - zt) / tau),
            _gradient(
                lambda zs, zt, tau: (zs - zs.mean() - zt + zt.mean()) / (len(zs) * tau)
            ),
        ],
    ),
    Mistake(
        "hard_not_weighted",
        "The hard part has the weight 1 - alpha.",
        [_gradient(weights=lambda tau, alpha: (alpha * tau, 1.0))],
    ),
    Mistake(
        "soft_not_weighted",
        "The soft part has the weight alpha.",
        [_gradient(weights=lambda tau, alpha: (tau, 1 - alpha))],
    ),
    Mistake(
        "alpha_ignored",
        "alpha was not used: the parts are weighed alpha and 1 - alpha.",
        [_gradient(weights=lambda tau, alpha: (tau, 1.0))],
    ),
    Mistake(
        "soft_term_only",
        "The label's part is missing: add (1 - alpha) * (softmax - one-hot).",
        [
            _gradient(weights=lambda tau, alpha: (alpha * tau, 0.0)),
            _gradient(weights=lambda tau, alpha: (tau, 0.0)),
            _gradient(weights=lambda tau, alpha: (1 / tau, 0.0)),
        ],
    ),
    Mistake(
        "hard_term_only",
        "The teacher's part is missing: add alpha * tau * (q - p).",
        [
            _gradient(weights=lambda tau, alpha: (0.0, 1 - alpha)),
            _gradient(weights=lambda tau, alpha: (0.0, 1.0)),
        ],
    ),
    Mistake(
        "D06_reduction_mean",
        "You divided by the number of classes. The KL of one example adds up over them.",
        [
            lambda zs, zt, y, tau, alpha: _gradient()(zs, zt, y, tau, alpha) / len(zs),
            _gradient(lambda zs, zt, tau: (soft(zs / tau) - soft(zt / tau)) / len(zs)),
        ],
    ),
    Mistake(
        "size_not_vector",
        "One number came back. A gradient has one entry for every logit.",
        [
            lambda zs, zt, y, tau, alpha: float(np.sum(_gradient()(zs, zt, y, tau, alpha))),
            lambda zs, zt, y, tau, alpha: float(np.linalg.norm(_gradient()(zs, zt, y, tau, alpha))),
            lambda zs, zt, y, tau, alpha: float(np.mean(_gradient()(zs, zt, y, tau, alpha))),
            lambda zs, zt, y, tau, alpha: _gradient()(zs, zt, y, tau, alpha)[y],
        ],
    ),
    Mistake(
        "loss_not_gradient",
        "That is the loss. Return its gradient, one number for every logit of the student.",
        [_loss()],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [
            lambda zs, zt, y, tau, alpha, d=d: np.round(_gradient()(zs, zt, y, tau, alpha), d)
            for d in (4, 3, 2)
        ],
    ),
]  # fmt: skip


def _written(zs, zt, y, tau, alpha):
    out = soft(zs)
    out[y] -= 1
    return alpha * tau * (soft(zs / tau) - soft(zt / tau)) + (1 - alpha) * out


# --- 6.3 soft targets


def _without_one_hot(mistake):
    """A mistake of lesson 1; all on one class is D08 here."""
    if mistake.id != "greedy_not_probs":
        return mistake
    kept = [form for form in mistake.forms if np.shape(form(STUDENT)) != STUDENT.shape]
    return Mistake(mistake.id, mistake.why, kept)


# --- 6.10 a batch


def _rows(loss):
    """The mean over the rows of a batch."""

    def batch(zs, zt, y, tau, alpha):
        return np.mean([loss(s, t, i, tau, alpha) for s, t, i in zip(zs, zt, y, strict=True)])

    return batch


def _each(zs, zt, y, tau, alpha):
    return np.array([_loss()(s, t, i, tau, alpha) for s, t, i in zip(zs, zt, y, strict=True)])


def _terms(zs, zt, y, tau):
    """The two terms of each row."""
    pairs = zip(zs, zt, y, strict=True)
    return np.array([(_soft(s, t, tau), _hard(s, t, i, tau)) for s, t, i in pairs]).T


def _down(z):
    """Softmax down the columns."""
    return share(np.exp(z - z.max()).T).T


def _everything(z):
    """Softmax over all numbers of a batch."""
    return soft(z.ravel()).reshape(z.shape)


def _batch_with(probs):
    """The batch's loss with another softmax."""

    def loss(zs, zt, y, tau, alpha):
        p, q = probs(zt / tau), probs(zs / tau)
        kl = (p * (np.log(p) - np.log(q))).sum(axis=1).mean()
        return alpha * tau**2 * kl - (1 - alpha) * np.log(probs(zs))[np.arange(len(y)), y].mean()

    return loss


BATCH = [
    Mistake(
        "sum_not_mean",
        "You added up the examples. The loss of a batch is their mean, or the learning rate would "
        "depend on its size.",
        [lambda zs, zt, y, tau, alpha: _each(zs, zt, y, tau, alpha).sum()],
    ),
    Mistake(
        "one_term_summed",
        "One term is averaged over the examples and the other is added up. Average both.",
        [
            lambda zs, zt, y, tau, alpha: (
                alpha * tau**2 * (t := _terms(zs, zt, y, tau))[0].sum() + (1 - alpha) * t[1].mean()
            ),
            lambda zs, zt, y, tau, alpha: (
                alpha * tau**2 * (t := _terms(zs, zt, y, tau))[0].mean() + (1 - alpha) * t[1].sum()
            ),
        ],
    ),
    Mistake(
        "one_loss_a_row",
        "These are the losses of the examples. Return their mean, one number.",
        [_each],
    ),
    Mistake(
        "first_row_only",
        "Only one example was used. Average over all rows.",
        [
            lambda zs, zt, y, tau, alpha: _each(zs, zt, y, tau, alpha)[0],
            lambda zs, zt, y, tau, alpha: _each(zs, zt, y, tau, alpha)[-1],
        ],
    ),
    Mistake(
        "axis_0",
        "Softmax went down the columns, across examples. The classes are the last axis: axis=-1, "
        "with keepdims=True.",
        [_batch_with(_down)],
    ),
    Mistake(
        "one_softmax_for_all",
        "One softmax over the whole batch: each row must add up to 1 by itself. axis=-1.",
        [_batch_with(_everything)],
    ),
    Mistake(
        "keepdims_missing",
        "Without keepdims=True the sums line up with the columns: a square batch then gives wrong "
        "numbers without an error.",
        [_batch_with(lambda z: np.exp(z) / np.exp(z).sum(axis=-1))],
    ),
    Mistake(
        "labels_pick_columns",
        "log_probs[:, labels] takes every label's column from every row. Pair them: "
        "log_probs[np.arange(n), labels].",
        [
            lambda zs, zt, y, tau, alpha: (
                alpha * tau**2 * _terms(zs, zt, y, tau)[0].mean()
                - (1 - alpha) * np.log(soft(zs))[:, y].mean()
            ),
            lambda zs, zt, y, tau, alpha: (
                alpha * tau**2 * _terms(zs, zt, y, tau)[0].mean()
                - (1 - alpha) * np.log(soft(zs))[:, y].sum(axis=1).mean()
            ),
        ],
    ),
    Mistake(
        "divided_by_classes",
        "You divided by the number of classes instead of the number of examples.",
        [
            lambda zs, zt, y, tau, alpha: _each(zs, zt, y, tau, alpha).sum() / zs.shape[1],
        ],
    ),
    Mistake(
        "mean_before_loss",
        "You averaged the examples first. The loss of the mean is not the mean of the losses.",
        [
            lambda zs, zt, y, tau, alpha: _loss()(
                zs.mean(axis=0), zt.mean(axis=0), y[0], tau, alpha
            ),
        ],
    ),
    Mistake(
        "median_or_largest",
        "The loss of a batch is the mean over the examples.",
        [
            lambda zs, zt, y, tau, alpha: np.median(_each(zs, zt, y, tau, alpha)),
            lambda zs, zt, y, tau, alpha: _each(zs, zt, y, tau, alpha).max(),
        ],
    ),
]


def _batch_probes(rng):
    def batch(n, classes, tau, alpha, size=2.0):
        zs, zt = rng.normal(0, size, (2, n, classes))
        return zs, zt, rng.integers(0, classes, n), tau, alpha

    return [
        batch(3, 4, 3.0, 0.7),
        batch(4, 4, 2.0, 0.5),
        batch(5, 10, float(rng.uniform(3.5, 8)), 0.3, 3.0),
        batch(6, 3, 1.0, 0.6),
        batch(2, 5, 20.0, 0.9),
        batch(1, 4, 3.0, 0.7),
        batch(7, 2, 4.0, 0.0),
        batch(3, 6, 1.5, 1.0),
        batch(5, 4, 0.8, float(rng.uniform(0.2, 0.8))),
    ]


# --- Values


def _gap(tau):
    """Bits below the four equal classes."""
    p = soft(TEACHER / tau)
    return 2 + float((p * np.log2(p)).sum())


TAUS = (1, 3, 20, 1000)
_GAPS = np.array([_gap(tau) for tau in TAUS])
_HAND = np.exp(TEACHER / 3)
_AT_TEST = softmax(STUDENT)[0]

_ODDS_99 = 0.01 / 0.99
_EQUAL = 1 / (1 + 9 * (_ODDS_99 / 9) ** (1 / 20))
_ODDS = (0.25 / 0.40) ** 20
_LEFT = (_ODDS_99 - _ODDS - (0.15 / 0.40) ** 20) / 7
_OTHER = 0.40 * _LEFT ** (1 / 20)

_BARE_ALPHA = 9 / 109  # alpha * 100 to 1 - alpha, as 0.9 to 0.1

SIZES = (1, 4, 20)
_SLOPES = np.array([(soft(STUDENT / t) - soft(TEACHER / t))[0] / t for t in SIZES])
_SQUARED = _SLOPES * np.square(SIZES)
_LIMIT = ((STUDENT - STUDENT.mean()) - (TEACHER - TEACHER.mean()))[0] / 4

#: True digits down, the answers of a student that never saw a 3 across (lesson 6, step 7: tau = 2).
CONFUSION = np.array(
    [
        [93, 0, 0, 0, 1, 0, 0, 0, 0, 0],
        [0, 86, 0, 0, 0, 1, 0, 0, 1, 1],
        [0, 0, 99, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 3, 48, 0, 7, 0, 4, 12, 12],
        [0, 0, 0, 0, 89, 0, 0, 3, 0, 1],
        [0, 0, 0, 0, 0, 84, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 93, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 0, 83, 0, 0],
        [0, 3, 0, 0, 0, 0, 1, 0, 76, 2],
        [0, 0, 0, 0, 0, 1, 0, 0, 1, 89],
    ]
)
_ERRORS = int(CONFUSION.sum() - np.trace(CONFUSION))
_THREES = int(CONFUSION[3].sum())

TOP_STAYS = Mistake(
    "D15_tau_changes_argmax",
    "Softening keeps the ranking; only ratios shrink: p_i/p_j -> (p_i/p_j)^(1/tau).",
    [False, "the top class can change", "no", "it can change"],
    rule=lambda v: v == 0 if isinstance(v, np.ndarray) else "change" in v.casefold(),
)


EXERCISES = [
    ValueExercise(
        id="6.1",
        title="soft targets by hand",
        points=2,
        minutes=6,
        parts=[
            Part("weights", _HAND, 0.011),
            Part("total", _HAND.sum(), 0.021),
            Part("soft targets", share(_HAND), 0.002),
            Part("odds of cat to dog", _HAND[0] / _HAND[1], 0.011),
        ],
        mistakes=[
            Mistake(
                "tau_ignored",
                "These are the weights at tau = 1. Divide each logit by 3 first.",
                [np.exp(TEACHER)],
            ),
            Mistake(
                "tau_multiplied",
                "You multiplied the logits by 3. Softening divides.",
                [np.exp(TEACHER * 3)],
            ),
            Mistake(
                "tau_after_softmax",
                "You divided the weights by 3. The logits are divided, before exp.",
                [np.exp(TEACHER) / 3],
            ),
            Mistake(
                "logits_not_exponentials",
                "These are the logits over 3: take exp of each.",
                [TEACHER / 3],
            ),
            Mistake(
                "total_of_logits",
                "You added the logits. Add the exponentials.",
                [TEACHER.sum(), TEACHER.sum() / 3],
                part=1,
            ),
            Mistake(
                "tau_ignored",
                "That is the total at tau = 1. Add up the four weights at tau = 3.",
                [np.exp(TEACHER).sum()],
                part=1,
            ),
            Mistake(
                "tau_ignored",
                "These are the probabilities at tau = 1.",
                [softmax(TEACHER)],
                part=2,
            ),
            Mistake(
                "T_cancels",
                "You divided probabilities by tau and renormalised: the tau cancels.",
                [softmax(TEACHER) / 3],
                part=2,
            ),
            Mistake(
                "D08_hard_teacher",
                "That is a hard label. A soft target has a share for every class.",
                [[1, 0, 0, 0]],
                part=2,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [100 * share(_HAND)],
                part=2,
                rule=lambda p: np.abs(p - 100 * share(_HAND)).max() < 0.2,
            ),
            Mistake(
                "uniform",
                "At tau = 3 the four are nearer to each other, not yet equal.",
                [[0.25] * 4],
                part=2,
            ),
            Mistake(
                "tau_ignored",
                "Those are the odds at tau = 1. At tau = 3 they are the third root of that.",
                [np.exp(1.5)],
                part=3,
            ),
            Mistake(
                "odds_divided",
                "You divided the odds by 3. tau divides the logits, so odds are raised to 1/tau.",
                [np.exp(1.5) / 3],
                part=3,
            ),
            Mistake(
                "odds_reversed",
                "That is dog to cat. Cat to dog is 1 over that.",
                [_HAND[1] / _HAND[0]],
                part=3,
            ),
        ],
    ),
    ValueExercise(
        id="6.2",
        title="three predictions",
        points=3,
        minutes=8,
        parts=[
            Part("the top class stays the same (True or False)", True),
            Part("bits below uniform at tau = 1, 3, 20, 1000", _GAPS, 0.006),
            Part("P(cat) when the student is used", _AT_TEST, 0.006),
        ],
        mistakes=[
            TOP_STAYS,
            Mistake(
                "entropy_not_gap",
                "These are the entropies. The bits below uniform are 2 minus each.",
                [2 - _GAPS],
                part=1,
            ),
            Mistake(
                "nats_not_bits",
                "These are nats. Divide by ln 2, or use log2.",
                [_GAPS * math.log(2)],
                part=1,
            ),
            Mistake(
                "D13_more_tau_is_better",
                "Bits below uniform fall to 0: at tau = 1000 every class looks the same. There is "
                "a useful middle (2.5-4 for a tiny student, up to 20 for a big one).",
                [
                    "tau=1000 shows most",
                    _GAPS[::-1],
                    [0.1, 0.3, 2.0, 2.0],
                    np.array([0.0, 0.0, 0.0, 1.0]),
                    1000,
                ],
                rule=lambda v: v.ravel()[-1] >= 0.05 if isinstance(v, np.ndarray) else True,
                part=1,
            ),
            Mistake(
                "D12_tau_at_test",
                "After training the student runs at temperature 1 (Hinton 2015, section 2).",
                [softmax(STUDENT / 3)[0], 0.35],
                rule=lambda p: abs(float(p) - softmax(STUDENT / 3)[0]) < 0.006,
                part=2,
            ),
            Mistake(
                "D14_swapped_roles",
                "That is the teacher's. After training the student works alone.",
                [softmax(TEACHER)[0], softmax(TEACHER / 3)[0]],
                part=2,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100 * _AT_TEST],
                rule=lambda p: 57 <= float(p) <= 58,
                part=2,
            ),
        ],
    ),
    FunctionExercise(
        id="6.3",
        title="soft_targets",
        points=2,
        minutes=6,
        reference=lambda z, tau=1.0: softmax(np.asarray(z) / tau),
        probes=one_row_probes,
        tell=[(STUDENT, 1e-320), (STUDENT, 1e17), (np.array([1000.0, 0.0]), 1e-4)],
        variants=SOFTMAX_VARIANTS,
        mistakes=[
            Mistake(
                "D08_hard_teacher",
                "That is a hard label, all on the teacher's favourite: it discards the dark "
                "knowledge. Return the whole soft distribution.",
                [lambda z, tau=1.0: one_hot(z, np.argmax(z))],
            ),
            *(_without_one_hot(m) for m in [*TEMPERATURE, *SOFTMAX]),
        ],
    ),
    ValueExercise(
        id="6.4",
        title="99 % and 40 %",
        points=3,
        minutes=10,
        parts=[
            Part("p(3) at tau = 20, the nine others equal", _EQUAL, 0.00055),
            Part("odds of 8 to 3 at tau = 1", _ODDS, 0.000004),
            Part("what one of the other seven must have at tau = 20", _OTHER, 0.0011),
        ],
        mistakes=[
            Mistake(
                "odds_of_the_rest",
                "99 to 1 are the odds against all nine together. One digit alone: 99 to 1/9.",
                [1 / (1 + 9 * _ODDS_99 ** (1 / 20)), 1 / (1 + _ODDS_99 ** (1 / 20))],
            ),
            Mistake(
                "D16_99_vs_40",
                "99% over ten digits (nine equal others) becomes 13.5% at tau=20, not 40%: odds "
                "are raised to 1/20.",
                [0.40, 40],
                rule=lambda p: 0.25 <= float(p) <= 0.98,
            ),
            Mistake(
                "tau_after_softmax",
                "You divided the probability by 20. tau divides the logits, so each odds is raised "
                "to the power 1/20.",
                [0.99 / 20],
            ),
            Mistake("tau_ignored", "That is p(3) at tau = 1.", [0.99]),
            Mistake(
                "uniform",
                "Nearly uniform, but not quite: the odds 891 to 1 become 1.40 to 1.",
                [0.1],
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100 * _EQUAL],
                rule=lambda p: 13 <= float(p) <= 14,
            ),
            Mistake(
                "tau_ignored",
                "25 to 40 are the odds at tau = 20. At tau = 1 they are raised to the power 20.",
                [0.625],
                part=1,
            ),
            Mistake(
                "odds_multiplied",
                "You multiplied or divided the odds by 20. They are raised to the power 20.",
                [12.5, 0.625 / 20],
                part=1,
            ),
            Mistake(
                "odds_root",
                "You took the 20th root: that is the way from tau = 1 to tau = 20. Go back.",
                [0.625 ** (1 / 20)],
                part=1,
            ),
            Mistake(
                "odds_reversed",
                "Those are the odds of 3 to 8. 8 to 3 is 1 over that.",
                [1 / _ODDS],
                part=1,
            ),
            Mistake(
                "even_share",
                "20 % over seven is what the published numbers leave. The 99 % demand more: start "
                "from the 1 % that the others share at tau = 1.",
                [0.2 / 7, 0.2],
                part=2,
            ),
            Mistake(
                "odds_not_probability",
                "That is the odds against the 3. Times 0.40 it is a probability.",
                [_LEFT ** (1 / 20)],
                part=2,
            ),
            Mistake(
                "at_tau_1",
                "That is what the one has at tau = 1. Take the 20th root of its odds, times 0.40.",
                [_LEFT, _LEFT * 0.99, 0.01 / 7],
                part=2,
            ),
        ],
        note="28.8 % is more than the 25 % of the runner-up, and more than the 20 % that were left "
        "for all seven: no ten logits give both lines.",
    ),
    FunctionExercise(
        id="6.5",
        title="soft_loss",
        points=3,
        minutes=10,
        reference=_soft,
        probes=_soft_probes,
        variants={
            "log-softmax": lambda zs, zt, tau: (
                np.exp(log_softmax(zt / tau)) @ (log_softmax(zt / tau) - log_softmax(zs / tau))
            ),
            "log of the ratio": lambda zs, zt, tau: (
                (p := soft(zt / tau)) * np.log(p / soft(zs / tau))
            ).sum(),
            "cross-entropy minus entropy": lambda zs, zt, tau: (
                -((p := soft(zt / tau)) * np.log(soft(zs / tau))).sum() + (p * np.log(p)).sum()
            ),
            "float32": lambda zs, zt, tau: np.float32(
                _soft(zs.astype(np.float32), zt.astype(np.float32), tau)
            ),
        },
        mistakes=[*SOFT, *SOFT_ALONE],
    ),
    FunctionExercise(
        id="6.6",
        title="distillation_loss",
        points=4,
        minutes=12,
        reference=_library,
        probes=_loss_probes,
        variants=LOSS_VARIANTS,
        mistakes=[*_with_wrong_terms(), *LOSS],
    ),
    FunctionExercise(
        id="6.7",
        title="loss_gradient",
        points=4,
        minutes=12,
        reference=lambda zs, zt, y, tau=3.0, alpha=0.7: distillation_gradient(
            zs, zt, y, tau, alpha
        ),
        probes=_loss_probes,
        variants={
            "in pieces": _gradient(),
            "quotient of differences": _differences,
            "float32": lambda zs, zt, y, tau, alpha: _gradient()(zs, zt, y, tau, alpha).astype(
                np.float32
            ),
            "a copy, written to": lambda zs, zt, y, tau, alpha: _written(zs, zt, y, tau, alpha),
        },
        mistakes=GRADIENT,
    ),
    ValueExercise(
        id="6.8",
        title="tau squared, shown",
        points=3,
        minutes=10,
        parts=[
            Part("gradient at tau = 1, 4, 20", _SLOPES, 0.0002),
            Part("times tau squared", _SQUARED, 0.003),
            Part("the limit", _LIMIT, 0.003),
        ],
        mistakes=[
            Mistake(
                "chain_rule_forgotten",
                "That is q - p. The student's logit was divided by tau, so the chain rule brings "
                "another 1/tau.",
                [_SLOPES * SIZES],
            ),
            Mistake(
                "tau_ignored",
                "Softmax was taken at tau = 1 each time. Divide both rows of logits by tau.",
                [_SLOPES[0] / np.array(SIZES), np.full(3, _SLOPES[0])],
            ),
            Mistake(
                "sign_flipped",
                "Student minus teacher: the student has less cat than the teacher, so its logit "
                "must rise and the gradient is negative.",
                [-_SLOPES],
            ),
            Mistake("tau2_too_early", "tau squared is there already.", [_SQUARED]),
            Mistake(
                "D01_no_tau2",
                "That is without tau^2: it fades away as tau grows. Multiply each by its tau^2.",
                [_SLOPES],
                part=1,
            ),
            Mistake(
                "D09_tau_not_squared",
                "tau instead of tau^2: one 1/tau comes from the chain rule, the other from the "
                "flattened probability differences.",
                [_SLOPES * SIZES],
                part=1,
            ),
            Mistake("sign_flipped", "Student minus teacher: negative.", [-_SQUARED], part=1),
            Mistake(
                "not_centred",
                "Subtract each row's mean first: softmax does not see a constant.",
                [(STUDENT - TEACHER)[0] / 4, (STUDENT - TEACHER)[0]],
                part=2,
            ),
            Mistake(
                "not_divided_by_classes",
                "Divide by the number of classes: near uniform each probability is about 1/4.",
                [_LIMIT * 4],
                part=2,
            ),
            Mistake("sign_flipped", "Student minus teacher: negative.", [-_LIMIT], part=2),
            Mistake(
                "vanishes",
                "The bare gradient tends to 0. Times tau^2 it tends to a number that is not 0.",
                [0.0],
                part=2,
            ),
        ],
    ),
    ValueExercise(
        id="6.9",
        title="whose alpha?",
        points=3,
        minutes=8,
        parts=[
            Part("alpha for 0.1 * hard + 0.9 * tau^2 * soft", 0.9, 0.001),
            Part("alpha for 0.75 * hard + 0.25 * tau^2 * soft", 0.25, 0.001),
            Part("alpha for 0.1 * hard + 0.9 * soft, tau = 10", _BARE_ALPHA, 0.0006),
        ],
        mistakes=[
            Mistake(
                "D03_alpha_swapped",
                "Here alpha weighs the SOFT loss. (Keras' example uses alpha for the hard loss: "
                "check the convention.)",
                [0.1],
            ),
            Mistake("percent", "That is a percentage; alpha is between 0 and 1.", [90]),
            Mistake(
                "D03_alpha_swapped",
                "Here alpha weighs the SOFT loss, which has 0.25.",
                [0.75],
                part=1,
            ),
            Mistake(
                "D01_no_tau2",
                "tau^2 is missing in that loss and present in ours, so 0.9 here is not 0.9 there: "
                "alpha * 100 to (1 - alpha) must be 0.9 to 0.1.",
                [0.9],
                part=2,
            ),
            Mistake(
                "D03_alpha_swapped",
                "Here alpha weighs the SOFT loss.",
                [0.1, 0.9174],
                part=2,
            ),
            Mistake(
                "D09_tau_not_squared",
                "You used tau. Our soft term carries tau^2 = 100.",
                [0.9 / 1.9],
                part=2,
            ),
            Mistake(
                "not_complement",
                "0.9 / 100 is the weight of the soft term beside 0.1. Ours add up to 1: divide by "
                "their sum.",
                [0.009],
                part=2,
            ),
        ],
    ),
    FunctionExercise(
        id="6.10",
        title="batch_loss",
        points=3,
        minutes=10,
        reference=_library,
        probes=_batch_probes,
        variants={
            "one row at a time": _rows(_loss()),
            "softmax with keepdims": _batch_with(soft),
            "plain Python": _rows(LOSS_VARIANTS["plain Python"]),
            "log-softmax, put together": _rows(LOSS_VARIANTS["log-softmax, one-hot label"]),
        },
        mistakes=[
            *BATCH,
            *_with_wrong_terms(_rows),
            Mistake(LOSS[0].id, LOSS[0].why, [_rows(form) for form in LOSS[0].forms]),
        ],
    ),
    ValueExercise(
        id="6.11",
        title="reading a student's errors",
        points=3,
        minutes=8,
        parts=[
            Part("errors in all", _ERRORS, 0.0),
            Part("share of the 3s that it knew", CONFUSION[3, 3] / _THREES, 0.006),
            Part("other digits that it called a 3", 0, 0.0),
            Part('the bias of the 3: "raise" or "lower"', "raise"),
        ],
        mistakes=[
            Mistake(
                "right_not_wrong",
                "That is how many were right: the diagonal.",
                [int(np.trace(CONFUSION)), CONFUSION.sum()],
            ),
            Mistake(
                "only_the_threes",
                "Those are the 3s. The others count too.",
                [_THREES - CONFUSION[3, 3], _THREES],
            ),
            Mistake(
                "only_the_others",
                "Those are the errors on the other digits. Add the 3s.",
                [_ERRORS - (_THREES - CONFUSION[3, 3])],
            ),
            Mistake(
                "share_of_missed",
                "That is the share that it missed.",
                [1 - CONFUSION[3, 3] / _THREES],
                part=1,
            ),
            Mistake(
                "column_not_row",
                "You divided by a column. Row 3 holds all the images of a "
                "3: their number is its sum.",
                [1.0],
                part=1,
            ),
            Mistake(
                "never_saw_so_zero",
                "It never saw a 3, and it knew some all the same: read row 3, column 3.",
                [0.0],
                part=1,
            ),
            Mistake(
                "percent",
                "That is a percentage. Give a share between 0 and 1.",
                [100 * CONFUSION[3, 3] / _THREES],
                rule=lambda p: 55 <= float(p) <= 56.5,
                part=1,
            ),
            Mistake(
                "count_not_share",
                "That is a number of images. Divide by all images of a 3.",
                [CONFUSION[3, 3], _THREES],
                part=1,
            ),
            Mistake(
                "row_not_column",
                "You read row 3, the 3s that it missed. What it called a 3 stands in column 3.",
                [_THREES - CONFUSION[3, 3]],
                part=2,
            ),
            Mistake(
                "diagonal_counted",
                "Those are 3s that it called a 3, which is right.",
                [CONFUSION[3, 3]],
                part=2,
            ),
            Mistake(
                "wrong_way",
                "It misses 38 of the 3s and calls nothing else a 3. It says 3 too "
                "seldom, so the bias must go up.",
                ["lower"],
                part=3,
            ),
        ],
        note="A bias is one number, and nothing else about the student changes when it is moved.",
    ),
]
