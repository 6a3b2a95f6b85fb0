"""What every exercise is made of: known mistakes, accepted conventions, and the judging's frame."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logitlab.checks._messages import CheckFailed, NotAttempted

UNKNOWN = "This is none of the mistakes that the check knows."


@dataclass(frozen=True)
class Rule:
    """
    Recognises a mistake that has too many forms to list.

    ``made`` takes a value; of a function, a way to call it, when every probe was answered rightly;
    of a slip that any answer can have, a case, and `units` are those that it makes sense for.
    """

    made: Callable[..., bool]
    units: Sequence[str] = ()


class Mistake:
    """A known wrong answer."""

    def __init__(self, id: str, why: str, *forms):
        self.id = id  # what `CheckFailed.diagnosis` says
        self.why = why  # one or two sentences for the learner
        self.forms = list(forms)  # answers that make it: functions for a function, or values
        self.rule: Rule | None = None

    def __repr__(self):
        return f"<Mistake {self.id}>"


def known(*rows) -> list[Mistake]:
    """
    Known mistakes, each a text ``"id: sentence for the learner"`` followed by its forms.

    A form is an answer that makes the mistake, or a `Rule`. A row that is a `Mistake` already is
    taken as it is.

    Examples
    --------
    >>> known("lowest_k: sort is ascending.", lambda z, k: sorted(z)[:k])
    [<Mistake lowest_k>]
    """
    mistakes: list[Mistake] = []
    for row in rows:
        if isinstance(row, str) and (found := re.fullmatch(r"(\w+): (.+)", row)):
            mistakes.append(Mistake(*found.groups()))
        elif isinstance(row, Mistake):
            mistakes.append(row)
        elif not mistakes:
            raise ValueError(f"the first row is {row!r}, not 'id: sentence'")
        elif isinstance(row, Rule):
            mistakes[-1].rule = row
        else:
            mistakes[-1].forms.append(row)
    return mistakes


def turned(mistakes: Iterable[Mistake], *turns: Callable, without: Collection[str] = ()):
    """Mistakes in answers of another kind: each ``turn(form)`` of each form, some ids left out."""
    return [
        Mistake(m.id, m.why, *(turn(form) for turn in turns for form in m.forms))
        for m in mistakes
        if m.id not in without
    ]


@dataclass(frozen=True)
class Convention:
    """Another acceptable way, and the sentence that explains it to those who chose it."""

    note: str
    answer: Callable


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What every exercise has."""

    # What is added to the line that says it is right.
    note: str = ""
    # What the numbers are: "probability", "logits", "mask", "bits", "nats", "count", or "" for
    # anything else. It says which of the slips that any answer can have make sense.
    unit: str = ""
    # What follows is filled in from ``sheets.json``, that is, from the sheet.
    id: str = ""
    title: str = ""
    points: int = 0
    minutes: int = 0
    core: bool = True  # whether it stands above the sheet's further exercises
    answer: str = ""  # what the sheet's check looks at, such as the function's name
    builds_on: Sequence[str] = ()  # the exercises whose answers its solution uses

    def judge(self, answer, seed: int | None = None, unsolved=()) -> str:
        """
        Note for the line that says it is right; raises CheckFailed or NotAttempted.

        A seed draws other probes than the lesson's. Where this exercise builds on one that is
        `unsolved`, the message begins with that.
        """
        try:
            return self._judge(answer, seed)
        except (CheckFailed, NotAttempted) as error:
            if not (bases := [base for base in self.builds_on if base in unsolved]):
                raise
            head, _, rest = str(error).partition("\n")
            first = f"First {' and '.join(bases)}, which this builds on: not right yet either."
            message = f"{head}\n{first}\n{rest}".strip()
            if isinstance(error, NotAttempted):
                raise NotAttempted(self.id, message) from None
            raise CheckFailed(self.id, error.diagnosis, error.why, message) from None

    def sentences(self, diagnosis: str) -> list[str]:
        """What is said to a known mistake, by each part that has it, or to a slip of any answer."""
        from logitlab.checks._slips import BATCH_SLIPS, SLIPS

        for rows in (self.mistakes, SLIPS, BATCH_SLIPS):
            if found := [row.why for row in rows if row.id == diagnosis]:
                return list(dict.fromkeys(found))
        return []

    def wrong_answers(self) -> Mapping[str, Sequence[Any]]:
        """Known wrong answers by the id of their mistake, each a whole answer to hand in."""
        raise NotImplementedError

    def right_answers(self) -> Mapping[str, Any]:
        """Right answers by name: the reference, other forms of it, other conventions."""
        raise NotImplementedError

    def _judge(self, answer, seed: int | None) -> str:
        raise NotImplementedError

    def _fail(self, diagnosis: str | None, why: str, *lines: str):
        head = f"{self.id} {self.title} is not right yet."
        raise CheckFailed(self.id, diagnosis, why, "\n".join([head, *lines, why]))

    def _unwritten(self, what: str):
        raise NotAttempted(self.id, f"{self.id} {self.title}: not attempted, {what}")


def holds(rule: Callable, *values) -> bool:
    """Whether a rule finds its mistake; on what it was not written for, it does not."""
    try:
        return bool(rule(*values))
    except Exception:
        return False
