"""The lessons as slides: where they break, and what a class sees of them with no network."""

import subprocess
import sys
from itertools import pairwise

import nbformat
import pytest
from bs4 import BeautifulSoup
from classroom import lesson, slides
from classroom.widget_state import VIEW
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.book.book_site import ROOT, Reader

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KINDS = {"slide", "subslide", "fragment", "skip", "notes", "-"}
WIDGET = {VIEW: {"model_id": "a"}}
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def kind(cell) -> str:
    return cell.metadata["slideshow"]["slide_type"]


def printed(source, text="1\n", **metadata):
    outputs = [new_output("stream", text=text)]
    return new_code_cell(source, outputs=outputs, metadata=metadata)


def drawn(source):
    return new_code_cell(source, outputs=[new_output("display_data", data=WIDGET)])


def kinds(*cells) -> list[str]:
    notebook = new_notebook(cells=list(cells))
    slides.tag(notebook)
    return [kind(cell) for cell in notebook.cells]


# --- where slides break


def test_a_heading_inside_a_cell_begins_one_of_its_own():
    text = "# A\nintro\n\n## B\n\n```\n# no heading\n```\n### C\nend"
    parts = lesson.split([new_markdown_cell(text)], new_markdown_cell)
    assert [part.source for part in parts] == [
        "# A\nintro",
        "## B\n\n```\n# no heading\n```",
        "### C\nend",
    ]
    chosen = new_markdown_cell("# A\n\n# B", metadata={"slideshow": {"slide_type": "notes"}})
    assert lesson.split([chosen], new_markdown_cell) == [chosen]


def test_an_answer_never_stands_on_the_slide_that_asks():
    assert kinds(new_markdown_cell("### Step"), drawn("predict('1-a', 'How many?', 3)")) == [
        "slide",
        "-",
    ]
    after = kinds(drawn("predict('1-a', 'How many?', 3)"), printed("print(3)"))
    assert after[1] == "subslide"


def test_what_is_said_of_a_result_waits_for_a_click():
    assert kinds(new_markdown_cell("# A"), printed("print(1)"), new_markdown_cell("It is 1.")) == [
        "slide",
        "-",
        "fragment",
    ]


def test_a_full_slide_is_followed_by_another():
    long = "\n".join("print(1)" for _ in range(20))
    assert kinds(new_markdown_cell("# A"), printed(long), printed(long))[2] == "subslide"


def test_a_text_goes_with_the_widget_that_it_leads_to():
    cells = [printed("\n".join(["print(1)"] * 18)), new_markdown_cell("Now guess."), drawn("x()")]
    assert kinds(new_markdown_cell("# A"), *cells)[2:] == ["subslide", "-"]


def test_what_a_class_does_not_see_is_left_out():
    silent = new_code_cell("import numpy", metadata={"tags": ["hide-input"]})
    live = new_code_cell("model = load_model()", metadata={"tags": ["skip-execution"]})
    own, above = (
        drawn("surprises('1-')"),
        new_markdown_cell("## Your guesses\n\nThe largest first."),
    )
    endless = new_code_cell("\n".join(["x = 1"] * 40))
    assert kinds(silent, live, above, own, endless) == ["skip"] * 5
    assert kinds(new_markdown_cell("## The lesson"), new_markdown_cell("### Step 1")) == [
        "skip",
        "slide",
    ]


def test_further_parts_are_left_out():
    core = [new_markdown_cell("## Next"), new_markdown_cell("Go on.")]
    further = [new_markdown_cell("## Further"), new_markdown_cell("### A"), printed("print(1)")]
    assert kinds(*core, *further) == ["slide", "-", "skip", "skip", "skip"]


def test_the_source_has_the_last_word():
    cell = new_markdown_cell("# A", metadata={"slideshow": {"slide_type": "notes"}})
    assert kinds(cell) == ["notes"]
    asked = new_markdown_cell("### A", metadata={"slideshow": {"slide_type": "slide"}})
    assert kinds(new_markdown_cell("## Further"), asked) == ["skip", "slide"]


@each_lesson
def test_every_cell_of_a_lesson_has_its_place(path):
    cells = nbformat.read(path, as_version=4).cells
    assert {kind(cell) for cell in cells} <= KINDS
    shown = [cell for cell in cells if kind(cell) not in ("skip", "notes")]
    assert kind(shown[0]) == "slide"
    for before, cell in pairwise(shown):
        if cell.source.startswith(("# ", "## ", "### ")) and cell.cell_type == "markdown":
            assert kind(cell) == "slide", cell.source
        if before.cell_type == "code" and "predict(" in before.source:
            assert kind(cell) in ("slide", "subslide"), cell.source
    parts = [cell.source.split("\n")[0] for cell in shown if kind(cell) == "slide"]
    core = lesson.of(path.with_suffix(".py")).core
    heads = [cell.source.split("\n")[0] for cell in core if cell.cell_type == "markdown"]
    assert [part for part in parts if part.startswith("### ")] == [
        head for head in heads if head.startswith("### ")
    ]


# --- what a class sees

SEEN = """
() => {
  const slide = Reveal.getCurrentSlide();
  const size = (e) => { const box = e.getBoundingClientRect(); return [box.width, box.height]; };
  return {
    text: slide.innerText.trim().slice(0, 60),
    over: slide.scrollHeight - slide.clientHeight,
    wide: slide.scrollWidth - slide.clientWidth,
    shrink: Number(getComputedStyle(slide).getPropertyValue("--shrink") || 1),
    drawings: [...slide.querySelectorAll(".widget-subarea, .jp-RenderedImage img")].map(size),
  };
}
"""
PLACES = """
[...document.querySelectorAll(".slides > section")].flatMap((part, i) =>
  [...part.querySelectorAll("section")].map((_, j) => [i, j]))
"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """Decks of all lessons."""
    out = tmp_path_factory.mktemp("slides")
    command = [sys.executable, "-m", "coursebook", "slides", "--out", out]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return out


@pytest.mark.needs("node", "browser")
@each_lesson
def test_every_slide_fits_the_screen_and_nothing_is_fetched(decks, browser, path):
    with Reader(browser, decks.as_uri()) as reader:
        reader.page.set_viewport_size({"width": 1280, "height": 720})
        page = reader.open(f"{path.stem}.html")
        places = page.evaluate(PLACES)
        assert "Core:" not in page.evaluate("document.querySelector('.slides').innerText")
        assert 20 <= len(places) <= 90
        drawings = 0
        for i, j in places:
            page.evaluate(f"Reveal.slide({i}, {j}, 99)")
            seen = page.evaluate(SEEN)
            assert seen["text"] or seen["drawings"], (i, j)
            assert seen["over"] <= 1 and seen["wide"] <= 1, seen
            assert seen["shrink"] >= 0.7, f"break this one in the lesson's source: {seen}"
            assert all(width > 250 and height > 70 for width, height in seen["drawings"]), seen
            drawings += len(seen["drawings"])
        cells = nbformat.read(path, as_version=4).cells
        shown = [cell for cell in cells if cell.cell_type == "code" and kind(cell) != "skip"]
        data = [output.get("data", {}) for cell in shown for output in cell.outputs]
        assert drawings == sum(VIEW in d or "image/png" in d for d in data)
        assert reader.left == []
        assert reader.problems == []


@pytest.mark.needs("node", "browser")
def test_an_arrow_moves_the_slider_or_the_slides_not_both(decks, browser):
    with Reader(browser, decks.as_uri()) as reader:
        page = reader.open("01_temperature.html")
        handle = page.locator("[role=slider]").first
        place = handle.evaluate("(e) => Reveal.getIndices(e.closest('section section'))")
        page.evaluate(f"Reveal.slide({place['h']}, {place['v']})")
        handle.focus()
        value, before = handle.get_attribute("aria-valuetext"), page.evaluate("Reveal.getIndices()")
        page.keyboard.press("ArrowRight")
        assert handle.get_attribute("aria-valuetext") != value
        assert page.evaluate("Reveal.getIndices()") == before
        handle.evaluate("(e) => e.blur()")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices()") != before


@each_lesson
def test_nbconvert_alone_breaks_a_lesson_at_the_same_places(path):
    from nbconvert import SlidesExporter

    text, _ = SlidesExporter().from_filename(str(path))
    found = BeautifulSoup(text, "html.parser").select(".slides > section > section")
    cells = nbformat.read(path, as_version=4).cells
    assert len(found) == sum(kind(cell) in ("slide", "subslide") for cell in cells)
