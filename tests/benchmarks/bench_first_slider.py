"""Time until a page's first slider answers: ``python -m tests.benchmarks.bench_first_slider``.

Needs a built book (``make book``). For each page with a slider, with the processor slowed fourfold:
seconds on the page's own clock, from asking for the page until a key has changed the drawing of its
first slider; keys come without a pause, and go to the slider as soon as it is there. Then, not
slowed, the processor time of the page's main thread until the slider is there: on a busy machine
the first number grows and the second does not.

With --whole, what a whole lesson costs, in a site and in one built before: the same until every
widget is there, what the page fetches until then, compressed as gzip does, and with 1.6 Mbit/s and
nothing compressed the seconds until the first text.
"""

import argparse
import gzip
import itertools
import json
import os
import shutil
import statistics
import time
from contextlib import closing
from pathlib import Path

from coursebook import BUILT

from tests.benchmarks.measured import record
from tests.book.book_site import ALIVE, Reader, serve
from tests.chromium import FLAGS

SITE = BUILT / "html"
# Marks the moments on the page's clock. The focus stands for a hand that has found the slider.
MARKS = """
let area, seen, pressed = false;
addEventListener("keydown", () => { pressed = Boolean(area); }, true);
const observer = new MutationObserver(() => {
  if (!area) {
    const handle = document.querySelector("[role=slider]");
    if (!handle) return;
    if (getComputedStyle(handle).visibility === "hidden") { // it waits for a guess
      const asks = handle.closest(".cell").previousElementSibling;
      for (const button of asks.querySelectorAll("button"))
        if (button.textContent === "Skip" && button.checkVisibility()) button.click();
    }
    area = handle.closest(".widget-subarea");
    performance.mark("first-slider");
    return handle.focus();
  }
  const text = area.querySelector("[data-drawn]")?.textContent;
  if (pressed && seen && text !== seen) {
    observer.disconnect();
    performance.mark("first-answer");
  }
  seen = text; // the numbers in and above the drawing; a new width does not change them
});
observer.observe(document,
  { childList: true, subtree: true, attributes: true, characterData: true });
"""
LAST = """
new MutationObserver((_, observer) => {
  if (!document.documentElement?.dataset.widgets) return;
  observer.disconnect();
  performance.mark("last-widget");
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-widgets"] });
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
ANSWER = "performance.getEntriesByName('first-answer')[0]?.startTime"


def first_answer(browser, base: str, page: str) -> float:
    """Seconds from asking for a page to the first change of its first slider's drawing."""
    with closing(browser.new_context(viewport={"width": 1280, "height": 900})) as context:
        window = context.new_page()
        window.add_init_script(MARKS)
        session = context.new_cdp_session(window)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        window.goto(f"{base}/{page}", wait_until="commit")
        end = time.monotonic() + 60
        for number in itertools.takewhile(lambda _: time.monotonic() < end, itertools.count()):
            if answer := window.evaluate(ANSWER):
                return answer / 1000
            window.keyboard.press("ArrowLeft" if number % 4 in (1, 2) else "ArrowRight")
        raise TimeoutError(f"{page}: no slider has answered for a minute")


def work(browser, base: str, page: str, until: str = "first-slider") -> float:
    """Milliseconds of processor time that the main thread spent before a mark."""
    with Reader(browser, base) as reader:
        reader.page.add_init_script(LAST if until == "last-widget" else MARKS)
        kinds = ["toplevel", "blink.user_timing"]
        browser.start_tracing(page=reader.page, categories=kinds)
        reader.page.goto(f"{base}/{page}")
        reader.page.wait_for_selector("html[data-widgets=ready]", timeout=60_000)
        events = json.loads(browser.stop_tracing())["traceEvents"]
    mark = next(event for event in events if event["name"] == until)
    tasks = [
        event
        for event in events
        if event["name"] == "ThreadControllerImpl::RunTask"
        and (event["pid"], event["tid"]) == (mark["pid"], mark["tid"])
        and event["ts"] < mark["ts"]
        and "tdur" in event
    ]
    # The task in which the slider appears counts up to the mark.
    ends = [min(task["tts"] + task["tdur"], mark["tts"]) for task in tasks]
    return sum(end - task["tts"] for end, task in zip(ends, tasks, strict=True)) / 1000


def whole(browser, base: str, page: str) -> list[float]:
    """Kilobytes fetched, seconds and milliseconds of work until the last widget, first text."""
    with closing(browser.new_context(viewport={"width": 1280, "height": 900})) as context:
        window, came = context.new_page(), []
        window.add_init_script(LAST)
        window.on("response", lambda answer: came.append(answer))
        session = context.new_cdp_session(window)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        window.goto(f"{base}/{page}", wait_until="commit")
        window.wait_for_selector("html[data-widgets=ready]", timeout=180_000)
        last = window.evaluate("performance.getEntriesByName('last-widget')[0].startTime")
        window.wait_for_load_state()
        weight = sum(len(gzip.compress(answer.body(), 6)) for answer in came if answer.ok)
    with closing(browser.new_context(viewport={"width": 390, "height": 844})) as context:
        window = context.new_page()
        session = context.new_cdp_session(window)
        slow = {"offline": False, "latency": 50, "uploadThroughput": -1}
        slow["downloadThroughput"] = 1.6e6 / 8
        session.send("Network.emulateNetworkConditions", slow)
        window.goto(f"{base}/{page}", wait_until="commit")
        text = window.wait_for_function(PAINTED, timeout=60_000).json_value()
    spent = work(browser, base, page, "last-widget")
    return [round(weight / 1000), round(last / 1000, 1), round(spent), round(text / 1000, 1)]


def compare(browser, before: Path, runs: int) -> list[list]:
    """For each lesson what it cost and what it costs, the medians of runs that take turns."""
    rows = []
    with serve(before) as old, serve(SITE) as new:
        for page in [page for page in ALIVE if page.startswith("notebooks/")]:
            taken = [[whole(browser, base, page) for base in (old, new)] for _ in range(runs)]
            sides = (zip(*(run[side] for run in taken), strict=True) for side in (0, 1))
            then, now = ([statistics.median(values) for values in side] for side in sides)
            rows.append([page, *(f"{a:g} → {b:g}" for a, b in zip(then, now, strict=True))])
            print(*rows[-1], sep="; ", flush=True)
    return rows


def main() -> None:
    """Measure and print, and with --record write it down for the book."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--record", action="store_true", help="write book/measured.json")
    parser.add_argument("--whole", type=Path, help="compare whole lessons with an earlier site")
    options = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if options.whole:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            rows = compare(browser, options.whole, options.runs)
            browser.close()
        return record("whole page", rows) if options.record else None
    rows = []
    with serve(SITE) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for page in ALIVE:
            text = (SITE / page).read_text(encoding="utf-8")
            if "SliderModel" not in text:
                continue
            times = sorted(first_answer(browser, base, page) for _ in range(options.runs))
            spent = statistics.median(work(browser, base, page) for _ in range(3))
            rows.append(
                [page, round(times[0], 2), round(statistics.median(times), 2), round(spent)]
            )
            print(
                f"{page:34} first answer {times[0]:.2f} s, median {rows[-1][2]:.2f} s;"
                f" {spent:.0f} ms of work"
            )
        browser.close()
    if options.record:
        record("first slider", rows)


if __name__ == "__main__":
    main()
