"""
``python -m classroom grade``: marks a class.

Submissions are read by two processes, marked by others (or a Dask cluster) and kept as they come
in; what has been marked before is not marked again. Then the reports are written.
"""

import hashlib
import json
import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from classroom import assignment, gradebook, reading, report, submissions, tables, wasm
from classroom.assignment import Assignment
from classroom.command import above_zero, at_least_one
from classroom.gradebook import Gradebook, GradebookError, Record
from classroom.marking import Answers, mark
from classroom.sandbox import DEFAULT_LIMITS, NOTICE, Limits, Sandbox, SandboxError
from classroom.workers import Cluster, Processes

BUSY = (
    0.2  # of a cell's time: who waited that long for a processor and was stopped gets a second try
)
READERS = 2  # so that one whose files take long to read holds up nobody
SANDBOXES = "bubblewrap", "wasm", "none"
OF_COURSE = "answered with a function of the course's library: "
OWN_CELLS = "marked together with the cells that the student added: without them it gets less"


@dataclass(frozen=True)
class Job:
    """A submission to be marked; it carries all that a worker on another machine needs."""

    digest: str
    assignment: Assignment
    answers: Answers
    seed: int
    limits: Limits
    sandbox: str


def add_command(commands) -> None:
    """Add ``grade`` to the command line."""
    parser = commands.add_parser("grade", help="mark what a class handed in")
    parser.add_argument("submissions", type=Path, help="a folder or a zip: student/notebook.ipynb")
    parser.add_argument("--out", type=Path, required=True, help="the folder for marks and reports")
    parser.add_argument("--jobs", type=at_least_one, help="workers; one for each core by default")
    parser.add_argument("--dask", metavar="ADDRESS", help="mark on this Dask cluster")
    parser.add_argument("--roster", type=Path, help="who should have handed in: names, or a table")
    parser.add_argument("--gradebook", type=Path, help="fill this export of Canvas or Moodle")
    parser.add_argument(
        "--again", action="append", default=[], metavar="STUDENT", help="mark this student again"
    )
    parser.add_argument(
        "--time",
        type=above_zero,
        default=DEFAULT_LIMITS.seconds,
        metavar="SECONDS",
        help="for a cell or a check, %(default)g by default; four times as much for a notebook",
    )
    parser.add_argument(
        "--memory",
        type=above_zero,
        default=DEFAULT_LIMITS.memory / 2**30,
        metavar="GIB",
        help="for a notebook, %(default)g by default",
    )
    parser.add_argument(
        "--sandbox",
        choices=SANDBOXES,
        help="where answers run; by default the first of these that this machine has",
    )
    report.add_count(parser, "all")
    parser.add_argument("--seed", type=int, help="of the hidden probes; drawn once by default")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: 0 when all is marked, 1 when something could not be."""
    whole = DEFAULT_LIMITS.total_seconds / DEFAULT_LIMITS.seconds
    limits = replace(
        DEFAULT_LIMITS,
        seconds=options.time,
        total_seconds=whole * options.time,
        memory=int(options.memory * 2**30),
    )
    try:
        failed = grade(
            options.submissions,
            options.out,
            course=options.course,
            jobs=options.jobs,
            dask=options.dask,
            names=tables.roster(options.roster) if options.roster else (),
            again=options.again,
            export=options.gradebook,
            seed=options.seed,
            limits=limits,
            sandbox=options.sandbox or "",
            count=options.count,
        )
    except KeyboardInterrupt:
        print("\nStopped. What is marked is kept: the same command goes on.", file=sys.stderr)
        return 130
    return 1 if failed else 0


def grade(
    place: Path,
    out: Path,
    *,
    course: Path = Path(),
    jobs: int | None = None,
    dask: str | None = None,
    names: Iterable[str] = (),
    again: Collection[str] = (),
    export: Path | None = None,
    seed: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    sandbox: str = "",
    count: str = "all",
) -> int:
    """
    Mark a class and write the reports.

    Parameters
    ----------
    place : Path
        Folder or zip of submissions.
    out : Path
        Folder for marks and reports; what it holds of an earlier run is used.
    course : Path
        Where ``solutions/`` is.
    jobs : int, optional
        Worker processes, by default one for each core.
    dask : str, optional
        Address of a Dask scheduler, instead of processes here.
    names : iterable of str
        Students who should have handed in.
    again : collection of str
        Students to be marked again, whatever was kept.
    export : Path, optional
        Canvas' or Moodle's gradebook; a filled copy is written.
    seed : int, optional
        Of the hidden probes. The same seed gives the same marks; by default it is drawn once for
        `out` and kept there.
    limits : Limits
    sandbox : str
        One of `SANDBOXES`; by default the first that works here.
    count : str
        Which exercises' points are added up: "all", or those of the "core".

    Returns
    -------
    int
        How many submissions could not be marked, by no fault of their own.
    """
    if place.is_dir() and out.resolve().is_relative_to(place.resolve()):
        raise GradebookError(f"{out} lies among the submissions: give another folder")
    if out.exists() and not out.is_dir():
        raise GradebookError(f"{out} is a file: give a folder for marks and reports")
    if export is not None:
        tables.read(export)  # before the class is marked, it tells what is wrong with it
    names = list(names)
    assignments = assignment.read_all(course)
    everybody, questions = submissions.students(place, assignments)
    if not any(student.files for student in everybody):
        raise submissions.SubmissionsError(f"there is no submission in {place}")
    called = {student.name.casefold(): student.name for student in everybody}
    for stranger in sorted({*again} - {student.name for student in everybody}):
        near = [called[name] for name in get_close_matches(stranger.casefold(), called)]
        hint = f". Did you mean {' or '.join(near)}?" if near else ""
        raise GradebookError(f"--again: nobody here is called {stranger}{hint}")
    with (
        gradebook.locked(out),
        Processes(READERS, assignments) as readers,
        Cluster(dask) if dask else Processes(jobs) as workers,
    ):
        book, progress = Gradebook(out, questions=questions, count=count), Progress(len(everybody))
        read = progress.over(readers.ordered(reading.read, everybody))
        todo = _todo(book, read, assignments, again, (book.seed(seed), limits, sandbox))
        failures = _mark_all(book, workers, todo, progress)
        book.expect(names)
        records = [r for member in book.members.values() for r in member.records.items()]
        for _, record in records:
            record.problem = record.problem or failures.get(record.digest, "")
        handed_in = {name for name, _ in records}
        book.assignments = {n: _described(assignments[n]) for n in assignments if n in handed_in}
        book.save()
        report.write_all(book, export)
    print(f"The reports are in {out}: begin with {out / 'summary.html'}")
    return len(failures)


def _described(ours: Assignment) -> dict:
    """What the reports say of an assignment: no answers, no checks."""
    cells = [
        {
            "id": item.id,
            "exercise": item.exercise,
            "title": item.title,
            "kind": item.kind,
            "points": item.points,
            "core": item.core,
            "cells": [] if item.kind == "open" else ours.answers_for(item),
            "rubric": item.source if item.kind == "open" else "",
        }
        for item in ours.marked
    ]
    return {"title": ours.title, "cells": cells}


def _todo(book: Gradebook, read, assignments, again, how: tuple) -> Iterator[Job]:
    """Enter the students in the gradebook, one by one; yield what is not marked yet."""
    sent, (seed, limits, sandbox) = set(), how
    for student, result in read:
        found, remarks = result or ({}, ["reading it ended the process that read, three times"])
        member = book.add(student.name, student.id, student.late)
        member.remarks = [*student.remarks, *remarks]
        for name, submission in found.items():
            record = Record(problem=submission.problem, file=submission.file)
            record.remarks, record.looks = submission.remarks, submission.looks
            record.prints = submission.prints
            member.records[name] = record
            if submission.problem:
                continue
            record.digest = _digest(assignments[name], submission.answers, seed, sandbox)
            if record.digest not in sent and (
                student.name in again or not _final(book.marks(record.digest), limits)
            ):
                sent.add(record.digest)
                yield Job(record.digest, assignments[name], submission.answers, *how)


def _digest(ours: Assignment, answers: Answers, seed: int, sandbox: str) -> str:
    parts = [ours.digest, asdict(answers), seed, sandbox]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _final(kept: dict | None, limits: Limits) -> bool:
    """Whether nothing is to be marked again: what was stopped is, where it may take more now."""
    if kept is None:
        return False
    before = kept.get("stopped_at", {})
    return all(getattr(limits, name) <= value for name, value in before.items())


def _mark_all(book: Gradebook, workers, todo: Iterator[Job], progress) -> dict[str, str]:
    """
    Mark, keep what comes in; reasons of what could not be marked, by digest.

    What was stopped on a busy machine is marked once more, alone.
    """
    failures: dict[str, str] = {}
    notices, doubtful = set(), []

    def keep(job: Job, result: tuple | None) -> None:
        kept, reason = result or (None, "its worker process was killed, three times")
        if kept is None:
            failures[job.digest] = reason
            return
        failures.pop(job.digest, None)
        book.keep(job.digest, kept)
        notices.add(kept["notice"])

    for job, result in workers.unordered(mark_one, todo):
        keep(job, result)
        if result is None or (result[0] and result[0]["doubtful"]):
            doubtful.append(job)
        progress.step()
    for job in doubtful:
        for _, result in workers.unordered(mark_one, [job]):
            keep(job, result)
    progress.end()
    for notice in sorted(notices - {""}):
        print(f"Careful: {notice}", file=sys.stderr)
    for reason in sorted(set(failures.values())):
        print(f"not marked: {reason}", file=sys.stderr)
    return failures


_here = threading.local()  # one sandbox for each thread of a worker, kept from job to job


def mark_one(job: Job) -> tuple[dict | None, str]:
    """Mark one submission in this worker: what to keep, or why there is nothing."""
    try:
        if getattr(_here, "wanted", None) != (job.sandbox, job.limits):
            _leave()
            _here.sandbox = open_sandbox(job.sandbox, job.limits)
            _here.wanted = job.sandbox, job.limits
        marked = mark(job.assignment, job.answers, _here.sandbox, job.seed)
    except Exception as error:  # ours, not the learner's: say so and go on with the next
        _leave()
        return None, f"{type(error).__name__}: {error}"
    stopped = any(m.status == "stopped" for m in marked.marks.values())
    limits = {"seconds": job.limits.seconds, "memory": job.limits.memory}
    kept = {
        "marks": {name: asdict(m) for name, m in marked.marks.items()},
        "answers": {"cells": dict(job.answers.cells), "texts": dict(job.answers.texts)},
        "notice": _here.sandbox.notice,
        "remarks": [
            *([OWN_CELLS] if marked.with_own else []),
            *([OF_COURSE + ", ".join(marked.of_course)] if marked.of_course else []),
        ],
        "stopped_at": limits if stopped else {},
        "doubtful": stopped and marked.waited > BUSY * job.limits.seconds,
    }
    return kept, ""


def open_sandbox(kind: str, limits: Limits) -> Sandbox | wasm.WasmSandbox:
    """
    The sandbox of a kind; of none, the first of `SANDBOXES` that works here.

    Raises
    ------
    SandboxError
        If this machine does not have it.
    """
    if kind == "wasm":
        return wasm.WasmSandbox(limits)
    try:
        found = Sandbox(limits, {"bubblewrap": True, "none": False}.get(kind))
        if kind or found.isolated or wasm.missing():
            return found
        found.close()
        reason = found.notice.removeprefix(f"{NOTICE}: ")
    except SandboxError as error:
        if kind or wasm.missing():
            raise
        reason = str(error)
    instead = wasm.WasmSandbox(limits)
    instead.notice += f"; {reason}"
    return instead


def _leave() -> None:
    """Close this thread's sandbox, if it has one."""
    sandbox = getattr(_here, "sandbox", None)
    _here.sandbox = _here.wanted = None
    if sandbox is not None:
        sandbox.close()


class Progress:
    """A bar on a terminal, written again and again; elsewhere its closing line alone."""

    def __init__(self, students: int):
        self.students, self.read, self.marked = students, 0, 0
        self.started, self.shown = time.monotonic(), 0.0

    def over(self, everybody: Iterable) -> Iterator:
        """The same items; counts those that were taken."""
        for item in everybody:
            yield item
            self.read += 1
            self._show()

    def step(self) -> None:
        """One more submission is marked."""
        self.marked += 1
        self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now - self.shown > 0.2:
            self.shown = now
            done = 30 * self.read // max(self.students, 1)
            bar, rate = "#" * done + "." * (30 - done), 60 * self.marked / (now - self.started)
            text = f"\r[{bar}] {self.read} of {self.students} students, {rate:,.0f} marked a minute"
            print(text, end=" ", flush=True, file=sys.stderr)

    def end(self) -> None:
        """Close the line."""
        seconds = time.monotonic() - self.started
        clear = "\r\33[K" if sys.stderr.isatty() else ""
        text = f"{self.students} students, {self.marked} submissions marked in {seconds:.1f} s"
        print(f"{clear}{text}", file=sys.stderr)
