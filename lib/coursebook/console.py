"""Runs the commands that a page shows: ``python -m coursebook console`` writes what they print.

In a page, each block marked ``console`` holds commands after ``$`` and below each what it printed.
They are run in order, in one empty folder with the course in it, and a test runs them again.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coursebook import BOOK, ROOT

PAGE = BOOK / "teachers" / "grading.md"
CLASS = BOOK / "static" / "class"  # the reports that the page's commands wrote
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
SECONDS = re.compile(r"\d+\.\d+ s\b")


def add_command(commands) -> None:
    """Add ``console`` to the command line."""
    parser = commands.add_parser("console", help="run the commands that a page shows, again")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: writes the page and the reports."""
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(walk(PAGE, Path(name)), encoding="utf-8")
        shutil.rmtree(CLASS, ignore_errors=True)
        for path in reports(Path(name)):
            target = CLASS / path.relative_to(Path(name) / "graded")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return 0


def walk(page: Path, folder: Path) -> str:
    """The page's text with what its commands print now, in `folder`."""
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(".*"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "lib"),
        "LC_ALL": "C.UTF-8",
    }
    python = f'python() {{ {sys.executable} "$@"; }}\n'  # this one, whatever the path says

    def block(found: re.Match) -> str:
        lines = []
        for command in re.findall(r"^\$ (.*(?:\n> .*)*)", found[1], re.M):
            lines.append(f"$ {command}")
            done = subprocess.run(
                ["bash", "-c", python + re.sub(r"^> ", "", command, flags=re.M)],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
            )
            done.stdout = done.stdout.replace("\ufeff", "")  # for spreadsheets, not for a page
            lines += done.stdout.rstrip("\n").split("\n") if done.stdout.strip() else []
        return "```console\n" + "\n".join(lines) + "\n```"

    return BLOCK.sub(block, page.read_text(encoding="utf-8"))


def reports(folder: Path) -> list[Path]:
    """The pages that grading wrote."""
    return sorted((folder / "graded").rglob("*.html"))


def settled(text: str) -> str:
    """Text without what differs from run to run."""
    return SECONDS.sub("0.0 s", text)
