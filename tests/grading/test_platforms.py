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
import zipfile

import pytest
from classroom import submissions
from handed_in import SHEET, notebook

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
