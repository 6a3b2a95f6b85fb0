"""
``python -m classroom.copies``: the learner's own copies of all notebooks, in the folder ``my``.

Git does not track that folder, and nothing of the project reads it: no test, no build, no book. In
it a name says what a notebook is: ``01_temperature``, ``exercises_01_temperature``,
``solutions_01_temperature``. Links lead from copy to copy. What a learner wrote is never written
over: a new edition of a notebook that was changed is put beside it.
"""

import argparse
import hashlib
import json
import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from classroom import ClassroomError, gradebook

FOLDER = "my"
HOME = "course.md"
KINDS = {"notebooks": "", "exercises": "exercises_", "solutions": "solutions_"}
"""Folders of the course, and what the names of copies begin with."""
RECORD = ".copies.json"
BOOK = "book/_build/html"

_LINK = re.compile(r"\]\((?!\w+:|#)([^()\s#]+)(#[^()\s]*)?\)")
_TABLE = re.compile(r"<!-- table -->\n+(.*?)\n+<!-- / -->", re.S)


class CopiesError(ClassroomError):
    """There is no course to copy."""


def main(arguments=None) -> int:
    """The command; what it prints are sentences for the learner."""
    parser = argparse.ArgumentParser(prog="python -m classroom.copies", description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=Path(), help="the course's folder")
    root = parser.parse_args(arguments).root
    try:
        written, told = renew(root)
    except (CopiesError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    _trust(path for path in written if path.suffix == ".ipynb")
    print(*told, sep="\n", end="\n" if told else "")
    return 0


def copy_of(place: str) -> str:
    """The name of a notebook's copy: ``exercises_x.ipynb`` of ``exercises/x.ipynb``."""
    folder, name = place.split("/")
    return f"{KINDS[folder]}{name}"


def renew(root: Path) -> tuple[list[Path], list[str]]:
    """
    Make the copies that are missing, and bring those of another edition.

    A copy is left alone if its edition is this one, or if only what its cells show would change. If
    it is of another edition, it is written anew where the learner changed no cell; else the new one
    is put beside it, once, with a number in its name.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    written : list of Path
    told : list of str
        Sentences on what was done; none if nothing was.

    Raises
    ------
    CopiesError
        If there are no lessons in `root`.
    """
    folder = root / FOLDER
    copies = dict(_copies(root))
    folder.mkdir(exist_ok=True)
    record = _record(folder)
    new, anew, beside = [], [], []
    for name, text in copies.items():
        chain = _chain(name, folder, record)
        last = next(one for one in reversed(chain) if one == name or (folder / one).exists())
        edition, inside = _digest(text), _inside(text, name)
        before, theirs = record.get(last, {}).get("inside"), _inside_file(folder / last)
        if not (folder / name).exists():
            new.append(target := name)
        elif any(record.get(one, {}).get("edition") == edition for one in chain):
            continue
        elif theirs == before:
            anew.append(target := last)
        elif inside in (theirs, before):
            continue
        else:
            target = _numbered(name, len(chain) + 1)
            beside.append((last, target))
        gradebook.write(folder / target, text, keep=False)
        record[target] = {"edition": edition, "inside": inside}
    written = [*new, *anew, *(target for _, target in beside)]
    if written:
        gradebook.write(folder / RECORD, json.dumps(record, indent=1) + "\n", keep=False)
    told = []
    if new:
        told.append(f"Yours to write in, in the folder {FOLDER}: {_few(new)}")
    if renewed := [name for name in anew if name != HOME]:
        told.append(f"New edition of what you had not changed: {_few(renewed)}")
    told += [
        f"{last} is of another edition. What you wrote in it stays as it is; the new edition is "
        f"beside it: {target}"
        for last, target in beside
    ]
    return [folder / name for name in written], told


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) < 5 else f"{len(names)} files"


def _copies(root: Path) -> Iterator[tuple[str, str]]:
    """The name and the text of each copy, as this edition of the course has it."""
    names = {
        place: copy_of(place)
        for folder in KINDS
        for place in sorted(f"{folder}/{path.name}" for path in (root / folder).glob("*.ipynb"))
    }
    if not any(place.startswith("notebooks/") for place in names):
        raise CopiesError(f"no lessons in {root / 'notebooks'}: run this in the course's folder")
    pages: set[str] = set()
    for place, name in names.items():
        notebook = json.loads((root / place).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                text = _relinked("".join(cell["source"]), place, names, pages)
                if place.startswith("solutions/"):
                    text = re.sub("^# Exercises", "# Solutions", text)
                cell["source"] = text.splitlines(keepends=True)
        yield name, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    yield HOME, _home(root, names, pages)


def _relinked(text: str, place: str, names: dict[str, str], pages: set[str]) -> str:
    """
    A text of the course with links as they are right in the folder of copies.

    What is linked of the book is entered in `pages`, and the link leads to `HOME`, which has them.
    """

    def link(found: re.Match) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(place), found[1]))
        if target in names:
            return f"]({names[target]}{found[2] or ''})"
        if target.startswith("book/"):
            pages.add(target)
            return f"]({HOME})"
        return f"](../{target}{found[2] or ''})"

    return _LINK.sub(link, text)


def _home(root: Path, names: dict[str, str], pages: set[str]) -> str:
    """The page that *Course home* opens: the lessons, how this folder is used, the book's pages."""
    readme = root / "README.md"
    table = _TABLE.search(readme.read_text(encoding="utf-8")) if readme.exists() else None
    lessons = _relinked(table[1], "README.md", names, set()) if table else ""
    built = (root / BOOK / "index.html").exists()
    listed = []
    for page in sorted(page for page in pages - {"book/index.md"} if (root / page).exists()):
        title = (root / page).read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
        address = f"../{BOOK}/{page.removesuffix('.md')}.html"
        listed.append(f"- [{title}]({address})" if built else f"- {title}")
    begin = "It has them here" if built else "`make book` builds it"
    return f"""# The Whole Distribution

How a language model chooses its next token. The notebooks in this folder are yours: write in them, run them, save them.

{lessons}

- A lesson says when an exercise is due, and the link there opens it. Drag its tab to the side to see both.
- What you write is safe. When the course is started after an update, a notebook that you changed stays as it is,
  and the new edition is put beside it, with a number in its name.
- To begin a notebook anew, rename or delete yours and start the course again.

## Pages of the book

The book is the course as a website, with some pages that are no notebooks. {begin}: open `{BOOK}/index.html` in a
browser.

{chr(10).join(listed)}
"""  # noqa: E501


def _chain(name: str, folder: Path, record: dict) -> list[str]:
    """A copy's name, then those of newer editions put beside it, deleted ones too."""
    found = [name]
    while (one := _numbered(name, len(found) + 1)) in record or (folder / one).exists():
        found.append(one)
    return found


def _numbered(name: str, number: int) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}_{number}{dot}{suffix}"


def _record(folder: Path) -> dict[str, dict[str, str]]:
    """What was copied: by name, digests of the whole text, and of what can be written in it."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {name: dict(one) for name, one in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # then every copy counts as changed


def _inside(text: str, name: str) -> str:
    """A digest of what a learner can write in a file: of a notebook, its cells."""
    if not name.endswith(".ipynb"):
        return _digest(text)
    cells = json.loads(text)["cells"]
    return _digest(json.dumps([(cell["cell_type"], "".join(cell["source"])) for cell in cells]))


def _inside_file(path: Path) -> str:
    """The same of a file; of one that cannot be read, nothing."""
    try:
        return _inside(path.read_text(encoding="utf-8"), path.name)
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _trust(notebooks: Iterator[Path]) -> None:
    """Let JupyterLab show the widgets of notebooks that were never run here."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for path in notebooks:
        notary.sign(nbformat.read(path, as_version=4))


if __name__ == "__main__":
    sys.exit(main())
