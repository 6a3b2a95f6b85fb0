"""The claims that popular articles make, each checked again whenever the book is built.

A row of claims.csv says what an article claims, in our words, and the verdict; evidence.py computes
what it comes to. That is held against the number `written`, or is itself whether the claim holds;
two or more values are readings of the claim.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from coursebook.course import Course
from coursebook.evidence import agrees, computed
from coursebook.tables import Row, Table

DATA = Path("book/claims.csv")
SOURCES = {
    "A": ("What the dial is actually turning", "sawad"),
    "B": ("Temperature is not a creativity dial", "gradientflow"),
    "C": ("Notes on softmax and temperature, from a napkin", None),
    "D": ("Experiment 1: Temperature sweep", "nitinkc"),
}
VERDICTS = {
    "wrong": "It does not hold.",
    "contradicts": "The source, or another of the four, says or shows the opposite.",
    "imprecise": "It holds in one reading or one case, and fails in another that matters.",
    "right": "What is said holds; a number agrees in every place that was printed.",
    "unverifiable": "Nothing was stated that could be checked.",
}
BASES = {
    "computed": "computed",
    "paper": "computed from figures read in the work cited",
    "sources": "what is said, held against what these articles say or show elsewhere",
    "reading": "read, not computed",
    "none": "nothing to compute",
}


@dataclass(frozen=True)
class Claim:
    """A row of claims.csv."""

    id: str
    source: str
    lesson: str
    says: str
    written: str
    basis: str
    verdict: str
    why: str
    reference: str

    def value(self) -> Any:
        """What the computation gives; None where there is none."""
        return computed().get(self.id, (None,))[0]

    def reason(self) -> str:
        """The explanation, with the numbers that were computed for it if they fit its places."""
        numbers = self.numbers()
        return self.why.format(*numbers) if self.places() == len(numbers) else self.why

    def places(self) -> int:
        """How many numbers the explanation has room for."""
        return sum(field is not None for _, field, _, _ in Formatter().parse(self.why))

    def numbers(self) -> tuple:
        """Those of the explanation, in order."""
        return computed().get(self.id, ())[1:]

    def finding(self) -> str | None:
        """The verdict that the computation leads to; None where there is no computation."""
        value = self.value()
        if value is None:
            return None
        if isinstance(value, tuple):
            truths = [bool(part) for part in value]
        elif self.written:
            truths = [agrees(number(self.written), value)]
        else:
            truths = [bool(value)]
        if all(truths):
            return "right"
        if any(truths):
            return "imprecise"
        return "contradicts" if self.basis == "sources" else "wrong"

    def shown(self) -> str:
        """The computed number as a reader sees it: two places more than were printed, and unit."""
        value = self.value()
        if not self.written or value is None or isinstance(value, tuple):
            return ""
        value, written = float(value), number(self.written)
        if abs(value - float(written)) < 1e-9 * abs(value):
            return self.written.replace("-", "−")
        places = len(written.partition(".")[2])
        text = f"{value:.{places + 2 if places else 1}f}" if value != int(value) else f"{value:g}"
        if 0 < abs(value) < 10 ** -(places + 2):
            text = f"{value:.1e}"
        return (text + self.written[len(written) :]).replace("-", "−")


def number(written: str) -> str:
    """The number at the head of what an article prints, such as 99.3 of "99.3 %"."""
    return re.match(r"-?[\d.]+", written)[0]


def read(course: Course) -> list[Claim]:
    """All claims, in order."""
    course.files.add(course.root / DATA)
    with (course.root / DATA).open(encoding="utf-8", newline="") as file:
        return [Claim(**row) for row in csv.DictReader(file)]


def faults(claim: Claim) -> list[str]:
    """What is wrong with a row: each a sentence. A row whose verdict does not come out has one."""
    found = []
    for field, allowed in (("source", SOURCES), ("verdict", VERDICTS), ("basis", BASES)):
        if (value := getattr(claim, field)) not in allowed:
            found.append(f"{claim.id}: {field} must be one of {', '.join(allowed)}, got {value!r}")
    value, finding = claim.value(), claim.finding()
    if (value is None) != (claim.basis == "none") and claim.basis != "reading":
        found.append(f"{claim.id}: basis {claim.basis!r} and what is computed, {value}, do not fit")
    if value is None and claim.basis == "none" and claim.verdict != "unverifiable":
        found.append(f"{claim.id}: {claim.verdict!r} rests on nothing")
    if value is not None and finding != claim.verdict:
        verdicts = f"recorded as {claim.verdict!r}, computed as {finding!r}"
        found.append(f"{claim.id}: {verdicts} (evidence.py gives {value})")
    if claim.places() != len(claim.numbers()):
        counts = f"{claim.places()} places for {len(claim.numbers())} numbers"
        found.append(f"{claim.id}: the explanation has {counts}")
    return found


# What the page shows.


def table(course: Course) -> list[Table]:
    """Every claim, checked again."""
    rows = read(course)
    course.problems += [f"claims.csv: {fault}" for claim in rows for fault in faults(claim)]
    heads = ["Claim", "Verdict", "Printed", "Computed", "Lesson"]
    rows.sort(key=lambda claim: list(VERDICTS).index(claim.verdict))  # within each, as they were
    return [Table(heads, list(map(_row, rows)), classes=["claims"], script="claims.js")]


def _row(claim: Claim) -> Row:
    """What is said and why it stands or falls, the verdict, both numbers, the lesson."""
    said = f"[{claim.source}{claim.id[2:]}]{{.claim-id}} {claim.says}"
    reference = f"[reference](cite:{claim.reference})" if claim.reference else ""
    basis = f"({BASES[claim.basis]})" if claim.basis != "computed" else ""
    why = " ".join(filter(None, [claim.reason(), reference, basis]))
    verdict = f"[{claim.verdict}]{{.verdict}}"
    lesson = f"[lesson {int(claim.lesson[:2])}](../notebooks/{claim.lesson}.ipynb)"
    numbers = [claim.written.replace("-", "−"), claim.shown()]
    cells = [f"{said}\n\n{why}", verdict, *numbers, lesson]
    classes = [f"source-{claim.source.lower()}", f"verdict-{claim.verdict}"]
    return Row(cells, [f"claim-{claim.id.lower()}"], classes)


def filters(course: Course) -> list[str]:
    """The two choices above the table, as HTML; claims.js shows them and does what they say."""
    rows = read(course)
    counts = {v: sum(claim.verdict == v for claim in rows) for v in VERDICTS}
    sources = {"": "all four"} | {key: f"{key} · {name}" for key, (name, _) in SOURCES.items()}
    verdicts = {"": f"all {len(rows)}"} | {v: f"{v} ({n})" for v, n in counts.items()}
    choices = f"{_choice('Source', sources)}{_choice('Verdict', verdicts)}"
    return [f'<form class="claims-filter" hidden>{choices}<p role="status"></p></form>']


def _choice(label: str, options: dict[str, str]) -> str:
    lines = [f'<option value="{value}">{text}</option>' for value, text in options.items()]
    return f'<label>{label} <select name="{label.lower()}">{"".join(lines)}</select></label>'


def sources(course: Course) -> list[str]:
    """The articles, each with its letter and its entry among the references."""
    rows, lines = read(course), []
    for key, (name, reference) in SOURCES.items():
        lost = f"{name} (where it was published was not found again)"
        article = f"[{name}](cite:{reference})" if reference else lost
        lines.append(f"- **{key}** {article}, {sum(c.source == key for c in rows)} claims")
    return ["\n".join(lines)]


def verdicts(course: Course) -> list[str]:
    """What each verdict means, and how many claims have it."""
    rows = read(course)
    counts = {v: sum(claim.verdict == v for claim in rows) for v in VERDICTS}
    terms = [f"[{v}]{{.verdict .is-{v}}} {n}\n: {VERDICTS[v]}" for v, n in counts.items()]
    return ["\n\n".join(terms)]
