"""What came of one call of a learner's function, and when two results are the same."""

import copy
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from logitlab.checks._messages import sentence
from logitlab.checks._plain import NotPlain, plain

RTOL, ATOL = 1e-4, 1e-6  # an answer computed in float32 passes


@dataclass(frozen=True)
class Outcome:
    """What came of one call."""

    kind: str  # "value", "error", "nothing" (None), "blank" (``...``) or "refused" (no plain data)
    value: Any = None  # plain, or Python's name of the error, or a phrase: what it is instead
    error: str = ""  # the error with its text
    changed: bool = False  # whether an argument was


def run(function: Callable, args: tuple) -> Outcome:
    """Call a function on a copy of the arguments; whatever it does, an Outcome comes back."""
    given = copy.deepcopy(args)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = function(*given)
    except (Exception, SystemExit) as error:
        return Outcome("error", _builtin(error), error=sentence(error))
    changed = not all(_unchanged(a, b) for a, b in zip(args, given, strict=True))
    if value is None:
        return Outcome("nothing", changed=changed)
    if value is ...:
        return Outcome("blank", "`...`")
    try:
        return Outcome("value", plain(value), changed=changed)
    except NotPlain as reason:
        return Outcome("refused", str(reason), changed=changed)


def _unchanged(before, after) -> bool:
    """Whether an argument of ours is as it was; a generator is there to be drawn from."""
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.tobytes() == after.tobytes()
    if isinstance(before, list | tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_unchanged(a, b) for a, b in pairs)
    if isinstance(before, dict):
        same_keys = list(before) == list(after)
        return same_keys and all(_unchanged(before[key], after[key]) for key in before)
    return not isinstance(before, int | float | str) or repr(before) == repr(after)


def _builtin(error: BaseException) -> str:
    """Python's own name for an exception: a learner's own kind of ValueError is a ValueError."""
    return next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")


def _word(text: str) -> str:
    """A text without regard to case, and to spaces, quotes and a full stop around it."""
    text = text.strip().casefold()
    return text.strip("'\"`.,;:!") or text


def close(a, b, rtol: float = RTOL, atol=ATOL) -> bool:
    """Whether two pieces of plain data are equal within a tolerance; nan equals nan."""
    if isinstance(a, str) and isinstance(b, str):
        return _word(a) == _word(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape:
            return False
        with np.errstate(all="ignore"):
            # A number is not near -inf, although rtol times infinity would allow it.
            near = np.isfinite(b) & (np.abs(a - b) <= atol + rtol * np.abs(b))
        return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))
    if isinstance(a, tuple) and isinstance(b, tuple):
        pairs = zip(a, b, strict=False)
        return len(a) == len(b) and all(close(x, y, rtol, atol) for x, y in pairs)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k], rtol, atol) for k in b)
    return False


def by_position(answer, reference):
    """The answer as a function of positions, where it takes some arguments by their name alone."""
    if type(answer) is not FunctionType or not answer.__code__.co_kwonlyargcount:
        return answer
    code, names = answer.__code__, list(inspect.signature(reference).parameters)
    named = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]

    def call(*args):
        given = dict(zip(names, args, strict=False))
        by_name = {name: given.pop(name) for name in named if name in given}
        return answer(*given.values(), **by_name)

    return call
