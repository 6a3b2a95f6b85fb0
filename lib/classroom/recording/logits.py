"""Record the real model's logits for the teaching prompts.

``python -m classroom.recording.logits`` writes ``recorded.npz``; it needs the model.
The same logits give the same bytes.
"""

import numpy as np
from logitlab.data import FOLDER
from logitlab.model import LanguageModel, load_model

from classroom.recording import as_bytes, save

FILE = FOLDER / "recorded.npz"
TEA = "To make a cup of tea,"
LOOP = " I'll need a pot of tea.\n\nThe next day,"

PROMPTS = [
    "Once upon a time",
    "Monday, Tuesday, Wednesday,",
    "The capital of France is",
    "The capital of Australia is",
    "The largest city in Australia is Sydney, but the capital is",
    "The sky is",
    "Grass is green, snow is white, and the sky is",
    "The opposite of hot is",
    "My favourite fruit is",
    "2 + 2 = ",
    "There once was a",
    "My name is",
    # Close to certain.
    "The quick brown fox jumps over the lazy",
    # Anything goes.
    "It tasted of",
    # Wrong answers that resemble the right one: apple, peach, pear; hammer does not.
    "In the orchard he picked a ripe",
    # Greedy decoding falls into a loop from here.
    TEA,
]


def prompts(model: LanguageModel) -> dict[str, str]:
    """Return each prompt's name with the text that the model reads."""
    user, answer = "What is the capital of Australia?", "The capital of Australia is"
    named = {
        f"loop: {TEA}": TEA + LOOP + LOOP,
        f"chat: {user} / {answer}": model.chat(user, answer),
    }
    return {prompt: prompt for prompt in PROMPTS} | named


def arrays(model: LanguageModel) -> dict[str, np.ndarray]:
    """Run the model; return the arrays of the file."""
    entries, logits = [], {}
    for row, (name, prompt) in enumerate(prompts(model).items()):
        ids = model.encode(prompt)
        z = model.logits(ids)
        entries.append({"name": name, "prompt": prompt, "ids": ids})
        # Moved first, rounded second: float16 is finest near 0, where the likely tokens are.
        logits[f"logits_{row:02}"] = (z - z.max()).astype(np.float16)
    return {"entries": as_bytes(entries), "tokens": as_bytes(model.tokens)} | logits


if __name__ == "__main__":
    save(arrays(load_model()), FILE)
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
