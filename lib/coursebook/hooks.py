"""What Sphinx is taught for this book, and in which order. Nothing is registered elsewhere.

To add a thing that pages can have, write a module with what it needs and name it here.
"""

import hashlib
from pathlib import Path

import logitlab
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

from coursebook import (
    HERE,
    cells,
    citations,
    claims,
    explorer,
    library,
    orders,
    pages,
    review,
    tables,
    teaching,
    terms,
    timings,
    unplugged,
)
from coursebook.pagemodel import page as own_prompt
from coursebook.pagepython import workable
from coursebook.tables import shows

DIRECTIVES = {
    "answer": workable.Answer,
    "claims": shows(claims.table),
    "claims-filter": shows(claims.filters),
    "claims-sources": shows(claims.sources),
    "claims-verdicts": shows(claims.verdicts),
    "concepts": shows(teaching.questions),
    "edges": shows(orders.edge_table),
    "explorer": explorer.Explorer,
    "first-slider": shows(timings.FIRST_SLIDER),
    "latency": shows(timings.LATENCY),
    "launch": pages.Launch,
    "marking": shows(teaching.marking),
    "objectives": shows(teaching.objectives),
    "orders": shows(orders.order_table),
    "own-prompt": own_prompt.OwnPrompt,
    "page-model": shows(timings.PAGE_MODEL),
    "page-python": shows(timings.PAGE_PYTHON),
    "page-sizes": shows(timings.PAGE_SIZES),
    "penalties": shows(orders.penalty_table),
    "plan": teaching.Plan,
    "public": shows(library.public),
    "public-summary": shows(library.summary),
    "remember": shows(teaching.remember),
    "running-times": shows(timings.running),
    "statuses": shows(teaching.statuses),
    "unplugged": shows(unplugged.table),
    "whole-page": shows(timings.WHOLE_PAGE),
}
ROLES = dict.fromkeys(("ex", "step", "section", "ask", "slip", "belief"), teaching.LessonRole())

# How a node is written, where the way of docutils or of another extension does not do.
WRITTEN = {
    HideCodeCellNode: (cells.visit_hidden, cells.depart_hidden),
    nodes.citation: (citations.visit_citation, citations.depart_citation),
}

# For each of Sphinx's events, in the order in which they come, what is run, from the first to the
# last. All of it runs after what Sphinx and the other extensions do at the same event.
FIRST = 900
HOOKS = {
    # The text of a page, before it is parsed.
    "source-read": [cells.name_solutions, workable.mark_answers],
    # One page, parsed; no other page is known yet.
    "doctree-read": [pages.drop_index, cells.shape_cells, workable.name_cells, citations.depend],
    # Every page is known. A note is put in before links are made, and a link to a paper before
    # terms are looked for, since no term is linked within a link. Linked terms are text that must
    # not be broken either.
    "doctree-resolved": [
        cells.cover_answers,
        pages.say_where_to_write,
        review.say_progress,
        citations.cite,
        terms.link_terms,
        terms.keep_together,
    ],
    "write-started": [pages.bring_style],
    # A page is about to be written. What it says of itself is begun anew by the first, and the
    # widgets add to it; they change the saved state that myst-nb put there.
    "html-page-context": [
        pages.preview,
        tables.bring_script,
        cells.bring_widgets,
        workable.bring_python,
        own_prompt.bring_model,
        review.bring_progress,
    ],
}

MAKES = {".css", ".html", ".js", ".py"}


def code() -> str:
    """A change of what makes the pages, or of the explorers in them, is a change of every page."""
    folders = HERE, Path(logitlab.__file__).parent / "explorers"
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in MAKES]
    files.sort()
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_config_value("course_repository", {}, "env")
    app.add_config_value("course_code", code(), "env")
    app.add_config_value("course_run", workable.able(), "html")
    app.add_config_value("course_model", own_prompt.names(), "html")
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for name, role in ROLES.items():
        app.add_role(name, role)
    for node, written in WRITTEN.items():
        app.add_node(node, html=written, override=True)
    for event, functions in HOOKS.items():
        for place, function in enumerate(functions):
            app.connect(event, function, priority=FIRST + place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
