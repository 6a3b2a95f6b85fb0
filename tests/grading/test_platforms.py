"""
Names of files as learning platforms make them; nobody is lost and no two people become one.

Fixtures are made from the platforms' own source code, read on 2026-11-28:

- Moodle: ``mod/assign/classes/downloader.php`` at 2a6fd313 (folders: name, number, plug-in, then
  the file's own folders; flat: all joined by underscores; teams without a number), and
  ``mod/assign/locallib.php`` at 001d5a03 for the older form, with an underscore at the end.
- Canvas: ``lib/content_zipper.rb`` at 05e9653c (sortable name in small letters without blanks,
  LATE, user, attachment, file; anonymous; texts and addresses without an attachment).
- Blackboard: ``nbgrader/plugins/zipcollect.py`` at 03efb4f1 of jupyter/nbgrader, whose example is
  ``ps1_bitdiddle_attempt_2016-01-30-15-00-00_problem1.ipynb``.
- Brightspace: as such folders have been seen; no source of its own was found to read.
"""

import io
import json
import os
import zipfile

import pytest
from classroom import assignment, reading, submissions
from handed_in import COURSE, SHEET, notebook

FILE = f"{SHEET}.ipynb"
STAMP = "attempt_2026-01-30-15-00-00"
LAYOUTS = {
    "folders": {"anna/{}": "anna", "bert/{}": "bert"},
    "a readme beside them": {"anna/{}": "anna", "bert/{}": "bert", "README.txt": None},
    "nbgrader": {"anna/01_temperature/{}": "anna", "bert/01_temperature/{}": "bert"},
    "nbgrader, one student": {"anna/01_temperature/{}": "anna"},
    "nbgrader, whole": {
        "submitted/anna/01_temperature/{}": "anna",
        "submitted/anna/01_temperature/timestamp.txt": None,
        "submitted/bert/01_temperature/{}": "bert",
    },
    "one student with a sub-folder": {"anna/work/{}": "anna"},
    "one folder around them": {"submissions/anna/{}": "anna", "submissions/bert/{}": "bert"},
    "one folder and a readme": {
        "submissions/anna/{}": "anna",
        "submissions/bert/{}": "bert",
        "readme.md": None,
        "submissions/index.html": None,
    },
    "two folders around them": {"a/b/anna/{}": "anna", "a/b/bert/{}": "bert"},
    "two folders around one": {"class/submissions/anna/{}": "anna"},
    "files by name": {"anna.ipynb": "anna", "bert.ipynb": "bert"},
    "files by names with dots": {"J. Smith.ipynb": "J. Smith", "J. Doe.ipynb": "J. Doe"},
    "files by name in a folder": {"x/J. Smith.ipynb": "J. Smith", "x/J. Doe.ipynb": "J. Doe"},
    "Moodle": {
        "Jane Smith_12345_assignsubmission_file/{}": "Jane Smith",
        "Bob Lee_12346_assignsubmission_file/my work/{}": "Bob Lee",
        "Bob Lee_12346_assignsubmission_onlinetext/onlinetext.html": None,
    },
    "Moodle, one student": {"Jane Smith_12345_assignsubmission_file/sub/{}": "Jane Smith"},
    "Moodle, one more level": {
        "C1-Exercises-77/Jane Smith_12345_assignsubmission_file/{}": "Jane Smith",
        "C1-Exercises-77/Bob Lee_12346_assignsubmission_file/{}": "Bob Lee",
    },
    "Moodle, old folders": {"Anna A_12_assignsubmission_file_/{}": "Anna A"},
    "Moodle, flat": {
        "Anna A_12_assignsubmission_file_{}": "Anna A",
        "Bo B_13_assignsubmission_file_{}": "Bo B",
    },
    "Moodle, a team": {
        "Default group_assignsubmission_file/{}": "Default group",
        "Red team_7_assignsubmission_file/{}": "Red team",
    },
    "Moodle, nobody named": {
        "Participant_12_assignsubmission_file/{}": "Participant (12)",
        "Participant_13_assignsubmission_file/{}": "Participant (13)",
    },
    "two of one name": {
        "Anna A_12_assignsubmission_file_/{}": "Anna A (12)",
        "Anna A_13_assignsubmission_file_/{}": "Anna A (13)",
    },
    "Canvas": {
        "smithbob_340934_208490284_{}": "smithbob",
        "leeamy_LATE_340935_208490285_{}": "leeamy",
        "doejane_340936_text.html": None,
    },
    "Canvas, one name": {
        "smithbob_340934_208490284_{}": "smithbob (340934)",
        "smithbob_340935_208490285_{}": "smithbob (340935)",
    },
    "Canvas, underscores": {"o_neil_340934_208490284_{}": "o_neil"},
    "Canvas, nobody named": {
        "anon_a1B2c_208490284_{}": "anon (a1B2c)",
        "LATE_anon_x9Y8z_208490285_{}": "anon (x9Y8z)",
    },
    "Blackboard": {
        f"ps1_bitdiddle_{STAMP}_{{}}": "bitdiddle",
        f"ps1_hacker_{STAMP}_{{}}": "hacker",
        f"ps1_hacker_{STAMP}.txt": None,
    },
    "Blackboard, underscores": {
        f"Home work_1_a_doe_{STAMP}_{{}}": "a_doe",
        f"Home work_1_b_doe_{STAMP}_{{}}": "b_doe",
    },
    "Brightspace": {
        "index.html": None,
        "123-4567 - Jane Smith - Oct 3, 2026 1234 PM/{}": "Jane Smith",
        "124-4567 - Bob Lee- Oct 3, 2026 903 AM/{}": "Bob Lee",
    },
    "Brightspace, another order": {
        "123-4567 - Jane Smith - 3 October, 2026 12:34/{}": "Jane Smith",
        "124-4567 - Bob Lee/{}": "Bob Lee",
    },
    "Moodle, downloaded twice": {
        "Jane Smith_12_assignsubmission_file/{}": "Jane Smith",
        "Jane Smith_12_assignsubmission_file (1)/{}": "Jane Smith",
        "Bob Lee_13_assignsubmission_file/{}": "Bob Lee",
    },
    "two assignments of Moodle": {
        "course/A1/Jane_1_assignsubmission_file/{}": "Jane",
        "course/A1/Bob_2_assignsubmission_file/{}": "Bob",
        "course/A2/Cleo_3_assignsubmission_file/{}": "Cleo",
    },
    "by sheets": {"01_temperature/anna/{}": "anna", "01_temperature/bert/{}": "bert"},
    "every script": {
        "山田\u3000太郎_1_assignsubmission_file/{}": "山田\u3000太郎",
        "می\u200cخواهم_2_assignsubmission_file/{}": "می\u200cخواهم",
        "ක්\u200dෂ_3_assignsubmission_file/{}": "ක්\u200dෂ",
        "Ana\u00a0María\u202fR_4_assignsubmission_file/{}": "Ana\u00a0María\u202fR",
        "דן\u200f_5_assignsubmission_file/{}": "דן\u200f",
        "co\u00adop_6_assignsubmission_file/{}": "co\u00adop",
    },
}


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            archive.writestr(name.format(FILE), json.dumps(notebook()))
    return path


@pytest.mark.parametrize("kind", ["zip", "folder", "a zip in a folder"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_handed_in(tmp_path, layout, kind):
    place = tmp_path / "all" / "class.zip"
    place.parent.mkdir()
    zipped(place, LAYOUTS[layout])
    if kind == "folder":
        with zipfile.ZipFile(place) as archive:
            archive.extractall(tmp_path / "class")
        place = tmp_path / "class"
    elif kind == "a zip in a folder":
        if len([name for name in LAYOUTS[layout].values() if name]) < 2:
            return  # it might be a student's own
        place = place.parent
    found, _ = submissions.students(place, [SHEET])
    assert {s.name for s in found} == {name for name in LAYOUTS[layout].values() if name}
    for student in found:
        assert FILE in {file.parts[-1] for file in student.files} or "files" in layout


def test_numbers_and_lateness_are_kept(tmp_path):
    found, _ = submissions.students(zipped(tmp_path / "class.zip", LAYOUTS["Canvas"]))
    assert [(s.name, s.id, s.late) for s in found] == [
        ("leeamy", "340935", True),
        ("smithbob", "340934", False),
    ]


def test_a_students_own_zip_makes_no_second_student(tmp_path):
    inner = io.BytesIO()
    zipped(inner, ["my work/{}"])
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("smithbob_340934_208490284_Work.zip", inner.getvalue())
        archive.writestr(f"smithbob_340934_208490286_{FILE}", json.dumps(notebook()))
    found, _ = submissions.students(tmp_path / "class.zip")
    assert [(s.name, len(s.files)) for s in found] == [("smithbob", 2)]


SHEETS = [SHEET, "02_top_p"]


@pytest.mark.parametrize(
    ("files", "students", "question"),
    [
        (
            ["k/submissions/anna/{}", "k/submissions/bert/{}", "k/solution.ipynb"],
            ["anna", "bert", "solution"],
            "Taken for students, though they lie beside submissions, which is around stud",
        ),
        (
            ["submissions/anna/{}", "submissions/bert/{}", "x.ipynb"],
            ["anna", "bert", "x"],
            "beside",
        ),
        (
            ["ex1/anna/{}", "ex1/bert/{}", "ex2/anna/02_top_p.ipynb", "ex2/bert/02_top_p.ipynb"],
            ["anna", "bert"],
            "Taken for folders around students, such as anna, bert: ex1, ex2. Or is each of them",
        ),
        (
            ["A/anna/{}", "A/bert/{}", "B/cleo/{}", "B/anna/{}"],
            ["anna (A)", "anna (B)", "bert", "cleo"],
            "Is each of these one person? Kept apart, for in several folders their files",
        ),
        (
            ["jane/v1/{}", "jane/v2/{}", "bob/{}"],
            ["bob", "jane"],
            "with several versions in folders",
        ),
        (["jane/a/{}", "jane/b/02_top_p.ipynb", "bob/{}"], ["bob", "jane"], ""),
        (["Bo - 01.ipynb", "Bo - 01 (1).ipynb"], ["Bo - 01", "Bo - 01 (1)"], "one person? Marked"),
        (["10_03_anna.ipynb", "10_04_bert.ipynb"], ["10_03_anna", "10_04_bert"], ""),
        (
            ["x_1_2_anna.ipynb", "x_1_2_bert.ipynb"],
            ["x_1_2_anna", "x_1_2_bert"],
            "nearly as Canvas",
        ),
        (["x_123_456_a.ipynb", "x_123_456_b.ipynb"], ["x_123_456_a", "x_123_456_b"], "nearly as"),
        (["A_1_assignsubmission_file/{}", "late/{}"], ["A", "late"], "not named as Moodle names"),
        (["a_340934_208490284_{}", "b.ipynb", "c.ipynb"], ["a", "b", "c"], "not named as Canvas"),
        ([f"HW 1_a_b_{STAMP}_{{}}", f"HW 1_a_c_{STAMP}_{{}}"], ["b", "c"], "begin with HW 1_a_, "),
    ],
)
def test_a_class_never_becomes_one_student(tmp_path, files, students, question):
    for kind in ("zip", "folder"):
        place = zipped(tmp_path / "all.zip", files)
        if kind == "folder":
            with zipfile.ZipFile(place) as archive:
                archive.extractall(tmp_path / "all")
            place = tmp_path / "all"
        found, questions = submissions.students(place, SHEETS)
        assert [s.name for s in found] == students
        assert question in " ".join(questions)
        assert bool(question) == bool(questions)


def test_zips_of_classes_beside_each_other(tmp_path):
    """Two downloads of Moodle's; numbers are another's in each, and a teacher's note lies there."""
    zipped(
        tmp_path / "Sheet 1-101.zip", [f"{n}_assignsubmission_file/{{}}" for n in ("A_1", "B_2")]
    )
    second = [f"{n}_assignsubmission_file/02_top_p.ipynb" for n in ("A_3", "B_4")]
    zipped(tmp_path / "Sheet 2-102.zip", second)
    (tmp_path / "readme.txt").write_text("x")
    found, questions = submissions.students(tmp_path, SHEETS)
    assert [(s.name, s.id, len(s.files)) for s in found] == [("A", "", 2), ("B", "", 2)]
    assert "numbers differ from folder to folder: A, B" in questions[0]


@pytest.mark.parametrize(
    ("zips", "students"),
    [
        ({"Downloads/hw1.zip": ["anna/{}", "bert/{}"]}, ["anna", "bert"]),
        ({"anna.zip": ["{}"], "bert.zip": ["work/{}", "x/02_top_p.ipynb"]}, ["anna", "bert"]),
        ({"A_1_assignsubmission_file.zip": ["a/{}", "b/{}"]}, ["A"]),
    ],
)
def test_a_zip_of_a_class_or_of_a_student(tmp_path, zips, students):
    for name, files in zips.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        zipped(tmp_path / name, files)
    found, _ = submissions.students(tmp_path, SHEETS)
    assert [s.name for s in found] == students


@pytest.mark.parametrize(
    "raw", [[b"A\x01B", b"A\x02B"], [b"x\ny", b"x y"], [b"M\xfcller", "Müller".encode()]]
)
def test_names_that_read_alike_are_two_people(tmp_path, raw):
    for name in raw:
        folder = os.path.join(os.fsencode(tmp_path), name)
        os.mkdir(folder)
        with open(os.path.join(folder, FILE.encode()), "w") as file:
            json.dump(notebook(), file)
    found, questions = submissions.students(tmp_path)
    assert [len(s.files) for s in found] == [1, 1]
    assert questions == [f"Are these one person? Marked as 2: {found[0].name}, {found[1].name}"]


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        [f"1-2 - Jo - Oct {d}, 2026 134 PM/{FILE}" for d in (12, 13)],
        [f"1-2 - Jo - {d}, 2026 1234 PM/{FILE}" for d in ("Oct 30", "Nov 2")],
        [f"1-2 - Jo - Oct 3, 2026 {t}/{FILE}" for t in ("1234 AM", "903 AM")],
        [f"jo_340_99{n}.ipynb" for n in ("8_01_temperature", "9_01_temperature-2")],
        [f"jo_340_{n}_{FILE}" for n in (999, 1000)],
        [f"jo/{SHEET} ({n}).ipynb" for n in (9, 10)],
        [f"S_jo_attempt_2026-01-{d}-15-00-00_{FILE}" for d in (30, 31)],
    ],
)
def test_the_newest_attempt_counts(tmp_path, older, newer, kind):
    place = tmp_path / "all.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for name, made in ((newer, notebook(e2="gap = 2")), (older, notebook(e2="gap = 1"))):
            archive.writestr(name, json.dumps(made))
        archive.writestr(f"ann_341_1001_{FILE}" if "jo_340" in older else "x.txt", "")
    if kind == "folder":
        with zipfile.ZipFile(place) as archive:
            archive.extractall(tmp_path / "all")
        place = tmp_path / "all"
    found, _ = submissions.students(place, [SHEET])
    (student,) = [s for s in found if "jo" in s.name.casefold()]
    submission = reading.read(assignment.read_all(COURSE), student)[0][SHEET]
    assert submission.answers.cells["ex-1-2"] == ["gap = 2"]
    (said,) = [r for r in submission.remarks if "more than one version" in r]
    _, counts, others = said.replace(" counts, not ", ": ").split(": ")
    assert counts != others


@pytest.mark.parametrize(
    ("names", "question"),
    [
        (["x/anna/{}", "x/bert/{}"], "Or is x a student?"),
        (["x/anna.ipynb", "x/bert.ipynb"], "Or is x a student?"),
        (["Anna Å/{}", "anna  å/{}"], "Are these one person? Marked as 2: Anna Å, anna  å"),
        (
            [f"A_{n}_assignsubmission_file/{{}}" for n in (1, 2)] + ["late.ipynb"],
            "not named as Moodle names files, and were taken for students of that name: late.ipynb",
        ),
    ],
)
def test_a_doubt_is_a_question(tmp_path, names, question):
    found, questions = submissions.students(zipped(tmp_path / "class.zip", names), [SHEET])
    assert len(found) == len(names)
    assert question in " ".join(questions)


def test_no_question_without_a_doubt(tmp_path):
    for i, layout in enumerate(LAYOUTS.values()):
        place = zipped(tmp_path / f"{i}.zip", layout)
        _, questions = submissions.students(place, [SHEET])
        assert not questions or "Or is" in questions[0]
