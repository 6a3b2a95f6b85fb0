"""The dress rehearsal and the made-up class: every mark is known beforehand."""

from dataclasses import replace

import pytest
from classroom import example
from classroom.__main__ import main
from classroom.grade import grade
from classroom.rehearse import rehearse, table
from classroom.sandbox import Limits
from handed_in import COURSE, SHEET, grades
from logitlab.checks import exercises

pytestmark = pytest.mark.needs("bubblewrap")  # without it every submission takes seconds


def test_every_known_answer_gets_its_mark():
    results = rehearse(COURSE, jobs=2)
    assert [r for r in results if not r.as_expected] == []
    assert {r.exercise for r in results} >= exercises().keys()
    assert {r.expected for r in results} == {"right", "wrong", "not attempted", "to mark"}
    assert list(table(results)) == [f"{len(results)} answers, none marked otherwise than expected"]
    spoilt = replace(results[0], got="wrong")
    line, last = table([spoilt, *results[1:]])
    assert line.endswith("wrong, EXPECTED right")
    assert last.endswith("1 marked otherwise than expected")


def test_the_made_up_class(tmp_path):
    class_, out = tmp_path / "class", tmp_path / "out"
    assert main(["example", str(class_), "--course", str(COURSE)]) == 0
    assert main(["example", str(class_), "--course", str(COURSE)]) == 1, "never over something"
    limits = Limits(seconds=3, total_seconds=20)
    assert grade(class_, out, course=COURSE, jobs=2, limits=limits) == 0
    marks = grades(out)
    assert list(marks) == ["Ada Okafor", "Ben Sato", "Chloé Martin", "Dana Levi", "Emil Novak"]
    statuses = {name: {e: s for e, (_, s) in m.items()} for name, m in marks.items()}
    assert set(statuses["Ada Okafor"].values()) == {"right", "to mark"}
    assert statuses["Ben Sato"]["1.4"] == statuses["Ben Sato"]["1.7"] == "wrong"
    assert statuses["Ben Sato"]["1.10"] == "wrong"
    assert statuses["Chloé Martin"]["1.3"] == "right", "with a helper in a cell of its own"
    assert statuses["Chloé Martin"]["1.7"] == "not attempted"
    assert statuses["Dana Levi"]["1.7"] == "wrong"
    assert statuses["Dana Levi"]["1.9"] == "stopped"
    assert statuses["Dana Levi"]["1.11"] == "right"
    assert set(statuses["Emil Novak"].values()) == {"unreadable"}
    summary = (out / "summary.html").read_text("utf-8")
    assert "half a notebook" in summary
    assert "checks changed or deleted" in summary
    assert len(list((out / "feedback").rglob(f"{example.SHEET}.html"))) == 5
    assert example.SHEET == SHEET
