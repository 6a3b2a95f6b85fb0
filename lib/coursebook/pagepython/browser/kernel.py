"""Runs cells in the page's Python as Jupyter would: what they show and raise leaves as messages.

The page calls `run`, and `start` once before. ``send`` is the one function that whoever starts
Python hands over; it takes a dict. Nothing here knows which runtime it is.
"""

import ast
import base64
import builtins
import io
import linecache
import logging
import re
import sys
import time
import traceback
import types

MOST_TEXT = 100_000  # characters that one cell may print; the rest is dropped
MOST_FRAMES = 12  # of a traceback; the innermost stay
# What Python adds to the name of a missing module; here is no site-packages.
NO_SITE = " Site initialization is disabled, did you forget to"
CELL = re.compile(r'^  File "(Cell In\[\d+\])", line (\d+)(?:, in <module>)?', re.M)

send = None
main = types.ModuleType("__main__")


class Stream:
    """A standard stream: text goes to the page in pieces, up to a limit for each cell."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str):
        self.name, self.left, self.waiting, self.sent = name, MOST_TEXT, "", 0.0

    def write(self, text: str) -> int:
        """Keep the text for a moment; say once when there was too much."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left > 0:
            self.waiting += text[: self.left]
            self.left -= len(text)
            if self.left <= 0:
                self.waiting += "\n... (more was printed)\n"
            if len(self.waiting) > 2000 or time.monotonic() - self.sent > 0.1:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what is kept."""
        if self.waiting:
            send({"type": "stream", "name": self.name, "text": self.waiting})
            self.waiting, self.sent = "", time.monotonic()

    def isatty(self) -> bool:
        """No terminal."""
        return False


def start(function) -> None:
    """Take over the standard streams; cells run in a module of their own called __main__."""
    global send
    send = function
    sys.modules["__main__"] = main
    sys.argv = [""]
    builtins.display = display
    # It warns of fonts that are not here and of a folder for its cache.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # All that the library's figures ask of IPython; of the whole, Matplotlib would ask more.
    shown = sys.modules["IPython.display"] = types.ModuleType("IPython.display")
    shown.display = display


def run(source: str, number: int) -> None:
    """Run a cell; the last message is `done`, with whether it ended well."""
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    name = f"Cell In[{number}]"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    failure = None
    try:
        _execute(source, name)
        _figures()
    except SystemExit:
        pass
    except BaseException as error:
        failure = {"type": "error", "text": describe(error)}
    _flush()
    if failure:
        send(failure)
    send({"type": "done", "ok": failure is None})


def display(*objects, raw: bool = False, metadata: dict | None = None) -> None:
    """Show objects below the cell; ``raw`` ones are dicts of MIME types."""
    _flush()
    for shown in objects:
        bundle = shown if raw else {"text/plain": repr(shown)}
        alt = bundle.get("text/plain", "")
        if not raw and hasattr(shown, "savefig"):
            file = io.BytesIO()
            shown.savefig(file, format="png", bbox_inches="tight", dpi=100)
            bundle, alt = {"image/png": file.getvalue()}, ""
        if "image/png" in bundle:
            png = base64.b64encode(bundle["image/png"]).decode()
            send({"type": "image", "png": png, "alt": alt})
        else:
            send({"type": "result", "text": alt[:MOST_TEXT]})


def describe(error: BaseException) -> str:
    """What Jupyter would show, less the frames outside of the learner's cells."""
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    told = part = traceback.TracebackException.from_exception(error, limit=-200)
    while part is not None:
        kept = [frame for frame in part.stack if frame.filename.startswith("Cell In[")]
        part.stack = traceback.StackSummary.from_list(kept[-MOST_FRAMES:])
        part = part.__cause__ or (None if part.__suppress_context__ else part.__context__)
    text = "".join(told.format()).rstrip("\n").replace("Traceback (most recent call last):\n", "")
    text = re.sub(rf"\.{NO_SITE}.*", "", text)
    return CELL.sub(r"\1, line \2", text)


def _execute(source: str, name: str) -> None:
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), main.__dict__)
    if last is None:
        return
    value = eval(compile(ast.Expression(last.value), name, "eval"), main.__dict__)
    if value is not None and not source.rstrip().endswith(";"):
        main._ = value
        display(value)


def _figures() -> None:
    """Show Matplotlib's open figures and close them, as Jupyter does after a cell."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            display(pyplot.figure(number))
        pyplot.close("all")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
