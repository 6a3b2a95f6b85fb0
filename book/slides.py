"""Makes slides of the lessons: ``python book/slides.py`` writes book/_build/slides.

Each lesson becomes a page of reveal.js that is shown with no network and no server: open it in a
browser, move on with the space bar, press S for the speaker's view.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from build import ASSETS, BOOK, MODULES, runtime
from classroom.slides import hidden

OUT = BOOK / "_build" / "slides"
PARTS = ["LICENSE", "dist/reveal.js", "dist/reveal.css", "dist/theme/white.css"]
PARTS += ["dist/theme/fonts/source-sans-pro", "plugin/notes"]
LINK = r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)"


def main(argv: list[str] | None = None) -> int:
    """Write the decks, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="lesson", help="such as 01_temperature")
    parser.add_argument("--out", type=Path, default=OUT, help="gets a page for each lesson")
    options = parser.parse_args(argv)
    lessons = sorted((BOOK.parent / "notebooks").glob("*.ipynb"))
    known = [lesson.stem for lesson in lessons]
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no lesson is called {unknown[0]!r}; there is: {', '.join(known)}")
    runtime()
    bring(options.out)
    for lesson in lessons:
        if lesson.stem in options.names or not options.names:
            page = options.out / f"{lesson.stem}.html"
            page.write_text(deck(lesson), encoding="utf-8")
            print(f"Slides: {page}")
    return 0


def bring(out: Path) -> None:
    """Put beside the decks what they load: reveal.js, the widgets' runtime, MathJax."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(ASSETS, out)
    for own in ("deck.css", "deck.js", "mathjax.js"):
        (out / "deck").mkdir(exist_ok=True)
        shutil.copy(BOOK / "slides" / own, out / "deck")
    for part in PARTS:
        source, target = MODULES / "reveal.js" / part, out / "reveal.js" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def deck(lesson: Path) -> str:
    """The page of one lesson; its cells say themselves which of them begin a slide."""
    import nbformat
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # a link to another notebook leads nowhere from here
            cell.source = re.sub(rf"(?m)^{LINK}( · {LINK})*$", "", cell.source)
            cell.source = re.sub(LINK, r"\1", cell.source)
        elif cell.cell_type == "code" and hidden(cell):
            cell.metadata["transient"] = {"remove_source": True}  # nbconvert's own word for it
    config = Config()
    config.TemplateExporter.extra_template_basedirs = [str(BOOK)]
    config.SlidesExporter.template_name = "slides"
    config.SlidesExporter.reveal_url_prefix = "reveal.js"
    config.SlidesExporter.reveal_theme = "white"
    exporter = SlidesExporter(config=config)
    text, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title(notebook)}})
    return text


def title(notebook) -> str:
    """The lesson's, without its number."""
    return notebook.cells[0].source.split("\n")[0].lstrip("# ")


if __name__ == "__main__":
    sys.exit(main())
