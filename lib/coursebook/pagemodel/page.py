"""Puts the reader's own prompt on its page."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursebook import BUILT, pages

FOLDER = "pagemodel"  # in _static
NAMES = BUILT / "assets" / FOLDER / "names.json"
PLACE = '<div id="own-prompt" class="ll"><p>This needs JavaScript.</p></div>\n'


class OwnPrompt(SphinxDirective):
    """Where the model is fetched, a prompt typed and a text written."""

    def run(self) -> list[nodes.Node]:
        """An empty place; the page's script fills it."""
        self.env.metadata[self.env.docname]["own-prompt"] = True
        return [nodes.raw("", PLACE, format="html")]


def bring_model(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put the script and the names of its files on the page that has the place."""
    if not app.env.metadata.get(pagename, {}).get("own-prompt"):
        return
    app.add_css_file("widgets/widgets.css", priority=400)  # the explorers' style
    pages.bring_data(app, FOLDER, "prompt", "prompt", json.loads(names()))


def names(path: Path = NAMES) -> str:
    """The names of the files, which change with their contents; in JSON."""
    return path.read_text(encoding="utf-8")
