"""
The course's model as JavaScript: the arithmetic of ``logitlab.model``, for the reader's browser.

No page uses it yet. What is here reads the file that ``make model`` fetches, turns text into ids
and gives all 49,152 logits.

================  ===============================================================================
``assets``        the products with packed weights, compiled to WebAssembly
``browser/``      ``gguf.js``, ``tokenizer.js`` and ``transformer.js``, each the twin of a module
                  of ``logitlab.model``; ``kernel.wat``, the products
================  ===============================================================================
"""
