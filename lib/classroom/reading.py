"""
What a student wrote: reads the files and takes the answers out of them.

This runs in a process of its own, with limits: nothing of a learner's is believed, nothing is
unpacked to disk, and a file that cannot be read is said so for its student. A cell is known by its
grade id, else by its own id, else by its text; what was written for an exercise is found also where
it moved, was copied or split.
"""

import ast
import contextlib
import hashlib
import io
import json
import os
import re
import signal
import stat
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from classroom import copies
from classroom.assignment import Assignment, Item, names_bound
from classroom.build import TEXT_STUB
from classroom.marking import Answers
from classroom.submissions import File, Student, members

LARGEST_FILE = 100 << 20  # bytes, pictures and all
LARGEST_ANSWERS = 1 << 20  # characters of all that a learner wrote in a notebook
MOST_FILES = 200  # of a student, in zips or not
MOST_CELLS = 5_000
MOST_OBJECTS = 1_000_000  # in the JSON of a notebook
SECONDS = 5  # of processor time, for all files of a student
MEMORY = 2 << 30  # bytes, on top of what the process has
SHORT = 300  # bytes of code: what is shorter is alike by chance
DEEPEST_ZIP = 2  # a student's zip may hold a zip
NO_NOTEBOOK = "no notebook"
EMPTY = "an empty file"
NOTEBOOK_NAME = re.compile(r"\.(ipynb|json)$", re.IGNORECASE)
BEGINS = re.compile(rb"PK|\xff\xfe|\xfe\xff|(\xef\xbb\xbf)?\s*(\{|$)")  # a zip or a notebook
NUMBERED = re.compile(r"\s*(#*)\W*([\dA-Z]+\.\d+)\b")  # a text that names its exercise first
CHECK = re.compile(r"""\bcheck\(\s*["']([\dA-Z]+\.\d+)["']""")
WORD = re.compile(r"\w+")
LIBRARY = re.compile(r"\blogitlab\b|__import__|\bimportlib\b")
STUB = TEXT_STUB[0]


class Unreadable(Exception):
    """One file that is no notebook, in a phrase for its student."""


class TooLong(BaseException):
    """Reading took too much of the processor."""


@dataclass
class Submission:
    """
    One assignment of one student.

    Attributes
    ----------
    file : str
    answers : Answers
    problem : str
        Why it cannot be marked; empty if it can.
    remarks : list of str
        What was unusual, for teacher and student.
    looks : list of str
        What the teacher may want to look at.
    prints : dict of str to str
        By exercise, a digest of the answer's code without comments and layout.
    attempted : int
        Answers that are no longer as they were handed out.
    """

    file: str
    answers: Answers = field(default_factory=Answers)
    problem: str = ""
    remarks: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    prints: dict[str, str] = field(default_factory=dict)
    attempted: int = 0


def read(
    assignments: Mapping[str, Assignment], student: Student
) -> tuple[dict[str, Submission], list[str]]:
    """
    A student's submissions by the name of their assignment, and remarks that belong to none.

    A file is known by how it begins and a notebook by its answer cells, whatever they are called; a
    file that cannot be read, by its name. Where there is no notebook, the files are named. Of
    several versions the one with most answers counts, then the one that has the assignment's own
    name, then the last one.
    """
    found: dict[str, list[Submission]] = {}
    remarks: list[str] = []
    others: list[str] = []
    try:
        with _limited():
            for file, data in _opened(student.files, remarks):
                _read_file(file, data, assignments, found, remarks, others)
    except TooLong:
        remarks.append(f"reading took over {SECONDS} s of processor time: the rest was not read")
    except MemoryError:
        remarks.append("reading took too much memory: the rest was not read")
    chosen = {name: _chosen(versions, name) for name, versions in sorted(found.items())}
    if not found:
        remarks += [f"{name} is no notebook: not read" for name in others[:5]]
        remarks += [f"nor are {len(others) - 5} more files"] if len(others) > 5 else []
    if len(remarks) > 10:
        remarks[10:] = [f"and {len(remarks) - 10} more remarks of this kind"]
    return chosen, remarks


@contextlib.contextmanager
def _limited():
    """Limits on processor time and memory of what is done inside."""
    if sys.platform == "win32":  # which has no such limits
        yield
        return
    import resource

    def too_long(*_):
        raise TooLong

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        if sys.platform == "linux":
            with open("/proc/self/statm") as file:
                now = int(file.read().split()[0]) * resource.getpagesize()
            limit = now + MEMORY if hard == resource.RLIM_INFINITY else min(hard, now + MEMORY)
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


# --- bytes of files


def _opened(files: list[File], remarks: list[str]) -> Iterator[tuple[File, bytes | Unreadable]]:
    """Files in order of their names with what is in them; a student's own zips are looked into."""
    count = 0
    archives: dict[bytes, zipfile.ZipFile] = {}
    for file in sorted(files, key=lambda f: f.parts):
        try:
            data = _bytes(file, archives)
        except Unreadable as error:
            yield file, error
            continue
        for inner, found in _unzipped(file, data, remarks):
            if isinstance(found, bytes) and (count := count + 1) > MOST_FILES:
                remarks.append(f"more than {MOST_FILES} files: the others were not read")
                return
            yield inner, found


def _unzipped(
    file: File, data: bytes, remarks: list[str], depth: int = 1
) -> Iterator[tuple[File, bytes | Unreadable]]:
    """The file itself, or where it is a zip, what is in it."""
    if not data.startswith(b"PK"):
        yield file, data
        return
    try:
        inside, strange = members(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield file, Unreadable("a broken zip")
        return
    if {("[Content_Types].xml",), ("mimetype",)} & {parts for _, parts in inside}:
        yield file, Unreadable(NO_NOTEBOOK)  # of an office program
        return
    if depth > DEEPEST_ZIP:
        yield file, Unreadable("zips in zips in zips, not read")
        return
    remarks += strange
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for number, parts in inside:
            inner = File((*file.parts[:-1], *parts), file.place)
            try:
                packed = _member(archive, number)
            except Unreadable as error:
                yield inner, error
                continue
            yield from _unzipped(inner, packed, remarks, depth + 1)


def _bytes(file: File, archives: dict) -> bytes:
    if file.member is not None:
        if file.place not in archives:
            archives[file.place] = zipfile.ZipFile(os.fsdecode(file.place))
        return _member(archives[file.place], file.member)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(file.place, flags), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Unreadable("no regular file")
            return _whole(opened)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def _member(archive: zipfile.ZipFile, number: int) -> bytes:
    member = archive.infolist()[number]
    if member.flag_bits & 1:
        raise Unreadable("locked with a password")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("a link in a zip")
    try:
        with archive.open(member) as opened:
            return _whole(opened)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a hostile zip makes zipfile and its codecs raise anything
        raise Unreadable(f"broken in its zip ({type(error).__name__})") from None


def _whole(opened) -> bytes:
    parts = [opened.read(64)]
    size = len(parts[0])
    if not BEGINS.match(parts[0]):
        raise Unreadable(NO_NOTEBOOK)
    while part := opened.read(1 << 20):
        parts.append(part)
        if (size := size + len(part)) > LARGEST_FILE:
            raise Unreadable(f"over {LARGEST_FILE >> 20} MB")
    return b"".join(parts)


# --- from bytes to the cells of a notebook


def _read_file(file: File, data, assignments, found: dict, remarks: list, others: list) -> None:
    """Enter what one file holds in `found` or `remarks`, and one of another kind in `others`."""
    named = _named(file.parts[-1], assignments)
    try:
        if isinstance(data, Unreadable):
            raise data
        cells = _cells(data)
        name = _of_cells(cells, assignments) or named
    except Unreadable as error:
        last = file.parts[-1]
        if named:
            what = f"{last} is no notebook" if str(error) == NO_NOTEBOOK else f"{last}: {error}"
            found.setdefault(named, []).append(Submission(file.name, problem=what))
        elif str(error) in (NO_NOTEBOOK, EMPTY) and not NOTEBOOK_NAME.search(last):
            others.append(file.name)
        else:
            remarks.append(f"{file.name}: {error}")
        return
    if name is None:
        remarks.append(f"{file.name} is none of the assignments")
        return
    submission = taken(cells, assignments[name], file.name)
    if not _own_name(file.parts[-1], name):
        submission.remarks.append(f"renamed: {file.parts[-1]}")
    found.setdefault(name, []).append(submission)


def _own_name(file: str, assignment: str) -> bool:
    """Whether a file is called as the course calls it: as handed out, or as a learner's copy."""
    return file in (f"{assignment}.ipynb", copies.copy_of(f"exercises/{assignment}.ipynb"))


def _chosen(versions: list[Submission], name: str) -> Submission:
    def preference(version: Submission):
        own_name = _own_name(version.file.split("/")[-1], name)
        return not version.problem, version.attempted, own_name

    best = max(reversed(versions), key=preference)
    others = [version.file for version in versions if version is not best]
    if others:
        shown = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")
        best.remarks.append(f"more than one version: {best.file} counts, not {shown}")
    return best


def _named(file: str, assignments) -> str | None:
    file = file.casefold()
    return next((name for name in assignments if name.casefold() in file), None)


def _of_cells(cells: list[dict], assignments) -> str | None:
    """The assignment that most of the cells belong to: by their ids, else by the checks called."""
    for marks in (
        {i for cell in cells for i in _ids(cell)},
        {number for cell in cells for number in CHECK.findall(_source(cell))},
    ):
        scores = Counter()
        for name, ours in assignments.items():
            items = [item for item in ours.items if item.kind in ("answer", "check", "open")]
            scores[name] = len(marks & {x for item in items for x in (item.id, item.exercise)})
        (best, score), *_ = scores.most_common(1)
        if score:
            return best
    return None


def _cells(data: bytes) -> list[dict]:
    """The cells of a notebook, without outputs and pictures."""
    if not data.strip():
        raise Unreadable(EMPTY)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    objects = 0

    def lean(pairs):
        nonlocal objects
        if (objects := objects + 1) > MOST_OBJECTS:
            raise Unreadable("too many parts for a notebook")
        return {key: value for key, value in pairs if key not in ("outputs", "attachments")}

    try:
        notebook = json.loads(text, object_pairs_hook=lean)
    except RecursionError:
        raise Unreadable("nested too deeply for a notebook") from None
    except ValueError as error:
        half = text.lstrip().startswith("{") and '"cells"' in text and _breaks_off(text, error)
        raise Unreadable("half a notebook, its end is missing" if half else NO_NOTEBOOK) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or ()]  # before 2015
    if not isinstance(cells, list):
        raise Unreadable(NO_NOTEBOOK)
    cells = [cell for cell in cells if isinstance(cell, dict)]
    if not cells:
        raise Unreadable("a notebook without cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"a notebook of over {MOST_CELLS} cells")
    return cells


def _breaks_off(text: str, error: ValueError) -> bool:
    """Whether JSON was fine up to its end, which came too early."""
    return "Unterminated" in str(error) or getattr(error, "pos", 0) >= len(text.rstrip()) - 1


def _ids(cell: dict) -> list[str]:
    """What a cell may be known by: nbgrader's grade id, its own id, and that as Colab keeps it."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    ids = (_grader(cell).get("grade_id"), cell.get("id"), metadata.get("id"))
    return [i for i in ids if isinstance(i, str)]


def _grader(cell: dict) -> dict:
    metadata = cell.get("metadata")
    grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return grader if isinstance(grader, dict) else {}


def _source(cell: dict) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    # a lone surrogate can be in JSON, but in no file
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


# --- from cells to answers


def taken(cells: list[dict], ours: Assignment, file: str = "") -> Submission:
    """The learner's answers; all other cells are ours, or at most helpers of the answers."""
    search = _Search(ours)
    for cell in cells:
        search.add(cell)
    search.place_the_rest()
    answers = Answers(search.answers, search.texts, search.own)
    size = sum(len(s) for group in (search.answers, search.own) for v in group.values() for s in v)
    if size + sum(map(len, search.texts.values())) > LARGEST_ANSWERS:
        return Submission(file, problem="the answers are too long to be answers")
    prints = {
        item.exercise: _print("\n".join(search.answers[item.id]))
        for item in ours.items
        if item.kind == "answer" and search.written(item)
    }
    looks = _of_our_own(ours, search, prints)
    attempted = sum(search.written(item) for item in ours.items)
    return Submission(file, answers, "", search.remarks(), looks, prints, attempted)


class _Search:
    """Looks for the answers to an assignment in the cells of a notebook, from top to bottom."""

    def __init__(self, ours: Assignment):
        self.ours = ours
        self.items = {item.id: item for item in ours.items}
        self.by_text = {
            _squeezed(s.source): s for s in ours.items if s.kind not in ("answer", "open")
        }
        self.checks = {item.exercise: item for item in ours.items if item.kind == "check"}
        self.opened = {item.exercise: item for item in ours.items if item.kind == "open"}
        texts = [item for item in ours.items if item.kind == "text"]
        self.headings = {item.exercise: item for item in reversed(texts)}
        self.binds = {name for item in ours.items for name in item.binds}
        self.answers: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self.own: dict[str, list[str]] = {}
        self.our_checks: set[str] = set()
        self.unknown: list[
            tuple[str, str, bool, str]
        ] = []  # after which item, exercise, code, text
        self.after = self.exercise = ""
        self.notes: dict[str, list[str]] = {}

    def add(self, cell: dict) -> None:
        source, is_code = _source(cell), cell.get("cell_type") == "code"
        item = next((self.items[i] for i in _ids(cell) if i in self.items), None)
        found_by_text = item is None
        if item is None:
            item = self.by_text.get(_squeezed(source)) or self._called(source)
        exercise = self.exercise
        if item is None and not is_code and (number := NUMBERED.match(source)):
            if number[1]:  # a heading of ours that was changed
                item = self.headings.get(number[2])
            elif number[2] in self.opened:
                exercise = number[2]
        if item is None:
            if source.strip() and not _is_check(cell):
                self.unknown.append((self.after, exercise, is_code, source))
            return
        self.exercise = item.exercise or self.exercise
        self.after = self.after if item.kind == "text" else item.id
        if item.kind == "answer":
            bound, sources = _bound(source), self.answers.setdefault(item.id, [])
            if bound & self.binds and not bound & {*item.binds}:  # copied, to answer another one
                self.unknown.append((self.after, item.exercise, is_code, source))
                return
            sources.append(source if is_code else _unfenced(source))
            if not is_code:
                self._note("cells that are no code cells any more, run all the same", item)
        elif item.kind == "open":
            self._write(item, source)
        elif item.kind == "text" and item.exercise in self.opened:
            if rest := _written_to(source, item.source):
                self.unknown.append((self.after, item.exercise, False, rest))
        elif item.kind == "check" and _squeezed(source) == _squeezed(item.source):
            self.our_checks.add(item.id)
        elif item.kind in ("given", "check") and (rest := _added(source, item.source)):
            self.unknown.append((self.after, self.exercise, is_code, rest))
        if found_by_text and item.kind == "check":
            self._note("found by the text of the check, the ids are gone", item)

    def _write(self, item: Item, text: str) -> None:
        """Add to an open answer; what was handed out is no answer."""
        before = self.texts.get(item.id, STUB)
        if before.strip() in ("", STUB):
            self.texts[item.id] = text
        elif text.strip() not in ("", STUB):
            self.texts[item.id] = f"{before}\n\n{text}"

    def _called(self, source: str) -> Item | None:
        """The check that a cell does nothing but call."""
        number = CHECK.search(source)
        if not number or number[1] not in self.checks:
            return None
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            body = ast.parse(source).body
            if all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) for s in body):
                return self.checks[number[1]]
        return None

    def _note(self, what: str, item: Item) -> None:
        self.notes.setdefault(what, [])
        if item.exercise not in self.notes[what]:
            self.notes[what].append(item.exercise)

    def place_the_rest(self) -> None:
        """Cells that are none of ours: part of an answer, or the learner's own."""
        self._without_stubs()
        for after, exercise, is_code, source in self.unknown:
            opened = self.opened.get(exercise)
            if opened and (not is_code or _no_program(source) or self._text(source)):
                self._write(opened, source)
                self._note("answered in another cell", opened)
            elif (is_code or exercise) and (item := self._lacking(source, is_code)):
                source = source if is_code else _unfenced(source)
                self.answers[item.id] = [*(self.answers.get(item.id, [])), source]
                self._without_stubs()
                self._note("answered in another cell", item)
            elif is_code:
                self.own.setdefault(after, []).append(source)
        for check in self.checks.values():  # below it, a second try: it is what the check looks at
            answers = [self.items[name] for name in self.ours.answers_for(check)]
            tries = {name for source in self.own.get(check.id, ()) for name in _bound(source)}
            if answers and tries & {name for item in answers for name in item.binds}:
                self.own.setdefault(answers[-1].id, []).extend(self.own.pop(check.id))

    def _lacking(self, source: str, is_code: bool) -> Item | None:
        """The answer that lacks a name which this cell defines."""
        bound = _bound(source if is_code else _unfenced(source))
        if not bound or (not is_code and _no_program(source)):
            return None
        for item in self.ours.items:
            if item.kind == "answer" and bound & {*item.binds}:
                have = {name for s in self.answers.get(item.id, ()) for name in _bound(s)}
                if not self.written(item) or bound & {*item.binds} - have:
                    return item
        return None

    def _text(self, source: str) -> bool:
        """Whether a program does nothing but keep texts, under names of its own, and print."""
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        values = [getattr(s, "value", None) for s in body]
        only = all(isinstance(value, ast.Constant) or _calls(value, "print") for value in values)
        return only and not _bound(source) & self.binds

    def _without_stubs(self) -> None:
        """A copy as it was handed out does not undo an answer."""
        for name, sources in self.answers.items():
            stub = _squeezed(self.items[name].source)
            written = [source for source in sources if _squeezed(source) != stub]
            self.answers[name] = written or sources[:1]

    def written(self, item: Item) -> bool:
        """Whether there is an answer, and not as it was handed out."""
        if item.kind == "open":
            return self.texts.get(item.id, "").strip() not in ("", STUB)
        stub = _squeezed(item.source)
        return item.kind == "answer" and any(
            _squeezed(source) != stub for source in self.answers.get(item.id, ())
        )

    def remarks(self) -> list[str]:
        found = [f"{what}: {_listed(numbers)}" for what, numbers in self.notes.items()]
        twice = [name for name, sources in self.answers.items() if len(sources) > 1]
        if twice:
            found.append(f"answer cells that stand twice ran in order: {', '.join(twice)}")
        changed = [s.exercise for s in self.checks.values() if s.id not in self.our_checks]
        if changed:
            found.append(f"checks changed or deleted, ours ran: {_listed(changed)}")
        return found


def _of_our_own(ours: Assignment, search: _Search, prints: dict[str, str]) -> list[str]:
    """What to say of answers that are the course's own, or call for them."""
    items = [item for item in ours.items if item.kind == "answer" and search.written(item)]
    remarks = []
    own = "\n".join(source for sources in search.own.values() for source in sources)
    imported = {w for line in own.split("\n") if LIBRARY.search(line) for w in WORD.findall(line)}
    given = " ".join(item.source for item in ours.items if item.kind == "given")
    imported -= {"as", *WORD.findall(given)}
    calls = [
        item.exercise
        for item in items
        for source in search.answers[item.id]
        if LIBRARY.search(source) or imported & {*WORD.findall(source)}
    ]
    if calls:
        remarks.append(
            f"answers that use the course's own library or import by name: {_listed(calls)}"
        )
    same = [s.exercise for s in items if prints[s.exercise] == _print_of_ours(s.solution) != ""]
    if same:
        remarks.append(f"the same as the course's solutions: {_listed(same)}")
        for exercise in same:  # so it says nothing of two students
            prints[exercise] = ""
    return remarks


def _listed(numbers: list[str]) -> str:
    return ", ".join(dict.fromkeys(numbers))


def _is_check(cell: dict) -> bool:
    grader = _grader(cell)
    return bool(grader.get("grade")) and not grader.get("solution")


def _squeezed(source: str) -> str:
    """A cell's text without what tools change: line ends, blanks at ends, empty lines."""
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip())


def _added(source: str, ours: str) -> str:
    """
    What a cell of ours defines now that it did not: without our statements and calls of a check.

    Empty where it only gives other values to the names that it defines anyway.
    """
    lines = source.split("\n")
    try:
        known = {ast.dump(s) for s in ast.parse(ours).body}
        for s in ast.parse(source).body:
            if ast.dump(s) in known or (isinstance(s, ast.Expr) and _calls(s.value, "check")):
                first = min(n.lineno for n in [s, *getattr(s, "decorator_list", ())])
                lines[first - 1 : s.end_lineno] = [""] * (s.end_lineno - first + 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        known = {line.strip() for line in ours.split("\n")}
        lines = [line for line in lines if line.strip() not in known]
    rest = "\n".join(lines)
    return rest.strip("\n") if _bound(rest) - _bound(ours) else ""


def _written_to(source: str, ours: str) -> str:
    """What was written below or into a text of ours; a heading with a number is no answer."""
    known = {line.strip() for line in ours.split("\n")}
    lines = [line for line in source.split("\n") if line.strip() not in known]
    numbers = [NUMBERED.match(line) for line in lines]
    told = [line for line, n in zip(lines, numbers, strict=True) if not (n and n[1])]
    return "\n".join(told).strip()


def _calls(value, name: str) -> bool:
    return isinstance(value, ast.Call) and getattr(value.func, "id", "") == name


def _unfenced(source: str) -> str:
    """The code in a text cell, also where it stands between Markdown's fences."""
    fenced = re.findall(r"^ *```[^`\n]*\n(.*?)^ *```", source + "\n", re.MULTILINE | re.DOTALL)
    return "\n".join(fenced) or source


def _no_program(source: str) -> bool:
    """Whether a text is prose: no Python, or nothing but comments or one name."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return not re.search(
            r"^\s*(def |class |import |from |%|!|\w+\s*=[^=])", source, re.MULTILINE
        )
    return all(
        isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant | ast.Name) for s in body
    )


def _bound(source: str) -> set[str]:
    """Global names that a cell defines, also where it is no plain Python."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return {*names_bound(source)}
    return {*re.findall(r"^(?:def |class )?(\w+)(?:\(|\s*=(?!=))", source, re.MULTILINE)}


def _print(source: str) -> str:
    """A digest of what a program does, whatever its comments and layout; "" of a short one."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        code = _code(compile(source, "", "exec", optimize=2))
        return hashlib.sha256(code).hexdigest()[:16] if len(code) > SHORT else ""
    return ""


_print_of_ours = lru_cache(_print)


def _code(code) -> bytes:
    constants = (_code(c) if hasattr(c, "co_code") else repr(c).encode() for c in code.co_consts)
    return b"|".join([code.co_code, repr((code.co_names, code.co_varnames)).encode(), *constants])
