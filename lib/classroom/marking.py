"""
Marks one submission: the learner's answers run in the sandbox, our checks run here.

Cells run in the notebook's order, each check right after its answer. A cell or call that has to be
stopped costs its own exercise; the ones after it get a new process. Hidden probes come at the end,
when all that the learner is told is known.
"""

import contextlib
import hashlib
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from logitlab.checks import CheckFailed, NotAttempted, exercises

from classroom.assignment import Assignment, Item, names_read
from classroom.build import TEXT_STUB
from classroom.sandbox import Learner, Proxy, Sandbox, Stopped

LONGEST_MESSAGE = 4_000  # characters
MOST_STOPS = 30  # processes that a submission may use up
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
    given : str
        Exercises whose answers were replaced by our own to judge this one.
    """

    points: float
    status: str
    diagnosis: str | None = None
    why: str = ""
    message: str = ""
    given: str = ""


@dataclass(frozen=True)
class Marked:
    """
    What came of a submission.

    Attributes
    ----------
    marks : dict of str to Mark
        By the ids of the graded cells.
    with_own : bool
        Whether it took the cells that the learner added.
    of_course : list of str
        Exercises whose answer is a function of the course's library.
    waited : float
        Seconds that it waited for a processor.
    """

    marks: dict[str, Mark]
    with_own: bool
    of_course: list[str]
    waited: float


def mark(assignment: Assignment, answers: Answers, sandbox: Sandbox, seed: int = 0) -> Marked:
    """
    Mark a submission.

    The answer cells alone are what counts. If with them not everything is right, and only then, the
    notebook is run once more together with the learner's own cells (a helper function, an import),
    as the learner saw it. The run with more points counts, as a whole: its marks are never mixed
    with those of the other, so there is one sequence of cells that gives exactly these marks. An
    added cell can do nothing that an answer cell could not, and is judged by the same checks; what
    it cannot do is cost points, because scratch work that breaks a name is not an answer. Where
    the second run counts, the teacher is told.

    An answer that fails because an earlier one did is judged again with our own answers in place of
    those that are not right, and earns its points if it is right then.

    Parameters
    ----------
    assignment : Assignment
    answers : Answers
    sandbox : Sandbox
    seed : int
        Of the class; each exercise derives its own from it, so marking again gives the same.
    """
    run = _Run(assignment, answers, {}, sandbox, seed)
    marks, with_own, of_course = run.marks(), False, run.of_course
    if answers.own and any(m.status not in ("right", "to mark") for m in marks.values()):
        again = _Run(assignment, answers, answers.own, sandbox, seed, run)
        marks_again = again.marks()
        if _worth(marks_again) > _worth(marks):
            marks, with_own, of_course = marks_again, True, again.of_course
        run = again
    if followers := _followers(assignment, answers, marks):
        own = answers.own if with_own else {}
        wrong = {name for name, m in marks.items() if m.status not in ("right", "to mark")}
        repaired = _Run(assignment, answers, own, sandbox, seed, run, repairs=wrong)
        for name, mark_given in repaired.marks().items():
            if name in followers and mark_given.status in ("right", "wrong"):
                marks[name] = _given(mark_given, followers[name])
        run = repaired
    return Marked(marks, with_own, [*dict.fromkeys(of_course)], run.waited)


def exercise_seed(class_seed: int, exercise: str) -> int:
    """Seed of an exercise's probes; never the lesson's, which is None."""
    digest = hashlib.sha256(f"{class_seed} {exercise}".encode()).digest()
    return 1 + int.from_bytes(digest[:4], "big")


def _worth(marks: Mapping[str, Mark]) -> tuple[float, int]:
    """Points first; at equal points, the run that got further."""
    points = sum(m.points for m in marks.values())
    return points, sum(m.status in ("right", "wrong") for m in marks.values())


def _followers(ours: Assignment, answers: Answers, marks: Mapping[str, Mark]) -> dict[str, str]:
    """Checks that failed and whose answers use an earlier one that failed: which, in words."""
    failed: dict[str, str] = {}  # names that an answer should have bound, and its exercise
    found = {}
    for item in ours.items:
        if item.kind != "check" or marks[item.id].status == "right":
            continue
        stubs = {s.source.strip() for s in ours.items if s.kind == "answer"}
        sources = [s for i in ours.answers_for(item) for s in answers.cells.get(i, ())]
        written = "\n".join(source for source in sources if source.strip() not in stubs)
        used = {failed[name] for name in re.findall(r"\w+", written) if name in failed}
        if used and not names_read(item.source) & failed.keys():
            found[item.id] = " and ".join(e for e in dict.fromkeys(failed.values()) if e in used)
        failed |= _should_bind(ours, item)
    return found


def _should_bind(ours: Assignment, check: Item) -> dict[str, str]:
    names = {name for s in ours.items if s.id in ours.answers_for(check) for name in s.binds}
    return dict.fromkeys(names, check.exercise)


def _given(mark: Mark, exercises: str) -> Mark:
    """The mark of an answer that was judged with our own answers to other exercises."""
    place = f"with our own answer to {exercises} in place of yours"
    if mark.status == "right":
        return replace(mark, message=f"Right, {place}.", given=exercises)
    head, _, rest = mark.message.partition("\n")
    return replace(mark, message=f"{head}\n({place})\n{rest}", given=exercises)


class _Run:
    """
    One pass through the notebook.

    First the notebook's own probes, each check right after its answer; what the learner is told
    comes from there. When nothing more is to be told, the hidden probes: an answer cannot tell what
    it has not seen. Whoever fails on those is tried once more in the notebook's order, for a name
    may have got another value since.
    """

    def __init__(self, assignment, answers, own, sandbox, seed, before=None, repairs=()):
        self.assignment, self.answers, self.own = assignment, answers, own
        self.sandbox, self.seed, self.repairs = sandbox, seed, repairs
        self.hidden = False  # whether hidden probes are asked right after the notebook's own
        self.left = before.left if before else sandbox.limits.total_seconds
        self.waited = before.waited if before else 0.0
        self.stops = before.stops if before else 0
        self.of_course: list[str] = []
        self.learner: Learner | None = None
        self._forget()

    def _forget(self) -> None:
        self.ran: list[tuple[str, str]] = []  # (cell id, source), to repeat in a new process
        self.errors: dict[str, dict] = {}  # first error of each answer cell
        self.stopped: dict[str, str] = {}
        self.unsolved: set[str] = set()  # what others may build on
        self.passed: dict[str, dict] = {}  # of each check that passed: what it looked at

    def marks(self) -> dict[str, Mark]:
        try:
            marks = self._in_order()
            failed = {}
            for item in self.assignment.items:
                if item.id in self.passed:
                    hidden = self._on_hidden(item)
                    if hidden.status != "right":
                        failed[item.id] = hidden
            if failed:
                self._end()
                self._forget()
                self.hidden = True
                again = self._in_order()
                marks |= {n: m for n, m in failed.items() if again[n].status != "right"}
            return marks
        finally:
            self._end()

    def _in_order(self) -> dict[str, Mark]:
        marks = {}
        self._run_own("")
        for item in self.assignment.items:
            if item.kind == "given":
                self._run(item.id, item.source)
            elif item.kind == "answer":
                for source in self.answers.cells.get(item.id, ()):
                    self._run(item.id, source)
            elif item.kind in ("check", "open"):
                marks[item.id] = self._mark(item)
                if item.id in self.repairs:
                    self._repair(item)
                elif marks[item.id].status not in ("right", "to mark"):
                    self.unsolved.add(item.exercise)
            self._run_own(item.id)
        return marks

    def _repair(self, check: Item) -> None:
        """Run our own answer, for those that come after."""
        for item in self.assignment.items:
            if item.kind == "answer" and item.id in self.assignment.answers_for(check):
                self._run("", item.solution)

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
            if self.stops >= MOST_STOPS:
                raise Stopped("it was stopped too often")
            self.learner = self.sandbox.learner(self.left)
            checks = {item.id: item for item in self.assignment.items if item.kind == "check"}
            for cell, source in self.ran:
                if cell not in checks:
                    self.learner.run(source)
                    continue
                with contextlib.suppress(KeyError):
                    self.passed[cell] = self._looked_at(checks[cell])
        return self.learner

    def _end(self) -> None:
        if self.learner is not None:
            self.stops += 1
            self.left = self.learner.seconds_left()
            self.waited += self.learner.waited
            self.learner.close()
            self.learner = None

    def _mark(self, item: Item) -> Mark:
        if item.kind == "open":
            written = self.answers.texts.get(item.id, "").strip() not in ("", *TEXT_STUB)
            return Mark(0.0, "to mark" if written else "not attempted")
        cells = self.assignment.answers_for(item)
        try:
            return self._check(item, cells)
        except Stopped as reason:
            self._end()
            reason = next((self.stopped[c] for c in cells if c in self.stopped), str(reason))
            return Mark(0.0, "stopped", message=f"Stopped: {reason}.")

    def _on_hidden(self, item: Item) -> Mark:
        """The mark on probes that nobody is shown."""
        try:
            self._ready().patience()
            return self._judged(item, self.passed[item.id], self._judge_hidden)
        except Stopped:
            self._end()
            return Mark(0.0, "stopped", message="Stopped, on other inputs than the notebook's.")

    def _check(self, item: Item, cells: Sequence[str]) -> Mark:
        """Run our check cell here; a name that is not ours is asked of the learner's process."""
        self._ready().patience()
        try:
            names = self._looked_at(item)
        except KeyError as error:
            return self._undefined(error.args[0], cells)
        if any(getattr(value, "of_course", False) for value in names.values()):
            self.of_course.append(item.exercise)
        mark = self._judged(item, names, self._judge)
        if mark.status == "right":
            self.passed[item.id] = names
            self.ran.append((item.id, ""))
        elif mark.diagnosis is None and (hint := self._error_of(cells)):
            if mark.status == "not attempted":
                return Mark(0.0, "error", message=hint)
            return replace(mark, message=f"{mark.message}\n{hint}")
        return mark

    def _looked_at(self, check: Item) -> dict:
        """Values of the names in a check; KeyError names the one that there is not."""
        ours = our_names(self.assignment)
        found = {
            name: ours[name] if name in ours else self.learner.get(name)
            for name in sorted(names_read(check.source) - {"check"})
        }
        reference = getattr(exercises().get(check.exercise), "reference", None)
        for value in found.values():
            if reference and isinstance(value, Proxy):
                value.names = [*inspect.signature(reference).parameters]
        return found

    def _judged(self, item: Item, names: dict, judge) -> Mark:
        try:
            exec(compile(item.source, item.id, "exec"), {**names, "check": judge})
        except NotAttempted as error:
            return Mark(0.0, "not attempted", message=_short(error))
        except CheckFailed as error:
            return Mark(0.0, "wrong", error.diagnosis, _short(error.why), _short(error))
        except Exception:
            return Mark(0.0, "error", message="The check could not judge this answer.")
        return Mark(item.points, "right")

    def _judge(self, exercise_id: str, answer, **_) -> None:
        """The lesson's check."""
        exercises()[exercise_id].judge(answer, unsolved=self.unsolved)
        if self.hidden:
            self._judge_hidden(exercise_id, answer)

    def _judge_hidden(self, exercise_id: str, answer, **_) -> None:
        """
        The same check on other probes; nothing of what the answer does with them is told.

        A shape or the name of an error can be made of them, too: of the check's own words only
        those are passed on that it has ready for a known mistake.
        """
        exercise = exercises()[exercise_id]
        try:
            exercise.judge(answer, exercise_seed(self.seed, exercise_id))
            return
        except (CheckFailed, NotAttempted) as error:
            diagnosis = getattr(error, "diagnosis", None)
        said = exercise.sentences(diagnosis)
        why = said[0] if len(said) == 1 else ""
        head = f"{exercise.id} {exercise.title} is not right yet."
        message = f"{head}\n{DIFFERENT_PROBES}\n{why}".strip()
        raise CheckFailed(exercise.id, diagnosis, why or DIFFERENT_PROBES, message)

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
        """The error that the answer's cell ended with, in our own words."""
        for cell in cells:
            error = self.errors.get(cell)
            if error and error["type"] != "NotImplementedError":
                known = error["builtin"] in (error["type"], "Exception")
                kind = error["builtin"] if known else f"a kind of {error['builtin']}"
                line = f" in line {error['line']}" if error["line"] else ""
                return f"The answer's cell raised {kind}{line}."
        return ""


@cache
def our_names(assignment: Assignment) -> dict:
    """Names in the checks that no answer defines, taken from our own locked cells."""
    read = {name for s in assignment.items if s.kind == "check" for name in names_read(s.source)}
    wanted = read - {"check"} - {name for s in assignment.items for name in s.binds}
    names: dict = {}
    if wanted:
        for item in assignment.items:
            if item.kind == "given" and item.locked:
                exec(compile(item.source, item.id, "exec"), names)
    return {name: names[name] for name in wanted if name in names}


def _short(text) -> str:
    text = str(text)
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} ..."
