"""The laws that the lessons state, each on rows that hypothesis looks for a way to break."""

import numpy as np
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from logitlab.distillation import distillation_gradient, distillation_loss
from logitlab.distributions import greedy, gumbel_max, sample, softmax
from logitlab.information import cross_entropy, entropy, kl_divergence, perplexity
from logitlab.processors import (
    Pipeline,
    frequency_penalty,
    min_p,
    presence_penalty,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
    typical_p,
)

# Logits a few ulp apart can merge when divided; steps of 2**-10 cannot, and still tie often.
STEP = 2.0**-10
number = st.integers(-40 * 1024, 40 * 1024).map(lambda n: n * STEP)
rows = st.integers(1, 12).flatmap(lambda n: arrays(np.float64, n, elements=number))
with_removed = st.integers(1, 12).flatmap(
    lambda n: arrays(np.float64, n, elements=number | st.just(-np.inf)).filter(
        lambda z: np.isfinite(z).any()
    )
)
temperatures = st.floats(0.05, 20)
fractions = st.floats(0, 1)
counts = st.integers(1, 15)


def kept(logits):
    return (logits > -np.inf).tolist()


@st.composite
def rows_and_history(draw):
    z = draw(rows)
    return z, draw(st.lists(st.integers(0, len(z) - 1), max_size=8))


# softmax


@given(with_removed)
def test_softmax_is_a_distribution_in_the_order_of_the_logits(z):
    p = softmax(z)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert (p >= 0).all()
    assert (p[z == -np.inf] == 0).all()
    assert (np.diff(p[np.argsort(z, kind="stable")]) >= 0).all()


@given(rows, number)
def test_softmax_does_not_notice_a_shift(z, shift):
    np.testing.assert_array_equal(softmax(z + shift), softmax(z))


@given(rows)
def test_a_gap_is_the_logarithm_of_the_odds(z):
    p = softmax(z)
    assume(p.min() > 1e-300)
    np.testing.assert_allclose(np.log(p[0] / p), z[0] - z, atol=1e-9)


def test_the_repetition_penalty_notices_a_shift():
    z, history = find(
        rows_and_history(),
        lambda case: (
            not np.allclose(
                softmax(repetition_penalty(*case, 1.3)),
                softmax(repetition_penalty(case[0] - 3, case[1], 1.3)),
            )
        ),
    )
    np.testing.assert_array_equal(softmax(z), softmax(z - 3))
    assert history


# Temperature


@given(with_removed, temperatures)
def test_temperature_preserves_the_order(z, T):
    out = temperature(z, T)
    np.testing.assert_array_equal(out[:, None] < out, z[:, None] < z)
    assert greedy(out) == greedy(z)


@given(rows, temperatures, temperatures)
def test_temperatures_multiply(z, a, b):
    np.testing.assert_allclose(temperature(temperature(z, a), b), temperature(z, a * b), rtol=1e-12)


@given(rows)
def test_a_cold_model_is_greedy_and_a_hot_one_uniform(z):
    largest = z == z.max()
    np.testing.assert_allclose(softmax(temperature(z, 1e-6)), largest / largest.sum(), atol=1e-12)
    np.testing.assert_allclose(softmax(temperature(z, 1e9)), 1 / len(z), rtol=1e-6)


# Which pairs commute


@given(with_removed, temperatures, counts)
def test_temperature_and_top_k_commute(z, T, k):
    np.testing.assert_array_equal(top_k(temperature(z, T), k), temperature(top_k(z, k), T))


@given(rows_and_history(), temperatures, st.floats(0.2, 5))
def test_temperature_and_the_multiplicative_penalty_commute(case, T, penalty):
    z, history = case
    np.testing.assert_allclose(
        repetition_penalty(temperature(z, T), history, penalty),
        temperature(repetition_penalty(z, history, penalty), T),
        rtol=1e-12,
    )


@given(with_removed, counts, fractions)
def test_top_k_and_min_p_commute(z, k, p):
    np.testing.assert_array_equal(kept(top_k(min_p(z, p), k)), kept(min_p(top_k(z, k), p)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lambda z: temperature(z, 0.5), lambda z: top_p(z, 0.8)),
        (lambda z: temperature(z, 0.5), lambda z: min_p(z, 0.2)),
        (lambda z: top_k(z, 2), lambda z: top_p(z, 0.6)),
    ],
    ids=["temperature, top_p", "temperature, min_p", "top_k, top_p"],
)
def test_pairs_that_do_not_commute(first, second):
    z = find(rows, lambda z: kept(second(first(z))) != kept(first(second(z))))
    assert sum(kept(second(first(z)))) != sum(kept(first(second(z))))


@pytest.mark.parametrize("penalty", [presence_penalty, frequency_penalty])
def test_temperature_and_an_additive_penalty_do_not_commute(penalty):
    """Subtracted after dividing by T, the penalty weighs T times as much as before it."""
    z, history = find(
        rows_and_history(),
        lambda case: (
            not np.allclose(
                softmax(penalty(temperature(case[0], 2.0), case[1], 1.0)),
                softmax(temperature(penalty(*case, 1.0), 2.0)),
            )
        ),
    )
    np.testing.assert_allclose(
        penalty(temperature(z, 2.0), history, 1.0), temperature(penalty(z, history, 2.0), 2.0)
    )


# Truncation


@given(with_removed, st.floats(0, 0.05))
def test_top_p_towards_zero_is_greedy(z, p):
    """The likeliest of at most 12 tokens has more than 0.05; of equal ones a single one stays."""
    out = top_p(z, p)
    assert z[kept(out)].tolist() == [z.max()]
    assert greedy(out) == greedy(z) or (z == z.max()).sum() > 1


@given(rows, temperatures)
def test_k_of_one_is_greedy_at_any_temperature(z, T):
    assume((z == z.max()).sum() == 1)
    p = softmax(top_k(temperature(z, T), 1))
    assert p.tolist() == (np.arange(len(z)) == greedy(z)).tolist()


@given(with_removed, fractions)
def test_the_nucleus_reaches_p_and_needs_its_last_token(z, p):
    probs, inside = softmax(z), np.array(kept(top_p(z, p)))
    assert inside.any()
    assert probs[inside].sum() >= p - 1e-11
    if p < 1:
        assert probs[inside].sum() - probs[inside].min() < p or inside.sum() == 1
        assert probs[inside].min() >= np.max(probs[~inside], initial=0)


@given(with_removed, fractions, fractions)
def test_a_larger_p_keeps_no_less(z, p, q):
    small, large = sorted((p, q))
    for processor, less, more in ((top_p, small, large), (min_p, large, small)):
        few, many = np.array(kept(processor(z, less))), np.array(kept(processor(z, more)))
        assert not (few & ~many).any()


@given(with_removed, counts, fractions)
def test_top_k_and_min_p_are_idempotent(z, k, p):
    np.testing.assert_array_equal(top_k(top_k(z, k), k), top_k(z, k))
    np.testing.assert_array_equal(min_p(min_p(z, p), p), min_p(z, p))


def test_top_p_is_not_idempotent():
    """The survivors are renormalised, so p of them is a smaller set."""
    z = find(rows, lambda z: kept(top_p(top_p(z, 0.6), 0.6)) != kept(top_p(z, 0.6)))
    assert sum(kept(top_p(top_p(z, 0.6), 0.6))) < sum(kept(top_p(z, 0.6)))


@given(with_removed, counts, fractions)
def test_survivors_keep_their_logits(z, k, p):
    for out in (top_k(z, k), top_p(z, p), min_p(z, p), typical_p(z, p)):
        inside = kept(out)
        assert any(inside)
        np.testing.assert_array_equal(out[inside], z[inside])


@given(with_removed, temperatures, counts, fractions)
def test_survivors_only_become_fewer(z, T, k, p):
    for library in ("transformers", "vllm", "llama.cpp"):
        pipeline = Pipeline.named(library, temperature=T, top_k=k, top_p=p, min_p=p / 2)
        before = z > -np.inf
        for stage in pipeline.stages(z):
            assert not (stage.survivors & ~before).any()
            before = stage.survivors


# Penalties


@given(rows_and_history(), st.floats(1, 10), st.floats(0, 10))
def test_penalties_never_push_up(case, factor, amount):
    z, history = case
    for out in (
        repetition_penalty(z, history, factor),
        frequency_penalty(z, history, amount),
        presence_penalty(z, history, amount),
    ):
        unseen = np.setdiff1d(np.arange(len(z)), history)
        np.testing.assert_array_equal(out[unseen], z[unseen])
        assert (out <= z).all()


# Information


@given(with_removed)
def test_entropy_lies_between_zero_and_the_uniform(z):
    h = entropy(softmax(z))
    assert 0 <= h <= np.log2(len(z)) + 1e-12
    assert not np.signbit(h)
    assert perplexity(softmax(z)) == 2**h


@given(rows, temperatures)
def test_entropy_grows_with_temperature_by_the_variance_of_the_logits(z, T):
    """dH/dT = Var(z) / T^3 in nats, the variance taken under softmax(z / T)."""

    def h(T):
        return entropy(softmax(temperature(z, T)), base=np.e)

    p = softmax(temperature(z, T))
    slope = (p * (z - (p * z).sum()) ** 2).sum() / T**3
    assert slope >= 0
    step = 1e-4 * T
    assert h(T + step) >= h(T) - 1e-12
    assert (h(T + step) - h(T - step)) / (2 * step) == pytest.approx(
        slope, rel=1e-3, abs=1e-6 + 1e-10 / step
    )


@given(st.integers(1, 12).flatmap(lambda n: arrays(np.float64, (2, n), elements=number)))
def test_no_prediction_beats_the_source(pair):
    p, q = softmax(pair)
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert cross_entropy(p, q) >= entropy(p) - 1e-12
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q), abs=1e-9)


# Sampling: the bound comes from n

N = 20_000


@settings(max_examples=30)
@given(with_removed, st.integers(0, 2**32 - 1))
def test_frequencies_are_the_probabilities(z, seed):
    """Hoeffding: a frequency of n draws misses its probability by eps or more with a chance of at
    most 2 exp(-2 n eps^2); eps is set so that this is 1e-12.
    """
    p = softmax(z)
    eps = np.sqrt(np.log(2 / 1e-12) / (2 * N))
    for ids in (
        sample(p, np.random.default_rng(seed), size=N),
        gumbel_max(z, np.random.default_rng(seed), size=N),
    ):
        frequencies = np.bincount(ids, minlength=len(z)) / N
        assert (np.abs(frequencies - p) < eps).all()
        assert (frequencies[p == 0] == 0).all()


# Distillation


@given(
    st.tuples(st.integers(1, 3), st.integers(2, 6)).flatmap(
        lambda shape: st.tuples(
            arrays(np.float64, shape, elements=st.floats(-8, 8)),
            arrays(np.float64, shape, elements=st.floats(-8, 8)),
            arrays(np.int64, shape[0], elements=st.integers(0, shape[1] - 1)),
        )
    ),
    st.floats(0.5, 20),
    fractions,
)
def test_the_gradient_is_the_slope_of_the_loss(case, tau, alpha):
    student, teacher, labels = case
    gradient = distillation_gradient(student, teacher, labels, tau, alpha)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-9)
    for index in np.ndindex(student.shape):
        step = np.zeros_like(student)
        step[index] = 1e-5
        above = distillation_loss(student + step, teacher, labels, tau, alpha)
        below = distillation_loss(student - step, teacher, labels, tau, alpha)
        assert gradient[index] == pytest.approx((above - below) / 2e-5, abs=1e-6, rel=1e-5)


@given(rows, st.floats(0.1, 20))
def test_a_student_like_its_teacher_has_nothing_to_learn(z, tau):
    assert distillation_loss(z, z, 0, tau, alpha=1.0) == 0
    assert not distillation_gradient(z, z, 0, tau, alpha=1.0).any()
