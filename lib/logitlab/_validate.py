"""Argument checks shared by the library: each refusal is one sentence that names the argument."""

import math
import numbers
import reprlib

import numpy as np


def _show(value) -> str:
    """A short form of a value for an error message."""
    return reprlib.repr(value.tolist() if isinstance(value, np.ndarray | np.generic) else value)


def real(value, name: str) -> float:
    """One real number as a float."""
    if type(value) is float:
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {_show(value)}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def positive(value, name: str, hint: str = "") -> float:
    """A finite number above 0."""
    number = real(value, name)
    if not 0 < number < math.inf:
        raise ValueError(f"{name} must be a finite number above 0{hint}, got {_show(value)}")
    return number


def fraction(value, name: str) -> float:
    """A number from 0 to 1."""
    number = real(value, name)
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must be a number from 0 to 1, got {_show(value)}")
    return number


def finite(value, name: str) -> float:
    """A finite number."""
    number = real(value, name)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {_show(value)}")
    return number


def base(value) -> float:
    """The base of a logarithm: finite and above 1."""
    number = real(value, "base")
    if not 1 < number < math.inf:
        raise ValueError(f"base must be a finite number above 1, got {_show(value)}")
    return number


def integer(value, name: str, least: int) -> int:
    """An integer not below ``least``."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, {least} or more, got {_show(value)}")
    if value < least:
        raise ValueError(f"{name} must be an integer, {least} or more, got {value}")
    return int(value)


def array(values, name: str) -> np.ndarray:
    """Real numbers with a last axis: float16 and float32 become float32, the rest float64."""
    try:
        out = np.asarray(values)
    except (TypeError, ValueError) as problem:
        reason = "its rows differ in length" if "inhomogeneous" in str(problem) else str(problem)
        raise ValueError(f"{name} must be an array of numbers: {reason}") from None
    if out.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {_show(out)} of dtype {out.dtype}")
    if out.ndim == 0:
        raise ValueError(f"{name} must be an array with a vocabulary axis, got {_show(out)}")
    if out.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {out.shape}")
    if out.dtype.char not in "fd":
        out = out.astype(np.float32 if out.dtype == np.float16 else np.float64)
    return out


def is_sane(peaks: np.ndarray) -> bool:
    """Whether rows with these maxima are logits: nan and inf win a maximum, and it is -inf exactly
    where nothing is left to sample.
    """
    return math.isfinite(peaks.item()) if peaks.size == 1 else bool(np.isfinite(peaks).all())


def logits(values, name: str = "logits") -> np.ndarray:
    """Rows of logits; nan, inf and a row without a finite logit refused."""
    return logits_and_peaks(values, name)[0]


def logits_and_peaks(values, name: str = "logits") -> tuple[np.ndarray, np.ndarray]:
    """The logits and each row's largest one, which the check finds on its way."""
    z = array(values, name)
    peak = z.max(axis=-1, keepdims=True)
    if not is_sane(peak):
        for wrong, what in ((np.isnan(z), "nan"), (z == np.inf, "inf")):
            if wrong.any():
                where = _show(np.argwhere(wrong)[0])
                raise ValueError(f"{name} must be finite or -inf, got {what} at index {where}")
        row = f" in row {_show(np.argwhere(peak[..., 0] == -np.inf)[0])}" if z.ndim > 1 else ""
        raise ValueError(f"{name} must have a finite value in each row, got only -inf{row}")
    return z, peak


def probs(values, name: str = "probs") -> np.ndarray:
    """Distributions along the last axis, as float64.

    A row may miss 1 by 1e-5 (float16: 1e-2), which is what rounding can do to it.
    """
    p = array(values, name)
    tolerance = 1e-2 if getattr(values, "dtype", None) == np.float16 else 1e-5
    p = p.astype(np.float64, copy=False)
    if not p.min() >= 0:
        wrong = ~(p >= 0)
        where, value = _show(np.argwhere(wrong)[0]), p[wrong][0]
        raise ValueError(f"{name} must be probabilities, got {value} at index {where}")
    total = p.sum(axis=-1)
    if not (np.abs(total - 1) <= tolerance).all():
        worst = total.flat[np.argmax(np.abs(total - 1))]
        raise ValueError(f"{name} must sum to 1 in each row, got a sum of {worst:.6g}")
    return p


def integers(values, name: str, below: int, of: str) -> np.ndarray:
    """Integers from 0 to ``below - 1`` as int64, of any shape; ``of`` says what they number."""
    try:
        out = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be integers, got rows that differ in length") from None
    if out.size == 0:
        return out.astype(np.int64)
    if out.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {_show(out)}")
    if out.min() < 0 or out.max() >= below:
        wrong = out[(out < 0) | (out >= below)][0]
        raise ValueError(f"{name} must be {of} from 0 to {below - 1}, got {wrong}")
    return out.astype(np.int64, copy=False)


def history(values, vocab: int) -> np.ndarray:
    """Token ids of shape (n,); n may be 0."""
    ids = integers(values, "history", vocab, "token ids")
    if ids.ndim != 1:
        raise ValueError(f"history must be a flat list of token ids, got shape {ids.shape}")
    return ids


def labels(values, shape: tuple[int, ...], classes: int) -> np.ndarray:
    """One class for each row; ``shape`` is that of the leading axes."""
    out = integers(values, "labels", classes, "classes")
    if out.shape != shape:
        raise ValueError(f"labels must have shape {shape}, one for each row, got {out.shape}")
    return out


def generator(rng) -> np.random.Generator:
    """A NumPy random generator: nothing here reads global random state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator (default_rng(seed)), got {rng!r}")
    return rng


def size(value) -> tuple[int, ...]:
    """The shape of the draws: None is one draw, an integer n is (n,)."""
    if value is None:
        return ()
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(integer(part, "size", 0) for part in parts)
