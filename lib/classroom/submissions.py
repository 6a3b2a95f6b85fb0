"""
Who handed in which files: a folder or a zip, as a learning platform gives it.

Only names are looked at here, also those in a zip; no file of a learner's is opened. Two people
never become one: where names leave a doubt, everybody is kept apart and the teacher is asked.
"""

import os
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from classroom import ClassroomError, names
from classroom.platforms import Owner, platform

MOST_FILES = 200_000
DEEPEST = 6  # folders below the place
IGNORED = {"__MACOSX", "__pycache__"}
AROUND = re.compile(  # what people call the folder around a class
    r"(submissions?|submitted|class|classes|courses?|downloads?|assignments?|students|abgaben|rendus"
    r"|entregas|consegne)",
    re.IGNORECASE,
)


class SubmissionsError(ClassroomError):
    """There is nothing that could be graded, and why."""


class Parts(tuple):
    """Where a file lay; in order as people count, so that 9 comes before 10."""

    def __lt__(self, other) -> bool:
        return self.order < other.order

    @property
    def order(self) -> list:
        """What it is sorted by."""
        texts = [re.split(r"([0-9]+)", part) for part in self]
        digits = [[text.lstrip("0") for text in some[1::2]] for some in texts]
        return [
            [some[::2][:1], *zip(map(len, numbers), numbers, some[2::2], strict=True)]
            for some, numbers in zip(texts, digits, strict=True)
        ]


@dataclass(frozen=True)
class File:
    """
    A file that was handed in.

    Attributes
    ----------
    parts : tuple of str
        Where it lay, from the student's folder on.
    place : bytes
        Its path, or that of the zip which holds it.
    member : int or None
        Its number in the zip.
    """

    parts: tuple[str, ...]
    place: bytes
    member: int | None = None

    def __post_init__(self):
        object.__setattr__(self, "parts", Parts(self.parts))

    def below(self) -> "File":
        """The same file, seen from the first folder of its path."""
        return File(self.parts[1:], self.place, self.member)

    @property
    def name(self) -> str:
        """Where it lay, for people."""
        return "/".join(self.parts)


@dataclass
class Student:
    """A student: number on the platform, whether late, files, and remarks on no assignment."""

    name: str
    id: str = ""
    late: bool = False
    files: list[File] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def students(place: Path, assignments: Collection[str] = ()) -> tuple[list[Student], list[str]]:
    """
    Everybody who has a folder or a file in `place`, in alphabetical order, and questions.

    Parameters
    ----------
    place : Path
    assignments : collection of str
        Their names: a folder called so inside a student's is no student's.

    Raises
    ------
    SubmissionsError
        If `place` is neither a folder nor a zip.
    """
    files, remarks, folders = _listed(place)
    questions: list[str] = []
    lying = dict(_levels(files, assignments, questions, remarks))
    levels = {}
    for above, some in lying.items():
        around = any(len(a) > len(above) and a[: len(above)] == above for a in lying)
        empty = [path[-1] for path in folders if path[:-1] == above and not around]
        levels[above] = _Level(some, empty, questions)
    for path, remark in remarks:
        above = max((a for a in levels if path[: len(a)] == a), key=len, default=None)
        first = path[len(above or ()) :][:1]
        owner = levels[above].owner(*first) if first and above is not None else Owner("?")
        level = levels.setdefault(above or (), _Level([], [], questions))
        level.student(owner).remarks.append(remark)
    return _told_apart(*_of_all({a: level.students for a, level in levels.items()}, questions))


class _Level:
    """What lies side by side, and whose it is; `folders` are there even if nothing is in them."""

    def __init__(self, files: list[File], folders: list[str], questions: list[str]):
        firsts = dict.fromkeys([*(f.parts[0] for f in files if _is_work(f)), *folders])
        firsts = firsts or dict.fromkeys(f.parts[0] for f in files)
        kind, self.owners, doubts = platform(firsts)
        questions += doubts
        self.students: dict[tuple[str, str], Student] = {}
        count = Counter((owner.name, owner.id) for owner in self.owners.values())
        deep = any(len(f.parts) > 1 for f in files)
        for file in sorted(files, key=lambda file: file.parts.order):
            first, *rest = file.parts
            if not _is_work(file) and (
                (kind and first not in self.owners) or (not kind and not rest and deep)
            ):
                continue  # a page of the platform's own, or a readme, beside the folders
            owner = self.owner(first, bool(rest))
            parts = tuple(rest) or (owner.file or first,)
            if count[owner.name, owner.id] > 1 and parts != (first,):  # handed in more than once
                parts = (owner.stamp or first, *parts)
            student = self.student(owner)
            student.files.append(File(parts, file.place, file.member))
            student.late |= owner.late
        for folder in folders:
            self.student(self.owner(folder))

    def owner(self, first: str, is_folder: bool = True) -> Owner:
        return self.owners.get(first) or Owner(_plain(first, is_folder))

    def student(self, owner: Owner) -> Student:
        key = owner.name, owner.id
        return self.students.setdefault(key, Student(*key))


def _plain(first: str, is_folder: bool) -> str:
    """A student's name where no platform gave it: of the folder, or of the file."""
    if is_folder:
        return first
    return re.sub(r"(\.(ipynb|json|zip|txt|html?|pdf))+$", "", first, flags=re.IGNORECASE) or first


def _of_all(levels: dict[tuple, dict], questions: list[str]) -> tuple[list[Student], list[str]]:
    """
    The students of all levels: one name in several folders is one person, if nothing speaks
    against it.
    """
    by_name: dict[str, list[tuple[tuple, Student]]] = {}
    for above, students_ in levels.items():
        for student in students_.values():
            by_name.setdefault(student.name, []).append((above, student))
    everybody, renumbered, unclear = [], [], []
    for name, some in by_name.items():
        files = [file.parts for _, student in some for file in student.files]
        if len({above for above, _ in some}) == 1:
            everybody += [student for _, student in some]
        elif len({above for above, _ in some}) == len(some) and len({*files}) == len(files):
            ids = {student.id for _, student in some}
            renumbered += [name] if len(ids) > 1 else []
            one = Student(name, ids.pop() if len(ids) == 1 else "")
            for _, student in some:
                one.files += student.files
                one.remarks += student.remarks
                one.late |= student.late
            everybody.append(one)
        else:
            unclear.append(name)
            for above, student in some:
                student.name = f"{name} ({'/'.join([*above, student.id]).strip('/')})"
                everybody.append(student)
    if unclear:
        questions.append(
            "Is each of these one person? Kept apart, for in several folders their files have "
            "one name: " + ", ".join(unclear)
        )
    if renumbered:
        questions.append(
            "Taken for one person each, though their numbers differ from folder to folder: "
            + ", ".join(renumbered)
        )
    return everybody, questions


def _told_apart(found: list[Student], questions: list[str]) -> tuple[list[Student], list[str]]:
    """Students in order of their names; those of one name with their numbers."""
    count = Counter(student.name for student in found)
    for student in found:
        if student.id and count[student.name] > 1:
            student.name = f"{student.name} ({student.id})"
    alike: dict[str, list[str]] = {}
    taken: set[str] = set()
    for student in found:
        while student.name in taken:
            student.name += " (2)"
        taken.add(student.name)
        bare = student.name if student.id else re.sub(r" \(\d+\)$", "", student.name)
        alike.setdefault(names.same(bare), []).append(student.name)
    for several in alike.values():
        if len(several) > 1:
            questions.append(
                f"Are these one person? Marked as {len(several)}: {', '.join(sorted(several))}"
            )
    return sorted(found, key=lambda s: (s.name, s.id)), questions


_ENDING = re.compile(r"\.(ipynb|json|zip)\b[^/]*$", re.IGNORECASE)


def _is_work(file: File) -> bool:
    return bool(_ENDING.search(file.parts[-1]))


# --- what lies there


def _listed(place: Path) -> tuple[list[File], list[tuple], list[tuple]]:
    """Files, remarks with the paths that they are on, and the folders."""
    if place.is_dir():
        return _in_folder(place)
    if place.is_file() and zipfile.is_zipfile(place):
        try:
            files, remarks = members(place)
        except zipfile.BadZipFile:
            raise SubmissionsError(f"{place} is a broken zip") from None
        where = os.fsencode(place)
        return [File(parts, where, i) for i, parts in files], [((), r) for r in remarks], []
    raise SubmissionsError(f"{place} is neither a folder nor a zip")


def _in_folder(place: Path) -> tuple[list[File], list[tuple], list[tuple]]:
    """Regular files below `place`; no link is followed."""
    files, remarks, folders = [], [], []
    waiting: list[tuple[bytes, tuple[str, ...]]] = [(os.fsencode(place), ())]
    shown: dict[tuple, bytes] = {}
    while waiting:
        folder, above = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                children = sorted(listing, key=lambda child: child.name)
        except OSError as error:
            remarks.append(((*above, ""), f"cannot be read: {error.strerror}"))
            continue
        for child in children:
            name = names.written(child.name)
            if name.startswith(".") or name in IGNORED:
                continue
            path = _distinct(above, name, child.name, shown)
            if child.is_dir(follow_symlinks=False):
                folders.append(path)
                if len(path) <= DEEPEST:
                    waiting.append((child.path, path))
            elif child.is_file(follow_symlinks=False):
                files.append(File(path, child.path))
            else:
                remarks.append((path, f"{'/'.join(path)} is a link or a device: not read"))
            if len(files) > MOST_FILES:
                raise SubmissionsError(f"more than {MOST_FILES} files in {place}")
    return files, remarks, folders


def _distinct(above: tuple[str, ...], name: str, data: bytes, shown: dict) -> tuple[str, ...]:
    """A path for a name in a folder; names that differ, and read alike, are numbered."""
    stem, dot, ending = name.rpartition(".") if _ENDING.search(name) else (name, "", "")
    path, number = (*above, name), 1
    while shown.setdefault(path, data) != data:
        number += 1
        path = (*above, f"{stem} ({number}){dot}{ending}")
    return path


def members(archive) -> tuple[list[tuple[int, tuple[str, ...]]], list[str]]:
    """
    Files in a zip, by number: their paths; and remarks.

    Raises
    ------
    zipfile.BadZipFile
        Also where a hostile zip makes zipfile raise something else.
    """
    found, remarks = [], []
    try:
        with zipfile.ZipFile(archive) as opened:
            listed = opened.infolist()
    except Exception as error:
        raise zipfile.BadZipFile(type(error).__name__) from None
    if len(listed) > MOST_FILES:
        raise zipfile.BadZipFile(f"more than {MOST_FILES} files")
    shown: dict[tuple, bytes] = {}
    for i, member in enumerate(listed):
        data = _member_name(member)
        name = names.written(data)
        parts: tuple[str, ...] = ()
        for part in re.split(rb"[/\\]", data):
            if part not in (b"", b"."):
                parts = _distinct(parts, names.written(part), part, shown)
        if member.is_dir() or not parts:
            continue
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            remarks.append(f"{name!r} in a zip points outside of it: not read")
        elif not IGNORED & {*parts} and not any(part.startswith(".") for part in parts):
            found.append((i, parts))
    return found, remarks


def _member_name(member: zipfile.ZipInfo) -> bytes:
    """A member's name; some programs write UTF-8 and do not say so."""
    if member.flag_bits & 0x800:
        return member.filename.encode("utf-8", "surrogateescape")
    data = member.filename.encode("cp437", "replace")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return member.filename.encode()
    return data


# --- folders and zips around the students


def _levels(
    files: list[File], assignments, questions: list[str], remarks: list[tuple], above: tuple = ()
) -> Iterator[tuple[tuple, list[File]]]:
    """What lies side by side and is the students', with the folders and zips around it."""
    entries = {first: own for first, own in _entries(files).items() if any(map(_is_work, own))}
    owners = platform(entries)[1]
    inside, strange = {}, {}
    for first in (first for first in entries if first not in owners):
        inside[first], strange[first] = _inside(entries[first])
    around = _around(inside, len(entries) == 1, assignments, questions)
    beside = entries.keys() - around
    if around and beside:
        questions.append(
            f"Taken for students, though they lie beside {_few(around)}, which is around students: "
            + _few(beside)
        )
    if beside or not around:
        yield above, [f for f in files if f.parts[0] in beside] if around else files
    for first in sorted(around):
        remarks += [((*above, first), remark) for remark in strange[first]]
        yield from _levels(inside[first], assignments, questions, remarks, (*above, first))


def _entries(files: list[File]) -> dict[str, list[File]]:
    """The files by the first folder of their paths, or by their own name."""
    entries: dict[str, list[File]] = {}
    for file in files:
        entries.setdefault(file.parts[0], []).append(file)
    return entries


def _inside(own: list[File]) -> tuple[list[File], list[str]]:
    """What lies in a folder or in a zip on the disk, and remarks; nothing in another file."""
    file = own[0]
    if len(file.parts) > 1 or file.member is not None or not file.name.casefold().endswith(".zip"):
        return [f.below() for f in own if len(f.parts) > 1], []
    try:
        found, remarks = members(os.fsdecode(file.place))
    except zipfile.BadZipFile:
        return [], []
    return [File(parts, file.place, i) for i, parts in found], remarks


def _around(inside: dict[str, list[File]], alone: bool, assignments, questions) -> set[str]:
    """Those folders and zips that are around students, and are no student's."""
    sure = {first for first, own in inside.items() if _is_around(first, own, assignments, alone)}
    if sure:
        return sure
    several = {
        f: inner for f, own in inside.items() if (inner := _several(own, assignments, alone))
    }
    loose = any(len(file.parts) == 1 for own in inside.values() for file in own if _is_work(file))
    if alone and several:
        ((folder, inner),) = several.items()
        questions.append(
            f"Everything lies in {folder}: taken for what is around the class, with the students "
            f"{_few(inner)}. Or is {folder} a student?"
        )
        return {folder}
    if several and not loose and 2 * len(several) > len(inside):
        questions.append(
            f"Taken for folders around students, such as {_few(next(iter(several.values())))}: "
            f"{_few(inside)}. Or is each of them a student?"
        )
        return {first for first, own in inside.items() if own}
    if several:
        questions.append(
            "Taken for one student each, with several versions in folders: "
            + "; ".join(f"{first} ({_few(inner)})" for first, inner in several.items())
        )
    return set()


def _is_around(
    first: str, own: list[File], assignments, alone: bool, top: bool = True, least: int = 1
) -> bool:
    """Whether names say that a folder is around students: its own, or those of what is in it."""
    work = [file.parts for file in own if _is_work(file)]
    kind, owners, _ = platform({parts[0] for parts in work})
    if kind and (alone or kind != "Canvas" or len({o.id for o in owners.values()}) > 1):
        return True
    if is_zip := first.casefold().endswith(".zip"):
        first, least = _plain(first, False), 2  # one thing in a zip might be a student's own
    if (top and first in assignments) or ((top or alone) and AROUND.fullmatch(first)):
        inner, loose = _sorted_out(work, assignments)
        if len(inner or loose) >= least:
            return True
    deeper = _entries([file for file in own if len(file.parts) > 1])
    return any(
        _is_around(name, [f.below() for f in some], assignments, alone, top and is_zip, least)
        for name, some in deeper.items()
    )


def _several(own: list[File], assignments, alone: bool) -> Collection[str]:
    """What in a folder might be several students: where it is not alone, with the same sheet."""
    work = [file.parts for file in own if _is_work(file)]
    inner, loose = _sorted_out(work, assignments)
    if len(inner) == 1 and not loose and len({parts[0] for parts in work}) == 1:
        return _several([file.below() for file in own if len(file.parts) > 1], assignments, alone)
    if alone:
        return inner if len(inner) > 1 else (inner or loose) if len(loose) > 1 else ()
    sheets = Counter(sheet for some in inner.values() for sheet in some)
    return inner if max(sheets.values(), default=0) > 1 else ()


def _sorted_out(work: list[tuple], assignments) -> tuple[dict[str, set[str]], set[str]]:
    """
    The folders beside each other, with the sheets in each, and the files, if they are not named as
    one student's sheets are.
    """
    inner: dict[str, set[str]] = {}
    loose = {parts[0] for parts in work if len(parts) == 1}
    for parts in work:
        if len(parts) > 1 and parts[0] not in assignments:
            file = parts[-1].casefold()
            sheet = next((a for a in assignments if a.casefold() in file), file)
            inner.setdefault(parts[0], set()).add(sheet)
    called = any(a.casefold() in name.casefold() for a in assignments for name in loose)
    return inner, set() if called else loose


def _few(texts: Collection[str]) -> str:
    shown = sorted(texts)[:4]
    return ", ".join(shown) + (", ..." if len(texts) > 4 else "")
