"""softmax, log_softmax, greedy, sample and gumbel_max: values, shapes, dtypes, refusals."""

import numpy as np
import pytest
from logitlab.distributions import greedy, gumbel_max, log_softmax, sample, softmax

ON_LOGITS = (softmax, log_softmax, greedy, lambda z: gumbel_max(z, np.random.default_rng(0)))


class Fixed(np.random.Generator):
    """A generator whose uniform numbers are all the same."""

    def __init__(self, u):
        super().__init__(np.random.PCG64(0))
        self.u = u

    def random(self, size=None):
        return np.full(size, self.u)


def test_softmax_by_hand():
    weights = np.exp([2.2, 1.8, 1.4])
    np.testing.assert_allclose(softmax([2.2, 1.8, 1.4]), weights / weights.sum(), rtol=1e-15)


def test_softmax_is_exact_where_it_can_be():
    assert softmax([5.0] * 4).tolist() == [0.25] * 4
    assert softmax([1000.0, 1000.0, -1000.0]).tolist() == [0.5, 0.5, 0.0]


def test_softmax_of_a_removed_token_is_zero():
    assert softmax([0.0, -np.inf, 0.0]).tolist() == [0.5, 0.0, 0.5]


def test_softmax_survives_the_widest_gap():
    assert softmax([1e308, -1e308]).tolist() == [1.0, 0.0]


def test_softmax_of_each_row():
    batch = np.array([[[2.0, 1.0], [0.0, 3.0]], [[1.0, 1.0], [-np.inf, 0.0]]])
    out = softmax(batch)
    assert out.shape == batch.shape
    for i, j in np.ndindex(2, 2):
        np.testing.assert_array_equal(out[i, j], softmax(batch[i, j]))


def test_log_softmax_does_not_underflow():
    assert log_softmax([1000.0, 0.0]).tolist() == [0.0, -1000.0]
    assert log_softmax([0.0, -np.inf]).tolist() == [0.0, -np.inf]


@pytest.mark.parametrize(
    ("given", "result"),
    [("float16", "float32"), ("float32", "float32"), ("float64", "float64"), ("int8", "float64")],
)
def test_dtypes(given, result):
    z = np.array([3, 1, 2], dtype=given)
    for function in (softmax, log_softmax):
        assert function(z).dtype == result
        np.testing.assert_allclose(function(z), function([3.0, 1.0, 2.0]), rtol=1e-6)


def test_float16_does_not_overflow():
    z = np.array([60000.0, -60000.0], dtype=np.float16)
    assert softmax(z).tolist() == [1.0, 0.0]


def test_arguments_stay_as_they_were():
    z = np.array([[2.0, -np.inf, 1.0]])
    p = np.array([0.25, 0.75])
    before = z.copy(), p.copy()
    for function in ON_LOGITS:
        function(z)
    sample(p, np.random.default_rng(0), size=5)
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(p, before[1])


@pytest.mark.parametrize("function", ON_LOGITS)
@pytest.mark.parametrize(
    ("logits", "error", "said"),
    [
        ([1.0, np.nan], ValueError, r"logits .* nan at index \[1\]"),
        ([[0.0, 1.0], [np.inf, 0.0]], ValueError, r"logits .* inf at index \[1, 0\]"),
        ([-np.inf, -np.inf], ValueError, "logits .* only -inf"),
        ([[0.0, 1.0], [-np.inf, -np.inf]], ValueError, r"logits .* only -inf in row \[1\]"),
        ([], ValueError, r"logits must not be empty, got shape \(0,\)"),
        (np.zeros((0, 3)), ValueError, "logits must not be empty"),
        (1.0, ValueError, "logits .* vocabulary axis, got 1.0"),
        ([[1.0, 2.0], [3.0]], ValueError, "logits .* rows differ in length"),
        (["a", "b"], TypeError, r"logits .*\['a', 'b'\]"),
        ([True, False], TypeError, "logits .* bool"),
        ([1j, 2.0], TypeError, "logits .* complex128"),
        (None, TypeError, "logits .* None"),
        ([None, 1.0], TypeError, "logits .* object"),
    ],
)
def test_bad_logits_are_refused(function, logits, error, said):
    with pytest.raises(error, match=said):
        function(logits)


def test_greedy_takes_the_smallest_id_of_a_tie():
    assert greedy([1.0, 3.0, 3.0]) == 1
    assert type(greedy([1.0, 3.0])) is int
    assert greedy([[[0.0, 1.0]], [[2.0, 1.0]]]).tolist() == [[1], [0]]


@pytest.mark.parametrize(
    ("draw", "row"), [(sample, [0.2, 0.3, 0.5]), (gumbel_max, [0.0, 1.0, -np.inf])]
)
def test_shapes_of_draws(draw, row):
    rng = np.random.default_rng(0)
    assert type(draw(row, rng)) is int
    assert draw(row, rng, size=4).shape == (4,)
    assert draw(row, rng, size=0).shape == (0,)
    assert draw(row, rng, size=(2, 3)).shape == (2, 3)
    assert draw([row, row], rng).shape == (2,)
    assert draw([[row], [row]], rng, size=5).shape == (5, 2, 1)
    assert draw([row], rng, size=()).dtype == np.int64


@pytest.mark.parametrize(
    ("draw", "row"), [(sample, [0.2, 0.3, 0.5]), (gumbel_max, [0.0, 1.0, -1.0])]
)
def test_the_seed_decides(draw, row):
    first, second = (draw(row, np.random.default_rng(5), size=50) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len(set(first.tolist())) == 3


def test_sample_never_draws_probability_zero():
    p = [0.0, 0.5, 0.0, 0.5, 0.0]
    below_one = np.nextafter(1.0, 0.0)
    assert sample(p, Fixed(0.0)) == 1
    assert sample(p, Fixed(0.5)) == 3
    assert sample(p, Fixed(below_one)) == 3


@pytest.mark.parametrize("slack", [-9e-6, 0.0, 9e-6])
def test_sample_stays_in_range_when_the_sum_is_rounded(slack):
    p = np.append(np.full(1000, (1 + slack) / 1000), 0.0)
    assert sample(p, Fixed(np.nextafter(1.0, 0.0))) == 999
    assert sample(p, Fixed(0.0)) == 0


def test_sample_reads_the_cdf_of_each_row():
    assert sample([[1.0, 0.0], [0.0, 1.0]], Fixed(0.3), size=3).tolist() == [[0, 1]] * 3


def test_gumbel_max_never_draws_a_removed_token():
    z = np.full(200, -np.inf)
    z[[3, 77]] = -1e6, -1e6
    assert set(gumbel_max(z, np.random.default_rng(0), size=500).tolist()) == {3, 77}


def test_gumbel_max_draws_the_same_in_blocks():
    """The noise is drawn in blocks of bounded size: the ids must not depend on where one ends."""
    z = np.random.default_rng(0).normal(size=2**19)
    two, three = (gumbel_max(z, np.random.default_rng(1), size=n) for n in (2, 3))
    np.testing.assert_array_equal(two, three[:2])


@pytest.mark.parametrize(
    ("probs", "error", "said"),
    [
        ([0.5, 0.4], ValueError, "probs must sum to 1 in each row, got a sum of 0.9"),
        ([[1.0, 0.0], [0.7, 0.7]], ValueError, "probs .* sum of 1.4"),
        ([1.5, -0.5], ValueError, r"probs .* -0.5 at index \[1\]"),
        ([np.nan, 1.0], ValueError, r"probs .* nan at index \[0\]"),
        ([np.inf, 0.0], ValueError, "probs .* sum of inf"),
        ([], ValueError, "probs must not be empty"),
        ([[0.5, 0.5], [1.0]], ValueError, "probs .* rows differ in length"),
        (["1"], TypeError, "probs must be real numbers"),
    ],
)
def test_sample_refuses_what_is_no_distribution(probs, error, said):
    with pytest.raises(error, match=said):
        sample(probs, np.random.default_rng(0))


def test_sample_accepts_what_rounding_does():
    p = softmax(np.random.default_rng(0).normal(size=50_000))
    rng = np.random.default_rng(0)
    for dtype in (np.float16, np.float32, np.float64):
        assert 0 <= sample(p.astype(dtype), rng) < 50_000


@pytest.mark.parametrize("draw", [sample, gumbel_max])
@pytest.mark.parametrize("rng", [None, 0, np.random, np.random.RandomState(0)])
def test_only_a_generator_draws(draw, rng):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
        draw([1.0], rng)


@pytest.mark.parametrize("draw", [sample, gumbel_max])
@pytest.mark.parametrize(("size", "error"), [(-1, ValueError), (1.5, TypeError), (True, TypeError)])
def test_bad_sizes_are_refused(draw, size, error):
    with pytest.raises(error, match=f"size must be an integer, 0 or more, got {size}"):
        draw([1.0], np.random.default_rng(0), size=size)
