"""
Who handed in which files: a folder or a zip, as a learning platform gives it.

Only names are looked at here; no file of a learner's is opened. Two people never become one: where
names leave a doubt, everybody is kept apart and the teacher is asked.
"""

import os
import re
import zipfile
from collections import Counter
from collections.abc import Collection
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
    files, above = _without_folders_above(files, assignments, questions)
    if above:
        folders = []
    elif place.is_dir() and not folders and (inner := _in_only_zip(files, assignments)):
        return inner
    firsts = dict.fromkeys([*(f.parts[0] for f in files if _is_work(f)), *folders])
    firsts = firsts or dict.fromkeys(f.parts[0] for f in files)
    kind, owners = platform(firsts)
    if kind and (strange := [first for first in firsts if first not in owners]):
        questions.append(
            f"These are not named as {kind} names files, and were taken for students of that name: "
            + ", ".join(strange)
        )
    found: dict[tuple[str, str], Student] = {}
    for file in files:
        first, *rest = file.parts
        if kind and first not in owners and not _is_work(file):
            continue  # a page of the platform's own beside the folders
        if not kind and not rest and not _is_work(file) and any(len(f.parts) > 1 for f in files):
            continue  # a readme beside the students' folders
        owner = owners.get(first) or Owner(_plain(first, bool(rest)))
        parts = tuple(rest) or (owner.file or first,)
        student = _student(found, owner)
        student.files.append(File(parts, file.place, file.member))
        student.late |= owner.late
    for folder in folders:
        _student(found, owners.get(folder) or Owner(folder))
    for path, remark in remarks:
        first = path[len(above) :][:1] if path[: len(above)] == above else ()
        owner = Owner("?") if not first else owners.get(first[0]) or Owner(_plain(first[0], True))
        _student(found, owner).remarks.append(remark)
    return _told_apart(found, questions), questions


def _student(found: dict, owner: Owner) -> Student:
    return found.setdefault((owner.name, owner.id), Student(owner.name, owner.id))


def _plain(first: str, is_folder: bool) -> str:
    """A student's name where no platform gave it: of the folder, or of the file."""
    if is_folder:
        return first
    return re.sub(r"(\.(ipynb|json|zip|txt|html?|pdf))+$", "", first, flags=re.IGNORECASE) or first


def _told_apart(found: dict, questions: list[str]) -> list[Student]:
    """Students in order of their names; those of one name with their numbers."""
    count = Counter(name for name, _ in found)
    for (name, number), student in found.items():
        if number and count[name] > 1:
            student.name = f"{name} ({number})"
    alike: dict[str, list[str]] = {}
    taken: set[str] = set()
    for student in found.values():
        while student.name in taken:
            student.name += " (2)"
        taken.add(student.name)
        alike.setdefault(names.same(student.name), []).append(student.name)
    for several in alike.values():
        if len(several) > 1:
            questions.append(
                f"Are these one person? Marked as {len(several)}: {', '.join(several)}"
            )
    return sorted(found.values(), key=lambda s: (s.name, s.id))


def _is_work(file: File) -> bool:
    return bool(re.search(r"\.(ipynb|json|zip)\b[^/]*$", file.parts[-1], re.IGNORECASE))


# --- what lies there


def _listed(place: Path) -> tuple[list[File], list[tuple], list[str]]:
    """Files, remarks with the paths that they are on, and the folders at the top."""
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


def _in_folder(place: Path) -> tuple[list[File], list[tuple], list[str]]:
    """Regular files below `place`; no link is followed."""
    files, remarks, folders = [], [], []
    waiting: list[tuple[bytes, tuple[str, ...]]] = [(os.fsencode(place), ())]
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
            path = (*above, name)
            if child.is_dir(follow_symlinks=False):
                folders += [name] if not above else []
                if len(path) <= DEEPEST:
                    waiting.append((child.path, path))
            elif child.is_file(follow_symlinks=False):
                files.append(File(path, child.path))
            else:
                remarks.append((path, f"{'/'.join(path)} is a link or a device: not read"))
            if len(files) > MOST_FILES:
                raise SubmissionsError(f"more than {MOST_FILES} files in {place}")
    return files, remarks, folders


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
    for i, member in enumerate(listed):
        name = _member_name(member)
        parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
        if member.is_dir() or not parts:
            continue
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            remarks.append(f"{name!r} in a zip points outside of it: not read")
        elif not IGNORED & {*parts} and not any(part.startswith(".") for part in parts):
            found.append((i, parts))
    return found, remarks


def _member_name(member: zipfile.ZipInfo) -> str:
    """A member's name; some programs write UTF-8 and do not say so."""
    if member.flag_bits & 0x800:
        return names.written(member.filename.encode("utf-8", "surrogateescape"))
    data = member.filename.encode("cp437", "replace")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data = member.filename.encode()
    return names.written(data)


# --- folders above the students


def _without_folders_above(files: list[File], assignments, questions) -> tuple[list[File], tuple]:
    """Without the folders around the whole class, however many; and their names."""
    above: tuple[str, ...] = ()
    while folder := _folder_above(files, assignments, questions):
        files = [
            File(f.parts[1:], f.place, f.member)
            for f in files
            if f.parts[0] == folder and len(f.parts) > 1
        ]
        above = (*above, folder)
    return files, above


def _folder_above(files: list[File], assignments, questions: list[str]) -> str:
    """The one folder that everything lies in, if it is the class's and not a student's."""
    work = [file.parts for file in files if _is_work(file)]
    firsts = {parts[0] for parts in work}
    if len(firsts) != 1 or any(len(parts) == 1 for parts in work):
        return ""
    (folder,) = firsts
    if platform(firsts)[0]:
        return ""
    below = {parts[1] for parts in work}
    inner = {parts[1] for parts in work if len(parts) > 2} - {*assignments}
    loose = {parts[1] for parts in work if len(parts) == 2}
    called = any(a.casefold() in name.casefold() for a in assignments for name in loose)
    if platform(below)[0] or (AROUND.fullmatch(folder) and (inner or (loose and not called))):
        return folder
    if len(inner) == 1 and not loose:  # perhaps another folder around the class
        shorter = [File(file.parts[1:], file.place) for file in files if len(file.parts) > 1]
        return folder if _folder_above(shorter, assignments, []) else ""
    if len(inner) > 1 or (len(loose) > 1 and not called):
        questions.append(
            f"Everything lies in the folder {folder}: taken for the one around the class, with the "
            f"students {_few(inner or loose)}. Or is {folder} a student?"
        )
        return folder
    return ""


def _few(texts: Collection[str]) -> str:
    shown = sorted(texts)[:4]
    return ", ".join(shown) + (", ..." if len(texts) > 4 else "")


def _in_only_zip(files: list[File], assignments) -> tuple | None:
    """The class in a zip, where a folder holds nothing else and it is not just one student's."""
    work = [file for file in files if _is_work(file)]
    if len(work) != 1 or not work[0].parts[0].casefold().endswith(".zip"):
        return None
    try:
        found, questions = students(Path(os.fsdecode(work[0].place)), assignments)
    except SubmissionsError:
        return None
    return (found, questions) if len(found) > 1 else None
