"""Every number in a lesson's prose is one that a cell of that lesson shows or sets.

A number passes when some output prints it (rounded as the prose rounds it, as it stands or as a
percentage), when the code sets it, or when its sentence cites a source by a link. What is left is
listed below with the reason.
"""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

#: Numbers that no cell shows, and why they may stand in the prose of that lesson.
STATED = {
    "01_temperature": {
        "135": "millions of parameters of the model, from its model card",
        "1868": "a year",
    },
    "03_top_k": {
        "2026": "a year",
    },
    "04_repetition_penalty": {
        "2019": "a year",
        "2026": "a year",
        "5.23": "a version of transformers; of the libraries, compared with book/orders by a test",
        "0.33": "a version of vLLM, likewise",
        "64": "llama.cpp's window, likewise",
    },
    "05_entropy": {
        "1951": "a year",
    },
}

NUMBER = re.compile(r"(?<![\w.,^])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w^])")
REFERENCE = re.compile(r"(?i)\b(exercise|lesson|step|panel)s? [\d. ,]+(to|and)?[ \d.]*")
TIME = re.compile(
    r"\*\*Lesson \d+ of \d+\..*|\*\d+ minutes\.|Further parts: .*"
)  # counted when it is built
SMALL = {str(n) for n in range(11)}  # counting: "three steps", "top 10", list markers


def prose(cell):
    """Sentences of a markdown cell, without code, headings and links to other pages."""
    text = re.sub(r"```.*?```|`[^`]*`|<!--.*?-->", " ", cell.source, flags=re.S)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    text = TIME.sub(" ", text)  # before it is taken apart: it is more than one sentence
    for sentence in re.split(r"(?<=[.?!:])\s+(?=[A-Z*\[(])|\n\s*\n|\n(?=[-*|\d])", text):
        if "](http" in sentence:
            continue
        sentence = re.sub(r"\]\([^)]*\)", "]", sentence)
        sentence = REFERENCE.sub(" ", sentence)
        yield re.sub(r"^\s*\d+\. ", "", sentence)


def shown(nb):
    """Numbers that outputs print, and numbers that code sets."""
    outputs, code = [], []
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        code += re.findall(r"\d[\d_]*(?:\.\d+)?(?:e-?\d+)?", cell.source)
        for output in cell.outputs:
            text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            outputs += re.findall(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", text)
    return {float(x.replace(",", "")) for x in outputs}, {float(x.replace("_", "")) for x in code}


def matches(text, outputs, code):
    value = float(text.replace(",", "").replace("−", "-"))
    mantissa = re.split("e", text)[0]
    decimals = len(mantissa.split(".")[1]) if "." in mantissa else 0
    exponent = int(text.split("e")[1]) if "e" in text else 0
    half = 0.5 * 10.0 ** (exponent - decimals) * 1.0001
    if abs(value) in code:
        return True
    return any(abs(scale * y - value) <= half for y in outputs for scale in (1, 100))


def unexplained(nb, stated=()):
    outputs, code = shown(nb)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for sentence in prose(cell):
                for number in NUMBER.findall(sentence):
                    bare = number.rstrip(",")
                    if bare in SMALL or bare in stated or matches(bare, outputs, code):
                        continue
                    yield bare, " ".join(sentence.split())


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_number_in_prose_is_shown_by_a_cell(path):
    nb = nbformat.read(path, as_version=4)
    stated = STATED.get(path.stem, {})
    left = [f"{number!r} in: {text}" for number, text in unexplained(nb, stated)]
    assert not left, "\n".join(left)
    text = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    stale = [number for number in stated if not re.search(rf"\b{number}\b", text)]
    assert not stale, f"listed but no longer in the prose: {stale}"


def test_a_stale_number_is_found():
    nb = nbformat.v4.new_notebook()
    nb.cells = [
        nbformat.v4.new_markdown_cell("The share is 47.3 %."),
        nbformat.v4.new_code_cell(
            "print(p)", outputs=[nbformat.v4.new_output("stream", text="0.472")]
        ),
    ]
    assert [number for number, _ in unexplained(nb)] == ["47.3"]
    nb.cells[0].source = "The share is 47.2 %."
    assert not list(unexplained(nb))


def test_there_are_lessons_to_read():
    assert LESSONS
