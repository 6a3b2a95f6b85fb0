"""The directive ``explorer``: a widget that is alive in a page that is not a notebook."""

import ast
import json
from html import escape

import ipywidgets
from classroom.widget_state import REFERENCE, STATE, VIEW, stabilise
from docutils import nodes
from ipywidgets.embed import dependency_state
from logitlab.explorers._shared import module
from sphinx.util.docutils import SphinxDirective

from coursebook.runtime import VIEWS

# A saved module, and the one line that stands for it: widgets.js has all of them, under this name.
SHARED = {module(name): f"export default explorers.{name}" for name, _ in VIEWS}


class Explorer(SphinxDirective):
    """Run Python whose last expression is a widget, and show that widget."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Make the widget and write its state into the page."""
        code = ast.parse("\n".join(self.content))
        last = ast.Expression(code.body.pop().value)
        names: dict = {}
        exec(compile(code, self.env.docname, "exec"), names)
        widget = eval(compile(last, self.env.docname, "eval"), names)
        state = ipywidgets.Widget.get_manager_state()
        state["state"] = dependency_state([widget], drop_defaults=False)
        shown = {"model_id": widget.model_id, "version_major": 2, "version_minor": 0}
        page = {
            "metadata": {"widgets": {STATE: state}},
            "cells": [{"outputs": [{"data": {VIEW: shown}}]}],
        }
        stabilise(page, self.env.docname)
        html = script(STATE, lean(state)) + script(VIEW, shown)
        words = f"<noscript><p>{escape(widget._words)}</p></noscript>\n"
        return [nodes.raw("", f'<div class="cell_output">\n{html}{words}</div>\n', format="html")]


def script(kind: str, data: dict) -> str:
    """Data in a page."""
    text = json.dumps(data, sort_keys=True).replace("</", "<\\/")
    return f'<script type="{kind}">{text}</script>\n'


def lean(saved: dict) -> dict:
    """Saved state without what the page has elsewhere.

    Styles and modules of the course's own widgets are in widgets.css and widgets.js, and a
    prediction's figure is an image beside it (cells.py).
    """
    for model in saved["state"].values():
        state = model["state"]
        if state.get("_anywidget_id", "").startswith("logitlab."):
            state.pop("_css", None)
            state["_esm"] = SHARED.get(state["_esm"], state["_esm"])
            buffers = model.pop("buffers", [])
            if kept := [part for part in buffers if part["path"] != ["figure"]]:
                model["buffers"] = kept
    return saved


def together(state: dict, first: str) -> list[str]:
    """Ids of a model and of all that hang together with it: what it is made of, what is linked."""
    near: dict[str, set[str]] = {i: set() for i in state}
    for i, model in state.items():
        for other in REFERENCE.findall(json.dumps(model)):
            near[i].add(other)
            near[other].add(i)
    found, open_ = set(), [first]
    while open_:
        if (i := open_.pop()) not in found:
            found.add(i)
            open_ += near[i]
    return [i for i in state if i in found]
