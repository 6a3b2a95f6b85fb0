"""Makes slides of the lessons: ``make slides`` writes book/_build/slides.

Each lesson becomes a page of reveal.js that is shown with no network and no server: open it in a
browser, move on with the space bar, press S for the speaker's view.
"""

import re
import shutil
from argparse import ArgumentTypeError
from pathlib import Path

from classroom.sheet import PATH
from classroom.slides import hidden

from coursebook import BROWSER, BUILT, ROOT, npm, runtime

MATHS = ["es5/output/chtml/fonts/woff-v2", "es5/tex-chtml.js", "LICENSE"]
PARTS = ["LICENSE", "dist/reveal.js", "dist/reveal.css", "dist/theme/white.css"]
PARTS += ["dist/theme/fonts/source-sans-pro", "plugin/notes"]
LINK = r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)"


def add_command(commands) -> None:
    """Add ``slides`` to the command line."""
    lessons = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}

    def lesson(name: str) -> Path:
        if name not in lessons:
            known = ", ".join(lessons)
            raise ArgumentTypeError(f"no lesson is called {name!r}; there is: {known}")
        return lessons[name]

    parser = commands.add_parser("slides", help="make slides of the lessons")
    parser.add_argument("lessons", nargs="*", type=lesson, help="such as 01_temperature; or all")
    parser.add_argument("--out", type=Path, default=BUILT / "slides", help="gets their pages")
    parser.set_defaults(run=run, every=list(lessons.values()))


def run(options) -> int:
    """The command."""
    runtime.bring()
    bring(options.out)
    for lesson in options.lessons or options.every:
        page = options.out / f"{lesson.stem}.html"
        page.write_text(deck(lesson), encoding="utf-8")
        print(f"Slides: {page}")
    return 0


def bring(out: Path) -> None:
    """Put beside the decks what they load: reveal.js, the widgets' runtime, MathJax."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(runtime.ASSETS, out)
    for own in ("deck.css", "deck.js", "mathjax.js"):
        (out / "deck").mkdir(exist_ok=True)
        shutil.copy(BROWSER / "slides" / own, out / "deck")
    for part in MATHS:
        source, target = npm.MODULES / "mathjax" / part, out / "mathjax" / part.removeprefix("es5/")
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for part in PARTS:
        source, target = npm.MODULES / "reveal.js" / part, out / "reveal.js" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def deck(lesson: Path) -> str:
    """The page of one lesson; its cells say themselves which of them begin a slide."""
    import nbformat
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells[0].source = PATH.sub("", notebook.cells[0].source)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # a link to another notebook leads nowhere from here
            cell.source = re.sub(rf"(?m)^{LINK}( · {LINK})*$", "", cell.source)
            cell.source = re.sub(LINK, r"\1", cell.source)
        elif cell.cell_type == "code" and hidden(cell):
            cell.metadata["transient"] = {"remove_source": True}  # nbconvert's own word for it
    config = Config()
    config.TemplateExporter.extra_template_basedirs = [str(BROWSER)]
    config.SlidesExporter.template_name = "slides"
    config.SlidesExporter.reveal_url_prefix = "reveal.js"
    config.SlidesExporter.reveal_theme = "white"
    exporter = SlidesExporter(config=config)
    text, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title(notebook)}})
    return text


def title(notebook) -> str:
    """The lesson's, without its number."""
    return notebook.cells[0].source.split("\n")[0].lstrip("# ")
