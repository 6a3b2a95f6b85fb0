"""The HTML that grading writes: self-contained, readable offline, and nothing in it runs."""

import re
import statistics
from collections.abc import Sequence
from html import escape as html_escape

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
    total, most = sum(r.points for r in rows), sum(r.most for r in rows)
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(student)}: "]
    parts[-1] += f"<strong>{total:g} of {most:g} points</strong></p>"
    parts += [_notice(notice), _problem(handed.problem)]
    parts += [f"<p>{escape(remark)}</p>" for remark in handed.remarks]
    for row in rows:
        css = {"right": "right", "wrong": "wrong"}.get(row.status, "")
        parts.append(
            f"<section><h2>{escape(row.exercise)} {escape(row.title)}</h2>"
            f'<p><strong class="{css}">{escape(row.status)}</strong>, '
            f"{row.points:g} of {row.most:g} points</p>"
        )
        if row.comment:
            parts.append(f"<p>Your teacher: {escape(row.comment)}</p>")
        if row.message:
            parts.append(f"<pre>{escape(row.message)}</pre>")
        if row.code.strip():
            parts.append(
                f"<details><summary>Your answer</summary><pre>{escape(row.code)}</pre></details>"
            )
        parts.append("</section>")
    return page(f"{title}: {student}", "\n".join(filter(None, parts)))


def open_questions(sheets: dict, texts: dict) -> str:
    """Every answer that a person has to read, with the rubric above it."""
    parts = [
        "<h1>Open questions</h1>",
        "<p>Points and comments go into <code>corrections.csv</code>, then run "
        "<code>python -m classroom report</code> on this folder.</p>",
    ]
    for described in sheets.values():
        for cell in described["cells"]:
            if cell["kind"] != "open":
                continue
            parts.append(
                f"<h2>{escape(cell['exercise'])} {escape(cell['title'])} "
                f"({cell['points']:g} points)</h2><pre>{escape(_plain(cell['rubric']))}</pre>"
            )
            written = [(n, t) for (n, e), t in texts.items() if e == cell["exercise"]]
            for name, text in written:
                parts.append(f"<section><h3>{escape(name)}</h3><pre>{escape(text)}</pre></section>")
            if not written:
                parts.append("<p>Nobody wrote an answer.</p>")
    return page("Open questions", "\n".join(parts))


def _plain(markdown: str) -> str:
    """A rubric without the tags that fold it in the notebook."""
    return re.sub(r"</?(details|summary)>", "", markdown).strip()


def summary(s) -> str:
    """The teacher's page."""
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
            (escape(n), "–" if t is None else f"{t:g}", escape(state))
            for n, state, t in s.totals[name]
        ]
        caption = f"{title}, of {s.most[name]:g} points"
        parts += ["<h2>Points</h2>", _table(caption, ("Student", "Points", "Remark"), rows, (1,))]
    parts.append(_legend())
    return page("The class", "\n".join(filter(None, parts)))


def _spread(totals, most: float) -> str:
    """How many got which tenth of the points."""
    points = [t for _, _, t in totals if t is not None]
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
    caption = f"{len(points)} sheets, mean {mean:.1f}, median {middle:g} of {most:g} points"
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
        "Difficulty. “Agrees with the rest” is the correlation with the points on the other "
        "exercises: near or below 0, look at the exercise.",
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


def _legend() -> str:
    from classroom.report import statuses

    rows = [(escape(status), escape(meaning)) for status, meaning in statuses()]
    return f"<h2>Words</h2>\n{_table('', ('Status', 'Meaning'), rows)}"


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
    return f"<table>{title}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def _notice(text: str) -> str:
    return f'<p class="notice">{escape(text)}</p>' if text else ""


def _problem(text: str) -> str:
    return f'<p class="notice">This could not be marked: {escape(text)}</p>' if text else ""
