"""What a module of an exercise is written with: one import."""

# ruff: noqa: F401, what is imported here is handed on

from logitlab.checks._exercise import Convention, Rule, known, turned
from logitlab.checks._function import FunctionExercise
from logitlab.checks._messages import shape
from logitlab.checks._plain import NotPlain
from logitlab.checks._shared import (
    TEN,
    at,
    at_zero,
    clamped,
    cut,
    descending,
    in_rows,
    kth,
    off,
    one_hot,
    one_number,
    picked,
    refusing,
    share,
    soft,
    where,
)
from logitlab.checks._value import Part, values
from logitlab.data import STORY
from logitlab.distributions import log_softmax, softmax
