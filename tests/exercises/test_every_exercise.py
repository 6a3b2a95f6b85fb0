"""Every exercise of every lesson: wrong answers under their own name, right ones pass."""

from pathlib import Path

import pytest
from logitlab.checks import check, exercises

CHECKS = Path(__file__).parents[2] / "lib" / "logitlab" / "checks"
WRONG = [
    pytest.param(exercise.id, mistake, id=f"{exercise.id}-{mistake}")
    for exercise in exercises().values()
    for mistake in exercise.wrong_answers()
]
RIGHT = [
    pytest.param(exercise.id, name, id=f"{exercise.id}-{name}")
    for exercise in exercises().values()
    for name in exercise.right_answers()
]


@pytest.mark.parametrize(("exercise", "mistake"), WRONG)
def test_every_form_of_a_mistake_is_told_apart_from_all_others(exercise, mistake, diagnosis):
    for form in exercises()[exercise].wrong_answers()[mistake]:
        assert diagnosis(exercise, form) == mistake


@pytest.mark.parametrize(("exercise", "mistake"), WRONG)
def test_so_it_is_on_the_probes_of_grading(exercise, mistake, diagnosis):
    form = exercises()[exercise].wrong_answers()[mistake][0]
    assert diagnosis(exercise, form, seed=2026) == mistake


@pytest.mark.parametrize("seed", [None, 2026])
@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_answers_pass(exercise, name, seed, capsys):
    check(exercise, exercises()[exercise].right_answers()[name], seed=seed)
    out = capsys.readouterr().out
    assert out.startswith(f"{exercise} ") and out.count("\n") == 1


@pytest.mark.parametrize("module", sorted(CHECKS.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_of_the_checks_is_read_in_one_sitting(module):
    assert len(module.read_text("utf-8").splitlines()) <= 250
