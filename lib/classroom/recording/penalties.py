"""Record what the real model writes, without any draw, under repetition penalties.

``python -m classroom.recording.penalties`` writes ``penalties.json``; it needs the
model and some minutes. On one processor the same model gives the same bytes.

It also keeps the largest logit of each teaching prompt. ``recorded.npz`` holds logits moved to a
maximum of 0, which softmax does not notice. The repetition penalty does.
"""

import json

import numpy as np
from logitlab.data import FOLDER
from logitlab.model import LanguageModel, load_model
from logitlab.processors import repetition_penalty

from classroom.recording.logits import TEA
from classroom.recording.logits import prompts as teaching_prompts

FILE = FOLDER / "penalties.json"
LENGTH = 48
THETAS = [round(1 + i / 20, 2) for i in range(11)]
QUESTION = "What is the capital of Australia?"
COUNT = "1, 2, 3, 4, 5,"

#: What the penalty looks at, and how much of it: the prompt's tokens and the new ones -> ids.
HISTORIES = {
    "prompt and text": lambda prompt, new: prompt + new,
    "text only": lambda prompt, new: new,
    "last 8 tokens": lambda prompt, new: (prompt + new)[-8:],
}


def prompts(model: LanguageModel) -> dict[str, str]:
    """Return each prompt's name with the text that the model reads."""
    plain = [TEA, "I love you. I love", COUNT]
    return {prompt: prompt for prompt in plain} | {f"chat: {QUESTION}": model.chat(QUESTION)}


def runs(model: LanguageModel, name: str, prompt: str) -> list[dict]:
    """Write a prompt's texts side by side: the likeliest token at each place, after the penalty.

    A swap is a place where another token came first without the penalty: (place, id of that
    token, its logit, its logit after the penalty, the written token's after the penalty).
    """
    start = model.encode(prompt)
    texts = [
        {"prompt": name, "history": history, "theta": theta}
        | {"prompt_ids": start, "ids": [], "ranks": [], "swaps": []}
        for history in HISTORIES
        for theta in THETAS
    ]
    caches = [model._transformer.new_cache() for _ in texts]
    first = [model._transformer.read(np.array(start), cache)[-1] for cache in caches]
    logits = model._transformer.logits(np.stack(first))
    going = list(range(len(texts)))
    for _ in range(LENGTH):
        for z, i in zip(logits, going, strict=True):
            _write(texts[i], z)
        going = [i for i in going if texts[i]["ids"][-1] not in model.stop_ids]
        new = np.array([texts[i]["ids"][-1] for i in going])
        logits = _read(model._transformer, new, [caches[i] for i in going])
    return texts


def _write(text: dict, z: np.ndarray) -> None:
    """Add one token to a text."""
    history = HISTORIES[text["history"]](text["prompt_ids"], text["ids"])
    after = repetition_penalty(z, history, text["theta"])
    token, first = int(after.argmax()), int(z.argmax())
    if token != first:
        numbers = [round(float(x), 2) for x in (z[first], after[first], after[token])]
        text["swaps"].append([len(text["ids"]), first, *numbers])
    text["ids"].append(token)
    text["ranks"].append(1 + int((z > z[token]).sum()))


def _read(transformer, ids: np.ndarray, caches: list) -> np.ndarray:
    """Read one token in each of several texts: many times faster than one text after another."""
    x = transformer.embedding[ids]
    turns = [transformer._rotation(np.array([cache.length])) for cache in caches]
    for cache in caches:
        cache.reserve(1)
    for layer, block in enumerate(transformer.blocks):
        rows = zip(x, caches, turns, strict=True)
        x = x + np.concatenate(
            [transformer._attend(row[None], layer, block, *rest) for row, *rest in rows]
        )
        x = x + transformer._feed_forward(x, block)
    for cache in caches:
        cache.length += 1
    return transformer.logits(x)


def arrays(model: LanguageModel) -> dict:
    """Run the model; return what the file holds."""
    peaks = {}
    for name, prompt in teaching_prompts(model).items():
        peaks[name] = round(float(model.logits(model.encode(prompt)).max()), 3)
    texts = [t for name, prompt in prompts(model).items() for t in runs(model, name, prompt)]
    used = {i for t in texts for i in (*t["ids"], *t["prompt_ids"], *(s[1] for s in t["swaps"]))}
    tokens = {str(i): model.decode([i]) for i in sorted(used)}
    starts = {t["prompt"]: t.pop("prompt_ids") for t in texts}
    return {"peaks": peaks, "tokens": tokens, "prompts": starts, "runs": texts}


def dump(contents: dict) -> str:
    """The file's text: one run a line."""

    def packed(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    head = (f'"{key}":{packed(contents[key])},\n' for key in ("peaks", "tokens", "prompts"))
    texts = ",\n".join(map(packed, contents["runs"]))
    return f'{{{"".join(head)}"runs":[\n{texts}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(dump(arrays(load_model())), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
