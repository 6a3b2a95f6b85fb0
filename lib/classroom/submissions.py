"""
Reads what a class handed in: a folder or a zip, as a learning platform gives it.

Nothing is unpacked to disk and nothing of a learner's is believed: a file that cannot be read is
said so for its student, and the others go on.
"""

import contextlib
import io
import json
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from classroom import ClassroomError
from classroom.assignment import Assignment
from classroom.marking import Answers

LARGEST_FILE = 20 << 20  # bytes; a notebook with pictures stays below
LARGEST_ANSWERS = 1 << 20  # characters of all that a learner wrote
MOST_FILES = 200_000
DEEPEST = 4  # folders below a student's
IGNORED = {"__MACOSX", "__pycache__"}

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?_(?P<file>.*)", re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)", re.DOTALL)


class SubmissionsError(ClassroomError):
    """There is nothing that could be graded, and why."""


class Unreadable(Exception):
    """One file that is no notebook, in a phrase for its student."""


@dataclass(frozen=True)
class Entry:
    """A file that was handed in: where it lay, and how to read it."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """Its place, for people."""
        return "/".join(self.parts)


@dataclass
class Student:
    """A student, the files, and remarks that belong to no sheet."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Submission:
    """
    One sheet of one student.

    Attributes
    ----------
    file : str
    answers : Answers
    problem : str
        Why it cannot be marked; empty if it can.
    remarks : list of str
        What the teacher may want to know.
    """

    file: str
    answers: Answers = field(default_factory=Answers)
    problem: str = ""
    remarks: list[str] = field(default_factory=list)


# --- who handed in which files


def students(place: Path, sheets: Collection[str] = ()) -> list[Student]:
    """
    Everybody who has a folder or a file in `place`, in alphabetical order.

    Parameters
    ----------
    place : Path
    sheets : collection of str
        Names of the sheets: a folder called so inside a student's is no student's.

    Raises
    ------
    SubmissionsError
        If `place` is neither a folder nor a zip.
    """
    found: dict[tuple[str, str], Student] = {}

    def student(name: str, number: str = "") -> Student:
        return found.setdefault((name, number), Student(name))

    if place.is_dir():
        entries = _in_folder(place, student)
    elif place.is_file() and zipfile.is_zipfile(place):
        inside = list(_in_zip(place, lambda text: student("?").remarks.append(text)))
        entries = (
            inner
            for entry in _without_common_folder(inside, sheets)
            for inner in _expanded(entry, student)
        )
    else:
        raise SubmissionsError(f"{place} is neither a folder nor a zip")
    for entry in entries:
        name, number, rest = _owner(entry.parts)
        student(name, number).entries.append(Entry(rest, entry.read))
    names = Counter(name for name, _ in found)
    for (name, number), someone in found.items():
        if number and names[name] > 1:  # two people of one name
            someone.name = f"{name} ({number})"
    return sorted(found.values(), key=lambda s: s.name)


def _owner(parts: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Student, number on the platform if any, and the path below the student."""
    first, rest = parts[0], parts[1:]
    if found := MOODLE.fullmatch(first):
        return found["name"], found["id"], rest or (found["file"],)
    if rest:
        return first, "", rest
    if found := CANVAS.fullmatch(first):
        return found["name"], found["id"], (found["file"],)
    return first.split(".")[0] or first, "", (first,)


def _in_folder(place: Path, student) -> Iterator[Entry]:
    """Regular files below `place`; a link is not followed, and a folder makes a student."""
    count = 0
    waiting: list[tuple[bytes, tuple[str, ...]]] = [(os.fsencode(place), ())]
    while waiting:
        folder, parts = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                children = sorted(listing, key=lambda c: c.name)
        except OSError as error:
            student(*_owner((*parts, ""))[:2]).remarks.append(f"cannot be read: {error.strerror}")
            continue
        for child in children:
            name = readable(os.fsdecode(child.name))
            if name.startswith(".") or name in IGNORED:
                continue
            if (count := count + 1) > MOST_FILES:
                raise SubmissionsError(f"more than {MOST_FILES} files in {place}")
            path = (*parts, name)
            if child.is_dir(follow_symlinks=False):
                if not parts:
                    student(*_owner((name, ""))[:2])
                if len(path) <= DEEPEST:
                    waiting.append((child.path, path))
            elif child.is_file(follow_symlinks=False):
                yield from _expanded(Entry(path, lambda p=child.path: _read_file(p)), student)
            else:
                owner = student(*_owner(path)[:2])
                owner.remarks.append(f"{'/'.join(path)} is a link or a device: not read")


def _read_file(path: bytes) -> bytes:
    """A regular file's bytes, whatever was put in its place meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable("no regular file")
            return _limited(file)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def _limited(file) -> bytes:
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"over {LARGEST_FILE >> 20} MB")
    return data


def _expanded(entry: Entry, student) -> Iterator[Entry]:
    """The entry, or, if it is a zip of a student's own, what is in there."""
    if not entry.parts[-1].casefold().endswith(".zip"):
        yield entry
        return
    owner = student(*_owner(entry.parts)[:2])
    above = entry.parts[:-1] or (entry.parts[0] if MOODLE.match(entry.parts[0]) else owner.name,)
    try:
        data = entry.read()
        yield from (
            Entry((*above, *inner.parts), inner.read)
            for inner in _in_zip(io.BytesIO(data), owner.remarks.append)
        )
    except (Unreadable, SubmissionsError) as error:
        owner.remarks.append(f"{entry.name}: {error}")


def _in_zip(place, remark: Callable[[str], None]) -> Iterator[Entry]:
    """Files in a zip, each read into memory on demand and up to a limit: nothing is unpacked."""
    try:
        archive = zipfile.ZipFile(place)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise SubmissionsError("a broken zip") from None
    if len(members) > MOST_FILES:
        raise SubmissionsError(f"a zip with more than {MOST_FILES} files")
    for member in members:
        name = zip_name(member)
        parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
        if member.is_dir() or not parts or IGNORED & {*parts} or parts[-1].startswith("."):
            continue
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            remark(f"{name!r} in a zip points outside of it: not read")
            continue
        yield Entry(parts, lambda m=member: _read_member(archive, m))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("a link in a zip")
    try:
        with archive.open(member) as file:
            return _limited(file)
    except Unreadable:
        raise
    except Exception as error:  # a hostile zip makes zipfile and its codecs raise anything
        raise Unreadable(f"broken in its zip ({type(error).__name__})") from None


def zip_name(member: zipfile.ZipInfo) -> str:
    """A member's name; some programs write UTF-8 and do not say so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return readable(name)


def _without_common_folder(entries: list[Entry], sheets: Collection[str]) -> list[Entry]:
    """Without the one folder that a zip of a folder of students starts with."""
    firsts = {entry.parts[0] for entry in entries}
    if len(firsts) != 1 or any(len(entry.parts) < 3 for entry in entries):
        return entries
    if all(entry.parts[1] in sheets for entry in entries):  # nbgrader: student/sheet/
        return entries
    return [Entry(entry.parts[1:], entry.read) for entry in entries]


def readable(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are taken for Windows' Western European."""
    data = name.encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return unicodedata.normalize("NFC", text)


# --- which sheets a student's files are


def read(student: Student, assignments: Mapping[str, Assignment]) -> dict[str, Submission]:
    """
    The student's submissions by the name of their assignment.

    A notebook is known by its answer cells, whatever it is called; a file that cannot be read, by
    its name. Of two versions the one that has the sheet's own name counts, else the last one.
    """
    found: dict[str, list[Submission]] = {}
    for entry in sorted(student.entries, key=lambda e: e.parts):
        named = _sheet_in_name(entry.parts[-1], assignments)
        if not re.search(r"\.ipynb|\.json$", entry.parts[-1], re.IGNORECASE):
            if named:
                problem = f"{entry.parts[-1]} is no notebook"
                found.setdefault(named, []).append(Submission(entry.name, problem=problem))
            continue
        try:
            notebook = _notebook(entry.read())
        except Unreadable as error:
            if named:
                submission = Submission(entry.name, problem=f"{entry.parts[-1]}: {error}")
                found.setdefault(named, []).append(submission)
            else:
                student.remarks.append(f"{entry.name}: {error}")
            continue
        sheet = _sheet_in_cells(notebook, assignments) or named
        if sheet is None:
            student.remarks.append(f"{entry.name} is none of the sheets")
            continue
        submission = _taken(notebook, assignments[sheet], entry.name)
        if entry.parts[-1] != f"{sheet}.ipynb":
            submission.remarks.append(f"renamed: {entry.parts[-1]}")
        found.setdefault(sheet, []).append(submission)
    return {sheet: _chosen(versions, sheet) for sheet, versions in sorted(found.items())}


def _chosen(versions: list[Submission], sheet: str) -> Submission:
    def preference(submission: Submission):
        return not submission.problem, submission.file.split("/")[-1] == f"{sheet}.ipynb"

    best = max(reversed(versions), key=preference)
    others = [v.file for v in versions if v is not best]
    if others:
        best.remarks.append(f"more than one version: {best.file} counts, not {', '.join(others)}")
    return best


def _sheet_in_name(file: str, assignments) -> str | None:
    file = file.casefold()
    return next((name for name in assignments if name.casefold() in file), None)


def _sheet_in_cells(notebook: list[dict], assignments) -> str | None:
    """The sheet that most of the cells belong to."""
    ids = {i for cell in notebook for i in _ids(cell)}
    scores = {
        name: len(ids & {s.id for s in a.steps if s.kind != "given"})
        for name, a in assignments.items()
    }
    best = max(scores, key=scores.get)
    return best if scores[best] else None


def _notebook(data: bytes) -> list[dict]:
    """The cells of a notebook."""
    if not data.strip():
        raise Unreadable("an empty file")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise Unreadable("nested too deeply for a notebook") from None
    except ValueError as error:
        half = text.lstrip().startswith("{") and '"cells"' in text and _breaks_off(text, error)
        raise Unreadable("half a notebook, its end is missing" if half else "no notebook") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        old = isinstance(notebook, dict) and "worksheets" in notebook
        raise Unreadable("a notebook of a format before 2015" if old else "no notebook")
    return [cell for cell in cells if isinstance(cell, dict)]


def _breaks_off(text: str, error: ValueError) -> bool:
    """Whether JSON was fine up to its end, which came too early."""
    return "Unterminated" in str(error) or getattr(error, "pos", 0) >= len(text.rstrip()) - 1


def _ids(cell: dict) -> list[str]:
    """What the cell may be known by: nbgrader's grade id, then the cell's own id."""
    return [i for i in (_grader(cell).get("grade_id"), cell.get("id")) if isinstance(i, str)]


def _grader(cell: dict) -> dict:
    metadata = cell.get("metadata")
    grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return grader if isinstance(grader, dict) else {}


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    # a lone surrogate can be in JSON, but in no file
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _taken(cells: list[dict], assignment: Assignment, file: str) -> Submission:
    """The learner's answers; all other cells are ours, or at most helpers of the answers."""
    steps = {step.id: step for step in assignment.steps}
    ours = {step.source.strip() for step in assignment.steps}
    answers, texts, own, after, checks = {}, {}, {}, "", {}
    for cell in cells:
        source, is_code = _source(cell), cell.get("cell_type") == "code"
        step = next((steps[i] for i in _ids(cell) if i in steps), None)
        after = step.id if step else after
        if step and step.kind == "answer" and is_code:
            answers.setdefault(step.id, []).append(source)
        elif step and step.kind == "open":
            texts[step.id] = "\n\n".join(filter(None, [texts.get(step.id), source]))
        elif step and step.kind == "check":
            checks[step.id] = source.strip()
        elif is_code and source.strip() not in ours and not _is_check(cell):
            own.setdefault(after, []).append(source)
    submission = Submission(file, Answers(answers, texts, own))
    if len(json.dumps([answers, texts, own])) > LARGEST_ANSWERS:
        return Submission(file, problem="the answers are too long to be answers")
    twice = [i for i, sources in answers.items() if len(sources) > 1]
    changed = [
        step.exercise
        for step in assignment.steps
        if step.kind == "check" and checks.get(step.id) != step.source.strip()
    ]
    if twice:
        submission.remarks.append(f"answer cells that stand twice ran in order: {', '.join(twice)}")
    if changed:
        submission.remarks.append(f"checks changed or deleted, ours ran: {', '.join(changed)}")
    if any(re.search(r"\blogitlab\b", s) for sources in answers.values() for s in sources):
        submission.remarks.append("an answer uses the course's own library")
    return submission


def _is_check(cell: dict) -> bool:
    grader = _grader(cell)
    return bool(grader.get("grade")) and not grader.get("solution")
