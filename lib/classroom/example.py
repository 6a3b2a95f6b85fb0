"""
``python -m classroom example``: writes what a made-up class of five handed in, to try grading on.

One did everything, one made well-known mistakes, one stopped half-way, one tried to cheat and wrote
a loop that never ends, and one uploaded half a file.
"""

import copy
import json
from pathlib import Path

from classroom import ClassroomError, build

SHEET = "01_temperature"

MISTAKES = {
    "ex-1-4": """
def softmax_with_temperature(logits, temperature=1.0):
    return softmax(logits * temperature)
""",
    "ex-1-7": """
def softmax_rows(logits, temperature=1.0):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    return weights / weights.sum()
""",
    "ex-1-10": 'first_word = "nice"\nprobability = 0.5 * 0.4\n',
    "ex-1-12": "Temperature makes answers random, so 0.7 is creative and T = 0 is correct.",
}
SOLVED = {
    "ex-1-12": "Every logit is divided by the same positive T, so the largest stays the largest. "
    "But at 0.7 a token is drawn by its probability, and at 0 the largest is simply taken. "
    "Neither is more correct: if the model's favourite is wrong, T = 0 is wrong every time.",
}
HALF_WAY = {
    "ex-1-3": """
def softmax(logits):
    return normalised(np.exp(logits - logits.max()))
""",
    "ex-1-4": """
def softmax_with_temperature(logits, temperature=1.0):
    print("T is", temperature)
    return softmax(logits) / temperature
""",
}
HELPER = "def normalised(weights):\n    return weights / weights.sum()\n"
CHEATS = {
    "ex-1-12": "T = 0 is always right, because it takes the most likely answer.",
    "ex-1-7": """
np.allclose = np.isclose = np.array_equal = lambda *args, **kwargs: True

def softmax_rows(logits, temperature=1.0):
    return logits
""",
    "ex-1-9": """
def find_temperature(logits, bits):
    T = 1.0
    while entropy_of(logits, T) != bits:
        T *= 0.99
    return T

def entropy_of(logits, T):
    p = softmax_with_temperature(logits, T)
    return -(p * np.log2(p)).sum()
""",
}


def add_command(commands) -> None:
    """Add ``example`` to the command line."""
    parser = commands.add_parser("example", help="write a made-up class of five, to try grading on")
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    write(options.folder, options.course)
    return 0


def write(folder: Path, course: Path = Path()) -> None:
    """
    Write the five submissions, as ``student/01_temperature.ipynb``.

    Raises
    ------
    ClassroomError
        If the folder is not empty, or the course has no such sheet.
    """
    source = course / "solutions" / f"{SHEET}.py"
    if not source.exists():
        raise ClassroomError(f"no {source}: give the course's folder")
    if folder.exists() and any(folder.iterdir()):
        raise ClassroomError(f"{folder} is not empty")
    notebook = build.read(source)
    solved, stub = build.teacher_version(notebook), build.student_version(notebook)
    half = _with(stub, HALF_WAY | {f"ex-1-{n}": _source(solved, f"ex-1-{n}") for n in (1, 2)})
    half.cells.insert(_place(half, "ex-1-3"), _cell(half, HELPER))
    cheat = _with(solved, CHEATS)
    for cell in cheat.cells:
        if cell.id.startswith("check-"):
            cell.source = "print('right')"
    for student, text in {
        "Ada Okafor": json.dumps(_with(solved, SOLVED)),
        "Ben Sato": json.dumps(_with(solved, MISTAKES)),
        "Chloé Martin": json.dumps(half),
        "Dana Levi": json.dumps(cheat),
        "Emil Novak": json.dumps(solved)[:12_000],
    }.items():
        path = folder / student / f"{SHEET}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")


def _with(notebook, sources: dict[str, str]):
    notebook = copy.deepcopy(notebook)
    for name, source in sources.items():
        notebook.cells[_place(notebook, name)].source = source.strip("\n")
    return notebook


def _place(notebook, name: str) -> int:
    return next(i for i, cell in enumerate(notebook.cells) if cell.id == name)


def _source(notebook, name: str) -> str:
    return notebook.cells[_place(notebook, name)].source


def _cell(notebook, source: str):
    """A code cell without nbgrader's metadata, as a learner adds one."""
    cell = copy.deepcopy(next(c for c in notebook.cells if c.cell_type == "code"))
    cell.id, cell.source, cell.metadata = "own", source.strip("\n"), {}
    return cell
