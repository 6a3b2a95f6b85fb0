"""A learner at a page of exercises, in any browser that Playwright drives."""

import json
from pathlib import Path

from tests.book.book_site import LOCAL

ROOT = Path(__file__).parents[2]
SHEETS = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))
RUNTIME = (".wasm.gz", ".zip.gz", ".tar.gz", ".bin.gz")


def solutions(sheet: str) -> dict[str, str]:
    """Our answers by the id of their cell."""
    cells = json.loads((ROOT / "solutions" / f"{sheet}.ipynb").read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: "".join(cell["source"])
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


class Learner:
    """A window of one learner: what it asked for, and what went wrong in it."""

    def __init__(self, browser, base: str, **options):
        self.base = base
        self.context = browser.new_context(accept_downloads=True, **options)
        self.problems: list[str] = []
        self.fetched: list[str] = []
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on("request", self._note)

    def _note(self, request):
        if not request.url.startswith(LOCAL):
            self.problems.append(f"asked another host: {request.url}")
        if request.url.endswith(RUNTIME):
            self.fetched.append(request.url.rsplit("/", 1)[-1])

    def visit(self, sheet: str, answers: dict[str, str] | None = None):
        """Open a sheet, as one who wrote these answers earlier."""
        url = f"{self.base}/exercises/{sheet}.html"
        self.page.goto(url)
        if answers is not None:
            kept = {"cells": {id_: {"source": text} for id_, text in answers.items()}, "own": []}
            entry = [f"logitlab:sheet:{sheet}", json.dumps(kept)]
            self.page.evaluate("([key, value]) => localStorage.setItem(key, value)", entry)
            self.page.reload()
        self.ready()

    def ready(self):
        """Wait until the sheet can be written on."""
        self.page.wait_for_selector("html[data-sheet=ready]")

    def cell(self, id_: str):
        """A cell of the page."""
        return self.page.locator(f"#cell-{id_}")

    def write(self, id_: str, source: str):
        """Put other text into an answer, by the keyboard."""
        self.cell(id_).locator(".cm-content, textarea").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def run(self, id_: str):
        """Run a cell; an answer is also checked."""
        self.cell(id_).locator("button.cell-run").click()

    def wait(self, id_: str, state: str = "ok"):
        """Wait until a cell has ended so; the processor may be busy with other things."""
        self.page.wait_for_selector(f'#cell-{id_}[data-state="{state}"]', timeout=180_000)

    def shown(self, id_: str) -> str:
        """What stands below a cell."""
        return self.cell(id_).locator(".cell-shown").inner_text()

    def press(self, name: str):
        """Press a button of the page's head."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def status(self, part: str):
        """Wait until the page says this."""
        found = self.page.locator(".run-status", has_text=part)
        found.first.wait_for(timeout=180_000)

    def points(self) -> str:
        """The points so far."""
        return self.page.locator(".sheet-points").inner_text()

    def download(self, folder: Path) -> Path:
        """Save the notebook."""
        with self.page.expect_download() as download:
            self.press("Download notebook")
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        self.context.close()
        if failed == (None, None, None):
            assert not self.problems, self.problems  # pytest rewrites no asserts here
