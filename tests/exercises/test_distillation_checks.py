"""Exercises of lesson 6. That every known mistake is told apart is tested with lesson 1's."""

import numpy as np
import pytest
from logitlab import distillation_gradient, distillation_loss, softmax
from logitlab.checks import CheckFailed, check, exercises
from logitlab.checks.sheet_06_distillation import e06_three_predictions as predictions
from logitlab.checks.sheet_06_distillation import e07_99_and_40 as article
from logitlab.checks.sheet_06_distillation import e09_tau_squared_shown as slopes
from logitlab.checks.sheet_06_distillation import e10_whose_alpha as alphas
from logitlab.checks.sheet_06_distillation._loss import STUDENT as S
from logitlab.checks.sheet_06_distillation._loss import TEACHER as T


def p_of(z, tau=1.0):
    e = np.exp(z / tau - (z / tau).max())
    return e / e.sum()


def kl(zs, zt, tau):
    return (p_of(zt, tau) * (np.log(p_of(zt, tau)) - np.log(p_of(zs, tau)))).sum()


def ce(zs, y):
    return -np.log(p_of(zs))[y]


# --- The course's list of misconceptions about the loss, as people write them: one example each.

LOSSES = {
    "no_tau2": lambda zs, zt, y, tau, a: a * kl(zs, zt, tau) + (1 - a) * ce(zs, y),
    "reverse_kl": lambda zs, zt, y, tau, a: a * tau**2 * kl(zt, zs, tau) + (1 - a) * ce(zs, y),
    "alpha_swapped": lambda zs, zt, y, tau, a: (1 - a) * tau**2 * kl(zs, zt, tau) + a * ce(zs, y),
    "reduction_mean": lambda zs, zt, y, tau, a: (
        a * tau**2 * kl(zs, zt, tau) / len(zs) + (1 - a) * ce(zs, y)
    ),
    "hard_teacher": lambda zs, zt, y, tau, a: (
        a * tau**2 * ce(zs, int(zt.argmax())) + (1 - a) * ce(zs, y)
    ),
    "tau_not_squared": lambda zs, zt, y, tau, a: a * tau * kl(zs, zt, tau) + (1 - a) * ce(zs, y),
    "mse_probs": lambda zs, zt, y, tau, a: (
        a * tau**2 * ((p_of(zt, tau) - p_of(zs, tau)) ** 2).sum() + (1 - a) * ce(zs, y)
    ),
    "soft_ce": lambda zs, zt, y, tau, a: (
        -a * tau**2 * (p_of(zt, tau) * np.log(p_of(zs, tau))).sum() + (1 - a) * ce(zs, y)
    ),
    "swapped_roles": lambda zs, zt, y, tau, a: a * tau**2 * kl(zt, zs, tau) + (1 - a) * ce(zt, y),
}
PRINTED = {
    "no_tau2": 0.196064,
    "reverse_kl": 0.450252,
    "alpha_swapped": 0.502889,
    "reduction_mean": 0.233312,
    "hard_teacher": 3.657835,
    "tau_not_squared": 0.255661,
    "mse_probs": 0.301752,
    "soft_ce": 8.288576,
    "swapped_roles": 0.35608,
}


@pytest.mark.parametrize("mistake", LOSSES)
def test_these_are_the_listed_misconceptions(mistake):
    assert LOSSES[mistake](S, T, 0, 3.0, 0.7) == pytest.approx(PRINTED[mistake], abs=6e-7)


def batch(loss):
    return lambda zs, zt, y, tau, a: np.mean(
        [loss(s, t, i, tau, a) for s, t, i in zip(zs, zt, y, strict=True)]
    )


@pytest.mark.parametrize("seed", [None, 11, 2026])
@pytest.mark.parametrize("mistake", LOSSES)
def test_listed_losses(mistake, seed, diagnosis):
    assert diagnosis("6.4", LOSSES[mistake], seed) == mistake
    assert diagnosis("6.11", batch(LOSSES[mistake]), seed) == mistake


LISTED = [
    ("tau_at_test", "6.6", (True, predictions.GAPS, round(p_of(S, 3.0)[0], 4))),
    ("more_tau_is_better", "6.6", (True, "tau=1000 shows most", 0.5745)),
    ("tau_changes_argmax", "6.6", ("the top class can change", predictions.GAPS, 0.5745)),
    ("tau_changes_argmax", "6.6", (False, predictions.GAPS, 0.5745)),
    ("99_vs_40", "6.7", (0.40, 8.3e-5, 0.288)),
    ("reverse_kl", "6.3", lambda zs, zt, tau: kl(zt, zs, tau)),
    ("reduction_mean", "6.3", lambda zs, zt, tau: kl(zs, zt, tau) / len(zs)),
    ("hard_teacher", "6.2", lambda z, tau=1.0: (z == z.max()) * 1.0),
    ("hard_teacher", "6.3", lambda zs, zt, tau: ce(zs / tau, int(zt.argmax()))),
    ("soft_ce", "6.3", lambda zs, zt, tau: -(p_of(zt, tau) * np.log(p_of(zs, tau))).sum()),
    ("no_tau2", "6.9", (slopes.SLOPES, slopes.SLOPES, slopes.LIMIT)),
    ("alpha_swapped", "6.10", (0.1, 0.25, 0.083)),
    ("no_tau2", "6.10", (0.9, 0.25, 0.9)),
    (
        "no_tau2",
        "6.8",
        lambda zs, zt, y, tau, a: (
            a * (p_of(zs, tau) - p_of(zt, tau)) / tau + (1 - a) * (p_of(zs) - np.eye(len(zs))[y])
        ),
    ),
    (
        "alpha_swapped",
        "6.8",
        lambda zs, zt, y, tau, a: (
            (1 - a) * tau * (p_of(zs, tau) - p_of(zt, tau)) + a * (p_of(zs) - np.eye(len(zs))[y])
        ),
    ),
]


@pytest.mark.parametrize("seed", [None, 11, 2026])
@pytest.mark.parametrize(("mistake", "exercise", "answer"), LISTED)
def test_listed_misconceptions(mistake, exercise, answer, seed, diagnosis):
    assert diagnosis(exercise, answer, seed) == mistake


def test_the_answers_that_were_given_for_these_are_right():
    check("6.6", (True, [1.0706, 0.2014, 0.0047, 0.0], 0.5745))
    check("6.7", (0.135, 8.3e-5, 0.288))
    check("6.10", (0.9, 0.25, 0.083))


@pytest.mark.parametrize(
    "values",
    [
        [0.93, 1.8, 2.0, 2.0],
        [2.0, 1.8, 1.5, 1.0],
        [0.0, 0.1, 0.2, 0.3],
        ["a", "b", "c", "d"],
    ],
)
def test_an_answer_about_the_middle_is_refused_whatever_it_is(values, diagnosis):
    diagnosis("6.6", (True, values, 0.5745))


# --- Right answers, written in other ways.

OTHERS = {
    "library": lambda zs, zt, y, tau=3.0, alpha=0.7: distillation_loss(zs, zt, y, tau, alpha),
    "without defaults": lambda zs, zt, y, tau, alpha: distillation_loss(zs, zt, y, tau, alpha),
    "log-sum-exp": lambda zs, zt, y, tau, alpha: (
        alpha
        * tau**2
        * (
            np.exp(zt / tau - np.logaddexp.reduce(zt / tau))
            * (
                (zt / tau - np.logaddexp.reduce(zt / tau))
                - (zs / tau - np.logaddexp.reduce(zs / tau))
            )
        ).sum()
        + (1 - alpha) * (np.logaddexp.reduce(zs) - zs[y])
    ),
    "a list of one row": lambda zs, zt, y, tau, alpha: distillation_loss(
        [zs], [zt], [y], tau, alpha
    ),
    "float32": lambda zs, zt, y, tau, alpha: np.float32(distillation_loss(zs, zt, y, tau, alpha)),
    "a row of one number": lambda zs, zt, y, tau=3.0, alpha=0.7: np.array(
        [distillation_loss(zs, zt, y, tau, alpha)]
    ),
    "tau and alpha by name": lambda zs, zt, y, *, tau=3.0, alpha=0.7: distillation_loss(
        zs, zt, y, tau, alpha
    ),
    "alpha by name": lambda zs, zt, y, tau=3.0, *, alpha=0.7: distillation_loss(
        zs, zt, y, tau, alpha
    ),
}


@pytest.mark.parametrize("seed", [None, 2026])
@pytest.mark.parametrize("name", OTHERS)
def test_other_ways_are_right(name, seed):
    check("6.4", OTHERS[name], seed=seed)


@pytest.mark.parametrize("seed", [None, 2026])
def test_a_power_is_a_way_to_soften(seed):
    def powers(z, tau=1.0):
        p = softmax(z) ** (1 / tau)
        return p / p.sum()

    def with_powers(zs, zt, tau):
        p = powers(zt, tau)
        return (p * np.log(p / powers(zs, tau))).sum()

    check("6.3", with_powers, seed=seed)


@pytest.mark.parametrize("seed", [None, 2026])
def test_a_gradient_may_be_measured(seed):
    def measured(zs, zt, y, tau, alpha):
        out = []
        for step in 1e-4 * np.eye(len(zs)):
            up, down = (distillation_loss(zs + k * step, zt, y, tau, alpha) for k in (1, -1))
            out.append((up - down) / 2e-4)
        return out

    check("6.8", measured, seed=seed)
    check("6.8", distillation_gradient, seed=seed)


# --- The numbers that the exercises state.


def test_no_ten_logits_give_99_and_40_25_15():
    """The argument of 6.7 against many tries: whoever has 40, 25 and 15 % is far above 99 %."""
    rng = np.random.default_rng(0)
    for _ in range(500):
        rest = rng.dirichlet(np.full(7, rng.uniform(0.2, 5))) * 0.20
        p = np.array([0.40, 0.25, 0.15, *np.minimum(rest, 0.15)])
        at_one = p**20 / (p**20).sum()
        assert at_one[0] > 0.998
    assert article.OTHER > 0.25 > 0.20


def test_the_bare_alpha_gives_the_same_direction():
    zs, zt, y, tau = S, T, 1, 10.0
    bare = 0.9 * distillation_gradient(zs, zt, y, tau, 1.0) / tau**2
    bare = bare + 0.1 * distillation_gradient(zs, zt, y, tau, 0.0)
    ours = distillation_gradient(zs, zt, y, tau, alphas.BARE_ALPHA)
    np.testing.assert_allclose(bare / np.linalg.norm(bare), ours / np.linalg.norm(ours), atol=1e-12)


def test_the_exercises_know_many_mistakes():
    listed = [e for e in exercises().values() if e.id.startswith("6.")]
    assert len(listed) >= 11
    assert sum(len(e.wrong_answers()) for e in listed) >= 25


def test_twice_tau_is_told_from_tau_squared(diagnosis):
    def doubled(zs, zt, labels, tau=3.0, alpha=0.7):
        return alpha * tau * 2 * kl(zs, zt, tau) - (1 - alpha) * np.log(p_of(zs)[labels])

    assert diagnosis("6.4", doubled) == "tau_doubled"


@pytest.mark.parametrize("wrong", [lambda label: label, lambda label: 1])
def test_a_number_in_place_of_the_row_y_is_named(wrong, diagnosis):
    def gradient(zs, zt, labels, tau=3.0, alpha=0.7):
        hard = p_of(zs) - wrong(labels)
        return alpha * tau * (p_of(zs, tau) - p_of(zt, tau)) + (1 - alpha) * hard

    assert diagnosis("6.8", gradient) == "label_not_a_row"


@pytest.mark.parametrize(("tau", "alpha"), [(1.0, 0.7), (3.0, 0.3), (2.0, 0.5)])
def test_a_lost_default_is_named(tau, alpha, diagnosis):
    def loss(zs, zt, y, tau=tau, alpha=alpha):
        return distillation_loss(zs, zt, y, tau, alpha)

    def by_name(zs, zt, y, *, tau=tau, alpha=alpha):
        return loss(zs, zt, y, tau, alpha)

    def gradient(zs, zt, y, tau=tau, alpha=alpha):
        return distillation_gradient(zs, zt, y, tau, alpha)

    for exercise, answer in [("6.4", loss), ("6.4", by_name), ("6.8", gradient)]:
        assert diagnosis(exercise, answer) == "other_default"


def test_a_wrong_answer_that_changes_its_argument_is_told_so():
    def in_place(zs, zt, y, tau=3.0, alpha=0.7):
        zs /= tau
        zt /= tau
        hard = p_of(zs) - np.eye(len(zs))[y]
        return alpha * tau * (p_of(zs) - p_of(zt)) + (1 - alpha) * hard

    with pytest.raises(CheckFailed, match=r"softened too.* also changes its argument"):
        check("6.8", in_place)


def test_a_rounded_loss_is_called_rounded(diagnosis):
    assert diagnosis("6.3", lambda zs, zt, tau: round(kl(zs, zt, tau), 3)) == "rounded"


# --- Speculative sampling: the step that is asked for gives the large model's distribution.


def test_what_comes_out_of_a_step_is_the_large_models_distribution():
    """Summed over all drafts, and over u and v in steps so fine that only a step is left over."""
    step, n = exercises()["6.5"].reference, 400
    grid = (np.arange(n) + 0.5) / n
    for p, q in (
        np.random.default_rng(0).dirichlet(np.ones(4), 2),
        np.eye(3)[[0, 1]] * 0.8 + 1 / 15,
    ):
        out = np.zeros(len(p))
        for x in range(len(q)):
            kept = np.mean([step(p, q, x, u, 0.5) == x for u in grid])
            out[x] += q[x] * min(kept, 1)
            refused = [step(p, q, x, 1 - 1e-9, v) for v in grid] if kept < 1 else []
            for token in refused:
                out[token] += q[x] * (1 - kept) / n
        np.testing.assert_allclose(out, p, atol=4 / n)


def test_other_ways_to_step_are_right():
    def loop(p, q, drafted, u, v):
        if q[drafted] * u < p[drafted]:
            return drafted
        missing = [max(a - b, 0) for a, b in zip(p, q, strict=True)]
        running = 0.0
        for token, weight in enumerate(missing):
            running += weight / sum(missing)
            if v < running:
                return token
        return len(p) - 1

    check("6.5", loop)
    check("6.5", loop, seed=2026)


@pytest.mark.parametrize("seed", [None, 11, 2026])
def test_a_greedy_second_draw_is_named(seed, diagnosis):
    def step(p, q, drafted, u, v):
        return drafted if u < p[drafted] / q[drafted] else np.argmax(np.maximum(p - q, 0))

    assert diagnosis("6.5", step, seed) == "likeliest"
