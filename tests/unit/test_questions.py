"""The question bank: what the lessons ask, as Moodle and QTI take it."""

import base64
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from classroom import questions
from classroom.__main__ import main
from classroom.widget_state import STATE, VIEW

COURSE = Path(__file__).parents[2]
PNG = b"\x89PNG a picture"
# Of QTI 1.2.1 (IMS, ims_qtiasiv1p2p1.dtd, 14 February 2003), as far as it is used: children of each
# element in their order, and its attributes. On 2026-11-29 the bank was valid by the whole DTD.
CONTENT = {
    "questestinterop": ("(qticomment )?(objectbank |assessment |((section |item )+))", ""),
    "assessment": ("(qtimetadata )*(sectionref |section )+", "ident title"),
    "section": ("(qtimetadata )*(itemref |item |section )*", "ident title"),
    "item": ("(itemmetadata )?(presentation )?(resprocessing )*(itemfeedback )*", "ident title"),
    "itemmetadata": ("(qtimetadata )*", ""),
    "qtimetadata": ("(qtimetadatafield )+", ""),
    "qtimetadatafield": ("fieldlabel fieldentry ", ""),
    "fieldlabel": ("", ""),
    "fieldentry": ("", ""),
    "presentation": ("(material |response_lid |response_str )+", ""),
    "material": ("(mattext |matimage )+", ""),
    "mattext": ("", "texttype"),
    "response_lid": ("(material )?render_choice (material )?", "ident rcardinality"),
    "response_str": ("(material )?render_fib (material )?", "ident rcardinality"),
    "render_choice": ("(material |response_label )*", "shuffle"),
    "render_fib": ("(material |response_label )*", "fibtype"),
    "response_label": ("(material |flow_mat )*", "ident"),
    "resprocessing": ("outcomes (respcondition )+", ""),
    "outcomes": ("(decvar )+", ""),
    "decvar": ("", "varname vartype minvalue maxvalue"),
    "respcondition": ("conditionvar (setvar )*(displayfeedback )*", "continue"),
    "conditionvar": ("(not |and |or |other |varequal |vargte |varlte )+", ""),
    "or": ("(not |and |or |other |varequal |vargte |varlte )+", ""),
    "and": ("(not |and |or |other |varequal |vargte |varlte )+", ""),
    "other": ("", ""),
    "varequal": ("", "respident"),
    "vargte": ("", "respident"),
    "varlte": ("", "respident"),
    "setvar": ("", "action varname"),
    "displayfeedback": ("", "feedbacktype linkrefid"),
    "itemfeedback": ("(flow_mat |material )+", "ident"),
    "flow_mat": ("(flow_mat |material )+", ""),
}


def guess(name, answer, **changes):
    """The saved state of a guess."""
    return {
        "name": name,
        "question": "How *much* is `a < b`?",
        "answer": answer,
        "choices": [],
        "unit": "",
        "tolerance": 0.0,
        "explain": "Because.\n\nAnd *so* & on.",
        "alt": "",
        **changes,
    }


def lesson(folder: Path, *states: dict, picture: bytes = b"") -> Path:
    """A built lesson that shows one box with these guesses, and the first of them once more."""
    model = {"model_name": "AnyModel", "model_module": "anywidget"}
    ids = [f"{n:032x}" for n in range(len(states))]
    models = {i: {**model, "state": state} for i, state in zip(ids, states, strict=True)}
    if picture:
        data = base64.b64encode(picture).decode()
        models[ids[0]]["buffers"] = [{"path": ["figure"], "encoding": "base64", "data": data}]
    box = {"children": [f"IPY_MODEL_{i}" for i in ids]}
    models["b" * 32] = {"model_name": "VBoxModel", "state": box}
    outputs = [{"data": {VIEW: {"model_id": i}}} for i in ("b" * 32, *ids[:1])]
    cells = [
        {"cell_type": "markdown", "source": "# 7 · Of *this* / that\n\n## Part `one`\n"},
        {"cell_type": "code", "source": "", "outputs": outputs},
        {"cell_type": "markdown", "source": "## Part two"},
    ]
    metadata = {"widgets": {STATE: {"state": models}}}
    (folder / "notebooks").mkdir(exist_ok=True)
    path = folder / "notebooks" / "07_more.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": metadata}))
    return path


def sets_of_items(package: bytes) -> dict[str, ElementTree.Element]:
    """The assessments of a package by their file, without the namespace."""
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        names = [n for n in files.namelist() if n.endswith(".xml") and n != "imsmanifest.xml"]
        found = {n: ElementTree.fromstring(files.read(n)) for n in names}
    for root in found.values():
        for element in root.iter():
            assert element.tag.startswith(f"{{{questions.QTI}}}")
            element.tag = element.tag.rpartition("}")[2]
    return found


def test_the_bank_of_the_course(tmp_path, capsys):
    """Each guess that a lesson shows is in both banks, once, with its answer."""
    lessons = questions.collect(COURSE)
    asked = [q for part in lessons for q in part.questions]
    assert len(lessons) == len([*(COURSE / "notebooks").glob("*.ipynb")])
    assert len({q.id for q in asked}) == len(asked) > 50
    assert {bool(q.choices) for q in asked} == {True, False}
    for kind in ("moodle", "qti"):
        out = tmp_path / kind
        assert (
            main(["questions", "--format", kind, "--out", str(out), "--course", str(COURSE)]) == 0
        )
        assert f"{len(asked)} questions" in capsys.readouterr().out
    root = ElementTree.fromstring((tmp_path / "moodle").read_bytes())
    by_id = {q.findtext("idnumber"): q for q in root if q.get("type") != "category"}
    assert by_id.keys() == {q.id for q in asked}
    for q in asked:
        right = [a for a in by_id[q.id].findall("answer") if a.get("fraction") == "100"]
        assert len(right) == 1
        if not q.choices:
            assert float(right[0].findtext("text")) == q.answer
            assert float(right[0].findtext("tolerance")) == q.tolerance
    items = [
        i for r in sets_of_items((tmp_path / "qti").read_bytes()).values() for i in r.iter("item")
    ]
    assert len(items) == len(asked)


def test_qti_keeps_to_the_specification():
    for root in sets_of_items(questions.qti(questions.collect(COURSE))).values():
        for element in root.iter():
            children, attributes = CONTENT[element.tag]
            inside = "".join(f"{child.tag} " for child in element)
            assert re.fullmatch(children, inside), (element.tag, inside)
            assert set(element.attrib) <= set(attributes.split()), element.tag
            assert "ident" not in attributes.split() or element.get("ident")
        linked = {e.get("linkrefid") for e in root.iter("displayfeedback")}
        assert linked <= {e.get("ident") for e in root.iter("itemfeedback")}


def test_qti_marks_as_the_lesson_does(tmp_path):
    """The bounds are those of the decimal numbers, not of their nearest binary ones."""
    lesson(tmp_path, guess("7-a", 34.7, tolerance=3.0, unit="%"), guess("7-b", 0.3, tolerance=0.1))
    (root,) = sets_of_items(questions.qti(questions.collect(tmp_path))).values()
    bounds = [
        (Decimal(item.findtext(".//vargte")), Decimal(item.findtext(".//varlte")))
        for item in root.iter("item")
    ]
    assert bounds == [(Decimal("31.7"), Decimal("37.7")), (Decimal("0.2"), Decimal("0.4"))]
    assert "Your guess: ____ %" in root.findtext(".//mattext")


def test_a_choice(tmp_path):
    lesson(tmp_path, guess("7-a", "b < c", choices=["a", "b < c", "*d*"]))
    (root,) = sets_of_items(questions.qti(questions.collect(tmp_path))).values()
    labels = {
        label.get("ident"): label.findtext(".//mattext") for label in root.iter("response_label")
    }
    assert list(labels.values()) == ["<p>a</p>", "<p>b &lt; c</p>", "<p><em>d</em></p>"]
    assert labels[root.findtext(".//varequal")] == "<p>b &lt; c</p>"
    assert "____" not in root.findtext(".//mattext")
    moodle = ElementTree.fromstring(questions.moodle(questions.collect(tmp_path)))
    fractions = [answer.get("fraction") for answer in moodle.iter("answer")]
    assert fractions == ["0", "100", "0"]


def test_words_pictures_and_places(tmp_path):
    lesson(tmp_path, guess("7-a", 1.0, alt='A "line"'), guess("7-b", 1e-7), picture=PNG)
    (found,) = questions.collect(tmp_path)
    assert [q.id for q in found.questions] == ["7-a", "7-b"]  # shown twice, asked once
    assert {q.section for q in found.questions} == {"Part one"}
    moodle = ElementTree.fromstring(questions.moodle([found]))
    assert moodle.findtext("question/category/text") == "$course$/top/7 · Of this // that"
    first, second = moodle.findall("question")[1:]
    assert first.findtext("questiontext/text").startswith(
        "<p>How <em>much</em> is <code>a &lt; b</code>?</p>"
    )
    told = first.findtext("generalfeedback/text")
    assert told.startswith("<p>Because.</p><p>And <em>so</em> &amp; on.</p>")
    assert 'src="@@PLUGINFILE@@/7-a.png" alt="A &quot;line&quot;"' in told
    assert base64.b64decode(first.findtext("generalfeedback/file")) == PNG
    assert second.find("generalfeedback/file") is None
    assert second.findtext("answer/text") == "0.0000001"
    with zipfile.ZipFile(io.BytesIO(questions.qti([found]))) as package:
        assert package.read("7-a.png") == PNG
        manifest = package.read("imsmanifest.xml").decode()
        hrefs = set(re.findall('<file href="([^"]+)"', manifest))
        assert hrefs == {*package.namelist()} - {"imsmanifest.xml"}


def test_nothing_to_ask(tmp_path, capsys):
    out = str(tmp_path / "bank.xml")
    assert main(["questions", "--out", out, "--course", str(tmp_path)]) == 1
    assert "is it built" in capsys.readouterr().err
    lesson(tmp_path, guess("7-a", 1.0))
    assert main(["questions", "08_none", "--out", out, "--course", str(tmp_path)]) == 1
    assert "08_none" in capsys.readouterr().err
    with pytest.raises(questions.QuestionsError):
        questions.collect(tmp_path / "nowhere")
