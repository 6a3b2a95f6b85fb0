"""
The learner's side in WebAssembly: a notebook's names, and answers to what the grader asks.

Runs in the Python of the book's pages, which has a part of the standard library, NumPy and the
course, and neither IPython nor Matplotlib: magics are passed over, drawings draw nothing. `prepare`
is called once; each submission then starts where it left Python.
"""

import builtins
import inspect
import random
import sys
import time
import types
from importlib.machinery import ModuleSpec

from classroom import duties, wire

ABSENT = {"IPython", "anywidget", "ipywidgets", "matplotlib", "mpl_toolkits", "traitlets"}
MAGIC = "%", "!", "?"


class Shell:
    """The names of a notebook, and how its cells run that are no plain Python."""

    def __init__(self):
        self.user_ns = {"__name__": "__main__", "__builtins__": builtins}

    def run_cell(self, source: str, silent: bool = True):
        """Run a cell without its magics; ``await`` works at its top level."""
        result = types.SimpleNamespace(error_before_exec=None, error_in_exec=None)
        lines = source.splitlines()
        if lines and lines[0].startswith("%%"):  # of another language, or timed
            lines = lines[1:] if lines[0].split()[0] in ("%%time", "%%capture") else []
        plain = "\n".join("" if line.lstrip().startswith(MAGIC) else line for line in lines)
        try:
            flags = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            code = compile(plain, duties.CELL, "exec", flags)
        except (SyntaxError, ValueError) as error:
            result.error_before_exec = error
            return result
        try:
            work = eval(code, self.user_ns)
            if inspect.iscoroutine(work):
                finished(work)
        except BaseException as error:
            result.error_in_exec = error
        return result


def finished(work):
    """What a coroutine gives; nothing in here makes it wait for anything else."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("it waits for what is not here")


def one_by_one() -> types.ModuleType:
    """What cells use of asyncio, without threads and sockets: what is awaited is done at once."""

    async def sleep(delay, result=None):
        time.sleep(delay)
        return result

    async def gather(*work):
        return [await one for one in work]

    module = types.ModuleType("asyncio")
    module.sleep, module.gather, module.run = sleep, gather, finished
    return module


class Nothing(types.ModuleType):
    """Stands for a package that draws: everything can be done with it, and nothing happens."""

    __path__ = ()

    def __init__(self, name="nothing", *_, **__):
        super().__init__(str(name))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name)

    def __call__(self, *_, **__):
        return Nothing()

    def __iter__(self):
        return iter((Nothing(), Nothing()))  # fig, ax = plt.subplots()

    def __getitem__(self, _):
        return Nothing()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


class Finder:
    """Finds the packages that are not here, as `Nothing`."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Of a package in `ABSENT`, and of all modules in it."""
        return ModuleSpec(name, Finder) if name.partition(".")[0] in ABSENT else None

    @staticmethod
    def create_module(spec):
        """The stand-in."""
        return Nothing(spec.name)

    @staticmethod
    def exec_module(module):
        """There is nothing to run."""


shell = Shell()
functions: list = []


def prepare() -> None:
    """Load what notebooks use."""
    sys.meta_path.append(Finder)
    sys.modules["asyncio"] = one_by_one()
    duties.hide_checks()
    import logitlab.distributions  # noqa: F401

    builtins.display = lambda *_, **__: None
    sys.argv = [""]
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    shell.user_ns = main.__dict__
    sys.stdout, sys.stderr = duties.Sink(), duties.Sink()
    random.seed(0)
    import numpy as np

    np.random.seed(0)  # noqa: NPY002  (as in runner.py)


def serve() -> None:
    """Take the request that the grader holds ready, and answer it."""
    import _host  # what the grader lets this Python call

    request, arrays = wire.unpack(_host.call(b""))
    _host.call(wire.pack(*duties.do(shell, request, arrays, functions)))
