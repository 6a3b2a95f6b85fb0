"""Pages of exercises in Chromium: they are worked, kept, handed in, and marked."""

import csv
import json
import re
import subprocess
import sys

import pytest
from learner import SHEETS, Learner, solutions

from tests.book.book_site import ROOT, Quiet, Reader, faults, serve
from tests.chromium import quiet

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("pagepython")]

SHEET = "01_temperature"
HEAD = "def softmax_with_temperature(logits, temperature=1.0):\n"
MULTIPLIED = HEAD + "    return softmax(logits * temperature)"
ENDLESS = HEAD + "    while True:\n        pass"
WORDS = "The *order* stays: dividing by T > 0 keeps it."


@pytest.fixture(scope="module")
def window(browser, base):
    """One window for the tests that need no other; each clears what was kept."""
    with Learner(browser, base, viewport={"width": 1280, "height": 900}) as learner:
        yield learner


def test_nothing_is_fetched_before_the_first_run(browser, base):
    with Learner(browser, base) as learner:
        learner.visit(SHEET)
        learner.write("ex-1-3", "x = 1")
        quiet(learner.page)
        assert learner.fetched == []
        learner.run("setup")
        learner.wait("setup")
        kinds = sorted(name.partition("-")[0] for name in learner.fetched)
        assert kinds == ["course", "python", "stdlib"]


def test_every_answer_of_every_sheet_is_right_and_gets_its_marks(window, tmp_path):
    by_page, by_jupyter = (tmp_path / name / "Ada Lovelace" for name in ("page", "jupyter"))
    by_page.mkdir(parents=True)
    by_jupyter.mkdir(parents=True)
    for sheet in SHEETS:
        window.visit(sheet, solutions(sheet))
        window.press("Run all")
        window.status("still to be written")
        assert window.page.locator('.cell[data-state="failed"]').count() == 0, sheet
        gained, _, whole, _ = window.points().split()
        assert gained == whole and int(whole) > 15, sheet
        told = window.page.locator('.cell:has-text("check(") .cell-shown').all_inner_texts()
        assert len(told) > 8 and all(": right," in text for text in told), (sheet, told)
        window.download(by_page)
        notebook = json.loads((ROOT / "exercises" / f"{sheet}.ipynb").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = solutions(sheet).get(cell["id"], cell["source"])
        (by_jupyter / f"{sheet}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    marks = [grade(folder.parent) for folder in (by_page, by_jupyter)]
    assert marks[0] == marks[1]
    assert len(marks[0]) > len(SHEETS) and any(float(mark["points"] or 0) for mark in marks[0])


def grade(folder):
    """The marks that the class grader gives."""
    out = folder.with_name(f"{folder.name} graded")
    command = [sys.executable, "-m", "classroom", "grade", str(folder), "--out", str(out)]
    subprocess.run([*command, "--jobs", "1"], cwd=ROOT, check=True, capture_output=True)
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_mistake_has_its_name_and_a_right_answer_its_points(window):
    window.visit(SHEET, {"ex-1-3": solutions(SHEET)["ex-1-3"]})
    window.write("ex-1-4", MULTIPLIED)
    window.page.keyboard.press("Shift+Enter")
    window.wait("check-1-4", "failed")
    assert "CheckFailed: 1.4 softmax_with_temperature is not right yet." in window.shown(
        "check-1-4"
    )
    assert "multiplied" in window.shown("check-1-4")
    window.status("1.4 softmax_with_temperature is not right yet")
    assert window.points() == "0 of 30 points"
    chip = window.page.get_by_role("link", name="1.4, not right yet")
    assert chip.count() == 1
    window.write("ex-1-4", MULTIPLIED.replace("*", "/"))
    assert chip.count() == 0, "the mark of an answer that was changed stays"
    window.run("ex-1-4")
    window.wait("check-1-4")
    window.status("1.4 softmax_with_temperature: right, 3 points.")
    assert window.points() == "3 of 30 points"


def test_an_endless_loop_is_stopped_and_what_stands_above_runs_again(window):
    window.visit(SHEET, {"ex-1-3": solutions(SHEET)["ex-1-3"], "ex-1-4": ENDLESS})
    window.run("ex-1-4")
    window.wait("check-1-4", "running")
    window.press("Stop")
    window.wait("check-1-4", "failed")
    assert "Stopped while your code ran" in window.shown("check-1-4")
    window.status("Python is ready")
    window.run("check-1-3")
    window.wait("check-1-3")
    assert ": right," in window.shown("check-1-3")
    assert window.cell("setup").get_attribute("data-state") == "ok"


def test_what_was_written_is_there_after_a_reload(window):
    window.visit(SHEET, {})
    window.write("ex-1-3", "def softmax(logits):\n    return logits")
    window.write("ex-1-12", WORDS)
    window.cell("ex-1-3").get_by_role("button", name="Add a cell").click()
    window.page.keyboard.insert_text("6 * 7")
    window.page.keyboard.press("Shift+Enter")
    window.page.wait_for_selector(".own[data-state=ok]", timeout=180_000)
    window.page.reload()
    window.ready()
    assert "return logits" in window.cell("ex-1-3").locator(".cm-content").inner_text()
    assert window.cell("ex-1-12").locator("textarea").input_value() == WORDS
    assert window.page.locator(".own .cm-content").inner_text() == "6 * 7"
    window.cell("ex-1-3").get_by_role("button", name="Reset").click()
    assert "NotImplementedError" in window.cell("ex-1-3").locator(".cm-content").inner_text()


def test_a_changed_exercise_says_so_and_keeps_the_answer(window):
    window.visit(SHEET, {})
    kept = {"cells": {"ex-1-3": {"source": "mine = 1", "of": "older", "right": True}}, "own": []}
    kept["cells"]["ex-1-99"] = {"source": "gone = 1"}
    entry = [f"logitlab:sheet:{SHEET}", json.dumps(kept)]
    window.page.evaluate("([key, value]) => localStorage.setItem(key, value)", entry)
    window.page.reload()
    window.ready()
    note = window.cell("ex-1-3").locator(".cell-note")
    assert "This exercise has changed since you answered it" in note.inner_text()
    assert window.points() == "0 of 30 points"
    assert "ex-1-99, which this sheet no longer has" in window.page.locator(".own").inner_text()
    note.get_by_role("button", name="My answer stands").click()
    assert window.points() == "3 of 30 points"
    assert not note.is_visible()


def test_a_notebook_is_opened_and_another_one_is_refused(window, tmp_path):
    window.visit(SHEET, {"ex-1-3": "mine = 1", "ex-1-12": WORDS})
    path = window.download(tmp_path)
    cells = {cell["id"]: cell for cell in json.loads(path.read_text())["cells"]}
    assert cells["ex-1-3"]["source"] == ["mine = 1"] and cells["ex-1-12"]["source"] == [WORDS]
    window.visit(SHEET, {})
    window.page.locator("input[type=file]").set_input_files(path)
    window.status("Opened 01_temperature.ipynb")
    assert window.cell("ex-1-3").locator(".cm-content").inner_text() == "mine = 1"
    assert window.cell("ex-1-12").locator("textarea").input_value() == WORDS
    window.page.locator("input[type=file]").set_input_files(ROOT / "exercises" / "02_top_p.ipynb")
    window.status("This notebook is not one of this page")
    (tmp_path / "broken.ipynb").write_text("{")
    window.page.locator("input[type=file]").set_input_files(tmp_path / "broken.ipynb")
    window.status("This file is not a notebook.")


def test_matplotlib_comes_when_a_cell_asks_for_it_and_loses_nothing(browser, base):
    with Learner(browser, base) as learner:
        learner.visit(SHEET, {})
        learner.write("51b92d15", "kept = 41")
        learner.run("51b92d15")
        learner.wait("51b92d15")
        assert not any(name.startswith(("plots", "bodies")) for name in learner.fetched)
        learner.write(
            "51b92d15", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(kept + 1)"
        )
        learner.run("51b92d15")
        learner.wait("51b92d15")
        assert learner.cell("51b92d15").locator(".cell-shown img").count() == 1
        assert "42" in learner.shown("51b92d15")
        assert any(name.startswith("plots") for name in learner.fetched)


def test_a_whole_sheet_is_done_by_touch_on_a_phone(browser, base):
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with Learner(browser, base, **phone) as learner:
        learner.visit(SHEET)
        for id_, source in solutions(SHEET).items():
            place = learner.cell(id_).locator(".cm-content, textarea")
            place.tap()
            learner.page.keyboard.press("ControlOrMeta+A")
            learner.page.keyboard.insert_text(source)
            if id_ == "ex-1-12":
                continue
            learner.cell(id_).locator("button.cell-run").tap()
            learner.wait(id_.replace("ex", "check"))
        assert learner.points() == "30 of 30 points"
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert learner.page.evaluate(wide) <= 0, "the page scrolls sideways"
        for name in ("Run all", "Download notebook"):
            box = learner.page.get_by_role("button", name=name).bounding_box()
            assert box["height"] >= 44


def test_keys_alone_do_it_and_escape_leaves_the_editor(window):
    window.visit(SHEET, {})
    page = window.page
    editor = window.cell("ex-1-10").locator(".cm-content")
    editor.focus()
    page.keyboard.press("Escape")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "Run and check: answer 1.10"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Reset: answer 1.10"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "answer 1.10"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text('first_word, probability = "dog", 0.36')
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    window.wait("check-1-10")
    window.status("1.10 The best word is not the best sentence: right, 1 point.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(window, theme):
    window.visit(SHEET, {"ex-1-10": 'first_word, probability = "nice", 0.2'})
    window.run("ex-1-10")
    window.wait("check-1-10", "failed")
    window.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert faults(window.page) == []


def test_a_lessons_cell_is_tried_with_what_it_needs(browser, base):
    with Learner(browser, base) as learner:
        page = learner.page
        page.goto(f"{base}/notebooks/01_temperature.html")
        tries = page.get_by_role("button", name="Try it")
        tries.first.wait_for()
        assert tries.count() > 20 and learner.fetched == []
        found = page.locator(".cell:has(.cell-try)", has_text="smallest").first
        box = page.locator(f"#{found.get_attribute('id')}")
        box.get_by_role("button", name="Try it").click()
        box.locator("button.cell-run").click()
        page.wait_for_selector(".workable[data-state=ok]", timeout=180_000)
        assert box.locator(".cell-shown").inner_text().strip() == "smallest -1.0, sum 3.9"
        page.locator(".workable .cm-content").click()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.insert_text("logits.size")
        page.keyboard.press("Shift+Enter")
        page.locator(".workable .cell-shown", has_text="10").wait_for()


def test_all_work_is_one_file(browser, base, tmp_path):
    with Learner(browser, base) as learner:
        learner.visit(SHEET, {"ex-1-3": "mine = 1"})
        learner.page.evaluate("localStorage.setItem('logitlab:1-half', '{\"guess\":7}')")
        learner.page.goto(f"{base}/book/review.html")
        with learner.page.expect_download() as download:
            learner.press("Save my work as a file")
        download.value.save_as(tmp_path / "work.json")
        learner.page.locator(
            "[role=status]", has_text="Saved: 1 guess, 0 goals, 0 reviews, answers on 1 sheet."
        ).wait_for()
    with Learner(browser, base) as other:
        other.page.goto(f"{base}/book/review.html")
        other.page.locator("input[type=file]").set_input_files(tmp_path / "work.json")
        other.page.locator("[role=status]", has_text="Brought back: 1 guess").wait_for()
        assert other.page.evaluate("localStorage['logitlab:1-half']") == '{"guess":7}'
        other.visit(SHEET)
        assert other.cell("ex-1-3").locator(".cm-content").inner_text() == "mine = 1"
        other.page.goto(f"{base}/book/review.html")
        (tmp_path / "other.json").write_text('{"kept": {"session": "stolen"}}')
        other.page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
        other.page.locator("[role=status]", has_text="not a file that this page saved").wait_for()


# --- where it is served


def policy() -> str:
    """The policy that publish.md asks a host for, and nothing else allowed."""
    text = (ROOT / "book" / "publish.md").read_text(encoding="utf-8")
    rules = re.search(r"```\n(script-src.*?)```", text, re.S)[1]
    return f"default-src 'none'; {' '.join(rules.split())}"


def guarded(rules: str) -> type[Quiet]:
    """A server that sends a policy, and serves the book below /course only."""

    class Guarded(Quiet):
        def end_headers(self):
            self.send_header("Content-Security-Policy", rules)
            super().end_headers()

        def translate_path(self, path):
            inside = path.startswith("/course/")
            return super().translate_path(path.removeprefix("/course") if inside else "/none")

    return Guarded


def test_below_a_folder_with_the_policy_that_the_book_asks_for(browser, site):
    with (
        serve(site, guarded(policy())) as address,
        Learner(browser, f"{address}/course") as learner,
    ):
        refused = []
        learner.page.on("console", lambda m: "Policy" in m.text and refused.append(m.text))
        learner.visit(SHEET, solutions(SHEET))
        learner.run("ex-1-10")
        learner.wait("check-1-10")
        assert ": right," in learner.shown("check-1-10")
        assert refused == []


@pytest.mark.parametrize("page", ["notebooks/01_temperature.html", "book/index.html"])
def test_what_is_drawn_is_drawn_under_that_policy(browser, site, page):
    with serve(site, guarded(policy())) as address, Reader(browser, f"{address}/course") as reader:
        drawing = reader.open(page).locator(".widget-subarea svg[role=img]").first
        drawing.wait_for(state="attached")
        while drawing.is_hidden():  # it waits for a guess
            reader.page.get_by_role("button", name="Skip").first.click()
        assert reader.problems == [], (
            "the policy of publish.md refuses something that the page needs"
        )


@pytest.mark.parametrize(
    "without", [("'wasm-unsafe-eval'", ""), ("worker-src 'self'", "worker-src 'none'")]
)
def test_a_policy_that_forbids_python_is_named(browser, site, tmp_path, without):
    rules = policy().replace(*without)
    with serve(site, guarded(rules)) as address, Learner(browser, f"{address}/course") as learner:
        learner.visit(SHEET)
        learner.write("ex-1-3", "mine = 1")
        learner.run("ex-1-3")
        learner.status("The rules of this site do not let Python start")
        assert "mine = 1" in learner.download(tmp_path).read_text()
        learner.problems.clear()


def test_from_a_folder_it_is_written_kept_and_downloaded(browser, site, tmp_path):
    with Learner(browser, site.as_uri()) as learner:
        learner.visit(SHEET)
        assert "opened as a file" in learner.page.locator(".sheet-unable").inner_text()
        assert learner.page.locator("button.cell-run:not(:disabled)").count() == 0
        learner.write("ex-1-3", "mine = 1")
        assert "mine = 1" in learner.download(tmp_path).read_text()
        learner.page.reload()
        learner.ready()
        assert learner.cell("ex-1-3").locator(".cm-content").inner_text() == "mine = 1"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("delete globalThis.DecompressionStream", "This browser cannot run Python in a page"),
        ("WebAssembly.validate = () => false", "Firefox from 131"),
    ],
)
def test_an_old_browser_is_told_so(browser, base, spoil, said):
    with Learner(browser, base) as learner:
        learner.page.add_init_script(spoil)
        learner.visit(SHEET)
        assert said in learner.page.locator(".sheet-unable").inner_text()


def test_too_little_memory_and_no_network_are_told_and_run_tries_again(browser, base):
    with Learner(browser, base) as learner:
        learner.visit(SHEET)
        learner.page.route("**/*.wasm.gz", lambda route: route.abort())
        learner.run("setup")
        learner.status("Python could not be fetched")
        learner.page.unroute("**/*.wasm.gz")
        learner.run("setup")
        learner.wait("setup")
    with Learner(browser, base) as learner:
        script = "WebAssembly.compile = () => { throw new RangeError('Out of memory') };"
        learner.page.route(
            "**/worker-*.js",
            lambda route: route.fulfill(body=script + route.fetch().text()),
        )
        learner.visit(SHEET)
        learner.run("setup")
        learner.status("There is too little memory for Python")
