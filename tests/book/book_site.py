"""The built book as the tests see it: its pages, a server, and a browser that lets nothing out."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from coursebook import npm
from filelock import FileLock

from tests.chromium import quiet, settle, window

ROOT = Path(__file__).parents[2]
# Another tree with a _toc.yml may be tested instead of the project's own.
SOURCE = Path(os.environ.get("BOOK_SOURCE", ROOT))
LOCAL = ("http://127.0.0.1:", "file:", "data:", "blob:")


def toc_pages() -> list[str]:
    """Addresses of the pages that _toc.yml names, relative to the site's root."""
    found = []

    def walk(node):
        if isinstance(node, dict):
            name = node.get("root") or node.get("file")
            if name:
                found.append(f"{name}.html")
            node = list(node.values())
        if isinstance(node, list):
            for part in node:
                walk(part)

    walk(yaml.safe_load((SOURCE / "_toc.yml").read_text(encoding="utf-8")))
    return found


@functools.cache
def axe() -> str:
    """The script that finds what keeps people from reading a page."""
    npm.install(tests=True)
    return (npm.MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


# Sections that are not near are not laid out (course.css), and axe sees them where they are not.
LAID_OUT = "* { content-visibility: visible !important; }"
FAULTS = """
async ([where, options]) => {
  const { passes, violations } = await axe.run(where ?? document, {
    ...options,
    resultTypes: ["violations"], // of the rest one example a rule
  });
  const lines = violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html }) => `${id} (${impact}): ${html.slice(0, 160)}`),
  );
  return passes.length ? lines : ["axe looked at nothing"];
}
"""


def faults(page, where=None, **options) -> list[str]:
    """What axe finds on a page, or in the part that a selector names, once nothing moves there."""
    page.add_style_tag(content=LAID_OUT)
    settle(page)
    page.evaluate(axe())
    return page.evaluate(FAULTS, [where, options])


def printed(page) -> dict[str, int]:
    """How many pages of each paper a page of the book is printed on."""
    pdfs = {paper: page.pdf(format=paper) for paper in ("A4", "Letter")}
    return {paper: len(re.findall(rb"/Type\s*/Page\b", pdf)) for paper, pdf in pdfs.items()}


def notebook(page: str) -> Path:
    """The notebook that a page is made of, if it is made of one."""
    return SOURCE / page.replace(".html", ".ipynb")


def alive(page: str) -> bool:
    """Whether a page shows a widget: one saved in its notebook, or one that the build makes."""
    text = notebook(page).with_suffix(".md")
    if text.exists():
        return "```{explorer}" in text.read_text(encoding="utf-8")
    return notebook(page).exists() and '"widgets"' in notebook(page).read_text(encoding="utf-8")


PAGES = [*toc_pages(), "search.html"]
NOTEBOOKS = [page for page in PAGES if notebook(page).exists()]
ALIVE = [page for page in PAGES if alive(page)]


@functools.cache
def soup(path: Path) -> BeautifulSoup:
    """A page of the built site, parsed."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def built_site(tmp_path_factory) -> Path:
    """The book, built once for all tests of it; test processes share it."""
    if ready := os.environ.get("BOOK_SITE"):  # one that is built already
        return Path(ready)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out, report = shared / "book", shared / "book.json"
    with FileLock(shared / "book.lock"):
        if not report.exists():
            build = [sys.executable, "-m", "coursebook", "build"]
            command = [*build, "--source", str(SOURCE), "--out", str(out)]
            run = subprocess.run(command, capture_output=True, text=True)
            report.write_text(json.dumps([run.returncode, run.stdout + run.stderr]))
    code, log = json.loads(report.read_text())
    if code:
        pytest.fail(f"the book does not build:\n{log}", pytrace=False)
    return out / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *args):
        """Keep the test's output clean."""


@contextmanager
def serve(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """Serve a folder on this machine; yields the address."""
    handler = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Reader:
    """A browser window that records what goes wrong and blocks every other host."""

    def __init__(self, browser, base: str):
        self.base = base
        self.context = window(browser)
        self.left: list[str] = []
        self.problems: list[str] = []
        self.context.route("**/*", self._guard)
        self.page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", lambda request: self.problems.append(request.url))
        self.page.on("response", self._status)

    def _guard(self, route):
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            self.left.append(route.request.url)
            route.abort()

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _status(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")

    def open(self, page: str):
        """Open a page and wait until its widgets are there."""
        self.page.goto(f"{self.base}/{page}")
        if self.page.locator("script[src*='widgets/widgets.js']").count():
            self.page.wait_for_selector("html[data-widgets=ready]")
        quiet(self.page)
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def at_the_end(handle) -> bool:
    """Whether a slider stands at its largest value."""
    now, top = (float(handle.get_attribute(f"aria-value{x}")) for x in ("now", "max"))
    return now >= top


def press(handle, page):
    """Move a slider by its keys, away from the end it stands at."""
    key = "ArrowLeft" if at_the_end(handle) else "ArrowRight"
    handle.focus()
    for _ in range(3):
        page.keyboard.press(key)
