"""
Rosters and gradebooks of platforms: whoever wrote them, people are found and other columns stay.

The heads are those of Canvas' ``lib/gradebook_exporter.rb`` at 0140a2ef, of Moodle's participants
list and grading worksheet (``mod/assign/feedback/offline/importgradeslib.php`` at 452e36fc) in the
words of its language packs, all read on 2026-11-28.
"""

import unicodedata

import pytest
from classroom import names, platforms, tables
from classroom.__main__ import main
from classroom.gradebook import Corrections, Gradebook
from classroom.tables import Score, TableError
from handed_in import COURSE, SHEET, hand_in, notebook

BOTH = ["Zoë Ångström", "Ben Sato"]
CANVAS = (
    "Student,ID,SIS Login ID,Section,Notes,Exercises 01_temperature (77),Essay (78),Current Score\n"
    "    Points Possible,,,,,33,10,(read only)\n"
    '"Ångström, Zoë",340934,zoe,A,"keep, this",,7.5,88\n'
    '"Sato, Ben",340935,ben,A,,1,8,90\n'
    '"Student, Test",99,t,A,,,,\n'
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
    "Participant 12,Zoë Ångström,z@x,Submitted,-,66.00,-\n"
    "Participant 13,Ben Sato,b@x,Submitted,-,66.00,-\n"
)


def saved(path, text, encoding):
    if encoding == "decomposed":  # as a Mac writes names
        text, encoding = unicodedata.normalize("NFD", text), "utf-8"
    path.write_bytes(text.encode(encoding, "replace"))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Ångström\nBen Sato\n",
        "Student,Points\nZoë Ångström,1\n,2\nBen Sato,3\n",
        "email;student\nz@x;Zoë Ångström\nb@x; Ben Sato \n",
        "Name\nZoë Ångström\n\nBen Sato\n",
        "sep=;\nstudent;id\nZoë Ångström;1\nBen Sato;2\n",
        "The class of 2026\n\nVorname;Nachname\nZoë;Ångström\nBen;Sato\n",
        "Ångström, Zoë\nSato, Ben\n",
        '"Ångström, Zoë"\n"Sato, Ben"\n',
        "First name,Last name,Email address,Groups\nZoë,Ångström,z@x,\nBen,Sato,b@x,\n",
        "Vorname;Nachname;E-Mail-Adresse\nZoë;Ångström;z@x\nBen;Sato;b@x\n",
        "Prénom,Nom de famille,Adresse de courriel\nZoë,Ångström,z@x\nBen,Sato,b@x\n",
        "Nombre,Apellido(s),Dirección de correo\nZoë,Ångström,z@x\nBen,Sato,b@x\n",
        "Nom,Cognoms,Adreça electrònica\nZoë,Ångström,z@x\nBen,Sato,b@x\n",
        "Email address,Surname,First name\nz@x,Ångström,Zoë\nb@x,Sato,Ben\n",
        "LastName,FirstName,ID,SIS Login ID,Section\nÅngström,Zoë,1,z,A\nSato,Ben,2,b,A\n",
        CANVAS,
        WORKSHEET,
    ],
)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32", "decomposed"]
)
def test_a_roster_as_platforms_and_spreadsheets_save_it(tmp_path, text, encoding):
    assert tables.roster(saved(tmp_path / "names.csv", text, encoding)) == BOTH


@pytest.mark.parametrize(
    "head", [line.split("|") for line in platforms.MOODLE.split("\n") if line and "||" not in line]
)
def test_columns_in_every_language(tmp_path, head):
    row = ["Zoë", "Ångström", "", "z@x", "7", "zoe", "", "Participant 12"]
    keep = [i for i, title in enumerate(head) if title and i != 2]
    rows = [",".join(f'"{line[i]}"' for i in keep) for line in (head, row)]
    assert tables.roster(saved(tmp_path / "n.csv", "\n".join(rows), "utf-8")) == BOTH[:1]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_refused_with_what_to_do(tmp_path, start, capsys):
    (tmp_path / "names.xlsx").write_bytes(start + bytes(100))
    arguments = ["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--roster"]
    assert main([*arguments, str(tmp_path / "names.xlsx")]) == 1
    assert "save it as “CSV UTF-8”" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "Anwa,Post\nZoë,z@x\nBen,b@x\n",
        "Doe,Jane\nLee,Bob\n",
        "1,Jane Doe\n2,Bob Lee\n",
        "Jane Doe\t12\n",
        "Name,Vorname,Matrikelnummer\nDoe,Jane,1\n",
        "Name,ID\nJane Doe,1\n",
        "Jane Doe, Bob Lee\n",
        "Jane Doe, Bob Lee, Ann Poe\n",
        "Identifier,Status,Grade\nParticipant 12,Submitted,-\n",
    ],
)
def test_columns_that_nobody_knows_are_refused(tmp_path, text):
    with pytest.raises(TableError, match="is known: write “student” above the names"):
        tables.roster(saved(tmp_path / "n.csv", text, "utf-8"))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (
            "名前\n山田太郎\n".encode("shift_jis"),
            "is no text that can be read: save it as “CSV UTF-8”",
        ),
        ("Иванов Иван\n".encode("cp1251"), "is no text that can be read"),
        ("山田太郎\n".encode("utf-16-le"), "is no text that can be read"),
        (b"%PDF-1.4\nJane", "is a PDF: save it as"),
        (b"{\\rtf1 Jane}", "is a text processor's file"),
        (b"\n<html><td>Jane</td></html>", "is a web page or XML"),
        (b'"Jane Doe\nBob Lee\n', "is no table"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data, error):
    (tmp_path / "names.csv").write_bytes(data)
    with pytest.raises(TableError, match=error):
        tables.roster(tmp_path / "names.csv")


@pytest.mark.parametrize(
    ("roster", "folder"),
    [
        ("Jane Doe", "Doe Jane"),
        ("Jane Doe", "doejane"),
        ("Ana María de la Cruz", "delacruzanamaría"),
        ("山田 太郎", "山田\u3000太郎"),
        ("MÜLLER Zoë", "zoë müller"),
    ],
)
def test_two_ways_to_write_a_name(roster, folder):
    assert names.keys(roster) & names.keys(folder)


@pytest.mark.parametrize(
    ("members", "roster", "missing", "asked"),
    [
        (
            ["Li Wei"],
            ["Li Wei", "Wei Li"],
            ["Wei Li"],
            "Wei Li of the roster did not hand in, unle",
        ),
        (["Wei Li"], ["Li Wei"], [], ""),
        (["Jane Doe"], ["Jane Doe", "Jane Doe"], ["Jane Doe (2)"], "who did as Jane Doe"),
        (["Jane Doe (1)", "Jane Doe (2)"], ["Jane Doe", "Jane Doe"], [], ""),
        (["Jane Doe (1)", "Jane Doe (2)"], ["Jane Doe"], [], "Not on the roster, and marked all"),
        (["jane doe", "Jane Doe"], ["Jane Doe"], [], "all the same: jane doe"),
        (["leeann"], ["Ann Lee", "Lee Ann"], ["Ann Lee"], "unless that is who did as leeann"),
    ],
)
def test_who_on_the_roster_did_not_hand_in(tmp_path, members, roster, missing, asked):
    book = Gradebook(tmp_path)
    for member in members:
        book.add(member)
    book.expect(roster)
    assert [name for name in book.members if name not in members] == missing
    assert asked in " ".join(book.questions)
    assert len(book.questions) == bool(asked)


def filled(text, tmp_path, scores, assignments=None):
    table = tables.read(saved(tmp_path / "book.csv", text, "utf-8-sig"))
    told = tables.fill(table, scores, assignments or {SHEET: ("Exercises 1: temperature", 33.0)})
    return table, told


SCORES = [
    Score("ångströmzoë", "340934", {SHEET: 30.0}),
    Score("Ben Sato", "", {SHEET: 4.5}),
]


def test_canvas_gets_our_points_and_keeps_the_rest(tmp_path):
    table, told = filled(CANVAS, tmp_path, SCORES)
    before = tables.read(tmp_path / "book.csv")
    assert [row[5] for row in table.rows[2:]] == ["30", "4.5", ""]
    for old, new in zip(before.rows, table.rows, strict=True):
        assert old[:5] + old[6:] == new[:5] + new[6:]
    assert told == []
    assert table.text().startswith("\ufeffStudent,ID")


@pytest.mark.parametrize(
    "title", ["01_temperature (77)", "Temperature (77)", "Exercises 1: Temperature"]
)
def test_the_column_is_found_by_name_title_or_topic(tmp_path, title):
    table, _ = filled(CANVAS.replace("Exercises 01_temperature (77)", title), tmp_path, SCORES)
    assert table.rows[3][5] == "4.5"


def test_no_column_is_said(tmp_path):
    with pytest.raises(TableError, match="no column of the gradebook has 01_temperature"):
        filled(CANVAS.replace("01_temperature", "one"), tmp_path, SCORES)


def test_moodles_worksheet_is_filled_by_its_own_numbers_and_scale(tmp_path):
    scores = [Score("Z", "12", {SHEET: 30.0}), Score("Ben Sato", "", {SHEET: None})]
    table, told = filled(WORKSHEET, tmp_path, scores)
    assert [row[4] for row in table.rows[1:]] == ["60", "-"]
    assert "Grade counts 66 points, 01_temperature 33: scaled" in told
    assert "left as they were, for something waits for you: Ben Sato" in told[1]


def test_whoever_is_not_in_the_gradebook_is_named(tmp_path):
    _, told = filled(CANVAS, tmp_path, [Score("Cleo", "", {SHEET: 1.0})])
    assert told == ["not in the gradebook: Cleo"]


@pytest.mark.parametrize(
    ("rows", "scores", "points", "unclear"),
    [
        (['"Li, Wei",1', '"Wei, Li",2'], {"Li Wei": ""}, ["", "30"], ""),
        (['"Li, Wei",1', '"Wei, Li",2'], {"Li Wei": "", "Wei Li": ""}, ["29", "30"], ""),
        (['"Li, Wei",1'], {"Li Wei": ""}, ["30"], ""),
        (['"Bo, Anna",3', '"Bo, Anna",4'], {"Anna Bo": ""}, ["", ""], "Anna Bo"),
        (['"Bo, Anna",3', '"Bo, Anna",4'], {"boanna": "4"}, ["", "30"], ""),
        (['"Bo, Anna",3'], {"Anna Bo (5)": "5"}, [""], ""),
        (['"Bo, Anna",3'], {"Anna Bo": "", "Bo Anna": ""}, ["30"], ""),
        (['"Bo, Anna",3'], {"Anna Bo": "", "anna bo": ""}, [""], "Anna Bo, anna bo"),
        (['"Doe, Jane",1,ann', "Ann,2,jd"], {"Ann": ""}, ["", ""], "Ann"),
    ],
)
def test_nobody_gets_anothers_points(tmp_path, rows, scores, points, unclear):
    head = "Student,ID,SIS Login ID,01_temperature (77)"
    given = [Score(name, id, {SHEET: 30.0 - i}) for i, (name, id) in enumerate(scores.items())]
    table, told = filled("\n".join([head, *rows]), tmp_path, given)
    assert [row[3] if len(row) > 3 else "" for row in table.rows[1:]] == points
    said = [line for line in told if "is not clear" in line]
    assert said == ([f"left out, for who is which row is not clear: {unclear}"] if unclear else [])


@pytest.mark.parametrize(
    ("head", "row", "at"),
    [
        ("Student,ID,01_temperature (77),01_temperature late (78)", '"Sato, Ben",2,,', 2),
        ("Student,ID,Temperature logbook (5),Temperature (6)", '"Sato, Ben",2,7,', 3),
        (
            "First name,Last name,Assignment: 01_temperature (Real),"
            "Assignment: 01_temperature (Percentage)",
            "Ben,Sato,-,-",
            2,
        ),
        ("Identifier,Status,Grade,Maximum Grade", "Participant 2,Submitted,,33.00", 2),
    ],
)
def test_the_column_among_others_like_it(tmp_path, head, row, at):
    table, _ = filled(f"{head}\n{row}\n", tmp_path, [Score("Ben Sato", "2", {SHEET: 4.5})])
    before = tables.read(tmp_path / "book.csv").rows[1]
    assert table.rows[1] == [*before[:at], "4.5", *before[at + 1 :]]


@pytest.mark.parametrize(
    ("head", "error"),
    [
        ("01_temperature (77),01_temperature (78)", "which column is 01_temperature: "),
        ("Temperature logbook (5)", "no column of the gradebook has 01_temperature"),
    ],
)
def test_a_doubtful_column_is_not_filled(tmp_path, head, error):
    with pytest.raises(TableError, match=error):
        filled(f"Student,ID,{head}\n", tmp_path, SCORES)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Student,ID,01_temperature (77)", '"Sato, Ben",2,EX'),
        (
            "Identifier,Full name,Grade,Maximum Grade,Grade can be changed",
            "Participant 2,Ben Sato,5,33.00,No",
        ),
    ],
)
def test_what_the_platform_excused_or_locked_stays(tmp_path, head, row):
    table, told = filled(f"{head}\n{row}\n", tmp_path, [Score("Ben Sato", "2", {SHEET: 4.5})])
    assert table.rows == tables.read(tmp_path / "book.csv").rows
    assert "excused or locked on the platform, left as they were: Ben Sato" in told[0]


def test_a_platforms_decimals(tmp_path):
    table, _ = filled(CANVAS.replace(",", ";").replace("; ", ", "), tmp_path, SCORES)
    assert table.rows[3][5] == "4,5"


@pytest.mark.parametrize(
    "head",
    [
        "student,Room,exercise,points",
        "Student,Room,Exercise,Points,Comment,answer",
        "sep=,\nstudent,Room,exercise,points,comment,answer",
    ],
)
def test_a_teachers_own_columns_and_heads_stay(tmp_path, head):
    path = tmp_path / "corrections.csv"
    path.write_text(f"{head}\nanna,12,1.2 Gap,2\nbert,13,1.12 Words,,,old\n")
    asked = {("bert", "1.12"): ("Words", "new"), ("cleo", "1.12"): ("W", "x")}
    for _ in range(2):
        Corrections(tmp_path).ask(asked)
    first, *rows = tables.read(path).rows
    assert [first.index(name) for name in ("student", "Room", "exercise", "points")] == [0, 1, 2, 3]
    assert [row[:4] for row in rows] == [
        ["anna", "12", "1.2 Gap", "2"],
        ["bert", "13", "1.12 Words", ""],
        ["cleo", "", "1.12 W", ""],
    ]
    assert [row[first.index("answer")] for row in rows] == ["", "new", "x"]


def test_grade_and_report_fill_a_gradebook(tmp_path, capsys):
    saved(tmp_path / "book.csv", CANVAS, "utf-8")
    hand_in(tmp_path / "class", "Ben Sato", notebook("stub"))
    arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    arguments += ["--course", str(COURSE), "--gradebook", str(tmp_path / "book.csv"), "--jobs", "1"]
    assert main(arguments) == 0
    first = (tmp_path / "out" / "book-filled.csv").read_text("utf-8")
    assert '"Sato, Ben",340935,ben,A,,0,8,90' in first
    with open(tmp_path / "out" / "corrections.csv", "a") as file:
        file.write("Ben Sato,1.3,3,\n")
    assert main(["report", str(tmp_path / "out"), "--gradebook", str(tmp_path / "book.csv")]) == 0
    assert ",A,,3,8,90" in (tmp_path / "out" / "book-filled.csv").read_text("utf-8")
