"""
``python -m classroom grade``: marks a class.

Submissions are read here, marked by worker processes (or a Dask cluster) and kept as they come in;
what has been marked before is not marked again. Then the reports are written.
"""

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from classroom import assignment, gradebook, report, submissions
from classroom.assignment import Assignment
from classroom.command import at_least_one
from classroom.gradebook import Gradebook, GradebookError, Sheet
from classroom.marking import Answers, mark
from classroom.sandbox import DEFAULT_LIMITS, Limits, Sandbox

IN_FLIGHT = 4  # submissions sent ahead for each worker, so that memory stays flat
PATIENCE = 20  # seconds for a Dask scheduler to answer
ATTEMPTS = 3  # for a submission whose worker was killed
OWN_CELLS = "marked together with the cells that the student added: without them it gets less"


@dataclass(frozen=True)
class Job:
    """A submission to be marked; it carries all that a worker on another machine needs."""

    digest: str
    sheet: Assignment
    answers: Answers
    seed: int
    limits: Limits
    checks: bool = False


def add_command(commands) -> None:
    """Add ``grade`` to the command line."""
    parser = commands.add_parser("grade", help="mark what a class handed in")
    parser.add_argument("submissions", type=Path, help="a folder or a zip: student/notebook.ipynb")
    parser.add_argument("--out", type=Path, required=True, help="the folder for marks and reports")
    parser.add_argument("--jobs", type=at_least_one, help="workers; one for each core by default")
    parser.add_argument("--dask", metavar="ADDRESS", help="mark on this Dask cluster")
    parser.add_argument("--roster", type=Path, help="names, one a line: who should have handed in")
    parser.add_argument("--seed", type=int, default=0, help="draws the probes of this class")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: 0 when all is marked, 1 when something could not be."""
    try:
        failed = grade(
            options.submissions,
            options.out,
            course=options.course,
            jobs=options.jobs,
            dask=options.dask,
            names=list(gradebook.roster(options.roster)) if options.roster else (),
            seed=options.seed,
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
    seed: int = 0,
    limits: Limits = DEFAULT_LIMITS,
    checks: bool = False,
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
    seed : int
        Of the probes. The same seed gives the same marks.
    limits : Limits
    checks : bool
        Whether answers may see the checks; for rehearsals.

    Returns
    -------
    int
        How many submissions could not be marked, by no fault of their own.
    """
    if place.is_dir() and out.resolve().is_relative_to(place.resolve()):
        raise GradebookError(f"{out} lies among the submissions: give another folder")
    sheets = assignment.read_all(course)
    everybody = submissions.students(place, sheets)
    if not any(student.entries for student in everybody):
        raise submissions.SubmissionsError(f"there is no submission in {place}")
    with _alone(out):
        book = Gradebook(out)
        progress = Progress(len(everybody))
        todo = _todo(book, progress.over(everybody), sheets, seed, limits, checks)
        failures = _mark_all(book, todo, progress, jobs, dask)
        for name in names:
            if name not in book.members:
                book.add(name)
        for member in book.members.values():
            for sheet in member.sheets.values():
                sheet.problem = sheet.problem or failures.get(sheet.digest, "")
        used = {name for member in book.members.values() for name in member.sheets}
        book.sheets = {name: _described(sheets[name]) for name in sheets if name in used}
        book.save()
        report.write_all(book)
    return len(failures)


def _alone(out: Path):
    """A lock on the folder: two runs at once would undo each other's reports."""
    from filelock import FileLock, Timeout

    (out / ".marks").mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".marks" / "lock", timeout=0)
    try:
        return lock.acquire()
    except Timeout:
        raise GradebookError(f"another run is grading into {out}") from None


def _described(sheet: Assignment) -> dict:
    """What the reports say of a sheet: no answers, no checks."""
    cells = [
        {
            "id": step.id,
            "exercise": step.exercise,
            "title": step.title,
            "kind": step.kind,
            "points": step.points,
            "cells": [] if step.kind == "open" else sheet.answers_for(step),
            "rubric": step.source if step.kind == "open" else "",
        }
        for step in sheet.marked
    ]
    return {"title": sheet.title, "cells": cells}


def _todo(book: Gradebook, everybody, sheets, seed, limits, checks) -> Iterator[Job]:
    """Enter the students in the gradebook, one by one; yield what is not marked yet."""
    sent = set()
    for student in everybody:
        found = submissions.sheets(student, sheets)
        member = book.add(student.name)
        student.entries.clear()
        member.remarks = student.remarks
        for name, submission in found.items():
            sheet = Sheet(problem=submission.problem, file=submission.file)
            sheet.remarks = submission.remarks
            member.sheets[name] = sheet
            if submission.problem:
                continue
            sheet.digest = _digest(sheets[name], submission.answers, seed, limits, checks)
            if sheet.digest not in sent and not book.has(sheet.digest):
                sent.add(sheet.digest)
                yield Job(sheet.digest, sheets[name], submission.answers, seed, limits, checks)


def _digest(sheet: Assignment, answers: Answers, seed: int, limits: Limits, checks: bool) -> str:
    parts = [sheet.digest, asdict(answers), seed, asdict(limits), checks]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _mark_all(book: Gradebook, todo: Iterator[Job], progress, jobs, dask) -> dict[str, str]:
    """Mark, keep what comes in; reasons of what could not be marked, by digest."""
    failures, notices = {}, set()
    results = _on_dask(todo, dask) if dask else _on_this_machine(todo, jobs)
    for digest, kept, reason in results:
        if kept is None:
            failures[digest] = reason
        else:
            book.keep(digest, kept)
            notices.add(kept["notice"])
        progress.step()
    progress.end()
    for notice in sorted(notices - {""}):
        print(f"Careful: {notice}", file=sys.stderr)
    for reason in sorted(set(failures.values())):
        print(f"not marked: {reason}", file=sys.stderr)
    return failures


# --- where the work is done


def _on_this_machine(todo: Iterator[Job], jobs: int | None):
    """Worker processes here; when one is killed, what it had is tried again."""
    jobs = cores() if jobs is None else jobs
    if jobs == 1:
        yield from map(mark_one, todo)
        _leave()
        return
    attempts: dict[str, int] = {}
    waiting: list[Job] = []
    pool = None
    try:
        while True:
            pool = pool or ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
            running = {}
            try:
                while True:
                    while len(running) < IN_FLIGHT * jobs:
                        if not waiting:
                            waiting += islice(todo, 1)
                        if not waiting:
                            break
                        job = waiting[-1]
                        running[pool.submit(mark_one, job)] = job
                        waiting.pop()  # only now: a pool that broke meanwhile takes no job
                    if not running:
                        return
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        del running[future]
                        yield result
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
                pool = None
                for job in running.values():
                    attempts[job.digest] = attempts.get(job.digest, 0) + 1
                    if attempts[job.digest] < ATTEMPTS:
                        waiting.append(job)
                    else:
                        yield job.digest, None, "its worker process was killed, three times"
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _on_dask(todo: Iterator[Job], address: str):
    """A Dask cluster: a submission whose worker dies is marked by another one."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise GradebookError("--dask needs the package distributed") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GradebookError(f"no Dask scheduler at {address}: {error}") from None
    with client:
        threads = sum(client.nthreads().values()) or 1
        finished = as_completed(loop=client.loop)

        def send() -> bool:
            job = next(todo, None)
            if job is not None:
                finished.add(client.submit(mark_one, job, key=f"mark-{job.digest}", retries=2))
            return job is not None

        for _ in range(IN_FLIGHT * threads):
            if not send():
                break
        for future in finished:
            if future.status == "finished":
                yield future.result()
            else:
                reason = type(future.exception()).__name__
                yield future.key.removeprefix("mark-"), None, f"the cluster gave up ({reason})"
            future.release()
            send()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_here = threading.local()  # one sandbox for each thread of a worker, kept from job to job


def mark_one(job: Job) -> tuple[str, dict | None, str]:
    """Mark one submission in this worker: digest, what to keep, or why there is nothing."""
    key = (job.limits, job.checks)
    try:
        if getattr(_here, "key", None) != key:
            _leave()
            _here.sandbox, _here.key = Sandbox(job.limits, checks=job.checks), key
        marks, needed_own = mark(job.sheet, job.answers, _here.sandbox, job.seed)
    except Exception as error:  # ours, not the learner's: say so and go on with the next
        _leave()
        return job.digest, None, f"{type(error).__name__}: {error}"
    kept = {
        "marks": {name: asdict(m) for name, m in marks.items()},
        "answers": {"cells": dict(job.answers.cells), "texts": dict(job.answers.texts)},
        "notice": _here.sandbox.notice,
        "remarks": [OWN_CELLS] if needed_own else [],
    }
    return job.digest, kept, ""


def _leave() -> None:
    """Close this thread's sandbox, if it has one."""
    sandbox = getattr(_here, "sandbox", None)
    _here.sandbox = _here.key = None
    if sandbox is not None:
        sandbox.close()


class Progress:
    """A bar on a terminal, written again and again; elsewhere its closing line alone."""

    def __init__(self, students: int):
        self.students, self.read, self.marked = students, 0, 0
        self.started, self.shown = time.monotonic(), 0.0

    def over(self, everybody: Iterable) -> Iterator:
        """The same students; counts those that were taken."""
        for student in everybody:
            yield student
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
