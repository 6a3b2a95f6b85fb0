"""The tables of measured times: of notebooks, of sliders, of pages."""

import re
from collections.abc import Callable
from pathlib import Path

from coursebook.course import Course, Missing
from coursebook.tables import Table

TIMES, MEASURED = Path("book/times.json"), Path("book/measured.json")


def running(course: Course) -> list[Table | str]:
    """Seconds of each notebook, of its kind, and of the whole course; the machine in a sentence."""
    record = course.read(TIMES)
    times, rows = record["notebooks"], []
    for kind, heading in {"notebooks": "Lessons", "solutions": "Exercises"}.items():
        named = {name: t for name, t in times.items() if name.startswith(f"{kind}/")}
        for name, t in named.items():
            rows.append([f"[{_title(course, name)}](../{name}.ipynb)", *_seconds(t)])
        rows.append([f"**{heading}**", *(f"**{x}**" for x in _seconds(*named.values()))])
    rows.append(["**The whole course**", *(f"**{x}**" for x in _seconds(*times.values()))])
    return [Table(["notebook", "on the clock", "processor"], rows), _machine(record)]


def _machine(record: dict) -> str:
    m, load = record["machine"], record.get("load")
    processor = f"{'an' if m['processor'][:1] in 'AEIOU' else 'a'} {m['processor']}"
    runs = f"the median of {record['runs']} runs" if record["runs"] > 1 else "one run of each"
    busy = f" While they ran, about {load:.0f} jobs wanted those cores." if load else ""
    return (
        f"Measured on {record['on']} on {m['cores']} cores of {processor}, "
        f"{m['system']}, Python {m['python']}; {runs}.{busy}"
    )


def _title(course: Course, name: str) -> str:
    """The first heading of a notebook."""
    cells = (cell.source for cell in course.read(Path(f"{name}.ipynb")).cells)
    heading = next(m[1] for m in map(re.compile(r"^# (.+)", re.M).search, cells) if m)
    return heading.replace("Exercises:", "").replace("bugs", "Bugs", 1).strip()


def _seconds(*times: dict[str, float]) -> list[str]:
    return [f"{sum(t[key] for t in times):.1f} s" for key in ("seconds", "processor")]


def measured(name: str, *heads: str) -> Callable[[Course], list[Table | str]]:
    """The table of a measurement that a benchmark wrote down, with the day and the machine."""

    def show(course: Course) -> list[Table | str]:
        if name not in (every := course.read(MEASURED)):
            raise Missing(f"{MEASURED} has no {name!r}: run its benchmark with --record")
        found = every[name]
        rows = [[_page(course, what), *map(str, numbers)] for what, *numbers in found["rows"]]
        said = f"Measured on {found['day']}: {found['machine']}."
        return [Table(list(heads), rows, classes=["numbers"]), said]

    return show


def _page(course: Course, what: str) -> str:
    """What was measured; of a page, its title."""
    if what == "book/index.html":
        return "Home"
    lesson = re.match(r"notebooks/(\d+)_", what)
    return course.title(lesson[1]) if lesson else what


LATENCY = measured("latency", "What was moved", "Keys", "Median, ms", "95 % within, ms")
FIRST_SLIDER = measured("first slider", "Page", "Best, s", "Median, s", "Work before it, ms")
WHOLE_PAGE = measured(
    *("whole page", "Page", "Fetched, kB", "All widgets, s", "Work, ms", "First text, s")
)
PAGE_PYTHON = measured(
    *("page python", "Where", "First visit, s", "Second, s", "After Stop, s", "A check, ms")
)
PAGE_SIZES = measured("page sizes", "What is fetched", "MB")
PAGE_MODEL = measured(
    *("page model", "Where", "First start, s", "Second, s", "A prompt of 5 tokens, ms"),
    *("Tokens a second", "Memory, MB"),
)
