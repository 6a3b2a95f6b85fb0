"""The engine of the checks: what counts as data, what is said, and what does not pass."""

import itertools
import re
import warnings

import numpy as np
import pytest
from logitlab.checks import CheckFailed, NotAttempted, check, exercises


def soft(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


def refused(answer, exercise="1.3", **kwargs) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        check(exercise, answer, **kwargs)
    assert caught.value.exercise == exercise
    assert caught.value.why in str(caught.value)
    return caught.value


def test_a_right_answer_prints_one_line(capsys):
    assert check("1.3", soft) is None
    assert capsys.readouterr().out == "1.3 softmax: right, 3 points.\n"


def test_an_unknown_exercise_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'9\.9'.*1\.1, 1\.2.*1\.11"):
        check("9.9", soft)


@pytest.mark.parametrize(
    "odd",
    [
        lambda z: soft(z).tolist(),
        lambda z: tuple(soft(z)),
        lambda z: list(soft(z)),
        lambda z: soft(z.astype(np.float32)),
        lambda z: [np.float32(p) for p in soft(z)],
        lambda z: np.ma.masked_array(soft(z)),
        lambda z: np.asfortranarray(soft(z)[::-1])[::-1],
    ],
)
def test_any_plain_form_of_a_right_answer_passes(odd):
    check("1.3", odd)


def test_integers_and_numpy_scalars_are_values():
    check("1.2", (np.str_("approve"), np.float32(0.5639), 6.4))
    check("1.2", ["Approve", 0.56, np.float64(6.4)])
    check("1.5", lambda p, u: [int(i) for i in right_ids(p, u)] if np.ndim(u) else right_ids(p, u))


def right_ids(p, u):
    edges = np.cumsum(p)
    return np.searchsorted(edges / edges[-1], u, side="right")


def test_warnings_and_prints_do_not_cost_anything(recwarn):
    def noisy(z):
        warnings.warn("careful", stacklevel=1)
        np.log(np.zeros(1))
        return soft(z)

    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        check("1.3", noisy)


class EqualToAll:
    def __eq__(self, other):
        return True

    __hash__ = None

    def __sub__(self, other):
        return self

    __rsub__ = __abs__ = lambda self, *args: self
    __le__ = lambda self, other: True  # noqa: E731
    __float__ = lambda self: 0.5  # noqa: E731

    def __array__(self, *args, **kwargs):
        raise SystemExit


class LyingArray(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.True_

    def __eq__(self, other):
        return np.True_

    __hash__ = None


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = None

    def __float__(self):
        return 0.5639


class Pretender:
    __class__ = list


ENDLESS = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    "hostile",
    [
        lambda z: EqualToAll(),
        lambda z: [EqualToAll()] * len(z),
        lambda z: np.array([EqualToAll()] * len(z), dtype=object),
        lambda z: np.zeros(len(z)).view(LyingArray),
        lambda z: Pretender(),
        lambda z: (0.5 for _ in itertools.count()),
        lambda z: iter(soft(z)),
        lambda z: set(soft(z)),
        lambda z: {1: 2},
        lambda z: ENDLESS,
        lambda z: [0.5, [0.5]],
        lambda z: [str(p) for p in soft(z)],
        lambda z: np.array([str(p) for p in soft(z)]),
        lambda z: soft(z) + 0j,
        lambda z: b"softmax",
        lambda z: np.broadcast_to(0.25, (10**6, 10**6)),
        lambda z: soft,
        lambda z: soft(z)[None],
        lambda z: exit(),
    ],
)
def test_hostile_and_odd_objects_are_refused_not_fatal(hostile):
    refused(hostile)


def test_hostile_values_are_refused():
    for fake in (EqualToAll(), LyingFloat(0.1), np.float64("nan"), "0.5639", None, [0.5639]):
        refused(("approve", fake, 6.4), "1.2")
    refused(EqualToAll(), "1.2")
    refused({"approve": EqualToAll()}, "1.11")


@pytest.mark.parametrize("stub", [..., lambda z: ..., NotImplemented])
def test_a_stub_is_not_attempted(stub):
    def raises(z):
        raise NotImplementedError

    with pytest.raises(NotAttempted, match="not attempted"):
        check("1.3", raises if stub is NotImplemented else stub)


@pytest.mark.parametrize("exercise", exercises())
def test_every_exercise_knows_the_ellipsis(exercise):
    with pytest.raises(NotAttempted) as caught:
        check(exercise, ...)
    assert isinstance(caught.value, NotImplementedError)


def test_a_half_filled_value_names_what_is_left():
    with pytest.raises(NotAttempted, match=r"still `...`: total, probabilities"):
        check("1.1", ([1.1, 0.9, 0.7], [3.0, 2.46, 2.01], ..., [0.4, ..., ...]))


def test_an_unknown_mistake_shows_both_values():
    error = refused(lambda z: soft(1.07 * z))
    assert error.diagnosis is None
    shown = dict(re.findall(r"^  (\w+) .*?(\[.*)$", str(error), re.M))
    assert shown == {
        "called": "[2, 1, 0.5, 0.1])",
        "you": rounded(soft(1.07 * FOUR)),
        "expected": rounded(soft(FOUR)),
    }


FOUR = np.array([2.0, 1.0, 0.5, 0.1])


def rounded(probs):
    return "[" + ", ".join(f"{p:.4g}" for p in probs) + "]"


def test_digits_are_added_until_the_values_look_different():
    error = refused(lambda z: soft(z) * (1 + 3e-4 * (z == 2.0)))
    yours, expected = re.findall(r"\[(0\.57\d+)", str(error))
    assert yours != expected


def test_what_is_visibly_wrong_is_said_of_an_unknown_mistake():
    assert "adds up to 1.4, not 1" in str(refused(lambda z: soft(z) + 0.1))
    assert refused(lambda z: 1.3 * soft(z)).diagnosis == "not_normalised"
    assert "cannot be negative" in str(refused(lambda z: soft(z) - 0.3))
    assert "ranks the tokens differently" in str(refused(lambda z: soft(np.roll(z, 1) + 0.01 * z)))
    assert refused(lambda z: np.roll(soft(z), 1)).diagnosis == "wrong_order"


def test_a_wrong_shape_is_named():
    error = refused(lambda z: soft(z)[None])
    assert "yours (1, 4), expected (4,)" in str(error)


def test_an_exception_is_reported_as_itself():
    error = refused(lambda z: [1 / 0 for _ in z])
    assert "ZeroDivisionError: division by zero" in str(error)
    assert "takes 0 positional arguments" in str(refused(lambda: 1))


def test_returning_nothing_is_diagnosed():
    assert refused(lambda z: None).diagnosis == "returns_nothing"


def test_changing_the_argument_is_told():
    def in_place(z):
        z -= z.max()
        return soft(z)

    assert refused(in_place).diagnosis == "changes_argument"


def test_a_function_is_asked_for_when_its_result_is_given():
    error = refused(soft(FOUR))
    assert error.diagnosis == "not_a_function"
    assert 'check("1.3", softmax)' in str(error)


def test_something_random_is_noticed():
    rng = np.random.default_rng(0)
    assert refused(lambda z: rng.dirichlet(np.ones(len(z)))).diagnosis == "not_repeatable"


def test_the_best_explanation_wins_over_the_first():
    """Unstable exponentials and a wrong T: the wrong T shows on the first probe."""
    error = refused(lambda z, T=1.0: np.exp(z * T) / np.exp(z * T).sum(), "1.4")
    assert error.diagnosis == "multiply"


def test_a_mistake_that_explains_only_a_few_failures_is_not_named():
    """Right at overflow's probes only in being nan; wrong in its own way everywhere else."""

    def strange(z):
        e = np.exp(z)
        return e / e.sum() + 0.01 * np.arange(len(z))

    assert refused(strange).diagnosis is None


def test_another_seed_draws_other_probes():
    seen = []

    def spy(z):
        seen.append(z.tobytes())
        return soft(z)

    check("1.3", spy)
    lesson = set(seen)
    seen.clear()
    check("1.3", spy)
    assert set(seen) == lesson
    seen.clear()
    check("1.3", spy, seed=11)
    assert set(seen) != lesson


def test_the_learner_never_sees_the_checks_own_arrays():
    """A function that wrecks its argument and keeps it cannot reach the next probe."""
    kept = []

    def wrecker(z):
        p = soft(z)
        for old in kept:
            old[:] = 0
        kept.append(z)
        return p

    check("1.3", wrecker)


def test_jupyter_shows_the_message_instead_of_a_traceback():
    error = refused(lambda z: None)
    assert error._render_traceback_() == [f"CheckFailed: {error}"]


# --- What a learner writes on the way, and what helps them on.


def raises_another(logits, history, theta):
    assert theta > 0, f"theta must be above 0, got {theta}"
    return penalised(logits, history, theta)


def returns_the_error(logits, history, theta):
    return ValueError(theta) if theta <= 0 else penalised(logits, history, theta)


def penalised(logits, history, theta):
    pushed = np.where(logits < 0, logits * theta, logits / theta)
    return np.where(np.isin(np.arange(len(logits)), history), pushed, logits)


@pytest.mark.parametrize(
    ("exercise", "answer", "diagnosis", "words"),
    [
        (
            "4.8",
            lambda history, n: set(history[max(0, len(history) - n) :]),
            "wrong_kind",
            "sorted(",
        ),
        ("4.2", lambda *args: np.roll(penalised(*args), 1), "wrong_order", "another order"),
        ("4.6", raises_another, "other_error", "Raise a ValueError; yours is AssertionError"),
        ("4.6", returns_the_error, "wrong_kind", "raised, not returned"),
        ("4.3", lambda bug: ([2.2, -0.6], [1]), "wrong_kind", "Return a dict"),
        (
            "4.3",
            lambda bug: {"logits": [2.2, -0.6], "history": [7]},
            "wrong_kind",
            "an example with",
        ),
        (
            "4.7",
            lambda z, h, theta, temperature: z,
            "other_parameters",
            "compare it with the brackets",
        ),
        ("4.1", ([1.1, 1.8, -0.6], [0.31, 0.63, 0.06], "reject"), "rounded", "more digits"),
        ("4.1", ([1.8, 1.1, -0.6], [0.313, 0.63, 0.057], "reject"), "wrong_order", "another order"),
        ("4.1", ([1.1, 1.8, -0.6], [0.313, 0.63, 0.057], 1), "wrong_kind", "text, in quotes"),
        (
            "4.1",
            ([1.1, 1.8], [0.313, 0.63, 0.057], "reject"),
            "wrong_shape",
            "3 numbers here, not 2",
        ),
    ],
)
def test_what_went_wrong_is_said_in_words(exercise, answer, diagnosis, words):
    error = refused(answer, exercise)
    assert error.diagnosis == diagnosis
    assert words in error.why


def test_other_digits_are_not_called_rounded():
    assert refused(([1.1, 1.8, -0.6], [0.32, 0.63, 0.06], "reject"), "4.1").diagnosis is None


def test_what_an_exercise_builds_on_is_named_first():
    def multiplied(z, T=1.0):
        return soft(z * T) if T else np.eye(len(z))[z.argmax()]

    refused(multiplied, "1.4")
    error = refused(multiplied, "1.6")
    assert error.diagnosis == "multiply"
    first = "First 1.4, which this builds on: not right yet either."
    assert str(error).splitlines()[1] == first
    check("1.4", lambda z, T=1.0: soft(z / T))
    assert first not in str(refused(multiplied, "1.6"))


def test_a_loop_that_had_to_be_stopped_is_a_wrong_answer():
    def endless(z):
        raise KeyboardInterrupt

    error = refused(endless)
    assert "A loop without an end?" in error.why
    with pytest.raises(KeyboardInterrupt):  # a teacher who stops the grader is not a learner
        exercises()["1.3"].judge(endless)
