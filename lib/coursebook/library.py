"""The library's reference, made of what its modules offer: a name that is new is on its page."""

import inspect
from importlib import import_module

import logitlab

from coursebook.course import Course


def public(course: Course, homes: str) -> list[str]:
    """What modules offer, each name with its docstring, by autodoc."""
    return [_rst("".join(f".. auto{_kind(name)}:: {name}\n\n" for name in _names(homes)))]


def summary(course: Course, homes: str) -> list[str]:
    """The same names as a table."""
    return [_rst(".. autosummary::\n\n" + "".join(f"   ~{name}\n" for name in _names(homes)))]


def _rst(text: str) -> str:
    return f"```{{eval-rst}}\n{text}```"


def _kind(name: str) -> str:
    module, _, last = name.rpartition(".")
    return "class" if inspect.isclass(getattr(import_module(module), last)) else "function"


def _names(homes: str) -> list[str]:
    """Of each module what logitlab re-exports, then the rest of its ``__all__``, without values."""
    found = []
    for home in homes.split():
        module, first = import_module(f"logitlab.{home}"), logitlab._HOMES.get(home, "").split()
        rest = [name for name in getattr(module, "__all__", []) if name not in first]
        more = [name for name in rest if callable(getattr(module, name))]
        found += [f"logitlab.{name}" for name in first]
        found += [f"logitlab.{home}.{name}" for name in more]
    return found
