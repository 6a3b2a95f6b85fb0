"""What the build writes for the pages and says when it cannot; which cells can be tried."""

import json

import pytest
from coursebook.pagepython import assets, lessons, wasm, workable

from tests.book.book_site import soup


def missing():
    raise wasm.Unavailable("the package is not there")


def test_without_python_nothing_is_written_and_nothing_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("BOOK_RUN", "0")
    assert assets.bring(tmp_path / "pages") is False
    assert not (tmp_path / "pages").exists()
    assert capsys.readouterr() == ("", "")


def test_a_build_without_the_package_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(wasm, "small", lambda node: missing())
    assert assets.bring(tmp_path / "pages") is False
    assert not (tmp_path / "pages").exists()
    said = capsys.readouterr().err
    assert "exercises will not run in the pages: the package is not there" in said


def test_with_ci_a_build_without_the_package_fails(monkeypatch, tmp_path):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(wasm, "small", lambda node: missing())
    with pytest.raises(wasm.Unavailable):
        assets.bring(tmp_path / "pages")


def test_the_site_has_hashed_files_and_their_licences(site):
    folder = site / "_static" / "pagepython"
    fetched = [path for path in folder.iterdir() if path.name.endswith(".gz")]
    assert len(fetched) == 5 and all("-" in path.name for path in fetched)
    first = [path for path in folder.glob("*") if path.name.startswith(("python-", "stdlib-"))]
    first += [*folder.glob("course-*"), *folder.glob("worker-*"), folder / "sheet.js"]
    assert sum(path.stat().st_size for path in first) < 11e6
    licences = (folder / "licences.txt").read_text(encoding="utf-8")
    for name in ("NumPy", "OpenBLAS", "@codemirror/view", "@bjorn3/browser_wasi_shim"):
        assert name in licences, name


def cells(*sources):
    """A lesson with these code cells, called a, b, c ..."""
    made = [
        {"cell_type": "code", "id": chr(97 + number), "source": source, "outputs": []}
        for number, source in enumerate(sources)
    ]
    return {"cells": made}


def needs(*sources) -> dict[str, list[str]]:
    """By the id of each cell that can be tried, the cells that it needs."""
    return {cell.id: cell.needs for cell in lessons.analyse(cells(*sources)).cells if cell.tried}


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        (["x = 1", "y = x", "y + 1"], {"a": [], "b": ["a"], "c": ["a", "b"]}),
        (["x = 1", "x = 2", "x"], {"a": [], "b": [], "c": ["b"]}),
        (["x = []", "x.append(1)", "x"], {"a": [], "b": ["a"], "c": ["a", "b"]}),
        (["x = {}", "x['a'] = 1", "x"], {"a": [], "b": ["a"], "c": ["a", "b"]}),
        (["n = 0", "n += 1", "n"], {"a": [], "b": ["a"], "c": ["a", "b"]}),
        (["x = 1", "for x in range(3): print(x)"], {"a": [], "b": []}),
        (["x = 1", "def f(x):\n    return x", "f(2)"], {"a": [], "b": [], "c": ["b"]}),
        (["x = 1", "[x for x in range(3)]"], {"a": [], "b": []}),
        (["from logitlab import quiz\nx = 1", "x", "quiz()"], {"b": ["a"]}),
        (["from logitlab import recorded\nx = recorded('a')", "x"], {}),
        (["%matplotlib inline", "1 + 1"], {"b": []}),
        (["unknown"], {}),
        (["import pandas", "pandas.DataFrame()"], {}),
    ],
)
def test_which_cells_can_be_tried_and_what_they_need(sources, wanted):
    assert needs(*sources) == wanted


def test_who_draws_from_a_generator_changes_it():
    rng = "import numpy as np\nrng = np.random.default_rng(1)"
    assert needs(rng, "rng.random()", "1", "rng.random()")["d"] == ["a", "b"]


def test_figures_ask_for_matplotlib():
    lesson = lessons.analyse(cells("from logitlab import plots", "plots.curves", "2"))
    assert lesson.drawing == ["from logitlab import plots"]
    assert [(cell.id, cell.draws) for cell in lesson.cells] == [("b", True), ("c", False)]


def test_the_version_of_an_exercise_changes_with_its_text_alone():
    def version(text, other="## 2"):
        stub = {"cell_type": "code", "id": "ex", "source": "...", "metadata": {}}
        stub["metadata"]["nbgrader"] = {"solution": True}
        words = [{"cell_type": "markdown", "source": one, "metadata": {}} for one in (text, other)]
        return workable.versions([words[0], stub, words[1]])["ex"]

    assert version("## 1\nAsk") == version("## 1\nAsk", "## 2 another") != version("## 1\nask")


def test_a_sheets_page_carries_its_notebook(site):
    data = soup(site / "exercises" / "01_temperature.html").find(id="sheet-data").string
    assert json.loads(data)["name"] == "01_temperature"
