"""Every chart of a lesson has its numbers beside it, in a table that agrees with the drawing."""

import contextlib
import io
import json
import re

import matplotlib.figure
import pytest
from classroom.widget_state import STATE, VIEW
from logitlab import plots

from tests.book.book_site import NOTEBOOKS, notebook, soup
from tests.drawn import strangers, value

pytestmark = pytest.mark.needs("node")

LESSONS = [page for page in NOTEBOOKS if page.startswith("notebooks/")]
#: The charts that need no table, by their text alternative's beginning, and why. None today.
WITHOUT: dict[str, str] = {}


def charts(page) -> list[list[str]]:
    """Text alternatives of the charts of each cell that shows something, in the page's order.

    A chart is a picture, or what a prediction shows with its answer. What a live explorer draws is
    none: its numbers are said as it moves.
    """
    book = json.loads(notebook(page).read_text(encoding="utf-8"))
    state = book["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})

    def revealed(model_id):
        model = state[model_id]
        if any(part["path"] == ["figure"] and part["data"] for part in model.get("buffers", [])):
            yield model["state"]["alt"]
        for child in model["state"].get("children", []):
            yield from revealed(child.removeprefix("IPY_MODEL_"))

    def shown(output):
        data = output.get("data", {})
        if VIEW in data:
            yield from revealed(data[VIEW]["model_id"])
        elif "image/png" in data:
            yield output["metadata"]["image/png"]["alt"]

    cells = [cell["outputs"] for cell in book["cells"] if cell.get("outputs")]
    return [[alt for output in cell for alt in shown(output)] for cell in cells]


def tables(cell) -> list[tuple[list[str], list[list[str]]]]:
    """Headings and rows of the tables that a cell of the page shows."""
    return [
        ([th.text for th in table.select("thead th")], [
            [part.text for part in row.select("th, td")] for row in table.select("tbody tr")
        ])
        for table in cell.select("details.numbers > table")
    ]  # fmt: skip


def pairs(site, page):
    """Each chart of a page that needs a table: its text alternative, and the table or None."""
    cells, alts = soup(site / page).select(".cell_output"), charts(page)
    assert len(cells) == len(alts)
    for cell, wanted in zip(cells, alts, strict=True):
        found = iter(tables(cell))
        for alt in wanted:
            if not alt.startswith(tuple(WITHOUT)):
                yield alt, next(found, None)


@pytest.mark.parametrize("page", LESSONS)
def test_every_chart_is_followed_by_its_numbers(site, page):
    for alt, table in pairs(site, page):
        assert table, f"no table beside: {alt}"
        headings, rows = table
        assert 2 <= len(rows) <= 40
        assert all(headings) and all(len(row) == len(headings) for row in rows), alt
    for picture in soup(site / page).select(".cell_output img"):
        after = picture.find_next("table", class_="numbers")
        assert after and after.find_parent(class_="cell_output").find("img") is picture


def test_a_chart_without_its_table_would_be_found(site, tmp_path):
    page = LESSONS[0]
    whole = (site / page).read_text(encoding="utf-8")
    tables = re.findall(r'<details class="numbers">.*?</details>', whole, re.S)
    assert len(tables) == sum(map(len, charts(page)))
    for number, table in enumerate(tables):
        copy = tmp_path / str(number) / page
        copy.parent.mkdir(parents=True)
        copy.write_text(whole.replace(table, ""), encoding="utf-8")
        with pytest.raises(AssertionError, match="no table beside"):
            test_every_chart_is_followed_by_its_numbers(tmp_path / str(number), page)


def test_the_lessons_have_charts(site):
    assert sum(len(list(pairs(site, page))) for page in LESSONS) >= 14


@pytest.mark.parametrize("page", LESSONS)
def test_a_table_is_read_by_its_headings(site, page):
    for details in soup(site / page).select("details.numbers"):
        assert details.summary.text == "The numbers" and not details.has_attr("open")
        assert details.caption.text.endswith(".")
        assert {th["scope"] for th in details.select("thead th")} == {"col"}
        assert {th["scope"] for th in details.select("tbody th")} == {"row"}
        assert len(details.select("tbody th")) == len(details.select("tbody tr"))


@pytest.mark.parametrize("page", LESSONS)
def test_the_numbers_of_curves_are_those_that_the_alternative_says(site, page):
    """Alternative and picture are of one moment, on whichever machine; so is the table."""
    for alt, (headings, rows) in pairs(site, page):
        columns = dict(zip(headings, zip(*rows, strict=True), strict=True))
        ends = re.findall(r"[:;] ([^:;]+) goes from (\S+) to ([^\s;]+)(?=[;.])", alt)
        assert len(ends) == len(re.findall(r" goes from -?\d", alt))
        for label, *numbers in ends:
            for cell, number in zip((columns[label][0], columns[label][-1]), numbers, strict=True):
                assert value(cell) == pytest.approx(float(number), rel=6e-3, abs=6e-3), alt


# Lesson 6 takes its time; where it is run again, its tables are compared too.
@pytest.mark.parametrize("page", [page for page in LESSONS if "06_" not in page])
def test_the_numbers_are_those_that_are_drawn_when_the_lesson_runs(
    site, page, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)  # lesson 1 saves a figure beside itself
    figures = run(page, monkeypatch)
    beside = [table for _, table in pairs(site, page)]
    assert len(figures) == len(beside)
    for figure, (_, rows) in zip(figures, beside, strict=True):
        assert strangers(figure, rows) == []


def run(page, monkeypatch) -> list[matplotlib.figure.Figure]:
    """The charts that a lesson draws, in their order."""
    drawn, png = [], plots.png

    def keep(figure):
        drawn.append(figure)
        return png(figure)

    monkeypatch.setattr(plots, "png", keep)
    monkeypatch.setattr("logitlab.explorers.prediction.png", keep)
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: None)
    names = {"__name__": "lesson"}
    for cell in json.loads(notebook(page).read_text(encoding="utf-8"))["cells"]:
        live = "skip-execution" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not live:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile("".join(cell["source"]), page, "exec"), names)
    return drawn


def test_a_wrong_number_would_be_found():
    figure, _ = plots.curves([1, 2, 3], {"a": [0.5, 0.25, 0.125]}, xlabel="x", ylabel="y")
    rows = figure.numbers.rows()
    assert strangers(figure, rows) == []
    assert strangers(figure, [*rows[:2], ("3", "0.127")]) == ["0.127 at 3"]
    figure, _ = plots.temperature_bars(["a", "b"], [2, 1], [0.5, 1])
    rows = figure.numbers.rows()
    assert strangers(figure, rows) == []
    for place in range(len(rows)):
        for i in (1, 2):
            changed = [list(row) for row in rows]
            changed[place][i] = f"{value(changed[place][i]) + 0.02:.3f}"
            assert len(strangers(figure, changed)) == 1
