"""The HTML that grading writes: self-contained, readable offline, and nothing in it runs."""

import re
import statistics
from collections.abc import Iterable, Sequence
from html import escape as html_escape
from urllib.parse import quote

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #ccc; --soft: #f3f3f3;
  --right: #0072b2; --wrong: #b34a00; --other: #6b6b6b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #161616; --line: #444;
  --soft: #242424; --right: #56b4e9; --wrong: #f0a060; --other: #a8a8a8; } }
body { color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif;
  margin: 2rem auto; max-width: 56rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } h3 { font-size: 1.05rem; }
table { border-collapse: collapse; } caption { text-align: left; padding: .3rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left;
  vertical-align: top; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; white-space: pre-wrap; }
section { border-top: 1px solid var(--line); margin-top: 1.4rem; }
.wide { overflow-x: auto; margin: 0 0 1rem; } td:last-child { min-width: 8rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.rubric { border-left: 4px solid var(--line); padding-left: 1rem; }
.notice { border: 2px solid var(--wrong); padding: .6rem 1rem; }
.right { color: var(--right); } .wrong { color: var(--wrong); }
.bar { display: flex; width: 12rem; height: 1.1rem; border: 1px solid var(--line); }
.bar span { display: block; } .bar .r { background: var(--right); }
.bar .w { background: var(--wrong); } .bar .o { background: var(--other); opacity: .45; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def escape(text: str) -> str:
    """Text as HTML; characters that turn or hide what follows are replaced."""
    shown = (c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return html_escape("".join(shown))


def page(title: str, body: str) -> str:
    """A whole page; `body` is HTML already."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def feedback(student: str, title: str, rows: Sequence, handed, notice: str) -> str:
    """What a student gets back on one notebook."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(student)}: {_total(rows)}</p>"]
    parts += [_notice(notice), _problem(handed.problem)]
    parts += [f"<p>{escape(remark)}</p>" for remark in handed.remarks]
    if not handed.problem:
        parts.append(_overview(rows))
    for row in rows if not handed.problem else ():
        parts.append(
            f'<section id="e{escape(row.exercise)}"><h2>{escape(row.exercise)} {escape(row.title)}'
            f"</h2><p>{_status(row)}, {_points(row)}</p>"
        )
        if row.comment:
            parts.append(f"<p>Your teacher: {escape(row.comment)}</p>")
        if row.message:
            values, why = _told(row)
            parts.append(f"<pre>{escape(values)}</pre>" if values else "")
            parts.append(f"<p><strong>{escape(why)}</strong></p>" if why else "")
        if row.code.strip():
            parts.append(
                f"<details><summary>Your answer</summary><pre>{escape(row.code)}</pre></details>"
            )
        parts.append("</section>")
    return page(f"{title}: {student}", "\n".join(filter(None, parts)))


def _total(rows: Sequence) -> str:
    """The points; those that wait for the teacher are neither won nor lost."""
    waiting = sum(r.most for r in rows if r.status == "to mark")
    total, most = sum(r.points for r in rows), sum(r.most for r in rows)
    if not waiting:
        return f"<strong>{total:g} of {most:g} points</strong>"
    return (
        f"<strong>{total:g} of {most - waiting:g} points</strong> so far; "
        f"{waiting:g} more wait for your teacher"
    )


def _points(row) -> str:
    return f"{row.most:g} points" if row.status == "to mark" else f"{row.points:g} of {row.most:g}"


def _status(row) -> str:
    """A status in a student's words."""
    css = {"right": "right", "wrong": "wrong"}.get(row.status, "")
    words = {"to mark": "waits for your teacher"}.get(row.status, row.status)
    return f'<strong class="{css}">{escape(words)}</strong>'


def _overview(rows: Sequence) -> str:
    """All exercises at a glance, each a link to what is said of it below."""
    lines = [
        (
            f'<a href="#e{escape(r.exercise)}">{escape(r.exercise)} {escape(r.title)}</a>',
            _status(r),
            _points(r),
        )
        for r in rows
    ]
    return _table("", ("Exercise", "", "Points"), lines, (2,))


def _told(row) -> tuple[str, str]:
    """The values that a message shows, and what it says of them; the heading is not said twice."""
    lines = row.message.split("\n")
    if lines[0].endswith("is not right yet."):
        lines = lines[1:]
    text = "\n".join(lines)
    if row.why and text.endswith(row.why):
        return text.removesuffix(row.why).rstrip(), row.why
    return text, ""


def open_questions(sheets: dict, texts: dict) -> str:
    """Every answer that a person has to read, with the rubric above it."""
    parts = [
        "<h1>Open questions</h1>",
        "<p>In <code>corrections.csv</code>, beside this page, each answer has a row: write its "
        "points and, if you like, a comment for the student. Then run <code>python -m classroom "
        "report</code> on this folder.</p>",
    ]
    for described in sheets.values():
        for cell in described["cells"]:
            if cell["kind"] != "open":
                continue
            parts.append(
                f"<h2>{escape(cell['exercise'])} {escape(cell['title'])} "
                f'({cell["points"]:g} points)</h2><div class="rubric">{_rubric(cell["rubric"])}'
                "</div>"
            )
            written = [(n, t) for (n, e), t in texts.items() if e == cell["exercise"]]
            for name, text in written:
                parts.append(
                    f'<section><h3>{escape(name)}</h3><div class="text">{escape(text.strip())}'
                    "</div></section>"
                )
            if not written:
                parts.append("<p>Nobody wrote an answer.</p>")
    return page("Open questions", "\n".join(parts))


def _rubric(markdown: str) -> str:
    """A rubric of ours as HTML: paragraphs, a list, emphasis; without what folds it."""
    text = re.sub(r"</?details>|<summary>.*?</summary>", "", markdown).strip()
    parts = []
    for block in re.split(r"\n\s*\n", text):
        items = re.split(r"^- ", block, flags=re.MULTILINE)
        first, *points = (_emphasis(" ".join(item.split())) for item in items)
        parts.append(f"<p>{first}</p>" if first else "")
        if points:
            parts.append("<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>")
    return "\n".join(filter(None, parts))


def _emphasis(text: str) -> str:
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"(?<!\w)\*(\S.*?)\*(?!\w)", r"<em>\1</em>", text)


def summary(s, meanings: Iterable[tuple[str, str]]) -> str:
    """The teacher's page; `meanings` are the statuses and what they mean."""
    parts = ["<h1>The class</h1>"]
    parts += [_notice(f"{notice} ({n} submissions)") for notice, n in s.notices.items()]
    if s.problems:
        items = "".join(f"<li>{escape(problem)}</li>" for problem in s.problems)
        parts.append(f'<div class="notice"><p>corrections.csv:</p><ul>{items}</ul></div>')
    if s.to_mark:
        parts.append(
            f'<p><a href="open_questions.html">{s.to_mark} open answers</a> wait for you; their '
            "points go into <code>corrections.csv</code>.</p>"
        )
    for name, title in s.sheets.items():
        parts += [f"<h2>{escape(title)}</h2>", _spread(s.totals[name], s.most[name])]
        parts.append(_items(s.items[name].values()))
        if s.absent[name]:
            parts.append(f"<p>Not handed in: {escape(', '.join(s.absent[name]))}</p>")
    parts.append(_mistakes(s.mistakes))
    if s.remarks:
        rows = [(escape(name), escape(text)) for name, text in s.remarks]
        parts += ["<h2>To look at</h2>", _table("What is unusual", ("Student", "Remark"), rows)]
    for name, title in s.sheets.items():
        rows = [
            (
                f'<a href="{escape(quote(link))}">{escape(n)}</a>',
                "–" if t is None else f"{t:g}",
                escape(state),
            )
            for n, state, t, link in s.totals[name]
        ]
        caption = f"Of {s.most[name]:g} points; each name leads to the student's feedback page."
        head = ("Student", "Points", "Remark")
        parts += [f"<h2>Points: {escape(title)}</h2>", _table(caption, head, rows, (1,))]
    rows = [(escape(status), escape(meaning)) for status, meaning in meanings]
    parts += ["<h2>Words</h2>", _table("", ("Status", "Meaning"), rows)]
    return page("The class", "\n".join(filter(None, parts)))


def _spread(totals, most: float) -> str:
    """How many got which tenth of the points."""
    points = [total for _, _, total, _ in totals if total is not None]
    if not points or not most:
        return ""
    bins = [0] * 10
    for value in points:
        bins[min(9, int(10 * value / most))] += 1
    rows = [
        (f"{most * i / 10:g} to {most * (i + 1) / 10:g}", str(n), _bar([("r", n, max(bins))]))
        for i, n in enumerate(bins)
    ]
    mean, middle = statistics.fmean(points), statistics.median(points)
    waiting = any("to mark" in state for _, state, _, _ in totals)
    caption = f"{len(points)} of {len(totals)} notebooks could be marked: mean {mean:.1f}, median "
    caption += f"{middle:g} of {most:g} points"
    caption += ", with 0 for each open answer that waits for you." if waiting else "."
    return _table(caption, ("Points", "Students", ""), rows, (1,))


def _items(items) -> str:
    """Each exercise: how hard it was, and whether it tells strong from weak."""
    rows = []
    for item in items:
        right, wrong = item.statuses["right"], item.statuses["wrong"]
        most = sum(item.statuses.values())
        bar = _bar([("r", right, most), ("w", wrong, most), ("o", most - right - wrong, most)])
        counts = ", ".join(f"{n} {status}" for status, n in item.statuses.most_common())
        ease = "" if item.ease is None else f"{100 * item.ease:.0f} %"
        tells = "" if item.discrimination is None else f"{item.discrimination:+.2f}"
        name = f"{escape(item.exercise)} {escape(item.title)}"
        rows.append((name, ease, tells, bar, escape(counts)))
    head = ("Exercise", "Mean share of points", "Agrees with the rest", "", "Statuses")
    return _table(
        "Difficulty. The bar: right, wrong, all else. “Agrees with the rest” is the correlation "
        "with the points on the other exercises: near or below 0, look at the exercise.",
        head,
        rows,
        (1, 2),
    )


def _mistakes(mistakes) -> str:
    rows = [
        (str(n), f"{escape(exercise)} {escape(title)}", escape(why))
        for (exercise, title, _, why), n in mistakes.most_common(15)
    ]
    if not rows:
        return ""
    table = _table("", ("Students", "Exercise", "What was done"), rows, (0,))
    return f"<h2>Commonest misconceptions</h2>\n{table}"


def _bar(parts) -> str:
    """Coloured lengths, left to right; the numbers stand beside it, so it says nothing alone."""
    spans = "".join(
        f'<span class="{css}" style="width:{100 * n / most:.1f}%"></span>'
        for css, n, most in parts
        if most
    )
    return f'<div class="bar" aria-hidden="true">{spans}</div>'


def _table(caption: str, head, rows, numbers=()) -> str:
    """A table whose cells are HTML already; `numbers` are the columns set to the right."""
    css = [' class="n"' if i in numbers else "" for i in range(len(head))]
    top = "".join(f'<th scope="col"{c}>{escape(h)}</th>' for h, c in zip(head, css, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{c}>{v}</td>" for v, c in zip(row, css, strict=True)) + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    table = f"<table>{title}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _notice(text: str) -> str:
    return f'<p class="notice">{escape(text)}</p>' if text else ""


def _problem(text: str) -> str:
    return f'<p class="notice">This could not be marked: {escape(text)}</p>' if text else ""
