"""A lesson in JupyterLab: run, saved, closed, and alive when it is opened again."""

import copy
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from classroom import copies
from classroom.lab import keep_widgets
from classroom.widget_state import STATE, VIEW

from tests.chromium import window
from tests.lab import KERNEL, NOTEBOOK, do, idle, jupyterlab, opened
from tests.limits import milliseconds

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "notebooks" / "03_top_k.ipynb"  # with the fewest widgets
OUTPUT = ".jp-OutputArea-output"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def models(notebook):
    return notebook["metadata"]["widgets"][STATE]["state"]


def shown(notebook):
    """The ids of the widgets that a notebook's outputs show."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [o["data"][VIEW]["model_id"] for o in outputs if VIEW in o.get("data", {})]


# --- what is saved


@pytest.fixture
def saved(tmp_path):
    """Saves a notebook over the lesson, as JupyterLab's server does; gives what is written."""
    shutil.copy(LESSON, tmp_path)

    def save(notebook, path=LESSON.name):
        model = {"type": "notebook", "content": copy.deepcopy(notebook)}
        keep_widgets(model, path, SimpleNamespace(root_dir=str(tmp_path)))
        return model["content"]

    return save


def test_what_is_shown_keeps_its_state_when_the_kernel_is_gone(saved):
    lesson, gone = read(LESSON), read(LESSON)
    models(gone).clear()
    assert saved(gone) == lesson
    some = shown(lesson)[3]
    models(gone)[some] = {"model_name": "another", "state": {}}
    now = models(saved(gone))
    assert now.pop(some)["model_name"] == "another", "what the kernel says comes first"
    assert now.items() <= models(lesson).items()


def test_what_no_output_shows_any_more_is_dropped(saved):
    lesson, twice = read(LESSON), read(LESSON)
    text = json.dumps(models(lesson))
    for name in models(lesson):
        text = text.replace(name, name[::-1])
    models(twice).update(json.loads(text))
    assert len(models(twice)) == 2 * len(models(lesson))
    assert saved(twice) == lesson
    for cell in twice["cells"]:
        cell.pop("outputs", None)
    assert models(saved(twice)) == {}


def test_what_has_no_state_anywhere_is_shown_as_its_picture(saved):
    gone = read(LESSON)
    models(gone).clear()
    assert shown(saved(gone, "another.ipynb")) == []
    outputs = [output for cell in gone["cells"] for output in cell.get("outputs", [])]
    assert all("text/plain" in o["data"] for o in outputs if VIEW in o.get("data", {}))
    del gone["metadata"]["widgets"]  # JupyterLab does not save the state of widgets
    assert saved(gone, "another.ipynb") == gone


def test_a_notebook_without_widgets_or_without_a_file_is_left_alone(saved):
    lesson = read(LESSON)
    assert saved(lesson, "another.ipynb") == lesson
    for cell in lesson["cells"]:
        cell.pop("outputs", None)
    del lesson["metadata"]["widgets"]
    assert saved(lesson) == lesson
    for other in ({"type": "file", "content": "x"}, {"type": "notebook", "content": None}):
        before = copy.deepcopy(other)
        keep_widgets(other, "x", None)
        assert other == before


# --- in a browser


def save(page):
    page.evaluate(f"{NOTEBOOK}.context.model.dirty = true")
    do(page, "docmanager:save")
    page.wait_for_function(f"!{NOTEBOOK}.context.model.dirty")


def run_all(page, path):
    """Run every cell, save, and give what the file holds then."""
    do(page, "notebook:run-all-cells")
    idle(page)
    save(page)
    return read(path)


def stop(page):
    """Stop every kernel and leave: the end of a day."""
    page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()


def assert_alive(page, path):
    """Every widget is there, and a slider moves its drawing."""
    page.wait_for_function(
        "([output, count]) => document.querySelectorAll(`${output} .lm-Widget`).length >= count",
        arg=[OUTPUT, len(shown(read(path)))],
    )
    place = page.locator(f"{OUTPUT}:has([role=slider])").first
    drawing, handle = place.locator("svg[role=img]").first, place.locator("[role=slider]").first
    handle.scroll_into_view_if_needed()
    before = drawing.inner_html()
    handle.press("ArrowLeft")
    page.wait_for_function(
        "([drawing, before]) => drawing.innerHTML !== before",
        arg=[drawing.element_handle(), before],
    )
    wrong = page.locator(OUTPUT).filter(has_text="Error displaying widget")
    assert wrong.all_inner_texts() == []


def assert_whole(notebook):
    assert set(shown(notebook)) <= models(notebook).keys()


@pytest.mark.needs("browser")
def test_a_lesson_that_was_run_and_saved_is_alive_whenever_it_is_opened(tmp_path, browser):
    built, path = read(LESSON), Path(shutil.copy(LESSON, tmp_path))
    with jupyterlab(tmp_path) as address:
        context = window(browser)
        context.set_default_timeout(milliseconds(120))  # a lesson runs meanwhile
        page = opened(context.new_page(), address.format(path.name))

        once, twice = run_all(page, path), run_all(page, path)
        assert len(shown(twice)) >= len(shown(built)) > 10
        assert not set(shown(twice)) & {*shown(built), *shown(once)}, "it was run"
        assert len(models(twice)) == len(models(once)), "of the first run nothing is left"
        assert_whole(twice)
        assert path.stat().st_size < 3e6

        second = opened(context.new_page(), address.format(path.name))
        assert_alive(second, path)
        second.close()  # or the two tell each other that the file is another's
        page.evaluate(f"{KERNEL}.restart()")
        idle(page)
        assert_alive(page, path)
        save(page)
        assert_whole(read(path))

        for _ in range(2):  # the next day, and the day after
            stop(page)
            page = opened(context.new_page(), address.format(path.name))
            assert_alive(page, path)
            save(page)  # with a kernel that has run nothing
            assert_whole(read(path))
        stop(page)
        context.close()


# --- a learner's copy

COVERED = """
[...document.querySelectorAll(".jp-OutputArea")]
  .filter((area) => getComputedStyle(area, "::before").content.includes("Commit a guess"))
  .map((area) => getComputedStyle(area.firstElementChild).visibility)
"""
GROUND = """
(id) => {
  const cell = jupyterapp.shell.currentWidget.content.widgets.find((one) => one.model.id === id);
  const error = cell.node.querySelector(".jp-RenderedText");
  return error && getComputedStyle(error).backgroundColor;
}
"""


def run_cell(page, name, source=None):
    """Run the cell with this id, once with another source."""
    page.evaluate(
        """([id, source]) => {
          const { content } = jupyterapp.shell.currentWidget;
          const at = content.widgets.findIndex((one) => one.model.id === id);
          if (source) content.widgets[at].model.sharedModel.setSource(source);
          content.deselectAll();
          content.activeCellIndex = at;
        }""",
        [name, source],
    )
    do(page, "notebook:run-cell")
    idle(page)


@pytest.mark.needs("browser")
def test_a_copy_waits_for_guesses_and_leads_to_exercises_whose_checks_differ(
    tmp_path, browser, monkeypatch
):
    stem = "04_repetition_penalty"
    for folder in copies.KINDS:
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / f"{stem}.ipynb", tmp_path / folder)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / ".jupyter" / "DATA"))
    assert copies.main([str(tmp_path)]) == 0, "and JupyterLab trusts what was written"
    with jupyterlab(tmp_path) as address:
        page = opened(window(browser).new_page(), address.format(f"my/{stem}.ipynb"))
        page.wait_for_function(f"{COVERED.strip()}.length === 5")
        assert page.evaluate(COVERED) == 5 * ["hidden"]
        skip = page.get_by_role("button", name="Skip")
        while skip.count():
            skip.first.click()
        page.wait_for_function(f"{COVERED.strip()}.length === 0")

        page.get_by_role("link", name="Exercises 4.1, 4.2 and 4.3").click()
        sheet = f"my/exercises_{stem}.ipynb"
        page.wait_for_function(f"{NOTEBOOK}?.context.path === '{sheet}' && {KERNEL}")
        idle(page)
        page.get_by_role("heading", name="4.1 The penalty by hand").wait_for()
        run_cell(page, "setup")
        run_cell(page, "ex-4-1")  # as it stands: names are bound, then the line raises
        run_cell(page, "check-4-1")
        run_cell(page, "ex-4-2", "def repetition_penalty(*args):\n    return args[0]")
        run_cell(page, "check-4-2")
        assert page.get_by_text("○ Not attempted. 0 of").count() == 1
        assert page.get_by_text("✗ Not right yet. 0 of").count() == 1
        none = "rgba(0, 0, 0, 0)"
        assert page.evaluate(GROUND, "check-4-1") == none != page.evaluate(GROUND, "check-4-2")
        stop(page)
