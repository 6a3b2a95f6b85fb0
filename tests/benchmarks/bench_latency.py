"""Time a slider, from key to paint: ``python -m tests.benchmarks.bench_latency``.

One run, one machine, four rows: the explorer of 49,152 tokens in the static book, the same in
JupyterLab with an idle and with a busy kernel, and ``interactive`` with matplotlib in JupyterLab.
With --record the rows are written down for the book. bench_first_slider.py measures how soon a page
is ready.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.benchmarks.measured import record
from tests.book.book_site import Reader, serve
from tests.chromium import FLAGS
from tests.lab import KERNEL, do, idle, jupyterlab, opened

ROWS: list[list] = []

EXPLORER = """from logitlab import distribution_explorer, recorded, recorded_prompts

real = recorded(recorded_prompts()[0])
distribution_explorer(real.tokens, real.logits)"""
INTERACTIVE = """import ipywidgets
import matplotlib.pyplot as plt
from logitlab import softmax, temperature


def draw(T):
    top = sorted(softmax(temperature(real.logits, T)), reverse=True)[:20]
    plt.barh(range(20), top)
    plt.show()


ipywidgets.interactive(draw, T=ipywidgets.FloatSlider(value=1, min=0.05, max=5, step=0.05))"""
BUSY = "import time\nend = time.time() + 40\nwhile time.time() < end: pass"
# From the key's own time stamp to the first moment after the frame with the new drawing: a message
# sent at the start of each frame arrives when that frame was painted.
WATCH = """
(drawing) => {
  const samples = (window.samples = []);
  let start = 0, drawn = 0;
  addEventListener("keydown", (event) => { start = event.timeStamp; drawn = 0; }, true);
  const element = (node) => (node instanceof Element ? node : node.parentElement);
  new MutationObserver(async (records) => {
    const seen = records.flatMap((r) => [r.target, ...r.addedNodes]).map(element);
    const found = seen.map((e) => e?.closest(drawing) ?? e?.querySelector(drawing)).find((e) => e);
    if (!start || !found) return;
    if (found.decode) await found.decode();
    drawn = start;
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    if (drawn) samples.push(performance.now() - drawn);
    if (drawn) start = drawn = 0;
  };
  const frame = () => { port2.postMessage(0); requestAnimationFrame(frame); };
  frame();
}
"""
EXPLORED, PLOTTED = "svg[role=img]", ".widget-interact .jp-OutputArea img"


def measure(page, handle, drawing: str, keys: int) -> list[float]:
    """Milliseconds from key to paint, for a slider moved up and down."""
    page.evaluate(WATCH, drawing)
    handle.scroll_into_view_if_needed()
    handle.focus()
    for number in range(keys):
        page.keyboard.press("ArrowRight" if number // 10 % 2 == 0 else "ArrowLeft")
        page.wait_for_function(f"samples.length > {number}", timeout=10_000)
        page.wait_for_timeout(40)
    return page.evaluate("samples")


def report(name: str, times: list[float]) -> float:
    """Print a row and return the median."""
    times = sorted(times)
    median, p95 = statistics.median(times), times[int(0.95 * (len(times) - 1))]
    ROWS.append([name, len(times), round(median, 1), round(p95, 1)])
    print(f"{name:40s} {len(times):4d} keys  median {median:6.1f} ms  p95 {p95:6.1f} ms")
    return median


def notebook(folder: Path) -> Path:
    """Write an executed notebook with the explorer, and a second cell not yet run."""
    cell = nbformat.v4.new_code_cell
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Latency")])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    book.cells.append(cell(EXPLORER))
    NotebookClient(book, store_widget_state=True).execute()
    path = folder / "notebooks" / "latency.ipynb"
    path.parent.mkdir()
    nbformat.write(book, path)
    book.metadata.pop("widgets")
    book.cells.append(cell(INTERACTIVE))
    nbformat.write(book, folder / "lab.ipynb")
    return path


def build(folder: Path) -> Path:
    """Build a book of one page, with the project's own configuration."""
    (folder / "_toc.yml").write_text("root: book/index\nentries:\n- file: notebooks/latency\n")
    (folder / "book").mkdir()
    (folder / "book" / "index.md").write_text("# Latency\n\n[page](../notebooks/latency.ipynb)\n")
    out = folder / "out"
    command = [sys.executable, "-m", "coursebook", "build", "--source", folder, "--out", out]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out / "html"


def in_book(browser, site: Path, keys: int) -> float:
    """Measure the page of the book."""
    with serve(site) as base, Reader(browser, base) as reader:
        page = reader.open("notebooks/latency.html")
        times = measure(page, page.locator("[role=slider]").first, EXPLORED, keys)
        return report("explorer, static book", times)


def in_lab(browser, address: str, keys: int) -> float:
    """Measure the explorer with an idle and a busy kernel, and ``interactive``."""
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    page = context.new_page()
    opened(page, address)
    do(page, "notebook:run-all-cells")
    page.wait_for_selector(PLOTTED, timeout=60_000)
    idle(page)
    page.wait_for_timeout(2000)
    explorer, interact = (page.locator("[role=slider]").nth(place) for place in (0, -1))
    report("explorer, JupyterLab, idle kernel", measure(page, explorer, EXPLORED, keys))
    page.evaluate(f"(code) => {{ {KERNEL}.requestExecute({{code}}) }}", BUSY)
    page.wait_for_function(f"{KERNEL}.status === 'busy'")
    report("explorer, JupyterLab, busy kernel", measure(page, explorer, EXPLORED, keys // 2))
    page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=90_000)
    times = measure(page, interact, PLOTTED, keys // 2)
    context.close()
    return report("interactive + matplotlib, JupyterLab", times)


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", type=int, nargs="?", default=100)
    parser.add_argument("--record", action="store_true", help="write book/measured.json")
    options = parser.parse_args()
    keys = options.keys
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        notebook(folder)
        site = build(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        book = in_book(browser, site, keys)
        with jupyterlab(folder) as address:
            kernel = in_lab(browser, address.format("lab.ipynb"), keys)
        browser.close()
    print(f"interactive + matplotlib / static book: {kernel / book:.1f}")
    if options.record:
        record("latency", ROWS)


if __name__ == "__main__":
    main()
