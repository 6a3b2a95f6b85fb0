"""What recorded the real model for ``logitlab/data``: one module a file, each run with ``-m``."""

import datetime
import json
import os
import platform
import re
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


def measured(rows: list[dict]) -> dict:
    """Rows of an experiment with the day and the processor that they were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.M)
    name = found[1] if found else platform.processor() or platform.machine()
    return {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": f"{name}, {os.cpu_count()} cores",
        "rows": rows,
    }


def write_table(path: Path, table: dict) -> None:
    """Write what `measured` gives as JSON, one row a line."""
    head = "".join(
        f"{json.dumps(key)}: {json.dumps(table[key])},\n" for key in table if key != "rows"
    )
    path.write_text(f'{{{head}"rows": {dump(table["rows"])[:-1]}}}\n', encoding="utf-8")
