"""
Our side of an exercise sheet: which cells a learner fills in, which cells check them, for how much.

Read from ``solutions/*.py``: all that grading needs.
"""

import ast
import builtins
import hashlib
import json
import re
import symtable
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from classroom import ClassroomError, build, sheet
from classroom.sheet import NUMBER, exercise_of


@dataclass(frozen=True)
class Item:
    """
    One cell of ours, in the order of the notebook.

    Attributes
    ----------
    id : str
        Cell id; for answers and checks nbgrader's grade id.
    kind : str
        "given" (runs as we wrote it), "answer" (the learner's), "check" (runs here, not in the
        sandbox), "open" (a text for the teacher to mark) or "text" (ours, to read).
    source : str
        Ours. Of an answer, what is handed out; of an open question, the model answer with its
        rubric.
    solution : str
        Our own answer.
    binds : tuple of str
        Names that an answer is expected to define.
    locked : bool
        Of a given cell: whether learners are to leave it alone, as the setup.
    points : float
    exercise : str
        Such as "1.4".
    title : str
    core : bool
        Of a marked cell: whether its exercise stands above the sheet's further ones.
    """

    id: str
    kind: str
    source: str = ""
    binds: tuple[str, ...] = ()
    locked: bool = False
    points: float = 0.0
    exercise: str = ""
    title: str = ""
    solution: str = ""
    core: bool = True


@dataclass(frozen=True)
class Assignment:
    """An exercise sheet: its name, such as ``01_temperature``, its title and its cells."""

    name: str
    title: str
    items: tuple[Item, ...]

    @property
    def marked(self) -> list[Item]:
        """The cells that points are given for."""
        return [item for item in self.items if item.kind in ("check", "open")]

    @cached_property
    def digest(self) -> str:
        """Changes with anything that marks depend on, but the learner's answers."""
        text = json.dumps([asdict(s) for s in self.items if s.kind != "text"], sort_keys=True)
        return hashlib.sha256((text + _code_digest()).encode()).hexdigest()

    def answers_for(self, check: Item) -> list[str]:
        """Ids of the answer cells between the check before and this one."""
        ids: list[str] = []
        for item in self.items:
            if item is check:
                return ids
            if item.kind == "answer":
                ids.append(item.id)
            elif item.kind in ("check", "open"):
                ids = []
        raise ValueError(f"{check.id!r} is no check of {self.name}")


class AssignmentError(ClassroomError):
    """A sheet of ours that cannot be graded as it is written."""


def read(source: Path) -> Assignment:
    """
    Read one sheet.

    Raises
    ------
    AssignmentError
        If two cells share an id.
    """
    notebook = build.read(source)
    items, heading, told = [], "", sheet.headings(notebook.cells)
    solved, handed_out = build.teacher_version(notebook), build.student_version(notebook)
    for cell, answer, stub in zip(notebook.cells, solved.cells, handed_out.cells, strict=True):
        heading = _heading(cell, heading)
        if item := _item(cell, heading):
            if item.kind == "answer":
                item = replace(item, source=stub.source, solution=answer.source)
            if item.exercise in told:
                item = replace(item, core=told[item.exercise].core)
            items.append(item)
    title = next((h for h in (_heading(c, "") for c in notebook.cells) if h), source.stem)
    ids = [item.id for item in items]
    if doubled := {i for i in ids if ids.count(i) > 1}:
        raise AssignmentError(f"{source}: two cells have the id {min(doubled)!r}")
    return Assignment(source.stem, title, tuple(items))


def read_all(course: Path) -> dict[str, Assignment]:
    """
    Every sheet of the course in `course`, by name.

    Raises
    ------
    AssignmentError
        If there is none.
    """
    sources = sorted((course / "solutions").glob("*.py"))
    if not sources:
        raise AssignmentError(f"no exercises in {course / 'solutions'}: give the course's folder")
    return {source.stem: read(source) for source in sources}


def catalogue(course: Path) -> dict:
    """
    What the sheets say of each exercise that has a check: the content of ``checks/sheets.json``.

    By sheet: its number, and by exercise ``title``, ``points``, ``minutes``, ``core`` (or not),
    ``answer`` (what the check looks at) and ``builds_on`` (exercises whose answers the solution
    uses).

    Raises
    ------
    AssignmentError
        If a checked exercise has no heading with points and minutes.
    """
    return {name: _told(course / "solutions" / f"{name}.py") for name in read_all(course)}


def catalogue_text(course: Path) -> str:
    """The catalogue as JSON, one line an exercise."""
    sheets = []
    for name, told in catalogue(course).items():
        lines = [f"  {json.dumps(i)}: {json.dumps(t)}" for i, t in told["exercises"].items()]
        head = f' {json.dumps(name)}: {{"number": {json.dumps(told["number"])}, "exercises": {{'
        sheets.append(head + "\n" + ",\n".join(lines) + "\n }}")
    return "{\n" + ",\n".join(sheets) + "\n}\n"


def _told(source: Path) -> dict:
    notebook, items = build.read(source), read(source).items
    headings = {number: t._asdict() for number, t in sheet.headings(notebook.cells).items()}
    written = {cell.id: cell.source for cell in notebook.cells}
    defined: dict[str, str] = {}  # the functions of the sheet so far, and their exercises
    told = {}
    for item in items:
        if item.kind == "answer":
            used = {defined[name] for name in _globals_read(written[item.id]) if name in defined}
            headings[item.exercise]["builds_on"] = sorted(used - {item.exercise}, key=_order)
            functions = [n.name for n in ast.parse(written[item.id]).body if hasattr(n, "args")]
            defined |= dict.fromkeys(functions, item.exercise)
        elif item.kind == "check":
            if item.exercise not in headings:
                raise AssignmentError(f"{source}: no heading with points for {item.exercise!r}")
            told[item.exercise] = headings[item.exercise] | {"answer": checked(item.source)}
    return {"number": next(iter(told)).split(".")[0], "exercises": told}


def _order(exercise: str) -> int:
    return int(exercise.split(".")[1])


def checked(source: str) -> str:
    """What a check looks at: ``top_k``, or ``(total, gap)``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
            return ast.unparse(node.args[1])
    raise AssignmentError(f"no call of check in {source!r}")


def _globals_read(source: str) -> set[str]:
    """Names that a cell, or a function in it, takes from outside."""
    tables = [symtable.symtable(source, "cell", "exec")]
    names = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        names |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return names


def names_read(source: str) -> set[str]:
    """Names that a cell reads and does not bind itself, builtins left out."""
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    return {name.id for name in names} - bound - set(dir(builtins))


def names_bound(source: str) -> tuple[str, ...]:
    """Global names that a cell defines."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return tuple(sorted(s.get_name() for s in symbols if s.is_assigned() or s.is_imported()))


def _item(cell, heading: str) -> Item | None:
    grader = cell.metadata.get("nbgrader", {})
    worth = float(grader.get("points", 0)) if grader.get("grade") else 0.0
    marked = {"points": worth, "exercise": exercise_of(cell.id), "title": _title(heading)}
    if cell.cell_type == "markdown":
        if grader.get("grade") and grader.get("solution"):
            return Item(cell.id, "open", cell.source, **marked)
        number = re.match(rf"{NUMBER}\.\d+", heading)
        return Item(cell.id, "text", cell.source, exercise=number[0] if number else "")
    if cell.cell_type != "code" or "skip-execution" in cell.metadata.get("tags", []):
        return None
    if grader.get("solution"):
        binds = names_bound(cell.source)
        return Item(cell.id, "answer", binds=binds, exercise=exercise_of(cell.id))
    if grader.get("grade"):
        return Item(cell.id, "check", cell.source, **marked)
    return Item(cell.id, "given", cell.source, locked=bool(grader.get("locked")))


def _heading(cell, before: str) -> str:
    """The first heading of a text cell, or the one before."""
    if cell.cell_type != "markdown":
        return before
    found = re.search(r"^#{1,3} +(.+)$", cell.source, re.MULTILINE)
    return found[1].strip() if found else before


def _title(heading: str) -> str:
    """A heading without its number and code marks."""
    return re.sub(rf"^{NUMBER}\.[\d.]*\s+", "", heading).replace("`", "")


@cache
def _code_digest() -> str:
    """Digest of the code that decides on marks: the library with its checks, and ours."""
    import logitlab

    here = Path(__file__).parent
    files = sorted(Path(logitlab.__file__).parent.rglob("*.py"))
    names = "duties", "marking", "runner", "sandbox", "wasm", "wasm_inside", "wire"
    files += [here / f"{name}.py" for name in names]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
