"""Exercises of lesson 5. That every known mistake is told apart is tested with lesson 1's."""

import math

import numpy as np
import pytest
from logitlab import entropy, kl_divergence, softmax
from logitlab.checks import check, exercises


def swapped(values, i, wrong):
    """The right values with one of them wrong."""
    out = list(values)
    out[i] = wrong
    return tuple(out)


HAND = ([0.74, 1.74, 3.32], [0.44, 0.52, 0.33], 1.30, 2.45)


def right(exercise):
    return exercises()[exercise].reference


def to_base(form):
    """An answer to 5.2 out of what it does in bits."""
    return lambda p, base=2: form(p) / np.log2(base)


def no_mask(p):
    return -(p * np.log2(p)).sum()


def epsilon(p, base=2):
    return float(f"{-(p * np.log2(p + 1e-12)).sum() / np.log2(base):.3g}")


# The course's list of misconceptions, as people write them.
LISTED = [
    ("sign", "5.2", to_base(lambda p: (p * np.log2(p)).sum())),
    ("sign", "5.1", swapped(HAND, 2, -1.2955)),
    ("log0", "5.2", to_base(no_mask)),
    ("log0", "5.10", lambda z, T=1.0: no_mask(softmax(z / T))),
    ("epsilon", "5.2", to_base(lambda p: -(p * np.log2(p + 1e-12)).sum())),
    ("of_logits", "5.10", lambda z, T=1.0: -(z * np.log2(z)).sum()),
    ("mean", "5.2", to_base(lambda p: -(p * np.log2(p)).mean())),
    ("mean", "5.1", swapped(HAND, 2, 0.4318)),
    ("log10", "5.2", to_base(lambda p: -(p * np.log10(p)).sum())),
    ("base_ignored", "5.2", lambda p, base=2: entropy(p)),
    ("perplexity_base2", "5.3", (11.0, 2 ** (2.2 * math.log(2)), [1.1, 11 / 12])),
    ("renormalised", "5.4", lambda z, vocab: [entropy(softmax(z))] * 2),
    ("log10", "5.1", swapped(HAND, 2, 0.3900)),
    ("perplexity_base2", "5.1", swapped(HAND, 3, 1.8634)),
    ("linear_in_T", "5.10", lambda z, T=1.0: T * entropy(softmax(z))),
    ("plugin_bias", "5.13", lambda c: entropy(c / c.sum())),
    ("kl_direction", "5.9", lambda p, q: (q * np.log2(q / p)).sum()),
    ("surprisal", "5.1", swapped(HAND, 0, [0.4422, 0.5211, 0.3322])),
]


@pytest.mark.parametrize("seed", [None, 11, 2026])
@pytest.mark.parametrize(("mistake", "exercise", "answer"), LISTED)
def test_listed_misconceptions(mistake, exercise, answer, seed, diagnosis):
    assert diagnosis(exercise, answer, seed) == mistake


def test_a_rounded_epsilon_is_refused_too(diagnosis):
    assert diagnosis("5.2", epsilon) is not None


def test_nats_divided_by_ln_2_pass(capsys):
    """As the course's list of accepted forms has it, where the zeros are taken care of."""

    def in_bits(p):
        p = p[p > 0]
        return -(p * np.log(p)).sum() / np.log(2)

    for seed in (None, 1, 2):
        check("5.2", to_base(in_bits), seed=seed)
        check("5.10", lambda z, T=1.0: in_bits(softmax(z / T)), seed=seed)


@pytest.mark.parametrize(
    ("exercise", "answer", "expected"),
    [
        ("5.2", to_base(lambda p: -sum(x * math.log2(x) for x in p)), "log0"),
        ("5.2", to_base(lambda p: -(p * np.log2(p + 1e-9)).sum()), "epsilon"),
        ("5.2", to_base(lambda p: entropy(p) / np.log2(max(len(p), 2))), "max_is_one"),
        ("5.2", to_base(lambda p: -np.log2(p).mean()), "not_weighted"),
        ("5.10", lambda z, T=1.0: entropy(softmax(z * T)), "multiply"),
        ("5.10", lambda z, T=1.0: entropy(softmax(softmax(z / T))), "softmax_twice"),
        ("5.12", lambda z, T=1.0: np.var(z) / T**3, "not_weighted"),
        ("5.12", lambda z, T=1.0: right("5.12")(z, T) / np.log(2), "bits"),
        ("5.12", lambda z, T=1.0: right("5.12")(z, T) * T, "power_of_T"),
        ("5.9", lambda p, q: kl_divergence(p, q) * np.log(2), "nats"),
        ("5.7", lambda p, y: -np.log(p[:, y]).mean(), "columns_picked"),
        ("5.7", lambda p, y: -np.log(p.max(axis=1)).mean(), "own_answer_scored"),
        ("5.8", lambda z, y: 1 / right("5.8")(z, y), "multiply"),
        ("5.8", lambda z, y: 0.1, "end_of_the_search"),
        ("5.13", lambda c: right("5.13")(c) * np.log(2), "nats"),
        ("5.13", lambda c: np.log2((c > 0).sum()), "maximum_not_entropy"),  # 2 for 2.012
        ("5.13", lambda c: np.round(right("5.13")(c), 2), "rounded"),
        ("5.2", lambda p, base=2: np.round(entropy(p, base), 3), "rounded"),
        ("5.7", lambda p, y: -np.log2(p[np.arange(len(y)), y]).mean(), "bits"),
    ],
)
def test_answers_that_are_nearly_right_are_told_apart(exercise, answer, expected, diagnosis):
    assert diagnosis(exercise, answer) == expected


@pytest.mark.parametrize("threshold", [1e-12, 1e-9, 1e-6, 1e-3])
def test_a_threshold_is_no_mask_of_the_zeros(threshold, diagnosis):
    """A real vocabulary holds a hundred thousand tokens, most of them rarer than that."""

    def above(p):
        p = p[p > threshold]
        return -(p * np.log2(p)).sum()

    def corrected(counts):
        f = counts / counts.sum()
        return above(f) + ((f > threshold).sum() - 1) / (2 * counts.sum() * np.log(2))

    def near_zero(p):
        return above(np.where(np.isclose(p, 0, atol=threshold), 0, p))

    for form in (above, near_zero):
        assert diagnosis("5.2", to_base(form)) == "tail_dropped"
    assert diagnosis("5.13", corrected) == "tail_dropped"


def test_a_mask_of_exact_zeros_may_be_written_in_any_way():
    tiny = np.finfo(float).tiny
    for seed in (None, 3):
        check("5.2", to_base(lambda p: -(p * np.log2(np.maximum(p, tiny))).sum()), seed=seed)
        check("5.2", lambda p, base=2: np.round(entropy(p, base), 12), seed=seed)
        check("5.2", to_base(lambda p: -(p * np.log2(p, where=p != 0, out=np.zeros(len(p)))).sum()))


def test_any_way_to_find_the_temperature_will_do():
    def secant(z, y):
        """Where the slope of the loss in 1/T is 0, by bisection."""
        low, high = 0.1, 10.0
        for _ in range(60):
            b = (low + high) / 2
            p = softmax(z * b)
            if ((p * z).sum(axis=1) - z[np.arange(len(y)), y]).mean() > 0:
                high = b
            else:
                low = b
        return 1 / low

    for seed in (None, 0, 1, 2026):
        check("5.8", secant, seed=seed)
        check("5.8", lambda z, y: float(round(secant(z, y), 2)), seed=seed)


@pytest.mark.parametrize("bits", [1.29, 1.3, 1.2955])
def test_rounding_before_or_after_adding_is_the_same(bits):
    check("5.1", ([0.74, 1.74, 3.32], [0.44, 0.52, 0.33], bits, 2.45))


def test_the_unit_in_the_singular_is_right_and_the_base_is_not_the_unit(diagnosis):
    _, in_bits, size = exercises()["5.11"].right_answers()["reference"]
    check("5.11", ("nat", in_bits, size))
    assert diagnosis("5.11", ("ln", in_bits, size)) == "base_not_unit"


def test_a_search_in_steps_of_a_tenth_is_not_taken_for_another_criterion(diagnosis):
    def tenths(scores, labels):
        def loss(T):
            p = softmax(scores / T)
            return -np.log(p[np.arange(len(labels)), labels]).mean()

        return min(np.arange(0.1, 10.05, 0.1), key=loss)

    assert diagnosis("5.8", tenths) == "grid_too_coarse"


def test_a_denominator_without_brackets_is_named(diagnosis):
    def corrected(counts):
        p = counts[counts > 0] / counts.sum()
        return -(p * np.log2(p)).sum() + (len(p) - 1) / 2 * counts.sum() * np.log(2)

    assert diagnosis("5.13", corrected) == "brackets"
