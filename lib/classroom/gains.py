"""
``python -m classroom gains``: what a class learned, from the sixteen questions of `concepts`.

A question counts when both its parts are right. Each file holds one sitting: lines that the book's
page made or that were typed in from paper (a code, then two letters for each question), or Moodle's
report *Responses* of a quiz made from ``moodle.xml``. Only people in all files are compared.

The normalised gain of a class is (after - before) / (16 - before), of the means (Hake, 1998).
Intervals are percentiles of a bootstrap over people. Discrimination is the point-biserial
correlation of a question with the number right of all others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classroom import ClassroomError, concepts, names, platforms, tables

DRAWS = 10_000
FEW = 20  # people; of fewer, an interval would say more than is known

LEFT_OUT = (
    f"Fewer than {FEW} people: intervals, percentages and discrimination would look more exact "
    "than they are, so none is given. Ask the people what they thought instead."
)
CAUTION = (
    f"{concepts.WARNING} A gain says that more is right than before; it does not say why. Practice "
    "with the questions and lessons elsewhere count in it, and nobody here went without the course."
)


class GainsError(ClassroomError):
    """A file of answers that cannot be used, and why."""


@dataclass(frozen=True)
class Sitting:
    """
    What the people of one file marked.

    Attributes
    ----------
    name : str
        Of the file.
    marks : dict
        By code, two letters for each question.
    """

    name: str
    marks: dict[str, tuple[str, ...]]

    def right(self, people: Iterable[str]) -> np.ndarray:
        """Which parts are right: bool, shape (people, questions, 2)."""
        return self._compare(people, "right")

    def tempted(self, people: Iterable[str]) -> np.ndarray:
        """Where both parts are those of the misconception: bool, shape (people, questions)."""
        return self._compare(people, "tempting").all(axis=2)

    def _compare(self, people, which: str) -> np.ndarray:
        wanted = [getattr(item, which) for item in concepts.load().items]
        marks = [[list(two) for two in self.marks[who]] for who in people]
        return np.array(marks) == np.array([list(two) for two in wanted])


# --- reading


def read(path: Path) -> Sitting:
    """
    One sitting.

    Raises
    ------
    ClassroomError
        If the file is none of the two forms, if a mark is unknown, or a person stands in it twice.
    """
    table = tables.read(path)
    rows = [
        (number, [part.strip() for part in row])
        for number, row in enumerate(table.rows, 1)
        if any(part.strip() for part in row)
    ]
    if not rows:
        raise GainsError(f"{path} is empty")
    of_moodle = bool(platforms.columns(rows[0][1]))
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for number, who, marks in (_of_moodle if of_moodle else _of_lines)(path, rows):
        key = names.same(who)
        if key in found:
            raise GainsError(
                f"{path}, row {number}: {who!r} stands in row {found[key][0]} already. Two people "
                "with one code: change one of them. One person twice: keep the first"
            )
        found[key] = number, marks
    return Sitting(path.name, {who: marks for who, (_, marks) in found.items()})


def _of_lines(path: Path, rows) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Code, then two letters for each question; heads may stand above and between."""
    items = concepts.load().items
    for number, (who, *marks) in rows:
        if names.same(who) == "code":
            continue
        while len(marks) > len(items) and not marks[-1]:
            marks.pop()
        if len(marks) != len(items):
            raise GainsError(
                f"{path}, row {number}: a code and {len(items)} pairs of letters are needed, got "
                f"{len(marks)} after {who!r}"
            )
        if not who:
            raise GainsError(f"{path}, row {number}: the code is missing")
        yield (
            number,
            who,
            tuple(_pair(path, number, *pair) for pair in zip(items, marks, strict=True)),
        )


def _pair(path: Path, number: int, item: concepts.Item, written: str) -> str:
    """Both letters of a question; nothing means "I do not know"."""
    unknown, _ = concepts.UNKNOWN
    letters = written.upper() or 2 * unknown
    allowed = [[letter for letter, _ in options] for _, _, options in item.parts]
    if len(letters) != 2 or any(
        letter not in known for letter, known in zip(letters, allowed, strict=True)
    ):
        raise GainsError(
            f"{path}, row {number}, question {item.number}: must be a letter of "
            f"{''.join(allowed[0])} and one of {''.join(allowed[1])}, got {written!r}"
        )
    return letters


def _of_moodle(path: Path, rows) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Moodle's report: a person, and the text of the option that was chosen, part by part."""
    items = concepts.load().items
    head, body = rows[0][1], rows[1:]
    parts = [(item, _letters(options)) for item in items for _, _, options in item.parts]
    places = platforms.columns(head)
    columns = _responses(path, head, body, parts)
    for number, row in body:
        row += [""] * (len(head) - len(row))
        if all(row[column] in ("", "-") for column in columns):
            continue  # opened and not taken, or the line of averages
        ids = (row[places[role]] for role in ("email", "number", "user") if role in places)
        who = next(filter(None, ids), tables.person(row, places))
        letters = []
        for column, (item, known) in zip(columns, parts, strict=True):
            if (said := _plain(row[column])) not in known:
                raise GainsError(
                    f"{path}, row {number}, {head[column]}: no option of question {item.number} "
                    f"reads {row[column]!r}. Was the order of the questions changed?"
                )
            letters.append(known[said])
        yield number, who, tuple(a + r for a, r in zip(letters[::2], letters[1::2], strict=True))


def _letters(options) -> dict[str, str]:
    """The letter of each option by its text; no response is no knowledge."""
    unknown, _ = concepts.UNKNOWN
    return {_plain(text): letter for letter, text in options} | {"": unknown}


def _plain(text: str) -> str:
    """What is left of a text when quotes, points and blanks vary; a lone dash is no response."""
    return re.sub(r"[^\w−-]", "", names.same(text)).strip("-")


def _responses(path: Path, head: Sequence[str], body, parts) -> list[int]:
    """The columns of the responses, in order; those of questions and right answers are left."""
    groups: dict[str, dict[int, int]] = {}
    for column, title in enumerate(head):
        if found := re.fullmatch(r"(.*?)\s*(\d+)", title):
            groups.setdefault(found[1], {})[int(found[2])] = column
    wanted = range(1, len(parts) + 1)
    for numbered in groups.values():
        if sorted(numbered) == list(wanted):
            columns = [numbered[number] for number in wanted]
            texts = [(row + [""] * len(head))[columns[0]] for _, row in body]
            if any(_plain(text) in parts[0][1] for text in texts):
                return columns
    raise GainsError(
        f"{path}: no {len(parts)} columns of responses. Download the quiz's report “Responses” as "
        "CSV; the quiz must have all questions of moodle.xml, in their order"
    )


# --- figures


def discrimination(right: np.ndarray) -> np.ndarray:
    """
    Point-biserial correlation of each question with the number right of the others.

    Parameters
    ----------
    right : array of bool, shape (people, questions)

    Returns
    -------
    array of float, shape (questions,)
        nan where one of the two does not vary.
    """
    right = np.asarray(right, dtype=float)
    rest = right.sum(axis=1, keepdims=True) - right
    own, others = (part - part.mean(axis=0) for part in (right, rest))
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.sqrt((own**2).mean(axis=0) * (others**2).mean(axis=0))
        return (own * others).mean(axis=0) / np.where(scale > 1e-12, scale, np.nan)


def normalised(before, after, most: float):
    """Share of what was left to gain that was gained; nan where nothing was left."""
    left = most - np.asarray(before, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (np.asarray(after, dtype=float) - before) / np.where(left > 0, left, np.nan)


def interval(before, after, most: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """
    95 % percentile intervals, by a bootstrap over people, of the mean gain and the normalised gain.

    Parameters
    ----------
    before, after : array, shape (people,)
        Number right of each person, in one order.
    most : float
        Number of questions.
    seed : int

    Returns
    -------
    tuple of array, shape (2,)
        Lower and upper end: of the mean gain in questions, of the normalised gain of the means.
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    draws = np.random.default_rng(seed).integers(len(before), size=(DRAWS, len(before)))
    first, second = before[draws].mean(axis=1), after[draws].mean(axis=1)
    ends = (0.025, 0.975)
    gained = normalised(first, second, most)
    of_class = np.nanquantile(gained, ends) if np.isfinite(gained).any() else np.full(2, np.nan)
    return np.quantile(second - first, ends), of_class


# --- the report


def add_command(commands) -> None:
    """Add ``gains`` to the command line."""
    parser = commands.add_parser("gains", help="what a class learned, from the sixteen questions")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="file", help="CSV of each sitting, first to last"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap; 0 by default")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    print("\n".join(report([read(path) for path in options.files], options.seed)))
    return 0


def report(sittings: Sequence[Sitting], seed: int = 0) -> list[str]:
    """
    The report in lines.

    Raises
    ------
    GainsError
        If nobody stands in all files.
    """
    people = sorted(set.intersection(*(set(s.marks) for s in sittings)))
    if not people:
        raise GainsError(f"nobody stands in all of {', '.join(s.name for s in sittings)}")
    rights = [sitting.right(people) for sitting in sittings]
    totals = [right.all(axis=2).sum(axis=1) for right in rights]
    most, many = len(concepts.load().items), len(people) >= FEW
    lines = [_matched(sittings, people), "", *_sums(sittings, rights, most)]
    if len(sittings) > 1:
        pairs = [(0, last) for last in range(1, len(sittings))]
        pairs += [(i, i + 1) for i in range(1, len(sittings) - 1)]
        for a, b in pairs:
            title = f"{sittings[a].name} to {sittings[b].name}"
            lines += ["", *_gain(title, totals[a], totals[b], most, seed if many else None)]
    if not many:
        lines += ["", LEFT_OUT]
    lines += ["", *_by_person(sittings, people, totals, most)]
    for sitting, right in zip(sittings, rights, strict=True):
        lines += ["", *_by_item(sitting, people, right, many)]
    return [*lines, "", CAUTION]


def _matched(sittings, people) -> str:
    left = [f"{len(s.marks) - len(people)} of {len(s.marks)} in {s.name}" for s in sittings]
    if len(sittings) == 1:
        return f"{_people(len(people))} in {sittings[0].name}."
    return f"{_people(len(people))} in all files. Left out, as not in all: {', '.join(left)}."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _sums(sittings, rights, most: int) -> list[str]:
    rows = [
        [
            sitting.name,
            f"{r[..., 0].sum(axis=1).mean():.1f}",
            f"{r.all(axis=2).sum(axis=1).mean():.1f}",
        ]
        for sitting, r in zip(sittings, rights, strict=True)
    ]
    return _columns([f"mean, of {most}", "answer right", "both parts right"], rows)


def _gain(title: str, before, after, most: int, seed: int | None) -> list[str]:
    gain, share = (after - before).mean(), normalised(before.mean(), after.mean(), most)
    ranges = ("", "")
    if seed is not None:
        ranges = [
            f" (95 %: {low:.2f} to {high:.2f})" for low, high in interval(before, after, most, seed)
        ]
    of_class = "no room for it" if np.isnan(share) else f"{share:.2f}{ranges[1]}"
    return [
        f"{title}: {gain:+.2f} questions a person{ranges[0]}.",
        f"Normalised gain of the class: {of_class}.",
    ]


def _by_person(sittings, people, totals, most: int) -> list[str]:
    rows = []
    for place, who in enumerate(people):
        own = [int(total[place]) for total in totals]
        gains = []
        for later in own[1:]:
            share = normalised(own[0], later, most)
            gains += [f"{later - own[0]:+d}", "–" if np.isnan(share) else f"{share:.2f}"]
        rows.append([who, *map(str, own), *gains])
    heads = ["both parts right", *(s.name for s in sittings)]
    for sitting in sittings[1:]:
        heads += [f"gain, {sitting.name}", "normalised"]
    return _columns(heads, rows)


def _by_item(sitting: Sitting, people, right: np.ndarray, many: bool) -> list[str]:
    both = right.all(axis=2)
    lucky = right[..., 0] & ~right[..., 1]
    tempted = sitting.tempted(people)
    agrees = discrimination(both)

    def share(column) -> str:
        return f"{100 * column.mean():.0f} %" if many else str(int(column.sum()))

    rows = []
    for place, item in enumerate(concepts.load().items):
        told = [share(part[:, place]) for part in (both, lucky, tempted)]
        if many:
            told.append("–" if np.isnan(agrees[place]) else f"{agrees[place]:.2f}")
        rows.append([f"{item.number} {item.about}", *told])
    what = "share" if many else f"how many of {len(people)}"
    heads = [f"{sitting.name}, {what}", "both right", "right, wrong reason", "the misconception"]
    return _columns([*heads, *(["discrimination"] if many else [])], rows)


def _columns(heads: list[str], rows: list[list[str]]) -> list[str]:
    """A table in plain text: the first column to the left, numbers to the right."""
    table = [heads, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(heads))]
    return [
        "  ".join(
            part.ljust(width) if i == 0 else part.rjust(width)
            for i, (part, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
