"""Links to papers become links to the list of references.

A lesson names a paper by an ordinary link, which JupyterLab shows as it is. In the book such a link
leads to the paper's entry on the page of references, where its address stands. So does a link to
``cite:`` and a key. A paper that references.bib does not know is a warning, and so fails the build.
"""

import re
from pathlib import Path

from docutils import nodes
from pybtex.database import Entry, parse_file
from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinx.util import logging

from coursebook import BOOK

LOG = logging.getLogger(__name__)
BIBLIOGRAPHY = BOOK / "references.bib"
PAGE = "book/references"
HOSTS = (
    r"(arxiv|doi|aclanthology|openreview)\.org|openreview\.net|proceedings\.(mlr|neurips)\.\w+"
    r"|papers\.(nips|neurips)\.cc|dl\.acm\.org|thinkingmachines\.ai|transformer-circuits\.pub"
)
PAPER = re.compile(rf"https?://(\w+\.)?({HOSTS})/|cite:")


def same(address: str) -> str:
    """An address without what varies: scheme, version of a preprint, form of the page."""
    if found := re.search(r"arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})", address):
        return f"arxiv:{found[1]}"
    if found := re.search(r"doi\.org/(10\..+)", address):
        return f"doi:{found[1].lower()}"
    return re.sub(r"^https?://(www\.)?|/$", "", address)


def entries(path: Path = BIBLIOGRAPHY) -> dict[str, Entry]:
    """The bibliography's entries by their keys."""
    return dict(parse_file(str(path), bib_format="bibtex").entries)


def addresses(path: Path = BIBLIOGRAPHY) -> dict[str, str]:
    """Key of an entry for each address that leads to it."""
    found = {}
    for key, entry in entries(path).items():
        found[f"cite:{key}"] = key
        if "eprint" in entry.fields:
            found[f"arxiv:{entry.fields['eprint']}"] = key
        if "doi" in entry.fields:
            found[f"doi:{entry.fields['doi'].lower()}"] = key
        if "url" in entry.fields:
            found[same(entry.fields["url"])] = key
    return found


def anchor(key: str) -> str:
    """Where an entry stands on the page of references; conf.py gives it this id."""
    return f"ref-{key}"


def depend(app: Sphinx, doctree: nodes.document) -> None:
    """A page that cites is written again when the bibliography changed."""
    if any(PAPER.match(link.get("refuri", "")) for link in doctree.findall(nodes.reference)):
        app.env.note_dependency(str(BIBLIOGRAPHY))


def cite(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead each link to a paper to its entry."""
    for label in list(doctree.findall(nodes.label)):  # such as [AHS85]: nothing here names it
        label.parent.remove(label)
    if docname == PAGE or PAGE not in app.env.all_docs:
        return
    known, works = addresses(), entries()
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if key := known.get(same(address)):
            link["refuri"] = f"{app.builder.get_relative_uri(docname, PAGE)}#{anchor(key)}"
            link["internal"] = True
            link["reftitle"] = Text.from_latex(works[key].fields["title"]).render_as("text")
        elif PAPER.match(address):
            LOG.warning("%s is not in references.bib", address, location=docname)


def visit_citation(translator, node: nodes.citation) -> None:
    """Open an entry; docutils gives it a role that is deprecated."""
    translator.body.append(translator.starttag(node, "div", CLASS="citation"))


def depart_citation(translator, node: nodes.citation) -> None:
    """Close an entry."""
    translator.body.append("</div>\n")
