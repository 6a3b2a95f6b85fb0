"""Small changes to published solutions: an answer that is one change off must not pass."""

import ast
import copy
from pathlib import Path

import jupytext
import numpy as np
from logitlab.checks import CheckFailed, check, exercises

ROOT = Path(__file__).parents[2]
SWAPS = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.Lt: ast.GtE, ast.Gt: ast.LtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.USub: ast.UAdd},
}
NAMES = {"max": "min", "argmax": "argmin", "exp": "exp2", "log2": "log", "cumsum": "sort"}


def solutions(stem: str) -> str:
    """The functions that a learner writes in one set of exercises."""
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


def survivors(stem: str, **names) -> tuple[set, int]:
    """The mutants that pass their check, and how many there were; `names` are what cells import."""
    tree = ast.parse(solutions(stem))
    lesson = f"{int(stem[:2])}."
    ids = {e.title: e.id for e in exercises().values() if e.id.startswith(lesson)}
    passed, count = set(), 0
    for function in tree.body:
        for change, mutant in mutants(function):
            module = ast.Module([m if m.name != function.name else mutant for m in tree.body], [])
            scope = {"np": np, **names}
            exec(compile(ast.fix_missing_locations(module), "<mutant>", "exec"), scope)
            count += 1
            try:
                check(ids[function.name], scope[function.name])
                passed.add(change)
            except CheckFailed:
                pass
    return passed, count
