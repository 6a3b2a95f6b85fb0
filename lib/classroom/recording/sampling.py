"""Record what the real model writes when it draws: does the tea's loop come without a penalty?

``python -m classroom.recording.sampling`` writes ``sampled.json``; it needs the model and some
minutes. On one processor the same model gives the same texts.

A row is one text: the setting, the seed of the generator that drew, and the ids written. The
first row is greedy decoding, with the probability of each token that it wrote.
"""

import copy

import numpy as np
from logitlab.data import FOLDER
from logitlab.distributions import sample, softmax
from logitlab.model import LanguageModel, load_model
from logitlab.processors import Pipeline

from classroom.recording import measured, write_table
from classroom.recording.logits import TEA
from classroom.recording.penalties import _read

FILE = FOLDER / "sampled.json"
LENGTH = 96
SEEDS = range(36)
GREEDY = "greedy"

#: What a reader calls a setting, and its stages.
SETTINGS = {
    "p = 0.95": [("temperature", {"T": 1.0}), ("top_p", {"p": 0.95})],
    "T = 0.7, p = 0.9": [("temperature", {"T": 0.7}), ("top_p", {"p": 0.9})],
    "T = 0.3": [("temperature", {"T": 0.3})],
}


def write(model: LanguageModel, choosers: list) -> list[tuple[list[int], list[float]]]:
    """Write texts side by side; ``choosers[i](logits)`` is the next id and its probability."""
    start = np.array(model.encode(TEA))
    cache = model._transformer.new_cache()
    first = model._transformer.read(start, cache)[-1]
    caches = [copy.deepcopy(cache) for _ in choosers]
    logits = model._transformer.logits(np.stack([first] * len(choosers)))
    texts = [([], []) for _ in choosers]
    going = list(range(len(choosers)))
    for _ in range(LENGTH):
        for z, i in zip(logits, going, strict=True):
            token, p = choosers[i](z)
            texts[i][0].append(int(token))
            texts[i][1].append(round(float(p), 4))
        going = [i for i in going if texts[i][0][-1] not in model.stop_ids]
        if not going:
            break
        new = np.array([texts[i][0][-1] for i in going])
        logits = _read(model._transformer, new, [caches[i] for i in going])
    return texts


def likeliest(z: np.ndarray) -> tuple[int, float]:
    """Greedy decoding."""
    return int(z.argmax()), softmax(z).max()


def drawing(setting: str, seed: int):
    """A chooser that draws, one number a token, as `logitlab.generate` does."""
    pipeline, rng = Pipeline(SETTINGS[setting]), np.random.default_rng(seed)

    def choose(z):
        p = softmax(pipeline(z))
        token = sample(p, rng)
        return token, p[token]

    return choose


def rows(model: LanguageModel) -> list[dict]:
    """Run the model; return the table's rows."""
    named = [(setting, seed) for setting in SETTINGS for seed in SEEDS]
    texts = write(model, [likeliest, *(drawing(*name) for name in named)])
    (greedy, probs), drawn = texts[0], [ids for ids, _ in texts[1:]]
    found = [{"setting": GREEDY, "seed": None, "ids": greedy, "probs": probs}]
    for (setting, seed), ids in zip(named, drawn, strict=True):
        found.append({"setting": setting, "seed": seed, "ids": ids})
    return [row | {"text": model.decode(row["ids"])} for row in found]


if __name__ == "__main__":
    write_table(FILE, measured(rows(load_model())))
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
