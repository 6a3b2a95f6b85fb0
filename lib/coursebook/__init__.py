"""
Makes the static book and the slides: the pages and data are in book/, everything that runs is here.

=====================  ========================================================================
``build``, ``decks``   the book, and the slides of the lessons (``python -m coursebook``)
``runtime``, ``npm``   what pages need in the browser: fetched once, bundled, put beside them
``hooks``              in which order Sphinx runs what the modules below teach it
``tables``             how a page shows what is made of data; ``course`` reads the data
``cells`` ...          one module for each thing that a page can have
``pagepython/``        exercises that run in their pages: Python as WebAssembly, the editor
``browser/``           scripts and styles of the pages, of the widgets in them, and of the slides
``templates/``         the two pages that are not written in Markdown
=====================  ========================================================================
"""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BOOK = ROOT / "book"
BROWSER = HERE / "browser"
BUILT = BOOK / "_build"
