"""
Makes ``pytest --nbval-lax`` speak of exercises instead of cells.

A check is called by its exercise, an untouched one is skipped as "not attempted", and a failed one
shows the check's message instead of two tracebacks. Without nbval this does nothing.
"""

import re
from collections import Counter

import pytest

from classroom.sheet import NUMBER, exercise_of

ANSI = re.compile(r"\x1b\[[0-9;]*m")
NBVAL_TIMEOUT = 2000.0  # nbval's own default, far too long for a learner to wait
TIMEOUT = 60.0


def pytest_configure(config):
    options = config.option
    if not (getattr(options, "nbval", False) or getattr(options, "nbval_lax", False)):
        return
    if not options.nbval_kernel_name:
        options.nbval_current_env = True
    given = any(str(a).startswith("--nbval-cell-timeout") for a in config.invocation_params.args)
    if options.nbval_cell_timeout == NBVAL_TIMEOUT and not given:
        options.nbval_cell_timeout = TIMEOUT


def pytest_collectstart(collector):
    if type(collector).__name__ == "IPyNbFile":
        collect = collector.collect
        collector.collect = lambda: [_named(item) for item in collect()]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if _grader(item):
        item.parent.timed_out = False  # one endless loop must not excuse the exercises after it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when != "call" or not report.failed or not _grader(item):
        return report
    kind, message = _error(item)
    if kind in ("NotAttempted", "NotImplementedError"):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), None, "Skipped: not attempted")
    elif kind == "KeyboardInterrupt" or item.parent.timed_out:
        seconds = item.config.option.nbval_cell_timeout
        report.longrepr = f"Stopped after {seconds:g} seconds: is there a loop that never ends?"
    elif kind == "CheckFailed":
        report.longrepr = message
    elif kind:
        report.longrepr = f"{kind}: {message}\n\nin the cell\n\n{item.cell.source}"
    return report


def pytest_terminal_summary(terminalreporter):
    from logitlab.checks import exercises

    counts, points = Counter(), {True: Counter(), False: Counter()}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            if worth := re.search(rf"::({NUMBER}\.\d+) .* \((\d+) points?\)$", report.nodeid):
                core = worth[1] not in exercises() or exercises()[worth[1]].core
                counts[outcome] += 1
                points[core][outcome] += int(worth[2])
    if counts:
        won = {core: f"{some['passed']} of {some.total()}" for core, some in points.items()}
        further = f", and {won[False]} further" if points[False] else ""
        terminalreporter.write_line(
            f"Exercises: {counts['passed']} right, {counts['failed']} not right yet, "
            f"{counts['skipped']} not attempted; {won[True]} points{further}."
        )


def _grader(item) -> dict:
    """nbgrader's metadata of the cell that an nbval item runs; empty for any other item."""
    cell = getattr(item, "cell", None)
    return cell.metadata.get("nbgrader", {}) if cell is not None else {}


def _named(item):
    """nbval's item again, under the name of its exercise and without nbval's own location."""
    again = type(item).from_parent(
        item.parent,
        name=_name(item),
        cell_num=item.cell_num,
        cell=item.cell,
        options=item.options,
    )
    again.reportinfo = lambda: (again.path, None, f"{again.path.name}: {again.name}")
    return again


def _name(item) -> str:
    """Such as "1.4 softmax_with_temperature (3 points)" for a check, "1.4 answer" for an answer."""
    grader = _grader(item)
    grade_id = grader.get("grade_id", "")
    number = exercise_of(grade_id)
    if number == grade_id:
        return item.name
    if grade_id.startswith("ex-"):
        return f"{number} answer"
    from logitlab.checks import exercises

    title = exercises()[number].title if number in exercises() else "check"
    points = grader["points"]
    return f"{number} {title} ({points:g} point{'s' * (points != 1)})"


def _error(item) -> tuple[str, str]:
    """Name and message of the exception that the cell raised, or two empty strings."""
    for output in item.test_outputs or ():
        if output.output_type == "error":
            return output.ename, ANSI.sub("", output.evalue)
    return "", ""
