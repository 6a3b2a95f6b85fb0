"""Tables that the build makes of data: who does what in which order, and running times."""

import json
import re
from collections.abc import Iterator

from sphinx.application import Sphinx

from coursebook import BOOK, ROOT

RUN, READ = BOOK / "orders" / "run.json", BOOK / "orders" / "read.json"
TIMES = BOOK / "times.json"

STAGES = {
    "repetition_penalty": "repetition penalty",
    "frequency_penalty": "frequency penalty",
    "presence_penalty": "presence penalty",
    "temperature": "**T**",
    "top_k": "top-k",
    "top_p": "top-p",
    "min_p": "min-p",
    "typical_p": "typical",
    "top_n_sigma": "top-n-sigma",
    "top_a": "top-a",
    "dry": "DRY",
    "xtc": "XTC",
    "tfs": "tail-free",
}
OFF = {  # values of a setting that leave its stage out
    "top_k": (0, "off"),
    "top_p": (0, 1, "off"),
    "min_p": (0,),
    "repetition_penalty": (1,),
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
}
# The questions of ask_libraries.py: heading, and what an answer means.
EDGES = {
    "crossing": ("the token that crosses p", {3: "kept", 2: "dropped"}),
    "tie_p": ("a sum that hits p", {2: "is enough", 3: "lets one more in"}),
    "p_zero": ("p = 0", {1: "one token", 3: "off"}),
    "tie_k": ("a tie at the k-th place", {3: "all stay", 2: "k stay"}),
    "k_zero": ("k = 0", {3: "off"}),
    "T_zero": ("T = 0", {1: "greedy"}),
}


def orders() -> dict[str, dict]:
    """The libraries that were asked, then those that were read, by name."""
    asked = json.loads(RUN.read_text("utf-8"))
    read = json.loads(READ.read_text("utf-8"))
    return {name: {"how": "run", **row} for name, row in asked.items()} | {
        name: {"how": "read", "read": list(row), **row} for name, row in read.items()
    }


def order_table() -> str:
    """Who applies what in which order, and what by default."""
    rows = []
    for name, row in orders().items():
        order = " → ".join(STAGES.get(stage, stage) for stage in row["order"]) or "not said"
        given = ", ".join(
            f"{_stage(key)} {_number(value)}"
            for key, value in row["defaults"].items()
            if value not in OFF.get(key, ())
        )
        checked = f"{row['how']} {row['on']}: [{row['version']}]({row['link']})"
        rows.append([f"**{name}**<br>{checked}", _marked(row, "order", order), given])
    return _table(["library", "order", "when you say nothing"], rows)


def edge_table() -> str:
    """What each does at the edges."""
    rows = []
    for name, row in orders().items():
        cells = [
            _marked(row, key, words.get(row[key], row[key])) if key in row else "–"
            for key, (_, words) in EDGES.items()
        ]
        if any(cell != "–" for cell in cells):
            rows.append([name, *cells])
    return _table(["library", *(heading for heading, _ in EDGES.values())], rows)


def penalty_table() -> str:
    """Over which tokens the penalties look."""
    rows = []
    for name, row in orders().items():
        rule = "–"
        if "penalty" in row:
            rule = _marked(row, "penalty", ", ".join(_number(x) for x in row["penalty"]))
        scope, additive = (_marked(row, key, row[key]) for key in ("scope", "additive"))
        rows.append([name, rule, scope, additive])
    heads = ["library", "3, 2, −1 become", "repetition penalty looks at"]
    return _table([*heads, "frequency and presence count"], rows)


def _stage(name: str) -> str:
    return STAGES.get(name, name).replace("**", "")


def _number(value) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace("-", "−")


def _marked(row: dict, key: str, text: str) -> str:
    """In italics what was read and not run."""
    return f"*{text}*".replace("***T***", "**T**") if key in row.get("read", ()) else text


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# --- running times


def time_table() -> str:
    """Seconds of each notebook, of its kind, and of the whole course."""
    times = json.loads(TIMES.read_text("utf-8"))["notebooks"]
    rows, everything = [], _total(times)
    for kind, heading in {"notebooks": "Lessons", "solutions": "Exercises"}.items():
        named = {name: t for name, t in times.items() if name.startswith(f"{kind}/")}
        rows += [[f"[{_title(name)}](../{name}.ipynb)", *_seconds(t)] for name, t in named.items()]
        rows.append([f"**{heading}**", *(f"**{x}**" for x in _seconds(_total(named)))])
    rows.append(["**The whole course**", *(f"**{x}**" for x in _seconds(everything))])
    return _table(["notebook", "on the clock", "processor"], rows)


def machine() -> str:
    """The machine, in a sentence."""
    record = json.loads(TIMES.read_text("utf-8"))
    m, load = record["machine"], record.get("load")
    runs = f"the median of {record['runs']} runs" if record["runs"] > 1 else "one run of each"
    busy = f" While they ran, about {load:.0f} jobs wanted those cores." if load else ""
    return (
        f"Measured on {record['on']} on {m['cores']} cores of {_article(m['processor'])}, "
        f"{m['system']}, Python {m['python']}; {runs}.{busy}"
    )


def _article(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"


def _title(name: str) -> str:
    """The first heading of a notebook."""
    text = (ROOT / f"{name}.ipynb").read_text("utf-8")
    cells: Iterator = ("".join(cell["source"]) for cell in json.loads(text)["cells"])
    heading = next(m[1] for m in map(re.compile(r"^# (.+)", re.M).search, cells) if m)
    return heading.replace("Exercises:", "").replace("bugs", "Bugs", 1).strip()


def _total(times: dict[str, dict]) -> dict[str, float]:
    return {key: sum(t[key] for t in times.values()) for key in ("seconds", "processor")}


def _seconds(t: dict[str, float]) -> list[str]:
    return [f"{t['seconds']:.1f} s", f"{t['processor']:.1f} s"]


FILL = {
    "book/orders": (
        {"orders": order_table, "edges": edge_table, "penalties": penalty_table},
        (RUN, READ),
    ),
    "book/running_times": ({"times": time_table, "machine": machine}, (TIMES,)),
}


def fill(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put a page's tables where it says ``<!-- name -->``."""
    tables, files = FILL.get(docname, ({}, ()))
    for name, table in tables.items():
        if f"<!-- {name} -->" not in source[0]:
            raise ValueError(f"{docname} has no place for <!-- {name} -->")
        source[0] = source[0].replace(f"<!-- {name} -->", table())
    for file in files:
        app.env.note_dependency(str(file))
