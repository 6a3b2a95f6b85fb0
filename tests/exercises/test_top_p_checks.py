"""Exercises of lesson 2: the listed misconceptions, and what each exercise promises."""

from pathlib import Path

import numpy as np
import pytest
from logitlab import processors
from logitlab.checks import CheckFailed, check
from logitlab.checks.sheet_02_top_p._filters import FIVE
from logitlab.distributions import softmax


def share(q):
    return q / q.sum()


def down(q):
    return np.argsort(-q, kind="stable")


def no_renorm(q, p):
    out = np.zeros(len(q))
    order = down(q)
    n = (np.cumsum(q[order]) < p).sum() + 1
    out[order[:n]] = q[order[:n]]
    return out


def inverted(q, p):
    return share(q * (np.cumsum(q) > p))


def unsorted(q, p):
    n = int(np.searchsorted(np.cumsum(q), p)) + 1
    out = np.zeros(len(q))
    out[:n] = q[:n]
    return share(out)


def softmax_of_probs(q, p):
    return share(no_renorm(softmax(q), p))


def softmax_renorm(q, p):
    return share(np.where(no_renorm(q, p) > 0, np.exp(q), 0))


def keeps_none(q, p):
    return share(np.where(np.cumsum(q) <= p, q, 0))


def nothing_at_zero(q, p):
    """Right, but for p = 0, where 0/0 is left."""
    stays = before(q[down(q)]) < p
    out = np.zeros(len(q))
    out[down(q)[stays]] = q[down(q)[stays]]
    return share(out)


def argmax_above(q, p):
    """As RWKV's sampler had it: the first place where the running sum is above p."""
    s = np.sort(q)[::-1]
    return share(np.where(q >= s[np.argmax(np.cumsum(s) > p)], q, 0))


def before(q):
    falling = np.sort(q)[::-1]
    return np.cumsum(falling) - falling


def last(z, T, p):
    return softmax(processors.temperature(processors.top_p(z, p), T))


# As the course's list writes them; where the list has a belief, the value that it leads to.
LISTED = {
    "no_renorm": ("2.3", no_renorm),
    "inverted_mask": ("2.3", inverted),
    "unsorted": ("2.3", unsorted),
    "threshold_each": ("2.3", lambda q, p: share(np.where(q >= p, q, 0))),
    "softmax_first": ("2.3", softmax_of_probs),
    "softmax_renorm": ("2.3", softmax_renorm),
    "exact_tie": (
        "2.2",
        lambda q, p: (np.cumsum(np.sort(q)[::-1]) - np.sort(q)[::-1] <= p).sum(),
    ),
    "zero_keeps_none": ("2.3", nothing_at_zero),
    "mass_equals_p": ("2.1", (6, 0.9, "audit", 0.377)),
    "T_order": ("2.4", last),
    "fixed_number": ("2.3", lambda q, p: share(np.where(q >= np.sort(q)[-min(3, len(q))], q, 0))),
}


@pytest.mark.parametrize("mistake", LISTED)
def test_listed_misconceptions(mistake, diagnosis):
    exercise, answer = LISTED[mistake]
    assert diagnosis(exercise, answer) == mistake


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (keeps_none, "crossing_dropped"),
        (lambda q, p: np.sort(share(no_renorm(q, p)))[::-1][down(q)], "order_not_inverted"),
        (lambda q, p: np.sort(share(no_renorm(q, p)))[::-1], "not_unsorted"),
        (lambda q, p: share(no_renorm(q, p / 100)), "p_as_percentage"),
        (lambda q, p: share(q * (down(q) < (np.cumsum(q[down(q)]) < p).sum() + 1)), "rank_not_id"),
        (argmax_above, "strict_argmax"),
        (lambda q, p: share(np.where(np.arange(len(q)) < 3, q, 0)), None),
        (lambda q, p: no_renorm(q, p) / np.float64(p), "divided_by_p"),
    ],
)
def test_answers_with_nearly_the_same_output_are_told_apart(answer, expected, diagnosis):
    assert diagnosis("2.3", answer) == expected


def test_the_exact_tie_is_explained_where_it_is_free_and_refused_where_it_is_not(capsys):
    def one_more(q, p):
        order = down(q)
        out = np.zeros(len(q))
        stays = order[np.cumsum(q[order]) - q[order] <= p]
        out[stays] = q[stays]
        return share(out)

    check("2.3", one_more)
    assert "you keep one token more" in capsys.readouterr().out
    check("2.3", lambda q, p: share(no_renorm(q, p)) if p < 1 else q)
    assert "exactly you stop" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="with mass >= p"):
        check("2.2", lambda q, p: (one_more(q, p) > 0).sum())


def test_a_processor_may_return_probabilities_or_large_negatives(capsys):
    def rows(removed):
        return lambda z, p: np.where(processors.top_p(z, p) > -np.inf, z, removed)

    check("2.6", lambda z, p: softmax(processors.top_p(z, p)))
    assert "hands logits on" in capsys.readouterr().out
    check("2.6", rows(-1e9))
    assert "large negative" in capsys.readouterr().out
    check("2.6", rows(-np.inf))
    assert capsys.readouterr().out.count(".") == 2


def test_a_processor_must_leave_its_argument_alone(diagnosis):
    def in_place(z, p):
        z[processors.top_p(z, p) == -np.inf] = -np.inf
        return z

    assert diagnosis("2.6", in_place) == "changes_argument"


def test_minus_infinity_is_compared_exactly(diagnosis):
    """A relative tolerance must not make every number near to an infinite one."""
    assert diagnosis("2.6", lambda z, p: z + 0.0) == "unchanged"


def test_five_functions_are_what_their_verdicts_say():
    """Run the published source of exercise 2.9."""
    import jupytext

    path = Path(__file__).parents[2] / "solutions" / "02_top_p.py"
    cells = jupytext.read(path).cells
    (source,) = [c.source for c in cells if c.source.startswith("def A(")]
    scope = {"np": np}
    exec(source, scope)
    kept = {name: [int((scope[name](FIVE, p) > 0).sum()) for p in (0.75, 0.0)] for name in "ABCDE"}
    assert kept == {"A": [3, 1], "B": [2, 1], "C": [1, 5], "D": [3, 0], "E": [4, 1]}
    at_a_sum = [int((scope["A"](FIVE, p) > 0).sum()) for p in (0.5, 0.7, 0.85, 0.95)]
    assert at_a_sum == [1, 2, 3, 4], "a sum that hits p is enough"


def test_the_idiom_of_public_code_is_named_where_it_counts_past_the_end(diagnosis):
    def searchsorted(q, p):
        return np.searchsorted(np.cumsum(np.sort(q)[::-1]), p) + 1

    assert diagnosis("2.2", searchsorted) == "past_the_end"
    check("2.2", lambda q, p: min(searchsorted(q, p), len(q)))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda z, n: np.where(z > z.mean() - n * z.std(), z, -np.inf), "from_the_mean"),
        (lambda z, n: np.where(z >= max(z) - n * np.std(softmax(z)), z, -np.inf),
         "of_probabilities"),
        (lambda z, n: np.where(z >= z.max() - n * z.std(), z, 0), "zero_logits"),
        (lambda z, n: np.where(z > z.max() - n * z.std(), z, -np.inf), "strict"),
    ],
)  # fmt: skip
def test_mistakes_with_top_n_sigma_are_told_apart(answer, expected, diagnosis):
    assert diagnosis("2.5", answer) == expected


def test_the_standard_deviation_of_numpy_and_that_of_torch_are_both_right(capsys):
    for ddof, said in ((0, "as llama.cpp does"), (1, "as PyTorch's std does")):
        check("2.5", lambda z, n, ddof=ddof: np.where(
            z >= z.max() - n * (np.std(z, ddof=ddof) if len(z) > 1 else 0), z, -np.inf
        ))  # fmt: skip
        assert said in capsys.readouterr().out


def test_temperature_does_not_move_top_n_sigma():
    rng = np.random.default_rng(0)
    for _ in range(200):
        z, n, T = rng.normal(0, 3, 30), rng.uniform(0.2, 3), rng.uniform(0.1, 5)
        first, last = (w >= w.max() - n * w.std() for w in (z / T, z))
        assert np.array_equal(first, last)
