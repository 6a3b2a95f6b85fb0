"""Record how the real model scores the four answers of each question in ``questions.txt``.

``python -m classroom.recording.answers`` writes ``answers.json``, and ``answers_asked.json`` with
the same questions asked in other `WAYS`; it needs the model and some minutes. On one processor
the same model gives the same scores.

A line of ``questions.txt`` is a question and four answers, the right one first. The model reads
the question in the form of `PROMPT`, and an answer's score is its log-probability as a
continuation: the sum over its tokens, in nats. It never sees the four together.
"""

import copy
import json

import numpy as np
from logitlab.data import FOLDER
from logitlab.distributions import log_softmax
from logitlab.model import LanguageModel, load_model

from classroom.recording import measured, write_table

QUESTIONS = FOLDER / "questions.txt"
FILE = FOLDER / "answers.json"
ASKED = FOLDER / "answers_asked.json"
PROMPT = "Question: {}\nAnswer:"

#: Three more questions, answered: what some call a few-shot prompt. None of them is asked.
EXAMPLES = (
    ("What is the capital of Iceland?", "Reykjavik"),
    ("How many wheels does a bicycle have?", "two"),
    ("Which season comes after autumn?", "winter"),
)

#: Other ways to ask: the model and a question -> the prompt.
WAYS = {
    "in the chat form": lambda model, question: model.chat(question, "The answer is"),
    "after three examples": lambda model, question: (
        "".join(f"{PROMPT.format(q)} {a}\n\n" for q, a in EXAMPLES) + PROMPT.format(question)
    ),
}


def questions() -> list[list[str]]:
    """Each question with its four answers, the right one first."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [line.split(" | ") for line in lines]


def scores(model: LanguageModel, prompt: str, answers: list[str]) -> list[float]:
    """Log-probability of each answer after the prompt, in nats."""
    ids = model.encode(prompt)
    session = model.session()
    first = _log_probs(session.read(ids))
    found = []
    for answer in answers:
        whole = model.encode(f"{prompt} {answer}")
        if whole[: len(ids)] != ids:
            raise ValueError(f"{answer!r} changes how {prompt!r} is cut into tokens")
        rest = whole[len(ids) :]
        score = first[rest[0]]
        if len(rest) > 1:
            later = _log_probs(_fork(session).read(rest[:-1], all_positions=True))
            score += later[np.arange(len(rest) - 1), rest[1:]].sum()
        found.append(round(float(score), 3))
    return found


def _log_probs(logits: np.ndarray) -> np.ndarray:
    return log_softmax(logits.astype(np.float64))


def _fork(session):
    """A second reader that has read the same."""
    twin = copy.copy(session)
    twin.ids, twin._cache = list(session.ids), copy.deepcopy(session._cache)
    return twin


def dump(rows: list[list[float]]) -> str:
    """The file's text: the scores of one question a line, in the order of ``questions.txt``."""
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


if __name__ == "__main__":
    model = load_model()
    plain = [scores(model, PROMPT.format(q), a) for q, *a in questions()]
    FILE.write_text(dump(plain), encoding="utf-8")
    ways = [
        {"way": way, "scores": [scores(model, prompt(model, q), a) for q, *a in questions()]}
        for way, prompt in WAYS.items()
    ]
    write_table(ASKED, measured(ways))
    for file in (FILE, ASKED):
        print(f"{file}: {file.stat().st_size:,} bytes")
