"""Exercises that ask for a value, or for a tuple of values."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from logitlab.checks import _slips
from logitlab.checks._exercise import UNKNOWN, Exercise, Mistake, holds, known
from logitlab.checks._messages import kind_of, shape, show_pair
from logitlab.checks._outcome import close
from logitlab.checks._plain import NotPlain, blank, plain

WRONG_RTOL = 0.005  # as rough as this a wrong number may be, to be recognised


@dataclass(frozen=True)
class Part:
    """One value of an answer."""

    name: str
    value: Any  # what it should be
    tolerance: float = 0.005  # how far off a number may be
    unit: str = ""  # as an exercise's
    also: Sequence[Any] = ()  # other right values
    mistakes: Sequence[Mistake] = ()  # known wrong values

    def known(self, *rows) -> "Part":
        """The same part with its known mistakes, as `known` takes them."""
        return replace(self, mistakes=known(*rows))


@dataclass(frozen=True, kw_only=True)
class ValueExercise(Exercise):
    """The learner hands in a value, or a tuple of values: one for each part."""

    parts: Sequence[Part]

    @property
    def mistakes(self) -> list[Mistake]:
        """The known mistakes of all parts."""
        return [mistake for part in self.parts for mistake in part.mistakes]

    def wrong_answers(self):
        answers = defaultdict(list)
        for i, part in enumerate(self.parts):
            for mistake in part.mistakes:
                answers[mistake.id] += [self._whole(i, form) for form in mistake.forms]
        return dict(answers)

    def right_answers(self):
        others = {
            f"{part.name}: {value}": self._whole(i, value)
            for i, part in enumerate(self.parts)
            for value in part.also
        }
        return {"reference": self._whole(0, self.parts[0].value), **others}

    def _whole(self, i: int, value):
        values = [part.value for part in self.parts]
        values[i] = value
        return tuple(values) if len(values) > 1 else value

    def _judge(self, answer, seed):
        values = self._split(answer)
        still = [p.name for p, value in zip(self.parts, values, strict=True) if blank(value)]
        if still:
            self._unwritten(f"still `...`: {', '.join(still)}")
        for part, value in zip(self.parts, values, strict=True):
            self._judge_part(part, value)
        return self.note

    def _split(self, answer) -> list:
        if len(self.parts) == 1 or answer is ...:
            return [answer] * len(self.parts)
        names = ", ".join(part.name for part in self.parts)
        if not isinstance(answer, list | tuple):
            self._fail(None, f"Hand in {len(self.parts)} values: {names}.")
        try:
            items = list.__iter__(answer) if isinstance(answer, list) else tuple.__iter__(answer)
            values = list(items)
        except TypeError:
            values = []
        if len(values) != len(self.parts):
            self._fail(None, f"Hand in {len(self.parts)} values: {names}.")
        return values

    def _judge_part(self, part: Part, value):
        expected = plain(part.value)
        if value is None:
            self._fail("returns_nothing", f"{part.name} is None: give it a value.")
        try:
            mine = plain(value)
        except NotPlain as reason:
            self._fail(None, f"{part.name} is {reason}. Hand in plain numbers or text.")
        if any(close(mine, plain(v), 0.0, part.tolerance) for v in (expected, *part.also)):
            return
        yours, wanted = show_pair(mine, expected)
        lines = [f"  {part.name}", f"  you gave   {yours}", f"  expected   {wanted}"]
        if shape(mine) != shape(expected) and not isinstance(mine, tuple):
            lines.append(f"  shapes     yours {shape(mine)}, expected {shape(expected)}")
        self._fail(*self._explain(part, mine, expected), *lines)

    def _explain(self, part: Part, mine, expected) -> tuple[str | None, str]:
        """Diagnosis and sentence for a wrong value."""
        roughly = WRONG_RTOL if part.tolerance else 0.0
        for rtol, atol in ((0.0, part.tolerance), (roughly, 0.0)):
            for mistake in part.mistakes:
                if any(close(mine, plain(f), rtol, atol) for f in mistake.forms) or (
                    mistake.rule and holds(mistake.rule.made, mine)
                ):
                    return mistake.id, mistake.why
        if kind_of(mine) != kind_of(expected):
            how = ", in quotes" * isinstance(expected, str)
            why = f"{part.name}: you gave {kind_of(mine)}. Give {kind_of(expected)}{how}."
            return "wrong_kind", why
        if isinstance(mine, np.ndarray):
            if mine.size != expected.size:
                plural = "s" * (expected.size != 1)
                why = f"Give {expected.size} number{plural} here, not {mine.size}."
                return "wrong_shape", why
            case = _slips.Case(mine, expected, rtol=0.0, atol=part.tolerance)
            if slip := _slips.find([case], part.unit):
                return slip.id, slip.why
        return None, UNKNOWN


def values(*parts: Part, note: str = "") -> ValueExercise:
    """An exercise that asks for the value of each part."""
    return ValueExercise(parts=parts, note=note)
