"""The teacher's side: the reports, a second run, corrections, and what feedback says."""

import csv
import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from classroom import grade as grading
from classroom import gradebook, names, report, workers
from classroom.__main__ import main
from classroom.assignment import read_all
from classroom.grade import grade
from classroom.gradebook import Gradebook
from classroom.marking import Answers, exercise_seed
from classroom.sandbox import Limits, Sandbox
from handed_in import COURSE, SHEET, grades, hand_in, notebook, solution, with_cell
from logitlab.checks import exercises

LIMITS = Limits(seconds=5, total_seconds=10)
NAMES = ["anna", "=HYPERLINK(evil)", "-1+1", "@SUM(A1)", "<b>bold & co</b>", "Zoë Ångström"]
NAMES += ["\uff1dcmd", "a;=cmd", "山田\u3000太郎", "می\u200cخواهم"]


class Kept(workers.Processes):
    """Workers that go on from run to run: to start a sandbox takes seconds."""

    def __exit__(self, *_):
        pass


@pytest.fixture(autouse=True, scope="module")
def few_workers():
    """The same worker processes for all runs of this module."""
    kept = {}

    def processes(count, *given):
        return kept.setdefault((count, bool(given)), Kept(count, *given))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "Processes", processes)
        yield
    for one in kept.values():
        workers.Processes.__exit__(one)


def run(class_, out, **options):
    return grade(class_, out, course=COURSE, limits=LIMITS, jobs=options.pop("jobs", 1), **options)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A small class with odd names, and its reports."""
    place = tmp_path_factory.mktemp("grading")
    class_, out = place / "class", place / "out"
    for name in NAMES:
        hand_in(class_, name.replace("/", "\u2215"), notebook())
    wrong = (
        "def softmax_with_temperature(logits, temperature=1.0):\n"
        "    return softmax(logits * temperature)"
    )
    hand_in(class_, "multiplies", notebook(e4=wrong))
    hand_in(class_, "multiplies too", notebook(e4=wrong + "  # the same"))
    hand_in(class_, "broken", "{")
    (class_ / "absent").mkdir()
    assert run(class_, out, names=["on the roster"]) == 0
    return class_, out


def tree(out: Path) -> dict[str, bytes]:
    """Every report; the marks' own folder left out."""
    files = (p for p in out.rglob("*") if p.is_file() and ".marks" not in p.parts)
    return {str(p.relative_to(out)): p.read_bytes() for p in files}


def test_grades_csv(graded):
    with open(graded[1] / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["student", "exercise", "points", "max", "status", "counts"]
    assert ["anna", "1.4", "3", "3", "right", "yes"] in rows
    assert ["multiplies", "1.4", "0", "3", "wrong", "yes"] in rows
    assert ["broken", "1.4", "0", "3", "unreadable", "yes"] in rows
    assert ["absent", "1.4", "0", "3", "missing", "yes"] in rows
    assert ["on the roster", "1.4", "0", "3", "missing", "yes"] in rows
    assert len(rows) == 1 + 12 * (len(NAMES) + 5)


def test_no_cell_of_a_spreadsheet_starts_a_formula(graded):
    for name in ("grades.csv", "corrections.csv", "totals.csv"):
        with open(graded[1] / name, encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        starts = ("=", "+", "-", "@", "\t", "\r", "\uff1d")
        pieces = [piece for cell in cells for piece in cell.split(";")]
        assert not [piece for piece in pieces if piece.startswith(starts)]
        assert {"'=HYPERLINK(evil)", "a;'=cmd", "'\uff1dcmd", "山田\u3000太郎"} <= {*cells}


def test_a_spreadsheet_reads_the_tables_as_utf_8(graded):
    for name in ("grades.csv", "corrections.csv", "totals.csv"):
        assert (graded[1] / name).read_bytes().startswith(b"\xef\xbb\xbfstudent,")


def test_totals(graded):
    lines = (graded[1] / "totals.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "student,id,01_temperature,total,max,waiting,late"
    assert "anna,,30,30,33,3," in lines
    assert "on the roster,,,0,33,0," in lines


def test_grades_json_agrees_with_the_table(graded):
    students = json.loads((graded[1] / "grades.json").read_text("utf-8"))["students"]
    table = {name.replace("'", ""): marks for name, marks in grades(graded[1]).items()}
    assert {s["student"] for s in students} == table.keys()
    for student in students:
        marks = student["sheets"][SHEET]["exercises"]
        assert {e: (m["points"], m["status"]) for e, m in marks.items()} == table[
            student["student"]
        ]
    found = next(s for s in students if s["student"] == "multiplies")["sheets"][SHEET]
    assert found["exercises"]["1.4"]["diagnosis"] == "multiply"


def test_names_are_text_in_every_page(graded):
    pages = list(graded[1].rglob("*.html"))
    assert len(pages) == 2 + len(NAMES) + 3
    for page in pages:
        text = page.read_text("utf-8")
        assert "<b>bold" not in text
        assert text.startswith("<!DOCTYPE html>")
        assert not re.findall(r"<(?:script|link|img)|src=", text), "loads nothing"
        assert "\ufffd" not in text
        for address in map(unescape, re.findall(r'href="([^"]*)"', text)):
            if address.startswith("#"):
                assert f'id="{address[1:]}"' in text
            else:
                assert (page.parent / unquote(address)).is_file(), address
    assert "&lt;b&gt;bold &amp; co" in (graded[1] / "summary.html").read_text("utf-8")


def test_the_summary_counts_the_class(graded):
    text = (graded[1] / "summary.html").read_text("utf-8")
    why = next(m.why for m in exercises()["1.4"].mistakes if m.id == "multiply")
    row = next(line for line in text.splitlines() if why.split(",")[0] in line and "1.4" in line)
    assert '<td class="n">2</td>' in row
    assert "Not handed in: absent, on the roster" in text
    assert "broken" in text
    assert "limits, not isolation" not in text or not Sandbox().isolated


def test_feedback_is_what_the_notebooks_check_says(graded):
    from logitlab.checks import CheckFailed, check

    def multiplied(z, T=1.0):
        e = np.exp(z * T - np.max(z * T))
        return e / e.sum()

    with pytest.raises(CheckFailed) as caught:
        check("1.4", multiplied)
    text = (graded[1] / "feedback" / "multiplies" / f"{SHEET}.html").read_text("utf-8")
    head, *lines = str(caught.value).splitlines()
    assert head.removesuffix(" is not right yet.") in text
    for line in lines:
        assert line in text.replace("&#x27;", "'").replace("&quot;", '"')


def test_feedback_never_shows_a_hidden_probe(tmp_path):
    """An answer that knows the lesson's probes by heart fails on others, and is not shown them."""
    exercise = exercises()["1.4"]
    lesson = exercise._bench(None).probes
    known = [[float(x) for x in args[0]] for args in lesson]
    learned = (
        f"known = {known!r}\n"
        "def softmax_with_temperature(logits, temperature=1.0):\n"
        "    right = [float(x) for x in logits] in known\n"
        "    return softmax(logits / temperature) if right else logits * 7\n"
    )
    hand_in(tmp_path / "class", "parrot", notebook(e4=learned))
    run(tmp_path / "class", tmp_path / "out", seed=3)
    assert grades(tmp_path / "out")["parrot"]["1.4"] == (0.0, "wrong")
    text = (tmp_path / "out" / "feedback" / "parrot" / f"{SHEET}.html").read_text("utf-8")
    assert "Right on the examples of the notebook, but not on others" in text
    seed = exercise_seed(3, "1.4")
    hidden = exercise._bench(seed).probes
    numbers = {f"{x:.4g}" for args in hidden for x in args[0]}
    numbers -= {f"{x:.4g}" for args in lesson for x in args[0]}
    assert len(numbers) > 5
    said = text.split("<details>")[0] + "".join(
        p.split("</details>")[-1] for p in text.split("<details>")
    )
    assert not [n for n in numbers if n in said and len(n) > 4]
    everything = json.dumps(json.loads((tmp_path / "out" / "grades.json").read_text()))
    assert not [n for n in numbers if n in everything and len(n) > 4]


def test_other_probes_than_the_lessons():
    seeds = {exercise_seed(c, e) for c in (0, 1) for e in exercises()}
    assert len(seeds) == 2 * len(exercises())
    assert all(seeds)


# --- what is refused before anybody is marked


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--gradebook", "nowhere.csv"], "nowhere.csv: No such file"),
        (["--again", "Anna"], "nobody here is called Anna. Did you mean anna?"),
        (["--again", "Xerxes"], "nobody here is called Xerxes\n"),
        (["--out", "file"], "file is a file: give a folder"),
    ],
)
def test_a_wrong_argument_is_said_before_the_class_is_marked(
    tmp_path, capsys, monkeypatch, arguments, says
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(grading, "Processes", None)
    hand_in(tmp_path / "class", "anna", notebook("stub"))
    (tmp_path / "file").touch()
    command = ["grade", "class", "--out", "out", "--course", str(COURSE), *arguments]
    assert main(command) == 1
    assert says in capsys.readouterr().err


def test_the_help_shows_defaults_and_no_marks_of_markup(capsys):
    for command in (["--help"], ["grade", "--help"]):
        with pytest.raises(SystemExit):
            main(command)
    text = capsys.readouterr().out
    assert "`" not in text
    assert "30 by default" in text and "2 by default" in text


# --- again, killed, changed


def test_a_second_run_marks_nothing_and_changes_nothing(graded, capsys):
    class_, out = graded
    before = tree(out)
    stamps = {p: p.stat().st_mtime_ns for p in out.rglob("*.html")}
    assert run(class_, out, names=["on the roster"]) == 0
    said = capsys.readouterr()
    assert " 0 submissions marked" in said.err
    assert str(out / "summary.html") in said.out
    assert tree(out) == before
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*.html")} == stamps


def test_only_what_changed_is_marked_again(tmp_path, capsys):
    class_, out = tmp_path / "class", tmp_path / "out"
    for name in ("anna", "bert"):
        hand_in(class_, name, notebook(e2=f"gap = 1  # {name}"))
    run(class_, out)
    changed = notebook()
    changed["cells"][-1]["metadata"]["outputs"] = "of a run"
    hand_in(class_, "anna", notebook())
    run(class_, out)
    assert " 1 submissions marked" in capsys.readouterr().err.splitlines()[-1]
    assert grades(out)["anna"]["1.2"] == (2.0, "right")
    assert grades(out)["bert"]["1.2"][0] == 0
    hand_in(class_, "anna", changed)  # the same answers in another file
    run(class_, out)
    assert " 0 submissions marked" in capsys.readouterr().err.splitlines()[-1]


def test_marks_of_another_sandbox_are_not_taken():
    ours, answers = read_all(COURSE)[SHEET], Answers()
    digests = {grading._digest(ours, answers, 0, kind) for kind in ("", *grading.SANDBOXES)}
    assert len(digests) == 4


def test_a_worker_whose_grader_was_killed_says_nothing(tmp_path):
    program = tmp_path / "grader.py"
    program.write_text(
        "import os, signal, time\n"
        "from classroom.workers import Processes\n"
        "if __name__ == '__main__':\n"
        "    with Processes(2) as workers:\n"
        "        list(workers.unordered(time.sleep, [0, 0]))\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, program], stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.stderr == ""


def test_who_or_what_is_gone_is_named_and_the_pages_stay(tmp_path, capsys):
    class_, out = tmp_path / "class", tmp_path / "out"
    other = json.loads((COURSE / "exercises" / "02_top_p.ipynb").read_text("utf-8"))
    hand_in(class_, "anna", notebook("stub"))
    hand_in(class_, "bert", other, "02_top_p")
    run(class_, out)
    pages = sorted(p.name for p in (out / "feedback").rglob("*.html"))
    (class_ / "bert" / "02_top_p.ipynb").unlink()
    (class_ / "bert").rmdir()
    capsys.readouterr()
    run(class_, out)
    assert capsys.readouterr().err.splitlines()[1:] == [
        "Gone: bert, with 0 points: not among the submissions any more",
        "Gone: 02_top_p: in no submission any more, so that no report counts it",
    ]
    assert sorted(p.name for p in (out / "feedback").rglob("*.html")) == pages
    assert set(grades(out)) == {"anna"}
    run(class_, out)
    text = (out / "summary.html").read_text("utf-8")
    assert "<td>bert</td><td></td><td>0 points</td><td>gone</td>" in text
    assert "<td>02_top_p</td><td>handed in</td><td>gone</td>" in text
    assert "Gone" not in capsys.readouterr().err


@pytest.mark.whole
def test_killed_half_way_and_run_again(tmp_path, capsys):
    class_, killed, whole = tmp_path / "class", tmp_path / "killed", tmp_path / "whole"
    for number in range(12):
        hand_in(class_, f"s{number:02}", notebook(e10=solution(10) + f"\n# {number}"))
    command = [sys.executable, "-m", "classroom", "grade", class_, "--out", killed, "--jobs", "1"]
    process = subprocess.Popen(
        [*map(str, command), "--course", str(COURSE)],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 600
    while len(list(killed.glob(".marks/*/*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = len(list(killed.glob(".marks/*/*.json")))
    assert 3 <= kept < 12
    assert not (killed / "grades.csv").exists()
    grade(class_, killed, course=COURSE, jobs=1)
    assert f" {12 - kept} submissions marked" in capsys.readouterr().err
    grade(class_, whole, course=COURSE, jobs=2)
    assert tree(killed) == tree(whole)
    assert not list(killed.rglob(".writing-*")) or kept


def test_a_spoilt_file_of_marks_is_marked_again(tmp_path):
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", notebook())
    run(class_, out)
    before = tree(out)
    (kept,) = out.glob(".marks/*/*.json")
    kept.write_text(kept.read_text()[:100])
    run(class_, out)
    assert tree(out) == before


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    gradebook.write(path, "old")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        gradebook.write(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["grades.csv"]
    assert path.read_text() == "old"


def test_a_full_disk_is_said_in_a_sentence(two, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (two[1] / "grades.csv").unlink()
    monkeypatch.setattr(os, "fsync", full)
    assert main(["report", str(two[1])]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_a_report_waits_for_no_other_run(two, capsys):
    with gradebook.locked(two[1]):
        assert main(["report", str(two[1])]) == 1
    assert "another run is working" in capsys.readouterr().err


def test_what_cannot_be_used_is_also_said_in_the_terminal(two, capsys):
    with open(two[1] / "corrections.csv", "a") as file:
        file.write("nobody,1.12,1,\n")
    assert main(["report", str(two[1])]) == 0
    assert "corrections.csv: row 2: no 1.12 of nobody" in capsys.readouterr().err


def test_who_is_on_the_roster_in_another_spelling_is_not_missing(tmp_path, capsys):
    hand_in(tmp_path / "class", "doejane_7_8_01_temperature.ipynb/x", notebook("stub"))
    (tmp_path / "class2").mkdir()
    source = next((tmp_path / "class").rglob("*.ipynb/x/*.ipynb"))
    source.rename(tmp_path / "class2" / "doejane_LATE_347_348_01_temperature.ipynb")
    run(tmp_path / "class2", tmp_path / "out", names=["Jane Doe", "Bo Lee"])
    lines = (tmp_path / "out" / "totals.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:2] + line.split(",")[-1:] for line in lines[1:]] == [
        ["Bo Lee", "", ""],
        ["doejane", "347", "late"],
    ]
    assert "late" in (tmp_path / "out" / "summary.html").read_text("utf-8")


def test_the_same_answers_are_listed_and_cost_nothing(tmp_path):
    own = {f"e{n}": solution(n).replace("logits", "lg") for n in (6, 7)}
    for name in ("anna", "bert"):
        hand_in(tmp_path / "class", name, notebook("stub", **own))
    hand_in(tmp_path / "class", "cleo", notebook("stub"))
    run(tmp_path / "class", tmp_path / "out")
    text = (tmp_path / "out" / "summary.html").read_text("utf-8")
    assert "<td>anna and bert</td><td>1.6, 1.7</td>" in text


def test_many_who_handed_in_the_same_are_listed(tmp_path):
    own = {f"e{n}": solution(n).replace("logits", "lg") for n in (6, 7)}
    own["e12"] = "My own words, which nobody else would ever put in just this one way."
    for number in range(6):
        hand_in(tmp_path / "class", f"s{number}", notebook("stub", **own))
    texts = [part for c in notebook()["cells"] for part in c["source"].split("\n\n")]
    ours = next(part for part in texts if part.startswith("All logits are divided by"))
    hand_in(tmp_path / "class", "cleo", notebook("stub", e12=ours))
    run(tmp_path / "class", tmp_path / "out")
    text = unescape((tmp_path / "out" / "summary.html").read_text("utf-8"))
    everybody = ", ".join(f"s{number}" for number in range(6))
    assert f"<td>{everybody}</td><td>1.6, 1.7</td>" in text
    assert f"<td>{everybody}</td><td>1.12, word for word</td>" in text
    assert "<td>cleo</td><td>the course's own words: 1.12</td>" in text


def test_a_number_is_no_formula_either(tmp_path):
    book = Gradebook(tmp_path)
    book.add("anna", "=1+1")
    report.write_all(book)
    assert "anna,'=1+1," in (tmp_path / "totals.csv").read_text("utf-8-sig")


def test_what_changed_since_the_last_report_stays_until_something_else_does(tmp_path):
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", notebook(e2="gap = 1"))
    run(class_, out)
    assert "Changed since" not in (out / "summary.html").read_text("utf-8")
    hand_in(class_, "anna", notebook())
    hand_in(class_, "bert", notebook("stub"))
    for _ in range(2):
        run(class_, out)
        text = (out / "summary.html").read_text("utf-8")
        assert re.search("<td>anna</td><td>1.2</td><td>0, .*</td><td>2, right</td>", text)
        assert "1 open answer</a> waits for you; its points go into" in text
        assert "<td>bert</td><td></td><td>not there</td><td>0 points</td>" in text


def test_two_runs_at_once_are_refused(tmp_path, capsys):
    hand_in(tmp_path / "class", "anna", notebook())
    with gradebook.locked(tmp_path / "out"):
        arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
        assert main([*arguments, "--course", str(COURSE)]) == 1
    assert "another run" in capsys.readouterr().err


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same_marks(graded, tmp_path, seed):
    run(graded[0], tmp_path / "a", seed=seed, jobs=2)
    run(graded[0], tmp_path / "b", seed=seed)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@pytest.mark.whole
def test_a_worker_that_is_killed_costs_nothing(tmp_path, monkeypatch):
    """What it had is marked by another one."""
    class_ = tmp_path / "class"
    for number in range(3):
        hand_in(class_, f"s{number}", notebook(e10=solution(10) + f"\n# {number}"))
    monkeypatch.setenv("KILL_ONCE", str(tmp_path / "killed"))
    monkeypatch.setattr(grading, "Processes", workers.Processes)
    monkeypatch.setattr(grading, "mark_one", dies_once)
    assert run(class_, tmp_path / "out", jobs=2) == 0
    assert (tmp_path / "killed").exists()
    assert {m["1.3"] for m in grades(tmp_path / "out").values()} == {(3.0, "right")}


def dies_once(job):
    from classroom.grade import mark_one

    flag = Path(os.environ["KILL_ONCE"])
    if not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark_one(job)


def dies(job):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_task_that_kills_every_worker_is_given_up():
    with workers.Processes(2) as processes:
        assert dict(processes.unordered(dies, "ab")) == {"a": None, "b": None}
        assert list(processes.ordered(str.upper, "abc")) == [("a", "A"), ("b", "B"), ("c", "C")]


# --- the teacher's corrections


def fill_in(out, *, delimiter=",", encoding="utf-8", **points):
    """Give points to open answers, as a spreadsheet saves them."""
    with open(out / "corrections.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["student"] in points:
            row["points"], row["comment"] = points[row["student"]], "well said"
    with open(out / "corrections.csv", "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def two(tmp_path):
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", notebook())
    hand_in(class_, "bert", notebook("stub"))
    run(class_, out)
    return class_, out


def test_open_questions_are_listed_with_their_rubric(two):
    text = (two[1] / "open_questions.html").read_text("utf-8")
    assert "1 point: the order is kept" in text
    assert "anna" in text
    assert "bert" not in text
    rows = (two[1] / "corrections.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[:3] for row in rows[1:]] == [["anna", "1.12 In your own words", ""]]


@pytest.mark.parametrize(
    ("delimiter", "encoding", "points"),
    [
        (",", "utf-8", "2.5"),
        (";", "utf-8-sig", "2,5"),
        (";", "cp1252", "2.5"),
        ("\t", "utf-8", "2.5"),
    ],
)
def test_corrections_count_and_are_kept(two, delimiter, encoding, points):
    class_, out = two
    fill_in(out, anna=points, delimiter=delimiter, encoding=encoding)
    before = (out / "corrections.csv").read_bytes()
    assert main(["report", str(out)]) == 0
    assert grades(out)["anna"]["1.12"] == (2.5, "corrected")
    assert "well said" in (out / "feedback" / "anna" / f"{SHEET}.html").read_text("utf-8")
    run(class_, out)
    assert grades(out)["anna"]["1.12"] == (2.5, "corrected")
    assert (out / "corrections.csv").read_bytes() == before
    hand_in(class_, "cleo", notebook(e2=solution(2) + "\n# cleo"))
    run(class_, out)
    assert grades(out)["anna"]["1.12"] == (2.5, "corrected")
    assert "cleo" in (out / "corrections.csv").read_text("utf-8")


# --- the core, or all


@pytest.fixture(scope="module")
def divided(tmp_path_factory):
    """A sheet with further exercises, done by one and left alone by another; the core counts."""
    place = tmp_path_factory.mktemp("divided")
    text = (COURSE / "solutions" / f"{SHEET}.py").read_text("utf-8")
    if "# ## Further\n" not in text:
        text = text.replace("# ## 1.5 ", "# ## Further\n#\n# ## 1.5 ")
    (place / "solutions").mkdir()
    (place / "solutions" / f"{SHEET}.py").write_text(text, "utf-8")
    hand_in(place / "class", "anna", notebook())
    hand_in(place / "class", "bert", notebook("stub"))
    grade(place / "class", place / "out", course=place, limits=LIMITS, jobs=1, count="core")
    return place, read_all(place)[SHEET]


def total(out: Path) -> tuple[float, float, float]:
    """Points, most and what waits, of anna."""
    with open(out / "totals.csv", encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["student"] == "anna")
    return tuple(float(row[name]) for name in ("total", "max", "waiting"))


def sums(steps) -> tuple[float, float, float]:
    """The same of a sheet on which every check is right."""
    most = sum(step.points for step in steps)
    waiting = sum(step.points for step in steps if step.kind == "open")
    return most - waiting, most, waiting


def test_the_core_counts_and_the_rest_is_marked(divided):
    place, sheet = divided
    core = [step for step in sheet.marked if step.core]
    further = [step for step in sheet.marked if not step.core]
    assert core and further
    assert total(place / "out") == sums(core)
    with open(place / "out" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["student"] == "anna"]
    assert [row["counts"] for row in rows] == ["yes"] * len(core) + ["no"] * len(further)
    assert {row["status"] for row in rows} <= {"right", "to mark"}
    page = (place / "out" / "feedback" / "anna" / f"{SHEET}.html").read_text("utf-8")
    assert f"in brackets: {', '.join(step.exercise for step in further)}.</p>" in page
    for step in further:
        shown = f"{step.points:g} of {step.points:g}"
        assert f"({shown})" in page if step.kind == "check" else "not marked" in page
    summary = (place / "out" / "summary.html").read_text("utf-8")
    assert "The core of each sheet counts." in summary
    assert summary.count("(does not count)") == len(further)
    assert f"Of {sums(core)[1]:g} points" in summary
    asked = (place / "out" / "corrections.csv").read_text("utf-8-sig")
    for step in sheet.marked:
        assert (f",{step.exercise} " in asked) == (step.core and step.kind == "open")


def test_what_counts_can_be_changed_without_marking_again(divided):
    place, sheet = divided
    out, kept = place / "out", tree(place / "out")
    assert main(["report", str(out), "--count", "all"]) == 0
    assert total(out) == sums(sheet.marked)
    assert "(does not count)" not in (out / "summary.html").read_text("utf-8")
    assert main(["report", str(out)]) == 0, "it stays until another is given"
    assert total(out) == sums(sheet.marked)
    assert main(["report", str(out), "--count", "core"]) == 0
    assert tree(out)["totals.csv"] == kept["totals.csv"]
    assert tree(out)["grades.json"] == kept["grades.json"]


def test_a_platform_gets_the_points_that_count(divided):
    place, sheet = divided
    core = sums([step for step in sheet.marked if step.core])
    export = place / "book.csv"
    export.write_text(f"Student,ID,{SHEET} (7)\nPoints Possible,,{2 * core[1]:g}\nanna,1,\n")
    assert main(["report", str(place / "out"), "--gradebook", str(export)]) == 0
    (line,) = re.findall("^anna,.*", (place / "out" / "book-filled.csv").read_text("utf-8"), re.M)
    assert line == f"anna,1,{'' if core[2] else f'{2 * core[0]:g}'}"


def test_what_was_graded_before_there_was_a_core_is_read(two):
    path = two[1] / ".marks" / "class.json"
    kept = json.loads(path.read_text("utf-8"))
    del kept["count"]
    for described in kept["assignments"].values():
        for cell in described["cells"]:
            del cell["core"]
    path.write_text(json.dumps(kept), "utf-8")
    before = tree(two[1])
    assert main(["report", str(two[1])]) == 0
    assert tree(two[1]) == before


def test_a_correction_of_a_checked_exercise(two):
    out = two[1]
    with open(out / "corrections.csv", "a") as file:
        file.write("bert,1.3,1,half an idea\n")
    main(["report", str(out)])
    assert grades(out)["bert"]["1.3"] == (1.0, "corrected")


def test_a_correction_of_an_answer_that_is_another_now(two):
    class_, out = two
    fill_in(out, anna="3")
    made = notebook()
    made["cells"][-1]["source"] = "I thought about it again."
    hand_in(class_, "anna", made)
    run(class_, out)
    assert grades(out)["anna"]["1.12"] == (3.0, "corrected, answer changed since")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("anna,1.12,4,", "is not from 0 to 3"),
        ("anna,1.12,lots,", "is not from 0 to 3"),
        ("anna,9.9,1,", "no 9.9 of anna"),
        ("nobody,1.12,1,", "no 1.12 of nobody"),
        ("anna,1.1,1,", "1.1 or 1.10?"),  # what a spreadsheet makes of 1.10
        ("anna,nan,nan,", "no nan of anna"),
    ],
)
def test_a_row_that_cannot_be_used_is_shown_not_guessed(two, row, problem):
    out = two[1]
    with open(out / "corrections.csv", "a") as file:
        file.write(f"{row}\n")
    before = grades(out)
    main(["report", str(out)])
    assert problem in (out / "summary.html").read_text("utf-8")
    assert grades(out) == before


def test_the_row_that_cannot_be_used_is_found_in_the_file(two):
    out = two[1]
    with open(out / "corrections.csv", "a") as file:
        file.write("nobody,1.12,1,\n")
    main(["report", str(out)])
    number = re.search(r"row (\d+): no 1.12 of nobody", (out / "summary.html").read_text("utf-8"))
    rows = (out / "corrections.csv").read_text("utf-8-sig").splitlines()
    assert rows[int(number[1]) - 1].startswith("nobody,1.12,1")


def test_a_table_without_its_columns_is_not_overwritten(two, capsys):
    out = two[1]
    (out / "corrections.csv").write_text("my notes\n")
    assert main(["report", str(out)]) == 1
    assert "repair or remove it" in capsys.readouterr().err
    assert (out / "corrections.csv").read_text() == "my notes\n"


# --- the rest


def test_helpers_of_a_learners_own_never_cost_points(tmp_path):
    """Without the added cells it stands better, with them worse: the better run counts."""
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", with_cell(notebook("stub", e1=solution(1)), "1/0", before="ex-1-3"))
    spoil = "np.exp = None"
    hand_in(class_, "bert", with_cell(notebook(e10="first_word = 1"), spoil, before="ex-1-3"))
    run(class_, out)
    assert grades(out)["anna"]["1.1"] == (2.0, "right")
    assert sum(p for p, _ in grades(out)["bert"].values()) == 29
    helped = notebook(e3="def softmax(logits):\n    return shared(np.exp(logits - logits.max()))")
    helper = "def shared(weights):\n    return weights / weights.sum()"
    hand_in(class_, "cleo", with_cell(helped, helper, before="ex-1-3"))
    run(class_, out)
    assert sum(p for p, _ in grades(out)["cleo"].values()) == 30
    told = (out / "feedback" / "cleo" / f"{SHEET}.html", out / "summary.html")
    assert all(grading.OWN_CELLS in page.read_text("utf-8") for page in told)
    assert grading.OWN_CELLS not in (out / "feedback" / "bert" / f"{SHEET}.html").read_text("utf-8")


def test_two_runs_are_never_mixed(tmp_path):
    """What one run has right and the other has right is not added up."""
    made = notebook(e3="def softmax(logits):\n    return shared(np.exp(logits - logits.max()))")
    made = with_cell(made, "def shared(weights):\n    return weights / weights.sum()", "ex-1-3")
    made = with_cell(made, "np.searchsorted = None", "ex-1-5")
    hand_in(tmp_path / "class", "anna", made)
    run(tmp_path / "class", tmp_path / "out")
    statuses = {e: s for e, (_, s) in grades(tmp_path / "out")["anna"].items()}
    assert statuses["1.3"] == statuses["1.9"] == "right", "with the cells that were added"
    assert statuses["1.5"] == "wrong", "right only without them"


def test_pages_show_characters_that_would_hide_or_turn_text():
    assert names.visible("a\u202eb\x1b[2J\0<\n") == "a\ufffdb\ufffd[2J\ufffd<\n"


def test_folder_names():
    taken = {"anna"}
    given = ["Zoë", "Anna", "../..", "con", "a/b", "", ".", "x" * 300, "=cmd"]
    made = [names.folder_name(name, taken) for name in given]
    assert made[0] == "Zoë"
    assert made[1].startswith("Anna-")
    assert len({m.casefold() for m in made}) == len(made)
    for name in made:
        assert "/" not in name
        assert not name.startswith(".")
        assert len(name.encode()) < 200


def test_sheets_are_read_with_their_points():
    sheet = read_all(COURSE)[SHEET]
    assert sum(item.points for item in sheet.marked) == 33
    assert [s.exercise for s in sheet.marked] == [f"1.{n}" for n in range(1, 13)]
    for item in sheet.items:
        assert bool(item.solution) == (item.kind == "answer")
        assert item.source != item.solution


def test_a_missing_course_or_class_is_said(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--course", str(tmp_path)]) == 1
    assert "give the course's folder" in capsys.readouterr().err
    assert main([*arguments, "--course", str(COURSE)]) == 1
    assert "there is no submission" in capsys.readouterr().err
    assert main(["report", str(tmp_path)]) == 1
    assert "nothing has been graded" in capsys.readouterr().err


def test_the_output_may_not_lie_among_the_submissions(tmp_path, capsys):
    hand_in(tmp_path, "anna", notebook())
    arguments = ["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--course", str(COURSE)]
    assert main(arguments) == 1
    assert "among the submissions" in capsys.readouterr().err


@pytest.mark.whole
def test_without_a_sandbox_there_are_limits_and_a_notice(tmp_path, capsys):
    """No isolation, and every report says so."""
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", notebook())
    loop = "def find_temperature(logits, bits):\n    while True:\n        pass"
    hand_in(class_, "bert", notebook(e9=loop))
    leave = "import os, subprocess\nos.environ['X'] = '1'\nsubprocess.Popen(['sleep', '4711'])\n"
    hand_in(class_, "cleo", notebook(e2=f"{leave}np.ones(20 << 27)"))
    run(class_, out, sandbox="none")
    assert "Careful: limits, not isolation: isolation was switched off" in capsys.readouterr().err
    marks = grades(out)
    assert sum(points for points, _ in marks["anna"].values()) == 30
    assert marks["bert"]["1.9"] == (0.0, "stopped")
    assert marks["cleo"]["1.2"] == (0.0, "error")
    for page in [out / "summary.html", *(out / "feedback").rglob("*.html")]:
        assert "limits, not isolation" in page.read_text("utf-8")
    processes = subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep 4711" not in processes


def test_the_notice_is_no_part_of_an_isolated_run(graded):
    if Sandbox().isolated:
        assert "limits, not isolation" not in (graded[1] / "summary.html").read_text("utf-8")


def test_every_status_is_explained(graded):
    meanings = dict(report.statuses())
    used = {status for marks in grades(graded[1]).values() for _, status in marks.values()}
    assert used <= meanings.keys()
    book = Gradebook.load(graded[1])
    assert book.assignments[SHEET]["title"].startswith("Exercises 1")


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(tmp_path, capsys, number):
    hand_in(tmp_path / "class", "anna", notebook())
    arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit):
        main([*arguments, f"--jobs={number}"])
    assert f"--jobs: must be a whole number, 1 or more, got {number!r}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_roster_that_is_not_there_is_said(tmp_path, capsys):
    arguments = ["grade", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--roster", str(tmp_path / "names.txt")]) == 1
    assert "names.txt: No such file" in capsys.readouterr().err
