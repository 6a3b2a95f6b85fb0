"""Time until a page has checked an answer: ``python -m tests.benchmarks.bench_page_python``.

Needs a built book (``make book``). On the page's own clock, from the click on *Run and check* until
the check's line is there: on a first visit, with nothing fetched; on a second, after a reload;
after *Stop*; and then the same check again. Chromium is also measured slowed fourfold.
For comparison, Pyodide's core from npm: the same from the first byte to ``1 + 1``, without NumPy,
of which there is no wheel for it in a registry.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from contextlib import closing
from pathlib import Path

from coursebook import BUILT, npm

from tests.benchmarks.measured import record
from tests.book.book_site import serve
from tests.chromium import FLAGS
from tests.pagepython.marionette import opened

SITE = BUILT / "html"
PAGE = "exercises/01_temperature.html"
ANSWER = {"ex-1-10": {"source": 'first_word, probability = "dog", 0.36'}}
KEPT = json.dumps({"cells": ANSWER, "own": []})
WRITE = f"localStorage.setItem('logitlab:sheet:01_temperature', {json.dumps(KEPT)})"
READY = "document.documentElement.dataset.sheet == 'ready'"
# Starts the clock with the click; `done` has the milliseconds when the check's line is there.
CLICK = """
globalThis.done = 0;
const box = document.getElementById("cell-check-1-10");
delete box.dataset.state;
const start = performance.now();
new MutationObserver((_, observer) => {
  if (!["ok", "failed"].includes(box.dataset.state)) return;
  observer.disconnect();
  globalThis.done = performance.now() - start;
}).observe(box, { attributes: true });
document.querySelector("#cell-ex-1-10 .cell-run").click();
"""
STOP = """
const stop = document.querySelector(".run-stop");
stop.disabled = false;
stop.click();
"""
PYODIDE = """<!doctype html><script type="module">
const start = performance.now();
const { loadPyodide } = await import("./pyodide.mjs");
const pyodide = await loadPyodide();
pyodide.runPython("1 + 1");
globalThis.done = performance.now() - start;
</script>"""


def visits(go, ask, wait, base: str) -> list[float]:
    """Seconds of a first and a second visit and after Stop, milliseconds of a check."""

    def check() -> float:
        ask(CLICK)
        return wait("globalThis.done")

    go(f"{base}/{PAGE}")
    ask(WRITE)
    found = []
    for _ in range(2):
        go(f"{base}/{PAGE}")
        wait(READY)
        found.append(check() / 1000)
    again = statistics.median(check() for _ in range(5))
    ask(STOP)
    return [*found, check() / 1000, again]


def in_chromium(browser, base: str, rate: int) -> list[float]:
    """The four times, with the processor slowed `rate` times."""
    with closing(browser.new_context()) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})

        def wait(condition):
            return page.wait_for_function(condition, timeout=300_000).json_value()

        return visits(page.goto, lambda script: page.evaluate(f"() => {{ {script} }}"), wait, base)


def in_firefox(program: str, base: str) -> list[float]:
    """The four times in Firefox."""
    with tempfile.TemporaryDirectory() as profile, opened(program, Path(profile)) as browser:
        return visits(browser.go, browser.ask, lambda c: browser.wait(c, 300), base)


def pyodide(browser) -> list[float]:
    """Seconds of a first and a second visit until Pyodide's core has run something."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as base:
        shutil.copytree(npm.MODULES / "pyodide", name, dirs_exist_ok=True)
        Path(name, "page.html").write_text(PYODIDE)
        with closing(browser.new_context()) as context:
            page, found = context.new_page(), []
            for _ in range(2):
                page.goto(f"{base}/page.html")
                done = page.wait_for_function("globalThis.done", timeout=300_000)
                found.append(done.json_value() / 1000)
            return found


def sizes() -> list:
    """Megabytes that a page fetches, by what they are."""
    folder = SITE / "_static" / "pagepython"

    def mb(*patterns: str) -> float:
        paths = [path for pattern in patterns for path in folder.glob(pattern)]
        return round(sum(path.stat().st_size for path in paths) / 1e6, 2)

    return [
        ["CPython and NumPy, compiled", mb("python-*.gz")],
        ["The standard library and NumPy's modules", mb("stdlib-*.gz")],
        ["The course's library and checks", mb("course-*.gz")],
        ["Scripts and style, with the editor", mb("sheet.js", "worker-*.js", "page.css")],
        [
            "All that a first Run fetches",
            mb("python-*.gz", "stdlib-*.gz", "course-*.gz", "worker-*"),
        ],
        ["Matplotlib, where a cell asks for it", mb("bodies-*.gz", "plots-*.gz")],
    ]


def main() -> None:
    """Measure and print, and with --record write it down for the book."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", action="store_true", help="write book/measured.json")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chrome")
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    npm.install(tests=True)
    rows = []

    def note(where: str, measure) -> None:
        runs = [measure() for _ in range(options.runs)]
        middle = [statistics.median(times) for times in zip(*runs, strict=True)]
        seconds = [f"{time:.2f}" for time in middle[:3]]
        checks = [f"{time:.0f}" for time in middle[3:]]
        rows.append([where, *seconds, *checks, *["–"] * (4 - len(middle))])
        print(*rows[-1], sep="; ", flush=True)

    with serve(SITE) as base:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            version = browser.version.split(".")[0]
            note(f"Chromium {version}", lambda: in_chromium(browser, base, 1))
            note(f"Chromium {version}, slowed fourfold", lambda: in_chromium(browser, base, 4))
            note(f"Pyodide's core in Chromium {version}, no NumPy", lambda: pyodide(browser))
            browser.close()
        if firefox:
            note("Firefox", lambda: in_firefox(firefox, base))
    if options.record:
        record("page python", rows)
        record("page sizes", sizes())
    for row in sizes():
        print(*row, sep=": ")


if __name__ == "__main__":
    main()
