"""Everything that learning platforms and people do to files before a teacher gets them."""

import io
import json
import os
import re
import stat
import zipfile

import pytest
from classroom import assignment, build, reading, submissions
from handed_in import COURSE, SHEET, added, cell, hand_in, notebook, solution, with_cell

FILE = f"{SHEET}.ipynb"


@pytest.fixture(scope="module")
def sheets():
    return assignment.read_all(COURSE)


@pytest.fixture
def read(sheets):
    """The sheets of every student in a place, by name."""

    def read(place):
        everybody, _ = submissions.students(place, sheets)
        found = {}
        for student in everybody:
            taken, remarks = reading.read(sheets, student)
            found[student.name] = taken, [*student.remarks, *remarks]
        return found

    return read


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, json.dumps(data) if isinstance(data, dict) else data)
    return path


@pytest.mark.parametrize("path", [FILE, f"{SHEET}/{FILE}", f"a/b/{FILE}"])
def test_a_notebook_at_any_depth_of_a_students_folder(tmp_path, read, path):
    target = tmp_path / "anna" / path
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(notebook()))
    found, remarks = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells["ex-1-3"] == [solution(3)]
    assert not found[SHEET].remarks
    assert not remarks


def test_a_zip_of_each_students_own_zip(tmp_path, read):
    inner = io.BytesIO()
    zipped(inner, {f"my work/{FILE}": notebook()})
    found = read(zipped(tmp_path / "class.zip", {"anna/work.zip": inner.getvalue()}))
    assert found["anna"][0][SHEET].answers.cells


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "an empty file"),
        (json.dumps(notebook())[:20_000], "half a notebook"),
        (b"PK\x03\x04", "a broken zip"),
        ("<html>Please log in</html>", "no notebook"),
        ('{"worksheets": [{"cells": []}]}', "without cells"),
        (json.dumps({"cells": [{}] * 6000}), "over 5000 cells"),
        ('{"cells": [' + "{}," * 1_100_000 + "{}]}", "too many parts"),
        ("[]", "no notebook"),
    ],
)
def test_what_is_no_notebook_is_said_of_its_student(tmp_path, read, data, problem):
    hand_in(tmp_path, "anna", data)
    hand_in(tmp_path, "bert", notebook())
    found = read(tmp_path)
    assert problem in found["anna"][0][SHEET].problem
    assert not found["bert"][0][SHEET].problem


@pytest.mark.parametrize("name", ["Temperature final.ipynb", f"{FILE}.txt", "01.json"])
def test_a_renamed_notebook_is_known_by_its_cells(tmp_path, read, name):
    hand_in(tmp_path, "anna", notebook()).rename(tmp_path / "anna" / name)
    found, _ = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells
    assert found[SHEET].remarks == [f"renamed: {name}"]


def test_two_versions(tmp_path, read):
    path = hand_in(tmp_path, "anna", notebook(e2="gap = 1"))
    (path.parent / "01_temperature (1).ipynb").write_text(json.dumps(notebook(e2="gap = 2")))
    found, _ = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells["ex-1-2"] == ["gap = 1"]
    assert "more than one version" in found[SHEET].remarks[0]
    path.write_text("broken")
    found, _ = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells["ex-1-2"] == ["gap = 2"]


@pytest.mark.parametrize("name", [b"M\xfcller", "Mu\u0308ller".encode()])
def test_names_that_are_no_utf8_or_not_composed(tmp_path, read, name):
    folder = os.path.join(os.fsencode(tmp_path), name)
    os.mkdir(folder)
    with open(os.path.join(folder, FILE.encode()), "w") as file:
        json.dump(notebook(), file)
    assert list(read(tmp_path)) == ["Müller"]


def test_a_zip_that_hides_that_its_names_are_utf8(tmp_path, read):
    path = zipped(tmp_path / "class.zip", {f"Müller/{FILE}": notebook()})
    data = path.read_bytes()
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(head) + flags
        data = data[: at + 1] + bytes([data[at + 1] & ~0x08]) + data[at + 2 :]
    path.write_bytes(data)
    assert list(read(path)) == ["Müller"]


def test_other_files_and_folders_are_left_alone(tmp_path, read):
    hand_in(tmp_path, "anna", notebook())
    for name in (f".ipynb_checkpoints/{FILE}", f"__MACOSX/._{FILE}", "timestamp.txt", "a.png"):
        path = tmp_path / "anna" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\x00")
    found, remarks = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells
    assert not found[SHEET].remarks
    assert not remarks


def test_a_folder_without_a_notebook_is_a_student(tmp_path, read):
    (tmp_path / "anna").mkdir()
    assert read(tmp_path) == {"anna": ({}, [])}


def test_a_pdf_is_not_a_notebook(tmp_path, read):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / f"{SHEET}.pdf").write_bytes(b"%PDF")
    assert "is no notebook" in read(tmp_path)["anna"][0][SHEET].problem


# --- archives and folders that attack


@pytest.mark.parametrize(
    "name", ["../evil/{}", "/etc/{}", "C:/evil/{}", "a/../../evil/{}", "..\\{}"]
)
def test_paths_that_leave_the_zip(tmp_path, read, name):
    files = {name.format(FILE): notebook(), f"bert/{FILE}": notebook()}
    found = read(zipped(tmp_path / "class.zip", files))
    assert sorted(found) == ["?", "bert"]
    assert "points outside" in found["?"][1][0]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["class.zip"]


def test_a_zip_bomb(tmp_path, read):
    files = {f"anna/{FILE}": b" " * (101 << 20), f"bert/{FILE}": notebook()}
    found = read(zipped(tmp_path / "class.zip", files))
    assert "over 100 MB" in found["anna"][0][SHEET].problem
    assert found["bert"][0][SHEET].answers.cells


def test_a_zip_bomb_in_a_zip(tmp_path, read):
    inner = io.BytesIO()
    zipped(inner, {FILE: b" " * (101 << 20)})
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "work.zip").write_bytes(inner.getvalue())
    assert "over 100 MB" in read(tmp_path)["anna"][0][SHEET].problem


def test_zips_in_zips_in_zips(tmp_path, read):
    """A student's zip is opened; what is packed deeper is left alone, and its student has none."""
    data = json.dumps(notebook()).encode()
    name = FILE
    for _ in range(5):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), "work.zip"
    found = read(
        zipped(tmp_path / "class.zip", {"anna/work.zip": data, f"bert/{FILE}": notebook()})
    )
    assert found["anna"][0] == {}
    assert found["bert"][0][SHEET].answers.cells


def test_a_broken_zip_of_a_student(tmp_path, read):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "work.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert "a broken zip" in read(tmp_path)["anna"][1][0]


def test_a_member_that_lies_about_its_size(tmp_path, read):
    path = zipped(tmp_path / "class.zip", {f"anna/{FILE}": notebook(), f"bert/{FILE}": notebook()})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # its size, unpacked
    path.write_bytes(data)
    found = read(path)
    assert (
        "no notebook" in found["anna"][0][SHEET].problem or "zip" in found["anna"][0][SHEET].problem
    )
    assert found["bert"][0][SHEET].answers.cells


def test_links_are_not_followed(tmp_path, read):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(notebook()))
    place = tmp_path / "class"
    hand_in(place, "bert", notebook())
    (place / "anna").mkdir()
    (place / "anna" / FILE).symlink_to(secret)
    (place / "cleo").symlink_to(place / "bert")
    os.mkfifo(place / "bert" / "pipe.ipynb")
    found = read(place)
    assert found["anna"][0] == {}
    assert "link" in found["anna"][1][0]
    assert "link" in found["cleo"][1][0]
    assert "pipe.ipynb is a link or a device" in found["bert"][1][0]


def test_a_link_in_a_zip(tmp_path, read):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(f"anna/{FILE}")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "a link in a zip" in read(path)["anna"][0][SHEET].problem


def test_nothing_to_grade_is_said(tmp_path):
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(submissions.SubmissionsError, match="neither a folder nor a zip"):
        submissions.students(tmp_path / "text.txt")


# --- which cells are taken


def taken(made, sheets):
    return reading.taken(made["cells"], sheets[SHEET], FILE)


def test_only_answers_are_taken(sheets):
    made = notebook()
    submission = taken(made, sheets)
    assert set(submission.answers.cells) == {f"ex-1-{n}" for n in range(1, 12)}
    assert set(submission.answers.texts) == {"ex-1-12"}
    assert submission.answers.own == {}


def test_own_cells_are_kept_apart_with_their_place(sheets):
    made = with_cell(notebook(), "import math", before="ex-1-3")
    assert taken(made, sheets).answers.own == {"check-1-2": ["import math"]}


def test_a_check_is_never_taken(sheets):
    made = notebook()
    check = cell(made, "check-1-3")
    check["source"] = "print('right')"
    made["cells"].append({**added("assert True"), "metadata": {"nbgrader": {"grade": True}}})
    submission = taken(made, sheets)
    assert submission.answers.own == {}
    assert submission.remarks == ["checks changed or deleted, ours ran: 1.3"]


def test_what_a_teacher_may_want_to_know(sheets):
    made = notebook(e3="from logitlab import softmax")
    made["cells"].append(cell(notebook(), "ex-1-3"))
    submission = taken(made, sheets)
    assert "stand twice" in " ".join(submission.remarks)
    assert "own library or import by name: 1.3" in " ".join(submission.looks)
    made = notebook("stub", e3="def softmax(z):\n    return _h(z)", e4="from math import exp")
    made = with_cell(made, "from logitlab import softmax as _h", before="ex-1-3")
    assert "import by name: 1.3" in " ".join(taken(made, sheets).looks)
    assert "1.4" not in " ".join(taken(made, sheets).looks)


# --- what was written is found, whatever a tool or a person did to the cells


def without_marks(made):
    """As a tool leaves it that keeps nothing but cells and their text."""
    made["cells"] = [
        {"cell_type": c["cell_type"], "source": c["source"].splitlines(True)} for c in made["cells"]
    ]
    return made


def by_colab(made):
    for c in made["cells"]:
        c["metadata"] = {"id": c.pop("id"), "colab": {"base_uri": "x"}}
    return made | {"nbformat_minor": 0}


def by_vs_code(made):
    for c in made["cells"]:
        c["id"] = "#VSC-1234"
        c["metadata"] = {**c["metadata"], "vscode": {"languageId": "python"}}
    return made


def by_kaggle(made):
    for c in made["cells"]:
        del c["id"]
        c["metadata"] = {"_uuid": "f1", "trusted": True}
        c["source"] = c["source"].replace("\n", "\r\n") + "\n"
    return made


def as_in_2014(made):
    cells = []
    for c in made["cells"]:
        text = "input" if c["cell_type"] == "code" else "source"
        cells.append({"cell_type": c["cell_type"], text: c["source"], "metadata": {}})
    return {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}


@pytest.mark.parametrize("tool", [without_marks, by_colab, by_vs_code, by_kaggle, as_in_2014])
@pytest.mark.parametrize("name", [FILE, "Untitled.ipynb"])
def test_notebooks_of_other_tools_keep_all_answers(tmp_path, read, sheets, tool, name):
    hand_in(tmp_path, "anna", tool(notebook())).rename(tmp_path / "anna" / name)
    found, _ = read(tmp_path)["anna"]
    ours, theirs = taken(notebook(), sheets).answers, found[SHEET].answers
    assert {k: [s.replace("\r", "").strip() for s in v] for k, v in theirs.cells.items()} == {
        k: [s.strip() for s in v] for k, v in ours.cells.items()
    }
    assert [t.replace("\r", "").strip() for t in theirs.texts.values()] == [
        t.strip() for t in ours.texts.values()
    ]
    assert not any("changed or deleted" in remark for remark in found[SHEET].remarks)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_that_changed_its_type(sheets, kind):
    made = notebook()
    cell(made, "ex-1-3")["cell_type"] = kind
    submission = taken(made, sheets)
    assert submission.answers.cells["ex-1-3"] == [solution(3)]
    assert "no code cells any more, run all the same: 1.3" in " ".join(submission.remarks)
    del cell(made, "ex-1-3")["metadata"]["nbgrader"]
    cell(made, "ex-1-3")["id"] = "new"
    assert taken(made, sheets).answers.cells["ex-1-3"] == [solution(3)]


@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
@pytest.mark.parametrize("stub", ["YOUR ANSWER HERE", "", None])
def test_an_open_answer_in_a_new_cell(sheets, kind, stub):
    made = notebook()
    place = next(i for i, c in enumerate(made["cells"]) if c["id"] == "ex-1-12")
    new = {"cell_type": kind, "id": "new", "metadata": {}, "source": "The order stays. So what?"}
    made["cells"].insert(place + 1, new)
    made["cells"][place]["source"] = stub or ""
    if stub is None:
        del made["cells"][place]
    submission = taken(made, sheets)
    assert submission.answers.texts["ex-1-12"] == new["source"]
    assert "answered in another cell: 1.12" in submission.remarks


def test_a_sheet_as_it_was_handed_out_holds_no_answer(sheets):
    for name, ours in sheets.items():
        made = build.student_version(build.read(COURSE / "solutions" / f"{name}.py"))
        submission = reading.taken(json.loads(json.dumps(made))["cells"], ours)
        assert (submission.attempted, submission.remarks) == (0, [])


def in_the_question(made, at):
    made["cells"][at - 1]["source"] += "\n\nIt is flat."


def as_a_heading(made, at):
    made["cells"][at - 1]["source"] += "\n\n# It is flat."


def as_a_string(made, at):
    made["cells"].insert(at + 1, added('answer = """It is flat."""\nprint(answer)'))


def under_its_number(made, at):
    made["cells"].insert(2, {"cell_type": "markdown", "source": "1.12: It is flat."})


def under_a_changed_heading(made, at):
    without_marks(made)
    heading = made["cells"][at - 1]
    heading["source"] = "".join(heading["source"]).replace("1.12 In", "**1.12** in")
    made["cells"][at]["source"] = "It is flat."


@pytest.mark.parametrize(
    "where", [in_the_question, as_a_heading, as_a_string, under_its_number, under_a_changed_heading]
)
def test_an_open_answer_in_another_place(sheets, where):
    made = notebook()
    cell(made, "ex-1-12")["source"] = "YOUR ANSWER HERE"
    where(made, made["cells"].index(cell(made, "ex-1-12")))
    submission = taken(made, sheets)
    assert "It is flat." in submission.answers.texts["ex-1-12"]
    assert "In your own words" not in submission.answers.texts["ex-1-12"]
    assert re.search(r"answered in another cell: .*1\.12", " ".join(submission.remarks))


def test_an_open_answer_in_two_cells(sheets):
    made = notebook()
    made["cells"].append({"cell_type": "markdown", "source": "And then."})
    text = taken(made, sheets).answers.texts["ex-1-12"]
    assert text == f"{cell(made, 'ex-1-12')['source']}\n\nAnd then."


@pytest.mark.parametrize("first", [True, False])
def test_a_copy_of_the_stub_undoes_no_answer(sheets, first):
    made = notebook()
    copy = dict(cell(notebook("stub"), "ex-1-3"))
    place = made["cells"].index(cell(made, "ex-1-3"))
    made["cells"].insert(place if first else place + 1, copy)
    assert taken(made, sheets).answers.cells["ex-1-3"] == [solution(3)]


def test_an_answer_in_a_new_cell_or_split_in_two(sheets):
    made = with_cell(notebook("stub"), solution(3), before="check-1-3")
    assert taken(made, sheets).answers.cells["ex-1-3"] == [solution(3)]
    made = with_cell(notebook(e3="# below"), solution(3), before="check-1-3")
    assert taken(made, sheets).answers.cells["ex-1-3"] == ["# below", solution(3)]


IN_CELLS_OF_OURS = {
    "above the check": lambda made: cell(made, "check-1-3"),
    "in the setup": lambda made: cell(made, "setup"),
}


@pytest.mark.parametrize("where", IN_CELLS_OF_OURS)
@pytest.mark.parametrize("left", ["stub", "# see there", None])
def test_an_answer_in_a_cell_of_ours(sheets, where, left):
    stub = cell(notebook("stub"), "ex-1-3")["source"]
    made = notebook(e3=stub if left == "stub" else left or "")
    ours = IN_CELLS_OF_OURS[where](made)
    ours["source"] = f"{solution(3)}\n\n{ours['source']}"
    if left is None:
        made["cells"].remove(cell(made, "ex-1-3"))
    submission = taken(made, sheets)
    assert submission.answers.cells["ex-1-3"][-1].rstrip() == solution(3)
    assert "answered in another cell: 1.3" in submission.remarks
    assert not submission.answers.own


def test_an_answer_in_place_of_its_check(sheets):
    made = notebook("stub")
    cell(made, "check-1-3")["source"] = solution(3)
    assert taken(made, sheets).answers.cells["ex-1-3"] == [solution(3)]


def test_what_is_added_to_a_cell_of_ours_is_an_own_cell(sheets):
    made = notebook()
    for name, new in (("setup", "import numpy"), ("check-1-2", "def mine(z):\n    return z\n")):
        cell(made, name)["source"] = f"{new}\n{cell(made, name)['source']}"
    assert {
        after: [s.strip() for s in sources] for after, sources in own(made, sheets).items()
    } == {
        "setup": ["import numpy"],
        "check-1-2": ["def mine(z):\n    return z"],
    }


def test_other_values_in_a_cell_of_ours_are_no_own_cell(sheets):
    made = notebook()
    given = next(c for c in made["cells"] if c["source"].startswith("weights = np.exp(logits[:3]"))
    given["source"] = given["source"].replace("0.5", "0.7", 1)
    cell(made, "check-1-3")["source"] += "\nprint(softmax(logits))  # to see"
    assert own(made, sheets) == {}


def own(made, sheets):
    return taken(made, sheets).answers.own


@pytest.mark.parametrize("place", ["below", "in place of"])
def test_a_copied_cell_that_answers_another_exercise(sheets, place):
    made = notebook("stub", e3=solution(3))
    at = made["cells"].index(cell(made, "ex-1-4"))
    copied = {**cell(made, "ex-1-3"), "id": "new", "source": solution(4)}
    made["cells"][at + (place == "below") : at + 1] = [copied]
    cells = taken(made, sheets).answers.cells
    assert (cells["ex-1-3"], cells["ex-1-4"]) == ([solution(3)], [solution(4)])


@pytest.mark.parametrize("where", ["check-1-3", "setup", "ex-1-12", "own"])
def test_a_program_nested_too_deeply_costs_nobody_the_reading(sheets, where):
    deep = "a" + ".b" * 20_000
    made = notebook()
    if where == "own":
        made["cells"].append(added(deep))
    else:
        cell(made, where)["source"] += f"\n{deep}"
    assert taken(made, sheets).answers.cells["ex-1-3"] == [solution(3)]


def test_a_second_try_below_its_check_runs_before_it(sheets):
    first = "def softmax_with_temperature(logits, temperature=1.0):\n    return logits"
    second = f'{solution(4)}\ncheck("1.4", softmax_with_temperature)'
    made = with_cell(notebook(e4=first), second, before="exercise-1-5")
    assert own(made, sheets) == {"ex-1-4": [second]}


def test_a_fence_around_an_answer_is_no_part_of_it(sheets):
    made = notebook(e3=f"My answer:\n\n```python\n{solution(3)}\n```\n")
    cell(made, "ex-1-3")["cell_type"] = "markdown"
    assert taken(made, sheets).answers.cells["ex-1-3"][0].rstrip() == solution(3)


@pytest.mark.parametrize("begun", [{}, {"e2": "gap = 1"}])
def test_the_version_with_most_answers_counts(tmp_path, read, begun):
    path = hand_in(tmp_path, "anna", notebook("stub", **begun))
    (path.parent / "final.ipynb").write_text(json.dumps(notebook()))
    found, _ = read(tmp_path)["anna"]
    assert found[SHEET].answers.cells["ex-1-3"] == [solution(3)]
    assert "more than one version: final.ipynb counts" in " ".join(found[SHEET].remarks)


def test_a_checkpoint_in_a_zip_is_no_version(tmp_path, read):
    files = {f"anna/{FILE}": notebook(), f"anna/.ipynb_checkpoints/{FILE}": notebook("stub")}
    found, _ = read(zipped(tmp_path / "class.zip", files))["anna"]
    assert not found[SHEET].remarks


def test_pictures_do_not_count_towards_the_size(tmp_path, read):
    made = notebook()
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (30 << 20)}}
    made["cells"][1]["outputs"] = [picture]
    hand_in(tmp_path, "anna", made)
    assert read(tmp_path)["anna"][0][SHEET].answers.cells


@pytest.mark.parametrize("ending", ["7z", "rar", "tar.gz", "docx", "py", "qmd", "gdoc", "heic"])
def test_what_is_no_notebook_is_named(tmp_path, read, ending):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / f"work.{ending}").write_bytes(b"x")
    assert read(tmp_path)["anna"] == ({}, [f"work.{ending} is no notebook: not read"])


def test_many_that_are_none_are_counted(tmp_path, read):
    (tmp_path / "anna").mkdir()
    for i in range(9):
        (tmp_path / "anna" / f"{i}.jpg").write_bytes(b"x")
    assert read(tmp_path)["anna"][1][4:] == [
        "4.jpg is no notebook: not read",
        "nor are 4 more files",
    ]


@pytest.mark.parametrize("name", [SHEET, "work", f"{FILE}.bak", "01_temperature.zip", "x.txt"])
def test_a_notebook_is_known_by_how_it_begins(tmp_path, read, name):
    hand_in(tmp_path, "anna", notebook()).rename(tmp_path / "anna" / name)
    hand_in(tmp_path, "bert", notebook())
    assert read(tmp_path)["anna"][0][SHEET].answers.cells["ex-1-3"] == [solution(3)]


@pytest.mark.parametrize("name", ["work.zip", "work.zipx", FILE, "work"])
def test_a_zip_is_known_by_how_it_begins_also_in_a_zip(tmp_path, read, name):
    packed = {FILE: notebook(), "report.docx": zip_of({"[Content_Types].xml": "", "x": "{}"})}
    for student, data in (("anna", zip_of(packed)), ("bert", zip_of({name: zip_of(packed)}))):
        (tmp_path / student).mkdir()
        (tmp_path / student / name).write_bytes(data)
    hand_in(tmp_path, "cleo", notebook())
    for student in ("anna", "bert"):
        found, remarks = read(tmp_path)[student]
        assert found[SHEET].answers.cells["ex-1-3"] == [solution(3)]
        assert not remarks


def zip_of(files) -> bytes:
    made = io.BytesIO()
    zipped(made, files)
    return made.getvalue()


def test_a_zip_with_a_password(tmp_path, read):
    data = bytearray(zip_of({"work.ipynb": notebook()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "work.zip").write_bytes(data)
    assert read(tmp_path)["anna"] == ({}, ["work.ipynb: locked with a password"])


def test_files_are_read_where_the_system_knows_no_limits(tmp_path, read, monkeypatch):
    monkeypatch.setattr(reading.sys, "platform", "win32")
    monkeypatch.setitem(reading.sys.modules, "resource", None)
    hand_in(tmp_path, "anna", notebook())
    assert read(tmp_path)["anna"][0][SHEET].answers.cells


def test_many_files_are_not_read(tmp_path, read):
    inner = io.BytesIO()
    zipped(inner, {f"{i}.ipynb": "{}" for i in range(3000)})
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "work.zip").write_bytes(inner.getvalue())
    _, remarks = read(tmp_path)["anna"]
    assert len(remarks) <= 11


def test_reading_stops_when_it_takes_too_long(tmp_path, read, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.5)
    for i in range(60):
        hand_in(tmp_path, "anna", notebook() | {"x": [{}] * 500_000}, sheet=f"{SHEET} {i:02}")
        if i == 3:
            break
    for i in range(4, 60):
        os.link(
            tmp_path / "anna" / f"{SHEET} 03.ipynb", tmp_path / "anna" / f"{SHEET} {i:02}.ipynb"
        )
    _, remarks = read(tmp_path)["anna"]
    assert "reading took over 0.5 s of processor time: the rest was not read" in remarks


def test_the_courses_own_solutions_are_noticed(sheets):
    looks = " ".join(taken(notebook(), sheets).looks)
    assert "the same as the course's solutions: 1.6, 1.7, 1.9, 1.10, 1.11" in looks
    commented = "# mine\n" + solution(7).replace("weights /", "weights  /  ")
    assert "solutions: 1.7" in " ".join(taken(notebook("stub", e7=commented), sheets).looks)
    other = solution(7).replace("weights", "w")
    assert not taken(notebook("stub", e7=other), sheets).looks
