"""
Right answers in odd clothes earn their points; odd things get a diagnosis, in every exercise.

The clothes are put on each exercise's own right answer, so a new exercise is tested too. What is
refused or undressed before an exercise sees it is tried on one exercise of each kind of answer;
what reaches its comparison is tried on all.
"""

import array
import collections
import functools
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from logitlab.checks import CheckFailed, NotAttempted, check, exercises
from logitlab.checks._function import FunctionExercise
from logitlab.checks._messages import kind_of
from logitlab.checks._outcome import run
from logitlab.checks._plain import plain
from logitlab.checks._value import ValueExercise

FUNCTIONS = [e.id for e in exercises().values() if isinstance(e, FunctionExercise)]
VALUES = [e.id for e in exercises().values() if isinstance(e, ValueExercise)]


def kinds(exercise: str) -> tuple:
    """What a right answer is: numbers with so many axes, text, a dict, an error."""
    ours = exercises()[exercise]
    if isinstance(ours, ValueExercise):
        return tuple(sorted({kind_of(value) + str(np.ndim(value)) for value in values(ours)}))
    return tuple(
        sorted(
            {
                outcome.kind + kind_of(outcome.value) + str(np.ndim(outcome.value))
                for outcome in ours._bench(None).expected(-1)
            }
        )
    )


def values(ours: ValueExercise):
    return [plain(part.value) for part in ours.parts]


def crossed(ids, cases, everywhere):
    """Each exercise with the cases of `everywhere`, one exercise of each kind with all."""
    first = {kinds(exercise): exercise for exercise in reversed(ids)}.values()
    return [
        pytest.param(exercise, case, id=f"{exercise}-{case}")
        for exercise in ids
        for case in cases
        if exercise in first or case in everywhere
    ]


def each(change):
    """Change every number of a value, at any depth."""

    def changed(value):
        if isinstance(value, np.ndarray | list | tuple):
            return [changed(item) for item in value]
        if isinstance(value, dict):
            return {key: changed(item) for key, item in value.items()}
        return value if isinstance(value, str) else change(value)

    return changed


def arrays(change):
    """Change a value that is an array of numbers with at least one axis."""
    return lambda v: change(np.array(v)) if np.ndim(v) and not isinstance(v, dict) else v


def fraction(x):
    return Fraction(float(x)) if np.isfinite(x) else float(x)


def spread(array):
    """The same numbers, not next to each other in memory."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


class Series:
    """What is needed of one of pandas', which the course does without."""

    def __init__(self, values):
        self.to_numpy = values.copy


Series.__module__ = "pandas.core.series"
CLOTHES = {
    "lists": each(float),
    "tuples": arrays(lambda a: tuple(a.tolist())),
    "numpy scalars": each(np.float64),
    "long doubles": each(np.longdouble),
    "fractions": each(fraction),
    "decimals": each(lambda x: Decimal(float(x))),
    "0-d arrays": each(np.array),
    "objects": arrays(lambda a: a.astype(object)),
    "Fortran order": arrays(np.asfortranarray),
    "turned and turned back": arrays(lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1]),
    "strides": arrays(spread),
    "big-endian": arrays(lambda a: a.astype(a.dtype.newbyteorder(">"))),
    "read-only": arrays(lambda a: np.broadcast_to(a, a.shape)),
    "a subclass of float": each(type("Mine", (float,), {"__eq__": lambda a, b: False})),
    "a subclass of list": arrays(lambda a: type("Mine", (list,), {})(a.tolist())),
    "a generator": arrays(lambda a: (row for row in a)),
    "a map": arrays(lambda a: map(np.copy, a)),
    "a deque": arrays(lambda a: collections.deque(a)),
    "an array of Python's": arrays(lambda a: array.array("d", a) if a.ndim == 1 else a),
    "a matrix": arrays(lambda a: a.view(np.matrix) if a.ndim == 1 else a),
    "a series": arrays(Series),
    "a masked array": arrays(np.ma.masked_array),
    "a dict of its own": lambda v: type("Mine", (dict,), {})(v) if isinstance(v, dict) else v,
}


class Callable:
    """A function that is an object."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)

    def method(self, *args):
        return self.function(*args)


SHAPES_OF_FUNCTIONS = {
    "an object": Callable,
    "a bound method": lambda f: Callable(f).method,
    "a partial": lambda f: functools.partial(lambda _, *args: f(*args), None),
    "wrapped": lambda f: functools.wraps(f)(lambda *args, **kwargs: f(*args, **kwargs)),
    "with more arguments": lambda f: lambda *args, extra=None, **others: f(*args),
    "careful": lambda f: lambda *args: f(*[np.copy(a) if np.ndim(a) else a for a in args]),
}


REACH = {"objects"}


@pytest.mark.parametrize(("exercise", "clothes"), crossed(FUNCTIONS, CLOTHES, REACH))
def test_a_right_result_in_odd_clothes(exercise, clothes):
    right = exercises()[exercise].reference

    def dressed(*args):
        return CLOTHES[clothes](right(*args))

    check(exercise, dressed)


@pytest.mark.parametrize(("exercise", "shape"), crossed(FUNCTIONS, SHAPES_OF_FUNCTIONS, ()))
def test_a_right_function_of_an_odd_kind(exercise, shape):
    check(exercise, SHAPES_OF_FUNCTIONS[shape](exercises()[exercise].reference), seed=7)


@pytest.mark.parametrize(("exercise", "clothes"), crossed(VALUES, CLOTHES, REACH))
def test_right_values_in_odd_clothes(exercise, clothes):
    parts = exercises()[exercise].parts
    values = [CLOTHES[clothes](part.value) for part in parts]
    check(exercise, tuple(values) if len(values) > 1 else values[0])


def endless():
    kept = []
    kept.append(kept)
    return kept


class Lies:
    """It is everything that is asked of it."""

    __class__ = np.ndarray
    __array__ = __float__ = __iter__ = __len__ = __getitem__ = lambda self, *_: 1 / 0
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = None
    shape, ndim, dtype, size = (), 0, np.dtype(float), 1


ODD = {
    "text": "text",
    "long text": "x" * 1_000_000,
    "text in a list": ["a", 1.0],
    "rows and text": [[1.0, 2.0], "a"],
    "an array of text": np.array(["a", "b"]),
    "a dict": {"approve": 0.5},
    "a dict of lists": {"approve": [1, "b"]},
    "a dict with numbers for keys": {0: 0.5},
    "an empty dict": {},
    "ragged": [[1.0], [2.0, 3.0]],
    "empty": [],
    "no rows": np.zeros((0, 3)),
    "four axes": np.zeros((1, 2, 1, 2)),
    "a set": {1, 2},
    "bytes": b"x",
    "complex": 1j,
    "an array of complex": np.array([1j, 2]),
    "a date": np.datetime64("2020-01-01"),
    "an array of records": np.zeros(2, [("a", float), ("b", int)]),
    "None in a list": [None, 1.0],
    "a blank in a list": [..., 1.0],
    "objects": np.array([object(), 1.0], dtype=object),
    "nan": float("nan"),
    "inf": float("inf"),
    "all nan": np.full(10, np.nan),
    "a number beyond every float": 10**400,
    "a function": print,
    "a class": dict,
    "a module": np,
    "an exception": ValueError("k"),
    "NotImplemented": NotImplemented,
    "a list that holds itself": endless(),
    "far too many": np.broadcast_to(0.5, (10**6, 10**6)),
    "lies": Lies(),
    "a lying subclass": np.full(13, -3.0).view(
        type("Sub", (np.ndarray,), {"astype": None, "T": 1 / 3})
    ),
}


REACHES = {"nan", "empty", "a lying subclass"}


@pytest.mark.parametrize(("exercise", "odd"), crossed(FUNCTIONS, ODD, REACHES))
def test_an_odd_result_is_wrong_and_explained(exercise, odd):
    with pytest.raises((CheckFailed, NotAttempted)) as caught:
        check(exercise, lambda *args: ODD[odd])
    text = str(caught.value)
    assert len(text) < 2_000
    unexplained = text.splitlines()[-1].startswith("This is none of the mistakes")
    assert caught.value.diagnosis or not unexplained, text


@pytest.mark.parametrize(("exercise", "odd"), crossed(VALUES, ODD, REACHES))
def test_an_odd_value_is_wrong_and_explained(exercise, odd):
    parts = exercises()[exercise].parts
    for i in range(len(parts)):
        values = [part.value for part in parts]
        values[i] = ODD[odd]
        with pytest.raises((CheckFailed, NotAttempted)) as caught:
            check(exercise, tuple(values) if len(values) > 1 else values[0])
        assert len(str(caught.value)) < 2_000


FALLS_OFF_THE_END = {("1.5", 4)}  # None for one u in 10^16 is a convention, and is remarked on


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_no_right_answer_is_itself_refused(exercise):
    """Or an answer refused with the same words would be right."""
    ours = exercises()[exercise]
    for seed in (None, 5):
        bench = ours._bench(seed)
        for convention in range(-1, len(ours.conventions)):
            kinds = {outcome.kind for outcome in bench.expected(convention)}
            if (exercise, convention) not in FALLS_OFF_THE_END:
                assert kinds <= {"value", "error"}, convention
        assert all(run(ours.reference, args).kind in ("value", "error") for args in bench.probes)


def test_a_learners_own_kind_of_ValueError_is_a_ValueError():
    class TooSmall(ValueError):
        pass

    def top_k_any(logits, k):
        if k < 1:
            raise TooSmall(k)
        return exercises()["3.6"].reference(logits, k)

    check("3.6", top_k_any)
