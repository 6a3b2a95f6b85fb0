"""The learner's copies: nothing written is lost, every link leads on, nothing else reads them."""

import json
import posixpath
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from classroom import copies
from classroom.build import checksum

ROOT = Path(__file__).parents[2]
SHEET = "exercises_01_temperature.ipynb"
LINK = re.compile(r"\]\((?!https?:)([^)\s#]+)(?:#([^)\s]+))?\)")


@pytest.fixture
def course(tmp_path):
    """A course of one lesson, its exercises and solutions, and the pages that they mention."""
    for folder in ("notebooks", "exercises", "solutions"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / "01_temperature.ipynb", tmp_path / folder)
    (tmp_path / "book").mkdir()
    for page in ("index", "claims"):
        shutil.copy(ROOT / "book" / f"{page}.md", tmp_path / "book")
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_in(path, words="my own words"):
    """What JupyterLab does when a learner writes in a cell and saves."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source += f"\n# {words}"
    nbformat.write(notebook, path)


def names(course):
    return sorted(path.name for path in (course / "my").iterdir() if path.name[0] != ".")


def test_each_kind_has_its_name_and_a_second_time_nothing_happens(course):
    written, told = copies.renew(course)
    assert told == [
        "Yours to write in, in the folder my: 01_temperature.ipynb, "
        "exercises_01_temperature.ipynb, solutions_01_temperature.ipynb, course.md"
    ]
    assert names(course) == sorted(path.name for path in written)
    before = {path: path.stat().st_mtime_ns for path in (course / "my").iterdir()}
    assert copies.renew(course) == ([], [])
    assert before == {path: path.stat().st_mtime_ns for path in (course / "my").iterdir()}


def test_what_was_written_stays_and_a_new_edition_comes_beside_it_once(course):
    copies.renew(course)
    mine = course / "my" / SHEET
    write_in(mine)
    kept = mine.read_bytes()
    assert copies.renew(course) == ([], [])
    change(course / "exercises" / "01_temperature.ipynb", "Stuck:", "Stuck, really:")
    written, told = copies.renew(course)
    beside = course / "my" / "exercises_01_temperature_2.ipynb"
    assert (written, mine.read_bytes()) == ([beside], kept)
    (line,) = told
    assert line.startswith(f"{SHEET} is of another edition. What you wrote in it stays")
    assert line.endswith(beside.name)
    assert "Stuck, really:" in beside.read_text(encoding="utf-8")
    assert copies.renew(course) == ([], [])

    beside.unlink()  # the learner does not want it
    assert copies.renew(course) == ([], [])
    change(course / "exercises" / "01_temperature.ipynb", "really", "truly")
    (third,), _ = copies.renew(course)
    assert third.name == "exercises_01_temperature_3.ipynb"
    change(course / "exercises" / "01_temperature.ipynb", "truly", "verily")
    assert copies.renew(course)[0] == [third], "nothing was written in it"
    assert mine.read_bytes() == kept


def test_what_was_only_run_and_saved_gives_way_to_a_new_edition(course):
    copies.renew(course)
    path = course / "my" / "01_temperature.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = 7, []
    nbformat.write(notebook, path)
    assert copies.renew(course) == ([], []), "it is of this edition"
    change(course / "notebooks" / "01_temperature.ipynb", "Guess rather", "Guess, rather")
    assert copies.renew(course) == (
        [path],
        ["New edition of what you had not changed: 01_temperature.ipynb"],
    )


def test_an_edition_that_only_shows_something_else_leaves_what_was_written(course):
    copies.renew(course)
    path = course / "my" / "01_temperature.ipynb"
    write_in(path)
    source = course / "notebooks" / "01_temperature.ipynb"
    notebook = json.loads(source.read_text(encoding="utf-8"))
    notebook["cells"][1]["outputs"] = []
    notebook["metadata"]["widgets"] = {}
    source.write_text(json.dumps(notebook), encoding="utf-8")
    assert copies.renew(course) == ([], [])


@pytest.mark.parametrize("record", [None, "{", "[]", '{"a": 1}', '{"a": "b"}'])
def test_without_its_record_nothing_that_differs_is_written_over(course, record):
    copies.renew(course)
    write_in(course / "my" / SHEET)
    kept = (course / "my" / SHEET).read_bytes()
    place = course / "my" / copies.RECORD
    place.unlink() if record is None else place.write_text(record)
    written, _ = copies.renew(course)
    assert [path.name for path in written] == ["exercises_01_temperature_2.ipynb"]
    assert (course / "my" / SHEET).read_bytes() == kept


@pytest.mark.parametrize("damaged", [b"", b"{", b"\xff\xfe", b"[]", b'{"cells": [{}]}'])
def test_a_damaged_copy_is_kept(course, damaged):
    copies.renew(course)
    (course / "my" / SHEET).write_bytes(damaged)
    change(course / "exercises" / "01_temperature.ipynb", "Stuck:", "Stuck, really:")
    written, _ = copies.renew(course)
    assert [path.name for path in written] == ["exercises_01_temperature_2.ipynb"]
    assert (course / "my" / SHEET).read_bytes() == damaged


def test_a_copy_that_was_renamed_or_deleted_comes_again(course):
    copies.renew(course)
    (course / "my" / SHEET).rename(course / "my" / "first try.ipynb")
    assert [path.name for path in copies.renew(course)[0]] == [SHEET]
    assert "first try.ipynb" in names(course)


def test_a_course_of_less_is_copied_and_none_at_all_is_refused(course, tmp_path, capsys):
    shutil.rmtree(course / "solutions")
    shutil.rmtree(course / "book")
    (course / "README.md").unlink()
    copies.renew(course)
    assert not [name for name in names(course) if name.startswith("solutions")]
    shutil.rmtree(course / "notebooks")
    assert copies.main([str(course)]) == 1
    assert "no lessons in" in capsys.readouterr().err


def test_the_page_of_the_course_leads_to_the_book_when_it_is_built(course):
    copies.renew(course)
    home = course / "my" / copies.HOME
    assert "`make book` builds it" in home.read_text(encoding="utf-8")
    (course / copies.BOOK).mkdir(parents=True)
    (course / copies.BOOK / "index.html").touch()
    assert copies.renew(course) == ([home], [])
    assert f"](../{copies.BOOK}/book/claims.html)" in home.read_text(encoding="utf-8")


def test_every_link_of_every_copy_leads_to_a_copy_and_to_a_heading_there(tmp_path):
    """Of what is linked by Markdown; the notebooks have no other way to name a file."""
    for folder in ("notebooks", "exercises", "solutions", "book"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=lambda *_: {"_build", "node_modules"}
        )
    shutil.copy(ROOT / "README.md", tmp_path)
    copies.renew(tmp_path)
    count = 0
    for path in sorted((tmp_path / "my").glob("[!.]*")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = [cell for cell in nbformat.reads(text, 4).cells if cell.cell_type == "markdown"]
            text = "\n\n".join(cell.source for cell in cells)
        assert not re.search(r"<(a|img)\b|!\[[^\]]*\]\((?!https?:|attachment:|data:)", text), path
        for target, place in LINK.findall(text):
            assert posixpath.dirname(target) == "", f"{path.name} links {target}"
            there = path.parent / unquote(target)
            assert there.is_file(), f"{path.name} links {target}"
            if place:
                count += 1
                ids = [cell.id for cell in nbformat.read(there, 4).cells]
                assert place.removeprefix("cell-id=") in ids, f"{path.name}: {target}#{place}"
    assert count > 20


def test_links_change_no_cell_that_is_marked(tmp_path):
    """Or it would count as tampered with: nbgrader compares checksums."""
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if grader := cell.metadata.get("nbgrader"):
                assert grader["checksum"] == checksum(cell)
                assert cell.cell_type == "code" or not LINK.search(cell.source), cell.id


def test_git_ruff_and_the_tests_leave_the_copies_alone():
    run = subprocess.run(["git", "check-ignore", "my/x.ipynb"], cwd=ROOT, capture_output=True)
    assert run.returncode in (0, 128), "128: no git here"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"my"]' in text and 'testpaths = ["tests", "lib"]' in text
