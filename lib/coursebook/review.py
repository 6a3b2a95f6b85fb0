"""What a reader has done so far: a line at a lesson's head and end, and the page of reviews."""

import json
from dataclasses import asdict
from pathlib import Path

from classroom import questions
from docutils import nodes
from sphinx.application import Sphinx

from coursebook import pages
from coursebook.pagepython import workable

PAGE = "book/review"
FOLDER = "review"  # in _static
ASKED = ("id", "text", "answer", "choices", "unit", "tolerance", "explain", "section", "cell")


def say_progress(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the line below a lesson's title and at its end; without scripts it says what there is."""
    if not docname.startswith("notebooks/"):
        return
    lesson = questions.read(Path(app.env.doc2path(docname)))
    there = [f"{len(lesson.questions)} guesses", f"{len(lesson.goals)} goals"]
    if sheet := points(app, lesson.name):
        there.append(f"{sum(part['points'] for part in sheet['answers'].values())} points")
    page = app.builder.get_relative_uri(docname, PAGE)
    first = next(doctree.findall(nodes.section))
    for at in (1, len(first)):
        line = nodes.paragraph("", classes=["so-far"])
        line += nodes.inline(text=f"In this lesson: {', '.join(there)}.")
        line += [nodes.Text(" "), nodes.reference("", "Review", internal=True, refuri=page)]
        first.insert(at, line)


def points(app: Sphinx, name: str) -> dict | None:
    """Points and version of each answer that a sheet checks, where it runs in its page."""
    path = Path(app.srcdir, "exercises", f"{name}.ipynb")
    if not app.config.course_run or not path.exists():
        return None
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    version, answers, answer = workable.versions(cells), {}, None
    for cell in cells:
        grader, tags = cell["metadata"].get("nbgrader", {}), cell["metadata"].get("tags", [])
        if "skip-execution" in tags or (cell["cell_type"] != "code" and not grader):
            continue
        if answer and grader.get("grade") and grader.get("locked"):
            answers[answer] = {"points": grader["points"], "of": version[answer]}
        own = cell["cell_type"] == "code" and grader.get("solution")
        answer = cell["id"] if own else None
    return {"name": name, "answers": answers}


def bring_progress(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put script and data on the lessons and on the page of reviews."""
    if pagename.startswith("notebooks/") and doctree is not None:
        lesson = questions.read(Path(app.env.doc2path(pagename)))
        data, script = _lesson(app, lesson), "progress"
        data["questions"] = [question.id for question in lesson.questions]
    elif pagename == PAGE:
        data, script = [], "review"
        for lesson in questions.collect(Path(app.srcdir)):
            asked = [asdict(question) for question in lesson.questions]
            items = [{key: item[key] for key in ASKED} for item in asked]
            for item in items:
                item["cell"] = f"cell-{item['cell']}"
            page = app.builder.get_relative_uri(PAGE, f"notebooks/{lesson.name}")
            data.append(_lesson(app, lesson) | {"items": items, "page": page})
        app.add_css_file("widgets/widgets.css", priority=400)
    else:
        return
    pages.bring_data(app, FOLDER, script, "review", data)


def _lesson(app: Sphinx, lesson: questions.Lesson) -> dict:
    return {
        "title": lesson.title,
        "goals": list(lesson.goals),
        "sheet": points(app, lesson.name),
    }
