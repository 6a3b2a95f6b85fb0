"""How a page shows what is made of data: the one way, for tables and for anything in Markdown.

A function takes the course, and the words that stand behind the directive's name, and gives blocks:
each a table, HTML or Markdown. `shows` makes it a directive; hooks.py gives that its name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursebook.course import FromCourse


@dataclass
class Row:
    """A row with an id and classes of its own; its cells are Markdown."""

    cells: list[str]
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)


@dataclass
class Table:
    """Headings, and rows of cells in Markdown; `script` is a file of browser/pages."""

    heads: list[str]
    rows: list[list[str] | Row]
    classes: list[str] = field(default_factory=list)
    script: str = ""


@dataclass
class Html:
    """A piece of a page as it is; `script` is a file of browser/pages."""

    text: str
    script: str = ""


class Shown(FromCourse, SphinxDirective):
    """A directive that shows blocks."""

    def show(self, blocks: Iterable[Table | Html | str]) -> list[nodes.Node]:
        """One after the other."""
        return [node for block in blocks for node in self.block(block)]

    def block(self, block: Table | Html | str) -> list[nodes.Node]:
        """A table, or the nodes that Markdown stands for."""
        if isinstance(block, Html):
            return [nodes.raw("", block.text, format="html", script=block.script)]
        if isinstance(block, str):
            return self.parse_text_to_nodes(block)
        group = nodes.tgroup(cols=len(block.heads))
        group += [nodes.colspec(colwidth="auto") for _ in block.heads]
        rows = [row if isinstance(row, Row) else Row(row) for row in block.rows]
        group += nodes.thead("", self.row(Row(block.heads)))
        group += nodes.tbody("", *map(self.row, rows))
        classes = ["colwidths-auto", *block.classes]
        return [nodes.table("", group, classes=classes, script=block.script)]

    def row(self, row: Row) -> nodes.row:
        """A row; a cell without text is a paragraph too."""
        cells = [self.parse_text_to_nodes(cell) or [nodes.paragraph()] for cell in row.cells]
        entries = [nodes.entry("", *cell) for cell in cells]
        return nodes.row("", *entries, ids=row.ids, classes=row.classes)


def shows(blocks: Callable[..., Iterable[Table | Html | str]]) -> type[Shown]:
    """The directive that shows what a function gives."""

    class Directive(Shown):
        __doc__ = blocks.__doc__
        optional_arguments = 1
        final_argument_whitespace = True

        def run(self) -> list[nodes.Node]:
            """A warning, which fails the build, for what is wrong; nothing for what is missing."""
            return self.show(self.look(blocks, *self.arguments) or ())

    return Directive


def bring_script(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Load a block's script on the page that has the block."""
    for block in doctree.findall(nodes.Element) if doctree else ():
        if isinstance(block, nodes.table | nodes.raw) and block.get("script"):
            app.add_js_file(block["script"], loading_method="defer")
