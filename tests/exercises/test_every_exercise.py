"""Every exercise of every lesson: wrong answers under their own name, right ones pass."""

import ast
import copy
from pathlib import Path

import jupytext
import numpy as np
import pytest
from logitlab import distributions
from logitlab.checks import CheckFailed, check, exercises

ROOT = Path(__file__).parents[2]
STEMS = sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))
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


# --- Mutants of the published solutions: a small change must not pass.

SWAPS = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{
        ast.Lt: ast.GtE,
        ast.LtE: ast.Gt,
        ast.Gt: ast.LtE,
        ast.GtE: ast.Lt,
        ast.Eq: ast.NotEq,
        ast.USub: ast.UAdd,
    },
}
NAMES = {"max": "min", "argmax": "argmin", "exp": "exp2", "log2": "log", "cumsum": "sort"}


def solutions(stem) -> str:
    notebook = jupytext.read(ROOT / "solutions" / f"{stem}.py")
    return "\n".join(
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("solution")
        and cell.source.startswith("def ")
    )


def mutants(tree: ast.FunctionDef):
    """What was changed, and a copy of the function with that one small change."""
    for i, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            mutant = copy.deepcopy(tree)
            text = change(list(ast.walk(mutant))[i])
            yield (tree.name, text), mutant


def changes(node):
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        yield lambda n: (setattr(n, "op", SWAPS[type(n.op)]()), f"{ast.unparse(n)}")[1]
    if isinstance(node, ast.UnaryOp) and type(node.op) in SWAPS:
        yield lambda n: (setattr(n, "op", SWAPS[type(n.op)]()), f"{ast.unparse(n)}")[1]
    if isinstance(node, ast.Compare):
        yield lambda n: (setattr(n, "ops", [SWAPS[type(n.ops[0])]()]), f"{ast.unparse(n)}")[1]
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield lambda n: (setattr(n, "attr", NAMES[n.attr]), f"{ast.unparse(n)}")[1]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value == "right":
            yield lambda n: (setattr(n, "value", "left"), "left")[1]
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: (setattr(n, "value", not n.value), f"{ast.unparse(n)}")[1]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda n: (setattr(n, "value", n.value + 1), f"{ast.unparse(n)}")[1]
        if node.value:
            yield lambda n: (setattr(n, "value", n.value / 2), f"{ast.unparse(n)}")[1]


# Changes that leave a right answer right.
EQUIVALENT = {
    # Where the search starts and how long it goes on; and the last edge is 1 but for rounding, on
    # which the check remarks without taking points.
    "01_temperature": {
        *(("find_temperature", text) for text in ("0.0005", "500.0", "1001.0", "61")),
        ("sample_inverse_cdf", "edges * edges[-1]"),
    },
    "02_top_p": set(),
    "03_top_k": {("top_k_any", "0.5")},  # k is a whole number, so k < 0.5 is k < 1
    "04_repetition_penalty": set(),
    # A wider or finer search finds the same temperature.
    "05_entropy": {("fit_temperature", text) for text in ("0.05", "11", "1001")},
    "06_distillation": {("soft_targets", "z.min")},  # any constant may be subtracted
    # A sign that the absolute value takes away; and a u that lies exactly on an edge.
    "bugs_that_shipped": {("typical", "+np.log(probs)"), ("next_token", "left")},
}
NUMBERS_ARE_FREE = {"logits_where", "example_for"}  # many answers to 3.10 and 4.5, also near ones


@pytest.mark.parametrize("stem", STEMS)
def test_mutants_of_the_solutions_are_refused(stem, checked):
    tree = ast.parse(solutions(stem))
    names = {e.answer: e.id for e in checked(stem)}
    survivors, count = set(), 0
    for function in tree.body:
        for change, mutant in mutants(function):
            module = ast.Module([m if m.name != function.name else mutant for m in tree.body], [])
            scope = {"np": np, "softmax": distributions.softmax}
            exec(compile(ast.fix_missing_locations(module), "<mutant>", "exec"), scope)
            count += 1
            try:
                check(names[function.name], scope[function.name])
                survivors.add(change)
            except CheckFailed:
                pass
    assert count > 30
    free = {(name, text) for name, text in survivors if name in NUMBERS_ARE_FREE}
    assert not any("stricter" in text for _, text in free), "its one decision was turned round"
    assert survivors - free == EQUIVALENT[stem]
