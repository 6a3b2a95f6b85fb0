"""The first use of a term leads to the glossary; names such as top-p are never broken in two."""

import re

from docutils import nodes
from sphinx.application import Sphinx

PAGE = "book/glossary"
LINKED = ("book/", "notebooks/")  # an exercise asks for what a term means, so it gets no link
# A term is linked in running text only: not in headings, code, tables, links or emphasis.
CLOSED = (
    nodes.reference,
    nodes.strong,
    nodes.emphasis,
    nodes.title,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.table,
    nodes.raw,
    nodes.citation,
)
UNLINKED = (PAGE, "book/references", "book/library", "book/changes")
# On these pages a student and a teacher are people, not the models of distillation.
CLASSROOM = "book/teachers/"
PEOPLE = {"student", "teacher"}


def pattern(terms: list[str]) -> re.Pattern:
    """Any of the terms as a word, in the singular or plural, the longest first."""
    longest = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})s?(?![\w-])", re.I)


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the first use of each term."""
    places = {
        name.lower(): label
        for (kind, name), (page, label) in app.env.domaindata["std"]["objects"].items()
        if kind == "term" and page == PAGE
    }
    if not places or not docname.startswith(LINKED) or docname.startswith(UNLINKED):
        return
    if docname.startswith(CLASSROOM) and not docname.endswith("distillation"):
        places = {name: label for name, label in places.items() if name not in PEOPLE}
    glossary, words_of = app.builder.get_relative_uri(docname, PAGE), meanings(app)
    words, used = pattern(list(places)), set()
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if closed(paragraph):
            continue
        for text in list(paragraph.findall(nodes.Text)):
            if closed(text):
                continue
            parts, last = [], 0
            for match in words.finditer(text):
                label = places[match[1].lower()]
                if label in used:
                    continue
                used.add(label)
                link = nodes.reference(
                    *("", match[0]),
                    internal=True,
                    refuri=f"{glossary}#{label}",
                    reftitle=words_of[label],
                    classes=["term"],
                )
                parts += [nodes.Text(text[last : match.start()]), link]
                last = match.end()
            if parts:
                text.parent.replace(text, [*parts, nodes.Text(text[last:])])


def meanings(app: Sphinx) -> dict[str, str]:
    """What the glossary says of each term, in one line, by the term's label."""
    found = {}
    for entry in app.env.get_doctree(PAGE).findall(nodes.definition_list_item):
        text = " ".join(part.astext() for part in entry.findall(nodes.definition))
        text = re.sub(r"\s+", " ", re.sub(r" See lesson \d\.", "", text)).strip()
        for term in entry.findall(nodes.term):
            found |= dict.fromkeys(term["ids"], text)
    return found


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Forbid a line break at the hyphen of top-p, top-k, min-p and k-th."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, (nodes.paragraph, nodes.emphasis, nodes.reference)):
            continue
        parts = re.split(r"(?i)\b((?:top|min|typical)-[pk]|k-th)\b", text)
        if len(parts) > 1:
            new = [
                nodes.inline(text=part, classes=["whole"]) if i % 2 else nodes.Text(part)
                for i, part in enumerate(parts)
                if part
            ]
            text.parent.replace(text, new)


def closed(node: nodes.Node) -> bool:
    """Whether a node stands within something in which no term is linked."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, CLOSED) or "cell_output" in getattr(node, "attributes", {}).get(
            "classes", []
        ):
            return True
    return False
