"""Turns what a learner handed in into plain data, or says why it cannot."""

from array import array
from collections import deque
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import GeneratorType

import numpy as np

LARGEST = 10_000_000  # elements; a larger answer is refused before it is copied
DEEPEST = 8  # a list that holds itself ends here
LONGEST = 200_000  # an endless generator ends here, a vocabulary does not
ORDERED = (deque, array, range, map, filter, zip, GeneratorType, type({}.values()))


class NotPlain(Exception):
    """The value is not made of numbers, strings, lists, tuples, dicts and arrays of numbers."""


def type_name(value) -> str:
    """Name of the value's type, whatever its metaclass does."""
    try:
        return str.__str__(type(value).__name__)
    except Exception:
        return "object"


def plain(value, depth: int = 0):
    """
    Copy of a value in which only plain data is left.

    Nothing of the value's own class is trusted: its comparisons, its ``__array__`` and its
    ``repr`` are never called, so an object that is equal to everything is refused here.

    Parameters
    ----------
    value : object
        What the learner's function returned, or the value handed in.

    Returns
    -------
    numpy.ndarray, str, tuple or dict
        A float64 array for numbers and regular nests of numbers (0-d for one number), ``str``
        for text, a tuple for a list or tuple with text in it, a dict with ``str`` keys.

    Raises
    ------
    NotPlain
        With a phrase that fits after "Your answer is".
    """
    if depth > DEEPEST:
        raise NotPlain("nested too deeply")
    try:
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "OU":
            return plain(_items(value), depth + 1)
        if isinstance(value, np.matrix) and len(value) == 1:
            return _numbers(value)[0]
        if isinstance(value, np.ndarray | np.generic):
            return _numbers(value)
        if type(value) in ORDERED:
            items = list(islice(value, LONGEST + 1))
            if len(items) > LONGEST:
                raise NotPlain(f"longer than {LONGEST:,} items, or without an end")
            return plain(items, depth + 1)
        if type(value).__module__.startswith("pandas."):
            return plain(value.to_numpy(), depth + 1)
        if isinstance(value, int):
            return np.array(_float(int.__int__(value)))
        if isinstance(value, float):
            return np.array(float.__float__(value))
        if type(value) in (Decimal, Fraction):
            return np.array(float(value))
        if isinstance(value, list | tuple):
            items = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
            return _join([plain(item, depth + 1) for item in items])
        if isinstance(value, dict):
            return {_key(k): plain(v, depth + 1) for k, v in dict.items(value)}
    except NotPlain:
        raise
    except (Exception, SystemExit):  # a class that only pretends to be one of the above
        pass
    name = type_name(value)
    article = "an" if name[:1].lower() in set("aeiou") else "a"
    raise NotPlain(f"{article} {name}, not a number, list or array of numbers")


def blank(value, depth: int = 0) -> bool:
    """Whether a value still holds the ``...`` that stands for an answer to be written."""
    if value is ...:
        return True
    if depth > DEEPEST or type(value) not in (list, tuple, dict):
        return False
    items = value.values() if type(value) is dict else value
    return any(blank(item, depth + 1) for item in items)


def _float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        raise NotPlain("a number beyond every float") from None


def _items(array: np.ndarray):
    """Nested list of an array of objects (which may be numbers all the same) or of text."""
    array = np.asarray(array)
    if array.size > LARGEST:
        raise NotPlain(f"an array of {array.size} objects, far more than were asked for")
    return array.tolist()


def _numbers(value) -> np.ndarray:
    array = np.asarray(value)  # of a subclass only the numbers are left, not its methods
    if array.dtype.kind not in "biuf":
        raise NotPlain(f"an array of dtype {array.dtype}, not an array of numbers")
    if array.size > LARGEST:
        raise NotPlain(f"an array of {array.size} numbers, far more than were asked for")
    return np.array(array, dtype=np.float64)


def _join(items: list):
    """One array if the items are numbers or rows of one shape, a tuple if there is text."""
    if any(not isinstance(item, np.ndarray) for item in items):
        return tuple(items)
    if len({item.shape for item in items}) > 1:
        raise NotPlain("ragged: its rows have different lengths")
    return np.array(items, dtype=np.float64)


def _key(key) -> str:
    if not isinstance(key, str):
        raise NotPlain(f"a dict with a key of type {type_name(key)}, where keys are token names")
    return str.__str__(key)
