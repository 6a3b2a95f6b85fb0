"""The sandbox of WebAssembly: honest work gets its marks, and the class of attackers nothing."""

import resource
import shutil

import numpy as np
import pytest
from classroom import wasm
from classroom.grade import grade, open_sandbox
from classroom.sandbox import Limits, Sandbox, SandboxError, Stopped
from handed_in import COURSE, grades, hand_in
from hostile import CASES

LIMITS = Limits(seconds=1, total_seconds=4, memory=256 << 20)
pytestmark = pytest.mark.needs("node", "wasmtime")


@pytest.fixture(scope="module")
def sandbox():
    with wasm.WasmSandbox(LIMITS) as opened:
        yield opened


@pytest.fixture
def learner(sandbox):
    opened = sandbox.learner()
    yield opened
    opened.close()


# --- what runs


def test_values_functions_and_errors_cross(learner):
    assert learner.run("import numpy as np\nx = np.arange(3)\ndef double(z): z *= 2") is None
    assert learner.get("x").tolist() == [0, 1, 2]
    argument = np.ones(3)
    assert learner.get("double")(argument) is None
    assert argument.tolist() == [2, 2, 2], "what the answer does to its argument is seen"
    assert learner.run("1 / 0")["type"] == "ZeroDivisionError"
    with pytest.raises(KeyError):
        learner.get("y")


def test_each_learner_starts_anew(sandbox):
    first, second = sandbox.learner(), sandbox.learner()
    first.run("import numpy\nnumpy.e = 3\nx = 1")
    second.run("import numpy\ne = numpy.e")
    assert second.get("e") == np.e
    with pytest.raises(KeyError):
        second.get("x")
    first.close()
    second.close()


def test_drawings_magics_and_await_are_passed_over(learner):
    cell = """
%matplotlib inline
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot([1, 2]); ax.set(title="x")
plt.show()
import asyncio
async def three(): return await asyncio.sleep(0, 3)
x = sum(await asyncio.gather(three(), asyncio.sleep(0, 1))) - 1
"""
    assert learner.run(cell) is None
    assert learner.get("x") == 3


def test_solutions_get_all_points_and_every_report_names_the_sandbox(tmp_path):
    sheets = sorted((COURSE / "solutions").glob("*.ipynb"))
    (tmp_path / "class" / "ada").mkdir(parents=True)
    for sheet in sheets:
        shutil.copy(sheet, tmp_path / "class" / "ada")
    out = tmp_path / "out"
    assert grade(tmp_path / "class", out, course=COURSE, jobs=1, seed=0, sandbox="wasm") == 0
    marks = grades(out)["ada"]
    assert {status for _, status in marks.values()} == {"right", "to mark"}
    assert sum(status == "right" for _, status in marks.values()) > 70
    pages = [path.read_text("utf-8") for path in out.rglob("*.html")]
    assert any(wasm.NOTICE in page for page in pages)


# --- what is stopped


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("while True: pass", "no end after 1 s"),
        ("import time; time.sleep(100)", "no end after 1 s"),
        ("import numpy as np\nwhile True: np.ones((500, 500)) @ np.ones((500, 500))", "no end"),
        ("import os; os._exit(0)", "it ended its own process"),
        ("import sys; sys.setrecursionlimit(10**9)\nf = lambda: f()\nf()", "without end"),
        ("import _host; _host.call(b'{}')", "no message"),
    ],
)
def test_what_ends_python_is_named(learner, cell, reason):
    with pytest.raises(Stopped, match=reason):
        learner.run(cell)
    with pytest.raises(Stopped):
        learner.run("1")


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("x = [0] * 10**9", "MemoryError"),
        ("open('/tmp/x', 'w')", "PermissionError"),
        ("open('/etc/passwd')", "FileNotFoundError"),
        ("open('/course/../../etc/passwd')", "PermissionError"),
        ("import socket", "ModuleNotFoundError"),
        ("import os; os.fork()", "AttributeError"),
        ("from logitlab.checks import exercises", "ImportError"),
        ("import logitlab.checks._engine", "ModuleNotFoundError"),
    ],
)
def test_what_is_not_there_is_an_error_of_the_answer(learner, cell, error):
    assert learner.run(cell)["type"] == error


def test_the_environment_is_not_the_teachers(learner, monkeypatch):
    monkeypatch.setenv("CLASSROOM_SECRET", "4711")
    learner.run("import os; names = list(os.environ)")
    assert set(learner.get("names")) <= {
        *("TMPDIR", "HOME", "PYTHONTZPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"),
    }


def test_memory_is_given_back(sandbox):
    def after(count):
        for _ in range(count):
            learner = sandbox.learner()
            learner.run("x = bytes(20 << 20)")
            learner.close()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert after(25) < 1.3 * after(5)


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """The class of attackers, marked."""
    place = tmp_path_factory.mktemp("hostile")
    for name, case in CASES.items():
        hand_in(place / "class", name, case.made)
    grade(place / "class", place / "out", course=COURSE, jobs=1, limits=LIMITS, sandbox="wasm")
    return grades(place / "out")


@pytest.mark.parametrize("name", CASES)
def test_an_attack_earns_nothing_and_costs_nothing_else(marks, name):
    lost = CASES[name].lost
    for number in range(1, 12):
        exercise = f"1.{number}"
        points, status = marks[name][exercise]
        if exercise not in lost:
            assert status == "right", exercise
        elif lost[exercise] != "?":
            assert points == 0, exercise


# --- which one is taken


def test_without_bubblewrap_it_is_taken_by_itself(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with open_sandbox("", LIMITS) as chosen:
        assert isinstance(chosen, wasm.WasmSandbox) and chosen.isolated
        assert chosen.notice.startswith(f"{wasm.NOTICE}; there is no bubblewrap")
    monkeypatch.setattr(wasm, "find_spec", lambda name: None)
    with open_sandbox("", LIMITS) as chosen:
        assert isinstance(chosen, Sandbox) and "limits, not isolation" in chosen.notice


def test_why_bubblewrap_was_given_up_is_said():
    with open_sandbox("", Limits(seconds=1e-9, total_seconds=1)) as chosen:
        assert "bubblewrap does not work here" in chosen.notice


def test_one_that_is_asked_for_and_missing_is_an_error(monkeypatch):
    monkeypatch.setattr(wasm, "find_spec", lambda name: name != "wasmtime" or None)
    with pytest.raises(SandboxError, match="wasmtime is not installed"):
        open_sandbox("wasm", LIMITS)
