"""What the tests share: which tools this machine has, and a closing line on what did not run."""

import os

# Two test processes on two cores, each with the threads of two, would wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
from functools import cache
from pathlib import Path

import pytest
from chromium import FLAGS

ROOT = Path(__file__).parents[1]
collect_ignore_glob = ["golden/make_*", "benchmarks/*", "*conftest.py"]  # none of them a test


@cache
def find(tool: str) -> str | None:
    """Where ``tool`` is on this machine, or None."""
    if tool == "browser":
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
        return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if tool == "firefox":
        return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if tool == "node":
        from coursebook.npm import find_node

        return find_node()
    if tool == "bubblewrap":
        return shutil.which("bwrap")
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
    "model": "the language model is not installed: make model",
}


def pytest_collection_modifyitems(items):
    """Leave out examples that load the model where it is not installed; CI lets them fail."""
    if find("model") or os.environ.get("CI") == "true":
        return
    for item in items:
        if isinstance(item, pytest.DoctestItem) and "load_model()" in item.dtest.docstring:
            item.add_marker(pytest.mark.skip(reason=HOW["model"]))


def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for tool in mark.args:
            if find(tool):
                continue
            if os.environ.get("CI") == "true":
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
    from playwright.sync_api import sync_playwright

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
