"""Exercise 1.4: softmax(logits / T) of one row."""

from ..kit import SOFTMAX, TEMPERATURE, FunctionExercise
from . import _one_row

EXERCISE = FunctionExercise(
    unit="probability",
    reference=_one_row.softmax_with_temperature,
    probes=_one_row.probes,
    tell=_one_row.TELL_T,
    right=_one_row.RIGHT,
).known(*TEMPERATURE, *SOFTMAX)
