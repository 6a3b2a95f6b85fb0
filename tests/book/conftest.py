"""Builds the book once for all tests of it."""

from pathlib import Path

import pytest

from tests.book.book_site import built_site, serve


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of a clean build in which a warning is an error."""
    return built_site(tmp_path_factory)


@pytest.fixture(autouse=True)
def built(site):
    """Before any test: what the browser needs is fetched once, by one process, for all builds."""


@pytest.fixture(scope="module")
def base(site):
    """Address of the book on a server of this machine."""
    with serve(site) as address:
        yield address
