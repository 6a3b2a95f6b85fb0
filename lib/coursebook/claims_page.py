"""The directives ``claims`` and ``claims-sources``: the claims as a table that can be filtered."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from coursebook.citations import PAGE as REFERENCES
from coursebook.citations import anchor
from coursebook.claims import BASES, DATA, SOURCES, VERDICTS, Claim, faults, read

LOG = logging.getLogger(__name__)
HEAD = ["Claim", "Verdict", "Printed", "Computed", "Lesson"]


class Filter(nodes.raw):
    """The two choices above the table."""


def choice(name: str, label: str, options: dict[str, str]) -> str:
    """A labelled choice as HTML."""
    lines = [f'<option value="{value}">{text}</option>' for value, text in options.items()]
    return f'<label>{label} <select name="{name}">{"".join(lines)}</select></label>'


class Claims(SphinxDirective):
    """Check every claim again, and show them all."""

    def run(self) -> list[nodes.Node]:
        """Warn of each row whose verdict does not come out; a warning fails the build."""
        self.env.note_dependency(str(Path(self.env.srcdir) / DATA))
        rows = read(Path(self.env.srcdir))
        for claim in rows:
            for fault in faults(claim):
                LOG.warning("claims.csv: %s", fault, location=self.get_location())
        counts = {v: sum(claim.verdict == v for claim in rows) for v in VERDICTS}
        sources = {"": "all four"} | {key: f"{key} · {name}" for key, (name, _) in SOURCES.items()}
        verdicts = {"": f"all {len(rows)}"} | {v: f"{v} ({n})" for v, n in counts.items()}
        form = (
            '<form class="claims-filter" hidden>'
            f"{choice('source', 'Source', sources)}{choice('verdict', 'Verdict', verdicts)}"
            '<p role="status"></p></form>\n'
        )
        self.env.metadata[self.env.docname]["claims"] = "yes"
        return [Filter("", form, format="html"), self.table(rows)]

    def table(self, rows: list[Claim]) -> nodes.table:
        """One row a claim."""
        group = nodes.tgroup(cols=len(HEAD))
        group += [nodes.colspec(colwidth=1) for _ in HEAD]
        head, body = nodes.thead(), nodes.tbody()
        head += nodes.row("", *(nodes.entry("", nodes.paragraph(text=text)) for text in HEAD))
        body += [self.row(claim) for claim in rows]
        group += [head, body]
        return nodes.table("", group, classes=["claims"])

    def row(self, claim: Claim) -> nodes.row:
        """What is said and why it stands or falls, the verdict, both numbers, the lesson."""
        said = nodes.paragraph("", classes=["said"])
        said += nodes.inline(text=f"{claim.source}{claim.id[2:]} ", classes=["claim-id"])
        said += nodes.Text(claim.says)
        cell = nodes.entry("", said)
        basis = f"({BASES[claim.basis]})" if claim.basis != "computed" else ""
        if claim.why or claim.reference or basis:
            cell += self.why(claim, basis)
        verdict = nodes.paragraph("", "", nodes.inline(text=claim.verdict, classes=["verdict"]))
        lesson = nodes.paragraph("", "", self.lesson(claim.lesson))
        numbers = [
            nodes.paragraph(text=n) for n in (claim.written.replace("-", "−"), claim.shown())
        ]
        cells = [cell, *(nodes.entry("", part) for part in (verdict, *numbers, lesson))]
        kinds = [f"source-{claim.source.lower()}", f"verdict-{claim.verdict}"]
        return nodes.row("", *cells, classes=kinds, ids=[f"claim-{claim.id.lower()}"])

    def why(self, claim: Claim, basis: str) -> nodes.paragraph:
        """The reason, what it rests on, and the reference that was read."""
        paragraph = nodes.paragraph("", classes=["why"])
        text, _ = self.parse_inline(claim.reason())
        paragraph += text
        if claim.reference:
            paragraph += nodes.Text(" ")
            paragraph += self.link("reference", REFERENCES, anchor(claim.reference))
        if basis:
            paragraph += nodes.inline(text=f" {basis}", classes=["basis"])
        return paragraph

    def lesson(self, stem: str) -> nodes.Node:
        """The lesson's number, linked where the lesson is in the book."""
        name = f"lesson {int(stem[:2])}"
        if f"notebooks/{stem}" not in self.env.found_docs:
            return nodes.Text(name)
        return self.link(name, f"notebooks/{stem}")

    def link(self, text: str, page: str, fragment: str = "") -> nodes.reference:
        """A link to another page of the book."""
        uri = self.env.app.builder.get_relative_uri(self.env.docname, page)
        return nodes.reference(
            "", text, internal=True, refuri=uri + (f"#{fragment}" if fragment else "")
        )


class Sources(SphinxDirective):
    """The articles, each with its letter and its entry among the references."""

    def run(self) -> list[nodes.Node]:
        """A list."""
        listed = nodes.bullet_list()
        rows = read(Path(self.env.srcdir))
        for key, (name, reference) in SOURCES.items():
            line = nodes.paragraph("", "", nodes.strong(text=f"{key} "))
            if reference:
                uri = self.env.app.builder.get_relative_uri(self.env.docname, REFERENCES)
                line += nodes.reference(
                    "", name, internal=True, refuri=f"{uri}#{anchor(reference)}"
                )
            else:
                line += nodes.Text(f"{name} (where it was published was not found again)")
            line += nodes.Text(f", {sum(claim.source == key for claim in rows)} claims")
            listed += nodes.list_item("", line)
        return [listed]


class Verdicts(SphinxDirective):
    """What each verdict means, and how many claims have it."""

    def run(self) -> list[nodes.Node]:
        """A list of definitions."""
        rows, listed = read(Path(self.env.srcdir)), nodes.definition_list()
        for verdict, meaning in VERDICTS.items():
            count = sum(claim.verdict == verdict for claim in rows)
            term = nodes.term(
                "", "", nodes.inline(text=verdict, classes=["verdict", f"is-{verdict}"])
            )
            term += nodes.Text(f" {count}")
            item = nodes.definition_list_item("", term)
            item += nodes.definition("", nodes.paragraph(text=meaning))
            listed += item
        return [listed]


def bring_filter(app: Sphinx, pagename: str, *_: object) -> None:
    """Load the filter's script on the page that has one."""
    if "claims" in app.env.metadata.get(pagename, {}):
        app.add_js_file("claims.js", loading_method="defer")


def visit_raw(translator, node: nodes.raw) -> None:
    """Write the HTML as it is."""
    translator.body.append(node.astext())
    raise nodes.SkipNode
