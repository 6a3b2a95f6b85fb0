"""Exercise 1.4: softmax(logits / T) of one row."""

import math

import numpy as np

from logitlab.processors import temperature as scaled

from ..kit import TEN, FunctionExercise, share, soft, softmax
from ._softmax import FOUR, SOFTMAX, TEMPERATURE, THREE

# No temperature in its senses; here shifting by T, dividing by T and ignoring T part ways.
TELL_T = [(FOUR, 1e-320), (FOUR, 1e17), (np.array([1000.0, 0.0]), 1e-4)]


def softmax_with_temperature(logits, temperature=1.0):
    return softmax(scaled(logits, temperature))


def plain_python(z, T=1.0):
    weights = [math.exp((x - max(z)) / T) for x in z]
    return [w / sum(weights) for w in weights]


RIGHT = {
    "power 1/T of probabilities": lambda z, T=1.0: share(soft(z) ** (1 / T)),
    "maximum subtracted before dividing": lambda z, T=1.0: share(np.exp((z - np.max(z)) / T)),
    "another constant subtracted": lambda z, T=1.0: share(np.exp(z / T - 1.7)),
    "via log-softmax": lambda z, T=1.0: np.exp(z / T - np.logaddexp.reduce(z / T)),
    "power 1/T of exponentials": lambda z, T=1.0: share(np.exp(z - np.max(z)) ** (1 / T)),
    "plain Python": plain_python,
}


def probes(rng):
    """One row of logits, mostly with a T."""
    few, many = rng.permutation(rng.normal(0, 2, 7)), rng.permutation(rng.normal(0, 3, 20))
    plain = [(FOUR, 0.5), (THREE, 0.5), (TEN, 2.0), (TEN,), (TEN, 0.7)]
    drawn = [(few, float(rng.uniform(0.25, 0.9))), (many, float(rng.uniform(1.2, 4.0)))]
    negative, tied = np.array([-1.3, -3.5, -0.2]), np.array([0.7, 0.7, -0.4, 0.7])
    ends = [(np.array([3.5]), 0.3), (TEN, 0.05), (TEN, 100.0)]
    # 710 is just past the largest x with a finite exp(x): whoever subtracts any constant passes.
    far = [(np.array([710.0, 709.0]), 1.0), (np.array([355.0, 354.5, 300.0]), 0.5)]
    return [*plain, *drawn, (negative, 1.7), (tied, 0.4), *ends, *far]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=softmax_with_temperature,
    probes=probes,
    tell=TELL_T,
    right=RIGHT,
).known(*TEMPERATURE, *SOFTMAX)
