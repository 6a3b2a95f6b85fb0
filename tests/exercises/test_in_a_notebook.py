"""What a notebook shows of a check: right, wrong and not attempted differ, not by colour alone."""

import re

import pytest
from classroom.build import _this_python
from logitlab.checks import _seen
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tests.limits import seconds

RIGHT = "(0.9, 0.25, 0.0826)"
CELLS = {
    "start": "from logitlab import check\nfrom logitlab.checks import _seen, exercises",
    "right": f'check("6.10", {RIGHT})',
    "wrong": 'check("6.10", (0.1, 0.25, 0.0826))',
    "open": 'check("6.10", ...)',
    "again": f'check("6.10", {RIGHT})',
    "other": 'check("6.5", ...)',
    "quick": "print(_seen.SECONDS)\n_seen.SECONDS = 0.2",
    "slow": """
import time, threading
def slow(*args):
    end = time.monotonic() + 30
    while time.monotonic() < end and not said():
        time.sleep(0.05)
def said():
    return not any(isinstance(one, threading.Timer) for one in threading.enumerate())
check("6.5", slow)
""",
}


@pytest.fixture(scope="module")
def shown():
    """The outputs of each cell, as a notebook's kernel sends them."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.values()])
    client = NotebookClient(
        notebook,
        timeout=round(seconds(120)),
        allow_errors=True,
        kernel_manager_class=_this_python(),
    )
    client.execute()
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


def texts(outputs):
    return [output.data["text/plain"] for output in outputs if output.output_type == "display_data"]


def test_what_is_right_is_one_line_with_a_tick_and_the_points(shown):
    (only,) = shown["right"]
    (text,) = texts([only])
    found = re.fullmatch(
        r"✓ 6\.10 Whose alpha\?: right, 3 points\. 3 of (\d+) points so far\.", text
    )
    assert found, text
    assert int(found[1]) > 20
    assert text.removeprefix("✓ ") in only.data["text/html"]


def test_points_are_lost_and_won_again_as_the_answer_changes(shown):
    lines = [texts(shown[name])[0] for name in ("wrong", "open", "again", "other")]
    assert [re.search(r"(\d+) of \d+ points so far", line)[1] for line in lines] == list("0033")


@pytest.mark.parametrize(
    ("name", "said", "error"),
    [("wrong", "✗ Not right yet", "CheckFailed"), ("open", "○ Not attempted", "NotAttempted")],
)
def test_what_is_not_right_keeps_its_error_and_has_its_mark_above(shown, name, said, error):
    mark, raised = shown[name]
    assert texts([mark])[0].startswith(said)
    assert (raised.output_type, raised.ename) == ("error", error), "nbval and nbgrader look for it"
    style = re.search(r"<style>(.*)</style>", mark.data["text/html"])[1]
    assert f"check-{name}" in style
    assert ("background: none" in style) == (name == "open"), "JupyterLab's red is for wrong ones"


def test_a_check_that_takes_long_says_so_while_it_runs(shown):
    printed = "".join(o.text for o in shown["slow"] if o.output_type == "stream")
    assert shown["quick"][0].text == "20.0\n"
    assert printed.startswith("6.5 ") and "still running after 0.2 seconds" in printed
    assert "Kernel, Interrupt Kernel" in printed
    assert not any(o.output_type == "stream" for name in ("right", "other") for o in shown[name])


def luminance(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_marks_differ_and_their_edges_stand_out_in_both_themes(ground):
    marks, edges = zip(*_seen.LOOKS.values(), strict=True)
    assert len({*marks}) == 3
    for edge in edges:
        light, dark = sorted((luminance(edge[-7:]), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, edge


def test_outside_of_a_notebook_nothing_is_shown(capsys):
    assert not _seen.in_notebook()
    from logitlab import check

    check("6.10", (0.9, 0.25, 0.0826))
    assert capsys.readouterr().out == "6.10 Whose alpha?: right, 3 points.\n"
