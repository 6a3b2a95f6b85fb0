"""Pages made of measurements: what libraries do agrees with ours; every notebook is timed."""

import re
from datetime import date

import numpy as np
import pytest
from coursebook import orders, timings
from coursebook.course import Course, Missing
from logitlab import Pipeline, repetition_penalty, top_k, top_p
from logitlab.processors import ORDERS, PROCESSORS

from tests.book.book_site import ROOT, soup

COURSE = Course(ROOT)
ROWS = orders.libraries(COURSE)
TIMES = COURSE.read(timings.TIMES)
THREE = np.array([3.0, 2.0, 1.0])
LONGEST = {"06_distillation": 90}  # seconds; for every other lesson 30


def left(logits) -> int:
    return int(np.isfinite(logits).sum())


# --- who does what in which order


@pytest.mark.parametrize("library", ORDERS)
def test_our_order_is_the_one_that_the_library_has(library):
    row = ROWS[library]
    assert row["how"] == "run"
    assert tuple(name for name in row["order"] if name in PROCESSORS) == ORDERS[library]


@pytest.mark.parametrize("library", ORDERS)
def test_our_pipeline_gives_the_same_answers(library):
    row = ROWS[library]
    cooled = Pipeline.named(library, temperature=0.5, top_p=0.8)
    assert left(cooled(THREE)) == row["T_before_p"]
    six = np.array([*THREE, 0.9, 0.8, 0.7])
    assert left(Pipeline.named(library, top_k=2, top_p=0.6)(six)) == row["k_then_p"]
    ours = Pipeline.named(library, repetition_penalty=2.0)([3.0, 2.0, -1.0], [0, 2, 0])
    assert ours.tolist() == row["penalty"]


def test_our_processors_do_at_the_edges_what_transformers_does():
    row = ROWS["transformers"]
    assert left(top_p(np.log([0.5, 0.2, 0.15, 0.1, 0.05]), 0.75)) == row["crossing"]
    assert left(top_p(np.log([0.5, 0.25, 0.125, 0.125]), 0.75)) == row["tie_p"]
    assert left(top_p(THREE, 0.0)) == row["p_zero"]
    assert left(top_k([3.0, 2.0, 2.0, 1.0], 2)) == row["tie_k"]


def test_every_row_is_dated_linked_and_says_how_it_was_checked():
    assert len(ROWS) >= 8
    for name, row in ROWS.items():
        assert row["how"] in ("run", "read")
        assert date.fromisoformat(row["on"]), name
        assert row["link"].startswith("https://github.com/")
        assert row["version"] and {"order", "defaults", "scope", "additive"} <= row.keys()
        if "penalty" in row:
            ours = repetition_penalty([3.0, 2.0, -1.0], [0, 2, 0], 2.0)
            assert ours.tolist() == row["penalty"], "the page says that this rule is everywhere"


def lesson_4() -> tuple[str, dict[str, dict[str, str]]]:
    """The line above the lesson's table, and the table: for each library its cells by their row."""
    text = (ROOT / "notebooks" / "04_repetition_penalty.py").read_text("utf-8")
    text = re.sub(r"^# ?", "", text, flags=re.M)
    above, table = re.search(
        r"### In the wild\n\n\*.+?\*\n\n(.+?)\n\n(\|.+?)\n\n", text, re.S
    ).groups()
    (_, *names), _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")
    )
    libraries = [name.removesuffix(" v1").lower() for name in names]
    return above.replace("\n", " "), {
        library: {row[0]: row[i] for row in rows} for i, library in enumerate(libraries, 1)
    }


@pytest.mark.parametrize("library", ORDERS)
def test_lesson_4_says_of_the_penalties_what_was_found(library):
    above, table = lesson_4()
    row, says = ROWS[library], table[library]
    assert f"run on {row['on']}" in above and f" {row['version']}" in above
    assert row["penalty"] == [1.5, 2.0, -2.0], "token 0 twice in the text, divided once"
    assert says["theta acts"] in ("once for each distinct token", "the same")
    window = re.fullmatch(r"the last (\d+) of prompt and output", row["scope"])
    seen = f"the last N of prompt and text, N = {window[1]}" if window else "prompt and text"
    assert says["theta looks at"].startswith(seen)
    counted = {"output": "over the text alone", "the same tokens": "over the same window"}
    assert says["frequency, presence"] == counted.get(row["additive"], row["additive"])
    penalties = [i for i, name in enumerate(row["order"]) if name.endswith("penalty")]
    early = max(penalties) < row["order"].index("temperature")
    assert says["order"] == ("before T" if early else "after T")
    assert (
        float(re.search(r"[\d.]+", says["off"])[0].rstrip(".")) in orders.OFF["repetition_penalty"]
    )
    assert row["defaults"]["repetition_penalty"] in orders.OFF["repetition_penalty"]


def test_what_was_not_run_is_in_italics():
    (edges,), (penalties,) = orders.edge_table(COURSE), orders.penalty_table(COURSE)
    cells = {row[0]: row for row in edges.rows}
    assert "*greedy*" in cells["vllm"] and "greedy" in cells["llama.cpp"]
    (exllamav2,) = (row for row in penalties.rows if row[0] == "exllamav2")
    assert "*prompt and output*" in exllamav2


@pytest.mark.needs("node")
def test_the_page_shows_every_library_in_every_table(site):
    page = soup(site / "book" / "orders.html")
    order, edges, penalties = page.select("article table")
    for name, row in ROWS.items():
        (cells,) = (r for r in order.select("tbody tr") if r.td.strong.text == name)
        assert f"{row['how']} {row['on']}" in cells.td.text
        assert cells.td.a["href"] == row["link"]
    assert len(penalties.select("tbody tr")) == len(ROWS)
    assert len(edges.select("thead th")) == 1 + len(orders.EDGES)


def test_a_measurement_that_was_not_recorded_is_said():
    with pytest.raises(Missing, match="has no 'nothing': run its benchmark"):
        timings.measured("nothing")(COURSE)


# --- running times


def test_every_notebook_that_runs_has_a_time():
    sources = [*ROOT.glob("notebooks/*.py"), *ROOT.glob("solutions/*.py")]
    names = {path.relative_to(ROOT).with_suffix("").as_posix() for path in sources}
    assert set(TIMES["notebooks"]) == names, "run: make times"


def test_no_lesson_takes_longer_than_it_may():
    for name, time in TIMES["notebooks"].items():
        assert 0 < time["processor"] < LONGEST.get(name.split("/")[1], 30), name
        assert time["seconds"] > 0


@pytest.mark.needs("node")
def test_the_page_gives_each_time_and_their_sums(site):
    page = soup(site / "book" / "running_times.html")
    rows = {
        row.td.text.strip(): [td.text for td in row.select("td")[1:]]
        for row in page.select("table tbody tr")
    }
    assert len(rows) == len(TIMES["notebooks"]) + 3
    total = {
        key: sum(t[key] for t in TIMES["notebooks"].values()) for key in ("seconds", "processor")
    }
    assert rows["The whole course"] == [f"{x:.1f} s" for x in total.values()]
    assert f"Measured on {TIMES['on']}" in page.text and TIMES["machine"]["processor"] in page.text
    shown = [float(re.sub(" s", "", first)) for first, _ in rows.values()]
    assert shown[-1] == pytest.approx(
        rows_of(rows, "Lessons") + rows_of(rows, "Exercises"), abs=0.15
    )


def rows_of(rows, name) -> float:
    return float(rows[name][0].removesuffix(" s"))
