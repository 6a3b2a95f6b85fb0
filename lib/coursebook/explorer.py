"""The directive ``explorer``: a widget that is alive in a page that is not a notebook."""

import ast
import json
from html import escape

import ipywidgets
from classroom.widget_state import STATE, VIEW, stabilise
from docutils import nodes
from ipywidgets.embed import dependency_state
from sphinx.util.docutils import SphinxDirective


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
    """Saved state without the stylesheets of the course's own widgets: widgets.css has them."""
    for model in saved["state"].values():
        if model["state"].get("_anywidget_id", "").startswith("logitlab."):
            model["state"].pop("_css", None)
    return saved
