"""Time the language model: ``python tests/benchmarks/bench_model.py``.

Two threads, unless OMP_NUM_THREADS says otherwise. On a busy machine one is faster.
"""

import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")  # before NumPy is imported


def peak_gigabytes() -> float:
    """Return the largest memory that this process has had."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def seconds(function, repeats: int) -> float:
    """Return the shortest time of several calls: other programs can only make it longer."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print one row for each target."""
    from logitlab.generation import generate
    from logitlab.model import load_model

    load = seconds(load_model, 1)
    model = load_model()
    short = model.encode("The capital of Australia is")
    long = model.encode("The cat sat on the mat and thought about the weather. " * 20)
    n = 64
    write = seconds(lambda: list(generate(model, "Once upon a time", None, None, n)), 3)
    rows = [
        ("load", load, "s", "< 3"),
        (f"prompt of {len(short)} tokens", seconds(lambda: model.logits(short), 9), "s", "< 0.3"),
        (f"prompt of {len(long)} tokens", seconds(lambda: model.logits(long), 3), "s", ""),
        (f"writing {n} tokens", n / write, "tokens/s", ">= 25"),
        ("peak memory", peak_gigabytes(), "GB", "< 1.2"),
    ]
    for what, value, unit, target in rows:
        print(f"{what:24} {value:8.3f} {unit:9} {target}")


if __name__ == "__main__":
    main()
