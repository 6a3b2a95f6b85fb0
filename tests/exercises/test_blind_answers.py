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
BLIND = sorted((Path(__file__).parent / "blind").glob("*_*.toml"))

# Answers that their writer called wrong and the checks take for right, and why they do.
OVERFLOWS_LATER = (
    "any constant may be subtracted; what this one leaves overflows later than the probes"
)
OFF_THE_END = "one u in 10^16 falls off the end; the check remarks on it"
TIED = "which of several equal tokens stay is the learner's choice"
SAME = "as a distribution it is the same; the check remarks on a number in place of -inf"
WHOLE = "whole numbers as logits are no part of the exercise"
TINY = "near enough to T = 0 for every lead that is above 1e-5"
WORDS = "to refuse is right, and how it is worded is judged in 4.6 alone"
RULES = "some libraries do so; the check says which rule it saw"
TAKEN = {
    "1.4": {"subtracts the maximum of the undivided logits from the divided ones": OVERFLOWS_LATER},
    "1.5": {
        "does not care for a running sum that ends below 1": OFF_THE_END,
        "clips the id to the last token, which may have probability 0": OFF_THE_END,
    },
    "1.6": {
        "puts a tiny T in place of 0, so that a smaller lead is no lead": TINY,
    },
    "1.11": {"gives three decimals": "the two that were asked for are right"},
    "2.3": {"keeps every token that equals the last one, more than are needed": TIED},
    "2.6": {
        "returns logarithms of probabilities for the survivors": SAME,
        "uses -1e9 in place of -inf": SAME,
    },
    "3.3": {
        "makes an array of whole numbers when the logits are whole, where -inf does not fit": WHOLE
    },
    "3.6": {
        "raises an error that does not name the value": WORDS,
        "raises for 0 and switches off below it: two rules": RULES,
    },
    "4.2": {"stores into whole numbers when the logits are whole": WHOLE},
    "4.6": {
        "switches off at 0 but refuses a negative theta: two rules": RULES,
    },
    "B.3": {"keeps every token that equals the last one": TIED},
}
# What a reader thought of diagnoses: a table of verdicts, of exercise and diagnosis, of labels.
READ = tomllib.loads((Path(__file__).parent / "blind" / "read.toml").read_text("utf-8"))


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
    assert passed == {exercise: list(labels) for exercise, labels in TAKEN.items()}


def test_what_was_read_is_still_what_is_said(verdicts):
    said = {(f"{exercise} {diagnosis}", e["label"]) for exercise, e, diagnosis, _ in verdicts}
    for table in READ.values():
        for key, labels in table.items():
            assert {(key, label) for label in labels} <= said, key


def test_the_page_for_teachers_has_these_counts(verdicts):
    counts = Counter()
    for exercise, entry, diagnosis, message in verdicts:
        counts[entry["kind"]] += 1
        if entry["kind"] == "wrong" and diagnosis != "right":
            counts["refused"] += 1
            counts["diagnosed"] += bool(diagnosis)
            verdict = {
                name: entry["label"] in table.get(f"{exercise} {diagnosis}", ())
                for name, table in READ.items()
            }
            counts["misleading"] += verdict["misleads"]
            expected = any(word.lower() in message.lower() for word in entry["keywords"])
            if diagnosis and not verdict["misleads"]:
                counts["fitting"] += expected or verdict["fits"]
    passed = sum(map(len, TAKEN.values()))
    sentence = (
        f"{counts['right']} right answers: all {counts['right']} pass. {counts['wrong']} wrong "
        f"ones: {passed} pass, and of the {counts['refused']} that are refused "
        f"{counts['diagnosed']} are given a diagnosis. All of these were read: "
        f"{counts['fitting']} fit, {counts['misleading']} mislead, the rest name something that "
        "follows from the mistake"
    )
    page = (ROOT / "book" / "teachers" / "index.md").read_text("utf-8")
    assert sentence in re.sub(r"\s+", " ", page), sentence
