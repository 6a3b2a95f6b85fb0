"""The course under the arithmetic of other processors: ``make kernels``.

OpenBLAS has a way to multiply matrices for each family of processors (a kernel), and NumPy its own
ways for ``exp`` and the like. Both can be told to take those of another processor, if this one can
run them; last_bits.py stands for the others. Each setting below runs what it lists, and everything
must come out as it is committed, a notebook to the byte. What was run on which processor is in
kernels.json; ``python tests/notebooks/kernels.py --record`` adds this machine.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from classroom.timing import machine

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RECORD = HERE / "kernels.json"
LAST_BITS = HERE / "last_bits.py"

BUILD = ("-m", "classroom", "build", "--check", "--root", str(ROOT))
TRAINING = (*BUILD, "lessons", "06_distillation")
TESTS = ("-q", "-p", "no:cacheprovider", "-n0", "--no-header", "--tb=short")
#: What compares the model, as it runs now, with what was recorded of it.
RECORDED = (
    *("-m", "pytest", *TESTS),
    *(f"tests/unit/test_{name}.py" for name in ("recorded", "recorded_answers", "texts")),
    *(f"tests/unit/test_{name}.py" for name in ("digits_and_corpus", "penalties")),
)
#: What compares the library with numbers that others computed or printed.
STORED = ("tests/golden", "tests/book/test_pages.py::test_a_claims_verdict_comes_out")
STORED_MOVED = (
    "-c",
    "import pytest, runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__');"
    "sys.exit(pytest.main(sys.argv[2:]))",
    str(LAST_BITS),
    *TESTS,
    *STORED,
)
AS_COMMITTED = "as committed"

#: A run starts without those of the caller.
VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES", "PYTHONSTARTUP")
#: What OpenBLAS calls the kernel that it runs when asked for one, where that is another name.
ALSO = {"Prescott": {"Katmai"}, "Zen": {"Haswell"}, "SapphireRapids": {"Cooperlake", "SkylakeX"}}
AVX512 = ("SkylakeX", "SapphireRapids")

PROBE = """
import json, numpy as np, threadpoolctl
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
for kind in (np.float32, np.float64):
    square = np.ones((200, 200), kind)
    assert (square @ square == 200).all()
blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
print(json.dumps({
    "kernel": blas[0].get("architecture") if blas else None,
    "openblas": blas[0].get("version") if blas else None,
    "threads": blas[0]["num_threads"] if blas else 1,
    "numpy": np.__version__,
    "features": [name for name in __cpu_dispatch__ if __cpu_features__[name]],
}))
"""


@dataclass(frozen=True)
class Setting:
    """What a run is given in place of this processor's own, and what it runs."""

    name: str
    runs: tuple[tuple[str, ...], ...] = (TRAINING,)
    kernel: str = ""
    without: str = ""
    """NumPy's features to switch off: ``"AVX512"`` or ``"all"`` that it chooses as it starts."""
    threads: int = 1
    last_bits: bool = False

    def environment(self, features=()) -> dict[str, str]:
        """Variables for a run; `features` are those of NumPy that this processor has."""
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        kept["OPENBLAS_NUM_THREADS"] = str(self.threads)
        if self.kernel:
            kept["OPENBLAS_CORETYPE"] = self.kernel
        if off := self.off(features):
            kept["NPY_DISABLE_CPU_FEATURES"] = " ".join(off)
        if self.last_bits:
            kept["PYTHONSTARTUP"] = str(LAST_BITS)
        return kept

    def off(self, features) -> list[str]:
        """Which of a processor's features are switched off."""
        if not self.without:
            return []
        high = [name for name in features if name.startswith("AVX512") or name == "X86_V4"]
        return high if self.without == "AVX512" else list(features)


SETTINGS = (
    Setting("kernel Prescott", (BUILD, RECORDED), kernel="Prescott"),
    Setting("kernel Nehalem", kernel="Nehalem"),
    Setting("kernel Sandybridge", kernel="Sandybridge"),
    Setting("kernel Haswell", kernel="Haswell"),
    Setting("kernel Zen", kernel="Zen"),
    Setting("kernel SkylakeX", kernel="SkylakeX"),
    Setting("kernel SapphireRapids", kernel="SapphireRapids"),
    Setting("NumPy without AVX-512", (BUILD,), without="AVX512"),
    Setting("NumPy without AVX2 and above", (BUILD,), without="all"),
    Setting("two threads", threads=2),
    Setting("last bits moved", (BUILD, STORED_MOVED), last_bits=True),
)


def probe(setting: Setting, features=()) -> dict | None:
    """What really computes under a setting; None where this processor cannot run it."""
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=setting.environment(features),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return json.loads(run.stdout) if run.returncode == 0 else None


def not_here(setting: Setting, native: dict, found: dict | None) -> str | None:
    """Why this machine cannot run a setting, or None if it can."""
    has_avx512 = any(name.startswith("AVX512") or name == "X86_V4" for name in native["features"])
    if setting.kernel in AVX512 and not has_avx512:
        return "the processor has no AVX-512"
    if found is None:
        return "the processor cannot run it"
    if setting.kernel and found["kernel"] not in {setting.kernel, *ALSO.get(setting.kernel, ())}:
        return f"OpenBLAS takes {found['kernel']} in its place"
    if setting.without and not setting.off(native["features"]):
        return "the processor has none"
    if set(setting.off(native["features"])) & set(found["features"]):
        return "NumPy does not switch it off"
    if setting.threads > found["threads"]:
        return f"the library has {found['threads']} thread"
    return None


def another(native: dict) -> Setting | None:
    """A setting with a kernel that this processor would not take by itself: the fastest it runs."""
    for setting in reversed(SETTINGS):
        found = probe(setting) if setting.kernel else None
        if found and not not_here(setting, native, found) and found["kernel"] != native["kernel"]:
            return setting
    return None


def run(setting: Setting, features) -> dict:
    """Run what a setting lists; how it ended, and in how many seconds."""
    problems, start = [], time.monotonic()
    for arguments in setting.runs:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=setting.environment(features),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            problems.append(done.stdout + done.stderr or f"ended with {done.returncode}")
    seconds = round(time.monotonic() - start)
    return {"seconds": seconds, "result": "\n".join(problems) or AS_COMMITTED}


def main(arguments=None) -> int:
    """Run every setting that this machine can; 1 when something came out otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help=f"write the result to {RECORD.name}")
    options = parser.parse_args(arguments)
    native = probe(Setting("native"))
    entries, first = {}, {}
    for setting in SETTINGS:
        found = probe(setting, native["features"])
        entry = entries[setting.name] = {"asked": setting.name}
        if reason := not_here(setting, native, found):
            entry["result"] = f"not run here: {reason}"
            continue
        entry |= {"kernel": found["kernel"], "threads": found["threads"]}
        if setting.kernel and first.setdefault(found["kernel"], setting.name) != setting.name:
            entry["result"] = (
                f"not run again: this OpenBLAS has one for it and {first[found['kernel']]}"
            )
    todo = [setting for setting in SETTINGS if "result" not in entries[setting.name]]
    print(f"{native['kernel']} and {native['features']} are this processor's own", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = pool.map(lambda setting: run(setting, native["features"]), todo)
        for entry in entries.values():
            if "result" not in entry:
                entry |= next(ended)
            print(" | ".join(map(str, entry.values())), flush=True)
    if options.record:
        record(list(entries.values()), native)
    return any(entries[setting.name]["result"] != AS_COMMITTED for setting in todo)


def record(entries: list[dict], native: dict) -> None:
    """Put this machine's results in the list, in place of older ones of the same processor."""
    old = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else []
    new = {
        "processor": machine()["processor"],
        "on": date.today().isoformat(),
        "numpy": native["numpy"],
        "openblas": native["openblas"],
        "own kernel": native["kernel"],
        "own features": native["features"],
        "runs": entries,
    }
    kept = [other for other in old if other["processor"] != new["processor"]]
    RECORD.write_text(json.dumps([*kept, new], indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
