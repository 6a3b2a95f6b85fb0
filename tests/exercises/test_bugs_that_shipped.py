"""Bugs that shipped: the function that a learner is given is the bug that the check names."""

import re
from pathlib import Path

import jupytext
import numpy as np
import pytest
from classroom.assignment import exercise_of
from logitlab import softmax
from logitlab.checks.bugs_that_shipped import EXERCISES

SOURCE = Path(__file__).parents[2] / "solutions" / "bugs_that_shipped.py"
THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+")


def shipped():
    """The cell of each exercise that holds the fault, by the exercise's id, and the story."""
    cells, story, found = [], "", {}
    for cell in jupytext.read(SOURCE).cells:
        identity = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "markdown":
            story += cell.source
        elif "def shipped_" in cell.source:
            cells.append(cell.source)
        elif identity.startswith("check-"):
            found[exercise_of(identity)] = (cells, story)
            cells, story = [], ""
    return found


SHIPPED = shipped()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_the_given_function_handed_back_is_named_as_the_bug(exercise, diagnosis, capsys):
    (cell,), story = SHIPPED[exercise.id]
    names = {"np": np, "softmax": softmax}
    exec(cell, names)
    (function,) = (f for name, f in names.items() if name.startswith("shipped_"))
    assert diagnosis(exercise.id, function) == "as_shipped"
    assert diagnosis(exercise.id, function, seed=7) == "as_shipped"
    assert capsys.readouterr().out, "the learner sees it go wrong"
    assert THREAD.search(story), "its thread is cited"


def test_there_are_ten_or_more_and_each_has_other_wrong_mends():
    assert len(EXERCISES) >= 10
    assert [exercise.id for exercise in EXERCISES] == list(SHIPPED)
    for exercise in EXERCISES:
        assert exercise.mistakes[0].id == "as_shipped"
        assert len(exercise.mistakes) >= 5
