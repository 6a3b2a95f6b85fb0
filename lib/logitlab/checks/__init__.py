"""
The exercises' checks: `check` says whether an answer is right and, if not, what was probably done.

Each exercise has one module, found by its sheet and its number: ``sheet_03_top_k.e02_kth_largest``
is exercise 3.2, with its reference, probes and known mistakes. What the sheet says of it (title,
points, minutes, core or further) is in ``sheets.json``, which ``python -m classroom build`` writes.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

from logitlab.checks import _seen
from logitlab.checks._exercise import Exercise
from logitlab.checks._messages import STOPPED, CheckFailed, NotAttempted

__all__ = ["CheckFailed", "Exercise", "NotAttempted", "check", "exercises"]

_unsolved: set[str] = set()  # what was checked in this session, and was not right the last time
_solved: set[str] = set()  # and what was


class _Exercises(Mapping):
    """Every exercise by its id; its module is imported when it is asked for."""

    def __init__(self):
        text = resources.files(__name__).joinpath("sheets.json").read_text("utf-8")
        self._told = {
            exercise_id: (stem, told)
            for stem, sheet in json.loads(text).items()
            for exercise_id, told in sheet["exercises"].items()
        }
        self._loaded: dict[str, Exercise] = {}

    def __getitem__(self, exercise_id: str) -> Exercise:
        if exercise_id not in self._loaded:
            stem, told = self._told[exercise_id]
            exercise = _module(stem, int(exercise_id.split(".")[1])).EXERCISE
            self._loaded[exercise_id] = replace(exercise, id=exercise_id, **told)
        return self._loaded[exercise_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)

    def __contains__(self, exercise_id) -> bool:
        return exercise_id in self._told

    def so_far(self, exercise_id: str) -> str:
        """The points of an exercise's sheet that were won in this session, of all."""
        sheet = self._told[exercise_id][0]
        worth = {i: told["points"] for i, (name, told) in self._told.items() if name == sheet}
        return f"{sum(worth[i] for i in worth.keys() & _solved)} of {sum(worth.values())} points"

    def of_sheet(self, stem: str) -> list[Exercise]:
        """The exercises of one sheet, such as ``03_top_k``."""
        return [self[i] for i, (sheet, _) in self._told.items() if sheet == stem]


def _module(stem: str, number: int):
    """The module of an exercise: the one in its sheet's folder that begins with its number."""
    package = importlib.import_module(f"{__name__}.sheet_{stem}")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    found = [name for name in names if name.startswith(f"e{number:02}_")]
    if len(found) != 1:
        raise LookupError(f"{package.__name__} has {len(found)} modules e{number:02}_*: {found}")
    return importlib.import_module(f"{package.__name__}.{found[0]}")


@cache
def exercises() -> Mapping[str, Exercise]:
    """
    Every exercise that has a check, by its id, in the lessons' order.

    Examples
    --------
    >>> exercises()["1.4"].title
    'softmax_with_temperature'
    """
    return _Exercises()


def check(exercise_id: str, answer, *, seed: int | None = None) -> None:
    """
    Judge an answer: print one line when it is right, explain when it is not.

    Parameters
    ----------
    exercise_id : str
        Such as ``"1.4"``.
    answer : object
        The learner's function, or the value or tuple of values that the exercise asks for.
    seed : int, optional
        Draws other probes than the lesson's; grading does.

    Raises
    ------
    CheckFailed
        If the answer is wrong; the message sets the learner's value beside the expected one.
    NotAttempted
        If the answer is still the stub.
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> check("6.10", (0.9, 0.25, 0.0826))
    6.10 Whose alpha?: right, 3 points.
    >>> check("6.10", (0.1, 0.25, 0.0826))
    Traceback (most recent call last):
    ...
    logitlab.checks._messages.CheckFailed: 6.10 Whose alpha? is not right yet.
      alpha for 0.1 * hard + 0.9 * tau^2 * soft
      you gave   0.1
      expected   0.9
    Here alpha weighs the SOFT loss. (In Keras' example it is the hard loss.)
    """
    if exercise_id not in exercises():
        known = ", ".join(exercises())
        raise ValueError(f"exercise_id is {exercise_id!r}; exercises with a check: {known}")
    exercise = exercises()[exercise_id]
    unsolved = _unsolved - {exercise_id}
    _unsolved.add(exercise_id)
    _solved.discard(exercise_id)
    try:
        with _seen.patience(f"{exercise.id} {exercise.title}"):
            note = exercise.judge(answer, seed, unsolved)
    except KeyboardInterrupt:
        message = f"{exercise.id} {exercise.title} is not right yet.\n{STOPPED}"
        _say("wrong", "Not right yet", exercise_id)
        raise CheckFailed(exercise.id, "no_end", STOPPED, message) from None
    except CheckFailed:
        _say("wrong", "Not right yet", exercise_id)
        raise
    except NotAttempted:
        _say("open", "Not attempted", exercise_id)
        raise
    _unsolved.remove(exercise_id)
    _solved.add(exercise_id)
    points = f"{exercise.points} point{'s' * (exercise.points != 1)}"
    text = f"{exercise.id} {exercise.title}: right, {points}." + f" {note}" * bool(note)
    if _seen.in_notebook():
        _say("right", text.removesuffix("."), exercise_id)
    else:
        print(text)


def _say(state: str, text: str, exercise_id: str) -> None:
    """In a notebook, say how a check came out, and the points so far."""
    if _seen.in_notebook():
        _seen.show(state, f"{text}. {exercises().so_far(exercise_id)} so far.")
