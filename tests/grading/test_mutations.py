"""
Small changes to each reference solution must be refused; those that are not are argued here.

Operators, comparisons, axes, constants, neighbouring functions, dropped statements: one at a time,
each judged as grading does, on the lesson's probes and on others.
"""

# ruff: noqa: E501  (a change is read best in one line)

import ast
import contextlib
import copy
import io
import warnings
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from classroom import build, marking
from handed_in import COURSE
from logitlab.checks import exercises

# What survives gives a right answer all the same: by exercise and reason, the smallest expression
# that changed, before and after. Edits elsewhere in the answer leave these alone.
SURVIVORS: dict[str, dict[str, list[str]]] = {
    "1.2": {
        "-1.0 / 0.5 is a whole number": [
            "logits[-1] / 0.5 -> logits[-1] // 0.5",
        ],
    },
    "1.5": {
        "falling off the end in the last place is an accepted convention, and explained": [
            "edges / edges[-1] -> edges * edges[-1]",
        ],
    },
    "1.9": {
        "the search starts wider or narrower, and still encloses every temperature asked for": [
            "(0.001, 1000.0) -> (0.0005, 1000.0)",
            "(0.001, 1000.0) -> (0.001, 2000.0)",
            "(0.001, 1000.0) -> (0.001, 500.0)",
            "(0.001, 1000.0) -> (0.002, 1000.0)",
        ],
        "one halving more or fewer changes T by less than the tolerance": [
            "range(60) -> range(59)",
            "range(60) -> range(61)",
        ],
        "differs only where the middle hits the target exactly, and is the answer then": [
            "-(p * np.log2(p)).sum() < bits -> -(p * np.log2(p)).sum() <= bits",
        ],
    },
    "1.10": {
        "the products change, the best pair and its probability do not": [
            "{'nice': 0.4, 'dog': 0.9} -> {'nice': 0.2, 'dog': 0.9}",
            "{'nice': 0.5, 'dog': 0.4} -> {'nice': 0.25, 'dog': 0.4}",
        ],
    },
    "1.11": {
        "both lists have ten entries": [
            "zip(tokens, softmax(logits).round(2).tolist(), strict=True) -> zip(tokens, softmax(logits).round(2).tolist())",
            "zip(tokens, softmax(logits).round(2).tolist(), strict=True) -> zip(tokens, softmax(logits).round(2).tolist(), strict=False)",
        ],
    },
    "2.6": {
        "the last axis is the default": [
            "np.argsort(-probs, axis=-1) -> np.argsort(-probs)",
            "np.take_along_axis(probs, order, axis=-1) -> np.take_along_axis(probs, order)",
        ],
        "what happens when the sum hits p exactly is the learner's choice, and explained": [
            "np.cumsum(ranked, axis=-1) - ranked < p -> np.cumsum(ranked, axis=-1) - ranked <= p",
        ],
        "every place is written afterwards": [
            "np.zeros -> np.ones",
        ],
    },
    "3.6": {
        "k = 0 then keeps every token, a negative k is refused: accepted, and explained": [
            "k < 1 -> k < 0",
        ],
    },
    "3.7": {
        "the last axis is the default": [
            "np.sort(logits, axis=-1) -> np.sort(logits)",
        ],
    },
    "3.8": {
        "no sum is exactly 0.3 or 0.5": [
            "np.cumsum(five) < 0.3 -> np.cumsum(five) <= 0.3",
            "np.cumsum(five) < 0.5 -> np.cumsum(five) <= 0.5",
            "np.cumsum(warm) < 0.3 -> np.cumsum(warm) <= 0.3",
            "np.cumsum(warm) < 0.5 -> np.cumsum(warm) <= 0.5",
        ],
        "three tokens are fewer than either number": [
            "min(np.sum(np.cumsum(warm) < 0.5) + 1, 5) -> min(np.sum(np.cumsum(warm) < 0.5) + 1, 4)",
            "min(np.sum(np.cumsum(warm) < 0.5) + 1, 5) -> min(np.sum(np.cumsum(warm) < 0.5) + 1, 6)",
        ],
    },
    "3.9": {
        "any row that falls or rises steeply will do": [
            "-60.0 -> +60.0",
            "np.linspace(0.0, -60.0, 30) -> np.linspace(0.0, -120.0, 30)",
            "np.linspace(0.0, -60.0, 30) -> np.linspace(0.0, -30.0, 30)",
            "np.linspace(0.0, -60.0, 30) -> np.linspace(0.0, -60.0, 29)",
            "np.linspace(0.0, -60.0, 30) -> np.linspace(0.0, -60.0, 31)",
            "np.linspace(0.0, -60.0, 30) -> np.linspace(0.5, -60.0, 30)",
        ],
        "any nearly flat row of 20 or more will do": [
            "np.linspace(0.1, 0.0, 100) -> np.linspace(0.05, 0.0, 100)",
            "np.linspace(0.1, 0.0, 100) -> np.linspace(0.1, 0.0, 101)",
            "np.linspace(0.1, 0.0, 100) -> np.linspace(0.1, 0.0, 99)",
            "np.linspace(0.1, 0.0, 100) -> np.linspace(0.1, 0.5, 100)",
            "np.linspace(0.1, 0.0, 100) -> np.linspace(0.2, 0.0, 100)",
        ],
    },
    "3.10": {
        "35 to a whole number, either way": [
            ":50 -> :49",
            ":50 -> :51",
            "softmax(zipf[:50] / 2)[0] / p_top -> softmax(zipf[:50] / 2)[0] // p_top",
        ],
    },
    "4.2": {
        "0 times theta is 0 divided by theta": [
            "logits < 0 -> logits <= 0",
        ],
    },
    "4.3": {
        "any seen token with a negative logit shows the bug": [
            "[2.2, -0.6] -> [1.1, -0.6]",
            "[2.2, -0.6] -> [2.2, -0.3]",
            "[2.2, -0.6] -> [2.2, -1.2]",
            "[2.2, -0.6] -> [4.4, -0.6]",
        ],
    },
    "4.5": {
        "with p = 0 all ids are compared with none; only an empty text has these equal, and gets 0": [
            "range(1, len(ids) // 2 + 1) -> range(0, len(ids) // 2 + 1)",
        ],
        "beyond half the text the two slices differ in length, so they are not equal": [
            "len(ids) // 2 -> len(ids) // 1",
        ],
    },
    "4.12": {
        "a token that prolongs nothing has length 0 in the array, whatever n begins with below that": [
            "0 -> -1",
        ],
        "lengths may be numbers with a point": [
            "np.zeros(len(logits), dtype=int) -> np.zeros(len(logits))",
        ],
    },
    "5.9": {
        "NumPy warns of the zero and gives inf all the same": [
            "np.errstate(divide='ignore') -> np.errstate()",
        ],
    },
    "5.7": {
        "NumPy warns of the zero and gives inf all the same": [
            "np.errstate(divide='ignore') -> np.errstate()",
        ],
    },
    "5.8": {
        "a wider or finer search finds the same temperature": [
            "np.geomspace(0.1, 10, 1000) -> np.geomspace(0.05, 10, 1000)",
            "np.geomspace(0.1, 10, 1000) -> np.geomspace(0.1, 10, 1001)",
            "np.geomspace(0.1, 10, 1000) -> np.geomspace(0.1, 10, 999)",
            "np.geomspace(0.1, 10, 1000) -> np.geomspace(0.1, 11, 1000)",
        ],
    },
    "6.2": {
        "any constant may be subtracted: it cancels, and the probes ask for no logit that overflows": [
            "z.max -> z.min",
        ],
    },
    "6.5": {
        "a u or a v that lies exactly on an edge does not come up": [
            "u < p[drafted] / q[drafted] -> u <= p[drafted] / q[drafted]",
            "np.searchsorted(running, v, side='right') -> np.searchsorted(running, v)",
            "np.searchsorted(running, v, side='right') -> np.searchsorted(running, v, side='left')",
        ],
    },
    "6.7": {
        "the 20th root hides a change of 2 % in what is left over, to three decimals": [
            "0.01 / 0.99 -> 0.01 * 0.99",
            "others - odds_of_8_to_3 -> others + odds_of_8_to_3",
        ],
        "the 5's odds are 3e-9 and its term does not show in the result": [
            "(0.15 / 0.4) ** 20 -> (0.15 / 0.4) ** 19",
            "(0.15 / 0.4) ** 20 -> (0.15 / 0.4) ** 21",
            "0.15 / 0.4 -> 0.075 / 0.4",
            "0.15 / 0.4 -> 0.15 * 0.4",
            "0.15 / 0.4 -> 0.15 / 0.8",
            "0.15 / 0.4 -> 0.15 // 0.4",
            "others - odds_of_8_to_3 - (0.15 / 0.4) ** 20 -> others - odds_of_8_to_3 + (0.15 / 0.4) ** 20",
        ],
    },
    "6.12": {
        "a sum is the same from the other end": [
            ": -> ::-1",
        ],
    },
    "B.1": {
        "a logit of 0 is 0 either way": [
            "z < 0 -> z <= 0",
        ],
    },
    "B.2": {
        "the sheet leaves an exact tie to the learner, but for B.3": [
            "running - probs[order] < p -> running - probs[order] <= p",
        ],
    },
    "B.3": {
        "every place is written afterwards": [
            "np.zeros -> np.ones",
        ],
    },
    "B.5": {
        "the distance from the mean is taken without its sign": [
            "-np.log(probs) -> +np.log(probs)",
        ],
        "another unit for every surprisal: the order of the distances is the same": [
            "np.log -> np.log2",
        ],
        "the sheet leaves an exact tie to the learner, but for B.3": [
            "running < mass -> running <= mass",
        ],
    },
    "B.6": {
        "the sheet leaves an exact tie to the learner, but for B.3": [
            "running > 1 - p -> running >= 1 - p",
        ],
        "every place is written afterwards": [
            "np.zeros -> np.ones",
        ],
    },
    "B.7": {
        "the sheet leaves an exact tie to the learner, but for B.3": [
            "running > 1 - p -> running >= 1 - p",
        ],
        "every place is written afterwards": [
            "np.zeros -> np.ones",
        ],
    },
    "B.8": {
        "a u that lies exactly on an edge does not come up": [
            "np.searchsorted(running, u, side='right') -> np.searchsorted(running, u)",
            "np.searchsorted(running, u, side='right') -> np.searchsorted(running, u, side='left')",
        ],
    },
    "B.10": {
        "the last axis is the default": [
            "np.argsort(-probs, axis=-1) -> np.argsort(-probs)",
            "np.take_along_axis(probs, order, axis=-1) -> np.take_along_axis(probs, order)",
        ],
        "every place is written afterwards": [
            "np.zeros -> np.ones",
        ],
    },
    "B.11": {
        "the three rows are of one length": [
            "zip(asked, file, server, strict=True) -> zip(asked, file, server)",
            "zip(asked, file, server, strict=True) -> zip(asked, file, server, strict=False)",
        ],
    },
    "B.12": {
        "of two axes the second is the last": [
            "-1 -> +1",
        ],
    },
}

SWAPS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
NAMES = {
    "max": ["min"],
    "min": ["max"],
    "argmax": ["argmin"],
    "sum": ["mean"],
    "cumsum": ["sort"],
    "exp": ["exp2", "expm1"],
    "log2": ["log"],
    "log": ["log2"],
    "sort": ["flip"],
    "argsort": ["sort"],
    "sqrt": ["square"],
    "zeros": ["ones"],
    "random": ["standard_normal"],
}
CONSTANTS = {"right": ["left"], "left": ["right"], True: [False], False: [True]}


def changes(node):
    """Functions that each change a node of this kind a little, in place."""
    if isinstance(node, ast.BinOp | ast.BoolOp):
        return [lambda n, o=o: setattr(n, "op", o()) for o in SWAPS.get(type(node.op), [])]
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return [lambda n, o=o: setattr(n, "ops", [o()]) for o in SWAPS.get(type(node.ops[0]), [])]
    if isinstance(node, ast.Attribute):
        return [lambda n, a=a: setattr(n, "attr", a) for a in NAMES.get(node.attr, [])]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return [lambda n, a=a: setattr(n, "id", a) for a in NAMES.get(node.id, [])]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [lambda n: setattr(n, "op", ast.UAdd())]
    if isinstance(node, ast.Constant):
        return [lambda n, v=v: setattr(n, "value", v) for v in other_constants(node.value)]
    if isinstance(node, ast.Call) and node.keywords:
        return [lambda n, i=i: n.keywords.pop(i) for i in range(len(node.keywords))]
    if isinstance(node, ast.Slice) and node.step is None:
        return [lambda n: setattr(n, "step", ast.UnaryOp(ast.USub(), ast.Constant(1)))]
    if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If):
        places = [(f, i) for f in ("body", "orelse") for i in range(len(getattr(node, f, [])))]
        return [lambda n, p=p: dropped(getattr(n, p[0]), p[1]) for p in places]
    return []


def other_constants(value):
    """Values next to this one."""
    if isinstance(value, bool | str):
        return CONSTANTS.get(value, [])
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value * 2, value / 2] if value else [0.5]
    return []


def dropped(statements, i):
    """Replace a statement by ``pass``; a docstring stays."""
    if not isinstance(statements[i], ast.Expr | ast.Pass):
        statements[i] = ast.Pass()


def mutants(source):
    """The source with one small change at a time, and the change in words."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    for i, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            made = copy.deepcopy(tree)
            change(list(ast.walk(made))[i])
            text = ast.unparse(ast.fix_missing_locations(made))
            if text != before:
                yield text, words(tree, node, made)


def words(tree, node, made) -> str:
    """The change in words: the smallest expression that shows it, before and after."""
    above = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    shown = node
    if isinstance(node, ast.Constant):  # a number alone says little
        shown = above[node]
        while isinstance(shown, ast.keyword | ast.UnaryOp | ast.Starred):
            shown = above[shown]
        shown = shown if isinstance(shown, ast.expr) else node
    place = next(i for i, other in enumerate(ast.walk(tree)) if other is shown)
    old, new = (ast.unparse(t).splitlines() for t in (shown, list(ast.walk(made))[place]))
    first = next(i for i, line in enumerate(old) if new[i] != line)
    return f"{old[first].strip()} -> {new[first].strip()}"


@cache
def sheets():
    """Cells of each sheet's solution, in order: (grade id, source)."""
    found = {}
    for path in sorted((COURSE / "solutions").glob("*.py")):
        notebook = build.teacher_version(build.read(path))
        cells = [c for c in notebook.cells if c.cell_type == "code"]
        cells = [c for c in cells if "skip-execution" not in c.metadata.get("tags", [])]
        found[path.stem] = [(c.id, c.source) for c in cells]
    return found


def judged(exercise_id, answer, **_):
    exercises()[exercise_id].judge(answer)
    marking._Run._judge_hidden(SimpleNamespace(seed=0), exercise_id, answer)


def survives(sheet, cell_id, source, check_id) -> bool:
    """Whether the sheet with this cell changed passes the cell's check."""
    names: dict = {"__name__": "mutant"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, original in sheets()[sheet]:
            if name == check_id:
                try:
                    exec(original, {**names, "check": judged})
                except Exception:
                    return False
                return True
            if not name.startswith("check-"):
                try:
                    with np.errstate(all="ignore"):
                        exec(source if name == cell_id else original, names)
                except Exception:
                    if name == cell_id:
                        return False
                    raise
    raise AssertionError(f"no {check_id} after {cell_id}")


ANSWERS = [
    pytest.param(sheet, cell_id, id=cell_id)
    for sheet, cells in sheets().items()
    for cell_id, _ in cells
    if cell_id.startswith("ex-")
]


@pytest.mark.parametrize(("sheet", "cell_id"), ANSWERS)
def test_a_small_change_is_refused_or_argued(sheet, cell_id):
    check_id = cell_id.replace("ex-", "check-")
    exercise = cell_id.removeprefix("ex-").replace("-", ".")
    source = dict(sheets()[sheet])[cell_id]
    assert survives(sheet, cell_id, source, check_id)
    alive = {change for text, change in mutants(source) if survives(sheet, cell_id, text, check_id)}
    argued = [change for changes in SURVIVORS.get(exercise, {}).values() for change in changes]
    assert alive == set(argued)


def test_the_mutants_are_many():
    answers = [source for cells in sheets().values() for i, source in cells if "ex-" in i]
    assert sum(len(list(mutants(source))) for source in answers) > 10 * len(answers)
