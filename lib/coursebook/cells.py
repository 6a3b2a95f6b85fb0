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

from coursebook.explorer import lean, script, together

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
            image["scale"] = 100  # Sphinx then links it to its file: the figure in full size
            image["loading"] = "lazy"
    for cell in doctree.findall(nodes.container):
        if mode := cell.get("hide_mode"):
            what = PROMPTS.get(mode, "the {type}")  # myst-nb fills in which
            code = next(cell.findall(nodes.literal_block), nodes.Text("")).astext()
            lines = [line for line in code.splitlines() if line.strip()]
            if mode == "input" and all(x.startswith(("from ", "import ", "#")) for x in lines):
                what = "the imports"
            if app.env.docname.startswith("solutions/") and mode == "input":
                what = "the solution"
            cell["prompt_show"], cell["prompt_hide"] = f"Show {what}", f"Hide {what}"
            cell["classes"].append("no-search")  # often an answer
    if app.env.docname.startswith("solutions/"):
        app.env.metadata[app.env.docname]["no-search"] = True


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


def views(node: nodes.Node) -> list[str]:
    """Ids of the widgets that are shown in a part of a page."""
    return [i for raw in node.findall(nodes.raw) for i in VIEWED.findall(raw.astext())]


def questions(cell: nodes.Node, state: dict) -> list[dict]:
    """The saved models of the predictions in a cell."""
    return [
        state[model]
        for i in views(cell)
        for model in together(state, i)
        if state[model]["state"].get("_anywidget_id", "").endswith(".Prediction")
    ]


def cover_answers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the cells that ask for a guess, and what waits for it; put figures beside questions.

    The output of the next cell waits, a slider too, and the paragraph that speaks of it.
    """
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return
    saved = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("widgets", {})
    state = saved.get(STATE, {}).get("state", {})
    for cell in doctree.findall(lambda node: "cell" in _classes(node)):
        if not (asked := questions(cell, state)):
            continue
        cell["classes"].append("asks")
        if app.builder.format == "html":
            show_figures(Path(app.outdir), cell, asked)
        after = [n for n in cell.parent[cell.parent.index(cell) + 1 :] if not _silent(n)][:2]
        if not after or "cell" not in _classes(after[0]) or questions(after[0], state):
            continue
        outputs = [part for part in after[0] if "cell_output" in _classes(part)]
        if outputs and isinstance(after[-1], nodes.paragraph):
            first = next((part for part in after[-1] if not isinstance(part, nodes.Text)), None)
            outputs += [] if isinstance(first, nodes.strong) else [after[-1]]
        for part in outputs:
            part["classes"] += ["waits", "no-search"]


def show_figures(site: Path, cell: nodes.container, asked: list[dict]) -> None:
    """Put the figures of questions below them, as images, so that they are printed too."""
    shown = []
    for model in asked:
        for part in model.get("buffers", []):
            if part["path"] == ["figure"] and (png := b64decode(part["data"])):
                name = f"_images/{hashlib.sha256(png).hexdigest()}.png"
                (site / name).parent.mkdir(exist_ok=True)
                (site / name).write_bytes(png)
                alt = escape(model["state"]["alt"])
                image = f'<img src="../{name}" alt="{alt}" loading="lazy">'
                shown.append(f'<a class="image-reference asked" href="../{name}">{image}</a>\n')
    if shown:
        widget = [raw for raw in cell.findall(nodes.raw) if VIEWED.search(raw.astext())][-1]
        widget.parent.insert(
            widget.parent.index(widget) + 1, nodes.raw("", "".join(shown), format="html")
        )


def _classes(node: nodes.Node) -> list[str]:
    return getattr(node, "attributes", {}).get("classes", [])


def _silent(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.comment, nodes.Invisible))


def bring_widgets(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put the widget runtime on a page that has widgets, with their order in the page.

    It starts while the page is still read. Text comes first: the state of the widgets stands below
    it, but for the first that has a slider. That has its state beside it, and is made at once; if
    it waits for a guess, so has the question.
    """
    if not doctree or not (ids := views(doctree)):
        return
    for file in [f for f in context["script_files"] if f.attributes.get("type") == STATE]:
        context["script_files"].remove(file)
        saved = lean(json.loads(file.attributes["body"]))
        state = saved["state"]
        groups = {i: together(state, i) for i in ids if i in state}
        names = {i: [state[m]["model_name"] for m in group] for i, group in groups.items()}
        sliding = (i for i in groups if any("Slider" in name for name in names[i]))
        first = [m for i in asked_before(doctree, next(sliding, "")) for m in groups.get(i, [])]
        rest = {i: model for i, model in state.items() if i not in first}
        body = context["body"] + script(STATE, saved | {"state": rest})
        if first:
            place = next(m for m in VIEWED.finditer(body) if m[1] in first)
            start = body.rindex("<script", 0, place.start())
            part = script(STATE, saved | {"state": {i: state[i] for i in first}})
            body = body[:start] + part + body[start:]
        context["body"] = body
    app.add_css_file("widgets/widgets.css", priority=400)
    app.add_js_file("widgets/widgets.js", priority=400, loading_method="async")
    context["metatags"] += f'\n    <meta name="widgets" content="{" ".join(ids)}" />'


def asked_before(doctree: nodes.document, view: str) -> list[str]:
    """A widget's id, after those of the questions that it waits for."""
    for part in doctree.findall(lambda node: "waits" in _classes(node)):
        if view in views(part):
            cells = part.parent.parent
            before = [n for n in cells[: cells.index(part.parent)] if not _silent(n)]
            return [*views(before[-1]), view]
    return [view]


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
