"""
Submissions a minute, as classes grow, and against nbgrader's autograde on the same notebooks.

    python -m tests.benchmarks.bench_grading 30 300 3000 --nbgrader 6

Every submission is another one: of each exercise a right answer (60 %), a known mistake (25 %) or
the untouched stub, drawn with a seed, so nothing comes from the cache.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.grading.handed_in import SHEET, hand_in, notebook, solution

COURSE = Path(__file__).parents[2]

WRONG = {
    3: "def softmax(logits):\n    return np.exp(logits) / np.exp(logits).sum()",
    4: "def softmax_with_temperature(logits, temperature=1.0):\n"
    "    return softmax(logits * temperature)",
    5: "def sample_inverse_cdf(probs, u):\n    return np.searchsorted(np.cumsum(probs), u)",
    7: "def softmax_rows(logits, temperature=1.0):\n"
    "    weights = np.exp(logits / temperature - np.max(logits / temperature))\n"
    "    return weights / weights.sum()",
    10: "first_word, probability = 'nice', 0.2",
}


def drawn(number: int) -> dict:
    """The notebook of student `number`."""
    rng = random.Random(number)
    answers = {}
    for exercise in range(1, 12):
        draw = rng.random()
        if draw < 0.6 or (draw < 0.85 and exercise not in WRONG):
            answers[f"e{exercise}"] = solution(exercise) + f"\n# student {number}"
        elif draw < 0.85:
            answers[f"e{exercise}"] = WRONG[exercise] + f"\n# student {number}"
    return notebook("stub", **answers)


def peak_memory(stop: threading.Event, peak: list[float]) -> None:
    """Proportional memory of this process's children and theirs, in MB; its highest value."""
    while not stop.wait(0.5):
        total = 0
        for process in _family(os.getpid()):
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except (OSError, StopIteration):
                continue
        peak[0] = max(peak[0], total / 1024)


def _family(parent: int) -> list[int]:
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [p for child in children for p in (int(child), *_family(int(child)))]


def ours(size: int, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory of one `classroom grade` on a class of this size."""
    class_, out = folder / f"class{size}", folder / f"out{size}"
    for number in range(size):
        hand_in(class_, f"student {number:04}", drawn(number))
    stop, peak = threading.Event(), [0.0]
    watch = threading.Thread(target=peak_memory, args=(stop, peak))
    watch.start()
    started = time.perf_counter()
    command = [sys.executable, "-m", "classroom", "grade", class_, "--out", out]
    subprocess.run([*map(str, command), "--course", str(COURSE)], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    stop.set()
    watch.join()
    shutil.rmtree(class_)
    return seconds, peak[0]


def nbgraders(size: int, folder: Path) -> float:
    """Seconds of `nbgrader autograde` on a class of this size, all in one run."""
    from classroom import build

    source = folder / "course" / "source" / SHEET / f"{SHEET}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(build.read(COURSE / "solutions" / f"{SHEET}.py")), "utf-8")
    for number in range(size):
        hand_in(folder / "course" / "submitted" / f"s{number:04}", SHEET, drawn(number))
    nbgrader = [sys.executable, "-m", "nbgrader"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls alembic
    quiet = {"cwd": folder / "course", "check": True, "capture_output": True}
    quiet["env"] = {**os.environ, "PATH": path}
    subprocess.run([*nbgrader, "generate_assignment", SHEET], **quiet)
    started = time.perf_counter()
    subprocess.run([*nbgrader, "autograde", SHEET], **quiet)
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[30, 300])
    parser.add_argument("--nbgrader", type=int, default=0, metavar="SIZE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, each = Path(name), None
        print("submissions   seconds   a minute   ms each   peak MB")
        for size in options.sizes:
            seconds, memory = ours(size, folder)
            each = seconds / size
            rate = 60 / each
            print(f"{size:11}  {seconds:8.1f}  {rate:9.0f}  {1000 * each:8.1f}  {memory:8.0f}")
        if options.nbgrader:
            theirs = nbgraders(options.nbgrader, folder) / options.nbgrader
            print(f"nbgrader autograde, {options.nbgrader}: {theirs:.2f} s each", end="")
            print(f", {60 / theirs:.0f} a minute" + (f", {theirs / each:.0f} x" if each else ""))


if __name__ == "__main__":
    main()
