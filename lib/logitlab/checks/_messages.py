"""What a learner is told: the two exceptions of a check, and how values are written in them."""

import numpy as np

from logitlab.checks._plain import type_name

STOPPED = "Stopped while your function ran. A loop without an end? Look at what ends it."


class _Message(Exception):
    def _render_traceback_(self) -> list[str]:
        """Jupyter shows these lines instead of a traceback through the library."""
        return [f"{type(self).__name__}: {self}"]


class CheckFailed(_Message, AssertionError):
    """
    The answer is wrong.

    Attributes
    ----------
    exercise : str
        The exercise's id, such as ``"1.4"``.
    diagnosis : str or None
        Id of the known mistake that gives the same result; None for an unknown one.
    why : str
        The sentence that explains it; the message shows it below the two values.
    """

    def __init__(self, exercise: str, diagnosis: str | None, why: str, message: str):
        super().__init__(message)
        self.exercise = exercise
        self.diagnosis = diagnosis
        self.why = why


class NotAttempted(_Message, NotImplementedError):
    """The answer is still the stub: ``...``, or a function that raises NotImplementedError."""

    def __init__(self, exercise: str, message: str):
        super().__init__(message)
        self.exercise = exercise


def show(value, digits: int = 4) -> str:
    """Plain data as a learner would write it, long arrays cut."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else repr(value[:60]) + "..."
    if isinstance(value, dict):
        items = [f"{show(k)}: {show(v, digits)}" for k, v in list(value.items())[:12]]
        return "{" + ", ".join(items + ["..."] * (len(value) > 12)) + "}"
    if isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0):
        items = [show(item, digits) for item in value[:12]]
        return "[" + ", ".join(items + ["..."] * (len(value) > 12)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(show(item, digits) for item in value[:12]) + ")"
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e6 else f"{number:.{digits}g}"


def show_pair(mine, expected) -> tuple[str, str]:
    """Both values with as few digits, from four up, as let them look different."""
    for digits in range(4, 18):
        pair = show(mine, digits), show(expected, digits)
        if pair[0] != pair[1]:
            break
    return pair


def shape(value) -> tuple[int, ...]:
    """Shape of an array; anything else has none."""
    return value.shape if isinstance(value, np.ndarray) else ()


def kind_of(value) -> str:
    """What a piece of plain data is, in words."""
    if isinstance(value, np.ndarray):
        return "numbers"
    if isinstance(value, tuple):
        return "a list that holds text"
    return "a dict" if isinstance(value, dict) else "text"


ERRORS = {  # part of an error's text: what it is called here, and what to do
    "positional argument": (
        "other_parameters",
        "The call above has to work: compare it with the brackets of your `def` line.",
    ),
    "truth value of an array": (
        "if_of_an_array",
        "`if`, `and`, `min` and `max` want one number. For an array: np.where, &, np.minimum.",
    ),
    "is out of bounds for array of dimension": (
        "axis_1",
        "That axis is not there for every shape. axis=-1 is the last one of a row and of a batch.",
    ),
    "could not be broadcast together": (
        "shapes_do_not_fit",
        "Two shapes do not fit: print both. (A sum along an axis drops it, but for keepdims=True.)",
    ),
}


def on_error(text: str, expected: str | None) -> tuple[str | None, str]:
    """Id (or None) and sentence for an error that should not have come, or not this one."""
    if expected:
        why = f"To refuse is right. Raise a {expected}; yours is {text.split(':')[0]}."
        return "other_error", why
    where = None, "Run the call above in a cell of its own to see where."
    return next((told for part, told in ERRORS.items() if part in text), where)


def on_kind(refused: str, wanted) -> str:
    """What to return instead of something that is no data."""
    if refused.startswith("a set,"):
        return "A set has no order. Return a list: sorted(...) makes one of it."
    if refused.split(",")[0].endswith(("Error", "Exception")):
        return "An error is raised, not returned: write `raise` in place of `return`."
    if isinstance(wanted, dict):
        return "Return a dict."
    return "Return plain numbers: one number, a list or an array."


def remark(unit: str, mine, expected, args: tuple) -> str:
    """What is visibly wrong with an unknown mistake; "" if nothing is."""
    if not isinstance(mine, np.ndarray) or unit not in ("probability", "bits", "nats"):
        return ""
    if np.isnan(mine).any():
        return "There is a nan in your result: look for inf/inf, inf - inf or 0/0."
    if (mine < 0).any():
        what = "A probability" if unit == "probability" else "An average of surprisals"
        return f"{what} cannot be negative."
    if unit != "probability" or not mine.ndim or mine.shape != expected.shape:
        return ""
    sums, wanted = mine.sum(axis=-1).ravel(), expected.sum(axis=-1).ravel()
    if (off := (np.abs(sums - 1) > 1e-4) & (np.abs(wanted - 1) < 1e-4)).any():
        return f"A row of your result adds up to {sums[off][0]:.6g}, not 1."
    alike = args and np.shape(args[0]) == mine.shape
    if alike and _ranked(expected, args[0]) and not _ranked(mine, args[0]):
        return "Your result ranks the tokens differently from the logits."
    return ""


def _ranked(values, logits) -> bool:
    """Whether a larger logit never has a smaller value."""
    order = np.argsort(logits, axis=-1)
    return bool((np.diff(np.take_along_axis(values, order, axis=-1), axis=-1) >= -1e-9).all())


def sentence(error: BaseException) -> str:
    """An error's type and text, whatever its own ``__str__`` does."""
    try:
        text = str.__str__(str(error))[:300]
    except Exception:
        text = ""
    return f"{type_name(error)}: {text}" if text else type_name(error)
