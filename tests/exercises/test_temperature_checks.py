"""Exercises of lesson 1: the listed misconceptions, and what each exercise promises."""

import math

import numpy as np
import pytest
from logitlab import distributions
from logitlab.checks import check, exercises
from logitlab.checks._shared import TEN
from logitlab.checks.sheet_01_temperature import e08_a_thousand_answers as drawing
from logitlab.checks.sheet_01_temperature.e11_audit_a_published_table import CORRECTED

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
    "multiply": ("1.4", lambda z, T=1.0: softmax(z * T)),
    "scale_probs_no_norm": ("1.4", lambda z, T=1.0: softmax(z) / T),
    "norm_at_1": ("1.4", normalised_at_1),
    "base2": ("1.4", base2),
    "overflow": ("1.4", overflow),
    "zero_div": ("1.6", zero_division),
    "floor_div": ("1.4", lambda z, T=1.0: softmax(z // T)),
    "only_top": ("1.4", only_top),
    "reorders": ("1.2", ("optimize", 0.5639, 6.4)),
    "half_T_doubles_p": ("1.2", ("approve", 0.6936, 6.4)),
    "batch_axis": ("1.7", whole_batch),
    "greedy_sequence": ("1.10", ("nice", 0.2)),
}


@pytest.mark.parametrize("mistake", LISTED)
def test_listed_misconceptions(mistake, diagnosis):
    assert diagnosis(*LISTED[mistake]) == mistake


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda z, T=1.0: softmax(softmax(z) / T), "softmax_twice"),
        (lambda z, T=1.0: softmax(z) / T / (softmax(z) / T).sum(), "T_cancels"),
        (lambda z, T=1.0: softmax(z - T), "T_shifts"),
        (lambda z, T=1.0: softmax(z), "T_ignored"),
        (lambda z, T=1.0: softmax(z) ** T / (softmax(z) ** T).sum(), "power_T"),
        (lambda z, T: softmax(z, T), "other_default"),
        (lambda z, T=1.0: softmax(z, T).round(2), "rounded"),
    ],
)
def test_answers_with_nearly_the_same_output_are_told_apart(answer, expected, diagnosis):
    assert diagnosis("1.4", answer) == expected


# --- What each exercise promises.


@pytest.mark.parametrize("total", [7.47, 7.48])
def test_rounding_before_or_after_adding_is_the_same(total):
    check("1.1", ([1.1, 0.9, 0.7], [3.00, 2.46, 2.01], total, [0.40, 0.33, 0.27]))


def test_the_audit_is_about_four_rows():
    assert CORRECTED == {
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


def test_a_convention_must_be_kept_throughout(diagnosis):
    def both(z, T):
        if T == 0 and len(z) == 4 and z[1] == z[2]:
            return np.array([0.0, 0.7, 0.3, 0.0])
        return np.eye(len(z))[z.argmax()] if T == 0 else softmax(z, T)

    assert diagnosis("1.6", both) is None


def test_the_inverse_cdf_is_the_librarys():
    probs = softmax(TEN)
    ours = exercises()["1.5"].reference(probs, np.random.default_rng(5).random(1000))
    np.testing.assert_array_equal(
        ours, distributions.sample(probs, np.random.default_rng(5), size=1000)
    )


def test_drawing_is_refused_by_chance_less_than_once_in_a_million():
    """Exact binomial tails outside the bound, added over all tokens of all probes."""
    n = drawing.DRAWS
    counts = np.arange(n + 1)
    choose = np.array(
        [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in counts]
    )
    false_alarm = 0.0
    for logits, T, rng, _ in drawing.probes(np.random.default_rng(0)):
        p = softmax(logits, T)
        bound = drawing.noise_bound(p, logits, T, rng, n)
        for chance, off in zip(p, bound, strict=True):
            log_pmf = choose + counts * np.log(chance) + (n - counts) * np.log1p(-chance)
            false_alarm += np.exp(log_pmf)[np.abs(counts / n - chance) > off].sum()
    assert 0 < false_alarm < drawing.FALSE_ALARM


# --- Draws that only look right, and draws that only look wrong.


def drawn(z, T, rng, n):
    return rng.choice(len(z), size=n, p=softmax(z, T))


def cut_tail(z, T, rng, n):
    p = np.where(softmax(z, T) < 0.03, 0, softmax(z, T))
    return rng.choice(len(z), size=n, p=p / p.sum())


def in_strata(z, T, rng, n):
    u = rng.permutation((np.arange(n) + rng.random(n)) / n)
    return np.searchsorted(np.cumsum(softmax(z, T)), u, side="right").clip(max=len(z) - 1)


@pytest.mark.parametrize("seed", [None, 5, 2026])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda z, T, rng, n: np.repeat(drawn(z, T, rng, n // 2), 2), "dependent"),
        (lambda z, T, rng, n: np.tile(drawn(z, T, rng, n // 2), 2), "dependent"),
        (in_strata, "dependent"),
        (lambda z, T, rng, n: np.sort(drawn(z, T, rng, n)), "in_order"),
        (lambda z, T, rng, n: drawn(z, T, np.random.default_rng(7), n), "rng_unused"),
        (
            lambda z, T, rng, n: (z / T + rng.normal(0, 1.28, (n, len(z)))).argmax(axis=1),
            "thin_tail",
        ),
        (
            lambda z, T, rng, n: (z / T + rng.exponential(size=(n, len(z)))).argmax(axis=1),
            "other_noise",
        ),
    ],
)
def test_dependent_draws_and_other_noise_are_named(answer, expected, seed, diagnosis):
    assert diagnosis("1.8", answer, seed) == expected


@pytest.mark.parametrize("sd", [0.5, 1.1, 1.5, 2.0])
def test_what_is_nearly_right_is_not_taken_for_right_draws_of_another_kind(sd, diagnosis):
    """Frequencies just beyond the noise: nothing is wrong with the seeds or the order."""

    def noise(z, T, rng, n):
        return (z / T + rng.normal(0, sd, (n, len(z)))).argmax(axis=1)

    assert diagnosis("1.8", cut_tail) in ("thin_tail", None)
    assert diagnosis("1.8", noise) in ("thin_tail", "other_noise", None)


def test_enough_draws_repeat_by_chance_and_not_too_many():
    """Exact chances of a right function outside the bounds of the rule."""
    tokens, n = 5_000, 500
    seen = np.zeros(n + 1)  # the chance of each number of different tokens
    seen[0] = 1.0
    for _ in range(n):
        again = seen * np.arange(n + 1) / tokens
        seen = again + np.append(0, (seen - again)[:-1])
    repeats = seen[::-1]
    assert repeats[:3].sum() + repeats[61:].sum() < drawing.FALSE_ALARM / 10


# --- The search for a temperature, a word with a full stop, T = 0.


def searched(entropy):
    def find_temperature(logits, bits):
        low, high = 0.001, 1000.0
        for _ in range(60):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if entropy(softmax(logits, middle)) < bits else (low, middle)
        return middle

    return find_temperature


def test_a_forgotten_zero_is_no_walk_in_the_wrong_direction(diagnosis):
    def bits(p):
        return -(p * np.log2(p)).sum()

    def on_a_grid(logits, target):
        grid = np.geomspace(0.01, 100, 2000)
        return grid[np.argmin([abs(bits(softmax(logits, T)) - target) for T in grid])]

    assert diagnosis("1.9", searched(bits)) == diagnosis("1.9", on_a_grid) == "log0"


def test_one_number_in_an_array_is_a_temperature():
    right = exercises()["1.9"].reference
    check("1.9", lambda z, b: np.array([right(z, b)]))
    check("1.9", lambda z, b: [right(z, b)])


def test_a_word_is_a_word_whatever_is_around_it(diagnosis):
    check("1.2", ("Approve.", 0.5639, 6.4))
    check("1.10", ("'dog'", 0.36))
    assert diagnosis("1.2", ("close", 0.5639, 6.4)) == "reorders"
    assert diagnosis("1.2", ("banana", 0.5639, 6.4)) is None


def test_parameters_by_keyword_only_are_right():
    def keyword_only(logits, *, temperature=1.0):
        return softmax(logits, temperature)

    check("1.4", keyword_only)
    check("1.6", lambda *, logits, temperature: exercises()["1.6"].reference(logits, temperature))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda z, T: softmax(z, T + 1e-3), "T_moved"),
        (
            lambda z, T: np.exp(z / max(T, 1e-8)) / np.exp(z / max(T, 1e-8)).sum(),
            "overflow_near_zero",
        ),
        (lambda z, T: softmax(z, max(T, 0.05)), "zero_too_large"),
    ],
)
def test_what_goes_wrong_beside_zero_is_not_called_a_division_by_zero(answer, expected, diagnosis):
    with np.errstate(all="ignore"):
        assert diagnosis("1.6", answer) == expected
