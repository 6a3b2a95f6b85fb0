"""Record what temperatures and cuts do at the same places of texts that the real model wrote.

``python -m classroom.recording.cuts`` writes ``cuts.npz``; it needs the model and some minutes.
On one processor the same model gives the same bytes.

The texts are the model's own, drawn at T = 1 with nothing removed. At each of their places every
setting is applied to the same logits, so that settings differ in nothing else; and what is kept
is exact, not drawn. All the cuts take a beginning of the tokens in falling order, so that three
running sums answer for all of them.
"""

import numpy as np
from logitlab.data import FOLDER
from logitlab.generation import generate
from logitlab.model import LanguageModel, load_model
from logitlab.processors import Pipeline
from numpy.random import default_rng

from classroom.recording import as_bytes, save
from classroom.recording.logits import PROMPTS

FILE = FOLDER / "cuts.npz"
LENGTH = 40
SEEDS = range(4)
ODD = 10
"""A token of this many bits or more, to the model itself, counts as odd: one in 1,024."""

SETTINGS = [(1.0, "uncut"), (1.0, "top-k"), (1.0, "top-p"), (1.5, "uncut"), (1.5, "top-k")]
SETTINGS += [(1.5, "top-p")]
FIXED = {"uncut": 1.0, "top-k": 40, "top-p": 0.9}

#: Values that are tried for a rule, to find the one as strong as k = 40 at the same T.
TRIED = {
    (1.0, "top-p"): np.arange(1, 100) / 100,
    (1.5, "top-p"): np.arange(1, 100) / 100,
    (1.5, "top-p first"): np.arange(1, 1000) / 1000,
    (1.5, "min-p"): np.arange(1, 300) / 1000,
    (1.5, "top-n-sigma"): np.arange(5, 400) / 100,
}


def sizes(rule: str, values: np.ndarray, z: np.ndarray, hot: np.ndarray) -> np.ndarray:
    """How many tokens each value of a rule keeps; logits in falling order, at T = 1 and at T."""
    if rule == "top-n-sigma":
        return (z[0] - z <= values[:, None] * z.std()).sum(axis=1)
    if rule == "min-p":
        return np.searchsorted(-hot, -(hot[0] + np.log(values)), side="right")
    if rule.startswith("top-p"):
        mass = np.cumsum(np.exp(z if rule == "top-p first" else hot))
        return np.minimum(np.searchsorted(mass, values * mass[-1]) + 1, len(z))
    return np.array([len(z) if rule == "uncut" else FIXED["top-k"]])


def measured(z: np.ndarray, T: float, tried: dict) -> dict:
    """For each rule: kept, entropy, odd mass and own mass, a row each, a value a column.

    ``z`` holds all logits at one place, in falling order, the largest 0.
    """
    hot, own = z / T, np.exp(z) / np.exp(z).sum()
    ordinary = int((-np.log2(own) < ODD).sum())
    weights = np.exp(hot)
    mass, moment = np.cumsum(weights), np.cumsum(weights * hot)
    before = np.concatenate([[0.0], mass])
    rows = {}
    for rule, values in tried.items():
        n = sizes(rule, values, z, hot)
        entropy = (np.log(mass[n - 1]) - moment[n - 1] / mass[n - 1]) / np.log(2)
        odd = 1 - before[np.minimum(n, ordinary)] / mass[n - 1]
        rows[rule] = np.array([n, entropy, odd, np.cumsum(own)[n - 1]])
    return rows


def places(model: LanguageModel):
    """The number of the prompt, of the text, and the logits in falling order, place by place."""
    text = 0
    for number, prompt in enumerate(PROMPTS):
        for seed in SEEDS:
            for step in generate(model, prompt, Pipeline([]), default_rng(seed), LENGTH):
                z = np.sort(step.logits.astype(float))[::-1]
                yield number, text, z - z[0]
            text += 1


def arrays(model: LanguageModel) -> dict:
    """Run the model; return the arrays of the file."""
    grids = {1.0: {}, 1.5: {}}
    for T, rule in SETTINGS:
        grids[T][rule] = np.array([FIXED[rule]])
    for (T, rule), values in TRIED.items():
        grids[T][rule] = np.concatenate([grids[T].get(rule, []), values])
    prompt, text, rows = [], [], {T: [] for T in grids}
    for number, written, z in places(model):
        prompt.append(number)
        text.append(written)
        for T, tried in grids.items():
            rows[T].append(
                {rule: m.astype(np.float32) for rule, m in measured(z, T, tried).items()}
            )
    chosen, columns = [], []
    for T, rule in [*SETTINGS, *TRIED]:
        at = np.stack([row[rule] for row in rows[T]])  # (places, 4, values)
        column = 0
        if len(chosen) >= len(SETTINGS):
            goal = np.mean([row["top-k"][1, 0] for row in rows[T]])
            tried = slice(1, None) if rule == "top-p" else slice(None)
            means = at[:, 1, tried].mean(axis=0)
            column = int(np.abs(means - goal).argmin()) + (rule == "top-p")
        chosen.append([T, rule, round(float(grids[T][rule][column]), 4)])
        columns.append(at[:, :, column])
    kept, entropy, odd, own = np.stack(columns).transpose(2, 0, 1)
    return {
        "settings": as_bytes(chosen),
        "prompts": as_bytes(PROMPTS),
        "prompt": np.array(prompt, np.uint8),
        "text": np.array(text, np.uint8),
        "kept": kept.astype(np.uint16),
        "entropy": entropy.astype(np.float16),
        "odd": odd.astype(np.float16),
        "own": own.astype(np.float16),
    }


if __name__ == "__main__":
    save(arrays(load_model()), FILE)
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
