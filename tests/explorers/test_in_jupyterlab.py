"""A lesson in JupyterLab: run, saved, closed, and alive when it is opened again."""

import copy
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from classroom.lab import keep_widgets
from classroom.widget_state import STATE, VIEW

from tests.chromium import window
from tests.lab import KERNEL, NOTEBOOK, do, idle, jupyterlab, opened
from tests.limits import milliseconds

LESSON = Path(__file__).parents[2] / "notebooks" / "01_temperature.ipynb"
OUTPUT = ".jp-OutputArea-output"
needs_browser = pytest.mark.needs("browser")


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


def test_a_notebook_without_widgets_or_without_a_file_is_left_alone(saved):
    lesson = read(LESSON)
    assert saved(lesson, "another.ipynb") == lesson
    models(lesson).clear()
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


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a folder with the lesson in it: the lesson's address, and its file."""
    folder = tmp_path_factory.mktemp("lab")
    path = Path(shutil.copy(LESSON, folder))
    with jupyterlab(folder) as address:
        yield address.format(path.name), path


@pytest.fixture
def page(browser):
    context = window(browser)
    context.set_default_timeout(milliseconds(120))  # a lesson runs meanwhile
    yield context.new_page()
    context.close()


def save(page):
    do(page, "docmanager:save")
    page.wait_for_function(f"!{NOTEBOOK}.context.model.dirty")


def stop(page):
    """Stop every kernel and leave: the end of a day."""
    page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
    page.goto("about:blank")


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


@pytest.fixture(scope="module")
def day_one(lab, browser):
    """The lesson was run to its end twice and saved, and the kernel stopped."""
    address, path = lab
    context = window(browser)
    context.set_default_timeout(milliseconds(120))
    page = opened(context.new_page(), address)
    for _ in range(2):
        do(page, "notebook:run-all-cells")
        idle(page)
        save(page)
    stop(page)
    context.close()
    return path


@needs_browser
def test_the_file_of_a_lesson_run_twice_holds_what_one_run_shows(day_one):
    built, now = read(LESSON), read(day_one)
    assert len(shown(now)) >= len(shown(built)) > 15
    assert set(shown(now)) <= models(now).keys()
    assert not set(shown(now)) & set(shown(built)), "it was run"

    def views(notebook):
        return sum(model["model_name"] == "AnyModel" for model in models(notebook).values())

    assert views(now) <= views(built) + len(shown(now)) - len(shown(built))
    assert day_one.stat().st_size < 3e6


@needs_browser
def test_it_is_alive_the_next_day_and_the_day_after(day_one, lab, page):
    for _ in range(2):
        assert_alive(opened(page, lab[0]), day_one)
        save(page)  # with a kernel that has run nothing
        stop(page)


@needs_browser
def test_it_is_alive_after_the_kernel_was_restarted(day_one, lab, page):
    opened(page, lab[0])
    do(page, "notebook:run-all-cells")
    page.evaluate(f"{KERNEL}.restart()")
    idle(page)
    assert_alive(page, day_one)
    save(page)
    assert set(shown(read(day_one))) <= models(read(day_one)).keys()
    stop(page)
    assert_alive(opened(page, lab[0]), day_one)


@needs_browser
def test_it_is_alive_in_a_second_tab(day_one, lab, page):
    opened(page, lab[0])
    do(page, "notebook:run-all-cells")
    idle(page)
    save(page)
    second = page.context.new_page()
    assert_alive(opened(second, lab[0]), day_one)
    assert_alive(page, day_one)
