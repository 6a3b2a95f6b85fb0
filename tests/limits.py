"""How long a test waits for a browser, a kernel, a server or a sandbox: here, and nowhere else.

A limit is written for a quiet core of the processor named below. On another it is multiplied by how
much longer the same work takes there, and by how many programs want each core at the moment.
Never by less than 1: a limit ends a test that hangs, it does not measure. A limit that is itself
what a test measures does not come from here.
"""

import os
import time
from functools import cache

#: Seconds of processor that ``work`` takes: the median of 20 runs, CPython 3.11.7, AMD EPYC.
REFERENCE = 0.22


def work() -> float:
    """Seconds that a fixed piece of work takes here and now, waiting for a core included."""
    start = time.perf_counter()
    total = 0
    for i in range(2_000_000):
        total += i * i % 7
    return time.perf_counter() - start


@cache
def slowness() -> float:
    """How many times longer than on the reference the work takes here; once in each process."""
    return max(1.0, work() / REFERENCE)


def crowd() -> float:
    """How many programs want each core, over the last minute; 1 where the system does not say."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1.0, load / (os.cpu_count() or 1))


def seconds(limit: float) -> float:
    """The limit, in seconds, that a test has here and now."""
    return limit * slowness() * crowd()


def milliseconds(limit: float) -> float:
    """The same in the browser's unit; ``limit`` is still in seconds."""
    return 1000 * seconds(limit)
