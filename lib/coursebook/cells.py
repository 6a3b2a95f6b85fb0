"""How the book shows a notebook's cells: text alternatives of figures, and what is folded away."""

import hashlib
import json
import re
from base64 import b64decode
from collections import Counter
from html import escape
from pathlib import Path

from classroom.widget_state import STATE, VIEW
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util import logging

from coursebook.explorer import lean

LOG = logging.getLogger(__name__)
VIEWED = re.compile(rf'{re.escape(VIEW)}">\s*\{{"model_id": "(\w+)"')
PROMPTS = {"input": "the code", "all": "the cell"}


def name_solutions(app: Sphinx, docname: str, source: list[str]) -> None:
    """Title a page of solutions so; it is built from the same source as its exercises."""
    if docname.startswith("solutions/"):
        source[0] = source[0].replace('"# Exercises', '"# Solutions', 1)


def shape_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each figure its text alternative and each folded cell a summary that says what it is."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    alternatives = text_alternatives(path)
    for image in doctree.findall(nodes.image):
        if alt := alternatives.get(Path(image["uri"]).stem):
            image["alt"] = alt
    for cell in doctree.findall(nodes.container):
        if mode := cell.get("hide_mode"):
            what = PROMPTS.get(mode, "the {type}")  # myst-nb fills in which
            if app.env.docname.startswith("solutions/") and mode == "input":
                what = "the solution"
            cell["prompt_show"], cell["prompt_hide"] = f"Show {what}", f"Hide {what}"


def text_alternatives(path: Path) -> dict[str, str]:
    """Text alternatives by SHA-256 of the image, the name under which myst-nb stores it.

    Warns, which fails the build, of a figure that has none and of an error nobody announced.
    """
    found = {}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        tags = cell["metadata"].get("tags", [])
        for output in cell.get("outputs", []):
            if output["output_type"] == "error" and "raises-exception" not in tags:
                LOG.warning("cell %d failed: %s", number, output["ename"], location=str(path))
            data = output.get("data", {})
            if "image/png" in data and VIEW not in data:
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                if not alt:
                    message = "cell %d shows a figure without a text alternative"
                    LOG.warning(message, number, location=str(path))
                png = b64decode("".join(data["image/png"]))
                found[hashlib.sha256(png).hexdigest()] = alt
    return found


def bring_widgets(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put the widget runtime on a page that has widgets, with their order in the page.

    It starts while the page is still read, and prepares the first slider before it is there.
    """
    found = doctree.findall(nodes.raw) if doctree else ()
    ids = [i for node in found for i in VIEWED.findall(node.astext())]
    if ids:
        for file in context["script_files"]:
            if file.attributes.get("type") == STATE:
                file.attributes["body"] = json.dumps(lean(json.loads(file.attributes["body"])))
        app.add_css_file("widgets/widgets.css", priority=400)
        app.add_js_file("widgets/widgets.js", priority=400, loading_method="async")
        context["metatags"] += f'\n    <meta name="widgets" content="{" ".join(ids)}" />'


def visit_hidden(translator, node: HideCodeCellNode) -> None:
    """Open a folded cell; myst-nb's own summary names itself "Toggle hidden content".

    A listener is also told where it stands, and which of several there it is.
    """
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    section = node.parent
    while section and not isinstance(section, nodes.section):
        section = section.parent
    before = translator.__dict__.setdefault("folds", Counter())
    before[section] += 1
    where = f"{section.next_node(nodes.title).astext()}, {before[section]}" if section else ""
    translator.body.append(
        '<details class="fold"><summary>'
        f'<span class="collapsed">{show}</span><span class="expanded">{hide}</span>'
        f'<span class="visually-hidden">: {escape(where)}</span></summary>\n'
    )


def depart_hidden(translator, node: HideCodeCellNode) -> None:
    """Close a folded cell."""
    translator.body.append("</details>\n")
