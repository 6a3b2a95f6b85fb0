"""An empty page for the views."""

from pathlib import Path

import pytest

from tests.chromium import window

PAGE = Path(__file__).with_name("fake_page.html").read_text(encoding="utf-8")


@pytest.fixture
def page(browser):
    """An empty page with an origin, so that it has a local storage. Nothing else is served."""
    context = window(browser)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto("http://explorers.test/")
    yield page
    context.close()
    assert errors == []
