"""Fit one temperature to half of the recorded answers and test it on the other half, many times.

``python -m classroom.recording.calibration`` writes ``calibration.json``. It needs the recorded
answers and no model.

Each seed cuts the 200 questions into two halves by chance, and draws each half again from itself,
with replacement: no question is in both. T is fitted on the first, everything else is measured on
the second. ``ece_chance`` is the calibration error that a model shows there which is perfectly
calibrated: an answer to each of the 200 questions is drawn from its own probabilities.
"""

import numpy as np
from logitlab.data import FOLDER, recorded_answers
from logitlab.distributions import softmax
from logitlab.information import expected_calibration_error

from classroom.recording import measured, write_table
from classroom.recording.answers import WAYS

FILE = FOLDER / "calibration.json"
SEEDS = range(200)
BINS = 10
GRID = np.geomspace(0.25, 8, 140)


def log_loss(scores: np.ndarray, labels: np.ndarray, T: float) -> float:
    """Mean surprisal of the right answers at T, in nats."""
    return float(-np.log(softmax(scores / T)[np.arange(len(labels)), labels]).mean())


def fitted(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature of the grid with the smallest log loss."""
    return float(GRID[np.argmin([log_loss(scores, labels, T) for T in GRID])])


def run(way: str, seed: int) -> dict:
    """One row of the table."""
    rng = np.random.default_rng(seed)
    asked = recorded_answers(way)
    halves = rng.permutation(len(asked.labels)).reshape(2, -1)
    fit, test = (rng.choice(half, len(half)) for half in halves)
    T = fitted(asked.scores[fit], asked.labels[fit])
    scores, labels = asked.scores[test], asked.labels[test]
    before, after = softmax(scores), softmax(scores / T)
    u = rng.random(len(asked.labels))[test]  # a question that comes twice has one answer
    drawn = (u[:, None] > after.cumsum(axis=1)).sum(axis=1)
    found = {
        "T": T,
        "right": (before.argmax(axis=1) == labels).mean(),
        "sure": before.max(axis=1).mean(),
        "sure_after": after.max(axis=1).mean(),
        "loss": log_loss(scores, labels, 1),
        "loss_after": log_loss(scores, labels, T),
        "ece": expected_calibration_error(before, labels, BINS),
        "ece_after": expected_calibration_error(after, labels, BINS),
        "ece_chance": expected_calibration_error(after, np.minimum(drawn, 3), BINS),
    }
    return {"way": way, "seed": seed} | {key: round(float(x), 4) for key, x in found.items()}


if __name__ == "__main__":
    write_table(FILE, measured([run(way, seed) for way in ("", *WAYS) for seed in SEEDS]))
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
