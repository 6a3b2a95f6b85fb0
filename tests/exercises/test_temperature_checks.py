"""Exercises of lesson 1: wrong answers are refused under their own name, right ones pass."""

import math

import numpy as np
import pytest
from logitlab import distributions
from logitlab.checks import CheckFailed, check, exercises, temperature
from mutation import survivors

WRONG = [
    pytest.param(exercise.id, mistake, id=f"{exercise.id}-{mistake}")
    for exercise in exercises().values()
    for mistake in exercise.wrong_answers()
]
RIGHT = [
    pytest.param(exercise.id, name, id=f"{exercise.id}-{name}")
    for exercise in exercises().values()
    for name in exercise.right_answers()
]


def diagnosis(exercise, answer, seed=None):
    with pytest.raises(CheckFailed) as caught:
        check(exercise, answer, seed=seed)
    return caught.value.diagnosis


@pytest.mark.parametrize(("exercise", "mistake"), WRONG)
def test_every_form_of_a_mistake_is_told_apart_from_all_others(exercise, mistake):
    for form in exercises()[exercise].wrong_answers()[mistake]:
        assert diagnosis(exercise, form) == mistake


@pytest.mark.parametrize(("exercise", "mistake"), WRONG)
def test_so_it_is_on_the_probes_of_grading(exercise, mistake):
    form = exercises()[exercise].wrong_answers()[mistake][0]
    assert diagnosis(exercise, form, seed=2026) == mistake


@pytest.mark.parametrize("seed", [None, 2026])
@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_answers_pass(exercise, name, seed, capsys):
    check(exercise, exercises()[exercise].right_answers()[name], seed=seed)
    out = capsys.readouterr().out
    assert out.startswith(f"{exercise} ") and out.count("\n") == 1


# --- The course's list of misconceptions, as people write them.


def softmax(z, T=1.0):
    s = np.asarray(z, float) / T
    e = np.exp(s - s.max())
    return e / e.sum()


def normalised_at_1(z, T=1.0):
    return np.exp(z / T) / np.exp(z).sum()


def base2(z, T=1.0):
    e = 2.0 ** (z / T)
    return e / e.sum()


def overflow(z, T=1.0):
    e = np.exp(z / T)
    return e / e.sum()


def zero_division(z, T):
    s = z / np.float64(T)
    e = np.exp(s - s.max())
    return e / e.sum()


def only_top(z, T=1.0):
    s = z.copy()
    s[s.argmax()] /= T
    return softmax(s)


def whole_batch(z, T=1.0):
    e = np.exp(z - z.max())
    return e / e.sum()


LISTED = {
    "T01_multiply": ("1.4", lambda z, T=1.0: softmax(z * T)),
    "T03_scale_probs_no_norm": ("1.4", lambda z, T=1.0: softmax(z) / T),
    "T06_norm_at_1": ("1.4", normalised_at_1),
    "T07_base2": ("1.4", base2),
    "T08_overflow": ("1.4", overflow),
    "T09_zero_div": ("1.6", zero_division),
    "T10_floor_div": ("1.4", lambda z, T=1.0: softmax(z // T)),
    "T11_only_top": ("1.4", only_top),
    "T12_reorders": ("1.2", ("optimize", 0.5639, 6.4)),
    "T13_half_T_doubles_p": ("1.2", ("approve", 0.6936, 6.4)),
    "T14_batch_axis": ("1.5", whole_batch),
    "T15_greedy_sequence": ("1.10", ("nice", 0.2)),
}


@pytest.mark.parametrize("mistake", LISTED)
def test_listed_misconceptions(mistake):
    assert diagnosis(*LISTED[mistake]) == mistake


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda z, T=1.0: softmax(softmax(z) / T), "softmax_twice"),
        (lambda z, T=1.0: softmax(z) / T / (softmax(z) / T).sum(), "T_cancels"),
        (lambda z, T=1.0: softmax(z - T), "T_shifts"),
        (lambda z, T=1.0: softmax(z), "T_ignored"),
        (lambda z, T=1.0: softmax(z) ** T / (softmax(z) ** T).sum(), "power_T"),
        (lambda z, T: softmax(z, T), "default_not_1"),
        (lambda z, T=1.0: softmax(z, T).round(2), "rounded"),
    ],
)
def test_answers_with_nearly_the_same_output_are_told_apart(answer, expected):
    assert diagnosis("1.4", answer) == expected


# --- What each exercise promises.


@pytest.mark.parametrize("total", [7.47, 7.48])
def test_rounding_before_or_after_adding_is_the_same(total):
    check("1.1", ([1.1, 0.9, 0.7], [3.00, 2.46, 2.01], total, [0.40, 0.33, 0.27]))


def test_the_audit_is_about_four_rows():
    assert temperature.CORRECTED == {
        "approve": 0.35,
        "reject": 0.23,
        "escalate": 0.09,
        "assign": 0.02,
    }
    check("1.11", {"assign": 0.0173, "escalate": 0.0945, "reject": 0.2325, "approve": 0.3468})


def test_ties_at_zero_are_explained_not_failed(capsys):
    def share(z, T):
        return (z == z.max()) / (z == z.max()).sum() if T == 0 else softmax(z, T)

    def first(z, T):
        return np.eye(len(z))[z.argmax()] if T == 0 else softmax(z, T)

    check("1.6", share)
    assert "shares the probability" in capsys.readouterr().out.split(";")[0]
    check("1.6", first)
    assert "takes the first token" in capsys.readouterr().out.split(";")[0]


def test_a_convention_must_be_kept_throughout():
    def both(z, T):
        if T == 0 and len(z) == 4 and z[1] == z[2]:
            return np.array([0.0, 0.7, 0.3, 0.0])
        return np.eye(len(z))[z.argmax()] if T == 0 else softmax(z, T)

    assert diagnosis("1.6", both) is None


def test_the_inverse_cdf_is_the_librarys():
    probs = softmax(temperature.TEN)
    ours = temperature._inverse_cdf(probs, np.random.default_rng(5).random(1000))
    np.testing.assert_array_equal(
        ours, distributions.sample(probs, np.random.default_rng(5), size=1000)
    )


def test_drawing_is_refused_by_chance_less_than_once_in_a_million():
    """Exact binomial tails outside the bound, added over all tokens of all probes."""
    n = temperature.DRAWS
    counts = np.arange(n + 1)
    choose = np.array(
        [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in counts]
    )
    false_alarm = 0.0
    for logits, T, rng, _ in temperature._draw_probes(np.random.default_rng(0)):
        p = softmax(logits, T)
        bound = temperature._noise_bound(p, logits, T, rng, n)
        for chance, off in zip(p, bound, strict=True):
            log_pmf = choose + counts * np.log(chance) + (n - counts) * np.log1p(-chance)
            false_alarm += np.exp(log_pmf)[np.abs(counts / n - chance) > off].sum()
    assert 0 < false_alarm < temperature.FALSE_ALARM


# --- Mutants of the published solutions: a small change must not pass.

# Changes that leave a right answer right: where the search starts and how long it goes on; and
# the last edge is 1 but for rounding, on which the check remarks without taking points.
EQUIVALENT = {("find_temperature", text) for text in ("0.0005", "500.0", "1001.0", "61")}
EQUIVALENT |= {("sample_inverse_cdf", "edges * edges[-1]")}


def test_mutants_of_the_solutions_are_refused():
    passed, count = survivors("01_temperature")
    assert count > 40
    assert passed == EQUIVALENT
