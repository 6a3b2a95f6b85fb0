"""Builds the book once for all tests of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from book_site import SOURCE, serve
from coursebook import npm
from filelock import FileLock


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of a clean build in which a warning is an error; test processes share it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out, report = shared / "book", shared / "book.json"
    with FileLock(shared / "book.lock"):
        if not report.exists():
            npm.install(tests=True)
            build = [sys.executable, "-m", "coursebook", "build"]
            command = [*build, "--source", str(SOURCE), "--out", str(out)]
            run = subprocess.run(command, capture_output=True, text=True)
            report.write_text(json.dumps([run.returncode, run.stdout + run.stderr]))
    code, log = json.loads(report.read_text())
    if code:
        pytest.fail(f"the book does not build:\n{log}", pytrace=False)
    return out / "html"


@pytest.fixture(autouse=True)
def built(site):
    """Before any test: what the browser needs is fetched once, by one process, for all builds."""


@pytest.fixture(scope="module")
def base(site):
    """Address of the book on a server of this machine."""
    with serve(site) as address:
        yield address
