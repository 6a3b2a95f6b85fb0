"""Record what the real model writes without a draw under DRY, lesson 4's further exercise.

``python -m classroom.recording.dry`` writes ``dry.json``; it needs the model. On one processor the
same model gives the same texts. The penalty is the exercise's own reference.
"""

from logitlab.checks import exercises
from logitlab.data import FOLDER
from logitlab.model import LanguageModel, load_model

from classroom.recording import measured, write_table
from classroom.recording.penalties import LENGTH, prompts

FILE = FOLDER / "dry.json"
MULTIPLIER = 0.8
DRY = next(e for e in exercises().of_sheet("04_repetition_penalty") if e.title == "DRY").reference


def rows(model: LanguageModel) -> list[dict]:
    """One text for each of the prompts of the other penalties; prompt and text are looked at."""
    found = []
    for name, prompt in prompts(model).items():
        start, ids, session = model.encode(prompt), [], model.session()
        logits = session.read(start)
        while len(ids) < LENGTH:
            ids.append(int(DRY(logits, start + ids, MULTIPLIER).argmax()))
            if ids[-1] in model.stop_ids:
                break
            logits = session.read(ids[-1:])
        found.append({"prompt": name, "ids": ids, "text": model.decode(ids)})
    return found


if __name__ == "__main__":
    write_table(FILE, measured(rows(load_model())))
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
