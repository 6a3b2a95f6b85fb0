"""The library's reference: a block ``{public} module`` lists what a module offers, by itself.

Before a page is read a block becomes one autodoc directive for each public name of the module,
and ``{public-summary}`` a table of them. So a name that is new in logitlab is on the page.
"""

import inspect
import re
from importlib import import_module
from types import FunctionType

import logitlab
from sphinx.application import Sphinx

BLOCK = re.compile(r"^```\{(public|public-summary)\} (.+)\n```$", re.M)


def names(home: str) -> list[str]:
    """Public names of a module: what logitlab re-exports, then the rest of ``__all__``."""
    module = import_module(f"logitlab.{home}")
    first = [f"logitlab.{name}" for name in logitlab._HOMES.get(home, "").split()]
    listed = getattr(module, "__all__", [])
    if not first and not listed:
        listed = [name for name, value in vars(module).items() if own(module, name, value)]
    more = [name for name in listed if f"logitlab.{name}" not in first]
    return first + [f"logitlab.{home}.{name}" for name in more if described(getattr(module, name))]


def own(module, name: str, value) -> bool:
    """Whether a public function or class was written in this module."""
    return not name.startswith("_") and getattr(value, "__module__", "") == module.__name__


def described(value) -> bool:
    """Whether a value is a function or a class with a docstring."""
    return bool((inspect.isfunction(value) or inspect.isclass(value)) and value.__doc__)


def directive(name: str) -> str:
    """The autodoc directive for a name."""
    module, _, last = name.rpartition(".")
    value = getattr(import_module(module), last)
    if not inspect.isclass(value):
        return f".. autofunction:: {name}\n"
    methods = [name for name, method in vars(value).items() if public(name, method)]
    members = f"   :members: {', '.join(methods)}\n" if methods else ""
    return f".. autoclass:: {name}\n{members}"


def public(name: str, method) -> bool:
    """Whether an entry of a class is a method or a property for others, with a docstring."""
    kinds = (FunctionType, classmethod, staticmethod, property)
    return not name.startswith("_") and isinstance(method, kinds) and bool(method.__doc__)


def block(match: re.Match) -> str:
    """What a block stands for."""
    found = [name for home in match[2].split() for name in names(home)]
    if match[1] == "public":
        text = "\n".join(map(directive, found))
    else:
        text = ".. autosummary::\n\n" + "".join(f"   ~{name}\n" for name in found)
    return f"```{{eval-rst}}\n{text}\n```"


def expand(app: Sphinx, docname: str, source: list[str]) -> None:
    """Write out the blocks of a page."""
    if docname.startswith("book/library"):
        source[0] = BLOCK.sub(block, source[0])
