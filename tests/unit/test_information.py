"""Entropy and its relatives: values by hand, 0 log 0, batches, refusals."""

import numpy as np
import pytest
from logitlab.distributions import softmax
from logitlab.information import (
    brier,
    cross_entropy,
    entropy,
    expected_calibration_error,
    kl_divergence,
    perplexity,
    surprisal,
)

P, Q = [0.5, 0.25, 0.25, 0.0], [0.25, 0.25, 0.25, 0.25]


def test_entropy_by_hand():
    assert entropy(P) == 1.5
    assert entropy(Q) == 2.0
    assert entropy([0.4, 0.4, 0.2]) == pytest.approx(1.521928, abs=1e-6)


def test_bases():
    assert entropy(Q, base=4) == 1.0
    assert entropy(P, base=np.e) == pytest.approx(1.5 * np.log(2), rel=1e-15)
    assert surprisal(0.01, base=10) == pytest.approx(2.0, rel=1e-15)


@pytest.mark.parametrize("p", [[1.0, 0.0], [1.0], [0.0, 1.0 + 1e-9]])
def test_certainty_is_zero_and_not_minus_zero(p):
    for value in (entropy(p), kl_divergence(p, p), cross_entropy(p, p), surprisal(p).min()):
        assert value == 0.0
        assert not np.signbit(value)
    assert perplexity(p) == 1.0


def test_surprisal():
    assert surprisal(P).tolist() == [1.0, 2.0, 2.0, np.inf]
    assert surprisal(0.125) == 3.0
    assert surprisal(0) == np.inf
    assert not np.signbit(surprisal(1.0))


def test_perplexity_counts_equally_likely_tokens():
    assert perplexity(Q) == 4.0
    assert perplexity(P) == 2.0**1.5


def test_kl_weighs_by_its_first_argument():
    assert kl_divergence(P, Q) == 0.5
    assert kl_divergence(Q, P) == np.inf
    assert kl_divergence([0.9, 0.1], [0.5, 0.5]) == pytest.approx(0.531, abs=1e-3)
    assert kl_divergence([0.5, 0.5], [0.9, 0.1]) == pytest.approx(0.737, abs=1e-3)


def test_cross_entropy_is_entropy_plus_kl():
    assert cross_entropy(P, Q) == 2.0 == entropy(P) + kl_divergence(P, Q)
    assert cross_entropy(Q, P) == np.inf
    assert cross_entropy(P, P) == entropy(P)


def test_one_row_gives_a_float_and_a_batch_an_array():
    batch = np.array([[P, Q], [Q, Q]])
    for function in (entropy, perplexity):
        assert type(function(P)) is float
        assert function(batch).tolist() == [[function(P), function(Q)], [function(Q)] * 2]
    for function in (cross_entropy, kl_divergence):
        assert type(function(P, Q)) is float
        rows = [[function(P, Q), function(Q, Q)], [function(Q, Q), function(Q, Q)]]
        assert function(batch, Q).tolist() == rows
    assert surprisal(batch).shape == batch.shape
    assert type(surprisal(0.5)) is float


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_sums_are_float64_and_nothing_warns(dtype):
    p = softmax(np.linspace(-20, 20, 60_000)).astype(dtype)
    exact = entropy(softmax(np.linspace(-20, 20, 60_000)))
    error = {"float16": 2e-2, "float32": 1e-6, "float64": 0}[dtype]
    assert entropy(p) == pytest.approx(exact, abs=error)
    assert entropy(p).__class__ is float


def test_arguments_stay_as_they_were():
    p, q = np.array(P), np.array(Q)
    entropy(p), surprisal(p), kl_divergence(p, q), cross_entropy(p, q), brier(p, 0)
    expected_calibration_error(p, 0)
    assert (p.tolist(), q.tolist()) == (P, Q)


ON_PROBS = (
    entropy,
    surprisal,
    perplexity,
    lambda p: cross_entropy(p, Q),
    lambda p: cross_entropy(Q, p),
    lambda p: kl_divergence(p, Q),
    lambda p: kl_divergence(Q, p),
    lambda p: brier(p, 0),
    lambda p: expected_calibration_error(p, 0),
)


@pytest.mark.parametrize("function", ON_PROBS)
@pytest.mark.parametrize(
    ("probs", "error", "said"),
    [
        ([0.5, 0.4, 0.0, 0.0], ValueError, "must sum to 1 in each row, got a sum of 0.9"),
        ([1.5, -0.5, 0.0, 0.0], ValueError, r"must be probabilities, got -0.5 at index \[1\]"),
        ([2.2, 1.8, 1.4, 1.0], ValueError, "got a sum of 6.4"),
        ([np.nan, 0.5, 0.5, 0.0], ValueError, "got nan"),
        ([], ValueError, "must not be empty"),
        ([[1.0, 0.0], [1.0]], ValueError, "rows differ in length"),
        (["1", "0", "0", "0"], TypeError, "must be real numbers"),
    ],
)
def test_what_is_no_distribution_is_refused(function, probs, error, said):
    with pytest.raises(error, match=f"^(probs|p|q) .*{said}"):
        function(probs)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_surprisal_of_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match=f"probs must be a number from 0 to 1, got {p}"):
        surprisal(p)


@pytest.mark.parametrize("base", [1, 0, -2, 0.5, np.inf, np.nan])
def test_bad_bases_are_refused(base):
    with pytest.raises(ValueError, match=f"base must be a finite number above 1, got {base}"):
        entropy(P, base=base)


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match=r"p and q must match in shape, got \(4,\) and \(1,\)"):
        kl_divergence(P, [1.0])
    with pytest.raises(ValueError, match="p and q must match in shape"):
        cross_entropy([P, P], [Q, Q, Q])


# Scores of predictions


def test_brier():
    assert brier([[1.0, 0.0], [0.0, 1.0]], [0, 1]) == 0.0
    assert brier([[1.0, 0.0]], [1]) == 2.0
    assert brier([0.51, 0.49], 0) == pytest.approx(2 * 0.49**2)
    assert brier([[0.7, 0.2, 0.1]], [0]) == pytest.approx(0.09 + 0.04 + 0.01)
    assert brier([[[0.5, 0.5]], [[0.5, 0.5]]], [[0], [1]]) == 0.5


def test_a_perfectly_calibrated_forecast_has_no_calibration_error():
    probs = [[0.8, 0.2]] * 5 + [[0.4, 0.6]] * 5
    labels = [0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    assert expected_calibration_error(probs, labels) == pytest.approx(0.0, abs=1e-15)


def test_calibration_error_weighs_bins_by_their_rows():
    probs = [[0.9, 0.1]] * 3 + [[0.6, 0.4]]
    labels = [0, 0, 1, 1]
    expected = 3 / 4 * abs(0.9 - 2 / 3) + 1 / 4 * 0.6
    assert expected_calibration_error(probs, labels) == pytest.approx(expected)
    one_bin = abs((3 * 0.9 + 0.6) / 4 - 2 / 4)
    assert expected_calibration_error(probs, labels, bins=1) == pytest.approx(one_bin)


def test_a_confidence_on_an_edge_belongs_to_the_bin_below():
    probs, labels = [[0.5, 0.5], [0.75, 0.25]], [0, 1]
    apart = (0.5 + 0.75) / 2
    assert expected_calibration_error(probs, labels, bins=2) == pytest.approx(apart)
    together = abs(0.5 + 0.75 - 1) / 2
    assert expected_calibration_error(probs, labels, bins=1) == pytest.approx(together)


@pytest.mark.parametrize("score", [brier, expected_calibration_error])
@pytest.mark.parametrize(
    ("labels", "error", "said"),
    [
        ([0, 2], ValueError, "labels must be classes from 0 to 1, got 2"),
        ([0, -1], ValueError, "labels must be classes from 0 to 1, got -1"),
        ([0], ValueError, r"labels must have shape \(2,\), one for each row, got \(1,\)"),
        ([0.0, 1.0], TypeError, "labels must be integers"),
        ([], ValueError, r"labels must have shape \(2,\)"),
    ],
)
def test_bad_labels_are_refused(score, labels, error, said):
    with pytest.raises(error, match=said):
        score([[0.5, 0.5], [1.0, 0.0]], labels)


@pytest.mark.parametrize(("bins", "error"), [(0, ValueError), (1.5, TypeError)])
def test_bad_bins_are_refused(bins, error):
    with pytest.raises(error, match=f"bins must be an integer, 1 or more, got {bins}"):
        expected_calibration_error([[1.0, 0.0]], [0], bins=bins)
