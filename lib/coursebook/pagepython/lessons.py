"""
Which cells of a lesson can be tried in its page, and which cells above each of them needs.

A cell can be tried when it, and all that it needs, imports nothing but NumPy, the standard library,
Matplotlib and the library's arithmetic. Cells with explorers or the real model stay as they are.
"""

import ast
import builtins
from dataclasses import dataclass, field

import logitlab

from coursebook.pagepython.wasm import STDLIB

ARITHMETIC = {"distributions", "processors", "information", "distillation", "experiments", "tokens"}
# Of logitlab.data, what wasm.COURSE has the files for.
CARRIED = {"STORY", "digits", "recorded_runs", "recorded_students"}
DRAWING = {"matplotlib", "matplotlib.pyplot"}  # and logitlab.plots, which imports them


@dataclass
class Cell:
    """
    A code cell of a lesson.

    Attributes
    ----------
    id : str
    source : str
        Without the imports that the page cannot do.
    needs : list of str
        Ids of the cells above that define or change what it uses, in the page's order.
    draws : bool
        Whether it or a cell that it needs asks for Matplotlib.
    tried : bool
        Whether a reader can try it; another cell may only need it.
    """

    id: str
    source: str
    needs: list[str] = field(default_factory=list)
    draws: bool = False
    tried: bool = True


@dataclass
class Lesson:
    """What a page needs to let its cells be tried: `imports` are run first, `drawing` on demand."""

    imports: list[str] = field(default_factory=list)
    drawing: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass
class _Name:
    """A name of the lesson: the cells that define and change it; None where one cannot be tried."""

    cells: list[Cell] | None
    draws: bool = False
    is_random: bool = False  # a generator: to draw from it is to change it


def analyse(notebook: dict) -> Lesson:
    """The cells of a lesson that can be tried."""
    lesson, names = Lesson(), {}
    for found in notebook["cells"]:
        if found["cell_type"] != "code":
            continue
        cell = Cell(found["id"], "".join(found["source"]))
        try:
            statements = ast.parse(cell.source).body
        except SyntaxError:  # a magic; what it would define is not known to the names
            continue
        imports = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]
        forbidden = _take_imports(lesson, names, imports)
        rest = [one for one in statements if one not in imports]
        if forbidden:
            cell.source, cell.tried = ast.unparse(ast.Module(rest, [])), False
        able = not _shows_widgets(found)
        if able and rest:
            able = _follow(cell, rest, names)
        for name in forbidden | (set() if able else _stores(rest)):
            names[name] = _Name(None)
        if able and rest:
            lesson.cells.append(cell)
    return lesson


def _take_imports(lesson: Lesson, names: dict[str, _Name], imports: list) -> set[str]:
    """Note imports that the page can do; the names of the others."""
    forbidden = set()
    for statement in imports:
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            draws = _kind(statement, alias.name)
            if draws is None:
                forbidden.add(name)
                continue
            single = type(statement)(names=[alias], **_origin(statement))
            text = ast.unparse(single)
            target = lesson.drawing if draws else lesson.imports
            if text not in target:
                target.append(text)
            names[name] = _Name([], draws=draws)
    return forbidden


def _origin(statement: ast.Import | ast.ImportFrom) -> dict:
    if isinstance(statement, ast.Import):
        return {}
    return {"module": statement.module, "level": statement.level}


def _kind(statement: ast.Import | ast.ImportFrom, name: str) -> bool | None:
    """Whether an import asks for Matplotlib; None if the page cannot do it."""
    module = name if isinstance(statement, ast.Import) else statement.module or ""
    top = module.partition(".")[0]
    if top == "matplotlib":
        return True
    if top in STDLIB:
        return False
    if top != "logitlab" or isinstance(statement, ast.Import):
        return None
    home = module
    if module in ("logitlab", "logitlab.data"):
        if name in CARRIED:
            return False
        if name == "plots":
            return True
        home = getattr(getattr(logitlab, name, None), "__module__", "")
    return False if home.removeprefix("logitlab.").partition(".")[0] in ARITHMETIC else None


def _follow(cell: Cell, statements: list[ast.stmt], names: dict[str, _Name]) -> bool:
    """Note what a cell needs and what it defines; False if it cannot be tried."""
    defined: set[str] = set()
    needed: dict[str, Cell] = {}
    changed: set[str] = set()
    for statement in statements:
        stores = _stores([statement])
        bound = stores if isinstance(statement, ast.For | ast.With) else set()
        for name in sorted(_loads(statement) - defined - bound):
            if name not in names:
                if not hasattr(builtins, name) and name != "display":
                    return False
                continue
            known = names[name]
            if known.cells is None:
                return False
            needed |= {one.id: one for one in known.cells}
            cell.draws |= known.draws
            if known.is_random:
                changed.add(name)
        changed |= _mutated(statement) - defined
        defined |= stores
    for one in needed.values():
        cell.draws |= one.draws
        cell.needs += [id_ for id_ in (*one.needs, one.id) if id_ not in cell.needs]
    for name in changed & names.keys():
        names[name].cells.append(cell)
    for statement in statements:
        for name in _stores([statement]):
            names[name] = _Name([cell], is_random="default_rng" in ast.unparse(statement))
    return True


def _loads(statement: ast.stmt) -> set[str]:
    """Names that a statement reads, without those of a function or a comprehension."""
    found, local = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.comprehension):
            local |= {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
        elif isinstance(node, ast.FunctionDef | ast.Lambda):
            body = node.body if isinstance(node.body, list) else []
            local |= {
                one.id
                for part in body
                for one in ast.walk(part)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    if isinstance(statement, ast.FunctionDef):
        local.add(statement.name)
    return found - local


def _stores(statements: list[ast.stmt]) -> set[str]:
    """Names that statements bind at the top of the module."""
    found = set()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.add(statement.name)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
    return found


def _mutated(statement: ast.stmt) -> set[str]:
    """Names whose value a statement changes in place."""
    found = set()
    for node in ast.walk(statement):
        target = None
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            target = node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            target = function.value if isinstance(function, ast.Attribute) else None
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found


def _shows_widgets(cell: dict) -> bool:
    mime = "application/vnd.jupyter.widget-view+json"
    return any(mime in output.get("data", {}) for output in cell.get("outputs", []))
