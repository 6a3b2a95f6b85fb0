"""Tells Sphinx which cells of which pages can be worked on."""

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursebook import BUILT, pages
from coursebook.pagepython import lessons

FOLDER = "pagepython"  # in _static


def able() -> str:
    """What the pages fetch to run Python, as one word that changes with it; empty without."""
    names = sorted(path.name for path in (BUILT / "assets" / FOLDER).glob("*"))
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:8] if names else ""


class Answer(SphinxDirective):
    """Where an answer in words is written; its argument is the id of the cell."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A cell that a reader without scripts can fill in on paper."""
        place = nodes.paragraph(text="Your answer, in your own words.")
        box = nodes.container("", place, classes=["cell", "answer"])
        box["ids"].append(f"cell-{self.arguments[0]}")
        return [box]


def mark_answers(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put a place to write where the notebook has the stub of an answer in words."""
    if not docname.startswith("exercises/"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"```{{answer}} {cell['id']}\n```"
    source[0] = json.dumps(notebook)


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each code cell its id in the page."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = _read(path)["cells"]
    for box in doctree.findall(nodes.container):
        if "cell_index" in box and "cell" in box["classes"]:
            box["ids"].append(f"cell-{cells[box['cell_index']]['id']}")


def sheet(path: Path) -> dict:
    """What the page of a sheet needs to know: the notebook, and the version of each exercise."""
    notebook = _read(path)
    return {"name": path.stem, "notebook": notebook, "versions": versions(notebook["cells"])}


def versions(cells: list[dict]) -> dict[str, str]:
    """By the id of each answer, a hash of its exercise: all cells below its heading."""
    found, parts, open_ = {}, [], []
    for cell in [*cells, {"cell_type": "markdown", "source": "## "}]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and re.match(r"#+ ", text):
            digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
            found |= dict.fromkeys(open_, digest)
            parts, open_ = [], []
        parts.append(text)
        if cell.get("metadata", {}).get("nbgrader", {}).get("solution"):
            open_.append(cell["id"])
    return found


def bring_python(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put the scripts and the data on the pages that have cells to work on."""
    if not app.config.course_run or doctree is None:
        return
    path = Path(app.env.doc2path(pagename))
    if pagename.startswith("exercises/"):
        data, script = sheet(path), "sheet"
    elif pagename.startswith("notebooks/"):
        data, script = asdict(lessons.analyse(_read(path))), "lesson"
        if not any(cell["tried"] for cell in data["cells"]):
            return
    else:
        return
    pages.bring_data(app, FOLDER, script, "page", data)


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
