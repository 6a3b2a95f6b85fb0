"""Bugs that shipped: the function that a learner is given is the bug that the check names."""

import re
from pathlib import Path

import jupytext
import numpy as np
import pytest
from classroom.assignment import exercise_of
from logitlab import softmax
from logitlab.checks import check, exercises

EXERCISES = exercises().of_sheet("bugs_that_shipped")
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


def penalised(z, history, w):
    return np.where(np.isin(np.arange(len(z)), history), np.where(z < 0, z * w, z / w), z)


def greedy_below(limit):
    def next_token(z, T, u):
        if limit > T:
            return int(np.argmax(z))
        return int(np.searchsorted(np.cumsum(softmax(z / T)), u, side="right"))

    return next_token


def none_at_zero(probs, p):
    order = np.argsort(-probs)
    keep = np.zeros(len(probs), bool)
    keep[order] = np.cumsum(probs[order]) - probs[order] < p
    return keep


def first_id_kept(probs, p):
    keep = none_at_zero(probs, p)
    keep[0] = True
    return keep


def T_ignored(z, T, u):
    q = np.eye(len(z))[np.argmax(z)] if T == 0 else softmax(z)
    return int(np.searchsorted(np.cumsum(q), u, side="right"))


def noise_left_out(probs, noise):
    scores = np.zeros(len(probs))
    scores[noise > 0] = probs[noise > 0] / noise[noise > 0]
    return int(np.argmax(scores))


def or_for_none(asked, file, server, use_file=False):
    return [
        a or (f if use_file else None) or s for a, f, s in zip(asked, file, server, strict=True)
    ]


def log_probs_divided(z, tokens, old, T):
    return np.exp(np.log(softmax(z))[np.arange(len(tokens)), tokens] / T - old)


@pytest.mark.parametrize("seed", [None, 5, 2026])
@pytest.mark.parametrize(
    ("exercise", "answer", "expected"),
    [
        ("B.3", first_id_kept, "first_id_kept"),
        ("B.7", none_at_zero, "zero_keeps_none"),
        ("B.8", greedy_below(0.1), "greedy_above_zero"),
        ("B.8", greedy_below(1e-4), "greedy_above_zero"),
        ("B.8", T_ignored, "T_lost"),
        ("B.9", lambda q, e: int(np.argmax((q + 1e-9) / (e + 1e-9))), "impossible_raised"),
        ("B.9", lambda q, e: int(np.argmax(q / np.maximum(e, 1e-3))), "shifted"),
        ("B.9", noise_left_out, "zero_noise_loses"),
        ("B.1", lambda z, h, w, n: penalised(z, h[len(h) - n :], w), "negative_start"),
        ("B.1", lambda z, h, w, n: penalised(z, h[:n], w), "first_n"),
        ("B.11", or_for_none, "zero_lost"),
        ("B.13", log_probs_divided, "log_probs_divided"),
    ],
)
def test_mends_that_leave_an_edge_are_told_so(exercise, answer, expected, seed, diagnosis):
    assert diagnosis(exercise, answer, seed) == expected


def test_there_are_ten_or_more_and_each_has_other_wrong_mends():
    assert len(EXERCISES) >= 10
    assert [exercise.id for exercise in EXERCISES] == list(SHIPPED)
    for exercise in EXERCISES:
        assert exercise.mistakes[0].id == "as_shipped"
        assert len(exercise.mistakes) >= 5


def test_a_greedy_draft_that_is_judged_as_one_is_right_too():
    """Certain of its token, it is kept with p; else p without it."""

    def one_hot_draft(p, q, t, u, v):
        x = int(np.argmax(q))
        if u < p[x]:
            return x
        rest = np.where(np.arange(len(p)) == x, 0, p)
        return int(np.searchsorted(np.cumsum(rest / rest.sum()), v, side="right"))

    check("B.14", one_hot_draft)
