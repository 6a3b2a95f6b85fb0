"""Where measurements are written down that the book shows: book/measured.json."""

import datetime
import json
import os
import platform
import re
from pathlib import Path

PATH = Path(__file__).parents[2] / "book" / "measured.json"


def processor() -> str:
    """The processor's name, or at least its kind."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.M)
    return found[1] if found else platform.processor() or platform.machine()


def record(name: str, rows: list) -> None:
    """Write down the rows of a measurement, with the day and the machine."""
    found = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()} on {processor()}, {os.cpu_count()} cores{load}"
    found[name] = {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine,
        "rows": rows,
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    PATH.write_text(text + "\n", encoding="utf-8")
