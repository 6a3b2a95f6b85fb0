"""
The course's model in the reader's browser, for the page *Your own prompt*.

================  ===============================================================================
``assets``        what is fetched: scripts, the products as WebAssembly, and with BOOK_MODEL=1 the
                  file that ``make model`` fetches
``page``          what Sphinx puts on the page
``browser/``      ``gguf.js``, ``tokenizer.js`` and ``transformer.js``, each the twin of a module
                  of ``logitlab.model``; ``kernel.wat``, the products; ``worker.js`` runs them;
                  ``draw.js`` and ``prompt.js``, the page
================  ===============================================================================
"""
