"""The cheat sheets: their code is run, agrees with the library, and each prints on one page."""

import contextlib
import io
import re

import numpy as np
import pytest
from classroom import lesson
from logitlab import (
    distillation_loss,
    entropy,
    kl_divergence,
    repetition_penalty,
    softmax,
    temperature,
    top_k,
    top_p,
)

from tests.book.book_site import ROOT, Reader, printed, soup

TEXT = (ROOT / "book" / "cheat_sheets.md").read_text("utf-8")
SHEETS = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
LESSONS = sorted((ROOT / "notebooks").glob("*.py"))
#: What the library makes of the first line of each sheet's code, beside what the sheet made of it.
AGREES = {
    "Temperature": lambda s: (s["probs"], softmax(temperature(s["logits"], s["T"]))),
    "Top-p": lambda s: (s["kept"] / s["kept"].sum(), softmax(top_p(np.log(s["probs"]), s["p"]))),
    "Top-k": lambda s: (s["probs"], softmax(top_k(s["logits"], s["k"]))),
    "Repetition penalty": lambda s: (
        s["logits"],
        repetition_penalty([2.0, -1.0, 1.5], s["used"], s["theta"]),
    ),
    "Entropy": lambda s: (
        [s["entropy"], s["divergence"]],
        [entropy(s["p"]), kl_divergence(s["p"], s["q"])],
    ),
    "Distillation": lambda s: (
        s["loss"],
        distillation_loss(s["student"], s["teacher"], s["y"], s["tau"], s["alpha"]),
    ),
}
each_sheet = pytest.mark.parametrize(("title", "text"), SHEETS, ids=[title for title, _ in SHEETS])


def test_every_lesson_has_its_sheet():
    titles = [f"{i} · {lesson.title(source)}" for i, source in enumerate(LESSONS, 1)]
    assert [title for title, _ in SHEETS] == titles
    assert re.findall(r"^```\{remember\} (\d)$", TEXT, re.M) == [title[0] for title in titles]


@each_sheet
def test_the_code_prints_what_stands_beside_it_and_agrees_with_the_library(title, text):
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert all(len(line) <= 100 for line in code.splitlines())
    assert len(code.splitlines()) == 5, "what is given, three lines, what comes out"
    space, printed = {"np": np, "softmax": softmax}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, space)
    assert printed.getvalue().strip() == re.search(r"  # (.+)$", code.strip())[1]
    own, library = AGREES[title.split(" · ")[1]](space)
    np.testing.assert_allclose(own, library, rtol=1e-12, atol=0)


@each_sheet
def test_what_it_cannot_do_stands_beside_what_it_can(title, text):
    rows = re.findall(r"^\| (.+) \| (.+) \|$", text, re.M)
    assert rows[0] == ("it can", "it cannot") and len(rows) == 4


@pytest.mark.needs("node")
def test_the_table_to_remember_is_the_lessons(site):
    page = soup(site / "book" / "cheat_sheets.html")
    for block, source in zip(page.select(".remember"), LESSONS, strict=True):
        own = soup(site / "notebooks" / f"{source.stem}.html").find(id="what-to-remember")
        tables = [table.text.split() for table in own.select("table")]
        assert [table.text.split() for table in block.select("table")] == tables != []
        assert block.select_one("p > strong").text in own.text


@pytest.mark.needs("node", "browser")
def test_each_sheet_prints_on_a_page_of_its_own(site, browser):
    with Reader(browser, site.as_uri()) as reader:
        page = reader.open("book/cheat_sheets.html")
        assert printed(page) == {"A4": len(SHEETS), "Letter": len(SHEETS)}
