"""What a slip is: a mistake that any answer can make, recognised from the numbers alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from logitlab.checks._outcome import ATOL, RTOL, close


@dataclass(frozen=True)
class Case:
    """One result beside the expected one; of a function also the arguments and a right answer."""

    mine: np.ndarray
    expected: np.ndarray
    failing: bool = True
    rtol: float = RTOL
    atol: float | np.ndarray = ATOL
    args: tuple = ()
    right: Callable | None = None

    def near(self, mine, expected=None) -> bool:
        """Whether two arrays agree as closely as the exercise asks for."""
        expected = self.expected if expected is None else np.asarray(expected)
        return close(np.asarray(mine), expected, self.rtol, self.atol)


@dataclass(frozen=True)
class Slip:
    """A slip: its id, its sentence, how it is recognised, and the units it makes sense for."""

    id: str
    why: str
    made: Callable[[Case], bool]
    units: tuple[str, ...] = ()
