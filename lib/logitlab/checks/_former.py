"""For the sheets that are not yet one module an exercise; it goes with the last of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from logitlab.checks import _exercise, _function, _value
from logitlab.checks._exercise import Convention
from logitlab.checks._value import Part

__all__ = ["Convention", "FunctionExercise", "Mistake", "Part", "ValueExercise"]


class Mistake(_exercise.Mistake):
    def __init__(self, id, why, forms=(), rule=None, part=0):
        super().__init__(id, why, *forms, rule=rule)
        self.part = part


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(_function.FunctionExercise):
    variants: Mapping = field(default_factory=dict)

    def right_answers(self):
        return {**super().right_answers(), **self.variants}


def ValueExercise(*, parts, mistakes=(), **kwargs):
    own = [[m for m in mistakes if m.part == i] for i in range(len(parts))]
    parts = [replace(part, mistakes=own[i]) for i, part in enumerate(parts)]
    return _value.ValueExercise(parts=parts, **kwargs)
