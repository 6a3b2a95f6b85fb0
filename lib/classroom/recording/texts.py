"""Record texts that the real model writes under several settings, a token at a time.

``python -m classroom.recording.texts`` writes ``texts.json``; it needs the model and some
minutes. On one processor the same model gives the same bytes.
"""

from logitlab.data import FOLDER
from logitlab.distributions import softmax
from logitlab.generation import generate
from logitlab.information import entropy
from logitlab.model import LanguageModel, load_model
from logitlab.processors import Pipeline
from numpy.random import default_rng

from classroom.recording import dump

FILE = FOLDER / "texts.json"
LENGTH = 40
SEEDS = range(8)

PROMPTS = ["Once upon a time", "The sky is", "My favourite fruit is", "To make a cup of tea,"]

#: What a reader calls a setting, and its stages.
SETTINGS = {
    "T = 1": [("temperature", {"T": 1.0})],
    "T = 1.5": [("temperature", {"T": 1.5})],
    "T = 1.5, then k = 40": [("temperature", {"T": 1.5}), ("top_k", {"k": 40})],
    "T = 1.5, then p = 0.9": [("temperature", {"T": 1.5}), ("top_p", {"p": 0.9})],
    "p = 0.9, then T = 1.5": [("top_p", {"p": 0.9}), ("temperature", {"T": 1.5})],
}


def text(model: LanguageModel, prompt: str, setting: str, seed: int) -> dict:
    """Write one text; return what `logitlab.data.Text` is made of."""
    steps = list(generate(model, prompt, Pipeline(SETTINGS[setting]), default_rng(seed), LENGTH))
    return {
        "prompt": prompt,
        "setting": setting,
        "seed": seed,
        "tokens": [step.text for step in steps],
        "surprisal": [round(step.surprisal, 2) for step in steps],
        "entropy": [round(float(entropy(softmax(step.logits))), 2) for step in steps],
        "kept": [int(step.stages[-1].survivors.sum()) for step in steps],
    }


if __name__ == "__main__":
    model = load_model()
    written = [text(model, p, name, seed) for p in PROMPTS for name in SETTINGS for seed in SEEDS]
    FILE.write_text(dump(written), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
