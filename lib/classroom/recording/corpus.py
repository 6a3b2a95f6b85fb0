"""Record texts of the real model with its whole distribution at every place.

``python -m classroom.recording.corpus`` writes ``corpus.npz``; it needs the model and some
minutes.

The tokens that the model expects most often in these texts are classes of their own, all others are
one class, the last. At
every place the model's distribution is added up over these classes, exactly. Of that row the
likeliest `KEPT` classes are kept and, last, what all others hold together; each as the logarithm
of its probability, rounded to 1/16 bit.
"""

import numpy as np
from logitlab.data import FOLDER
from logitlab.distributions import softmax
from logitlab.generation import generate
from logitlab.model import LanguageModel, load_model
from logitlab.processors import Pipeline

from classroom.recording import as_bytes, save

FILE = FOLDER / "corpus.npz"
PROMPT = "Once upon a time"
TEXTS = 96
LENGTH = 96
CLASSES = 400
KEPT = 32
STEPS = 16  # to a bit


def write(model: LanguageModel) -> list[list[int]]:
    """Draw the texts at T = 1 with nothing removed; return their token ids."""
    drawn = []
    for seed in range(TEXTS):
        rng = np.random.default_rng(seed)
        steps = generate(model, PROMPT, Pipeline([]), rng, LENGTH)
        drawn.append([step.token for step in steps])
    return drawn


def arrays(model: LanguageModel, drawn: list[list[int]]) -> dict[str, np.ndarray]:
    """Read the texts again, all places of one at once; return the arrays of the file."""
    begun = model.encode(PROMPT)
    texts = [[*begun, *ids[:-1]] for ids in drawn]

    def probs(read):
        return softmax(model.logits(read, all_positions=True)[len(begun) - 1 :])

    # Classes chosen by what was drawn would be drawn more often than the model expects.
    expected = sum(probs(read).sum(axis=0) for read in texts)
    named = np.argsort(-expected, kind="stable")[: CLASSES - 1]
    class_of = np.full(len(model.tokens), CLASSES - 1)
    class_of[named] = np.arange(CLASSES - 1)

    previous, following, kept, bits = [], [], [], []
    for ids, read in zip(drawn, texts, strict=True):
        p = probs(read)[:, named]
        rows = np.column_stack([p, 1 - p.sum(axis=1)])
        best = np.argsort(-rows, axis=1, kind="stable")[:, :KEPT]
        best.sort(axis=1)  # a class and its neighbours come in order: the file is smaller
        p = np.take_along_axis(rows, best, axis=1)
        p = np.column_stack([p, 1 - p.sum(axis=1)]).clip(2.0**-15.9, 1)
        previous.append(class_of[read[len(begun) - 1 :]])
        following.append(class_of[ids])
        kept.append(best)
        bits.append(np.rint(-STEPS * np.log2(p)))
    tokens = [model.tokens[i] for i in named] + ["(any other token)"]
    return {
        "tokens": as_bytes(tokens),
        "lengths": np.array([len(ids) for ids in drawn], np.uint8),
        "previous": np.concatenate(previous).astype(np.uint16),
        "following": np.concatenate(following).astype(np.uint16),
        "classes": np.concatenate(kept).astype(np.uint16),
        "bits": np.concatenate(bits).astype(np.uint8),
    }


if __name__ == "__main__":
    model = load_model()
    save(arrays(model, write(model)), FILE)
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
