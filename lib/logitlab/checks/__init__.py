"""
The exercises' checks: `check` says whether an answer is right and, if not, what was probably done.

Each exercise sheet has one module here, called as its topic: a list of exercises, each with
reference, probes and known mistakes.
"""

from collections.abc import Mapping
from functools import cache

from logitlab.checks import (
    bugs_that_shipped,
    distillation,
    entropy,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
)
from logitlab.checks._engine import CheckFailed, Exercise, NotAttempted

__all__ = ["CheckFailed", "Exercise", "NotAttempted", "check", "exercises"]


@cache
def exercises() -> Mapping[str, Exercise]:
    """
    Every exercise that has a check, by its id, in the lessons' order.

    Examples
    --------
    >>> exercises()["1.4"].title
    'softmax_with_temperature'
    """
    sheets = (temperature, top_p, top_k, repetition_penalty, entropy, distillation)
    sheets += (bugs_that_shipped,)
    return {exercise.id: exercise for sheet in sheets for exercise in sheet.EXERCISES}


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
    >>> check("1.10", ("dog", 0.36))
    1.10 greedy is not the best sequence: right, 1 point.
    >>> check("1.10", ("nice", 0.2))
    Traceback (most recent call last):
    ...
    logitlab.checks._engine.CheckFailed: 1.10 greedy is not the best sequence is not right yet.
      first word
      you gave   'nice'
      expected   'dog'
    Greedy takes the best token at each step; the best sequence can start with the second-best.
    """
    if exercise_id not in exercises():
        known = ", ".join(exercises())
        raise ValueError(f"exercise_id is {exercise_id!r}; exercises with a check: {known}")
    exercise = exercises()[exercise_id]
    try:
        note = exercise.judge(answer, seed)
    except KeyboardInterrupt:
        why = "Stopped while your function ran. A loop without an end? Look at what ends it."
        message = f"{exercise.id} {exercise.title} is not right yet.\n{why}"
        raise CheckFailed(exercise.id, "no_end", why, message) from None
    points = f"{exercise.points} point{'s' * (exercise.points != 1)}"
    print(f"{exercise.id} {exercise.title}: right, {points}." + f" {note}" * bool(note))
