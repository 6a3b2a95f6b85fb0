"""Building notebooks: the same bytes each time, fatal errors, nbgrader's metadata, nbval."""

import hashlib
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import kernels
import nbformat
import pytest
from classroom import build, lesson, sheet, widget_state
from classroom.__main__ import main
from classroom.sheet import NUMBER

ROOT = Path(__file__).parents[2]
JOBS = build.plan(ROOT)
STEMS = sorted({source.stem for source, kind, _ in JOBS if kind == "solutions"})
CHECK = re.compile(rf"^({NUMBER}\.\d+) .* \((\d+) points?\)$")

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""
LIVE = """\
# %%
import ipywidgets as w
import matplotlib.pyplot as plt
from IPython.display import display

unshown = w.IntSlider()
a, b = w.FloatSlider(description="T"), w.FloatSlider(description="same")
link = w.jslink((a, "value"), (b, "value"))
display(w.VBox([a, b]))

# %%
plt.plot([1, 2])
plt.show()
print("done")
"""


@pytest.fixture
def project(tmp_path):
    """Writes a lesson and gives the function that builds it."""
    (tmp_path / "notebooks").mkdir()

    def make(*cells):
        source = tmp_path / "notebooks" / "09_test.py"
        source.write_text(HEADER + "\n".join(cells), encoding="utf-8")
        return build.build(source, "lessons")

    return make


def test_a_lesson_is_built_the_same_twice(project):
    first = project(LIVE)
    assert project(LIVE) == first
    notebook = json.loads(first)
    assert first.endswith("}\n") and not first.endswith("\n\n")
    assert set(notebook["metadata"]) == {"kernelspec", "language_info", "widgets"}
    assert "version" not in notebook["metadata"]["language_info"]
    assert all("execution" not in cell["metadata"] for cell in notebook["cells"])
    shown = notebook["cells"][0]["outputs"][0]["data"][widget_state.VIEW]["model_id"]
    assert shown == hashlib.md5(b"09_test:0").hexdigest()
    kept = [m["model_name"] for m in widget_state._models(notebook).values()]
    assert kept.count("FloatSliderModel") == 2 and "LinkModel" in kept
    assert "IntSliderModel" not in kept, "a widget that nothing shows is not saved"
    assert "Matplotlib" not in first and "image/png" in first


def test_ids_of_cells_stay_when_a_cell_is_inserted(project):
    before = json.loads(project("# %%\n1\n", "# %%\n2\n", "# %%\n2\n"))["cells"]
    after = json.loads(project("# %%\n0\n", "# %%\n1\n", "# %%\n2\n", "# %%\n2\n"))["cells"]
    assert [cell["id"] for cell in after[1:]] == [cell["id"] for cell in before]
    assert len({cell["id"] for cell in after}) == 4


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys\nprint('careful', file=sys.stderr)", "writes to stderr: careful"),
        ("import warnings\nwarnings.warn('old')", "writes to stderr"),
        ("object()", "memory address"),
        ("import ipywidgets as w\nw.FloatSlider(description='T')", "'T' is linked to nothing"),
        (
            "import ipywidgets as w\nw.Button(description='Go')",
            "'Go' does nothing without a kernel",
        ),
        (
            "from IPython.display import display\n"
            f"display({{'{widget_state.VIEW}': {{'model_id': 'f' * 32}}}}, raw=True)",
            "state was not saved",
        ),
    ],
)
def test_what_would_be_broken_on_the_page_fails_the_build(project, cell, message):
    with pytest.raises(build.BuildError, match=message) as caught:
        project(f"# %%\n{cell}\n")
    assert "09_test.py" in str(caught.value)


def test_cells_for_the_real_model_are_not_run(project):
    notebook = json.loads(
        project('# %% tags=["skip-execution", "nbval-skip"]\n1 / 0\n', "# %%\nprint(2)\n")
    )
    assert notebook["cells"][0]["outputs"] == []
    assert notebook["cells"][1]["outputs"][0]["text"] == ["2\n"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION\n1", "without its END"),
        ("1\n### END SOLUTION", "without its BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "inside another"),
    ],
)
def test_markers_must_pair_up(source, message):
    with pytest.raises(build.BuildError, match=message):
        build.replace_region(source, "SOLUTION")


def test_a_stub_takes_the_place_and_the_indent_of_the_answer():
    source = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n\nf(1)"
    assert build.replace_region(source, "SOLUTION", build.CODE_STUB) == (
        "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\nf(1)"
    )


def test_the_command_names_what_is_stale(tmp_path, capsys):
    for folder in ("notebooks", "solutions"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01_a.py").write_text(HEADER + "# %%\nprint(1)\n")
    root = ["--root", str(tmp_path)]
    assert main(["build", *root]) == 0
    assert main(["build", "--check", *root]) == 0
    capsys.readouterr()

    (tmp_path / "solutions" / "01_a.py").write_text(HEADER + "# %%\nprint(2)\n")
    (tmp_path / "exercises" / "02_gone.ipynb").write_text("{}")
    before = (tmp_path / "solutions" / "01_a.ipynb").read_bytes()
    assert main(["build", "--check", *root]) == 1
    shown = capsys.readouterr().out
    stale = re.findall(r"^stale: (\S+)", shown, re.M)
    assert stale == ["exercises/02_gone.ipynb", "solutions/01_a.ipynb", "exercises/01_a.ipynb"]
    assert "  its source is gone\n" in shown
    assert "  cells 0 outputs 0 text 0: '1\\n' is now '2\\n'\n" in shown
    assert (tmp_path / "solutions" / "01_a.ipynb").read_bytes() == before
    assert main(["build", "--check", "lessons", *root]) == 0
    assert main(["build", "--check", "nothing", *root]) == 1
    assert "'nothing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "kind", "target"), [pytest.param(*job, id=f"{job[1]}-{job[0].stem}") for job in JOBS]
)
def test_what_is_committed_is_what_the_sources_give(source, kind, target, monkeypatch):
    """Lesson 6 trains: it is built with the matrix products of another processor."""
    if kind == "lessons" and source.stem == "06_distillation":
        other = kernels.another(kernels.probe(kernels.Setting("native")))
        monkeypatch.setattr(os, "environ", other.environment() if other else os.environ)
    assert build.differences(target.read_text(encoding="utf-8"), build.build(source, kind)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("897 test images", "896 test images"),
        ("right on new images: 98 %", "right on new images: 97 %"),
        ("this list decides nothing", "this list decides much"),
        ("goes from 28.5 to 94.3", "goes from 28.5 to 94.4"),
        ("<td>28.50</td>", "<td>28.51</td>"),
        ('"answer": 266.0', '"answer": 266.1'),
        ('"bias": 0.0', '"bias": 0'),
        ("\n  {", "\n {"),
    ],
)
def test_whatever_changes_is_named(old, new):
    stored = (ROOT / "notebooks" / "06_distillation.ipynb").read_text(encoding="utf-8")
    assert old in stored
    assert build.differences(stored, stored.replace(old, new)) != []


def test_no_built_notebook_has_lost_its_source():
    assert build.orphans(ROOT) == []


# --- Exercises and solutions.


def graded(path):
    cells = nbformat.read(path, as_version=4).cells
    return [(cell, cell.metadata.nbgrader) for cell in cells if "nbgrader" in cell.metadata]


@pytest.mark.parametrize("stem", STEMS)
def test_nbgrader_finds_the_metadata_it_needs(stem):
    cells = graded(ROOT / "exercises" / f"{stem}.ipynb")
    ids = [grader.grade_id for _, grader in cells]
    assert len(set(ids)) == len(ids)
    for cell, grader in cells:
        assert grader.schema_version == 3
        assert {"grade", "solution", "locked", "task", "cell_type", "checksum"} <= set(grader)
        assert ("points" in grader) == grader.grade
        assert grader.checksum == build.checksum(cell)
        assert cell.id == grader.grade_id
        assert cell.metadata.deletable is False
        assert cell.metadata.get("editable", True) == grader.solution
        assert "SOLUTION" not in cell.source and "HIDDEN" not in cell.source
        if grader.solution:
            stub = "NotImplementedError" if cell.cell_type == "code" else "YOUR ANSWER HERE"
            assert stub in cell.source


def test_the_checksum_is_nbgraders():
    """Computed once with nbgrader 0.9 for this cell."""
    cell = nbformat.v4.new_code_cell("check(1)")
    cell.metadata["nbgrader"] = {
        **{"grade": True, "solution": False, "locked": True, "task": False},
        **{"grade_id": "check-1", "points": 3, "schema_version": 3, "cell_type": "code"},
    }
    assert build.checksum(nbformat.from_dict(cell)) == "865f388dee4c20ca1228870029c00510"


@pytest.mark.parametrize("stem", STEMS)
def test_points_and_minutes_are_those_of_the_headings(stem, checked):
    notebook = nbformat.read(ROOT / "exercises" / f"{stem}.ipynb", as_version=4)
    told = sheet.headings(notebook.cells)
    for exercise in checked(stem):
        assert told[exercise.id] == tuple(getattr(exercise, name) for name in sheet.Told._fields)
    for cell, grader in graded(ROOT / "exercises" / f"{stem}.ipynb"):
        if grader.grade:
            number = ".".join(grader.grade_id.split("-")[1:])
            assert grader.points == told[number].points
            assert grader.solution or cell.source.startswith(f'check("{number}", ')
    core = [t for t in told.values() if t.core]
    points, minutes = sum(t.points for t in core), sum(t.minutes for t in core)
    text = notebook.cells[0].source
    assert f"{points} points" in text
    stated, *_ = re.findall(r"about (\d+) minutes", text)
    assert int(stated) % 5 == 0 and abs(int(stated) - minutes) < 3
    assert re.search(
        rf"^{sheet.in_words(len(core))} ([a-z]+ )?(exercises|faults)", text, re.M | re.I
    )


def test_points_stand_in_no_cell_of_a_source():
    for stem in STEMS:
        assert '"points"' not in (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "make"), build.told(ROOT), ids=lambda part: getattr(part, "name", "")
)
def test_what_pages_say_of_the_sheets_is_what_the_sheets_say(path, make):
    assert make() == path.read_text("utf-8")


MARKED = """\
# %% [markdown]
# # A sheet
#
# {{ Exercises }} exercises, {{ points }} points, {{ minutes }} minutes;
# {{ further_exercises }} further, {{ further_points }} points, {{ further_minutes }} minutes.

# %% [markdown]
# ## 9.1 `first`
#
# *2 points · 6 minutes · easy*

# %% nbgrader={"grade": true, "grade_id": "check-9-1", "locked": true, "solution": false}
check("9.1", first)

# %% [markdown]
# ## Further
#
# ## 9.2 `second`
#
# *3 points · 12 minutes · hard*
"""
TWICE = "# ## 9.1 `again`\n#\n# *1 point · 5 minutes · easy*\n"


@pytest.fixture
def marked(tmp_path):
    """Reads a sheet, or the lesson of one."""

    def make(text, folder="solutions"):
        path = tmp_path / folder / "09_test.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + text, encoding="utf-8")
        return build.read(path)

    return make


def test_a_heading_gives_the_cells_their_points_and_the_texts_their_sums(marked):
    cells = marked(MARKED).cells
    core, further = cells[0].source.split("\n")[-2:]
    assert core == "One exercises, 2 points, 5 minutes;"
    assert further == "one further, 3 points, 10 minutes."
    assert cells[2].metadata.nbgrader.points == 2


LESSON = """\
# %% [markdown]
# # 9 · Tests
#
# {{ path }}
#
# one two three

# %% tags=["hide-input"]
quiz([predict("9-a", "?", 1), predict("9-b", "?", 2)])

# %%
first = 1

second = explorer(goals=[Goal("9-c", "?")])

# %% [markdown]
# ## Further
#
# Take what you like.
#
# ### A part
#
# *{{ minutes }} minutes. For whoever asks.*

# %%
"""


def test_a_lesson_says_its_place_and_each_further_part_its_minutes(marked):
    """Core: 2 questions, 1 goal, 2 lines, some words: 2.67 + 0.03. The part: 24 lines."""
    marked(MARKED)
    text = LESSON + "".join(f"x{i} = {i}\n" for i in range(24))
    cells = marked(text, "notebooks").cells
    assert cells[0].source.split("\n\n")[1] == (
        "**Lesson 1 of 1.** Core: 3 minutes, and 5 for its [exercises](../exercises/09_test.ipynb)."
        " Further parts: 3 minutes, and 10 for further exercises."
    )
    assert cells[-2].source.endswith("*3 minutes. For whoever asks.*")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ path }}", "{{ minutes }}", r"\{\{ minutes \}\} must be one of path here"),
        ("what you like", "{{ minutes }}", r"\{\{ minutes \}\} must be one of path here"),
        ("{{ minutes }}", "{{ points }}", r"\{\{ points \}\} must be one of minutes here"),
        ("# # 9 · Tests", "# Tests", "must begin with its title, '# N · Title'"),
        ("# ### A part", "# ### A part\n#\n# ### A part", "two further parts are called 'A part'"),
        ("# ### A part", "# ### A part\n#\n# ## Next", "'Next' follows 'Further'"),
        ("first = 1", "first = ", r"invalid syntax in the cell 'first = "),
    ],
)
def test_a_lesson_that_cannot_be_measured_is_refused(marked, old, new, said):
    with pytest.raises(build.BuildError, match=said) as caught:
        marked(LESSON.replace(old, new), "notebooks")
    assert "09_test.py" in str(caught.value)


def test_a_lesson_that_names_exercises_links_the_heading_of_the_first(marked):
    (heading,) = (cell for cell in marked(MARKED).cells if cell.source.startswith("## 9.1"))
    assert heading.id == "exercise-9-1"
    text = LESSON.replace("one two three", "**Exercises 9.1 and 9.2 now**, or exercise 9.2.")
    link = "](../exercises/09_test.ipynb#cell-id=exercise-9-"
    said = marked(text, "notebooks").cells[0].source
    assert said.endswith(f"**[Exercises 9.1 and 9.2{link}1) now**, or [exercise 9.2{link}2).")
    with pytest.raises(
        build.BuildError, match=r"'Exercise 9\.3': 09_test\.py has no exercise 9\.3"
    ):
        marked(LESSON.replace("one two three", "Exercise 9.3."), "notebooks")


def test_all_lines_that_can_be_read_are_counted_and_no_others():
    hidden = nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["hide-input"]})
    shown = nbformat.v4.new_code_cell("x = 1\n\n# why\nplots.predict(predict('a'), Goal())")
    text = nbformat.v4.new_markdown_cell("## Two words\n\n- and four - more |")
    assert lesson.size([hidden, shown, text]) == (5, 3, 1, 1)
    assert lesson.size([hidden, shown, text]).minutes == 3  # 2.275


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ points }}", "{{ marks }}", r"\{\{ marks \}\} must be one of exercises, .*minutes"),
        ("*2 points ·", "*two points ·", r"no heading gives exercise 9\.1 its points"),
        ("## 9.1", "## 9.3", r"no heading gives exercise 9\.1 its points"),
        (
            "easy*\n",
            "easy*\n\n# %% [markdown]\n# ## 9.1 x\n#\n# *1 point · 5 minutes · easy*\n",
            "two .* 9.1",
        ),
    ],
)
def test_a_sheet_that_cannot_be_counted_is_refused(marked, old, new, said):
    with pytest.raises(build.BuildError, match=said) as caught:
        marked(MARKED.replace(old, new))
    assert "09_test.py" in str(caught.value)


def test_the_readme_is_found_stale_and_written_anew(tmp_path):
    for folder in ("notebooks", "solutions"):
        (tmp_path / folder).mkdir()
    source = tmp_path / "notebooks" / "09_test.py"
    source.write_text(HEADER + "# %% [markdown]\n# # 9 · Tests\n#\n" + 6 * f"# {100 * 'word '}\n")
    (tmp_path / "solutions" / "09_test.py").write_text(MARKED)
    readme = tmp_path / "README.md"
    readme.write_text("<!-- lessons -->six<!-- / --> lessons\n<!-- table -->\nold\n<!-- / -->\n")
    ((path, make),) = build.told(tmp_path)
    assert path == readme
    assert make().startswith("<!-- lessons -->one<!-- / --> lessons\n<!-- table -->\n\n| |")
    assert "| 9 | [Tests](notebooks/09_test.ipynb) | 9 | 10 |\n" in make()
    readme.write_text("<!-- pages -->six<!-- / -->")
    with pytest.raises(sheet.SheetError, match="<!-- pages --> must name one of lessons, core_"):
        make()
    source.write_text(HEADER + "# %% [markdown]\n# # Tests\n")
    with pytest.raises(
        lesson.LessonError, match=r"09_test\.py: a lesson must begin with its title"
    ):
        make()


@pytest.mark.parametrize("stem", STEMS)
def test_solutions_fold_their_answers_and_compare_their_checks(stem):
    cells = graded(ROOT / "solutions" / f"{stem}.ipynb")
    assert [cell.id for cell, _ in cells] == [
        cell.id for cell, _ in graded(ROOT / "exercises" / f"{stem}.ipynb")
    ]
    for cell, grader in cells:
        assert "SOLUTION" not in cell.source
        if cell.cell_type == "code" and grader.solution:
            assert cell.metadata.tags == ["hide-input"]
        if grader.grade and not grader.solution:
            assert cell.metadata.tags == ["nbval-check-output"]
            assert "right" in cell.outputs[0].data["text/plain"]


def nbval(notebook: Path, tmp_path: Path):
    """Outcome and text of each check, by exercise, and what the terminal showed."""
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "-n0", f"--rootdir={ROOT}", f"--junitxml={report}", str(notebook)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    checks = {}
    for case in ET.parse(report).iter("testcase"):
        if found := CHECK.match(case.get("name")):
            outcome = case[0] if len(case) else None
            checks[found[1]] = (
                ("passed", "") if outcome is None else (outcome.tag, outcome.get("message"))
            )
    return checks, run.stdout


@pytest.mark.parametrize("stem", STEMS)
def test_solutions_pass_every_check(stem, tmp_path, checked):
    checks, _ = nbval(ROOT / "solutions" / f"{stem}.ipynb", tmp_path)
    assert list(checks) == [exercise.id for exercise in checked(stem)] != []
    assert set(checks.values()) == {("passed", "")}


@pytest.mark.whole
@pytest.mark.parametrize("stem", STEMS)
def test_every_untouched_check_is_not_attempted(stem, tmp_path, checked):
    checks, shown = nbval(ROOT / "exercises" / f"{stem}.ipynb", tmp_path)
    assert list(checks) == [exercise.id for exercise in checked(stem)] != []
    assert set(checks.values()) == {("skipped", "not attempted")}
    assert f"Exercises: 0 right, 0 not right yet, {len(checks)} not attempted" in shown


def test_a_learner_reads_the_diagnosis_and_no_traceback(tmp_path):
    notebook = nbformat.read(ROOT / "exercises" / "01_temperature.ipynb", as_version=4)
    answers = {
        "ex-1-3": "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()",
        "ex-1-4": "def softmax_with_temperature(z, T=1.0):\n    return softmax(z * T)",
        "ex-1-7": "def softmax_rows(z, T=1.0)\n    return z",
        "ex-1-6": "def softmax_or_greedy(z, T):\n    while True:\n        pass",
        "ex-1-10": 'first_word, probability = "dog", 0.36',
    }
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    path = tmp_path / "learner.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", "-n0"]
    shown = subprocess.run(
        [*command, "--nbval-cell-timeout=5", f"--rootdir={tmp_path}", str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    ).stdout
    assert "  you gave   [0.4056, 0.246, 0.1916, 0.1569]\n" in shown
    assert "You multiplied the logits by T." in shown
    assert "SyntaxError: expected ':'" in shown
    assert "Stopped after 5 seconds: is there a loop that never ends?" in shown
    assert (
        "Exercises: 2 right, 3 not right yet, 6 not attempted; 3 of 14 points, and 1 of 16 further."
        in shown
    )
    assert "Traceback" not in shown and "logitlab/checks" not in shown
