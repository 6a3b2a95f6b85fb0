"""
How JupyterLab shows what a check says: with a mark, with the points so far, and if it takes long.

Anywhere else a check prints and raises, and whoever runs it shows that: a terminal, the book.
"""

import contextlib
import sys
import threading
from collections.abc import Iterator

SECONDS = 20.0  # until a check says that it is still running
# Edges of 3:1 or more on white and on JupyterLab's dark ground; the text has the page's colour.
LOOKS = {
    "right": ("✓", "solid #1a7f37"),
    "wrong": ("✗", "solid #cf222e"),
    "open": ("○", "dashed #768390"),
}
# The error below is the check's message: it has the same edge, and JupyterLab's red only if wrong.
BELOW = (
    ".jp-OutputArea-child:has(.check-{state}) + .jp-OutputArea-child > .jp-RenderedText"
    " {{ border-left: 4px {edge}; {ground} }}"
)


def in_notebook() -> bool:
    """Whether this Python is a notebook's kernel."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def show(state: str, text: str) -> None:
    """Say in a notebook that a check came out "right", "wrong" or "open": an error says why."""
    from html import escape

    from IPython.display import display

    mark, edge = LOOKS[state]
    text = f"{mark} {text}"
    style = f"border-left: 4px {edge}; padding: 0.25em 0.7em;"
    html = f'<div class="check-{state}" style="{style}">{escape(text)}</div>'
    if state != "right":
        ground = "background: none;" if state == "open" else ""
        html += f"<style>{BELOW.format(state=state, edge=edge, ground=ground)}</style>"
    display({"text/plain": text, "text/html": html}, raw=True)


@contextlib.contextmanager
def patience(name: str) -> Iterator[None]:
    """Say of what runs inside, and takes over 20 s, that it is still running, and what stops it."""

    def tell():
        print(
            f"{name}: still running after {SECONDS:g} seconds. Is there a loop without an end?\n"
            "■ above the notebook stops it (in the menu: Kernel, Interrupt Kernel).",
            flush=True,
        )

    if not in_notebook():
        yield
        return
    timer = threading.Timer(SECONDS, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
