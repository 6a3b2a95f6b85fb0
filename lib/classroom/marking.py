"""
Marks one submission: the learner's answers run in the sandbox, our checks run here.

Cells run in the notebook's order, each check right after its answer. A cell or call that has to be
stopped costs its own exercise; the ones after it get a new process.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from logitlab.checks import CheckFailed, NotAttempted, exercises

from classroom.assignment import Assignment, Step, names_read
from classroom.sandbox import Learner, Sandbox, Stopped

LONGEST_MESSAGE = 4_000  # characters
DIFFERENT_PROBES = (
    "Right on the examples of the notebook, but not on others. Look for what your function assumes "
    "about its input."
)


@dataclass(frozen=True)
class Answers:
    """
    What is taken from a learner's notebook, and nothing else is.

    Attributes
    ----------
    cells : mapping of str to sequence of str
        Sources of the answer cells by grade id; two when a cell stands twice.
    texts : mapping of str to str
        Answers to open questions.
    own : mapping of str to sequence of str
        Cells that the learner added, by the id of our cell that they follow ("" at the top).
    """

    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """
    What came of one exercise.

    Attributes
    ----------
    points : float
    status : str
        "right", "wrong", "not attempted", "error" (the cell raised, so there is nothing to
        check), "stopped" (time, memory, or the process ended), "missing" (no such cell),
        "to mark" (by the teacher).
    diagnosis : str or None
        Id of the known mistake.
    why : str
        Its sentence.
    message : str
        For the learner: what the notebook's own check says.
    """

    points: float
    status: str
    diagnosis: str | None = None
    why: str = ""
    message: str = ""


def mark(
    assignment: Assignment, answers: Answers, sandbox: Sandbox, seed: int = 0
) -> tuple[dict[str, Mark], bool]:
    """
    Marks by the ids of the graded cells, and whether they needed the cells that the learner added.

    The answer cells alone are what counts. If with them not everything is right, and only then, the
    notebook is run once more together with the learner's own cells (a helper function, an import),
    as the learner saw it. The run with more points counts, as a whole: its marks are never mixed
    with those of the other, so there is one sequence of cells that gives exactly these marks. An
    added cell can do nothing that an answer cell could not, and is judged by the same checks; what
    it cannot do is cost points, because scratch work that breaks a name is not an answer. Where
    the second run counts, the teacher is told.

    Parameters
    ----------
    assignment : Assignment
    answers : Answers
    sandbox : Sandbox
    seed : int
        Of the class; each exercise derives its own from it, so marking again gives the same.
    """
    first = _Run(assignment, answers, {}, sandbox, seed)
    marks = first.marks()
    if answers.own and any(m.status not in ("right", "to mark") for m in marks.values()):
        second = _Run(assignment, answers, answers.own, sandbox, seed, first.left)
        with_own = second.marks()
        if _worth(with_own) > _worth(marks):
            return with_own, True
    return marks, False


def exercise_seed(class_seed: int, exercise: str) -> int:
    """Seed of an exercise's probes; never the lesson's, which is None."""
    digest = hashlib.sha256(f"{class_seed} {exercise}".encode()).digest()
    return 1 + int.from_bytes(digest[:4], "big")


def _worth(marks: Mapping[str, Mark]) -> tuple[float, int]:
    """Points first; at equal points, the run that got further."""
    points = sum(m.points for m in marks.values())
    return points, sum(m.status in ("right", "wrong") for m in marks.values())


class _Run:
    """One pass through the notebook."""

    def __init__(self, assignment, answers, own, sandbox, seed, seconds=None):
        self.assignment, self.answers, self.own = assignment, answers, own
        self.sandbox, self.seed = sandbox, seed
        self.learner: Learner | None = None
        self.ran: list[tuple[str, str]] = []  # (cell id, source), to repeat in a new process
        self.errors: dict[str, dict] = {}  # first error of each answer cell
        self.stopped: dict[str, str] = {}
        self.unsolved: set[str] = set()  # what others may build on
        self.left = sandbox.limits.total_seconds if seconds is None else seconds

    def marks(self) -> dict[str, Mark]:
        marks = {}
        try:
            self._run_own("")
            for step in self.assignment.steps:
                if step.kind == "given":
                    self._run(step.id, step.source)
                elif step.kind == "answer":
                    for source in self.answers.cells.get(step.id, ()):
                        self._run(step.id, source)
                else:
                    marks[step.id] = mark = self._mark(step)
                    if mark.status not in ("right", "to mark"):
                        self.unsolved.add(step.exercise)
                self._run_own(step.id)
        finally:
            self._end()
        return marks

    def _run_own(self, after: str) -> None:
        for source in self.own.get(after, ()):
            self._run("", source)

    def _run(self, cell: str, source: str) -> None:
        """Run a cell; one that has to be stopped is left out of all that follows."""
        try:
            error = self._ready().run(source)
        except Stopped as reason:
            self.stopped.setdefault(cell, str(reason))
            self._end()
            return
        self.ran.append((cell, source))
        if error:
            self.errors.setdefault(cell, error)

    def _ready(self) -> Learner:
        """The learner's process; a new one repeats what ran before."""
        if self.learner is None:
            if self.left <= 0:
                raise Stopped(f"the notebook took over {self.sandbox.limits.total_seconds:g} s")
            self.learner = self.sandbox.learner(self.left)
            for _, source in self.ran:
                self.learner.run(source)
        return self.learner

    def _end(self) -> None:
        if self.learner is not None:
            self.left = self.learner.seconds_left()
            self.learner.close()
            self.learner = None

    def _mark(self, step: Step) -> Mark:
        if step.kind == "open":
            written = self.answers.texts.get(step.id, "").strip() not in ("", "YOUR ANSWER HERE")
            return Mark(0.0, "to mark" if written else "not attempted")
        cells = self.assignment.answers_for(step)
        try:
            return self._check(step, cells)
        except Stopped as reason:
            self._end()
            reason = next((self.stopped[c] for c in cells if c in self.stopped), str(reason))
            return Mark(0.0, "stopped", message=f"Stopped: {reason}.")

    def _check(self, step: Step, cells: Sequence[str]) -> Mark:
        """Run our check cell here; a name that is not ours is asked of the learner's process."""
        ours = our_names(self.assignment)
        names = {"check": self._judge}
        learner = self._ready()
        learner.patience()
        for name in sorted(names_read(step.source) - {"check"}):
            if name in ours:
                names[name] = ours[name]
                continue
            try:
                names[name] = learner.get(name)
            except KeyError:
                return self._undefined(name, cells)
        try:
            exec(compile(step.source, step.id, "exec"), names)
        except NotAttempted as error:
            if hint := self._error_of(cells):
                return Mark(0.0, "error", message=hint)
            return Mark(0.0, "not attempted", message=_short(error))
        except CheckFailed as error:
            hint = self._error_of(cells) if error.diagnosis is None else ""
            return Mark(
                0.0, "wrong", error.diagnosis, _short(error.why), _short(f"{error}\n{hint}".strip())
            )
        except Exception as error:
            message = f"The check could not judge this answer ({type(error).__name__})."
            return Mark(0.0, "error", message=message)
        return Mark(step.points, "right")

    def _judge(self, exercise_id: str, answer, **_) -> None:
        """
        The lesson's check, then the same check on other probes.

        The learner is shown only what the first one says.
        """
        exercise = exercises()[exercise_id]
        exercise.judge(answer, unsolved=self.unsolved)
        try:
            exercise.judge(answer, exercise_seed(self.seed, exercise_id))
        except CheckFailed as error:
            why = error.why if error.diagnosis else ""
            message = f"{exercise.id} {exercise.title} is not right yet.\n{DIFFERENT_PROBES}"
            raise CheckFailed(
                exercise.id, error.diagnosis, why or DIFFERENT_PROBES, f"{message}\n{why}".strip()
            ) from None

    def _undefined(self, name: str, cells: Sequence[str]) -> Mark:
        if stopped := [self.stopped[cell] for cell in cells if cell in self.stopped]:
            return Mark(0.0, "stopped", message=f"Stopped: {stopped[0]}.")
        if not any(cell in self.answers.cells for cell in cells):
            return Mark(0.0, "missing", message="The answer's cell is not in the notebook.")
        errors = [self.errors[cell] for cell in cells if cell in self.errors]
        if errors and errors[0]["type"] == "NotImplementedError":
            return Mark(0.0, "not attempted")
        return Mark(0.0, "error", message=self._error_of(cells) or f"`{name}` is not defined.")

    def _error_of(self, cells: Sequence[str]) -> str:
        """The error that the answer's cell ended with, in a sentence."""
        for cell in cells:
            error = self.errors.get(cell)
            if error and error["type"] != "NotImplementedError":
                line = f", line {error['line']}" if error["line"] else ""
                return f"The answer's cell raised {error['type']}{line}: {error['text']}"
        return ""


@cache
def our_names(assignment: Assignment) -> dict:
    """Names in the checks that no answer defines, taken from our own locked cells."""
    read = {name for s in assignment.steps if s.kind == "check" for name in names_read(s.source)}
    wanted = read - {"check"} - {name for s in assignment.steps for name in s.binds}
    names: dict = {}
    if wanted:
        for step in assignment.steps:
            if step.kind == "given" and step.locked:
                exec(compile(step.source, step.id, "exec"), names)
    return {name: names[name] for name in wanted if name in names}


def _short(text) -> str:
    text = str(text)
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} ..."
