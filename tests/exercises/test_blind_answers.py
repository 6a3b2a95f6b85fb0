"""How the checks judge answers by somebody who had not read them: ``blind/``, counted."""

import contextlib
import io
import re
import tomllib
from collections import Counter
from pathlib import Path

import jupytext
import numpy as np
import pytest
from classroom import sheet
from logitlab.checks import CheckFailed, exercises

ROOT = Path(__file__).parents[2]
BLIND = sorted((Path(__file__).parent / "blind").glob("*.toml"))

# Wrong answers that the checks still take for right, by exercise and label: each a fault to mend.
TAKEN = {
    "1.4": ["subtracts the maximum of the undivided logits from the divided ones"],
    "1.5": [
        "does not care for a running sum that ends below 1",
        "clips the id to the last token, which may have probability 0",
    ],
    "1.6": [
        "replaces T by 0.001 at the least",
        "puts a tiny T in place of 0, so that a smaller lead is no lead",
        "is greedy for every T below 0.01",
        "adds a small constant to every T",
        "rounds the small temperature to 0",
    ],
    "1.11": ["gives three decimals"],
    "2.3": ["keeps every token that equals the last one, more than are needed"],
    "2.4": ["does not subtract the maximum in its own softmax"],
    "2.6": [
        "returns logarithms of probabilities for the survivors",
        "uses -1e9 in place of -inf",
    ],
    "3.3": ["makes an array of whole numbers when the logits are whole, where -inf does not fit"],
    "3.6": ["raises an error that does not name the value"],
    "4.2": ["stores into whole numbers when the logits are whole"],
    "4.6": ["switches off at 0 but refuses a negative theta: two rules"],
    "4.8": ["sorts the text of the ids, where 100 comes before 2"],
    "B.3": ["lowers p by 0.01 for the tie", "keeps every token that equals the last one"],
    "B.7": [
        "compares with >=, which still fails where the sum ends just below 1",
        "raises p to 0.35 at the least",
    ],
    "B.8": ["no longer subtracts the maximum"],
    "B.9": [
        "adds a constant to the noise, which changes the race among the others",
        "treats very unlikely tokens as impossible",
    ],
}


def cells(stem: str) -> dict[str, list]:
    """The code cells of a sheet, by exercise; those before the first one under ""."""
    found, exercise = {"": []}, ""
    for cell in jupytext.read(ROOT / "solutions" / f"{stem}.py", fmt="py:percent").cells:
        if cell.cell_type == "markdown":
            if numbers := list(sheet.headings([cell])):
                exercise = numbers[0]
        else:
            found.setdefault(exercise, []).append(cell)
    return found


def judged(answer: str, exercise: str, given: dict[str, list]) -> tuple[str, str]:
    """("right", ""), or the diagnosis ("" if none is known) and the whole message."""
    names: dict = {}
    np.random.seed(0)  # noqa: NPY002, two answers draw from what is left there
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in [*given[""], *given[exercise]]:
            grader = cell.metadata.get("nbgrader", {})
            if grader.get("solution"):
                exec(answer, names)
            elif not grader.get("grade"):
                exec(cell.source, names)
            else:
                try:
                    exec(cell.source, names)
                except CheckFailed as failed:
                    return failed.diagnosis or "", str(failed)
    return "right", ""


@pytest.fixture(scope="module")
def verdicts():
    """Of each answer: the exercise, the entry, what it was told."""
    found = []
    for path in BLIND:
        titles = {e.title: e.id for e in exercises().of_sheet(path.stem)}
        given = cells(path.stem)
        for entry in tomllib.loads(path.read_text("utf-8"))["answers"]:
            exercise = titles[entry["exercise"]]
            found.append((exercise, entry, *judged(entry["answer"], exercise, given)))
    return found


def test_a_right_answer_written_otherwise_is_right(verdicts):
    told = [v for v in verdicts if v[1]["kind"] == "right"]
    assert len(told) > 150
    assert [(v[0], v[1]["label"]) for v in told if v[2] != "right"] == []


def test_the_wrong_answers_that_pass_are_those_that_are_listed(verdicts):
    passed: dict[str, list[str]] = {}
    for exercise, entry, diagnosis, _ in verdicts:
        if entry["kind"] == "wrong" and diagnosis == "right":
            passed.setdefault(exercise, []).append(entry["label"])
    assert passed == TAKEN


def test_the_page_for_teachers_has_these_counts(verdicts):
    counts = Counter()
    for _, entry, diagnosis, message in verdicts:
        counts[entry["kind"]] += 1
        if entry["kind"] == "wrong" and diagnosis != "right":
            counts["refused"] += 1
            counts["diagnosed"] += bool(diagnosis)
            fits = any(word.lower() in message.lower() for word in entry["keywords"])
            counts["fitting"] += bool(diagnosis) and fits
    passed = sum(map(len, TAKEN.values()))
    sentence = (
        f"{counts['right']} right answers: all {counts['right']} pass. {counts['wrong']} wrong "
        f"ones: {passed} pass, and of the {counts['refused']} that are refused "
        f"{counts['diagnosed']} are given a diagnosis; in {counts['fitting']} of these it has one "
        "of the words"
    )
    page = (ROOT / "book" / "teachers" / "index.md").read_text("utf-8")
    assert sentence in re.sub(r"\s+", " ", page), sentence
