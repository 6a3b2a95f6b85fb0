"""The tables of who applies what in which order, made of what the libraries were asked and read."""

from pathlib import Path

from coursebook.course import Course
from coursebook.tables import Table

RUN, READ = Path("book/orders/run.json"), Path("book/orders/read.json")

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


def libraries(course: Course) -> dict[str, dict]:
    """The libraries that were asked, then those that were read, by name."""
    asked, read = course.read(RUN), course.read(READ)
    return {name: {"how": "run", **row} for name, row in asked.items()} | {
        name: {"how": "read", "read": list(row), **row} for name, row in read.items()
    }


def order_table(course: Course) -> list[Table]:
    """Who applies what in which order, and what by default."""
    rows = []
    for name, row in libraries(course).items():
        order = " → ".join(STAGES.get(stage, stage) for stage in row["order"]) or "not said"
        given = ", ".join(
            f"{_stage(key)} {_number(value)}"
            for key, value in row["defaults"].items()
            if value not in OFF.get(key, ())
        )
        checked = f"{row['how']} {row['on']}: [{row['version']}]({row['link']})"
        rows.append([f"**{name}**<br>{checked}", _marked(row, "order", order), given])
    return [Table(["library", "order", "when you say nothing"], rows, classes=["order"])]


def edge_table(course: Course) -> list[Table]:
    """What each does at the edges."""
    rows = []
    for name, row in libraries(course).items():
        cells = [
            _marked(row, key, words.get(row[key], row[key])) if key in row else "–"
            for key, (_, words) in EDGES.items()
        ]
        if any(cell != "–" for cell in cells):
            rows.append([name, *cells])
    return [Table(["library", *(heading for heading, _ in EDGES.values())], rows)]


def penalty_table(course: Course) -> list[Table]:
    """Over which tokens the penalties look."""
    rows = []
    for name, row in libraries(course).items():
        rule = "–"
        if "penalty" in row:
            rule = _marked(row, "penalty", ", ".join(_number(x) for x in row["penalty"]))
        scope, additive = (_marked(row, key, row[key]) for key in ("scope", "additive"))
        rows.append([name, rule, scope, additive])
    heads = ["library", "3, 2, −1 become", "repetition penalty looks at"]
    return [Table([*heads, "frequency and presence count"], rows)]


def _stage(name: str) -> str:
    return STAGES.get(name, name).replace("**", "")


def _number(value) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace("-", "−")


def _marked(row: dict, key: str, text: str) -> str:
    """In italics what was read and not run."""
    return f"*{text}*".replace("***T***", "**T**") if key in row.get("read", ()) else text
