"""The directive ``measured``: a table of a measurement that a benchmark wrote down."""

import json
import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from coursebook import BOOK
from coursebook.teaching import FromCourse

DATA = BOOK / "measured.json"
HEADS = {
    "latency": ["What was moved", "Keys", "Median, ms", "95 % within, ms"],
    "first slider": ["Page", "Best, s", "Median, s", "Work before it, ms"],
}


class Measured(FromCourse, SphinxDirective):
    """A measurement as a table, with the day and the machine."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Read what was written down."""
        self.env.note_dependency(str(DATA))
        name = self.arguments[0]
        measured = json.loads(DATA.read_text(encoding="utf-8"))[name]
        rows = [[self.title(what), *numbers] for what, *numbers in measured["rows"]]
        group = nodes.tgroup(cols=len(HEADS[name]))
        group += [nodes.colspec(colwidth=width) for width in (40, 20, 20, 20)]
        group += [nodes.thead("", line(HEADS[name])), nodes.tbody("", *map(line, rows))]
        said = f"Measured on {measured['day']}: {measured['machine']}."
        return [nodes.table("", group, classes=["numbers"]), nodes.paragraph(text=said)]

    def title(self, what: str) -> str:
        """What was measured; of a page, its title."""
        if what == "book/index.html":
            return "Home"
        lesson = re.match(r"notebooks/(\d+)_", what)
        return self.look("title", lesson[1]) if lesson else what


def line(cells: list) -> nodes.row:
    """A row of a table."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph(text=str(cell))) for cell in cells))
