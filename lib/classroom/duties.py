"""What a learner's process does when it is asked: run a cell, hand out a name, call a function.

`runner` does it behind sockets, `wasm_inside` in WebAssembly. Nothing here is trusted once an
answer ran.
"""

import io
import sys
import types

import numpy as np

from classroom import wire

CELL = "<cell>"


def hide_checks() -> None:
    """Put an empty ``logitlab.checks`` in place: the real one holds the answers."""
    import logitlab

    checks = types.ModuleType("logitlab.checks")
    checks.check = lambda exercise_id, answer, seed=None: None
    checks.CheckFailed = type("CheckFailed", (AssertionError,), {})
    checks.NotAttempted = type("NotAttempted", (NotImplementedError,), {})
    sys.modules["logitlab.checks"] = logitlab.checks = checks


class Sink(io.TextIOBase):
    """Where prints go: nobody reads them, so they can be of any length."""

    encoding = "utf-8"

    def write(self, text):
        """Forget the text."""
        return len(text)


def do(shell, request: dict, arrays: list[bytes], functions: list) -> tuple[dict, list[bytes]]:
    """
    Do what was asked, whatever comes of it.

    Parameters
    ----------
    shell : object
        Has the cells' names as ``user_ns``, and ``run_cell`` for what is no plain Python.
    request : dict
    arrays : list of bytes
        Of the request.
    functions : list
        Those that were handed out; grows.

    Returns
    -------
    reply : dict
    blobs : list of bytes
        Its arrays.
    """
    blobs: list[bytes] = []
    try:
        reply = DUTIES[request["do"]](shell, request, arrays, blobs, functions)
    except BaseException as error:
        blobs = []
        reply = {"error": describe(error)}
    sys.stdout, sys.stderr = Sink(), Sink()
    return {**reply, "to": request["id"]}, blobs


def start(shell, request, arrays, blobs, functions) -> dict:
    """Say that all is loaded: from here on the time is the learner's."""
    return {}


def run(shell, request, arrays, blobs, functions) -> dict:
    """Run one cell as a notebook does: magics and top-level ``await`` work."""
    try:
        code = compile(request["source"], CELL, "exec")
    except (SyntaxError, ValueError):  # no plain Python: IPython's, or nobody's
        result = shell.run_cell(request["source"], silent=True)
        error = result.error_before_exec or result.error_in_exec
        return {"error": describe(error)} if error is not None else {}
    exec(code, shell.user_ns)
    return {}


def get(shell, request, arrays, blobs, functions) -> dict:
    """The value of a global name."""
    if request["name"] not in shell.user_ns:
        return {"undefined": True}
    value = shell.user_ns[request["name"]]
    module = str(getattr(value, "__module__", ""))[:100]
    return {"value": wire.encode(value, blobs, functions), "module": module}


def call(shell, request, arrays, blobs, functions) -> dict:
    """
    Call a function that was handed out before; tell which arguments it changed.

    What it takes by name alone is given to it by name, as the notebook's check does.
    """
    function = functions[request["function"]]
    args = [wire.decode(arg, arrays) for arg in request["args"]]
    before = [_as_sent(arg) for arg in args]
    by_name = dict(zip(request["names"], args, strict=False))
    by_name = {name: by_name[name] for name in _by_name_alone(function) if name in by_name}
    names = [*request["names"], *[""] * len(args)]
    by_place = [arg for arg, name in zip(args, names, strict=False) if name not in by_name]
    value = function(*by_place, **by_name)
    reply = {"value": wire.encode(value, blobs, functions)}
    reply["changed"] = [
        [i, wire.encode(arg, blobs)]
        for i, (arg, old) in enumerate(zip(args, before, strict=True))
        if _as_sent(arg) != old
    ]
    return reply


def _as_sent(arg) -> bytes:
    """An argument that can be changed, as it would cross; a generator is there to be drawn from."""
    blobs: list[bytes] = []
    message = wire.encode(arg, blobs) if isinstance(arg, list | dict | np.ndarray) else None
    return wire.pack({"arg": message}, blobs)


def _by_name_alone(function) -> tuple[str, ...]:
    """Parameters that a function takes by their name alone."""
    if type(function) is not types.FunctionType:
        return ()
    code = function.__code__
    return code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]


DUTIES = {"start": start, "run": run, "get": get, "call": call}


def describe(error: BaseException) -> dict:
    """Type and text of an exception, and the line of the cell where it came from."""
    try:
        text = str(error)[:2000]
    except BaseException:
        text = ""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith((CELL, "<ipython-input")):
            line = trace.tb_lineno
        trace = trace.tb_next
    kind = type(error)
    builtin = next(c.__name__ for c in kind.__mro__ if c.__module__ == "builtins")
    return {"type": kind.__name__, "builtin": builtin, "text": text, "line": line}
