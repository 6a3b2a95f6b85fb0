"""The two experiments."""

import numpy as np
import pytest
from logitlab.experiments import run_experiment, sweep

TOKENS = ["approve", "reject", "review"]
LOGITS = [2.2, 1.8, 1.4]


def test_the_probabilities_are_exact():
    result = run_experiment(TOKENS, LOGITS, 0.5)
    weights = np.exp(np.array(LOGITS) / 0.5)
    np.testing.assert_allclose(result["probs"], weights / weights.sum(), rtol=1e-12)
    expected = -(result["probs"] * np.log2(result["probs"])).sum()
    assert result["entropy"] == pytest.approx(expected, rel=1e-12)


def test_counts_frequencies_and_their_entropy_belong_together():
    result = run_experiment(TOKENS, LOGITS, 1.0, 250, np.random.default_rng(1))
    assert result["counts"].shape == (3,)
    assert result["counts"].sum() == 250
    np.testing.assert_array_equal(result["frequencies"], result["counts"] / 250)
    seen = result["frequencies"][result["counts"] > 0]
    assert result["sample_entropy"] == pytest.approx(-(seen * np.log2(seen)).sum())


def test_the_frequencies_approach_the_probabilities():
    n = 100_000
    result = run_experiment(TOKENS, LOGITS, 1.0, n, np.random.default_rng(2))
    error = np.abs(result["frequencies"] - result["probs"])
    assert (error < 5 * np.sqrt(result["probs"] * (1 - result["probs"]) / n)).all()


def test_a_removed_token_is_never_drawn():
    result = run_experiment(TOKENS, [1.0, -np.inf, 1.0], 1.0)
    assert result["probs"][1] == result["counts"][1] == 0
    assert result["entropy"] == 1.0


def test_without_a_generator_everybody_sees_the_same_counts():
    one, other = run_experiment(TOKENS, LOGITS, 1.0), run_experiment(TOKENS, LOGITS, 1.0)
    np.testing.assert_array_equal(one["counts"], other["counts"])


def test_the_inputs_come_back_and_are_not_changed():
    logits = np.array(LOGITS, np.float32)
    result = run_experiment(TOKENS, logits, 2)
    assert result["tokens"] == TOKENS
    assert result["temperature"] == 2
    result["logits"][0] = 99
    np.testing.assert_array_equal(logits, np.array(LOGITS, np.float32))


def test_a_sweep_is_one_experiment_for_each_temperature():
    temperatures = [0.1, 1.0, 7.0]
    result = sweep(TOKENS, LOGITS, temperatures)
    assert result["probs"].shape == (3, 3)
    for i, T in enumerate(temperatures):
        one = run_experiment(TOKENS, LOGITS, T)
        np.testing.assert_allclose(result["probs"][i], one["probs"], rtol=1e-12)
        assert result["entropy"][i] == pytest.approx(one["entropy"], rel=1e-12)
        assert result["top"][i] == one["probs"].max()


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"temperature": 0}, ValueError, "temperature must be a finite number above 0, got 0"),
        ({"temperature": "hot"}, TypeError, "temperature must be a"),
        ({"logits": [1.0, 2.0]}, ValueError, "tokens must be one for each logit, got 3 for 2"),
        ({"logits": [[1.0], [2.0, 3.0]]}, ValueError, "logits must be an array of numbers"),
        ({"logits": [LOGITS]}, ValueError, "logits must be one row (vocab,), got shape (1, 3)"),
        ({"logits": [1.0, np.nan, 0.0]}, ValueError, "logits must be finite or -inf, got nan"),
        ({"logits": [-np.inf] * 3}, ValueError, "logits must have a finite value"),
        ({"tokens": "abc"}, TypeError, "tokens must be a list of texts, got the text 'abc'"),
        ({"tokens": 3}, TypeError, "tokens must be a list of texts, got 3"),
        ({"n_samples": 0}, ValueError, "n_samples must be an integer, 1 or more, got 0"),
        ({"rng": 7}, TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_input_is_refused_by_name(change, error, says):
    arguments = {"tokens": TOKENS, "logits": LOGITS, "temperature": 1.0} | change
    with pytest.raises(error) as caught:
        run_experiment(**arguments)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("temperatures", "error", "says"),
    [
        ([], ValueError, "temperatures must be one row (n,), got shape (0,)"),
        (1.0, ValueError, "temperatures must be one row (n,), got shape ()"),
        ([1.0, -1.0], ValueError, "temperatures must be a finite number above 0, got -1.0"),
    ],
)
def test_bad_temperatures_are_refused(temperatures, error, says):
    with pytest.raises(error) as caught:
        sweep(TOKENS, LOGITS, temperatures)
    assert says in str(caught.value)
