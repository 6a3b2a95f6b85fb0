"""How the tests start Chromium: without a window, and asking nothing of any host by itself."""

import time

from tests.limits import milliseconds

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def window(browser, **options):
    """A context of its own, in which every wait ends after the one limit."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(milliseconds(30))
    return context


SETTLED = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let i = 0; i < 4; i++) await frame();
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
}
"""


def settle(page):
    """Wait until a page has drawn what was set off.

    A new size is heard in one frame and drawn in the next; then colours may fade.
    """
    page.evaluate(SETTLED)


QUIET = 0.5  # seconds


def quiet(page):
    """Wait until a page has asked for nothing for a while.

    Playwright's "networkidle" also waits for answers, and from a folder of files it may not come.
    """
    asked = time.monotonic()

    def note(_):
        nonlocal asked
        asked = time.monotonic()

    page.on("request", note)
    while time.monotonic() - asked < QUIET:
        page.wait_for_timeout(100)
    page.remove_listener("request", note)
