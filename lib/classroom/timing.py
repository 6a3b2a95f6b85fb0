"""``python -m classroom time``: how long the notebooks take to run, for the book's page on it."""

import datetime
import json
import os
import platform
import statistics
import time
from pathlib import Path

from classroom import build
from classroom.command import at_least_one

FILE = Path("book", "times.json")


def add_command(commands) -> None:
    """Add ``time`` to the command line."""
    parser = commands.add_parser("time", help="measure how long the notebooks take to run")
    parser.add_argument("names", nargs="*", metavar="name", help="as for build; all by default")
    parser.add_argument("--runs", type=at_least_one, default=3, help="the median of them is kept")
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: 0 when all ran; what was not asked for keeps its time, on the same machine."""
    path = options.root / FILE
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    record = {"on": datetime.date.today().isoformat(), "runs": options.runs, "load": load()}
    record["machine"] = machine()
    same = before.get("machine") == record["machine"]
    notebooks = before.get("notebooks", {}) if same and options.names else {}
    for source, kind, target in build.plan(options.root, options.names):
        if kind != "exercises":  # they hold no answers to run
            name = target.relative_to(options.root).with_suffix("").as_posix()
            notebooks[name] = measure(source, kind, options.runs)
            print(f"{name}: {notebooks[name]}")
    record["notebooks"] = dict(sorted(notebooks.items()))
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0


def measure(source: Path, kind: str, runs: int) -> dict[str, float]:
    """
    Seconds to run one notebook from its first cell to its last, the start of Python included.

    Returns
    -------
    dict
        ``seconds`` on the clock and ``processor`` seconds, the median of `runs` each.
    """
    clock, processor = [], []
    for _ in range(runs):
        notebook = build.read(source)
        if kind == "solutions":
            notebook = build.teacher_version(notebook)
        start, used = time.perf_counter(), _children()
        build.execute(notebook, source.parent)
        clock.append(time.perf_counter() - start)
        processor.append(_children() - used)
    return {
        "seconds": round(statistics.median(clock), 1),
        "processor": round(statistics.median(processor), 1),
    }


def machine() -> dict:
    """What a reader has to know to compare."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        name = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), name)
    return {
        "processor": name,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def load() -> float | None:
    """How many jobs want a core, where the system says."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _children() -> float:
    """Processor seconds of the child processes that have ended."""
    used = os.times()
    return used.children_user + used.children_system
