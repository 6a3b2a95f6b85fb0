"""Record what the real model expected at each token of a short text: Shannon's guessing game.

``python -m classroom.recording.game`` writes ``game.json``; it needs the model.
On one processor the same model gives the same bytes.
"""

import numpy as np
from logitlab.data import FOLDER
from logitlab.distributions import softmax
from logitlab.information import entropy, surprisal
from logitlab.model import LanguageModel, load_model

from classroom.recording import dump

FILE = FOLDER / "game.json"
GUESSES = 60  # the model's likeliest tokens that are kept at each place

#: Written for this game; nobody has read it before, neither you nor the model.
TEXT = (
    "The old man opened the door and looked out. It was cold. He took his coat and his hat, "
    "and he went to the station to meet his daughter. The train was late, so he bought a cup of "
    "coffee and sat down on a bench."
)


def places(model: LanguageModel) -> list[dict]:
    """What `logitlab.data.Place` is made of, for each token but the first."""
    ids = model.encode(TEXT)
    found = []
    for token, probs in zip(ids[1:], softmax(model.logits(ids, all_positions=True)), strict=False):
        order = np.argsort(-probs, kind="stable")
        found.append(
            {
                "token": model.tokens[token],
                "rank": int((probs > probs[token]).sum()) + 1,
                "bits": round(surprisal(float(probs[token])), 2),
                "entropy": round(float(entropy(probs)), 2),
                "guesses": [model.tokens[i] for i in order[:GUESSES]],
                "probs": [float(f"{probs[i]:.3g}") for i in order[:GUESSES]],
            }
        )
    return found


if __name__ == "__main__":
    FILE.write_text(dump(places(load_model())), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
