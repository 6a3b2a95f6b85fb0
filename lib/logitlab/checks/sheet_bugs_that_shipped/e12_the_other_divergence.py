"""Exercise B.12: the forward KL divergence of a batch, mean over its rows."""

import numpy as np

from ..kit import FunctionExercise, log_softmax, one_number, soft, turned
from ..sheet_06_distillation._loss import SOFT


def divergences(student, teacher):
    """KL(teacher || student) of each row."""
    return terms(student, teacher).sum(axis=-1)


def terms(student, teacher):
    return soft(teacher) * (log_softmax(teacher) - log_softmax(student))


def forward_kl(student_logits, teacher_logits):
    return divergences(student_logits, teacher_logits).mean()


def of_rows(form):
    """A form of (student, teacher, tau) for one row, as the mean over rows at tau = 1."""
    return lambda s, t: np.mean([form(*row, 1.0) for row in zip(s, t, strict=True)])


RIGHT_AT_1 = {"teacher_not_softened", "student_not_softened", "tau_ignored", "tau_multiplied"}
NOT_HERE = RIGHT_AT_1 | {"tau_after_softmax", "softmax_twice", "reduction_mean", "reverse_kl"}


def probes(rng):
    two = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([[0.0, 1.5, -3.0], [1.0, 1.0, 1]])
    drawn = [tuple(rng.normal(0, size, (2, *shape))) for size, shape in ((2, (5, 4)), (1, (3, 9)))]
    one, far = tuple(rng.normal(0, 2, (2, 1, 6))), tuple(rng.normal(0, 4, (2, 4, 5)) + 40)
    equal = (two[0], two[0])
    return [two, *drawn, one, far, equal, (two[1], two[0])]


EXERCISE = FunctionExercise(
    unit="nats",
    reference=forward_kl,
    probes=probes,
    view=one_number,
    note="PyTorch's kl_div(input, target) is D(target || input): the student goes first.",
    right={
        "cross-entropy minus entropy": lambda s, t: (
            (soft(t) * (np.log(soft(t)) - np.log(soft(s)))).sum() / len(s)
        ),
        "an array of one number": lambda s, t: np.array([forward_kl(s, t)]),
    },
).known(
    "as_shipped: The bug as shipped: D(student || teacher). The teacher is to be the weight.",
    lambda s, t: forward_kl(t, s),
    "mean_of_all: You averaged over rows and classes. Add over the classes, average over rows.",
    lambda s, t: terms(s, t).mean(),
    lambda s, t: terms(t, s).mean(),
    "sum_of_all: You added up the rows. Take their mean.",
    lambda s, t: divergences(s, t).sum(),
    "one_a_row: These are the rows' divergences. Return their mean, one number.",
    divergences,
    "axis_0: Softmax went down the columns. Each row is a distribution: axis=-1.",
    lambda s, t: terms(s.T, t.T).sum(axis=0).mean(),
    "logits_not_logs: You subtracted logits. Take log-softmax of both first.",
    lambda s, t: (soft(t) * (t - s)).sum(axis=-1).mean(),
    "weighed_by_student: The logs are right, the weights are the student's.",
    lambda s, t: (soft(s) * (log_softmax(t) - log_softmax(s))).sum(axis=-1).mean(),
    *turned(SOFT, of_rows, without=NOT_HERE),
)
