"""Record what the real model writes after one prompt at four temperatures, for lesson 1.

``python -m classroom.recording.opening`` writes ``opening.json``; it needs the model and a minute.
On one processor the same model gives the same bytes.
"""

from logitlab.data import FOLDER
from logitlab.distributions import softmax
from logitlab.generation import generate
from logitlab.information import entropy
from logitlab.model import LanguageModel, load_model
from logitlab.processors import Pipeline
from numpy.random import default_rng

from classroom.recording import dump

FILE = FOLDER / "opening.json"
PROMPT = "Once upon a time, in a small village"
LENGTH = 40
TEMPERATURES = [0.0, 0.7, 1.0, 1.5]
SEEDS = range(3)


def text(model: LanguageModel, temperature: float, seed: int) -> dict:
    """Write one text; return what `logitlab.data.Text` is made of. T = 0 is greedy decoding."""
    pipeline = Pipeline([("temperature", {"T": temperature})]) if temperature else None
    steps = list(generate(model, PROMPT, pipeline, default_rng(seed), LENGTH))
    return {
        "prompt": PROMPT,
        "setting": f"T = {temperature:g}",
        "seed": seed,
        "tokens": [step.text for step in steps],
        "surprisal": [round(step.surprisal, 2) for step in steps],
        "entropy": [round(float(entropy(softmax(step.logits))), 2) for step in steps],
        "kept": [int(step.stages[-1].survivors.sum()) if step.stages else 1 for step in steps],
    }


if __name__ == "__main__":
    model = load_model()
    written = [text(model, T, seed) for T in TEMPERATURES for seed in SEEDS]
    FILE.write_text(dump(written), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
