"""What recorded the real model for ``logitlab/data``: one module a file, each run with ``-m``."""

import json
import zipfile
from pathlib import Path

import numpy as np


def save(contents: dict[str, np.ndarray], path: Path) -> None:
    """Write arrays as .npz, with a fixed date in place of today's."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in contents.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.create_system = 3  # else Windows writes another byte
            member.compress_type = zipfile.ZIP_DEFLATED
            with file.open(member, "w") as target:
                np.lib.format.write_array(target, array, allow_pickle=False)


def dump(items: list[dict]) -> str:
    """JSON with one item a line, for the recordings that are texts."""
    lines = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def as_bytes(value) -> np.ndarray:
    """A value as JSON, for an array of a .npz file."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), np.uint8)
