"""
Small changes to each reference solution must be refused; those that are not are argued here.

Operators, comparisons, axes, constants, neighbouring functions, dropped statements: one at a time,
each judged as grading does, on the lesson's probes and on others.
"""

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

# What survives gives a right answer all the same. Each with its reason, by (exercise, change).
_RANGE = "the search starts wider or narrower, and still encloses every temperature asked for"
_STEPS = "one halving more or fewer changes T by less than the tolerance"
_TABLE = "the products change, the best pair and its probability do not"
_LENGTHS = "both lists have ten entries"
_AXIS = "the last axis is the default"
_TIE = "what happens when the sum hits p exactly is the learner's choice, and explained"
_NINE = "nine tokens hold 0.9 at T = 4 and at T = 6, too; no sum is exactly 0.9"
_SORTED = "the ten logits happen to be sorted, and the fifth stands in the middle"
_THREE = "three tokens are fewer than either number"
_FLAT = "any nearly flat row of 20 or more will do"
_STEEP = "any row that falls or rises steeply will do"
_WHOLE = "35 to a whole number, either way"
_SIZES = (
    "sizes = tuple((int((np.cumsum(softmax(logits / T)) {} 0.9).sum()) + 1 for T in (0.5, {})))"
)
_ROOT = "the 20th root hides a change of 2 % in what is left over, to three decimals"
_FIVE = "the 5's odds are 3e-9 and its term does not show in the result"
_FIVES = [
    "left = others - odds_of_8_to_3 - (0.15 / 0.4) ** 20 -> "
    f"left = others - odds_of_8_to_3 {changed}"
    for changed in (
        "+ (0.15 / 0.4) ** 20",
        "- (0.15 / 0.4) ** 21",
        "- (0.15 / 0.4) ** 19",
        "- (0.15 / 0.8) ** 20",
        "- (0.075 / 0.4) ** 20",
        "- (0.15 * 0.4) ** 20",
        "- (0.15 // 0.4) ** 20",
    )
]
_DEFAULTS = "the check passes tau and alpha itself: a function without defaults is right too"


def _defaults(name):
    """Changes of the defaults that the sheet gives."""
    head = f"def {name}(student_logits, teacher_logits, labels, "
    old = "tau=3.0, alpha=0.7):"
    others = ("tau=6.0, alpha=0.7):", "tau=1.5, alpha=0.7):", "tau=3.0, alpha=1.4):")
    return [f"{head}{old} -> {head}{new}" for new in (*others, "tau=3.0, alpha=0.35):")]


_NEGATIVE = "any seen token with a negative logit shows the bug"
_SEED = "another sample, and as many draws or nearly: the mean is the same within the tolerance"
_WARNS = "NumPy warns of the zero and gives inf all the same"
_WIDER = "a wider or finer search finds the same temperature"
_DRAWS = "draws = np.random.default_rng(0).multinomial(50, np.full(10, 0.1), 1000)"
_GRID = "grid = np.geomspace(0.1, 10, 1000)"
_QUIET = "with np.errstate(divide='ignore'): -> with np.errstate():"
_WRITTEN = "every place is written afterwards"
_EITHER = "the sheet leaves an exact tie to the learner, but for B.3"
SURVIVORS: dict[tuple[str, str], str] = {
    (
        "1.2",
        "gap = logits[0] / 0.5 - logits[-1] / 0.5 -> gap = logits[0] / 0.5 - logits[-1] // 0.5",
    ): "-1.0 / 0.5 is a whole number",
    (
        "1.7",
        "return np.searchsorted(edges / edges[-1], u, side='right') -> "
        "return np.searchsorted(edges * edges[-1], u, side='right')",
    ): "falling off the end in the last place is an accepted convention, and explained",
    ("1.9", "low, high = (0.001, 1000.0) -> low, high = (0.002, 1000.0)"): _RANGE,
    ("1.9", "low, high = (0.001, 1000.0) -> low, high = (0.0005, 1000.0)"): _RANGE,
    ("1.9", "low, high = (0.001, 1000.0) -> low, high = (0.001, 2000.0)"): _RANGE,
    ("1.9", "low, high = (0.001, 1000.0) -> low, high = (0.001, 500.0)"): _RANGE,
    ("1.9", "for _ in range(60): -> for _ in range(61):"): _STEPS,
    ("1.9", "for _ in range(60): -> for _ in range(59):"): _STEPS,
    (
        "1.9",
        "if -(p * np.log2(p)).sum() < bits: -> if -(p * np.log2(p)).sum() <= bits:",
    ): "differs only where the middle hits the target exactly, and is the answer then",
    (
        "1.10",
        "step1 = {'nice': 0.5, 'dog': 0.4} -> step1 = {'nice': 0.25, 'dog': 0.4}",
    ): _TABLE,
    (
        "1.10",
        "step2 = {'nice': 0.4, 'dog': 0.9} -> step2 = {'nice': 0.2, 'dog': 0.9}",
    ): _TABLE,
    (
        "1.11",
        "computed = dict(zip(tokens, softmax(logits).round(2).tolist(), strict=True)) -> "
        "computed = dict(zip(tokens, softmax(logits).round(2).tolist()))",
    ): _LENGTHS,
    (
        "1.11",
        "computed = dict(zip(tokens, softmax(logits).round(2).tolist(), strict=True)) -> "
        "computed = dict(zip(tokens, softmax(logits).round(2).tolist(), strict=False))",
    ): _LENGTHS,
    ("2.2", _SIZES.format("<", 5) + " -> " + _SIZES.format("<", 6)): _NINE,
    ("2.2", _SIZES.format("<", 5) + " -> " + _SIZES.format("<", 4)): _NINE,
    ("2.2", _SIZES.format("<", 5) + " -> " + _SIZES.format("<=", 5)): _NINE,
    (
        "2.5",
        "removed = np.cumsum(probs[order]) <= 1 - p -> removed = np.cumsum(probs[order]) < 1 - p",
    ): _TIE,
    ("2.6", "order = np.argsort(-probs, axis=-1) -> order = np.argsort(-probs)"): _AXIS,
    (
        "2.6",
        "ranked = np.take_along_axis(probs, order, axis=-1) -> "
        "ranked = np.take_along_axis(probs, order)",
    ): _AXIS,
    (
        "2.6",
        "stays = np.cumsum(ranked, axis=-1) - ranked < p -> "
        "stays = np.cumsum(ranked, axis=-1) - ranked <= p",
    ): _TIE,
    (
        "2.6",
        "keep = np.zeros(probs.shape, bool) -> keep = np.ones(probs.shape, bool)",
    ): _WRITTEN,
    (
        "2.8",
        "p_then_k = min(nucleus_size(warm, 0.5), 5) -> p_then_k = min(nucleus_size(warm, 0.5), 6)",
    ): _THREE,
    (
        "2.8",
        "p_then_k = min(nucleus_size(warm, 0.5), 5) -> p_then_k = min(nucleus_size(warm, 0.5), 4)",
    ): _THREE,
    (
        "2.8",
        "five = np.where(warm >= np.sort(warm)[-5], warm, 0) -> "
        "five = np.where(warm >= np.sort(warm)[+5], warm, 0)",
    ): _SORTED,
    (
        "2.8",
        "five = np.where(warm >= np.sort(warm)[-5], warm, 0) -> "
        "five = np.where(warm >= np.flip(warm)[-5], warm, 0)",
    ): _SORTED,
    (
        "3.5",
        "if k < 1: -> if k < 0:",
    ): "k = 0 then keeps every token, a negative k is refused: accepted, and explained",
    (
        "3.7",
        "thresholds = np.sort(logits, axis=-1)[..., -k, None] -> "
        "thresholds = np.sort(logits)[..., -k, None]",
    ): _AXIS,
    **{
        ("3.10", f"return np.linspace(0.0, -60.0, 30) -> return np.linspace({other})"): _STEEP
        for other in (
            "0.5, -60.0, 30",
            "0.0, +60.0, 30",
            "0.0, -60.0, 31",
            "0.0, -60.0, 29",
            "0.0, -120.0, 30",
            "0.0, -30.0, 30",
        )
    },
    **{
        ("3.10", f"return np.linspace(0.1, 0.0, 100) -> return np.linspace({other})"): _FLAT
        for other in (
            "0.2, 0.0, 100",
            "0.05, 0.0, 100",
            "0.1, 0.5, 100",
            "0.1, 0.0, 101",
            "0.1, 0.0, 99",
        )
    },
    **{
        (
            "3.11",
            "times = softmax(zipf[:50] / 2)[0] / p_top -> "
            f"times = softmax(zipf[:{n}] / 2)[0] {sign} p_top",
        ): _WHOLE
        for n, sign in ((50, "//"), (51, "/"), (49, "/"))
    },
    ("6.3", "weights = np.exp(z - z.max()) -> weights = np.exp(z - z.min())"): (
        "any constant may be subtracted: it cancels, and the probes ask for no logit that overflows"
    ),
    ("6.4", "others = 0.01 / 0.99 -> others = 0.01 * 0.99"): _ROOT,
    (
        "6.4",
        "left = others - odds_of_8_to_3 - (0.15 / 0.4) ** 20 -> "
        "left = others + odds_of_8_to_3 - (0.15 / 0.4) ** 20",
    ): _ROOT,
    (
        "6.11",
        "called_three = counts[:, 3].sum() - counts[3, 3] -> "
        "called_three = counts[::-1, 3].sum() - counts[3, 3]",
    ): "a sum is the same from the other end",
    **{("6.4", change): _FIVE for change in _FIVES},
    **{("6.6", change): _DEFAULTS for change in _defaults("distillation_loss")},
    **{("6.7", change): _DEFAULTS for change in _defaults("loss_gradient")},
    (
        "4.3",
        "pushed = np.where(logits < 0, logits * theta, logits / theta) -> "
        "pushed = np.where(logits <= 0, logits * theta, logits / theta)",
    ): "0 times theta is 0 divided by theta",
    (
        "4.5",
        "return {'logits': [2.2, -0.6], 'history': [1]} -> "
        "return {'logits': [2.2, -0.3], 'history': [1]}",
    ): _NEGATIVE,
    (
        "4.5",
        "return {'logits': [2.2, -0.6], 'history': [1]} -> "
        "return {'logits': [4.4, -0.6], 'history': [1]}",
    ): _NEGATIVE,
    (
        "4.5",
        "return {'logits': [2.2, -0.6], 'history': [1]} -> "
        "return {'logits': [2.2, -1.2], 'history': [1]}",
    ): _NEGATIVE,
    (
        "4.5",
        "return {'logits': [2.2, -0.6], 'history': [1]} -> "
        "return {'logits': [1.1, -0.6], 'history': [1]}",
    ): _NEGATIVE,
    (
        "4.10",
        "for p in range(1, len(ids) // 2 + 1): -> for p in range(0, len(ids) // 2 + 1):",
    ): "with p = 0 all ids are compared with none; only an empty text has these equal, and gets 0",
    (
        "4.10",
        "for p in range(1, len(ids) // 2 + 1): -> for p in range(1, len(ids) // 1 + 1):",
    ): "beyond half the text the two slices differ in length, so they are not equal",
    ("5.2", f"{_DRAWS} -> {_DRAWS.replace('1000', '1001')}"): _SEED,
    ("5.2", f"{_DRAWS} -> {_DRAWS.replace('1000', '999')}"): _SEED,
    ("5.2", f"{_DRAWS} -> {_DRAWS.replace('rng(0)', 'rng(1)')}"): _SEED,
    (
        "5.2",
        f"{_DRAWS} -> {_DRAWS.replace('full(10', 'full(11')}",
    ): "multinomial leaves nothing for an eleventh token",
    (
        "5.2",
        "safe = np.where(f > 0, f, 1) -> safe = np.where(f > 0, f, 2)",
    ): "what stands in for a zero is multiplied by that zero",
    ("5.3", _QUIET): _WARNS,
    ("5.9", _QUIET): _WARNS,
    ("5.10", _QUIET): _WARNS,
    ("5.11", f"{_GRID} -> {_GRID.replace('0.1', '0.05')}"): _WIDER,
    ("5.11", f"{_GRID} -> {_GRID.replace('10,', '11,')}"): _WIDER,
    ("5.11", f"{_GRID} -> {_GRID.replace('1000', '1001')}"): _WIDER,
    ("5.11", f"{_GRID} -> {_GRID.replace('1000', '999')}"): _WIDER,
    **{
        (f"B.{n}", f"{old} -> {old.replace('< 0', '<= 0')}"): "a logit of 0 is 0 either way"
        for n, old in (
            (1, "out[token] = seen * penalty if seen < 0 else seen / penalty"),
            (4, "out[seen] = np.where(z < 0, z * penalty, z / penalty)"),
            (12, "out[token] = seen * penalty if seen < 0 else seen / penalty"),
        )
    },
    **{
        (f"B.{n}", f"keep = np.zeros({shape}, bool) -> keep = np.ones({shape}, bool)"): _WRITTEN
        for n, shape in (
            (3, "len(probs)"),
            (7, "len(probs)"),
            (8, "len(probs)"),
            (11, "probs.shape"),
        )
    },
    (
        "B.2",
        "keep = running - probs[order] < p -> keep = running - probs[order] <= p",
    ): _EITHER,
    **{
        (
            f"B.{n}",
            "keep[order] = running > 1 - p -> keep[order] = running >= 1 - p",
        ): _EITHER
        for n in (7, 8)
    },
    (
        "B.6",
        "last = min((running < mass).sum(), len(probs) - 1) -> "
        "last = min((running <= mass).sum(), len(probs) - 1)",
    ): _EITHER,
    (
        "B.6",
        "surprisal = -np.log(probs) -> surprisal = -np.log2(probs)",
    ): "another unit for every surprisal: the order of the distances is the same",
    (
        "B.6",
        "surprisal = -np.log(probs) -> surprisal = +np.log(probs)",
    ): "the distance from the mean is taken without its sign",
    **{
        (
            "B.9",
            "return int(np.searchsorted(running, u, side='right')) -> "
            f"return int(np.searchsorted(running, u{side}))",
        ): "a u that lies exactly on an edge does not come up"
        for side in ("", ", side='left'")
    },
    ("B.11", "order = np.argsort(-probs, axis=-1) -> order = np.argsort(-probs)"): _AXIS,
    (
        "B.11",
        "falling = np.take_along_axis(probs, order, axis=-1) -> "
        "falling = np.take_along_axis(probs, order)",
    ): _AXIS,
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
    before = ast.unparse(tree).splitlines()
    for i, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            made = copy.deepcopy(tree)
            change(list(ast.walk(made))[i])
            text = ast.unparse(ast.fix_missing_locations(made))
            after = text.splitlines()
            if after == before:
                continue
            first = next(j for j, line in enumerate(before) if after[j] != line)
            yield text, f"{before[first].strip()} -> {after[first].strip()}"


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
    marking._Run._judge(SimpleNamespace(seed=0, unsolved=()), exercise_id, answer)


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
    argued = {change for number, change in SURVIVORS if number == exercise}
    assert alive == argued


def test_the_mutants_are_many():
    answers = [source for cells in sheets().values() for i, source in cells if "ex-" in i]
    assert sum(len(list(mutants(source))) for source in answers) > 10 * len(answers)
