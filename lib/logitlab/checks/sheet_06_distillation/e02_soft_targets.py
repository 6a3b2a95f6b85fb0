"""Exercise 6.2: probabilities of one row, softened by tau: lesson 1's softmax, renamed."""

import numpy as np

from ..kit import FunctionExercise, one_hot, soft
from ..sheet_01_temperature._softmax import SOFTMAX, TEMPERATURE
from ..sheet_01_temperature.e04_softmax_with_temperature import RIGHT, TELL_T, probes

EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda logits, tau=1.0: soft(logits / tau),
    probes=probes,
    tell=TELL_T,
    right=RIGHT,
).known(
    "hard_teacher: That is the teacher's favourite alone, a hard label: it discards the dark "
    "knowledge. Return the whole soft distribution.",
    lambda z, tau=1.0: one_hot(z, np.argmax(z)),
    lambda z, tau=1.0: np.argmax(z),
    *TEMPERATURE,
    *(mistake for mistake in SOFTMAX if mistake.id != "greedy_not_probs"),
)
