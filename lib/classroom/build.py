"""
Builds the notebooks from their sources, so that the same sources give the same bytes.

``notebooks/*.py``  -> ``notebooks/*.ipynb``: executed, with widget state.
``solutions/*.py``  -> ``solutions/*.ipynb``: executed, answers shown;
                       ``exercises/*.ipynb``: answers replaced by stubs, as nbgrader does;
                       the numbers that README.md and the checks take from the sheets.
"""

import base64
import copy
import hashlib
import json
import os
import re
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path

from classroom import ClassroomError, lesson, sheet, slides, widget_state

KINDS = ("lessons", "solutions", "exercises")
FOLDER = {"lessons": "notebooks", "solutions": "solutions", "exercises": "exercises"}
SOURCE = {"lessons": "notebooks", "solutions": "solutions", "exercises": "solutions"}
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)
CELL_TIMEOUT = 300  # seconds
NAMED = 5  # of the places where a notebook is stale, how many are named


class BuildError(ClassroomError):
    """A source that cannot be built, and why."""


def add_command(commands) -> None:
    """Add ``build`` to the command line."""
    parser = commands.add_parser("build", help="build the notebooks from their sources")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"{', '.join(KINDS)}, or a notebook such as 01_temperature; all by default",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name what is stale and exit with 1 if anything is",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: 0 when all is built (or up to date), 1 when something is not."""
    jobs = plan(options.root, options.names)
    gone = orphans(options.root, options.names) if options.check else []
    stale = {path: ["its source is gone"] for path in gone}
    for target, make in [
        *told(options.root),
        *((target, partial(build, source, kind)) for source, kind, target in jobs),
    ]:
        stored = target.read_bytes().decode(errors="replace") if target.exists() else ""
        text, name = make(), target.relative_to(options.root)
        found = differences(stored, text)
        if not options.check:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
            print(f"{'built' if found else 'as before:'} {name}")
        elif found:
            stale[target] = found
    for path, found in stale.items():
        print(f"stale: {path.relative_to(options.root)} (run: python -m classroom build)")
        print(*(f"  {place}" for place in found[:NAMED]), sep="\n")
        if len(found) > NAMED:
            print(f"  and in {len(found) - NAMED} more places")
    return 1 if stale else 0


def differences(stored: str, fresh: str) -> list[str]:
    """
    Where two texts of a built file differ, a line for each place; none for the same bytes.

    Nothing is rounded away: training and every matrix product of the lessons are in float64, which
    leaves processors some 1e-13 apart, and what is shown or saved has far fewer digits.
    """
    if stored == fresh:
        return []
    if not stored:
        return ["it was never built"]
    try:
        found = list(_unlike(json.loads(stored), json.loads(fresh)))
    except ValueError:  # a file of text, or a notebook that was damaged
        found = list(_unlike(stored, fresh))
    return found or ["the same content, written otherwise"]


def _unlike(old, new, at: str = ""):
    """The places at which two values from JSON differ, and how."""
    if type(old) is not type(new):
        yield f"{at}: {old!r:.60} is now {new!r:.60}"
    elif isinstance(old, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _unlike(old.get(key), new.get(key), f"{at} {key}".strip())
    elif isinstance(old, list) and len(old) == len(new):
        for i, pair in enumerate(zip(old, new, strict=True)):
            yield from _unlike(*pair, f"{at} {i}")
    elif old != new:
        if isinstance(old, str):  # around the first letter that differs
            same = (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
            start = max(0, next(same, min(len(old), len(new))) - 30)
            old, new = old[start : start + 60], new[start : start + 60]
        yield f"{at}: {old!r:.80} is now {new!r:.80}"


def told(root: Path) -> list[tuple[Path, Callable[[], str]]]:
    """
    The files that say again what the sheets say, each with what makes its text.

    They come before the notebooks: what a solution is checked with reads one of them.
    """
    files = {"README.md": sheet.readme, "lib/logitlab/checks/sheets.json": _catalogue}
    return [
        (root / name, partial(make, root)) for name, make in files.items() if (root / name).exists()
    ]


def _catalogue(root: Path) -> str:
    from classroom import assignment  # it reads the sheets through this module

    return assignment.catalogue_text(root)


def plan(root: Path, names=()) -> list[tuple[Path, str, Path]]:
    """
    What there is to build: (source, kind, target).

    Parameters
    ----------
    root : Path
        The project's folder.
    names : sequence of str
        Kinds and stems; empty means everything.

    Raises
    ------
    BuildError
        If a name is neither a kind nor the stem of a source.
    """
    kinds = [kind for kind in KINDS if kind in names] or list(KINDS)
    stems = [name for name in names if name not in KINDS]
    jobs = [
        (source, kind, root / FOLDER[kind] / f"{source.stem}.ipynb")
        for kind in kinds
        for source in sorted((root / SOURCE[kind]).glob("*.py"))
    ]
    known = sorted({source.stem for source, _, _ in jobs})
    if unknown := [stem for stem in stems if stem not in known]:
        raise BuildError(
            f"nothing to build is called {unknown[0]!r}; there is: {', '.join([*KINDS, *known])}"
        )
    return [job for job in jobs if not stems or job[0].stem in stems]


def orphans(root: Path, names=()) -> list[Path]:
    """Built notebooks whose source is gone."""
    if names:
        return []
    targets = {target for _, _, target in plan(root)}
    built = (path for kind in KINDS for path in sorted((root / FOLDER[kind]).glob("*.ipynb")))
    return [path for path in built if path not in targets]


def build(source: Path, kind: str) -> str:
    """
    The text of one notebook.

    Raises
    ------
    BuildError
        If a cell raises or writes to stderr, if an output would differ in the next build, if a
        widget is dead without a kernel, or if solution markers do not pair up.
    """
    notebook = read(source)
    try:
        if kind == "exercises":
            return _text(student_version(notebook))
        if kind == "solutions":
            notebook = teacher_version(notebook)
        execute(notebook, source.parent)
        if kind == "lessons":
            slides.tag(notebook)
        widget_state.stabilise(notebook, source.stem)
        if problems := widget_state.lint(notebook):
            raise BuildError("\n".join(problems))
        return _text(notebook)
    except BuildError as error:
        raise BuildError(f"{source}: {error}") from None


def read(source: Path):
    """
    A py:percent source as a notebook with stable cell ids and none of jupytext's metadata.

    A heading begins a cell, also where the source has it inside one. An exercise's points come
    from its heading, and so do the sums that a text asks for.
    """
    from nbformat.v4 import new_notebook

    notebook = new_notebook(cells=lesson.cells(source))
    _count(notebook.cells, source)
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
        },
    }
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        if "hide-input" in cell.metadata.get("tags", ()):  # JupyterLab's word for the book's tag
            cell.metadata["jupyter"] = {"source_hidden": True}
        # an id made of the text stays when cells are inserted before it
        name = _grader(cell).get("grade_id") or hashlib.md5(cell.source.encode()).hexdigest()[:8]
        if cell.cell_type == "markdown" and (told := sheet.headings([cell])):
            name = sheet.anchor(next(iter(told))).removeprefix("cell-id=")
        seen[name] = seen.get(name, 0) + 1
        cell["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
    return notebook


def _count(cells, source: Path) -> None:
    """Give each marked cell its points, and each text the sums that it asks for."""
    try:
        found = sheet.headings(cells)
        for cell in cells:
            grader = _grader(cell)
            if grader.get("grade") and "points" not in grader:
                number = sheet.exercise_of(grader["grade_id"])
                if number not in found:
                    raise BuildError(f"no heading gives exercise {number} its points and minutes")
                grader["points"] = found[number].points
        if source.parent.name == SOURCE["solutions"]:
            sheet.fill_sheet(cells)
        else:
            sheet.fill_lesson(cells, source)
            sheet.link_exercises(cells, source)
    except ClassroomError as error:
        raise BuildError(f"{source}: {error}") from None


def student_version(notebook):
    """
    The notebook to hand out: stubs for answers, locked checks, nbgrader's checksums.

    Cell by cell what nbgrader's preprocessors LockCells, ClearSolutions, ClearHiddenTests and
    ComputeChecksums make of it.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        grader = _grader(cell)
        if not grader:
            continue
        if grader["solution"]:
            stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
            source = replace_region(cell.source, "SOLUTION", stub)
            cell.source = "\n".join(stub) if source == cell.source else source
        cell.source = replace_region(cell.source, "HIDDEN TESTS")
        cell.metadata["deletable"] = False
        if _locked(grader):
            cell.metadata["editable"] = False
        grader["cell_type"] = cell.cell_type
        grader["checksum"] = checksum(cell)
    return notebook


def teacher_version(notebook):
    """The notebook with the answers: no markers, answers folded in the book, checks compared."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        grader = _grader(cell)
        if not grader:
            continue
        cell.source = replace_region(cell.source, "HIDDEN TESTS")
        marker = r"^\s*### (BEGIN|END) SOLUTION\s*$"
        cell.source = re.sub(marker + r"\n?", "", cell.source, flags=re.MULTILINE).rstrip("\n")
        if cell.cell_type != "code":
            continue
        if grader["solution"]:
            _tag(cell, "hide-input")
        elif grader["grade"]:
            _tag(cell, "nbval-check-output")
    return notebook


def replace_region(source: str, name: str, replacement=()) -> str:
    """
    Source with every region between ``BEGIN name`` and ``END name`` replaced.

    Parameters
    ----------
    source : str
    name : str
        ``"SOLUTION"`` or ``"HIDDEN TESTS"``.
    replacement : sequence of str
        Lines, indented as the opening marker is.

    Raises
    ------
    BuildError
        If the markers do not pair up.
    """
    lines, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {name}" in line:
            if inside:
                raise BuildError(f"BEGIN {name} inside another one")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + text for text in replacement]
        elif f"END {name}" in line:
            if not inside:
                raise BuildError(f"END {name} without its BEGIN")
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise BuildError(f"BEGIN {name} without its END")
    return "\n".join(lines)


def checksum(cell) -> str:
    """nbgrader's checksum of a cell (schema version 3)."""
    grader = _grader(cell)
    parts = [
        cell.source,
        cell.cell_type,
        str(bool(grader["grade"])),
        str(bool(grader["solution"])),
        str(_locked(grader)),
        grader["grade_id"],
    ]
    if grader["grade"]:
        parts.append(str(float(grader["points"])))
    return hashlib.md5("".join(parts).encode()).hexdigest()


def execute(notebook, folder: Path) -> None:
    """
    Run a notebook in place, in `folder`, in this environment's Python.

    Cells tagged ``skip-execution`` are left alone.
    """
    import matplotlib.font_manager  # noqa: F401  (builds its cache here, not on a cell's stderr)
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    client = NotebookClient(
        notebook,
        kernel_manager_class=_this_python(),
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,  # how a print is cut into messages is a matter of timing
        store_widget_state=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=_environment())
    except (CellExecutionError, CellTimeoutError) as error:
        raise BuildError(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()) from None
    notebook.metadata["language_info"].pop("version", None)
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            _settle(output, number)


def _this_python():
    """A kernel manager that runs the Python of the build, whatever "python3" means elsewhere."""
    from ipykernel import kernelspec
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(AsyncKernelManager):
        kernel_spec = KernelSpec(resource_dir=kernelspec.RESOURCES, **kernelspec.get_kernel_dict())

    return ThisPython


def _environment() -> dict[str, str]:
    """What could make two machines' outputs differ is set; the rest is the caller's."""
    import matplotlib

    return {
        **os.environ,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(Path(matplotlib.get_data_path()) / "matplotlibrc"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "default",
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        "COLUMNS": "100",
    }


def _settle(output, number: int) -> None:
    """Refuse an output that would differ in the next build, and strip what may."""
    if output.output_type == "stream" and output.name == "stderr":
        raise BuildError(f"cell {number} writes to stderr: {output.text.strip()}")
    data = output.get("data", {})
    text = "".join([output.get("text", ""), str(data.get("text/plain", ""))])
    if address := re.search(r"<[^<>]* at 0x[0-9a-f]{6,}>", text):
        raise BuildError(f"cell {number} shows a memory address: {address.group()}")
    if "image/png" in data:
        png = base64.b64decode(data["image/png"])
        data["image/png"] = base64.b64encode(_without_text(png)).decode()
    if "image/svg+xml" in data:
        raise BuildError(f"cell {number} shows an SVG, whose ids are random: show a PNG")


def _without_text(png: bytes) -> bytes:
    """A PNG without its notes on software and date."""
    kept, at = [png[:8]], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunk = png[at : at + 12 + length]
        if chunk[4:8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            kept.append(chunk)
        at += len(chunk)
    return b"".join(kept)


def _grader(cell) -> dict:
    return cell.metadata.get("nbgrader", {})


def _locked(grader) -> bool:
    """Whether a learner must leave the cell as it is."""
    return not grader["solution"] and bool(grader["grade"] or grader["locked"])


def _tag(cell, tag: str) -> None:
    tags = cell.metadata.setdefault("tags", [])
    if tag not in tags:
        tags.append(tag)


def _text(notebook) -> str:
    import nbformat

    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
