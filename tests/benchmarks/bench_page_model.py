"""The model in a page: ``python -m tests.benchmarks.bench_page_model``.

Needs a book built with ``BOOK_MODEL=1 make book``. On the page's own clock, in Chromium: from the
click until a prompt can be typed, on a first visit and after a reload; a prompt of five tokens;
and tokens written in a second. Then the memory of the page's process.
"""

import argparse
import shutil
import statistics
from contextlib import closing
from pathlib import Path

from coursebook import BUILT

from tests.benchmarks.measured import record
from tests.book.book_site import serve
from tests.chromium import FLAGS

PROMPT = "The capital of Australia is"
# Clicks, and gives the milliseconds until the status line says what is waited for.
CLICK = """
([name, words]) => new Promise((done) => {
  const box = document.getElementById("own-prompt");
  const start = performance.now();
  const watch = new MutationObserver(() => {
    if (!box.querySelector(".prompt-status")?.textContent.includes(words)) return;
    watch.disconnect();
    done(performance.now() - start);
  });
  watch.observe(box, { childList: true, subtree: true, characterData: true });
  [...box.querySelectorAll("button")].find((b) => b.textContent.startsWith(name)).click();
})
"""


def memory(browser) -> float:
    """Megabytes that the largest renderer holds, as Linux counts them."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pids = [process["id"] for process in told if process["type"] == "renderer"]
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return max(int(text.partition("VmRSS:")[2].split()[0]) for text in texts) / 1000


def visit(browser, base: str) -> list[float]:
    """Seconds of a first and a second start, milliseconds of a prompt, tokens a second, MB."""
    with closing(browser.new_context()) as context:
        page, found = context.new_page(), []
        page.set_default_timeout(300_000)
        for name in ("Fetch the model", "Start the model"):
            page.goto(f"{base}/book/prompt.html")
            page.get_by_role("button", name=name).wait_for()
            found.append(page.evaluate(CLICK, [name, "The model is ready"]) / 1000)
        page.get_by_label("The beginning of a text").fill(PROMPT)
        found.append(page.evaluate(CLICK, ["Show", "tokens read in"]))
        taken = page.evaluate(CLICK, ["Write on", "tokens written"])
        written = page.locator("#own-prompt [role=option]").count()
        return [*found, 1000 * written / taken, memory(browser)]


def main() -> None:
    """Measure and print, and with --record write it down for the book."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", action="store_true", help="write book/measured.json")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chrome")
    with serve(BUILT / "html") as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        runs = [visit(browser, base) for _ in range(options.runs)]
        where = f"Chromium {browser.version.split('.')[0]}"
        browser.close()
    first, second, prompt, speed, megabytes = map(statistics.median, zip(*runs, strict=True))
    numbers = [f"{first:.1f}", f"{second:.1f}", f"{prompt:.0f}", f"{speed:.0f}", f"{megabytes:.0f}"]
    print(where, *numbers, sep="; ")
    if options.record:
        record("page model", [[where, *numbers]])


if __name__ == "__main__":
    main()
