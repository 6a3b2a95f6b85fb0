"""What a page says of itself when it is shared, and where a lesson or a sheet can be worked on."""

import json
import re
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

from classroom import copies
from classroom.sheet import lesson_number
from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

CARD = "_static/card.png"
CARD_WORDS = (
    "The Whole Distribution: how a language model chooses its next token. Below, the probabilities"
    " of ten tokens as bars: one is drawn in blue, the others are thrown away."
)


def first_sentences(doctree: nodes.document | None) -> str:
    """The beginning of a page's text, at most 200 characters, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        if isinstance(paragraph.parent, nodes.section) and not paragraph["classes"]:
            text = re.sub(r"\s+", " ", paragraph.astext()).strip()
            return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + " …"
    return ""


def preview(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Describe the page to search engines, and to what shows a card for a link."""
    base = app.config.html_baseurl
    context["html_baseurl_slash"] = f"{base.rstrip('/')}/" if base else ""
    card = f"{base.rstrip('/')}/{CARD}" if base else context["pathto"](CARD, resource=True)
    title = re.sub(r"<[^>]+>", "", context.get("title") or app.config.project)
    words = first_sentences(doctree)
    tags = [
        ("property", "og:type", "website"),
        ("property", "og:site_name", app.config.project),
        ("property", "og:title", title),
        ("property", "og:description", words),
        ("property", "og:url", f"{base.rstrip('/')}/{pagename}.html" if base else ""),
        ("property", "og:image", card),
        ("property", "og:image:width", "1200"),
        ("property", "og:image:height", "630"),
        ("property", "og:image:alt", CARD_WORDS),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "description", words),
    ]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n    <meta {kind}="{key}" content="{escape(text)}" />'
        for kind, key, text in tags
        if text
    )


def bring_style(app: Sphinx, *_: object) -> None:
    """Copy myst-nb's stylesheet before pages are written, so that each names its checksum.

    myst-nb copies it last, and a first build would then differ from the second.
    """
    if app.builder.format == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)


def drop_index(app: Sphinx, doctree: nodes.document) -> None:
    """Remove the marks for a printed index, of which there is none.

    The search index takes them up only from pages written in the same build, so an incremental
    build would lose those of all others.
    """
    for mark in list(doctree.findall(addnodes.index)):
        mark.parent.remove(mark)


def say_where_to_write(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Say on a lesson what can be done here, and on a sheet where it is filled in.

    That is here too, unless the book is without Python.
    """
    here = {
        ("notebooks", True): "On this page guesses and sliders work, and “Try it” makes a cell one"
        " that you can change and run. All of it runs in ",
        ("notebooks", False): "On this page guesses and sliders work. The cells run in ",
        ("exercises", True): "Work it here, nothing to install: write in a cell, press Run and"
        " check. What you write stays in this browser. Or open ",
        ("exercises", False): "Here the sheet can be read. To fill it in, open ",
    }.get((docname.split("/")[0], bool(app.config.course_run)))
    if here is None:
        return
    how = app.builder.get_relative_uri(docname, "book/how")
    note = nodes.paragraph(text=here)
    if docname.startswith("exercises/"):
        note += [nodes.literal(text=copies.copy_of(f"{docname}.ipynb")), nodes.Text(" in ")]
    note += [
        nodes.Text("JupyterLab: "),
        nodes.reference("", "how to use this course", internal=True, refuri=how),
        nodes.Text("."),
    ]
    first = next(doctree.findall(nodes.paragraph))
    first.parent.insert(first.parent.index(first) + 1, note)


def bring_data(app: Sphinx, folder: str, script: str, style: str, data) -> None:
    """Put on the page that is being written a script of a static folder, its style and its data."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    app.add_js_file(None, body=body, type="application/json", id=f"{script}-data")
    app.add_js_file(f"{folder}/{script}.js", loading_method="defer")
    app.add_css_file(f"{folder}/{style}.css", priority=600)


def launch_links(app: Sphinx, file: str) -> list[tuple[str, str]]:
    """Names and addresses that open a file of the repository in a JupyterLab somewhere else."""
    place = app.config.course_repository
    found = []
    if not place.get("url"):
        return found
    url, branch = place["url"].removesuffix(".git").rstrip("/"), place.get("branch", "main")
    owner = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", url)
    spec = f"gh/{owner[1]}" if owner else f"git/{quote(url, safe='')}"
    path = quote(f"lab/tree/{copies.FOLDER}/{copies.copy_of(file)}", safe="")  # see postBuild
    found.append(("Binder", f"https://mybinder.org/v2/{spec}/{branch}?urlpath={path}"))
    if hub := place.get("hub"):
        name = url.rsplit("/", 1)[-1]
        query = {"repo": url, "branch": branch, "urlpath": f"lab/tree/{name}/{file}"}
        pull = f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query)}"
        found.append(("JupyterHub", pull))
    return found


class Launch(SphinxDirective):
    """The lessons with links that start each on Binder and on a JupyterHub, where one is set."""

    has_content = True  # shown instead where no repository is set

    def run(self) -> list[nodes.Node]:
        """List the lessons, or say what to set."""
        app = self.env.app
        listed = nodes.bullet_list()
        for path in sorted(Path(app.srcdir, "notebooks").glob("*.ipynb")):
            links = launch_links(app, f"notebooks/{path.name}")
            if not links:
                break
            heading = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"][0]
            line = nodes.paragraph(text=f"{heading.lstrip('# ').strip()}: ")
            for name, address in links:
                if line.children[1:]:
                    line += nodes.Text(", ")
                where = f"lesson {lesson_number(path.stem)} on {name}"
                line += nodes.reference("", where, refuri=address)
            listed += nodes.list_item("", line)
        if not listed.children:
            return self.parse_content_to_nodes()
        address = app.config.course_repository["url"]
        source = nodes.paragraph(text="The project, to be cloned: ")
        source += nodes.reference("", address, refuri=address)
        return [source, listed]
