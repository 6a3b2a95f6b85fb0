"""
Exercises that run in the page: Python as WebAssembly, the editor, the notebook as a file.

=============  =================================================================================
``wasm``       the runtime made small, and the course's modules compiled for it
``assets``     what pages fetch, written below _static
``workable``   which cells of which pages can be worked on
``browser/``   what runs on the page; ``node.js`` runs the same Python for the build and the tests
=============  =================================================================================
"""

from coursebook.pagepython.assets import bring, sources, wanted

__all__ = ["bring", "sources", "wanted"]
