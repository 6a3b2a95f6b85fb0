"""Exercise 1.4: softmax(logits / T) of one row."""

from logitlab.checks._function import FunctionExercise
from logitlab.checks._softmax import SOFTMAX, TEMPERATURE
from logitlab.checks.sheet_01_temperature import _one_row

EXERCISE = FunctionExercise(
    unit="probability",
    reference=_one_row.softmax_with_temperature,
    probes=_one_row.probes,
    tell=_one_row.TELL_T,
    right=_one_row.RIGHT,
).known(*TEMPERATURE, *SOFTMAX)
