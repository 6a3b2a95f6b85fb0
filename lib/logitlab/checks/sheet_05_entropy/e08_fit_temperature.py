"""Exercise 5.8: the temperature with the smallest log loss."""

import math
from functools import lru_cache

import numpy as np

from ..kit import FunctionExercise, soft

GRID = np.geomspace(0.1, 10, 401)
COARSE = GRID[::5]
EVEN, FINE = np.linspace(0.1, 10, 1000), np.geomspace(0.1, 10, 1000)


@lru_cache(maxsize=64)
def tempered(scores: bytes, rows: int, T: bytes):
    """Probabilities at each temperature, (len(T), rows, answers); every form asks for them."""
    z = np.frombuffer(scores).reshape(rows, -1)
    return soft(z[None] / np.frombuffer(T)[:, None, None])


def probabilities(z, T):
    return tempered(np.asarray(z, float).tobytes(), len(z), np.asarray(T, float).tobytes())


def losses(z, y, T=GRID):
    """Log loss at each temperature, (len(T),)."""
    return -np.log(probabilities(z, T)[:, np.arange(len(y)), y]).mean(axis=1)


def on(T):
    """The right search on some temperatures."""
    return lambda z, y: T[losses(z, y, T).argmin()]


def fit_temperature(scores, labels):
    return on(GRID)(scores, labels)


def answers(rng, T, scale=2.0, n=100):
    """Scores, and labels that really fall as softmax(scores / T) says."""
    z = rng.normal(0, scale, (n, 4))
    return z, np.argmax(z / T + rng.gumbel(size=z.shape), axis=1)


def moved(z, y, T):
    """The same answers with other scores: the fitted temperature follows their scale."""
    return z * T / fit_temperature(z, y), y


def probes(rng):
    # `sure` pulls apart what minimises which score; the last two need all of the range.
    cold, hot, plain = answers(rng, 2.5, 4.0), answers(rng, 0.5, 1.0), answers(rng, 1.3)
    sure = plain[0] * np.where(np.arange(100) < 30, 5.0, 0.6)[:, None], plain[1]
    lone, wide = (cold[0] - 20.0, cold[1]), answers(rng, 4.0, 6.0)
    return [cold, hot, sure, lone, wide, moved(*plain, 0.11), moved(*plain, 9.6)]


def minimising(criterion):
    """The T at which a criterion of (p, y) is smallest."""
    return lambda z, y: COARSE[np.argmin([criterion(p, y) for p in probabilities(z, COARSE)])]


EXERCISE = FunctionExercise(
    reference=fit_temperature,
    probes=probes,
    rtol=0.02,
    atol=0.006,  # half a step of a grid of 1,000 that is spaced evenly
    right={
        "another grid": on(np.linspace(0.1, 10, 2000)),
        "inverse temperatures": on(1 / np.geomspace(0.1, 10, 1500)),
    },
).known(
    "multiply: That is 1/T: the logits were multiplied. Divide them by T.",
    lambda z, y: 1 / fit_temperature(z, y),
    "no_fit: That is T = 1, whatever the answers are.",
    lambda z, y: 1.0,
    "end_of_the_search: Your T is an end of the range. Accuracy is the same at every T and "
    "cannot choose; take the loss of the right answer, where it is smallest.",
    *(lambda z, y, T=T: T for T in (0.001, 0.01, 0.05, 0.1, 0.2, 5.0, 10.0, 20.0, 100.0)),
    "softmax_twice: You divided probabilities by T and ran softmax again. Divide the scores.",
    lambda z, y: fit_temperature(soft(z), y),
    "grid_too_coarse: The search is right, but its steps are too wide. Try more values.",
    *map(on, (np.arange(0.1, 10.05, 0.1), *(np.linspace(0.1, 10, n) for n in (100, 50, 20)))),
    *map(on, (np.geomspace(0.1, 10, 50), np.geomspace(0.1, 10, 20), np.arange(1.0, 11.0))),
    "brier_minimised: That T minimises the Brier score. Minimise the log loss.",
    minimising(lambda p, y: ((p - np.eye(4)[y]) ** 2).sum()),
    "mean_matched: At that T mean confidence is the accuracy, but errors of both signs cancel.",
    minimising(lambda p, y: abs((p.max(axis=1) - (p.argmax(axis=1) == y)).mean())),
    "loss_not_T: That is the smallest loss. Return the temperature at which it is reached.",
    *(lambda z, y, c=c: losses(z, y).min() / c for c in (1, math.log(2))),
    "index_not_T: That is a position in your list of temperatures. Return the T there.",
    *(lambda z, y, T=T: losses(z, y, T).argmin() for T in (GRID, EVEN, EVEN[::10], FINE)),
)
